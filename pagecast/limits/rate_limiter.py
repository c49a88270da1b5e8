"""How often each address may do something."""

from collections import OrderedDict
from collections.abc import Callable

from pagecast.limits.addresses import is_this_machine, owner_of
from pagecast.limits.token_bucket import Rate, TokenBucket
from pagecast.protocol.errors import PagecastError

REMEMBERED = 10_000
"""So many addresses are told apart, a few hundred bytes each; of more, who did it last is remembered."""


class AddressRateLimiter:
    """Counts what each address does. This machine's own do as they like.

    >>> from pagecast.protocol.errors import TooFast
    >>> now = 0.0
    >>> stile = AddressRateLimiter(Rate(1, 2), TooFast, lambda: now)
    >>> for _ in range(2):
    ...     stile.check("10.0.0.7"); stile.count("10.0.0.7")
    >>> stile.check("10.0.0.7")
    Traceback (most recent call last):
    pagecast.protocol.errors.TooFast: That was too fast: wait a moment, and try again.
    >>> stile.check("10.0.0.8")
    >>> now = 1.0
    >>> stile.check("10.0.0.7")
    """

    def __init__(
        self,
        rate: Rate,
        refusal: Callable[[], PagecastError],
        clock: Callable[[], float],
        remembered: int = REMEMBERED,
    ) -> None:
        self._rate, self._refusal, self._clock, self._remembered = rate, refusal, clock, remembered
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()  # who did it last is last
        self.refused = 0
        """How often somebody has been turned away, since the start."""

    def check(self, address: str) -> None:
        """Raise the refusal where an address has done it too often."""
        bucket = self._buckets.get(owner_of(address))
        if bucket is not None and bucket.wait(self._clock()) > 0:
            self.refused += 1
            raise self._refusal()

    def count(self, address: str) -> None:
        """An address has done it."""
        if is_this_machine(address):
            return
        owner = owner_of(address)
        bucket = self._buckets.pop(owner, None) or TokenBucket(self._rate)
        bucket.take(self._clock())
        self._buckets[owner] = bucket
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)

    def enter(self, address: str) -> None:
        """An address does it, if it may. Raises the refusal."""
        self.check(address)
        self.count(address)

    def __len__(self) -> int:
        return len(self._buckets)
