"""Column windows: which columns of a page a viewer looks at, and what the viewer sees through such a window."""

from collections.abc import Sequence
from typing import NamedTuple

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.tables import MAX_CELL


class ColumnWindow(Fact, frozen=True):
    """Some columns of any page, and how much of long cells is shown."""

    spans: tuple[range, ...]
    """Columns, counted from 0; ascending and disjoint."""
    max_cell_bytes: int
    """Bytes of one cell. A longer cell is cut."""
    max_page_bytes: int
    """Bytes of all cells together. On a larger page the longest cells are cut shorter."""

    def within(self, columns: int) -> "ColumnWindow":
        """Return this window on a table with ``columns`` columns: as many of the first ones where it shows none.

        >>> ColumnWindow((range(0, 2), range(5, 9)), 2048, 2**20).within(7).spans
        (range(0, 2), range(5, 7))
        >>> ColumnWindow((range(50, 90),), 2048, 2**20).within(7).spans
        (range(0, 7),)
        """
        spans = tuple(range(span.start, min(span.stop, columns)) for span in self.spans if span.start < columns)
        return changed(self, spans=spans or (range(min(columns, sum(map(len, self.spans)))),))

    def moved(self, distance: int) -> "ColumnWindow":
        """Return this window moved to the right by some columns. Columns before the first one are left out.

        >>> ColumnWindow((range(0, 2), range(5, 9)), 2048, 2**20).moved(-1).spans
        (range(0, 1), range(4, 8))
        """
        spans = (range(max(span.start + distance, 0), max(span.stop + distance, 0)) for span in self.spans)
        return changed(self, spans=tuple(span for span in spans if span))


FIRST_COLUMNS = 100
"""Columns that a viewer is shown until its first `watch` frame: more than fit on a usual screen."""

PLAIN_COLUMNS = 2000
"""Columns that the plain protocol and the rows API send: all of nearly every table, and a bound for the rest."""


def viewer_window(*spans: range) -> ColumnWindow:
    """Return the window of a `pagecast.v1` viewer: cells as far as a grid can show them, and 1 MiB a page."""
    return ColumnWindow(spans, MAX_CELL, 2**20)


def plain_window(columns: range = range(PLAIN_COLUMNS)) -> ColumnWindow:
    """Return the window of other clients: usual cells and pages whole, up to 1 MiB a cell and 8 MiB a page."""
    return ColumnWindow((columns,), 2**20, 8 * 2**20)


FIRST_WINDOW, PLAIN_WINDOW = viewer_window(range(FIRST_COLUMNS)), plain_window()


class Cut(NamedTuple):
    """A cell of which only the beginning is shown."""

    row: int
    """Counted from 0."""
    column: int
    """Counted from 0."""
    size: int
    """Bytes of the whole cell."""


class Excerpt(NamedTuple):
    """The cells of a page that are seen through a column window."""

    n_columns: int = 0
    """Columns of the table."""
    spans: tuple[range, ...] = ()
    """The columns shown, counted from 0."""
    header: list[str] = []  # noqa: RUF012 - a NamedTuple has no other
    """Their names; empty where the table has no header."""
    kinds: list[str] = []  # noqa: RUF012
    """Their kinds, as columns.py names them."""
    cut: list[Cut] = []  # noqa: RUF012
    """Cells and names that are cut. Rows count from 0 in the table; a name is in the row of the header."""
    rows: list[list[str]] = []  # noqa: RUF012
    """The cells of these columns, row by row. A row without some of the columns is shorter."""
    row_numbers: Sequence[int] = range(0)
    """The number of each of these rows in the table, from 1."""
    lenses: list[str] = []  # noqa: RUF012
    """The lenses of the columns, as lenses.py names them."""
