"""What a viewer has yet to be sent: bounded, because newer replaces older of the same slot."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Outbox(Generic[T]):
    """Holds at most one message a slot; the one that has waited longest goes first.

    >>> outbox = Outbox()
    >>> outbox.put("page", "page 1"); outbox.put("people", "two"); outbox.put("page", "page 2")
    >>> outbox.take(), outbox.take(), outbox.take()
    ('two', 'page 2', None)
    """

    __slots__ = ("_waiting",)  # each viewer has one

    def __init__(self) -> None:
        self._waiting: dict[Hashable, T] = {}

    def put(self, slot: Hashable, message: T, *, stays: bool = False) -> None:
        """Leave a message, behind all that wait. One that waits in the same slot is never sent.

        One that ``stays`` takes the place of the one it supersedes: what waits behind that one was of it.
        """
        if not stays:
            self._waiting.pop(slot, None)
        self._waiting[slot] = message

    def take(self) -> T | None:
        """The next message to send, or None."""
        if not self._waiting:
            return None
        return self._waiting.pop(next(iter(self._waiting)))

    def __len__(self) -> int:
        return len(self._waiting)
