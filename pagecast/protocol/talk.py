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
    """A line about a person's action. ``what``: ``turned``, ``looked`` (at a cell) or ``brought`` (an upload)."""

    line: int
    at: str
    by: Person | None
    what: str
    version: int
    page_no: int
    row: int | None
    column: int | None
    restores: int | Unset = UNSET


Line = Message | Notice


class Log(Tagged, frozen=True):
    after: int
    lines: list[Line]


class Allowed(Tagged, frozen=True):
    speak: bool
