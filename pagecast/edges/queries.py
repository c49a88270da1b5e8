"""The messages between the server and its query processes: one line of JSON each. `duck.py` answers."""

from typing import Any

from pagecast.protocol.facts import Tagged, decoder
from pagecast.view.sampling import SamplePlan


class Source(Tagged, frozen=True):
    """The subject of a request: an edition of a version, and where its files are."""

    folder: str
    stem: str
    """The beginning of the names of its files."""
    table: str
    """The name of its inner form."""
    size: int
    """Bytes of the inner form that hold whole rows."""
    rows: int
    skipped: int
    """QueryRows before the first one that is data: the preamble and the header."""
    columns: int
    readings: str
    """A letter for each of the first columns: how its cells are read. The others are text."""
    escaped: bool
    """Whether cells may hold the escapes of escapes.py."""
    invalid: bool
    """Whether bytes of it may be invalid UTF-8."""

    def letter(self, column: int) -> str:
        """Return the letter for how the cells of a column are read, counted from 1."""
        return self.readings[column - 1 : column] or "t"


class BuildCopy(Tagged, frozen=True):
    """Make the columnar copy. The answer is ``QueryDone``; a ``QueryProgress`` comes after each part."""

    source: Source


class RunQuery(Tagged, frozen=True):
    """Run a query, and answer with its rows: at most ``most``."""

    source: Source
    sql: str
    values: list[Any]
    most: int
    sample: SamplePlan | None = None
    """The sample that it reads; None for all rows."""


class CountCells(Tagged, frozen=True):
    """Count the blank cells of all columns, and the different ones. The answer is ``QueryRows``, one for each column.

    ``sql`` finds the numbers of the rows that count; empty for all.
    """

    source: Source
    sql: str
    values: list[Any]


class FindRows(Tagged, frozen=True):
    """Run a query for row numbers, and write them to a file, four bytes each. The answer is ``QueryDone``."""

    source: Source
    sql: str
    values: list[Any]
    path: str
    growing: str
    """The file while it is written. Others may read it."""


class SearchRows(Tagged, frozen=True):
    """Find the rows that hold a text, as row_search.py can, and write their numbers to a file, four bytes each.

    The answer is ``QueryRows`` with one row: the first ``most`` numbers, how many there are, and whether all rows were
    searched.
    """

    source: Source
    text: str
    case: bool
    most: int
    path: str
    """The file; empty for none."""
    growing: str
    """The file while it is written. Others may read it."""
    soon: bool = False
    """Whether the search may end with the first ``most`` rows, or with fewer where more take long to find."""


class ExportRows(Tagged, frozen=True):
    """Run a query, and write its rows to a file. The answer is ``QueryDone``."""

    source: Source
    sql: str
    values: list[Any]
    path: str
    is_parquet: bool
    """Whether the file is one of Parquet. Else the query has one column, whose texts are the file's lines."""


class Interrupt(Tagged, frozen=True):
    """Stop the request that runs. It is answered by ``QueryError``."""


class CheckPattern(Tagged, frozen=True):
    """Compile a pattern. The answer is ``QueryDone``, or ``QueryError`` with RE2's reason."""

    pattern: str


Work = BuildCopy | RunQuery | CountCells | FindRows | SearchRows | ExportRows | CheckPattern
Request = Work | Interrupt


class QueryProgress(Tagged, frozen=True):
    """How far a request is: bytes of the table for ``BuildCopy``, bytes of the file for ``ExportRows``."""

    done: int


class QueryPercent(Tagged, frozen=True):
    """How much of its table a query has read, in percent. It comes a few times a second."""

    percent: int


class QueryRows(Tagged, frozen=True):
    """The rows of a ``RunQuery``."""

    rows: list[list[Any]]


class QueryDone(Tagged, frozen=True):
    """A request has succeeded. ``rows``: how many row numbers there are."""

    rows: int


class QueryError(Tagged, frozen=True):
    """A request has failed. ``kind``: ``cancelled``, ``pattern``, ``memory``, ``size``, ``space`` or ``fault``."""

    kind: str
    message: str


Reply = QueryProgress | QueryPercent | QueryRows | QueryDone | QueryError

decode_request, decode_reply = decoder(Request), decoder(Reply)
