"""Throttles and delays: work for what changes all the time runs a few times a second."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from pagecast.protocol.errors import StorageFailed

MESSAGES_A_SECOND = 2000
"""Messages a second that news of what changes all the time may cost, so that a page turn never waits for them."""


def interval_s(shortest_s: float, listeners: int) -> float:
    """Say how many seconds lie between two messages to so many listeners, so that all of them can be sent.

    >>> interval_s(0.25, 20), interval_s(0.25, 5000)
    (0.25, 2.5)
    """
    return max(shortest_s, listeners / MESSAGES_A_SECOND)


class Throttle:
    """Runs ``work`` on request: at once, then at most once in ``interval`` seconds.

    Requests that come while it runs or rests are met together by one more run, so that the last state is always
    published. Work that raises StorageFailed runs again after the interval: the store has logged the reason.
    """

    def __init__(self, work: Callable[[], Awaitable[None]], interval: float | Callable[[], float]) -> None:
        self._work = work
        self._interval = interval
        self._due = False
        self._hurry = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Have the work run, now or when the interval has passed."""
        self._due = True
        if self._running is None:
            self._hurry.clear()
            self._running = asyncio.create_task(self._run())

    async def flush(self) -> None:
        """Run now what is still due, without rest. A run that has begun ends first, and is never broken off."""
        self._hurry.set()
        if self._running is not None:
            await self._running

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
            self._running = None


class Delay:
    """Runs ``work`` once ``delay_s`` seconds after it was started, unless it is cancelled before."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], delay_s: float) -> None:
        self._work = work
        self._delay_s = delay_s
        self._timer: asyncio.TimerHandle | None = None
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the timer. A timer that has started goes on as it is."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._delay_s, self._run)

    def cancel(self) -> None:
        """Stop the timer. Work that has begun goes on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def close(self) -> None:
        """Stop the timer, and wait for work that has begun."""
        self.cancel()
        if self._running is not None:
            await self._running

    def _run(self) -> None:
        self._timer = None
        self._running = asyncio.create_task(self._work())
