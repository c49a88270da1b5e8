"""Tables over plain TCP: `job | nc host port` gets a link as its first line, and each line it sends is a row."""

import asyncio
import re
from typing import Any
from weakref import WeakSet

from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpserver import TCPServer

from pagecast.edges.block_buffer import BlockBuffer
from pagecast.edges.context import Context
from pagecast.edges.streams import READ_BYTES, enable_keepalive, is_beyond, linger
from pagecast.protocol.errors import BadRequest, PagecastError, StorageFailed

MAX_LINE_BYTES = 16 * 2**20
"""The longest line. A program that sends no line end for longer does not send lines."""

IDLE_S = 24 * 3600.0
"""A sender that sends nothing for this long is disconnected."""

MAX_BUFFER_BYTES = 4 * 2**20
"""Bytes that are buffered of a connection."""

_http = re.compile(rb"[A-Z]+ [^\n]* HTTP/\d")


class LinesServer(TCPServer):
    """A TCP server that makes each connection a new document, which grows until the sender ends.

    ``max_connections`` bounds this server and the HTTP server together. ``base_url`` begins the links; `{}` in it
    stands for the address of this machine that the sender has connected to.
    """

    def __init__(self, context: Context, max_connections: int, base_url: str) -> None:
        super().__init__(max_buffer_size=MAX_BUFFER_BYTES)
        self._context, self._max_connections, self._base_url = context, max_connections, base_url
        self._streams: WeakSet[IOStream] = WeakSet()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a new connection."""
        if is_beyond(stream, self._max_connections):
            stream.close()
            return
        self._streams.add(stream)
        self._context.tasks.hold(self._serve(stream, str(address[0])))

    def close_all(self) -> None:
        """Close all connections. Their tables end with the last line that has arrived."""
        for stream in self._streams:
            stream.close()

    async def _serve(self, stream: IOStream, address: str) -> None:
        try:
            self._context.upload_slots.acquire(address)
        except PagecastError as error:
            await self._send_error(stream, error)
            return
        try:
            await self._receive_table(stream, address)
        finally:
            self._context.upload_slots.release(address)
            stream.close()

    async def _receive_table(self, stream: IOStream, address: str) -> None:
        """Receive one table: send its link, then add its lines until the sender ends."""
        enable_keepalive(stream)
        uploads = self._context.uploads
        try:
            intake = await uploads.begin(
                uuid=None,
                name="lines.tsv",
                size=None,
                viewer="",
                admit=lambda: self._context.admission.new_documents.acquire(address),
                checked=False,
            )
        except PagecastError as error:
            await self._send_error(stream, error)
            return
        buffer = BlockBuffer(intake)
        try:
            await stream.write(f"{self._base_of(stream)}/parser/{intake.draft.uuid}\n".encode())
            await self._read_lines(stream, buffer)
        except StreamClosedError:
            await buffer.try_flush()
            await uploads.abandon(intake)
        except PagecastError as error:
            await (uploads.abandon if isinstance(error, StorageFailed) else uploads.discard)(intake)
            await self._send_error(stream, error)

    async def _read_lines(self, stream: IOStream, buffer: BlockBuffer) -> None:
        """Read until an error: StreamClosedError when the sender ends, PagecastError when a line is not accepted."""
        beginning, line_bytes = b"", 0
        while True:
            try:
                data = await asyncio.wait_for(stream.read_bytes(READ_BYTES, partial=True), IDLE_S)
            except TimeoutError:
                raise StreamClosedError from None
            if len(beginning) < 2**10:
                beginning += data[: 2**10]
                if _http.match(beginning):  # a web page elsewhere could make a browser send a request here
                    raise BadRequest("This port accepts plain lines, not HTTP.")
            end = data.rfind(b"\n")
            line_bytes = line_bytes + len(data) if end < 0 else len(data) - end
            if line_bytes > MAX_LINE_BYTES:
                raise BadRequest(
                    f"A line may have at most {MAX_LINE_BYTES // 2**20} MB: upload the file over HTTP instead."
                )
            await buffer.add(data)

    async def _send_error(self, stream: IOStream, error: PagecastError) -> None:
        """Send an error's sentence, and close."""
        try:
            await stream.write(f"{error}\n".encode())
        except StreamClosedError:
            return
        await linger(stream)

    def _base_of(self, stream: IOStream) -> str:
        return self._base_url.format(stream.socket.getsockname()[0])
