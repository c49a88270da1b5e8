"""Holds on a document and on its table, as context managers: each is let go where it was taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from pagecast.protocol.errors import AlreadyGrowing


class DocumentDoor(Protocol):
    """Opens a document for somebody who changes it."""

    async def enter(self, uuid: str | None) -> str: ...

    async def leave(self, uuid: str) -> None: ...


@asynccontextmanager
async def entered(door: DocumentDoor, uuid: str | None) -> AsyncIterator[str]:
    """Hold a document open, a new one for None; the value is its UUID. Raises UnknownDocument, ReadOnly."""
    uuid = await door.enter(uuid)
    try:
        yield uuid
    finally:
        await door.leave(uuid)


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
