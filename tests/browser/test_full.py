"""A server that has no more room: the page says so, and comes in when somebody has left."""

import time

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.edges.talk import count, put
from tests.server import serving

TABLE = b"city\tcountry\nOslo\tNO\n"


def test_who_comes_to_a_full_server_is_told_so_and_comes_in_when_there_is_room(window: Open) -> None:
    with serving("--max_viewers=1") as server:
        link = f"{server.http}/parser/{put(server, TABLE)}"
        one = window(link)
        expect(one.locator("#link")).to_contain_text("live")
        other = window()
        other.clock.install()
        other.goto(link)
        expect(other.locator("body")).to_contain_text("The server is full")
        expect(other.locator("#link-words")).to_have_text("server full")
        one.context.close()
        until = time.monotonic() + 30
        while count(server, "viewers") > 0:
            assert time.monotonic() < until
            time.sleep(0.05)
        other.clock.fast_forward(45_000)
        expect(other.locator("#link")).to_contain_text("live")
        expect(other.get_by_role("gridcell", name="Oslo")).to_be_visible()
