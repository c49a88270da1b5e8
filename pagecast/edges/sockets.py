"""The doors over WebSocket: what all of ours have in common, and the one for uploads."""

import asyncio
from typing import Any, ClassVar
from weakref import WeakSet

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from pagecast import protocol
from pagecast.document import is_uuid
from pagecast.edges.web import Door
from pagecast.errors import BadFrame, PagecastError, StorageFailed, UnknownDocument, WrongOffset
from pagecast.outbox import Outbox
from pagecast.ports import Arrivals, Incoming
from pagecast.protocol import Accepted, Cancel, Chunk, Error, Finish, Finished, Resume, Stored, Upload
from pagecast.session import Uploader

SLOW_S = 10.0
"""A viewer that takes nothing for so long is asked to come back when it can: its messages would only pile up here."""


class Socket(Door, WebSocketHandler):
    """A WebSocket of ours. permessage-deflate is never negotiated where a client may upload.

    In Tornado 6.6 a ping between the fragments of a compressed message replaces it by its raw deflate bytes.
    """

    connected: ClassVar["WeakSet[Socket]"] = WeakSet()
    """All of them, for the day's end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connected.add(self)
        self.outbox: Outbox[bytes] = Outbox()
        self.writing: asyncio.Task[None] | None = None

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return protocol.SUBPROTOCOL if protocol.SUBPROTOCOL in subprotocols else None

    @classmethod
    async def close_all(cls) -> None:
        """Invite everyone to come back to the next server; who does not hear it is cut off."""
        sockets = [socket for socket in cls.connected if socket.ws_connection is not None]
        for socket in sockets:
            socket.close(protocol.GOING_AWAY, "The server is going away: come back.")
        writing = [socket.writing for socket in sockets if socket.writing is not None]
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)

    def offer(self, slot: str, data: bytes) -> None:
        """Send a message when this client can take it, unless a newer one of its slot comes first."""
        self.outbox.put(slot, data)
        if self.writing is None:
            self.writing = asyncio.create_task(self._write())

    def say(self, frame: protocol.ToViewer, slot: str | None = None) -> None:
        self.offer(slot or type(frame).__name__, protocol.encode_frame(frame))

    async def settle(self) -> None:
        """Wait until all that was offered is on its way."""
        if self.writing is not None:
            await self.writing

    def refuse(self, code: int, error: PagecastError) -> None:
        """Close for a reason that fits into a close frame."""
        self.close(code, str(error).encode()[:123].decode("utf-8", "ignore"))

    async def _write(self) -> None:
        try:
            while (data := self.outbox.take()) is not None:
                written = self.write_message(data)
                if not (await asyncio.wait([written], timeout=SLOW_S))[0]:
                    self.close(protocol.TOO_SLOW, "This connection could not keep up: come back for the newest page.")
                await written
        except (WebSocketClosedError, StreamClosedError):
            pass  # on_close does the rest
        finally:
            self.writing = None


class UploadHandler(Socket):
    """An upload in chunks, each acknowledged when it is safely stored."""

    intake: Incoming | None = None

    def initialize(self, uploads: Arrivals[Any]) -> None:
        self.uploads = uploads

    @property
    def max_message_size(self) -> int:
        return protocol.OFFSET_BYTES + protocol.MAX_CHUNK

    def open(self, uuid: str | None = None) -> None:
        self.session = Uploader()
        self.uuid = uuid
        if self.selected_subprotocol is None:
            self.close(protocol.UPLOAD_FAILED, f"An upload here speaks {protocol.SUBPROTOCOL}.")
        elif uuid is not None and not is_uuid(uuid):
            self.refuse(protocol.NO_SUCH_DOCUMENT, UnknownDocument())

    async def on_message(self, message: str | bytes) -> None:
        try:
            match self.session.receive(message):
                case Upload(name, size, viewer):
                    self._hold(await self.uploads.begin(self.uuid, name, size, viewer, checked=True))
                case Resume(key):
                    self._hold(await self.uploads.resume(key))
                case Chunk(offset, data) if intake := self.intake:
                    await intake.add(data, offset)
                    if offset + len(data) <= intake.stored:
                        self._acknowledge()  # it was here already
                case Finish(sha256) if self.intake:
                    intake = self._let_go(self.intake)
                    version = await self.uploads.finish(intake, sha256)
                    await self._end(Finished(intake.draft.uuid, version.number), protocol.DONE)
                case Cancel() if self.intake:
                    await self.uploads.discard(self._let_go(self.intake))
                    self.close(protocol.DONE)
        except WrongOffset as error:
            self.say(protocol.error_frame(error))
            self._acknowledge()
        except BadFrame as error:
            self.say(protocol.error_frame(error))
            if self.session.misbehaved:
                self.close(protocol.MISBEHAVED, "Too many messages that are not in PROTOCOL.md.")
        except PagecastError as error:
            await self._fail(error)

    def on_close(self) -> None:
        if self.intake is not None:
            self.settings["tasks"].hold(self.uploads.abandon(self._let_go(self.intake)))

    def _hold(self, intake: Incoming) -> None:
        self.intake = intake
        intake.listeners.append(self._acknowledge)
        draft = intake.draft
        self.say(Accepted(draft.uuid, draft.key, intake.stored, protocol.MAX_CHUNK))
        if self.ws_connection is None:  # gone while it began
            self.on_close()

    def _let_go(self, intake: Incoming) -> Incoming:
        self.intake = None
        intake.listeners.remove(self._acknowledge)
        return intake

    def _acknowledge(self) -> None:
        if self.intake is None:
            return
        if self.intake.failure is not None:
            self.settings["tasks"].hold(self._fail(self.intake.failure))
        else:
            self.say(Stored(self.intake.stored))

    async def _fail(self, error: PagecastError) -> None:
        """Say why it cannot go on. What the disk refused can be resumed; anything else is thrown away."""
        can_resume = isinstance(error, StorageFailed)
        if self.intake is not None:
            intake = self._let_go(self.intake)
            await (self.uploads.abandon if can_resume else self.uploads.discard)(intake)
        unknown = protocol.NO_SUCH_DOCUMENT if isinstance(error, UnknownDocument) else protocol.UPLOAD_FAILED
        await self._end(protocol.error_frame(error), protocol.DISK_FAILED if can_resume else unknown)

    async def _end(self, frame: Finished | Error, code: int) -> None:
        self.say(frame)
        await self.settle()
        self.close(code)
