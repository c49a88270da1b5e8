"""Takes tables in, hands pages out, keeps the rooms: the one orchestrator."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from pagecast.cells import rows_of
from pagecast.document import Draft, Record, Version, file_name
from pagecast.errors import PagecastError, PageOutOfRange, StorageFailed, TooLarge, UnknownDocument, UnknownUpload
from pagecast.facts import Fact, changed
from pagecast.intake import Intake
from pagecast.ports import Audience, Bus, DraftFile, Store
from pagecast.protocol import Document, Page, Person
from pagecast.room import Arrived, Event, Grew, Joined, Left, Room, Turned, Withdrawn
from pagecast.soon import Soon

TOLD_EVERY_S = 0.25
"""How often growth and presence are told: often enough to look live, seldom enough to cost nothing."""

RESUMABLE_DAYS = 1
"""How long an upload that was cut can be resumed."""
REMEMBERED = 100
"""Uploads that are remembered after they have ended well."""

LARGE_PAGE = 2**20
"""Bytes from which a page is worth a thread: the event loop must not wait while it is cut into cells."""


class Limits(Fact, frozen=True):
    """What one document may take of the disk."""

    max_size: int = 2**40
    """Bytes of one file."""
    keep_versions: int = 5
    keep_days: float = 30
    """Days that a document lasts after it was last opened."""


class OpenRoom:
    """A document in use here: its room, and what is kept of it."""

    def __init__(self, room: Room, record: Record) -> None:
        self.room = room
        self.record = record
        self.epoch = secrets.token_hex(4)
        """New each time that the room is opened, because its ``seq`` is counted anew then."""
        self.users = 0
        """Viewers and uploads that hold it open."""
        self.turning = asyncio.Lock()  # held while an event is applied and shown, so that all see the same order
        self.committing = asyncio.Lock()  # held while a version is added
        self.people: Soon
        self.saving: Soon


class Library:
    """All documents, as this process knows them."""

    def __init__(self, store: Store, bus: Bus, audience: Audience, limits: Limits, now: Callable[[], datetime]) -> None:
        self._store, self._bus, self._audience, self._limits, self._now = store, bus, audience, limits, now
        self._rooms: dict[str, OpenRoom] = {}
        self._drafts: dict[str, Draft] = {}
        self._intakes: dict[str, Intake] = {}
        self._ended: dict[str, Intake] = {}  # versions now, lately: whose sender was cut may not know it yet
        self._reviving = asyncio.Lock()
        bus.subscribe(self._hear)

    async def start(self) -> None:
        """Learn which uploads have not ended. Call it once, before anything else."""
        for draft in await self._store.drafts():
            record = await self._store.load(draft.uuid)
            if record and any(version.key == draft.key for version in record.versions):
                await self._store.end(draft)  # the server stopped between the last two steps of `finish`
            else:
                self._drafts[draft.key] = draft

    async def stop(self) -> None:
        """Leave everything as it should be found again."""
        for intake in list(self._intakes.values()):
            with suppress(StorageFailed):
                await intake.close()
        for open_room in list(self._rooms.values()):
            await open_room.people.settle()
            await open_room.saving.settle()

    async def sweep(self) -> None:
        """Remove the documents that nobody has opened for long, and the uploads that nobody went on with."""
        oldest = self._now() - timedelta(days=RESUMABLE_DAYS)
        for draft in list(self._drafts.values()):
            if datetime.fromisoformat(draft.created) < oldest and draft.key not in self._intakes:
                with suppress(UnknownDocument, UnknownUpload):
                    await self.discard(await self.resume(draft.key))
        await self._store.sweep(self._limits.keep_days, frozenset(self._rooms))

    def count_rooms(self) -> int:
        return len(self._rooms)

    def count_uploads(self) -> int:
        return len(self._intakes)

    # Rooms.

    async def enter(self, uuid: str | None) -> str:
        """Hold a document open, a new one for None; answer its UUID. Raises UnknownDocument.

        Whoever enters leaves again.
        """
        open_room = self._create() if uuid is None else await self._open(uuid)
        open_room.users += 1
        return open_room.room.uuid

    async def leave(self, uuid: str) -> None:
        """Let go of a document. The last to leave closes it; what is finished lasts."""
        open_room = self._rooms[uuid]
        open_room.users -= 1
        if open_room.users == 0:
            await open_room.people.settle()
            await open_room.saving.settle()
            if open_room.users == 0 and self._rooms.get(uuid) is open_room:  # nobody came in or left meanwhile
                del self._rooms[uuid]

    async def join(self, uuid: str, person: Person) -> None:
        """Somebody is here now, or has another name."""
        await self._bus.publish(uuid, Joined(person))

    async def part(self, uuid: str, viewer: str) -> None:
        """Somebody is gone."""
        await self._bus.publish(uuid, Left(viewer))

    async def tell(self, uuid: str, tell: Callable[[Document | Page], None]) -> None:
        """Tell one viewer of what stands, in order with what all are told. Before the first table there is nothing."""
        open_room = self._rooms[uuid]
        async with open_room.turning:
            document = open_room.room.document_frame()
            if document is not None:
                tell(document)
                tell(await self._page_frame(open_room.room))

    async def turn(self, uuid: str, page_no: int, by: Person | None) -> None:
        """Turn everyone to a page. Raises PageOutOfRange."""
        version = self._rooms[uuid].room.version
        if version is None:
            raise PageOutOfRange(page_no, 0)
        version.check_page(page_no)
        await self._bus.publish(uuid, Turned(version.number, page_no, by))

    # Tables.

    async def page(self, uuid: str, page_no: int | None) -> Page:
        """A page of an entered document, moving nobody; the room's own for None. Raises PageOutOfRange."""
        open_room = self._rooms[uuid]
        if page_no is None:
            async with open_room.turning:  # or an older page could be told after a newer one
                return await self._page_frame(open_room.room)
        if open_room.room.version is None:
            raise PageOutOfRange(page_no, 0)
        open_room.room.version.check_page(page_no)
        return await self._page_frame(changed(open_room.room, page_no=page_no))

    def epoch(self, uuid: str) -> str:
        """Which counting of an entered document's ``seq`` this is."""
        return self._rooms[uuid].epoch

    def newest(self, uuid: str) -> Version | None:
        """What was read of an entered document, so far or for good."""
        return self._rooms[uuid].room.version

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of a version's file as it was sent."""
        return await self._store.original(uuid, version, span)

    # Uploads.

    async def begin(self, uuid: str | None, name: str, size: int | None, viewer: str, *, checked: bool) -> Intake:
        """Begin an upload: to an existing document, or to a new one. Raises UnknownDocument, TooLarge, StorageFailed.

        ``checked`` uploads are safely stored piece by piece and can be resumed. Each ends in one of ``finish``,
        ``discard`` and ``abandon``.
        """
        if size is not None and size > self._limits.max_size:
            raise TooLarge(self._limits.max_size)
        uuid = await self.enter(uuid)
        created = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        draft = Draft(secrets.token_hex(16), uuid, file_name(name), size, viewer, created, checked)
        try:
            intake = self._intake(draft, await self._store.begin(draft))
            intake.holders = 1
        except StorageFailed:
            await self.leave(uuid)
            raise
        return intake

    async def resume(self, key: str) -> Intake:
        """Go on with an upload that was cut. Raises UnknownUpload, StorageFailed."""
        ended = self._ended.get(key)
        if ended is not None:
            await self.enter(ended.draft.uuid)
            ended.holders += 1
            return ended
        draft = self._drafts.get(key)
        if draft is None:
            raise UnknownUpload
        await self.enter(draft.uuid)
        try:
            return await self._revive(draft, holders=1)
        except PagecastError:
            await self.leave(draft.uuid)
            raise

    async def finish(self, intake: Intake, sha256: str | None = None) -> Version:
        """The upload is whole: make it the document's newest version, and show it to everyone.

        Raises ChecksumMismatch, EmptyFile, NotATable, after which the upload is gone; StorageFailed, after which it can
        be resumed.
        """
        async with intake.ending:
            if intake.became is None:
                try:
                    await intake.finish(sha256)
                    intake.became = await self._add_version(intake)
                except StorageFailed:
                    await self.abandon(intake)
                    raise
                except PagecastError:
                    await self.discard(intake)
                    raise
        await self.leave(intake.draft.uuid)
        return intake.became

    async def _add_version(self, intake: Intake) -> Version:
        draft = intake.draft
        open_room = self._rooms[draft.uuid]
        async with open_room.committing:
            newest = open_room.record.newest
            version = intake.version(newest.number + 1 if newest else 1)
            assert version is not None, "a finished upload has at least one row"
            arrived = Arrived(version, open_room.room.people.get(draft.viewer))
            kept = (*open_room.record.versions, version)
            old, kept = kept[: -self._limits.keep_versions], kept[-self._limits.keep_versions :]
            record = Record(open_room.room.apply(arrived).page_no, kept)
            await self._store.save(draft.uuid, record)
            open_room.record = record
            self._forget(intake)
            self._ended[draft.key] = intake
            if len(self._ended) > REMEMBERED:
                del self._ended[next(iter(self._ended))]
            with suppress(StorageFailed):  # it is a version now; `start` ends what was not ended
                await self._store.end(draft)
            await self._bus.publish(draft.uuid, arrived)
            for version_gone in old:
                with suppress(StorageFailed):
                    await self._store.forget(draft.uuid, version_gone)
        return version

    async def bring(self, uuid: str, name: str, data: bytes, viewer: str) -> None:
        """Take a whole table at once. Raises what ``begin``, an intake's ``add`` and ``finish`` do."""
        intake = await self.begin(uuid, name, len(data), viewer, checked=False)
        intake.listeners.clear()  # it comes at once: its page is shown once, when it is whole
        try:
            await intake.add(data)
        except PagecastError:
            await self.discard(intake)
            raise
        await self.finish(intake)

    async def abandon(self, intake: Intake) -> None:
        """The sender is gone: keep what can be resumed, and what is on screens already."""
        draft = intake.draft
        intake.holders -= 1
        if draft.key in self._intakes and intake.holders == 0:
            watched = self._rooms[draft.uuid].room.version
            if not draft.checked and (watched is None or watched.key != draft.key):
                await self._drop(intake)
            else:
                await intake.settled()
                await self._grow(intake)
                if intake.holders == 0 and draft.key in self._intakes:  # nobody went on with it meanwhile
                    await self._let_go(intake)
        await self.leave(draft.uuid)

    async def discard(self, intake: Intake) -> None:
        """Throw an upload away."""
        if intake.draft.key in self._intakes:
            await self._drop(intake)
        await self.leave(intake.draft.uuid)

    def _intake(self, draft: Draft, file: DraftFile) -> Intake:
        intake = Intake(draft, file, self._limits.max_size)
        growth = Soon(lambda: self._grow(intake), TOLD_EVERY_S)
        intake.listeners.append(growth.ask)
        self._drafts[draft.key], self._intakes[draft.key] = draft, intake
        return intake

    async def _revive(self, draft: Draft, holders: int) -> Intake:
        """The intake of a draft: the one at work, or one that has gone through what is stored."""
        async with self._reviving:
            intake = self._intakes.get(draft.key)
            if intake is None:
                intake = self._intake(draft, await self._store.reopen(draft))
                try:
                    await intake.replay()
                except StorageFailed:
                    await self._let_go(intake)
                    raise
                except PagecastError:  # what was stored is no table
                    await self._drop(intake)
                    raise UnknownUpload from None
            intake.holders += holders
            if intake.holders == 0:
                await self._let_go(intake)
        return intake

    async def _let_go(self, intake: Intake) -> None:
        del self._intakes[intake.draft.key]
        await intake.close()

    async def _drop(self, intake: Intake) -> None:
        draft = intake.draft
        self._forget(intake)
        await self._bus.publish(draft.uuid, Withdrawn(draft.key))  # first, so that nobody reads what is removed
        await intake.discard()
        await self._store.end(draft)

    def _forget(self, intake: Intake) -> None:
        self._drafts.pop(intake.draft.key, None)
        self._intakes.pop(intake.draft.key, None)

    async def _grow(self, intake: Intake) -> None:
        version = intake.version(1)
        if version is not None and not version.complete and intake.draft.key in self._intakes:
            await self._bus.publish(intake.draft.uuid, Grew(version))

    # Rooms, behind the door.

    def _create(self) -> OpenRoom:
        return self._keep(Room(str(uuid4())), Record())

    async def _open(self, uuid: str) -> OpenRoom:
        if uuid in self._rooms:
            return self._rooms[uuid]
        record = await self._store.load(uuid)
        version = record.newest if record else None
        if version is None:
            draft = next((draft for draft in self._drafts.values() if draft.uuid == uuid), None)
            if draft is None:
                raise UnknownDocument
            try:
                version = (await self._revive(draft, holders=0)).version(1)
            except UnknownUpload:
                raise UnknownDocument from None
        if uuid in self._rooms:  # somebody else came in meanwhile
            return self._rooms[uuid]
        record = record or Record()
        return self._keep(Room(uuid, version=version, page_no=record.page_no), record)

    def _keep(self, room: Room, record: Record) -> OpenRoom:
        open_room = OpenRoom(room, record)
        open_room.people = Soon(lambda: self._show_people(open_room), TOLD_EVERY_S)
        open_room.saving = Soon(lambda: self._save(open_room), TOLD_EVERY_S)
        self._rooms[room.uuid] = open_room
        return open_room

    async def _hear(self, uuid: str, event: Event) -> None:
        open_room = self._rooms.get(uuid)
        if open_room is None:
            return
        async with open_room.turning:
            before = open_room.room
            room = before.apply(event)
            match event:
                case Joined() | Left():
                    open_room.room = room
                    open_room.people.ask()
                case Turned() if room is not before:
                    page = await self._page_frame(room)
                    open_room.room = room  # only now: where a page cannot be read, nobody moves
                    self._audience.show(uuid, page)
                    open_room.saving.ask()
                case Grew() | Arrived() | Withdrawn() if room is not before:
                    open_room.room = room
                    await self._show_version(before, room)

    async def _show_version(self, before: Room, room: Room) -> None:
        """Show what was read; and the page, unless it is as full as it was."""
        document = room.document_frame()
        if document is not None:
            self._audience.show(room.uuid, document)
        if not room.shows_same_page(before):
            self._audience.show(room.uuid, await self._page_frame(room))

    async def _show_people(self, open_room: OpenRoom) -> None:
        self._audience.show(open_room.room.uuid, open_room.room.people_frame())

    async def _save(self, open_room: OpenRoom) -> None:
        async with open_room.committing:
            record = changed(open_room.record, page_no=open_room.room.page_no)
            if record.versions and record != open_room.record:
                with suppress(StorageFailed):  # the next turn tries again, and no table is lost by it
                    await self._store.save(open_room.room.uuid, record)
                    open_room.record = record

    async def _page_frame(self, room: Room) -> Page:
        if room.version is None or room.page_no > room.version.pages:
            return room.page_frame([])
        data = await self._store.page(room.uuid, room.version, room.page_no)
        return room.page_frame(rows_of(data) if len(data) < LARGE_PAGE else await asyncio.to_thread(rows_of, data))
