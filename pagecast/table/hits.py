"""Where in a view the rows are that a search finds: the next one, and a map of all. Places count from 0."""

from typing import Any

import numpy as np

from pagecast.protocol.facts import Fact

SLICES = 200
"""Parts of a view that the map counts."""

Numbers = bytes | bytearray | memoryview


class Hits(Fact, frozen=True):
    """The rows of a view that a search finds, seen from a place in it."""

    found: int
    """How many there are."""
    before: int
    """How many of them are before the place."""
    here: bool
    """Whether one is at the place."""
    previous: int | None
    """The last one before the place; where there is none, the last of all."""
    next: int | None
    """The first one behind the place; where there is none, the first of all."""
    map: list[int]
    """How many there are in each of the slices."""


def find_hits(order: Numbers | None, found: Numbers, skipped: int, rows: int, place: int) -> Hits:
    """Return the hits of a search as seen from a place.

    ``order`` and ``found`` are row numbers, four bytes each: those of the view, in its order, and those of its rows
    that the search finds. Without ``order`` the view has all ``rows`` of the table behind the ``skipped`` ones.

    >>> from array import array
    >>> order, found = (array("I", numbers).tobytes() for numbers in ([9, 4, 7, 2], [4, 2]))
    >>> hits = find_hits(order, found, 1, 4, 1)
    >>> hits.found, hits.before, hits.here, hits.previous, hits.next
    (2, 0, True, 3, 3)
    """
    places = _places(order, np.frombuffer(found, dtype=np.uint32), skipped)
    if not len(places):
        return Hits(0, 0, False, None, None, [0] * SLICES)
    before = int(np.searchsorted(places, place))
    behind = int(np.searchsorted(places, place, side="right"))
    counts = np.bincount(places * SLICES // rows, minlength=SLICES)
    previous, following = int(places[before - 1]), int(places[behind % len(places)])
    return Hits(len(places), before, behind > before, previous, following, [int(n) for n in counts])


def _places(order: Numbers | None, found: Any, skipped: int) -> Any:
    """Return the places of the rows that are found, in order."""
    if order is None:
        return np.sort(found).astype(np.int64) - skipped - 1
    numbers = np.frombuffer(order, dtype=np.uint32)
    is_found = np.zeros(int(numbers.max(initial=0)) + 1, dtype=bool)
    is_found[found[found < len(is_found)]] = True
    return np.flatnonzero(is_found[numbers])
