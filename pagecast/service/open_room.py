"""An open room: a document while somebody uses it. It owns its state, its record, its talk and its clocks."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

from pagecast.ports.engine import Tell, untold
from pagecast.ports.rooms import Send
from pagecast.protocol.errors import PagecastError, PageOutOfRange, ReadOnly, StorageFailed, Superseded, UnknownVersion
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person, Place
from pagecast.protocol.tables import Page
from pagecast.protocol.talk import Allow, Brush, Log, Look, Say, Select, Selections
from pagecast.room.events import (
    Answered,
    Arrived,
    ControlGiven,
    ControlRequested,
    ControlTaken,
    Deleted,
    Event,
    Grew,
    Joined,
    Left,
    Moved,
    ProcessLost,
    RangeBrushed,
    Reparsed,
    RoomEvent,
    TableTurned,
    TalkEvent,
    Turned,
    Viewed,
    Withdrawn,
)
from pagecast.room.record import Record
from pagecast.room.room import Room
from pagecast.room.state import RoomState
from pagecast.service.absence import AbsenceWatch
from pagecast.service.attendance import Attendance
from pagecast.service.open_record import OpenRecord
from pagecast.service.open_talk import OpenTalk
from pagecast.service.pages import PageReader, batches_of
from pagecast.service.questions import GrowingAnswer, Questions
from pagecast.service.room_answers import RoomAnswers
from pagecast.service.screen import Screen
from pagecast.service.throttle import Throttle
from pagecast.service.views import Views
from pagecast.service.world import World
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_WINDOW, ColumnWindow
from pagecast.view.choice import choose_columns, chosen_window

RETRY_S = 1.0
"""After how long a page is read again that could not be read when everyone was to see it."""


class OpenRoom:
    """One document in use here.

    Everything that happens goes out as an event over the bus, and comes back through ``hear``, in one order for all
    processes. ``hear`` applies it to the room and to the record, and shows the result to the viewers of this process.
    """

    def __init__(self, state: RoomState, record: Record, world: World, pages: PageReader, views: Views) -> None:
        room, talk = state.room, state.talk
        self.epoch = secrets.token_hex(4)
        """New each time the room is opened, because its ``seq`` is counted anew then."""
        self.users = 0
        """Visits that hold it open: viewers, uploads, requests."""
        self.emptied = 0
        """How often the last of them has left."""
        self.appending = asyncio.Lock()
        """Held while rows are appended to the newest version, or its file is parsed again."""
        self._room, self._world, self._pages, self._views = room, world, pages, views
        self._settled = room  # the room after the events that all processes have heard
        self._store, self._viewers = world.store, world.viewers
        self._record = OpenRecord(room.uuid, record, world.store, world.retention)
        self.attendance = Attendance(world, lambda: self._room, self.publish, lambda: self.users, self._record)
        self._talk = OpenTalk(room, talk, world.store, world.viewers, lambda: self.users)
        self._absence = AbsenceWatch(self.publish, world.limits.presenter_missed_s, world.limits.presenter_grace_s)
        self._hearing = asyncio.Lock()  # held while an event is applied and shown, so that all see the same order
        self._committing = asyncio.Lock()  # held from a version's number to its event, so that versions arrive in order
        self._screen = Screen(lambda: self._room, pages, world)
        self._questions = Questions(room.uuid, views, world.store)
        self.answers = RoomAnswers(room.uuid, views, pages, world.store, self.version)
        self._growing_answer = GrowingAnswer(self._answer_again)
        self._retrying = Throttle(self._show_again, RETRY_S)
        if not room.view_is_counted:
            self._growing_answer.request()

    @property
    def uuid(self) -> str:
        return self._room.uuid

    @property
    def reader(self) -> str:
        """The document's read-only UUID."""
        return self._record.reader

    @property
    def page_no(self) -> int:
        """The page that the room is on."""
        return self._room.page_no

    @property
    def view(self) -> str:
        """The canonical query string of the view on screen; empty for the table as it was read."""
        return self._room.view

    async def publish(self, event: Event) -> None:
        """Carry an event to every process. Returns when this one has heard it."""
        await self._world.publish(self.uuid, event)

    async def drain(self) -> None:
        """Broadcast and save now what is still due."""
        await self._growing_answer.stop()
        await self.attendance.drain()
        await self._record.saving.flush()
        await self._retrying.flush()
        await self._absence.drain()  # last: the moves just published may have started its clocks
        await self._talk.drain()

    # People.

    async def join(self, viewer: str, person: Person) -> None:
        """A person is here through this viewer, or has another name now."""
        await self.attendance.join(viewer, person)

    async def leave(self, viewer: str) -> None:
        """A viewer's connection has closed."""
        await self.attendance.leave(viewer)

    def move(self, viewer: str, place: Place) -> None:
        """A viewer reads a page of its own now, or the room's. The others hear of it within a moment."""
        self.attendance.move(viewer, place)

    # Pages.

    async def turn(self, page_no: int, by: Person | None) -> None:
        """Turn everyone to a page of what is on screen, from 1. Raises NotYourTurn, PageOutOfRange."""
        await self.publish(await self.find_turn(page_no, by))

    async def turn_table(self, page_no: int, by: Person) -> None:
        """Turn everyone to a page of the table; only those who speak the plain protocol while a view is on screen.

        Raises NotYourTurn, PageOutOfRange.
        """
        version = self.newest
        if version is None or not self._room.view:
            await self.turn(page_no, by)
            return
        self._room.check_turn(by)
        version.check_page(page_no)
        await self.publish(TableTurned(version.number, page_no, by))

    async def find_turn(self, page_no: int, by: Person | None, tell: Tell = untold) -> Turned:
        """Find what a turn to a page shows; ``publish`` it. A page of a view may have to wait for the whole answer.

        ``tell`` is called with how far it is.

        Raises NotYourTurn, PageOutOfRange, QueryFailed, QueryTooLarge, ServerBusy.
        """
        self._room.check_turn(by)
        turned = await self._questions.telling(tell).turn(self._room, page_no, by)
        if not self._room.view_is_counted:
            await self._answer_again()  # or the room would not know the page
        return turned

    async def find_view(self, number: int, text: str, row: int | None, by: Person, tell: Tell = untold) -> Viewed:
        """Find what a view of the version on screen shows; ``publish`` it.

        Args:
            number: the version.
            text: the query string of the view; empty for the table as it was read.
            row: a row of the table that should stay in sight, if any.
            by: the person who asks.
            tell: called with how far it is.

        Raises NotYourTurn, Superseded, BadView, QueryFailed, QueryTooLarge, ServerBusy.
        """
        self._room.check_turn(by)
        return await self._questions.telling(tell).show(self._room, number, text, row, by)

    async def show_view(self, viewed: Viewed) -> None:
        """Publish a view that was found, unless it takes back one that somebody else has taken back meanwhile."""
        if viewed.undoes in (None, self.view):
            await self.publish(viewed)

    async def brush(self, asked: Brush, by: Person) -> None:
        """Show the others which range of a column a person is choosing. Raises NotYourTurn, Superseded."""
        self._room.check_turn(by)
        version = self._room.version
        if version is None or version.number != asked.version:
            raise Superseded
        if asked.column <= version.columns:
            await self.publish(RangeBrushed(by, asked.version, asked.column, asked.range))

    def offer(self, number: int, text: str, link: Link, by: Person) -> Coroutine[Any, Any, None]:
        """Return the work that asks the others to look at a view of a version.

        Raises ReadOnly. The work raises UnknownVersion, BadView, QueryFailed, QueryTooLarge, ServerBusy.
        """
        if link.reads_only and not self.may_speak:
            raise ReadOnly
        return self._offer(number, text, by)

    async def _offer(self, number: int, text: str, by: Person) -> None:
        await self.publish(await self._questions.offer(self.version(number), text, by))

    async def send_state(self, send: Send, window: ColumnWindow) -> None:
        """Send one viewer what is on screen, in order with what is broadcast: the presenter, the document, the page."""
        async with self._hearing:
            if self._room.presenter is not None:
                send(self._room.presenter_frame())
            document = self._room.document_frame()
            if document is not None:
                send(document)
                send(await self._screen.page(window))

    async def send_page(self, send: Send, window: ColumnWindow) -> None:
        """Send one viewer the page on screen through another column window."""
        async with self._hearing:
            if self._room.version is not None:
                send(await self._screen.page(window))

    async def page(self, page_no: int | None, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of the table as it was read, turning nobody. Raises PageOutOfRange.

        For None it is the room's page, or the one that clients of the plain protocol have while a view is on screen.
        """
        if page_no is None:
            async with self._hearing:  # or an older page could be sent after a newer one
                return await self._screen.frame(self._room.of_table(), window)
        if self._room.version is None:
            raise PageOutOfRange(page_no, 0)
        self._room.version.check_page(page_no)
        return await self._screen.frame(self._room.on_page(page_no), window)

    async def page_of(self, number: int, page_no: int, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of one of the kept versions. Raises UnknownVersion, PageOutOfRange."""
        version = self.version(number)
        version.check_page(page_no)
        return await self._screen.frame(self._room.on_page(page_no, version), window)

    async def view_page(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        page_no: int,
        window: ColumnWindow = PLAIN_WINDOW,
        tell: Tell = untold,
        *,
        chosen: bool = False,
        row: int | None = None,
    ) -> Page:
        """A page of a view of a version, None for the newest. ``pairs`` are the parameters of a query.

        With ``chosen`` it has the columns that the view chooses, where it does, in their order. With ``row``, it is the
        page that has this row of the table, the first one where none has, or where that takes long to find out.

        Raises UnknownVersion, BadView, PageOutOfRange, QueryFailed, QueryTooLarge, ServerBusy.
        """
        version = self.version(number)
        with self.lease(version):
            views = self._views.telling(tell)
            view = await views.parse(self.uuid, version, pairs)
            sheet = await views.sheet(self.uuid, version, view)
            page_no = page_no if row is None else await self._questions.page_with(sheet, row)
            sheet.check_page(page_no)
            columns = view.columns if chosen else ()
            window = chosen_window(columns, window) if columns else window
            (excerpt,) = await views.excerpts(self.uuid, sheet, page_no, [window])
            text = await views.write(self.uuid, version, view)
        room = self._room.on_page(page_no, version)
        page = room.page_frame(excerpt)
        page = changed(page, total_number=sheet.rows, view=text, row_numbers=list(excerpt.row_numbers))
        return choose_columns(page, columns) if columns else page

    async def page_on_screen(self, window: ColumnWindow) -> Page:
        """The page on screen, which may be one of a view."""
        async with self._hearing:
            return await self._screen.page(window)

    async def table(self, version: Version, span: range) -> bytes:
        """Some bytes of a version's inner form."""
        return await self._pages.table(self.uuid, version, span)

    async def original(self, version: Version, span: range) -> bytes:
        """Some bytes of a version's file as it was sent."""
        return await self._store.original(self.uuid, version, span)

    def lease(self, version: Version) -> AbstractContextManager[None]:
        """Keep a version's files while the context is entered. Enter it before you await anything."""
        return self._store.lease(version.key, version.edition)

    # Presenting.

    async def present(self, by: Person) -> None:
        """Make a person the presenter, if there is none. Raises NotYourTurn."""
        self._room.check_turn(by)
        await self.publish(ControlTaken(by))

    async def ask_to_present(self, by: Person) -> None:
        """Ask the presenter to hand over. While nobody presents, the person becomes the presenter."""
        await self.publish(ControlRequested(by) if self._room.presenter else ControlTaken(by))

    async def hand_over(self, by: Person, to: str | None) -> None:
        """Make a person who asked for it the presenter, or nobody (None). Raises NotYourTurn."""
        self._room.check_turn(by)
        await self.publish(ControlGiven(by.who, to))

    # Versions.

    @property
    def newest(self) -> Version | None:
        """The table on screen: a finished version, or a first upload as far as it has come."""
        return self._room.version

    @property
    def versions(self) -> tuple[Version, ...]:
        """The finished versions that are kept, oldest first."""
        return self._record.versions

    def version(self, number: int | None) -> Version:
        """The version on screen for None, or one of the kept ones. Raises UnknownVersion."""
        for version in (self.newest, *self.versions):
            if version is not None and number in (None, version.number):
                return version
        raise UnknownVersion(number or 1)

    def finished(self, key: str | None = None) -> Version | None:
        """The newest finished version, or the newest one of an upload's key, as it is stored."""
        return self._record.finished(key)

    async def restore(self, number: int, viewer: str = "") -> Version:
        """Make a kept version the newest again, as a new version of the same file, for a viewer or "".

        Raises UnknownVersion; StorageFailed, after which nothing has changed.
        """

        def restored(next_number: int) -> Version:
            version = self._record.version(number)
            created, restores = self._world.timestamp(), version.restores or number
            return changed(version, number=next_number, created=created, by="", restores=restores)

        return await self.adopt(restored, viewer)

    async def adopt(self, version: Callable[[int], Version | None], viewer: str) -> Version:
        """Make a finished upload the document's newest version.

        Args:
            version: makes the version, given its number.
            viewer: the viewer who uploaded it, or "".

        Raises StorageFailed, after which nothing has changed.
        """

        first = version(0)
        assert first is not None, "a finished upload has at least one row"
        shown, gone = await self._questions.keep(self._room, first)

        def arrived(record: Record) -> Arrived:
            adopted = version(record.newest.number + 1 if record.newest else 1)
            assert adopted is not None, "a finished upload has at least one row"
            presence = self._room.viewers.get(viewer)
            if presence is None:
                return Arrived(adopted, None, shown, gone)
            return Arrived(changed(adopted, by=presence.person.name), presence.person, shown, gone)

        return await self._commit(arrived)

    async def grow(self, version: Version) -> None:
        """Replace a finished version by a longer one. Raises StorageFailed, after which nothing has changed."""
        await self._commit(lambda _: Grew(version))

    async def replace(self, version: Version) -> None:
        """Replace a finished version by another reading of its file.

        Raises StorageFailed, after which nothing has changed.
        """
        shown, gone = await self._questions.keep(self._room, version)
        await self._commit(lambda _: Reparsed(version, shown, gone))

    async def tidy(self, key: str) -> None:
        """Remove the editions of a file that no version is of any more. Raises StorageFailed."""
        await self._store.remove_editions(self.uuid, key, self._record.editions(key))

    async def _commit(self, make: Callable[[Record], Arrived | Grew | Reparsed]) -> Version:
        """Save the record after an event, publish the event, and remove the files that are not needed any more."""
        async with self._committing:
            event, gone = await self._record.commit(make, lambda: self._room)
            await self.publish(event)
        self._views.expect_questions(self.uuid, event.version)
        keys = {version.key for version in self.versions}  # several versions may be of one file
        with suppress(StorageFailed):
            if event.version.key in keys:
                await self.tidy(event.version.key)
            for version in gone:
                if version.key not in keys:
                    await self._store.remove_version(self.uuid, version)
        return event.version

    async def delete(self) -> None:
        """Delete the document for good. Raises StorageFailed, after which nothing has changed."""
        async with self._committing:
            await self._record.delete()
            await self.publish(Deleted())
        await self.drain()

    # Talk.

    @property
    def may_speak(self) -> bool:
        """Whether viewers of the read-only link may talk and select."""
        return self._talk.may_speak

    async def talk(self, asked: Say | Look | Select | Allow, link: Link, by: Person, viewer: str) -> None:
        """A viewer says or shows something. Raises ReadOnly."""
        event = self._talk.event_of(asked, link, by, viewer)
        if event is not None:
            await self.publish(event)

    def log(self, after: int) -> Log:
        """The lines of the talk after one, as far as they are kept."""
        return self._talk.log(after)

    def selections(self, page_no: int) -> Selections | None:
        """The selections on a page, if there are any."""
        return self._talk.selections(page_no)

    # Events.

    async def hear(self, event: Event) -> None:
        """Apply an event that the bus carried, and show what follows from it."""
        if isinstance(event, TalkEvent):
            self._talk.hear(event, self._room)
            return
        async with self._hearing:
            try:
                await self._apply(event)
            finally:
                self._settled = self._room
                self._talk.hear(event, self._room)
            if isinstance(event, ProcessLost):
                self.attendance.correct()  # it may have stored a version that nobody heard of, or be this process

    async def hear_early(self, event: Event) -> None:
        """Apply an event that no other process has heard yet. Messages wait: their lines are numbered in order."""
        if not isinstance(event, TalkEvent):
            async with self._hearing:
                await self._apply(event)

    async def agree(self, state: RoomState | None, events: Sequence[Event]) -> None:
        """Show what all processes agree on, in place of what was heard early or missed.

        ``state`` is what ``events`` follow; None for the state after the last event in order.
        """
        async with self._hearing:
            before, state = self._room, state or self.state
            for event in events:
                state = state.apply(event)
                self._record.apply(event, state.room)
            self._room = self._settled = changed(state.room, seq=max(before.seq, state.room.seq) + 1)
            self._talk.agree(changed(state, room=self._room))
            self._show_presenter(before)
            self.attendance.show()
            self.attendance.correct()
            self._absence.hear(self._room)
            self._record.show(self._room)
            await self._show_version(before)

    @property
    def state(self) -> RoomState:
        """The room and its talk after the last event in order."""
        return RoomState(self._settled, self._talk.talk, self.reader)

    async def _apply(self, event: RoomEvent) -> None:
        before, after = self._room, self._room.apply(event)
        try:
            await self._show(event, before, after)
        except StorageFailed:
            if not self._world.bus.is_shared:
                raise
            self._room = after  # the other processes have turned
            self._retrying.request()
            raise
        finally:
            self._record.apply(event, self._room)
            self._show_presenter(before)
            self._absence.hear(self._room)

    def _show_presenter(self, before: Room) -> None:
        presenter = self._room.presenter_frame()
        if presenter != before.presenter_frame():
            self._viewers.show(self.uuid, presenter)

    async def _show(self, event: RoomEvent, before: Room, after: Room) -> None:
        """Make ``after`` the room, and show its viewers what is new in it."""
        match event:
            case Turned() | TableTurned() | Viewed() | Answered() if after is not before:
                await self._show_page(after, self._screen.windows_of(isinstance(event, TableTurned), after))
                self._record.saving.request()
                if not after.view_is_counted:
                    self._growing_answer.request(now=True)
            case Grew() | Arrived() | Withdrawn() | Reparsed() if after is not before:
                self._room = after
                await self._show_version(before)
                if isinstance(event, Grew) and after.view:
                    self._growing_answer.request()
            case Joined() | Left() | ProcessLost() | Moved() if after is not before:
                self._room = after
                self.attendance.show()
            case _:
                self._room = after
                if isinstance(event, Deleted):
                    self._viewers.dismiss(self.uuid)

    async def _show_version(self, before: Room) -> None:
        """Show what was read; and the page, unless it has the same rows as before.

        Plain viewers learn how many rows there are from their page alone. The version stands whether its page can be
        read now or later: the upload would take a StorageFailed here for one of its own.
        """
        room = self._room
        document = room.document_frame()
        if document is not None:
            self._viewers.show(self.uuid, document)
        windows = self._screen.windows()
        if room.shows_same_page(before):
            windows = [window for window in windows if window == PLAIN_WINDOW]
        try:
            if windows:
                await self._show_page(room, windows)
        except StorageFailed:
            self._retrying.request()

    async def _show_again(self) -> None:
        async with self._hearing:
            await self._show_page(self._room)

    async def _show_page(self, room: Room, windows: Sequence[ColumnWindow] | None = None) -> None:
        """Show the page of ``room``, which becomes the room as soon as its page has been read."""
        for batch in batches_of(self._screen.windows() if windows is None else windows):
            pages = await self._screen.frames(room, batch)
            self._room = room  # only now: a page that cannot be read moves nobody
            for window, page in zip(batch, pages, strict=True):
                self._viewers.show(self.uuid, page, window)
                await asyncio.sleep(0)  # each page takes a moment to encode

    async def _answer_again(self) -> None:
        """Show the rows of the view on screen that arrived, or were counted, since it was answered."""
        try:
            answered = await self._questions.again(self._room)
        except PagecastError:
            if not self._room.view_is_counted:
                self._growing_answer.request()
            raise
        if answered is not None:
            await self.publish(answered)
            if answered.shown.page_no != self._room.page_no and answered.shown.view == self._room.view:
                self._growing_answer.request()  # somebody turned meanwhile
