"""Rows and pages begin where `bytes.split` finds the lines, however the bytes arrive."""

from collections.abc import Iterable
from typing import NamedTuple

import pytest
from hypothesis import given

from pagecast.table.paging import PAGE_ROWS
from pagecast.table.rows import RowScanner
from tests.table.pieces import CUTS, TABLES, cut, pieces_of


class Scan(NamedTuple):
    rows: int
    columns: int
    empty_lines: int
    scanned: int
    pages: list[int]
    irregular: int


def scan(pieces: Iterable[bytes]) -> Scan:
    scanner = RowScanner()
    pages = [start for piece in pieces for start in scanner.feed(piece)] + scanner.finish()
    return Scan(scanner.rows, scanner.columns, scanner.empty_lines, scanner.scanned, pages, scanner.irregular)


def split(table: bytes) -> Scan:
    """Return the same scan, by `bytes.split`."""
    lines = table.split(b"\n")
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    rows = [(begin, line) for begin, line in zip(begins, lines, strict=False) if line]
    widths = [len(line.split(b"\t")) for _, line in rows]
    return Scan(
        rows=len(rows),
        columns=max(widths, default=0),
        empty_lines=lines[:-1].count(b""),
        scanned=len(table),
        pages=[begin for begin, _ in rows[::100]],
        irregular=len(rows) - max(map(widths.count, widths), default=0),
    )


@given(TABLES, CUTS)
def test_rows_and_pages_are_where_split_finds_them(table: bytes, places: list[int]) -> None:
    assert scan(cut(table, places)) == split(table)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_piece_boundaries_do_not_matter(size: int) -> None:
    table = b"\n".join(b"\t".join([b"cell"] * (row % 5)) for row in range(350))
    assert scan(pieces_of(table, size)) == split(table)


@given(TABLES, CUTS)
def test_scanned_is_the_end_of_the_last_whole_line(table: bytes, places: list[int]) -> None:
    scanner, fed = RowScanner(), b""
    for piece in cut(table, places):
        scanner.feed(piece)
        fed += piece
        assert scanner.scanned == fed.rfind(b"\n") + 1
        assert scanner.rows == sum(1 for line in fed[: scanner.scanned].split(b"\n") if line)


@pytest.mark.parametrize("tabs", [0, 1, 254, 255, 256, 257, 65_534, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("line_end", [b"\n", b""])
def test_the_widest_row_is_counted_whatever_its_width(tabs: int, line_end: bytes) -> None:
    table = b"a\tb\n\n" + b"\t" * tabs + b"end\n" + b"a\tb\tc" + line_end
    for pieces in ([table], cut(table, [5]), cut(table, [5, 9 + tabs // 2]), cut(table, [4, 5 + tabs, 6 + tabs])):
        assert scan(pieces).columns == max(tabs + 1, 3)


def test_a_tab_after_an_empty_line_is_counted_though_its_line_ends_later() -> None:
    assert scan([b"\na\tb", b"\n"]).columns == 2
    assert scan([b"\n\n\t\t", b"\t", b"\nx\n"]).columns == 4


@pytest.mark.parametrize("rows", [1, 99, 100, 101, 199, 200, 201, 1000])
@pytest.mark.parametrize("line_end", [b"\n", b""])
def test_a_page_begins_at_every_hundredth_row(rows: int, line_end: bytes) -> None:
    table = b"\n".join(b"%d" % row for row in range(1, rows + 1)) + line_end
    lines = table.splitlines(keepends=True)
    starts = [len(b"".join(lines[:first])) for first in range(0, rows, PAGE_ROWS)]
    assert scan(pieces_of(table, 50)).pages == starts


@pytest.mark.parametrize("blanks", [1, 5, 250])
def test_empty_lines_are_no_rows_and_move_no_page(blanks: int) -> None:
    table = b"\n" * blanks + b"".join(b"row\n" + b"\n" * blanks for _ in range(150))
    scanned = scan(pieces_of(table, 33))
    assert (scanned.rows, scanned.empty_lines) == (150, blanks + 150 * blanks)
    assert scanned.pages == [blanks, blanks + 100 * (4 + blanks)]


def test_nothing_at_all_and_only_line_ends_have_no_row_and_no_page() -> None:
    assert scan([]) == scan([b""]) == Scan(rows=0, columns=0, empty_lines=0, scanned=0, pages=[], irregular=0)
    assert scan([b"\n" * 300]) == Scan(rows=0, columns=0, empty_lines=300, scanned=300, pages=[], irregular=0)


def test_a_final_line_end_starts_no_row() -> None:
    assert scan([b"a\nb"]).rows == scan([b"a\nb\n"]).rows == 2
    assert scan([b"a\nb\n\n"]).rows == 2
    assert scan([b"a\nb\n\n"]).empty_lines == 1


def test_finishing_twice_adds_nothing() -> None:
    scanner = RowScanner()
    scanner.feed(b"a\tb")
    assert scanner.finish() == [0]
    assert scanner.finish() == []
    assert scanner.rows == 1
