"""The WebSocket handler that viewers and uploaders share: admission, sending, errors, closing."""

import asyncio
import socket
from contextlib import suppress
from typing import Any, ClassVar, cast

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol

from pagecast.broadcast.outbox import Outbox
from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.errors import http_errors
from pagecast.edges.websocket.connection import TornadoConnection
from pagecast.edges.websocket.messages import IncomingMessage
from pagecast.edges.websocket.subscriber import Subscriber
from pagecast.limits.slots import Slots
from pagecast.protocol.close_codes import RESTARTING, TOO_SLOW
from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.connection import SUBPROTOCOL, Error, error_frame
from pagecast.protocol.errors import PagecastError, ServerRestarting, TooManyMessages
from pagecast.protocol.tables import Document
from pagecast.protocol.websocket import PreparedMessage

STALL_S = 10.0
"""A client that takes no byte for this long is closed with TOO_SLOW, and invited to come back."""

STALL_CLOSE_S = 1.0
"""Seconds that the close frame of such a client may take, before the connection is aborted."""

UNSENT_BYTES = 2**15
"""Unsent bytes that the operating system buffers for a client; most pages fit. More waits in the outbox, where newer
messages replace older ones.
"""

SEND_BUFFER_BYTES = 2**18
"""Bytes under way to a client: enough for a megabyte a second at a round trip of 250 ms."""

DOCUMENT_SLOT = Document.__name__
"""The slot whose newest message keeps the place of an older one, because pages of that document come after it."""

CLOSE_REASON_BYTES = 123
"""The longest reason in a close frame (RFC 6455, section 5.5)."""


def bound_buffers(sock: socket.socket) -> None:
    """Bound what the operating system buffers for a client: up to 4 MB for each that reads nothing, by default."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)


class SocketHandler(BaseHandler, WebSocketHandler):
    """A WebSocket. Of each slot at most one message is being sent and one is waiting, the newest."""

    open_handlers: ClassVar[set["SocketHandler"]] = set()
    """All handlers whose connection has not ended, for a graceful shutdown."""
    closed_as_slow: ClassVar[int] = 0
    """Connections closed since the start because the client did not keep up."""
    replaced_messages: ClassVar[int] = 0
    """Messages that a newer one of their slot replaced before they were sent, since the start."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connection: WebSocketProtocol | None = None  # unlike ``ws_connection``, it stays after a close frame
        self.subscriber = Subscriber(self.offer)
        self.outbox: Outbox[PreparedMessage] = Outbox()
        self.refused: PagecastError | None = None  # from creating documents: its headers are gone once it is open
        self.writing: asyncio.Task[None] | None = None  # runs while a message is being sent that had to wait

    def refusal(self) -> PagecastError | None:
        return self.refused

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Serve the connection until it is closed and its last message has been handled."""
        self.client_language = self.language
        self.refused = super().refusal()
        async with http_errors():
            if self.context.requests.is_draining:
                raise ServerRestarting
            self.context.admission.joins.check(self.address)
            self.slots.acquire(self.address)
        self.context.admission.joins.count(self.address)
        self.open_handlers.add(self)
        try:
            await super().get(*args, **kwargs)
        finally:
            self.slots.release(self.address)
            self.open_handlers.discard(self)
            self.ended.set_result(None)

    @property
    def ends_by_itself(self) -> bool:  # type: ignore[override]
        return False

    @property
    def slots(self) -> Slots:
        """The slots that this kind of connection takes one of."""
        return self.context.admission.viewers

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    @property
    def may_deflate(self) -> bool:
        """Whether to negotiate permessage-deflate. It would only cost time where files are uploaded."""
        return False

    @property
    def offers_subprotocol(self) -> bool:
        """Whether the client offers `pagecast.v1`. Known before the WebSocket is open."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return SUBPROTOCOL in (name.strip() for name in offered.split(","))

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        stream = cast(HTTP1Connection, self.request.connection).stream
        if not stream.closed():  # the client may have disconnected since its request
            bound_buffers(stream.socket)
        incoming = IncomingMessage(self.context.message_quota, self.address)
        stock = super().get_websocket_protocol()
        self.connection = TornadoConnection.create(self, stock, self.subscriber, incoming, may_deflate=self.may_deflate)
        return self.connection

    @classmethod
    async def close_all(cls, within_s: float) -> None:
        """Close all connections with RESTARTING, which invites the clients to come back.

        A connection still open after ``within_s`` seconds is aborted. Returns when no message is being handled.
        """
        handlers = tuple(cls.open_handlers)
        for handler in handlers:
            handler.close(RESTARTING, "The server is restarting: come back.")
        writing = [handler.writing for handler in handlers if handler.writing is not None]
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        if handlers:
            await asyncio.wait([handler.ended for handler in handlers], timeout=within_s)
        for handler in handlers:
            if handler.connection is not None and not handler.ended.done():
                handler.connection.on_connection_close()
        await asyncio.gather(*(handler.ended for handler in handlers))

    def offer(self, slot: str, message: PreparedMessage, sent: int = 0) -> None:
        """Send a message when the client can take it, unless a newer one of its slot comes first. It does not block.

        ``sent`` bytes of its frame were sent by the subscriber: the rest comes next, whatever else is offered.
        """
        if self.writing is not None:
            SocketHandler.replaced_messages += self.outbox.put(slot, message, stays=slot == DOCUMENT_SLOT)
        elif (pending := self._send(message, sent)) is not None:
            self.writing = asyncio.create_task(self._send_outbox(pending))

    def send(self, frame: ToViewer, slot: str | None = None) -> None:
        """Offer a frame to this client alone; its slot is by default the name of its type."""
        self.offer(slot or type(frame).__name__, PreparedMessage(encode_frame(frame)))

    async def drain(self) -> None:
        """Wait until all that was offered is sent, or the connection is closed."""
        if self.writing is not None:
            await self.writing

    def error_frame(self, error: PagecastError) -> Error:
        """Return an error as a frame, in the client's language."""
        return error_frame(error, self.client_language.failure(error))

    async def on_message_rejected(self) -> None:
        """Handle the end of a message for which there was no memory. It is called in place of ``on_message``."""
        self.send(self.error_frame(TooManyMessages()))

    def close_with_error(self, code: int, error: PagecastError) -> None:
        """Close with a code and an error's sentence, cut to fit into a close frame."""
        reason = self.error_frame(error).message.encode()[:CLOSE_REASON_BYTES]
        self.close(code, reason.decode("utf-8", "ignore"))

    def _send(self, message: PreparedMessage, sent: int = 0) -> "asyncio.Future[None] | None":
        """Begin to send a message. Returns None if it was sent at once or the connection is gone, else a future."""
        connection = self.ws_connection
        if connection is None or connection.is_closing():
            return None
        with suppress(WebSocketClosedError, StreamClosedError):  # on_close follows
            if isinstance(connection, TornadoConnection):
                return connection.send(message, sent)
            return self.write_message(message.text)
        return None

    async def _send_outbox(self, pending: "asyncio.Future[None]") -> None:
        """Send the messages that wait, as fast as the client takes them."""
        try:
            await self._wait_until_sent(pending)
            while (message := self.outbox.take()) is not None:
                if (next_pending := self._send(message)) is not None:
                    await self._wait_until_sent(next_pending)
        finally:
            self.writing = None

    async def _wait_until_sent(self, pending: "asyncio.Future[None]") -> None:
        """Wait until a message is sent. Close the connection if the client takes no byte for STALL_S."""
        connection = self.ws_connection if isinstance(self.ws_connection, TornadoConnection) else None
        sent_before = -1
        while not pending.done():
            if (sent := connection.bytes_sent if connection else 0) > sent_before:
                sent_before = sent
                await asyncio.wait([pending], timeout=STALL_S)
            else:
                SocketHandler.closed_as_slow += 1
                self.close(TOO_SLOW, "This connection could not keep up: reconnect for the newest page.")
                await asyncio.wait([pending], timeout=STALL_CLOSE_S)
                if connection is not None:
                    connection.abort()
                break
        with suppress(WebSocketClosedError, StreamClosedError):
            await pending
