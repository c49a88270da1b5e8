"""Where a link leads, and how far one gets without a connection."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, Site
from tests.browser.states import cut_line
from tests.browser.test_reading_together import cell, expect_page, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import put


@pytest.fixture
def address(site: Site) -> str:
    return f"{site.base}/parser/{put(site.server, table(450), 'cities.tsv')}"


def opened(window: Open, address: str) -> Page:
    page = window(address)
    expect(page.locator("#link[data-status=live]")).to_be_attached()
    return page


def test_a_link_to_a_page_leads_there_and_moves_nobody(address: str, window: Open) -> None:
    one = opened(window, address)
    one.locator("#page").fill("4")
    one.locator("#page").press("Enter")
    expect_page(one, 4, "city 301")
    other = window(f"{address}?page_no=2")
    expect_page(other, 2, "city 101")
    expect(other.locator("#told")).to_contain_text("This link leads to page 2; everyone else is on page 4.")
    expect(other.locator("#away")).to_contain_text("Room: page 4")
    expect_page(one, 4, "city 301")
    other.get_by_role("button", name="Rejoin").click()
    expect_page(other, 4, "city 301")
    expect(other).to_have_url(f"{address}?page_no=4&version=1")


def test_a_reload_leads_to_where_the_others_are(address: str, window: Open) -> None:
    here = f"{address}?page_no=1&version=1"  # the page leaves this as it is: a reload that overtakes a change navigates
    one, other = opened(window, address), opened(window, here)
    held: list[Route] = []
    other.route(here, lambda route: held.append(route))
    other.evaluate("setTimeout(() => location.reload())")
    while not held:
        other.wait_for_timeout(10)
    one.get_by_role("button", name="Next page").click()
    expect_page(one, 2, "city 101")
    with other.expect_event("load"):
        held[0].continue_()
    expect_page(other, 2, "city 101")
    expect(other.locator("#away")).to_be_hidden()


def test_a_reload_leads_to_the_table_that_has_come_meanwhile(site: Site, address: str, window: Open) -> None:
    one, other = opened(window, address), opened(window, address)
    one.get_by_role("button", name="Last page").click()
    other.get_by_role("rowheader", name="410").click()
    expect(other).to_have_url(f"{address}?page_no=5&version=1#row=410")
    was = other.url
    other.goto("about:blank")
    put(site.server, table(250, name="town"), address.rsplit("/", 1)[-1])
    expect_page(one, 1, "town 2")
    other.go_back()
    expect_page(other, 1, "town 2")
    expect(other.locator("#away")).to_be_hidden()
    expect(other.locator("#told")).not_to_contain_text("version 1")
    expect(other).to_have_url(f"{address}?page_no=1&version=2")
    third = window(was)
    expect_page(third, 1, "town 2")
    expect(third.locator("#told")).to_contain_text("That was in version 1")
    with third.context.expect_page() as tab:
        third.get_by_role("button", name="Show").click()
    expect(tab.value.locator("table")).to_contain_text("city 410")
    expect_page(one, 1, "town 2")


def test_a_link_to_a_page_turns_it_where_nobody_else_is(address: str, window: Open) -> None:
    page = window(f"{address}?page_no=3")
    expect_page(page, 3, "city 201")
    expect(page.locator("#away")).to_be_hidden()


def test_without_a_connection_the_pages_at_hand_still_turn(address: str, window: Open) -> None:
    page, other = window(), window(address)
    cut = cut_line(page)
    page.goto(address)
    expect(page.locator("#link[data-status=live]")).to_be_attached()
    expect(page.locator("#people-summary")).to_have_attribute("aria-label", "2 people here: show the list")
    expect_page(other, 1, "city 2")
    page.get_by_role("button", name="Next page").click()
    expect_page(page, 2, "city 101")
    expect(page.locator("#link")).to_have_attribute("title", "Last message from the server: just now")
    cut()
    expect(page.locator("#link")).to_contain_text("offline · just now")
    expect(page.locator("#grid[data-stale]")).to_be_visible()
    expect(page.get_by_role("button", name="Next page")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Previous page").click()
    expect_page(page, 1, "city 2")
    page.get_by_role("button", name="Bring everyone here").dispatch_event("click")  # they cannot hear of it
    expect(page.locator("#away")).to_be_visible()
    page.keyboard.press("]")
    expect_page(page, 2, "city 101")
    expect(page.locator("#told")).to_contain_text("Connection lost")


def test_what_was_found_and_selected_is_of_the_reading_on_screen(site: Site, window: Open) -> None:
    data = "".join(f"a,{row}\tb,{row}\n" for row in range(1, 20)).encode()
    page = window(f"{site.base}/parser/{put(site.server, data, 'pairs.tsv')}")
    cell(page, "a,7").click()
    expect_loaded(page)
    page.keyboard.press("/")
    page.keyboard.type("b,")
    expect(page.locator("#found")).to_contain_text("of 19")
    page.locator("#reading").click()
    page.locator("#dialect-delimiter").select_option("comma")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("gridcell", name="b", exact=True)).to_have_count(0)
    expect(page.locator("#found")).to_have_text("not on this page")
    expect(page.locator("#grid [aria-selected]")).to_have_count(0)
    expect(page.locator("#place")).to_have_text("")
