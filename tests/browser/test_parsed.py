"""How a file was parsed: what the page says of it, where its sentences lead, and choosing otherwise."""

import json
import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, expect_page, table
from tests.browser.windows import expect_loaded, tell_otherwise
from tests.edges.talk import put

FACTS = {
    "irregular": 3,
    "irregular_rows": [[11, 11], [140, 141]],
    "usual_cells": 3,
    "mended": 2,
    "mended_rows": [40, 230],
    "other_headers": [120],
}
"""What the server is to have found in a table of 250 rows."""


@pytest.fixture
def link(site: Site) -> str:
    return f"{site.base}/parser/{put(site.server, table(250), 'cities.tsv')}"


def opened(window: Open, link: str, **facts: object) -> Page:
    """Open a link whose table is told to be another one."""
    page = window()
    tell_otherwise(page, **facts)
    page.goto(link)
    expect_page(page, 1, "city 2")
    expect_loaded(page)
    return page


def expect_row(page: Page, row: int) -> None:
    expect(page.locator("#place")).to_contain_text(f"row {row}")
    expect(cell(page, f"city {row}")).to_have_attribute("aria-selected", "true")


def test_n_goes_through_the_irregular_rows_for_everyone(window: Open, link: str) -> None:
    page, other = opened(window, link, **FACTS), window(link)
    expect_page(other, 1, "city 2")
    for row in (11, 140, 141, 11, 140):
        page.keyboard.press("n")
        expect_row(page, row)
    expect_page(other, 2, "city 101")
    for row in (11, 141):
        page.keyboard.press("N")
        expect_row(page, row)


def test_n_goes_to_the_next_match_while_there_is_a_search(window: Open, link: str) -> None:
    page = opened(window, link, **FACTS)
    page.keyboard.press("/")
    page.keyboard.type("city 2")
    page.keyboard.press("Enter")
    page.locator("#grid [tabindex='0']").focus()
    page.keyboard.press("n")
    expect(page.locator("#found")).to_have_text("3 of 11")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect_row(page, 11)


def test_the_last_listed_row_is_followed_by_a_sentence(window: Open, link: str) -> None:
    page = opened(window, link, **FACTS | {"irregular": 20_000})
    for row in (11, 140, 141, 11):
        expect(page.locator("#told")).not_to_contain_text("listed")
        page.keyboard.press("n")
        expect_row(page, row)
    expect(page.locator("#told")).to_contain_text("Only the first 3 of 20,000 such rows are listed")


def test_a_regular_table_says_so(window: Open, link: str) -> None:
    page = opened(window, link, irregular=0, irregular_rows=[], usual_cells=3)
    page.keyboard.press("n")
    expect(page.locator("#told")).to_contain_text("All rows have the same number of cells")


def test_each_sentence_leads_to_its_rows(window: Open, link: str) -> None:
    page = opened(window, link, **FACTS)
    mended = page.get_by_role("button", name="2 stray quotes read as text, rows 40, 230")
    for row in (40, 230, 40):
        mended.click()
        expect_row(page, row)
    page.get_by_role("button", name="3 rows do not have 3 cells").click()
    expect_row(page, 140)
    page.get_by_role("button", name="also a header: row 120").click()
    expect_row(page, 120)
    expect(page).to_have_url(f"{link}?page_no=2&version=1#row=120")


def test_a_guess_is_called_a_guess_and_another_encoding_is_one_click_away(site: Site, window: Open) -> None:
    data = "stadt\tfluss\nKöln\tRhein\nZürich\tLimmat\n".encode("cp1252")
    link = f"{site.base}/parser/{put(site.server, data, 'towns.tsv')}"
    likely = [{"encoding": "cp1252", "cells": ["Köln", "Zürich"]}, {"encoding": "cp850", "cells": ["K÷ln", "Z³rich"]}]
    page, other = window(), window(link)
    tell_otherwise(page, certain=False, encodings=likely)
    page.goto(link)
    expect(page.locator("#reading")).to_contain_text("read as tab · Windows-1252 (guess)")
    expect_loaded(page)
    page.locator("#reading").click()
    page.get_by_role("button", name="DOS 850 K÷ln · Z³rich").click()
    for window_ in (page, other):
        expect(cell(window_, "Z³rich")).to_be_visible()


def test_a_table_is_read_without_its_header_from_the_header_row_and_with_it_again(window: Open, link: str) -> None:
    page, other = window(link), window(link)
    for window_ in (page, other):
        expect_page(window_, 1, "city 2")
        expect_loaded(window_)
    page.get_by_role("rowheader", name="3", exact=True).click()
    expect(page.locator("#foot").get_by_role("button", name="No header")).to_be_hidden()
    page.goto(f"{link}#row=1")
    page.locator("#foot").get_by_role("button", name="No header").click()
    for window_ in (page, other):
        expect(window_.locator("#reading")).to_have_text(re.compile("read as you chose.*no header row"))
        expect(cell(window_, "city")).to_be_visible()
    cell(other, "city").click()
    other.keyboard.press("Enter")
    other.locator("#record").get_by_role("button", name="Use as header").click()
    for window_ in (page, other):
        expect(window_.locator("#reading")).to_contain_text("header in row 1")
        expect(cell(window_, "city")).to_have_count(0)


def test_any_row_becomes_the_header_by_a_click_on_its_number(window: Open, link: str) -> None:
    page, other = window(link), window(link)
    for window_ in (page, other):
        expect_page(window_, 1, "city 2")
        expect_loaded(window_)
    page.get_by_role("rowheader", name="4", exact=True).click()
    page.locator("#foot").get_by_role("button", name="Use as header").click()
    for window_ in (page, other):
        expect(window_.locator("#reading")).to_contain_text("header in row 4")
        expect(window_.locator("#preamble-count")).to_have_text("3 lines of notes before the header")
        expect(window_.get_by_role("columnheader", name="city 4")).to_be_visible()


def test_the_import_options_send_every_choice(window: Open, link: str) -> None:
    chosen: list[dict[str, object]] = []

    def keep(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def hear(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] == "read":
                chosen.append(frame["choices"])
            else:
                server.send(message)

        socket.on_message(hear)

    page = window()
    page.route_web_socket("**/parser/ws/**", keep)
    page.goto(link)
    expect_page(page, 1, "city 2")
    expect_loaded(page)
    page.locator("#reading").click()
    page.locator("#dialect summary").click()
    for name, value in {
        "delimiter": "other",
        "quoting": "literal",
        "header": "false",
        "skip_initial_space": "true",
        "quote": "'",
        "escape": "backslash",
        "line_end": "crlf",
    }.items():
        page.locator(f"#dialect [name={name}]").select_option(value)
    for name, text in {"other": "~", "preamble": "4", "comment": "#"}.items():
        page.locator(f"#dialect-{name}").fill(text)
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#dialect")).to_be_hidden()
    while not chosen:
        page.wait_for_timeout(10)
    named = {"encoding": None, "delimiter": "~", "quoting": "literal", "header": False, "preamble": 3}
    assert chosen == [
        named | {"quote": "'", "escape": "backslash", "skip_initial_space": True, "line_end": "crlf", "comment": "#"}
    ]
