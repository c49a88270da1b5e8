"""The kind of a column: how its cells are shown. A cell stays text; it is never converted. Ours."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

BLANK = frozenset({"", r"\N", "NA", "NaN", "null", "."})
"""Cells that stand for a missing value: empty, and as MySQL and IMDb, R, pandas, JSON and VCF write it."""

MOSTLY = 0.95
"""The share of a column's cells, without blank ones, that makes it a number or date column: one stray note in 20."""

KINDS = ("text", "number", "date", "empty")
"""The kinds. Each begins with a letter of its own."""

_run = re.compile(r"([a-z])(\d*)", re.ASCII)
_number = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_date = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?", re.ASCII)


def is_number(cell: str) -> bool:
    """Return whether a cell is a decimal number, with or without an exponent. No spaces, no thousands separators."""
    return _number.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Return whether a cell is a month, a date or a date with a time, written as in ISO 8601 and RFC 3339."""
    return _date.fullmatch(cell) is not None


def kind_of(cells: Iterable[str]) -> str:
    """Return the kind of a column with these cells: ``number``, ``date``, ``text``; ``empty`` where all are blank.

    >>> kind_of(["7", "NA", "1e5"]), kind_of(["2026-11-21"]), kind_of(["7", "seven"]), kind_of([""])
    ('number', 'date', 'text', 'empty')
    """
    values = [cell for cell in cells if cell not in BLANK]
    if not values:
        return "empty"
    if sum(map(is_number, values)) >= MOSTLY * len(values):
        return "number"
    if sum(map(is_date, values)) >= MOSTLY * len(values):
        return "date"
    return "text"


def kinds_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the kind of each column of these rows, which may be ragged.

    >>> kinds_of([["Oslo", "709037"], ["Quito"]])
    ['text', 'number']
    """
    return [kind_of(cells) for cells in columns_of(rows)]


def columns_of(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the cells of each column of these rows, which may be ragged. A very wide row costs only its own cells.

    >>> columns_of([["Oslo", "709037"], ["Quito"]])
    [['Oslo', 'Quito'], ['709037']]
    """
    columns: list[list[str]] = [[] for _ in range(max(map(len, rows), default=0))]
    for row in rows:
        for cells, cell in zip(columns, row, strict=False):
            cells.append(cell)
    return columns


def pack_kinds(kinds: Iterable[str]) -> str:
    """Write the kinds of columns as runs: the first letter of a kind, and how many columns where it is not one.

    A version is carried by events, and may have 20,000 columns.

    >>> pack_kinds(["text", "number", "number", "date"])
    'tn2d'
    """
    runs = ((kind[0], sum(1 for _ in columns)) for kind, columns in groupby(kinds))
    return "".join(letter if length == 1 else f"{letter}{length}" for letter, length in runs)


@lru_cache(64)
def unpack_kinds(packed: str) -> tuple[str, ...]:
    """Read what ``pack_kinds`` wrote.

    >>> unpack_kinds("tn2d")
    ('text', 'number', 'number', 'date')
    """
    names = {kind[0]: kind for kind in KINDS}
    return tuple(names[letter] for letter, length in _run.findall(packed) for _ in range(int(length or 1)))
