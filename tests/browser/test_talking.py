"""What people say and show each other, and what the read-only link lets one do."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import Two, bring, drop, expect_page, table
from tests.browser.test_reading_together import two as two  # the fixture

SAID_OR_GIVEN_BACK = """text => document.querySelector("#talk-lines").textContent.includes(text)
    || document.querySelector("#talk-text").value"""


def say(page: Page, text: str) -> None:
    if not page.locator("#talk").is_visible():
        page.locator("#talk-button").click()
    page.locator("#talk-text").fill(text)
    page.locator("#talk-text").press("Enter")
    expect(page.locator("#talk-lines .message").last).to_contain_text(text)


def cell_at(page: Page, row: int, column: int) -> Locator:
    """A cell of the page that is shown, its column counted from 1."""
    line = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=str(row), exact=True))
    return line.locator("td").nth(column - 1)


def select(page: Page, row: int, column: int) -> None:
    cell_at(page, row, column).click()


def test_a_message_is_heard_and_its_row_is_a_link_that_moves_nobody_else(two: Two) -> None:
    one, other = two
    say(one, "<b>look</b> at row 205, please")
    expect(other.locator("#talk-unread")).to_have_text("1")
    other.keyboard.press("t")
    expect(other.locator("#talk-unread")).to_be_hidden()
    say(one, "or cell 7,2 of https://example.org/")
    expect(other.locator(".message p").first).to_have_text("<b>look</b> at row 205, please")
    other.get_by_role("button", name="cell 7,2").click()
    expect(other.locator("#place")).to_contain_text("number · row 7")
    other.get_by_role("button", name="row 205").click()
    expect_page(other, 3, "city 205")
    expect(other.locator("#away")).to_contain_text("page 1")
    expect_page(one, 1, "city 2")
    other.reload()
    expect(other.locator("#talk")).to_be_visible()
    expect(other.locator(".message p")).to_have_count(2)
    other.locator("#talk-text").focus()
    other.keyboard.press("Escape")
    expect(other.locator("#talk")).to_be_hidden()


def test_a_row_in_a_message_is_one_of_the_table_it_was_said_about(two: Two) -> None:
    one, other = two
    say(one, "why is row 205 so small?")
    drop(one, table(250, name="town"))
    expect_page(other, 1, "town 2")
    other.keyboard.press("t")
    other.get_by_role("button", name="row 205").click()
    expect(other.locator("#told")).to_contain_text("That was in version 1")
    expect_page(other, 1, "town 2")
    say(one, "now row 206 is")
    other.get_by_role("button", name="row 206").click()
    expect_page(other, 3, "town 206")


def test_what_could_not_be_said_is_not_lost(two: Two) -> None:
    one, other = two
    one.keyboard.press("t")
    field = one.locator("#talk-text")
    field.fill("x" * 501)
    field.press("Enter")
    expect(field).to_have_value("x" * 501)
    assert field.evaluate("field => !field.validity.valid")
    field.fill("")
    field.evaluate(  # faster than a person, however slow the machine is
        """field => {
            for (let word = 0; word < 8; word++) {
                field.value = `word ${word}`
                field.form.requestSubmit()
            }
        }"""
    )
    expect(one.locator("#told")).to_contain_text("too fast")
    expect(field).to_have_value(re.compile("^word"))
    field.fill("the last word")
    while field.input_value() != "":  # it is given back as long as it comes too soon
        field.press("Enter")
        one.wait_for_function(SAID_OR_GIVEN_BACK, arg="the last word")
    other.keyboard.press("t")
    expect(other.locator(".message p").last).to_have_text("the last word")


def test_a_selection_is_seen_by_who_is_on_its_page_and_a_look_by_all(two: Two) -> None:
    one, other = two
    select(one, 7, 2)
    frame = other.locator(".mark-area")
    expect(frame).to_have_count(1)
    over, under = frame.bounding_box(), cell_at(other, 7, 2).bounding_box()
    assert over
    assert under
    assert abs(over["x"] - under["x"]) < 2
    assert abs(over["y"] - under["y"]) < 2
    assert abs(over["width"] - under["width"]) < 3
    expect(other.locator(".mark-name")).to_have_css("opacity", "0")  # it has been read, and hides a cell no longer
    one.keyboard.press(".")
    expect(other.locator(".mark-ring")).to_have_count(1)
    other.get_by_role("switch").click()
    other.get_by_role("button", name="Last page").click()
    expect_page(other, 3, "city 201")
    expect(frame).to_have_count(0)
    select(one, 9, 1)
    one.keyboard.press(".")
    expect(other.locator("#told")).to_contain_text("points at row 9")
    other.get_by_role("button", name="Go there").click()
    expect_page(other, 1, "city 9")
    expect(frame).to_have_count(1)
    one.keyboard.press("Escape")
    expect(frame).to_have_count(0)
    one.locator("#settings summary").click()
    one.get_by_label("Dark").check()
    one.locator("#grid").evaluate("grid => grid.scrollTo(0, 300)")
    select(one, 20, 1)
    expect(frame).to_have_count(1)
    assert other.locator("#grid").evaluate("grid => grid.scrollTop") < 200, "what is personal stays so"
    assert "dark" not in str(other.locator("html").get_attribute("class"))


def test_who_comes_by_the_read_only_link_reads_along_and_changes_nothing(two: Two, window: Open) -> None:
    one, _ = two
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.locator("#links summary").click()
    one.get_by_role("button", name="Copy read-only link").click()
    expect(one.locator("#copy-reader")).to_have_text("Copied")
    link = one.evaluate("navigator.clipboard.readText()")
    assert link != one.url
    reader = window(link)
    expect_page(reader, 1, "city 2")
    expect(reader.locator("#read-only")).to_be_visible()
    expect(reader.locator("#replace")).to_be_disabled()
    expect(reader.locator("#links")).to_be_hidden()
    one.get_by_role("button", name="Next page").click()
    expect_page(reader, 2, "city 101")
    reader.get_by_role("button", name="Next page").click()
    expect_page(reader, 3, "city 201")
    expect(reader.locator("#away")).to_contain_text("page 2")
    expect_page(one, 2, "city 101")
    drop(reader, table(5, name="river"), "rivers.tsv")
    expect(reader.locator("#told")).to_contain_text("This link is read-only")
    reader.locator("#talk-button").click()
    expect(reader.locator("#talk-text")).to_be_disabled()
    one.locator("#talk-button").click()
    one.locator("#talk-allow").check()
    expect(reader.locator("#talk-text")).to_be_enabled()
    say(reader, "thank you")
    expect(one.locator(".message p")).to_have_text("thank you")
    expect(one.locator("#name")).to_have_text("cities.tsv")


def test_who_was_away_steps_through_what_was_missed(two: Two) -> None:
    one, other = two
    url = other.url
    say(other, "back soon")
    other.goto("about:blank")
    one.locator("#page").fill("2")
    one.locator("#page").press("Enter")
    expect_page(one, 2, "city 101")
    say(one, "page 2 has it")
    select(one, 107, 1)
    one.locator("#grid").focus()
    one.keyboard.press(".")
    expect(one.locator("#talk-lines .notice").last).to_contain_text("row 107")
    one.get_by_role("button", name="Last page").click()
    expect_page(one, 3, "city 201")
    other.goto(url)
    expect(other.locator("#talk-missed")).to_contain_text("4 messages")
    other.get_by_role("button", name="Step through").click()
    expect_page(other, 2, "city 101")
    expect(other.locator("#talk-missed")).to_contain_text("1 of 4")
    for at in (2, 3):
        other.locator("#talk-step").click()
        expect(other.locator("#talk-missed")).to_contain_text(f"{at} of 4")
    expect(other.locator("#place")).to_contain_text("row 107")
    expect(other.locator("[aria-current]")).to_contain_text("row 107")
    other.locator("#talk-step").click()
    expect_page(other, 3, "city 201")
    other.locator("#talk-step").click()
    expect(other.locator("#talk-missed")).to_be_hidden()
    expect_page(one, 3, "city 201")


@pytest.mark.parametrize("width", [360, 1000])
def test_the_talk_fits_beside_or_over_the_table(site: Site, window: Open, width: int) -> None:
    page = window(site.first_page, viewport={"width": width, "height": 700})
    bring(page, table(250))
    say(page, "https://example.org/ and " + "x" * 300)
    link = page.get_by_role("link", name="https://example.org/")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#talk-close").click()
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.locator("#talk-button")).to_be_focused()
