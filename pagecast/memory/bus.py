"""The bus of a single process."""

from pagecast.ports.rooms import Hearer
from pagecast.room.events import Event
from pagecast.room.state import RoomState


class MemoryBus:
    """Carries each event to every hearer before ``publish`` returns. The twin of a bus between processes."""

    is_shared = False
    is_reachable = True

    def __init__(self) -> None:
        self._hearers: list[Hearer] = []

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def subscribe(self, hearer: Hearer) -> None:
        self._hearers.append(hearer)

    async def enter(self, uuid: str, state: RoomState | None) -> RoomState | None:
        """Return the state of another hearer that has the document open."""
        others = (hearer.state(uuid) for hearer in self._hearers)
        return next((other for other in others if other is not None), state)

    def follow(self, uuid: str) -> None:
        pass

    def leave(self, uuid: str) -> None:
        pass

    async def ready(self) -> None:
        pass

    async def publish(self, uuid: str, event: Event) -> None:
        for hearer in self._hearers:
            await hearer.hear(uuid, event)

    async def forget(self, uuid: str) -> None:
        pass

    def is_lost(self, process: str) -> bool:
        return False
