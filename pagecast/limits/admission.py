"""Who is let in: so many connections at a time, and so many attempts of an address."""

from collections.abc import Callable

from pagecast.limits.rate_limiter import AddressRateLimiter
from pagecast.limits.slots import Slots
from pagecast.limits.token_bucket import Rate
from pagecast.protocol.errors import TooFast, TooManyDocuments, TooManyMisses, TooManyViewers

JOINS = Rate(20, 1000)
"""How often an address may join: a lecture hall behind one comes in at once, and once more after a cut."""

ASKS = Rate(200, 2000)
"""How often an address may ask over HTTP: a program that reads page after page, or a lecture hall that comes in."""

MISSES = Rate(5, 200)
"""How often an address may ask for a document that is not there: all of a lecture hall may have an old link, and
nobody guesses one of 2^122."""

HOUR_S = 3600

BROWSERS_OPEN = 6
"""How many connections a browser opens for the files of one page."""


class Admission:
    """What all doors of a server ask before they open."""

    def __init__(
        self, viewers: int, viewers_each: int, connections: int, new_each: int, clock: Callable[[], float]
    ) -> None:
        self.viewers = Slots(viewers, viewers_each, TooManyViewers)
        self.uploaders = Slots(viewers, viewers_each, TooManyViewers)
        """Connections for uploads, whether they have begun one or not: a full room's people may still bring a table."""
        self.requests = Slots(connections, BROWSERS_OPEN * viewers_each, TooManyViewers)
        """Connections over HTTP, as long as they are no WebSockets."""
        self.joins = AddressRateLimiter(JOINS, TooFast, clock)
        self.asks = AddressRateLimiter(ASKS, TooFast, clock)
        self.misses = AddressRateLimiter(MISSES, TooManyMisses, clock)
        self.documents = AddressRateLimiter(Rate(new_each / HOUR_S, new_each), TooManyDocuments, clock)
        """New documents: an upload that gives one its first table."""

    @property
    def full(self) -> int:
        """How many were turned away because of those who are here, since the start."""
        return self.viewers.refused + self.uploaders.refused + self.requests.refused
