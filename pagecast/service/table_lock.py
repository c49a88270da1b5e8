"""The lock on a table, as a context manager: it is released where it was acquired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pagecast.protocol.errors import AlreadyGrowing


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
