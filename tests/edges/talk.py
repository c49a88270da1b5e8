"""How the tests of the edges talk to a server: over HTTP, and in pagecast.v1."""

import asyncio
import hashlib
import http.client
import json
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.server import Server

Frame = dict[str, Any]

PATIENCE_S = 60.0
"""Anything that takes longer does not happen, however busy the machine is."""

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500)


def table(rows: int, word: str = "row") -> bytes:
    """A table of three columns and this many rows, the header included."""
    return b"n\tword\tdouble\n" + b"".join(b"%d\t%s\t%d\n" % (n, word.encode(), 2 * n) for n in range(1, rows))


def page_of(data: bytes, page_no: int) -> list[list[str]]:
    """The cells of a page, found without any of our code."""
    lines = data.decode().removesuffix("\n").split("\n")
    return [line.split("\t") for line in lines[100 * (page_no - 1) : 100 * page_no]]


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    server: Server,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request over HTTP, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def put(server: Server, data: bytes, name: str = "cities.tsv") -> str:
    """A document with this table; answers its UUID."""
    answer = ask(server, "PUT", f"/parser/{name}", data)
    assert answer.status in (200, 201), answer
    return answer.text.strip().rsplit("/", 1)[-1]


def count(server: Server, name: str) -> int:
    """One of the server's own numbers."""
    lines = ask(server, "GET", "/metrics").text.splitlines()
    return next(int(float(line.split()[1])) for line in lines if line.startswith(f"pagecast_{name} "))


async def comes_true(question: Any, patience_s: float = PATIENCE_S) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(patience_s):
        while not question():
            await asyncio.sleep(0.02)


class Client:
    """One end of a connection that speaks pagecast.v1."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._first: str | bytes | None = None

    async def stands(self) -> None:
        """Wait until it is told what all are told, or is turned away."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_S):
                self._first = await self.socket.recv()

    async def next(self) -> Frame:
        """The next frame."""
        text, self._first = self._first, None
        if text is None:
            async with asyncio.timeout(PATIENCE_S):
                text = await self.socket.recv()
        assert isinstance(text, str), "a frame is text"
        frame: Frame = json.loads(text)
        return frame

    async def until(self, kind: str, **members: object) -> Frame:
        """The next frame of this type with these members; passes over others."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and members.items() <= frame.items():
                return frame

    async def say(self, kind: str, **members: object) -> None:
        await self.socket.send(json.dumps({"type": kind, **members}))

    async def chunk(self, offset: int, data: bytes) -> None:
        await self.socket.send(offset.to_bytes(8, "big") + data)

    async def stored(self, offset: int) -> None:
        """Wait until all before this offset is acknowledged."""
        while (await self.until("stored"))["offset"] < offset:
            pass

    async def closed(self) -> tuple[int, str]:
        """How it ends, after whatever comes before that."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    await self.socket.recv()
        except ConnectionClosed:
            return self.socket.close_code or 1006, self.socket.close_reason or ""

    async def rest(self) -> list[Frame]:
        """All frames until it ends."""
        frames = []
        try:
            while True:
                frames.append(await self.next())
        except ConnectionClosed:
            return frames


@asynccontextmanager
async def viewing(
    server: Server,
    uuid: str | None = None,
    *,
    base: str = "",
    narrow: bool = False,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Client]:
    """A viewer of a document, of a new one for None, who is told by now what all are told; `welcome` comes first.

    A narrow one holds little of what it has not looked at yet, and does not compress; else the system would take
    megabytes for it.
    """
    url = (base or server.ws) + "/parser/ws" + (f"/{uuid}" if uuid else "")
    options: dict[str, Any] = {"max_queue": None}  # or it cannot part while frames stand that nobody has looked at
    if narrow:
        end = socket.socket()
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        end.connect(("127.0.0.1", server.port))
        options = {"sock": end, "max_queue": 1, "compression": None}
    async with connect(
        url,
        subprotocols=[Subprotocol("pagecast.v1")],
        proxy=None,
        max_size=None,
        open_timeout=PATIENCE_S,
        additional_headers=headers,
        ping_interval=None,
        **options,
    ) as connection:
        client = Client(connection)
        await client.stands()
        yield client


@asynccontextmanager
async def uploading(server: Server, uuid: str | None = None, *, base: str = "") -> AsyncIterator[Client]:
    """A connection for one upload."""
    url = (base or server.ws) + "/parser/ws" + (f"/{uuid}" if uuid else "") + "/upload"
    options: dict[str, Any] = {"proxy": None, "open_timeout": PATIENCE_S, "ping_interval": None}
    async with connect(url, subprotocols=[Subprotocol("pagecast.v1")], **options) as socket:
        yield Client(socket)


async def upload(server: Server, data: bytes, uuid: str | None = None, *, viewer: str = "", base: str = "") -> Frame:
    """Upload a table as our page does, in two chunks; answers `finished`."""
    async with uploading(server, uuid, base=base) as uploader:
        await uploader.say("upload", name="cities.tsv", size=len(data), viewer=viewer)
        await uploader.until("accepted", offset=0)
        half = len(data) // 2
        await uploader.chunk(0, data[:half])
        await uploader.chunk(half, data[half:])
        await uploader.stored(len(data))
        await uploader.say("finish", sha256=sha256(data))
        finished = await uploader.until("finished")
        assert await uploader.closed() == (1000, "")
        return finished


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
