"""A document's address: GET shows the page, PUT and POST take a table as it streams in."""

import asyncio
import socket
from typing import cast

import tornado.web
from tornado.iostream import IOStream

from pagecast.edges.http.errors import PagecastHTTPError, http_errors
from pagecast.edges.http.form import FormHandler
from pagecast.edges.http.query import query_choices
from pagecast.edges.http.viewer_page import ViewerPageHandler
from pagecast.edges.streams import enable_keepalive
from pagecast.ports.rooms import IncomingUpload
from pagecast.protocol.errors import BadRequest, PagecastError, UnknownDocument
from pagecast.protocol.names import is_uuid
from pagecast.protocol.tables import Choices

EARLY_LINK_S = 0.2
"""The link is sent before the body of a live table ends, if that takes longer than this."""


@tornado.web.stream_request_body
class DocumentHandler(FormHandler, ViewerPageHandler):
    """`/parser/`, `/parser/<uuid>`, `/parser/<name>`.

    PUT to a name or to `/parser/` makes a new document, PUT to a UUID its next version; with `?append=1` the rows are
    added to the newest version. POST takes the table in a form, and does the same as PUT; a browser is sent on to the
    table. DELETE deletes a document for good.
    """

    file_methods = frozenset({"PUT", "POST"})

    async def prepare(self) -> None:
        await super().prepare()
        if self.request.method == "PUT":
            await self._prepare_put()
        elif self.request.method == "POST":
            try:
                self.open_form()
                await self._check_form()
            except PagecastError as error:
                await self.fail_form(error)

    async def _prepare_put(self) -> None:
        try:
            length = self.content_length()
            self.acquire_slot()
            intake = await self._begin(self.path_args[0], length)
        except PagecastError as error:
            await self.reject(error)
        else:
            self.receive(intake)
            if intake.draft.live:
                self._start_live(self.stream)

    async def _begin(self, name: str, size: int | None) -> IncomingUpload:
        """Begin an upload, or an addition to a table. Raises PagecastError."""
        if self.get_query_argument("append", "0") == "0":
            # A new version keeps the name of the one before: the UUID in the path is no name, and is secret.
            uuid, name = (name, "") if is_uuid(name) else (None, name)
            return await self._begin_upload(uuid, name, size, query_choices(self))
        self.service = appends = self.context.appends
        self.check_misses()
        if not is_uuid(name):
            raise UnknownDocument
        return cast(IncomingUpload, await appends.begin(name, size, ""))

    async def begin_file(self, name: str, choices: Choices) -> IncomingUpload:
        """Begin the upload of a form's file. A name in the path comes before the file's own."""
        path = self.path_args[0]
        uuid = path if is_uuid(path) else None
        return await self._begin_upload(uuid, name if uuid else path or name, None, choices, framed=True)

    async def _begin_upload(
        self, uuid: str | None, name: str, size: int | None, choices: Choices, *, framed: bool = False
    ) -> IncomingUpload:
        """Begin a version of a document, or a new document for None. Raises PagecastError."""
        self.service = uploads = self.context.uploads
        if uuid is not None:
            self.check_misses()
        intake = await uploads.begin(uuid, name, size, "", self.admit, checked=False, choices=choices, framed=framed)
        return cast(IncomingUpload, intake)

    async def _check_form(self) -> None:
        """Raise PagecastError where a form cannot be taken, before its file is sent."""
        if self.get_query_argument("append", "0") != "0":
            raise BadRequest("Rows cannot be appended from a form: send them with PUT, as curl -T more.tsv does.")
        if is_uuid(self.path_args[0]):
            self.check_misses()
            async with await self.context.library.enter(self.path_args[0]):
                pass
        else:
            self.check_may_create()

    async def post(self, name: str) -> None:
        await self.close_form()
        await self.put(name)

    async def delete(self, name: str) -> None:
        async with http_errors():
            await self.context.library.delete(name)
        self.set_status(204)

    async def put(self, name: str) -> None:
        await self.context.endings.hold(self._end())

    async def _end(self) -> None:
        """Finish the upload, and answer with its link."""
        buffer = self.buffer
        if buffer is not None:
            try:
                await buffer.flush()
            except PagecastError as error:
                await self.abort(error)
        if buffer is None or self.buffer is None:  # rejected, aborted, or the client has disconnected
            if self.aborting is not None:
                await self.aborting
            self._close_unfinished()
            return
        intake, self.buffer = buffer.intake, None
        try:
            await self.service.finish(intake)
        except PagecastError as error:
            if not self._headers_written:
                raise PagecastHTTPError(error) from None
            await self.answer_early(error)
            self._close_unfinished()
            return
        if not self._headers_written:
            self._write_link(intake)
        self.finish()

    def _start_live(self, stream: IOStream) -> None:
        """Send the link of a live table before its body ends."""
        enable_keepalive(stream)
        if is_uuid(self.path_args[0]) and self.service is self.context.uploads:
            return  # a new version is not shown before it is complete
        if self.request.headers.pop("Expect", None) is None:
            asyncio.get_running_loop().call_later(EARLY_LINK_S, self._send_link_early)
            return
        # `curl -T -` reads answers only between two inputs. So the link goes with the 100 Continue, in one packet.
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._send_link_early()
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def _send_link_early(self) -> None:
        if self.buffer is not None and not self._headers_written:
            self.set_header("X-Accel-Buffering", "no")  # tells nginx to pass the answer on at once
            self._write_link(self.buffer.intake)
            self.flush()

    def _write_link(self, intake: IncomingUpload) -> None:
        path = self.home + intake.draft.uuid
        if self.request.method == "POST" and self.wants_page:  # the form of the start screen
            self.set_status(303)
            self.set_header("Location", path)
            return
        link = self.origin + path
        self.set_status(200 if is_uuid(self.path_args[0]) else 201)
        self.set_header("Location", link)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(link + "\n")

    def _close_unfinished(self) -> None:
        """Close without the end of a chunked answer, if the link was sent early: the client sees that it failed."""
        if "Content-Length" not in self._headers:
            self.stream.close()
