"""The room: what all viewers of a document share, a fold over its events."""

from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.people import COLOURS, MAX_PEOPLE, People, Person, Place, Present
from pagecast.protocol.presenting import Wheel
from pagecast.protocol.tables import Document, Page
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
from pagecast.table.version import Version
from pagecast.table.window import Excerpt

FEW = 4 * COLOURS
"""Among more viewers than these nobody could be given a colour that no other has, so it is not tried."""


WITH_THE_ROOM = Place(None, None)


class Here(Fact, frozen=True):
    """What the room knows of one viewer: who it is, in which colour, and where, if it reads alone."""

    person: Person
    colour: int
    place: Place = WITH_THE_ROOM


NOBODY: Mapping[str, Here] = MappingProxyType({})


class Room(Fact, frozen=True):
    """A document's shared state. ``apply`` an event to get the next one.

    >>> room = Room("3f0c…").apply(Joined("9f2c41d7", Person("5b1c09ae33f0", "Otter")))
    >>> room.people_frame()
    People(count=1, people=[Present(who='5b1c09ae33f0', name='Otter', colour=8, page_no=None, follow=None)])
    >>> room.apply(Turned(1, 4, None)).page_no  # there is no table, so there is no page 4
    1
    """

    uuid: str
    version: Version | None = None
    page_no: int = 1
    by: Person | None = None
    seq: int = 0
    viewers: Mapping[str, Here] = NOBODY
    driver: Person | None = None
    """Who has the wheel. Where it is free, everybody turns the pages."""
    is_missed: bool = False
    """Whether who has the wheel has been away for so long that it is told."""
    asking: tuple[Person, ...] = ()
    """Who would like to have it, the first first; they are all here."""

    def apply(self, event: Event) -> "Room":
        """The room after an event. One that came too late to mean anything changes nothing."""
        match event:
            case Joined(viewer, person):
                before = self.viewers.get(viewer)
                if before and before.person == person:
                    return self
                here = Here(person, self._colour_for(viewer, person), before.place if before else WITH_THE_ROOM)
                return changed(self, viewers={**self.viewers, viewer: here})._renamed(person)._with_who_is_here()
            case Left(viewer) if viewer in self.viewers:
                viewers = dict(self.viewers)
                del viewers[viewer]
                return changed(self, viewers=viewers)._with_who_is_here()
            case Moved(places):
                here_now = {viewer: place for viewer, place in places.items() if viewer in self.viewers}
                moved = {viewer: changed(self.viewers[viewer], place=place) for viewer, place in here_now.items()}
                return changed(self, viewers={**self.viewers, **moved})
            case Turned(version, page_no, by) if self.version and self.version.number == version and self.may_turn(by):
                if 1 <= page_no <= self.version.pages:
                    return changed(self, page_no=page_no, by=by, seq=self.seq + 1)
            case Took(by) if self.driver is None and self.is_here(by.who):
                return self._driven(by)
            case Asked(by) if self.driver and by.who != self.driver.who and self.is_here(by.who):
                if all(one.who != by.who for one in self.asking) and len(self.asking) < MAX_PEOPLE:
                    return changed(self, asking=(*self.asking, by))
            case Gave(who, None) if self.driver and self.driver.who == who:
                return self._driven(None)
            case Gave(who, to) if self.driver and self.driver.who == who:
                for one in self.asking:
                    if one.who == to:
                        return self._driven(one)
            case Missed(who) if self.driver and self.driver.who == who and self.is_abandoned:
                return changed(self, is_missed=True)
            case Lapsed(who) if self.driver and self.driver.who == who and self.is_abandoned:
                return self._driven(next(iter(self.asking), None))
            case Grew(version) if self.version is None or self._goes_on(version):
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
        """Whether the page that stands has the very rows that stood before, of a table that is as whole as it was."""
        new, old = self.version, before.version
        if new is None or old is None or (new.key, new.edition, new.complete) != (old.key, old.edition, old.complete):
            return False
        return self.page_no == before.page_no and old.page_rows(self.page_no) == new.page_rows(self.page_no)

    def _awaits(self, version: Version) -> bool:
        """Whether this is more of the first version, which everyone has been watching as it came."""
        return self.version is not None and not self.version.complete and self.version.key == version.key

    def _goes_on(self, version: Version) -> bool:
        """Whether this is the same table with more in it, or whole at last."""
        old = self.version
        if old is None or old.key != version.key:
            return False
        return version.received > old.received or (not old.complete and version.received == old.received)

    def _grown(self, version: Version) -> "Room":
        """The room with more of its table. Who turned to the end stays at the end, but of a file on its way in: that is
        read from its beginning.
        """
        old = self.version
        lasting = old is not None and (old.complete or old.size is None)
        if old is not None and lasting and self.page_no == old.pages > 1 and version.pages > old.pages:
            return changed(self, version=version, page_no=version.pages, by=None, seq=self.seq + 1)
        return changed(self, version=version, seq=self.seq + 1)

    def document_frame(self) -> Document | None:
        return self.version.frame(self.uuid, self.seq) if self.version else None

    def page_frame(self, seen: Excerpt) -> Page:
        """The page that stands, given what is seen of it."""
        return Page(
            seq=self.seq,
            uuid=self.uuid,
            version=self.version.number if self.version else 0,
            edition=self.version.edition if self.version else 0,
            page_no=self.page_no,
            total_number=self.version.rows if self.version else 0,
            by=self.by,
            n_columns=seen.n_columns,
            columns=[(span.start + 1, span.stop) for span in seen.spans],
            header=seen.header,
            kinds=seen.kinds,
            cut=[(row + 1, column + 1, size) for row, column, size in seen.cut],
            data=seen.rows,
        )

    def may_turn(self, by: Person | None) -> bool:
        """Whether somebody may turn the page for everyone."""
        return self.driver is None or (by is not None and by.who == self.driver.who)

    def is_here(self, who: str) -> bool:
        """Whether somebody has a window open."""
        return any(here.person.who == who for here in self.viewers.values())

    @property
    def is_abandoned(self) -> bool:
        """Whether the one who has the wheel is not here."""
        return self.driver is not None and not self.is_here(self.driver.who)

    def wheel_frame(self) -> Wheel:
        return Wheel(self.driver, self.is_missed, list(self.asking))

    def people_frame(self) -> People:
        """Everyone is counted once, however many windows they have; the newest of these says where they are."""
        people = {here.person.who: here for here in self.viewers.values()}
        return People(len(people), [self._present(here, people) for here in islice(people.values(), MAX_PEOPLE)])

    def _renamed(self, person: Person) -> "Room":
        """With the newest name of somebody wherever the wheel is concerned."""
        driver = person if self.driver and self.driver.who == person.who else self.driver
        return changed(self, driver=driver, asking=tuple(person if o.who == person.who else o for o in self.asking))

    def _driven(self, driver: Person | None) -> "Room":
        """With the wheel in other hands. Where it is free, nobody needs to ask for it."""
        asking = tuple(one for one in self.asking if driver and one != driver)
        return changed(self, driver=driver, is_missed=False, asking=asking)

    def _with_who_is_here(self) -> "Room":
        """None of who asks for the wheel has gone, or has become somebody else. Who is back is not missed."""
        asking = tuple(one for one in self.asking if self.is_here(one.who))
        return changed(self, asking=asking, is_missed=self.is_missed and self.is_abandoned)

    def _present(self, here: Here, people: Mapping[str, Here]) -> Present:
        last = self.version.pages if self.version else 1
        page_no = None if here.place.page_no is None else min(here.place.page_no, max(1, last))
        follow = None if page_no is None or here.place.follow not in people else here.place.follow
        return Present(here.person.who, here.person.name, here.colour, page_no, follow)

    def _colour_for(self, viewer: str, person: Person) -> int:
        """Always the same one for the same person, unless somebody else who is here has it."""
        own = int(person.who, 16) % COLOURS
        if len(self.viewers) > FEW:
            return own
        others = {here.person.who: here.colour for name, here in self.viewers.items() if name != viewer}
        if person.who in others:
            return others[person.who]
        free = ((own + step) % COLOURS for step in range(COLOURS))
        return next((colour for colour in free if colour not in others.values()), own)
