"""Uploads between two requests: kept ready for their next piece, for a while, and only so many."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from pagecast.limits.addresses import is_this_machine, owner_of

T = TypeVar("T")

HOLD_S = 60.0
"""How long an upload is kept ready. Later it goes on, too, when all that is stored of it has been read again."""


class IdleUpload(NamedTuple, Generic[T]):
    """One upload that is kept ready."""

    upload: T
    address: str
    timer: asyncio.TimerHandle


class IdleUploads(Generic[T]):
    """Keeps so many uploads ready in all, and so many of each address. This machine's own may have all of them.

    ``let_go`` is called for each when its time is over, or when it has to give way to a newer one.
    """

    def __init__(self, in_all: int, each: int, let_go: Callable[[T], object]) -> None:
        self._in_all, self._each, self._let_go = in_all, each, let_go
        self._places: dict[str, IdleUpload[T]] = {}  # the oldest first

    def __len__(self) -> int:
        return len(self._places)

    def put(self, key: str, upload: T, address: str) -> None:
        """Keep an upload ready. An older one of its address gives way, or of the address that has the most."""
        self.drop(key)
        timer = asyncio.get_running_loop().call_later(HOLD_S, self.drop, key)
        self._places[key] = IdleUpload(upload, address, timer)
        taken = Counter(owner_of(place.address) for place in self._places.values())
        if taken[owner_of(address)] > self._each and not is_this_machine(address):
            self._give_way(owner_of(address))
        elif len(self._places) > self._in_all:
            self._give_way(taken.most_common(1)[0][0])

    def drop(self, key: str) -> None:
        """Let go of an upload, if it is kept."""
        place = self._places.pop(key, None)
        if place is not None:
            place.timer.cancel()
            self._let_go(place.upload)

    def _give_way(self, owner: str) -> None:
        self.drop(next(key for key, place in self._places.items() if owner_of(place.address) == owner))
