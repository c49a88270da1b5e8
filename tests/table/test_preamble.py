"""Lines before the body change no other row, whatever stands in them."""

import pytest

from pagecast.table.layout import Layout
from pagecast.table.preamble import MAX_LINE, PreambleReader
from pagecast.table.spelling import Spelling
from tests.table.pieces import pieces_of

TEXT = b'"Report, of 2026"\r\n# made by "me, and you\r\n\r\nTotals, sums, means, medians\r\nnext,row\r\n'


@pytest.mark.parametrize("size", [1, 2, 7, len(TEXT)])
def test_each_line_is_read_by_itself_until_the_body(size: int) -> None:
    reader = PreambleReader(Layout(Spelling("comma"), "mended", usual=2, preamble=3))
    table = rest = b""
    for piece in pieces_of(TEXT, size):
        if not reader.left:
            rest += piece
            continue
        read, behind = reader.feed(piece)
        table, rest = table + read, rest + behind
    assert table == b'Report, of 2026\n# made by "me, and you\n\nTotals, sums, means, medians\n'
    assert rest == b"next,row\r\n"
    assert (reader.fields, reader.crlf, reader.left) == (1, 4, 0)


def test_a_text_may_end_within_its_preamble() -> None:
    reader = PreambleReader(Layout(Spelling("comma"), "mended", usual=2, preamble=9))
    assert reader.feed(b"a,b\nc") == (b"a\tb\n", b"")
    assert reader.finish() == b"c"


@pytest.mark.parametrize("size", [2**16, 2**20, 2**30])
def test_a_line_without_an_end_is_left_to_the_parser_of_the_body(size: int) -> None:
    reader = PreambleReader(Layout(Spelling("comma"), "mended", usual=2, preamble=9))
    text, given = b"title\n" + b"x" * (3 * MAX_LINE), b""
    for piece in pieces_of(text, size):
        if not reader.left:
            given += piece
            continue
        table, behind = reader.feed(piece)
        given += table + behind
    assert given == text
    assert reader.left == 0
    assert reader.finish() == b""
