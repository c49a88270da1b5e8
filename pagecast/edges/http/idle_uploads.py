"""Uploads that wait between two requests, kept open for a while so that the next piece need not re-read the file."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from pagecast.limits.addresses import client_of, is_loopback

T = TypeVar("T")

IDLE_S = 60.0
"""How long an idle upload stays open. It can be resumed later too, after all that is stored of it was read again."""


class IdleUpload(NamedTuple, Generic[T]):
    """An upload that waits for its next request."""

    upload: T
    address: str
    timer: asyncio.TimerHandle


class IdleUploads(Generic[T]):
    """A bounded number of open idle uploads, in all and per client. Loopback addresses may use the total.

    ``close`` is called with an upload when its time is over, or when a newer one takes its place. It must not block.
    """

    def __init__(self, in_all: int, each: int, close: Callable[[T], object]) -> None:
        self._in_all, self._each, self._close = in_all, each, close
        self._idle: dict[str, IdleUpload[T]] = {}  # the oldest first

    def __len__(self) -> int:
        return len(self._idle)

    def put(self, key: str, upload: T, address: str) -> None:
        """Keep an upload open. If there are too many, the oldest of the same client, or of the busiest, is closed."""
        self.drop(key)
        timer = asyncio.get_running_loop().call_later(IDLE_S, self.drop, key)
        self._idle[key] = IdleUpload(upload, address, timer)
        counts = Counter(client_of(idle.address) for idle in self._idle.values())
        if counts[client_of(address)] > self._each and not is_loopback(address):
            self._close_oldest(client_of(address))
        elif len(self._idle) > self._in_all:
            self._close_oldest(counts.most_common(1)[0][0])

    def drop(self, key: str) -> None:
        """Close an upload, if it is idle here."""
        idle = self._idle.pop(key, None)
        if idle is not None:
            idle.timer.cancel()
            self._close(idle.upload)

    def _close_oldest(self, client: str) -> None:
        self.drop(next(key for key, idle in self._idle.items() if client_of(idle.address) == client))
