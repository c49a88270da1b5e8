"""The kind of a column is that of nearly all its cells; anything odd is text."""

from datetime import UTC, date, datetime
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.columns import (
    KINDS,
    columns_of,
    is_date,
    kind_of,
    kinds_of,
    pack_kinds,
    unpack_kinds,
    unpack_lenses,
)
from pagecast.table.lenses import BLANK, MOSTLY, is_number

ROWS = st.lists(st.lists(st.sampled_from(["", "7", "x", "2026-11-21"]), max_size=5), max_size=5)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_that_python_writes_are_numbers(number: float) -> None:
    assert is_number(repr(number))


@pytest.mark.parametrize("cell", ["007", "+7", "-.5", "7.", "1e5", "1E-05", "9" * 400])
def test_numbers_are_numbers_however_they_are_written(cell: str) -> None:
    assert is_number(cell)


@pytest.mark.parametrize(
    "cell",
    ["", ".", "e5", "1e", "٣", "３", "1_000", " 7", "7 ", "7\n", "1,5", "0x10", "nan", "inf", "--7", "1.2.3", "7%"],
)
def test_other_cells_are_no_numbers_even_if_python_takes_them(cell: str) -> None:
    assert not is_number(cell)


@given(st.dates(), st.datetimes(timezones=st.just(UTC)))
def test_dates_that_python_writes_are_dates(day: date, moment: datetime) -> None:
    for cell in (day.isoformat(), moment.isoformat(), moment.isoformat(" "), f"{day:%Y-%m}".zfill(7)):
        assert is_date(cell)


@pytest.mark.parametrize(
    "cell", ["", "2026", "21.11.2026", "11/21/2026", "2026-1-1", "٢٠٢٦-11-21", "2026-11-21\n", "MARCH1"]
)
def test_other_dates_stay_text(cell: str) -> None:
    assert not is_date(cell)


@pytest.mark.parametrize("kind", ["number", "date"])
def test_a_column_has_the_kind_of_nearly_all_its_cells(kind: str) -> None:
    cell = {"number": "7", "date": "2026-11-21"}[kind]
    enough = round(MOSTLY * 100)
    assert kind_of([cell] * enough + ["odd"] * (100 - enough)) == kind
    assert kind_of([cell] * (enough - 1) + ["odd"] * (101 - enough)) == "text"


@given(st.lists(st.sampled_from(sorted(BLANK))))
def test_blank_cells_say_nothing(blanks: list[str]) -> None:
    assert kind_of(blanks) == "empty"
    assert kind_of([*blanks, "7"]) == "number"


@given(ROWS)
def test_ragged_rows_give_each_column_the_cells_it_has(rows: list[list[str]]) -> None:
    columns = [[cell for cell in column if cell is not None] for column in zip_longest(*rows)]
    assert columns_of(rows) == columns
    assert kinds_of(rows) == [kind_of(column) for column in columns]


def test_one_very_wide_row_costs_its_own_cells_and_not_those_of_all_rows() -> None:
    rows = [["name"]] * 1000 + [["7"] * 300_000]
    assert kinds_of(rows) == ["text"] + ["number"] * 299_999


@given(st.lists(st.sampled_from([*((kind, "") for kind in KINDS), ("number", "point"), ("number", "comma")])))
def test_kinds_and_lenses_are_unpacked_as_they_were_packed(columns: list[tuple[str, str]]) -> None:
    kinds, lenses = [kind for kind, _ in columns], [lens for _, lens in columns]
    packed = pack_kinds(kinds, lenses)
    assert (unpack_kinds(packed), unpack_lenses(packed)) == (tuple(kinds), tuple(lenses))
    assert len(packed) <= 2 * len(kinds)


def test_kinds_from_before_there_were_lenses_mean_what_they_meant() -> None:
    assert pack_kinds(KINDS) == "tnde"
    assert unpack_kinds("tn2de") == ("text", "number", "number", "date", "empty")
    assert unpack_lenses("tn2de") == ("",) * 5


def test_the_kinds_of_a_wide_table_take_a_few_bytes() -> None:
    assert pack_kinds(["text", *["number"] * 19_999]) == "tn19999"
