"""Literal and quoted parsing, against a parser of single characters."""

import re
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.table.escapes import MEND_MARK, unescape
from pagecast.table.literal import LiteralParser
from pagecast.table.pairing import UNKNOWN_SHAPE
from pagecast.table.quoted import BLOCK_BYTES, MAX_ROW, QuotedParser
from pagecast.table.spelling import DELIMITERS as NAMED
from pagecast.table.spelling import Spelling

DELIMITERS = st.sampled_from("\t,;|")
NAMES = {text: name for name, text in NAMED.items()}
CUTS = st.lists(st.integers(0, 200), max_size=4)
TEXT = st.text(
    st.sampled_from('a"",\t;|\r\n\ufdd0\ufdd1\ufdd2\ufdd3é東') | st.characters(exclude_categories=["Cs"]), max_size=40
)


def feed(reading: LiteralParser | QuotedParser, data: bytes, cuts: list[int]) -> bytes:
    ends = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return b"".join(reading.feed(data[begin:end]) for begin, end in pairwise(ends)) + reading.finish()


def table_of(inner: bytes) -> list[list[str]]:
    return [[unescape(cell) for cell in line.split("\t")] for line in inner.decode().split("\n") if line]


class Told(NamedTuple):
    rows: list[list[str]]
    broken: bool
    fields: int
    crlf: int


def read_one_by_one(text: str, delimiter: str, line_ends: tuple[str, ...] = ("\r\n", "\n")) -> Told:
    """Parse by RFC 4180, one character at a time."""
    rows: list[list[str]] = []
    row: list[str] = []
    fields = crlf = i = line = 0
    while True:
        cell = ""
        if text[i : i + 1] == '"':
            fields += 1
            i += 1
            while True:
                close = text.find('"', i)
                if close < 0:
                    return Told(rows, True, fields, crlf)
                cell += text[i:close]
                i = close + 1
                if text[i : i + 1] != '"':
                    break
                cell += '"'
                i += 1
            if i < len(text) and not text.startswith((delimiter, *line_ends), i):
                return Told(rows, True, fields, crlf)
        while i < len(text) and not text.startswith((delimiter, *line_ends), i):
            cell += text[i]
            i += 1
        row.append(cell)
        if text.startswith(delimiter, i):
            i += 1
            continue
        if i > line:  # an empty line is no row, but one of two quotes is
            rows.append(row)
        row = []
        if i == len(text):
            return Told(rows, False, fields, crlf)
        crlf += text.startswith("\r\n", i)
        i += 2 if text.startswith("\r\n", i) else 1
        line = i


@given(TEXT, DELIMITERS, CUTS)
@example('a\r\n""\r\n"";b\n""', ";", [4])
@example('"a\r', ",", [])
@example('"a"\r', ",", [2])
def test_quoted_parsing_follows_rfc_4180_wherever_the_bytes_are_cut(text: str, delimiter: str, cuts: list[int]) -> None:
    told = read_one_by_one(text, delimiter)
    quoted = QuotedParser(Spelling(NAMES[delimiter]))
    inner = feed(quoted, text.encode(), cuts)
    assert (quoted.mended > 0) == told.broken
    if not told.broken:
        assert table_of(inner) == told.rows
        assert (quoted.fields, quoted.crlf) == (told.fields, told.crlf)


@given(TEXT, DELIMITERS, CUTS, CUTS)
def test_quoted_parsing_may_begin_at_the_first_field_with_a_quote(
    text: str, delimiter: str, cuts: list[int], others: list[int]
) -> None:
    plain = re.sub('["\ufdd0-\ufdd3]', "'", text)  # the literal reading marks nothing
    literal = LiteralParser(Spelling(NAMES[delimiter]))
    ends = sorted({0, len(plain.encode()), *(cut % (len(plain.encode()) + 1) for cut in others)})
    before = b"".join(literal.feed(plain.encode()[begin:end]) for begin, end in pairwise(ends))
    quoted = QuotedParser.after(literal, Spelling(NAMES[delimiter]), UNKNOWN_SHAPE)
    inner = before + feed(quoted, text.encode(), cuts)
    told = read_one_by_one(plain + text, delimiter)
    assert (quoted.mended > 0) == told.broken
    assert told.broken or table_of(inner) == told.rows


@given(TEXT, DELIMITERS, CUTS)
def test_literal_parsing_splits_at_delimiters_and_line_ends_only(text: str, delimiter: str, cuts: list[int]) -> None:
    literal = LiteralParser(Spelling(NAMES[delimiter]))
    inner = feed(literal, text.encode(), cuts)
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line]
    cells = [line.split("\t") for line in inner.decode().split("\n") if line]
    if delimiter != "\t":
        cells = [[unescape(cell) for cell in row] for row in cells]
    assert cells == [line.split(delimiter) for line in lines]
    assert literal.crlf == text.count("\r\n")


@given(TEXT, DELIMITERS, CUTS)
def test_a_lone_cr_ends_lines_where_the_file_has_no_other_line_end(text: str, delimiter: str, cuts: list[int]) -> None:
    text = text.replace("\n", "")
    by_cr, by_lf = QuotedParser(Spelling(NAMES[delimiter], line_end="cr")), QuotedParser(Spelling(NAMES[delimiter]))
    pairs: list[tuple[LiteralParser | QuotedParser, LiteralParser | QuotedParser]] = [(by_cr, by_lf)]
    pairs.append((LiteralParser(Spelling(NAMES[delimiter], line_end="cr")), LiteralParser(Spelling(NAMES[delimiter]))))
    for one, other in pairs:
        assert feed(one, text.encode(), cuts) == feed(other, text.replace("\r", "\n").encode(), [])
    assert by_cr.mended == by_lf.mended


@given(st.binary(max_size=200))
def test_a_clean_table_comes_back_as_the_very_same_bytes(data: bytes) -> None:
    if not data.endswith(b"\r"):
        data = re.sub(rb"\r+\n", b"\n", data)
        assert LiteralParser().feed(data) is data


def test_a_row_begins_before_its_fields_of_several_lines() -> None:
    quoted = QuotedParser(Spelling("comma"))
    inner = feed(quoted, b'a,"b\nc",d"e",f,"g\nh,i', [])
    assert table_of(inner.replace(bytes([MEND_MARK]), b'"')) == [["a", "b\nc", 'd"e"', "f", '"g'], ["h", "i"]]


def test_fields_longer_than_a_block_stay_whole() -> None:
    long = "é,\n" * BLOCK_BYTES
    inner = feed(
        QuotedParser(Spelling("comma")), f'a,"{long}",b\n"c"\n'.encode(), [1, BLOCK_BYTES, 3 * BLOCK_BYTES + 1]
    )
    assert table_of(inner) == [["a", long, "b"], ["c"]]


def test_a_run_of_quotes_without_end_is_given_up() -> None:
    quoted = QuotedParser()
    for _ in range(3):
        quoted.feed(b'"' * MAX_ROW)
    assert quoted.lost


@pytest.mark.parametrize("unit", [b"\r", b"\xef", b"\xef\xb7", b"\r\r\n", b"\xb7", b"a\r"])
@pytest.mark.parametrize("spelling", [Spelling(), Spelling("comma"), Spelling(line_end="crcrlf")])
def test_little_is_kept_back_of_any_run(spelling: Spelling, unit: bytes) -> None:
    """Kept bytes are parsed again with the next piece: a long run of them would take quadratic time."""
    literal = LiteralParser(spelling)
    fed = given_back = 0
    for _ in range(5):
        fed += 1000 * len(unit)
        given_back += len(literal.feed(unit * 1000))
        assert len(literal.kept) <= 3
    assert given_back >= fed // 3
