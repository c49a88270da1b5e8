"""One upload on its way in: its bytes to the store, its rows to the index, a step ahead of the sender."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pagecast.ports import DraftFile
from pagecast.protocol.errors import ChecksumMismatch, LongerThanSaid, PagecastError, TakenOver, TooLarge, WrongOffset
from pagecast.protocol.facts import changed
from pagecast.service.throttle import Throttle
from pagecast.table.addition import AppendReader
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.ingest import GuessRevised, Ingest, ParsePlan
from pagecast.table.version import Version

WHOLE_FILES = ThreadPoolExecutor(4, thread_name_prefix="whole-files")
"""Threads that go through whole files. Pieces that are just arriving never wait behind a file of gigabytes."""


class _Cancelled(Exception):
    """Ends the work of a thread that nobody waits for any more."""


class Intake:
    """Takes the bytes of one file in order.

    Each ``add`` comes back when the piece *before* it has been dealt with, so that one piece is read from the network
    while another is scanned and written; ``settled`` waits for the last. What goes wrong with a piece is the intake's
    ``failure``, which every later call raises.
    """

    def __init__(
        self, draft: Draft, file: DraftFile, bounds: Bounds, reader: Ingest | AppendReader | None = None, begin: int = 0
    ) -> None:
        self.draft = draft
        self.received = begin
        """Bytes taken, the piece in hand included."""
        self.stored = begin
        """Bytes that are safely in the store, scanned and indexed."""
        self.holders = 0
        """Connections that bring it: more than one while a cut connection has not been noticed."""
        self.failure: PagecastError | None = None
        """What went wrong with a piece, and ends the intake."""
        self.ending = asyncio.Lock()
        """Held while it becomes a version: two connections may ask for that, when one was cut and has come back."""
        self.became: Version | None = None
        """The version that it has become."""
        self.replayed = 0
        """Bytes gone through again of those that are in the store."""
        self.listeners: list[Callable[[], None]] = []
        """Called after each piece, and after a failure."""
        self.takeovers: list[Callable[[], Awaitable[None]]] = []
        """Called when another connection goes on with it: whoever brings it then sends no more."""
        self.telling: Throttle | None = None
        """Tells of what has come; when the intake ends, it has told."""
        self._file = file
        self._bounds = bounds
        self._ingest = reader or Ingest(bounds, draft.choices)
        self._sha256 = hashlib.sha256() if draft.checked else None
        self._adding = asyncio.Lock()
        self._sender = 0  # counts those who have brought it, one after the other
        self._read: Version | None = None
        self._working: asyncio.Task[None] | None = None
        self._is_cancelled = False

    async def add(self, data: bytes, offset: int | None = None) -> None:
        """Take the next bytes. With an offset, those that are here already are passed over.

        Raises WrongOffset where they leave a gap, TakenOver, LongerThanSaid, TooLarge, NotATable, StorageFailed.
        """
        sender = self._sender
        async with self._adding:
            await self.settled()
            if self.failure:
                raise self.failure
            if sender != self._sender:
                raise TakenOver
            if offset is not None:
                if offset > self.received:
                    raise WrongOffset(offset, self.received)
                data = data[self.received - offset :]
            if self.draft.size is not None and self.received + len(data) > self.draft.size:
                raise LongerThanSaid(self.draft.size)
            if self.received + len(data) > self._bounds.size:
                raise TooLarge(self._bounds.size)
            if data:
                self.received += len(data)
                self._working = asyncio.create_task(self._take(data))

    async def take_over(self) -> None:
        """Let another connection go on with it. Returns when all bytes received so far are stored.

        Raises TakenOver where yet another one has come meanwhile.
        """
        for let_go in list(self.takeovers):
            await let_go()
        self._sender += 1
        sender = self._sender
        async with self._adding:
            await self.settled()
        if sender != self._sender:
            raise TakenOver

    async def settled(self) -> None:
        """Wait for the piece in hand."""
        if self._working is not None:
            await self._working

    async def finish(self, sha256: str | None = None) -> None:
        """There is no more. Raises ChecksumMismatch, EmptyFile, NotATable, StorageFailed."""
        await self.settled()
        if self.failure:
            raise self.failure
        if sha256 is not None and (self._sha256 is None or self._sha256.hexdigest() != sha256):
            raise ChecksumMismatch
        if self.draft.size is not None and self.received != self.draft.size:
            raise ChecksumMismatch
        try:
            await self._in_thread(self._finish)
        except PagecastError as failure:
            self.failure = failure
            raise
        await self._tell()

    async def replay(self) -> None:
        """Go through what the store has of this file, as if it came anew."""
        await self._in_thread(self._replay)

    async def close(self) -> None:
        """Let go of the file, so that another intake can go on with it."""
        await self.settled()
        await self._tell()
        await asyncio.to_thread(self._file.close)

    async def discard(self) -> None:
        """Throw away all of it."""
        await self.settled()
        await self._tell()
        await asyncio.to_thread(self._file.discard)

    def version(self, number: int) -> Version | None:
        """What has been read so far, of what is in the store; None before the first row."""
        return self._read and changed(self._read, number=number)

    async def _tell(self) -> None:
        if self.telling is not None:
            await self.telling.flush()

    async def _in_thread(self, work: Callable[[], None]) -> None:
        """Run work that goes through the whole file. When it is cancelled, come back only when the thread is done."""
        running = asyncio.get_running_loop().run_in_executor(WHOLE_FILES, work)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            self._is_cancelled = True
            await asyncio.wait([running])
            if not running.cancelled():
                running.exception()  # nobody else asks for it
            raise

    async def _take(self, data: bytes) -> None:
        try:
            if self._sha256 is None:
                await asyncio.to_thread(self._store, data)
            else:
                await asyncio.gather(asyncio.to_thread(self._store, data), asyncio.to_thread(self._sha256.update, data))
                await asyncio.to_thread(self._file.sync)
            self.stored += len(data)
            self._note(complete=False)
        except PagecastError as failure:
            self.failure = failure
            if self._sha256 is not None:
                await asyncio.to_thread(self._file.cut, self.stored)  # what was not acknowledged is not to be trusted
        for listener in self.listeners:
            listener()

    # These block, and are called in a thread.

    def _store(self, data: bytes) -> None:
        self._file.write(data)
        try:
            self._file.append(self._ingest.feed(data))
        except GuessRevised as again:
            self._read_again(again.plan)

    def _replay(self) -> None:
        if self._sha256 is not None:
            for data in self._stored_blocks():
                self._sha256.update(data)
        try:
            self._go_through()
        except GuessRevised as again:
            self._read_again(again.plan)
        self._file.sync()  # after a crash it need not have been
        self.received += self.replayed
        self.stored = self.received
        self._note(complete=False)

    def _read_again(self, plan: ParsePlan) -> None:
        """Go through all of the file that is there, as a plan says."""
        while True:
            self._ingest = Ingest(self._bounds, self.draft.choices, plan)
            try:
                self._go_through()
            except GuessRevised as again:
                plan = again.plan
            else:
                return

    def _go_through(self) -> None:
        self.replayed = 0
        for data in self._stored_blocks():
            self._file.append(self._ingest.feed(data))
            self.replayed += len(data)

    def _stored_blocks(self) -> Iterator[bytes]:
        """Yield all of the file that is in the store. Raises _Cancelled."""
        for data in self._file.replay():
            if self._is_cancelled:
                raise _Cancelled
            yield data

    def _finish(self) -> None:
        while True:
            try:
                self._file.append(self._ingest.finish())
            except GuessRevised as again:
                self._read_again(again.plan)
            else:
                break
        self._note(complete=True)
        self._file.commit()
        self._ingest = Ingest()  # what it remembered of the file is in the store now

    def _note(self, *, complete: bool) -> None:
        ingest, scanner = self._ingest, self._ingest.scanner
        if scanner.rows == 0:
            return
        self._read = Version(
            key=self.draft.key,
            number=0,
            name=self.draft.name,
            size=self.received if complete else self.draft.size,
            received=self.stored,
            complete=complete,
            created=self.draft.created,
            rows=scanner.rows,
            columns=scanner.columns,
            empty_lines=scanner.empty_lines,
            invalid_cells=ingest.invalid.count,
            dialect=ingest.dialect,
            kinds=ingest.kinds,
            table_size=scanner.scanned,
            clean=ingest.clean,
            edition=self._file.edition,
            choices=self.draft.choices,
            preamble=ingest.preamble,
            notes=ingest.notes,
        )
