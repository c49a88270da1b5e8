"""A view that is taken away as a file has the view's cells, in its order, whoever reads it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagecast.edges.queries import ExportRows, QueryDone, Source
from pagecast.memory.engine import row_text, rows_of_view
from pagecast.protocol.errors import BadRequest, BadView
from pagecast.view.exports import (
    RISKY,
    ROW,
    ExportForm,
    check_width,
    columns_of,
    header_of,
    lines_query,
    table_query,
    types_of,
    unique_names,
    whole_query,
)
from pagecast.view.names import ColumnNames
from pagecast.view.sql import ColumnFacts, ViewSql, compared_columns, facts_query
from pagecast.view.view import WHOLE, Filter, Sort, View
from tests.edges.test_duck import WIDTH, Asker, cells, lens_by, tables, views

csv.field_size_limit(2**30)

DATE, MONTH = datetime.fromisoformat("2026-11-28"), datetime.fromisoformat("2026-11-01")

titles = st.lists(
    st.one_of(cells, st.sampled_from(["gene", "Gene", "x", "x", "_c2", "_row", 'a"b', "", "=1", "page_no"])),
    min_size=WIDTH,
    max_size=WIDTH,
)
forms = st.builds(
    ExportForm,
    st.sampled_from(["tsv", "csv", "jsonl"]),
    row_numbers=st.booleans(),
    unique=st.booleans(),
    spreadsheet=st.booleans(),
)
chosen = st.lists(st.integers(1, WIDTH), max_size=3, unique=True).map(tuple)

_escape = re.compile(r"\\u[0-9A-Fa-f]{4}")  # JSON takes both cases


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    return Asker(tmp_path_factory.mktemp("queries"))


def exported(asker: Asker, source: Source, view: View, names: ColumnNames, form: ExportForm) -> Path:
    """Write the rows of a view to a file."""
    sql = ViewSql(view, facts_of(asker, source, compared_columns(view)), source.columns)
    is_parquet = form.format == "parquet"
    if is_parquet:
        types = types_of_table(asker, source) if form.typed else {}
        query = table_query(form, view, names, sql, types)
    else:
        query = lines_query(form, view, names, sql)
    path = Path(source.folder, f"{source.stem}.export")
    reply = asker.ask(ExportRows(source, query.sql, query.values, str(path), is_parquet))
    assert isinstance(reply, QueryDone), reply
    return path


def facts_of(asker: Asker, source: Source, columns: Any) -> dict[int, ColumnFacts]:
    letters = {column: source.readings[column - 1 : column] or "t" for column in columns}
    return {
        column: ColumnFacts(letter, *asker.rows(source, facts_query({column: letter}))[0])  # type: ignore[arg-type]
        for column, letter in letters.items()
    }


def types_of_table(asker: Asker, source: Source) -> dict[int, str]:
    read = [column for column in range(1, source.columns + 1) if source.readings[column - 1 : column] in tuple("npcd")]
    if not read:
        return {}
    (counts,) = asker.rows(source, whole_query(read))
    return types_of(facts_of(asker, source, read), counts)  # type: ignore[arg-type]


def records(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows that Python reads."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _lower(match: re.Match[str]) -> str:
    return match[0].lower()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(tables, titles, views, chosen, forms)
def test_every_program_reads_the_cells_of_the_view(
    asker: Asker, table: list[list[str]], header: list[str], view: View, columns: tuple[int, ...], form: ExportForm
) -> None:
    view = View(view.sorts, view.filters, view.search, columns)
    try:
        rows = rows_of_view(list(enumerate(table, 1)), view, lens_by(""))
    except BadView:
        return
    source = asker.source("".join("\t".join(row) + "\n" for row in table).encode(), "")
    names = ColumnNames(header, WIDTH)
    written = header_of(form, view, names) + exported(asker, source, view, names, form).read_bytes().decode()
    asker.forget(source)
    twin = header_of(form, view, names) + "".join(row_text(row, form, view, names) for row in rows)
    assert _escape.sub(_lower, written) == _escape.sub(_lower, twin) if form.format == "jsonl" else written == twin
    assert list(read_back(written, form)) == list(expected(rows, header, view, names, form))


def read_back(written: str, form: ExportForm) -> Iterator[Any]:
    if form.format == "jsonl":
        yield from (json.loads(line, object_pairs_hook=list) for line in written.removesuffix("\n").split("\n") if line)
    else:
        yield from records(written, {"tsv": "\t", "csv": ","}[form.format])


def expected(
    rows: list[tuple[int, list[str]]], header: list[str], view: View, names: ColumnNames, form: ExportForm
) -> Iterator[Any]:
    """Yield what a reader has to find, without any word of exports.py about cells."""
    columns = list(view.columns) or list(range(1, WIDTH + 1))
    if form.format != "jsonl":
        named = unique_names(names) if form.unique else dict(enumerate(header, 1))
        yield [*([ROW] if form.row_numbers else []), *(safe(named[one], form) for one in columns)]
    for number, row in rows:
        if form.format == "jsonl":
            found = [(names.reference(one), row[one - 1]) for one in columns if one <= len(row)]
            yield [*([(ROW, number)] if form.row_numbers else []), *found]
        else:
            padded = [*row, *[""] * WIDTH]
            yield [*([str(number)] if form.row_numbers else []), *(safe(padded[one - 1], form) for one in columns)]


def safe(cell: str, form: ExportForm) -> str:
    """Return a cell as it is in a file for spreadsheets."""
    try:
        is_number = float(cell) is not None and not set(cell) - set("0123456789+-.eE")
    except ValueError:
        is_number = False
    return f"'{cell}" if form.spreadsheet and cell.startswith(tuple(RISKY)) and not is_number else cell


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(tables, titles, views, chosen, st.booleans())
def test_parquet_has_the_cells_of_the_view(
    asker: Asker, table: list[list[str]], header: list[str], view: View, columns: tuple[int, ...], row_numbers: bool
) -> None:
    view = View(view.sorts, view.filters, view.search, columns)
    try:
        rows = rows_of_view(list(enumerate(table, 1)), view, lens_by(""))
    except BadView:
        return
    source = asker.source("".join("\t".join(row) + "\n" for row in table).encode(), "")
    names = ColumnNames(header, WIDTH)
    form = ExportForm("parquet", row_numbers=row_numbers)
    found = duckdb.connect().execute("select * from read_parquet(?)", [str(exported(asker, source, view, names, form))])
    unique = unique_names(names)
    shown = [*([ROW] if row_numbers else []), *(unique[one] for one in columns_of(view, names))]
    assert [one[0] for one in found.description or []] == shown
    padded = [(number, [*row, *[""] * WIDTH]) for number, row in rows]
    cut = [
        (*([number] if row_numbers else []), *(row[one - 1] for one in columns_of(view, names)))
        for number, row in padded
    ]
    assert found.fetchall() == cut
    asker.forget(source)


def test_parquet_is_typed_where_nothing_is_lost(asker: Asker) -> None:
    table = "\n".join(
        [
            "9\t0.5\t007\t12345678901234567890123\t1,234.5\t2026-11-28\tx\t1",
            "-10\t1e3\t7\t1.5\t€ 7\t2026-11\ty\tsee note",
            "NA\t\t8\t2\t-\tNA\t\t2",
        ]
    )
    source = asker.source(table.encode(), "nnnnpdtn", columns=8)
    names = ColumnNames(list("abcdefgh"), 8)
    path = exported(asker, source, WHOLE, names, ExportForm("parquet", typed=True))
    found = duckdb.connect().execute("select * from read_parquet(?)", [str(path)])
    types = [str(one[1]) for one in found.description or []]
    assert types == ["BIGINT", "DOUBLE", "VARCHAR", "VARCHAR", "DOUBLE", "TIMESTAMP", "VARCHAR", "VARCHAR"]
    assert found.fetchall() == [
        (9, 0.5, "007", "12345678901234567890123", 1234.5, DATE, "x", "1"),
        (-10, 1000.0, "7", "1.5", 7.0, MONTH, "y", "see note"),
        (None, None, "8", "2", None, None, "", "2"),
    ]


def test_rows_keep_their_order_where_they_are_many(asker: Asker) -> None:
    rows = 300_000
    source = asker.source(b"".join(b"%d\t%d\n" % (row, row % 7) for row in range(1, rows + 1)), "nn", columns=2)
    names = ColumnNames(["a", "b"], 2)
    view = View(filters=(Filter(2, "not", ("3",)),))
    kept = [f"{row}\t{row % 7}" for row in range(1, rows + 1) if row % 7 != 3]
    assert exported(asker, source, view, names, ExportForm("tsv")).read_text().splitlines() == kept
    view = View(sorts=(Sort(1, descending=True),), filters=(Filter(2, "not", ("3",)),))
    assert exported(asker, source, view, names, ExportForm("tsv")).read_text().splitlines() == kept[::-1]


def test_a_name_is_never_a_part_of_the_query(asker: Asker) -> None:
    source = asker.source(b"x\ty\n", "", columns=2)
    evil = ColumnNames(['"; drop table t; --', "'); select 1 --"], 2)
    path = exported(asker, source, WHOLE, evil, ExportForm("jsonl"))
    assert json.loads(path.read_text()) == {'"; drop table t; --': "x", "'); select 1 --": "y"}
    path = exported(asker, source, WHOLE, evil, ExportForm("parquet"))
    found = duckdb.connect().execute("select * from read_parquet(?)", [str(path)])
    assert [one[0] for one in found.description or []] == evil.header


def test_a_wide_table_is_taken_away(asker: Asker) -> None:
    rows = [[f"r{row}c{column}" for column in range(1, 3001)] for row in range(30)]
    rows[7] = ['a "word"', ""]
    source = asker.source(b"".join("\t".join(row).encode() + b"\n" for row in rows), "", columns=3000)
    names = ColumnNames([], 3000)
    ragged = Filter(2999, "startswith", ("r",))
    for view in (WHOLE, View(columns=(2, 3000, 1)), View(sorts=(Sort(1, descending=True),), filters=(ragged,))):
        for form in (ExportForm("csv"), ExportForm("jsonl", row_numbers=True), ExportForm("tsv", row_numbers=True)):
            found = rows_of_view(list(enumerate(rows, 1)), view, lens_by(""))
            twin = "".join(row_text(row, form, view, names) for row in found)
            assert exported(asker, source, view, names, form).read_text() == twin
    some = View(columns=tuple(range(1, 101)))
    path = exported(asker, source, some, names, ExportForm("parquet"))
    table = duckdb.connect().execute("select * from read_parquet(?)", [str(path)]).fetchall()
    assert table == [tuple([*row, *[""] * 98][:100]) for row in rows]
    with pytest.raises(
        BadRequest, match=r"at most 500 columns here, and these are 3,000: choose some of them, or take"
    ):
        check_width(ExportForm("parquet"), WHOLE, names)
