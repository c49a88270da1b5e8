"""Takes tables in, hands pages out, keeps the rooms: the one orchestrator."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime

from pagecast.limits.documents import Limits
from pagecast.ports import Bus, Store, Viewers
from pagecast.protocol.errors import NotYourTurn, PageOutOfRange, ReadOnly, StorageFailed, UnknownVersion
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person, Place
from pagecast.protocol.presenting import Wheel
from pagecast.protocol.tables import MAX_NAME_BYTES, Columns, Document, Page
from pagecast.room.events import (
    Arrived,
    Asked,
    Event,
    Gave,
    Grew,
    Joined,
    Lapsed,
    Left,
    Missed,
    Moved,
    Reparsed,
    Took,
    Turned,
    Withdrawn,
)
from pagecast.room.record import newest_of
from pagecast.room.room import Room
from pagecast.room.talk import Remark
from pagecast.service.appends import Appends
from pagecast.service.open_rooms import OpenRoom, OpenRooms
from pagecast.service.pages import Pages, crowds_of
from pagecast.service.reparse import Reparsing
from pagecast.service.talks import Talks
from pagecast.service.throttle import Delay, Throttle, interval_s
from pagecast.service.uploads import Uploads
from pagecast.table.expand import Bounds
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW, PLAIN, Excerpt, Window

TOLD_EVERY_S = 0.25
"""How often presence is told to few: often enough to look live, seldom enough to cost nothing."""


SHOWN_AGAIN_S = 1.0
"""How often a page is tried again that could not be read when everyone was to see it."""


class Library:
    """All documents, as this process knows them."""

    def __init__(self, store: Store, bus: Bus, audience: Viewers, limits: Limits, now: Callable[[], datetime]) -> None:
        self._store, self._bus, self._audience, self._limits, self._now = store, bus, audience, limits, now
        self._pages = Pages(store)
        bounds = Bounds(limits.max_size, limits.max_expansion)
        self.uploads = Uploads(self, store, bounds, now)
        self.additions = Appends(self, store, bounds, now)
        self.rereading = Reparsing(self, store, audience)
        self.talks = Talks(self, store, audience, now)
        self._rooms = OpenRooms(store, self.uploads, self.talks, self._wire)
        bus.subscribe(self._hear)

    async def start(self) -> None:
        """Learn what was left unfinished. Call it once, before anything else."""
        await self._store.check_clock()
        await self.uploads.start()
        await self.additions.start()

    async def stop(self) -> None:
        """Leave everything as it should be found again."""
        await self.uploads.stop()
        await self._rooms.settle()

    async def sweep(self) -> None:
        """Remove the documents that nobody has opened for long, and the uploads that nobody went on with."""
        await self._store.check_clock()
        await self.uploads.sweep()
        await self._store.sweep(self._limits.keep_days, frozenset(self._rooms))

    @property
    def max_size(self) -> int:
        """Bytes of the largest file taken."""
        return self._limits.max_size

    def count_rooms(self) -> int:
        return len(self._rooms)

    # Rooms.

    async def enter(self, uuid: str | None) -> str:
        """Hold a document open to change it, a new one for None; answer its UUID. Raises UnknownDocument, ReadOnly.

        Whoever enters leaves again.
        """
        link = await self.visit(uuid)
        if link.reads_only:
            await self.leave(link.uuid)
            raise ReadOnly
        return link.uuid

    async def visit(self, uuid: str | None) -> Link:
        """Hold a document open by either of its UUIDs. Raises UnknownDocument. Whoever visits leaves again."""
        return await self._rooms.visit(uuid)

    async def leave(self, uuid: str) -> None:
        """Let go of a document. The last to leave closes it; what is finished lasts."""
        await self._rooms.leave(uuid)

    async def join(self, uuid: str, viewer: str, person: Person) -> None:
        """Somebody is here now, or has another name."""
        await self.publish(uuid, Joined(viewer, person))

    async def part(self, uuid: str, viewer: str) -> None:
        """Somebody is gone."""
        await self.publish(uuid, Left(viewer))

    def place(self, uuid: str, viewer: str, place: Place) -> None:
        """A viewer is on a page of its own now, or with the room (None). The others are told soon."""
        open_room = self._rooms[uuid]
        open_room.places[viewer] = place
        open_room.moving.ask()

    async def tell(self, uuid: str, tell: Callable[[Document | Page | Wheel], None], window: Window) -> None:
        """Tell one viewer of what stands, in order with what all are told: a wheel that is not free, and the table."""
        open_room = self._rooms[uuid]
        async with open_room.turning:
            if open_room.room.driver is not None:
                tell(open_room.room.wheel_frame())
            document = open_room.room.document_frame()
            if document is not None:
                tell(document)
                tell(await self._standing(open_room, window))

    async def watch(self, uuid: str, tell: Callable[[Page], None], window: Window) -> None:
        """Tell one viewer of the page that stands, seen through another window."""
        open_room = self._rooms[uuid]
        async with open_room.turning:
            if open_room.room.version is not None:
                tell(await self._standing(open_room, window))

    async def turn(self, uuid: str, page_no: int, by: Person | None) -> None:
        """Turn everyone to a page. Raises NotYourTurn, PageOutOfRange."""
        self._check_wheel(uuid, by)
        version = self._rooms[uuid].room.version
        if version is None:
            raise PageOutOfRange(page_no, 0)
        version.check_page(page_no)
        await self.publish(uuid, Turned(version.number, page_no, by))

    async def take(self, uuid: str, by: Person) -> None:
        """Give the wheel to somebody, if it is free. Raises NotYourTurn."""
        self._check_wheel(uuid, by)
        await self.publish(uuid, Took(by))

    async def ask(self, uuid: str, by: Person) -> None:
        """Somebody would like to have the wheel; where it is free, they have it."""
        driver = self._rooms[uuid].room.driver
        await self.publish(uuid, Asked(by) if driver else Took(by))

    async def give(self, uuid: str, by: Person, to: str | None) -> None:
        """Hand the wheel to somebody who asked for it, or let go of it (None). Raises NotYourTurn."""
        self._check_wheel(uuid, by)
        await self.publish(uuid, Gave(by.who, to))

    def _check_wheel(self, uuid: str, by: Person | None) -> None:
        room = self._rooms[uuid].room
        if room.driver is not None and not room.may_turn(by):
            raise NotYourTurn(room.driver.name)

    # Tables.

    async def page(self, uuid: str, page_no: int | None, window: Window = PLAIN) -> Page:
        """A page of an entered document, moving nobody; the room's own for None. Raises PageOutOfRange."""
        open_room = self._rooms[uuid]
        if page_no is None:
            async with open_room.turning:  # or an older page could be told after a newer one
                return await self._page_frame(open_room.room, window)
        if open_room.room.version is None:
            raise PageOutOfRange(page_no, 0)
        open_room.room.version.check_page(page_no)
        room = changed(open_room.room, page_no=page_no)
        return await self._page_frame(room, window)

    async def page_of(self, uuid: str, number: int, page_no: int, window: Window = PLAIN) -> Page:
        """A page of one of the kept versions. Raises UnknownVersion, PageOutOfRange."""
        version = self._version(uuid, number)
        version.check_page(page_no)
        return await self._page_frame(changed(self._rooms[uuid].room, version=version, page_no=page_no), window)

    def versions(self, uuid: str) -> tuple[Version, ...]:
        """The finished versions of an entered document that are kept, oldest first."""
        return self._rooms[uuid].record.versions

    async def restore(self, uuid: str, number: int) -> Version:
        """Make an older version what everyone sees: a new version, of the same file.

        Raises UnknownVersion; StorageFailed, after which nothing has changed.
        """
        return await self.adopt(uuid, lambda next_number: changed(self._kept(uuid, number), number=next_number), "")

    def _kept(self, uuid: str, number: int) -> Version:
        """One of the kept versions as it was saved, without rows that are being added to it. Raises UnknownVersion."""
        for version in self._rooms[uuid].record.versions:
            if version.number == number:
                return version
        raise UnknownVersion(number or 1)

    async def columns(self, uuid: str, number: int | None, columns: range) -> Columns:
        """The names and kinds of some columns of a version, the newest for None. Raises UnknownVersion."""
        version = self._version(uuid, number)
        columns = range(min(columns.start, version.columns), min(columns.stop, version.columns))
        with self.lease(version):
            header, kinds = await self._pages.names(uuid, version, columns, MAX_NAME_BYTES) if columns else ([], [])
        spans = [(columns.start + 1, columns.stop)] if columns else []
        return Columns(uuid, version.number, version.columns, spans, header, kinds)

    async def cell(self, uuid: str, number: int | None, row: int, column: int) -> tuple[Version, range]:
        """Which bytes of a version's table are a cell. Raises UnknownVersion, CellOutOfRange."""
        version = self._version(uuid, number)
        with self.lease(version):
            return version, await self._pages.cell(uuid, version, row, column)

    async def table(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of a version's table in the inner form."""
        return await self._pages.table(uuid, version, span)

    def lease(self, version: Version) -> AbstractContextManager[None]:
        """Keep a version's files while this is entered. Enter it before anything is waited for."""
        return self._store.lease(version.key, version.edition)

    def epoch(self, uuid: str) -> str:
        """Which counting of an entered document's ``seq`` this is."""
        return self._rooms[uuid].epoch

    def reader(self, uuid: str) -> str:
        """An entered document's read-only UUID."""
        return self._rooms[uuid].record.reader

    def version(self, uuid: str, number: int) -> Version:
        """One of the kept versions of an entered document. Raises UnknownVersion."""
        return self._version(uuid, number)

    def newest(self, uuid: str) -> Version | None:
        """What was read of an entered document, so far or for good."""
        return self._rooms[uuid].room.version

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of a version's file as it was sent."""
        return await self._store.original(uuid, version, span)

    def page_no(self, uuid: str) -> int:
        """The page that an entered document's room is on."""
        return self._rooms[uuid].room.page_no

    def users(self, uuid: str) -> int:
        """How many hold an entered document open."""
        return self._rooms[uuid].users

    async def publish(self, uuid: str, event: Event | Remark) -> None:
        """Tell every process what happened to a document. Comes back when this one has heard it."""
        await self._bus.publish(uuid, event)

    async def adopt(self, uuid: str, version: Callable[[int], Version | None], viewer: str) -> Version:
        """Make what was read of a finished upload the document's newest version, for the number that is given to it.

        Raises StorageFailed, after which nothing has changed.
        """
        open_room = self._rooms[uuid]
        async with open_room.committing:
            newest = open_room.record.newest
            adopted = version(newest.number + 1 if newest else 1)
            assert adopted is not None, "a finished upload has at least one row"
            arrived = Arrived(adopted, self._person(open_room, viewer))
            await self._keep_versions(open_room, arrived, (*open_room.record.versions, adopted))
        return adopted

    async def grow(self, uuid: str, version: Version) -> None:
        """Rows were added to a finished version. Raises StorageFailed, after which nothing has changed."""
        await self._renew(uuid, Grew(version))

    async def read_anew(self, uuid: str, version: Version) -> None:
        """A finished version was read in another way. Raises StorageFailed, after which nothing has changed."""
        await self._renew(uuid, Reparsed(version))

    async def tidy(self, uuid: str, key: str) -> None:
        """Remove the readings of a file that no version is of any more. Raises StorageFailed."""
        versions = self._rooms[uuid].record.versions
        await self._store.tidy(uuid, key, frozenset(version.edition for version in versions if version.key == key))

    async def _renew(self, uuid: str, event: Grew | Reparsed) -> None:
        open_room, version = self._rooms[uuid], event.version
        async with open_room.committing:
            kept = open_room.record.versions
            versions = tuple(version if older.number == version.number else older for older in kept)
            await self._keep_versions(open_room, event, versions)

    async def _keep_versions(
        self, open_room: OpenRoom, event: Arrived | Grew | Reparsed, versions: tuple[Version, ...]
    ) -> None:
        """What a document's versions are now; the oldest give way where they are too many, or too large together."""
        uuid, key = open_room.room.uuid, event.version.key
        kept = newest_of(versions, self._limits.keep_versions, self._limits.max_document)
        record = changed(open_room.record, page_no=open_room.room.apply(event).page_no, versions=kept)
        await self._store.save(uuid, record)
        open_room.record = record
        await self.publish(uuid, event)
        keys = {version.key for version in kept}  # a file may be of several: of one that is current again
        with suppress(StorageFailed):
            if key in keys:
                await self.tidy(uuid, key)
            for gone in versions:
                if gone.key not in keys:
                    await self._store.forget(uuid, gone)

    def finished(self, uuid: str, key: str | None = None) -> Version | None:
        """The newest finished version of an entered document, or the one of this key, as it is stored."""
        record = self._rooms[uuid].record
        return next((kept for kept in reversed(record.versions) if key in (None, kept.key)), None)

    def growing(self, uuid: str) -> asyncio.Lock:
        """Whose turn it is to add rows to an entered document."""
        return self._rooms[uuid].growing

    # Behind the door.

    def _wire(self, open_room: OpenRoom) -> None:
        """Give a room that is opened its timers."""
        open_room.missing = Delay(lambda: self._miss(open_room), self._limits.wheel_missed_s)
        open_room.lapsing = Delay(lambda: self._lapse(open_room), self._limits.wheel_grace_s)
        open_room.moving = Throttle(lambda: self._move(open_room), TOLD_EVERY_S)
        open_room.people = Throttle(
            lambda: self._show_people(open_room), lambda: interval_s(TOLD_EVERY_S, open_room.users)
        )
        open_room.showing = Throttle(lambda: self._show_again(open_room), SHOWN_AGAIN_S)
        open_room.saving = Throttle(lambda: self._save(open_room), TOLD_EVERY_S)

    async def _hear(self, uuid: str, event: Event | Remark) -> None:
        open_room = self._rooms.get(uuid)
        if open_room is None:
            return
        if isinstance(event, Remark):
            self.talks.hear(uuid, event)
            return
        async with open_room.turning:
            before = open_room.room
            room = before.apply(event)
            match event:
                case Joined() | Left() | Moved():
                    open_room.room = room
                    if room is not before:
                        open_room.people.ask()
                    if isinstance(event, Left):
                        self.talks.hear(uuid, event)
                case Took() | Asked() | Gave() | Missed() | Lapsed():
                    open_room.room = room
                case Turned() if room is not before:
                    await self._show_page(open_room, room)
                    open_room.saving.ask()
                    if room.page_no != before.page_no:
                        self.talks.hear(uuid, event)
                case Grew() | Arrived() | Withdrawn() | Reparsed() if room is not before:
                    open_room.room = room
                    await self._show_version(open_room, before)
                    if isinstance(event, Arrived):
                        self.talks.hear(uuid, event)
            if (wheel := room.wheel_frame()) != before.wheel_frame():
                self._audience.show(uuid, wheel)
            if not room.is_abandoned:
                open_room.missing.call_off()
                open_room.lapsing.call_off()
            else:
                open_room.lapsing.begin()
                if not room.is_missed:
                    open_room.missing.begin()

    async def _show_version(self, open_room: OpenRoom, before: Room) -> None:
        """Show what was read; and the page, unless it is as full as it was.

        Plain viewers know how many rows there are from their page alone. The version stands whether its page can be
        read now or later: a StorageFailed here would be taken for one of the upload.
        """
        room = open_room.room
        document = room.document_frame()
        if document is not None:
            self._audience.show(room.uuid, document)
        windows = self._audience.windows(room.uuid) or [FIRST_WINDOW]
        if room.shows_same_page(before):
            windows = [window for window in windows if window == PLAIN]
        try:
            if windows:
                await self._show_page(open_room, room, windows)
        except StorageFailed:
            open_room.showing.ask()

    async def _show_again(self, open_room: OpenRoom) -> None:
        """Show the page that could not be read when it was due."""
        async with open_room.turning:
            await self._show_page(open_room, open_room.room)

    async def _show_page(self, open_room: OpenRoom, room: Room, windows: Sequence[Window] | None = None) -> None:
        """Show the page, once for each of these windows, or for each that somebody looks through."""
        if windows is None:
            windows = self._audience.windows(room.uuid) or [FIRST_WINDOW]
        for crowd in crowds_of(windows):
            pages = await self._page_frames(room, crowd)
            open_room.room = room  # only now: where a page cannot be read, nobody moves
            for window, page in zip(crowd, pages, strict=True):
                self._audience.show(room.uuid, page, window)
                await asyncio.sleep(0)  # to make each ready takes a moment

    async def _miss(self, open_room: OpenRoom) -> None:
        if open_room.room.driver is not None:
            await self.publish(open_room.room.uuid, Missed(open_room.room.driver.who))

    async def _lapse(self, open_room: OpenRoom) -> None:
        if open_room.room.driver is not None:
            await self.publish(open_room.room.uuid, Lapsed(open_room.room.driver.who))

    async def _move(self, open_room: OpenRoom) -> None:
        places, open_room.places = open_room.places, {}
        await self.publish(open_room.room.uuid, Moved(places))

    async def _show_people(self, open_room: OpenRoom) -> None:
        self._audience.show(open_room.room.uuid, open_room.room.people_frame())

    def _person(self, open_room: OpenRoom, viewer: str) -> Person | None:
        here = open_room.room.viewers.get(viewer)
        return here.person if here else None

    async def _save(self, open_room: OpenRoom) -> None:
        async with open_room.committing:
            record = changed(open_room.record, page_no=open_room.room.page_no)
            if record.versions and record != open_room.record:
                with suppress(StorageFailed):  # the next turn tries again, and no table is lost by it
                    await self._store.save(open_room.room.uuid, record)
                    open_room.record = record

    async def _page_frames(self, room: Room, windows: Sequence[Window]) -> list[Page]:
        if room.version is None or room.page_no > room.version.pages:
            return [room.page_frame(Excerpt())] * len(windows)
        with self.lease(room.version):
            excerpts = await self._pages.excerpts(room.uuid, room.version, room.page_no, windows)
        return [room.page_frame(excerpt) for excerpt in excerpts]

    async def _page_frame(self, room: Room, window: Window) -> Page:
        return (await self._page_frames(room, [window]))[0]

    async def _standing(self, open_room: OpenRoom, window: Window) -> Page:
        """The page that stands. It is read once for all who look through one window, as long as it stands."""
        if open_room.told is None or open_room.told[0] != window or open_room.told[1].seq != open_room.room.seq:
            open_room.told = window, await self._page_frame(open_room.room, window)
        return open_room.told[1]

    def _version(self, uuid: str, number: int | None) -> Version:
        """One of the kept versions of an entered document, the newest for None. Raises UnknownVersion."""
        open_room = self._rooms[uuid]
        for version in (open_room.room.version, *open_room.record.versions):
            if version is not None and number in (None, version.number):
                return version
        raise UnknownVersion(number or 1)
