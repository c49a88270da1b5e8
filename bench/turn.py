"""How long one page turn takes to reach the last of many viewers."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from importlib.util import find_spec

from bench import nchan
from bench.crowd import JOINED_S, Crowd, Place, elsewhere, room_for
from bench.figures import Line, Setting, times
from bench.server import other, pagecast, sink
from bench.sink import first_pages, page_of
from bench.wire import upload

ABOUT = "one page turn, from the request until the last of many viewers has it; server on one core, viewers on another"

TURNS = 4
"""Turns to each server, times the rounds."""

MOST = 20
"""Turns to each where the viewers are many: some of the ways take seconds for one."""

REST_S = 0.05
"""Between two turns: what a server does after one is not part of the next."""

PAGES = 10
"""Pages that are turned to, one after another: so many that a window of 32 KB has forgotten the first by then."""


def measure(setting: Setting) -> Iterator[Line]:
    table = setting.table
    with ExitStack() as stack:
        ours = stack.enter_context(pagecast(setting.folder, cpu=0))
        plain = stack.enter_context(sink(setting.folder, table.path, cpu=0)).port
        library = stack.enter_context(other("broadcast", setting.folder, table.path, cpu=0)).port
        uuid = upload(ours.port, "/parser/ws/upload", table)["uuid"]
        room = Place(ours.port, f"/parser/ws/{uuid}")
        rivals = {
            "`write_message(dict)` to each": Place(plain, "/ws/write-to-each"),
            "`write_message(text)` to each": Place(plain, "/ws/text-to-each"),
            "`broadcast()` of websockets": Place(library, "/"),
            "a loop of `send()` in Python": Place(plain, "/ws/send-to-each"),
        }
        if shutil.which("cc"):
            rivals["a loop of `send()` in C"] = Place(plain, "/ws/send-to-each-in-c")
        else:
            yield Line("a loop of `send()` in C", "skipped: there is no C compiler (cc)")
        if find_spec("socketify"):
            rivals["uWebSockets (socketify)"] = Place(
                stack.enter_context(other("uws", setting.folder, table.path, cpu=0)).port, "/"
            )
        else:
            yield Line("uWebSockets", "skipped: socketify is not installed (make bench installs it)")
        if nchan.nginx() and nchan.module():
            port = stack.enter_context(other("nchan", setting.folder, table.path, cpu=0)).port
            pages = first_pages(table.path, PAGES)
            said = tuple(json.dumps(page_of(pages, 1 + number)).encode() for number in range(PAGES))
            rivals["nginx's nchan"] = Place(port, "/", pages=said)
        else:
            yield Line("nginx's nchan", "skipped: scripts/system-packages nginx nchan installs it")
        deflated = {"`write_message(dict)` to each": Place(plain, "/ws/deflate-to-each", deflates=True)}
        for viewers in setting.viewers:
            yield from race("turn", viewers, setting, room, rivals)
            yield from race("turn, deflated", viewers, setting, room._replace(deflates=True), deflated)


def race(what: str, viewers: int, setting: Setting, ours: Place, others: Mapping[str, Place]) -> Iterator[Line]:
    """Ours beside each of the others, as many of them at a time as a process may have files open."""
    name = f"{what}, {viewers:,} viewers"
    at_once = room_for(viewers, 1 + len(others)) - 1
    if at_once < 1:
        yield Line(name, "skipped: they need more open files than a process may have here (ulimit -n)")
        return
    turns = min(TURNS * setting.rounds, MOST)
    names = list(others)
    for begin in range(0, len(names), at_once):
        batch = names[begin : begin + at_once]
        taken, *theirs = elsewhere(gather, viewers, turns, [ours, *(others[other] for other in batch)])
        for other_name, seconds in zip(batch, theirs, strict=True):
            yield times(name, taken, seconds, other_name)
            name = ""


def gather(viewers: int, turns: int, places: list[Place]) -> list[list[float]]:
    """Have many viewers at each place; answers the seconds of each turn at each, which are taken in turns."""
    with ExitStack() as stack:
        # Ours last: it alone asks quiet viewers whether they are there, and parts with who does not answer.
        crowds = [stack.enter_context(Crowd(place, viewers)) for place in reversed(places)][::-1]
        taken: list[list[float]] = [[] for _ in crowds]
        for crowd in crowds:
            crowd.settle(JOINED_S)
            crowd.turn(PAGES)  # the first turn warms up caches of all kinds
        for number in range(turns):
            page_no = 1 + number % PAGES
            for crowd, seconds in zip(crowds, taken, strict=True):
                crowd.settle(REST_S)
                seconds.append(crowd.turn(page_no))
    return taken
