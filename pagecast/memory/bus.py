"""The bus of a single process."""

from pagecast.ports import Hear
from pagecast.room.events import Event
from pagecast.room.talk import Remark


class MemoryBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        self._hearers: list[Hear] = []

    def subscribe(self, hear: Hear) -> None:
        self._hearers.append(hear)

    async def publish(self, uuid: str, event: Event | Remark) -> None:
        for hear in self._hearers:
            await hear(uuid, event)
