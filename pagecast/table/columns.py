"""What a column holds: a lens for showing it, never a conversion."""

import re
from collections.abc import Iterable, Sequence

BLANK = frozenset({"", r"\N", "NA", "NaN", "null", "."})
"""Cells that stand for a missing value."""

MOSTLY = 0.95
"""A column is of a kind when at least this share of its cells that are not blank is."""

_number = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_date = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?", re.ASCII)


def is_number(cell: str) -> bool:
    """Whether a cell is written as a decimal number, with an exponent or without."""
    return _number.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Whether a cell is written as a date of ISO 8601, with a time or without."""
    return _date.fullmatch(cell) is not None


def kind_of(cells: Iterable[str]) -> str:
    """The kind of a column with these cells: ``number``, ``date``, ``text``, or ``empty`` where all are blank.

    >>> kind_of(["7", "NA", "1e5"]), kind_of(["2026-11-21"]), kind_of(["7", "seven"]), kind_of([""])
    ('number', 'date', 'text', 'empty')
    """
    told = [cell for cell in cells if cell not in BLANK]
    if not told:
        return "empty"
    if sum(map(is_number, told)) >= MOSTLY * len(told):
        return "number"
    if sum(map(is_date, told)) >= MOSTLY * len(told):
        return "date"
    return "text"


def kinds_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """The kind of each column of these rows, which may be ragged.

    >>> kinds_of([["Oslo", "709037"], ["Quito"]])
    ['text', 'number']
    """
    return [kind_of(cells) for cells in columns_of(rows)]


def columns_of(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of each column of these rows, which may be ragged. One very wide row costs no more than its own cells.

    >>> columns_of([["Oslo", "709037"], ["Quito"]])
    [['Oslo', 'Quito'], ['709037']]
    """
    columns: list[list[str]] = [[] for _ in range(max(map(len, rows), default=0))]
    for row in rows:
        for cells, cell in zip(columns, row, strict=False):
            cells.append(cell)
    return columns
