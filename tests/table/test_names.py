"""Years, steps and shapes tell names from values."""

import pytest

from pagecast.table.names import has_header, has_same_shape, is_sequence


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (["region", "2023", "2024"], ["EMEA", "10", "20"], True),
        (["", "2019", "2020", "2021"], ["c0", "0.5", "0.6", "0.7"], True),
        (["id", "1", "2", "3"], ["x", "0.4", "0.1", "0.2"], True),
        (["Oslo", "1990", "1991"], ["Quito", "1993", "1995"], False),  # the rows below have years, too
        (["2019", "2020", "2021"], ["5", "6", "7"], False),  # nothing but numbers
        (["2024-05-01", "rain"], ["2024-05-02", "sun"], False),
        (["day", "weather"], ["2024-05-02", "sun"], True),
    ],
)
def test_numbers_are_names_where_the_body_says_so(first: list[str], second: list[str], named: bool) -> None:
    assert has_header(first, [second] * 3) == named


def test_a_header_that_is_repeated_whole_begins_another_table() -> None:
    table = [["Ann", "31"], ["Bob", "27"], ["name", "age"], ["Cid", "45"]]
    assert has_header(["name", "age"], table)
    assert not has_header(["Ann", "Oslo"], [["Bob", "Bergen"], ["Ann", "Oslo"]])


def test_a_code_above_codes_of_the_same_shape_is_no_name() -> None:
    codes = ["CD-20", "EF-31", "XY-99"]
    assert has_same_shape("AB-17", codes)
    assert not has_same_shape("code", codes)
    assert not has_same_shape("AB-17", codes[:2])


def test_years_may_descend_but_not_repeat() -> None:
    assert is_sequence(["2022", "2021"])
    assert not is_sequence(["2021", "2021"])
