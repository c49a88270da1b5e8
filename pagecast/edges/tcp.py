"""The TCP door: `job | nc host port` gets a link as its first line back, and each line it sends is a row."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakSet

from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpserver import TCPServer

from pagecast.edges.http.server import READ_BYTES, is_beyond, linger
from pagecast.edges.http.uploads import Blocks, keep_alive
from pagecast.limits.rate_limiter import AddressRateLimiter
from pagecast.limits.slots import Slots
from pagecast.ports import UploadService
from pagecast.protocol.errors import BadRequest, PagecastError, StorageFailed

MAX_LINE_BYTES = 16 * 2**20
"""A program that sends no line end for so long does not send lines."""

IDLE_S = 24 * 3600.0
"""A sender that has said nothing for so long is forgotten."""

_http = re.compile(rb"[A-Z]+ [^\n]* HTTP/\d")


Hold = Callable[[Coroutine[Any, Any, None]], None]
"""Sees to it that work is done which nobody waits for."""


class LinesServer(TCPServer):
    """Takes a table over each connection, until its sender ends."""

    def __init__(
        self, uploads: UploadService[Any], seats: Slots, documents: AddressRateLimiter, most: int, hold: Hold, base: str
    ) -> None:
        super().__init__(max_buffer_size=4 * 2**20)
        self._most = most
        self._uploads, self._seats, self._documents, self._hold, self._base = uploads, seats, documents, hold, base
        self._streams: WeakSet[IOStream] = WeakSet()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if is_beyond(stream, self._most):
            stream.close()
            return
        self._streams.add(stream)
        self._hold(self._serve(stream, str(address[0])))

    def close_all(self) -> None:
        """End all that is under way, as if every sender had ended."""
        for stream in self._streams:
            stream.close()

    async def _serve(self, stream: IOStream, address: str) -> None:
        try:
            self._seats.take(address)
        except PagecastError as error:
            await self._say(stream, error)
            return
        try:
            await self._take(stream, address)
        finally:
            self._seats.give(address)
            stream.close()

    async def _take(self, stream: IOStream, address: str) -> None:
        """One table, from the link to its last line."""
        keep_alive(stream)
        try:
            intake = await self._uploads.begin(
                uuid=None,
                name="lines.tsv",
                size=None,
                viewer="",
                admit=lambda: self._documents.enter(address),
                checked=False,
            )
        except PagecastError as error:
            await self._say(stream, error)
            return
        blocks = Blocks(intake)
        try:
            await stream.write(f"{self._link_base(stream)}/parser/{intake.draft.uuid}\n".encode())
            await self._read(stream, blocks)
        except StreamClosedError:
            await blocks.flush_quietly()
            await self._uploads.abandon(intake)
        except PagecastError as error:
            await (self._uploads.abandon if isinstance(error, StorageFailed) else self._uploads.discard)(intake)
            await self._say(stream, error)

    async def _read(self, stream: IOStream, blocks: Blocks) -> None:
        """Raises StreamClosedError at the end, PagecastError where it cannot go on."""
        first, since = b"", 0
        while True:
            try:
                data = await asyncio.wait_for(stream.read_bytes(READ_BYTES, partial=True), IDLE_S)
            except TimeoutError:
                raise StreamClosedError from None
            if len(first) < 2**10:
                first += data[: 2**10]
                if _http.match(first):  # a page elsewhere could have a browser say it
                    raise BadRequest("This port accepts plain lines, not HTTP.")
            end = data.rfind(b"\n")
            since = since + len(data) if end < 0 else len(data) - end
            if since > MAX_LINE_BYTES:
                raise BadRequest(
                    f"A line may have at most {MAX_LINE_BYTES // 2**20} MB: upload the file over HTTP instead."
                )
            await blocks.add(data)

    async def _say(self, stream: IOStream, error: PagecastError) -> None:
        """A sentence, and then the end."""
        try:
            await stream.write(f"{error}\n".encode())
        except StreamClosedError:
            return
        await linger(stream)

    def _link_base(self, stream: IOStream) -> str:
        return self._base.format(stream.socket.getsockname()[0])
