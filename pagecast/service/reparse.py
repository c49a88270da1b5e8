"""Re-parses a finished version: reads the file that was kept once more, in the way that somebody chose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from pagecast.ports import Store, Viewers
from pagecast.protocol.errors import NotQuoted, StillArriving, StorageFailed, Superseded
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Choices, Reading
from pagecast.service.holds import entered, table_lock
from pagecast.service.intake import Intake
from pagecast.service.jobs import Job, Jobs
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.version import Version

RUNNING = 2
"""Files that are re-parsed at the same time: each takes a processor for itself."""

WAITING = 100
"""Re-parses that wait for their place; more are refused. Each holds its document open and takes some kilobytes."""

DEADLINE_S = 3600.0
"""How long a re-parse may take once it runs. A file of 10 GB takes some minutes."""

TURN_S = 1.0
"""How long a re-parse waits while somebody adds rows to the table, or has it re-parsed in another way."""

TAKEN_ONCE = Bounds(expansion=2**62)
"""A file that is here was taken, and the bounds of today are not those of that day."""


class ReparseRooms(Protocol):
    """What a re-parse asks of the library."""

    async def enter(self, uuid: str | None) -> str: ...

    async def leave(self, uuid: str) -> None: ...

    async def read_anew(self, uuid: str, version: Version) -> None: ...

    async def tidy(self, uuid: str, key: str) -> None: ...

    def finished(self, uuid: str, key: str | None = None) -> Version | None: ...

    def growing(self, uuid: str) -> asyncio.Lock: ...


class Reparsing:
    """All re-parses of this process.

    A re-parse goes on when its asker has gone: its result is for everyone in the room.
    """

    def __init__(self, rooms: ReparseRooms, store: Store, audience: Viewers) -> None:
        self._rooms, self._store, self._audience = rooms, store, audience
        self._jobs: Jobs[Version] = Jobs(RUNNING, WAITING, DEADLINE_S)

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version:
        """Re-parse a document's newest version with these choices, and show it to everyone.

        ``number``: the version that the asker has seen; None for any. Raises UnknownDocument, ReadOnly, StillArriving,
        Superseded, AlreadyGrowing, NotQuoted, StorageFailed, ServerBusy. After each the previous reading stands.
        """
        async with entered(self._rooms, uuid) as own:
            return await self._jobs.run(
                (own, number, choices),
                lambda job: self._read_newest(job, own, number, choices),
                within=lambda: self._table(own),
                goes_on=True,
            )

    @asynccontextmanager
    async def _table(self, uuid: str) -> AsyncIterator[None]:
        """Hold a document open, and the lock on its table."""
        async with entered(self._rooms, uuid), table_lock(self._rooms.growing(uuid), TURN_S):
            yield

    async def _read_newest(self, job: Job, uuid: str, number: int | None, choices: Choices) -> Version:
        version = self._rooms.finished(uuid)
        if version is None:
            raise StillArriving
        if number not in (None, version.number):
            raise Superseded
        return version if choices == version.choices else await self._read(job, uuid, version, choices)

    async def _read(self, job: Job, uuid: str, version: Version, choices: Choices) -> Version:
        try:
            with self._store.lease(version.key):
                return await self._read_leased(job, uuid, version, choices)
        finally:
            with suppress(StorageFailed):
                await self._rooms.tidy(uuid, version.key)

    async def _read_leased(self, job: Job, uuid: str, version: Version, choices: Choices) -> Version:
        """Re-parse a file while its lease keeps all of it from being removed."""
        draft = Draft(version.key, uuid, version.name, version.received, "", version.created, False, choices=choices)
        intake = Intake(draft, await self._store.read_again(uuid, version), TAKEN_ONCE)
        reading = Reading(version.number, 0, version.received)
        try:
            async with job.progress(
                lambda: intake.replayed, lambda done: self._audience.show(uuid, changed(reading, done=done))
            ):
                await intake.replay()
                await intake.finish()
        except BaseException:
            with suppress(StorageFailed):
                await intake.close()
            raise
        finally:
            self._audience.show(uuid, changed(reading, done=version.received))
        fresh = intake.version(version.number)
        if fresh is None or (choices.quoting == "quoted" and fresh.dialect.quoting != "quoted"):
            raise NotQuoted
        job.commit()
        await self._rooms.read_anew(uuid, fresh)
        return fresh
