"""Random tables in random dialects are read back cell for cell, at the rates stated here.

The rates are not 1: a random file can be one that a person would read wrongly, too. The chances are the same each time.
"""

from collections.abc import Callable
from random import Random

import pytest

from tests.table import dirt
from tests.table.reading import Read, read

TABLES = 100
"""Tables of each kind."""

RATES = {
    dirt.clean: 1.0,
    dirt.in_single_quotes: 0.98,
    dirt.after_notes: 0.99,
    dirt.with_a_stray_quote: 0.98,
    dirt.with_ragged_rows: 0.99,
    dirt.with_mixed_line_ends: 0.99,
    dirt.with_empty_lines: 0.99,
    dirt.without_a_final_line_end: 0.99,
}
"""The share of tables with each kind of dirt that is read back whole: every cell, the delimiter and the header."""

UNHARMED = 0.98
"""The share of tables with a stray quote that lose nothing but its cell."""


def reading_of(make: Callable[[Random], dirt.Written], number: int) -> tuple[dirt.Written, Read]:
    file = make(Random(f"{make.__name__} {number}"))
    return file, read([file.data])


def is_read_back(file: dirt.Written, done: Read) -> bool:
    ingest = done.ingest
    told = done.rows[file.preamble :], ingest.dialect.delimiter, ingest.preamble, ingest.header
    return told == (file.rows, file.delimiter, file.preamble, file.rows[0])


@pytest.mark.parametrize(("make", "rate"), RATES.items(), ids=lambda part: getattr(part, "__name__", None))
def test_random_tables_are_read_back(make: Callable[[Random], dirt.Written], rate: float) -> None:
    wrong = [number for number in range(TABLES) if not is_read_back(*reading_of(make, number))]
    assert TABLES - len(wrong) >= rate * TABLES, wrong


def test_a_stray_quote_harms_no_other_row() -> None:
    wrong = []
    for number in range(TABLES):
        file, done = reading_of(dirt.with_a_stray_quote, number)
        rows = [row for index, row in enumerate(file.rows) if index != file.odd]
        found = [row for index, row in enumerate(done.rows) if index != file.odd]
        if found != rows:
            wrong.append(number)
    assert TABLES - len(wrong) >= UNHARMED * TABLES, wrong
