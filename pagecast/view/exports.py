"""The rows of a view as a file to take away: its header as text, and each of its rows as SQL. It runs nothing.

A column's name is bound as a value, as what people write is. Only the names of Parquet's columns have to be in the SQL:
they are quoted there as identifiers.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.facts import Fact
from pagecast.table.lenses import is_number
from pagecast.view.expressions import PLAIN_NUMBER, blank_sql, text
from pagecast.view.names import ColumnNames, is_position
from pagecast.view.sql import WIDE, ColumnFacts, Query, ViewSql, date_of, number_of
from pagecast.view.view import View

DELIMITERS = {"tsv": "\t", "csv": ","}
"""The formats that are text with a delimiter."""

FORMATS = (*DELIMITERS, "jsonl", "parquet")

ROW = "_row"
"""The name of the column of row numbers. No reference to a column is called so."""

RISKY = "=+-@\t\r\0"
"""First characters of a cell that a spreadsheet takes for a formula, or drops before it does."""

TYPED_LETTERS = "npcd"
"""How the first cells of a column read that can be typed: as numbers or dates."""

MOST_TYPED = 500
"""Columns of the widest Parquet file."""

_whole = r"0|-?[1-9][0-9]{0,17}"
_numbered = r"[^0-9.,]*0[0-9].*"
"""A number that begins with a zero which says something: a postal code, an identifier."""

_bytes_of_key = 4
"""Bytes that stand around a key and its value in JSON."""


class ExportForm(Fact, frozen=True):
    """How a view is written."""

    format: str
    """One of FORMATS."""
    spreadsheet: bool = False
    """Whether an apostrophe is put before cells that a spreadsheet would compute."""
    row_numbers: bool = False
    """Whether the first column is the row in the table."""
    typed: bool = False
    """Whether Parquet has numbers and dates as such."""
    unique: bool = False
    """Whether each column of text has a name of its own."""


def parse_form(given: Mapping[str, str]) -> ExportForm:
    """Return the form that the parameters of a query choose, or raise BadRequest.

    >>> parse_form({"format": "csv", "row_numbers": "1"})
    ExportForm(format='csv', spreadsheet=False, row_numbers=True, typed=False, unique=False)
    """
    known = "tsv, csv, jsonl or parquet"
    if "format" not in given:
        raise BadRequest(f"This address needs a format: {known}.")
    kind = _one_of(given, "format", FORMATS, known)
    form = ExportForm(
        kind,
        _one_of(given, "spreadsheet", ("0", "1"), "1 or 0") == "1",
        _one_of(given, "row_numbers", ("0", "1"), "1 or 0") == "1",
        _one_of(given, "types", ("text", "lens"), "text or lens") == "lens",
        _one_of(given, "names", ("file", "unique"), "file or unique") == "unique",
    )
    for name, is_given, formats in (
        ("spreadsheet", form.spreadsheet, ("tsv", "csv")),
        ("types", form.typed, ("parquet",)),
        ("names", form.unique, ("tsv", "csv")),
    ):
        if is_given and kind not in formats:
            raise BadRequest(f"{name} is for {' and '.join(formats)}: leave it out, or choose another format.")
    return form


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str], said: str) -> str:
    value = given.get(name, known[0])
    if value not in known:
        raise BadRequest(f"“{value[:20]}” is not a valid {name}: send {said}.")
    return value


def check_width(form: ExportForm, view: View, names: ColumnNames) -> None:
    """Check that a file can have as many columns. Raises BadRequest.

    Parquet holds some of each column in memory while it is written: of 20,000 columns, many times what the server has.
    """
    columns = len(columns_of(view, names))
    if form.format == "parquet" and columns > MOST_TYPED:
        raise BadRequest(
            f"A Parquet file has at most {MOST_TYPED:,} columns here, and these are {columns:,}: choose some of them,"
            " or take CSV, TSV or JSON Lines, which have them all."
        )


def columns_of(view: View, names: ColumnNames) -> Sequence[int]:
    """Return the columns that are written, in their order."""
    return view.columns or range(1, names.columns + 1)


def header_of(form: ExportForm, view: View, names: ColumnNames) -> str:
    """Return the header line; empty for formats without one, and for a table without a header.

    >>> header_of(ExportForm("csv", row_numbers=True), View(), ColumnNames(["a", "b,c"], 3))
    '_row,a,"b,c",\\n'
    """
    if form.format not in DELIMITERS or not (names.header or form.unique):
        return ""
    name = unique_names(names) if form.unique else {column: names.title(column) for column in columns_of(view, names)}
    return line_of([*([ROW] if form.row_numbers else []), *(name[one] for one in columns_of(view, names))], form)


def line_of(cells: Sequence[str], form: ExportForm) -> str:
    """Return a row as text with a delimiter (RFC 4180, with LF), which ``_line_sql`` writes, too.

    >>> line_of(["a", 'b"c', "=1", "-1"], ExportForm("csv", spreadsheet=True))
    'a,"b""c",\\'=1,-1\\n'
    >>> line_of([""], ExportForm("csv"))
    '""\\n'
    """
    delimiter = DELIMITERS[form.format]
    if form.spreadsheet:
        cells = ["'" + cell if cell[:1] and cell[0] in RISKY and not is_number(cell) else cell for cell in cells]
    quoted = [
        '"' + cell.replace('"', '""') + '"' if any(one in cell for one in ('"', delimiter, "\n", "\r")) else cell
        for cell in cells
    ]
    return (delimiter.join(quoted) or ('""' if len(quoted) == 1 else "")) + "\n"


def record_of(row: int, cells: Sequence[str], form: ExportForm, view: View, names: ColumnNames) -> str:
    """Return a row as a line of JSON. A cell that the row does not have is no part of it."""
    record: dict[str, object] = {ROW: row} if form.row_numbers else {}
    for column in columns_of(view, names):
        if column <= len(cells):
            record[names.reference(column)] = cells[column - 1]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def unique_names(names: ColumnNames) -> dict[int, str]:
    """Return a name for each column that no other column has: its header where that is one, else its position.

    Programs that read tables find names in them whatever their case.

    >>> unique_names(ColumnNames(["gene", "x", "X", ""], 4))
    {1: 'gene', 2: '_c2', 3: '_c3', 4: '_c4'}
    """
    titles = {column: names.title(column) for column in range(1, names.columns + 1)}
    counts = Counter(map(_in_one_case, titles.values()))
    return {column: title if _is_name(title, counts) else f"_c{column}" for column, title in titles.items()}


def _is_name(title: str, counts: Mapping[str, int]) -> bool:
    lowered = _in_one_case(title)
    is_own = title != "" and counts[lowered] == 1 and lowered != ROW and not is_position(lowered)
    return is_own and "\0" not in title and title != "*" and not title.startswith("^")  # these are patterns in polars


def _in_one_case(title: str) -> str:
    return re.sub("[A-Z]", lambda match: match[0].lower(), title)


def largest_size(form: ExportForm, view: View, names: ColumnNames, size: int, rows: int) -> int:
    """Return about how many bytes the rows of a table of this size take at most, so that a disk can be checked."""
    columns = columns_of(view, names)
    more = len(columns)
    if form.format == "jsonl":
        more = sum(len(names.reference(column)) + _bytes_of_key for column in columns)
    return size + rows * (more + (len(ROW) + _bytes_of_key if form.row_numbers else 0))


def lines_query(form: ExportForm, view: View, names: ColumnNames, sql: ViewSql) -> Query:
    """Return the query for the rows of a view, each as a line without its end."""
    columns = columns_of(view, names)
    is_wide = names.columns > WIDE
    if form.format == "jsonl":
        line, values = _wide_record_sql(form, columns, names) if is_wide else _record_sql(form, columns, names)
    else:
        line, values = _line_sql(form, columns, is_wide=is_wide)
    where, bound = sql.where()
    return Query(f"select {line} from t where {where}{_order(view, sql)}", [*values, *bound])


def _record_sql(form: ExportForm, columns: Sequence[int], names: ColumnNames) -> tuple[str, list[object]]:
    """Return the expression for a row as JSON, and its values."""
    parts = [f"? || to_json(c{column})" for column in columns]
    values: list[object] = [*_keys(columns, names)]
    if form.row_numbers:
        parts, values = ["? || row", *parts], [json.dumps(ROW) + ":", *values]
    return f"concat('{{', concat_ws(',', {', '.join(parts)}), '}}')", values


def _wide_record_sql(form: ExportForm, columns: Sequence[int], names: ColumnNames) -> tuple[str, list[object]]:
    """Return the same of a wide table, whose cells are a list: a query that names them all takes minutes to plan."""
    members = f"list_transform({_CHOSEN}, lambda cell, place: (?::varchar[])[place] || to_json(cell))"
    values: list[object] = [list(columns), _keys(columns, names)]
    if form.row_numbers:
        members, values = f"list_prepend(? || row, {members})", [json.dumps(ROW) + ":", *values]
    return f"concat('{{', array_to_string({members}, ','), '}}')", values


_CHOSEN = "list_select(cells, ?::bigint[])"
"""The cells of some columns of a wide table; NULL where the row has none."""


def _keys(columns: Sequence[int], names: ColumnNames) -> list[str]:
    return [json.dumps(names.reference(column), ensure_ascii=False) + ":" for column in columns]


def _line_sql(form: ExportForm, columns: Sequence[int], *, is_wide: bool) -> tuple[str, list[object]]:
    """Return the expression for a row, and its values.

    It says once how a cell is written: a table may have thousands of columns.
    """
    cells, values = (_CHOSEN, [list(columns)]) if is_wide else (f"[{', '.join(f'c{one}' for one in columns)}]", [])
    if form.row_numbers:
        cells = f"list_prepend(row::varchar, {cells})"
    written = f"list_transform({cells}, lambda cell: {_cell_sql(form)})"
    line = f"array_to_string({written}, {_character(DELIMITERS[form.format])})"
    is_one = len(columns) + form.row_numbers == 1
    return f"coalesce(nullif({line}, ''), '\"\"')" if is_one else line, [*values]


def _cell_sql(form: ExportForm) -> str:
    safe = "coalesce(cell, '')"
    if form.spreadsheet:
        risky = " or ".join(f"starts_with(cell, {_character(one)})" for one in RISKY)
        is_formula = f"({risky}) and not regexp_full_match(cell, {text(PLAIN_NUMBER)})"
        safe = f"case when {is_formula} then concat(chr(39), cell) else coalesce(cell, '') end"
    special = ('"', DELIMITERS[form.format], "\n", "\r")
    is_special = " or ".join(f"contains(cell, {_character(one)})" for one in special)
    return f"case when {is_special} then concat('\"', replace({safe}, '\"', '\"\"'), '\"') else {safe} end"


def _character(one: str) -> str:
    return f"chr({ord(one)})"


def _order(view: View, sql: ViewSql) -> str:
    """Return the clause for the order; none where the rows come in their order anyway, and need not be held."""
    return f" order by {sql.order()}" if view.sorts else ""


def table_query(form: ExportForm, view: View, names: ColumnNames, sql: ViewSql, types: Mapping[int, str]) -> Query:
    """Return the query for the rows of a view as columns with names. ``types``: of the columns that are no text."""
    unique = unique_names(names)
    chosen = []
    for column in columns_of(view, names):
        cell = types.get(column, f"coalesce(c{column}, '')")
        chosen.append(f"{cell} as {identifier(unique[column])}")
    if form.row_numbers:
        chosen.insert(0, f"row as {identifier(ROW)}")
    where, values = sql.where()
    return Query(f"select {', '.join(chosen)} from t where {where}{_order(view, sql)}", values)


def identifier(name: str) -> str:
    """Return a name as SQL.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def whole_query(columns: Sequence[int]) -> Query:
    """Return the query for two counts of each column: of whole numbers, and of numbers that begin with a zero."""
    counts = [
        f"count(*) filter (regexp_full_match(c{column}, {text(pattern)}))"
        for column in columns
        for pattern in (_whole, _numbered)
    ]
    return Query(f"select {', '.join(counts)} from t", [])


def types_of(facts: Mapping[int, ColumnFacts], counts: Sequence[int]) -> dict[int, str]:
    """Return the expressions of the columns whose cells can all be typed without loss. Blank cells are NULL in them.

    ``counts``: those of ``whole_query``.
    """
    types = {}
    for (column, one), whole, numbered in zip(facts.items(), counts[::2], counts[1::2], strict=True):
        cells = one.rows - one.blank
        if cells and whole == cells:
            types[column] = f"case when not {blank_sql(f'c{column}')} then c{column}::bigint end"
        elif cells and one.numbers == cells and one.simple and not numbered:
            types[column] = number_of(column, one)
        elif cells and one.dates == cells:
            types[column] = date_of(column, one)
    return types
