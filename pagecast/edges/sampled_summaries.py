"""Summaries from a sample of a version's rows: they are there at once, and say how far off they may be."""

from pagecast.edges.column_summaries import ColumnSummaries, Select
from pagecast.edges.kept_summaries import KeptSummaries
from pagecast.ports.engine import ColumnFigures, CountedValues
from pagecast.protocol.facts import changed
from pagecast.protocol.summaries import ColumnShape, SampleBound
from pagecast.table.version import Version
from pagecast.view.sampling import (
    bound_of,
    sample_plan,
    scaled_counts,
    scaled_numbers,
    scaled_shape,
    weight_query,
)
from pagecast.view.sheet import skipped_rows
from pagecast.view.view import WHOLE, View


class SampledSummaries:
    """Summarises columns with queries that ``select`` runs on a sample. ``whole``: the summaries of all rows."""

    def __init__(self, select: Select, whole: KeptSummaries) -> None:
        self._select = select
        self._columns = ColumnSummaries(select, KeptSummaries(), whole)

    async def shapes(
        self, uuid: str, version: Version, view: View, columns: list[int]
    ) -> tuple[list[ColumnShape], SampleBound]:
        """Draw the shapes of columns."""
        shapes = await self._columns.shapes(uuid, version, view, columns)
        times, bound = await self._weight(uuid, version, view)
        return [scaled_shape(shape, times) for shape in shapes], bound

    async def values(
        self, uuid: str, version: Version, view: View, column: int, text: str, most: int
    ) -> tuple[CountedValues, SampleBound]:
        """Count the values of a column that hold a text."""
        others = changed(view, filters=tuple(one for one in view.filters if one.column != column))
        found = await self._columns.values(uuid, version, others, column, text, most)
        times, bound = await self._weight(uuid, version, others)
        return CountedValues(None, round(times * found.rows), scaled_counts(found.values, times)), bound

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> tuple[ColumnFigures, SampleBound]:
        """Describe a column in figures."""
        found = await self._columns.profile(uuid, version, view, column)
        times, bound = await self._weight(uuid, version, view)
        figures = ColumnFigures(
            found.reading,
            round(times * found.rows),
            round(times * found.blank),
            None,
            None,
            scaled_counts(found.frequent, times),
            found.numbers and scaled_numbers(found.numbers, times),
        )
        return figures, bound

    async def _weight(self, uuid: str, version: Version, view: View) -> tuple[float, SampleBound]:
        """Return how many rows of the table a row of the sample stands for, and how far off a view's counts may be."""
        plan = sample_plan(version.rows, version.table_size)
        assert plan is not None, "the table is long enough"
        drawn, rows, squares = 0, 0, 0
        for one in dict.fromkeys((WHOLE, view)):
            sql = await self._columns.sql(uuid, version, one)
            ((rows, squares),) = await self._select(uuid, version, weight_query(sql, plan), 1)
            drawn = drawn or rows
        times = (version.rows - skipped_rows(version)) / drawn if drawn else 0.0
        return times, SampleBound(rows, bound_of(rows, squares))


def has_sample(version: Version) -> bool:
    """Return whether a version has a sample: its rows are all here, and it is too long to be counted at once."""
    return version.complete and sample_plan(version.rows, version.table_size) is not None
