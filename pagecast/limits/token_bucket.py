"""Token buckets: so many actions a second for long, and a burst after a rest."""

from collections.abc import Mapping

from pagecast.protocol.errors import TooFast
from pagecast.protocol.facts import Fact


class Rate(Fact, frozen=True):
    """A rate with a burst: ``per_second`` actions for long, ``burst`` actions at once after a rest."""

    per_second: float
    burst: int


class TokenBucket:
    """A token bucket. It has no clock: the caller passes the time, in seconds.

    >>> bucket = TokenBucket(Rate(1, 2))
    >>> [bucket.take(now) for now in (0.0, 0.1, 0.2, 1.0, 1.5)]
    [True, True, False, True, False]
    """

    __slots__ = ("_rate", "_tokens", "_updated")  # each viewer has several

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._tokens = float(rate.burst)
        self._updated: float | None = None

    def take(self, now: float) -> bool:
        """Take a token if there is one, and return whether there was."""
        if self.wait(now) > 0:
            return False
        self._tokens -= 1
        return True

    def wait(self, now: float) -> float:
        """Return the seconds until there is a token; 0 if there is one."""
        if self._updated is not None:
            refilled = self._tokens + (now - self._updated) * self._rate.per_second
            self._tokens = min(self._rate.burst, refilled)
        self._updated = now
        return max(0.0, (1 - self._tokens) / self._rate.per_second)


class KindLimits:
    """Rate limits of one connection, one bucket for each kind of request. A kind without a rate has no limit."""

    __slots__ = ("_buckets", "_rates")

    def __init__(self, rates: Mapping[type, Rate]) -> None:
        self._rates = rates
        self._buckets: dict[type, TokenBucket] = {}

    def check(self, request: object, now: float) -> None:
        """Count a request. Raises TooFast if its kind is beyond its rate. ``now`` is in seconds."""
        kind = type(request)
        if kind in self._rates:
            if kind not in self._buckets:
                self._buckets[kind] = TokenBucket(self._rates[kind])
            if not self._buckets[kind].take(now):
                raise TooFast
