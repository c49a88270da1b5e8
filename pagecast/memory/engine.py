"""The engine in memory: the twin of the one that runs DuckDB, in plain Python. Tests compare the two."""

import re
from array import array
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import groupby
from math import fsum, isfinite, log10, trunc
from statistics import fmean, quantiles, stdev
from typing import Any

from pagecast.ports.engine import ColumnCounts, ColumnFigures, CountedValues, Crossing, PlotMarks, Tell
from pagecast.ports.storage import Files, TableFile
from pagecast.protocol.errors import BadView, QueryFailed
from pagecast.protocol.facts import changed
from pagecast.protocol.summaries import Axis, ColumnShape, Numbers, SampleBound
from pagecast.table.cells import rows_of
from pagecast.table.hits import Hits, find_hits
from pagecast.table.lenses import MOSTLY, is_blank, value_of
from pagecast.table.version import Version
from pagecast.view.bins import HEAVY, Bins, Range, bins_of
from pagecast.view.exports import DELIMITERS, ExportForm, columns_of, line_of, record_of
from pagecast.view.expressions import date_seconds, folded
from pagecast.view.names import ColumnNames
from pagecast.view.plots import MOST_BINS, MOST_GROUPS, MOST_POINTS, PlotAsk, axis_bins, check_readings
from pagecast.view.sheet import skipped_rows
from pagecast.view.sql import COMPARISONS
from pagecast.view.view import Filter, Search, Sort, View

TOP_VALUES, FREQUENT = 5, 10
"""Values in the shape of a column of text, and in the figures of any column."""

Row = tuple[int, list[str]]
"""The number of a row, and its cells."""


class MemoryEngine:
    """Implements ``ports.engine.Engine`` by looking at every row."""

    async def ready(self) -> None:
        pass

    async def forget(self, uuid: str) -> None:
        pass

    def __init__(self, files: Files) -> None:
        self._files = files
        self._answers: dict[tuple[str, int, int, View], list[int]] = {}

    def telling(self, tell: Tell) -> "MemoryEngine":
        return self

    async def prepare(self, uuid: str, version: Version) -> None:
        pass

    async def check(self, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise BadView(f"This pattern cannot be read: {error}.") from None

    async def first(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int]:
        rows = await self._rows(uuid, version, view)
        return rows[:most], len(rows)

    async def soon(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int, bool]:
        rows = await self._rows(uuid, version, view)
        return rows[:most], min(most, len(rows)), len(rows) <= most

    async def answer(self, uuid: str, version: Version, view: View) -> int:
        rows = self._answers[_key(version, view)] = await self._rows(uuid, version, view)
        return len(rows)

    async def numbers(self, uuid: str, version: Version, view: View, span: range) -> list[int]:
        return self._answers[_key(version, view)][span.start : span.stop]

    async def position(self, uuid: str, version: Version, view: View, row: int) -> int | None:
        rows = self._answers[_key(version, view)]
        return rows.index(row) if row in rows else None

    async def hits(
        self, uuid: str, version: Version, view: View, found: View, place: int, *, partial: bool = False
    ) -> Hits:
        rows, hits = await self._rows(uuid, version, view), await self._rows(uuid, version, found)
        return find_hits(
            array("I", rows).tobytes(), array("I", hits).tobytes(), skipped_rows(version), len(rows), place
        )

    async def values(self, uuid: str, version: Version, view: View, column: int, text: str, most: int) -> CountedValues:
        counts = await self._counts(uuid, version, view, column)
        held = [(value, count) for value, count in counts if folded(text) in folded(value)]
        return CountedValues(len(held), sum(count for _, count in held), held[:most])

    async def counts_of(
        self, uuid: str, version: Version, view: View, column: int, values: Sequence[str]
    ) -> list[tuple[str, int]]:
        return [(value, count) for value, count in await self._counts(uuid, version, view, column) if value in values]

    async def shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnShape]:
        """Count a column's numbers in the bins of the whole table, or its most frequent values."""
        rows = await self._table(uuid, version)
        found = rows_of_view(rows, view, lambda one: self._lens(version, one))
        return [_shape(rows, found, column, self._lens(version, column)) for column in columns]

    async def overview(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnCounts]:
        rows = rows_of_view(await self._table(uuid, version), view, lambda one: self._lens(version, one))
        counts = []
        for column in columns:
            values = [cell for cell in (_cell(row, column) for row in rows) if not is_blank(cell)]
            counts.append(ColumnCounts(len(rows), len(rows) - len(values), len(set(values)), True))
        return counts

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> ColumnFigures:
        """Describe a column in figures, with Python's own statistics."""
        rows, lens = await self._table(uuid, version), self._lens(version, column)
        cells = [_cell(row, column) for row in rows_of_view(rows, view, lambda one: self._lens(version, one))]
        reading, values = _reading(rows, column, lens), {cell for cell in cells if not is_blank(cell)}
        numbers = None if reading == "text" else _numbers(cells, reading, lens)
        longest = max(map(len, cells), default=0)
        frequent = _frequent(cells)[:FREQUENT]
        blank = sum(map(is_blank, cells))
        return ColumnFigures(reading, len(cells), blank, len(values), longest, frequent, numbers)

    async def sampled_shapes(
        self, uuid: str, version: Version, view: View, columns: Sequence[int]
    ) -> tuple[list[ColumnShape], SampleBound | None]:
        return await self.shapes(uuid, version, view, columns), None

    async def sampled_values(
        self, uuid: str, version: Version, view: View, column: int, text: str, most: int
    ) -> tuple[CountedValues, SampleBound | None]:
        return await self.values(uuid, version, view, column, text, most), None

    async def sampled_profile(
        self, uuid: str, version: Version, view: View, column: int
    ) -> tuple[ColumnFigures, SampleBound | None]:
        return await self.profile(uuid, version, view, column), None

    async def crossed(
        self, uuid: str, version: Version, view: View, by: int, columns: Sequence[int], tops: Mapping[int, list[str]]
    ) -> Crossing:
        """Draw the shapes of the rows in each bin, one bin after another."""
        rows, others = await self._table(uuid, version), [one for one in [*columns, *tops] if one != by]
        found = rows_of_view(rows, view, lambda one: self._lens(version, one))
        (whole,) = await self.shapes(uuid, version, view, [by])
        groups: list[list[Row]] = [[] for _ in range(len(whole.bins) + 1)]
        for row in found:
            bins = _shape(rows, [row], by, self._lens(version, by)).bins
            groups[bins.index(1) if 1 in bins else -1].append(row)
        shapes, cells = [], []
        for column in others:
            parts = [_shape(rows, group, column, self._lens(version, column)) for group in [*groups, found]]
            values = tops.get(column, [])
            counts = [
                [*(_frequency(group, column, values) if column in tops else part.bins), part.blank]
                for group, part in zip([*groups, found], parts, strict=True)
            ]
            whole_part, whole_counts = parts.pop(), counts.pop()
            cells.append([[*one, part.rows - sum(one)] for one, part in zip(counts, parts, strict=True)])
            top = list(zip(values, whole_counts, strict=False))
            shapes.append(changed(whole_part, top=top, distinct=None))
        return Crossing(whole, shapes, cells)

    async def plot(self, uuid: str, version: Version, view: View, asked: PlotAsk) -> PlotMarks:
        """Draw from the cells of all rows of the view."""
        rows = await self._table(uuid, version)
        readings = {one: _reading(rows, one, self._lens(version, one)) for one in asked.columns}
        check_readings(asked, readings)
        found = sorted(rows_of_view(rows, view, lambda one: self._lens(version, one)))

        def read(column: int) -> list[float | None]:
            numbers = [_measure(_cell(row, column), readings[column], self._lens(version, column)) for row in found]
            return [number if number is not None and isfinite(number) else None for number in numbers]

        y: list[float | None] = [None] * len(found) if asked.y is None else read(asked.y)
        if asked.kind == "bars":
            return _bars([_cell(row, asked.x) for row in found], y, asked, readings)
        pairs = [
            (x, other)
            for x, other in zip(read(asked.x), y, strict=True)
            if x is not None and (other is not None or not asked.needs_both)
        ]
        return _plot(pairs, len(found), asked, readings)

    async def export(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> AsyncGenerator[bytes]:
        """Yield the rows one by one. It has no writer of Parquet."""
        if form.format not in (*DELIMITERS, "jsonl"):
            raise QueryFailed
        rows = await self._table(uuid, version)
        for row in rows_of_view(rows, view, lambda one: self._lens(version, one)):
            yield row_text(row, form, view, names).encode()

    async def write_file(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> "MemoryRowsFile":
        return MemoryRowsFile(b"".join([piece async for piece in self.export(uuid, version, view, names, form)]))

    async def _counts(self, uuid: str, version: Version, view: View, column: int) -> list[tuple[str, int]]:
        others = changed(view, filters=tuple(one for one in view.filters if one.column != column))
        rows = rows_of_view(await self._table(uuid, version), others, lambda one: self._lens(version, one))
        return _frequent([_cell(row, column) for row in rows])

    def _lens(self, version: Version, column: int) -> str:
        lenses = version.column_lenses
        return lenses[column - 1] if column <= len(lenses) else ""

    async def _rows(self, uuid: str, version: Version, view: View) -> list[int]:
        rows = await self._table(uuid, version)
        return [number for number, _ in rows_of_view(rows, view, lambda column: self._lens(version, column))]

    async def _table(self, uuid: str, version: Version) -> list[Row]:
        def read(table: TableFile) -> list[list[str]]:
            return rows_of(table.read(0, version.table_size), escaped=version.is_escaped)

        return list(enumerate(await self._files.read(uuid, version, read), 1))[skipped_rows(version) :]


class MemoryRowsFile:
    """Implements ``ports.engine.RowsFile``."""

    def __init__(self, data: bytes) -> None:
        self._data, self.size = data, len(data)

    def use(self) -> None:
        """Do nothing: memory gives up no file."""

    async def read(self, span: range) -> bytes:
        return self._data[span.start : span.stop]

    async def remove(self) -> None:
        """Forget nothing: it goes with its last reader."""


def rows_of_view(rows: Sequence[Row], view: View, lens_of: Callable[[int], str]) -> list[Row]:
    """Return the rows that a view has, in its order. ``lens_of`` returns the lens of a column.

    >>> rows_of_view([(2, ["b", "10"]), (3, ["a", "9"])], View(sorts=(Sort(2),)), lambda column: "")
    [(3, ['a', '9']), (2, ['b', '10'])]
    """
    lenses = {one.column: lens_of(one.column) for one in view.filters}
    readings = {one.column: _reading(rows, one.column, lenses[one.column]) for one in view.filters}
    for one in view.filters:
        if one.operator in COMPARISONS:
            _compared_value(one, readings[one.column], lenses[one.column])

    def is_in(row: Row) -> bool:
        return all(_holds(row, one, readings[one.column], lenses[one.column]) for one in view.filters)

    kept = [row for row in rows if is_in(row) and _is_found(row[1], view.search)]
    for sort in reversed(view.sorts):
        kept = _sorted(kept, sort, _reading(rows, sort.column, lens_of(sort.column)), lens_of(sort.column))
    return kept


def row_text(row: Row, form: ExportForm, view: View, names: ColumnNames) -> str:
    """Return a row as a file to take away has it."""
    if form.format == "jsonl":
        return record_of(*row, form, view, names)
    cells = [_cell(row, column) for column in columns_of(view, names)]
    return line_of([*([str(row[0])] if form.row_numbers else []), *cells], form)


def _shape(rows: Sequence[Row], found: Sequence[Row], column: int, lens: str) -> ColumnShape:
    """Return the shape of a column in those rows of a table that are found."""
    reading, cells = _reading(rows, column, lens), [_cell(row, column) for row in found]
    values = [cell for cell in cells if not is_blank(cell)]
    blank = len(cells) - len(values)
    if reading == "text":
        top, distinct = _frequent(values)[:TOP_VALUES], len(set(values))
        return ColumnShape(column, reading, len(cells), blank, None, False, False, [], top, distinct, False)
    read = partial(_measure, reading=reading, lens=lens)
    whole = [value for value in (read(_cell(row, column)) for row in rows) if value is not None]
    small = sum(value <= max(whole) / HEAVY for value in whole)
    is_whole = all(value == trunc(value) for value in whole)
    bins = bins_of(Range(min(whole), max(whole), is_whole, 2 * small >= len(whole)))
    counts = [0] * bins.count
    for value in map(read, cells):
        if value is not None:
            measure = log10(value) if bins.log else value
            counts[bins.place(measure)] += 1
    return ColumnShape(
        column,
        reading,
        len(cells),
        blank,
        bins.edges(),
        bins.log,
        bins.whole and reading == "number",
        counts,
        [],
        None,
        False,
    )


def _frequency(rows: Sequence[Row], column: int, values: Sequence[str]) -> list[int]:
    counts = Counter(_cell(row, column) for row in rows)
    return [counts[value] for value in values]


def _bars(cells: list[str], numbers: list[float | None], asked: PlotAsk, readings: dict[int, str]) -> PlotMarks:
    """Return the rows of each value, and the mean of the numbers in them."""

    def mean(values: set[str]) -> float | None:
        read = [number for cell, number in zip(cells, numbers, strict=True) if cell in values and number is not None]
        return _mean(read)

    counts = _frequent(cells)
    groups = [(value, count, mean({value})) for value, count in counts[:MOST_GROUPS]]
    rest = dict(counts[MOST_GROUPS:])
    others = (len(rest), sum(rest.values()), mean(set(rest))) if rest else None
    x = Axis(asked.x, readings[asked.x], None)
    y = Axis(asked.y, readings[asked.y], None) if asked.y else None
    return PlotMarks(x, y, len(cells), len(cells), groups=tuple(groups), others=others)


def _plot(pairs: list[tuple[float, float | None]], rows: int, asked: PlotAsk, readings: dict[int, str]) -> PlotMarks:
    """Return the points, the cells, the bins or the line of pairs of numbers."""
    few = asked.kind == "scatter" and len(pairs) <= MOST_POINTS
    x = None if few or not pairs else _axis_bins([x for x, _ in pairs], asked, readings[asked.x])
    y = None
    if x and asked.y and asked.kind == "scatter":
        y = _axis_bins([y for _, y in pairs if y is not None], asked, readings[asked.y])
    marks: dict[str, Any] = {"points": pairs} if few else {}
    if x and y:
        places = [(x.place(one), y.place(other)) for one, other in pairs if other is not None]
        marks["cells"] = [(*place, count) for place, count in sorted(Counter(places).items())]
    elif x and asked.kind == "histogram":
        marks["bins"] = sorted(Counter(x.place(one) for one, _ in pairs).items())
    elif x:
        parts: dict[int, list[tuple[float, float | None]]] = {}
        for pair in pairs:
            parts.setdefault(x.place(pair[0]), []).append(pair)
        marks["line"] = [
            (place, len(part), fmean(one for one, _ in part), _mean([y for _, y in part if y is not None]))
            for place, part in sorted(parts.items())
        ]
    other = Axis(asked.y, readings[asked.y], y.edges() if y else None) if asked.y else None
    return PlotMarks(Axis(asked.x, readings[asked.x], x.edges() if x else None), other, rows, len(pairs), **marks)


def _axis_bins(numbers: list[float], asked: PlotAsk, reading: str) -> Bins:
    whole = all(number == trunc(number) for number in numbers)
    return axis_bins(Range(min(numbers), max(numbers), whole), reading, MOST_BINS[asked.kind])


def _mean(numbers: list[float]) -> float | None:
    return fmean(numbers) if numbers else None


def _key(version: Version, view: View) -> tuple[str, int, int, View]:
    return version.key, version.edition, version.table_size, view


def _cell(row: Row, column: int) -> str:
    return row[1][column - 1] if column <= len(row[1]) else ""


def _number(cell: str, lens: str) -> Decimal | None:
    value = value_of(cell, lens)
    return value if value is not None and value.is_finite() else None


def _reading(rows: Sequence[Row], column: int, lens: str) -> str:
    """How a column is sorted and compared: as ``number``, ``date`` or ``text``."""
    values = [cell for cell in (_cell(row, column) for row in rows) if not is_blank(cell)]
    for reading, reads in (
        ("number", lambda cell: _number(cell, lens) is not None),
        ("date", lambda cell: _measure(cell, "date", lens) is not None),
    ):
        if values and sum(map(reads, values)) >= MOSTLY * len(values):
            return reading
    return "text"


def _frequent(cells: Sequence[str]) -> list[tuple[str, int]]:
    """Return the different cells with their counts, the most frequent ones first."""
    return sorted(Counter(cells).items(), key=lambda pair: (-pair[1], pair[0]))


def _measure(cell: str, reading: str, lens: str) -> float | None:
    """Return a cell's number, or its date in seconds since 1970; None where it is neither."""
    if reading == "number":
        number = _number(cell, lens)
        return None if number is None else float(number)
    return date_seconds(cell)


def _numbers(cells: Sequence[str], reading: str, lens: str) -> Numbers:
    read = [(value, cell) for cell in cells if (value := _measure(cell, reading, lens)) is not None]
    values = [value for value, _ in read]
    if not values:
        return Numbers(0, None, None, None, None, None, None)
    parts = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return Numbers(
        len(values),
        fmean(values),
        stdev(values) if len(values) > 1 else None,
        fsum(values),
        (parts[0], parts[1], parts[2]),
        min(read)[1],
        max(read)[1],
    )


def _sorted(rows: list[Row], sort: Sort, reading: str, lens: str) -> list[Row]:
    """Sort rows by one key, in which blank cells are last, and before them what is no number or date."""
    groups: dict[int, list[tuple[object, Row]]] = {0: [], 1: [], 2: []}
    for row in rows:
        cell = _cell(row, sort.column)
        read: object = None
        if sort.natural:
            read = natural_key(cell)
        elif reading == "number":
            read = _number(cell, lens)
        elif reading == "date":
            read = _measure(cell, reading, lens)
        groups[2 if is_blank(cell) else 1 if read is None else 0].append((cell if read is None else read, row))
    ordered = []
    for number in (0, 1):
        ordered += sorted(groups[number], key=lambda pair: pair[0], reverse=sort.descending)  # type: ignore[arg-type,return-value]
    return [row for _, row in ordered + groups[2]]


def natural_key(cell: str) -> tuple[str, str]:
    """Return a key that orders cells naturally: chr2 before chr10. It orders equal numbers as text.

    >>> natural_key("chr02") < natural_key("chr2") < natural_key("chr10") < natural_key("chrX")
    True
    """
    runs = (("".join(run), is_digit) for is_digit, run in groupby(cell, lambda one: "0" <= one <= "9"))
    return "".join(_natural_run(run) if is_digit else run for run, is_digit in runs), cell


def _natural_run(digits: str) -> str:
    number = digits.lstrip("0")
    return f"0{len(number):06d}{number}"


def _holds(row: Row, one: Filter, reading: str, lens: str) -> bool:
    cell = _cell(row, one.column)
    match one.operator:
        case "exact" | "in":
            return cell in one.values
        case "not" | "notin":
            return cell not in one.values
        case "isblank":
            return is_blank(cell)
        case "notblank":
            return not is_blank(cell)
        case "contains":
            return folded(one.values[0]) in folded(cell)
        case "notcontains":
            return folded(one.values[0]) not in folded(cell)
        case "startswith":
            return folded(cell).startswith(folded(one.values[0]))
        case "endswith":
            return folded(cell).endswith(folded(one.values[0]))
        case "regex":
            return re.search(one.values[0], cell) is not None
    return _compares(cell, one, reading, lens)


def _compares(cell: str, one: Filter, reading: str, lens: str) -> bool:
    value = _compared_value(one, reading, lens)
    read = _compared_cell(cell, reading, lens)
    if read is None:
        return False
    if read == value:
        return one.operator in ("gte", "lte")
    return bool(read > value) == (one.operator in ("gt", "gte"))  # type: ignore[operator]


def _compared_value(one: Filter, reading: str, lens: str) -> object:
    """Return the number or date that a filter compares with. Raises BadView."""
    text = one.values[0]
    value = _compared_cell(text, reading, "")
    if value is None and reading != "date":
        value = _number(text, lens)
    if value is None:
        raise BadView(f"“{text}” is not a {'date' if reading == 'date' else 'number'}.")
    return value


def _compared_cell(cell: str, reading: str, lens: str) -> object:
    return _measure(cell, reading, lens) if reading == "date" else _number(cell, lens)


def _is_found(cells: Sequence[str], search: Search) -> bool:
    if not search.text:
        return True
    if not search.regex and not search.word:
        if search.case:
            return any(search.text in cell for cell in cells)
        return any(folded(search.text) in folded(cell) for cell in cells)
    pattern = search.text if search.regex else re.escape(search.text)
    if search.word:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    flags = 0 if search.case else re.IGNORECASE
    return any(re.search(pattern, cell, flags) for cell in cells)
