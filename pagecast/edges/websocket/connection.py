"""The seam to Tornado's WebSocket: the only file that knows how it works inside.

Tornado frames, copies and compresses every message for each connection anew, and keeps a compressor and a window (over
100 kB) for each that negotiated permessage-deflate. Here a ``Message`` is made ready once, and all connections get the
same bytes. Reading is ours too: Tornado 6.6 echoes illegal close codes, takes frames without a mask, and delivers a
compressed message wrongly where a ping came between its fragments.

``INSIDE`` names what is used that Tornado's documentation does not promise; tests/edges/test_wire.py fails when any of
it is not what it was. Where a name is gone, sockets are plain Tornado ones: all of it works, but slower.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, cast

import tornado.websocket
from tornado.iostream import IOStream
from tornado.websocket import WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from pagecast.edges.websocket.messages import PIECE_BYTES, IncomingMessage
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

INSIDE: dict[Any, tuple[str, ...]] = {
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

HOLDS = all(hasattr(owner, name) for owner, names in INSIDE.items() for name in names)
"""Whether this Tornado still has what is used of it."""

REST_S = 0.05
"""Between two looks at what a client sends that broke the rules: it is read, so that it hears why, but at leisure."""

PARTING_S = 0.5
"""So long after the close frame the connection of such a client is closed, whatever it still sends."""


class Outlet:
    """Where one client is told what all are told.

    It is small, and holds all that is looked at where nothing has to wait: who tells thousands waits for memory.
    """

    __slots__ = ("deflates", "free", "group", "offer", "send")

    def __init__(self, offer: Callable[[str, PreparedMessage, int], None]) -> None:
        self.offer = offer
        """Tell it a message of a slot, of which so many bytes are on their way already: now, or when it can."""
        self.free = False
        """Whether all that was sent has gone, so that a frame may go straight to ``send``."""
        self.send: Callable[[bytes], int] = len
        """The socket's own. A frame of which it takes a part is to be gone on with by ``offer``."""
        self.deflates = False
        """Whether permessage-deflate was negotiated."""
        self.group: Any = None


class Wire(WebSocketProtocol13):
    """One connection. It sends messages that are ready, and reads by the rules."""

    def __init__(
        self,
        handler: WebSocketHandler,
        stock: WebSocketProtocol13,
        outlet: Outlet,
        arrival: IncomingMessage,
        *,
        may_deflate: bool,
    ) -> None:
        super().__init__(handler, False, stock.params)
        self.outlet = outlet
        self._arrival = arrival
        self._compression_options = {} if may_deflate else None  # where it is None, offers are not looked at
        self._reader = MessageReader(stock.params.max_message_size, deflates=False)

    @classmethod
    def of(
        cls,
        handler: WebSocketHandler,
        stock: WebSocketProtocol | None,
        outlet: Outlet,
        arrival: IncomingMessage,
        *,
        may_deflate: bool,
    ) -> WebSocketProtocol | None:
        """What a handler speaks through: this, where it holds, else Tornado's own."""
        if not HOLDS:
            _warn()
        elif isinstance(stock, WebSocketProtocol13):
            return cls(handler, stock, outlet, arrival, may_deflate=may_deflate)
        return stock

    def send(self, message: PreparedMessage, sent: int = 0) -> asyncio.Future[None] | None:
        """Send a message as soon as may be: None where all of it is on its way, else what is done when it is.

        ``sent`` bytes of its frame have gone by way of the outlet.
        """
        frame = message.frame(deflated=self.outlet.deflates)
        stream = self.stream
        if not sent and type(stream) is IOStream and not stream.writing():
            self.outlet.send = stream.socket.send
            with suppress(OSError):  # full, or gone: the stream is told the same, and knows what to do
                sent = stream.socket.send(frame)
            if sent == len(frame):
                self.outlet.free = True
                return None
        self.outlet.free = False
        return stream.write(memoryview(frame)[sent:])

    @property
    def taken(self) -> int:
        """How many bytes the client's side has taken of what had to wait: while it grows, the client keeps up."""
        return taken_of(self.stream)

    def cut(self) -> None:
        """End it now, whatever is on its way."""
        self._abort()

    # What Tornado calls.

    def start_pinging(self) -> None:
        """The connection is open."""
        self.set_nodelay(True)  # or a message could wait for the client to acknowledge the one before
        handler: Any = self.handler
        # Nobody asks for these again, and those of a browser take kilobytes. Tornado goes on holding them, also in
        # a function that waits for the connection to end: so they are emptied.
        for headers in (handler.request.headers, handler._headers):
            headers.__init__()
        super().start_pinging()

    def _write_frame(self, *args: Any, **kwargs: Any) -> asyncio.Future[None]:
        """Write what is not a message of ours. It may have to wait, and nothing must overtake it then."""
        self.outlet.free = False
        return super()._write_frame(*args, **kwargs)

    def _parse_extensions_header(self, headers: Any) -> list[tuple[str, dict[str, Any]]]:
        if not offers_deflate(headers.get("Sec-WebSocket-Extensions", "")):
            return []
        return [(DEFLATE, dict.fromkeys(DEFLATE_TERMS))]

    def _create_compressors(self, *args: Any, **kwargs: Any) -> None:
        """Have none: each message is compressed by itself, and the few that come in are inflated by themselves."""
        self.outlet.deflates = self._reader.deflates = True

    async def _receive_frame_loop(self) -> None:
        try:
            await super()._receive_frame_loop()
        finally:
            self._arrival.end()
            self._reader.drop()

    async def _receive_frame(self) -> None:
        try:
            received = self._reader.take(*await self._read_frame())
        except ProtocolViolation as violation:
            await self._part(violation)
            return
        if received is None:
            return
        if received.kind not in (TEXT, BINARY):
            handled = self._handle_message(received.kind, received.data)
        elif self.server_terminated:
            return  # whatever it says now, the answer was a close frame
        elif self._arrival.refused:
            handled = self._run_callback(cast(Any, self.handler).on_refused)
        elif received.kind == TEXT:
            handled = self._run_callback(self.handler.on_message, received.data.decode())
        else:
            handled = self._run_callback(self.handler.on_message, received.data)
        if handled is not None:
            await handled
        if received.kind in (TEXT, BINARY):
            self._arrival.end()

    async def _read_frame(self) -> tuple[FrameHead, bytes]:
        """The next frame, without its mask."""
        arrival = self._arrival
        head = self._reader.head(await arrival.within(self._read_bytes(2)))
        if head.kind < CLOSE:
            arrival.begin()
        size = head.size
        if head.size_bytes:
            size = int.from_bytes(await arrival.within(self._read_bytes(head.size_bytes)), "big")
        self._reader.check(head, size)
        if head.kind < CLOSE:
            await arrival.reserve(size)
        mask = await arrival.within(self._read_bytes(MASK_BYTES))
        if size <= PIECE_BYTES:
            data = _unmasked(mask, await arrival.within(self._read_bytes(size)))
            if head.kind < CLOSE and size:
                arrival.go_on()
            return head, b"" if arrival.refused and head.kind < CLOSE else data
        whole = bytearray()
        for rest in range(size, 0, -PIECE_BYTES):
            piece = await arrival.within(self._read_bytes(min(PIECE_BYTES, rest)))
            if not arrival.refused:
                whole += _unmasked(mask, piece)
            arrival.go_on()
        return head, bytes(whole)

    async def _part(self, violation: ProtocolViolation) -> None:
        """Say what was wrong, and end the connection soon. Until then it is read, or the client would not hear it."""
        self.close(violation.code, str(violation))
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING_S):
                while not self.stream.reading():  # else it still waits for what came too late
                    await self.stream.read_bytes(2**16, partial=True)
                    await asyncio.sleep(REST_S)
                await asyncio.sleep(PARTING_S)
        self.cut()


def taken_of(stream: IOStream) -> int:
    """How many bytes the system has taken of all that was written to a stream."""
    count: int = stream._total_write_done_index
    return count


def _unmasked(mask: bytes, data: bytes) -> bytes:
    """A frame's payload, or a part of it that begins at a multiple of the mask's length."""
    unmasked: bytes = tornado.websocket._websocket_mask(mask, data)  # type: ignore[attr-defined]
    return unmasked


@cache
def _warn() -> None:
    logging.getLogger(__name__).warning(
        "This version of Tornado is not supported: messages are sent to each viewer separately."
    )
