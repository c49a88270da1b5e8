"""The locks on a table, as context managers: each is released where it was acquired."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from pagecast.ports.storage import Files, InUse
from pagecast.protocol.errors import AlreadyGrowing
from pagecast.service.open_room import OpenRoom
from pagecast.table.version import Version


@asynccontextmanager
async def table_lock(lock: asyncio.Lock, patience_s: float) -> AsyncIterator[None]:
    """Hold the lock on a table. Raises AlreadyGrowing where another holds it for ``patience_s`` seconds more."""
    try:
        async with asyncio.timeout(patience_s):
            await lock.acquire()
    except TimeoutError:
        raise AlreadyGrowing from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def claimed(files: Files, key: str) -> Iterator[None]:
    """Keep other processes from writing a file inside a ``with`` block. Raises AlreadyGrowing where one does."""
    with ExitStack() as claim:
        try:
            claim.enter_context(files.claim(key))
        except InUse:
            raise AlreadyGrowing from None
        yield


async def newest_of(room: OpenRoom, key: str) -> Version:
    """Return the newest version of a claimed file, with what other processes have made of it before.

    Raises AlreadyGrowing where the room's newest version is of another file by now; StorageFailed.
    """
    await room.attendance.catch_up()
    version = room.finished()
    if version is None or version.key != key:
        raise AlreadyGrowing
    return version
