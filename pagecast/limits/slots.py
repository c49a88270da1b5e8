"""How many may be there at a time: in all, and from one address."""

from collections import Counter

from pagecast.limits.addresses import is_this_machine, owner_of
from pagecast.protocol.errors import TooManyUploads, TooManyViewers


class Slots:
    """Counts who is here, or is bringing something.

    >>> seats = Slots(in_all=3, each=1)
    >>> seats.take("10.0.0.7"); seats.take("10.0.0.8")
    >>> seats.take("10.0.0.7")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    pagecast.protocol.errors.TooManyUploads: Your address has 1 upload in progress...
    >>> seats.give("10.0.0.7"); seats.take("10.0.0.7")
    """

    def __init__(
        self, in_all: int, each: int, refusal: type[TooManyUploads] | type[TooManyViewers] = TooManyUploads
    ) -> None:
        self.in_all, self.each, self._refusal = in_all, each, refusal
        self._taken: Counter[str] = Counter()
        self.refused = 0
        """How many have been turned away, since the start."""

    def take(self, address: str) -> None:
        """Somebody begins. Raises what it refuses with. Whoever takes a seat gives it back."""
        owner = owner_of(address)
        if self._taken.total() >= self.in_all:
            self.refused += 1
            raise self._refusal(self.in_all, address_alone=False)
        if self._taken[owner] >= self.each and not is_this_machine(address):
            self.refused += 1
            raise self._refusal(self.each, address_alone=True)
        self._taken[owner] += 1

    def give(self, address: str) -> None:
        owner = owner_of(address)
        self._taken[owner] -= 1
        if self._taken[owner] <= 0:
            del self._taken[owner]

    def __len__(self) -> int:
        """How many addresses have some."""
        return len(self._taken)
