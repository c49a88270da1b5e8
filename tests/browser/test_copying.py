"""Selecting several things at once, and copying what is seen, also what is not loaded."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_hands import CLIPBOARD, copied, row_number
from tests.browser.test_later import Held
from tests.browser.test_reading_together import cell, expect_page, table
from tests.browser.test_wide import choose, header, wide
from tests.browser.windows import intercept
from tests.edges.talk import put

NUMBERS = "#grid tbody th[data-within]"
NAMES = "#grid thead th[data-within]:not(.corner)"
CELLS = "#grid tbody td[aria-selected]"
LETTERS = b"a\tb\tc\td\n" + b"".join(b"a%d\tb%d\tc%d\td%d\n" % (row, row, row, row) for row in range(2, 10))


def opened(site: Site, window: Open, data: bytes) -> Page:
    page = window(site.first_page + put(site.server, data), permissions=CLIPBOARD)
    expect(page.get_by_role("gridcell").first).to_be_visible()
    return page


def told(page: Page) -> Locator:
    return page.locator("#told")


def drag_between(page: Page, one: Locator, other: Locator) -> None:
    one.hover()
    page.mouse.down()
    box = other.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()


def number(page: Page, row: int) -> Locator:
    return page.get_by_role("rowheader", name=str(row), exact=True)


def test_a_wide_row_is_loaded_and_copied_whole(site: Site, window: Open) -> None:
    page = opened(site, window, wide(150))
    row_number(page, 3)
    held = Held(page, re.compile("/rows[?].*columns=101-"))
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("Loading the cells to copy: 0 %")
    held.let_go(page)
    page.unroute_all()
    expect(told(page)).to_have_text("Copied: 1 row, 5,000 columns")
    whole = "\t".join(f"3.{column}" for column in range(1, 5001))
    assert page.evaluate("navigator.clipboard.readText()") == whole
    row_number(page, 5)
    number(page, 7).click(modifiers=["ControlOrMeta"])
    names, *rows = copied(page, "Control+Shift+C").split("\n")
    assert (names.split("\t")[:2], len(names.split("\t"))) == (["name 1", "name 2"], 5000)
    assert [row.split("\t")[4999] for row in rows] == ["5.5000", "7.5000"]


def test_a_long_cell_that_was_sent_cut_is_copied_whole(site: Site, window: Open) -> None:
    long = ["word " * 3000, "x" * (2**20 + 7)]
    page = opened(site, window, "a\tb\n{}\t1\n{}\t2\n".format(*long).encode())
    row_number(page, 2)
    assert copied(page) == f"{long[0]}\t1"
    row_number(page, 3)
    assert copied(page) == f"{long[1]}\t2"


def test_where_the_browser_wants_another_press_the_page_says_so(site: Site, window: Open) -> None:
    page = opened(site, window, wide(20))
    row_number(page, 3)
    page.evaluate(
        """() => {
            delete window.ClipboardItem
            navigator.clipboard.writeText = () => Promise.reject()
            document.execCommand = () => false
        }"""
    )
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("All of the cells are here now: copy once more.")
    page.evaluate("() => { document.execCommand = Document.prototype.execCommand }")
    intercept(page, "**/rows?*", lambda route: route.fulfill(status=503))  # nothing is loaded twice
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("Copied: 1 row, 5,000 columns")
    assert page.evaluate("navigator.clipboard.readText()").endswith("3.4999\t3.5000")
    row_number(page, 4)
    page.keyboard.press("Control+c")
    expect(told(page)).to_have_text("The rest of the selection could not be loaded: try again.")


def test_what_is_too_much_to_copy_is_refused_in_a_sentence(site: Site, window: Open) -> None:
    names = "\t".join(f"n{column}" for column in range(20_100))
    page = opened(site, window, (names + "\n1" * 120 + "\n").encode())
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    expect(told(page)).to_contain_text("This is too much to copy")


def test_rows_and_columns_are_selected_by_dragging_and_with_shift(site: Site, window: Open) -> None:
    page = opened(site, window, table(250))
    drag_between(page, number(page, 4), number(page, 9))
    expect(page.locator(NUMBERS)).to_have_text(["4", "5", "6", "7", "8", "9"])
    number(page, 11).click(modifiers=["Shift"])
    expect(page.locator(NUMBERS)).to_have_count(8)
    drag_between(page, header(page, "number"), header(page, "text"))
    expect(page.locator(NAMES)).to_have_text(["number", "text"])
    header(page, "city").click()
    header(page, "number").click(modifiers=["Shift"])
    expect(page.locator(NAMES)).to_have_text(["city", "number"])
    drag_between(page, header(page, "number"), header(page, "city"))  # selected columns move together: not here
    expect(page.locator("#arranged")).to_be_hidden()
    header(page, "number").click()
    drag_between(page, header(page, "number"), header(page, "city"))
    expect(page.locator("#grid thead th").nth(1)).to_have_text("number")
    header(page, "text").click()
    expect(page.locator(NAMES)).to_have_text(["text"])


def test_a_copy_is_as_it_is_seen_and_tells_what_it_leaves_out(site: Site, window: Open) -> None:
    page = opened(site, window, LETTERS)
    header(page, "d").click()
    drag_between(page, header(page, "d"), header(page, "a"))
    expect(page.locator("#grid thead th")).to_have_text(["1", "d", "a", "b", "c"])
    cell(page, "d3").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(CELLS)).to_have_text(["d3", "a3", "d4", "a4"])
    assert copied(page, "Control+Shift+C") == "d\ta\nd3\ta3\nd4\ta4"
    choose(page, "a", "Hide the column")
    choose(page, "c", "Hide the column")
    row_number(page, 5)
    assert copied(page) == "d5\tb5"
    expect(told(page)).to_have_text("Copied: 1 row, 2 columns, without 2 hidden columns")
    cell(page, "d5").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(CELLS)).to_have_text(["b5"])


def test_ctrl_adds_and_what_fits_together_is_copied_together(site: Site, window: Open) -> None:
    page = opened(site, window, LETTERS)
    row_number(page, 3)
    number(page, 6).click(modifiers=["ControlOrMeta"])
    expect(page.locator(NUMBERS)).to_have_text(["3", "6"])
    assert copied(page) == "a3\tb3\tc3\td3\na6\tb6\tc6\td6"
    number(page, 6).click(modifiers=["ControlOrMeta"])
    expect(page.locator(NUMBERS)).to_have_text(["3"])
    cell(page, "b4").click()
    cell(page, "d4").click(modifiers=["ControlOrMeta"])
    assert copied(page) == "b4\td4"
    page.keyboard.down("Control")
    drag_between(page, cell(page, "b7"), cell(page, "c8"))
    page.keyboard.up("Control")
    expect(page.locator(CELLS)).to_have_text(["b4", "d4", "b7", "c7", "b8", "c8"])
    expect(page.locator("#place")).to_contain_text("6 cells")
    page.keyboard.press("Control+c")
    expect(told(page)).to_contain_text("These ranges cannot be copied together")


def test_others_see_the_columns_that_are_selected(site: Site, window: Open) -> None:
    page = opened(site, window, LETTERS)
    choose(page, "b", "Hide the column")
    other = window(page.url)
    expect_page(other, 1, "a2")
    cell(page, "a3").click()
    page.keyboard.press("Shift+ArrowRight")
    right = cell(other, "c3").evaluate("cell => cell.getBoundingClientRect().right")
    other.wait_for_function(
        "right => Math.abs(document.querySelector('.mark-area')?.getBoundingClientRect().right - right) < 3", arg=right
    )
