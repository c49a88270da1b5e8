"""Receive a request's body as it streams in, reject it before it arrives, or abort it while it does."""

import asyncio
import math
import re
from contextlib import suppress
from typing import Any, cast

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.iostream import IOStream, StreamClosedError

from pagecast.edges.block_buffer import BlockBuffer
from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.errors import PagecastHTTPError
from pagecast.ports.rooms import AppendService, IncomingUpload, UploadService
from pagecast.protocol.errors import PagecastError, StorageFailed, TooSlow

LINGER_S, MAX_LINGER_S = 5.0, 60.0
"""After an early answer the connection is closed when no byte has arrived for the first time, or after the second.
Until then the body is discarded: many clients read the answer only when they have sent everything.
"""

RATE_WINDOW_S = 30.0
"""How often the rate of a file is measured. A file that is too slow is aborted."""

_length = re.compile(r"\d{1,18}", re.ASCII)


class BodyHandler(BaseHandler):
    """The base of handlers that receive a file as the body of a request.

    A subclass calls ``receive`` in ``prepare``. The body then flows through ``buffer`` into an upload, until the
    handler detaches from it.
    """

    buffer: BlockBuffer | None = None
    """The buffer in front of the upload; None before the upload begins, and after the handler has detached from it."""
    service: UploadService[Any] | AppendService[Any]
    """The service that takes the upload."""
    has_slot = False
    """Whether it holds one of the upload slots."""
    received = 0
    """Bytes of the body since this was last reset, to see whether the client still sends."""
    is_storing = False
    """Whether the client waits for the server, which takes its last bytes."""
    rate_timer: asyncio.TimerHandle | None = None
    is_lingering = False
    """Whether an early answer was sent, and the rest of the body is being discarded."""
    aborting: asyncio.Task[None] | None = None
    """The abort that a failure between two pieces has started."""

    @property
    def stream(self) -> IOStream:
        return cast(HTTP1Connection, self.request.connection).stream

    def remove_body_limits(self) -> None:
        """Accept a body of any size and duration. The upload service bounds the size, ``least_rate`` the duration."""
        connection = cast(HTTP1Connection, self.request.connection)
        connection.set_max_body_size(2**62)
        connection.set_body_timeout(math.inf)

    def content_length(self) -> int | None:
        """Return the announced bytes of the body, or None. It removes the limits of the body."""
        self.remove_body_limits()
        length = self.request.headers.get("Content-Length")
        if length is not None and not _length.fullmatch(length):
            raise tornado.web.HTTPError(400)
        return int(length) if length else None

    def acquire_slot(self) -> None:
        """Take an upload slot until the request ends. Raises TooFast, TooManyUploads."""
        self.count_request()
        self.context.upload_slots.acquire(self.address)
        self.has_slot = True

    def receive(self, intake: IncomingUpload, offset: int | None = None) -> None:
        """Add the body to an upload, from an offset or at its end."""
        self.buffer = BlockBuffer(intake, offset)
        intake.listeners.append(self._check_failure)
        intake.takeovers.append(self._on_takeover)
        if not intake.draft.live:  # the sender of a live table may be silent for hours
            self._start_rate_timer()

    async def reject(self, error: PagecastError) -> None:
        """Answer with an error before any of the body was taken. No ``100 Continue`` is sent."""
        self.request.headers.pop("Expect", None)
        await self.answer_early(error)

    async def data_received(self, chunk: bytes) -> None:
        self.received += len(chunk)
        if self.buffer is None:
            return
        self.is_storing = True
        try:
            await self.buffer.add(chunk)
        except PagecastError as error:
            await self.abort(error)
        finally:
            self.is_storing = False

    @property
    def ends_by_itself(self) -> bool:  # type: ignore[override]
        return not self.is_lingering and (self.buffer is None or not self.buffer.intake.draft.live)

    def on_finish(self) -> None:
        super().on_finish()
        self._release_slot()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._release_slot()
        if self.buffer is not None:
            self.context.tasks.hold(self._abandon(self._detach(self.buffer)))

    async def abort(self, error: PagecastError) -> None:
        """Stop the upload, and answer without waiting for the rest of the body.

        What was stored can be resumed after a disk failure or a slow transfer; otherwise it is discarded.
        """
        if self.buffer is not None:
            buffer = self._detach(self.buffer)
            if isinstance(error, StorageFailed | TooSlow):
                await self.service.abandon(buffer.intake)
            else:
                await self.discard(buffer)
            await self.answer_early(error)

    async def discard(self, buffer: BlockBuffer) -> None:
        """Throw away an upload that the handler has detached from."""
        buffer.clear()  # else its timer would add to a file that is closed
        await self.service.discard(buffer.intake)

    async def answer_early(self, error: PagecastError) -> None:
        """Answer with an error now, release the slot, and discard what still arrives before closing."""
        self._release_slot()
        failure, sentence = PagecastHTTPError(error), self.language.failure(error)
        body = f"{sentence}\n".encode()
        self.count_miss(error)
        if not self._headers_written:  # else the link was sent already, and the sentence follows it
            self.set_status(failure.status_code, failure.reason)
            self.set_advice(failure.status_code)
            self.set_header("Connection", "close")
            body = self.render_failure(failure.status_code, sentence)
            self.set_header("Content-Length", len(body))
        self.write(body)
        with suppress(StreamClosedError):
            await self.flush()
        self._linger(asyncio.get_running_loop().time() + MAX_LINGER_S)

    def _linger(self, until: float) -> None:
        """Check every LINGER_S whether the client still sends. ``until`` is on the event loop's clock."""
        self.is_lingering = True
        self.received = 0
        asyncio.get_running_loop().call_later(LINGER_S, self._close_if_silent, until)

    def _close_if_silent(self, until: float) -> None:
        if self.received and asyncio.get_running_loop().time() < until:
            self._linger(until)
        else:
            self.stream.close()

    def _start_rate_timer(self) -> None:
        self.received = 0
        self.rate_timer = asyncio.get_running_loop().call_later(RATE_WINDOW_S, self._check_rate)

    def _check_rate(self) -> None:
        if self.buffer is None:
            return
        if self.received < self.context.least_rate * RATE_WINDOW_S and not self.is_storing:
            self.aborting = asyncio.create_task(self.abort(TooSlow()))
        else:
            self._start_rate_timer()

    def _check_failure(self) -> None:
        """Abort at once when storing has failed, even if the next bytes take long to arrive."""
        if self.buffer is not None and self.buffer.intake.failure is not None:
            self.aborting = asyncio.create_task(self.abort(self.buffer.intake.failure))

    def _detach(self, buffer: BlockBuffer) -> BlockBuffer:
        """Stop receiving into the upload. The caller finishes, abandons or discards it."""
        self.buffer = None
        with suppress(ValueError):
            buffer.intake.listeners.remove(self._check_failure)
            buffer.intake.takeovers.remove(self._on_takeover)
        return buffer

    async def _on_takeover(self) -> None:
        """Store the last bytes and close this connection, because another connection resumes the upload."""
        if self.buffer is not None:
            buffer = self._detach(self.buffer)
            await buffer.try_flush()
            self.context.tasks.hold(self.service.abandon(buffer.intake))
            self.stream.close()

    async def _abandon(self, buffer: BlockBuffer) -> None:
        """Store the last bytes of a client that has disconnected, and let go of its upload."""
        await buffer.try_flush()
        await self.service.abandon(buffer.intake)

    def _release_slot(self) -> None:
        if self.rate_timer is not None:
            self.rate_timer.cancel()
        if self.has_slot:
            self.has_slot = False
            self.context.upload_slots.release(self.address)
