"""The kind of a column: how its cells are shown. A cell stays text; it is never converted. Ours."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest

from pagecast.table.lenses import MOSTLY, PLAIN, LensEvidence, evidence_of, is_blank

KINDS = ("text", "number", "date", "empty")
"""The kinds. Each begins with a letter of its own."""

_run = re.compile(r"([a-z])(\d*)", re.ASCII)
_identifier = re.compile(r"0\d+", re.ASCII)
_date = re.compile(r"\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?", re.ASCII)


def is_date(cell: str) -> bool:
    """Return whether a cell is a month, a date or a date with a time, written as in ISO 8601 and RFC 3339."""
    return _date.fullmatch(cell) is not None


def kind_of(cells: Iterable[str]) -> str:
    """Return the kind of a column with these cells: ``number``, ``date``, ``text``; ``empty`` where all are blank.

    >>> kind_of(["7", "NA", "1e5"]), kind_of(["2026-11-21"]), kind_of(["7", "seven"]), kind_of([""])
    ('number', 'date', 'text', 'empty')
    >>> kind_of(["1,234", "-inf"]), kind_of([" 7 "]), kind_of(["12 %"])
    ('number', 'number', 'number')
    """
    values = [cell for cell in cells if not is_blank(cell)]
    if not values:
        return "empty"
    if evidence_of(values):
        return "number"
    return "date" if sum(map(is_date, values)) >= MOSTLY * len(values) else "text"


def kinds_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the kind of each column of these rows, which may be ragged.

    >>> kinds_of([["Oslo", "709037"], ["Quito"]])
    ['text', 'number']
    """
    return [kind_of(cells) for cells in columns_of(rows)]


def shown_kinds_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the kind that each column of these rows is shown as. A column of numbers with leading zeros is text.

    They are identifiers, such as zip codes: nobody sums them. How a file is written is still guessed by ``kinds_of``.

    >>> shown_kinds_of([["007", "0.5", "0"], ["10115", "-0.25", "12"]])
    ['text', 'number', 'number']
    """
    return [
        "text" if kind == "number" and any(map(_identifier.fullmatch, cells)) else kind
        for kind, cells in zip(kinds_of(rows), columns_of(rows), strict=True)
    ]


def evidence_of_columns(rows: Sequence[Sequence[str]], kinds: Sequence[str]) -> list[LensEvidence]:
    """Return what each column of these rows says of its lens, given the kinds of the columns.

    >>> [one.lens for one in evidence_of_columns([["Oslo", "1,7"], ["Quito", "2,8"]], ["text", "number"])]
    ['', 'comma']
    """
    return [
        (kind == "number" and evidence_of([cell for cell in cells if not is_blank(cell)])) or PLAIN
        for kind, cells in zip(kinds, columns_of(rows), strict=False)
    ]


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


LETTERS = {("number", "point"): "p", ("number", "comma"): "c"}
"""Letters for kinds with a lens. Any other kind is its first letter."""


def pack_kinds(kinds: Iterable[str], lenses: Iterable[str] = ()) -> str:
    """Write the kinds of columns as runs: a letter, and how many columns where it is not one.

    A version is carried by events, and may have 20,000 columns.

    >>> pack_kinds(["text", "number", "number", "date"]), pack_kinds(["number", "number"], ["", "comma"])
    ('tn2d', 'nc')
    """
    letters = (LETTERS.get((kind, lens), kind[0]) for kind, lens in zip_longest(kinds, lenses, fillvalue=""))
    runs = ((letter, sum(1 for _ in columns)) for letter, columns in groupby(letters))
    return "".join(letter if length == 1 else f"{letter}{length}" for letter, length in runs)


@lru_cache(64)
def unpack_kinds(packed: str) -> tuple[str, ...]:
    """Read the kinds that ``pack_kinds`` wrote.

    >>> unpack_kinds("tn2dc")
    ('text', 'number', 'number', 'date', 'number')
    """
    names = {letter: kind for (kind, _), letter in LETTERS.items()} | {kind[0]: kind for kind in KINDS}
    return _unpack(packed, names)


@lru_cache(64)
def unpack_lenses(packed: str) -> tuple[str, ...]:
    """Read the lenses that ``pack_kinds`` wrote.

    >>> unpack_lenses("tnc2")
    ('', '', 'comma', 'comma')
    """
    names = {letter: lens for (_, lens), letter in LETTERS.items()} | {kind[0]: "" for kind in KINDS}
    return _unpack(packed, names)


def _unpack(packed: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names[letter] for letter, length in _run.findall(packed) for _ in range(int(length or 1)))
