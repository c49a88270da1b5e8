"""The files of an upload while it is written."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from pagecast.edges.disk.claims import Claims
from pagecast.edges.disk.durable import in_folder, open_to_write, read_span, storage_errors, sync_folder
from pagecast.edges.disk.removal import Remover, edition_of
from pagecast.edges.disk.space import Space
from pagecast.table.index import index_entries
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version, file_sizes

NEW = os.O_CREAT | os.O_EXCL
"""Flags of open(2) for a file that must not exist yet."""

READ_BYTES = 4 * 2**20
"""Bytes of each read when a file is replayed."""


class DiskDraft:
    """Implements ``ports.storage.DraftFile``: an upload's original file, its index, and its table if that differs.

    ``onto`` is the finished version that an addition extends, or None for a file of its own.
    """

    @storage_errors()
    def __init__(
        self,
        space: Space,
        remover: Remover,
        claims: Claims,
        folder: Path,
        key: str,
        onto: Version | None = None,
        *,
        flags: int = 0,
        most: int | None = None,
    ) -> None:
        """Open the files. Raises StorageFailed; InUse where another process has them open.

        ``flags`` are those of open(2) for the original. With ``most`` the original is finished: that many of its bytes
        are replayed, and it is not changed.
        """
        self._space, self._remover, self._folder, self._key, self._onto = space, remover, folder, key, onto
        self._most = most
        self._claim = ExitStack()
        self._claim.enter_context(claims.hold(key))
        try:
            self._open(flags)
        except BaseException:
            self._claim.close()
            raise

    def _open(self, flags: int) -> None:
        onto = self._onto
        self._index = -1
        self._table: int | None = None
        self._original = self._open_original(flags)
        try:
            self._from, self._table_size, self._index_size = file_sizes(onto)
            self._original_size = os.fstat(self._original).st_size if onto is None else self._from
            if onto is None:
                self.edition = self._remover.last_edition(self._key)
                self._new_edition()
            else:
                self.edition = onto.edition
                self._index = open_to_write(self._path("index"))
                self._table = None if onto.clean else open_to_write(self._path("table"))
        except OSError:
            self.close()
            raise

    def _open_original(self, flags: int) -> int:
        path = self._folder / f"{self._key}.original"
        return in_folder(self._folder, lambda: open_to_write(path, flags)) if flags else open_to_write(path)

    def _new_edition(self) -> None:
        """Begin a new edition of the inner form, numbered above all that exist or were removed. Raises OSError."""
        there = [edition_of(path) or 0 for path in self._folder.glob(f"{self._key}.*.*")]
        self.edition = max([self.edition, *there]) + 1
        self._index = open_to_write(self._path("index"), NEW)
        self._index_size = self._table_size = 0

    def _path(self, kind: str) -> Path:
        return self._folder / f"{self._key}.{self.edition}.{kind}"

    @storage_errors()
    def write(self, data: bytes) -> None:
        self._space.write(self._original, data, self._original_size)
        self._original_size += len(data)

    @storage_errors()
    def append(self, piece: TablePiece) -> None:
        if self._table is None and not piece.clean:
            self._table = open_to_write(self._path("table"), NEW)
            self._space.copy_beginning(self._original, self._table, self._table_size)
        if self._table is not None:
            self._space.write(self._table, piece.table, self._table_size)
        self._table_size += len(piece.table)
        entries = index_entries(piece.pages)
        self._space.write(self._index, entries, self._index_size)
        self._index_size += len(entries)

    @storage_errors()
    def sync(self) -> None:
        os.fdatasync(self._original)

    def cut(self, size: int) -> None:
        with suppress(OSError):
            self._space.cut(self._original, size)

    @storage_errors()
    def commit(self) -> None:
        # A resumed upload can hold more bytes than were acknowledged.
        if self._most is None:
            self._space.cut(self._original, self._original_size)
        self._space.cut(self._index, self._index_size)
        if self._table is not None:
            self._space.cut(self._table, self._table_size)
        for file in self._files():
            os.fsync(file)
        self.close()
        sync_folder(self._folder)

    @storage_errors()
    def close(self) -> None:
        files = self._files()
        self._original, self._index, self._table = -1, -1, None
        try:
            for file in files:
                os.close(file)
        finally:
            self._claim.close()

    @storage_errors()
    def discard(self) -> None:
        if self._onto is not None:
            if self._original < 0:
                return  # it is closed already: the next addition overwrites the bytes behind the version
            if not self._folder.exists():  # the document was deleted
                self.close()
                return
            self._original_size, self._table_size, self._index_size = file_sizes(self._onto)
            self.commit()
            return
        self.close()
        self._remover.remove_version(self._folder, self._key)
        with suppress(OSError):  # it holds other versions
            self._folder.rmdir()

    def replay(self) -> Iterator[bytes]:
        if self._onto is None and (self._table_size or self._index_size):
            with storage_errors():
                files = self._files()[1:]
                self._index, self._table = -1, None
                for file in files:
                    os.close(file)
                self._new_edition()
        path = self._folder / f"{self._key}.original"
        self._original_size = os.fstat(self._original).st_size if self._most is None else self._most
        for begin in range(self._from, self._original_size, READ_BYTES):
            with storage_errors():
                data = read_span(path, range(begin, min(begin + READ_BYTES, self._original_size)))
            yield data

    def _files(self) -> list[int]:
        return [file for file in (self._original, self._index, self._table) if file is not None and file >= 0]
