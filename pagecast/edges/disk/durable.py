"""Durable writes: after a power cut a file holds its new contents or its old ones, never a mixture.

Every function here blocks.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from pagecast.protocol.errors import StorageFailed
from pagecast.protocol.facts import Fact, encode

T = TypeVar("T")

log = logging.getLogger("pagecast")


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn OSError into StorageFailed, and log the system's own words for the operator."""
    try:
        yield
    except OSError as error:
        log.warning("The disk failed: %s", error)
        raise StorageFailed from error


def open_to_write(path: Path, flags: int = 0) -> int:
    """Open a file for reading and writing, and return its descriptor. Raises OSError.

    ``flags`` are those of open(2): without O_CREAT the file must exist, with O_EXCL it must not.
    """
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o640)


@storage_errors()
def read_span(path: Path, span: range) -> bytes:
    """Return the bytes of a file in a range; fewer where the file ends. Raises StorageFailed."""
    with path.open("rb", buffering=0) as file:
        file.seek(span.start)
        return file.read(len(span)) or b""


@storage_errors()
def replace_durably(path: Path, fact: Fact) -> None:
    """Replace a file with an encoded fact, so that after any crash it holds the old fact or the new one.

    Raises StorageFailed. Once the file has been renamed, every reader sees the new fact, so it counts as saved even if
    the folder could not be synchronized. ``removal`` synchronizes the folder again before it removes files that the
    old fact may have named.
    """
    fresh, text = path.with_suffix(".new"), encode(fact)
    with in_folder(path.parent, lambda: fresh.open("wb")) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        fresh.replace(path)
    except OSError:
        if path.read_bytes() != text:  # a network file system can rename, and then report a failure
            raise
    try:
        sync_folder(path.parent)
    except OSError as error:
        log.warning("The disk failed after %s was renamed: %s", path, error)


@storage_errors()
def touch(path: Path) -> None:
    """Set a file's time of modification to now, if it exists. Raises StorageFailed."""
    with suppress(FileNotFoundError):
        os.utime(path)


def in_folder(folder: Path, work: Callable[[], T]) -> T:
    """Make a folder and call ``work``; again if another thread removed the empty folder in between. Raises OSError."""
    while True:
        make_folder(folder)
        with suppress(FileNotFoundError):
            return work()


def make_folder(folder: Path) -> None:
    """Make a folder that survives a power cut, if it does not exist. Its parent must exist. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut (fsync(2)). Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder inside a ``with`` block, against other threads and other processes (flock(2)). Raises OSError.

    It waits for the lock, which ends with this process at the latest.
    """
    handle = in_folder(folder, lambda: os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
