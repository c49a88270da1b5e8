"""How fast a whole table goes in, until the server says that it has it."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial

from bench import wire
from bench.figures import Line, Setting, in_turns, seconds, speed
from bench.server import Server, pagecast, sink
from bench.table import PAGE_ROWS, Table
from tests.browser.windows import chromium

ABOUT = "a whole table, until the server answers; Pagecast has indexed and fsynced it by then"


def measure(setting: Setting) -> Iterator[Line]:
    with pagecast(setting.folder) as ours, sink(setting.folder, setting.table.path) as plain:
        for door, put, put_plain in (("HTTP", by_http, plain_http), ("WebSocket", by_websocket, plain_websocket)):
            taken = in_turns(
                setting.rounds,
                {
                    "ours": partial(timed, ours, partial(put, ours, setting.table)),
                    "plain": partial(timed, plain, partial(put_plain, plain, setting.table, "no")),
                    "synced": partial(timed, plain, partial(put_plain, plain, setting.table, "yes")),
                },
            )
            yield speed(f"upload, {door}", taken["ours"], taken["plain"], "a handler that only writes")
            yield speed("", taken["ours"], taken["synced"], "a handler that writes and fsyncs")
        yield from measure_browser(setting, ours)


def timed(server: Server, work: Callable[[], None]) -> float:
    server.tidy()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def by_http(server: Server, table: Table) -> None:
    with wire.Http(server.port) as http:
        link = http.put("/parser/bench.tsv", table.path)
    check(server, link.rsplit("/", 1)[-1], table)


def by_websocket(server: Server, table: Table) -> None:
    finished = wire.upload(server.port, "/parser/ws/upload", table)
    check(server, finished["uuid"], table)


def plain_http(server: Server, table: Table, synced: str) -> None:
    with wire.Http(server.port) as http:
        http.put(f"/write?synced={synced}", table.path)


def plain_websocket(server: Server, table: Table, synced: str) -> None:
    wire.upload(server.port, f"/ws/write?synced={synced}", table)


def check(server: Server, uuid: str, table: Table) -> None:
    """Raise unless the last page is there: it costs a millisecond, and a figure of half an upload would be none."""
    with wire.Http(server.port) as http:
        answer = json.loads(http.get(f"/parser/{uuid}/rows?page_no={table.rows // PAGE_ROWS}"))
    if answer["total_number"] != table.rows or len(answer["data"]) != PAGE_ROWS:
        raise RuntimeError(f"{answer['total_number']} rows arrived of {table.rows}")


def measure_browser(setting: Setting, server: Server) -> Iterator[Line]:
    """Our page in Chromium, from the choice of the file until it says that the upload is over.

    Once: it takes far longer than the others, and there is nothing that it could take turns with. Playwright is told of
    every message with all of its bytes, so that a person's own browser is faster.
    """
    name = "upload, Chromium"
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/parser/")

        def choose_the_file() -> None:
            page.locator("#file").set_input_files(setting.table.path)
            page.locator("#transfer").wait_for(state="visible")
            page.locator("#transfer").wait_for(state="hidden", timeout=wire.TIMEOUT_S * 1000)

        taken = timed(server, choose_the_file)
        check(server, page.url.partition("?")[0].rsplit("/", 1)[-1], setting.table)
    rate = setting.table.size / taken / 1e6
    yield Line(name, f"{rate:.0f} MB/s at least: the page hashes, Playwright looks on ({seconds(taken)}, once)")
