"""What Pagecast needs from the world: a Store, a Bus, an Audience; each with an in-memory twin."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pagecast.document import Draft, Link, Record, Version, entries_of, index_entries, page_bytes, sizes_of
from pagecast.errors import PagecastError, StorageFailed
from pagecast.ingest import Piece
from pagecast.leases import Leases
from pagecast.protocol import (
    ALL_GUESSED,
    Allowed,
    Choices,
    Columns,
    Document,
    Log,
    Page,
    People,
    Reading,
    Selections,
    Wheel,
)
from pagecast.room import Event
from pagecast.talk import Remark, Talk
from pagecast.window import PLAIN, Window

T = TypeVar("T")


class DraftFile(Protocol):
    """The bytes of an upload that is not a version yet.

    Its methods raise StorageFailed, and may block: they are called in a thread, one at a time.
    """

    def write(self, data: bytes) -> None:
        """Add bytes of the file as it was sent."""

    def append(self, piece: Piece) -> None:
        """Add what became of them in the inner form. Comes after their ``write``."""

    def sync(self) -> None:
        """Come back when all that was written would survive a power cut."""

    def cut(self, size: int) -> None:
        """Drop what is behind so many bytes of the file as it was sent, as well as can be: the disk may be failing."""

    def commit(self) -> None:
        """Close it, for good and safe: nothing is written to it again."""

    def close(self) -> None:
        """Let go of it; it can be opened again."""

    def discard(self) -> None:
        """Remove it; of an addition, what was added."""

    edition: int
    """Counts the inner forms of this file, which are files of their own."""

    def replay(self) -> Iterator[bytes]:
        """All of the file that is there, for a new edition: what was appended to the one before stays as it is.

        Of an addition, all that is behind the finished version, in the same edition.
        """


class TableFile(Protocol):
    """A version's rows in the inner form, open to be read.

    Its methods raise StorageFailed, and block.
    """

    def page(self, page_no: int) -> range:
        """Which bytes are a page's rows. The page must be there."""

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from one offset to another, as far as there are any."""


class Store(Protocol):
    """Where tables last. Its methods raise StorageFailed."""

    async def load(self, uuid: str) -> Record | None: ...

    async def find(self, reader: str) -> str | None:
        """The document that was saved with this read-only UUID."""

    async def save(self, uuid: str, record: Record) -> None:
        """Replace what is kept of a document, wholly or not at all."""

    async def talk(self, uuid: str) -> Talk | None: ...

    async def keep_talk(self, uuid: str, talk: Talk) -> None:
        """Replace what is kept of a document's talk. The document has been saved before."""

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        """Do something, in a thread, with a version's table."""

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of the file as it was sent."""

    async def read_again(self, uuid: str, version: Version) -> DraftFile:
        """A version's file, to be gone through for a new edition. It is not written to."""

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        """Keep an edition of a file, or for None all of them, from being removed while this is entered.

        It does not block. Whoever picks a version takes a lease before it waits for anything.
        """

    async def tidy(self, uuid: str, key: str, editions: frozenset[int]) -> None:
        """Remove all editions of a file but these, and those that the record names, and those that are leased."""

    async def forget(self, uuid: str, version: Version) -> None:
        """Remove a version's files, unless the record names them. Leased ones go with a later sweep."""

    async def drafts(self) -> list[Draft]:
        """The uploads that have not ended."""

    async def check_room(self, size: int) -> None:
        """Raise StorageFailed where so many more bytes would not leave enough of the disk."""

    async def begin(self, draft: Draft) -> DraftFile: ...

    async def reopen(self, draft: Draft) -> DraftFile: ...

    async def extend(self, draft: Draft, version: Version) -> DraftFile:
        """The files of a finished version, to add to. What an earlier addition left behind it can be replayed."""

    async def end(self, draft: Draft) -> None:
        """This upload has ended: it is a version now, or discarded."""

    async def renew(self, draft: Draft) -> None:
        """Note that somebody has just sent more of an upload: its days begin anew."""

    async def check_clock(self) -> None:
        """Leave out of all ages the time while the server was off, and clock changes. Call it before each sweep."""

    async def stale(self, days: float) -> frozenset[str]:
        """The keys of the uploads that nobody has begun or gone on with for so long."""

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        """Remove the documents that nobody has opened for so long, but for those in use."""


Hear = Callable[[str, Event | Remark], Awaitable[None]]


class Bus(Protocol):
    """Carries events to every process that holds viewers, in one order a document."""

    def subscribe(self, hear: Hear) -> None: ...

    async def publish(self, uuid: str, event: Event | Remark) -> None:
        """Comes back when this process has heard it."""


Shown = Document | Page | People | Wheel | Log | Allowed | Reading
"""The frames that go to all viewers of a document."""


class Audience(Protocol):
    """The viewers that are connected to this process."""

    def windows(self, uuid: str) -> list[Window]:
        """What a document's viewers look at, each window once, those of most viewers first."""

    def show(self, uuid: str, frame: Shown, window: Window | None = None) -> None:
        """Send a frame to a document's viewers: to all, or to those who look through one window.

        Each is sent the newest of its type when it can take it.
        """

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Send what is selected on a page to those who read it alone, and if ``followers`` to those with the room."""


class Incoming(Protocol):
    """An upload on its way in, as a door sees it."""

    draft: Draft
    received: int
    """Bytes taken."""
    stored: int
    """Bytes that are safely in the store."""
    failure: PagecastError | None
    """What ended it."""
    listeners: list[Callable[[], None]]
    """Called after each piece, and after a failure."""
    takeovers: list[Callable[[], Awaitable[None]]]
    """Called when another connection goes on with it: whoever brings it then sends no more."""

    async def add(self, data: bytes, offset: int | None = None) -> None:
        """Take the next bytes. Raises PagecastError."""

    async def settled(self) -> None:
        """Wait until they are dealt with."""


Taken = TypeVar("Taken", bound=Incoming)


class Tables(Protocol):
    """What the doors ask of the library. Its methods raise PagecastError."""

    async def visit(self, uuid: str | None) -> Link: ...

    async def leave(self, uuid: str) -> None: ...

    async def page(self, uuid: str, page_no: int | None, window: Window = PLAIN) -> Page: ...

    async def columns(self, uuid: str, number: int | None, columns: range) -> Columns: ...

    async def cell(self, uuid: str, number: int | None, row: int, column: int) -> tuple[Version, range]: ...

    async def table(self, uuid: str, version: Version, span: range) -> bytes: ...

    def lease(self, version: Version) -> AbstractContextManager[None]: ...

    def newest(self, uuid: str) -> Version | None: ...

    def version(self, uuid: str, number: int) -> Version: ...

    def versions(self, uuid: str) -> tuple[Version, ...]: ...

    async def page_of(self, uuid: str, number: int, page_no: int, window: Window = PLAIN) -> Page: ...

    async def enter(self, uuid: str | None) -> str: ...

    async def restore(self, uuid: str, number: int) -> Version: ...

    async def original(self, uuid: str, version: Version, span: range) -> bytes: ...


class Arrivals(Protocol[Taken]):
    """What the doors ask of whoever takes files in. Its methods raise PagecastError."""

    async def begin(
        self,
        uuid: str | None,
        name: str,
        size: int | None,
        viewer: str,
        admit: Callable[[], None],
        *,
        checked: bool,
        choices: Choices = ALL_GUESSED,
    ) -> Taken: ...

    async def resume(self, key: str) -> Taken: ...

    async def finish(self, intake: Taken, sha256: str | None = None) -> Version: ...

    async def discard(self, intake: Taken) -> None: ...

    async def abandon(self, intake: Taken) -> None: ...


class Growing(Protocol[Taken]):
    """What the doors ask of whoever adds rows to tables. Its methods raise PagecastError."""

    async def begin(self, uuid: str, size: int | None, viewer: str) -> Taken: ...

    async def finish(self, intake: Taken) -> Version: ...

    async def discard(self, intake: Taken) -> None: ...

    async def abandon(self, intake: Taken) -> None: ...


class Rereader(Protocol):
    """What the doors ask of whoever reads files again."""

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version: ...


class MemoryBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        self._hearers: list[Hear] = []

    def subscribe(self, hear: Hear) -> None:
        self._hearers.append(hear)

    async def publish(self, uuid: str, event: Event | Remark) -> None:
        for hear in self._hearers:
            await hear(uuid, event)


class MemoryFiles:
    """What a store on disk would have of one upload."""

    def __init__(self) -> None:
        self.original = bytearray()
        self.edition = 0
        """The last that was begun: no number is given twice."""
        self.tables: dict[int, bytearray] = {}
        self.indexes: dict[int, bytearray] = {}


class MemoryDraft:
    """The twin of a draft on disk."""

    def __init__(self, store: "MemoryStore", key: str, onto: Version | None = None, *, most: int | None = None) -> None:
        self._store, self._key, self._onto, self._most = store, key, onto, most
        self._files = store.files.setdefault(key, MemoryFiles())
        self._from, self._table_size, self._index_size = sizes_of(onto)
        self._written: int | None = None
        if onto is None:
            self._new_edition()
        else:
            self.edition = onto.edition

    def _new_edition(self) -> None:
        self.edition = self._files.edition = self._files.edition + 1
        self._files.tables[self.edition], self._files.indexes[self.edition] = bytearray(), bytearray()
        self._table_size = self._index_size = 0

    def write(self, data: bytes) -> None:
        if self._written is None:
            self._written = len(self._files.original) if self._onto is None else self._from
        self._written = _put(self._files.original, self._written, data)

    def append(self, piece: Piece) -> None:
        table, index = self._files.tables[self.edition], self._files.indexes[self.edition]
        self._table_size = _put(table, self._table_size, piece.table)
        self._index_size = _put(index, self._index_size, index_entries(piece.pages))

    def sync(self) -> None:
        pass

    def cut(self, size: int) -> None:
        del self._files.original[size:]

    def commit(self) -> None:
        pass

    def close(self) -> None:
        pass

    def discard(self) -> None:
        if self._onto is None:
            self._store.remove(self._key)
            return
        original, table, index = sizes_of(self._onto)
        del self._files.original[original:]
        del self._files.tables[self.edition][table:], self._files.indexes[self.edition][index:]

    def replay(self) -> Iterator[bytes]:
        if self._onto is None and (self._table_size or self._index_size):
            self._new_edition()
        self._written = len(self._files.original)
        if self._written > self._from:
            yield bytes(self._files.original[self._from : self._most])


def _put(file: bytearray, size: int, data: bytes) -> int:
    file[size : size + len(data)] = data
    return size + len(data)


class MemoryTable:
    """The twin of a table on disk."""

    def __init__(self, files: MemoryFiles, version: Version) -> None:
        if version.edition not in files.tables:
            raise StorageFailed
        self._table, self._index = files.tables[version.edition], files.indexes[version.edition]
        self._size = version.table_size

    def page(self, page_no: int) -> range:
        entries = entries_of(page_no)
        return page_bytes(bytes(self._index[entries.start : entries.stop]), self._size)

    def read(self, begin: int, end: int) -> bytes:
        return bytes(self._table[begin:end])


class MemoryStore:
    """The twin of a store on disk. It forgets everything with the process, and nothing before."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.talks: dict[str, Talk] = {}
        self.files: dict[str, MemoryFiles] = {}
        self.unfinished: dict[str, Draft] = {}
        self.leases = Leases()

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        return self.leases.hold(key, edition)

    async def load(self, uuid: str) -> Record | None:
        return self.records.get(uuid)

    async def find(self, reader: str) -> str | None:
        return next((uuid for uuid, record in self.records.items() if record.reader == reader), None)

    async def save(self, uuid: str, record: Record) -> None:
        self.records[uuid] = record

    async def talk(self, uuid: str) -> Talk | None:
        return self.talks.get(uuid)

    async def keep_talk(self, uuid: str, talk: Talk) -> None:
        self.talks[uuid] = talk

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return work(MemoryTable(self._files(version), version))

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        return bytes(self._files(version).original[span.start : span.stop])

    async def read_again(self, uuid: str, version: Version) -> MemoryDraft:
        return MemoryDraft(self, version.key, most=version.received)

    async def tidy(self, uuid: str, key: str, editions: frozenset[int]) -> None:
        file = self.files[key]
        named = {version.edition for version in self._named(key)}
        for edition in set(file.tables) - editions - named:
            if self.leases.is_held(key, edition):
                continue
            del file.tables[edition], file.indexes[edition]

    async def forget(self, uuid: str, version: Version) -> None:
        self.remove(version.key)

    def remove(self, key: str) -> None:
        """Remove a file, unless a record names it or somebody uses it."""
        if not any(self._named(key)) and not self.leases.is_held(key):
            self.files.pop(key, None)

    def _named(self, key: str) -> Iterator[Version]:
        versions = (version for record in self.records.values() for version in record.versions)
        return (version for version in versions if version.key == key)

    async def drafts(self) -> list[Draft]:
        return [self.unfinished[key] for key in sorted(self.unfinished)]

    async def check_room(self, size: int) -> None:
        pass

    async def begin(self, draft: Draft) -> MemoryDraft:
        self.unfinished[draft.key] = draft
        return MemoryDraft(self, draft.key)

    async def reopen(self, draft: Draft) -> MemoryDraft:
        return MemoryDraft(self, draft.key)

    async def extend(self, draft: Draft, version: Version) -> MemoryDraft:
        if draft.live:
            self.unfinished[draft.key] = draft
        return MemoryDraft(self, draft.key, version)

    async def end(self, draft: Draft) -> None:
        self.unfinished.pop(draft.key, None)

    async def renew(self, draft: Draft) -> None:
        pass

    async def check_clock(self) -> None:
        pass

    async def stale(self, days: float) -> frozenset[str]:
        return frozenset(self.unfinished)  # it has no clock: the uploads have

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        pass

    def _files(self, version: Version) -> MemoryFiles:
        if version.key not in self.files:
            raise StorageFailed
        return self.files[version.key]
