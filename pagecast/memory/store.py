"""The store in memory: the twin of the store on disk."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

from pagecast.limits.leases import Leases
from pagecast.ports.storage import MOST_VIEWS, RecordChanged, T, TableFile
from pagecast.protocol.errors import StorageFailed, TooManyViews
from pagecast.protocol.facts import changed
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.index import entries_of, index_entries, page_bytes
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version, file_sizes
from pagecast.view.view import LongView


class MemoryFiles:
    """The files of one upload, as a store on disk would have them."""

    def __init__(self) -> None:
        self.original = bytearray()
        self.edition = 0
        """The edition that was begun last. No number is given twice."""
        self.tables: dict[int, bytearray] = {}
        self.indexes: dict[int, bytearray] = {}


class MemoryDraft:
    """Implements ``ports.storage.DraftFile`` in memory."""

    def __init__(self, store: "MemoryStore", key: str, onto: Version | None = None, *, most: int | None = None) -> None:
        self._store, self._key, self._onto, self._most = store, key, onto, most
        self._files = store.files.setdefault(key, MemoryFiles())
        self._from, self._table_size, self._index_size = file_sizes(onto)
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

    def append(self, piece: TablePiece) -> None:
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
        original, table, index = file_sizes(self._onto)
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
    """Implements ``ports.storage.TableFile`` in memory."""

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
    """Implements ``ports.storage.Store`` in memory. It loses everything when the process ends, and nothing before."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.talks: dict[str, Talk] = {}
        self.views: dict[tuple[str, str], LongView] = {}
        self.files: dict[str, MemoryFiles] = {}
        self.unfinished: dict[str, Draft] = {}
        self.leases = Leases()

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        return self.leases.hold(key, edition)

    def claim(self, key: str) -> AbstractContextManager[None]:
        return nullcontext()

    async def load(self, uuid: str) -> Record | None:
        return self.records.get(uuid)

    async def find(self, reader: str) -> str | None:
        return next((uuid for uuid, record in self.records.items() if record.reader == reader), None)

    async def save(self, uuid: str, record: Record) -> Record:
        stored = self.records.get(uuid)
        if record.revision != (stored.revision if stored else 0):
            raise RecordChanged
        saved = self.records[uuid] = changed(record, revision=record.revision + 1)
        return saved

    async def delete(self, uuid: str, reader: str) -> None:
        record = self.records.pop(uuid, Record())
        self.talks.pop(uuid, None)
        self.views = {key: view for key, view in self.views.items() if key[0] != uuid}
        for version in record.versions:
            self.files.pop(version.key, None)

    async def load_talk(self, uuid: str) -> Talk | None:
        return self.talks.get(uuid)

    async def save_talk(self, uuid: str, talk: Talk) -> None:
        self.talks[uuid] = talk

    async def load_view(self, uuid: str, name: str) -> LongView | None:
        return self.views.get((uuid, name))

    async def save_view(self, uuid: str, name: str, view: LongView) -> None:
        if (uuid, name) not in self.views and sum(kept == uuid for kept, _ in self.views) >= MOST_VIEWS:
            raise TooManyViews(MOST_VIEWS)
        self.views[uuid, name] = view

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return work(MemoryTable(self._files(version), version))

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        return bytes(self._files(version).original[span.start : span.stop])

    async def read_again(self, uuid: str, version: Version) -> MemoryDraft:
        return MemoryDraft(self, version.key, most=version.received)

    async def remove_editions(self, uuid: str, key: str, but: frozenset[int]) -> None:
        file = self.files[key]
        named = {version.edition for version in self._named(key)}
        for edition in set(file.tables) - but - named:
            if self.leases.is_held(key, edition):
                continue
            del file.tables[edition], file.indexes[edition]

    async def remove_version(self, uuid: str, version: Version) -> None:
        self.remove(version.key)

    def remove(self, key: str) -> None:
        """Remove a file, unless a record names it or a lease holds it."""
        if not any(self._named(key)) and not self.leases.is_held(key):
            self.files.pop(key, None)

    def _named(self, key: str) -> Iterator[Version]:
        versions = (version for record in self.records.values() for version in record.versions)
        return (version for version in versions if version.key == key)

    async def ready(self) -> None:
        pass

    async def drafts(self) -> list[Draft]:
        return [self.unfinished[key] for key in sorted(self.unfinished)]

    async def load_draft(self, key: str) -> Draft | None:
        return self.unfinished.get(key)

    async def drafts_of(self, uuid: str) -> list[Draft]:
        return [draft for draft in self.unfinished.values() if draft.uuid == uuid]

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
