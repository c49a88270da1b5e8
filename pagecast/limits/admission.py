"""Admission: how many connections may be open at a time, and how often an address may ask."""

from collections.abc import Callable

from pagecast.limits.rate_limiter import AddressRateLimiter
from pagecast.limits.slots import Slots
from pagecast.limits.token_bucket import Rate
from pagecast.protocol.errors import TooFast, TooManyDocuments, TooManyMisses, TooManyViewers

JOIN_RATE = Rate(20, 1000)
"""WebSockets opened by one address. A lecture hall behind one address joins at once, and again after a cut."""

REQUEST_RATE = Rate(200, 2000)
"""HTTP requests of one address: a program that reads page after page, or a lecture hall that joins."""

MISS_RATE = Rate(5, 200)
"""Requests of one address for documents that do not exist. Everyone in a lecture hall may have an old link, and
guessing a UUID of 122 random bits is hopeless at any rate.
"""

HOUR_S = 3600

BROWSER_CONNECTIONS = 6
"""HTTP/1.1 connections that a browser opens to one server, to load the files of a page."""


class Admission:
    """The limits that are checked before a connection, a request or an upload is served.

    Arguments: ``viewers`` and ``connections`` bound what is open at a time in all, ``viewers_each`` what one address
    has open, ``new_each`` the documents that one address creates an hour. ``clock`` returns seconds and never goes
    back.
    """

    def __init__(
        self, viewers: int, viewers_each: int, connections: int, new_each: int, clock: Callable[[], float]
    ) -> None:
        self.viewers = Slots(viewers, viewers_each, TooManyViewers)
        """Viewers' WebSockets."""
        self.uploaders = Slots(viewers, viewers_each, TooManyViewers)
        """Uploaders' WebSockets, whether an upload has begun or not. They are counted apart from the viewers, so that
        viewers of a full server can still upload.
        """
        self.connections = Slots(connections, BROWSER_CONNECTIONS * viewers_each, TooManyViewers)
        """TCP connections over HTTP, until they become WebSockets."""
        self.joins = AddressRateLimiter(JOIN_RATE, TooFast, clock)
        self.requests = AddressRateLimiter(REQUEST_RATE, TooFast, clock)
        self.misses = AddressRateLimiter(MISS_RATE, TooManyMisses, clock)
        self.new_documents = AddressRateLimiter(Rate(new_each / HOUR_S, new_each), TooManyDocuments, clock)
        """Uploads that give a document its first table."""

    @property
    def rejected_connections(self) -> int:
        """Connections rejected since the start, because too many were open."""
        return self.viewers.rejected + self.uploaders.rejected + self.connections.rejected
