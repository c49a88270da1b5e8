"""On paper: the selected cells or the page, as wide as the paper, titled on each sheet, and no number broken."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_wide import header, wide
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

LANDSCAPE = {"width": 1032, "height": 700}
"""A4 without its margins, at 96 pixels an inch."""

COLUMNS = 45
NAMES = "\t".join(f"measure_{column}" for column in range(1, COLUMNS + 1))
ROWS = "".join(
    "".join(f"{row}{'0123456789' * (column % 3)}.{column:03}\t" for column in range(1, COLUMNS)) + "some words\n"
    for row in range(2, 251)
)


@pytest.fixture
def page(site: Site, window: Open) -> Page:
    page = window(site.first_page + put(site.server, f"{NAMES}\n{ROWS}".encode(), "measures.tsv"), viewport=LANDSCAPE)
    expect_loaded(page)
    return page


def print_out(page: Page) -> None:
    """Bring the paper on screen."""
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".paper")).to_be_visible()


def texts(page: Page, selector: str) -> list[str]:
    return page.locator(selector).all_inner_texts()


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_page_is_printed_in_bands_that_fit_and_break_no_number(page: Page) -> None:
    print_out(page)
    tables = page.locator(".paper table")
    names = texts(page, ".paper thead tr:last-child th:not(:first-child)")
    assert names == NAMES.split("\t")
    assert tables.count() > 4
    first = tables.first.locator("thead tr:last-child th").count() - 1
    title = f"measures.tsv · page 1 of 3 · rows 2–100 · columns 1–{first}"
    expect(page.locator(".paper-title").first).to_have_text(title)
    for table in tables.all():
        expect(table.locator("tbody tr")).to_have_count(99)
        assert table.evaluate("table => table.offsetWidth") <= LANDSCAPE["width"]
    broken = page.evaluate("""() => [...document.querySelectorAll('.paper td.number')].filter(cell => {
      const range = document.createRange()
      range.selectNodeContents(cell)
      return range.getClientRects().length > 1
    }).length""")
    assert broken == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= LANDSCAPE["width"]
    head = page.locator(".paper thead").first
    assert head.evaluate("head => getComputedStyle(head).display") == "table-header-group"
    expect(page.locator(".head, .strip, .foot, #viewer").and_(page.locator(":visible"))).to_have_count(0)


def test_what_is_selected_is_printed_and_one_cell_is_no_selection(page: Page) -> None:
    whole = sheets(page.pdf(prefer_css_page_size=True))
    expect(page.locator(".paper")).to_have_count(0)
    page.locator("#grid tbody td").nth(1).click()
    print_out(page)
    assert page.locator(".paper tbody tr").count() > 99
    page.emulate_media(media="null")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    print_out(page)
    assert texts(page, ".paper thead tr:last-child th") == ["1", "measure_2", "measure_3"]
    assert [row.split("\t")[0] for row in texts(page, ".paper tbody tr")] == ["2", "3"]
    expect(page.locator(".paper-title")).to_have_text("measures.tsv · page 1 of 3 · rows 2–3")
    page.emulate_media(media="null")
    assert whole > sheets(page.pdf(prefer_css_page_size=True)) == 1


def expect_printed(page: Page, columns: int, left_out: str) -> None:
    """Wait until the browser is asked to print, and look at the paper then."""
    page.wait_for_function("() => document.body.dataset.asked")
    page.evaluate("delete document.body.dataset.asked")
    print_out(page)
    assert len(texts(page, ".paper thead tr:last-child th:not(:first-child)")) == columns
    expect(page.locator(".paper-title").first).to_contain_text(left_out)
    page.emulate_media(media="null")


def test_columns_that_are_not_here_are_fetched_before_the_browser_prints(site: Site, window: Open) -> None:
    page = window()
    page.add_init_script("window.print = () => { document.body.dataset.asked = 'yes' }")
    page.goto(site.first_page + put(site.server, wide(30)))
    expect_loaded(page)
    page.keyboard.press("Control+p")
    expect_printed(page, 200, "4,800 columns are left out: select them to print them")
    expect(page.locator(".paper table").last.locator("tbody tr").first.locator("td").last).to_have_text("2.200")
    page.locator("#grid").evaluate("grid => { grid.scrollLeft = grid.scrollWidth }")
    header(page, "name 4990").click()
    header(page, "name 5000").click(modifiers=["Shift"])
    page.locator("#grid").evaluate("grid => { grid.scrollLeft = 0 }")
    expect(header(page, "name 2")).to_be_in_viewport()
    page.keyboard.press("Control+k")
    page.keyboard.type("print")
    page.keyboard.press("Enter")
    expect_printed(page, 11, "rows 2–30")
