"""People at a table that is wider than any screen."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.edges.talk import put

COLUMNS = 5000


def wide(rows: int) -> bytes:
    names = "\t".join(f"name {column}" for column in range(1, COLUMNS + 1))
    lines = ("\t".join(f"{row}.{column}" for column in range(1, COLUMNS + 1)) for row in range(2, rows + 1))
    return "\n".join([names, *lines, ""]).encode()


def cell(page: Page, text: str) -> Locator:
    return page.locator("#grid td").get_by_text(text, exact=True)


def scroll_to(page: Page, share: float) -> None:
    page.evaluate(
        "share => { const grid = document.querySelector('#grid'); grid.scrollLeft = share * grid.scrollWidth }", share
    )


def in_the_corner(page: Page) -> str:
    """The name of the first column that is wholly in sight."""
    name: str = page.evaluate(
        """() => {
            const grid = document.querySelector("#grid").getBoundingClientRect()
            const names = [...document.querySelectorAll("#grid thead th")].slice(1)
            return names.find(name => name.getBoundingClientRect().left >= grid.left + 45)?.textContent
        }"""
    )
    return name


def test_one_scrolls_through_thousands_of_columns_and_sees_their_cells(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect(cell(page, "2.1")).to_be_visible()
    for share in (0.5, 1, 0.25, 0):
        scroll_to(page, share)
        expect(page.locator("#grid td.awaited")).to_have_count(0)
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
    expect(page.locator("#grid table")).to_have_attribute("aria-colcount", str(COLUMNS))
    scroll_to(page, 0.5)
    expect(page.locator("#grid td.awaited")).to_have_count(0)
    column = in_the_corner(page).removeprefix("name ")
    expect(cell(page, f"2.{column}")).to_have_attribute("aria-colindex", column)
