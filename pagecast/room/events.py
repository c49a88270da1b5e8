"""Events: what happened to a document. A room and a record are folds over them.

Every event encodes to JSON and decodes from it, so that every process hears the same. It says what happened and when,
and never carries a page's bytes.
"""

from pagecast.protocol.facts import Fact, Tagged, decoder, encode
from pagecast.protocol.people import Person, Place
from pagecast.protocol.talk import Area
from pagecast.table.version import Version


class Happening(Tagged, frozen=True, kw_only=True):
    """The base of all events."""

    at: str = ""
    """When it was published: ISO 8601 in UTC, to the second. Whoever publishes an event fills it in."""


class ShownView(Fact, frozen=True):
    """A page of a view: enough to show it without asking the engine again."""

    view: str = ""
    """The canonical query string of the view; empty for the table as it was read."""
    rows: int = 0
    """How many rows it has."""
    total: int = 0
    """How many it would have without any condition."""
    page_no: int = 1
    row_numbers: tuple[int, ...] = ()
    """The numbers of the rows on this page, where it is a page of a view."""
    is_counted: bool = True
    """Whether all its rows are found. Else ``rows`` were found by then, and ``Answered`` follows."""


WHOLE_TABLE = ShownView()


# People.


class Joined(Happening, frozen=True):
    """A viewer opened the document, or its person took another name."""

    viewer: str
    person: Person
    process: str = ""
    """The server process that the viewer is connected to."""


class Left(Happening, frozen=True):
    """A viewer's connection has closed."""

    viewer: str


class ProcessLost(Happening, frozen=True):
    """A server process has ended without a word, or cannot be reached: its viewers are gone."""

    process: str


class Moved(Happening, frozen=True):
    """Some viewers went to pages of their own, or back to the room's page (None)."""

    places: dict[str, Place]


class Turned(Happening, frozen=True):
    """A person asked for a page of the version, and of the view, that was on screen then."""

    version: int
    page_no: int
    by: Person | None
    edition: int = 0
    """The edition whose rows ``row_numbers`` are."""
    view: str = ""
    row_numbers: tuple[int, ...] = ()
    """The numbers of the rows on that page, where it is a page of a view."""


class TableTurned(Happening, frozen=True):
    """A client of the plain protocol asked for a page of the table while a view was on screen."""

    version: int
    page_no: int
    by: Person | None


# Views.


class Viewed(Happening, frozen=True):
    """A person turned everyone to a view of the version that was on screen then, or back to the whole table."""

    version: int
    edition: int
    shown: ShownView
    by: Person
    undoes: str | None = None
    """The view that was taken back by it: once another one is on screen, this has come too late."""


class Answered(Happening, frozen=True):
    """The rows of the view on screen were found again, because rows of its table had arrived, or were all counted."""

    version: int
    edition: int
    shown: ShownView


# Presenting.


class ControlTaken(Happening, frozen=True):
    """A person became the presenter: nobody else turns the pages from now on."""

    by: Person


class ControlRequested(Happening, frozen=True):
    """A person asked the presenter for control."""

    by: Person


class ControlGiven(Happening, frozen=True):
    """The presenter gave control to a person who had asked for it, or to everyone (None)."""

    who: str
    to: str | None


class PresenterMissed(Happening, frozen=True):
    """The presenter has been gone for longer than a reload takes."""

    who: str


class PresenterLapsed(Happening, frozen=True):
    """The presenter has been gone for so long that control passes to the first person who asked, or to everyone."""

    who: str


# Tables.


class Grew(Happening, frozen=True):
    """Rows of the table on screen have arrived: of the first upload, or appended to a finished version."""

    version: Version


class Arrived(Happening, frozen=True):
    """An upload has become the document's newest version."""

    version: Version
    by: Person | None
    shown: ShownView = WHOLE_TABLE
    """The view on screen, of this version."""
    gone: tuple[str, ...] = ()
    """The columns that the view named, and that this version does not have: their conditions were left out."""


class Claimed(Happening, frozen=True):
    """A sender goes on with an upload at another process: the process that has its files open lets go of them."""

    key: str
    process: str


class Withdrawn(Happening, frozen=True):
    """An upload was discarded."""

    key: str


class Reparsed(Happening, frozen=True):
    """The file of a version was parsed again with another dialect."""

    version: Version
    shown: ShownView = WHOLE_TABLE
    gone: tuple[str, ...] = ()


class Deleted(Happening, frozen=True):
    """Somebody with the edit link deleted the document."""


# Talk.


class Said(Happening, frozen=True):
    """A person sent a message while a version was on screen; 0 for none."""

    by: Person
    version: int
    text: str


class Pinged(Happening, frozen=True):
    """A person asked everyone to look at a cell."""

    by: Person
    version: int
    row: int
    column: int


class ViewOffered(Happening, frozen=True):
    """A person asked the others to look at a view."""

    by: Person
    version: int
    view: str
    rows: int
    total: int


class Selected(Happening, frozen=True):
    """A viewer has selected cells, or none any more."""

    viewer: str
    by: Person
    version: int
    area: Area | None


class RangeBrushed(Happening, frozen=True):
    """A person is choosing a range of a column; None when it is chosen, or given up."""

    by: Person
    version: int
    column: int
    range: tuple[str, str] | None


class SpeakingAllowed(Happening, frozen=True):
    """Viewers of the read-only link may talk from now on, or not any more."""

    speak: bool


RoomEvent = (
    Joined
    | Left
    | ProcessLost
    | Moved
    | Turned
    | TableTurned
    | Viewed
    | Answered
    | ControlTaken
    | ControlRequested
    | ControlGiven
    | PresenterMissed
    | PresenterLapsed
    | Grew
    | Arrived
    | Claimed
    | Withdrawn
    | Reparsed
    | Deleted
)
TalkEvent = Said | Pinged | ViewOffered | Selected | RangeBrushed | SpeakingAllowed
Event = RoomEvent | TalkEvent

_decode = decoder(Event)


def encode_event(event: Event) -> bytes:
    """An event as compact JSON in UTF-8, its type first."""
    return encode(event)


def decode_event(data: bytes) -> Event:
    """Read an event that ``encode_event`` wrote. Raises ValueError on anything else.

    >>> decode_event(encode_event(Left("9f2c41d7", at="2026-11-21T09:30:00Z")))
    Left(viewer='9f2c41d7', at='2026-11-21T09:30:00Z')
    """
    event: Event = _decode(data)
    return event
