"""One WebSocket connection: the only module that uses what Tornado does not document.

Tornado frames, copies and compresses each message anew for each connection, and keeps a compressor and a window (over
100 kB) for each connection that negotiated permessage-deflate. Here a message is prepared once, and all connections
send the same bytes. Frames are parsed by ``protocol.websocket``: Tornado 6.6 echoes illegal close codes, accepts
unmasked frames, and corrupts a compressed message if a ping arrives between its fragments.

``INTERNALS`` lists what is used that Tornado's documentation does not promise. If any of it changes,
tests/edges/websocket/test_connection.py fails. If a name is missing, connections are plain Tornado ones: everything
works, only slower.
"""

import asyncio
import logging
from contextlib import suppress
from functools import cache
from typing import Any, cast

import tornado.websocket
from tornado.iostream import IOStream
from tornado.websocket import WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from pagecast.edges.websocket.messages import PIECE_BYTES, IncomingMessage
from pagecast.edges.websocket.subscriber import Subscriber
from pagecast.protocol.websocket import (
    BINARY,
    CLOSE,
    DEFLATE,
    DEFLATE_TERMS,
    MASK_BYTES,
    TEXT,
    FrameHead,
    MessageReader,
    PreparedMessage,
    ProtocolViolation,
    offers_deflate,
)

INTERNALS: dict[Any, tuple[str, ...]] = {
    WebSocketHandler: ("get_websocket_protocol",),
    WebSocketProtocol: ("_abort", "_run_callback"),
    WebSocketProtocol13: (
        *("_accept_connection", "_create_compressors", "_handle_message", "_parse_extensions_header"),
        *(
            "_read_bytes",
            "_receive_frame",
            "_receive_frame_loop",
            "_write_frame",
            "close",
            "is_closing",
            "start_pinging",
        ),
    ),
    IOStream: ("_handle_write", "write", "write_to_fd", "writing"),
    tornado.websocket: ("_websocket_mask",),
}

INTERNALS_PRESENT = all(hasattr(owner, name) for owner, names in INTERNALS.items() for name in names)
"""Whether the installed Tornado has all of them."""

READ_PAUSE_S = 0.05
"""Pause between two reads from a client that broke the protocol. Reading lets it see the close frame; the pause keeps
its flood cheap.
"""

VIOLATION_CLOSE_S = 0.5
"""Seconds from the close frame until the connection of such a client is closed, whatever it is still sending."""


class TornadoConnection(WebSocketProtocol13):
    """A WebSocket connection (RFC 6455) that sends prepared messages and bounds what it receives."""

    def __init__(
        self,
        handler: WebSocketHandler,
        stock: WebSocketProtocol13,
        subscriber: Subscriber,
        incoming: IncomingMessage,
        *,
        may_deflate: bool,
    ) -> None:
        super().__init__(handler, False, stock.params)
        self.subscriber = subscriber
        self._incoming = incoming
        self._compression_options = {} if may_deflate else None  # None makes Tornado ignore the client's offers
        self._reader = MessageReader(stock.params.max_message_size, deflates=False)

    @classmethod
    def create(
        cls,
        handler: WebSocketHandler,
        stock: WebSocketProtocol | None,
        subscriber: Subscriber,
        incoming: IncomingMessage,
        *,
        may_deflate: bool,
    ) -> WebSocketProtocol | None:
        """Return the connection that a handler uses in place of ``stock``, Tornado's own; else ``stock``."""
        if not INTERNALS_PRESENT:
            _warn()
        elif isinstance(stock, WebSocketProtocol13):
            return cls(handler, stock, subscriber, incoming, may_deflate=may_deflate)
        return stock

    def send(self, message: PreparedMessage, sent: int = 0) -> asyncio.Future[None] | None:
        """Send a message without blocking.

        ``sent`` bytes of its frame were sent by the subscriber already. Returns None if the operating system took the
        whole frame, else a future that is done when it has.
        """
        frame = message.frame(deflated=self.subscriber.deflates)
        stream = self.stream
        if not sent and type(stream) is IOStream and not stream.writing():
            self.subscriber.send = stream.socket.send
            with suppress(OSError):  # the buffer is full, or the connection is gone: the stream below handles both
                sent = stream.socket.send(frame)
            if sent == len(frame):
                self.subscriber.is_idle = True
                return None
        self.subscriber.is_idle = False
        return stream.write(memoryview(frame)[sent:])

    @property
    def bytes_sent(self) -> int:
        """How many bytes of the queued frames were sent. The client keeps up while this number grows."""
        return bytes_sent(self.stream)

    def abort(self) -> None:
        """Close the TCP connection now, without a close frame."""
        self._abort()

    # Methods that Tornado calls.

    def start_pinging(self) -> None:
        """Set up the connection when it is open."""
        self.set_nodelay(True)  # or a message could wait until the client acknowledged the one before
        handler: Any = self.handler
        # The headers are not read again, and a browser's take kilobytes. Tornado holds on to them, also in a
        # coroutine that waits for the connection to end: so they are emptied in place.
        for headers in (handler.request.headers, handler._headers):
            headers.__init__()
        super().start_pinging()

    def _write_frame(self, *args: Any, **kwargs: Any) -> asyncio.Future[None]:
        """Write a control frame, or a message of Tornado's own. It may wait, and no broadcast may overtake it."""
        self.subscriber.is_idle = False
        return super()._write_frame(*args, **kwargs)

    def _parse_extensions_header(self, headers: Any) -> list[tuple[str, dict[str, Any]]]:
        if not offers_deflate(headers.get("Sec-WebSocket-Extensions", "")):
            return []
        return [(DEFLATE, dict.fromkeys(DEFLATE_TERMS))]

    def _create_compressors(self, *args: Any, **kwargs: Any) -> None:
        """Create none: each message is compressed, and each received one inflated, with a context of its own."""
        self.subscriber.deflates = self._reader.deflates = True

    async def _receive_frame_loop(self) -> None:
        try:
            await super()._receive_frame_loop()
        finally:
            self._incoming.end()
            self._reader.drop()

    async def _receive_frame(self) -> None:
        try:
            received = self._reader.take(*await self._read_frame())
        except ProtocolViolation as violation:
            await self._close_after(violation)
            return
        if received is None:
            return
        if received.kind not in (TEXT, BINARY):
            handled = self._handle_message(received.kind, received.data)
        elif self.server_terminated:
            return  # the server has sent a close frame: messages that arrive later are ignored
        elif self._incoming.rejected:
            handled = self._run_callback(cast(Any, self.handler).on_message_rejected)
        elif received.kind == TEXT:
            handled = self._run_callback(self.handler.on_message, received.data.decode())
        else:
            handled = self._run_callback(self.handler.on_message, received.data)
        if handled is not None:
            await handled
        if received.kind in (TEXT, BINARY):
            self._incoming.end()

    async def _read_frame(self) -> tuple[FrameHead, bytes]:
        """Read the next frame (RFC 6455, section 5.2), and return its head and its unmasked payload."""
        incoming = self._incoming
        head = self._reader.head(await incoming.read(self._read_bytes(2)))
        if head.kind < CLOSE:
            incoming.begin()
        size = head.size
        if head.size_bytes:
            size = int.from_bytes(await incoming.read(self._read_bytes(head.size_bytes)), "big")
        self._reader.check(head, size)
        if head.kind < CLOSE:
            await incoming.reserve(size)
        mask = await incoming.read(self._read_bytes(MASK_BYTES))
        if size <= PIECE_BYTES:
            data = _unmask(mask, await incoming.read(self._read_bytes(size)))
            if head.kind < CLOSE and size:
                incoming.extend_deadline()
            return head, b"" if incoming.rejected and head.kind < CLOSE else data
        payload = bytearray()
        for rest in range(size, 0, -PIECE_BYTES):
            piece = await incoming.read(self._read_bytes(min(PIECE_BYTES, rest)))
            if not incoming.rejected:
                payload += _unmask(mask, piece)
            incoming.extend_deadline()
        return head, bytes(payload)

    async def _close_after(self, violation: ProtocolViolation) -> None:
        """Close the connection with the violation's code. Until then keep reading, or the client sees a reset only."""
        self.close(violation.code, str(violation))
        with suppress(TimeoutError):
            async with asyncio.timeout(VIOLATION_CLOSE_S):
                while not self.stream.reading():  # else the read that timed out is still pending
                    await self.stream.read_bytes(2**16, partial=True)
                    await asyncio.sleep(READ_PAUSE_S)
                await asyncio.sleep(VIOLATION_CLOSE_S)
        self.abort()


def bytes_sent(stream: IOStream) -> int:
    """Return how many of the bytes written to a stream the operating system has taken."""
    count: int = stream._total_write_done_index
    return count


def _unmask(mask: bytes, data: bytes) -> bytes:
    """Unmask a payload (RFC 6455, section 5.3), or a part of it that begins at a multiple of the mask's length."""
    unmasked: bytes = tornado.websocket._websocket_mask(mask, data)  # type: ignore[attr-defined]
    return unmasked


@cache
def _warn() -> None:
    logging.getLogger(__name__).warning(
        "This version of Tornado is not supported: messages are sent to each viewer separately."
    )
