"""People sort and filter the table, together and alone, and links lead to what they saw."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

SPECIES = ("human", "mouse", "rat", "")


def genes(rows: int) -> bytes:
    """A table whose third column is in another order than its rows, and whose header is row 1. ``rows`` is even."""
    lines = (f"gene{row}\t{SPECIES[row % 4]}\t{(row * 37) % rows}" for row in range(2, rows + 2))
    return ("gene\tspecies\tscore\n" + "\n".join(lines) + "\n").encode()


def open_table(site: Site, window: Open, path: str, name: str) -> Page:
    page = window()
    page.add_init_script(f"localStorage['pagecast.name'] = '{name}'; localStorage['pagecast.asked'] = 1")
    page.goto(site.first_page + path)
    expect(page.locator("#grid td").first).to_be_visible()
    expect_loaded(page)
    return page


def expect_first(page: Page, number: int, gene: str) -> None:
    row = page.locator("#grid tbody tr").first
    expect(row.locator("th")).to_have_text(str(number))
    expect(row.locator("td").first).to_have_text(gene)


def sort_by(page: Page, column: str, *, more: bool = False) -> None:
    page.locator("#grid thead th", has_text=column).hover()
    page.get_by_role("button", name=f"Sort by {column}").click(modifiers=["Shift"] if more else [])


def test_one_sorts_and_all_see_it_with_the_numbers_of_the_table(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    sort_by(otter, "score")
    for page in (otter, heron):
        expect_first(page, 250, "gene250")  # 250 * 37 is a multiple of 250
        expect(page.locator("#grid thead th", has_text="score")).to_have_attribute("aria-sort", "ascending")
        expect(page.locator("#range")).to_have_text("1–100 of 250 rows")
        expect(page.locator("#view .words")).to_have_text("by score")
        expect(page).to_have_title("250 rows: by score · cities.tsv · page 1 · Pagecast")
    expect(heron.locator("#told-words")).to_have_text("Otter shows 250 rows: by score")
    expect(otter.locator("#told-words")).to_have_text("You show 250 rows: by score")
    otter.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(otter.locator(".paper-title")).to_have_text("cities.tsv · 250 rows: by score · page 1 of 3 · 100 rows")
    otter.evaluate("dispatchEvent(new Event('afterprint'))")
    sort_by(otter, "score")
    expect_first(heron, 27, "gene27")
    expect(heron.locator("#grid thead th", has_text="score")).to_have_attribute("aria-sort", "descending")
    otter.get_by_role("button", name="Undo").click()
    expect_first(heron, 250, "gene250")
    heron.locator("#pager [data-step=last]").click()
    expect(otter.locator("#range")).to_have_text("201–250 of 250 rows")
    sort_by(otter, "score")
    sort_by(otter, "score")
    expect_first(heron, 2, "gene2")
    expect(heron.locator("#view")).to_be_hidden()
    expect(heron).not_to_have_url(re.compile("_sort"))


def test_others_go_back_to_what_they_saw_for_everyone_or_alone(site: Site, window: Open) -> None:
    path = put(site.server, genes(350))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    otter.locator("#pager [data-step=next]").click()
    expect_first(heron, 101, "gene101")
    sort_by(otter, "score")
    expect_first(heron, 350, "gene350")
    heron.get_by_role("button", name="Read on my own").last.click()
    expect_first(heron, 101, "gene101")
    expect_first(otter, 350, "gene350")
    heron.locator("#rejoin").click()
    expect_first(heron, 350, "gene350")
    sort_by(otter, "score")
    expect(heron.locator("#told-words")).to_have_text("Otter shows 350 rows: by score (descending)")
    heron.get_by_role("button", name="Turn back for everyone").click()
    expect_first(otter, 350, "gene350")
    expect(otter.locator("#told-words")).to_have_text("Heron shows 350 rows: by score")


def test_shift_sorts_by_several_columns_in_a_numbered_order(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(250)), "Otter")
    sort_by(page, "species")
    expect_first(page, 2 + 2, "gene4")
    sort_by(page, "score", more=True)
    names = page.locator("#grid thead th")
    expect(names.nth(2)).to_have_attribute("data-sorted", "↑¹")
    expect(names.nth(3)).to_have_attribute("data-sorted", "↑²")
    expect(page).to_have_url(re.compile(r"\?_sort=species&_sort=score&"))
    page.locator("#grid td").first.click()
    page.keyboard.press("s")
    expect(names.nth(1)).to_have_attribute("aria-sort", "ascending")
    expect(names.nth(2)).not_to_have_attribute("aria-sort", "ascending")
    names.nth(3).hover()
    page.get_by_role("button", name="Menu of score").click()
    page.get_by_role("button", name="sort descending").click()
    expect(names.nth(3)).to_have_attribute("data-sorted", "↓")
    page.go_back()
    expect(names.nth(1)).to_have_attribute("aria-sort", "ascending")


def test_a_link_with_a_view_is_the_rooms_for_the_first_and_opens_alone_beside_others(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, f"{path}?species=human&score__lt=20&_sort_desc=score", "Otter")
    expect(otter.locator("#view .count")).to_have_text("4 of 250 rows")
    expect(otter.locator("#view .words")).to_have_text(["species is human", "score < 20", "by score (descending)"])
    expect(otter.locator("#alone")).to_have_attribute("aria-checked", "false")
    heron = open_table(site, window, path, "Heron")
    expect(heron.locator("#view .count")).to_have_text("4 of 250 rows")
    newt = open_table(site, window, f"{path}?species=rat", "Newt")
    expect(newt.locator("#view .words")).to_have_text(["species is rat"])  # after that of the room
    expect(newt.locator("#alone")).to_have_attribute("aria-checked", "true")
    expect(newt.locator("#told-words")).to_contain_text("This link shows species is rat to you alone")
    expect(heron.locator("#view .count")).to_have_text("4 of 250 rows")
    newt.goto(newt.url.partition("?")[0] + "?species=mouse")  # another link, in the window that reads alone
    expect(newt.locator("#view .words")).to_have_text(["species is mouse"])
    expect(newt.locator("#told-words")).to_contain_text("This link shows species is mouse to you alone")
    newt.reload()
    expect(newt.locator("#view .words")).to_have_text(["species is mouse"])
    newt.locator("#rejoin").click()
    expect(newt.locator("#view .count")).to_have_text("4 of 250 rows")


def test_chips_change_rest_and_remove_conditions(site: Site, window: Open) -> None:
    page = open_table(site, window, f"{put(site.server, genes(250))}?species=human&score__lt=20", "Otter")
    count = page.locator("#view .count")
    expect(count).to_have_text("4 of 250 rows")
    page.get_by_role("button", name="score < 20", exact=True).click()
    page.get_by_label("Value for score").fill("100")
    page.keyboard.press("Enter")
    expect(count).to_have_text("25 of 250 rows")
    page.get_by_role("switch", name="Apply: score < 100").click()
    expect(count).to_have_text("62 of 250 rows")
    expect(page).not_to_have_url(re.compile("score"))
    page.get_by_role("switch", name="Apply: score < 100").click()
    expect(count).to_have_text("25 of 250 rows")
    page.get_by_role("button", name="Remove: species is human").click()
    expect(count).to_have_text("100 of 250 rows")
    page.get_by_role("button", name="score < 100", exact=True).click()
    page.get_by_label("Value for score").fill("0")
    page.keyboard.press("Enter")
    nothing = page.locator(".nothing")
    expect(nothing).to_contain_text("None of 250 rows matches: score < 0")
    expect(nothing.get_by_role("button", name="Remove: score < 0")).to_be_visible()
    nothing.get_by_role("button", name="Undo").click()
    expect(count).to_have_text("100 of 250 rows")
    expect(nothing).to_be_hidden()
    page.get_by_role("button", name="Remove: score < 100").click()
    expect(page.locator("#view")).to_be_hidden()
    expect(page.locator("#range")).to_have_text("rows 1–100")


def test_the_conditions_of_a_view_stay_in_sight(site: Site, window: Open) -> None:
    link = f"{put(site.server, genes(250))}?species=human&score__lt=200&gene__contains=gene&species__not=rat"
    page = open_table(site, window, f"{link}&gene__startswith=g&_sort_desc=score", "Otter")
    page.set_viewport_size({"width": 1280, "height": 800})
    conditions, find, count = page.locator("#view .condition"), page.locator("#find"), page.locator("#view .count")
    expect(conditions).to_have_count(6)
    for condition in conditions.all():
        expect(condition).to_be_in_viewport(ratio=1)
    beside = find.bounding_box()
    page.set_viewport_size({"width": 360, "height": 700})
    page.keyboard.press("/")
    expect(find).to_be_focused()
    expect(count).not_to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(count).to_be_in_viewport(ratio=1)  # a narrow strip begins at its left again
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Whole table").click()
    expect(page.locator("#view")).to_be_hidden()
    assert find.bounding_box() == beside


def test_a_selected_row_stays_in_sight_and_its_links_name_it(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(350)), "Otter")
    page.get_by_role("gridcell", name="gene60", exact=True).click()
    sort_by(page, "score")
    expect(page.locator("[aria-selected=true]")).to_have_text("gene60")
    expect(page.locator("[aria-selected=true]")).to_be_in_viewport()
    page.wait_for_function("() => location.hash === '#cell=60,1'")
    page.locator("#pager [data-step=first]").click()
    expect_first(page, 350, "gene350")
    page.keyboard.press("Control+g")
    page.locator("#palette-field").fill("61")
    page.keyboard.press("Enter")
    expect(page.locator("#alone")).to_have_attribute("aria-checked", "true")
    expect(page.locator("tr:has([aria-selected=true]) th")).to_have_text("61")


def test_a_long_view_has_a_short_address(site: Site, window: Open) -> None:
    path = put(site.server, genes(400))
    genes_asked = ",".join(f"gene{row}" for row in range(2, 402))
    otter = open_table(site, window, f"{path}?gene__in={genes_asked}&_sort_desc=score", "Otter")
    count = otter.locator("#view .count")
    expect(count).to_have_text("400 rows")
    expect(otter).to_have_url(re.compile(r"[?]_view=[0-9a-f]{32}&_rows=400&page_no=1&version=1$"))
    otter.locator("#take").click()
    expect(otter.locator("#take-link")).to_have_attribute(
        "href", re.compile(r"/export[?]format=\w+&.*_view=[0-9a-f]{32}$")
    )
    heron = open_table(site, window, otter.url.removeprefix(site.first_page), "Heron")
    expect(heron.locator("#view .count")).to_have_text("400 rows")
    expect(heron.locator("#view .words").first).to_have_text("gene is gene10, gene100 or 398 others")
    expect(heron).to_have_url(otter.url)


def test_a_view_tried_alone_is_offered_and_shown_to_everyone(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    otter.locator("#alone").click()
    sort_by(otter, "score")
    expect_first(otter, 250, "gene250")
    expect_first(heron, 2, "gene2")
    otter.get_by_role("button", name="Offer").click()
    expect(otter.locator("#told-words")).to_have_text("Offered to 1 person")
    expect(heron.locator("#told-words")).to_have_text("Otter suggests 250 rows: by score")
    heron.get_by_role("button", name="Look", exact=True).click()
    expect_first(heron, 250, "gene250")
    expect(heron.locator("#alone")).to_have_attribute("aria-checked", "true")
    otter.get_by_role("button", name="Offer").click()
    heron.get_by_role("button", name="Show everyone").click()
    expect(heron.locator("#alone")).to_have_attribute("aria-checked", "false")
    expect_first(heron, 250, "gene250")
    otter.locator("#rejoin").click()
    expect_first(otter, 250, "gene250")


def test_what_cannot_be_asked_is_said_and_changes_nothing(site: Site, window: Open) -> None:
    page = open_table(site, window, f"{put(site.server, genes(250))}?gen=5", "Otter")
    expect(page.locator("#told-words")).to_contain_text("Did you mean “gene”?")
    expect_first(page, 2, "gene2")
    expect(page.locator("#view")).to_be_hidden()


def test_a_condition_that_cannot_be_is_marked_and_disables_only_itself(site: Site, window: Open) -> None:
    page = open_table(site, window, f"{put(site.server, genes(250))}?species=human", "Otter")
    count = page.locator("#view .count")
    expect(count).to_have_text("62 of 250 rows")
    page.get_by_role("button", name="species is human", exact=True).click()
    page.locator("#view select").select_option("regex")
    page.locator("#view input").fill("hum(an")
    page.keyboard.press("Enter")
    failed = page.locator("#view .failed")
    expect(failed.locator(".words")).to_have_text("species matches /hum(an/")
    expect(failed.get_by_role("switch")).to_have_attribute("aria-checked", "false")
    expect(page.locator("#told-words")).to_contain_text("hum(an")
    expect(count).to_have_text("62 of 250 rows")
    failed.locator("button.words").click()
    page.locator("#view input").fill("hum(an)?")
    page.keyboard.press("Enter")
    expect(failed).to_have_count(0)
    expect(page.locator("#view .words")).to_have_text(["species is human", "species matches /hum(an)?/"])


def test_a_link_says_what_has_changed_since_and_shows_the_older_version_with_its_view(site: Site, window: Open) -> None:
    first = genes(250)
    path = put(site.server, first)
    otter = open_table(site, window, path, "Otter")
    sort_by(otter, "score")
    expect_first(otter, 250, "gene250")
    expect(otter).to_have_url(re.compile(r"_sort=score&_rows=250&page_no=1&version=1"))
    same = otter.url
    link = same.replace("_sort=score", "species=rat&_sort=score").replace("_rows=250", "_rows=63")
    second = re.sub(rb"\ngene6\t.*", b"", first).replace(b"\ngene10\t", b"\ngene9999\t")
    put(site.server, second, path)
    expect(otter.locator("#facts")).to_contain_text("version 2")
    heron = window(link)
    expect(heron.locator("#told-words")).to_have_text("63 rows when this was shared; now 1 more, 2 fewer")
    expect(heron.locator("#range")).to_have_text("1–62 of 62 rows")
    heron.get_by_role("button", name="See version 1").click()
    expect(heron.locator("#range")).to_have_text("1–63 of 63 rows")
    expect(heron.locator("#view .words")).to_have_text(["species is rat", "by score"])
    expect_first(heron, 250, "gene250")
    expect(otter.locator("#range")).to_have_text("1–100 of 249 rows")

    heron.goto(same)  # the room shows this view already
    expect(heron.locator("#told-words")).to_have_text("250 rows when this was shared; now 1 more, 2 fewer")
    expect(heron.locator("#alone")).to_have_attribute("aria-checked", "false")


def test_alone_the_row_stays_in_sight_the_table_grows_and_both_undo_and_back_return(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    heron.locator("#alone").click()
    row = heron.locator("#grid tbody tr", has=heron.locator("th", has_text=re.compile("^30$")))
    row.locator("td").nth(2).click()
    heron.keyboard.press("s")
    expect(heron.locator("#range")).to_have_text("101–200 of 250 rows")  # 30 * 37 leaves 110
    expect(heron.locator("#grid tbody th[data-within]")).to_have_text("30")
    expect(heron.locator("#place")).to_have_text("score · row 30")
    expect(heron.locator("#told-words")).to_have_text("You see 250 rows: by score")
    heron.get_by_role("button", name="Undo").click()
    expect(heron.locator("#range")).to_have_text("rows 1–100")
    heron.keyboard.press("s")
    expect(heron.locator("#range")).to_have_text("101–200 of 250 rows")
    expect(heron).to_have_url(re.compile("_sort=score"))
    heron.go_back()
    expect(heron.locator("#range")).to_have_text("rows 1–100")
    assert heron.locator("#alone").get_attribute("aria-checked") == "true"
    heron.keyboard.press("s")
    expect(heron.locator("#range")).to_have_text("101–200 of 250 rows")
    heron.locator("#told").hover()  # so that it stands
    ask(site.server, "PUT", f"/parser/{path}?append=1", b"gene252\trat\t111\n")
    expect(heron.locator("#range")).to_have_text("101–200 of 251 rows")
    expect(heron.locator("#view .count")).to_have_text("251 rows")
    expect(heron.locator("#told-words")).to_have_text("You see 251 rows: by score")
    row.locator("td").nth(1).click(button="right")
    heron.get_by_role("menuitem", name="no rows with these values").click()
    expect(heron.locator("#told-words")).to_contain_text("species is not rat, by score · row 30 is not among them")
    expect(otter.locator("#view")).to_be_hidden()
