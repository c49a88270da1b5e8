"""Single flight: work that many ask for at the same time is done once, and all of them get its result."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs at most one piece of work for each key at a time. Work that people wait for longer is a job (`jobs.py`)."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}

    def __len__(self) -> int:
        """How many pieces of work are running."""
        return len(self._running)

    async def run(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Wait for the work of this key, and begin it where it is not running. Raises what the work raises.

        The work goes on when a caller that waits for it is cancelled.
        """
        if key not in self._running:
            task = self._running[key] = asyncio.create_task(work())
            task.add_done_callback(lambda _: self._running.pop(key))
        return await asyncio.shield(self._running[key])
