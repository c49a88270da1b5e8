"""Tasks that run to their end, whoever started them."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Holds the tasks that are not to be broken off, until they are done."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def hold(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start it. What it raises is logged by asyncio, as nobody else could tell, unless it is awaited."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settle_begun(self) -> None:
        """Wait for those that have begun by now."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def settle(self) -> None:
        """Wait for all of them, and for those that they have begun."""
        while self._running:
            await self.settle_begun()
