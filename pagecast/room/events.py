"""Events: what happened to a document. They never carry a page's bytes."""

from pagecast.protocol.facts import Fact
from pagecast.protocol.people import Person, Place
from pagecast.table.version import Version

# The events: what happened to a document. They never carry a page's bytes.


class Joined(Fact, frozen=True):
    """Somebody opened the document in a window, or took another name there."""

    viewer: str
    person: Person


class Left(Fact, frozen=True):
    viewer: str


class Moved(Fact, frozen=True):
    """Some viewers went to pages of their own, or back to the room's (None)."""

    places: dict[str, Place]


class Turned(Fact, frozen=True):
    """Somebody asked for a page of the table that they saw then."""

    version: int
    page_no: int
    by: Person | None


class Took(Fact, frozen=True):
    """Somebody took the wheel: nobody else turns the pages then."""

    by: Person


class Asked(Fact, frozen=True):
    """Somebody would like to have the wheel."""

    by: Person


class Gave(Fact, frozen=True):
    """Who had the wheel handed it to somebody who asked for it, or let go of it (None)."""

    who: str
    to: str | None


class Missed(Fact, frozen=True):
    """Who has the wheel has not been here for longer than it takes to load the page again."""

    who: str


class Lapsed(Fact, frozen=True):
    """Who has the wheel has not been here for so long that it goes to the first who asked for it, or is free again."""

    who: str


class Grew(Fact, frozen=True):
    """More of the table that everyone looks at has arrived: of the first version, or added to a finished one."""

    version: Version


class Arrived(Fact, frozen=True):
    """An upload is whole: it is the document's table now."""

    version: Version
    by: Person | None


class Withdrawn(Fact, frozen=True):
    """An upload was thrown away."""

    key: str


class Reparsed(Fact, frozen=True):
    """The file of the table that everyone looks at has been read in another way."""

    version: Version


Event = Joined | Left | Moved | Turned | Took | Asked | Gave | Missed | Lapsed | Grew | Arrived | Withdrawn | Reparsed
