"""Many viewers in one process: started as ``python -m bench.crowd VIEWERS TURNS [deflate:]PORT/PATH…``.

Turns a page at each place in turn, and prints as JSON how many seconds it took to reach the last viewer there.
"""

import gc
import json
import selectors
import sys
import time

from bench.server import pin
from bench.wire import WebSocket

CPU = 1
"""The servers have core 0."""

JOINED_S = 0.5
"""What is said on joining has all arrived when nothing came for so long."""

REST_S = 0.05
"""Between two turns: what a server does after one is not part of the next."""

LATE_S = 30.0

PAGES = 10
"""Pages that are turned to, one after another: so many that a window of 32 KB has forgotten the first by then."""


LEAST_PAGE = 1000
"""Bytes that every page has, compressed or not; what else is said around a turn has fewer."""


class Crowd:
    """The viewers of one place, each with an address of its own in 127.0.0.0/8."""

    def __init__(self, viewers: int, place: str) -> None:
        self.deflates = place.startswith("deflate:")
        port, _, path = place.removeprefix("deflate:").partition("/")
        self.viewers = [
            WebSocket(int(port), f"/{path}", deflates=self.deflates, source=f"127.1.{1 + n // 250}.{1 + n % 250}")
            for n in range(viewers)
        ]
        self._ready = selectors.DefaultSelector()
        self._unread = {viewer: bytearray() for viewer in self.viewers}
        for viewer in self.viewers:
            self._ready.register(viewer.socket, selectors.EVENT_READ, viewer)

    def turn(self, page_no: int) -> float:
        """Seconds from asking for a page until every viewer has all of it."""
        waiting = len(self.viewers)
        mark = b'"page_no":%d,' % page_no
        begun = time.perf_counter()
        self.viewers[0].say({"type": "turn", "page_no": page_no})
        while waiting > 0:
            events = self._ready.select(LATE_S)
            if not events:
                raise TimeoutError(f"{waiting} viewers did not get page {page_no}")
            for key, _ in events:
                waiting -= sum(mark in head for head in self._hear(key.data, mark))
        return time.perf_counter() - begun

    def settle(self, quiet_s: float) -> None:
        """Take what is on its way, until nothing came for so long."""
        while events := self._ready.select(quiet_s):
            for key, _ in events:
                self._hear(key.data)

    def _hear(self, viewer: WebSocket, mark: bytes = b"") -> list[bytes]:
        """How the pages begin that are whole now; one that is compressed begins with the mark."""
        unread = self._unread[viewer]
        unread += viewer.socket.recv(2**16)
        heads = []
        while len(unread) > 1:
            kind, size = unread[0] & 0x0F, unread[1]
            begin = 2
            if size > 125:
                begin = 4 if size == 126 else 10
                size = int.from_bytes(unread[2:begin], "big") if len(unread) >= begin else len(unread)
            if len(unread) < begin + size:
                break
            if kind == 9:  # a ping
                viewer.pong(bytes(unread[begin : begin + size]))
            elif size >= LEAST_PAGE:  # one that is compressed is not opened: it would cost more than to send it
                heads.append(mark if self.deflates else bytes(unread[begin : begin + 200]).replace(b": ", b":"))
            del unread[: begin + size]
        return heads


def main(viewers: int, turns: int, places: list[str]) -> list[list[float]]:
    pin(0, CPU)
    crowds = [Crowd(viewers, place) for place in places]
    gc.disable()
    taken: list[list[float]] = [[] for _ in crowds]
    for crowd in crowds:
        crowd.settle(JOINED_S)
        crowd.turn(PAGES)  # the first turn warms up caches of all kinds
    for number in range(turns):
        for crowd, seconds in zip(crowds, taken, strict=True):
            crowd.settle(REST_S)
            seconds.append(crowd.turn(1 + number % PAGES))
    return taken


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
