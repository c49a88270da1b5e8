"""Text that wraps in its rows: everywhere, or in one column."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_copying import number
from tests.browser.test_reading_together import cell
from tests.browser.test_wide import choose, header, scroll_to, wide
from tests.edges.talk import put

LONG = "".join(f"{row}\t{'many words ' * 40}\t{'more words ' * 20}\n" for row in range(2, 120))
TEXT = f"id\tone\tother\n{LONG}".encode()


def row_height(page: Page, row: int) -> float:
    box = number(page, row).bounding_box()
    assert box
    return box["height"]


def expect_height(page: Page, row: int, *, wraps: bool) -> None:
    page.wait_for_function(
        """([row, wraps]) => {
            const numbers = [...document.querySelectorAll("#grid tbody th")]
            const { height } = numbers.find(one => one.textContent === row).getBoundingClientRect()
            return wraps ? height > 50 : height < 30
        }""",
        arg=[str(row), wraps],
    )


def wrap_all(page: Page, value: str) -> None:
    page.locator("#settings summary").click()
    page.locator(f"#look [name=longText][value='{value}']").check(force=True)
    page.keyboard.press("Escape")


def test_all_text_wraps_in_its_rows_and_stays_so(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, TEXT)
    page = window(link)
    expect(cell(page, "2")).to_be_visible()
    page.keyboard.press("Control+g")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(number(page, 50)).to_be_in_viewport()
    before = page.evaluate("document.querySelector('#grid').scrollTop")
    wrap_all(page, "wrap")
    expect_height(page, 50, wraps=True)
    assert page.evaluate("document.querySelector('#grid').scrollTop") > 1.5 * before  # where one was, rows have grown
    expect(header(page, "one")).to_be_in_viewport()
    page.keyboard.press("Control+ArrowDown")
    expect(number(page, 100)).to_be_in_viewport()
    page.reload()
    expect(cell(page, "2")).to_be_visible()
    expect_height(page, 2, wraps=True)
    choose(page, "one", "Keep the column’s text on one line")
    choose(page, "other", "Keep the column’s text on one line")
    expect_height(page, 2, wraps=False)
    other = window(link, viewport={"width": 360, "height": 700})
    expect(cell(other, "2")).to_be_visible()
    assert row_height(other, 2) < 30


def test_one_column_wraps_for_one_table(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, TEXT)
    page = window(link)
    expect(cell(page, "2")).to_be_visible()
    cell(page, "5").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="wrap the column").click()
    expect_height(page, 5, wraps=True)
    page.reload()
    expect(cell(page, "5")).to_be_visible()
    expect_height(page, 5, wraps=True)
    page.goto(site.first_page + put(site.server, TEXT))
    expect(cell(page, "5")).to_be_visible()
    expect_height(page, 5, wraps=False)


def test_a_wrapped_cell_shows_all_that_was_sent_and_leads_to_the_rest(site: Site, window: Open) -> None:
    rows = "".join(f"{row}\t{'many words ' * 80}end\t{'more words ' * 400}last\n" for row in range(2, 40))
    page = window(site.first_page + put(site.server, f"id\tone\tother\n{rows}".encode()))
    expect(cell(page, "2")).to_be_visible()
    first = page.locator("#grid tbody tr").first.locator("td")
    expect(first.nth(1)).to_have_text(re.compile("…$"))
    wrap_all(page, "wrap")
    expect(first.nth(1)).to_have_text(re.compile("words end$"))
    rest = first.nth(2).get_by_role("button", name="Show all, 4.4 KB")
    expect(first.nth(2)).to_contain_text("…")
    assert len(first.nth(2).inner_text()) > 2000
    for _ in range(2):  # the record stays open
        rest.click()
        expect(page.locator("#record [aria-current]").first).to_contain_text("other")
    page.locator("#record").get_by_role("link", name="Show all").click()
    expect(page.locator("#record dd").nth(2)).to_contain_text("last")
    wrap_all(page, "")
    expect(rest).to_have_count(0)


def test_rows_of_a_wide_table_wrap_where_one_scrolls_to(site: Site, window: Open) -> None:
    data = re.sub(rb"(?m)^\d+[.]1\t", b"words " * 60 + b"\t", wide(100))
    page = window(site.first_page + put(site.server, data))
    expect(cell(page, "2.2")).to_be_visible()
    choose(page, "name 1", "Wrap the column’s text")
    expect_height(page, 2, wraps=True)
    page.keyboard.press("Control+g")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(number(page, 100)).to_be_in_viewport()
    expect(cell(page, "100.3")).to_be_in_viewport()
    expect_height(page, 100, wraps=True)
    page.keyboard.press("Control+g")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(number(page, 40)).to_be_in_viewport()
    scroll_to(page, 0.5)  # to columns whose text is short
    expect_height(page, 40, wraps=False)
    expect(number(page, 40)).to_be_in_viewport()
    scroll_to(page, 0)
    expect_height(page, 40, wraps=True)
    expect(number(page, 40)).to_be_in_viewport()
