"""The cost of stalled viewers for the others."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

from bench.crowd import JOINED_S, LATE_S, Crowd, Place, elsewhere
from bench.figures import Line, Setting, percentile, seconds
from bench.server import Server, pagecast
from bench.wire import Http, WebSocket, upload

ABOUT = "1,000 viewers, 10 turns a second; then the same beside 1,000 more viewers that read nothing"

HEALTHY, STALLED = 1000, 1000
EVERY_S = 0.1

TURNS = 250
"""With the stalled: long enough for all of them to be parted with."""

ALONE = 100
"""Turns without them."""

PAGES = 10
LITTLE = 4096
"""Bytes that the system keeps for a viewer who takes nothing, about."""


class Seen(NamedTuple):
    """The result."""

    alone: list[list[float]]
    """Seconds until each viewer had the page, turn by turn, without the stalled."""
    beside: list[list[float]]
    grown_mb: float
    gone_s: float | None
    """Until the last of the stalled had been parted with."""


def measure(setting: Setting) -> Iterator[Line]:
    with pagecast(setting.folder, cpu=0) as server:
        uuid = upload(server.port, "/parser/ws/upload", setting.table)["uuid"]
        said = server.lines_said()
        seen = elsewhere(watch, server, Place(server.port, f"/parser/ws/{uuid}"))
        said = server.lines_said() - said
    alone, beside = typical(seen.alone), typical(seen.beside)
    text = f"p95 {seconds(beside)}, {beside / alone:.2f} of the {seconds(alone)} without them"
    yield Line("healthy beside stalled", f"{text} (median of {len(seen.beside)} turns)")
    yield Line("memory for the stalled", f"{seen.grown_mb:.0f} MB at most for {STALLED:,}")
    gone = "are there still" if seen.gone_s is None else f"gone after {seen.gone_s:.1f} s at the latest"
    yield Line("the stalled", f"{gone}; {said} lines in the log")


def watch(server: Server, place: Place) -> Seen:
    with ExitStack() as stack:
        healthy = stack.enter_context(Crowd(place, HEALTHY))
        healthy.settle(JOINED_S)
        turn_on(healthy, ALONE // 2, server)  # warms up
        alone, before = turn_on(healthy, ALONE, server)
        for number in range(STALLED):
            stack.enter_context(stall(place, number))
        begun = time.monotonic()
        beside, most = [], before
        gone_s = None
        for _ in range(TURNS // 10):
            taken, memory = turn_on(healthy, 10, server)
            most = max(most, memory)
            if gone_s is None:
                beside += taken
                if viewers(server) <= HEALTHY:
                    gone_s = time.monotonic() - begun
    return Seen(alone, beside, most - before, gone_s)


def typical(turns: list[list[float]]) -> float:
    """After how long 19 of 20 viewers had the page, in the middle one of all turns."""
    return statistics.median(percentile(turn, 0.95) for turn in turns)


def turn_on(crowd: Crowd, turns: int, server: Server) -> tuple[list[list[float]], float]:
    """Turn pages at the rate; answers how long each took to reach each viewer, and the server's memory at most."""
    taken: list[list[float]] = [[] for _ in range(turns)]
    most = 0.0
    for number in range(turns):
        begun = time.perf_counter()
        crowd.ask(1 + number % PAGES)
        waiting = len(crowd.viewers)
        while (left_s := begun + EVERY_S - time.perf_counter()) > 0 or waiting > 0:
            pages = crowd.hear(max(0.001, left_s))
            if time.perf_counter() > begun + LATE_S:
                raise TimeoutError(f"{waiting} viewers did not get a page")
            if pages:
                taken[number] += [time.perf_counter() - begun] * pages
                waiting -= pages
        most = max(most, server.memory_mb("VmRSS"))
    return taken, most


def stall(place: Place, number: int) -> WebSocket:
    """A viewer who takes nothing from now on, and whose system keeps little for it."""
    return WebSocket(place.port, place.path, source=f"127.2.{1 + number // 250}.{1 + number % 250}", keeps=LITTLE)


def viewers(server: Server) -> int:
    """How many the server counts."""
    with Http(server.port) as http:
        lines = http.get("/metrics").decode().splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith("pagecast_viewers "))
