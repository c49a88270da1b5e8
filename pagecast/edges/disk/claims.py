"""Claims on files of several server processes: one process writes a file, and none removes what another reads."""

import fcntl
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pagecast.ports.storage import InUse

READING = 2**60
"""Where the locks of readers begin. A place of a key is below it."""


class Claims:
    """Locks bytes of a file for each key (fcntl(2)), which ends with the process at the latest.

    Any thread may claim. A process may claim a key several times.
    """

    def __init__(self, path: Path) -> None:
        """Open the file of all claims. Raises OSError."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._held: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Claim the files of a key inside a ``with`` block. Raises InUse."""
        place = _place(key)
        with self._lock:
            if not self._held[key]:
                try:
                    fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
                except (BlockingIOError, PermissionError):
                    raise InUse from None
            self._held[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held -= Counter({key: 1})
                if not self._held[key]:
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    @contextmanager
    def read(self, key: str) -> Iterator[None]:
        """Keep other processes from removing the files of a key inside a ``with`` block."""
        place = READING + _place(key)
        with self._lock:
            if not self._read[key]:
                fcntl.lockf(self._file, fcntl.LOCK_SH, 1, place)
            self._read[key] += 1
        try:
            yield
        finally:
            with self._lock:
                self._read -= Counter({key: 1})
                if not self._read[key]:
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)

    def is_read_elsewhere(self, key: str) -> bool:
        """Tell whether another process reads the files of a key."""
        place = READING + _place(key)
        with self._lock:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                return True
            fcntl.lockf(self._file, fcntl.LOCK_SH if self._read[key] else fcntl.LOCK_UN, 1, place)
            return False


def _place(key: str) -> int:
    return int.from_bytes(sha256(key.encode()).digest()[:7])
