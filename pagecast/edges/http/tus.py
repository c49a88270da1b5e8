"""Resumable uploads by tus, version 1.0.0 (https://tus.io/protocols/resumable-upload).

Any tus client works with the endpoint `/parser/files/` and the metadata `filename`. With the metadata `uuid` the file
becomes the next version of that document. Every answer's `Content-Location` is the document's link.
"""

import hashlib
from base64 import b64encode
from datetime import datetime, timedelta

import tornado.web
from tornado.httputil import format_timestamp

from pagecast.edges.block_buffer import BlockBuffer
from pagecast.edges.http.errors import PagecastHTTPError, http_errors
from pagecast.edges.http.request_body import BodyHandler
from pagecast.ports.rooms import IncomingUpload
from pagecast.protocol.errors import (
    BadRequest,
    ChecksumMismatch,
    LongerThanSaid,
    OtherTus,
    PagecastError,
    TakenOver,
    TooLarge,
    WrongOffset,
    WrongType,
)
from pagecast.protocol.tus import (
    CHUNK_TYPE,
    DIGESTS,
    EXTENSIONS,
    OVERRIDE,
    OVERRIDES,
    VERSION,
    parse_bytes,
    parse_checksum,
    parse_metadata,
)
from pagecast.table.draft import RESUMABLE_DAYS

MAX_CHECKED_BYTES = 64 * 2**20
"""The largest piece with a checksum. It is held in memory until the checksum is verified."""


@tornado.web.stream_request_body
class TusHandler(BodyHandler):
    """`/parser/files/` creates an upload, `/parser/files/<upload>` continues, describes or deletes it."""

    file_methods = frozenset({"POST", "PATCH"})

    intake: IncomingUpload | None = None
    """The upload of this request, until the handler lets go of it."""
    checked: bytearray | None = None
    """The piece so far, if it comes with a checksum."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Tus-Resumable", VERSION)

    @property
    def effective_method(self) -> str:
        """The method that the request stands for. Tornado never sees it: it would call any attribute of that name."""
        override = self.request.headers.get(OVERRIDE, "")
        return override if self.request.method == "POST" and override in OVERRIDES else super().effective_method

    async def prepare(self) -> None:
        await super().prepare()
        if self.effective_method not in ("POST", "PATCH"):
            return
        self.service = self.context.uploads
        try:
            self._check_override()
            self._check_version()
            self.check_misses()
            length = self.content_length()
            if "Upload-Checksum" in self.request.headers:
                parse_checksum(self.request.headers["Upload-Checksum"])
                self.checked = bytearray()
            self.acquire_slot()
            await self._begin(length)
        except PagecastError as error:
            if self.intake is not None:
                self._put_aside(self.intake)
            await self.reject(error)

    async def data_received(self, chunk: bytes) -> None:
        if self.checked is None or self.buffer is None:
            await super().data_received(chunk)
        elif len(self.checked) + len(chunk) > MAX_CHECKED_BYTES:
            self._detach(self.buffer)
            if self.intake is not None:
                self._put_aside(self.intake)
            await self.answer_early(TooLarge(MAX_CHECKED_BYTES))
        else:
            self.received += len(chunk)
            self.checked += chunk

    def options(self, key: str) -> None:
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Max-Size", self.context.max_file_size)
        self.set_header("Tus-Extension", EXTENSIONS)
        self.set_header("Tus-Checksum-Algorithm", ",".join(DIGESTS))
        self.set_status(204)

    async def post(self, key: str) -> None:
        match self.effective_method:
            case "PATCH":
                await self.patch(key)
            case "DELETE":
                await self.delete(key)
            case "HEAD":
                await self.head(key)
            case _:
                await self._create()

    async def _create(self) -> None:
        if self.intake is not None:
            self.set_status(201)
            self.set_header("Location", f"{self._base}/files/{self.intake.draft.key}")
        await self._answer_body()

    async def patch(self, key: str) -> None:
        if self.intake is not None:
            self.set_status(204)
        await self._answer_body()

    async def _answer_body(self) -> None:
        """Answer after the body has arrived, unless it was rejected, or another connection took the upload over."""
        if self.intake is not None:
            await self.context.endings.hold(self._end(self.intake))
        elif not self._headers_written:
            raise PagecastHTTPError(TakenOver())

    async def head(self, key: str) -> None:
        async with http_errors():
            self._check_version()
            intake = await self._resume(key)
            if intake.stored == intake.draft.size:  # cut after its last byte: the client believes that it is done
                await self.context.uploads.finish(intake)
            else:
                self._put_aside(intake)
        self._describe(intake)
        self.set_header("Upload-Length", intake.draft.size or 0)
        self.set_header("Upload-Metadata", f"filename {b64encode(intake.draft.name.encode()).decode()}")
        self.set_header("Cache-Control", "no-store")

    async def delete(self, key: str) -> None:
        async with http_errors():
            self._check_version()
            await self.context.uploads.discard(await self._resume(key))
        self.set_status(204)

    @property
    def _base(self) -> str:
        return self.origin + self.home.rstrip("/")

    def _check_override(self) -> None:
        if OVERRIDE in self.request.headers and self.effective_method not in OVERRIDES:
            raise BadRequest(f"{OVERRIDE} must be one of {', '.join(OVERRIDES)}, in a POST request.")

    def _check_version(self) -> None:
        if self.request.headers.get("Tus-Resumable") != VERSION:
            raise OtherTus(VERSION)

    async def _begin(self, length: int | None) -> None:
        """Begin or resume the upload, and receive the body if it is a piece. Raises PagecastError."""
        headers = self.request.headers
        has_piece = headers.get("Content-Type") == CHUNK_TYPE
        if self.effective_method == "PATCH":
            if not has_piece:
                raise WrongType(CHUNK_TYPE)
            offset = parse_bytes("Upload-Offset", headers.get("Upload-Offset"))
            intake = self.intake = await self._resume(self.path_args[0])
            await intake.settled()
            if offset != intake.received:
                raise WrongOffset(offset, intake.received)
        else:
            size = parse_bytes("Upload-Length", headers.get("Upload-Length"))
            metadata = parse_metadata(headers.get("Upload-Metadata", ""))
            uuid, name = metadata.get("uuid"), metadata.get("filename") or metadata.get("name", "")
            begin = self.context.uploads.begin
            self.intake = intake = await begin(uuid, name, size, "", self.admit, checked=True)
            offset = 0
        if has_piece:
            whole = intake.draft.size or 0
            if offset + (length or 0) > whole:
                raise LongerThanSaid(whole)
            self.receive(intake, offset)

    async def _end(self, intake: IncomingUpload) -> None:
        """Acknowledge the stored bytes after the body has arrived, or finish the upload if they are all there."""
        if self.aborting is not None:
            await self.aborting
        if self._headers_written:
            return  # an error was sent
        if self.intake is not intake:
            raise PagecastHTTPError(TakenOver())
        if self.buffer is not None and not await self._store_piece(intake, self.buffer):
            return
        if intake.stored == intake.draft.size:
            async with http_errors():
                await self.context.uploads.finish(intake)
        else:
            self._put_aside(intake)
        self._describe(intake)

    async def _store_piece(self, intake: IncomingUpload, buffer: BlockBuffer) -> bool:
        """Store the rest of a piece, and detach from the upload.

        Returns whether it is stored. If not, an error was sent or the client has disconnected.
        """
        try:
            if self.checked is not None:
                self._verify_checksum(intake, buffer, self.checked)
                await buffer.add(bytes(self.checked))
            await buffer.flush()
            await intake.settled()
            if intake.failure is not None:
                raise intake.failure
        except PagecastError as error:
            await self.abort(error)
            if self.aborting is not None:
                await self.aborting
            return False
        if self.buffer is None:
            return False
        self._detach(buffer)
        return True

    def _verify_checksum(self, intake: IncomingUpload, buffer: BlockBuffer, piece: bytearray) -> None:
        """Answer with ChecksumMismatch if a piece is not what was sent. None of it is stored then."""
        name, digest = parse_checksum(self.request.headers["Upload-Checksum"])
        if hashlib.new(name, piece, usedforsecurity=False).digest() != digest:
            self._detach(buffer)
            self._put_aside(intake)
            raise PagecastHTTPError(ChecksumMismatch())

    def _describe(self, intake: IncomingUpload) -> None:
        """Set the headers that every answer about an upload has."""
        begun = datetime.fromisoformat(intake.draft.created)
        self.set_header("Content-Location", f"{self._base}/{intake.draft.uuid}")
        self.set_header("Upload-Offset", intake.stored)
        self.set_header("Upload-Expires", format_timestamp(begun + timedelta(days=RESUMABLE_DAYS)))

    async def _resume(self, key: str) -> IncomingUpload:
        """Resume an upload. Raises UnknownUpload, StorageFailed."""
        intake: IncomingUpload = await self.context.uploads.resume(key)
        self.context.idle_uploads.drop(key)
        return intake

    async def _on_takeover(self) -> None:
        self.intake = None
        await super()._on_takeover()

    def _put_aside(self, intake: IncomingUpload) -> None:
        """Let go of the upload, but keep it open for its next piece: else all that is stored would be read again."""
        self.intake = None
        self.context.idle_uploads.put(intake.draft.key, intake, self.address)
