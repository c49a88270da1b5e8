"""The versions of a table, in a list beside it."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import bring, drop, expect_page, table
from tests.browser.windows import intercept


def clock_time(kept: Locator, offset: timedelta = timedelta()) -> str:
    """When a version in the list was brought, by a clock that is so much ahead of UTC: a pattern."""
    created = kept.locator("time").get_attribute("datetime") or ""
    time = datetime.fromisoformat(created) + offset
    return f"{time.hour % 12 or 12}:{time.minute:02}\\s{'PM' if time.hour >= 12 else 'AM'}"


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
    name = page.locator("#my-name").input_value()
    expect(kept.first).to_contain_text(re.compile(rf"Version 2\s*{clock_time(kept.first)} · {name}"))
    expect(kept.first).to_contain_text("Current version")
    expect(kept.last).to_contain_text("250 rows")
    restore = page.get_by_role("button", name="Restore for all")
    intercept(page, "**/versions", lambda route: route.abort("connectionrefused"))
    restore.click()
    expect(page.locator("#told")).to_contain_text("The server cannot be reached")
    page.unroute_all()
    page.get_by_role("link", name="Versions").click()
    restore.click()
    expect(page.locator("#versions-panel")).to_be_hidden()
    for window_ in (page, other):
        expect_page(window_, 1, "city 2")
        expect(window_.locator("#facts")).to_contain_text("version 3")
    expect(page.locator("#told-words")).to_have_text("Version 1 is back")
    expect(other.locator("#told-words")).to_have_text(f"{name} brought back version 1")
    other.get_by_role("button", name="Chat").click()
    expect(other.locator("#talk-lines")).to_contain_text(f"{name} brought back version 1")

    other.get_by_role("button", name="Stay on version 2").click()
    expect_page(other, 1, "town 2")
    other.get_by_role("link", name="Versions").click()
    kept = other.locator("#versions-panel li")
    expect(kept.nth(0)).to_contain_text("version 1 brought back")
    expect(kept.nth(0)).to_contain_text("Current version")
    expect(kept.nth(1)).to_contain_text("You read this")
    expect(kept.nth(1).get_by_role("link", name="Open for me")).to_have_count(0)
    expect(kept.nth(1).get_by_role("button", name="Restore for all")).to_be_visible()
    expect(kept.nth(2).get_by_role("link", name="Open for me")).to_be_visible()


def test_the_page_of_versions_says_who_and_when_in_local_time(page: Page, window: Open) -> None:
    name = page.locator("#my-name").input_value()
    there = window(page.url.partition("?")[0] + "/versions", timezone_id="Asia/Kolkata")
    newest = there.locator(".kept li").first
    expect(newest).to_contain_text(name)
    expect(newest.locator("time")).to_contain_text(re.compile(clock_time(newest, timedelta(hours=5, minutes=30))))
    there.get_by_role("link", name="Open for me").click()
    expect(there.locator("#facts")).to_contain_text(name)
    expect(there.locator("#facts time")).not_to_contain_text("UTC")


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
