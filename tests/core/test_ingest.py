"""Whatever the bytes of a file and however they arrive, its lines become rows, all of them."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.cells import rows_of
from pagecast.dialect import SIGNATURES, SNIFFED
from pagecast.document import entries_of, index_entries, page_bytes
from pagecast.errors import EmptyFile, NotATable
from pagecast.ingest import GUESSED_COLUMNS, Ingest
from tests.core.pieces import CUTS, TABLES, cut, pieces_of

BOM = "\ufeff".encode()

CELLS = st.text(st.sampled_from('a7."\u00e9東😀 ,;#\\\x00'), max_size=4)
WRITTEN = st.lists(st.lists(CELLS, min_size=1, max_size=4).filter(lambda row: row != [""]), min_size=1, max_size=12)


class Read(NamedTuple):
    ingest: Ingest
    table: bytes
    pages: list[int]


def read(pieces: list[bytes]) -> Read:
    ingest = Ingest()
    done = [*(ingest.feed(piece) for piece in pieces), ingest.finish()]
    assert [piece.clean for piece in done] == sorted((piece.clean for piece in done), reverse=True)
    return Read(ingest, b"".join(piece.table for piece in done), [page for piece in done for page in piece.pages])


def inner_form(file: bytes) -> bytes:
    """What a file is in the inner form, by other means."""
    return file.removeprefix(BOM).replace(b"\r\n", b"\n")


@given(WRITTEN, st.lists(st.sampled_from(["\n", "\r\n"]), min_size=1, max_size=3), st.booleans(), st.booleans(), CUTS)
def test_rows_are_read_as_they_were_written(
    rows: list[list[str]], line_ends: list[str], bom: bool, final: bool, places: list[int]
) -> None:
    ends = [line_ends[row % len(line_ends)] for row in range(len(rows))]
    ends[-1] = ends[-1] if final else ""
    text = "".join("\t".join(row) + end for row, end in zip(rows, ends, strict=True))
    file = BOM * bom + text.encode()
    ingest, table, _ = read(cut(file, places))
    assert rows_of(table) == rows
    assert ingest.scanner.rows == len(rows)
    assert ingest.scanner.columns == max(map(len, rows))
    assert ingest.invalid.count == 0
    assert ingest.dialect.bom == bom
    crlf, all_ends = ends.count("\r\n"), ends.count("\r\n") + ends.count("\n")
    assert ingest.dialect.line_end == ("lf" if crlf == 0 else "crlf" if crlf == all_ends else "mixed")
    assert ingest.header in ([], rows[0])


@given(TABLES, CUTS)
def test_no_line_is_lost_of_any_bytes(file: bytes, places: list[int]) -> None:
    expected = inner_form(file)
    lines = [line for line in expected.split(b"\n") if line]
    if any(file.startswith(signature) for signature, _, _ in SIGNATURES):
        with pytest.raises(NotATable):
            read(cut(file, places))
    elif not lines:
        with pytest.raises(EmptyFile):
            read(cut(file, places))
    else:
        ingest, table, pages = read(cut(file, places))
        assert table == expected
        assert ingest.clean == (table == file)
        assert [table[begin:].lstrip(b"\n").split(b"\n")[0] for begin in pages] == lines[::100]
        assert ingest.scanner.rows == len(lines)
        assert ingest.scanner.empty_lines == expected.split(b"\n")[:-1].count(b"")


@given(st.binary(max_size=80), CUTS)
def test_bytes_of_every_kind_are_a_table_or_refused(file: bytes, places: list[int]) -> None:
    try:
        table = read(cut(file, places)).table
    except NotATable:
        assert any(file.startswith(signature) for signature, _, _ in SIGNATURES)
    except EmptyFile:
        assert not inner_form(file).strip(b"\n")
    else:
        assert table == inner_form(file)


@given(TABLES.filter(lambda file: file.strip(b"\r\n") != b""), CUTS)
def test_the_index_leads_to_the_rows_of_every_page(file: bytes, places: list[int]) -> None:
    ingest, table, pages = read(cut(file, places))
    rows = rows_of(table)
    index = index_entries(pages)
    assert ingest.scanner.scanned == len(table)
    assert len(pages) == -(-len(rows) // 100)
    for page in range(1, len(pages) + 1):
        entries = entries_of(page)
        span = page_bytes(index[entries.start : entries.stop], len(table))
        assert rows_of(table[span.start : span.stop]) == rows[100 * (page - 1) : 100 * page]


@given(TABLES, CUTS, CUTS)
def test_the_guess_is_the_same_however_the_bytes_arrive(file: bytes, places: list[int], others: list[int]) -> None:
    if not file.strip(b"\r\n"):
        return
    one, other = read(cut(file, places)).ingest, read(cut(file, others)).ingest
    assert (one.dialect, one.header, one.kinds) == (other.dialect, other.header, other.kinds)


@given(TABLES, CUTS)
def test_what_is_read_so_far_is_of_whole_lines(file: bytes, places: list[int]) -> None:
    ingest, table = Ingest(), b""
    for piece in cut(file, places):
        done = ingest.feed(piece)
        table += done.table
        whole = table[: ingest.scanner.scanned]
        assert whole == b"" or whole.endswith(b"\n")
        assert len(rows_of(whole)) == ingest.scanner.rows


def test_a_clean_file_passes_through_as_it_is() -> None:
    file = b'city\tcountry\n"Oslo\tNO\n\n#1\t007\r\nx'.replace(b"\r\n", b"\r.\n")
    for size in (1, 3, len(file)):
        ingest, table, _ = read(pieces_of(file, size))
        assert ingest.clean
        assert table == file


def test_a_file_is_no_longer_clean_from_its_first_crlf_on() -> None:
    ingest = Ingest()
    pieces = [ingest.feed(piece) for piece in (b"a long enough line\n", b"b\r", b"\nc\n")]
    assert [piece.clean for piece in pieces] == [True, True, False]
    assert [piece.table for piece in pieces] == [b"a long enough line\n", b"b", b"\nc\n"]


def test_a_lone_cr_is_a_character_of_its_cell() -> None:
    for size in (1, 2, 9):
        ingest, table, _ = read(pieces_of(b"a\rb\tc\r\r\nd\r", size))
        assert rows_of(table) == [["a\rb", "c\r"], ["d\r"]]
        assert ingest.dialect.line_end == "crlf"


def test_the_mark_is_not_a_part_of_the_first_name_and_only_the_first_is_a_mark() -> None:
    for size in (1, 2, 100):
        ingest, table, _ = read(pieces_of(BOM + BOM + b"city\tpeople\nOslo\t709037\n", size))
        assert ingest.header == ["\ufeffcity", "people"]
        assert not ingest.clean
        assert table.startswith(BOM + b"city")


@pytest.mark.parametrize("file", [b"", b"\n", b"\n\n\n", b"\r\n\r\n", BOM, BOM + b"\n"])
def test_a_file_without_a_row_is_refused(file: bytes) -> None:
    for size in (1, 2, 100):
        with pytest.raises(EmptyFile):
            read(pieces_of(file, size))


def test_a_last_row_without_its_line_end_counts_for_the_guess() -> None:
    ingest = read([b"1\t2\n3\t4"]).ingest
    assert (ingest.header, ingest.kinds) == ([], ["number", "number"])
    ingest = read([b"city\tpeople\nOslo\t709037"]).ingest
    assert (ingest.header, ingest.kinds) == (["city", "people"], ["text", "number"])


def test_rows_after_any_number_of_empty_lines_are_found() -> None:
    for size in (1000, 10**6):
        ingest, table, _ = read(pieces_of(b"\n" * (2 * SNIFFED) + b"city\tpeople\nOslo\t7\n", size))
        assert ingest.header == ["city", "people"]
        assert ingest.scanner.empty_lines == 2 * SNIFFED
        assert rows_of(table) == [["city", "people"], ["Oslo", "7"]]


def test_a_line_of_many_megabytes_is_one_row() -> None:
    line = b"x\t" * (6 * 2**20)
    ingest, _, pages = read(pieces_of(line, 2**20))
    assert (ingest.scanner.rows, ingest.scanner.columns, pages) == (1, 6 * 2**20 + 1, [0])
    assert len(ingest.kinds) <= GUESSED_COLUMNS
