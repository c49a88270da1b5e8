"""Summaries of columns as SQL: their values with counts, their numbers, their histograms. It runs nothing."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from pagecast.view.bins import HEAVY, Bins
from pagecast.view.expressions import blank_sql, holds_sql
from pagecast.view.sql import ColumnFacts, Query, ViewSql, date_of, number_of

MICROSECONDS = 1e6


def read_of(column: int, facts: ColumnFacts) -> str:
    """Return the expression for what a cell of numbers or dates reads as: a double; of a date, seconds since 1970."""
    if facts.reading == "date":
        return f"(epoch_us({date_of(column, facts)}) / {MICROSECONDS:.0f})"
    return number_of(column, facts)


class SummarySql:
    """Summaries of one column of a view, as SQL.

    ``alone``: whether the view's filters on this column are left out, so that people see what they could choose, too.
    """

    def __init__(self, sql: ViewSql, column: int, facts: ColumnFacts, *, alone: bool = False) -> None:
        self._column, self._facts = column, facts
        self._where, self._values = sql.where(but=column if alone else None)

    def values(self, text: str, most: int) -> Query:
        """Return the query for the values that hold a text, each with its count; the most frequent ones first."""
        held, bound = self._held(text)
        return Query(
            f"select v, n from ({self._counts()}){held} order by n desc, v limit {most}", [*self._values, *bound]
        )

    def distinct(self, text: str) -> Query:
        """Return the query for how many values hold a text, and in how many rows."""
        held, bound = self._held(text)
        return Query(
            f"select count(*), coalesce(sum(n), 0)::bigint from ({self._counts()}){held}", [*self._values, *bound]
        )

    def counts_of(self, values: list[str]) -> Query:
        """Return the query for the counts of some values. A value that no row has is left out."""
        return Query(
            f"select v, n from ({self._counts()}) where v in (select unnest(?::varchar[])) order by n desc, v",
            [*self._values, values],
        )

    def numbers(self) -> Query:
        """Return the query for count, mean, deviation, sum, quartiles, and the extreme cells."""
        x = read_of(self._column, self._facts)
        return Query(
            "select count(x), avg(x), stddev_samp(x), sum(x), quantile_cont(x, [0.25, 0.5, 0.75]),"
            " arg_min(c, x), arg_max(c, x)"
            f" from (select c{self._column} as c, {x} as x from t where {self._where}) where isfinite(x)",
            self._values,
        )

    def counts(self) -> Query:
        """Return the query for the rows, the blank cells, the distinct cells that are not blank, and the longest."""
        cell = f"c{self._column}"
        return Query(
            f"select count(*), count(*) filter (b), count(distinct c) filter (not b), coalesce(max(length(c)), 0)"
            f" from (select {cell} as c, {blank_sql(cell)} as b from t where {self._where})",
            self._values,
        )

    def _counts(self) -> str:
        cell = f"c{self._column}"
        return f"select coalesce({cell}, '') as v, count(*) as n from t where {self._where} group by v"

    @staticmethod
    def _held(text: str) -> tuple[str, list[Any]]:
        if not text:
            return "", []
        holds, bound = holds_sql("v", text)
        return f" where {holds}", list[Any](bound)


BLANK, UNREAD = -2, -1
"""The places of blank cells, and of those that are no finite number, beside the bins of a histogram."""

SEVERAL = 60
"""Columns of one query for histograms: DuckDB groups by at most 64 keys."""


class ShapeSql:
    """The shapes of columns of a view, as SQL. Each query reads the rows once, for all of its columns."""

    def __init__(self, sql: ViewSql, facts: Mapping[int, ColumnFacts]) -> None:
        self._facts = facts
        self._where, self._values = sql.where()

    def ranges(self, columns: Sequence[int]) -> Query:
        """Return the query for the smallest and the largest number, and whether all are integers, of each column."""
        wanted = (
            f"min(x{column}), max(x{column}), coalesce(bool_and(x{column} = trunc(x{column})), false)"
            for column in columns
        )
        return Query(f"select {', '.join(wanted)} from ({self._finite(columns)})", self._values)

    def small(self, highs: Mapping[int, float]) -> Query:
        """Return the query for how many numbers each column has, and how many are small beside the largest."""
        wanted = (f"count(x{column}), count(*) filter (x{column} <= ?)" for column in highs)
        limits = [high / HEAVY for high in highs.values()]
        return Query(f"select {', '.join(wanted)} from ({self._finite(highs)})", [*limits, *self._values])

    def histograms(self, bins: Mapping[int, Bins]) -> Query:
        """Return the query for how many cells are in each place that has any: which column, the place, the count.

        The place is a bin, from 0, or BLANK, or UNREAD. Which column: as ``bit_of`` numbers it.
        """
        names = [f"b{column}" for column in bins]
        places = (f"{self._place(column, one)} as b{column}" for column, one in bins.items())
        edges = chain.from_iterable((one.low, one.width) for one in bins.values())
        return Query(
            f"select grouping_id({', '.join(names)}), coalesce({', '.join(names)}), count(*)"
            f" from (select {', '.join(places)} from t where {self._where})"
            f" group by grouping sets ({', '.join(f'({name})' for name in names)})",
            [*edges, *self._values],
        )

    def top(self, column: int, most: int) -> Query:
        """Return the query for the rows, the blank cells, the distinct others, and the most frequent ones of these.

        These are structs of a negative count and a cell.
        """
        cell, blank = f"coalesce(c{column}, '')", blank_sql("v")
        return Query(
            f"select coalesce(sum(n), 0)::bigint, coalesce(sum(n) filter (b), 0)::bigint, count(*) filter (not b),"
            f" min(struct_pack(n := -n, v := v), {most}) filter (not b)"
            f" from (select v, n, {blank} as b"
            f" from (select {cell} as v, count(*) as n from t where {self._where} group by v))",
            self._values,
        )

    def about(self, column: int, most: int) -> Query:
        """Return the query for the rows, the blank cells, about how many distinct ones, and frequent ones of these.

        It takes a fraction of what ``top`` takes, in time and in memory, where nearly every cell is another one.
        """
        cell = f"c{column}"
        return Query(
            f"select count(*), count(*) filter (b), approx_count_distinct(v), approx_top_k(v, {most})"
            f" from (select case when b then null else c end as v, b"
            f" from (select {cell} as c, {blank_sql(cell)} as b from t where {self._where}))",
            self._values,
        )

    def counts_of(self, column: int, values: list[str]) -> Query:
        """Return the query for the counts of some values, the most frequent ones first."""
        cell = f"c{column}"
        return Query(
            f"select {cell} as v, count(*) as n from t where {self._where} and {cell} in (select unnest(?::varchar[]))"
            " group by v order by n desc, v",
            [*self._values, values],
        )

    def crossed(self, by: int, bins: Mapping[int, Bins], tops: Mapping[int, list[str]]) -> Query:
        """Return the query for how many rows are in each place of one column and in each place of the others.

        Rows of: which column, as ``bit_of`` numbers those in ``bins`` and then in ``tops`` without ``by``; the place in
        ``by``; the place in that column; the count. A place in ``tops`` is one of these values, from 0.
        """
        columns = [column for column in [*bins, *tops] if column != by]
        names = ", ".join(f"b{column}" for column in columns)
        places, bound = [f"{self._place(by, bins[by])} as a"], [bins[by].low, bins[by].width]
        values: list[Any] = [*bound]
        for column in columns:
            if column in bins:
                places.append(f"{self._place(column, bins[column])} as b{column}")
                values += [bins[column].low, bins[column].width]
            else:
                at = f"coalesce(nullif(list_position(?::varchar[], c{column}), 0) - 1, {UNREAD})"
                places.append(f"case when {blank_sql(f'c{column}')} then {BLANK} else {at} end as b{column}")
                values.append(tops[column])
        sets = ", ".join(f"(a, b{column})" for column in columns)
        which, place = (f"grouping_id({names})", f"coalesce({names})") if columns else ("0", "0")
        return Query(
            f"select {which}, a, {place}, count(*) from (select {', '.join(places)} from t where {self._where})"
            f" group by {f'grouping sets ({sets}, (a))' if columns else 'a'}",
            [*values, *self._values],
        )

    def _finite(self, columns: Iterable[int]) -> str:
        """Return the query for the finite numbers of columns; dates are numbers, too."""
        read = ((column, read_of(column, self._facts[column])) for column in columns)
        numbers = (f"case when isfinite({x}) then {x} end as x{column}" for column, x in read)
        return f"select {', '.join(numbers)} from t where {self._where}"

    def _place(self, column: int, bins: Bins) -> str:
        """Return the expression for the place of a cell. The cell's text is read only where it is needed."""
        facts = self._facts[column]
        x, read = read_of(column, facts), facts.dates if facts.reading == "date" else facts.numbers
        unread = f"case when {blank_sql(f'c{column}')} then {BLANK} else {UNREAD} end"
        if not facts.blank:
            unread = str(UNREAD)
        elif facts.blank + read == facts.rows:
            unread = str(BLANK)
        measure = f"log10({x})" if bins.log else x
        place = bins.place_sql(measure)
        return f"case when {x} is null then {unread} when isfinite({x}) then {place} else {UNREAD} end"


def bit_of(place: int, columns: int) -> int:
    """Return how ``ShapeSql.histograms`` numbers a column: ``place`` is its place among ``columns``, from 0.

    >>> [bit_of(place, 3) for place in range(3)]
    [3, 5, 6]
    """
    return (1 << columns) - 1 - (1 << columns - 1 - place)


def overview_query(sql: ViewSql, columns: Sequence[int], *, exact: bool) -> Query:
    """Return the query for the rows of a view, its blank cells and its distinct other ones, column by column.

    ``exact``: whether the distinct cells are counted; else they are estimated, in little memory.
    """
    where, values = sql.where()
    cells, numbers = ", ".join(f"c{column}" for column in columns), ", ".join(map(str, columns))
    single = f"select unnest([{cells}]) as v, unnest([{numbers}]) as i from t where {where}"
    if exact:
        counted = f"select i, v, count(*) as n, {blank_sql('v')} as b from ({single}) group by i, v"
        wanted = "coalesce(sum(n), 0)::bigint, coalesce(sum(n) filter (b), 0)::bigint, count(*) filter (not b)"
        return Query(f"select i, {wanted} from ({counted}) group by i", values)
    wanted = "count(*), count(*) filter (b), approx_count_distinct(v) filter (not b)"
    return Query(f"select i, {wanted} from (select i, v, {blank_sql('v')} as b from ({single})) group by i", values)
