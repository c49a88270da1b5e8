"""Slots: how many connections or uploads may be open at a time, in all and per address."""

from collections import Counter

from pagecast.limits.addresses import client_of, is_loopback
from pagecast.protocol.errors import TooManyUploads, TooManyViewers


class Slots:
    """A bounded number of slots, in all and per client. Loopback addresses are bounded only by the total.

    ``in_all`` bounds the total, ``each`` the slots of one client; ``error`` is raised beyond either.

    >>> slots = Slots(in_all=3, each=1)
    >>> slots.acquire("10.0.0.7"); slots.acquire("10.0.0.8")
    >>> slots.acquire("10.0.0.7")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    pagecast.protocol.errors.TooManyUploads: Your address has 1 upload in progress...
    >>> slots.release("10.0.0.7"); slots.acquire("10.0.0.7")
    """

    def __init__(
        self, in_all: int, each: int, error: type[TooManyUploads] | type[TooManyViewers] = TooManyUploads
    ) -> None:
        self.in_all, self.each, self._error = in_all, each, error
        self._taken: Counter[str] = Counter()
        self.rejected = 0
        """How often ``acquire`` has raised, since the start."""

    def acquire(self, address: str) -> None:
        """Take a slot. Raises the error if none is free. Each slot taken must be released once."""
        client = client_of(address)
        if self._taken.total() >= self.in_all:
            self.rejected += 1
            raise self._error(self.in_all, address_alone=False)
        if self._taken[client] >= self.each and not is_loopback(address):
            self.rejected += 1
            raise self._error(self.each, address_alone=True)
        self._taken[client] += 1

    def release(self, address: str) -> None:
        """Give back a slot of this address."""
        client = client_of(address)
        self._taken[client] -= 1
        if self._taken[client] <= 0:
            del self._taken[client]

    def __len__(self) -> int:
        """Return the number of clients that have a slot."""
        return len(self._taken)
