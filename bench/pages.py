"""The cost of a page, wherever it is in the table."""

import random
import statistics
import time
from collections.abc import Callable, Iterator

from bench.figures import Line, Setting, percentile, seconds
from bench.server import pagecast, sink
from bench.table import PAGE_ROWS, Table
from bench.wire import Http, WebSocket, upload

ABOUT = "one page, requested over one connection: p50 and p99 of alternating turns, table in the page cache"

SWEEPS = 200
"""How often each kind of page is asked for, times the rounds."""

WAYS = ("first", "random", "last")


def measure(setting: Setting) -> Iterator[Line]:
    table, count = setting.table, SWEEPS * setting.rounds
    with pagecast(setting.folder) as ours, sink(setting.folder, table.path) as plain:
        uuid = upload(ours.port, "/parser/ws/upload", table)["uuid"]
        with (
            Http(ours.port) as http,
            Http(plain.port) as raw,
            WebSocket(ours.port, f"/parser/ws/{uuid}") as viewer,
        ):

            def turn(page_no: int) -> None:
                viewer.say({"type": "turn", "page_no": page_no})
                while f'"page_no":{page_no},'.encode() not in viewer.hear()[:200]:
                    pass

            def rows(page_no: int) -> None:
                http.get(f"/parser/{uuid}/rows?page_no={page_no}")

            def same_bytes(page_no: int) -> None:
                span = table.page_bytes(page_no)
                raw.get(f"/bytes?begin={span.start}&end={span.stop}")

            taken = ask(table, count, {"turn": turn, "rows": rows, "bytes": same_bytes})
    floor = statistics.median(taken["bytes", "random"])
    for name, label in (("turn", "WebSocket"), ("rows", "HTTP")):
        for way in WAYS:
            each = taken[name, way]
            median, late = statistics.median(each), percentile(each, 0.99)
            yield Line(f"{way} page, {label}", f"p50 {seconds(median)}, p99 {seconds(late)} (of {count:,})")
        last, first = statistics.median(taken[name, "last"]), statistics.median(taken[name, "first"])
        yield Line(f"last page, {label}", f"{last / first:.2f} of the first's time")
        median = statistics.median(taken[name, "random"])
        than = "times a handler that sends the same bytes of the file"
        yield Line(f"random page, {label}", f"{median / floor:.1f} {than} ({seconds(median)} / {seconds(floor)})")


def ask(table: Table, count: int, asks: dict[str, Callable[[int], None]]) -> dict[tuple[str, str], list[float]]:
    """Seconds for each page of each kind by each way of asking, all in turns."""
    chance = random.Random(1)
    pages = table.rows // PAGE_ROWS
    taken: dict[tuple[str, str], list[float]] = {(name, way): [] for name in asks for way in WAYS}
    for _ in range(count):
        for way in WAYS:
            page_no = {"first": 1, "random": chance.randrange(2, pages), "last": pages}[way]
            for name, work in asks.items():
                begun = time.perf_counter()
                work(page_no)
                taken[name, way].append(time.perf_counter() - begun)
    return taken
