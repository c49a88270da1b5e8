"""The versions of a table, in a list beside it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import bring, drop, expect_page, table


@pytest.fixture
def page(site: Site, window: Open) -> Page:
    """A table in its second version."""
    page = window(site.first_page)
    bring(page, table(250))
    drop(page, table(120, name="town"))
    expect_page(page, 1, "town 2")
    return page


def test_an_older_version_is_shown_to_everyone_from_the_list(page: Page, window: Open) -> None:
    other = window(page.url)
    expect_page(other, 1, "town 2")
    page.get_by_role("link", name="Versions").click()
    kept = page.locator("#versions-panel li")
    expect(kept).to_have_count(2)
    expect(kept.first).to_contain_text("Current version")
    expect(kept.last).to_contain_text("250 rows")
    page.get_by_role("button", name="Restore for all").click()
    expect(page.locator("#versions-panel")).to_be_hidden()
    for window_ in (page, other):
        expect_page(window_, 1, "city 2")
        expect(window_.locator("#facts")).to_contain_text("version 3")


def test_the_list_lets_go_at_escape_and_opens_one_alone(page: Page) -> None:
    page.get_by_role("link", name="Versions").press("Enter")
    expect(page.get_by_role("link", name="Open for me")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#versions-panel")).to_be_hidden()
    page.get_by_role("link", name="Versions").click()
    page.get_by_role("link", name="Open for me").click()
    expect(page.locator("table")).to_contain_text("city 2")
    page.get_by_role("link", name="Back to the room").click()
    expect_page(page, 1, "town 2")
