"""The body of a table begins behind titles, comments and blank rows, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.body import Body, find_body, usual_cells


def rows(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.strip("\n").splitlines()]


TABLE = "city|code|people\nOslo|NO|709037\nQuito|EC|2011388\nLima|PE|10092000\n"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "Report of the year\n",
        "Report of the year||\n||\n",
        "# a comment\n# another | with a bar\n",
        "sep=;\n",
        "From|2026-01-01\nTo|2026-12-31\n",
        "!Series_title|Cities|of|the|world\n!Series_type|list|of|the|world\n",
    ],
)
def test_lines_before_the_header_are_its_preamble(before: str) -> None:
    assert find_body(rows(before + TABLE)).preamble == before.count("\n")


def test_a_comment_as_wide_as_the_table_is_its_header() -> None:
    assert find_body(rows("# from a program\n#id|name|size\na|b|1\nc|d|2\n")) == Body(1, True)
    assert find_body(rows("#exported|by|me\nname|kind|size\na|b|1\nc|d|2\n")) == Body(1, None)


def test_a_header_that_lacks_its_first_name_is_no_title() -> None:
    assert find_body(rows("mpg|cyl\nMazda|21|6\nDatsun|22|4\nHornet|21|6\n")) == Body(0, True)


@given(st.lists(st.lists(st.sampled_from(["", "a", "#", "7"]), min_size=1, max_size=5), min_size=1, max_size=9))
def test_rows_of_any_shape_have_a_body_or_all_of_them_are_one(table: list[list[str]]) -> None:
    assert 0 <= find_body(table).preamble < len(table)
    assert usual_cells(table) in {len(row) for row in table}


def test_rows_that_differ_in_width_have_no_titles() -> None:
    assert find_body([["set", *map(str, range(width))] for width in range(3, 30)]) == Body(0, None)
