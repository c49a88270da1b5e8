"""Slows down a viewer that asks faster than others can bear, and never loses its last request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from pagecast.limits.token_bucket import Rate, TokenBucket
from pagecast.protocol.errors import TooFast

T = TypeVar("T")
Clock = Callable[[], float]


class LatestOnly(Generic[T]):
    """Runs ``work`` for each requested value, as often as a rate allows. A newer value replaces one that waits."""

    __slots__ = ("_bucket", "_clock", "_value", "_waiting", "_work")  # each viewer has some

    def __init__(self, rate: Rate, work: Callable[[T], Awaitable[None]], clock: Clock) -> None:
        self._bucket, self._work, self._clock = TokenBucket(rate), work, clock
        self._waiting: asyncio.Task[None] | None = None
        self._value: T

    async def request(self, value: T) -> None:
        """Run the work for a value now, or by itself as soon as the rate allows."""
        self._value = value
        if self._waiting is not None:
            return
        wait_s = self._bucket.wait(self._clock())
        if wait_s > 0:
            self._waiting = asyncio.create_task(self._run_after(wait_s))
        else:
            await self._run()

    async def _run_after(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._waiting = None
        await self._run()

    async def _run(self) -> None:
        self._bucket.take(self._clock())
        await self._work(self._value)


class Backpressure:
    """Delays each message of a connection that sends more than a rate: the connection is read no faster."""

    __slots__ = ("_bucket", "_clock", "_patience", "is_exhausted")

    def __init__(self, rate: Rate, patience: Rate | None, clock: Clock) -> None:
        """``patience`` says how often a message may be delayed; None for any number of times."""
        self._bucket, self._clock = TokenBucket(rate), clock
        self._patience = TokenBucket(patience) if patience else None
        self.is_exhausted = False
        """Whether more messages came too fast than the patience allows."""

    async def wait(self) -> None:
        """Return when the next message may be handled. Raises TooFast where the patience is exhausted."""
        now = self._clock()
        wait_s = self._bucket.wait(now)
        if wait_s > 0:
            if self._patience is not None and not self._patience.take(now):
                self.is_exhausted = True
                raise TooFast
            await asyncio.sleep(wait_s)
        self._bucket.take(self._clock())
