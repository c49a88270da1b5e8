"""Reads a finished version again, from the file that was kept, in the way that somebody chose."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from pagecast.ports import Store, Viewers
from pagecast.protocol.errors import AlreadyGrowing, NotQuoted, PagecastError, StillArriving, StorageFailed, Superseded
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Choices, Reading
from pagecast.service.intake import Intake
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.version import Version

AT_ONCE = 2
"""Files that are read again at the same time: each takes a processor for itself."""

TURN_S = 1.0
"""How long to wait for whoever is adding rows, or has the file read already."""

TOLD_EVERY_S = 0.5
"""How often it is told how far a reading is."""


TAKEN_ONCE = Bounds(expansion=2**62)
"""A file that is here was taken, and the bounds of today are not those of that day."""


class ReparseRooms(Protocol):
    """What a new reading asks of the library."""

    async def enter(self, uuid: str | None) -> str: ...

    async def leave(self, uuid: str) -> None: ...

    async def read_anew(self, uuid: str, version: Version) -> None: ...

    async def tidy(self, uuid: str, key: str) -> None: ...

    def finished(self, uuid: str, key: str | None = None) -> Version | None: ...

    def growing(self, uuid: str) -> asyncio.Lock: ...


class Reparsing:
    """All new readings of this process."""

    def __init__(self, rooms: ReparseRooms, store: Store, audience: Viewers) -> None:
        self._rooms, self._store, self._audience = rooms, store, audience
        self._places = asyncio.Semaphore(AT_ONCE)

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version:
        """Read a document's newest version again, and show it to everyone.

        ``number``: the version that whoever asks has seen. Raises UnknownDocument, ReadOnly, StillArriving, Superseded,
        AlreadyGrowing, NotQuoted, StorageFailed; then what was read before stands.
        """
        uuid = await self._rooms.enter(uuid)
        growing = self._rooms.growing(uuid)
        try:
            await asyncio.wait_for(growing.acquire(), TURN_S)
            try:
                async with self._places:
                    return await self._read_newest(uuid, number, choices)
            finally:
                growing.release()
        except TimeoutError:
            raise AlreadyGrowing from None
        finally:
            await self._rooms.leave(uuid)

    async def _read_newest(self, uuid: str, number: int | None, choices: Choices) -> Version:
        version = self._rooms.finished(uuid)
        if version is None:
            raise StillArriving
        if number not in (None, version.number):
            raise Superseded
        return version if choices == version.choices else await self._read(uuid, version, choices)

    async def _read(self, uuid: str, version: Version, choices: Choices) -> Version:
        try:
            with self._store.lease(version.key):
                return await self._read_leased(uuid, version, choices)
        finally:
            with suppress(StorageFailed):
                await self._rooms.tidy(uuid, version.key)

    async def _read_leased(self, uuid: str, version: Version, choices: Choices) -> Version:
        """Read a file that nobody removes anything of meanwhile."""
        draft = Draft(version.key, uuid, version.name, version.received, "", version.created, False, choices=choices)
        intake = Intake(draft, await self._store.read_again(uuid, version), TAKEN_ONCE)
        try:
            async with self._telling(uuid, version, lambda: intake.replayed):
                await intake.replay()
                await intake.finish()
        except PagecastError:
            with suppress(StorageFailed):
                await intake.close()
            raise
        fresh = intake.version(version.number)
        if fresh is None or (choices.quoting == "quoted" and fresh.dialect.quoting != "quoted"):
            raise NotQuoted
        await self._rooms.read_anew(uuid, fresh)
        return fresh

    @asynccontextmanager
    async def _telling(self, uuid: str, version: Version, done: Callable[[], int]) -> AsyncIterator[None]:
        """Tell everyone how far it is, until it is done."""
        reading = Reading(version.number, 0, version.received)

        async def tell() -> None:
            while True:
                await asyncio.sleep(TOLD_EVERY_S)
                self._audience.show(uuid, changed(reading, done=done()))

        telling = asyncio.create_task(tell())
        try:
            yield
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            self._audience.show(uuid, changed(reading, done=version.received))
