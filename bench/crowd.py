"""Many viewers in one process, on a core of their own: what comes is counted, and hardly looked at."""

import gc
import resource
import select
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple, ParamSpec, Self, TypeVar

from bench.server import pin
from bench.wire import WebSocket, frame_of

P = ParamSpec("P")
R = TypeVar("R")

CPU = 1
"""The servers have core 0."""

AT_ONCE = 256
"""Viewers that are listened to before the clock is looked at again."""

JOINED_S = 0.5
"""A viewer has received all greetings when nothing came for so long."""

LATE_S = 30.0

LEAST_PAGE = 1000
"""Bytes that every page has, compressed or not; what else is said around a turn has fewer."""

SPARE_FILES = 100
"""Files that a process has open besides its viewers."""

BUFFER = bytearray(2**18)
VIEW = memoryview(BUFFER)


class Place(NamedTuple):
    """Where viewers go, and what one of them says to turn all to a page."""

    port: int
    path: str
    deflates: bool = False
    pages: tuple[bytes, ...] = ()
    """Where the server has none of its own, whoever turns sends the page itself."""
    least: int = LEAST_PAGE
    """Bytes of a frame from which it is a page."""

    def turning(self, page_no: int) -> bytes:
        if self.pages:
            return frame_of(self.pages[(page_no - 1) % len(self.pages)])
        return frame_of(b'{"type":"turn","page_no":%d}' % page_no)


class Viewer:
    """One connection. Frames are told by their heads, and what is in them is passed over."""

    __slots__ = ("_head", "_is_page", "_least", "_left", "receive", "socket")

    def __init__(self, place: Place, number: int) -> None:
        source = f"127.1.{1 + number // 250}.{1 + number % 250}"
        wire = WebSocket(place.port, place.path, deflates=place.deflates, source=source)
        self.socket = wire.socket
        self.receive = wire.socket.recv_into
        self._left, self._is_page, self._head, self._least = 0, False, b"", place.least
        early = wire.rest()
        BUFFER[: len(early)] = early
        self._count(len(early))

    def hear(self) -> int:
        """Take what has come: how many pages are whole now."""
        head = len(self._head)
        if not head:
            count = self.receive(BUFFER)
        else:
            count = self.receive(VIEW[head:]) + head
            BUFFER[:head] = self._head
            self._head = b""
        if count == head:
            raise ConnectionError(f"the server closed the connection of {self.socket.getpeername()}")
        return self._count(count)

    def _count(self, count: int) -> int:
        at = pages = 0
        left = self._left
        while at < count:
            if left == 0:
                size = BUFFER[at + 1] if count - at > 1 else 127
                behind = at + (2 if size < 126 else 4 if size == 126 else 10)
                if behind > count:
                    self._head = bytes(VIEW[at:count])
                    break
                if size > 125:
                    size = int.from_bytes(VIEW[at + 2 : behind], "big")
                if BUFFER[at] & 0x0F == 9:  # a ping
                    self.socket.sendall(frame_of(b"", 10))
                self._is_page = size >= self._least
                left = behind - at + size
            step = min(left, count - at)
            at += step
            left -= step
            if left == 0 and self._is_page:
                pages += 1
        self._left = left
        return pages


class Crowd:
    """The viewers of one place, each with an address of its own in 127.0.0.0/8."""

    def __init__(self, place: Place, viewers: int) -> None:
        self.place = place
        self.viewers = [Viewer(place, number) for number in range(viewers)]
        self._by_file = {viewer.socket.fileno(): viewer for viewer in self.viewers}
        self._ready = select.epoll()
        for file in self._by_file:
            self._ready.register(file, select.EPOLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._ready.close()
        for viewer in self.viewers:
            viewer.socket.close()

    def hear(self, wait_s: float) -> int | None:
        """Take some of what has come: how many viewers' pages are whole by it, None where nothing came for so long."""
        events = self._ready.poll(wait_s, AT_ONCE)
        if not events:
            return None
        by_file, pages = self._by_file, 0
        for file, _ in events:
            pages += by_file[file].hear()
        return pages

    def settle(self, quiet_s: float) -> None:
        """Take what is on its way, until nothing came for so long."""
        until = time.monotonic() + LATE_S
        while self.hear(quiet_s) is not None:
            if time.monotonic() > until:
                raise TimeoutError("the viewers are told something all the time")

    def ask(self, page_no: int, by: int = 0) -> None:
        """Have one of the viewers turn all to a page."""
        self.viewers[by].socket.sendall(self.place.turning(page_no))

    def turn(self, page_no: int) -> float:
        """Seconds from asking for a page until every viewer has all of it."""
        waiting = len(self.viewers)
        begun = time.perf_counter()
        self.ask(page_no)
        while waiting > 0:
            pages = self.hear(LATE_S)
            if pages is None:
                raise TimeoutError(f"{waiting} viewers did not get page {page_no}")
            waiting -= pages
        return time.perf_counter() - begun


def room_for(viewers: int, places: int = 1) -> int:
    """How many such places a process may have open files for, up to so many."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(places, (most - SPARE_FILES) // viewers)


def elsewhere(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do something in a process of its own, on the core that the servers have not."""
    with ProcessPoolExecutor(1, get_context("spawn"), _settle_in) as pool:
        return pool.submit(work, *args, **kwargs).result()


def _settle_in() -> None:
    pin(0, CPU)
    gc.disable()
