"""Takes files in: begun, gone on with after a cut, finished, thrown away."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from pagecast.ports import DraftFile, Store
from pagecast.protocol.errors import PagecastError, StorageFailed, TooLarge, UnknownDocument, UnknownUpload
from pagecast.protocol.names import file_name
from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.room.events import Event, Grew, Withdrawn
from pagecast.service.intake import Intake
from pagecast.service.throttle import Throttle
from pagecast.table.draft import RESUMABLE_DAYS, Draft
from pagecast.table.expand import Bounds
from pagecast.table.version import Version

TOLD_EVERY_S = 0.25
"""How often growth is told: often enough to look live, seldom enough to cost nothing."""

MOST_UNFINISHED = 200
"""Resumable uploads of a document at a time. Each keeps some files; the oldest that nobody sends gives way."""

REMEMBERED = 100
"""Uploads that are remembered after they have ended well."""


class UploadRooms(Protocol):
    """What an upload asks of the library: the document it is for."""

    async def enter(self, uuid: str | None) -> str: ...

    async def leave(self, uuid: str) -> None: ...

    def reader(self, uuid: str) -> str: ...

    async def publish(self, uuid: str, event: Event) -> None: ...

    async def adopt(self, uuid: str, version: Callable[[int], Version | None], viewer: str) -> Version: ...

    def newest(self, uuid: str) -> Version | None: ...


class Uploads:
    """All uploads that have not ended, and a few that have."""

    def __init__(self, rooms: UploadRooms, store: Store, bounds: Bounds, now: Callable[[], datetime]) -> None:
        self._rooms, self._store, self._bounds, self._now = rooms, store, bounds, now
        self._drafts: dict[str, Draft] = {}
        self._intakes: dict[str, Intake] = {}
        self._ended: dict[str, Intake] = {}  # versions now, lately: whose sender was cut may not know it yet
        self._read: dict[str, Version | None] = {}  # what was read of those that nobody brings just now
        self._reviving = asyncio.Lock()

    async def start(self) -> None:
        """Learn which uploads have not ended."""
        for draft in await self._store.drafts():
            if draft.adds:
                continue
            if await self._is_version(draft):
                await self._store.end(draft)  # the server stopped between the last two steps of `finish`
            else:
                self._drafts[draft.key] = draft
        for draft in [draft for draft in self._drafts.values() if draft.live]:
            with suppress(PagecastError):
                await self.abandon(await self.resume(draft.key))

    async def stop(self) -> None:
        """Leave them as they should be found again."""
        for intake in list(self._intakes.values()):
            with suppress(StorageFailed):
                await intake.close()

    async def sweep(self) -> None:
        """Throw away those that nobody went on with."""
        oldest = self._now() - timedelta(days=RESUMABLE_DAYS)
        stale = await self._store.stale(RESUMABLE_DAYS)
        for draft in list(self._drafts.values()):
            is_old = datetime.fromisoformat(draft.created) < oldest and draft.key in stale
            if is_old and draft.key not in self._intakes:
                with suppress(UnknownDocument, UnknownUpload, StorageFailed):
                    if await self._is_version(draft):
                        self._drafts.pop(draft.key, None)
                        await self._store.end(draft)
                    else:
                        await self.discard(await self.resume(draft.key))

    async def _is_version(self, draft: Draft) -> bool:
        """Whether the document's record names this upload."""
        record = await self._store.load(draft.uuid)
        return record is not None and any(version.key == draft.key for version in record.versions)

    def __len__(self) -> int:
        return len(self._intakes)

    async def unfinished(self, uuid: str) -> Version | None:
        """What has been read so far of a document that has no finished version. Raises UnknownDocument."""
        draft = next((draft for draft in self._drafts.values() if draft.uuid == uuid), None)
        if draft is None:
            raise UnknownDocument
        if draft.key not in self._intakes and draft.key in self._read:
            return self._read[draft.key]
        try:
            return (await self._revive(draft, holders=0)).version(1)
        except UnknownUpload:
            raise UnknownDocument from None

    def reader_of(self, uuid: str) -> str:
        """The read-only UUID of a document that has no finished version, or an empty text."""
        return next((draft.reader for draft in self._drafts.values() if draft.uuid == uuid), "")

    def read_by(self, reader: str) -> str | None:
        """The document without a finished version that has this read-only UUID."""
        return next((draft.uuid for draft in self._drafts.values() if draft.reader == reader), None)

    async def begin(
        self,
        uuid: str | None,
        name: str,
        size: int | None,
        viewer: str,
        admit: Callable[[], None] = lambda: None,
        *,
        checked: bool,
        choices: Choices = ALL_GUESSED,
    ) -> Intake:
        """Begin an upload: to an existing document, or to a new one.

        ``checked`` uploads are safely stored piece by piece and can be resumed. Each ends in one of ``finish``,
        ``discard`` and ``abandon``. ``admit`` is called where it is a document's first table, and may refuse it. Raises
        what that raises, UnknownDocument, ReadOnly, TooLarge, StorageFailed.
        """
        if size is not None and size > self._bounds.size:
            raise TooLarge(self._bounds.size)
        await self._store.check_room(size or 0)
        uuid = await self._rooms.enter(uuid)
        created = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        newest = self._rooms.newest(uuid)
        name = name or (newest.name if newest else "")
        key, reader = secrets.token_hex(16), self._rooms.reader(uuid)
        draft = Draft(key, uuid, file_name(name), size, viewer, created, checked, reader, choices=choices)
        try:
            if checked:
                await self._make_way(uuid)
            if newest is None:
                admit()
            intake = self._intake(draft, await self._store.begin(draft))
            intake.holders = 1
        except PagecastError:
            with suppress(StorageFailed):
                await self._store.end(draft)
            await self._rooms.leave(uuid)
            raise
        return intake

    async def resume(self, key: str) -> Intake:
        """Go on with an upload, instead of a connection that was cut. Raises UnknownUpload, StorageFailed."""
        ended = self._ended.get(key)
        if ended is not None:
            await self._rooms.enter(ended.draft.uuid)
            ended.holders += 1
            return ended
        draft = self._drafts.get(key)
        if draft is None:
            raise UnknownUpload
        await self._rooms.enter(draft.uuid)
        try:
            intake = await self._revive(draft, holders=1)
        except PagecastError:
            await self._rooms.leave(draft.uuid)
            raise
        try:
            await intake.take_over()
        except PagecastError:
            await self._part(intake)
            raise
        return intake

    async def finish(self, intake: Intake, sha256: str | None = None) -> Version:
        """The upload is whole: make it the document's newest version, and show it to everyone.

        Raises ChecksumMismatch, EmptyFile, NotATable, after which the upload is gone; StorageFailed, after which it can
        be resumed.
        """
        async with intake.ending:
            if intake.became is None:
                try:
                    await intake.finish(sha256)
                    intake.became = await self._rooms.adopt(intake.draft.uuid, intake.version, intake.draft.viewer)
                except StorageFailed:
                    await self._part(intake)
                    raise
                except PagecastError:
                    await self._throw_away(intake)
                    raise
                await self._remember(intake)
        await self._rooms.leave(intake.draft.uuid)
        return intake.became

    async def bring(
        self, uuid: str, name: str, data: bytes, viewer: str, admit: Callable[[], None] = lambda: None
    ) -> None:
        """Take a whole table at once. Raises what ``begin``, an intake's ``add`` and ``finish`` do."""
        intake = await self.begin(uuid, name, len(data), viewer, admit, checked=False)
        intake.listeners.clear()  # it comes at once: its page is shown once, when it is whole
        try:
            await intake.add(data)
        except PagecastError:
            await self.discard(intake)
            raise
        await self.finish(intake)

    async def abandon(self, intake: Intake) -> None:
        """The sender is gone: keep what can be resumed, and what is on screens already."""
        watched = self._rooms.newest(intake.draft.uuid)
        shown = watched is not None and watched.key == intake.draft.key
        if intake.draft.live and shown and intake.failure is None:
            with suppress(PagecastError):
                await self.finish(intake)
        else:
            await self._part(intake)

    async def discard(self, intake: Intake) -> None:
        """Throw an upload away, unless another connection has made it a version meanwhile."""
        async with intake.ending:
            await self._throw_away(intake)

    async def _throw_away(self, intake: Intake) -> None:
        try:
            if intake.draft.key in self._intakes:
                await self._drop(intake)
        finally:
            await self._rooms.leave(intake.draft.uuid)

    async def _part(self, intake: Intake) -> None:
        """A connection has let go of its upload."""
        intake.holders -= 1
        try:
            if intake.draft.key in self._intakes and intake.holders == 0:
                await self._keep_or_drop(intake)
        finally:
            await self._rooms.leave(intake.draft.uuid)

    async def _keep_or_drop(self, intake: Intake) -> None:
        """Keep an upload that nobody brings any more, if it can be resumed or is on screens already."""
        draft = intake.draft
        watched = self._rooms.newest(draft.uuid)
        if not draft.checked and (watched is None or watched.key != draft.key):
            await self._drop(intake)
            return
        await intake.settled()
        await self._grow(intake)
        if intake.holders == 0 and draft.key in self._intakes:  # nobody went on with it meanwhile
            await self._let_go(intake)

    def _intake(self, draft: Draft, file: DraftFile) -> Intake:
        intake = Intake(draft, file, self._bounds)
        intake.telling = Throttle(lambda: self._grow(intake), TOLD_EVERY_S)
        intake.listeners.append(intake.telling.request)
        self._drafts[draft.key], self._intakes[draft.key] = draft, intake
        return intake

    async def _revive(self, draft: Draft, holders: int) -> Intake:
        """The intake of a draft: the one at work, or one that has gone through what is stored."""
        async with self._reviving:
            intake = self._intakes.get(draft.key)
            if intake is None:
                if draft.key not in self._drafts:  # it was thrown away meanwhile
                    raise UnknownUpload
                intake = self._intake(draft, await self._store.reopen(draft))
                try:
                    await intake.replay()
                except StorageFailed:
                    await self._let_go(intake)
                    del self._read[draft.key]  # it was not all of it
                    raise
                except PagecastError:  # what was stored is no table
                    await self._drop(intake)
                    raise UnknownUpload from None
            intake.holders += holders
            if intake.holders == 0:
                await self._let_go(intake)
        return intake

    async def _let_go(self, intake: Intake) -> None:
        self._read[intake.draft.key] = intake.version(1)
        del self._intakes[intake.draft.key]
        with suppress(StorageFailed):
            await intake.close()
            await self._store.renew(intake.draft)

    async def _drop(self, intake: Intake) -> None:
        draft = intake.draft
        self._forget(intake)
        await self._rooms.publish(draft.uuid, Withdrawn(draft.key))  # first, so that nobody reads what is removed
        with suppress(StorageFailed):  # the next start finds what is left of it
            await intake.discard()
            await self._store.end(draft)

    async def _make_way(self, uuid: str) -> None:
        """Throw away the oldest uploads of a document that nobody sends, where it has too many."""
        drafts = [draft for draft in self._drafts.values() if draft.checked and draft.uuid == uuid]
        idle = [draft for draft in drafts if draft.key not in self._intakes]
        for draft in idle[: max(0, len(drafts) - MOST_UNFINISHED + 1)]:
            async with self._reviving:  # or somebody could resume it meanwhile
                if draft.key not in self._intakes and self._drafts.pop(draft.key, None) is not None:
                    await self._throw_away_idle(draft)

    async def _throw_away_idle(self, draft: Draft) -> None:
        """Throw away an upload that nobody holds, without reading it again."""
        self._read.pop(draft.key, None)
        await self._rooms.publish(draft.uuid, Withdrawn(draft.key))
        with suppress(StorageFailed):
            file = await self._store.reopen(draft)
            await asyncio.to_thread(file.discard)
            await self._store.end(draft)

    async def _remember(self, intake: Intake) -> None:
        """It is a version now; its sender may not know it yet."""
        self._forget(intake)
        self._ended[intake.draft.key] = intake
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]
        with suppress(StorageFailed):  # `start` ends what was not ended
            await self._store.end(intake.draft)

    def _forget(self, intake: Intake) -> None:
        self._read.pop(intake.draft.key, None)
        self._drafts.pop(intake.draft.key, None)
        self._intakes.pop(intake.draft.key, None)

    async def _grow(self, intake: Intake) -> None:
        version = intake.version(1)
        if version is not None and not version.complete and intake.draft.key in self._intakes:
            await self._rooms.publish(intake.draft.uuid, Grew(version))
