"""Frames about a table: the document, its pages, and the dialect of its file."""

from pagecast.protocol.facts import UNSET, Fact, Tagged, Unset
from pagecast.protocol.people import Person

MAX_WATCHED = 500
"""Columns that a viewer may watch: those on a very wide screen, and some ahead of where it scrolls."""

MAX_VIEW = 2**16
"""Bytes of a view's query string in a frame. A list of thousands of names fits."""

MAX_CELL = 2048
"""Bytes of a cell that a viewer is sent: more than a grid shows of it."""

MAX_NAMES = 20_000
"""Columns whose names fit into one answer."""

MAX_NAME_BYTES = 256
"""Bytes of each column's name in a list of many columns."""


class Dialect(Fact, frozen=True):
    """How a file is written, as the ingest found out. PROTOCOL.md lists the values of each member."""

    compression: str
    encoding: str
    bom: bool
    delimiter: str
    line_end: str
    quoting: str
    header: bool
    member: str = ""
    """The name of the file in an archive; empty outside of one."""
    quote: str = ""
    """The quote; empty where quotes are characters."""
    escape: str = ""
    """How a quote in a quoted field is written: ``doubled`` or ``backslash``; empty where quotes are characters."""
    skip_initial_space: bool = False
    """Whether a blank behind a delimiter belongs to the delimiter."""
    comment: str = ""
    """The prefix of comment lines; empty where there are none."""


class Choices(Fact, frozen=True):
    """The parts of a dialect that somebody chose. None: the part is guessed."""

    encoding: str | None = None
    delimiter: str | None = None
    quoting: str | None = None
    header: bool | None = None
    quote: str | None = None
    escape: str | None = None
    skip_initial_space: bool | None = None
    line_end: str | None = None
    comment: str | None = None
    preamble: int | None = None


class EncodingGuess(Fact, frozen=True):
    """An encoding that a file may be written in, and the first cells that tell it from others, as it shows them."""

    encoding: str
    cells: tuple[str, ...]


ALL_GUESSED = Choices()

Span = tuple[int, int]
"""Neighbouring columns or rows: the first one and the last one, counted from 1."""


class Turn(Tagged, frozen=True):
    page_no: int


class Show(Tagged, frozen=True):
    """``view``: a query string; empty for the table as it was read. ``row``: a row that should stay in sight.

    ``undoes``: the view on screen that this one takes back; once another one is there, nothing is.
    """

    version: int
    view: str
    row: int | Unset = UNSET
    undoes: str | Unset = UNSET


class Fetch(Tagged, frozen=True):
    """``version``: whose page it is; the newest version's where it is left out. ``view``: the view that it is of."""

    page_no: int
    version: int | Unset = UNSET
    view: str | Unset = UNSET


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
    other_headers: tuple[int, ...]
    usual_cells: int
    irregular: int
    irregular_rows: tuple[Span, ...]
    mended: int
    mended_rows: tuple[int, ...]
    certain: bool
    encodings: tuple[EncodingGuess, ...]
    restores: int | None


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
    lenses: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]
    view: str | Unset = UNSET
    """The view that the page is of, as its canonical text; left out for the table as it was read."""
    row_numbers: list[int] | Unset = UNSET
    """The number in the table of each row of a view."""
    counting: bool | Unset = UNSET
    """True while ``total_number`` is how many rows of the view were found by now."""


class Fetched(Tagged, frozen=True):
    version: int
    edition: int
    page_no: int
    total_number: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    lenses: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]
    view: str | Unset = UNSET
    row_numbers: list[int] | Unset = UNSET


class Progress(Tagged, frozen=True):
    """How far the work is that answers a frame, or a request.

    ``what`` is the type of the frame, or the name of the address; ``percent`` is None where nobody knows.
    """

    what: str
    version: int
    percent: int | None


class Columns(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the columns API: the names, kinds and lenses of some columns."""

    uuid: str
    version: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    lenses: list[str]


class Found(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the find API: the cells of a page that hold a text."""

    uuid: str
    version: int
    edition: int
    page_no: int
    names: tuple[int, ...]
    """The columns whose names hold it, from 1."""
    matches: tuple[tuple[int, int], ...]
    """The cells that hold it, in reading order: row and column, from 1. The header row is not among them."""
    complete: bool
    """Whether these are all."""


class InfoColumn(Fact, frozen=True, forbid_unknown_fields=True):
    """A column in the answer of the info API. A column that the header does not name has an empty name."""

    name: str
    kind: str
    lens: str


class KeptVersion(Fact, frozen=True, forbid_unknown_fields=True):
    """A version that is kept, in a list of them.

    ``size`` is in bytes; ``by`` is the name of the person who brought it, or empty; ``restores`` is the earlier version
    that it repeats, or None.
    """

    version: int
    name: str
    created: str
    size: int
    rows: int
    by: str
    restores: int | None


class KeptVersions(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the versions API."""

    uuid: str
    versions: tuple[KeptVersion, ...]


class Info(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the info API: all that was read of a version. Members that `document` has, too, mean the same."""

    uuid: str
    version: int
    edition: int
    name: str
    size: int | None
    received: int
    complete: bool
    created: str
    rows: int
    n_columns: int
    columns: tuple[InfoColumn, ...]
    """The first columns, MAX_NAMES of them at most."""
    empty_lines: int
    invalid_cells: int
    dialect: Dialect
    choices: Choices
    preamble: int
    notes: tuple[str, ...]
    header_row: int
    """The row that names the columns, counted from 1; 0 where there is none."""
    other_headers: tuple[int, ...]
    usual_cells: int
    irregular: int
    irregular_rows: tuple[Span, ...]
    mended: int
    mended_rows: tuple[int, ...]
    certain: bool
    encodings: tuple[EncodingGuess, ...]
    restores: int | None
    versions: tuple[KeptVersion, ...]
    """The versions that are kept, the oldest first."""


def fetched(page: Page) -> Fetched:
    """Return a page as it is sent to one viewer, which has fetched it."""
    return Fetched(**{member: getattr(page, member) for member in Fetched.__struct_fields__})
