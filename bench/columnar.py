"""DuckDB and polars by themselves: questions about a columnar copy, as one would ask them in a notebook."""

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

PAGE = 100
TOP, BINS = 5, 30


class Reader(Protocol):
    """A program that answers questions about columns, which are counted from 1."""

    def sort(self, column: int, descending: bool, most: int | None) -> object:
        """Find the numbers of the rows in the order of a column: the first ones, or all."""

    def less(self, column: int, most: float) -> object:
        """Find the first rows with a smaller number, and count all of them."""

    def holding(self, columns: Sequence[int], text: str) -> object:
        """Find the first rows that hold a text in one of some columns, in any case, and count all of them."""

    def values(self, column: int, text: str, most: int) -> object:
        """Count the rows of each value that holds a text: the most frequent values."""

    def shapes(self, columns: Sequence[int], filtered: int, value: str) -> object:
        """Make a histogram of each column of numbers, and find the top values of each other one."""


class DuckDB:
    """DuckDB, with its own readers of Parquet and of text."""

    def __init__(self, relation: str, threads: int) -> None:
        duckdb: Any = importlib.import_module("duckdb")
        self._connection = duckdb.connect(config={"threads": threads})
        self._connection.execute(f"create view t as select * from {relation}")
        columns = self._connection.execute("describe t").fetchall()
        self._numbers = {name for name, kind, *_ in columns if kind in ("BIGINT", "DOUBLE")}

    @classmethod
    def on_parquet(cls, parts: Sequence[Path], threads: int) -> "DuckDB":
        """Return it on the files of a columnar copy."""
        paths = ", ".join(f"'{part}'" for part in parts)
        return cls(f"read_parquet([{paths}])", threads)

    @classmethod
    def on_text(cls, path: Path, columns: int, threads: int) -> "DuckDB":
        """Return it on a file of text, which it reads again for each question."""
        names = ", ".join(f"'c{column}'" for column in range(1, columns + 1))
        read = (
            f"read_csv('{path}', delim='\t', quote='', header=false, skip=1, names=[{names}], max_line_size=10000000)"
        )
        return cls(f"(select *, row_number() over () as row from {read})", threads)

    def sort(self, column: int, descending: bool, most: int | None) -> object:
        limit = "" if most is None else f"limit {most}"
        way = "desc" if descending else "asc"
        return self._ask(f"select row from t order by {self._key(column)} {way} nulls last, row {limit}")

    def less(self, column: int, most: float) -> object:
        return self._filtered(f"{self._key(column)} < ?", [most])

    def holding(self, columns: Sequence[int], text: str) -> object:
        conditions = " or ".join(f"contains(lower(c{column}), ?)" for column in columns)
        return self._filtered(f"({conditions})", [text.lower()] * len(columns))

    def values(self, column: int, text: str, most: int) -> object:
        counts = f"select c{column} as v, count(*) as n from t where contains(lower(c{column}), ?) group by v"
        return self._ask(f"{counts} order by n desc, v limit {most}", [text]), self._ask(
            f"select count(*), sum(n) from ({counts})", [text]
        )

    def shapes(self, columns: Sequence[int], filtered: int, value: str) -> object:
        return [self._shape(column, f"c{filtered} = ?", [value]) for column in columns]

    def _shape(self, column: int, where: str, values: list[Any]) -> object:
        key = self._key(column)
        if key not in self._numbers:
            counts = f"select {key} as v, count(*) as n from t where {where} group by v"
            top = self._ask(f"{counts} order by n desc limit {TOP}", values)
            return top, self._ask(f"select count(distinct {key}) from t where {where}", values)
        low, high = self._ask(f"select min({key}), max({key}) from t").values()
        width = float(high[0] - low[0]) / BINS or 1.0
        bins = f"select floor(({key} - {float(low[0])}) / {width}) as b, count(*) from t where {where} group by b"
        return self._ask(bins, values)

    def _key(self, column: int) -> str:
        return f"n{column}" if f"n{column}" in self._numbers else f"c{column}"

    def _filtered(self, where: str, values: list[Any]) -> object:
        first = self._ask(f"select row from t where {where} order by row limit {PAGE}", values)
        return first, self._ask(f"select count(*) from t where {where}", values)

    def _ask(self, sql: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(sql, list(values)).fetchnumpy()


class Polars:
    """polars, which plans over all files."""

    def __init__(self, parts: Sequence[Path], threads: int) -> None:
        os.environ["POLARS_MAX_THREADS"] = str(threads)  # it reads this once, when it is loaded
        self._polars: Any = importlib.import_module("polars")
        self._table = self._polars.scan_parquet([str(part) for part in parts])
        self._typed = set(self._table.collect_schema().names())

    def sort(self, column: int, descending: bool, most: int | None) -> object:
        key = self._key(column)
        ordered = self._table.select("row", key).sort(key, "row", descending=[descending, False], nulls_last=True)
        return (ordered if most is None else ordered.head(most)).select("row").collect()

    def less(self, column: int, most: float) -> object:
        return self._filtered(self._polars.col(self._key(column)) < most)

    def holding(self, columns: Sequence[int], text: str) -> object:
        return self._filtered(self._polars.any_horizontal([self._held(column, text) for column in columns]))

    def values(self, column: int, text: str, most: int) -> object:
        found = self._table.filter(self._held(column, text)).group_by(f"c{column}").len()
        return found.top_k(most, by="len").collect(), found.select(self._polars.len()).collect()

    def shapes(self, columns: Sequence[int], filtered: int, value: str) -> object:
        where = self._polars.col(f"c{filtered}") == value
        return [self._shape(column, where) for column in columns]

    def _shape(self, column: int, where: Any) -> object:
        key = self._key(column)
        if key.startswith("c"):
            counts = self._table.filter(where).group_by(key).len()
            return counts.top_k(TOP, by="len").collect(), counts.select(self._polars.len()).collect()
        number = self._polars.col(key)
        low, high = self._table.select(number.min().alias("low"), number.max().alias("high")).collect().row(0)
        place = ((number - low) / ((high - low) / BINS or 1.0)).floor().alias("place")
        return self._table.filter(where).group_by(place).len().collect()

    def _held(self, column: int, text: str) -> Any:
        return self._polars.col(f"c{column}").str.to_lowercase().str.contains(text.lower(), literal=True)

    def _filtered(self, where: Any) -> object:
        found = self._table.filter(where).select("row")
        return found.head(PAGE).collect(), found.select(self._polars.len()).collect()

    def _key(self, column: int) -> str:
        return f"n{column}" if f"n{column}" in self._typed else f"c{column}"
