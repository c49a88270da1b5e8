"""Hands on the table: selecting, copying, links to places, finding, records, keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import bring, cell, drop, expect_page, link, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

CLIPBOARD = ["clipboard-read", "clipboard-write"]
SELECTED = "#grid td[aria-selected], #grid th[aria-selected]"


@pytest.fixture
def page(site: Site, window: Open) -> Page:
    """A table of 250 rows and three columns, with a hand on it."""
    page = window(site.first_page, permissions=CLIPBOARD)
    bring(page, table(250))
    return page


def copied(page: Page, keys: str = "Control+c") -> str:
    """Press keys that copy, and return the text that is on the clipboard then."""
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press(keys)
    expect(page.locator("#told")).to_contain_text("Copied")
    text = page.evaluate(
        """async () => {
            let text = ""
            while (!text) text = await navigator.clipboard.readText()
            return text
        }"""
    )
    return str(text)


def row_number(page: Page, row: int) -> None:
    page.get_by_role("rowheader", name=str(row), exact=True).click()


def test_a_range_is_selected_by_mouse_and_by_keys_copied_and_summed(page: Page) -> None:
    cell(page, "city 5").click()
    expect(page.locator("#place")).to_have_text("city · row 5")
    cell(page, "007").click(modifiers=["Shift"])
    expect(page.locator(SELECTED)).to_have_count(6)
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#place")).to_have_text("4 × 2 cells")
    assert copied(page) == "city 5\t005\ncity 6\t006\ncity 7\t007\ncity 8\t008"  # as they are, not as numbers
    assert copied(page, "Control+Shift+C").startswith("city\tnumber\ncity 5\t005")
    page.keyboard.press("Escape")
    expect(page.locator(SELECTED)).to_have_count(0)


def test_a_range_is_dragged_and_rows_and_columns_are_taken_whole(page: Page) -> None:
    cell(page, "city 4").hover()
    page.mouse.down()
    cell(page, "1e6").hover()
    page.mouse.up()
    expect(page.locator(SELECTED)).to_have_count(9)
    row_number(page, 9)
    expect(page.locator(SELECTED)).to_have_count(3)
    page.get_by_role("columnheader", name="number").click()
    expect(page.locator(SELECTED)).to_have_count(100)
    page.keyboard.press("Control+a")
    expect(page.locator(SELECTED)).to_have_count(300)


def test_the_focus_walks_from_cell_to_cell_and_on_to_the_next_page(page: Page) -> None:
    cell(page, "city 3").click()
    for key, text in [("j", "city 4"), ("l", "004"), ("ArrowUp", "003"), ("Home", "city 3"), ("End", "1e3")]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == text
    page.keyboard.press("Control+ArrowDown")
    page.keyboard.press("ArrowDown")
    expect_page(page, 2, "city 101")
    expect(page.locator("#place")).to_have_text("text · row 101")
    assert page.evaluate("document.activeElement.textContent") == "1e101"
    page.keyboard.press("k")
    expect_page(page, 1, "city 100")
    expect(page.locator("#place")).to_have_text("text · row 100")
    assert page.locator("#grid [tabindex='0']").count() == 1


def test_the_address_says_where_one_is_and_back_leads_back(page: Page) -> None:
    page.keyboard.press("]")
    expect_page(page, 2, "city 101")
    row_number(page, 105)
    expect(page).to_have_url(link(page) + "?page_no=2&version=1#row=105")
    row_number(page, 107)
    page.keyboard.press("Shift+ArrowDown")
    expect(page).to_have_url(link(page) + "?page_no=2&version=1#row=107-108")
    page.go_back()
    expect_page(page, 1, "city 2")
    expect(page).to_have_url(link(page) + "?page_no=1&version=1")
    page.go_forward()
    expect_page(page, 2, "city 101")
    expect(page.locator(SELECTED)).to_have_count(6)


def test_the_address_names_what_is_selected_and_a_row_gone_to_stands_in_sight(site: Site, window: Open) -> None:
    bare = f"{site.first_page}{put(site.server, table(250))}"
    page = window(f"{bare}#cell=104,2")
    expect_page(page, 2, "city 104")
    here = f"{bare}?page_no=2&version=1"
    expect(page).to_have_url(f"{here}#cell=104,2")
    entries = page.evaluate("history.length")
    cell(page, "city 106").click()
    cell(page, "107").click(modifiers=["Shift"])
    expect(page).to_have_url(f"{here}#cell=106,1-107,2")
    page.keyboard.press("Escape")
    expect(page).to_have_url(here)
    assert page.evaluate("history.length") == entries
    page.locator("#talk-button").focus()
    page.keyboard.press("Control+g")
    page.keyboard.type("160")
    page.keyboard.press("Enter")
    page.wait_for_function(
        """() => {
            const grid = document.querySelector("#grid").getBoundingClientRect()
            const row = document.activeElement.closest("#grid tr")?.getBoundingClientRect()
            return row && Math.abs((row.top - grid.top) / grid.height - 1 / 3) < 0.05
        }"""
    )
    expect(page).to_have_url(f"{here}#row=160")
    expect(page.locator("#talk")).to_be_hidden()


def test_a_reload_keeps_the_selection_and_leads_nobody_away_from_the_others(page: Page, window: Open) -> None:
    row_number(page, 7)
    expect(page).to_have_url(re.compile("#row=7$"))
    page.reload()
    expect(page.locator(SELECTED)).to_have_count(3)
    other = window(link(page))
    expect_page(other, 1, "city 2")
    was = page.url
    page.goto("about:blank")
    expect_loaded(other)
    other.keyboard.press("]")
    expect_page(other, 2, "city 101")
    page.go_back()
    assert page.url == was
    expect_page(page, 2, "city 101")
    expect(page.locator("#away")).to_be_hidden()


EDGES = """() => {
    const edges = () => [...document.querySelectorAll(".head :is(button, summary, h1)")].map(one => {
        const { left, right } = one.getBoundingClientRect()
        return [left, right]
    })
    window.answered = new Promise(done => {
        const seen = new MutationObserver(() => {
            if (!document.querySelector("[data-answered]")) return
            seen.disconnect()
            done(edges())
        })
        seen.observe(document.querySelector("#copy-link"), { attributes: true, childList: true, subtree: true })
    })
    return edges()
}"""
"""Where the edges of the header's controls are, and where they will be at the moment a button answers."""


def test_what_a_button_answers_moves_nothing_beside_it(page: Page) -> None:
    expect_loaded(page)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 700})
        before = page.evaluate(EDGES)
        page.locator("#copy-link").click()
        assert page.evaluate("() => answered") == before
        expect(page.locator("[data-answered]")).to_have_count(0)


def test_a_link_to_a_place_goes_there_and_one_to_nowhere_says_so(page: Page, window: Open) -> None:
    cell(page, "005").click()
    page.keyboard.press("y")
    expect(page.locator("#told")).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == link(page) + "?version=1#cell=5,2"
    bare = link(page)
    page.context.close()
    alone = window(bare + "#cell=204,1-206,2")
    expect_page(alone, 3, "city 204")
    expect(alone.locator(SELECTED)).to_have_count(6)
    alone.evaluate("location.hash = '#row=999'")
    expect(alone.locator("#told")).to_have_text("There is no row 999 here: this table has 250 rows and 3 columns.")


def test_a_link_to_a_place_moves_nobody_who_reads_elsewhere(page: Page, window: Open) -> None:
    other = window(link(page) + "#row=204")
    expect_page(other, 3, "city 204")
    expect(other.locator(SELECTED)).to_have_count(3)
    expect_page(page, 1, "city 2")


def test_what_is_on_the_page_is_found_and_stands_out(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("CITY 9")
    expect(page.locator("#found")).to_have_text("1 of 11")
    assert page.evaluate("CSS.highlights.get('found').size") == 11
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text("city · row 90")
    page.keyboard.press("Escape")
    assert page.evaluate("CSS.highlights.get('found').size") == 0
    page.keyboard.press("/")
    page.keyboard.type("1e1")
    expect(page.locator("#found")).to_contain_text("of")
    page.locator("#grid").focus()
    page.keyboard.press("n")
    page.keyboard.press("N")
    page.keyboard.press("]")
    expect(page.locator("#found")).to_have_text("99 matches")
    page.locator("#find").fill("nowhere")
    expect(page.locator("#found")).to_have_text("not on this page")


def test_a_record_shows_the_whole_row_and_steps_on_across_pages(site: Site, window: Open) -> None:
    page = window(site.first_page)
    rows = [
        f'{row}\t{{"id":{row},"n":1.0}}\t' + "long " * 200 + f"end {row}\thttps://example.org/{row}"
        for row in range(2, 150)
    ]
    drop(page, ("\n".join(["id\tjson\tlong\tlink", *rows]) + "\n").encode())
    expect(page.locator("#facts")).to_contain_text("149 rows")
    cell(page, "2").first.click()
    page.keyboard.press("Enter")
    record = page.locator("#record")
    expect(record).to_contain_text("end 2")
    expect(record.locator("dd").nth(1).get_by_role("listitem")).to_have_text(['"id" 2', '"n" 1.0'])
    page.locator("#grid").focus()
    page.keyboard.press("Control+ArrowDown")
    expect(record).to_contain_text("end 100")
    record.get_by_role("button", name="Row below").click()
    expect(record).to_contain_text("end 101")
    expect(page.locator("#page")).to_have_value("2")
    address = record.get_by_role("link")
    assert address.get_attribute("href") == "https://example.org/101"
    assert address.get_attribute("rel") == "noopener noreferrer"
    page.keyboard.press("Escape")
    expect(record).to_be_hidden()


def test_the_palette_does_what_is_typed_and_goes_to_a_row(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("next page")
    page.keyboard.press("Enter")
    expect_page(page, 2, "city 101")
    page.keyboard.press("Control+g")
    page.keyboard.type("222")
    page.keyboard.press("Enter")
    expect_page(page, 3, "city 222")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+Home")
    expect_page(page, 1, "city 2")
    page.keyboard.press("Control+End")
    expect_page(page, 3, "city 250")
    expect(page.locator(SELECTED)).to_have_text(["1e250"])
    expect(page.locator("#away")).to_be_hidden()  # with nobody else here the room turns
    page.keyboard.press("Control+g")
    page.keyboard.type("222")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator(SELECTED)).to_have_count(3)  # Escape closed the nearest thing, and only that


def test_single_letters_can_be_switched_off_for_good(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    cell(page, "city 3").click()
    page.keyboard.press("j")
    page.keyboard.press("]")
    page.reload()
    expect_page(page, 1, "city 3")
    cell(page, "city 3").click()
    page.keyboard.press("j")
    expect(page.locator("#place")).to_have_text("city · row 3")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#place")).to_have_text("city · row 4")


def test_what_cannot_be_seen_in_a_cell_is_shown(site: Site, window: Open) -> None:
    page = window(site.first_page)
    drop(page, "a\tb\tc\n x  \t\\N\t\nhttps://example.org/?q=1\tjavascript:alert(1)\tשלום\n".encode())
    expect(page.locator("td .mark")).to_have_text(["␣", "␣ ␣"])
    assert page.locator("td").first.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), (
        "it has room for its marks"
    )
    expect(page.locator("td.blank")).to_have_count(2)
    expect(page.locator("#grid a")).to_have_count(1)
    assert page.locator("#grid a").get_attribute("rel") == "noopener noreferrer"


def test_the_wheel_goes_on_past_the_end_of_a_page_when_it_is_meant(site: Site, window: Open) -> None:
    page = window()
    page.clock.install()
    page.goto(site.first_page + put(site.server, table(250)))
    expect(cell(page, "city 2")).to_be_visible()
    expect_loaded(page)
    page.locator("#grid").hover()
    page.mouse.wheel(0, 10_000)
    expect(cell(page, "city 100")).to_be_in_viewport()
    expect_page(page, 1, "city 100")
    for down, page_no, seen in ((1, 2, "city 110"), (-1, 1, "city 90")):
        page.clock.fast_forward(400)  # a rest, after which it is a new push
        # The last push may have scrolled the page that it turned to: this one begins at that page's end again.
        page.locator("#grid").evaluate("(grid, down) => grid.scrollTo(0, down > 0 ? grid.scrollHeight : 0)", down)
        for _ in range(3):
            page.mouse.wheel(0, 100 * down)
        expect(page.locator("#page")).to_have_value(str(page_no))
        expect(cell(page, seen)).to_be_in_viewport()  # near the end come from, wherever the last push led


def swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Move a finger over the grid."""
    page.evaluate(
        """([from, to]) => {
        const grid = document.querySelector("#grid")
        const send = (type, x, y) => {
            const finger = new Touch({ identifier: 1, target: grid, clientX: x, clientY: y })
            const touches = type === "touchend" ? [] : [finger]
            grid.dispatchEvent(new TouchEvent(type, { touches, changedTouches: [finger], bubbles: true }))
        }
        send("touchstart", ...from)
        send("touchend", ...to)
    }""",
        [start, end],
    )


def test_a_swipe_turns_the_page(page: Page) -> None:
    expect_loaded(page)
    swipe(page, (300, 300), (150, 310))
    expect_page(page, 2, "city 101")
    swipe(page, (300, 300), (200, 500))  # that was scrolling
    swipe(page, (150, 300), (300, 310))
    expect_page(page, 1, "city 100")
