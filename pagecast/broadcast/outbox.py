"""Outbox: unsent messages, at most one a slot, because a newer message replaces an older one."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """A queue with at most one unsent message a slot. The message that has waited longest is taken first.

    >>> outbox = Outbox()
    >>> outbox.put("page", "page 1"), outbox.put("people", "two"), outbox.put("page", "page 2")
    (False, False, True)
    >>> outbox.take(), outbox.take(), outbox.take()
    ('two', 'page 2', None)
    """

    __slots__ = ("_waiting",)  # each viewer has one

    def __init__(self) -> None:
        self._waiting: dict[Hashable, T] = {}

    def put(self, slot: Hashable, message: T, *, stays: bool = False) -> bool:
        """Add a message at the end of the queue. An unsent message in the same slot is discarded.

        Returns whether there was one.

        With ``stays``, the message takes the place of the discarded one instead: a new document must not get behind
        the pages that were queued after the old one.
        """
        replaces = slot in self._waiting
        if not stays:
            self._waiting.pop(slot, None)
        self._waiting[slot] = message
        return replaces

    def take(self) -> T | None:
        """Remove and return the next message, or None if there is none."""
        if not self._waiting:
            return None
        return self._waiting.pop(next(iter(self._waiting)))

    def __len__(self) -> int:
        return len(self._waiting)
