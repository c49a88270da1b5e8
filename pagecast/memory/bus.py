"""The bus of a single process."""

from pagecast.ports.rooms import Hear
from pagecast.room.events import Event


class MemoryBus:
    """Carries each event to every subscriber before ``publish`` returns. The twin of a bus between processes."""

    def __init__(self) -> None:
        self._hearers: list[Hear] = []

    def subscribe(self, hear: Hear) -> None:
        self._hearers.append(hear)

    async def publish(self, uuid: str, event: Event) -> None:
        for hear in self._hearers:
            await hear(uuid, event)
