"""Escapes: each cell comes back as it was, however its bytes are cut."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Dialect
from pagecast.table.escapes import CellUnescaper, escape, is_escaped, unescape
from tests.table.pieces import CUTS, cut

TEXT = st.text(st.sampled_from("a\ufdd0\ufdd1\ufdd2\ufdd3\ufdcf\ufdd4東") | st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_text_comes_back_as_it_was(text: str) -> None:
    assert unescape(escape(text.encode()).decode()) == text


@given(TEXT, CUTS)
def test_a_cell_can_be_unescaped_in_pieces(text: str, places: list[int]) -> None:
    cell = CellUnescaper()
    pieces = [cell.feed(piece) for piece in cut(escape(text.encode()), places)]
    assert b"".join([*pieces, cell.finish()]) == text.encode()


def test_half_a_character_at_the_end_of_a_cell_is_replaced() -> None:
    cell = CellUnescaper()
    assert cell.feed("é".encode()[:1]) + cell.finish() == "\ufffd".encode()


def test_only_literal_tab_separated_text_needs_no_escapes() -> None:
    plain = Dialect("none", "utf-8", False, "tab", "crlf", "literal", True)
    assert not is_escaped(plain)
    for other in ({"quoting": "quoted"}, {"quoting": "mended"}, {"delimiter": "comma"}, {"line_end": "cr"}):
        assert is_escaped(changed(plain, **other))
