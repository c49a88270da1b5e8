"""The guess at a header holds for real files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.header import GUESSED_COLUMNS, GUESSED_ROWS, NOTED_ROWS, TableHead
from pagecast.table.layout import SNIFFED
from pagecast.table.names import evidence, has_header
from tests.table.pieces import pieces_of


def rows(text: str) -> list[list[str]]:
    return [line.split(" ") for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    "table",
    [
        "city people\nOslo 709037\nQuito 2011388",
        "#gene1 gene2 score\nBRCA1 TP53 0.99\nMARCH1 SEPT2 0.5",
        "#CHROM POS ID\n1 10177 rs367896724\n1 10352 rs555500075",
        "country code 2019 2020 total\nNorway NO 5.3 5.4 10.7\nEcuador EC 17.4 17.6 35",  # years among the names
        "tconst title year\ntt0000001 Carmencita 1894\ntt0000002 \\N \\N",
        "name name\nOtter Heron",
        "a\nb\nc",
        "name\n7",
        " people\nOslo 709037",  # a column without a name
    ],
)
def test_a_row_that_names_its_columns_is_a_header(table: str) -> None:
    first, *body = rows(table)
    assert has_header(first, body)


@pytest.mark.parametrize(
    "table",
    [
        "Oslo 709037\nQuito 2011388",
        "1 2 3\n4 5 6",
        "NO Oslo\nEC Quito\nNO Bergen",
        "1e5 x\n2.5 y",
        "NA 7 x\n8 9 y",
        "only one row",
    ],
)
def test_a_first_row_like_those_below_it_is_a_row_like_them(table: str) -> None:
    first, *body = rows(table)
    assert not has_header(first, body)


@given(st.lists(st.lists(st.sampled_from(["", "7", "x", "NA"]), min_size=1, max_size=4), min_size=1, max_size=5))
def test_ragged_rows_can_be_guessed_at_too(table: list[list[str]]) -> None:
    first, *body = table
    assert has_header(first, body) in (True, False)
    above_numbers = evidence(first, [row for row in body if row != first]).names > 0
    assert not has_header(first, [*body, first]) or set(first) <= {"", "NA"} or above_numbers


def test_a_chosen_header_goes_before_the_guess() -> None:
    for chosen in (True, False):
        head = TableHead(chosen)
        head.feed(b"1\t2\n3\t4\n", rows=2, escaped=False)
        assert bool(head.header) == chosen
        assert head.kinds == ["number", "number"]


def test_nothing_is_guessed_before_the_first_row_has_ended() -> None:
    head = TableHead(True)
    head.feed(b"city\tpeo", rows=0, escaped=False)
    assert head.header == []
    head.feed(b"ple\n", rows=1, escaped=False)
    assert head.header == ["city", "people"]


def test_rows_behind_the_head_change_nothing() -> None:
    head = TableHead(None)
    head.feed(b"7\n" * SNIFFED, rows=SNIFFED, escaped=False)
    head.feed(b"text\n" * SNIFFED, rows=2 * SNIFFED, escaped=False)
    head.finish(escaped=False)
    assert (head.header, head.kinds) == ([], ["number"])


def test_a_known_preamble_of_any_length_is_passed_over_whatever_stands_in_it() -> None:
    before, body = b"7\t8\n" * 3 * GUESSED_ROWS, b"size\tkind\n1\totter\n"
    for table in (before + body, before + b"\n\n" + body):
        for size in (1, 999, len(table)):
            head = TableHead()
            for piece in pieces_of(table, size):
                head.feed(piece, rows=1, escaped=False, known=3 * GUESSED_ROWS)
            head.finish(escaped=False, known=3 * GUESSED_ROWS)
            assert (head.preamble, head.header) == (3 * GUESSED_ROWS, ["size", "kind"])
            assert head.kinds == ["number", "text"]
            assert head.notes == ("7\t8",) * NOTED_ROWS


def test_a_preamble_ends_before_the_last_row() -> None:
    for table in (b"a\tb\nc\td\n", b"a\tb\nc\td", b"a\tb\nc\td\n\n"):
        head = TableHead(True)
        head.feed(table, rows=2, escaped=False, known=50)
        head.finish(escaped=False, known=50)
        assert (head.preamble, head.header, head.notes) == (1, ["c", "d"], ("a\tb",))


@pytest.mark.parametrize("columns", [5_000, GUESSED_COLUMNS + 1])
def test_a_header_longer_than_a_head_is_a_header(columns: int) -> None:
    names = b"\t".join(b"name%d" % column for column in range(columns)) + b"\n"
    body = (b"row" + b"\t7" * columns + b"\n") * 9
    assert len(names) > SNIFFED // 2
    for size in (SNIFFED, len(names) + len(body)):
        head = TableHead()
        for piece in pieces_of(names + body, size):
            head.feed(piece, rows=1, escaped=False)
        head.finish(escaped=False)
        assert (len(head.header), head.offset) == (columns + 1, 1)
        assert head.kinds[:2] == ["text", "number"]


def test_the_head_ends_at_the_same_row_however_it_arrives() -> None:
    table = b"7" * 1000 + b"\n"
    table = table * 80 + table.replace(b"7", b"x") * 100
    for size in (1000, SNIFFED, len(table)):
        head = TableHead()
        for piece in pieces_of(table, size):
            head.feed(piece, rows=1, escaped=False)
        head.finish(escaped=False)
        assert head.kinds == ["number"]
