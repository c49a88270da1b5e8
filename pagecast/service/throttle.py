"""Throttles and delays: work that changes all the time runs a few times a second."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from pagecast.protocol.errors import StorageFailed

TOLD_A_SECOND = 2000
"""Messages that telling what changes all the time may cost, so that a page turn never waits for it."""


def interval_s(shortest_s: float, listeners: int) -> float:
    """How often so many are told of it: as often as is of use to them, or as can be borne.

    >>> interval_s(0.25, 20), interval_s(0.25, 5000)
    (0.25, 2.5)
    """
    return max(shortest_s, listeners / TOLD_A_SECOND)


class Throttle:
    """Calls ``work`` after it is asked for: at once, then at most every ``interval`` seconds.

    What is asked for while it works or rests is done once, afterwards, so that the last state is always told. Work that
    raises StorageFailed is done again after the interval: the store has logged why.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], interval: float | Callable[[], float]) -> None:
        self._work = work
        self._interval = interval
        self._due = False
        self._hurry = asyncio.Event()
        self._working: asyncio.Task[None] | None = None

    def request(self) -> None:
        self._due = True
        if self._working is None:
            self._hurry.clear()
            self._working = asyncio.create_task(self._run())

    async def flush(self) -> None:
        """Do now what is due still, and rest no longer. What is being done is done first, never broken off."""
        self._hurry.set()
        if self._working is not None:
            await self._working

    async def _run(self) -> None:
        try:
            while self._due:
                self._due = False
                try:
                    await self._work()
                except StorageFailed:
                    self._due = not self._hurry.is_set()
                interval_s = self._interval() if callable(self._interval) else self._interval
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), interval_s)
        finally:
            self._working = None


class Delay:
    """Calls ``work`` when ``delay_s`` seconds have passed, unless it is called off before."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], delay_s: float) -> None:
        self._work = work
        self._delay_s = delay_s
        self._timer: asyncio.TimerHandle | None = None
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Let the time run; it is not begun anew where it runs already."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._delay_s, self._work_now)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def settle(self) -> None:
        """Call it off. What is being done is done first."""
        self.cancel()
        if self._working is not None:
            await self._working

    def _work_now(self) -> None:
        self._timer = None
        self._working = asyncio.create_task(self._work())
