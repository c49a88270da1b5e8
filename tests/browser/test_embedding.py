"""A site that the operator names shows a table in a frame: by its read-only link, and by no other."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from playwright.sync_api import ConsoleMessage, expect

from tests.browser.conftest import Open
from tests.edges.talk import ask, put, table
from tests.server import Server, serving

WIKI = "https://wiki.example.org"


class Embedding(BaseHTTPRequestHandler):
    """Shows the address that its own query is in a frame."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        link = unquote(self.path.partition("?")[2])
        self.wfile.write(f'<!doctype html><iframe src="{link}" width="1200" height="700"></iframe>'.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def embedding_site() -> Iterator[str]:
    """Another site on this machine: a browser lets no site from elsewhere embed what is on this machine."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), Embedding)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        site.shutdown()
        site.server_close()
        thread.join()


def reader_of(server: Server) -> str:
    """The read-only UUID of a server's only document."""
    return next(path.name for path in (server.data / "readers").iterdir())


def test_a_named_site_embeds_the_read_only_link_and_no_other(window: Open) -> None:
    with embedding_site() as named, embedding_site() as other, serving(f"--allow_frame={named},{WIKI}") as server:
        uuid = put(server, table(250))
        reader = reader_of(server)
        page = window(f"{named}/?{server.http}/parser/{reader}")
        frame = page.frame_locator("iframe")
        expect(frame.locator("#link[data-status=live]")).to_be_attached()
        expect(frame.locator("#read-only")).to_be_visible()
        frame.locator("#home").click()
        expect(page.locator("#start")).to_be_visible()
        assert page.url == f"{server.http}/parser/", "the first screen is never in a frame"

        for site, refused in ((named, uuid), (other, reader)):
            page = window()
            with page.expect_console_message(says_who_may_embed):
                page.goto(f"{site}/?{server.http}/parser/{refused}")
            expect(page.frame_locator("iframe").locator("#grid")).to_have_count(0)


def says_who_may_embed(message: ConsoleMessage) -> bool:
    return "frame-ancestors" in message.text


def test_only_the_page_of_a_read_only_link_may_be_embedded() -> None:
    with serving(f"--allow_frame={WIKI},https://*.example.org:8443") as server:
        uuid = put(server, table(250))
        page = ask(server, "GET", f"/parser/{uuid}", headers={"Accept": "text/html"})
        assert page.headers["content-security-policy"].endswith("frame-ancestors 'none'")
        reader = reader_of(server)
        embeddable = ask(server, "GET", f"/parser/{reader}").headers["content-security-policy"]
        assert embeddable.endswith(f"frame-ancestors {WIKI} https://*.example.org:8443")
        assert re.sub("frame-ancestors.*", "", embeddable) in page.headers["content-security-policy"]
        for path in (
            "/parser/",
            f"/parser/{reader}/versions",
            f"/parser/{reader}/rows",
            f"/parser/{reader[:-1]}",
            "/x",
        ):
            answer = ask(server, "GET", path, headers={"Accept": "text/html"})
            assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'"), path
