"""The room: the state that all viewers of a document share, a fold over its events."""

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from pagecast.protocol.errors import NotYourTurn
from pagecast.protocol.facts import UNSET, Fact, changed
from pagecast.protocol.people import COLOURS, MAX_PEOPLE, People, Person, Place, Present
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import Document, Page
from pagecast.room.events import (
    Answered,
    Arrived,
    Claimed,
    ControlGiven,
    ControlRequested,
    ControlTaken,
    Deleted,
    Event,
    Grew,
    Joined,
    Left,
    Moved,
    Pinged,
    PresenterLapsed,
    PresenterMissed,
    ProcessLost,
    RangeBrushed,
    Reparsed,
    Said,
    Selected,
    ShownView,
    SpeakingAllowed,
    TableTurned,
    Turned,
    Viewed,
    ViewOffered,
    Withdrawn,
)
from pagecast.table.paging import page_count
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
    process: str = ""
    """The server process that the viewer is connected to."""


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
    """The page on screen: of the view, if there is one."""
    view: str = ""
    """The canonical query string of the view on screen; empty for the table as it was read."""
    view_rows: int = 0
    """How many rows the view has."""
    view_is_counted: bool = True
    """Whether these are all its rows. Else there are more, or may be."""
    row_numbers: tuple[int, ...] = ()
    """The numbers of the rows on the page of the view."""
    table_page: int = 1
    """The page of the table that clients of the plain protocol have while a view is on screen."""
    by: Person | None = None
    """The person who brought this page on screen, where it was a person."""
    seq: int = 0
    """Counts the changes of what is on screen."""
    is_deleted: bool = False
    """Whether the document was deleted for good."""
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
            case Joined() | Left() | ProcessLost() | Moved():
                return self._apply_presence(event)
            case Turned() | TableTurned() | Viewed() | Answered():
                return self._apply_page(event)
            case Grew() | Arrived() | Withdrawn() | Reparsed():
                return self._apply_table(event)
            case Deleted():
                return changed(self._without_table(), is_deleted=True)
            case Said() | Pinged() | ViewOffered() | Selected() | RangeBrushed() | SpeakingAllowed() | Claimed():
                return self
            case _:
                return self._apply_presenting(event)

    def _apply_presence(self, event: Joined | Left | ProcessLost | Moved) -> "Room":
        match event:
            case Joined(viewer, person, process):
                before = self.viewers.get(viewer)
                if before and before.person == person:
                    return self
                place = before.place if before else WITH_THE_ROOM
                presence = Presence(person, self._colour_for(viewer, person), place, process)
                return changed(self, viewers={**self.viewers, viewer: presence})._with_name(person)._without_absent()
            case Left(viewer) if viewer in self.viewers:
                return changed(self, viewers={v: p for v, p in self.viewers.items() if v != viewer})._without_absent()
            case ProcessLost(process) if any(one.process == process for one in self.viewers.values()):
                rest = {viewer: one for viewer, one in self.viewers.items() if one.process != process}
                return changed(self, viewers=rest)._without_absent()
            case Moved(places):
                here = {viewer: place for viewer, place in places.items() if viewer in self.viewers}
                moved = {viewer: changed(self.viewers[viewer], place=place) for viewer, place in here.items()}
                return changed(self, viewers={**self.viewers, **moved})
        return self

    def _apply_page(self, event: Turned | TableTurned | Viewed | Answered) -> "Room":
        if self.version is None or self.version.number != event.version:
            return self
        match event:
            case Turned(_, page_no, by, edition, view, row_numbers) if self.may_turn(by) and view == self.view:
                if 1 <= page_no <= self.pages and (not view or edition == self.version.edition):
                    return changed(self, page_no=page_no, row_numbers=row_numbers, by=by, seq=self.seq + 1)
            case TableTurned(_, page_no, by) if self.may_turn(by) and 1 <= page_no <= self.version.pages:
                if self.view:
                    return changed(self, table_page=page_no, seq=self.seq + 1)
                return changed(self, page_no=page_no, by=by, seq=self.seq + 1)
            case Viewed(_, edition, shown, by, undoes) if self.may_turn(by) and edition == self.version.edition:
                if undoes not in (None, self.view):
                    return self
                return changed(self._with_view(shown), by=by, seq=self.seq + 1)
            case Answered(_, edition, shown) if edition == self.version.edition and shown.view == self.view:
                page_no = self.page_among(shown.rows)
                found = shown.rows, shown.is_counted, shown.row_numbers
                if shown.page_no == page_no and found != (self.view_rows, self.view_is_counted, self.row_numbers):
                    return changed(self._with_view(shown), seq=self.seq + 1)
        return self

    def _with_view(self, shown: ShownView) -> "Room":
        """The room with another view, or none. Clients of the plain protocol keep their page while there is one."""
        table_page = self.table_page if self.view else self.page_no
        if shown.view:
            rows, numbers, page_no = shown.rows, shown.row_numbers, min(shown.page_no, pages_of(shown.rows))
        else:
            rows, numbers, page_no = 0, (), min(shown.page_no, max(1, self.version.pages if self.version else 1))
        return changed(
            self,
            view=shown.view,
            view_rows=rows,
            view_is_counted=shown.is_counted,
            row_numbers=numbers,
            page_no=page_no,
            table_page=table_page,
        )

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
            case Arrived(version) if version == self.version:
                return self
            case Arrived(version, by, shown):
                if self._awaits(version):
                    return changed(self._grown(version)._keeping_view(shown), by=by)
                fresh = changed(self, version=version, table_page=1, page_no=1, by=by, seq=self.seq + 1)
                return fresh._keeping_view(shown)
            case Reparsed(version, shown) if self.version and self.version.number == version.number:
                pages, on_table = version.pages, self.table_page if self.view else self.page_no
                page_no = self.page_no if self.view else min(on_table, pages)
                fresh = changed(self, version=version, page_no=page_no, table_page=min(on_table, pages), by=None)
                return changed(fresh._keeping_view(shown), seq=self.seq + 1)
            case Withdrawn(key) if self.version and not self.version.complete and self.version.key == key:
                return self._without_table()
        return self

    def _without_table(self) -> "Room":
        gone = changed(self, version=None, page_no=1, by=None, seq=self.seq + 1)
        return changed(gone, view="", view_rows=0, view_is_counted=True, row_numbers=(), table_page=1)

    def _keeping_view(self, shown: ShownView) -> "Room":
        """The room of another table, with its view as ``shown`` has it; or with that table where it has none."""
        if not self.view:
            return self
        return self._with_view(shown if shown.view else changed(shown, page_no=self.table_page))

    def of_table(self) -> "Room":
        """The room as clients of the plain protocol see it: with a page of the table while a view is on screen."""
        return self.on_page(self.table_page) if self.view else self

    def on_page(self, page_no: int, version: Version | None = None) -> "Room":
        """The room on a page of its table as it was read, or of another version."""
        on_page = changed(self, version=version or self.version, page_no=page_no)
        return changed(on_page, view="", view_rows=0, view_is_counted=True, row_numbers=())

    @property
    def pages(self) -> int:
        """How many pages what is on screen has."""
        if self.view:
            return pages_of(self.view_rows)
        return self.version.pages if self.version else 0

    def page_among(self, rows: int) -> int:
        """The page to be on when the view on screen has so many rows: on its last page, a viewer follows the end."""
        version = self.version
        follows_end = version is not None and (version.complete or version.size is None)
        return pages_of(rows) if follows_end and self.page_no == self.pages > 1 else min(self.page_no, pages_of(rows))

    def shows_same_page(self, before: "Room") -> bool:
        """Whether the page on screen has the same rows as before, of a table that is as complete as before."""
        new, old = self.version, before.version
        if new is None or old is None or (new.key, new.edition, new.complete) != (old.key, old.edition, old.complete):
            return False
        if (self.page_no, self.view) != (before.page_no, before.view):
            return False
        if self.view:
            return (self.view_rows, self.row_numbers) == (before.view_rows, before.row_numbers)
        return old.page_rows(self.page_no) == new.page_rows(self.page_no)

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
        grown = changed(self, version=version, seq=self.seq + 1)
        follows_end = old is not None and (old.complete or old.size is None)
        on_table = self.table_page if self.view else self.page_no
        goes_on = old is not None and follows_end and on_table == old.pages > 1 and version.pages > old.pages
        if goes_on and not self.view:
            return changed(grown, page_no=version.pages, by=None)
        # There are fewer rows where the guess of the dialect was revised.
        stays = version.pages if goes_on else min(on_table, max(1, version.pages))
        return changed(grown, table_page=stays) if self.view else changed(grown, page_no=stays)

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
            total_number=self.view_rows if self.view else self.version.rows if self.version else 0,
            counting=UNSET if self.view_is_counted else True,
            by=self.by,
            n_columns=excerpt.n_columns,
            columns=[(span.start + 1, span.stop) for span in excerpt.spans],
            header=excerpt.header,
            kinds=excerpt.kinds,
            lenses=excerpt.lenses,
            cut=[(row + 1, column + 1, size) for row, column, size in excerpt.cut],
            data=excerpt.rows,
            view=self.view or UNSET,
            row_numbers=list(excerpt.row_numbers) if self.view else UNSET,
        )

    def may_turn(self, by: Person | None) -> bool:
        """Whether a person may turn the page for everyone."""
        return self.presenter is None or (by is not None and by.who == self.presenter.who)

    def check_turn(self, by: Person | None) -> None:
        """Check that a person may turn the page for everyone. Raises NotYourTurn."""
        if self.presenter is not None and not self.may_turn(by):
            raise NotYourTurn(self.presenter.name)

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
        is_newest = self.version is None or place.version in (UNSET, self.version.number)
        if is_newest and not place.view:
            page_no = min(page_no, max(1, self.version.pages if self.version else 1))
        version, view = place.version, place.view
        return Present(person.who, person.name, presence.colour, page_no, follow, version, view)

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


def pages_of(rows: int) -> int:
    """Return how many pages a view has. One without a row has an empty page: people see that nothing matches."""
    return max(1, page_count(rows))
