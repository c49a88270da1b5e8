"""People search every row: from hit to hit, or only the rows with hits, within a filter that stays."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_questions import expect_first, genes, open_table
from tests.edges.talk import put

HIGHLIGHTED = "() => CSS.highlights.get('hits')?.size ?? 0"


def search(page: Page, text: str) -> Locator:
    page.locator("#grid").focus()
    page.keyboard.press("Control+Shift+F")
    bar = page.get_by_role("search", name="Search every row")
    expect(bar.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(text)
    return bar


def test_a_search_leads_from_hit_to_hit_within_a_filter(site: Site, window: Open) -> None:
    path = put(site.server, genes(450))
    otter = open_table(site, window, f"{path}?_sort_desc=score&species=rat", "Otter")
    heron = open_table(site, window, path, "Heron")
    expect(otter.locator("#range")).to_have_text("1–100 of 113 rows")
    bar = search(otter, "GENE10")
    expect(bar.locator("output")).to_have_text("3 rows")  # gene10, gene102, gene106: rats with a 10
    expect(otter.locator("#rail-hits i")).to_have_count(3)
    assert otter.locator("#view .words").all_inner_texts() == ["species is rat", "by score (descending)"]
    otter.keyboard.press("Enter")
    expect(bar.locator("output")).to_have_text("1 of 3 rows")
    expect(otter.locator("#grid tbody th[data-within]")).to_have_text("10")
    expect(otter.locator("#grid tbody th[data-within]")).to_be_in_viewport()
    otter.wait_for_function(f"({HIGHLIGHTED})() > 0")
    otter.locator("#grid").focus()
    otter.keyboard.press("n")
    expect(bar.locator("output")).to_have_text("2 of 3 rows")
    expect(otter.locator("#grid tbody th[data-within]")).to_have_text("106")
    otter.keyboard.press("n")
    expect(bar.locator("output")).to_have_text("3 of 3 rows")
    otter.keyboard.press("n")  # it starts over
    expect(bar.locator("output")).to_have_text("1 of 3 rows")
    otter.keyboard.press("N")
    expect(bar.locator("output")).to_have_text("3 of 3 rows")
    expect(heron.locator("#view")).to_be_visible()  # a search changes nothing for the others but the page
    assert heron.locator("#view .words").all_inner_texts() == ["species is rat", "by score (descending)"]
    otter.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert otter.evaluate(HIGHLIGHTED) == 0
    expect(otter.locator("#rail-hits i")).to_have_count(0)
    assert otter.locator("#view .words").all_inner_texts() == ["species is rat", "by score (descending)"]


def test_a_hit_on_another_page_is_turned_to(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(450)), "Otter")
    expect(page.locator("#range")).to_have_text("rows 1–100")
    page.locator("#find").fill("gene3")
    page.get_by_role("button", name="All rows").click()
    bar = page.get_by_role("search", name="Search every row")
    expect(bar.get_by_role("searchbox")).to_have_value("gene3")
    expect(bar.locator("output")).to_have_text("111 rows")
    expect(page.locator("#find")).to_have_value("gene3")  # Find on the page stays what it is
    bar.get_by_role("searchbox").fill("gene300")
    expect(bar.locator("output")).to_have_text("1 row")
    bar.get_by_role("button", name="Next row with a hit").click()
    expect(page.locator("#range")).to_have_text("rows 201–300")
    expect(page.locator("#grid tbody th[data-within]")).to_have_text("300")


def test_switches_and_a_broken_regex(site: Site, window: Open) -> None:
    table = b"a\tb\n" + b"".join(b"p53\trow %d\nP53 x\trow\nap53\trow\n" % row for row in range(60))
    page = open_table(site, window, put(site.server, table), "Otter")
    bar = search(page, "p53")
    count = bar.locator("output")
    expect(count).to_have_text("180 rows")
    bar.get_by_role("button", name="Match case").click()
    expect(count).to_have_text("120 rows")
    bar.get_by_role("button", name="Whole word").click()
    expect(count).to_have_text("60 rows")
    bar.get_by_role("button", name="Regular expression").click()
    bar.get_by_role("searchbox").fill("^(p53")
    expect(bar.get_by_text("missing )")).to_be_visible()
    expect(count).to_have_text("60 rows")
    bar.get_by_role("searchbox").fill("nowhere")
    expect(count).to_have_text("No row holds this")


def test_only_the_rows_with_hits_are_shown_to_everyone(site: Site, window: Open) -> None:
    path = put(site.server, genes(450))
    otter = open_table(site, window, f"{path}?species=rat", "Otter")
    heron = open_table(site, window, path, "Heron")
    bar = search(otter, "gene10")
    bar.get_by_role("checkbox", name="Only rows with hits").check()
    expect(heron.locator("#view .count")).to_have_text("3 of 450 rows")
    assert heron.locator("#view .words").all_inner_texts() == ["species is rat", "contains “gene10”"]
    expect_first(heron, 10, "gene10")
    otter.locator("#grid tbody td").first.click()
    otter.keyboard.press("n")
    expect(otter.locator("#grid tbody th[data-within]")).to_have_text("102")
    expect(bar.locator("output")).to_have_text("2 of 3 rows")
    otter.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    expect(heron.locator("#view .count")).to_have_text("3 of 450 rows")  # the view is what it was
    search(otter, "")
    expect(bar.get_by_role("searchbox")).to_have_value("gene10")
    bar.get_by_role("checkbox", name="Only rows with hits").uncheck()
    expect(heron.locator("#view .count")).to_have_text("113 of 450 rows")
