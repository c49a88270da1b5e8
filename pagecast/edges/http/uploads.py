"""The door over HTTP through which tables come in: a PUT, taken as it streams."""

import asyncio
import math
import re
import socket
from contextlib import suppress
from typing import Any, cast

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.iostream import IOStream, StreamClosedError

from pagecast.edges.http.viewer_page import ReadingHandler
from pagecast.edges.http.web import BaseHandler, Refusal, choices_of
from pagecast.limits.slots import Slots
from pagecast.ports import AppendService, IncomingUpload, TableService, UploadService
from pagecast.protocol.errors import PagecastError, StorageFailed, TooSlow, UnknownDocument
from pagecast.protocol.names import is_uuid

BLOCK_BYTES = 2**20
"""An upload is handed on in blocks of this size, large enough to be scanned and written at full speed."""

LINGER_S, LONGEST_LINGER_S = 5.0, 60.0
"""A sender that was refused is cut off when it has sent nothing for so long, or has not ended after so long.
Until then what it sends is thrown away: many clients read the answer only when they have sent everything."""

BLOCK_WAIT_S = 0.1
"""No byte waits longer than this for its block to fill: a slow sender's rows are seen as they come."""

EARLY_S = 0.2
"""A live body that goes on for longer is answered before it ends."""

PACE_S = 30.0
"""How long the sender of a file may be slow, before the file is given up."""

QUIET_S = 60
"""A sender that says nothing for so long is asked by the system whether it is still there."""

_length = re.compile(r"\d{1,18}", re.ASCII)


def keep_alive(stream: IOStream) -> None:
    """Have the system find out whether a sender that may be quiet for hours is still there."""
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, QUIET_S)


class Blocks:
    """Gathers the small pieces that a network delivers into blocks worth scanning, and holds none back for long."""

    def __init__(self, intake: IncomingUpload, offset: int | None = None) -> None:
        self.intake = intake
        self._offset = offset
        self._pieces: list[bytes] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._late: asyncio.Task[None] | None = None

    async def add(self, data: bytes) -> None:
        if self.intake.failure is not None:  # of what was handed on while nobody waited
            raise self.intake.failure
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= BLOCK_BYTES:
            await self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(BLOCK_WAIT_S, self._flush_late)

    async def flush(self) -> None:
        """Hand on what there is."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        data, self._pieces, self._size = b"".join(self._pieces), [], 0
        begin, self._offset = self._offset, None if self._offset is None else self._offset + len(data)
        await self.intake.add(data, begin)

    def _flush_late(self) -> None:
        self._timer = None
        self._late = asyncio.create_task(self.flush_quietly())

    async def flush_quietly(self) -> None:
        """Hand on what there is, where nobody waits for what comes of it."""
        with suppress(PagecastError):  # the next call raises it again
            await self.flush()


class BodyHandler(BaseHandler):
    """A door that takes the body of a request as it streams in."""

    blocks: Blocks | None = None
    taker: UploadService[Any] | AppendService[Any]
    seats: Slots
    seated = False
    came = 0
    """Bytes of the body since its pace was last looked at."""
    is_held_up = False
    """Whether the sender waits for the server."""
    pacing: asyncio.TimerHandle | None = None
    over: asyncio.Task[None] | None = None
    """Its refusal, where something was wrong that nobody waited for."""

    @property
    def stream(self) -> IOStream:
        return cast(HTTP1Connection, self.request.connection).stream

    def lift_bounds(self) -> None:
        """Take a body of any size, for any time. The library says how large a file may be, and the pace how slow."""
        connection = cast(HTTP1Connection, self.request.connection)
        connection.set_max_body_size(2**62)
        connection.set_body_timeout(math.inf)

    def length(self) -> int | None:
        """Bytes that the body is announced to have."""
        self.lift_bounds()
        length = self.request.headers.get("Content-Length")
        if length is not None and not _length.fullmatch(length):
            raise tornado.web.HTTPError(400)
        return int(length) if length else None

    def sit(self) -> None:
        """Take a seat until the request is over. Raises TooManyUploads, TooFast."""
        self.count_ask()
        self.seats.take(self.address)
        self.seated = True

    def receive(self, intake: IncomingUpload, offset: int | None = None) -> None:
        """Hand the body on to an intake."""
        self.blocks = Blocks(intake, offset)
        intake.listeners.append(self._look)
        intake.takeovers.append(self._hand_over)
        if not intake.draft.live:  # that may have nothing to say for hours
            self._watch_pace()

    async def turn_away(self, error: PagecastError) -> None:
        """Refuse the body before any of it was taken. A client that waits for the go-ahead may still begin to send."""
        self.request.headers.pop("Expect", None)
        await self.refuse(error)

    async def data_received(self, chunk: bytes) -> None:
        self.came += len(chunk)
        if self.blocks is None:
            return
        self.is_held_up = True
        try:
            await self.blocks.add(chunk)
        except PagecastError as error:
            await self.give_up(error)
        finally:
            self.is_held_up = False

    def on_finish(self) -> None:
        self._rise()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._rise()
        if self.blocks is not None:
            self.settings["tasks"].hold(self._abandon(self._end_of(self.blocks)))

    async def give_up(self, error: PagecastError) -> None:
        """Answer at once: the rest of the body is not waited for."""
        if self.blocks is not None:
            intake = self._end_of(self.blocks).intake
            keeps = isinstance(error, StorageFailed | TooSlow)
            await (self.taker.abandon if keeps else self.taker.discard)(intake)
            await self.refuse(error)

    async def refuse(self, error: PagecastError) -> None:
        """Answer at once, and throw away what still comes. The upload's seat is free for others."""
        self._rise()
        refusal, sentence = Refusal(error), f"{error}\n".encode()
        self.count_miss(error)
        if not self._headers_written:  # else the link is out already: then the sentence comes after it
            self.set_status(refusal.status_code, refusal.reason)
            self.invite_back(refusal.status_code)
            self.set_header("Connection", "close")
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.set_header("Content-Length", len(sentence))
        self.write(sentence)
        with suppress(StreamClosedError):
            await self.flush()
        self._linger(asyncio.get_running_loop().time() + LONGEST_LINGER_S)

    def _linger(self, until: float) -> None:
        """Look every few seconds whether the sender still sends."""
        self.came = 0
        asyncio.get_running_loop().call_later(LINGER_S, self._cut_if_quiet, until)

    def _cut_if_quiet(self, until: float) -> None:
        if self.came and asyncio.get_running_loop().time() < until:
            self._linger(until)
        else:
            self.stream.close()

    def _watch_pace(self) -> None:
        self.came = 0
        self.pacing = asyncio.get_running_loop().call_later(PACE_S, self._check_pace)

    def _check_pace(self) -> None:
        if self.blocks is None:
            return
        if self.came < self.settings["least_rate"] * PACE_S and not self.is_held_up:
            self.over = asyncio.create_task(self.give_up(TooSlow()))
        else:
            self._watch_pace()

    def _look(self) -> None:
        """What is no table is told at once, even where the next bytes are long in coming."""
        if self.blocks is not None and self.blocks.intake.failure is not None:
            self.over = asyncio.create_task(self.give_up(self.blocks.intake.failure))

    def _end_of(self, blocks: Blocks) -> Blocks:
        self.blocks = None
        with suppress(ValueError):
            blocks.intake.listeners.remove(self._look)
            blocks.intake.takeovers.remove(self._hand_over)
        return blocks

    async def _hand_over(self) -> None:
        """Close this connection, since another one goes on with the upload. Its last bytes are stored."""
        if self.blocks is not None:
            blocks = self._end_of(self.blocks)
            await blocks.flush_quietly()
            self.settings["tasks"].hold(self.taker.abandon(blocks.intake))
            self.stream.close()

    async def _abandon(self, blocks: Blocks) -> None:
        """The sender is gone: its last bytes count too, and nothing comes after them."""
        await blocks.flush_quietly()
        await self.taker.abandon(blocks.intake)

    def _rise(self) -> None:
        if self.pacing is not None:
            self.pacing.cancel()
        if self.seated:
            self.seated = False
            self.seats.give(self.address)


@tornado.web.stream_request_body
class DocumentHandler(BodyHandler, ReadingHandler):
    """`/parser/`, `/parser/<uuid>`, `/parser/<name>`: GET shows the page, PUT takes a table as it streams in."""

    takes_files = frozenset({"PUT"})

    def initialize(  # type: ignore[override]
        self, library: TableService, uploads: UploadService[Any], additions: AppendService[Any], seats: Slots
    ) -> None:
        super().initialize(library)
        self.uploads, self.additions, self.seats = uploads, additions, seats

    async def prepare(self) -> None:
        await super().prepare()
        if self.request.method != "PUT":
            return
        try:
            length = self.length()
            self.sit()
            intake = await self._begin(self.path_args[0], length)
        except PagecastError as error:
            await self.turn_away(error)
        else:
            self.receive(intake)
            if intake.draft.live:
                self._be_live(self.stream)

    async def _begin(self, name: str, size: int | None) -> IncomingUpload:
        if self.get_query_argument("append", "0") == "0":
            self.taker = self.uploads
            # A version brought to a UUID has the name of the one before it: a UUID is none, and not for all to see.
            uuid, name = (name, "") if is_uuid(name) else (None, name)
            if uuid is not None:
                self.check_misses()
            intake = await self.uploads.begin(
                uuid=uuid, name=name, size=size, viewer="", admit=self.admit, checked=False, choices=choices_of(self)
            )
        else:
            self.taker = self.additions
            self.check_misses()
            if not is_uuid(name):
                raise UnknownDocument
            intake = await self.additions.begin(name, size, "")
        return cast(IncomingUpload, intake)

    async def put(self, name: str) -> None:
        await self.settings["endings"].hold(self._end())

    async def _end(self) -> None:
        blocks = self.blocks
        if blocks is not None:
            try:
                await blocks.flush()
            except PagecastError as error:
                await self.give_up(error)
        if blocks is None or self.blocks is None:  # it has its answer, or nobody waits for one
            if self.over is not None:
                await self.over
            self._break_off()
            return
        intake, self.blocks = blocks.intake, None
        try:
            await self.taker.finish(intake)
        except PagecastError as error:
            if not self._headers_written:
                raise Refusal(error) from None
            await self.refuse(error)
            self._break_off()
            return
        if not self._headers_written:
            self._answer(intake)
        self.finish()

    def _be_live(self, stream: IOStream) -> None:
        """Give out the link before the body ends, if what comes is shown as it comes."""
        keep_alive(stream)
        if is_uuid(self.path_args[0]) and self.taker is self.uploads:
            return  # a replacement
        if self.request.headers.pop("Expect", None) is None:
            asyncio.get_running_loop().call_later(EARLY_S, self._say_early)
            return
        # `curl -T -` looks at answers only between two inputs: the link comes with the go-ahead, in one packet.
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        stream.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._say_early()
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def _say_early(self) -> None:
        if self.blocks is not None and not self._headers_written:
            self.set_header("X-Accel-Buffering", "no")  # nginx passes it on at once
            self._answer(self.blocks.intake)
            self.flush()

    def _answer(self, intake: IncomingUpload) -> None:
        link = f"{self.request.protocol}://{self.request.host}/parser/{intake.draft.uuid}"
        self.set_status(200 if is_uuid(self.path_args[0]) else 201)
        self.set_header("Location", link)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write(link + "\n")

    def _break_off(self) -> None:
        """Where the link was out before it went wrong, leave that answer without an end: it was no success."""
        if "Content-Length" not in self._headers:
            self.stream.close()
