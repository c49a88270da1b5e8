"""What Pagecast is measured against: the plainest Tornado handlers that do the same work, or part of it.

Started as ``python -m bench.sink PORT FOLDER TABLE``; it serves 127.0.0.1 until it is told to stop.
"""

import asyncio
import ctypes
import json
import os
import shutil
import subprocess
import sys
from array import array
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import cast

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.websocket import WebSocketHandler, WebSocketProtocol13

from bench.table import PAGE_ROWS

OFFSET_BYTES = 8
"""A chunk of an upload over WebSocket begins with its offset."""


class Bytes:
    """The bytes of an upload as a file, and nothing else."""

    def __init__(self, folder: Path, synced: bool) -> None:
        self._file = (folder / f"{id(self)}.bytes").open("wb", buffering=0)
        self._synced = synced
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self.size += len(data)

    def close(self) -> None:
        if self._synced:
            os.fsync(self._file.fileno())
        self._file.close()


@tornado.web.stream_request_body
class WriteOverHttp(tornado.web.RequestHandler):
    """Writes a request's body to disk as it streams in."""

    def prepare(self) -> None:
        cast(HTTP1Connection, self.request.connection).set_max_body_size(2**62)
        self.bytes = Bytes(self.settings["folder"], self.get_query_argument("synced") == "yes")

    def data_received(self, chunk: bytes) -> None:
        self.bytes.write(chunk)

    def put(self) -> None:
        self.bytes.close()
        self.set_status(201)


class WriteOverWebSocket(WebSocketHandler):
    """Writes an upload in chunks to disk. It speaks to the uploader as Pagecast does, and checks nothing."""

    def open(self) -> None:
        self.bytes = Bytes(self.settings["folder"], self.get_query_argument("synced") == "yes")

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return subprotocols[0] if subprotocols else None

    def on_message(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.bytes.write(memoryview(message)[OFFSET_BYTES:])
            self.write_message({"type": "stored", "offset": self.bytes.size})
        elif json.loads(message)["type"] == "upload":
            self.write_message({"type": "accepted", "max_chunk": 4 * 2**20})
        else:
            self.bytes.close()
            self.write_message({"type": "finished"})


class SomeBytes(tornado.web.RequestHandler):
    """Reads a range of a file and sends it as it is."""

    def get(self) -> None:
        begin, end = int(self.get_query_argument("begin")), int(self.get_query_argument("end"))
        with open(self.settings["table"], "rb", buffering=0) as file:
            file.seek(begin)
            self.write(file.read(end - begin))


class WriteToEach(WebSocketHandler):
    """Turns everyone to a page as a first version does: it writes the same dict to each viewer in turn."""

    everyone: set["WriteToEach"]

    def initialize(self, everyone: set["WriteToEach"]) -> None:
        self.everyone = everyone

    def open(self) -> None:
        self.everyone.add(self)

    def on_close(self) -> None:
        self.everyone.discard(self)

    def on_message(self, message: str | bytes) -> None:
        page = page_of(self.settings["pages"], int(json.loads(message)["page_no"]))
        for viewer in self.everyone:
            viewer.write_message(page)


class DeflateToEach(WriteToEach):
    """The same with permessage-deflate, as Tornado does it: for each viewer anew."""

    def get_compression_options(self) -> dict[str, object]:
        return {}


class WriteTextToEach(WriteToEach):
    """Makes the text once, and leaves the rest to Tornado."""

    def on_message(self, message: str | bytes) -> None:
        text = json.dumps(page_of(self.settings["pages"], int(json.loads(message)["page_no"])))
        for viewer in self.everyone:
            viewer.write_message(text)


class SendToEach(WriteToEach):
    """One ready frame, given to the kernel for each viewer in turn, by Python."""

    def on_message(self, message: str | bytes) -> None:
        frame = self.frame(message)
        for viewer in self.everyone:
            stream = cast(WebSocketProtocol13, viewer.ws_connection).stream
            assert stream.socket.send(frame) == len(frame), "a viewer's socket is full"

    def frame(self, message: str | bytes) -> bytes:
        data = json.dumps(page_of(self.settings["pages"], int(json.loads(message)["page_no"]))).encode()
        return b"\x81\x7e" + len(data).to_bytes(2, "big") + data


class SendToEachInC(SendToEach):
    """The floor: the same by bench/send.c."""

    sockets = array("i")

    def open(self) -> None:
        super().open()
        self.file: int = cast(WebSocketProtocol13, self.ws_connection).stream.socket.fileno()
        self.sockets.append(self.file)

    def on_close(self) -> None:
        super().on_close()
        self.sockets.remove(self.file)

    def on_message(self, message: str | bytes) -> None:
        frame = self.frame(message)
        address, count = self.sockets.buffer_info()
        whole = self.settings["send_to_each"](ctypes.c_void_p(address), count, frame, ctypes.c_size_t(len(frame)))
        assert whole == count, "a viewer's socket is full"


def compiled(folder: Path) -> Callable[..., int]:
    """The C function that sends to each."""
    library = folder / "send.so"
    source = Path(__file__).with_name("send.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return cast(Callable[..., int], ctypes.CDLL(str(library)).send_to_each)


def page_of(pages: list[list[list[str]]], page_no: int) -> dict[str, object]:
    """A page as the plain protocol's object, with the type that Pagecast's own viewers look for."""
    data = pages[(page_no - 1) % len(pages)]
    return {"type": "page", "uuid": "3f0c1a52", "page_no": page_no, "total_number": 10_000_000, "data": data}


def first_pages(table: Path, count: int = 10) -> list[list[list[str]]]:
    with table.open(encoding="utf-8", newline="\n") as file:
        return [[line[:-1].split("\t") for line in islice(file, PAGE_ROWS)] for _ in range(count)]


async def main(port: int, folder: Path, table: Path) -> None:
    tornado.web.Application(
        [
            (r"/write", WriteOverHttp),
            (r"/ws/write", WriteOverWebSocket),
            (r"/bytes", SomeBytes),
            (r"/ws/write-to-each", WriteToEach, {"everyone": set()}),
            (r"/ws/deflate-to-each", DeflateToEach, {"everyone": set()}),
            (r"/ws/text-to-each", WriteTextToEach, {"everyone": set()}),
            (r"/ws/send-to-each", SendToEach, {"everyone": set()}),
            (r"/ws/send-to-each-in-c", SendToEachInC, {"everyone": set()}),
        ],
        folder=folder,
        table=table,
        pages=first_pages(table),
        send_to_each=compiled(folder) if shutil.which("cc") else None,
        log_function=lambda handler: None,
    ).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
