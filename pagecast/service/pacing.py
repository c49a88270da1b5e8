"""Slows down a viewer that asks faster than others can bear, and never loses its last request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from pagecast.limits.token_bucket import Rate, TokenBucket
from pagecast.protocol.errors import PagecastError, TooFast

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

    def cancel(self) -> None:
        """Drop the value that waits."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    async def _run_after(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._waiting = None
        await self._run()

    async def _run(self) -> None:
        self._bucket.take(self._clock())
        await self._work(self._value)


class NewestOnly(Generic[T]):
    """Finds one thing at a time, then does something with it. A newer request replaces one that is being found."""

    __slots__ = ("_finding", "_tasks")  # each viewer has some

    def __init__(self) -> None:
        self._finding: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(
        self,
        find: Callable[[], Awaitable[T]],
        then: Callable[[T], Awaitable[None]],
        fail: Callable[[PagecastError], Awaitable[None]],
    ) -> None:
        """Call ``then`` with what ``find`` returns, or ``fail`` with what either of them raises."""
        self.cancel()
        self._finding = asyncio.create_task(self._run(find, then, fail))
        self._tasks.add(self._finding)
        self._finding.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Give up what is being found. What has been found is done."""
        if self._finding is not None:
            self._finding.cancel()
            self._finding = None

    async def _run(
        self,
        find: Callable[[], Awaitable[T]],
        then: Callable[[T], Awaitable[None]],
        fail: Callable[[PagecastError], Awaitable[None]],
    ) -> None:
        try:
            found = await find()
            if self._finding is asyncio.current_task():
                self._finding = None
            await then(found)
        except PagecastError as error:
            await fail(error)


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
