"""The order of broadcasts: one at a time for each document, in slices, and only the newest of those that wait."""

import asyncio
from collections.abc import Callable, Hashable, Iterator

from pagecast.broadcast.outbox import Outbox

Broadcast = Callable[[], Iterator[None]]
"""Begins a broadcast to a document's viewers. It yields wherever other work may run."""


class Broadcaster:
    """Runs the broadcasts of each document one after another, so that all viewers receive them in the same order.

    A broadcast that waits is replaced by a newer one of its slot: pages that turn faster than all viewers can be sent
    them are skipped.
    """

    def __init__(self) -> None:
        self._outboxes: dict[str, Outbox[Broadcast]] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}

    def broadcast(self, uuid: str, slot: Hashable, work: Broadcast, *, stays: bool = False) -> None:
        """Run a broadcast, at once where no other one runs. With few viewers it is over when this returns.

        Args:
            uuid: the document.
            slot: what it supersedes while it waits.
            work: the broadcast.
            stays: whether it takes the place of the broadcast that it supersedes, instead of the last place.
        """
        if uuid in self._busy:
            self._outboxes[uuid].put(slot, work, stays=stays)
            return
        slices = work()
        if next(slices, self) is not self:
            self._outboxes[uuid] = Outbox()
            self._busy[uuid] = asyncio.create_task(self._continue(uuid, slices))

    def __len__(self) -> int:
        """How many documents have a broadcast that is not over."""
        return len(self._busy)

    async def _continue(self, uuid: str, slices: Iterator[None]) -> None:
        try:
            while True:
                await asyncio.sleep(0)
                for _ in slices:
                    await asyncio.sleep(0)
                work = self._outboxes[uuid].take()
                if work is None:
                    return
                slices = work()
        finally:
            del self._outboxes[uuid], self._busy[uuid]
