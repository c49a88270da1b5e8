"""Copies of tables on the local disk, for the query engine: it reads files."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Mapping, Set
from contextlib import suppress
from pathlib import Path

from pagecast.edges.disk.durable import storage_errors
from pagecast.edges.disk.removal import key_of
from pagecast.edges.disk.space import KINDS, Space, is_spare
from pagecast.edges.objects.objects import Objects
from pagecast.protocol.errors import ServerFull, StorageFailed
from pagecast.table.version import Version

READ_BYTES = 4 * 2**20
"""Bytes that are fetched at once."""


def is_copy(path: Path) -> bool:
    """Return whether a file can be made again: here all can, the tables too."""
    return path.suffix in KINDS or is_spare(path)


class TableCopies:
    """Fetches tables from the object store. The oldest ones give way where the local disk is short."""

    def __init__(self, objects: Objects, folder: Path, space: Space) -> None:
        self._objects, self._documents, self._space = objects, folder / "documents", space
        self._fetching: defaultdict[Path, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def fetch(self, uuid: str, version: Version) -> None:
        """Have the inner form of a version on the local disk. Of those who want it at a time, one fetches it.

        Raises StorageFailed, where the object store does not answer, or the disk is short.
        """
        path = self._path(uuid, version)
        lock = self._fetching[path]
        try:
            async with lock:
                await asyncio.to_thread(self._fetch, path, uuid, version)
        except ServerFull as error:
            raise StorageFailed from error
        finally:
            if not lock.locked():
                self._fetching.pop(path, None)

    def open(self, uuid: str, version: Version) -> int:
        """Open the copy of a version's inner form, if it is whole. Returns its descriptor, else -1. It blocks."""
        try:
            file = os.open(self._path(uuid, version), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return -1
        if os.fstat(file).st_size >= version.table_size:
            return file
        os.close(file)
        return -1

    def _path(self, uuid: str, version: Version) -> Path:
        name = f"{version.key}.original" if version.clean else f"{version.key}.{version.edition}.table"
        return self._documents / uuid / name

    @storage_errors()
    def _fetch(self, path: Path, uuid: str, version: Version) -> None:
        """Fetch what is missing. A table only ever grows, and so does its copy."""
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.utime(file)
            for begin in range(os.fstat(file).st_size, version.table_size, READ_BYTES):
                span = range(begin, min(begin + READ_BYTES, version.table_size))
                data = self._objects.read_version(uuid, version, "table", span, keep=False)
                self._space.write(file, data, begin)
        finally:
            os.close(file)

    @storage_errors()
    def remove(self, uuid: str) -> None:
        """Remove all files of a document. It blocks, and raises StorageFailed."""
        folder = self._documents / uuid
        for path in folder.glob("*"):
            self._space.remove(path)
        with suppress(OSError):  # it is not there, or something has just been written
            folder.rmdir()

    def keep(self, documents: Mapping[str, Set[str]]) -> None:
        """Remove the files of all uploads but these, by document. It blocks, and raises OSError."""
        for folder in self._documents.glob("*"):
            for path in folder.iterdir():
                if key_of(path) not in documents.get(folder.name, ()):
                    self._space.remove(path)
            with suppress(OSError):  # it is not empty
                folder.rmdir()
