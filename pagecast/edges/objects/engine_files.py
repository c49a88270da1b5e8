"""The files of the query engine, which reads and writes files of the local disk, in the bucket.

Tables are fetched when somebody asks a question. Columnar copies and answers are stored beside the segments of their
upload once they are made, so that no other server makes them again, nor this one after it has lost its disk.
"""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from weakref import WeakValueDictionary

from pagecast.edges.disk.durable import storage_errors
from pagecast.edges.disk.removal import key_of
from pagecast.edges.disk.space import KINDS, Space, is_spare
from pagecast.edges.objects.bucket import ObjectMissing
from pagecast.edges.objects.objects import Objects, made_folder
from pagecast.protocol.errors import ServerFull, StorageFailed
from pagecast.table.version import Version

READ_BYTES = 4 * 2**20
"""Bytes that are fetched at once."""

YOUNG_S = 600.0
"""Age below which no local file is swept: its upload may have begun after the bucket was listed."""

KEPT_ANSWERS = 64
"""Answers that are kept of an edition in the bucket: the newest ones."""


class BucketFiles:
    """Implements ``EngineFiles`` in a bucket. The oldest files give way where the local disk is short."""

    def __init__(self, objects: Objects, folder: Path, space: Space) -> None:
        self._objects, self._documents, self._space = objects, folder / "documents", space
        self._fetching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._growing = set[Path]()  # the tables that are being fetched
        space.can_go = self._can_go
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="keeping")

    async def fetch_table(self, uuid: str, version: Version) -> None:
        path = self._path(uuid, version)
        async with self._alone(path.name):
            await asyncio.to_thread(self._fetch_table, path, uuid, version)

    async def fetch_copy(self, uuid: str, version: Version) -> None:
        async with self._alone(f"{version.key}.{version.edition}"):
            await asyncio.to_thread(self._fetch_copy, uuid, version)

    async def fetch_answer(self, path: Path) -> None:
        async with self._alone(path.name):
            await asyncio.to_thread(self._fetch_answer, path)

    def keep(self, paths: Iterable[Path]) -> None:
        for path in sorted(paths):  # the facts of a part come before it: a part that is there has them
            self._keeping.submit(self._keep, path)

    def stop(self) -> None:
        self._keeping.shutdown(wait=False, cancel_futures=True)

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

    @storage_errors()
    def remove(self, uuid: str) -> None:
        """Remove all files of a document. It blocks, and raises StorageFailed."""
        folder = self._documents / uuid
        for path in folder.glob("*"):
            self._space.remove(path)
        with suppress(OSError):  # it is not there, or something has just been written
            folder.rmdir()

    def remove_others(self, documents: Mapping[str, Set[str]]) -> None:
        """Remove the files of all uploads but these, by document. It blocks, and raises OSError."""
        for folder in self._documents.glob("*"):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):  # it has just given way
                    is_young = path.stat().st_mtime > time.time() - YOUNG_S
                    if key_of(path) not in documents.get(folder.name, ()) and not is_young:
                        self._space.remove(path)
            with suppress(OSError):  # it is not empty
                folder.rmdir()

    def _can_go(self, path: Path) -> bool:
        """Return whether a file can be given up: here the tables can, too, once they are fetched."""
        return is_spare(path) or (path.suffix in KINDS and path not in self._growing)

    def _alone(self, name: str) -> asyncio.Lock:
        """Return the lock of a file, or of the files of an edition: one who wants them fetches them for all."""
        return self._fetching.setdefault(name, asyncio.Lock())

    def _path(self, uuid: str, version: Version) -> Path:
        name = f"{version.key}.original" if version.clean else f"{version.key}.{version.edition}.table"
        return self._documents / uuid / name

    # These block, and raise StorageFailed.

    @storage_errors()
    def _fetch_table(self, path: Path, uuid: str, version: Version) -> None:
        """Fetch what is missing. A table only ever grows, and so does its copy."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._growing.add(path)
        try:
            path.touch()
            with path.open("r+b", buffering=0) as file:
                for span in _spans(range(path.stat().st_size, version.table_size)):
                    data = self._objects.read_version(uuid, version, "table", span, keep=False)
                    self._space.write(file.fileno(), data, span.start)
        except ServerFull as error:
            raise StorageFailed from error
        finally:
            self._growing.discard(path)

    def _fetch_copy(self, uuid: str, version: Version) -> None:
        """Fetch the parts of a columnar copy, as far as the disk has room."""
        for one in self._objects.bucket.list(made_folder(uuid, version.key)):
            name = one.path.rpartition("/")[2]
            if name.startswith((f"{version.edition}.part-", f"{version.edition}.facts-")):
                self._fetch(self._documents / uuid / f"{version.key}.{name}", one.path, one.size)

    def _fetch_answer(self, path: Path) -> None:
        stored = made_path(path)
        size = None if path.exists() else self._objects.bucket.size(stored)
        if size is not None:
            self._fetch(path, stored, size)

    @storage_errors()
    def _fetch(self, path: Path, stored: str, size: int) -> None:
        """Fetch a file that the engine made, if the disk has room. It has its name once it is whole."""
        if path.exists() or not self._space.has_spare(size):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        growing = path.with_name(f"{path.name}.new")
        try:
            with growing.open("wb") as file:
                for span in _spans(range(size)):
                    file.write(self._objects.bucket.get_range(stored, span))
            growing.rename(path)
        except ObjectMissing:  # it has just given way
            return
        finally:
            growing.unlink(missing_ok=True)
        self._space.count_spare(path)

    def _keep(self, path: Path) -> None:
        """Store a file that the engine made, if the bucket has room. A file that cannot be stored can be made again."""
        with suppress(StorageFailed, OSError):
            size, stored = path.stat().st_size, made_path(path)
            if not self._objects.has_room(size) or self._objects.bucket.size(stored) == size:
                return
            self._objects.bucket.put_file(stored, path)
            self._objects.count(size)
            if path.suffix.startswith(".view-"):
                self._tidy(path)

    def _tidy(self, path: Path) -> None:
        """Remove the oldest answers of an edition from the bucket."""
        stem = made_path(path).rpartition("-")[0]
        answers = [one for one in self._objects.bucket.list(stem.rpartition("/")[0]) if one.path.startswith(stem)]
        old = sorted(answers, key=lambda one: one.modified)[:-KEPT_ANSWERS]
        self._objects.bucket.remove([one.path for one in old])
        self._objects.count(-sum(one.size for one in old))


def made_path(path: Path) -> str:
    """Return where a file that the engine made is in the bucket."""
    key, _, name = path.name.partition(".")
    return f"{made_folder(path.parent.name, key)}/{name}"


def _spans(span: range) -> Iterator[range]:
    return (range(begin, min(begin + READ_BYTES, span.stop)) for begin in range(span.start, span.stop, READ_BYTES))
