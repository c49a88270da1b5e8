"""The details of a row: their width, JSON as a tree, and a copy of each value."""

import json

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded, intercept
from tests.edges.talk import put

ORDER = '{"price":1.10,"of":{"serial":12345678901234567890,"note":"two\\nlines"},"parts":[' + "7," * 250 + "7]}"
LONG = " ".join(f"word{number}" for number in range(3000))
TABLE = f"id\tjson\tlong\n1\t{ORDER}\t{LONG}\n2\tplain\tshort\n"


def opened(site: Site, window: Open, **options: object) -> Page:
    page = window(site.first_page + put(site.server, TABLE.encode(), "orders.tsv"), **options)
    expect_loaded(page)
    page.evaluate("""() => {
      navigator.clipboard.writeText = async text => { document.body.dataset.copied = JSON.stringify(text) }
    }""")
    page.locator("#grid tbody td").first.click()
    page.keyboard.press("Enter")
    expect(page.locator("#record")).to_be_visible()
    return page


def expect_copied(page: Page, label: str, text: str) -> None:
    page.get_by_role("button", name=f"Copy value of {label}", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-copied", json.dumps(text))


def test_json_is_a_tree_of_which_each_value_can_be_copied(site: Site, window: Open) -> None:
    page = opened(site, window)
    cell = page.locator("#record dd").nth(1)
    expect(cell.get_by_text("1.10", exact=True)).to_be_visible()
    expect(cell.get_by_text("12345678901234567890", exact=True)).to_be_visible()
    sign = page.locator("#record .copy").first.evaluate("button => getComputedStyle(button, '::before').content")
    assert sign == '""'  # it is drawn: fonts may lack a sign
    expect_copied(page, "price", "1.10")
    expect_copied(page, "note", "two\nlines")
    expect_copied(page, "of", '{"serial":12345678901234567890,"note":"two\\nlines"}')
    expect_copied(page, "json", ORDER)
    expect_copied(page, "long", LONG)
    cell.locator("summary", has_text="of").click()
    expect(cell.get_by_text("12345678901234567890", exact=True)).to_be_hidden()
    cell.locator("summary", has_text="parts").click()
    parts = cell.locator("li", has=page.locator("summary", has_text="parts")).get_by_role("listitem")
    expect(parts).to_have_count(200)
    cell.get_by_role("button", name="51 more").click()
    expect(parts).to_have_count(251)
    page.get_by_role("button", name="As text").click()
    expect(cell).to_have_text(ORDER)


def test_a_tree_stays_open_while_columns_come_and_a_cell_that_does_not_come_is_said(site: Site, window: Open) -> None:
    names = "\t".join(["json", "long", *(f"n{column}" for column in range(2000))])
    cells = "\t".join([ORDER, LONG, *(f"c{column}" for column in range(2000))])
    page = window(site.first_page + put(site.server, f"{names}\n{cells}\n".encode(), "wide.tsv?header=1"))
    expect_loaded(page)
    page.get_by_role("gridcell").first.click()
    page.keyboard.press("Enter")
    page.locator("#record summary", has_text="parts").click()
    parts = page.locator("#record details[open]", has=page.locator("summary", has_text="parts"))
    expect(parts).to_be_visible()
    page.locator("#grid").evaluate("grid => { grid.scrollLeft = grid.scrollWidth }")
    expect(page.get_by_role("gridcell", name="c1999", exact=True)).to_be_visible()
    expect(parts).to_be_visible()
    intercept(page, "**/cell?*", lambda route: route.abort("connectionrefused"))
    page.get_by_role("button", name="Copy value of long", exact=True).click()
    expect(page.locator("#told")).to_contain_text("The server cannot be reached.")


def test_the_panel_is_as_wide_as_a_hand_made_it_and_looks_as_the_table_does(site: Site, window: Open) -> None:
    page = opened(site, window, color_scheme="dark")
    panel, edge = page.locator("#record"), page.get_by_role("separator", name="Width of the panel")

    def width() -> float:
        return float(panel.evaluate("panel => panel.offsetWidth"))

    before, box = width(), edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] - 196, box["y"] + 200)
    page.mouse.up()
    dragged = width()
    assert abs(dragged - before - 200) < 3
    edge.focus()
    page.keyboard.press("ArrowLeft")
    assert width() > dragged + 10
    expect(edge).to_have_attribute("aria-valuenow", str(round(100 * width() / 1440)))
    page.keyboard.press("Home")
    assert abs(width() - 1440 * 0.2) < 2
    page.reload()
    expect_loaded(page)
    page.locator("#grid tbody td").first.click()
    page.keyboard.press("Enter")
    assert abs(width() - 1440 * 0.2) < 2
    page.evaluate("document.documentElement.className = 'mono large'")
    letters = "element => [getComputedStyle(element).fontFamily, getComputedStyle(element).fontSize]"
    assert page.locator("#record dd").first.evaluate(letters) == page.locator("#grid td").first.evaluate(letters)
    bar = "element => getComputedStyle(element).scrollbarColor"
    dark = page.locator(".record-body").evaluate(bar)
    page.emulate_media(color_scheme="light")
    assert len({"auto", dark, page.locator(".record-body").evaluate(bar)}) == 3
