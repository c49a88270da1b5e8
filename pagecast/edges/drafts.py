"""The files of an upload, while they are written."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pagecast.document import Version, index_entries, sizes_of
from pagecast.edges.durable import open_to_write, read_span, storing, sync_folder, within
from pagecast.edges.space import Space
from pagecast.ingest import Piece

READ_BYTES = 4 * 2**20
"""Bytes read at once when a file is gone through again."""


class DiskDraft:
    """An upload's files while they are written. The methods are those of ``ports.DraftFile``."""

    @storing()
    def __init__(self, space: Space, folder: Path, key: str, onto: Version | None = None) -> None:
        self._space, self._folder, self._key, self._onto = space, folder, key, onto
        self._original = within(folder, lambda: open_to_write(folder / f"{key}.original"))
        self._table: int | None = None
        self._from, self._table_size, self._index_size = sizes_of(onto)
        self._original_size = os.fstat(self._original).st_size if onto is None else self._from
        if onto is None:
            self.edition = max((edition_of(path) for path in folder.glob(f"{key}.*.index")), default=0)
            self._new_edition()
            return
        self.edition = onto.edition
        self._index = open_to_write(self._path("index"))
        if not onto.clean:
            self._table = open_to_write(self._path("table"))

    def _new_edition(self) -> None:
        self.edition += 1
        self._index = open_to_write(self._path("index"))
        self._table = None
        self._index_size = self._table_size = 0

    def _path(self, kind: str) -> Path:
        return self._folder / f"{self._key}.{self.edition}.{kind}"

    @storing()
    def write(self, data: bytes) -> None:
        self._space.write(self._original, data, self._original_size)
        self._original_size += len(data)

    @storing()
    def append(self, piece: Piece) -> None:
        if self._table is None and not piece.clean:
            self._table = open_to_write(self._path("table"))
            self._space.copy_beginning(self._original, self._table, self._table_size)
        if self._table is not None:
            self._space.write(self._table, piece.table, self._table_size)
        self._table_size += len(piece.table)
        entries = index_entries(piece.pages)
        self._space.write(self._index, entries, self._index_size)
        self._index_size += len(entries)

    @storing()
    def sync(self) -> None:
        os.fdatasync(self._original)

    def cut(self, size: int) -> None:
        with suppress(OSError):
            self._space.cut(self._original, size)

    @storing()
    def commit(self) -> None:
        # What was gone on with after a restart may have found more than was acknowledged.
        self._space.cut(self._original, self._original_size)
        self._space.cut(self._index, self._index_size)
        if self._table is not None:
            self._space.cut(self._table, self._table_size)
        for file in self._files():
            os.fsync(file)
        self.close()
        sync_folder(self._folder)

    @storing()
    def close(self) -> None:
        for file in self._files():
            os.close(file)
        self._original = self._index = -1
        self._table = None

    @storing()
    def discard(self) -> None:
        if self._onto is not None:
            self._original_size, self._table_size, self._index_size = sizes_of(self._onto)
            self.commit()
            return
        self.close()
        remove_files(self._space, self._folder, self._key)
        with suppress(OSError):  # there are other versions in it
            self._folder.rmdir()

    def replay(self) -> Iterator[bytes]:
        if self._onto is None and (self._table_size or self._index_size):
            with storing():
                for file in self._files()[1:]:
                    os.close(file)
                self._new_edition()
        path = self._folder / f"{self._key}.original"
        self._original_size = os.fstat(self._original).st_size
        for begin in range(self._from, self._original_size, READ_BYTES):
            with storing():
                data = read_span(path, range(begin, min(begin + READ_BYTES, self._original_size)))
            yield data

    def _files(self) -> list[int]:
        return [file for file in (self._original, self._index, self._table) if file is not None and file >= 0]


@storing()
def remove_files(space: Space, folder: Path, key: str) -> None:
    for path in folder.glob(f"{key}.*"):
        space.remove(path)


@storing()
def remove_editions(space: Space, folder: Path, key: str, but: frozenset[int]) -> None:
    for path in folder.glob(f"{key}.*.*"):
        if edition_of(path) not in but:
            space.remove(path)


def edition_of(path: Path) -> int:
    """The reading that a file of a version is of."""
    return int(path.name.split(".")[1])
