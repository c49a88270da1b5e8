"""Takes the bytes of one upload: to the store as they were sent, and as rows to the index."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pagecast.ports.operators import UNMETERED, Meter
from pagecast.ports.storage import DraftFile
from pagecast.protocol.errors import ChecksumMismatch, LongerThanSaid, PagecastError, TakenOver, TooLarge, WrongOffset
from pagecast.protocol.facts import changed
from pagecast.service.throttle import Throttle
from pagecast.table.addition import AppendReader
from pagecast.table.columns import pack_kinds
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.ingest import GuessRevised, Ingest, ParsePlan
from pagecast.table.version import Version

WHOLE_FILES = ThreadPoolExecutor(4, thread_name_prefix="whole-files")
"""Threads that go through whole files. Pieces that are just arriving never wait behind a file of gigabytes."""

GROWTH_S = 0.25
"""How often growth is published: often enough to look live, seldom enough to cost nothing."""


class _Cancelled(Exception):
    """Ends the work of a thread that nobody waits for any more."""


class Intake:
    """Takes the bytes of one file in order.

    Each ``add`` returns when the piece *before* it is stored, so that one piece is read from the network while another
    one is scanned and written; ``settled`` waits for the last. An error in a piece becomes the intake's ``failure``,
    which every later call raises.
    """

    def __init__(
        self,
        draft: Draft,
        file: DraftFile,
        bounds: Bounds,
        reader: Ingest | AppendReader | None = None,
        begin: int = 0,
        meter: Meter = UNMETERED,
    ) -> None:
        """``begin`` is the size in bytes of the finished version that rows are added to; ``reader`` goes on there."""
        self.draft = draft
        self.received = begin
        """Bytes taken, with the piece that is being stored."""
        self.stored = begin
        """Bytes that are safely in the store, scanned and indexed."""
        self.failure: PagecastError | None = None
        """The error in a piece that ended the intake."""
        self.replayed = 0
        """Bytes of the stored file that a replay has read so far."""
        self.listeners: list[Callable[[], None]] = []
        """Called after each piece, and after a failure."""
        self.takeovers: list[Callable[[], Awaitable[None]]] = []
        """Called when another connection goes on with the upload: the connection before it sends no more."""
        self.growth: Throttle | None = None
        """Publishes what has been read so far. It is flushed when the intake ends."""
        self._file, self._meter = file, meter
        self._bounds = bounds
        self._ingest = reader or Ingest(bounds, draft.choices)
        self._sha256 = hashlib.sha256() if draft.checked else None
        self._adding = asyncio.Lock()
        self._sender = 0  # counts the senders, one after the other
        self._read: Version | None = None
        self._working: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self._is_whole = False  # a sender has said so

    async def add(self, data: bytes, offset: int | None = None) -> None:
        """Take the next bytes. With an offset in bytes, what is here already is skipped.

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
            size = self.received if self._is_whole else self.draft.size
            if size is not None and self.received + len(data) > size:
                raise LongerThanSaid(size)
            if self.received + len(data) > self._bounds.size:
                raise TooLarge(self._bounds.size)
            if data:
                self.received += len(data)
                self._meter.received(len(data))
                self._working = asyncio.create_task(self._take(data))

    async def take_over(self) -> None:
        """Let another connection go on with the upload. Returns when all bytes received so far are stored.

        Raises TakenOver where yet another connection has come meanwhile.
        """
        for hand_over in list(self.takeovers):
            await hand_over()
        self._sender += 1
        sender = self._sender
        async with self._adding:
            await self.settled()
        if sender != self._sender:
            raise TakenOver

    def fail(self, failure: PagecastError) -> None:
        """End the intake with an error, and tell its sender."""
        self.failure = failure
        self._notify()

    async def settled(self) -> None:
        """Wait until the last piece is stored, or has failed."""
        if self._working is not None:
            await self._working

    async def finish(self, sha256: str | None = None) -> None:
        """Read the file to its end and commit it to the store, once. ``sha256`` is of the whole file, in hex.

        Raises ChecksumMismatch, EmptyFile, NotATable, StorageFailed.
        """
        self._is_whole = True
        await self.settled()
        if self.failure:
            raise self.failure
        if self._read is not None and self._read.complete:
            return  # it could not be made a version then
        if sha256 is not None and (self._sha256 is None or self._sha256.hexdigest() != sha256):
            raise ChecksumMismatch
        if self.draft.size is not None and self.received != self.draft.size:
            raise ChecksumMismatch
        try:
            await self._in_thread(self._finish)
        except PagecastError as failure:
            self.failure = failure
            raise
        await self.flush_growth()

    async def replay(self) -> None:
        """Read what the store has of this file, as if it were sent again. Raises NotATable, TooLarge, StorageFailed."""
        await self._in_thread(self._replay)

    async def flush_growth(self) -> None:
        """Publish now what has been read and is not published yet."""
        if self.growth is not None:
            await self.growth.flush()

    async def close(self) -> None:
        """Close the file, so that another intake can go on with it. Raises StorageFailed."""
        await self.settled()
        await self.flush_growth()
        await asyncio.to_thread(self._file.close)

    async def discard(self) -> None:
        """Remove the file. Raises StorageFailed."""
        await self.settled()
        await self.flush_growth()
        await asyncio.to_thread(self._file.discard)

    def version(self, number: int) -> Version | None:
        """Describe what has been read so far of what is stored, as version ``number``; None before the first row."""
        return self._read and changed(self._read, number=number)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        """Run work that reads the whole file. When cancelled, it returns only when its thread has ended."""
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
                await asyncio.to_thread(self._file.cut, self.stored)  # bytes that were not acknowledged may be damaged
        self._notify()

    def _notify(self) -> None:
        for listener in list(self.listeners):
            listener()

    # These block: they run in a thread, one at a time.

    def _store(self, data: bytes) -> None:
        self._file.write(data)
        try:
            self._file.append(self._ingest.feed(data))
        except GuessRevised as revised:
            self._reparse(revised.plan)

    def _replay(self) -> None:
        if self._sha256 is not None:
            for data in self._stored_blocks():
                self._sha256.update(data)
        try:
            self._feed_stored()
        except GuessRevised as revised:
            self._reparse(revised.plan)
        self._file.sync()  # it may not have been before a crash
        self.received += self.replayed
        self.stored = self.received
        self._note(complete=False)

    def _reparse(self, plan: ParsePlan) -> None:
        """Read all of the stored file by a plan; as often as the plan is revised."""
        while True:
            self._ingest = Ingest(self._bounds, self.draft.choices, plan)
            try:
                self._feed_stored()
            except GuessRevised as revised:
                plan = revised.plan
            else:
                return

    def _feed_stored(self) -> None:
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
            except GuessRevised as revised:
                self._reparse(revised.plan)
            else:
                break
        self._note(complete=True)
        self._file.commit()
        self._ingest = Ingest()  # frees the memory of the old one

    def _note(self, *, complete: bool) -> None:
        ingest, scanner = self._ingest, self._ingest.scanner
        if scanner.rows == 0:
            return
        irregular, irregular_rows = ingest.irregular
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
            kinds=pack_kinds(ingest.kinds, ingest.lenses),
            table_size=scanner.scanned,
            clean=ingest.clean,
            edition=self._file.edition,
            choices=self.draft.choices,
            preamble=ingest.preamble,
            notes=ingest.notes,
            header_offset=ingest.header_offset,
            other_headers=ingest.other_headers,
            usual_cells=ingest.usual_cells,
            irregular=irregular,
            irregular_rows=irregular_rows,
            mended=ingest.mended,
            mended_rows=ingest.mended_rows,
            certain=ingest.certain,
            encodings=ingest.encodings,
        )
