"""The focus is where it was, once a panel is closed by a key."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_palette import command
from tests.browser.test_reading_together import cell, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import put


def expect_in_table(page: Page) -> None:
    expect(cell(page, "city 4")).to_be_focused()


def test_a_panel_that_is_closed_gives_the_focus_back(site: Site, window: Open) -> None:
    page = window(f"{site.first_page}{put(site.server, table(50))}")
    expect_loaded(page)
    cell(page, "city 4").click()
    for key, panel, within in [
        ("t", "#talk", "#talk-text"),
        ("?", "#keys", "#single-keys"),
        ("Enter", "#record", "#record-close"),
        ("/", "#find", "#find"),
        ("Control+k", "#palette", "#palette-field"),
    ]:
        page.keyboard.press(key)
        expect(page.locator(panel)).to_be_visible()
        page.locator(within).focus()
        page.keyboard.press("Escape")
        if panel != "#find":
            expect(page.locator(panel)).to_be_hidden()
        expect_in_table(page)
    command(page, "import options")
    expect(page.locator("#dialect-encoding")).to_be_focused()
    page.keyboard.press("Escape")
    expect_in_table(page)
    page.locator("#talk-button").click()
    page.locator("#talk-close").click()
    expect(page.locator("#talk-button")).to_be_focused()
