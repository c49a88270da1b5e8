"""A document's address: GET shows the page, PUT takes a table as it streams in."""

import asyncio
import socket
from typing import cast

import tornado.web
from tornado.iostream import IOStream

from pagecast.edges.http.errors import PagecastHTTPError
from pagecast.edges.http.query import query_choices
from pagecast.edges.http.request_body import BodyHandler
from pagecast.edges.http.viewer_page import ViewerPageHandler
from pagecast.edges.streams import enable_keepalive
from pagecast.ports import IncomingUpload
from pagecast.protocol.errors import PagecastError, UnknownDocument
from pagecast.protocol.names import is_uuid

EARLY_LINK_S = 0.2
"""The link is sent before the body of a live table ends, if that takes longer than this."""


@tornado.web.stream_request_body
class DocumentHandler(BodyHandler, ViewerPageHandler):
    """`/parser/`, `/parser/<uuid>`, `/parser/<name>`.

    PUT to a name or to `/parser/` makes a new document, PUT to a UUID its next version; with `?append=1` the rows are
    added to the newest version.
    """

    file_methods = frozenset({"PUT"})

    async def prepare(self) -> None:
        await super().prepare()
        if self.request.method != "PUT":
            return
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
            self.service = uploads = self.context.uploads
            # A new version keeps the name of the one before: the UUID in the path is no name, and is secret.
            uuid, name = (name, "") if is_uuid(name) else (None, name)
            if uuid is not None:
                self.check_misses()
            choices = query_choices(self)
            intake = await uploads.begin(uuid, name, size, "", self.admit, checked=False, choices=choices)
        else:
            self.service = appends = self.context.appends
            self.check_misses()
            if not is_uuid(name):
                raise UnknownDocument
            intake = await appends.begin(name, size, "")
        return cast(IncomingUpload, intake)

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
        link = f"{self.request.protocol}://{self.request.host}/parser/{intake.draft.uuid}"
        self.set_status(200 if is_uuid(self.path_args[0]) else 201)
        self.set_header("Location", link)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(link + "\n")

    def _close_unfinished(self) -> None:
        """Close without the end of a chunked answer, if the link was sent early: the client sees that it failed."""
        if "Content-Length" not in self._headers:
            self.stream.close()
