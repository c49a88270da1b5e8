"""A search of rows finds each cell that holds the text, however the rows are cut into blocks."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table import matches
from pagecast.table.escapes import ESCAPE, TAB_IN_CELL
from pagecast.table.matches import CellSearch, fold

TEXTS = st.sampled_from(["a", "oslo", "ß", "K", "aa", "東京"])
CELLS = st.sampled_from(
    ["", "a", "Oslo", "in OSLO ", "ẞ", "ſ", "\u212a", "kaAa", "東京", "x" * 40, "y" * 30 + "oslo" + "z" * 30]
)
ROWS = st.lists(CELLS, min_size=1, max_size=30).filter(lambda row: row != [""])


@pytest.fixture(params=[7, 11, 2**18])
def small_blocks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a test with blocks of some bytes, and with blocks that hold any row of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matches, "BLOCK_BYTES", request.param)
        patch.setattr(matches, "LONG_CELL", min(request.param, 20))
        yield


def find(search: CellSearch, row: bytes, *, longer: int = 0) -> list[int]:
    return search.columns(lambda begin, end: row[begin:end], range(len(row) + longer))


def folded(text: str) -> str:
    return "".join(map(fold, text))


@pytest.mark.usefixtures("small_blocks")
@given(row=ROWS, text=TEXTS)
def test_the_columns_are_those_of_the_cells_that_hold_the_text(row: list[str], text: str) -> None:
    line = "\t".join(row).encode()
    expected = [column for column, cell in enumerate(row) if folded(text) in folded(cell)]
    assert find(CellSearch(text, escaped=False), line) == expected
    assert find(CellSearch(text, escaped=False), line + b"\noslo\ta", longer=9) == expected, (
        "the row ends at its line end"
    )


def test_case_is_ignored_as_the_page_ignores_it() -> None:
    pairs = [("i", "İ", False), ("ss", "ß", False), ("σ", "ς", True), ("s", "ſ", True), ("k", "\u212a", True)]
    for text, cell, is_found in pairs:
        assert bool(find(CellSearch(text, escaped=False), cell.encode())) is is_found, (text, cell)


def test_characters_of_patterns_are_text() -> None:
    for text in "\\^$.*+?()[]{}|/-":
        assert find(CellSearch(text, escaped=False), b"ab\t" + text.encode()) == [1]


def test_a_tab_in_a_cell_is_found_where_cells_may_hold_one() -> None:
    row = f"a\tb{TAB_IN_CELL}c".encode()
    assert find(CellSearch("b\tc", escaped=True), row) == [1]
    assert find(CellSearch("a\tb", escaped=True), row) == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("\ufffd", "東" * 30),
        ("\t", f"{ESCAPE}{TAB_IN_CELL}" * 30),
        ("\t", f"{ESCAPE}{ESCAPE}{ESCAPE}{TAB_IN_CELL}" * 30),
    ],
)
def test_no_part_of_a_character_in_a_long_cell_is_a_match(
    monkeypatch: pytest.MonkeyPatch, text: str, cell: str
) -> None:
    monkeypatch.setattr(matches, "LONG_CELL", 20)
    for size in range(1, 40):
        monkeypatch.setattr(matches, "BLOCK_BYTES", size)
        assert find(CellSearch(text, escaped=True), cell.encode()) == [], size


def test_a_search_that_finds_too_much_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches, "MAX_MATCHES", 3)
    search = CellSearch("a", escaped=False)
    assert find(search, b"a\ta") == [0, 1]
    assert find(search, b"b\ta") == [1]
    assert search.complete
    assert find(search, b"a") == []
    assert not search.complete


def test_a_search_that_reads_too_much_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches, "BLOCK_BYTES", 4)
    monkeypatch.setattr(matches, "MAX_BYTES", 8)
    search = CellSearch("a", escaped=False)
    assert find(search, b"a\tb\ta\tb\ta") == [0, 2]
    assert not search.complete
