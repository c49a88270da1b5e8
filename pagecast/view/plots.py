"""Plots of a view as SQL: points, cells of a heat map, bins, lines and groups. It runs nothing."""

from collections.abc import Mapping
from math import floor
from typing import Any

from pagecast.protocol.errors import BadView
from pagecast.protocol.facts import Fact, changed
from pagecast.view.bins import Bins, Range, bins_of
from pagecast.view.sql import ColumnFacts, Query, ViewSql
from pagecast.view.summaries import read_of

MOST_POINTS = 2000
"""Points of a scatter plot. Where there are more, the rows in each cell of a heat map are counted."""

MOST_GROUPS = 50
"""Bars, beside the one for all the other groups."""

MOST_BINS = {"histogram": 60, "scatter": 99, "line": 499}
"""Bins of an axis, about: at most one more."""

HOUR, DAY = 3600, 86_400
TIME_STEPS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY),
)
"""Widths of bins of dates, in seconds. Wider ones are a number of weeks."""


class PlotAsk(Fact, frozen=True):
    """What a plot shows: its kind, and its columns, counted from 1."""

    kind: str
    x: int
    y: int | None

    @property
    def columns(self) -> list[int]:
        """The columns whose facts are needed."""
        return [self.x] if self.y is None else [self.x, self.y]

    @property
    def needs_both(self) -> bool:
        """Whether a row is drawn only where both of its cells are numbers or dates."""
        return self.y is not None and self.kind != "bars"


def check_readings(asked: PlotAsk, readings: Mapping[int, str]) -> None:
    """Raise BadView where a column is text that has to be numbers or dates.

    >>> check_readings(PlotAsk("bars", 1, None), {1: "text"})
    """
    measured = [column for column in asked.columns if asked.kind != "bars" or column == asked.y]
    for column in measured:
        if readings[column] == "text":
            what = "A mean" if asked.kind == "bars" else f"A {asked.kind}"
            raise BadView(f"{what} is of numbers or dates: column {column} is text.")


def axis_bins(numbers: Range, reading: str, most: int) -> Bins:
    """Return the bins of an axis; of dates, they are as wide as clocks and calendars count.

    >>> axis_bins(Range(0, 100 * 86_400, True), "date", 60)
    Bins(low=0.0, width=172800.0, count=51, log=False, whole=False)
    >>> axis_bins(Range(1952, 2007, True), "number", 60).count
    56
    """
    width = (numbers.high - numbers.low) / most
    if reading != "date" or width < 1:
        return bins_of(numbers, most) if reading != "date" else bins_of(changed(numbers, whole=False), most)
    step = next((one for one in TIME_STEPS if one >= width), 7 * DAY * -floor(-width / (7 * DAY)))
    first = floor(numbers.low / step)
    return Bins(float(first * step), float(step), floor(numbers.high / step) - first + 1)


class PlotSql:
    """A plot of a view, as SQL."""

    def __init__(self, sql: ViewSql, asked: PlotAsk, facts: Mapping[int, ColumnFacts]) -> None:
        check_readings(asked, {column: one.reading for column, one in facts.items()})
        self.asked, self._facts = asked, facts
        where, self._values = sql.where()
        x = f"coalesce(c{asked.x}, '')" if asked.kind == "bars" else read_of(asked.x, facts[asked.x])
        y = "null::double" if asked.y is None else read_of(asked.y, facts[asked.y])
        self._read = f"select row, {x} as x, {y} as y from t where {where}"
        self._drawn = "isfinite(x) and isfinite(y)" if asked.needs_both else "isfinite(x)"

    def reading(self, column: int) -> str:
        """Return how a column is read."""
        return self._facts[column].reading

    def spread(self) -> Query:
        """Return the query for the rows, those that are drawn, and the range of either axis."""
        ranges = (
            f"min({one}) filter (d), max({one}) filter (d), coalesce(bool_and({one} = trunc({one})) filter (d), false)"
            for one in "xy"
        )
        return Query(
            f"select count(*), count(*) filter (d), {', '.join(ranges)}"
            f" from (select x, y, {self._drawn} as d from ({self._read}))",
            self._values,
        )

    def points(self) -> Query:
        """Return the query for the points, in the order of the table."""
        return Query(
            f"select x, y from ({self._read}) where {self._drawn} order by row limit {MOST_POINTS}", self._values
        )

    def cells(self, x: Bins, y: Bins) -> Query:
        """Return the query for the cells that have rows: the place on either axis, the count."""
        return self._binned([x, y], "count(*)")

    def bins(self, x: Bins) -> Query:
        """Return the query for the bins that have rows: the place, the count."""
        return self._binned([x], "count(*)")

    def line(self, x: Bins) -> Query:
        """Return the query for the bins that have rows: the place, the count, the means of both columns."""
        return self._binned([x], "count(*), avg(x), avg(y)")

    def groups(self) -> Query:
        """Return the query for the groups: value, rows, numbers, their sum; in the last one, all the others.

        Before these it has the place, and how many groups are in it.
        """
        grouped = (
            "select x, count(*) as n, count(y) filter (isfinite(y)) as k, sum(y) filter (isfinite(y)) as s"
            f" from ({self._read}) group by x"
        )
        placed = f"select *, least(row_number() over (order by n desc, x), {MOST_GROUPS + 1}) as p from ({grouped})"
        return Query(
            f"select p, count(*), min(x), sum(n)::bigint, sum(k)::bigint, sum(s) from ({placed}) group by p order by p",
            self._values,
        )

    def _binned(self, axes: list[Bins], wanted: str) -> Query:
        places, edges = [], list[Any]()
        for name, at, bins in zip("xy", "ij", axes, strict=False):
            places.append(f"{bins.place_sql(name)} as {at}")
            edges += [bins.low, bins.width]
        keys = ", ".join("ij"[: len(axes)])
        return Query(
            f"select {keys}, {wanted} from (select x, y, {', '.join(places)} from ({self._read}) where {self._drawn})"
            f" group by {keys} order by {keys}",
            [*edges, *self._values],
        )
