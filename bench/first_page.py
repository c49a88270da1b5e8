"""How soon a second viewer sees the first page of an upload that goes on."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from bench.figures import Line, Setting, percentile, seconds
from bench.server import Server, pagecast
from bench.table import Table
from bench.wire import BINARY, FIRST_CHUNK, Http, WebSocket, frame_head

ABOUT = "an upload at 20 MB/s, from its first byte until a second viewer has page 1, while the rest still arrives"

RATE = 20e6
"""Bytes a second."""

PIECE = 64 * 2**10
"""Bytes sent at once: a fast line delivers no less."""

CHUNK = 2**20
"""The chunk size that a browser's page has reached after the first chunks at such a rate."""

Send = Callable[[Server, str, Table, "Pace"], None]


def measure(setting: Setting) -> Iterator[Line]:
    uploads = 4 * setting.rounds
    with pagecast(setting.folder) as server:
        doors: dict[str, Send] = {"HTTP": send_by_http, "WebSocket": send_by_websocket}
        for door, send in doors.items():
            taken = [until_page(server, setting.table, send) for _ in range(uploads)]
            median, late = seconds(statistics.median(taken)), seconds(percentile(taken, 0.95))
            yield Line(f"first page, {door}", f"{median} (p95 {late}, of {uploads} uploads)")


def until_page(server: Server, table: Table, send: Send) -> float:
    """Seconds from the beginning of an upload until another viewer has its first page."""
    with WebSocket(server.port, "/parser/ws") as viewer:
        uuid = viewer.hear_type("welcome")["uuid"]
        with sending(server, uuid, table, send) as pace:
            document = viewer.hear_type("document")
            page = viewer.hear_type("page")
            seen = time.perf_counter()
        if pace.failure is not None:
            raise pace.failure
        if document["complete"] or page["page_no"] != 1 or not page["data"]:
            raise RuntimeError("what was seen was not the first page of an upload that goes on")
        return seen - pace.begun


class Pace:
    """Lets bytes go at ``RATE``, until it is stopped."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.stopped = threading.Event()
        self.failure: Exception | None = None
        self._sent = 0

    def pieces(self, file: BinaryIO) -> Iterator[bytes]:
        """The next pieces of a file, each in its time; none after it was stopped."""
        while data := file.read(PIECE):
            early = self._sent / RATE - (time.perf_counter() - self.begun)
            if self.stopped.wait(max(0.0, early)):
                return
            self._sent += len(data)
            yield data


@contextmanager
def sending(server: Server, uuid: str, table: Table, send: Send) -> Iterator[Pace]:
    """Send a table in another thread for as long as the block lasts."""
    pace = Pace()

    def run() -> None:
        try:
            send(server, uuid, table, pace)
        except Exception as failure:
            pace.failure = failure

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield pace
    finally:
        pace.stopped.set()
        thread.join()


def send_by_http(server: Server, uuid: str, table: Table, pace: Pace) -> None:
    with Http(server.port) as http, table.path.open("rb") as file:
        pace.begun = time.perf_counter()
        http.put_head(f"/parser/{uuid}", table.size)
        for data in pace.pieces(file):
            http.socket.sendall(data)


def send_by_websocket(server: Server, uuid: str, table: Table, pace: Pace) -> None:
    with WebSocket(server.port, f"/parser/ws/{uuid}/upload") as socket, table.path.open("rb") as file:
        pace.begun = time.perf_counter()
        socket.say({"type": "upload", "name": "bench.tsv", "size": table.size, "viewer": ""})
        socket.hear_type("accepted")
        offset, left = 0, 0
        for data in pace.pieces(file):
            if left == 0:
                left = min(CHUNK if offset else FIRST_CHUNK, table.size - offset)
                socket.socket.sendall(frame_head(BINARY, 8 + left) + offset.to_bytes(8, "big"))
            socket.socket.sendall(data)
            offset, left = offset + len(data), left - len(data)
