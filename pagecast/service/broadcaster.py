"""Tells many the same without keeping anyone waiting: in slices, and of what waits only the newest."""

import asyncio
from collections.abc import Callable, Hashable, Iterator

from pagecast.broadcast.outbox import Outbox

Telling = Callable[[], Iterator[None]]
"""Begins to tell a document's viewers something; rests wherever it yields."""


class Broadcaster:
    """Tells each document's viewers one thing after another, so that all hear it in the order in which it was told.

    What has to wait is replaced by what is newer in its slot: who turns pages faster than all can be told skips some.
    """

    def __init__(self) -> None:
        self._outboxes: dict[str, Outbox[Telling]] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}

    def tell(self, uuid: str, slot: Hashable, telling: Telling, *, stays: bool = False) -> None:
        """Begin at once where nothing else is being told; a small audience has been told when this returns.

        One that ``stays`` is told in the place of the one it supersedes.
        """
        if uuid in self._busy:
            self._outboxes[uuid].put(slot, telling, stays=stays)
            return
        rests = telling()
        if next(rests, self) is not self:
            self._outboxes[uuid] = Outbox()
            self._busy[uuid] = asyncio.create_task(self._go_on(uuid, rests))

    def __len__(self) -> int:
        return len(self._busy)

    async def _go_on(self, uuid: str, rests: Iterator[None]) -> None:
        try:
            while True:
                await asyncio.sleep(0)
                for _ in rests:
                    await asyncio.sleep(0)
                telling = self._outboxes[uuid].take()
                if telling is None:
                    return
                rests = telling()
        finally:
            del self._outboxes[uuid], self._busy[uuid]
