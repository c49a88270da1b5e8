"""A row is found in a stored answer wherever the bytes of its number stand."""

from array import array
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.edges.stored_answers import find_number
from pagecast.protocol.errors import QueryFailed

ROWS = st.integers(1, 2**32 - 1) | st.integers(1, 300)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers") / "answer"


@given(st.lists(ROWS, unique=True), ROWS)
@example([0x01000000, 0x00000002, 1], 1)
@example([0x00010000, 0x00010002], 0x00020001)
def test_a_row_is_where_it_stands_in_the_answer(path: Path, rows: list[int], row: int) -> None:
    path.write_bytes(array("I", rows).tobytes())
    for one in (row, *rows[:3], *rows[-3:]):
        assert find_number(path, one) == (rows.index(one) if one in rows else None)


def test_an_answer_that_is_kept_no_longer_is_said(tmp_path: Path) -> None:
    with pytest.raises(QueryFailed):
        find_number(tmp_path / "gone", 7)
