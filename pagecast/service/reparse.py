"""Re-parses a finished version: reads the file that was kept once more, in the way that somebody chose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from pagecast.ports.rooms import Viewers
from pagecast.ports.storage import Files
from pagecast.protocol.errors import NotQuoted, StillArriving, StorageFailed, Superseded
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Choices, Progress
from pagecast.service.intake import Intake
from pagecast.service.jobs import Job, Jobs
from pagecast.service.library import Enter
from pagecast.service.open_room import OpenRoom
from pagecast.service.table_lock import claimed, newest_of, table_lock
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


class Reparsing:
    """All re-parses of this process.

    A re-parse goes on when its asker has gone: its result is for everyone in the room.
    """

    def __init__(self, enter: Enter, files: Files, viewers: Viewers) -> None:
        self._enter, self._files, self._viewers = enter, files, viewers
        self._jobs: Jobs[Version] = Jobs(RUNNING, WAITING, DEADLINE_S)

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version:
        """Re-parse a document's newest version with these choices, and show it to everyone.

        ``number``: the version that the asker has seen; None for any. Raises UnknownDocument, ReadOnly, StillArriving,
        Superseded, AlreadyGrowing, NotQuoted, TooFewRows, StorageFailed, ServerBusy. After each the previous reading
        stands.
        """
        async with await self._enter(uuid) as visit:
            own = visit.room.uuid
            return await self._jobs.run(
                (own, number, choices),
                lambda job: self._read_newest(job, own, number, choices),
                within=lambda: self._table(own),
                goes_on=True,
            )

    @asynccontextmanager
    async def _table(self, uuid: str) -> AsyncIterator[None]:
        """Hold a document open, and the lock on its table."""
        async with await self._enter(uuid) as visit, table_lock(visit.room.appending, TURN_S):
            yield

    async def _read_newest(self, job: Job, uuid: str, number: int | None, choices: Choices) -> Version:
        async with await self._enter(uuid) as visit:
            version = visit.room.finished()
            if version is None:
                raise StillArriving
            if number not in (None, version.number):
                raise Superseded
            return version if choices == version.choices else await self._read(job, visit.room, version, choices)

    async def _read(self, job: Job, room: OpenRoom, version: Version, choices: Choices) -> Version:
        try:
            with self._files.lease(version.key), claimed(self._files, version.key):
                if await newest_of(room, version.key) != version:
                    raise Superseded
                return await self._read_leased(job, room, version, choices)
        finally:
            with suppress(StorageFailed):
                await room.tidy(version.key)

    async def _read_leased(self, job: Job, room: OpenRoom, version: Version, choices: Choices) -> Version:
        """Re-parse a file while its lease keeps all of it from being removed."""
        draft = Draft(
            version.key, room.uuid, version.name, version.received, "", version.created, False, choices=choices
        )
        intake = Intake(draft, await self._files.read_again(room.uuid, version), TAKEN_ONCE)

        def show(percent: int) -> None:
            self._viewers.show(room.uuid, Progress("read", version.number, percent))

        try:
            async with job.progress(lambda: 100 * intake.replayed // max(1, version.received), show):
                await intake.replay()
                await intake.finish()
        except BaseException:
            with suppress(StorageFailed):
                await intake.close()
            raise
        finally:
            show(100)
        fresh = intake.version(version.number)
        if fresh is None or not _holds_quoting(choices.quoting, fresh.dialect.quoting):
            raise NotQuoted
        fresh = changed(fresh, by=version.by, restores=version.restores)
        job.commit()
        await room.replace(fresh)
        return fresh


def _holds_quoting(chosen: str | None, found: str) -> bool:
    """Return whether quotes were read as chosen. Without stray quotes, `mended` is the same as `quoted`."""
    return chosen in (None, "literal", found) or (chosen, found) == ("mended", "quoted")
