"""Every state that the page can be in, brought about in a window: for the pictures, and for axe to look at."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.edges.talk import put
from tests.server import Server

SAMPLES = Path(__file__).resolve().parents[2] / "static" / "samples"
UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


class Visit:
    """A window at a server, to be brought into a state."""

    def __init__(self, server: Server, page: Page) -> None:
        self.server, self.page = server, page

    def see(self, path: str) -> None:
        self.page.goto(f"{self.server.http}{path}")

    def open(self, sample: str = "numbers.tsv") -> str:
        """Open a sample as somebody with a link does; answer its address."""
        uuid = put(self.server, (SAMPLES / sample).read_bytes(), sample)
        self.see(f"/parser/{uuid}")
        expect(self.page.locator("#link[data-status=live]")).to_be_attached()
        expect(self.page.locator("#grid table:not(.sent)")).to_be_visible()
        return f"{self.server.http}/parser/{uuid}"

    def drop(self, data: bytes, name: str) -> None:
        self.page.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": data})

    def click(self, selector: str) -> None:
        self.page.locator(selector).click()


def first(visit: Visit) -> None:
    visit.see("/parser/")
    expect(visit.page.locator("#curl")).not_to_be_empty()


def pasting(visit: Visit) -> None:
    first(visit)
    visit.click("#paste")


def refused_first(visit: Visit) -> None:
    first(visit)
    visit.drop(b"", "nothing.tsv")
    expect(visit.page.locator("#start-sentence")).to_be_visible()


def table(visit: Visit) -> None:
    visit.open("worlds.tsv")


def settings(visit: Visit) -> None:
    table(visit)
    visit.click("#settings summary")


def people(visit: Visit) -> None:
    table(visit)
    visit.click("#people-summary")


def talk(visit: Visit) -> None:
    table(visit)
    visit.click("#talk-button")
    visit.page.locator("#talk-text").fill("Look at row 13 :)")
    visit.page.locator("#talk-text").press("Enter")


def keys(visit: Visit) -> None:
    table(visit)
    visit.page.keyboard.press("?")


def alone(visit: Visit) -> None:
    visit.open()
    visit.click("#alone")


def sending(visit: Visit) -> None:
    """Half of a file has arrived."""

    def answer(socket: WebSocketRoute) -> None:
        def hear(message: str | bytes) -> None:
            if isinstance(message, str):
                said = {"uuid": UNKNOWN, "upload": "0" * 32, "offset": 0, "max_chunk": 65_536}
                socket.send(json.dumps({"type": "accepted"} | said, separators=(",", ":")))
                socket.send('{"type":"stored","offset":1500000}')

        socket.on_message(hear)

    visit.page.route_web_socket("**/upload", answer)
    table(visit)
    visit.drop(b"city\tcountry\n" * 250_000, "cities.tsv")
    expect(visit.page.locator("#transfer")).to_be_visible()


def refused(visit: Visit) -> None:
    table(visit)
    visit.drop(b"\x89PNG\r\n\x1a\n" + bytes(500), "picture.png")
    expect(visit.page.locator("#transfer[data-status=failed]")).to_be_visible()


def lost(visit: Visit) -> None:
    """The connection is cut, and does not come back."""
    routes: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        if routes:
            socket.close(code=4008)
        else:
            socket.connect_to_server()
        routes.append(socket)

    visit.page.route_web_socket("**/parser/ws/**", pass_on)
    visit.open()
    routes[0].close(code=4008)
    expect(visit.page.locator("#link[data-status=lost]")).to_be_attached()


def waiting(visit: Visit) -> None:
    """The table that the server sent, while nobody answers."""
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: None)
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'worlds.tsv').read_bytes(), 'worlds.tsv')}")


def not_found(visit: Visit) -> None:
    visit.see(f"/parser/{UNKNOWN}")


def gone(visit: Visit) -> None:
    """The table was there, and is no more."""
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: socket.close(code=4504))
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'worlds.tsv').read_bytes(), 'worlds.tsv')}")
    expect(visit.page.locator("#empty")).to_be_visible()


STATES: dict[str, Callable[[Visit], None]] = {
    state.__name__: state
    for state in (
        *(first, pasting, refused_first, table, settings, people, talk, keys, alone),
        *(sending, refused, lost, waiting, not_found, gone),
    )
}
