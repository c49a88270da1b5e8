"""Make some 2,400 small files, each of them dirty in one way, and know what is in each.

The manner is that of Pollock (Vitagliano, Hameed, Jiang, Reisener, Wu, Naumann: "Pollock: A Data Loading Benchmark",
VLDB 2023): one clean table is written again and again with exactly one defect, in every row and every column. The
table, the defects and the files are our own, and so is the verdict on what a reader should make of each.

- A broken row keeps its text: a stray quote is a character of its cell, one delimiter more makes one cell more, and one
  less joins two cells. All other rows are as they were.
- Where several readings of a broken row are reasonable, each of them is right.
- Lines before the header, comments and footnotes are not part of the table, but a reader that keeps comments and
  footnotes as rows is not blamed for it, since nothing tells them from rows for certain.
- Of several header rows the first one names the columns, and the others may be rows.
- Rows of tables below the first one are rows.
"""

import csv
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

Row = list[str]

ROWS = 70
"""Rows below the header."""

HEADER = ["date", "time", "berths", "vessel", "fee", "kind", "remarks", "page", "notes"]
QUOTED = frozenset({6, 7})
"""Columns that are in quotes in the clean file, as a program writes them that quotes text."""

KINDS = ["Ferry", "Bulk carrier", "Pilot's cutter", "Lumber schooner", "Tug", "Oil tanker", "Ice-class trawler"]
CARGO = ["timber, sawn", "gravel", "grain, in bulk", "wool; dyed", "lamp oil", "salt", "cod, dried and salted"]
WEATHER = ["calm", "fog, thick at dawn", "gusts up to 7", 'ice of 4" along the quay', "rain", "haze", "clear"]
PLACES = ["Ålesund", "Málaga", "Genève", "Zürich", "Besançon", "Örebro", "Århus", "Coruña", "Düsseldorf", "Français"]

WORDS = {
    "cp1251": "Паром из Одессы",
    "koi8-r": "Паром из Одессы",
    "cp1250": "Łódź, żegluga",
    "shift-jis": "横浜の船",
    "gb18030": "上海的船",
}
"""A kind of vessel in each of these encodings."""


class Form(NamedTuple):
    """How a table is written."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    """The character before a quote within quotes; empty where the quote is doubled."""
    end: str = "\r\n"
    quoted: frozenset[int] = QUOTED


class File(NamedTuple):
    """One dirty file, and what is in it."""

    defect: str
    """The fault that all files of this defect have in common."""
    name: str
    """Where it is wrong; unique among the files of its defect."""
    data: bytes
    headers: list[Row]
    """The header; any one of these is right. Empty where there is none."""
    rows: list[Row]
    """The rows that have to be there, apart from the broken one."""
    broken: list[Row]
    """The broken row; any one of these is right. Empty where no row is broken."""
    optional: list[Row]
    """Rows that may be there or not."""


def clean_table() -> list[Row]:
    """Return the header and the rows of the clean table.

    >>> table = clean_table()
    >>> len(table), table[1][:6]
    (71, ['02/01/2021', '00:15', '2', 'VL-1037', '$41.25', 'Bulk carrier'])
    """
    return [HEADER, *(_row(number) for number in range(1, ROWS + 1))]


def _row(number: int) -> Row:
    vessel = f"VL-{1000 + number * 37}"
    return [
        f"{number % 28 + 1:02}/{number % 12 or 12:02}/{2021 + number // 30}",
        f"{number // 4 % 24:02}:{number % 4 * 15:02}",
        str(number * 2 % 17),
        vessel,
        f"${number * 41.25:,.2f}".replace(",", ""),
        KINDS[number % len(KINDS)],
        f"Carries {CARGO[number * 3 % 7]}. Weather: {WEATHER[number * 5 % 7]}.",
        f"https://harbour.example/vessels/{vessel.lower()}.html",
        "" if number % 3 else f"see {number // 3}",
    ]


def files() -> Iterator[File]:
    """Yield every file, in the same order each time."""
    yield from chain(_row_files(), _column_files(), _encoding_files(), _form_files(), _frame_files(), _shape_files())


def _field(text: str, column: int, form: Form) -> str:
    """Write one cell."""
    quote, delimiter = form.quote, form.delimiter.strip(" ") or form.delimiter
    if not quote or not (column in form.quoted or any(mark in text for mark in (quote, delimiter, "\r", "\n"))):
        return text
    escaped = text.replace("\\", "\\\\") if form.escape else text
    return quote + escaped.replace(quote, (form.escape or quote) + quote) + quote


def _fields(row: Row, form: Form) -> list[str]:
    return [_field(text, column, form) for column, text in enumerate(row)]


def _lines(table: list[Row], form: Form) -> list[str]:
    return [form.delimiter.join(_fields(row, form)) for row in table]


def _text(lines: list[str], form: Form) -> str:
    return "".join(line + form.end for line in lines)


def _file(defect: str, name: str, text: str | bytes, table: list[Row], **parts: list[Row]) -> File:
    """Make a file of a table whose first row is the header, unless ``parts`` says otherwise."""
    data = text if isinstance(text, bytes) else text.encode()
    known: dict[str, list[Row]] = {"headers": table[:1], "rows": table[1:], "broken": [], "optional": [], **parts}
    return File(defect, name, data, **known)


# One row is broken.


def _row_files() -> Iterator[File]:
    table = clean_table()
    for row in range(len(table)):
        for column in range(len(HEADER)):
            yield _stray_quote(table, row, column)
            yield _delimiter_more(table, row, column)
            if column:
                yield _delimiter_less(table, row, column)
        yield from _other_row_files(table, row)


def _broken(defect: str, name: str, table: list[Row], row: int, line: str, right: list[Row]) -> File:
    """Make a file in which one row is written as ``line``, which is read well as any of the rows in ``right``."""
    lines = _lines(table, Form())
    lines[row] = line
    if row == 0:
        return _file(defect, f"row 1, {name}", _text(lines, Form()), table, headers=right)
    rows = [other for number, other in enumerate(table) if number not in (0, row)]
    return _file(defect, f"row {row + 1}, {name}", _text(lines, Form()), table, rows=rows, broken=right)


def _stray_quote(table: list[Row], row: int, column: int) -> File:
    fields, cells = _fields(table[row], Form()), list(table[row])
    text, field = cells[column], fields[column]
    place = ("start", "middle", "end")[(row + column) % 3]
    inside = {"start": 0, "middle": (len(text) + 1) // 2, "end": len(text)}[place]
    while text[inside - 1 : inside + 1].count('"'):  # beside another quote, a stray one would be a pair
        inside -= 1
    cells[column] = text[:inside] + '"' + text[inside:]
    if field.startswith('"'):
        before, after = text[:inside].replace('"', '""'), text[inside:].replace('"', '""')
        fields[column] = f'"{before}"{after}"'
    else:
        fields[column] = cells[column]
    quoted = ", quoted" if field.startswith('"') else ""
    place = place if text else "alone"
    return _broken(f"stray quote, {place}{quoted}", f"column {column + 1}", table, row, ",".join(fields), [cells])


def _delimiter_more(table: list[Row], row: int, column: int) -> File:
    fields, cells = _fields(table[row], Form()), list(table[row])
    fields.insert(column, "")
    cells.insert(column, "")
    return _broken("one delimiter more", f"column {column + 1}", table, row, ",".join(fields), [cells])


def _delimiter_less(table: list[Row], row: int, column: int) -> File:
    fields, cells = _fields(table[row], Form()), table[row]
    rest = slice(column - 1, column + 1)
    joined = [*fields[: column - 1], "".join(fields[rest]), *fields[column + 1 :]]
    line = ",".join(joined)
    around = cells[: column - 1], cells[column + 1 :]
    right = [[*around[0], middle, *around[1]] for middle in ("".join(cells[rest]), joined[column - 1])]
    return _broken("one delimiter less", f"column {column + 1}", table, row, line, [_naive(line), *right])


def _naive(line: str) -> Row:
    """Return a row as Python's csv module reads it on its own."""
    return next(csv.reader([line]))


def _other_row_files(table: list[Row], row: int) -> Iterator[File]:
    cells, fields = table[row], _fields(table[row], Form())
    lines = _lines(table, Form())
    column = 6 + row % 2
    yield _missing_quote(table, row, column, at_end=row // 2 % 2 == 0)
    end = ("\n", "\r", "\r\r\n")[row % 3]
    text = _text(lines[:row], Form()) + lines[row] + end + _text(lines[row + 1 :], Form())
    yield _file(f"another line end, {end!r}", f"row {row + 1}", text, table)
    text = _text([*lines[:row], "", *lines[row:]], Form())
    yield _file("empty row", f"before row {row + 1}", text, table)
    said = ["Master" if number == 6 and row == 0 else cell for number, cell in enumerate(cells)]
    said[6] = f'{said[6].split(".")[0]} by "Anna", under way'
    escaped = [*fields[:6], '"' + said[6].replace('"', '\\"') + '"', *fields[7:]]
    kept = [*said[:6], said[6].replace('"', '\\"'), *said[7:]]
    yield _broken("another escape", "column 7", table, row, ",".join(escaped), [said, kept])
    line = ";".join(fields)
    yield _broken("another delimiter", "all columns", table, row, line, [cells, _naive(line)])
    line = ",".join(_fields(cells, Form(quote="'")))
    yield _broken("another quote", "all columns", table, row, line, [cells, _naive(line)])


def _missing_quote(table: list[Row], row: int, column: int, *, at_end: bool) -> File:
    fields, cells = _fields(table[row], Form()), table[row]
    fields[column] = fields[column][:-1] if at_end else fields[column][1:]
    shown = f'"{cells[column]}' if at_end else f'{cells[column]}"'
    right = [[*cells[:column], text, *cells[column + 1 :]] for text in (shown, cells[column], fields[column])]
    line = ",".join(fields)
    naive = [] if at_end else [_naive(line)]
    defect = "no closing quote" if at_end else "no opening quote"
    return _broken(defect, f"column {column + 1}", table, row, line, [*right, *naive])


# One column is unlike the others.


def _column_files() -> Iterator[File]:
    table, form = clean_table(), Form()
    for column, known in enumerate(HEADER):
        name = f"column {column + 1}"
        for defect, quoted in {"one column quoted": {column}, "one more column quoted": QUOTED | {column}}.items():
            other = Form(quoted=frozenset(quoted))
            yield _file(defect, name, _text(_lines(table, other), other), table)
        names = {
            "line end in a name": f"{known}\n(as told)",
            "comma in a name": f"{known}, as told",
            "empty name": "",
            "name twice": HEADER[column - 1],
            "odd name": f"{known}/%R #1",
            "long name": f"{known} " * 2000,
            "number as a name": "2021",
        }
        for defect, text in names.items():
            renamed = [[*HEADER[:column], text, *HEADER[column + 1 :]], *table[1:]]
            yield _file(defect, name, _text(_lines(renamed, form), form), renamed)
        for first, last in ((2, 36), (20, 55), (36, 71)):
            changed = [
                [*row[:column], f"{row[column]} (?)", *row[column + 1 :]] if first <= number <= last else row
                for number, row in enumerate(table, 1)
            ]
            text = _text(_lines(changed, form), form)
            yield _file("another format in a column", f"{name}, rows {first} to {last}", text, changed)


# The whole file is written in another way.


def _encoding_files() -> Iterator[File]:
    form = Form()
    table = _with_kinds([f"Ferry, {PLACES[number % len(PLACES)]}" for number in range(ROWS)])
    text = _text(_lines(table, form), form)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp850"):
        yield _file("encoding", encoding, text.encode(encoding), table)
    yield _file("encoding", "utf-16-be with a mark", f"\ufeff{text}".encode("utf-16-be"), table)
    yield _file("encoding", "mac-roman, CR", text.replace("\r\n", "\r").encode("mac-roman"), table)
    few = _with_kinds(["Fähre" if number == 40 else "Ferry" for number in range(ROWS)])
    yield _file("encoding", "cp1252, one word", _text(_lines(few, form), form).encode("cp1252"), few)
    for encoding, word in WORDS.items():
        told = _with_kinds([f"{word} {number}" for number in range(ROWS)])
        yield _file("encoding", encoding, _text(_lines(told, form), form).encode(encoding), told)


def _with_kinds(kinds: list[str]) -> list[Row]:
    """Return the clean table with these kinds of vessels."""
    header, *rows = clean_table()
    return [header, *([*row[:5], kind, *row[6:]] for row, kind in zip(rows, kinds, strict=True))]


def _form_files() -> Iterator[File]:
    table = clean_table()
    everything = frozenset(range(len(HEADER)))
    for delimiter in (",", ";", "\t", "|", ":", " ", ", ", "; ", " | ", "\x01", "^", "~", "\t\t", "\t|\t", "||"):
        for quoted in (QUOTED, everything):
            form = Form(delimiter, quoted=quoted)
            name = f"{delimiter!r}, {'all' if quoted == everything else 'text'} quoted"
            yield _file("delimiter", name, _text(_lines(table, form), form), table)
    for delimiter in (",", ";", "\t"):
        for name, quote, escape in (("'", "'", ""), ("backslash", '"', "\\"), ("' and backslash", "'", "\\")):
            form = Form(delimiter, quote, escape)
            yield _file("quote and escape", f"{name}, {delimiter!r}", _text(_lines(table, form), form), table)
    for delimiter in ("\t", ";", "|", ","):
        bare = [[cell.replace(delimiter, " ").replace('"', " inch") for cell in row] for row in table]
        form = Form(delimiter, quote="")
        yield _file("no quotes", repr(delimiter), _text(_lines(bare, form), form), bare)
    inches = [[cell.replace(",", " -") for cell in row] for row in table]
    yield _file("no quotes", "inches as text", _text(_lines(inches, Form(quote="")), Form()), inches)
    for end in ("\n", "\r", "\r\n", "\r\r\n"):
        form = Form(end=end)
        text = _text(_lines(table, form), form)
        yield _file("line ends", repr(end), text, table)
        yield _file("line ends", f"{end!r}, none at the end", text.removesuffix(end), table)
        yield _file("line ends", f"{end!r}, three more at the end", text + 3 * end, table)
    for ends in (("\n", "\r\n"), ("\r", "\r\n"), ("\r", "\r", "\r\n", "\n")):
        text = "".join(line + ends[number % len(ends)] for number, line in enumerate(_lines(table, Form())))
        yield _file("line ends", f"mixed: {ends}", text, table)
    yield _file("line ends", "CR and a final LF", _text(_lines(table, Form()), Form(end="\r")) + "\n", table)


# Something stands around the table, or it has another shape.


def _frame_files() -> Iterator[File]:
    table, form = clean_table(), Form()
    text = _text(_lines(table, form), form)
    for name, lines in _before_header().items():
        yield _file("before the header", name, _text(lines, form) + text, table)
    for name, lines in _below_table().items():
        optional = [row for line in lines if line for row in ([line], _naive(line))]
        yield _file("below the table", name, text + _text(lines, form), table, optional=optional)
    yield from _comments_between(table)
    yield from _tables_below(text, table)


def _before_header() -> dict[str, list[str]]:
    """Return lines that stand before the header, by name."""
    first, commas = "Harbour office, arrivals", "," * (len(HEADER) - 1)
    return {
        "one title": [first],
        "three titles": [first, "Printed on 2 March, at noon", "All fees in dollars"],
        "title, empty row": [first, ""],
        "titles, two empty rows": [first, "All fees in dollars", "", ""],
        "title in cells": [f"Arrivals{commas}"],
        "titles in cells, empty cells": [f"Arrivals{commas}", f"Fees in dollars{commas}", commas],
        "empty rows": ["", "", ""],
        "rows of empty cells": [commas, commas],
        "facts": ["Office:,North quay", "Printed:,2021-03-02", "Rows:,70", ""],
        "sep line": ["sep=,"],
        "comments, #": ["# Harbour office, arrivals", "# all fees in dollars", "#"],
        "comments, //": ["// Harbour office, arrivals", "// all fees in dollars"],
        "comments, %": ["% Harbour office, arrivals", "% all fees in dollars"],
        "comments, ##": [f"##note={number}, of 300" for number in range(300)],
        "rule": ["Harbour office", "=" * 40],
    }


def _below_table() -> dict[str, list[str]]:
    """Return lines that stand below the table, by name."""
    return {
        "one line": ["Fees are final."],
        "comments": ["# end of table", "# 70 rows, all of them"],
        "cells": ["Fees are final" + "," * 8],
        "total": ["Total,,,,$102506.25" + "," * 4],
        "empty row, lines": ["", "Fees are final, and due.", "Ask at the office"],
    }


def _comments_between(table: list[Row]) -> Iterator[File]:
    comment = "# checked, by hand"
    for every in (10, 35):
        lines: list[str] = []
        for number, line in enumerate(_lines(table, Form()), 1):
            lines += [line] if number % every else [line, comment]
        optional = [[comment], _naive(comment)] * (len(table) // every)
        yield _file("comments between rows", f"every {every} rows", _text(lines, Form()), table, optional=optional)


def _tables_below(text: str, table: list[Row]) -> Iterator[File]:
    form = Form()
    for columns in (4, 9, 12):
        other = [
            [f"{name} {number}" if number else f"name {name}" for name in "abcdefghijkl"[:columns]]
            for number in range(9)
        ]
        for between in ("", "\r\n"):
            told = [*table, *other[1:]]
            below = _text(_lines(other, form), form)
            name = f"{columns} columns{', after an empty row' if between else ''}"
            yield _file("a table below", name, text + between + below, told, optional=other[:1])
    yield _file("a table below", "the same header again", text + text, [*table, *table[1:]], optional=table[:1])


def _shape_files() -> Iterator[File]:
    table, form = clean_table(), Form()
    yield _file("clean", "as it is", _text(_lines(table, form), form), table)
    yield from _header_files(table)
    yield from _trailing_files(table)
    shapes = {f"{columns} columns": [row[:columns] for row in table] for columns in (1, 2, 3)}
    shapes |= {f"{rows} rows": table[:rows] for rows in (2, 3, 5)}
    more = [
        [f"extra {column}" for column in range(1000)],
        *([str(column) for column in range(1000)] for _ in table[1:]),
    ]
    shapes["1,009 columns"] = [[*row, *others] for row, others in zip(table, more, strict=True)]
    shapes["3,001 rows"] = [HEADER, *(_row(number) for number in range(1, 3001))]
    for name, shape in shapes.items():
        yield _file("size", name, _text(_lines(shape, form), form), shape)
    for every, end in ((1, "\r\n"), (20, "\n")):
        tall = [
            row if number % every else [*row[:6], row[6].replace(". ", f".{end}"), *row[7:]]
            for number, row in enumerate(table)
        ]
        yield _file("line ends in cells", f"{end!r}, every {every} rows", _text(_lines(tall, form), form), tall)


def _header_files(table: list[Row]) -> Iterator[File]:
    form = Form()
    header, *lines = _lines(table, form)
    defect = "header"
    yield _file(defect, "none", _text(lines, form), table, headers=[])
    units = ["d/m/y", "h:m", "number", "name", "dollars", "word", "text", "address", "text"]
    yield _file(defect, "a row of units", _text([header, ",".join(units), *lines], form), table, optional=[units])
    yield _file(defect, "twice", _text([header, header, *lines], form), table, optional=table[:1])
    again = [header, *lines[:38], header, *lines[38:]]
    yield _file(defect, "again in row 40", _text(again, form), table, optional=table[:1])
    longer = [[*HEADER, "more"]]
    yield _file(defect, "one name more", _text([f"{header},more", *lines], form), table, headers=longer)
    named = [HEADER, *([str(number), *row] for number, row in enumerate(table[1:], 1))]
    form = Form(quoted=frozenset({7, 8}))
    yield _file(defect, "one name less", _text(_lines(named, form), form), named)


def _trailing_files(table: list[Row]) -> Iterator[File]:
    form = Form()
    header, *lines = _lines(table, form)
    below = [f"{line}," for line in lines]
    short = [[cell for cell in row if cell] for row in table]
    files_of = {
        "all rows": [f"{header},", *below],
        "below the header": [header, *below],
        "header": [f"{header},", *lines],
        "three more rows of them": [header, *lines, *[",,,,,,,,"] * 3],
        "none after the last text": _lines(short, form),
    }
    for name, written in files_of.items():
        yield _file("trailing delimiters", name, _text(written, form), table)
