"""A phone's width: what matters is there, and nothing is cut that need not be."""

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, drop, expect_page, table
from tests.edges.talk import put

PHONE = {"viewport": {"width": 360, "height": 700}, "has_touch": True}


@pytest.fixture
def phone(site: Site, window: Open) -> Page:
    link = site.first_page + put(site.server, table(250), "libraries.tsv")
    page = window(link, permissions=["clipboard-read", "clipboard-write"], **PHONE)
    expect_page(page, 1, "city 2")
    return page


def test_the_name_is_read_whole_beside_people_menu_and_link(phone: Page) -> None:
    assert phone.locator("#name").evaluate("name => name.scrollWidth <= name.clientWidth")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    for name in ("#people-summary", "#settings summary", "#copy-link", "#links summary"):
        box = phone.locator(name).bounding_box()
        assert box, name
        assert min(box["width"], box["height"]) >= 24, name
        assert box["x"] + box["width"] <= 360, name
    phone.get_by_role("button", name="Copy link", exact=True).tap()
    expect(phone.locator("#copy-link")).to_have_text("Copied")
    assert "/parser/" in phone.evaluate("navigator.clipboard.readText()")


def box_of(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).bounding_box()
    assert box, selector
    return box


def test_the_hint_has_one_line_and_the_chat_stands_in_the_row_of_the_pager(phone: Page) -> None:
    def is_in_one_row() -> bool:
        page, chat = box_of(phone, "#page"), box_of(phone, "#talk-button")
        return abs(page["y"] + page["height"] / 2 - chat["y"] - chat["height"] / 2) <= 1

    expect(phone.locator("#how")).to_be_visible()
    assert box_of(phone, "#how")["height"] < 30
    assert is_in_one_row()
    phone.locator("#how-close").tap()
    expect(phone.locator("#how")).to_be_hidden()
    assert is_in_one_row()


def test_a_file_is_chosen_from_the_menu(phone: Page) -> None:
    phone.locator("#settings summary").tap()
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Upload").tap()
    chooser.value.set_files({"name": "next.tsv", "mimeType": "", "buffer": table(120)})
    expect(phone.locator("#name")).to_have_text("next.tsv")
    expect(phone.locator("#look")).to_be_hidden()


def test_what_a_selection_comes_to_is_told(phone: Page) -> None:
    phone.get_by_role("columnheader", name="number").tap()
    expect(phone.locator("#place")).to_be_in_viewport()
    expect(phone.locator("#place")).to_contain_text("99 distinct values")
    cell(phone, "city 5").tap()
    expect(phone.locator("#place")).to_have_text("city · row 5")


def test_the_way_to_the_file_is_there_however_much_the_strip_has_to_say(site: Site, window: Open) -> None:
    page = window(site.first_page, viewport={"width": 768, "height": 600})
    drop(page, b"city\tcountry\n\nOslo\t\xff\n" * 60, name="odd.tsv")
    page.locator("#alone").click()
    expect(page.locator("#reading-notes")).not_to_be_empty()
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("#download")).to_be_in_viewport(ratio=1)
    page.locator("#download").click(trial=True)
