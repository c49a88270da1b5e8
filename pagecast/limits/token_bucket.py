"""How often somebody may do something: so many a second, and a few at once."""

from collections.abc import Mapping

from pagecast.protocol.errors import TooFast
from pagecast.protocol.facts import Fact


class Rate(Fact, frozen=True):
    """What is allowed: so many a second for good, and ``burst`` at once after a rest."""

    per_second: float
    burst: int


class TokenBucket:
    """Fills up with time, and is emptied by what is done. Time is handed in.

    >>> bucket = TokenBucket(Rate(1, 2))
    >>> [bucket.take(now) for now in (0.0, 0.1, 0.2, 1.0, 1.5)]
    [True, True, False, True, False]
    """

    __slots__ = ("_left", "_rate", "_then")  # each viewer has some

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._then: float | None = None

    def take(self, now: float) -> bool:
        """Whether it may be done now; if so, it counts."""
        if self.wait(now) > 0:
            return False
        self._left -= 1
        return True

    def wait(self, now: float) -> float:
        """Seconds until it may be done."""
        if self._then is not None:
            self._left = min(self._rate.burst, self._left + (now - self._then) * self._rate.per_second)
        self._then = now
        return max(0.0, (1 - self._left) / self._rate.per_second)


class KindLimits:
    """What one connection may do how often, by kind. A kind that has no rate is not counted here."""

    __slots__ = ("_buckets", "_rates")

    def __init__(self, rates: Mapping[type, Rate]) -> None:
        self._rates = rates
        self._buckets: dict[type, TokenBucket] = {}

    def check(self, asked: object, now: float) -> None:
        """Raise TooFast where it is too soon for another of this kind."""
        kind = type(asked)
        if kind in self._rates:
            if kind not in self._buckets:
                self._buckets[kind] = TokenBucket(self._rates[kind])
            if not self._buckets[kind].take(now):
                raise TooFast
