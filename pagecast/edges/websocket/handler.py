"""The doors over WebSocket: what all of ours have in common, and the one for uploads."""

import asyncio
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar, cast

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol

from pagecast.broadcast.outbox import Outbox
from pagecast.edges.http.web import BaseHandler, refusing
from pagecast.edges.websocket.connection import Outlet, Wire
from pagecast.edges.websocket.messages import IncomingMessage
from pagecast.limits.slots import Slots
from pagecast.ports import IncomingUpload, UploadService
from pagecast.protocol.close_codes import (
    DISK_FAILED,
    DONE,
    GOING_AWAY,
    MISBEHAVED,
    NO_SUCH_DOCUMENT,
    TOO_SLOW,
    UPLOAD_FAILED,
)
from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.connection import SUBPROTOCOL, Error, error_frame
from pagecast.protocol.errors import (
    BadFrame,
    PagecastError,
    ServerFull,
    StorageFailed,
    TakenOver,
    TooManyMessages,
    UnknownDocument,
    WrongOffset,
)
from pagecast.protocol.names import is_uuid
from pagecast.protocol.tables import Document
from pagecast.protocol.uploads import (
    MAX_CHUNK,
    OFFSET_BYTES,
    Accepted,
    Cancel,
    Chunk,
    Finish,
    Finished,
    Resume,
    Stored,
    Upload,
)
from pagecast.protocol.websocket import PreparedMessage
from pagecast.room.session import Uploader

SLOW_S = 10.0
"""A client that takes nothing for so long is asked to come back when it can."""

UNSENT_BYTES = 2**15
"""What waits is to wait here, where newer replaces older: of that the system holds so much. Most pages fit."""

UNTAKEN_BYTES = 2**18
"""What may be on its way to a client: enough for a megabyte a second to the other end of the world."""

DOCUMENT = Document.__name__
"""The slot whose newest message goes where an older one waited: pages of it are behind that."""

PARTING_S = 1.0
"""How long it may take then to hear that."""


def bound_buffers(end: socket.socket) -> None:
    """Have the system hold little for a client: it would take up to 4 MB of memory for each that reads nothing."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNTAKEN_BYTES)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)


class Socket(BaseHandler, WebSocketHandler):
    """A WebSocket of ours: one message of a slot is on its way, and at most one waits, the newest."""

    connected: ClassVar[set["Socket"]] = set()
    """Those that are at work, for the day's end."""
    dropped: ClassVar[int] = 0
    """How many could not keep up, since the start."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connection: WebSocketProtocol | None = None  # unlike Tornado's, it lasts until the client has parted
        self.outlet = Outlet(self.offer)
        self.outbox: Outbox[PreparedMessage] = Outbox()
        self.writing: asyncio.Task[None] | None = None  # while a message is on its way that did not go at once

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Work until it is closed, and nothing that it asked for is being done any more."""
        self.spoken = self.language
        async with refusing():
            self.gates.joins.check(self.address)
            self.places.take(self.address)
        self.gates.joins.count(self.address)
        self.connected.add(self)
        try:
            await super().get(*args, **kwargs)
        finally:
            self.places.give(self.address)
            self.connected.discard(self)
            self.over.set_result(None)

    @property
    def places(self) -> Slots:
        """What this kind of connection takes one of."""
        return self.gates.viewers

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    @property
    def may_deflate(self) -> bool:
        """Whether messages may be compressed; where files are uploaded it would only cost time."""
        return False

    @property
    def offers_ours(self) -> bool:
        """Whether the client asks for `pagecast.v1`; known before the connection is."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        return SUBPROTOCOL in (name.strip() for name in offered.split(","))

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        stream = cast(HTTP1Connection, self.request.connection).stream
        if not stream.closed():  # the client may have gone since it asked
            bound_buffers(stream.socket)
        arrival = IncomingMessage(self.settings["messages"], self.address)
        self.connection = Wire.of(
            self, super().get_websocket_protocol(), self.outlet, arrival, may_deflate=self.may_deflate
        )
        return self.connection

    @classmethod
    async def close_all(cls, within_s: float) -> None:
        """Invite everyone to come back to the next server; who has not parted in time is cut off.

        Afterwards nothing is under way on any of them.
        """
        sockets = tuple(cls.connected)
        for one in sockets:
            one.close(GOING_AWAY, "The server is going away: come back.")
        writing = [one.writing for one in sockets if one.writing is not None]
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        if sockets:
            await asyncio.wait([one.over for one in sockets], timeout=within_s)
        for one in sockets:
            if one.connection is not None and not one.over.done():
                one.connection.on_connection_close()
        await asyncio.gather(*(one.over for one in sockets))

    def offer(self, slot: str, message: PreparedMessage, sent: int = 0) -> None:
        """Send a message when this client can take it, unless a newer one of its slot comes first.

        ``sent`` bytes of it are on their way by its outlet: the rest comes next, whatever is offered.
        """
        if self.writing is not None:
            self.outbox.put(slot, message, stays=slot == DOCUMENT)
        elif (flight := self._send(message, sent)) is not None:
            self.writing = asyncio.create_task(self._catch_up(flight))

    def say(self, frame: ToViewer, slot: str | None = None) -> None:
        self.offer(slot or type(frame).__name__, PreparedMessage(encode_frame(frame)))

    async def settle(self) -> None:
        """Wait until all that was offered is on its way."""
        if self.writing is not None:
            await self.writing

    def told(self, error: PagecastError) -> Error:
        """An error as a frame, in the language that the client asked for with its first request."""
        return error_frame(error, self.spoken.failure(error))

    async def on_refused(self) -> None:
        """A message came for which there was no memory."""
        self.say(self.told(TooManyMessages()))

    def refuse(self, code: int, error: PagecastError) -> None:
        """Close for a reason that fits into a close frame."""
        self.close(code, self.told(error).message.encode()[:123].decode("utf-8", "ignore"))

    def _send(self, message: PreparedMessage, sent: int = 0) -> "asyncio.Future[None] | None":
        """Begin to send. None where nothing is left to wait for: it went at once, or nobody is there."""
        connection = self.ws_connection
        if connection is None or connection.is_closing():
            return None
        with suppress(WebSocketClosedError, StreamClosedError):  # on_close does the rest
            if isinstance(connection, Wire):
                return connection.send(message, sent)
            return self.write_message(message.text)
        return None

    async def _catch_up(self, flight: "asyncio.Future[None]") -> None:
        """Send what waits as fast as the client takes it."""
        try:
            await self._arrival(flight)
            while (message := self.outbox.take()) is not None:
                if (next_flight := self._send(message)) is not None:
                    await self._arrival(next_flight)
        finally:
            self.writing = None

    async def _arrival(self, flight: "asyncio.Future[None]") -> None:
        """Wait until a message has been taken; part with a client that takes nothing."""
        wire = self.ws_connection if isinstance(self.ws_connection, Wire) else None
        taken = -1
        while not flight.done():
            if (so_far := wire.taken if wire else 0) > taken:
                taken = so_far
                await asyncio.wait([flight], timeout=SLOW_S)
            else:
                Socket.dropped += 1
                self.close(TOO_SLOW, "This connection could not keep up: reconnect for the newest page.")
                await asyncio.wait([flight], timeout=PARTING_S)
                if wire is not None:
                    wire.cut()
                break
        with suppress(WebSocketClosedError, StreamClosedError):
            await flight


def offer_each(outlets: Iterable[Outlet], slot: str, message: PreparedMessage, *, deflated: bool) -> None:
    """Offer the same message to many, who all have it compressed or all not."""
    frame = message.frame(deflated=deflated)
    size = len(frame)
    for outlet in outlets:
        sent = 0
        if outlet.free:
            try:
                sent = outlet.send(frame)
            except OSError:  # full, or gone: it finds out which
                sent = 0
            if sent == size:
                continue
        outlet.offer(slot, message, sent)


class UploadHandler(Socket):
    """An upload in chunks, each acknowledged when it is safely stored."""

    intake: IncomingUpload | None = None
    seated = False

    def initialize(self, uploads: UploadService[Any], seats: Slots) -> None:
        self.uploads, self.seats = uploads, seats

    @property
    def places(self) -> Slots:
        return self.gates.uploaders

    @property
    def max_message_size(self) -> int:
        return OFFSET_BYTES + MAX_CHUNK

    def open(self, uuid: str | None = None) -> None:
        self.session = Uploader()
        self.uuid = uuid
        if self.selected_subprotocol is None:
            self.close(UPLOAD_FAILED, f"An upload needs the subprotocol {SUBPROTOCOL}.")
        elif uuid is not None and not is_uuid(uuid):
            self.count_miss(UnknownDocument())
            self.refuse(NO_SUCH_DOCUMENT, UnknownDocument())

    async def on_message(self, message: str | bytes) -> None:
        try:
            match self.session.receive(message):
                case Upload(name, size, viewer):
                    self._sit()
                    self._hold(await self.uploads.begin(self.uuid, name, size, viewer, self.admit, checked=True))
                case Resume(key):
                    self._sit()
                    self._hold(await self.uploads.resume(key))
                case Chunk(offset, data) if intake := self.intake:
                    await intake.add(data, offset)
                    if offset + len(data) <= intake.stored:
                        self._acknowledge()  # it was here already
                case Finish(sha256) if self.intake:
                    intake = self._let_go(self.intake)
                    version = await self.uploads.finish(intake, sha256)
                    await self._end(Finished(intake.draft.uuid, version.number), DONE)
                case Cancel() if self.intake:
                    await self.uploads.discard(self._let_go(self.intake))
                    self.close(DONE)
        except WrongOffset as error:
            self.say(self.told(error))
            self._acknowledge()
        except BadFrame as error:
            self.say(self.told(error))
            if self.session.misbehaved:
                self.close(MISBEHAVED, "Too many invalid messages: see PROTOCOL.md.")
        except PagecastError as error:
            await self._fail(error)

    async def on_refused(self) -> None:
        """A chunk is missing now: say from where to go on."""
        await super().on_refused()
        self._acknowledge()

    def on_close(self) -> None:
        if self.seated:
            self.seated = False
            self.seats.give(self.address)
        if self.intake is not None:
            self.settings["tasks"].hold(self.uploads.abandon(self._let_go(self.intake)))

    def _sit(self) -> None:
        self.count_ask()
        self.seats.take(self.address)
        self.seated = True

    def _hold(self, intake: IncomingUpload) -> None:
        self.intake = intake
        intake.listeners.append(self._acknowledge)
        intake.takeovers.append(self._hand_over)
        draft = intake.draft
        self.say(Accepted(draft.uuid, draft.key, intake.stored, MAX_CHUNK))
        if self.ws_connection is None:  # gone while it began
            self.on_close()

    def _let_go(self, intake: IncomingUpload) -> IncomingUpload:
        self.intake = None
        intake.listeners.remove(self._acknowledge)
        intake.takeovers.remove(self._hand_over)
        return intake

    async def _hand_over(self) -> None:
        """Close this connection, since another one goes on with the upload."""
        if self.intake is not None:
            self.settings["tasks"].hold(self.uploads.abandon(self._let_go(self.intake)))
            self.settings["tasks"].hold(self._end(self.told(TakenOver()), UPLOAD_FAILED))

    def _acknowledge(self) -> None:
        if self.intake is None:
            return
        if self.intake.failure is not None:
            self.settings["tasks"].hold(self._fail(self.intake.failure))
        else:
            self.say(Stored(self.intake.stored))

    async def _fail(self, error: PagecastError) -> None:
        """Say why it cannot go on. What the disk refused can be resumed; anything else is thrown away.

        A full server too: who waits for it to have room should be told, and what is kept meanwhile would take it.
        """
        self.count_miss(error)
        can_resume = isinstance(error, StorageFailed) and not isinstance(error, ServerFull)
        if self.intake is not None:
            intake = self._let_go(self.intake)
            await (self.uploads.abandon if can_resume else self.uploads.discard)(intake)
        unknown = NO_SUCH_DOCUMENT if isinstance(error, UnknownDocument) else UPLOAD_FAILED
        await self._end(self.told(error), DISK_FAILED if can_resume else unknown)

    async def _end(self, frame: Finished | Error, code: int) -> None:
        self.say(frame)
        await self.settle()
        self.close(code)
