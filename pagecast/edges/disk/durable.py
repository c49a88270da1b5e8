"""Files that are written safely: each is there whole after a power cut, or as it was before."""

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
def storing() -> Iterator[None]:
    """Raise StorageFailed for every fault of the disk, and log the system's own words for the operator."""
    try:
        yield
    except OSError as error:
        log.warning("The disk failed: %s", error)
        raise StorageFailed from error


def open_to_write(path: Path, flags: int = 0) -> int:
    """Open a file that is there; with O_CREAT among the flags also one that is not, with O_EXCL only such a one."""
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o640)


@storing()
def read_span(path: Path, span: range) -> bytes:
    """The bytes of a file in this range, as far as there are any."""
    with path.open("rb", buffering=0) as file:
        file.seek(span.start)
        return file.read(len(span)) or b""


@storing()
def replace_durably(path: Path, fact: Fact) -> None:
    """Write a fact to a file so that after any crash either the old one is there or the new one, whole.

    Once the new one has its name, everybody who looks sees it: then the fact counts as saved, also where the folder
    could not be synchronised. ``removal`` synchronises it before it removes what the old one may have named.
    """
    fresh, text = path.with_suffix(".new"), encode(fact)
    with within(path.parent, lambda: fresh.open("wb")) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        fresh.replace(path)
    except OSError:
        if path.read_bytes() != text:  # over a network a rename can happen and be said to have failed
            raise
    try:
        sync_folder(path.parent)
    except OSError as error:
        log.warning("The disk failed after %s was renamed: %s", path, error)


@storing()
def touch(path: Path) -> None:
    """Note that a file is in use, if it is there."""
    with suppress(FileNotFoundError):
        os.utime(path)


def within(folder: Path, work: Callable[[], T]) -> T:
    """Do it in a folder, which is made where it is not there: whoever finds it empty meanwhile removes it."""
    while True:
        make_folder(folder)
        with suppress(FileNotFoundError):
            return work()


def make_folder(folder: Path) -> None:
    """Make a folder that would survive a power cut; the one it is in is there."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other threads and other processes. It blocks, and lasts no longer than this process."""
    handle = within(folder, lambda: os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
