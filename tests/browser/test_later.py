"""What is loaded after the first rows: nothing that is asked for before it is there is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, table
from tests.browser.windows import expect_loaded, intercept
from tests.edges.talk import ask
from tests.weight import RARE, sent

LATER = "**/js/later.js"
TALK = "**/js/talk.js"
MOST_REQUESTS = 8
"""How many requests a page with a table may take until everything is loaded."""


@pytest.fixture
def link(site: Site) -> str:
    return ask(site.server, "PUT", "/parser/cities.tsv", table(250)).text.strip()


class Held:
    """Files that do not come before they are let go."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self.waiting: list[Route] = []
        intercept(page, pattern, lambda route: self.waiting.append(route))

    def let_go(self, page: Page) -> None:
        while not self.waiting:
            page.wait_for_timeout(10)
        for route in self.waiting:
            route.continue_()


def test_a_table_needs_few_requests(window: Open, link: str) -> None:
    page = window()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    expect_loaded(page)
    names = {url.partition("/static/")[2].partition("/")[2] for url in asked} - {""}
    code = sent(int(link.split(":")[2].split("/")[0]), "en").code.keys()
    assert names == code - RARE | {"icon.svg"}
    assert len(asked) <= MOST_REQUESTS, asked


def test_the_connection_opens_while_the_scripts_are_on_the_way(window: Open, link: str) -> None:
    page = window()
    heard: list[str | bytes] = []
    sockets: list[WebSocket] = []

    def listen(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framereceived", lambda data: heard.append(data))

    page.on("websocket", listen)
    held = Held(page, "**/js/app.js")
    page.goto(link, wait_until="commit")
    while '"page"' not in "".join(map(str, heard)):
        page.wait_for_timeout(10)
    held.let_go(page)
    expect(page.locator("#link")).to_contain_text("live")
    expect(page.locator("#grid table:not(.sent)")).to_be_attached()
    assert len(sockets) == 1


def test_a_key_that_was_pressed_too_early_does_what_it_says(window: Open, link: str) -> None:
    page = window()
    held = Held(page, LATER)
    page.goto(link)
    cell(page, "city 2").click()
    for key in ("c", "Control+g", "Control+k"):
        page.keyboard.press(key)
        page.keyboard.type("next")  # n would find, t would talk
        expect(page.locator("#palette-field")).to_have_value("next")
        if key != "Control+k":
            page.keyboard.press("Escape")
            expect(page.locator("#palette")).to_be_hidden()
    held.let_go(page)
    expect(page.locator("#palette-list li").first).to_contain_text("next page")
    page.keyboard.press("Enter")
    expect(page.locator("#page")).to_have_value("2")


def test_a_key_that_was_pressed_before_its_table_is_there_waits_for_it(window: Open, link: str) -> None:
    page = window()
    kept: list[str | bytes] = []
    release = []

    def stand_between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: (socket.send if '"welcome"' in str(message) else kept.append)(message))
        socket.on_message(server.send)
        release.append(socket.send)

    page.route_web_socket("**/parser/ws/**", stand_between)
    page.goto(link)
    expect(page.locator("#link")).to_contain_text("live")
    page.keyboard.press("t")
    expect(page.locator("#talk-text")).to_be_hidden()
    while '"page"' not in "".join(map(str, kept)):
        page.wait_for_timeout(10)
    for message in kept:
        release[0](message)
    expect(page.locator("#talk-text")).to_be_focused()


def test_enter_that_was_pressed_too_early_counts(window: Open, link: str) -> None:
    page = window()
    held = Held(page, LATER)
    page.goto(link)
    cell(page, "city 2").click()
    page.keyboard.press("Control+g")
    page.keyboard.type("150")
    page.keyboard.press("Enter")
    held.let_go(page)
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#page")).to_have_value("2")


def test_what_counts_only_with_a_connection_is_not_ready_before(window: Open, link: str) -> None:
    page = window(permissions=["clipboard-read", "clipboard-write"])
    page.route_web_socket("**/parser/ws/**", lambda socket: None)
    page.goto(link)
    page.locator("#copy-link").click()
    expect(page.locator("#copy-link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link
    expect(page.locator("#page")).to_be_disabled()
    expect(page.locator("[data-step][aria-disabled=true]")).to_have_count(4)
    for name in ("#alone", "#present"):
        expect(page.locator(name)).to_be_disabled()


def test_the_foot_says_so_where_there_is_no_way_to_the_server(window: Open, link: str) -> None:
    page = window()
    page.route_web_socket("**/parser/ws/**", lambda socket: socket.close(code=4008))
    page.goto(link)
    expect(page.locator("#link-words")).to_contain_text("offline")


def test_all_is_ready_once_the_connection_stands_and_what_was_typed_is_found(window: Open, link: str) -> None:
    said: list[str | bytes] = []
    lines: list[WebSocketRoute] = []
    servers: list[WebSocketRoute] = []

    def hold(line: WebSocketRoute) -> None:
        lines.append(line)
        line.on_message(lambda message: servers[0].send(message) if servers else said.append(message))

    page = window()
    page.route_web_socket("**/parser/ws/**", hold)
    page.goto(link)
    page.locator("#find").fill("city 17")
    while not said:
        page.wait_for_timeout(10)
    servers.append(lines[0].connect_to_server())
    for message in said:
        servers[0].send(message)
    expect(page.locator("#found")).to_have_text("1 match")
    for name in ("#alone", "#present"):
        expect(page.locator(name)).to_be_enabled()
    page.locator("#present").click()
    expect(page.locator("#present")).to_have_text("Stop presenting")


def test_what_is_typed_before_the_talk_is_there_is_said(window: Open, link: str) -> None:
    page = window()
    held = Held(page, TALK)
    page.goto(link)
    cell(page, "city 2").click()
    page.keyboard.press("t")
    page.keyboard.type("next n")  # n would find
    expect(page.locator("#talk-text")).to_have_value("next n")
    page.keyboard.press("Enter")
    held.let_go(page)
    expect(page.locator("#talk-lines .message")).to_contain_text("next n")
    expect(page.locator("#talk-text")).to_be_focused()
    expect(page).to_have_url(re.compile(link))


def test_a_click_that_came_too_early_opens_the_talk(window: Open, link: str) -> None:
    page = window()
    held = Held(page, TALK)
    page.goto(link)
    cell(page, "city 2").wait_for()
    page.locator("#talk-button").click()
    expect(page.locator("#talk")).to_be_hidden()
    held.let_go(page)
    expect(page.locator("#talk")).to_be_visible()
    page.locator("#talk-button").click()
    expect(page.locator("#talk")).to_be_hidden()


def test_a_word_typed_too_early_is_found(window: Open, link: str) -> None:
    page = window()
    held = Held(page, LATER)
    page.goto(link)
    cell(page, "city 2").click()
    page.keyboard.press("/")
    page.keyboard.type("city 17")
    held.let_go(page)
    expect(page.locator("#found")).to_have_text("1 match")


def test_what_cannot_be_loaded_is_told_and_tried_again(window: Open, link: str) -> None:
    page = window()
    page.route(LATER, lambda route: route.fulfill(status=404))
    page.goto(link)
    cell(page, "city 2").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#told")).to_contain_text("This page is older than the server")
    page.unroute(LATER)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()


def test_a_panel_opens_with_its_stylesheet_which_is_tried_again(window: Open, link: str) -> None:
    page = window()
    page.route("**/css/record.css", lambda route: route.fulfill(status=404))
    page.goto(link)
    cell(page, "city 2").click()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("This page is older than the server")
    expect(page.locator("#record")).to_be_hidden()
    page.unroute("**/css/record.css")
    page.keyboard.press("Enter")
    expect(page.locator("#record")).to_have_css("display", "flex")
    expect(page.locator("link[href$='record.css']")).to_have_count(1)
