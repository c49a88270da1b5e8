"""How many bytes of tables a data folder holds, and may hold."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pagecast.protocol.errors import ServerFull, StorageFailed

KINDS = (".original", ".table", ".index")
"""What a table is kept in. What else is in the folder is a few kB a document."""


class Space:
    """Counts what is written and removed below a folder. All of it goes through here; any thread may call.

    The methods that write raise OSError, ServerFull where it would be more than ``most`` bytes, and StorageFailed where
    it would leave fewer than ``keep_free`` bytes of the disk.
    """

    def __init__(self, folder: Path, most: int = 2**62, keep_free: int = 0) -> None:
        self._folder, self._most, self._keep_free = folder, most, keep_free
        self._lock = threading.Lock()
        self.used = 0
        """Bytes of all tables, finished or not."""

    def count(self) -> None:
        """Learn what is there already. Call it once, before anything is written; it looks at every file."""
        files = (file for file in self._folder.glob("documents/*/*") if file.suffix in KINDS)
        self.used = sum(file.stat().st_size for file in files)

    def check(self, size: int) -> None:
        """Raise ServerFull where so many more bytes are too many, StorageFailed where the disk has too few free."""
        if self.used + size > self._most:
            raise ServerFull(self._most)
        self._check_free(size)

    def write(self, file: int, data: bytes, offset: int) -> None:
        """Put bytes into an open file."""
        rest = memoryview(data)
        with self._resizing(file, offset + len(data)):
            while rest:
                written = os.pwrite(file, rest, offset)
                rest, offset = rest[written:], offset + written

    def copy_beginning(self, source: int, target: int, size: int) -> None:
        """Begin one open file as another one begins."""
        done = 0
        with self._resizing(target, size):
            while done < size:
                done += os.copy_file_range(source, target, size - done, done, done)

    def cut(self, file: int, size: int) -> None:
        """Leave so many bytes of an open file."""
        with self._resizing(file, 0):
            os.ftruncate(file, size)

    def remove(self, path: Path) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            size = path.stat().st_size if path.suffix in KINDS else 0
            path.unlink()
            self._add(-size)

    @contextmanager
    def _resizing(self, file: int, end: int) -> Iterator[None]:
        """Reserve what a file may grow by, and count what it did: the disk may fail half-way."""
        before = os.fstat(file).st_size
        reserved = max(0, end - before)
        if reserved:
            self._check_free(reserved)
        self._add(reserved)
        try:
            yield
        finally:
            self._add(os.fstat(file).st_size - before - reserved)

    def _check_free(self, size: int) -> None:
        if shutil.disk_usage(self._folder).free < size + self._keep_free:
            raise StorageFailed from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _add(self, size: int) -> None:
        with self._lock:
            if size > 0 and self.used + size > self._most:
                raise ServerFull(self._most)
            self.used += size
