"""Appends rows to finished tables: to each table for one sender at a time."""

import asyncio
from contextlib import suppress
from typing import Any

from pagecast.ports.storage import TableFile
from pagecast.protocol.errors import CannotGrow, DocumentDeleted, PagecastError, StillArriving, StorageFailed, TooLarge
from pagecast.room.events import Grew
from pagecast.service.intake import GROWTH_S, Intake
from pagecast.service.library import Enter
from pagecast.service.open_room import OpenRoom
from pagecast.service.table_lock import claimed, newest_of, table_lock
from pagecast.service.throttle import Throttle
from pagecast.service.world import World
from pagecast.table.addition import AppendReader, check_can_grow, line_end_of
from pagecast.table.draft import Draft
from pagecast.table.layout import SNIFFED
from pagecast.table.upload_state import OPEN_STATES, UploadEvent, UploadState, next_state
from pagecast.table.version import Version

TURN_S = 10.0
"""How long a sender waits while another sender appends to the same table."""


class AppendSession:
    """One append: its state, and what passes between its sender and its task."""

    def __init__(self) -> None:
        self.state = UploadState.OPENING
        self.task: asyncio.Task[Version | None]
        """Its whole life. The value is what the version has become, where the append was finished."""
        self.opened: asyncio.Future[Intake] = asyncio.get_running_loop().create_future()
        """The intake that takes its bytes, once it has its turn."""
        self.ending: asyncio.Future[UploadEvent] = asyncio.get_running_loop().create_future()
        """How its sender ends it: FINISH or DISCARD."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def apply(self, event: UploadEvent) -> None:
        self.state = next_state(self.state, event)


class Appends:
    """All appends.

    An append of a known length is added whole or not at all, and shown when it is whole. One of unknown length is live:
    its rows are shown as they come, and it ends when its sender does, in whatever way. Its rows stay.
    """

    def __init__(self, enter: Enter, world: World) -> None:
        self._enter, self._world, self._store, self._bounds = enter, world, world.store, world.bounds
        self._sessions: dict[str, AppendSession] = {}  # by the key of their versions
        self._unended: dict[str, Draft] = {}  # live ones whose end could not be stored: IDLE uploads

    def __len__(self) -> int:
        """How many are on their way in."""
        return len(self._sessions)

    async def start(self) -> None:
        """End the appends that had not ended when the server stopped."""
        for draft in await self._store.drafts():
            if draft.adds:
                self._unended[draft.key] = draft
                with suppress(PagecastError):  # the next append to this table tries again
                    async with await self._enter(draft.uuid) as visit:
                        with claimed(self._store, draft.key):
                            await self._take_in(visit.room, draft)

    async def end_all(self, uuid: str) -> None:
        """End all appends to a document that was deleted, and tell their senders."""
        for session in list(self._sessions.values()):
            intake = session.opened.result()
            if intake.draft.uuid == uuid:
                intake.fail(DocumentDeleted())
        for draft in [one for one in self._unended.values() if one.uuid == uuid]:
            await self._forget(draft)

    # The steps of a sender.

    async def begin(self, uuid: str, size: int | None, viewer: str) -> Intake:
        """Begin to append ``size`` bytes to a document's newest version; None where the size is not known.

        It ends in one of ``finish``, ``discard`` and ``abandon``. Raises UnknownDocument, ReadOnly, StillArriving,
        CannotGrow, AlreadyGrowing, TooLarge, StorageFailed.
        """
        session = AppendSession()
        session.task = asyncio.create_task(self._run(session, uuid, size, viewer))
        steps: list[asyncio.Future[Any]] = [session.task, session.opened]
        try:
            await asyncio.wait(steps, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            session.task.cancel()
            raise
        if not session.opened.done():
            session.task.result()  # it raises what was in the way
        return session.opened.result()

    async def finish(self, intake: Intake) -> Version:
        """Make what was sent a part of the version, and show it to everyone. Raises EmptyFile, StorageFailed."""
        version = await self._end(intake, UploadEvent.FINISH)
        assert version is not None, "it was finished"
        return version

    async def abandon(self, intake: Intake) -> None:
        """End an append whose sender is gone, or whose disk failed."""
        await self.discard(intake)

    async def discard(self, intake: Intake) -> None:
        """End an append before it is whole: a live one keeps its rows, any other is thrown away."""
        await self._end(intake, UploadEvent.DISCARD)

    async def _end(self, intake: Intake, event: UploadEvent) -> Version | None:
        session = self._sessions[intake.draft.key]
        session.ending.set_result(event)
        return await asyncio.shield(session.task)

    # The life of one.

    async def _run(self, session: AppendSession, uuid: str, size: int | None, viewer: str) -> Version | None:
        """Live through one append. The document, the lock on its table and its files are held from here to the end."""
        async with await self._enter(uuid) as visit, table_lock(visit.room.appending, TURN_S):
            room = visit.room
            version = room.finished()
            if version is None:
                raise StillArriving
            with self._store.lease(version.key), claimed(self._store, version.key):
                version = await newest_of(room, version.key)
                unended = await self._unended_of(version.key)
                if unended is not None:
                    version = await self._take_in(room, unended)
                intake = await self._open(session, room, version, size, viewer)
                self._sessions[version.key] = session
                session.opened.set_result(intake)
                try:
                    if await session.ending is UploadEvent.FINISH:
                        return await self._finish(session, room, intake)
                    if not intake.draft.live:
                        await self._discard(session, intake)
                        return None
                    with suppress(PagecastError):
                        return await self._finish(session, room, intake)
                    return None
                finally:
                    del self._sessions[version.key]

    async def _open(
        self, session: AppendSession, room: OpenRoom, version: Version, size: int | None, viewer: str
    ) -> Intake:
        """Open a version's files behind its end, where the rows that it has are closed by a line end."""
        check_can_grow(version)
        if any(other.key == version.key and other.received > version.received for other in room.versions):
            raise CannotGrow("a version that rows were added to since")
        reader = AppendReader(version, await self._last(room, version))
        seal = line_end_of(version) if reader.is_open else b""
        whole = None if size is None else version.received + len(seal) + size
        if whole is not None and whole > self._bounds.size:
            raise TooLarge(self._bounds.size)
        await self._store.check_room(size or 0)
        created, choices = self._world.timestamp(), version.choices
        draft = Draft(
            version.key, room.uuid, version.name, whole, viewer, created, checked=False, adds=True, choices=choices
        )
        file, meter = await self._store.extend(draft, version), self._world.meter
        intake = Intake(draft, file, self._bounds, reader, version.received, meter)
        if draft.live:
            intake.growth = Throttle(lambda: self._publish_growth(session, room, intake, version.rows), GROWTH_S)
            intake.listeners.append(intake.growth.request)
        try:
            await intake.add(seal)
        except PagecastError:
            await self._discard(session, intake)
            raise
        session.apply(UploadEvent.READY)
        return intake

    async def _finish(self, session: AppendSession, room: OpenRoom, intake: Intake) -> Version:
        session.apply(UploadEvent.FINISH)
        try:
            await intake.finish()
            version = grown(room, intake)
            await room.grow(version)
        except PagecastError as error:
            if intake.draft.live and isinstance(error, StorageFailed):
                session.apply(UploadEvent.FAIL)
                await self._keep(session, intake)
            else:
                await self._discard(session, intake)
            raise
        session.apply(UploadEvent.ADOPT)
        await self._forget(intake.draft)
        return version

    async def _keep(self, session: AppendSession, intake: Intake) -> None:
        """Close an append whose end could not be stored. Its rows are taken in later."""
        await intake.flush_growth()
        session.apply(UploadEvent.CLOSE)
        self._unended[intake.draft.key] = intake.draft
        with suppress(StorageFailed):
            await intake.close()
        session.apply(UploadEvent.CLOSED)

    async def _discard(self, session: AppendSession, intake: Intake) -> None:
        """Throw an append away: the version stays as it was."""
        session.apply(UploadEvent.DISCARD)
        with suppress(StorageFailed):
            await intake.discard()
            await self._forget(intake.draft)

    async def _forget(self, draft: Draft) -> None:
        self._unended.pop(draft.key, None)
        if draft.live:
            with suppress(StorageFailed):  # then `start` finds nothing to add
                await self._store.end(draft)

    # Appends that had not ended.

    async def _unended_of(self, key: str) -> Draft | None:
        """The live append to a file that had not ended, at this process or at another one. Raises StorageFailed."""
        if self._world.bus.is_shared:
            draft = await self._store.load_draft(key)
            return draft if draft and draft.adds else None
        return self._unended.get(key)

    async def _take_in(self, room: OpenRoom, draft: Draft) -> Version:
        """End an append whose end was not stored, as if its sender had just gone.

        Raises StorageFailed; StillArriving where its version is not kept any more.
        """
        version = room.finished(draft.key)
        if version is None:  # it is not kept any more
            await self._forget(draft)
            raise StillArriving
        with self._store.lease(version.key):
            reader = AppendReader(version, await self._last(room, version))
            intake = Intake(draft, await self._store.extend(draft, version), self._bounds, reader, version.received)
            try:
                await intake.replay()
                await intake.finish()
            except StorageFailed:
                await intake.close()
                raise
            except PagecastError:  # nothing had come
                await intake.discard()
            else:
                version = grown(room, intake)
                await room.grow(version)
        await self._forget(draft)
        return version

    # For both.

    async def _last(self, room: OpenRoom, version: Version) -> bytes:
        """Read the last page; of a long one, as much of its end as tells how rows go on."""

        def read(table: TableFile) -> bytes:
            page = table.page(version.pages)
            return table.read(max(page.start, page.stop - SNIFFED), page.stop)

        return await self._store.read(room.uuid, version, read)

    async def _publish_growth(self, session: AppendSession, room: OpenRoom, intake: Intake, rows: int) -> None:
        """Publish that a live append has made the version longer than ``rows``."""
        version = intake.version(1)
        if session.is_open and version is not None and version.rows > rows and not version.complete:
            await room.publish(Grew(grown(room, intake)))


def grown(room: OpenRoom, intake: Intake) -> Version:
    """Describe a room's version with the rows that an intake has appended."""
    before = room.finished(intake.draft.key)
    version = intake.version(before.number if before else 1)
    assert version is not None, "rows were appended"
    return version
