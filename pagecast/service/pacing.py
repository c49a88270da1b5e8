"""Slow down who asks faster than others can bear, without losing what was asked last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from pagecast.limits.token_bucket import Rate, TokenBucket
from pagecast.protocol.errors import TooFast

T = TypeVar("T")
Clock = Callable[[], float]


class LatestOnly(Generic[T]):
    """Does what is asked for as often as a rate allows; of what comes faster, only the newest."""

    __slots__ = ("_bucket", "_clock", "_waiting", "_wanted", "_work")  # each viewer has some

    def __init__(self, rate: Rate, work: Callable[[T], Awaitable[None]], clock: Clock) -> None:
        self._bucket, self._work, self._clock = TokenBucket(rate), work, clock
        self._waiting: asyncio.Task[None] | None = None
        self._wanted: T

    async def ask(self, wanted: T) -> None:
        """Do it now, or instead of what waits. What waits is begun by itself, when it is time."""
        self._wanted = wanted
        if self._waiting is not None:
            return
        wait_s = self._bucket.wait(self._clock())
        if wait_s > 0:
            self._waiting = asyncio.create_task(self._later(wait_s))
        else:
            await self._begin()

    async def _later(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._waiting = None
        await self._begin()

    async def _begin(self) -> None:
        self._bucket.take(self._clock())
        await self._work(self._wanted)


class Backpressure:
    """Holds up each message of a connection that sends more than a rate: it is read no faster."""

    __slots__ = ("_bucket", "_clock", "_patience", "worn")

    def __init__(self, rate: Rate, patience: Rate | None, clock: Clock) -> None:
        self._bucket, self._clock = TokenBucket(rate), clock
        self._patience = TokenBucket(patience) if patience else None
        self.worn = False
        """Whether it had to hold up more than the patience allows."""

    async def hold_up(self) -> None:
        """Come back when the next message may be dealt with. Raises TooFast when the patience is at its end."""
        now = self._clock()
        wait_s = self._bucket.wait(now)
        if wait_s > 0:
            if self._patience is not None and not self._patience.take(now):
                self.worn = True
                raise TooFast
            await asyncio.sleep(wait_s)
        self._bucket.take(self._clock())
