"""People who arrange columns see that they can, see what they did, and can take it back."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_wide import SMALL, cell, drag, header, names, scroll_to, wide, width_of
from tests.browser.windows import expect_loaded, intercept
from tests.edges.talk import ask, put


def opened(site: Site, window: Open, table: bytes) -> Page:
    page = window(site.first_page + put(site.server, table))
    expect_loaded(page)
    return page


def menu_of(page: Page, name: str) -> Locator:
    header(page, name).hover()
    return page.get_by_role("button", name=f"Menu of {name}", exact=True)


def choose(page: Page, name: str, what: str) -> None:
    menu_of(page, name).click()
    page.locator("#column-menu").get_by_role("button", name=what).click()


def expect_names(page: Page, letters: str) -> None:
    """The table has these columns, in this order."""
    expect(page.locator("#grid thead th[scope=col]:not(.corner)")).to_have_text(list(letters))


def test_what_was_done_to_columns_is_said_and_taken_back(site: Site, window: Open) -> None:
    page = opened(site, window, SMALL)
    chip = page.get_by_role("group", name="Arrangement of the columns")
    expect(chip).to_be_hidden()
    choose(page, "people", "Hide the column")
    choose(page, "area", "Pin the column")
    expect(chip).to_contain_text("1 hidden · 1 pinned")
    choose(page, "city", "Hide the column")
    expect(chip).to_contain_text("2 hidden · 1 pinned")
    chip.get_by_role("button", name="Undo").click()
    expect(chip).to_contain_text("1 hidden · 1 pinned")
    assert names(page, 2) == ["area", "city"]
    chip.get_by_role("button", name="Reset").click()
    expect(chip).to_contain_text("columns as in the file")
    assert names(page, 3) == ["city", "people", "area"]
    chip.get_by_role("button", name="Undo").press("Enter")
    expect(chip).to_contain_text("1 hidden · 1 pinned")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(chip).to_be_hidden()
    assert names(page, 3) == ["city", "people", "area"]
    choose(page, "area", "Hide the column")
    chip.get_by_role("button", name="Reset").click()
    expect(chip).to_contain_text("columns as in the file")
    ask(site.server, "PUT", urlsplit(page.url).path, b"river\tlength\nNile\t6650\n")
    expect(header(page, "river")).to_be_visible()
    expect(chip).to_be_hidden()  # it spoke of the other table


def test_what_is_done_to_a_column_is_done_to_all_that_are_selected_with_it(site: Site, window: Open) -> None:
    page = opened(site, window, b"a\tb\tc\td\te\tf\n1\t2\t3\t4\t5\t6\n")
    header(page, "b").click()
    header(page, "c").click(modifiers=["Shift"])
    header(page, "e").click(modifiers=["ControlOrMeta"])
    choose(page, "c", "Move 3 columns left")
    assert names(page, 6) == ["b", "c", "e", "a", "d", "f"]
    drag(page, "b", right=90, edge=True)
    widths = [width_of(page, name) for name in "bce"]
    assert widths == [widths[0]] * 3
    assert widths[0] > width_of(page, "a") + 60
    choose(page, "e", "Fit 3 columns to their cells")
    assert width_of(page, "c") == width_of(page, "a")
    drag(page, "c", right=left_of(page, "f") - left_of(page, "c") + 20, edge=False)
    assert names(page, 6) == ["a", "d", "f", "b", "c", "e"]
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="pin 3 columns").click()
    expect(page.locator("#arranged-words")).to_have_text("3 pinned")
    choose(page, "b", "Unpin 3 columns")
    choose(page, "b", "Wrap the text of 3 columns")
    expect(page.locator("#grid tbody td.wraps")).to_have_count(3)
    choose(page, "d", "Hide the column")  # it is not among them
    expect(page.locator("#arranged-words")).to_contain_text("1 hidden")
    header(page, "b").click()
    header(page, "e").click(modifiers=["Shift"])
    choose(page, "b", "Hide 3 columns")
    expect(page.locator("#arranged-words")).to_contain_text("4 hidden")
    page.keyboard.press("Control+z")
    expect(page.locator("#arranged-words")).to_contain_text("1 hidden")


def test_columns_whose_names_are_not_here_are_hidden_with_the_others(site: Site, window: Open) -> None:
    page = opened(site, window, wide(5))
    header(page, "name 2").click()
    page.locator("#grid").evaluate("grid => { grid.scrollLeft = grid.scrollWidth }")
    header(page, "name 4999").click(modifiers=["Shift"])
    choose(page, "name 4999", "Hide 4,998 columns")
    expect(page.locator("#arranged-words")).to_have_text("4,998 hidden")
    assert names(page, 2) == ["name 1", "name 5000"]


def test_columns_that_were_moved_stay_beside_the_same_ones(site: Site, window: Open) -> None:
    page = opened(site, window, b"a\tb\tc\td\te\n1\t2\t3\t4\t5\n")
    choose(page, "e", "Move the column left")
    choose(page, "a", "Move the column right")
    choose(page, "b", "Move the column right")
    assert names(page, 5) == ["a", "b", "c", "e", "d"]
    expect(page.locator("#arranged")).to_contain_text("reordered")


def test_columns_that_the_view_chooses_are_everyones_and_hidden_through_it(site: Site, window: Open) -> None:
    table = b"a\tb\tc\td\te\tf\n1\t2\t3\t4\t5\t6\n"
    otter = opened(site, window, table)
    heron = window(otter.url.partition("?")[0])
    expect_loaded(heron)
    choose(heron, "b", "Hide the column")
    expect_names(heron, "acdef")
    choose(otter, "e", "Hide the column")
    choose(otter, "f", "Hide the column")
    otter.locator("#arranged-words").click()
    otter.get_by_label("Part of the view").click()
    for page in (otter, heron):
        expect_names(page, "abcd")  # what each has hidden rests
        expect(page.locator("#view .words")).to_have_text("4 columns only")
        expect(page.locator("#arranged")).to_be_hidden()
    otter.get_by_role("checkbox", name="6 f").click()
    expect_names(heron, "abcdf")
    otter.keyboard.press("Escape")
    choose(heron, "c", "Hide the column")
    expect_names(otter, "abdf")
    choose(otter, "d", "move the column left")
    expect_names(heron, "adbf")
    expect(otter).to_have_url(re.compile("_col=a&_col=d&_col=b&_col=f"))
    owl = window(otter.url)
    expect(owl.locator("#grid td").first).to_be_visible()
    expect_names(owl, "adbf")
    owl.close()
    otter.get_by_role("button", name="Remove: 4 columns only").click()
    expect_names(otter, "abcd")
    expect_names(heron, "acdef")


def test_any_of_thousands_of_columns_is_hidden_by_the_keyboard(site: Site, window: Open) -> None:
    page = opened(site, window, wide(5))
    page.locator("#grid").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("hide columns")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Columns")).to_be_visible()
    expect(page.locator("#column-list-field")).to_be_focused()
    expect(page.locator("#column-list-rest")).to_have_text("4,000 more columns: search for them")
    page.keyboard.type("name 4321")
    box = page.get_by_role("checkbox", name="4,321 name 4321")
    expect(box).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#column-list-field")).to_be_focused()
    page.locator("#column-list-field").fill("name 43")
    page.get_by_role("button", name="Hide all").click()
    expect(page.locator("#arranged-words")).to_have_text("111 hidden")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#arranged")).to_contain_text("columns as in the file")
    page.locator("#column-list-field").fill("")
    page.get_by_role("button", name="Hide all").click()
    expect(page.locator("#grid thead th")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#column-list")).to_be_hidden()
    page.locator("#arranged-undo").click()
    expect(cell(page, "2.1")).to_be_visible()


def test_a_header_shows_its_menu_its_edge_and_where_it_would_stand(site: Site, window: Open) -> None:
    page = opened(site, window, SMALL)
    cell(page, "Oslo").click()
    expect(page.get_by_role("button", name="Menu of city")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Menu of city")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#column-menu button").first).to_be_focused()
    page.keyboard.press("Escape")
    cell(page, "709037").click()
    page.keyboard.press("m")
    items = page.locator("#column-menu button")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("w")
    expect(items.filter(has_text="Wrap the column")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, "709037")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#arranged")).to_be_hidden()
    city, area = (header(page, name).bounding_box() for name in ("city", "area"))
    assert city
    assert area
    page.mouse.move(city["x"] + city["width"] - 2, city["y"] + 9)
    expect(header(page, "city")).to_have_attribute("data-edge", "")
    choose(page, "people", "Hide the column")
    page.mouse.click(city["x"] + city["width"] - 2, city["y"] + 9)  # no drag: there is nothing to take back
    page.locator("#arranged-undo").click()
    expect(header(page, "people")).to_be_visible()
    expect(page.locator("#arranged")).to_be_hidden()
    header(page, "city").click()
    page.mouse.move(city["x"] + 20, city["y"] + 9)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] - 9, area["y"] + 9)
    expect(page.locator(".column-ghost")).to_have_text("city")
    line = page.locator(".drop-line").bounding_box()
    assert line
    assert abs(line["x"] - area["x"] - area["width"]) < 3
    page.keyboard.press("Escape")
    expect(page.locator(".column-ghost")).to_have_count(0)
    page.mouse.up()
    assert names(page, 3) == ["city", "people", "area"]


def test_the_bar_names_the_columns_and_the_first_one_stays_in_sight(site: Site, window: Open) -> None:
    page = opened(site, window, wide(50))
    bar = page.locator("#columns-bar")
    box = bar.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#columns-hint")).to_have_text(re.compile("^2,(\\d{3}) · name 2\\1$"))
    page.get_by_role("button", name="Keep the first column in sight").click()
    scroll_to(page, 0.5)
    expect(cell(page, "2.1")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(bar).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("#columns-hint")).to_contain_text("name 5000")
    expect(page.locator("#tip")).to_be_hidden()  # one hint is enough
    expect(bar).to_have_attribute("aria-valuetext", re.compile("name 5000$"))
    page.get_by_role("button", name="Keep the first column in sight", pressed=True).click()
    expect(cell(page, "2.1")).to_have_count(0)


def test_names_that_cannot_be_loaded_are_asked_for_again(site: Site, window: Open) -> None:
    page = opened(site, window, wide(5))
    bar, hint = page.locator("#columns-bar"), page.locator("#columns-hint")
    intercept(page, "**/columns?*", lambda route: route.abort("connectionrefused"))
    with page.expect_event("requestfailed"):
        bar.hover()
    expect(hint).to_be_visible()
    expect(hint).not_to_contain_text("name")
    page.locator("#grid").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("hide columns")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("The server cannot be reached.")
    page.keyboard.press("Escape")
    page.unroute_all()
    page.mouse.move(0, 0)
    expect(hint).to_be_hidden()
    bar.hover()
    expect(hint).to_contain_text("name")


def left_of(page: Page, name: str) -> float:
    box = header(page, name).bounding_box()
    assert box
    return box["x"]


def test_a_column_in_sight_stays_where_it_is_when_others_grow_on_a_later_page(site: Site, window: Open) -> None:
    names = "\t".join(f"name {column}" for column in range(1, 31))
    short, long = "\t".join(["7"] * 30), "\t".join(["7000000000"] * 30)
    rows = [names, *[short] * 99, *[long] * 1000]
    page = opened(site, window, ("\n".join(rows) + "\n").encode())
    scroll_to(page, 0.3)
    page.wait_for_function("() => document.querySelector('#grid').scrollLeft > 0")
    cell_of = page.locator("#grid tbody tr").first.locator("td").nth(15)
    cell_of.click()
    before, width = left_of(page, "name 16"), header(page, "name 5").evaluate("name => name.offsetWidth")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#grid tbody th").first).to_have_text("101")
    assert header(page, "name 5").evaluate("name => name.offsetWidth") > width + 9
    assert abs(left_of(page, "name 16") - before) <= 1


def test_all_cells_of_a_row_are_tinted_under_the_mouse(site: Site, window: Open) -> None:
    page = opened(site, window, b"a\tb\tc\n1\t\n2\t\t3\n")
    colour = "cell => getComputedStyle(cell).backgroundColor"
    for row, column in ((0, 0), (0, 1), (0, 2), (1, 1)):
        cell_of = page.locator("#grid tbody tr").nth(row).locator("td").nth(column)
        page.locator("#facts").hover()
        before = cell_of.evaluate(colour)
        page.locator("#grid tbody tr").nth(row).locator("th").hover()
        assert cell_of.evaluate(colour) != before, (row, column)
        assert "border-box" in cell_of.evaluate("cell => getComputedStyle(cell).backgroundClip"), "to its edges"


def test_longer_texts_on_a_later_page_move_no_column_in_sight(site: Site, window: Open) -> None:
    header = "\t".join(f"n{column}" for column in range(1, 31))
    rows = ["\t".join([name] * 30) for name in ["a short name"] * 99 + ["a longer name"] * 100]
    page = opened(site, window, ("\n".join([header, *rows]) + "\n").encode())
    edges = "() => [...document.querySelectorAll('#grid thead th')].map(name => name.getBoundingClientRect().left)"
    before = [left for left in page.evaluate(edges) if left < 1440]
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#grid tbody th").first).to_have_text("101")
    after = page.evaluate(edges)
    assert after[: len(before)] == before
