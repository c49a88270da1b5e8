"""A server that lets a page wait: it is shown, and then said."""

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import expect_page, table
from tests.edges.talk import put


class HeldTurns:
    """Keeps back what a page asks of its server once it is told to."""

    def __init__(self, page: Page) -> None:
        self.holds = False
        self._kept: list[tuple[WebSocketRoute, str | bytes]] = []
        page.route_web_socket("**/parser/ws/**", self._pass_on)

    def let_go(self) -> None:
        self.holds = False
        for server, message in self._kept:
            server.send(message)

    def _pass_on(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def hear(message: str | bytes) -> None:
            if self.holds:
                self._kept.append((server, message))
            else:
                server.send(message)

        socket.on_message(hear)


def test_a_turn_without_an_answer_is_shown_and_then_said(site: Site, window: Open) -> None:
    page = window()
    page.clock.install()
    turns = HeldTurns(page)
    page.goto(site.first_page + put(site.server, table(250)))
    expect_page(page, 1, "city 2")
    link, waiting = page.locator("#link"), page.locator("[aria-busy=true]")
    expect(link).to_contain_text("live")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    turns.holds = True
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("#page")).to_have_value("2")
    expect(waiting).to_have_count(0)
    page.clock.fast_forward(400)
    expect(waiting).to_have_count(3)
    expect(link).to_contain_text("live")
    page.clock.fast_forward(4000)
    expect(page.locator("#told-words")).to_contain_text("The server does not answer")
    expect(link).to_have_text("no answer")
    turns.let_go()
    expect_page(page, 2, "city 101")
    expect(waiting).to_have_count(0)
    expect(page.locator("#told")).to_be_hidden()
    expect(link).to_contain_text("live")
