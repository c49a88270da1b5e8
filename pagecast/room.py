"""What all viewers of a document share: a fold over its events."""

from collections.abc import Mapping
from types import MappingProxyType

from pagecast.document import Version
from pagecast.facts import Fact, changed
from pagecast.protocol import MAX_PEOPLE, Document, Page, People, Person

# The events: what happened to a document. They never carry a page's bytes.


class Joined(Fact, frozen=True):
    """Somebody came, or took another name."""

    person: Person


class Left(Fact, frozen=True):
    viewer: str


class Turned(Fact, frozen=True):
    """Somebody asked for a page of the table that they saw then."""

    version: int
    page_no: int
    by: Person | None


class Grew(Fact, frozen=True):
    """More of the first version has arrived."""

    version: Version


class Arrived(Fact, frozen=True):
    """An upload is whole: it is the document's table now."""

    version: Version
    by: Person | None


class Withdrawn(Fact, frozen=True):
    """An upload was thrown away."""

    key: str


Event = Joined | Left | Turned | Grew | Arrived | Withdrawn

NOBODY: Mapping[str, Person] = MappingProxyType({})


class Room(Fact, frozen=True):
    """A document's shared state. ``apply`` an event to get the next one.

    >>> room = Room("3f0c…").apply(Joined(Person("9f2c41d7", "Otter")))
    >>> room.people_frame()
    People(count=1, people=[Person(viewer='9f2c41d7', name='Otter')])
    >>> room.apply(Turned(1, 4, None)).page_no  # there is no table, so there is no page 4
    1
    """

    uuid: str
    version: Version | None = None
    page_no: int = 1
    by: Person | None = None
    seq: int = 0
    people: Mapping[str, Person] = NOBODY

    def apply(self, event: Event) -> "Room":
        """The room after an event. One that came too late to mean anything changes nothing."""
        match event:
            case Joined(person):
                return changed(self, people={**self.people, person.viewer: person})
            case Left(viewer):
                return changed(self, people={name: who for name, who in self.people.items() if name != viewer})
            case Turned(version, page_no, by) if self.version and self.version.number == version:
                if 1 <= page_no <= self.version.pages:
                    return changed(self, page_no=page_no, by=by, seq=self.seq + 1)
            case Grew(version) if self.version is None or self._awaits(version):
                return changed(self, version=version, seq=self.seq + 1)
            case Arrived(version, by):
                stays = self.version is not None and self._awaits(version)
                return changed(self, version=version, page_no=self.page_no if stays else 1, by=by, seq=self.seq + 1)
            case Withdrawn(key) if self.version and not self.version.complete and self.version.key == key:
                return changed(self, version=None, page_no=1, by=None, seq=self.seq + 1)
        return self

    def shows_same_page(self, before: "Room") -> bool:
        """Whether the page that stands has the very rows that stood before, of a table that is as whole as it was."""
        new, old = self.version, before.version
        if new is None or old is None or new.key != old.key or new.complete != old.complete:
            return False
        return self.page_no == before.page_no and old.page_rows(self.page_no) == new.page_rows(self.page_no)

    def _awaits(self, version: Version) -> bool:
        """Whether this is more of the first version, which everyone has been watching as it came."""
        return self.version is not None and not self.version.complete and self.version.key == version.key

    def document_frame(self) -> Document | None:
        return self.version.frame(self.uuid, self.seq) if self.version else None

    def page_frame(self, data: list[list[str]]) -> Page:
        """The page that stands, given its cells."""
        return Page(
            seq=self.seq,
            uuid=self.uuid,
            version=self.version.number if self.version else 0,
            page_no=self.page_no,
            total_number=self.version.rows if self.version else 0,
            by=self.by,
            data=data,
        )

    def people_frame(self) -> People:
        first = [person for person, _ in zip(self.people.values(), range(MAX_PEOPLE), strict=False)]
        return People(len(self.people), first)
