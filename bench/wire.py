"""Clients that cost next to nothing, so that what is measured is the server."""

import json
import os
import socket
from base64 import b64encode
from pathlib import Path
from typing import Any, Self

from bench.table import Table

SUBPROTOCOL = "pagecast.v1"

MASK = bytes(4)
"""A mask of zeros changes nothing: the server unmasks as ever, and the client can send a file as it lies on disk."""

FIRST_CHUNK = 64 * 2**10
"""The size of our page's first chunk: it is small, so that the first page is seen at once."""

CHUNKS_AT_ONCE = 3
TIMEOUT_S = 600.0

TEXT, BINARY, PONG = 1, 2, 10
"""Kinds of frames that a client sends."""


class Wire:
    """One connection to 127.0.0.1."""

    def __init__(self, port: int, source: str = "", keeps: int = 0) -> None:
        """From an address of its own, and with so many bytes kept for it by the system, where these are given."""
        self.socket = socket.socket()
        self.socket.settimeout(TIMEOUT_S)
        if keeps:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, keeps)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def read(self, count: int) -> bytes:
        while len(self._waiting) < count:
            self._receive()
        data = bytes(self._waiting[:count])
        del self._waiting[:count]
        return data

    def read_head(self) -> str:
        while (end := self._waiting.find(b"\r\n\r\n")) < 0:
            self._receive()
        return self.read(end + 4).decode("latin-1")

    def rest(self) -> bytes:
        """Return the received bytes that nobody has read."""
        return self.read(len(self._waiting))

    def _receive(self) -> None:
        data = self.socket.recv(2**18)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._waiting += data


class Http(Wire):
    """Requests on a connection that is kept."""

    def get(self, path: str) -> bytes:
        """The body of an answer with status 200."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return self._answer(200)

    def put_head(self, path: str, size: int) -> None:
        """Begin to send a body."""
        self.socket.sendall(f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n".encode())

    def put(self, path: str, file: Path) -> str:
        """Send a file as ``curl -T`` would; answers the body of the 201, a line of text."""
        with file.open("rb") as body:
            self.put_head(path, os.fstat(body.fileno()).st_size)
            self.socket.sendfile(body)
        return self._answer(201).decode().strip()

    def _answer(self, status: int) -> bytes:
        first, *lines = self.read_head().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = self.read(int(headers.get("content-length", 0)))
        if first.split()[1] != str(status):
            raise RuntimeError(f"{first}: {body[:200]!r}")
        return body


class WebSocket(Wire):
    """A WebSocket that sends text, or parts of files."""

    def __init__(self, port: int, path: str, *, deflates: bool = False, source: str = "", keeps: int = 0) -> None:
        super().__init__(port, source, keeps)
        self.socket.sendall(handshake(path, deflates=deflates))
        head = self.read_head()
        if " 101 " not in head:
            raise RuntimeError(f"no WebSocket at {path}: {head}")
        if deflates != (" permessage-deflate" in head):
            raise RuntimeError(f"permessage-deflate is not what was asked for at {path}")

    def say(self, frame: dict[str, object]) -> None:
        self.socket.sendall(frame_of(json.dumps(frame, separators=(",", ":")).encode()))

    def say_chunk(self, file: Any, offset: int, size: int) -> None:
        """Send a part of a file as a chunk: eight bytes of offset, then its bytes."""
        self.socket.sendall(frame_head(BINARY, 8 + size) + offset.to_bytes(8, "big"))
        self.socket.sendfile(file, offset, size)

    def pong(self, data: bytes) -> None:
        """Answer a ping: a server closes on whoever does not."""
        self.socket.sendall(frame_of(data, PONG))

    def hear(self) -> bytes:
        """The next message."""
        while True:
            kind, size = self.read(2)
            size = int.from_bytes(self.read(2 if size == 126 else 8), "big") if size > 125 else size
            data = self.read(size)
            match kind & 0x0F:
                case 1 | 2:
                    return data
                case 9:  # a ping
                    self.pong(data)
                case 8:  # a close
                    raise ConnectionError(f"closed: {int.from_bytes(data[:2], 'big')} {data[2:].decode()}")

    def hear_type(self, kind: str) -> dict[str, Any]:
        """The next frame of a type; those of other types are passed over, but for errors."""
        while True:
            frame: dict[str, Any] = json.loads(self.hear())
            if frame["type"] == kind:
                return frame
            if frame["type"] == "error":
                raise RuntimeError(frame["message"])


def handshake(path: str, *, deflates: bool = False) -> bytes:
    """Return the first bytes of a client."""
    key = b64encode(os.urandom(16)).decode()
    offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflates else ""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"{offer}Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


def frame_of(data: bytes, kind: int = TEXT) -> bytes:
    """A client's frame, whole."""
    return frame_head(kind, len(data)) + data


def frame_head(kind: int, size: int) -> bytes:
    """The head of a client's frame, with a mask that changes nothing."""
    if size < 126:
        return bytes((0x80 | kind, 0x80 | size)) + MASK
    if size < 2**16:
        return bytes((0x80 | kind, 0x80 | 126)) + size.to_bytes(2, "big") + MASK
    return bytes((0x80 | kind, 0x80 | 127)) + size.to_bytes(8, "big") + MASK


def upload(port: int, path: str, table: Table) -> dict[str, Any]:
    """Upload a table as our page does, three chunks under way; answers the `finished` frame.

    The SHA-256 is known beforehand: a browser's time for it would not be the server's.
    """
    with WebSocket(port, path) as socket, table.path.open("rb") as file:
        socket.say({"type": "upload", "name": "bench.tsv", "size": table.size, "viewer": ""})
        longest = int(socket.hear_type("accepted")["max_chunk"])
        sent = 0
        ends: list[int] = []
        while sent < table.size or ends:
            while sent < table.size and len(ends) < CHUNKS_AT_ONCE:
                size = min(longest if sent else FIRST_CHUNK, table.size - sent)
                socket.say_chunk(file, sent, size)
                sent += size
                ends.append(sent)
            stored = socket.hear_type("stored")["offset"]
            ends = [end for end in ends if end > stored]
        socket.say({"type": "finish", "sha256": table.sha256})
        return socket.hear_type("finished")
