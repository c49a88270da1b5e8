"""Summaries of columns: runs the queries for them, and puts the answers together. What is of whole tables is kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from math import isfinite
from typing import Any

from pagecast.edges.kept_summaries import UNKNOWN, KeptSummaries, Summaries
from pagecast.ports.engine import ColumnCounts, ColumnFigures, CountedValues, Crossing
from pagecast.protocol.facts import changed
from pagecast.protocol.summaries import ColumnShape, Numbers
from pagecast.table.columns import LETTERS
from pagecast.table.version import Version
from pagecast.view.bins import Bins, Range, bins_of
from pagecast.view.crossing import cells_of, crossed_columns, crossed_shape, part_counts
from pagecast.view.sheet import skipped_rows
from pagecast.view.sql import (
    WIDE,
    ColumnFacts,
    Query,
    ViewSql,
    compared_columns,
    copied_facts,
    copied_facts_query,
    facts_query,
)
from pagecast.view.summaries import BLANK, SEVERAL, ShapeSql, SummarySql, bit_of, overview_query
from pagecast.view.view import WHOLE, Sort, View

TOP_VALUES, FREQUENT = 5, 10
"""Values in the shape of a column of text, and in the figures of any column."""

MAX_PARTS = 2**20
"""More rows than the facts of a columnar copy have: a few for each 64 MB."""

MANY_ROWS = 1_000_000
"""Rows of a table from which distinct cells are estimated in shapes where there are many: exact counts take seconds."""

MANY_DISTINCT = 100_000
"""Distinct cells of a column that are many."""

COUNTED_CELLS = 20_000_000
"""Cells of an overview up to which distinct ones are counted."""

MOST_CELLS = 2**26
"""Cells of a table of very many columns up to which those of all columns are counted at once: eight bytes for each."""

BAND = 500
"""Columns of one query for counts."""

KEPT_WIDE = 4
"""Views of tables of very many columns whose counts are kept."""

Counts = dict[int, ColumnCounts]
"""The counts of columns, from 1."""

CountAll = Callable[[str, Version, Query], Awaitable[list[list[int]]]]
"""Counts the rows, the blank cells and the different others of every column, in the rows that a query finds."""

Select = Callable[[str, Version, Query, int], Awaitable[list[list[Any]]]]
"""Runs a query about a version of a document, and returns its rows: at most as many as that."""


class ColumnSummaries:
    """Summarises columns with the queries that ``select`` runs.

    ``whole``: the summaries of all rows, where the queries read a sample: what is known of all rows counts there, too.
    """

    def __init__(
        self,
        select: Select,
        kept: KeptSummaries,
        whole: KeptSummaries | None = None,
        count_cells: CountAll | None = None,
    ) -> None:
        self._select, self._kept, self._whole, self._count_cells = select, kept, whole, count_cells
        self._wide: dict[tuple[str, int, int, View], Counts] = {}

    def asking(self, select: Select) -> "ColumnSummaries":
        """Return the same summaries, for whose queries ``select`` is called."""
        told = copy(self)
        told._select = select
        return told

    async def sql(self, uuid: str, version: Version, view: View) -> ViewSql:
        """Return the SQL of a view, once it is known how the columns read that it compares."""
        facts = await self.facts(uuid, version, compared_columns(view))
        return ViewSql(view, facts, version.columns)

    async def facts(self, uuid: str, version: Version, columns: Sequence[int]) -> dict[int, ColumnFacts]:
        """Count how the cells of some columns read, unless it is known."""
        known = await self._known(uuid, version)
        missing = [column for column in columns if known.get(column, UNKNOWN).facts is None]
        if missing and self._whole is None:
            known = await self._read_copied(uuid, version, missing)
            missing = [column for column in missing if known.get(column, UNKNOWN).facts is None]
        if missing:
            letters = {column: letter_of(version, column) for column in missing}
            (row,) = await self._select(uuid, version, facts_query(letters), 1)
            found = {
                column: {"facts": ColumnFacts(letter, *row[5 * at : 5 * at + 5])}
                for at, (column, letter) in enumerate(letters.items())
            }
            added = await self._kept.add(uuid, version, found)
            known = known | {column: added[column] for column in found}
        return {column: known[column].facts for column in columns}  # type: ignore[misc]

    async def _known(self, uuid: str, version: Version) -> Summaries:
        """Return what is known of columns: of a sample, how all rows read, and the bins of all rows."""
        known = await self._kept.of(uuid, version)
        if self._whole is None:
            return known
        found = dict(known)
        for column, one in (await self._whole.of(uuid, version)).items():
            if one.facts:
                own = known.get(column, UNKNOWN)
                is_read_so = own.facts is not None and own.facts.reading == one.facts.reading
                bins = one.bins or (own.bins if is_read_so else None)
                found[column] = changed(own, facts=one.facts, bins=bins)
        return found

    async def has_tops(self, uuid: str, version: Version, sorts: Sequence[Sort]) -> bool:
        """Return whether the first rows of an order of the whole table were found while it was copied."""
        if len(sorts) != 1 or sorts[0].natural:
            return False
        column = sorts[0].column
        known = await self._kept.of(uuid, version)
        if known.get(column, UNKNOWN).has_tops is None:  # it may have been counted before it was copied
            known = await self._read_copied(uuid, version, [column])
        return bool(known.get(column, UNKNOWN).has_tops)

    async def _read_copied(self, uuid: str, version: Version, columns: Sequence[int]) -> Summaries:
        """Read the facts that were counted while the table was copied, where it is. Returns what is known now."""
        if version.columns > WIDE:
            return await self._kept.of(uuid, version)
        letters = {column: letter_of(version, column) for column in columns}
        rows = await self._select(uuid, version, copied_facts_query(columns), MAX_PARTS)
        whole = version.rows - skipped_rows(version)
        found = {
            column: {"facts": one.facts, "has_tops": one.has_tops}
            for column, one in copied_facts(rows, letters).items()
            if one.facts.rows == whole
        }
        return await self._kept.add(uuid, version, found)

    async def values(self, uuid: str, version: Version, view: View, column: int, text: str, most: int) -> CountedValues:
        """Count the values of a column that hold a text."""
        sql = await self._summary(uuid, version, view, column, alone=True)
        distinct, rows = (await self._select(uuid, version, sql.distinct(text), 1))[0]
        found = await self._select(uuid, version, sql.values(text, most), most)
        return CountedValues(distinct, rows, _pairs(found))

    async def counts_of(
        self, uuid: str, version: Version, view: View, column: int, values: Sequence[str]
    ) -> list[tuple[str, int]]:
        """Count some values of a column."""
        sql = await self._summary(uuid, version, view, column, alone=True)
        return _pairs(await self._select(uuid, version, sql.counts_of(list(values)), len(values)))

    async def knows_shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> bool:
        """Return whether the shapes of all these columns are kept."""
        known = await self._kept.of(uuid, version)
        return not view.changes_rows and all(known.get(column, UNKNOWN).shape for column in columns)

    async def shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnShape]:
        """Draw each column's shape from at most as many numbers as there are bins."""
        known = {} if view.changes_rows else await self._kept.of(uuid, version)
        shapes = {column: shape for column in columns if (shape := known.get(column, UNKNOWN).shape)}
        missing = [column for column in columns if column not in shapes]
        if missing:
            drawn = await self._drawn(uuid, version, view, missing)
            shapes |= drawn
            if not view.changes_rows:
                await self._kept.add(uuid, version, {column: {"shape": shape} for column, shape in drawn.items()})
        return [shapes[column] for column in columns]

    async def _drawn(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> dict[int, ColumnShape]:
        facts = await self.facts(uuid, version, columns)
        sql = ShapeSql(await self.sql(uuid, version, view), facts)
        measured = [column for column in columns if facts[column].reading != "text"]
        shapes: dict[int, ColumnShape] = {}
        for first in range(0, len(measured), SEVERAL):
            some = measured[first : first + SEVERAL]
            shapes |= await self._histograms(uuid, version, sql, {column: facts[column] for column in some})
        for column in columns:
            if column not in shapes:
                shapes[column] = await self._top(uuid, version, sql, column)
        return shapes

    async def _histograms(
        self, uuid: str, version: Version, sql: ShapeSql, facts: dict[int, ColumnFacts]
    ) -> dict[int, ColumnShape]:
        """Count the cells of columns of numbers or dates in the bins of the whole table."""
        bins = await self._bins(uuid, version, facts)
        query = sql.histograms(bins)
        counts: dict[int, dict[int, int]] = {}
        most = sum(one.count + 2 for one in bins.values())
        for bit, place, count in await self._select(uuid, version, query, most):
            counts.setdefault(bit, {})[place] = count
        shapes = {}
        for at, (column, one) in enumerate(bins.items()):
            found = counts.get(bit_of(at, len(bins)), {})
            rows, blank = sum(found.values()), found.get(BLANK, 0)
            heights = [found.get(place, 0) for place in range(one.count)]
            reading, whole = facts[column].reading, one.whole and facts[column].reading == "number"
            shapes[column] = ColumnShape(
                column, reading, rows, blank, one.edges(), one.log, whole, heights, [], None, False
            )
        return shapes

    async def _top(self, uuid: str, version: Version, sql: ShapeSql, column: int) -> ColumnShape:
        """Count the most frequent values of a column of text. Where there are very many, they are estimated."""
        known = (await self._kept.of(uuid, version)).get(column, UNKNOWN).distinct
        if version.rows >= MANY_ROWS and self._whole is None and (known is None or known >= MANY_DISTINCT):
            ((rows, blank, about, likely),) = await self._select(uuid, version, sql.about(column, TOP_VALUES), 1)
            if known is None:
                await self._kept.add(uuid, version, {column: {"distinct": about}})
            if about >= MANY_DISTINCT:
                counts = await self._select(uuid, version, sql.counts_of(column, likely or []), TOP_VALUES)
                distinct = min(about, rows - blank)
                return ColumnShape(column, "text", rows, blank, None, False, False, [], _pairs(counts), distinct, True)
        ((rows, blank, distinct, top),) = await self._select(uuid, version, sql.top(column, TOP_VALUES), 1)
        pairs = [(one["v"], -one["n"]) for one in top or []]
        return ColumnShape(column, "text", rows, blank, None, False, False, [], pairs, distinct, False)

    async def crossed(
        self, uuid: str, version: Version, view: View, by: int, columns: Sequence[int], tops: Mapping[int, list[str]]
    ) -> Crossing:
        """Cross the shapes of columns with the bins of one: the rows are read once."""
        facts = await self.facts(uuid, version, [by, *columns, *tops])
        bins = await self._bins(uuid, version, {column: facts[column] for column in [by, *columns]})
        sql = ShapeSql(await self.sql(uuid, version, view), facts)
        others, height = crossed_columns(by, bins, tops), bins[by].count + 2
        widths = {column: bins[column].count if column in bins else len(tops[column]) for column in others}
        most = height * (1 + sum(width + 2 for width in widths.values()))
        parts = part_counts(await self._select(uuid, version, sql.crossed(by, bins, tops), most), others)
        own = {(place, place): count for (place, _), count in parts.get(0, {}).items()}
        cells = [cells_of(parts.get(column, {}), bins[by].count, widths[column]) for column in others]
        shapes = [
            crossed_shape(column, facts[column], bins.get(column), tops.get(column, []), one)
            for column, one in zip(others, cells, strict=True)
        ]
        whole = crossed_shape(by, facts[by], bins[by], [], cells_of(own, bins[by].count, bins[by].count))
        return Crossing(whole, shapes, cells)

    async def overview(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnCounts]:
        """Count in one query. The distinct cells of a large table are estimated."""
        known = {} if view.changes_rows else await self._kept.of(uuid, version)
        counts = {column: found for column in columns if (found := known.get(column, UNKNOWN).counts)}
        missing = [column for column in columns if column not in counts]
        if missing:
            counted = await self._counted(uuid, version, view, missing)
            counts |= counted
            if not view.changes_rows:
                await self._kept.add(uuid, version, {column: {"counts": found} for column, found in counted.items()})
        return [counts[column] for column in columns]

    async def _counted(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> Counts:
        if self._count_cells and version.columns > WIDE and version.rows * version.columns <= MOST_CELLS:
            return await self._counted_wide(uuid, version, view)
        counts: Counts = {}
        for first in range(0, len(columns), BAND):
            counts |= await self._counted_some(uuid, version, view, columns[first : first + BAND])
        return counts

    async def _counted_wide(self, uuid: str, version: Version, view: View) -> Counts:
        """Count the cells of all columns at once, unless they are known: to read the rows takes most of the time."""
        key = version.key, version.edition, version.table_size, view
        if key not in self._wide:
            assert self._count_cells is not None
            query = (await self.sql(uuid, version, view)).rows() if view.changes_rows else Query("", [])
            found = await self._count_cells(uuid, version, query)
            self._wide[key] = {
                column: ColumnCounts(rows, blank, distinct, exact=True)
                for column, (rows, blank, distinct) in enumerate(found, 1)
            }
            if len(self._wide) > KEPT_WIDE:
                del self._wide[next(iter(self._wide))]
        return self._wide[key]

    async def _counted_some(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> Counts:
        exact = version.rows * len(columns) <= COUNTED_CELLS
        query = overview_query(await self.sql(uuid, version, view), columns, exact=exact)
        found = {column: counts for column, *counts in await self._select(uuid, version, query, len(columns))}
        counts = {}
        for column in columns:
            rows, blank, distinct = found.get(column, (0, 0, 0))
            counts[column] = ColumnCounts(rows, blank, min(distinct, rows - blank), exact)
        return counts

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> ColumnFigures:
        """Describe a column in figures; what JSON does not have is None."""
        facts = (await self.facts(uuid, version, [column]))[column]
        sql = await self._summary(uuid, version, view, column)
        rows, blank, distinct, longest = (await self._select(uuid, version, sql.counts(), 1))[0]
        frequent = _pairs(await self._select(uuid, version, sql.values("", FREQUENT), FREQUENT))
        numbers = None
        if facts.reading != "text":
            found = (await self._select(uuid, version, sql.numbers(), 1))[0]
            count, *figures, quartiles, smallest, largest = found
            mean, deviation, total = map(_finite, figures)
            thirds = tuple(map(_finite, quartiles)) if quartiles else None
            whole = thirds if thirds and None not in thirds else None
            numbers = Numbers(count, mean, deviation, total, whole, smallest, largest)  # type: ignore[arg-type]
        return ColumnFigures(facts.reading, rows, blank, distinct, longest, frequent, numbers)

    async def _summary(
        self, uuid: str, version: Version, view: View, column: int, *, alone: bool = False
    ) -> SummarySql:
        facts = (await self.facts(uuid, version, [column]))[column]
        return SummarySql(await self.sql(uuid, version, view), column, facts, alone=alone)

    async def _bins(self, uuid: str, version: Version, facts: dict[int, ColumnFacts]) -> dict[int, Bins]:
        """Return the bins of columns of numbers or dates in the whole table."""
        known = await self._known(uuid, version)
        missing = [column for column in facts if known.get(column, UNKNOWN).bins is None]
        if missing:
            sql = ShapeSql(ViewSql(WHOLE, {}, version.columns), facts)
            (row,) = await self._select(uuid, version, sql.ranges(missing), 1)
            triples = zip(missing, row[::3], row[1::3], row[2::3], strict=True)
            # Without a finite number, low and high are None.
            ranges = {column: Range(low or 0.0, high or 0.0, whole) for column, low, high, whole in triples}
            highs = {column: one.high for column, one in ranges.items() if one.may_be_heavy}
            small: list[int] = (await self._select(uuid, version, sql.small(highs), 1))[0] if highs else []
            for column, count, few in zip(highs, small[::2], small[1::2], strict=True):
                ranges[column] = changed(ranges[column], is_heavy=2 * few >= count)
            found = {column: {"bins": bins_of(one)} for column, one in ranges.items()}
            added = await self._kept.add(uuid, version, found)
            known = known | {column: added[column] for column in found}
        return {column: known[column].bins for column in facts}  # type: ignore[misc]


def _pairs(rows: list[list[Any]]) -> list[tuple[str, int]]:
    return [(value, count) for value, count in rows]


def _finite(number: float | None) -> float | None:
    """Return a number that JSON has: neither an infinity nor NaN."""
    return number if number is not None and isfinite(number) else None


def letters_of(version: Version) -> str:
    """Return a letter for each of the first columns, as columns.py packs kinds."""
    pairs = zip(version.column_kinds, version.column_lenses, strict=True)
    return "".join(LETTERS.get(pair, pair[0][0]) for pair in pairs)


def letter_of(version: Version, column: int) -> str:
    """Return the letter of one column, counted from 1; those behind the first ones are text."""
    return letters_of(version)[column - 1 : column] or "t"
