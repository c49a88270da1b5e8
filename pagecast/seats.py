"""How many uploads there may be at a time: in all, and from one address."""

from collections import Counter
from ipaddress import ip_address

from pagecast.errors import TooManyUploads


def is_this_machine(address: str) -> bool:
    """Whether an address is this machine's own, where limits for each address do not count.

    >>> is_this_machine("127.0.0.7"), is_this_machine("::1"), is_this_machine("10.0.0.7"), is_this_machine("")
    (True, True, False, False)
    """
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class Seats:
    """Counts who is bringing something.

    >>> seats = Seats(in_all=3, each=1)
    >>> seats.take("10.0.0.7"); seats.take("10.0.0.8")
    >>> seats.take("10.0.0.7")
    Traceback (most recent call last):
    pagecast.errors.TooManyUploads: Your address has 1 upload under way, as many as it may: wait for one to end.
    >>> seats.give("10.0.0.7"); seats.take("10.0.0.7")
    """

    def __init__(self, in_all: int, each: int) -> None:
        self._in_all, self._each = in_all, each
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> None:
        """Somebody begins. Raises TooManyUploads. Whoever takes a seat gives it back."""
        if self._taken.total() >= self._in_all:
            raise TooManyUploads(self._in_all, address_alone=False)
        if self._taken[address] >= self._each and not is_this_machine(address):
            raise TooManyUploads(self._each, address_alone=True)
        self._taken[address] += 1

    def give(self, address: str) -> None:
        self._taken[address] -= 1
        if self._taken[address] <= 0:
            del self._taken[address]
