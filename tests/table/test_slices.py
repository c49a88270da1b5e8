"""Any columns of any page are its cells, found in blocks; long cells are cut and listed."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table import offsets, slices
from pagecast.table.offsets import PageOffsets, ReadBytes
from pagecast.table.slices import PageSlice, slice_page
from pagecast.table.window import ColumnWindow, Cut

PLENTY = 2**40

CELLS = st.sampled_from([b"", b"a", b"x" * 30, "東".encode() * 9, b"caf\xe9", b"\xff" * 20, b"007", "😀".encode()])
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=40).filter(lambda row: row != [b""]), min_size=1, max_size=6)
SPANS = st.lists(st.integers(0, 45), min_size=2, max_size=6, unique=True).map(
    lambda ends: [range(*pair) for pair in zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False)]
)


@pytest.fixture(params=["whole", "in pieces"])
def in_pieces(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Run a test twice: with pages that are read whole, and with pages of many blocks."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "in pieces":
            patch.setattr(slices, "SMALL_PAGE", 0)
            for name, size in (("FIRST_BYTES", 5), ("BLOCK_BYTES", 11), ("MARK_BYTES", 16), ("FAR_BYTES", 25)):
                patch.setattr(offsets, name, size)
        yield request.param == "in pieces"


def reader(table: bytes, reads: list[int] | None = None) -> ReadBytes:
    def read(begin: int, end: int) -> bytes:
        if reads is not None:
            reads.append(end - begin)
        return table[begin:end]

    return read


def part_of(
    read: ReadBytes, place: PageOffsets, spans: list[range], max_cell_bytes: int, max_page_bytes: int
) -> PageSlice:
    (part,) = slice_page(read, place, [ColumnWindow(tuple(spans), max_cell_bytes, max_page_bytes)])
    return part


def expected(rows: list[list[bytes]], spans: list[range]) -> list[list[str]]:
    return [[row[c].decode("utf-8", "replace") for span in spans for c in span if c < len(row)] for row in rows]


@pytest.mark.usefixtures("in_pieces")
class TestAnyPage:
    @given(rows=ROWS, spans=st.lists(SPANS, min_size=1, max_size=4), gaps=st.integers(0, 15), ends=st.booleans())
    def test_any_columns_are_the_cells_of_the_split_lines(
        self, rows: list[list[bytes]], spans: list[list[range]], gaps: int, ends: bool
    ) -> None:
        line_end = b"\n" * (1 + gaps)  # empty lines between rows, and after the last
        page = line_end.join(b"\t".join(row) for row in rows) + (line_end if ends else b"")
        table = b"rows before\n" + page + b"rows\tafter"
        place = PageOffsets(range(12, 12 + len(page)), len(rows))
        for columns in spans:  # the map of a page has learned from the questions before
            part = part_of(reader(table), place, columns, PLENTY, PLENTY)
            assert part == PageSlice(expected(rows, columns), [])
        wanted = [ColumnWindow(tuple(columns), PLENTY, PLENTY) for columns in spans]
        together = slice_page(reader(table), PageOffsets(place.page, len(rows)), wanted)
        assert together == [PageSlice(expected(rows, columns), []) for columns in spans]

    @given(rows=ROWS, most=st.integers(1, 40))
    def test_longer_cells_are_cut_and_listed_with_their_size(self, rows: list[list[bytes]], most: int) -> None:
        page = b"\n".join(b"\t".join(row) for row in rows)
        part = part_of(reader(page), PageOffsets(range(len(page)), len(rows)), [range(50)], most, PLENTY)
        long = [Cut(r, c, len(cell)) for r, row in enumerate(rows) for c, cell in enumerate(row) if len(cell) > most]
        assert part.cut == long
        for row, shown in zip(expected(rows, [range(50)]), part.rows, strict=True):
            assert len(row) == len(shown)
            for cell, beginning in zip(row, shown, strict=True):
                assert cell.startswith(beginning)
                assert len(beginning.encode()) >= min(len(cell.encode()), most - 3)

    def test_a_page_of_long_cells_stays_within_its_bound(self) -> None:
        page = b"\n".join(b"\t".join([b"x" * 1000, b"short"] * 50) for _ in range(20))
        place = PageOffsets(range(len(page)), 20)
        wanted = [ColumnWindow((range(100),), 1000, 2**18), ColumnWindow((range(1, 2), range(3, 4)), 1000, 2**18)]
        part, other = slice_page(reader(page), place, wanted)
        assert other == PageSlice([["short"] * 2] * 20, []), "what others look at cuts nothing short"
        sizes = [len(cell) for row in part.rows for cell in row]
        assert sum(sizes) <= 2**18
        assert sizes.count(5) == 1000
        assert len(part.cut) == 1000


def test_a_page_is_never_read_whole() -> None:
    cells = 3_000_000
    table = b"\t".join([b"x"] * cells) + b"\n" + b"y" * 5_000_000 + b"\tz\n"
    reads: list[int] = []
    place = PageOffsets(range(len(table)), 2)
    part = part_of(reader(table, reads), place, [range(2), range(cells - 2, cells + 5)], 100, 1000)
    assert part == PageSlice([["x", "x", "x", "x"], ["y" * 100, "z"]], [Cut(1, 0, 5_000_000)])
    assert max(reads) <= offsets.BLOCK_BYTES
    reads.clear()
    part_of(reader(table, reads), place, [range(1), range(cells // 2, cells // 2 + 50)], 100, 1000)
    assert sum(reads) < 200_000, "where cells are is remembered"


@pytest.mark.usefixtures("in_pieces")
@given(rows=ROWS, column=st.integers(0, 45))
def test_a_cell_is_found_with_its_size(rows: list[list[bytes]], column: int) -> None:
    page = b"\n\n".join(b"\t".join(row) for row in rows) + b"\n"
    place = PageOffsets(range(len(page)), len(rows))
    for row, cells in zip(place.rows(reader(page)), rows, strict=True):
        begin = row.seek(reader(page), column)
        assert (begin is None) == (column >= len(cells))
        if begin is not None:
            assert page[begin : begin + row.size(reader(page), begin)] == cells[column]


@pytest.mark.parametrize("size", [0, 10, offsets.FIRST_BYTES - 1, offsets.FIRST_BYTES, 10 * offsets.FIRST_BYTES])
def test_the_first_row_of_a_page_is_found_where_it_is_short(size: int) -> None:
    page = b"rows before\n" + b"x" * size + b"\nrows after\n"
    first = offsets.first_row(reader(page), range(12, len(page)))
    assert first == range(12, 12 + size if size < offsets.FIRST_BYTES else len(page))


def test_a_page_of_many_cells_is_not_split_whole() -> None:
    page = b"\t" * (slices.FEW_CELLS + 1) + b"last\n"
    place = PageOffsets(range(len(page)), 1)
    last = slices.FEW_CELLS + 1
    assert part_of(reader(page), place, [range(1), range(last, last + 5)], 10, PLENTY).rows == [["", "last"]]


def test_offsets_are_searched_once_for_any_number_of_windows() -> None:
    table = b"\n".join(b"\t".join([b"%d" % cell for cell in range(50_000)]) for _ in range(10))
    reads: list[int] = []
    one = ColumnWindow((range(20_000, 20_064),), 100, PLENTY)
    slice_page(reader(table, reads), PageOffsets(range(len(table)), 10), [one])
    alone = sum(reads)
    reads.clear()
    slice_page(reader(table, reads), PageOffsets(range(len(table)), 10), [one] * 100)
    assert sum(reads) < 2 * alone
    assert max(reads) <= offsets.BLOCK_BYTES


def test_a_window_has_the_columns_that_the_table_has_or_its_first_ones() -> None:
    look = ColumnWindow((range(3), range(7, 9)), 1, 1)
    assert look.within(100) == look
    assert look.within(8).spans == (range(3), range(7, 8))
    assert look.within(2).spans == (range(2),)
    assert ColumnWindow((range(50, 60),), 1, 1).within(7).spans == (range(7),)
    assert ColumnWindow((range(50, 60),), 1, 1).within(40).spans == (range(10),)


@pytest.mark.parametrize("text", ["naïve 東京 😀", "😀😀"])
def test_the_beginning_of_a_text_is_whole_characters(text: str) -> None:
    data = text.encode()
    for most in range(len(data) + 1):
        assert text.startswith(slices.beginning_of(data[:most], len(data)))
    assert slices.beginning_of(data, len(data)) == text
