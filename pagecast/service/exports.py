"""Writes views as files to take away: so many at a time, and no more than the disk has room for.

A file is sent while it is written, or made first and kept for a while, so that whoever waits for it is told how far it
is, may give it up, and hears of a fault before a download has begun.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from uuid import uuid4

from pagecast.ports.engine import Engine, RowsFile, Tell
from pagecast.ports.rooms import ExportedView, KeptFile
from pagecast.ports.storage import Store
from pagecast.protocol.errors import ServerBusy, UnknownDocument, UnknownFile
from pagecast.service.jobs import Job, Jobs
from pagecast.view.exports import header_of, largest_size

MOST_EXPORTS = 32
"""Files that may be written and sent at the same time. Each is on disk until it is sent."""

RUNNING, WAITING, DEADLINE_S = 2, 30, 3600.0
"""Files that are made at a time, that wait, and how long one may take."""

KEPT_FILES, KEPT_S = 16, 600.0
"""Files that are kept once they are made, and for how long after their last download."""

CHECKED_BYTES = 2**26
"""Bytes after which it is checked again whether the disk has room for more."""


class Exports:
    """The files to take away that are being written, sent or kept."""

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine, self._store = engine, store
        self._running = 0
        self._making: Jobs[tuple[str, int]] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._kept: dict[str, _KeptRows] = {}  # the one that was used last is last

    async def pieces(self, uuid: str, exported: ExportedView) -> AsyncGenerator[bytes]:
        """Yield a file piece by piece. It holds a lease on the version until it is closed.

        Raises BadView, QueryFailed, QueryTooLarge, ServerBusy, StorageFailed.
        """
        if self._running >= MOST_EXPORTS:
            raise ServerBusy
        self._running += 1
        version, view, names, form = exported
        try:
            with self._store.lease(version.key, version.edition):
                await self._check_room(exported)
                async with aclosing(self._engine.export(uuid, version, view, names, form)) as rows:
                    async for piece in self._checked(exported, rows):
                        yield piece
        finally:
            self._running -= 1

    async def _checked(self, exported: ExportedView, rows: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        """Yield the header line before the first rows: where these cannot be read, nothing has been sent yet."""
        head, size = _header_line(exported), 0
        async for piece in rows:
            yield head + piece
            head, size = b"", size + len(piece)
            if size >= CHECKED_BYTES:
                await self._store.check_room(0)
                size = 0
        if head:
            yield head

    async def make(self, uuid: str, exported: ExportedView, tell: Tell | None) -> tuple[str, int]:
        """Make a file, and keep it for a while. Returns its name, and its bytes.

        Everyone who asks for the same meanwhile gets the same file. It is given up once nobody waits for it.
        Raises what ``pieces`` does.
        """
        version, view, _, form = exported
        key = uuid, version.key, version.edition, version.table_size, view, form
        return await self._making.run(key, lambda job: self._make(job, uuid, exported), tell=tell)

    async def _make(self, job: Job, uuid: str, exported: ExportedView) -> tuple[str, int]:
        version, view, names, form = exported
        with self._store.lease(version.key, version.edition):
            await self._check_room(exported)
            rows = await self._engine.telling(job.tell).write_file(uuid, version, view, names, form)
        if await self._store.load(uuid) is None:  # it was deleted meanwhile
            await rows.remove()
            raise UnknownDocument
        name = uuid4().hex
        self._kept[name] = kept = _KeptRows(uuid, exported, rows)
        kept.expiring = asyncio.create_task(self._expire(name, kept))
        idle = [old for old, one in self._kept.items() if not one.readers]
        for old in idle[: max(0, len(self._kept) - KEPT_FILES)]:
            await self._forget(old)
        return name, kept.size

    @contextmanager
    def kept(self, uuid: str, name: str) -> Iterator[KeptFile]:
        """Keep a file of a document as long as the context. Raises UnknownFile.

        Its room is given up all the same where an upload needs it and there is nothing older to give up.
        """
        one = self._kept.get(name)
        if one is None or one.uuid != uuid:
            raise UnknownFile
        try:
            one.rows.use()
        except OSError:
            raise UnknownFile from None
        self._kept[name] = self._kept.pop(name)
        one.readers += 1
        try:
            yield KeptFile(one.exported, one.size, one.read)
        finally:
            one.readers -= 1
            one.is_used = True

    async def delete(self, uuid: str) -> None:
        """Remove the files that are kept of a document that was deleted."""
        for name in [name for name, one in self._kept.items() if one.uuid == uuid]:
            await self._forget(name)

    async def stop(self) -> None:
        """Stop what is being made, and remove what is kept."""
        await self._making.stop()
        for name in list(self._kept):
            await self._forget(name)

    async def _expire(self, name: str, one: "_KeptRows") -> None:
        """Remove a file that nobody has read for KEPT_S."""
        while one.readers or one.is_used:
            one.is_used = False
            await asyncio.sleep(KEPT_S)
        if self._kept.pop(name, None):
            await one.rows.remove()

    async def _forget(self, name: str) -> None:
        one = self._kept.pop(name)
        if one.expiring is not None:
            one.expiring.cancel()
        await one.rows.remove()

    async def _check_room(self, exported: ExportedView) -> None:
        version, view, names, form = exported
        await self._store.check_room(largest_size(form, view, names, version.table_size, version.rows))


class _KeptRows:
    """A file that is kept: its header line, and its rows on disk."""

    def __init__(self, uuid: str, exported: ExportedView, rows: RowsFile) -> None:
        self.uuid, self.exported, self.rows = uuid, exported, rows
        self._head = _header_line(exported)
        self.size = len(self._head) + rows.size
        self.readers, self.is_used = 0, True
        """How many are reading it; and whether it was used of late."""
        self.expiring: asyncio.Task[None] | None = None

    async def read(self, span: range) -> bytes:
        """Return some of its bytes. Raises OSError."""
        at = len(self._head)
        rows = range(max(0, span.start - at), max(0, span.stop - at))
        return self._head[span.start : span.stop] + (await self.rows.read(rows) if rows else b"")


def _header_line(exported: ExportedView) -> bytes:
    return header_of(exported.form, exported.view, exported.names).encode()
