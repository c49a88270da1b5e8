"""The talk of an open document: broadcast to all its viewers, and kept."""

from collections.abc import Callable
from contextlib import suppress

from pagecast.ports.rooms import Viewers
from pagecast.ports.storage import Records
from pagecast.protocol.errors import ReadOnly, StorageFailed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person
from pagecast.protocol.talk import Allow, Allowed, Brushed, Log, Look, Offered, Say, Select, Selection, Selections
from pagecast.room.events import (
    Arrived,
    Event,
    Left,
    Pinged,
    RangeBrushed,
    Said,
    Selected,
    SpeakingAllowed,
    TalkEvent,
    Turned,
    Viewed,
    ViewOffered,
)
from pagecast.room.pointers import Pointers
from pagecast.room.room import Room
from pagecast.room.state import RoomState
from pagecast.room.talk import Talk, talked_of
from pagecast.service.throttle import Throttle, interval_s
from pagecast.table.paging import page_of_row
from pagecast.table.version import Version

POINTED_EVERY_S = 1 / 30
"""How often selections are broadcast to few viewers: as often as a screen could show them."""

BRUSHED_EVERY_S = 1 / 20
"""How often a range that is being chosen is broadcast to few viewers."""

SAID_EVERY_S = 0.1
"""How often lines are broadcast to few viewers: at once, for a person."""

KEPT_EVERY_S = 2.0
"""How often the talk is saved."""


class OpenTalk:
    """One document's talk and selections while the document is open. ``listeners`` counts those who hear it."""

    def __init__(
        self, room: Room, talk: Talk, records: Records, viewers: Viewers, listeners: Callable[[], int]
    ) -> None:
        self._room, self._records, self._viewers = room, records, viewers
        self._talk = self._kept = talk
        self._sent = talk.last
        self._pointers = Pointers()
        self._pointed = 0  # the version that the selections are of
        self._logging = Throttle(self._broadcast_log, lambda: interval_s(SAID_EVERY_S, listeners()))
        self._pointing = Throttle(self._broadcast_selections, lambda: interval_s(POINTED_EVERY_S, listeners()))
        self._brushed: Brushed | None = None
        self._brushing = Throttle(self._broadcast_brushed, lambda: interval_s(BRUSHED_EVERY_S, listeners()))
        self._keeping = Throttle(self._keep, KEPT_EVERY_S)

    @property
    def talk(self) -> Talk:
        """The talk after the last event in order."""
        return self._talk

    @property
    def may_speak(self) -> bool:
        """Whether viewers of the read-only link may talk and select."""
        return self._talk.speak

    def log(self, after: int) -> Log:
        """The lines after one, as far as they are kept."""
        return self._talk.log(after)

    def selections(self, page_no: int) -> Selections | None:
        """The selections on a page, if there are any."""
        frame = self._selections(page_no)
        return frame if frame and frame.selections else None

    def event_of(self, asked: Say | Look | Select | Allow, link: Link, by: Person, viewer: str) -> TalkEvent | None:
        """Return the event of a viewer's frame. None where it is about cells that the table does not have any more.

        Raises ReadOnly.
        """
        if link.reads_only and (isinstance(asked, Allow) or not self.may_speak):
            raise ReadOnly
        version = self._room.version
        match asked:
            case Say(text):
                return Said(by, version.number if version else 0, text)
            case Allow(speak):
                return SpeakingAllowed(speak)
            case Look(number, row, column) if has_cell(version, number, row, column):
                return Pinged(by, number, row, column)
            case Select(number, area) if area is None or has_cell(version, number, area[2], area[3]):
                return Selected(viewer, by, number, area)
        return None

    def hear(self, event: Event, room: Room) -> None:
        """Take in an event, and the room after it."""
        before, self._room = self._room, room
        match event:
            case Selected(viewer, by, version, area):
                if room.version and room.version.number == version:
                    self._pointed = version
                    page_no = page_of_row(area[0]) if area else 0
                    self._pointers.put(viewer, page_no, Selection(by, area) if area else None)
                    self._pointing.request()
            case RangeBrushed(by, version, column, ends):
                self._brushed = Brushed(by, version, column, ends)
                self._brushing.request()
            case Left(viewer):
                self._pointers.put(viewer, 0, None)
                self._pointing.request()
            case Turned(page_no=page_no) if room.page_no != before.page_no:
                if not room.view:
                    self._pointers.touch(page_no)  # everyone with the room sees that page now
                    self._pointing.request()
            case Viewed() if room is not before:
                if not room.view:
                    self._pointers.touch(room.page_no)
                    self._pointing.request()
            case ViewOffered(by, version, view, rows):
                self._viewers.show(room.uuid, Offered(by, version, view, rows))
            case Arrived(version) if room is not before:
                if version.number != self._pointed:  # else it has been on screen as it arrived
                    self._pointers.clear()
            case SpeakingAllowed(speak):
                self._viewers.show(room.uuid, Allowed(speak))
        if line := talked_of(event, before, room):
            self._talk = self._talk.apply(line)
            self._logging.request()
            self._keeping.request()

    def agree(self, state: RoomState) -> None:
        """Go on from the state of all processes."""
        self._room = state.room
        if state.talk != self._talk:
            if state.talk.speak != self._talk.speak:
                self._viewers.show(state.room.uuid, Allowed(state.talk.speak))
            self._talk = state.talk
            self._logging.request()
            self._keeping.request()

    async def drain(self) -> None:
        """Broadcast and save now what is still due."""
        for throttle in (self._logging, self._pointing, self._brushing, self._keeping):
            await throttle.flush()

    def _selections(self, page_no: int) -> Selections | None:
        version = self._room.version
        return Selections(version.number, page_no, self._pointers.on(page_no)) if version else None

    async def _broadcast_log(self) -> None:
        log, self._sent = self._talk.log(self._sent), self._talk.last
        if log.lines:
            self._viewers.show(self._room.uuid, log)

    async def _broadcast_selections(self) -> None:
        on_screen = 0 if self._room.view else self._room.page_no  # selections are on pages of the table
        for page_no in self._pointers.take_changed():
            frame = self._selections(page_no)
            if frame:
                self._viewers.point(self._room.uuid, frame, followers=page_no == on_screen)

    async def _broadcast_brushed(self) -> None:
        if self._brushed is not None:
            self._viewers.show(self._room.uuid, self._brushed)

    async def _keep(self) -> None:
        talk, version = self._talk, self._room.version
        if talk != self._kept and version and version.complete:  # a document without a table does not last
            with suppress(StorageFailed):  # the next line retries
                await self._records.save_talk(self._room.uuid, talk)
                self._kept = talk


def has_cell(version: Version | None, number: int, row: int, column: int) -> bool:
    """Whether a version has this number and this cell. Rows and columns count from 1."""
    return version is not None and version.number == number and row <= version.rows and column <= version.columns
