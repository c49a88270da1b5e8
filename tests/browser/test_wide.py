"""People at a table that is wider than any screen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_later import Held
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

COLUMNS = 5000


def wide(rows: int) -> bytes:
    names = "\t".join(f"name {column}" for column in range(1, COLUMNS + 1))
    lines = ("\t".join(f"{row}.{column}" for column in range(1, COLUMNS + 1)) for row in range(2, rows + 1))
    return "\n".join([names, *lines, ""]).encode()


def cell(page: Page, text: str) -> Locator:
    return page.locator("#grid table:not(.sent) td").get_by_text(text, exact=True)  # that answers to hands


def scroll_to(page: Page, share: float) -> None:
    """Scroll sideways, and wait until what is there is drawn."""
    page.evaluate(
        """async share => {
            const grid = document.querySelector("#grid")
            grid.scrollLeft = share * grid.scrollWidth
            for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
        }""",
        share,
    )
    expect(page.locator("#grid td.awaited")).to_have_count(0)


def in_the_corner(page: Page) -> str:
    """The name of the first column that is wholly in sight, as soon as one is: a scroll is drawn a little later."""
    name: str = page.wait_for_function(
        """() => {
            const grid = document.querySelector("#grid").getBoundingClientRect()
            const left = name => name.getBoundingClientRect().left
            const names = [...document.querySelectorAll("#grid thead th")].slice(1)
            return names.find(name => left(name) >= grid.left + 45 && left(name) < grid.right)?.textContent
        }"""
    ).json_value()
    return name


def test_one_scrolls_through_thousands_of_columns_and_sees_their_cells(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect(cell(page, "2.1")).to_be_visible()
    for share in (0.5, 1, 0.25, 0):
        scroll_to(page, share)
        column = in_the_corner(page).removeprefix("name ")
        expect(cell(page, f"2.{column}")).to_be_visible()
        expect(page.get_by_role("columnheader", name=f"name {column}", exact=True)).to_be_visible()
    scroll_to(page, 1)
    expect(cell(page, f"2.{COLUMNS}")).to_be_visible()
    assert page.locator("#grid td").count() < 5000, "only what is in sight is in the document"


def test_turning_the_page_keeps_the_columns_of_everyone(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, wide(250))
    one, other = window(link), window(link)
    expect(cell(other, "2.1")).to_be_visible()
    expect(cell(one, "2.1")).to_be_visible()
    scroll_to(one, 0.5)
    expect(one.locator("#grid td.awaited")).to_have_count(0)
    column = in_the_corner(one).removeprefix("name ")
    other.get_by_role("button", name="Next page").click()
    expect(cell(other, "101.1")).to_be_visible()
    expect(cell(one, f"101.{column}")).to_be_visible()
    assert in_the_corner(one) == f"name {column}"


def test_the_last_row_of_a_wide_page_is_drawn_when_one_gets_there(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(100)))
    expect(cell(page, "2.1")).to_be_visible()
    page.evaluate("() => { const grid = document.querySelector('#grid'); grid.scrollTop = grid.scrollHeight }")
    expect(cell(page, "100.1")).to_be_visible()


def test_columns_are_counted_for_those_who_do_not_see_them(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(5)))
    expect(cell(page, "2.1")).to_be_visible()
    expect(page.locator("#grid table")).to_have_attribute("aria-colcount", str(COLUMNS + 1))  # with the row numbers
    scroll_to(page, 0.5)
    column = in_the_corner(page).removeprefix("name ")
    expect(cell(page, f"2.{column}")).to_have_attribute("aria-colindex", str(int(column) + 1))
    expect(page.locator("#grid tbody th").first).to_have_attribute("aria-colindex", "1")
    expect(page.get_by_role("grid", name="Table cities.tsv")).to_be_visible()
    expect(page.get_by_role("columnheader", name="1", exact=True)).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Row", exact=True)).to_have_text("1")


TOUCHED = """async () => {
    const grid = document.querySelector("#grid")
    const cells = () => [...grid.querySelectorAll("td:not(.gap), th")]
    const places = new Map(cells().map(cell => [cell, cell.ariaColIndex]))
    const touched = new Set()
    const observer = new MutationObserver(records => records.forEach(({target}) => touched.add(target)))
    observer.observe(grid, {subtree: true, attributes: true, characterData: true, childList: true})
    const first = grid.querySelector("thead th + .gap + th")
    grid.scrollLeft += 600
    while (grid.contains(first) && first.ariaColIndex === places.get(first))
        await new Promise(requestAnimationFrame)
    observer.disconnect()
    const stay = cells().filter(cell => cell.ariaColIndex === places.get(cell))
    return [stay.length, stay.filter(cell => touched.has(cell) || touched.has(cell.firstChild)).length]
}"""
"""Scrolls on, and counts the cells whose columns stay, and those among them that the script changed."""


def test_scrolling_on_leaves_the_cells_alone_whose_columns_stay(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect(cell(page, "2.1")).to_be_visible()
    scroll_to(page, 0.5)
    expect_loaded(page)
    stay, touched = page.evaluate(TOUCHED)
    assert stay > 100
    assert touched == 0


def header(page: Page, name: str) -> Locator:
    return page.locator("#grid table:not(.sent)").get_by_role("columnheader", name=name, exact=True)


def width_of(page: Page, name: str) -> float:
    expect(page.get_by_role("gridcell").first).to_be_visible()  # the table that is there before any script has none
    box = header(page, name).bounding_box()
    assert box
    return box["width"]


def drag(page: Page, name: str, *, right: float, edge: bool) -> None:
    """Take a column by its edge or by its middle, and let it go elsewhere."""
    expect_loaded(page)
    box = header(page, name).bounding_box()
    assert box
    x, y = box["x"] + (box["width"] - 2 if edge else box["width"] / 2), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y)
    page.mouse.move(x + right, y)
    page.mouse.up()


def choose(page: Page, name: str, what: str) -> None:
    header(page, name).click(button="right")
    page.get_by_role("button", name=what).click()


def names(page: Page, count: int) -> list[str]:
    return page.locator("#grid thead th").all_text_contents()[1 : count + 1]


SMALL = b"city\tpeople\tarea\nOslo\t709037\t454\nQuito\t2011388\t372\n"


def test_a_column_is_made_wider_by_hand_and_fits_again_and_stays_so(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, SMALL)
    page = window(link)
    expect(cell(page, "Oslo")).to_be_visible()
    before = width_of(page, "people")
    drag(page, "people", right=80, edge=True)
    assert abs(width_of(page, "people") - before - 80) < 3
    page.goto(link)
    expect(cell(page, "Oslo")).to_be_visible()
    assert abs(width_of(page, "people") - before - 80) < 3
    box = header(page, "people").bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] - 2, box["y"] + 10)
    assert width_of(page, "people") < before + 3


def test_columns_are_hidden_pinned_and_moved_and_the_next_version_has_them_so(site: Site, window: Open) -> None:
    uuid = put(site.server, SMALL)
    page = window(site.first_page + uuid)
    expect(cell(page, "Oslo")).to_be_visible()
    choose(page, "people", "Hide the column")
    assert names(page, 3) == ["city", "area"]
    choose(page, "area", "Pin the column")
    assert names(page, 3) == ["area", "city"]
    put(site.server, b"year\t" + SMALL.replace(b"\n", b"\n2026\t", 2), uuid)
    expect(header(page, "year")).to_be_visible()
    assert names(page, 4) == ["area", "year", "city"]
    header(page, "city").click()
    drag(page, "city", right=-header(page, "year").bounding_box()["width"], edge=False)  # type: ignore[index]
    assert names(page, 4) == ["area", "city", "year"]
    page.goto(site.first_page + uuid)
    expect(header(page, "year")).to_be_visible()
    assert names(page, 4) == ["area", "city", "year"]
    choose(page, "area", "Unpin the column")
    choose(page, "area", "Show all columns")
    assert names(page, 4) == ["year", "city", "people", "area"]


def test_a_pinned_column_stays_while_one_scrolls_to_the_end(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect(cell(page, "2.1")).to_be_visible()
    choose(page, "name 2", "Pin the column")
    scroll_to(page, 1)
    expect(cell(page, "2.2")).to_be_in_viewport()
    expect(cell(page, f"2.{COLUMNS}")).to_be_in_viewport()
    page.get_by_role("button", name="Next page").click()
    expect(cell(page, "101.2")).to_be_in_viewport()
    expect(cell(page, f"101.{COLUMNS}")).to_be_in_viewport()


def test_some_letters_of_its_name_lead_to_a_column_far_away(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(50)))
    expect(cell(page, "2.1")).to_be_visible()
    page.locator("#grid").focus()
    page.keyboard.press("c")
    page.locator("#palette-field").fill("nm4321")
    page.get_by_role("option", name="name 4321").click()
    expect(cell(page, "2.4321")).to_be_in_viewport()


def test_a_column_that_is_asked_for_before_its_name_is_there_is_gone_to(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(50)))
    expect(cell(page, "2.1")).to_be_visible()
    held = Held(page, re.compile("/columns[?]"))
    page.locator("#grid").focus()
    page.keyboard.press("c")
    page.keyboard.type("name 4321")
    page.keyboard.press("Enter")
    held.let_go(page)
    expect(cell(page, "2.4321")).to_be_in_viewport()
    expect(page.locator("#palette")).to_be_hidden()


def test_the_bar_below_leads_anywhere_among_the_columns(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(50)))
    expect(cell(page, "2.1")).to_be_visible()
    expect(page.locator("#columns-bar")).to_be_visible()
    page.locator("#columns-bar").focus()
    page.keyboard.press("End")
    expect(cell(page, f"2.{COLUMNS}")).to_be_in_viewport()


def test_a_cell_that_was_sent_cut_is_there_whole_on_demand(site: Site, window: Open) -> None:
    long = " ".join(f"word{number}" for number in range(3000))
    page = window(site.first_page + put(site.server, f"id\ttext\n1\t{long}\n".encode()))
    expect(page.get_by_role("gridcell", name="1", exact=True)).to_be_visible()
    page.locator("#grid tbody td").nth(1).click()
    page.keyboard.press("Enter")
    record = page.locator("#record")
    expect(record).not_to_contain_text("word2999")
    record.get_by_role("link", name="Show all").click()
    expect(record).to_contain_text("word2999")


def test_a_record_is_read_from_the_first_column_to_the_last(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(20)))
    cell(page, "3.1").click()
    page.keyboard.press("Enter")
    record = page.locator("#record")
    expect(record.locator("dd")).to_have_count(300)
    expect(record.get_by_role("button", name="Columns before")).to_be_disabled()
    record.get_by_role("button", name="Columns after").click()
    expect(record.locator("#record-title")).to_have_text("Row 3, columns 301–600 of 5,000")
    expect(record.locator("dd").last).to_have_text("3.600")
    expect(record.locator("dd")).to_have_count(300)
    expect(cell(page, "3.301")).to_be_in_viewport()
    record.get_by_role("button", name="Go to a column").click()
    page.keyboard.type("name 4999")
    page.keyboard.press("Enter")
    expect(record.locator("[aria-current]").last).to_have_text("3.4999")
    expect(record.get_by_role("button", name="Columns after")).to_be_disabled()
    expect(record.locator("dd")).to_have_count(200)
    record.get_by_role("button", name="Row below").click()
    expect(record.locator("dd").last).to_have_text("4.5000")
    expect(record.locator("dd")).to_have_count(200)
