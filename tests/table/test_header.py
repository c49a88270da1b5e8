"""The guess at a header holds for real files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.header import TableHead
from pagecast.table.layout import SNIFFED
from pagecast.table.names import evidence, has_header


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
