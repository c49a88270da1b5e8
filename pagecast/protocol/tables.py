"""Frames about a table: the document, its pages, and how its file is read."""

from pagecast.protocol.facts import Fact, Tagged
from pagecast.protocol.people import Person

MAX_WATCHED = 500
"""Columns that a viewer may look at: more than fit on any screen, and ahead of where it scrolls."""


MAX_CELL = 2048
"""Bytes of a cell that are sent to a viewer: more than can be seen of it in a grid."""


MAX_NAME_BYTES = 256
"""Bytes of a column's name where many are listed."""


class Dialect(Fact, frozen=True):
    """How a file is written. Found out by ingest.py, sent in `document`."""

    compression: str
    encoding: str
    bom: bool
    delimiter: str
    line_end: str
    quoting: str
    header: bool


class Choices(Fact, frozen=True):
    """How a file is to be read, where somebody said so; None is for what is guessed."""

    encoding: str | None = None
    delimiter: str | None = None
    quoting: str | None = None
    header: bool | None = None


ALL_GUESSED = Choices()


Span = tuple[int, int]
"""Columns that stand beside each other: the first and the last, counted from 1."""


class Turn(Tagged, frozen=True):
    page_no: int


class Fetch(Tagged, frozen=True):
    page_no: int


class Watch(Tagged, frozen=True):
    columns: list[Span]


class Read(Tagged, frozen=True):
    version: int
    choices: Choices


class Document(Tagged, frozen=True):
    seq: int
    uuid: str
    version: int
    edition: int
    name: str
    size: int | None
    received: int
    complete: bool
    created: str
    rows: int
    columns: int
    empty_lines: int
    invalid_cells: int
    dialect: Dialect
    choices: Choices
    preamble: int
    notes: tuple[str, ...]


class Page(Tagged, frozen=True):
    seq: int
    uuid: str
    version: int
    edition: int
    page_no: int
    total_number: int
    by: Person | None
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]


class Fetched(Tagged, frozen=True):
    version: int
    edition: int
    page_no: int
    total_number: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]


class Reading(Tagged, frozen=True):
    version: int
    done: int
    size: int


class Columns(Fact, frozen=True, forbid_unknown_fields=True):
    """What the columns API sends: the names and kinds of some columns."""

    uuid: str
    version: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]


def fetched(page: Page) -> Fetched:
    """A page as it is sent to one viewer that fetched it."""
    return Fetched(**{member: getattr(page, member) for member in Fetched.__struct_fields__})
