"""Count the bytes of tables in the data folder, and keep them below a limit."""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from pagecast.protocol.errors import ServerFull, StorageFailed

KINDS = (".original", ".table", ".index")
"""The file endings of tables. They count, and so do the files that are made of them for questions."""

SPARE = (".part-", ".facts-", ".view-", ".made")
"""Beginnings of the endings of what can be made again: columnar copies, answers, files to take away.

The rest takes little.
"""

QUERIES = "queries"
"""The folder of files that last as long as a process does, in the folder that is counted."""


def is_spare(path: Path) -> bool:
    """Return whether a file is a part of a columnar copy, an answer, or a file to take away."""
    return path.suffix.startswith(SPARE)


class Space:
    """Counts the bytes that are written and removed below a folder. All writes of tables must go through it.

    The methods block, and any thread may call them. Those that write raise OSError; ServerFull if the tables would
    take more than ``most`` bytes; StorageFailed if fewer than ``keep_free`` bytes of the disk would stay free. Where
    these would be raised, what can be made again is given up first: the oldest files, as many as it takes.
    """

    def __init__(self, folder: Path, most: int = 2**62, keep_free: int = 0) -> None:
        self._folder, self._most, self.keep_free = folder, most, keep_free
        self.can_go: Callable[[Path], bool] = is_spare
        """Returns whether a file can be given up for others."""
        self._lock = threading.Lock()
        self.used = 0
        """Bytes of all tables, unfinished ones included, and of what is made of them for questions."""

    @property
    def free(self) -> int:
        """Bytes that are free on the disk."""
        return shutil.disk_usage(self._folder).free

    def count(self) -> None:
        """Count the existing files. Call it once, before anything is written. It looks at every file."""
        files = (file for file in self._folder.glob("documents/*/*") if file.suffix in KINDS or is_spare(file))
        self.used = sum(file.stat().st_size for file in files)

    def check(self, size: int) -> None:
        """Check whether ``size`` more bytes would fit. Raises ServerFull, StorageFailed, OSError."""
        self._check_most(size)
        self._check_free(size)

    def has_spare(self, size: int) -> bool:
        """Return whether ``size`` more bytes would fit beside all that is there."""
        return self.used + size <= self._most and self._short_of(size) <= 0

    def is_free(self, size: int) -> bool:
        """Return whether the disk would stay as free as it shall, with ``size`` more bytes of any kind."""
        return self._short_of(size) <= 0

    def count_spare(self, path: Path) -> None:
        """Count a file that a query process has made."""
        with suppress(FileNotFoundError):
            size = path.stat().st_size
            with self._lock:
                self.used += size

    def write(self, file: int, data: bytes, offset: int) -> None:
        """Write bytes at an offset of an open file (pwrite(2)). ``file`` is a descriptor."""
        rest = memoryview(data)
        with self._resizing(file, offset + len(data)):
            while rest:
                written = os.pwrite(file, rest, offset)
                rest, offset = rest[written:], offset + written

    def copy_beginning(self, source: int, target: int, size: int) -> None:
        """Copy the first ``size`` bytes of an open file to another (copy_file_range(2))."""
        done = 0
        with self._resizing(target, size):
            while done < size:
                done += os.copy_file_range(source, target, size - done, done, done)

    def cut(self, file: int, size: int) -> None:
        """Truncate an open file to ``size`` bytes."""
        with self._resizing(file, 0):
            os.ftruncate(file, size)

    def remove(self, path: Path) -> None:
        """Remove a file, if it exists."""
        with suppress(FileNotFoundError):
            size = path.stat().st_size if path.suffix in KINDS or is_spare(path) else 0
            path.unlink()
            self._add(-size)

    @contextmanager
    def _resizing(self, file: int, end: int) -> Iterator[None]:
        """Reserve the growth of a file up to ``end``, then count its real size, since the disk may fail half-way."""
        before = os.fstat(file).st_size
        reserved = max(0, end - before)
        if reserved:
            self._check_free(reserved)
        self._add(reserved)
        try:
            yield
        finally:
            self._add(os.fstat(file).st_size - before - reserved)

    def _check_most(self, size: int) -> None:
        if self.used + size > self._most:
            self._give_up(self.used + size - self._most)
        if self.used + size > self._most:
            raise ServerFull(self._most)

    def _check_free(self, size: int) -> None:
        short = self._short_of(size)
        if short > 0:
            self._give_up(short)
        if short > 0 and self._short_of(size) > 0:
            raise StorageFailed from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _short_of(self, size: int) -> int:
        """Return how many bytes of the disk ``size`` bytes would need that are not there, or are to be kept free."""
        return size + self.keep_free - self.free

    def _give_up(self, size: int) -> None:
        """Remove the oldest files that can be made again, until so many bytes are free, or none is left."""
        groups: dict[tuple[Path, str], list[tuple[float, int, Path]]] = {}
        for path in chain(self._folder.glob("documents/*/*"), (self._folder / QUERIES).rglob("*")):
            if self.can_go(path):
                is_part = path.suffix.startswith((".part-", ".facts-"))
                with suppress(FileNotFoundError):
                    state = path.stat()
                    file = (state.st_mtime, state.st_size, path)
                    groups.setdefault((path.parent, path.stem if is_part else path.name), []).append(file)
        for group in sorted(groups.values(), key=max):  # the parts of a copy are of no use without each other
            if size <= 0:
                break
            for _, freed, path in group:
                self.remove(path)
                size -= freed

    def _add(self, size: int) -> None:
        if size > 0:
            self._check_most(size)
        with self._lock:
            if size > 0 and self.used + size > self._most:
                raise ServerFull(self._most)
            self.used += size
