"""Answers of the summaries API, about the cells of columns. Columns count from 1."""

from pagecast.protocol.facts import UNSET, Fact, Unset


class SampleBound(Fact, frozen=True, forbid_unknown_fields=True):
    """The sample that an answer was counted in. Its counts are multiplied to those of the table."""

    rows: int
    """Rows of the sample that are in the view."""
    bound: float
    """How far off a count may be, 19 times of 20, as a share of the view's rows."""


class Values(Fact, frozen=True, forbid_unknown_fields=True):
    """The values of a column in a view, with the number of rows that have each."""

    uuid: str
    version: int
    view: str
    column: int
    distinct: int | None
    """How many values there are that hold the text asked for; None of a sample."""
    rows: int
    """How many rows have one of them."""
    values: list[tuple[str, int]]
    """The most frequent ones, and in how many rows each is. A cell that its row does not have counts as empty."""
    unknown: list[str] | Unset = UNSET
    """The values of the listed ones that no row has."""
    sample: SampleBound | Unset = UNSET


class Numbers(Fact, frozen=True, forbid_unknown_fields=True):
    """The numbers of a column; of dates, in seconds since 1970. What cannot be computed is null."""

    count: int
    mean: float | None
    deviation: float | None
    """The standard deviation of a sample."""
    sum: float | None
    quartiles: tuple[float, float, float] | None
    """The first quartile, the median and the third one, between two numbers by the share of the way."""
    smallest: str | None
    """The cell with the smallest number, as it stands in the file."""
    largest: str | None


class Profile(Fact, frozen=True, forbid_unknown_fields=True):
    """A column of a view in figures."""

    uuid: str
    version: int
    view: str
    column: int
    reading: str
    """How it is sorted and compared: as ``number``, ``date`` or ``text``."""
    rows: int
    blank: int
    distinct: int | None
    """Different cells that are not blank. Exact; None of a sample."""
    longest: int | None
    """Characters of its longest cell; None of a sample."""
    frequent: list[tuple[str, int]]
    """The most frequent values, and in how many rows each is."""
    numbers: Numbers | None
    """None where it is text. A sample tells neither the smallest nor the largest one."""
    sample: SampleBound | Unset = UNSET


class ColumnShape(Fact, frozen=True, forbid_unknown_fields=True):
    """The shape of a column: a histogram of its numbers or dates, or its most frequent values."""

    column: int
    reading: str
    rows: int
    blank: int
    edges: list[float] | None
    """The edges of the bins, one more than there are bins; of dates, in seconds since 1970. None for text."""
    log: bool
    """Whether the bins are powers of ten."""
    whole: bool
    """Whether the bins are of integers."""
    bins: list[int]
    """The rows in each bin."""
    top: list[tuple[str, int]]
    """Of text, the most frequent values that are not blank, and in how many rows each is."""
    distinct: int | None
    """Of text, how many values there are that are not blank; None for numbers and dates, and of a
    sample."""
    about: bool
    """Whether ``distinct`` is estimated; ``top`` may then miss a value."""


class Shapes(Fact, frozen=True, forbid_unknown_fields=True):
    """The shapes of some columns of a view. All of them are of the same rows."""

    uuid: str
    version: int
    view: str
    rows: int
    shapes: list[ColumnShape]
    sample: SampleBound | Unset = UNSET
    """Missing where all counts are exact."""


class Crossed(Fact, frozen=True, forbid_unknown_fields=True):
    """The shapes of columns by the bins of one of them: those of any range of its bins are sums of these."""

    uuid: str
    version: int
    view: str
    """Without what was asked of the column itself."""
    by: ColumnShape
    shapes: list[ColumnShape]
    """Of the other columns; one of texts that are nearly all different is left out."""
    cells: list[list[list[int]]]
    """For each of these shapes: for each bin of ``by``, and then for the rows in none, the rows in each bin or each of
    the values in ``top``, those whose cell is blank, and the others."""


class KeptView(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the views API: the query string that stands for a view."""

    uuid: str
    view: str


class MadeFile(Fact, frozen=True, forbid_unknown_fields=True):
    """The answer of the export API to a POST: a file that can be downloaded for a while."""

    uuid: str
    version: int
    view: str
    file: str
    """Its name at the address ``files``."""
    bytes: int


class ColumnOverview(Fact, frozen=True, forbid_unknown_fields=True):
    """A column in few figures."""

    column: int
    kind: str
    """The kind of its first cells: ``text``, ``number``, ``date``."""
    blank: int
    distinct: int
    """Different cells that are not blank."""


class Overview(Fact, frozen=True, forbid_unknown_fields=True):
    """Many columns of a view, each in few figures. All of them are of the same rows."""

    uuid: str
    version: int
    view: str
    rows: int
    exact: bool
    """Whether distinct cells are counted; in a large table they are estimated."""
    columns: list[ColumnOverview]


class RowHits(Fact, frozen=True, forbid_unknown_fields=True):
    """The rows of a view that its search finds, as seen from one of them. Rows count from 1, as the view does."""

    uuid: str
    version: int
    view: str
    rows: int
    """How many rows the view has without its search."""
    hits: int
    """How many of them the search finds."""
    before: int
    """How many of these come before the row."""
    here: bool
    """Whether the row is one."""
    previous: int | None
    """The last one before the row; where there is none, the last of all."""
    next: int | None
    """The first one behind the row; where there is none, the first of all."""
    map: list[int]
    """How many there are in each 200th of the view."""
    partial: bool | Unset = UNSET
    """Whether rows are still being looked at."""


class Axis(Fact, frozen=True, forbid_unknown_fields=True):
    """A column of a plot."""

    column: int
    reading: str
    edges: list[float] | None
    """The edges of its bins, as in a shape; None where it has none."""


class Plot(Fact, frozen=True, forbid_unknown_fields=True):
    """The numbers that a plot of a view is drawn from. Places count from 0; the list of its kind is filled."""

    uuid: str
    version: int
    view: str
    kind: str
    x: Axis
    y: Axis | None
    rows: int
    drawn: int
    """The rows that are in the plot: their cells are finite numbers or dates."""
    points: tuple[tuple[float, float], ...]
    """Of a scatter plot of few rows: x and y of each."""
    cells: tuple[tuple[int, int, int], ...]
    """Of a scatter plot of many rows: the places of a cell on both axes, and how many rows are in it."""
    bins: tuple[tuple[int, int], ...]
    """Of a histogram: the place of a bin, and how many rows are in it."""
    line: tuple[tuple[int, int, float, float | None], ...]
    """Of a line: the place of a bin, how many rows are in it, and the means of x and of y there."""
    groups: tuple[tuple[str, int, float | None], ...]
    """Of bars: the most frequent values, in how many rows each is, and the mean of y in these."""
    others: tuple[int, int, float | None] | None
    """How many other values there are, in how many rows, and the mean of y in these."""


class ViewChanges(Fact, frozen=True, forbid_unknown_fields=True):
    """A view of the version that a link was made on, beside the same question of the newest one."""

    uuid: str
    version: int
    view: str | None
    """None where that version is not kept any more."""
    rows: int | None
    """The rows of the view when the link was made; None where nothing tells."""
    newest: int
    newest_view: str
    """The same question, by the names that its columns have there."""
    newest_rows: int
    gone: list[str]
    """The names of the view's columns that the newest version does not have."""
    more: int | None
    """How many rows the newest version has that the older one does not; None where too many had to be compared."""
    fewer: int | None
    """How many rows it does not have any more."""
    words: str = ""
    """All that as a sentence, in the language of the request; empty where nothing has changed since."""


Summary = ViewChanges | Plot | Crossed | KeptView | MadeFile | Values | Profile | Shapes | Overview | RowHits
"""The answers of the summaries API."""
