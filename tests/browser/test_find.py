"""People who look for a text on a page find it wherever it stands."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_later import Held
from tests.browser.test_wide import COLUMNS, cell, choose, header, wide
from tests.browser.windows import expect_loaded
from tests.edges.talk import put


def look_for(page: Page, text: str) -> None:
    expect_loaded(page)
    page.locator("#grid").focus()
    page.keyboard.press("/")
    page.keyboard.type(text)


def test_cells_and_names_are_found_in_columns_that_are_not_loaded(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect(cell(page, "2.1")).to_be_visible()
    held = Held(page, "**/find?*")
    look_for(page, "9.4321")
    expect(page.locator("#found")).to_have_text("searching…")
    held.let_go(page)
    page.unroute_all()
    expect(page.locator("#found")).to_have_text("1 of 10")  # 9, 19, 29 … 99
    expect(cell(page, "9.4321")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("2 of 10")
    expect(cell(page, "19.4321")).to_have_attribute("aria-selected", "true")
    assert page.locator("#grid").evaluate("grid => grid.scrollTop") == 0  # it was in sight
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(cell(page, "49.4321")).to_have_attribute("aria-selected", "true")
    expect(cell(page, "55.4321")).to_be_in_viewport()  # a match that was out of sight does not stay at the edge
    page.wait_for_function("() => CSS.highlights.get('found').size > 1")
    page.locator("#find").fill("Name 4999")
    expect(page.locator("#found")).to_have_text("1 of 1")
    expect(header(page, "name 4999")).to_be_in_viewport()
    expect(cell(page, f"49.{COLUMNS}")).to_have_count(1)
    page.locator("#find").fill("nowhere")
    expect(page.locator("#found")).to_have_text("not on this page")


def test_cells_of_a_view_are_found_in_columns_that_are_not_loaded(site: Site, window: Open) -> None:
    page = window(f"{site.base}/parser/{put(site.server, wide(150))}?_sort_desc=name%201")
    expect(page.locator("#grid tbody tr:not(.sent)").first).to_contain_text("150.1")
    look_for(page, "9.4321")
    expect(page.locator("#found")).to_have_text("1 of 10")
    expect(cell(page, "149.4321")).to_have_attribute("aria-selected", "true")
    expect(cell(page, "149.4321")).to_be_in_viewport()


def test_a_search_that_was_left_is_given_up(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, wide(150)))
    expect_loaded(page)
    Held(page, "**/find?*")
    with page.expect_request("**/find?*"):
        page.locator("#find").fill("9.4321")
    with page.expect_event("requestfailed"):
        page.locator("#find").press("Escape")
    expect(page.locator("#find")).to_have_value("")
    page.unroute_all()
    page.locator("#find").fill("9.4322")
    expect(page.locator("#found")).to_have_text("1 of 10")
    expect(cell(page, "9.4322")).to_have_attribute("aria-selected", "true")


def test_matches_in_hidden_columns_are_said_and_shown(site: Site, window: Open) -> None:
    table = b"city\tpeople\tin\nOslo\t7\tnear Oslo\nQuito\t8\tOslo Street\n"
    page = window(site.first_page + put(site.server, table))
    expect(cell(page, "Oslo")).to_be_visible()
    choose(page, "in", "Hide the column")
    look_for(page, "near")
    expect(page.locator("#found-hidden")).to_have_text("1 in hidden columns: show")
    expect(page.locator("#found")).to_have_text("")
    page.locator("#find").fill("oslo")
    expect(page.locator("#found")).to_have_text("1 of 1")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("1 of 1")
    page.get_by_role("button", name="2 more in hidden columns: show").click()
    expect(page.locator("#found")).to_have_text("1 of 3")
    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#found-hidden")).to_be_hidden()
    expect(header(page, "in")).to_be_visible()
