"""A cell is the text of the file; invalid bytes are shown as such, and their cells are counted."""

import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.cells import InvalidCells, rows_of
from tests.table.pieces import CUTS, TABLES, cut, pieces_of


def is_utf8(cell: bytes) -> bool:
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True


def count_invalid(pieces: Iterable[bytes]) -> int:
    cells = InvalidCells()
    for piece in pieces:
        cells.feed(piece)
    cells.finish()
    return cells.count


def count_in_pieces(table: bytes, size: int) -> int:
    return count_invalid(pieces_of(table, size))


def really_invalid(table: bytes) -> int:
    return sum(1 for cell in re.split(b"[\t\n]", table) if not is_utf8(cell))


@given(st.text(st.sampled_from('aé東😀\t\n"\r\x00\x1f\u2028\x85')))
def test_nothing_of_a_valid_table_is_lost_but_empty_lines(table: str) -> None:
    written = [line for line in table.split("\n") if line]
    assert ["\t".join(row) for row in rows_of(table.encode())] == written


@given(TABLES)
def test_a_broken_cell_leaves_its_neighbours_as_they_are(table: bytes) -> None:
    lines = [line for line in table.split(b"\n") if line]
    assert rows_of(table) == [[cell.decode("utf-8", "replace") for cell in line.split(b"\t")] for line in lines]


@pytest.mark.parametrize(
    "cell", ["007", "1e5", "MARCH1", "9" * 40, ' "', '""', "=1+1", "\\N", "#REF!", " x ", "\v\f\x1c"]
)
def test_a_cell_is_never_anything_but_its_text(cell: str) -> None:
    assert rows_of(f"{cell}\t{cell}\n".encode()) == [[cell, cell]]


@given(TABLES, CUTS)
def test_invalid_cells_are_counted_however_the_bytes_arrive(table: bytes, places: list[int]) -> None:
    assert count_invalid(cut(table, places)) == really_invalid(table)


@given(st.binary(max_size=60), CUTS)
def test_any_bytes_are_counted_too(table: bytes, places: list[int]) -> None:
    assert count_invalid(cut(table, places)) == really_invalid(table)


@pytest.mark.parametrize("letter", ["é", "東", "😀"])
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_a_very_long_cell_is_read_across_its_pieces(letter: str, shift: int) -> None:
    cell = b"x" * shift + letter.encode() * 100_000
    for size in (40_000, 65_536, 65_537, 150_001):
        assert count_in_pieces(cell, size) == 0
        assert count_in_pieces(b"\xff" + cell, size) == 1
        assert count_in_pieces(cell + letter.encode()[:-1], size) == 1
        assert count_in_pieces(cell[:100_000] + b"\xff" + cell + b"\tnext\xff\nx", size) == 2


def test_a_run_of_bytes_that_only_continue_a_character_is_invalid_once() -> None:
    for before in (b"", b"x" * 70_000, "😀".encode() * 20_000):
        for size in (65_530, 65_536, 65_541, 70_003):
            assert count_in_pieces(before + b"\x80" * 70_000 + b"\tok", size) == 1


@pytest.mark.parametrize("separator", [b"\t", b"\n"])
def test_half_a_million_invalid_cells_are_counted_in_one_pass(separator: bytes) -> None:
    assert count_invalid([(b"caf\xe9" + separator) * 500_000]) == 500_000
