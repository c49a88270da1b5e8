"""Uploads over a WebSocket: chunks in, acknowledgements out."""

from pagecast.edges.websocket.handler import SocketHandler
from pagecast.limits.slots import Slots
from pagecast.ports.rooms import IncomingUpload
from pagecast.protocol.close_codes import DELETED, DISK_FAILED, DONE, MISBEHAVED, NO_SUCH_DOCUMENT, UPLOAD_FAILED
from pagecast.protocol.connection import SUBPROTOCOL, Error
from pagecast.protocol.errors import (
    BadFrame,
    DocumentDeleted,
    PagecastError,
    ServerFull,
    StorageFailed,
    TakenOver,
    UnknownDocument,
    WrongOffset,
)
from pagecast.protocol.names import is_uuid
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
from pagecast.room.session import Uploader

FINAL_CODES: dict[type[PagecastError], int] = {UnknownDocument: NO_SUCH_DOCUMENT, DocumentDeleted: DELETED}
"""The close codes of errors that end an upload; all others have UPLOAD_FAILED."""


class UploadHandler(SocketHandler):
    """`/parser/ws/upload` and `/parser/ws/<uuid>/upload`: one upload, each chunk acknowledged when it is on disk."""

    intake: IncomingUpload | None = None
    """The upload that this connection is sending."""
    has_slot = False
    """Whether it holds one of the upload slots."""

    @property
    def slots(self) -> Slots:
        return self.context.admission.uploaders

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
            self.close_with_error(NO_SUCH_DOCUMENT, UnknownDocument())

    async def on_message(self, message: str | bytes) -> None:
        uploads = self.context.uploads
        try:
            match self.session.receive(message):
                case Upload(name, size, viewer):
                    self._acquire_slot()
                    count = self.admit
                    self._attach(await uploads.begin(self.uuid, name, size, viewer, count, checked=True))
                case Resume(key):
                    self._acquire_slot()
                    self._attach(await uploads.resume(key))
                case Chunk(offset, data) if intake := self.intake:
                    await intake.add(data, offset)
                    if offset + len(data) <= intake.stored:
                        self._acknowledge()  # the chunk was stored before
                case Finish(sha256, viewer) if self.intake:
                    intake = self._detach(self.intake)
                    version = await uploads.finish(intake, sha256, viewer or "")
                    await self._close_after(Finished(intake.draft.uuid, version.number), DONE)
                case Cancel() if self.intake:
                    await uploads.discard(self._detach(self.intake))
                    self.close(DONE)
        except WrongOffset as error:
            self.send(self.error_frame(error))
            self._acknowledge()
        except BadFrame as error:
            self.send(self.error_frame(error))
            if self.session.misbehaved:
                self.close(MISBEHAVED, "Too many invalid messages: see PROTOCOL.md.")
        except PagecastError as error:
            await self._abort(error)

    async def on_message_rejected(self) -> None:
        """Report a rejected chunk, and the offset from which the client must send again."""
        await super().on_message_rejected()
        self._acknowledge()

    def on_close(self) -> None:
        if self.has_slot:
            self.has_slot = False
            self.context.upload_slots.release(self.address)
        if self.intake is not None:
            self.context.tasks.hold(self.context.uploads.abandon(self._detach(self.intake)))

    def _acquire_slot(self) -> None:
        """Take an upload slot until the connection ends. Raises TooFast, TooManyUploads."""
        self.count_request()
        self.context.upload_slots.acquire(self.address)
        self.has_slot = True

    def _attach(self, intake: IncomingUpload) -> None:
        """Send this upload over this connection from now on, and accept it."""
        self.intake = intake
        intake.listeners.append(self._acknowledge)
        intake.takeovers.append(self._on_takeover)
        draft = intake.draft
        self.send(Accepted(draft.uuid, draft.key, intake.stored, MAX_CHUNK))
        if self.ws_connection is None:  # the client disconnected while the upload began
            self.on_close()

    def _detach(self, intake: IncomingUpload) -> IncomingUpload:
        """Stop listening to the upload, and return it: the caller finishes, abandons or discards it."""
        self.intake = None
        intake.listeners.remove(self._acknowledge)
        intake.takeovers.remove(self._on_takeover)
        return intake

    async def _on_takeover(self) -> None:
        """Close this connection, because another connection resumes the upload."""
        if self.intake is not None:
            self.context.tasks.hold(self.context.uploads.abandon(self._detach(self.intake)))
            self.context.tasks.hold(self._close_after(self.error_frame(TakenOver()), UPLOAD_FAILED))

    def _acknowledge(self) -> None:
        """Send how many bytes are stored, or abort if storing has failed."""
        if self.intake is None:
            return
        if self.intake.failure is not None:
            self.context.tasks.hold(self._abort(self.intake.failure))
        else:
            self.send(Stored(self.intake.stored))

    async def _abort(self, error: PagecastError) -> None:
        """Send the error and close. After a disk failure the upload can be resumed; otherwise it is discarded.

        It is discarded on a full server too: the client should know now, and the kept bytes would take the space that
        it is waiting for.
        """
        self.count_miss(error)
        can_resume = isinstance(error, StorageFailed) and not isinstance(error, ServerFull)
        if self.intake is not None:
            intake = self._detach(self.intake)
            uploads = self.context.uploads
            await (uploads.abandon if can_resume else uploads.discard)(intake)
        code = DISK_FAILED if can_resume else FINAL_CODES.get(type(error), UPLOAD_FAILED)
        await self._close_after(self.error_frame(error), code)

    async def _close_after(self, frame: Finished | Error, code: int) -> None:
        """Send a last frame, and close when it is sent."""
        self.send(frame)
        await self.drain()
        self.close(code)
