"""Nothing over the table covers a cell or a name: the menu button, the dots of people, toasts, the flash of a row."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

ROWS = "".join(f"{row}\tx\t{row}\n" for row in range(2, 120))
TABLE = f"number\ta_long_name_of_a_column\tyear\n{ROWS}".encode()

END_OF_NAME = """name => {
    const range = document.createRange()
    range.selectNodeContents(name)
    return range.getBoundingClientRect().right
}"""

ON_A_SHORT_NAME = """name => {
    const range = document.createRange()
    range.selectNodeContents(name)
    const text = range.getBoundingClientRect()
    return [...document.querySelectorAll(".column-button:not([hidden])")].flatMap(({ id, offsetWidth }) => {
        const { left, right } = document.getElementById(id).getBoundingClientRect()
        return offsetWidth > 9 && (right <= text.left || left >= text.right) ? [] : [`${id} ${left}-${right}`]
    })
}"""
"""The buttons that cover the text of a name, or are too narrow to be pressed."""

UNDER = """button => {
    const box = button.getBoundingClientRect()
    const name = document.elementsFromPoint(box.right - 1, box.top + 4).find(one => one.matches("th"))
    return [getComputedStyle(button).backgroundImage, getComputedStyle(name).backgroundColor]
}"""
"""The background of the button, and the colour of the name below it."""

FLASH = """() => {
    function red(colour) {
        const [value] = colour.match(/[\\d.]+/)
        return colour.startsWith("rgb") ? value / 255 : Number(value)
    }
    const flash = document.getAnimations().find(one => one.animationName === "flash")
    const { target } = flash.effect
    const shown = () => red(getComputedStyle(target).backgroundColor)
    flash.pause()
    flash.currentTime = 0
    const now = shown()
    flash.cancel()
    target.style.backgroundColor = "var(--accent)"
    const full = shown()
    target.style.backgroundColor = ""
    return [full, now, shown()]
}"""
"""How much red is in the accent, in a row as it flashes, and in one that is selected: more the paler it is."""


def left(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.evaluate("one => one.getBoundingClientRect().left"))


def test_nothing_over_the_table_covers_a_cell_or_a_name(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, TABLE))
    expect_loaded(page)
    name, button = page.get_by_role("columnheader", name="a_long_name_of_a_column"), page.locator("#column-button")
    name.click()
    page.mouse.move(700, 500)
    expect(button).not_to_have_attribute("data-hovered", "")
    assert name.evaluate(END_OF_NAME) <= left(page, "#column-button")
    name.hover()
    expect(button).to_have_attribute("data-hovered", "")
    background, colour = button.evaluate(UNDER)
    assert colour in background
    for short in ("number", "year"):
        name = page.get_by_role("columnheader", name=short, exact=True)
        name.hover()
        expect(page.get_by_role("button", name=f"Sort by {short}")).to_be_visible()
        assert name.evaluate(ON_A_SHORT_NAME) == []
    page.keyboard.press("Control+g")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.locator("#grid[data-flash]")).to_be_visible()
    accent, flashing, selected = page.evaluate(FLASH)
    assert accent < selected
    assert flashing - accent > 0.45 * (selected - accent)
    other = window(page.url)
    expect(page.locator("#rail-people i")).to_be_visible()
    assert left(page, "#rail-people i") >= left(page, "#rail")
    expect(page.locator("#told")).to_be_visible()
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 700})
        page.locator("#told").hover()  # so that it stays
        page.locator("#grid").evaluate("grid => grid.scrollTo(0, grid.scrollHeight)")
        last = cell(page, "100").last.bounding_box()
        told = page.locator("#told").bounding_box()
        assert last
        assert told
        assert last["y"] + last["height"] <= told["y"]
    expect(other.locator("#grid table")).to_be_visible()
