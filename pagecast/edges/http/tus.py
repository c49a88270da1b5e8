"""The tus door: uploads in pieces over HTTP that go on after a cut (https://tus.io, version 1.0.0).

Any tus client works: it is given `/parser/files/`, and metadata `filename`; with metadata `uuid` the file becomes the
next version of that document. Every answer's `Content-Location` is the link.
"""

import binascii
import hashlib
import re
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any

import tornado.web
from tornado.httputil import format_timestamp

from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.uploads import BodyHandler
from pagecast.edges.http.web import Refusal, refusing
from pagecast.limits.slots import Slots
from pagecast.ports import IncomingUpload, UploadService
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
from pagecast.table.draft import RESUMABLE_DAYS

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
DIGESTS = ("sha1", "sha256", "md5")
CHUNK_TYPE = "application/offset+octet-stream"

OVERRIDE = "X-HTTP-Method-Override"
OVERRIDES = ("PATCH", "DELETE", "HEAD")
"""The methods that a POST may stand for, where a network lets no others through (tus 1.0.0, X-HTTP-Method-Override)."""

MAX_CHECKED_BYTES = 64 * 2**20
"""A piece with a checksum is held in memory until that is known to be right."""


def metadata_of(header: str) -> dict[str, str]:
    """What an `Upload-Metadata` header says. Raises BadRequest.

    >>> metadata_of("filename Y2l0aWVzLnRzdg==, is_confidential")
    {'filename': 'cities.tsv', 'is_confidential': ''}
    """
    told = {}
    for pair in header.split(",") if header else []:
        key, _, value = pair.strip().partition(" ")
        try:
            told[key] = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadRequest("Upload-Metadata must be a list of keys with values in Base64.") from None
    return told


def digest_of(header: str) -> tuple[str, bytes]:
    """What an `Upload-Checksum` header says. Raises BadRequest."""
    name, _, value = header.partition(" ")
    try:
        if name in DIGESTS:
            return name, b64decode(value, validate=True)
    except binascii.Error:
        pass
    raise BadRequest(f"Upload-Checksum must be one of {', '.join(DIGESTS)} and a checksum in Base64.")


@tornado.web.stream_request_body
class TusHandler(BodyHandler):
    """`/parser/files/` to begin an upload, `/parser/files/<upload>` to go on with it."""

    takes_files = frozenset({"POST", "PATCH"})

    intake: IncomingUpload | None = None
    checked: bytearray | None = None
    """A piece that comes with a checksum."""

    def initialize(
        self, uploads: UploadService[Any], seats: Slots, max_size: int, parked: IdleUploads[IncomingUpload]
    ) -> None:
        self.taker = self.uploads = uploads
        self.seats, self.max_size, self.parked = seats, max_size, parked

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Tus-Resumable", VERSION)

    @property
    def verb(self) -> str:
        """The method that the request stands for. Tornado never sees it: it would call any attribute named so."""
        override = self.request.headers.get(OVERRIDE, "")
        return override if self.request.method == "POST" and override in OVERRIDES else super().verb

    async def prepare(self) -> None:
        await super().prepare()
        if self.verb not in ("POST", "PATCH"):
            return
        try:
            self._check_override()
            self._check_version()
            self.check_misses()
            length = self.length()
            if "Upload-Checksum" in self.request.headers:
                digest_of(self.request.headers["Upload-Checksum"])
                self.checked = bytearray()
            self.sit()
            await self._begin(length)
        except PagecastError as error:
            if self.intake is not None:
                self._keep(self.intake)
            await self.turn_away(error)

    async def data_received(self, chunk: bytes) -> None:
        if self.checked is None or self.blocks is None:
            await super().data_received(chunk)
        elif len(self.checked) + len(chunk) > MAX_CHECKED_BYTES:
            self._end_of(self.blocks)
            if self.intake is not None:
                self._keep(self.intake)
            await self.refuse(TooLarge(MAX_CHECKED_BYTES))
        else:
            self.came += len(chunk)
            self.checked += chunk

    def options(self, key: str) -> None:
        self.set_header("Tus-Version", VERSION)
        self.set_header("Tus-Max-Size", self.max_size)
        self.set_header("Tus-Extension", EXTENSIONS)
        self.set_header("Tus-Checksum-Algorithm", ",".join(DIGESTS))
        self.set_status(204)

    async def post(self, key: str) -> None:
        match self.verb:
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
        """The body has come, or was refused before, or another connection has taken the upload over."""
        if self.intake is not None:
            await self.settings["endings"].hold(self._end(self.intake))
        elif not self._headers_written:
            raise Refusal(TakenOver())

    async def head(self, key: str) -> None:
        async with refusing():
            self._check_version()
            intake = await self._resume(key)
            if intake.stored == intake.draft.size:  # cut after its last byte: for the client it is done
                await self.uploads.finish(intake)
            else:
                self._keep(intake)
        self._tell(intake)
        self.set_header("Upload-Length", intake.draft.size or 0)
        self.set_header("Upload-Metadata", f"filename {b64encode(intake.draft.name.encode()).decode()}")
        self.set_header("Cache-Control", "no-store")

    async def delete(self, key: str) -> None:
        async with refusing():
            self._check_version()
            await self.uploads.discard(await self._resume(key))
        self.set_status(204)

    @property
    def _base(self) -> str:
        return f"{self.request.protocol}://{self.request.host}/parser"

    def _check_override(self) -> None:
        if OVERRIDE in self.request.headers and self.verb not in OVERRIDES:
            raise BadRequest(f"{OVERRIDE} must be one of {', '.join(OVERRIDES)}, in a POST request.")

    def _check_version(self) -> None:
        if self.request.headers.get("Tus-Resumable") != VERSION:
            raise OtherTus(VERSION)

    async def _begin(self, length: int | None) -> None:
        """Get ready for the body. Raises PagecastError."""
        headers = self.request.headers
        brings = headers.get("Content-Type") == CHUNK_TYPE
        if self.verb == "PATCH":
            if not brings:
                raise WrongType(CHUNK_TYPE)
            offset = number_of("Upload-Offset", headers.get("Upload-Offset"))
            intake = self.intake = await self._resume(self.path_args[0])
            await intake.settled()
            if offset != intake.received:
                raise WrongOffset(offset, intake.received)
        else:
            size = number_of("Upload-Length", headers.get("Upload-Length"))
            told = metadata_of(headers.get("Upload-Metadata", ""))
            uuid, name = told.get("uuid"), told.get("filename") or told.get("name", "")
            self.intake = intake = await self.uploads.begin(
                uuid=uuid, name=name, size=size, viewer="", admit=self.admit, checked=True
            )
            offset = 0
        if brings:
            whole = intake.draft.size or 0
            if offset + (length or 0) > whole:
                raise LongerThanSaid(whole)
            self.receive(intake, offset)

    async def _end(self, intake: IncomingUpload) -> None:
        """The body has come: acknowledge what is stored, or make all of it a version."""
        if self.over is not None:
            await self.over
        if self._headers_written:
            return  # it was refused
        if self.intake is not intake:
            raise Refusal(TakenOver())
        blocks = self.blocks
        try:
            if blocks is not None:
                if self.checked is not None:
                    name, digest = digest_of(self.request.headers["Upload-Checksum"])
                    if hashlib.new(name, self.checked, usedforsecurity=False).digest() != digest:
                        self._end_of(blocks)
                        self._keep(intake)
                        raise Refusal(ChecksumMismatch())
                    await blocks.add(bytes(self.checked))
                await blocks.flush()
                await intake.settled()
                if intake.failure is not None:
                    raise intake.failure
        except PagecastError as error:
            await self.give_up(error)
            if self.over is not None:
                await self.over
            return
        if blocks is not None:
            if self.blocks is None:
                return  # the sender went meanwhile
            self._end_of(blocks)
        if intake.stored == intake.draft.size:
            async with refusing():
                await self.uploads.finish(intake)
        else:
            self._keep(intake)
        self._tell(intake)

    def _tell(self, intake: IncomingUpload) -> None:
        begun = datetime.fromisoformat(intake.draft.created)
        self.set_header("Content-Location", f"{self._base}/{intake.draft.uuid}")
        self.set_header("Upload-Offset", intake.stored)
        self.set_header("Upload-Expires", format_timestamp(begun + timedelta(days=RESUMABLE_DAYS)))

    async def _resume(self, key: str) -> IncomingUpload:
        """Go on with an upload. Raises UnknownUpload, StorageFailed."""
        intake: IncomingUpload = await self.uploads.resume(key)
        self.parked.drop(key)
        return intake

    async def _hand_over(self) -> None:
        self.intake = None
        await super()._hand_over()

    def _keep(self, intake: IncomingUpload) -> None:
        """Let go of it, but not at once: else what is stored would be gone through again for each piece."""
        self.intake = None
        self.parked.put(intake.draft.key, intake, self.address)


def number_of(name: str, text: str | None) -> int:
    """Read a header that is a number of bytes. Raises BadRequest.

    >>> number_of("Upload-Offset", "12")
    12
    """
    if text is None or not _digits.fullmatch(text):
        raise BadRequest(f"{name} must be a number of bytes.")
    return int(text)


_digits = re.compile("[0-9]{1,18}", re.ASCII)
