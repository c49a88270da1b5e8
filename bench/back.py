"""How long it takes until many viewers are back on the right page after all were cut off at once."""

import select
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.crowd import JOINED_S, Crowd, Place, elsewhere, room_for
from bench.figures import Line, Setting, seconds
from bench.server import pagecast
from bench.table import Table
from bench.wire import handshake, upload

ABOUT = "a server restart with all viewers connected, until the last of them has its page again"

PAGE_NO = 7
KEPT_S = 1.0
"""After so long it has been written down which page a room is on."""

LATE_S = 60.0

LOOKED_AT = 4096
"""Bytes that are kept of what a viewer hears first: the page says its number near its beginning."""


def measure(setting: Setting) -> Iterator[Line]:
    for viewers in setting.viewers:
        name = f"back, {viewers:,} viewers"
        if not room_for(viewers, 1):
            yield Line(name, "skipped: they need more open files than a process may have here (ulimit -n)")
            continue
        taken = [elsewhere(cut_off, setting.folder, setting.table, viewers) for _ in range(setting.rounds)]
        spread = f"{seconds(min(taken))}–{seconds(max(taken))}"
        yield Line(
            name, f"{seconds(statistics.median(taken))} (median of {len(taken)}; {spread}), all on the right page"
        )


def cut_off(folder: Path, table: Table, viewers: int) -> float:
    """Seconds from when the server listens again until the last viewer has the page that it was on."""
    with pagecast(folder, cpu=0, stays=True) as server:
        uuid = upload(server.port, "/parser/ws/upload", table)["uuid"]
        place = Place(server.port, f"/parser/ws/{uuid}")
        crowd = Crowd(place, viewers)
        crowd.settle(JOINED_S)
        crowd.turn(PAGE_NO)
        time.sleep(KEPT_S)
    for viewer in crowd.viewers:  # who was cut off: the server has ended
        viewer.socket.close()
    with pagecast(folder, cpu=0, again=server):
        return come_back(place, viewers)


def come_back(place: Place, viewers: int) -> float:
    begun = time.perf_counter()
    ready = select.epoll()
    sockets: dict[int, socket.socket] = {}
    heard: dict[int, bytes] = {}
    for number in range(viewers):
        one = socket.socket()
        one.setblocking(False)
        one.bind((f"127.1.{1 + number // 250}.{1 + number % 250}", 0))
        one.connect_ex(("127.0.0.1", place.port))
        sockets[one.fileno()] = one
        ready.register(one.fileno(), select.EPOLLOUT)
    waiting = set(sockets)
    mark = b'"page_no":%d,' % PAGE_NO
    while waiting:
        for file, _ in ready.poll(1):
            if file not in heard:
                heard[file] = b""
                sockets[file].sendall(handshake(place.path))
                ready.modify(file, select.EPOLLIN)
                continue
            data = sockets[file].recv(2**16)
            if not data:
                raise ConnectionError("the server closed the connection")
            heard[file] = (heard[file] + data)[:LOOKED_AT]
            if file in waiting and b'"type":"page"' in heard[file] and mark in heard[file]:
                waiting.discard(file)
        if time.perf_counter() > begun + LATE_S:
            raise TimeoutError(f"{len(waiting):,} viewers are not back")
    taken = time.perf_counter() - begun
    ready.close()
    for one in sockets.values():
        one.close()
    return taken
