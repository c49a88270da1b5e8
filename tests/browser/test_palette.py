"""The command palette: all that can be done, found by any of its names."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, expect_page, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

COMPARED = """() => {
    const isOff = control => control.matches(":disabled, [aria-disabled=true], [aria-checked=true]")
    const seen = control => control.checkVisibility() && !isOff(control)
    const rows = [...document.querySelectorAll("#keys-list [data-controls]")]
    const actionOf = control => control.dataset.act
        ?? rows.find(({ dataset }) => dataset.controls && control.matches(dataset.controls))?.id
    const inputs = "button, a, summary, input, select, textarea"
    document.querySelector("#palette-field").dispatchEvent(new Event("input")) // what is offered now, not a moment ago
    const offered = [...document.querySelectorAll("#palette-list li span")].map(words => words.textContent)
    const controls = [".head", ".strip", ".foot", ".told"]
        .flatMap(place => [...document.querySelectorAll(`${place} :is(${inputs})`)])
        .concat(...document.querySelectorAll("[data-act]"))
        .filter(seen)
        .map(control => [actionOf(control) ?? "", control.title || control.ariaLabel || control.textContent.trim()])
    return { offered, controls }
}"""
"""What the palette offers, and every control that can be pressed now: the action that it is of, and what it is called.

A switch that is on is no command: its opposite is.
"""

SHORTCUTS = """() => [...new Set([...document.querySelectorAll("#keys-list kbd")].map(key => key.closest("div").id))]"""


def names(page: Page, actions: list[str]) -> set[str]:
    """What actions are called in the list."""
    return {page.locator(f"#{action} dd").first.text_content() or "" for action in actions}


def compared(page: Page) -> tuple[set[str], list[tuple[str, str]]]:
    """All that the palette offers, and the controls with their actions and names."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list li").first).to_be_visible()
    found = page.evaluate(COMPARED)
    page.keyboard.press("Escape")
    return set(found["offered"]), found["controls"]


def expect_all_offered(page: Page, *, but: set[str]) -> None:
    found, controls = compared(page)
    assert len(controls) > 15
    for action, label in controls:
        assert label in found or names(page, [action] if action else []) & found, (action, label)
    shortcuts = page.evaluate(SHORTCUTS)
    assert len(shortcuts) > 30
    missing = {action for action in shortcuts if not names(page, [action]) & found}
    assert missing == but


def test_everything_that_can_be_pressed_and_every_shortcut_is_offered(site: Site, window: Open) -> None:
    lines = b"##source=survey\n" + table(240) + b"odd row\n" + b"a\tb\tc\n" * 100
    uuid = put(site.server, lines)
    ask(site.server, "PUT", f"/parser/{uuid}", lines)
    page = window(f"{site.first_page}{uuid}")
    other = window(page.url)
    expect(other.locator("#link")).to_contain_text("live")
    expect_loaded(page)
    page.get_by_role("button", name="Next page").click()
    expect_page(page, 2, "city 100")  # a selection on the page before would be gone with it
    page.locator("#find").fill("city 15")
    page.locator("#grid tbody td").first.click()
    expect(page.locator("#look-here")).to_be_visible()
    expect(page.locator("#versions")).to_be_visible()
    expect_all_offered(page, but={"doPalette"})
    page.locator("#alone").click()
    expect(page.locator("#rejoin")).to_be_visible()
    expect_all_offered(page, but={"doPalette"})


def test_what_cannot_be_done_is_not_offered_and_what_is_likely_comes_first(site: Site, window: Open) -> None:
    page = window(f"{site.first_page}{put(site.server, table(50))}")
    expect(cell(page, "city 2")).to_be_visible()
    expect_loaded(page)
    found, _ = compared(page)
    assert not names(page, ["doNext", "doCopy", "doLook", "doFindNext", "doVersions", "doIrregularNext"]) & found
    assert names(page, ["doUpload", "doDownload", "doPeople", "doCopyReader", "doTypePage"]) <= found
    cell(page, "city 3").click()
    page.keyboard.press("Control+k")
    groups = page.get_by_role("group")
    expect(page.get_by_role("listbox").get_by_role("group", name="Suggested").get_by_role("option").first).to_have_text(
        re.compile("copy the selection")
    )
    expect(page.locator("#palette").get_by_role("group", name="Columns")).to_be_visible()
    assert groups.count() > 6
    page.keyboard.type("no such thing")
    expect(page.get_by_role("status").filter(has_text="No command has this name")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


# The browser says that a dialog was closed in a later task. A quick hand has opened the palette again by then.
REOPEN = """async option => {
  const palette = document.getElementById('palette')
  const closed = new Promise(resolve => palette.addEventListener('close', resolve))
  option.click()
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))
  await closed
  return document.activeElement.id
}"""


def command(page: Page, typed: str) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator("#palette-list li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_next_key_after_a_command_is_heard(site: Site, window: Open) -> None:
    page = window(f"{site.first_page}{put(site.server, table(50))}")
    expect_loaded(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("theme dark")
    option = page.locator("#palette-list li").first
    assert option.evaluate("option => { option.click(); return document.activeElement.id }") != "palette-field"
    expect(page.locator("#grid")).to_have_css("background-color", "rgb(20, 23, 26)")
    page.keyboard.press("Control+k")
    assert option.evaluate(REOPEN) == "palette-field"


def test_any_word_for_it_in_any_language_does_it(site: Site, window: Open) -> None:
    page = window(f"{site.first_page}{put(site.server, table(250))}", permissions=["clipboard-read", "clipboard-write"])
    expect(cell(page, "city 2")).to_be_visible()
    expect_loaded(page)
    command(page, "invite")
    expect(page.locator("#copy-link")).to_have_text("Copied")
    command(page, "view only")
    expect(page.locator("#told")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") not in ("", page.url)
    command(page, "下一页")
    expect_page(page, 2, "city 101")
    command(page, "theme dark")
    expect(page.locator("#grid")).to_have_css("background-color", "rgb(20, 23, 26)")
    command(page, "take the wheel")
    expect(page.locator("#present")).to_have_text("Stop presenting")
    command(page, "stop presenting")
    expect(page.locator("#present")).to_have_text("Present")
    with page.expect_file_chooser():
        command(page, "replace")
    with page.expect_download():
        command(page, "export")
    command(page, "delimiter")
    expect(page.locator("#dialect-encoding")).to_be_focused()
    page.keyboard.press("Escape")
    command(page, "participants")
    expect(page.locator("#my-name")).to_be_visible()
    page.keyboard.press("Escape")
    command(page, "中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    command(page, "browse alone")
    expect(page.locator("#alone")).to_have_attribute("aria-checked", "true")


def test_a_button_beside_the_selection_points_at_it(site: Site, window: Open) -> None:
    url = f"{site.first_page}{put(site.server, table(50))}"
    page = window(url, viewport={"width": 360, "height": 700}, has_touch=True)
    expect(cell(page, "city 2")).to_be_visible()
    cell(page, "city 3").click()
    expect(page.locator("#look-here")).to_be_hidden()  # nobody is there to look
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list")).to_contain_text("copy the selection")
    expect(page.locator("#palette-list")).not_to_contain_text("show the selected cell to everyone")
    page.keyboard.press("Escape")
    other = window(url)
    button = page.get_by_role("button", name="Look here")
    expect(button).to_be_in_viewport(ratio=1)
    expect(page.locator("#foot")).to_have_js_property("scrollWidth", 360)
    button.click()
    expect(other.locator(".mark-ring")).to_be_visible()
