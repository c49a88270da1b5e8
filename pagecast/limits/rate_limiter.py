"""Rate limiter per address: a token bucket for each client."""

from collections import OrderedDict
from collections.abc import Callable

from pagecast.limits.addresses import client_of, is_loopback
from pagecast.limits.token_bucket import Rate, TokenBucket
from pagecast.protocol.errors import PagecastError

REMEMBERED = 10_000
"""Clients with a bucket of their own, at a few hundred bytes each. Beyond that the least recent one is forgotten."""


class AddressRateLimiter:
    """A token bucket for each client. Loopback addresses have no limit.

    ``error`` makes the error that is raised beyond the rate; ``clock`` returns seconds.

    >>> from pagecast.protocol.errors import TooFast
    >>> now = 0.0
    >>> limiter = AddressRateLimiter(Rate(1, 2), TooFast, lambda: now)
    >>> for _ in range(2):
    ...     limiter.check("10.0.0.7"); limiter.count("10.0.0.7")
    >>> limiter.check("10.0.0.7")
    Traceback (most recent call last):
    pagecast.protocol.errors.TooFast: That was too fast: wait a moment, and try again.
    >>> limiter.check("10.0.0.8")
    >>> now = 1.0
    >>> limiter.check("10.0.0.7")
    """

    def __init__(
        self,
        rate: Rate,
        error: Callable[[], PagecastError],
        clock: Callable[[], float],
        remembered: int = REMEMBERED,
    ) -> None:
        self._rate, self._error, self._clock, self._remembered = rate, error, clock, remembered
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()  # the most recent client comes last
        self.rejected = 0
        """How often ``check`` has raised, since the start."""

    def check(self, address: str) -> None:
        """Raise the error if the address is beyond its rate. Nothing is counted."""
        bucket = self._buckets.get(client_of(address))
        if bucket is not None and bucket.wait(self._clock()) > 0:
            self.rejected += 1
            raise self._error()

    def count(self, address: str) -> None:
        """Count one use of the address. It never raises."""
        if is_loopback(address):
            return
        client = client_of(address)
        bucket = self._buckets.pop(client, None) or TokenBucket(self._rate)
        bucket.take(self._clock())
        self._buckets[client] = bucket
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)

    def acquire(self, address: str) -> None:
        """Check, then count. Raises the error if the address is beyond its rate."""
        self.check(address)
        self.count(address)

    def __len__(self) -> int:
        """Return the number of clients that are remembered."""
        return len(self._buckets)
