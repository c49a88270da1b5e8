"""A text is respelled alike however its bytes arrive, and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import TooFewRows
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Choices
from pagecast.table.escapes import BLANK_MARK, DELIMITER_MARK, ESCAPE_LEAD_MARK, PLAIN_MARK, QUOTE_MARK
from pagecast.table.spelling import DELIMITERS, MAX_BLANKS, TERMINATED, Respeller, Spelling
from tests.table.pieces import CUTS, cut
from tests.table.reading import Read, read

LONG_DELIMITERS = ["::", "||", "#|#", "¦", TERMINATED]
SPELLED = [*DELIMITERS, *LONG_DELIMITERS, "\x01"]
LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "crcrlf": "\r\r\n"}

SPELLINGS = st.builds(
    Spelling,
    st.sampled_from(SPELLED),
    st.sampled_from("\"'"),
    st.sampled_from(["doubled", "backslash"]),
    st.booleans(),
    st.sampled_from(["lf", "cr", "crcrlf", "any"]),
    st.sampled_from(["", "#", "//", "::"]),
)


def texts_of(delimiter: str, quote: str) -> st.SearchStrategy[str]:
    """Texts of what is hard to tell apart: parts of delimiters, blanks, quotes, escapes, comments and line ends."""
    written = DELIMITERS.get(delimiter, delimiter)
    parts = ["a", "7", "é", " ", "  ", "\\", "\\" + quote, quote, 2 * quote, written, written + " ", quote + " "]
    parts += [quote + " " + written, written[0], written[-1], *LINE_ENDS.values(), "\t|\n", "#", "//", "/", "\ufdd0"]
    return st.lists(st.sampled_from(parts), max_size=40).map("".join)


def respelled(spelling: Spelling, pieces: list[bytes]) -> bytes:
    respeller = Respeller(spelling)
    return b"".join(map(respeller.feed, pieces)) + respeller.finish()


@given(SPELLINGS, st.data(), CUTS)
def test_a_text_is_respelled_alike_wherever_its_bytes_are_cut(
    spelling: Spelling, data: st.DataObject, places: list[int]
) -> None:
    text = data.draw(texts_of(spelling.delimiter, spelling.quote)).encode()
    whole = respelled(spelling, [text])
    assert respelled(spelling, cut(text, places)) == whole
    assert respelled(spelling, cut(text, range(len(text)))) == whole


@pytest.mark.parametrize("delimiter", LONG_DELIMITERS)
@pytest.mark.parametrize("times", [1, 2, 3, 7])
def test_a_long_delimiter_is_found_from_the_left(delimiter: str, times: int) -> None:
    written, mark = delimiter.encode(), bytes([DELIMITER_MARK])
    text = b"a" + (written * times)[:-1] + b"b"
    expected = text.replace(written, mark)
    for pieces in ([text], cut(text, range(len(text)))):
        assert respelled(Spelling(delimiter), pieces) == expected


@pytest.mark.parametrize(("line_end", "written"), [("lf", "\n"), ("lf", "\r\n"), ("crcrlf", "\r\r\n"), ("cr", "\r")])
def test_rows_that_end_with_a_part_of_the_delimiter_have_no_cell_more(line_end: str, written: str) -> None:
    text = ("1\t|\tx\t|" + written).encode()
    assert respelled(Spelling(TERMINATED, line_end=line_end), [text]) == b"1\xf7x" + written.encode()


@pytest.mark.parametrize("blanks", [1, 2, MAX_BLANKS, MAX_BLANKS + 1, 3 * MAX_BLANKS])
def test_blanks_behind_a_delimiter_belong_to_it_however_many(blanks: int) -> None:
    text = b"a," + b" " * blanks + b'"b"'
    for pieces in ([text], cut(text, [2]), cut(text, [3, 2 + blanks]), cut(text, range(len(text)))):
        spelled = respelled(Spelling("comma", skip_initial_space=True), pieces)
        assert spelled == b"a," + bytes([BLANK_MARK]) * blanks + b'"b"'


def test_blanks_elsewhere_are_text() -> None:
    spelling = Spelling("comma", skip_initial_space=True)
    text = b'  a  ,"b" ,"c"  d'
    assert respelled(spelling, [text]) == text.replace(b'" ,', b'"%c,' % BLANK_MARK)


@pytest.mark.parametrize("line_end", ["lf", "cr", "any"])
def test_a_comment_is_one_cell_and_ends_with_its_line(line_end: str) -> None:
    end = b"\n" if line_end == "lf" else b"\r"
    text = b'//a,"b"' + end + b"c,d//" + end + b"//"
    spelled = respelled(Spelling("comma", line_end=line_end, comment="//"), [text])
    assert spelled.count(b",") == 1
    assert spelled.replace(b"%c" % PLAIN_MARK, b",").replace(b"%c" % QUOTE_MARK, b'"').replace(b"\xc1", b"\r") == text


def test_a_backslash_escapes_a_quote_and_itself_only() -> None:
    spelled = respelled(Spelling(escape="backslash"), [rb"\"\\\n\a"])
    assert spelled == b"%c%c%c\\\\n\\a" % (ESCAPE_LEAD_MARK, QUOTE_MARK, ESCAPE_LEAD_MARK)


CHOICES = st.builds(
    Choices,
    st.none(),
    st.none(),
    st.sampled_from([None, "literal", "quoted", "mended"]),
    st.sampled_from([None, True, False]),
    st.none(),
    st.sampled_from([None, "doubled", "backslash"]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "lf", "cr", "crcrlf"]),
    st.sampled_from([None, "", "#", "//"]),
    st.sampled_from([None, 0, 1, 2]),
)


def facts(done: Read) -> tuple[object, ...]:
    """What is told of a file."""
    ingest = done.ingest
    names = (ingest.header, ingest.header_offset, ingest.other_headers, ingest.preamble, ingest.notes, ingest.kinds)
    mended = (ingest.mended, ingest.mended_rows, ingest.irregular, ingest.usual_cells)
    return done.rows, ingest.dialect, names, mended


def outcome(pieces: list[bytes], choices: Choices) -> object:
    """What is told of a file that arrives in these pieces, or why it is refused."""
    try:
        return facts(read(pieces, choices))
    except TooFewRows as refused:
        return str(refused)


@given(CHOICES, st.sampled_from(SPELLED), st.sampled_from("\"'"), st.data(), CUTS)
def test_a_file_is_read_alike_however_it_is_spelled_and_arrives(
    choices: Choices, delimiter: str, quote: str, data: st.DataObject, places: list[int]
) -> None:
    file = ("a" + data.draw(texts_of(delimiter, quote))).encode()
    chosen = changed(choices, delimiter=delimiter, quote=quote)
    whole = outcome([file], chosen)
    for pieces in (cut(file, places), cut(file, range(len(file)))):
        assert outcome(pieces, chosen) == whole
