"""Rows are searched as bytes, whatever stands for a letter and wherever a block ends."""

from string import ascii_lowercase

from hypothesis import assume, given
from hypothesis import strategies as st

from pagecast.table.matches import alike
from pagecast.table.row_search import GUISES, RowSearch, can_search


def test_no_letter_has_another_guise() -> None:
    others = {letter: [one for one in alike(letter) if not one.isascii()] for letter in ascii_lowercase}
    assert {letter: other for letter, (other,) in ((letter, one) for letter, one in others.items() if one)} == GUISES


def test_rows_are_counted_on_from_block_to_block() -> None:
    search = RowSearch("x)", case=False)
    blocks = [b"\n\nx)\n", b"a\tX)\tx)\n\nx\n", b"", b")\nx\t)\n\x58\t)\nX)"]
    assert [search.rows(block).tolist() for block in blocks] == [[1], [2], [], [7]]
    assert search.seen == 7


@given(
    text=st.sampled_from(["a", "k", "ak", "a)", "1", "É"]),
    rows=st.lists(st.text("aAkK\N{KELVIN SIGN})1É!\x01", max_size=4), min_size=1),
    case=st.booleans(),
)
def test_a_text_that_is_often_there_is_found_in_the_same_rows(text: str, rows: list[str], case: bool) -> None:
    assume(can_search(text, case=case))
    once, often = RowSearch(text, case=case), RowSearch(text, case=case)
    often._is_often = True
    block = "".join(f"{row}\n" for row in rows).encode()
    assert often.rows(block).tolist() == once.rows(block).tolist()


def test_a_text_that_turns_out_to_be_often_there_is_sought_in_another_way() -> None:
    search = RowSearch("a", case=False)
    assert search.rows(b"a\n" * 3000 + b"b\n").tolist() == list(range(1, 3001))
    assert search._is_often
    assert search.rows(b"b\n" * 3000 + b"A\n").tolist() == [6002]
    assert not search._is_often
