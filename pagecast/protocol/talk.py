"""Frames of the talk beside a table: messages, notices and selections."""

from pagecast.protocol.facts import UNSET, Count, Fact, Tagged, Unset
from pagecast.protocol.people import Person

MAX_TEXT = 500
"""Characters of a message: a paragraph, which fits beside a table."""


Area = tuple[int, int, int, int]
"""A rectangle of cells: first row, first column, last row, last column, counted from 1."""


class Say(Tagged, frozen=True):
    text: str


class Look(Tagged, frozen=True):
    version: int
    row: int
    column: int


class Select(Tagged, frozen=True):
    version: int
    area: Area | None


class Recall(Tagged, frozen=True):
    after: Count


class Allow(Tagged, frozen=True):
    speak: bool


class Brush(Tagged, frozen=True):
    """A range of a column that is being chosen: its lower and its upper end, empty for none. None when it is not."""

    version: int
    column: int
    range: tuple[str, str] | None


class Brushed(Tagged, frozen=True):
    """A range that a person is choosing."""

    by: Person
    version: int
    column: int
    range: tuple[str, str] | None


class Offer(Tagged, frozen=True):
    """A view that others should look at."""

    version: int
    view: str


class Offered(Tagged, frozen=True):
    """A view that a person has offered, and how many rows it has."""

    by: Person
    version: int
    view: str
    rows: Count


class Selection(Fact, frozen=True):
    """The cells that a person has selected."""

    by: Person
    area: Area


class Selections(Tagged, frozen=True):
    version: int
    page_no: int
    selections: list[Selection]


class Message(Fact, frozen=True, tag_field="type", tag="message", forbid_unknown_fields=True):
    """A line that a person wrote. ``version``: the version on screen then; 0 where there was none, or it is unknown."""

    line: int
    at: str
    by: Person
    text: str
    version: int = 0


class Notice(Fact, frozen=True, tag_field="type", tag="notice", forbid_unknown_fields=True):
    """A line about an action, of a person or of the server.

    ``what``: ``turned``, ``looked`` (at a cell), ``brought`` (a version), ``showed`` or ``offered`` (a view).
    ``restores``: the earlier version that was brought back; left out for an upload.
    """

    line: int
    at: str
    by: Person | None
    what: str
    version: int
    page_no: int
    row: int | None
    column: int | None
    restores: int | Unset = UNSET
    view: str | Unset = UNSET
    """The view that it is about; left out where it is about the table as it was read, and where it is too long."""
    rows: Count | Unset = UNSET
    """The rows that the view had then."""
    total: Count | Unset = UNSET
    """The rows that the table had then, as views count them: without the header."""
    gone: tuple[str, ...] | Unset = UNSET
    """The columns that the view on screen named, and that are gone: their conditions were left out."""


Line = Message | Notice


class Log(Tagged, frozen=True):
    after: int
    lines: list[Line]


class Allowed(Tagged, frozen=True):
    speak: bool
