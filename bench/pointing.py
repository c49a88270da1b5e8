"""Whether a page turn gets through while thousands move their selections."""

import json
import statistics
import time
from collections.abc import Iterator

from bench.crowd import JOINED_S, LATE_S, Crowd, Place, elsewhere
from bench.figures import Line, Setting, seconds
from bench.server import pagecast
from bench.wire import frame_of, upload

ABOUT = "one page turn to 2,000 viewers: alone, and while all of them move their selections"

VIEWERS = 2000
MOVES_EVERY_S = 0.002 * VIEWERS
"""The page tells of it less often the more people there are: 500 times a second in all."""
AT_ONCE = 50
"""Viewers that move between two looks at what has come."""

TURNS_EVERY_S = 0.25
PAGES = 10

LEAST_PAGE = 6000
"""A page is larger than what is told of many selections."""


def measure(setting: Setting) -> Iterator[Line]:
    with pagecast(setting.folder, cpu=0) as server:
        uuid = upload(server.port, "/parser/ws/upload", setting.table)["uuid"]
        turns = 8 * setting.rounds
        try:
            still, moving = elsewhere(watch, Place(server.port, f"/parser/ws/{uuid}", least=LEAST_PAGE), turns)
        except TimeoutError:
            yield Line("a turn while all point", f"did not get through within {LATE_S:.0f} s")
            return
    a, b = statistics.median(still), statistics.median(moving)
    rate = VIEWERS / MOVES_EVERY_S
    text = f"{seconds(b)}, beside {seconds(a)} while nobody moves (medians of {turns}, {rate:,.0f} moves a second)"
    yield Line("a turn while all point", text)


def watch(place: Place, turns: int) -> tuple[list[float], list[float]]:
    with Crowd(place, VIEWERS) as crowd:
        crowd.settle(JOINED_S)
        still = [turn(crowd, number, moving=False) for number in range(turns)]
        return still, [turn(crowd, number, moving=True) for number in range(turns)]


def turn(crowd: Crowd, number: int, *, moving: bool) -> float:
    """Let them move for a while, then turn a page meanwhile: seconds until everyone has it."""
    until = time.perf_counter() + TURNS_EVERY_S
    begun = None
    moved = time.perf_counter()
    waiting = len(crowd.viewers)
    mover = 0
    while waiting > 0:
        now = time.perf_counter()
        if moving and now >= moved:
            for _ in range(AT_ONCE):
                mover = (mover + 1) % VIEWERS
                crowd.viewers[mover].socket.sendall(_selects(mover))
            moved += MOVES_EVERY_S * AT_ONCE / VIEWERS
        if begun is None and now >= until:
            crowd.ask(1 + number % PAGES)
            begun = now
        waiting -= crowd.hear(0.001) or 0
        if now > until + LATE_S:
            raise TimeoutError(f"{waiting} viewers did not get a page")
    assert begun is not None
    return time.perf_counter() - begun


def _selects(number: int) -> bytes:
    row, column = 1 + number % 100, 1 + number % 9
    area = [row, column, row, column]
    return frame_of(json.dumps({"type": "select", "version": 1, "area": area}, separators=(",", ":")).encode())
