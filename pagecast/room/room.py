"""The room: the state that all viewers of a document share, a fold over its events."""

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from pagecast.protocol.facts import UNSET, Fact, changed
from pagecast.protocol.people import COLOURS, MAX_PEOPLE, People, Person, Place, Present
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import Document, Page
from pagecast.room.events import (
    Arrived,
    ControlGiven,
    ControlRequested,
    ControlTaken,
    Event,
    Grew,
    Joined,
    Left,
    Moved,
    Pinged,
    PresenterLapsed,
    PresenterMissed,
    Reparsed,
    Said,
    Selected,
    SpeakingAllowed,
    Turned,
    Withdrawn,
)
from pagecast.table.version import Version
from pagecast.table.window import Excerpt

MANY_VIEWERS = 4 * COLOURS
"""With more viewers than this, colours repeat anyway: everybody gets the colour of their own."""

WITH_THE_ROOM = Place(None, None)


class Presence(Fact, frozen=True):
    """One viewer in a room: its person, its colour, and where it reads alone, if it does."""

    person: Person
    colour: int
    place: Place = WITH_THE_ROOM


NOBODY: Mapping[str, Presence] = MappingProxyType({})


class Room(Fact, frozen=True):
    """A document's shared state. ``apply`` an event to get the next one.

    >>> room = Room("3f0c…").apply(Joined("9f2c41d7", Person("5b1c09ae33f0", "Otter")))
    >>> room.people_frame().people[0].name
    'Otter'
    >>> room.apply(Turned(1, 4, None)).page_no  # the room has no table, so there is no page 4
    1
    """

    uuid: str
    version: Version | None = None
    """The table on screen: a finished version, or a first upload as far as it has come."""
    page_no: int = 1
    by: Person | None = None
    """The person who brought this page on screen, where it was a person."""
    seq: int = 0
    """Counts the changes of what is on screen."""
    viewers: Mapping[str, Presence] = NOBODY
    presenter: Person | None = None
    """The only person who turns the pages; None while everybody may."""
    presenter_is_missed: bool = False
    """Whether the presenter has been gone for so long that the others are told."""
    requests: tuple[Person, ...] = ()
    """The people who asked for control, first come first. All of them are here."""

    def apply(self, event: Event) -> "Room":
        """The room after an event. An event that came too late to mean anything changes nothing."""
        match event:
            case Joined() | Left() | Moved():
                return self._apply_presence(event)
            case Turned(version, page_no, by):
                is_current = self.version is not None and self.version.number == version
                if is_current and self.may_turn(by) and self._has_page(page_no):
                    return changed(self, page_no=page_no, by=by, seq=self.seq + 1)
                return self
            case Grew() | Arrived() | Withdrawn() | Reparsed():
                return self._apply_table(event)
            case Said() | Pinged() | Selected() | SpeakingAllowed():
                return self
            case _:
                return self._apply_presenting(event)

    def _apply_presence(self, event: Joined | Left | Moved) -> "Room":
        match event:
            case Joined(viewer, person):
                before = self.viewers.get(viewer)
                if before and before.person == person:
                    return self
                place = before.place if before else WITH_THE_ROOM
                presence = Presence(person, self._colour_for(viewer, person), place)
                return changed(self, viewers={**self.viewers, viewer: presence})._with_name(person)._without_absent()
            case Left(viewer) if viewer in self.viewers:
                return changed(self, viewers={v: p for v, p in self.viewers.items() if v != viewer})._without_absent()
            case Moved(places):
                here = {viewer: place for viewer, place in places.items() if viewer in self.viewers}
                moved = {viewer: changed(self.viewers[viewer], place=place) for viewer, place in here.items()}
                return changed(self, viewers={**self.viewers, **moved})
        return self

    def _apply_presenting(
        self, event: ControlTaken | ControlRequested | ControlGiven | PresenterMissed | PresenterLapsed
    ) -> "Room":
        presenter = self.presenter
        match event:
            case ControlTaken(by) if presenter is None and self.is_here(by.who):
                return self._presented_by(by)
            case ControlRequested(by) if presenter and by.who != presenter.who and self.is_here(by.who):
                if all(one.who != by.who for one in self.requests) and len(self.requests) < MAX_PEOPLE:
                    return changed(self, requests=(*self.requests, by))
            case ControlGiven(who, None) if presenter and presenter.who == who:
                return self._presented_by(None)
            case ControlGiven(who, to) if presenter and presenter.who == who:
                successor = next((one for one in self.requests if one.who == to), None)
                return self._presented_by(successor) if successor else self
            case PresenterMissed(who) if presenter and presenter.who == who and self.presenter_is_absent:
                return changed(self, presenter_is_missed=True)
            case PresenterLapsed(who) if presenter and presenter.who == who and self.presenter_is_absent:
                return self._presented_by(next(iter(self.requests), None))
        return self

    def _apply_table(self, event: Grew | Arrived | Withdrawn | Reparsed) -> "Room":
        match event:
            case Grew(version) if self.version is None or self._continues(version):
                return self._grown(version)
            case Arrived(version, by):
                if self._awaits(version):
                    return changed(self._grown(version), by=by)
                return changed(self, version=version, page_no=1, by=by, seq=self.seq + 1)
            case Reparsed(version) if self.version and self.version.number == version.number:
                page_no = min(self.page_no, version.pages)
                return changed(self, version=version, page_no=page_no, by=None, seq=self.seq + 1)
            case Withdrawn(key) if self.version and not self.version.complete and self.version.key == key:
                return changed(self, version=None, page_no=1, by=None, seq=self.seq + 1)
        return self

    def shows_same_page(self, before: "Room") -> bool:
        """Whether the page on screen has the same rows as before, of a table that is as complete as before."""
        new, old = self.version, before.version
        if new is None or old is None or (new.key, new.edition, new.complete) != (old.key, old.edition, old.complete):
            return False
        return self.page_no == before.page_no and old.page_rows(self.page_no) == new.page_rows(self.page_no)

    def _has_page(self, page_no: int) -> bool:
        return self.version is not None and 1 <= page_no <= self.version.pages

    def _awaits(self, version: Version) -> bool:
        """Whether this completes the first version, which everyone has been watching as it arrived."""
        return self.version is not None and not self.version.complete and self.version.key == version.key

    def _continues(self, version: Version) -> bool:
        """Whether this is the same table with more in it, or complete at last."""
        old = self.version
        if old is None or old.key != version.key:
            return False
        return version.received > old.received or (not old.complete and version.received == old.received)

    def _grown(self, version: Version) -> "Room":
        """The room with more of its table.

        A viewer on the last page follows the end as rows are appended. While a file of known size is still uploading,
        the page stays put.
        """
        old = self.version
        follows_end = old is not None and (old.complete or old.size is None)
        if old is not None and follows_end and self.page_no == old.pages > 1 and version.pages > old.pages:
            return changed(self, version=version, page_no=version.pages, by=None, seq=self.seq + 1)
        # There are fewer rows where the guess of the dialect was revised.
        page_no = min(self.page_no, max(1, version.pages))
        return changed(self, version=version, page_no=page_no, seq=self.seq + 1)

    def document_frame(self) -> Document | None:
        return self.version.frame(self.uuid, self.seq) if self.version else None

    def page_frame(self, excerpt: Excerpt) -> Page:
        """The page on screen, given what a viewer sees of it."""
        return Page(
            seq=self.seq,
            uuid=self.uuid,
            version=self.version.number if self.version else 0,
            edition=self.version.edition if self.version else 0,
            page_no=self.page_no,
            total_number=self.version.rows if self.version else 0,
            by=self.by,
            n_columns=excerpt.n_columns,
            columns=[(span.start + 1, span.stop) for span in excerpt.spans],
            header=excerpt.header,
            kinds=excerpt.kinds,
            lenses=excerpt.lenses,
            cut=[(row + 1, column + 1, size) for row, column, size in excerpt.cut],
            data=excerpt.rows,
        )

    def may_turn(self, by: Person | None) -> bool:
        """Whether a person may turn the page for everyone."""
        return self.presenter is None or (by is not None and by.who == self.presenter.who)

    def is_here(self, who: str) -> bool:
        """Whether a person has the document open."""
        return any(presence.person.who == who for presence in self.viewers.values())

    @property
    def presenter_is_absent(self) -> bool:
        """Whether there is a presenter, who has no viewer open."""
        return self.presenter is not None and not self.is_here(self.presenter.who)

    def presenter_frame(self) -> Presenter:
        return Presenter(self.presenter, self.presenter_is_missed, list(self.requests))

    def people_frame(self) -> People:
        """The people who are here. Each counts once; the newest of its viewers says where it reads."""
        people = {presence.person.who: presence for presence in self.viewers.values()}
        named = [self._present(presence, people) for presence in islice(people.values(), MAX_PEOPLE)]
        return People(len(people), named)

    def _with_name(self, person: Person) -> "Room":
        """With a person's newest name wherever presenting is concerned."""
        presenter = person if self.presenter and self.presenter.who == person.who else self.presenter
        requests = tuple(person if one.who == person.who else one for one in self.requests)
        return changed(self, presenter=presenter, requests=requests)

    def _presented_by(self, presenter: Person | None) -> "Room":
        """With another presenter. Without one, nobody needs to ask for control."""
        requests = tuple(one for one in self.requests if presenter and one != presenter)
        return changed(self, presenter=presenter, presenter_is_missed=False, requests=requests)

    def _without_absent(self) -> "Room":
        """Without the requests of people who have gone. A presenter who is back is not missed."""
        requests = tuple(one for one in self.requests if self.is_here(one.who))
        is_missed = self.presenter_is_missed and self.presenter_is_absent
        return changed(self, requests=requests, presenter_is_missed=is_missed)

    def _present(self, presence: Presence, people: Mapping[str, Presence]) -> Present:
        person, place = presence.person, presence.place
        if place.page_no is None:
            return Present(person.who, person.name, presence.colour, None, None)
        follow = place.follow if place.follow in people else None
        page_no = place.page_no
        if self.version is None or place.version in (UNSET, self.version.number):
            page_no = min(page_no, max(1, self.version.pages if self.version else 1))
        return Present(person.who, person.name, presence.colour, page_no, follow, place.version)

    def _colour_for(self, viewer: str, person: Person) -> int:
        """The same colour for the same person, unless somebody else who is here has it."""
        own = int(person.who, 16) % COLOURS
        if len(self.viewers) > MANY_VIEWERS:
            return own
        others = {presence.person.who: presence.colour for name, presence in self.viewers.items() if name != viewer}
        if person.who in others:
            return others[person.who]
        free = ((own + step) % COLOURS for step in range(COLOURS))
        return next((colour for colour in free if colour not in others.values()), own)
