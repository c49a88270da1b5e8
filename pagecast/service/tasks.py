"""Tasks that run to their end, even if the object that started them is gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """Holds tasks until they are done, so that none is lost on the way."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def hold(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task and hold it. Unless the task is awaited, asyncio logs what it raises."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain_begun(self) -> None:
        """Wait for the tasks that have begun by now."""
        begun = set(self._running)
        await asyncio.gather(*begun, return_exceptions=True)
        self._running -= begun  # of tasks that are done, gather does not wait for the callbacks

    async def drain(self) -> None:
        """Wait for all tasks, and for those that they start."""
        while self._running:
            await self.drain_begun()
