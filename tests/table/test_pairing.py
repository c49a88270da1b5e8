"""Quotes pair where they belong together, and a stray one harms its own row only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.escapes import MEND_MARK, unescape
from pagecast.table.pairing import GIVEN_UP, Shape
from pagecast.table.quoted import QuotedParser
from pagecast.table.spelling import Spelling

COMMA = Spelling("comma")
SHAPE = Shape(3, (0, 2))


def parse(text: str, shape: Shape = SHAPE) -> tuple[list[list[str]], QuotedParser]:
    quoted = QuotedParser(COMMA, shape)
    table = (quoted.feed(text.encode()) + quoted.finish()).replace(bytes([MEND_MARK]), b'"').decode()
    return [[unescape(cell) for cell in line.split("\t")] for line in table.splitlines() if line], quoted


@given(st.integers(0, 40), st.integers(1, 30))
def test_a_quote_that_is_closed_by_chance_swallows_nothing(opened: int, later: int) -> None:
    rows = [[str(row), f"note {row}", str(row)] for row in range(80)]
    rows[opened][1] = '"' + rows[opened][1]
    rows[opened + later][1] += '"'
    found, quoted = parse("".join(",".join(row) + "\n" for row in rows))
    assert found == rows
    assert (quoted.mended, quoted.fields) == (1, 0)


@given(st.integers(2, 9))
def test_a_field_whose_lines_are_no_rows_stays_whole(lines: int) -> None:
    note = "\n".join(f"line {line}, of text" for line in range(lines))
    rows = [["1", "plain", "2"], ["3", note, "4"], ["5", "plain", "6"]]
    found, quoted = parse("".join(f'{one},"{two}",{three}\n' for one, two, three in rows))
    assert found == rows
    assert (quoted.mended, quoted.fields) == (0, 3)


@pytest.mark.parametrize("stray", ['"x', 'x"', 'a "x" b', '""x', 'x""'])
def test_a_stray_quote_changes_no_other_row(stray: str) -> None:
    lines = [f'{row},"a, note {row}",{row}\n' for row in range(20)]
    clean, _ = parse("".join(lines))
    for place in range(20):
        dirty = [*lines]
        dirty[place] = f'{place},"{stray}",{place}\n'
        found, _ = parse("".join(dirty))
        assert found[:place] + found[place + 1 :] == clean[:place] + clean[place + 1 :]
        assert len(found[place]) == 3


def test_quotes_are_given_up_where_none_of_them_pair() -> None:
    dense = 'n,"a b,1\n' * (GIVEN_UP + 5)
    assert parse(dense, Shape(3))[1].given_up
    assert not parse(dense + 'n,"a, b",1\n', Shape(3))[1].mended > GIVEN_UP + 5
    assert not parse('n,"a, b",1\n' * (GIVEN_UP + 5) + dense, Shape(3))[1].given_up
