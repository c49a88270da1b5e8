"""The port of the engine, which answers views of tables. It has a twin in `memory/`."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from pagecast.protocol.summaries import Axis, ColumnShape, Numbers, SampleBound
from pagecast.table.hits import Hits
from pagecast.table.version import Version
from pagecast.view.exports import ExportForm
from pagecast.view.names import ColumnNames
from pagecast.view.plots import PlotAsk
from pagecast.view.view import View


class CountedValues(NamedTuple):
    """Values of a column: how many there are in all, how many rows have them, and the most frequent ones."""

    distinct: int | None
    """None where they were counted in a sample."""
    rows: int
    values: list[tuple[str, int]]


class ColumnCounts(NamedTuple):
    """How many rows a view has, and in a column of it: blank cells, different ones that are not blank."""

    rows: int
    blank: int
    distinct: int
    exact: bool
    """Whether ``distinct`` is counted; else it is estimated."""


class ColumnFigures(NamedTuple):
    """A column in figures, as ``Profile`` has them."""

    reading: str
    rows: int
    blank: int
    distinct: int | None
    longest: int | None
    """None, as ``distinct`` is, where it was described by a sample."""
    frequent: list[tuple[str, int]]
    numbers: Numbers | None


class Crossing(NamedTuple):
    """Shapes by the bins of one column, as ``Crossed`` has them."""

    by: ColumnShape
    shapes: list[ColumnShape]
    cells: list[list[list[int]]]


class PlotMarks(NamedTuple):
    """The numbers of a plot, as ``Plot`` has them."""

    x: Axis
    y: Axis | None
    rows: int
    drawn: int
    points: tuple[tuple[float, float], ...] = ()
    cells: tuple[tuple[int, int, int], ...] = ()
    bins: tuple[tuple[int, int], ...] = ()
    line: tuple[tuple[int, int, float, float | None], ...] = ()
    groups: tuple[tuple[str, int, float | None], ...] = ()
    others: tuple[int, int, float | None] | None = None


Tell = Callable[[int | None], None]
"""Takes how far a question is, in percent; None where nobody knows."""


def untold(percent: int | None) -> None:
    """Tell nobody."""


class RowsFile(Protocol):
    """The rows of a view as a file that is whole."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def use(self) -> None:
        """Note that it is read now. Raises OSError where it was given up, since the disk needed its room."""

    async def read(self, span: range) -> bytes:
        """Some of its bytes. Raises OSError."""

    async def remove(self) -> None:
        """Give its room back. Nothing reads it any more."""


class Engine(Protocol):
    """Answers views of finished versions, and of a first upload as far as it has come. Nothing blocks.

    Rows count from 1, as in the table; a view's rows do not have the header. What asks raises QueryFailed,
    QueryTooLarge, ServerBusy. The caller holds a lease on the version.
    """

    def telling(self, tell: Tell) -> "Engine":
        """Return the same engine for one question, during which it calls ``tell`` a few times a second."""

    async def ready(self) -> None:
        """Return if questions can be answered. Raises NotReady."""

    async def forget(self, uuid: str) -> None:
        """Let go of a document that was deleted. Questions about it that are being answered raise QueryFailed."""

    async def prepare(self, uuid: str, version: Version) -> None:
        """Make the columnar copy of a version, where it is worth one: it takes seconds for each GB."""

    async def check(self, pattern: str) -> None:
        """Raise BadView, with the reason, where a pattern is not one of RE2's."""

    async def first(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int]:
        """The first rows of a view, at most ``most``, and how many it has in all. Raises BadView."""

    async def soon(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int, bool]:
        """The first rows of a search of bytes, how many were found by now, and whether these are all.

        There are ``most``, or fewer where more take long to find; none where the search finds none.
        """

    async def answer(self, uuid: str, version: Version, view: View) -> int:
        """Find all rows of a view, and store their numbers.

        Returns how many there are. An answer that is stored is not made again.
        """

    async def numbers(self, uuid: str, version: Version, view: View, span: range) -> list[int]:
        """Some numbers of a stored answer, counted from 0. Raises StorageFailed."""

    async def position(self, uuid: str, version: Version, view: View, row: int) -> int | None:
        """Where a row of the table is in a stored answer, counted from 0; None where it is not in it."""

    async def hits(
        self, uuid: str, version: Version, view: View, found: View, place: int, *, partial: bool = False
    ) -> Hits:
        """Where in a view its rows of another one are, which searches it; seen from a place, counted from 0.

        Both answers are stored, unless the view has all rows. With ``partial``, the search is being answered, and these
        are the rows that it has found so far; QueryFailed where it has just begun or ended.
        """

    async def values(self, uuid: str, version: Version, view: View, column: int, text: str, most: int) -> CountedValues:
        """The values of a column that hold a text. The view's own filters on the column do not count."""

    async def counts_of(
        self, uuid: str, version: Version, view: View, column: int, values: Sequence[str]
    ) -> list[tuple[str, int]]:
        """Those of some values of a column that there are, each with its count, as ``values`` counts them."""

    async def shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnShape]:
        """The shapes of columns. Their bins are those of the whole table, so that the two can be compared."""

    async def overview(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnCounts]:
        """The counts of many columns, in the order of ``columns``."""

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> ColumnFigures:
        """A column in figures."""

    async def sampled_shapes(
        self, uuid: str, version: Version, view: View, columns: Sequence[int]
    ) -> tuple[list[ColumnShape], SampleBound | None]:
        """The shapes of columns, at once: from a sample, or for None exactly, where these are known or soon counted."""

    async def sampled_values(
        self, uuid: str, version: Version, view: View, column: int, text: str, most: int
    ) -> tuple[CountedValues, SampleBound | None]:
        """What ``values`` says, at once: from a sample, or for None exactly."""

    async def sampled_profile(
        self, uuid: str, version: Version, view: View, column: int
    ) -> tuple[ColumnFigures, SampleBound | None]:
        """What ``profile`` says, at once: from a sample, or for None exactly."""

    async def crossed(
        self, uuid: str, version: Version, view: View, by: int, columns: Sequence[int], tops: Mapping[int, list[str]]
    ) -> Crossing:
        """The shapes of ``columns``, of numbers or dates, and of ``tops``, of text, by the bins of ``by``."""

    async def plot(self, uuid: str, version: Version, view: View, asked: PlotAsk) -> PlotMarks:
        """The numbers of a plot of the rows of a view. Raises BadView."""

    def export(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> AsyncGenerator[bytes]:
        """The rows of a view as a file, without a header line. Raises BadView.

        It has to be closed: until then it holds a file on disk, which it may still be writing.
        """

    async def write_file(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> RowsFile:
        """Write the same to a file. Returns it once it is whole. Raises BadView, StorageFailed."""
