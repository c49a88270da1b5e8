"""The world as services see it: the ports, the limits and the clock, handed on as one value."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pagecast.limits.documents import Limits
from pagecast.ports.engine import Engine
from pagecast.ports.operators import UNMETERED, Meter
from pagecast.ports.rooms import Bus, Viewers
from pagecast.ports.storage import Store
from pagecast.protocol.facts import changed
from pagecast.room.events import Event
from pagecast.room.record import Retention
from pagecast.table.expand import Bounds


class World(NamedTuple):
    """The parts that every service may use."""

    store: Store
    bus: Bus
    viewers: Viewers
    engine: Engine
    limits: Limits
    now: Callable[[], datetime]
    process: str = ""
    """The name of this process, where there are several."""
    meter: Meter = UNMETERED

    @property
    def bounds(self) -> Bounds:
        """How large one file may be."""
        return Bounds(self.limits.max_size, self.limits.max_expansion)

    @property
    def retention(self) -> Retention:
        """How much of a document is kept."""
        return Retention(self.limits.keep_versions, self.limits.max_document)

    async def publish(self, uuid: str, event: Event) -> None:
        """Carry an event of a document to every process, with the time. Returns when this process has heard it."""
        await self.bus.publish(uuid, changed(event, at=self.timestamp()))

    def timestamp(self) -> str:
        """The time now: ISO 8601 in UTC, to the second."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
