"""Quota of bytes: how many are in use at a time, in all and per address, and whose request is granted next."""

from collections import Counter

from pagecast.limits.addresses import client_of, is_loopback


class QuotaRequest:
    """A request for bytes. It is compared by identity."""

    __slots__ = ("address", "granted", "size")

    def __init__(self, address: str, size: int) -> None:
        self.address = address
        self.size = size
        """Bytes."""
        self.granted = False
        """Whether the request was granted. Its bytes are in use until they are released."""


class Quota:
    """A quota of bytes that grants requests in the order in which they came.

    ``in_all`` bounds the bytes in use together, ``each`` those of one client; loopback addresses are bounded only by
    the total. A request beyond its client's share lets later ones pass; a request beyond the total does not, so that
    small requests never starve a large one.

    >>> quota = Quota(in_all=10, each=10)
    >>> first, second = QuotaRequest("10.0.0.7", 8), QuotaRequest("10.0.0.8", 5)
    >>> quota.request(first) == [first], quota.request(second) == [], quota.used
    (True, True, 8)
    >>> quota.release("10.0.0.7", 8) == [second], quota.used
    (True, 5)
    """

    def __init__(self, in_all: int, each: int) -> None:
        self._in_all, self._each = in_all, each
        self._used: Counter[str] = Counter()
        self._queue: list[QuotaRequest] = []

    @property
    def used(self) -> int:
        """Bytes in use."""
        return self._used.total()

    def request(self, request: QuotaRequest) -> list[QuotaRequest]:
        """Queue a request, and return the requests that this grants."""
        self._queue.append(request)
        return self._grant()

    def cancel(self, request: QuotaRequest) -> list[QuotaRequest]:
        """Withdraw a request, granted or not, and return the requests that are granted instead."""
        if request.granted:
            return self.release(request.address, request.size)
        if request in self._queue:
            self._queue.remove(request)
        return self._grant()

    def release(self, address: str, size: int) -> list[QuotaRequest]:
        """Give back bytes that were granted to an address, and return the requests that this grants."""
        client = client_of(address)
        self._used[client] -= size
        if self._used[client] <= 0:
            del self._used[client]
        return self._grant()

    def _grant(self) -> list[QuotaRequest]:
        granted = []
        for request in list(self._queue):
            client = client_of(request.address)
            if self._used[client] + request.size > self._each and not is_loopback(request.address):
                continue
            if self.used + request.size > self._in_all:
                break
            self._used[client] += request.size
            request.granted = True
            self._queue.remove(request)
            granted.append(request)
        return granted
