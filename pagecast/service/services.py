"""The services of one process, wired to each other."""

from pagecast.service.appends import Appends
from pagecast.service.library import Library, Visit
from pagecast.service.reparse import Reparsing
from pagecast.service.uploads import Uploads
from pagecast.service.world import World


class Services:
    """The library, and what takes tables in. ``start`` them before anything else, ``stop`` them at the end."""

    def __init__(self, world: World) -> None:
        self._world, self._store, self._bus, self.meter = world, world.store, world.bus, world.meter
        self.uploads = Uploads(self._enter, world)
        self.appends = Appends(self._enter, world)
        self.reparsing = Reparsing(self._enter, world.store, world.viewers)
        self.library = Library(world, self.uploads, self._end_uploads)

    @property
    def is_connected(self) -> bool:
        """Whether events reach the other processes, where there are any."""
        return self._bus.is_reachable

    async def start(self) -> None:
        """Learn which uploads were left unfinished. Raises StorageFailed."""
        await self._store.check_clock()
        await self.uploads.start()
        await self.appends.start()

    async def ready(self) -> None:
        """Return if viewers and uploads can be served. Raises NotReady."""
        for part in (self._store, self._world.bus, self._world.engine):
            await part.ready()

    async def stop(self) -> None:
        """Leave everything as the next start should find it."""
        await self.uploads.stop()
        await self.library.drain()

    async def sweep(self) -> None:
        """Remove documents that nobody has opened for long, and uploads that nobody continued. Raises StorageFailed."""
        await self._store.check_clock()
        await self.uploads.sweep()
        await self.library.sweep()

    async def _end_uploads(self, uuid: str) -> None:
        await self.uploads.end_all(uuid)
        await self.appends.end_all(uuid)

    async def _enter(self, uuid: str | None) -> Visit:
        return await self.library.enter(uuid)
