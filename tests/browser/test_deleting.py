"""Somebody with the edit link deletes a table, after a question; everyone else at it is told."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

SAID = "This table has been deleted: upload it again to get a new link."


def test_a_table_is_deleted_after_a_question_and_everyone_is_told(site: Site, window: Open) -> None:
    uuid = put(site.server, b"city\tcountry\nOslo\tNorway\n", "cities.tsv")
    page, other = window(f"{site.base}/parser/{uuid}"), window(f"{site.base}/parser/{uuid}")
    for one in (page, other):
        expect_loaded(one)
    page.locator("#links summary").click()
    page.get_by_role("button", name="Delete table…").click()
    question = page.get_by_role("dialog", name=re.compile("^Delete this table for everyone"))
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    assert ask(site.server, "GET", f"/parser/{uuid}").status == 200

    page.keyboard.press("Control+k")
    page.keyboard.type("delete the table")
    page.keyboard.press("Enter")
    question.get_by_role("button", name="Delete for everyone").click()
    for one in (page, other):
        expect(one.locator("#empty-words")).to_have_text(SAID)
        expect(one.locator("#empty-home")).to_be_visible()
    expect(question).to_be_hidden()
    assert ask(site.server, "GET", f"/parser/{uuid}").status == 404
    page.locator("#empty-home").click()
    expect(page.locator("#start")).to_be_visible()


def test_a_reader_is_offered_no_deletion(site: Site, window: Open) -> None:
    uuid = put(site.server, b"city\tcountry\nOslo\tNorway\n", "cities.tsv")
    page = window(f"{site.base}/parser/{uuid}")
    expect_loaded(page)
    page.evaluate("navigator.clipboard.writeText = text => { document.body.dataset.copied = text }")
    page.locator("#links summary").click()
    page.locator("#copy-reader").click()
    page.goto(page.locator("body").get_attribute("data-copied") or "")
    expect_loaded(page)
    expect(page.locator("#read-only")).to_be_visible()
    expect(page.locator("#links")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("delete the table")
    expect(page.locator("#palette-none")).to_be_visible()
