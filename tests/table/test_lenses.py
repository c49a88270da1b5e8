"""A lens reads the numbers of a column as they are written there, and says which lens it is."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.columns import evidence_of_columns, kind_of, kinds_of
from pagecast.table.ingest import Ingest
from pagecast.table.lenses import BLANK, LENSES, is_blank, settle, value_of
from tests.vectors import examples

(EXAMPLES,) = map(json.loads, examples("json numbers"))
GAPS = ["", " ", "\xa0", "\u202f", "\u2009", "'", "’"]
UNITS = ["", "%", "€", "$", "EUR", "CHF", "kr"]


def lens_of(*cells: str, delimiter: str = "tab") -> str:
    """The lens of a table's one column."""
    return lenses_of(cells, delimiter=delimiter)[0]


def lenses_of(*columns: tuple[str, ...], delimiter: str = "tab") -> list[str]:
    rows = [list(row) for row in zip(*columns, strict=True)]
    return settle(evidence_of_columns(rows, kinds_of(rows)), delimiter)


@pytest.mark.parametrize("lens", LENSES)
def test_each_cell_of_the_protocol_reads_as_it_says(lens: str) -> None:
    for cell, number in EXAMPLES[lens].items():
        assert value_of(cell, lens) == (None if number is None else Decimal(number)), cell


def test_the_protocol_lists_the_blank_cells() -> None:
    assert set(EXAMPLES["blank"]) == BLANK
    assert all(is_blank(f" {cell}\xa0") for cell in BLANK)
    assert not is_blank("0")


def written(number: Decimal, mark: str, gap: str) -> str:
    """A number as people write it: thousands apart, and a decimal mark."""
    return f"{number:,f}".replace(",", "_").replace(".", mark).replace("_", gap)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4),
    st.sampled_from([("point", ".", ","), ("comma", ",", ".")]),
    st.sampled_from(GAPS),
    st.sampled_from(UNITS),
    st.booleans(),
    st.booleans(),
)
def test_a_written_number_reads_back_equal(
    number: Decimal, marks: tuple[str, str, str], gap: str, unit: str, grouped: bool, first: bool
) -> None:
    lens, mark, group = marks
    text = written(number, mark, group if grouped else gap)
    cell = f" {unit} {text}" if first else f"{text} {unit} "
    assert value_of(cell, lens) == number
    assert kind_of([cell]) == "number"


@given(st.text(max_size=20))
def test_a_lens_reads_any_text_or_leaves_it(cell: str) -> None:
    plain, *others = (value_of(cell, lens) for lens in LENSES)
    if plain is not None:
        assert others[0] == plain, "point reads all that is plain"


@pytest.mark.parametrize(
    ("cells", "lens"),
    [
        (["1", "22", "333"], ""),
        (["1.5", "0.125", "1e5"], ""),
        (["1,234", "12"], "point"),
        (["1,234,567", "12"], "point"),
        (["1,234.5", "12"], "point"),
        (["1,5", "12"], "comma"),
        (["1,2345"], "comma"),
        (["1234,567"], "comma"),
        (["0,125"], "comma"),
        (["1.234", "1.234.567"], "comma"),
        (["1.234,50", "950"], "comma"),
        (["$12.50", "$7"], "point"),
        (["12,50 €", "7 €"], "comma"),
        (["12%", "7%"], "point"),
        (["  7", " 12"], "point"),
        (["1 234", "12 345 678"], "point"),
        (["1'234.5"], "point"),
        (["1,5", "-", "n/a", "NULL", "  "], "comma"),
        (["1,5", "inf"], "comma"),
    ],
)
def test_a_column_has_the_lens_that_its_cells_show(cells: list[str], lens: str) -> None:
    assert kind_of(cells) == "number"
    assert lens_of(*cells) == lens


@pytest.mark.parametrize(
    "cells",
    [
        ["1.234.567-8", "9.876.543-2"],
        ["0123 456 789"],
        ["10.0.0.1"],
        ["12:30"],
        ["21.11.2026"],
        ["ABC 1", "ABC 2"],
        ["$5", "5 €", "5 £"],
        ["12 kg", "7 kg"],
        ["+", "-"],
        ["1,2,3"],
    ],
)
def test_names_and_amounts_in_several_currencies_stay_text(cells: list[str]) -> None:
    assert kind_of(cells) == "text"


def test_what_can_be_read_in_two_ways_follows_the_other_columns_and_then_the_delimiter() -> None:
    either, pointed = ("1,234", "2,345"), ("1.234", "2.345")
    assert lenses_of(either) == ["point"]
    assert lenses_of(either, delimiter="semicolon") == ["comma"]
    assert lenses_of(either, ("0,5", "7,25")) == ["comma", "comma"]
    assert lenses_of(pointed, ("0,5", "7,25")) == ["comma", "comma"]
    assert lenses_of(either, ("0.5", "7.25"), delimiter="semicolon") == ["point", ""]
    assert lenses_of(pointed, ("1", "2")) == ["", ""]
    assert lenses_of(("1.234e-05", "2.345e-07"), ("0,5", "7,25"))[0] == ""


def test_infinity_counts_as_a_number_and_is_one() -> None:
    assert kind_of(["0.25", "inf", "-Inf", "nan"]) == kind_of(["Infinity"]) == "number"
    assert value_of("-inf") == Decimal("-Infinity")
    assert value_of(" ∞ ", "point") == Decimal("Infinity")
    assert value_of("inference") is None


def test_one_stray_note_in_twenty_leaves_the_lens() -> None:
    assert lens_of(*["1,5"] * 19, "none yet") == "comma"
    assert kind_of(["1,5"] * 18 + ["none yet"]) == "text"


def test_a_header_of_names_stands_over_numbers_of_any_lens() -> None:
    for first, header in (("Ort\tPreis", ["Ort", "Preis"]), ("Bonn\t1,5", [])):
        ingest = Ingest()
        ingest.feed(f"{first}\nOslo\t2,5\nQuito\t3,5\n".encode())
        ingest.finish()
        assert (ingest.header, ingest.kinds, ingest.lenses) == (header, ["text", "number"], ["", "comma"])


def test_the_text_never_changes() -> None:
    data = " 1.234,50 €\tNULL\n007\t-\n".encode()
    ingest = Ingest()
    piece = ingest.feed(data)
    assert piece.table + ingest.finish().table == data
