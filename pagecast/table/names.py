"""Whether the first row of a table names its columns: guessed from the rows below it. Ours."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pagecast.table.columns import columns_of, is_date, kind_of
from pagecast.table.lenses import is_blank, is_number

FEW_YEARS = 0.1
"""The share of body rows that may have such numbers as a header of years or steps has."""

SHAPED = 0.9
"""The share of a column's cells that have one shape, such as two letters and four digits."""

MIN_SHAPED = 3
"""Cells that show a shape."""


class Evidence(NamedTuple):
    """The evidence of columns of numbers and dates about the row above them."""

    names: int
    """Columns above which there is no number or date."""
    values: int
    """Columns above which there is one."""


def has_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of a table names the columns of the others.

    It does where columns of numbers or dates begin with something else, or with years or steps that the other rows do
    not have. It does not where they begin with a number or date; where a name is repeated further down in its column;
    or where a cell has the shape that all cells below it have.

    >>> has_header(["city", "people"], [["Oslo", "709037"]])
    True
    >>> has_header(["Oslo", "709037"], [["Quito", "2011388"]])
    False
    >>> has_header(["country", "1990", "2000"], [["NO", "5.3", "5.4"], ["EC", "17.4", "17.6"]])
    True

    A single row names nothing. A row that is repeated whole is the header of each of several tables.
    """
    if not body or (len(first) == 1 and first[0].lstrip().startswith(("{", "[", "<"))):  # JSON, INI files and XML
        return False
    found = evidence(first, [row for row in body if list(row) != list(first)])
    if found.names > 0 and (found.names >= found.values or is_sequence(first)):
        return True
    if found.values > 0:
        return has_new_years(first, body)
    columns = list(zip(first, columns_of(body), strict=False))
    if any(name in cells for name, cells in columns if not is_blank(name)):
        return False
    return not any(has_same_shape(name, cells) for name, cells in columns)


def evidence(first: Sequence[str], body: Sequence[Sequence[str]]) -> Evidence:
    """Return what the columns of numbers and dates say about the row above them. Blank cells say nothing."""
    names = values = 0
    for name, cells in zip(first, columns_of(body), strict=False):
        kind = "text" if is_blank(name) else kind_of(cells)
        if kind in ("number", "date"):
            is_value = kind_of([name]) in ("number", "date")
            names, values = names + (not is_value), values + is_value
    return Evidence(names, values)


def is_sequence(row: Sequence[str]) -> bool:
    """Return whether the numbers of a row are years, or whole numbers in equal steps, as columns are named.

    >>> [is_sequence(row.split()) for row in ("total 2019 2020 2022", "id 1 2 3", "Oslo 709037", "x 7 5.5")]
    [True, True, False, False]
    >>> is_sequence(["country", "2019 ", "2020 "])  # as Eurostat pads them
    True
    """
    numbers = [number for number in map(str.strip, row) if is_number(number)]
    if _are_years(numbers):
        return True
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        return False
    steps = list(map(int, numbers))
    distances = {later - earlier for earlier, later in pairwise(steps)}
    return len(steps) > 2 and len(distances) == 1 and distances != {0}


def _are_years(cells: Sequence[str]) -> bool:
    """Return whether all of these are years, ascending or descending, at least one."""
    if not cells or not all(cell.isdecimal() and len(cell) == 4 and 1500 <= int(cell) < 2200 for cell in cells):
        return False
    years = list(map(int, cells))
    return years in (sorted(set(years)), sorted(set(years), reverse=True))


def has_new_years(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether a row's numbers are years or steps, and there is text or a blank corner, unlike in the body."""
    first = [cell.strip() for cell in first]
    if not is_sequence(first) or all(map(is_number, first)):
        return False
    if any(is_date(cell) and not is_number(cell) for cell in first):
        return False
    columns = [column for column, cell in enumerate(first) if is_number(cell)]
    parts = [[row[column].strip() for column in columns if column < len(row)] for row in body]
    alike = _are_years if _are_years([first[column] for column in columns]) else is_sequence
    return sum(map(alike, parts)) <= FEW_YEARS * len(parts)


def has_same_shape(name: str, cells: Sequence[str]) -> bool:
    """Return whether a cell has the shape that nearly all cells below it have: letters and digits at the same places.

    >>> has_same_shape("AB-17", ["CD-20", "EF-31", "XY-99"]), has_same_shape("code", ["CD-20", "EF-31", "XY-99"])
    (True, False)
    """
    shape = shape_of(name)
    if "0" not in shape or len(shape) < 3:
        return False
    filled = [cell for cell in cells if not is_blank(cell)]
    return len(filled) >= MIN_SHAPED and sum(shape_of(cell) == shape for cell in filled) >= SHAPED * len(filled)


def shape_of(cell: str) -> str:
    """Return a cell with 0 for each digit and a for each letter. A long one has none.

    >>> shape_of("AB-17")
    'aa-00'
    """
    if len(cell) > 40:
        return ""
    return "".join("0" if letter.isdigit() else "a" if letter.isalpha() else letter for letter in cell)
