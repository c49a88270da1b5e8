"""The files of an upload while it is written: stored segment by segment, while the rest still arrives."""

import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress

from pagecast.edges.objects.bucket import ObjectMissing
from pagecast.edges.objects.manifest import NO_SEGMENTS, Edition, Manifest, Run, SegmentFile
from pagecast.edges.objects.objects import Objects, segment_path
from pagecast.edges.objects.removal import remove_upload
from pagecast.protocol.errors import PagecastError, StorageFailed, TakenOver
from pagecast.protocol.facts import changed
from pagecast.table.index import index_entries
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version, file_sizes

SEGMENT_BYTES = 4 * 2**20
"""Bytes of a full segment: 250 requests for each GB. At most three of each file are in memory."""

LEAST_BYTES = 2**18
"""Bytes from which a segment is closed when it is flushed. A shorter one is stored again, together with what follows: a
slow sender would make thousands of small objects.
"""

FLYING = 2
"""Segments of a file that are being stored while the next one is filled."""

READ_BYTES = 4 * 2**20
"""Bytes of each read when a file is replayed."""


class SegmentWriter:
    """Writes a file of an upload in segments. One thread writes, and others read meanwhile."""

    def __init__(self, objects: Objects, uuid: str, key: str, stem: str, file: SegmentFile = NO_SEGMENTS) -> None:
        """``stem``: the beginning of its segments' names. ``file``: the segments that are stored already."""
        self._objects, self._uuid, self._key, self._stem = objects, uuid, key, stem
        self._lock = threading.Lock()  # held while the members below change together
        self.file = file
        """The segments that are stored and closed."""
        self._flying: deque[tuple[bytes, Future[None]]] = deque()  # full segments on their way
        self._tail = bytearray()  # what follows them
        self._open = 0  # bytes of the tail that are stored as a segment that is not closed yet

    @property
    def size(self) -> int:
        """Its bytes, as far as they were written."""
        with self._lock:
            return self._end

    @property
    def _end(self) -> int:
        return self.file.size + sum(len(data) for data, _ in self._flying) + len(self._tail)

    @property
    def stored(self) -> SegmentFile:
        """The segments that are stored, with the one that is not closed yet."""
        with self._lock:
            return self.file.added(self._stem, self._open) if self._open and not self._flying else self.file

    def write(self, data: bytes) -> None:
        """Write the next bytes. Raises StorageFailed."""
        with self._lock:
            self._tail += data
        while len(self._tail) >= SEGMENT_BYTES:
            self._fly(SEGMENT_BYTES)
            self._land(FLYING)

    def flush(self) -> None:
        """Return when all bytes are stored. Raises StorageFailed."""
        self._land(0)
        if len(self._tail) >= LEAST_BYTES:
            self._fly(len(self._tail))
            self._land(0)
        elif len(self._tail) > self._open:
            size = len(self._tail)
            self._put(self.file.size, bytes(self._tail))
            with self._lock:
                self._open = size

    def read(self, span: range, *, keep: bool = True) -> bytes:
        """Return some bytes, as far as they were written. Raises StorageFailed."""
        with self._lock:
            file, begin, pieces = self.file, self.file.size, []
            for data in (*(data for data, _ in self._flying), self._tail):
                pieces.append(bytes(data[max(0, span.start - begin) : max(0, span.stop - begin)]))
                begin += len(data)
        stored = range(span.start, min(span.stop, file.size))
        reading = self._objects.read_file if keep else self._objects.read_once
        try:
            return b"".join([reading(self._uuid, self._key, file, stored) if stored else b"", *pieces])
        except ObjectMissing:
            raise StorageFailed from None

    def cut(self, size: int) -> None:
        """Forget the bytes behind the first ``size``, as far as they are not stored."""
        with self._lock:
            keep = len(self._tail) - (self._end - size)
            if keep >= 0:
                del self._tail[max(keep, self._open) :]

    def begun_of(self, file: SegmentFile, size: int, read: Callable[[range], bytes]) -> "SegmentWriter":
        """Begin with the first ``size`` bytes of a file, whose segments are shared. Returns this writer."""
        self.file = file.cut(size)
        if self.file.size < size:
            self.write(read(range(self.file.size, size)))
        return self

    def _fly(self, size: int) -> None:
        """Begin to store the first bytes of the tail as a closed segment."""
        with self._lock:
            with memoryview(self._tail) as tail, tail[:size] as first:
                data, begin = bytes(first), self._end - len(tail)  # a slice of the tail itself would be a second copy
            flying = self._objects.putting.submit(self._put, begin, data)
            self._flying.append((data, flying))
            del self._tail[:size]
            self._open = 0

    def _land(self, most: int) -> None:
        """Wait until at most so many segments are on their way. Raises StorageFailed."""
        while self._flying and (len(self._flying) > most or self._flying[0][1].done()):
            data, flying = self._flying[0]
            flying.result()
            with self._lock:
                self.file = self.file.added(self._stem, len(data))
                self._flying.popleft()

    def _put(self, begin: int, data: bytes) -> None:
        self._objects.bucket.put(segment_path(self._uuid, self._key, Run(self._stem, begin, len(data)).name(0)), data)


class ObjectDraft:
    """Implements ``ports.storage.DraftFile``: an upload's original, its index, and its table if that differs.

    ``onto`` is the finished version that an addition extends, or None for a file of its own. With ``most`` the original
    is finished: that many of its bytes are replayed, and it is not changed.
    """

    def __init__(
        self, objects: Objects, uuid: str, key: str, onto: Version | None = None, *, most: int | None = None
    ) -> None:
        """Open the files. Raises StorageFailed."""
        self._objects, self._uuid, self._key, self._onto, self._most = objects, uuid, key, onto, most
        self._writer = secrets.token_hex(4)
        self._turn = threading.RLock()  # held by the sender's thread, or by the one that flushes
        self._from, table_size, index_size = file_sizes(onto)
        self._is_open, self._is_dirty = True, False
        self._table: SegmentWriter | None = None
        if onto is None:
            self._new_edition()
        manifest = objects.manifest(uuid, key)
        self._own = [
            manifest.original
        ]  # as it was saved; and as it may have been saved, where the store did not answer
        self._original = self._file("original", manifest.original)
        if onto is not None:
            self.edition = onto.edition
            edition = manifest.editions.get(onto.edition)
            if edition is None:
                raise StorageFailed
            self._index = self._resumed("index", edition.index, index_size)
            self._table = None if onto.clean else self._resumed("table", edition.table or NO_SEGMENTS, table_size)
            self._table_size = table_size
            self._is_replayed = False
            self._open()

    def _file(self, kind: str, file: SegmentFile = NO_SEGMENTS) -> SegmentWriter:
        stem = kind if kind == "original" else f"{self.edition}-{kind}"
        return SegmentWriter(self._objects, self._uuid, self._key, f"{stem}-{self._writer}", file)

    def _resumed(self, kind: str, file: SegmentFile, size: int) -> SegmentWriter:
        before = self._file(kind, file)
        return self._file(kind).begun_of(file, size, before.read)

    def _new_edition(self) -> None:
        """Begin a new edition, numbered above all that there were. Raises StorageFailed."""
        manifest = self._objects.update(self._uuid, self._key, lambda before: changed(before, last=before.last + 1))
        self.edition = manifest.last
        self._index, self._table, self._table_size = self._file("index"), None, 0
        self._is_replayed = True
        self._open()

    def _open(self) -> None:
        self._objects.open_draft(self._key, self.edition, self, writes=self._most is None)

    def write(self, data: bytes) -> None:
        with self._turn:
            self._objects.check_room(len(data))
            if not self._is_replayed:  # what an earlier append left behind is overwritten
                self._original = self._resumed("original", self._original.file, self._from)
                self._is_replayed = True
            self._original.write(data)
            self._is_dirty = True

    def append(self, piece: TablePiece) -> None:
        with self._turn:
            if self._table is None and not piece.clean:
                original = self._original
                table = self._file("table")
                self._table = table.begun_of(original.file, self._table_size, original.read)
            if self._table is not None:
                self._objects.check_room(len(piece.table))
                self._table.write(piece.table)
            self._table_size += len(piece.table)
            self._index.write(index_entries(piece.pages))
            self._is_dirty = True

    def sync(self) -> None:
        with self._turn:
            self._original.flush()
            self._save()

    def cut(self, size: int) -> None:
        with self._turn:
            self._original.cut(size)

    def commit(self) -> None:
        with self._turn:
            self._flush()
            self._close()

    def close(self) -> None:
        with self._turn:
            try:
                if self._is_open and self._is_dirty:
                    with suppress(TakenOver):  # the other server has all that was acknowledged
                        self._flush()
            finally:
                self._close()

    def discard(self) -> None:
        with self._turn:
            was_open = self._is_open
            self._close()
            if self._onto is None:
                if self._objects.manifest(self._uuid, self._key, fresh=True).original in self._own:
                    remove_upload(self._objects, self._uuid, self._key)  # else another server goes on with it
            elif was_open:
                self._objects.update(self._uuid, self._key, self._without_rows)

    def flush(self) -> None:
        """Store the rows that wait for a segment to fill. The sender hears of a failure by its next piece."""
        if not self._turn.acquire(blocking=False):
            return  # its sender is at it
        try:
            with suppress(PagecastError):
                if self._is_open and self._is_dirty:
                    self._flush()
        finally:
            self._turn.release()

    def replay(self) -> Iterator[bytes]:
        with self._turn:
            if self._onto is None and (self._table_size or self._index.size):
                self._objects.close_draft(self._key, self)
                self._new_edition()
            self._is_replayed = True
            end = self._original.size if self._most is None else self._most
        for begin in range(self._from, end, READ_BYTES):
            yield self._original.read(range(begin, min(begin + READ_BYTES, end)), keep=False)

    # For readers of the draft.

    def read_original(self, span: range) -> bytes:
        return self._original.read(span)

    def read_table(self, span: range) -> bytes:
        return (self._table or self._original).read(span)

    def read_index(self, span: range) -> bytes:
        return self._index.read(span)

    def _flush(self) -> None:
        for writer in (self._original, self._index, self._table):
            if writer is not None:
                writer.flush()
        self._save()
        self._is_dirty = False

    def _close(self) -> None:
        self._is_open = False
        self._objects.close_draft(self._key, self)

    def _save(self) -> None:
        """Save the manifest. Raises TakenOver where another server goes on with the upload, or appends to the table."""
        original = self._original.stored
        edition = Edition(self._index.stored, self._table.stored if self._table else None)

        def change(before: Manifest) -> Manifest:
            if self._most is not None:
                return changed(before, editions={**before.editions, self.edition: edition})
            if before.original not in self._own:
                raise TakenOver
            return changed(before, original=original, editions={**before.editions, self.edition: edition})

        self._own.append(original)
        self._objects.update(self._uuid, self._key, change)
        self._own = [original]

    def _without_rows(self, before: Manifest) -> Manifest:
        """Return the manifest without the rows that were appended, unless these are another server's."""
        if before.original not in self._own:
            return before
        original, table, index = file_sizes(self._onto)
        edition = before.editions[self.edition]
        kept = Edition(edition.index.cut(index), edition.table and edition.table.cut(table))
        return changed(before, original=before.original.cut(original), editions={**before.editions, self.edition: kept})
