"""Takes rows in that are added to a table: to each table by one sender at a time."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Protocol

from pagecast.ports import Store, TableFile
from pagecast.protocol.errors import AlreadyGrowing, CannotGrow, PagecastError, StillArriving, StorageFailed, TooLarge
from pagecast.room.events import Event, Grew
from pagecast.service.intake import GROWTH_S, Intake
from pagecast.service.throttle import Throttle
from pagecast.table.addition import AppendReader, check_can_grow, line_end_of
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.layout import SNIFFED
from pagecast.table.version import Version

TURN_S = 10.0
"""How long a sender waits while another one adds rows to the same table."""


class AppendRooms(Protocol):
    """What an addition asks of the library: the table it is for."""

    async def enter(self, uuid: str | None) -> str: ...

    async def leave(self, uuid: str) -> None: ...

    async def publish(self, uuid: str, event: Event) -> None: ...

    async def grow(self, uuid: str, version: Version) -> None: ...

    def versions(self, uuid: str) -> tuple[Version, ...]: ...

    def finished(self, uuid: str, key: str | None = None) -> Version | None: ...

    def growing(self, uuid: str) -> asyncio.Lock: ...


class Appends:
    """All that is being added.

    What has a length is added whole or not at all, and shown when it is whole. What has none is shown as it comes, and
    ends when its sender does, in whatever way: what has come stays.
    """

    def __init__(self, rooms: AppendRooms, store: Store, bounds: Bounds, now: Callable[[], datetime]) -> None:
        self._rooms, self._store, self._bounds, self._now = rooms, store, bounds, now
        self._begun: dict[str, Intake] = {}
        self._leases: dict[str, ExitStack] = {}  # on their files
        self._left: dict[str, Draft] = {}  # whose end could not be written

    def __len__(self) -> int:
        return len(self._begun)

    async def start(self) -> None:
        """End what had not ended when the server did."""
        for draft in await self._store.drafts():
            if draft.adds:
                self._left[draft.key] = draft
                with suppress(PagecastError):  # it is tried again when somebody adds more
                    await self._rooms.enter(draft.uuid)
                    try:
                        await self._end(draft)
                    finally:
                        await self._rooms.leave(draft.uuid)

    async def begin(self, uuid: str, size: int | None, viewer: str) -> Intake:
        """Begin to add to a document's newest version.

        It ends in one of ``finish``, ``discard`` and ``abandon``. Raises UnknownDocument, ReadOnly, StillArriving,
        CannotGrow, AlreadyGrowing, TooLarge, StorageFailed.
        """
        uuid = await self._rooms.enter(uuid)
        growing = self._rooms.growing(uuid)
        try:
            await asyncio.wait_for(growing.acquire(), TURN_S)
        except TimeoutError:
            await self._rooms.leave(uuid)
            raise AlreadyGrowing from None
        lease = ExitStack()
        try:
            intake = await self._begin(uuid, size, viewer, lease)
        except BaseException:
            lease.close()
            growing.release()
            await self._rooms.leave(uuid)
            raise
        self._leases[intake.draft.key] = lease
        return intake

    async def finish(self, intake: Intake) -> Version:
        """There is no more: the version is longer now. Raises EmptyFile, StorageFailed."""
        try:
            await intake.finish()
            version = self._grown(intake)
            await self._rooms.grow(intake.draft.uuid, version)
            await self._over(intake.draft)
        except StorageFailed:
            await self._fall_back(intake, keep=intake.draft.live)
            raise
        except PagecastError:
            await self._fall_back(intake, keep=False)
            raise
        finally:
            await self._leave(intake)
        return version

    async def abandon(self, intake: Intake) -> None:
        """The sender is gone, or the disk failed."""
        await self.discard(intake)

    async def discard(self, intake: Intake) -> None:
        """No more is taken. What has a length was not whole."""
        if intake.draft.live:
            with suppress(PagecastError):
                await self.finish(intake)
        else:
            await self._fall_back(intake, keep=False)
            await self._leave(intake)

    async def _begin(self, uuid: str, size: int | None, viewer: str, lease: ExitStack) -> Intake:
        version = self._rooms.finished(uuid)
        if version is None:
            raise StillArriving
        if version.key in self._left:
            version = await self._end(self._left[version.key])
        lease.enter_context(self._store.lease(version.key))
        check_can_grow(version)
        if any(other.key == version.key and other.received > version.received for other in self._rooms.versions(uuid)):
            raise CannotGrow("a version whose file has grown since")
        reader = AppendReader(version, await self._last(uuid, version))
        seal = line_end_of(version) if reader.is_open else b""
        whole = None if size is None else version.received + len(seal) + size
        if whole is not None and whole > self._bounds.size:
            raise TooLarge(self._bounds.size)
        await self._store.check_room(size or 0)
        created = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        draft = Draft(
            version.key, uuid, version.name, whole, viewer, created, checked=False, adds=True, choices=version.choices
        )
        file = await self._store.extend(draft, version)
        intake = Intake(draft, file, self._bounds, reader, version.received)
        self._begun[draft.key] = intake
        if draft.live:
            intake.growth = Throttle(lambda: self._grow(intake, version.rows), GROWTH_S)
            intake.listeners.append(intake.growth.request)
        await intake.add(seal)
        return intake

    async def _last(self, uuid: str, version: Version) -> bytes:
        """The last page, of a long one as much of its end as tells how to go on."""

        def read(table: TableFile) -> bytes:
            page = table.page(version.pages)
            return table.read(max(page.start, page.stop - SNIFFED), page.stop)

        return await self._store.read(uuid, version, read)

    async def _end(self, draft: Draft) -> Version:
        """Take in what had come of an addition, as if its sender had just gone."""
        version = self._rooms.finished(draft.uuid, draft.key)
        if version is None:  # it is not kept any more
            await self._over(draft)
            raise StillArriving
        with self._store.lease(version.key):
            version = await self._end_leased(draft, version)
        await self._over(draft)
        return version

    async def _end_leased(self, draft: Draft, version: Version) -> Version:
        reader = AppendReader(version, await self._last(draft.uuid, version))
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
            version = self._grown(intake)
            await self._rooms.grow(draft.uuid, version)
        return version

    async def _fall_back(self, intake: Intake, *, keep: bool) -> None:
        """End without its end. What is kept is taken in later."""
        draft = intake.draft
        with suppress(StorageFailed):
            if keep:
                self._left[draft.key] = draft
                await intake.close()
            else:
                await intake.discard()
                await self._over(draft)

    async def _over(self, draft: Draft) -> None:
        self._left.pop(draft.key, None)
        if draft.live:
            with suppress(StorageFailed):  # then `start` finds nothing to add
                await self._store.end(draft)

    async def _leave(self, intake: Intake) -> None:
        self._begun.pop(intake.draft.key, None)
        self._leases.pop(intake.draft.key).close()
        self._rooms.growing(intake.draft.uuid).release()
        await self._rooms.leave(intake.draft.uuid)

    def _grown(self, intake: Intake) -> Version:
        before = self._rooms.finished(intake.draft.uuid, intake.draft.key)
        version = intake.version(before.number if before else 1)
        assert version is not None, "rows were added"
        return version

    async def _grow(self, intake: Intake, rows: int) -> None:
        version = intake.version(1)
        goes_on = self._begun.get(intake.draft.key) is intake
        if goes_on and version is not None and version.rows > rows and not version.complete:
            await self._rooms.publish(intake.draft.uuid, Grew(self._grown(intake)))
