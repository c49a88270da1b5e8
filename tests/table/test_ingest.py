"""Every line of a file becomes a row, whatever its bytes and however they arrive."""

import csv
import io
import re
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pagecast.protocol.errors import EmptyFile, NotATable
from pagecast.protocol.tables import Choices, EncodingGuess
from pagecast.table.cells import rows_of
from pagecast.table.encoding import BOMS, ENCODINGS
from pagecast.table.header import GUESSED_COLUMNS
from pagecast.table.index import entries_of, index_entries, page_bytes
from pagecast.table.ingest import GuessRevised, Ingest
from pagecast.table.layout import SNIFFED
from pagecast.table.signatures import HEAD_BYTES
from pagecast.table.spelling import DELIMITERS
from tests.table.pieces import CUTS, TABLES, cut, pieces_of
from tests.table.reading import read
from tests.table.test_parsers import read_one_by_one

BOM = "\ufeff".encode()

LETTERS = st.sampled_from('a7."\u00e9東😀 ,;#|\\\x00\ufdd0\ufdd2\ufffd')
CELLS = st.text(LETTERS, max_size=4)
ANY_CELLS = st.text(LETTERS | st.sampled_from('\t\n\r""') | st.characters(exclude_categories=["Cs"]), max_size=5)


def rows(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=12)


@given(
    rows(ANY_CELLS),
    st.sampled_from(sorted(DELIMITERS)),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "gb18030", *(name for name, _ in BOMS)]),
    st.booleans(),
    CUTS,
)
def test_rows_written_with_quotes_are_read_as_they_were_written(
    written: list[list[str]], delimiter: str, line_end: str, encoding: str, guessed: bool, places: list[int]
) -> None:
    file = io.StringIO()
    returns = any("\r" in cell for row in written for cell in row)
    csv.writer(
        file,
        delimiter=DELIMITERS[delimiter],
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL,  # else it writes a CR as if it ended no line
    ).writerows(written)
    text = file.getvalue()
    assume(encoding != "utf-16-le" or not text.startswith("\x00"))  # or it begins like UTF-32
    mark = dict(BOMS).get(encoding, b"") if guessed else b""
    choices = Choices(
        encoding=None if mark else encoding,
        delimiter=delimiter,
        quoting="quoted",
        escape="doubled",  # or a cell that is a backslash might escape its quote
        skip_initial_space=False,
    )
    assume(not read_one_by_one(text, DELIMITERS[delimiter]).broken)
    done = read(cut(mark + text.encode(encoding), places), choices)
    assert done.ingest.dialect.quoting == "quoted"
    assert done.rows == written
    assert done.ingest.scanner.rows == len(written)


@given(
    rows(CELLS),
    st.sampled_from(sorted(DELIMITERS)),
    st.lists(st.sampled_from(["\n", "\r\n"]), min_size=1, max_size=3) | st.just(["\r"]),
    st.sampled_from(["utf-8", "gb18030", *(name for name, _ in BOMS)]),
    st.booleans(),
    CUTS,
)
def test_rows_written_without_quotes_are_read_as_they_were_written(
    written: list[list[str]], delimiter: str, line_ends: list[str], encoding: str, final: bool, places: list[int]
) -> None:
    separator = DELIMITERS[delimiter]
    written = [[cell.replace(separator, "") for cell in row] for row in written]
    written = [row for row in written if row != [""]] or [["a"]]
    ends = [line_ends[row % len(line_ends)] for row in range(len(written))]
    ends[-1] = ends[-1] if final else ""
    text = "".join(separator.join(row) + end for row, end in zip(written, ends, strict=True))
    assume(encoding != "utf-16-le" or not text.startswith("\x00"))  # or it begins like UTF-32
    mark = dict(BOMS).get(encoding, b"")
    choices = Choices(
        encoding=None if mark else encoding, delimiter=delimiter, quoting="literal", skip_initial_space=False
    )
    done = read(cut(mark + text.encode(encoding), places), choices)
    assert done.rows == written
    ingest = done.ingest
    assert (ingest.scanner.rows, ingest.scanner.columns) == (len(written), max(map(len, written)))
    assert ingest.dialect.bom == (mark != b"")
    crlf, all_ends = ends.count("\r\n"), ends.count("\r\n") + ends.count("\n")
    expected = "cr" if "\r" in ends else "lf" if crlf == 0 else "crlf" if crlf == all_ends else "mixed"
    assert ingest.dialect.line_end == expected
    assert ingest.header[ingest.header_offset :] in ([], *written)


def by_the_rule(text: str, line_end: str) -> tuple[str, list[list[str]]]:
    """Return the right quoting of a tab-separated text and its rows, by a parser of single characters.

    The quoting is empty where a field does not close, so that it depends on what mending makes of it.
    """
    text = text.removesuffix("\n") + "\r" if line_end == "cr" and text.endswith("\n") else text
    line_ends = {"cr": ("\r\n", "\r"), "any": ("\r\n", "\n", "\r"), "crcrlf": ("\r\r\n", "\r\n", "\n")}.get(
        line_end, ("\r\n", "\n")
    )
    literal = [line.split("\t") for line in re.split("|".join(line_ends), text) if line]
    told = read_one_by_one(text, "\t", line_ends)
    holds = any(separator in cell for row in told.rows for cell in row for separator in ("\t", line_ends[-1]))

    def irregular(rows: list[list[str]]) -> int:
        widths = [len(row) for row in rows]
        return len(rows) - max(map(widths.count, widths), default=0)

    is_column = max(map(len, literal + told.rows)) == 1
    if told.fields == 0 or (is_column and 2 * told.fields <= len(told.rows)):
        return "literal", literal
    if told.broken or holds:
        return "", literal
    return ("literal", literal) if irregular(told.rows) > irregular(literal) else ("quoted", told.rows)


def without_quotes(text: str) -> list[str]:
    """Return the lines of a text without its quotes, and without the lines that are nothing but quotes."""
    return [line for line in text.replace('"', "").replace("\r", "\n").split("\n") if line]


@given(TABLES, CUTS)
@example(b'a\tb\n"x\t1\n' + b"y\t2\n" * 9 + b'z"\t3\n', [7])
@example(b'a\tb\n"x\ny"\t1\n"x\ny"\t2\n', [9, 15])
@example(b'\r"\r"', [])
@example(b'\t"\n"\r\t"\n"\r\t"\n"\r', [])
@example(b'"a name longer than that"\r"b"\r', [17, 20])
@example(b"a\tb\r1\t2\r3\t4\r5\t6\n", [3])
@example(b"a\tb\r\r\n1\t2\r\r\n", [3, 4, 5])
def test_no_line_is_lost_of_any_text(file: bytes, places: list[int]) -> None:
    text = file.decode("utf-8", "ignore")
    file = text.encode()
    assume(not file.startswith(bytes(HEAD_BYTES)))  # or it is no text
    if not text.strip("\r\n"):
        with suppress(EmptyFile):
            assert {letter for row in read(cut(file, places)).rows for cell in row for letter in cell} == {"\r"}
        return
    done = read(cut(file, places))
    dialect = done.ingest.dialect
    assume(not dialect.encoding.startswith("utf-16"))  # so many of its bytes are zero
    assert dialect.line_end != "cr" or "\n" not in text or text.count("\r") - text.count("\r\n") > 2
    rules = [by_the_rule(text, line_end) for line_end in (dialect.line_end, "any")]
    told = rules if dialect.line_end == "mixed" else rules[:1]
    if dialect.quoting == "literal" or all(quoting for quoting, _ in told):
        assert (dialect.quoting, done.rows) in [(quoting or "literal", expected) for quoting, expected in told]
    else:
        assert without_quotes("\n".join("\t".join(row) for row in done.rows)) == without_quotes(text)
    assert done.ingest.clean == (done.table == file)
    assert [rows_of(done.table[begin:])[0] for begin in done.pages] == rows_of(done.table)[::100]
    assert done.ingest.scanner.rows == len(done.rows)


@given(st.binary(max_size=80) | TABLES, CUTS)
def test_bytes_of_every_kind_are_a_table_or_refused(file: bytes, places: list[int]) -> None:
    try:
        read(cut(file, places))
    except NotATable as refused:
        with pytest.raises(NotATable, match=re.escape(refused.what)):
            read([file])
    except EmptyFile:
        assert not file.decode(mark_or_latin(file)).strip("\ufeff\r\n")


def mark_or_latin(file: bytes) -> str:
    return next((name for name, mark in BOMS if file.startswith(mark)), "latin-1")


@given(st.binary(max_size=60), st.sampled_from(sorted(ENCODINGS)), CUTS)
def test_no_line_is_lost_in_any_encoding(damage: bytes, encoding: str, places: list[int]) -> None:
    if encoding.startswith(("utf-16", "utf-32", "iso2022")):
        return  # there a byte is no letter, or letters depend on what came before
    file = b"a\tb\n" + damage.replace(b"\n", b"").replace(b"\r", b"") + b"\nc\td\n"
    if any(file.startswith(mark) for _, mark in BOMS):
        return
    done = read(cut(file, places), Choices(encoding=encoding, delimiter="tab", quoting="literal"))
    lines = done.table.split(b"\n")
    assert (lines[0], lines[-2:]) == (b"a\tb", [b"c\td", b""])
    assert len(lines) == 4


@given(TABLES.filter(lambda file: file.strip(b"\r\n") != b""), CUTS)
def test_the_index_leads_to_the_rows_of_every_page(file: bytes, places: list[int]) -> None:
    ingest, table, pages = read(cut(file, places))
    rows = rows_of(table)
    index = index_entries(pages)
    assert ingest.scanner.scanned == len(table)
    assert len(pages) == -(-len(rows) // 100)
    for page in range(1, len(pages) + 1):
        entries = entries_of(page)
        span = page_bytes(index[entries.start : entries.stop], len(table))
        assert rows_of(table[span.start : span.stop]) == rows[100 * (page - 1) : 100 * page]


@given(TABLES, CUTS, CUTS)
def test_the_guess_is_the_same_however_the_bytes_arrive(file: bytes, places: list[int], others: list[int]) -> None:
    if not file.strip(b"\r\n"):
        return
    one, other = read(cut(file, places)).ingest, read(cut(file, others)).ingest
    assert (one.dialect, one.header, one.kinds) == (other.dialect, other.header, other.kinds)


@given(TABLES, CUTS)
def test_the_rows_so_far_are_whole_lines(file: bytes, places: list[int]) -> None:
    ingest, table = Ingest(choices=Choices("utf-8", "tab", "literal")), b""
    file = file + b"\n"
    for piece in cut(file, [*places, file.index(b"\n") + 1]):
        try:
            table += ingest.feed(piece).table
        except GuessRevised:
            return
        whole = table[: ingest.scanner.scanned]
        assert whole == b"" or whole.endswith(b"\n")
        assert len(rows_of(whole)) == ingest.scanner.rows


def test_a_clean_file_passes_through_as_it_is() -> None:
    file = b'city\tcountry\n"Oslo\tNO\n\n#1\t007\r\nx'.replace(b"\r\n", b"\r.\n")
    for size in (1, 3, len(file)):
        ingest, table, _ = read(pieces_of(file, size))
        assert ingest.clean
        assert table == file


def test_a_file_is_no_longer_clean_from_its_first_crlf_on() -> None:
    ingest = Ingest()
    pieces = [ingest.feed(piece) for piece in (b"a long enough line\n", b"b\r", b"\nc\n")]
    assert [piece.clean for piece in pieces] == [True, True, False]
    assert [piece.table for piece in pieces] == [b"a long enough line\n", b"b", b"\nc\n"]


def test_a_lone_cr_is_a_character_of_its_cell() -> None:
    for size in (1, 2, 9):
        ingest, table, _ = read(pieces_of(b"a\rb\tc\r\r\nd\r", size))
        assert rows_of(table) == [["a\rb", "c\r"], ["d\r"]]
        assert ingest.dialect.line_end == "crlf"


def test_the_mark_is_not_a_part_of_the_first_name_and_only_the_first_is_a_mark() -> None:
    for size in (1, 2, 100):
        ingest, table, _ = read(pieces_of(BOM + BOM + b"city\tpeople\nOslo\t709037\n", size))
        assert ingest.header == ["\ufeffcity", "people"]
        assert not ingest.clean
        assert table.startswith(BOM + b"city")


@pytest.mark.parametrize("file", [b"", b"\n", b"\n\n\n", b"\r\n\r\n", BOM, BOM + b"\n"])
def test_a_file_without_a_row_is_refused(file: bytes) -> None:
    for size in (1, 2, 100):
        with pytest.raises(EmptyFile):
            read(pieces_of(file, size))


def test_a_last_row_without_its_line_end_counts_for_the_guess() -> None:
    ingest = read([b"1\t2\n3\t4"]).ingest
    assert (ingest.header, ingest.kinds) == ([], ["number", "number"])
    ingest = read([b"city\tpeople\nOslo\t709037"]).ingest
    assert (ingest.header, ingest.kinds) == (["city", "people"], ["text", "number"])


LONG = b"id\tname\n" + b"7\tOtter\n" * SNIFFED
"""A table much longer than its head, without a quote."""


@pytest.mark.parametrize(
    ("file", "quoting"),
    [
        (LONG + b'8\t"Heron\tgrey"\n', "quoted"),  # literally, the last row has a cell too many
        (LONG + b'8\t"Heron"\n', "quoted"),
        (LONG + b'8\t"Heron\n', "literal"),
        (LONG.replace(b"Otter", b'"Otter"') + b'"p\tq"\n' * 9, "literal"),  # as quoted, these have a cell too few
        (LONG.replace(b"Otter", b'"Otter"') + b'8\t"Heron" grey\n', "mended"),  # one broken quote costs one cell
        (LONG.replace(b"Otter", b'"Otter"') + b'8\t"Heron" grey\n' * SNIFFED, "literal"),
    ],
)
def test_the_end_of_a_file_decides_how_all_of_it_is_read(file: bytes, quoting: str) -> None:
    ingest, table, _ = read(pieces_of(file, 2**16))
    assert ingest.dialect.quoting == quoting
    assert ingest.scanner.rows == file.count(b"\n")
    assert (table == file) == (quoting == "literal")


def test_quoting_is_compared_by_a_delimiter_of_two_characters_too() -> None:
    file = '"Zürich"||"CH"\n"Oslo"||"NO"\n"nowhere"\n"Bern"||"CH"\n'.encode("cp1252")
    parsed = read([file], Choices(encoding="cp1252", delimiter="||"))
    assert parsed.ingest.dialect.quoting == "quoted"
    assert parsed.rows == [["Zürich", "CH"], ["Oslo", "NO"], ["nowhere"], ["Bern", "CH"]]


@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_a_preamble_longer_than_the_table_does_not_say_what_is_usual(delimiter: str) -> None:
    comments = "##contig=<ID=7>\n" * 3000
    file = comments + f"#CHROM{delimiter}POS\n" + f"1{delimiter}7\n" * 20 + "no position\n"
    for size in (1000, len(file)):
        ingest = read(pieces_of(file.encode(), size)).ingest
        assert (ingest.preamble, ingest.header) == (3000, ["#CHROM", "POS"])
        assert (ingest.usual_cells, ingest.irregular) == (2, (1, ((3022, 3022),)))


@pytest.mark.parametrize("damage", [b"\xc1", b"\xf5", b"\xf8", b"\xf9", b"\xfa"])
def test_invalid_bytes_of_a_respelled_table_are_no_marks(damage: bytes) -> None:
    file = b"city\tcode\n" + damage + b"Oslo\t NO\n"
    parsed = read([file], Choices(encoding="utf-8", skip_initial_space=True, escape="backslash"))
    assert parsed.rows == [["city", "code"], ["\ufffdOslo", "NO"]]
    assert parsed.ingest.invalid.count == 1


def test_an_encoding_that_shows_late_is_the_encoding_of_all_of_the_file() -> None:
    russian = "8\tВыдра из Москвы\n" * 6000  # more than a sample holds
    ingest, _, _ = read(pieces_of(LONG + russian.encode("cp1251"), 2**16))
    assert ingest.dialect.encoding == "cp1251"
    assert ingest.invalid.count == 0


def test_only_valid_utf_8_a_mark_and_a_choice_are_certain() -> None:
    polish = "miasto\tpowiat\nŁuków\tłukowski\n"
    for file, choices in (
        (b"city\nOslo\n", Choices()),
        (polish.encode(), Choices()),
        (polish.encode("utf-16"), Choices()),
        (polish.encode("cp1250"), Choices(encoding="cp1250")),
        (b"caf\xe9\n", Choices(encoding="utf-8")),
    ):
        ingest, _, _ = read([file], choices)
        assert ingest.certain
        assert ingest.encodings == ()


def test_a_guess_names_the_likely_encodings_and_shows_cells_in_each() -> None:
    for size in (1, 7, 1000):
        ingest, _, _ = read(pieces_of("miasto;powiat\nŁuków;łukowski\nPłock;m\n".encode("cp1250"), size))
        assert not ingest.certain
        assert len(ingest.encodings) == 3
        assert ingest.encodings[0] == EncodingGuess("cp1250", ("Łuków", "łukowski", "Płock"))
        assert EncodingGuess("cp1252", ("£uków", "³ukowski", "P³ock")) in ingest.encodings


def test_damaged_utf_8_is_a_guess() -> None:
    ingest, _, _ = read(["имя\tгород\nИван\tМосква\n".encode() + b"caf\xe9\tParis\n"])
    assert ingest.dialect.encoding == "utf-8"
    assert not ingest.certain
    assert ingest.encodings[0].encoding == "utf-8"
    assert len(ingest.encodings) == 3


def test_damage_behind_the_sample_makes_utf_8_a_guess() -> None:
    ingest, _, _ = read(pieces_of("имя\tгород\n".encode() * 20_000 + b"caf\xe9\n", 2**16))
    assert ingest.dialect.encoding == "utf-8"
    assert not ingest.certain


def test_utf_16_without_a_mark_is_read_however_it_arrives() -> None:
    text = "имя\tгород\r\nАнна\tТверь\r\nPaul\tPenza\r\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        for size in (1, 3, 16, 1000):
            ingest, table, _ = read(pieces_of(text.encode(encoding), size))
            assert (ingest.dialect.encoding, ingest.certain) == (encoding, False)
            assert table.decode() == text.replace("\r", "")


def test_rows_after_any_number_of_empty_lines_are_found() -> None:
    for size in (1000, 10**6):
        ingest, table, _ = read(pieces_of(b"\n" * (2 * SNIFFED) + b"city\tpeople\nOslo\t7\n", size))
        assert ingest.header == ["city", "people"]
        assert ingest.scanner.empty_lines == 2 * SNIFFED
        assert rows_of(table) == [["city", "people"], ["Oslo", "7"]]


def test_a_line_of_many_megabytes_is_one_row() -> None:
    line = b"x\t" * (2 * 2**20)
    ingest, _, pages = read(pieces_of(line, 2**20))
    assert (ingest.scanner.rows, ingest.scanner.columns, pages) == (1, 2 * 2**20 + 1, [0])
    assert len(ingest.kinds) <= GUESSED_COLUMNS


def test_a_long_line_of_markup_or_commas_is_not_divided() -> None:
    for line in (b'[{"a": 1, "b": 2}, ' * 10_000, b"a, b," * 30_000):
        ingest, _, _ = read(pieces_of(line, 2**16))
        assert (ingest.dialect.delimiter, ingest.scanner.columns) == ("tab", 1)


def test_rows_before_the_body_and_comments_in_it_are_not_what_most_rows_are_like() -> None:
    few_rows = b"# by hand\n" * 9 + b"#city\tpeople\nOslo\t7\nRome\t9\n"
    ingest, _, _ = read(pieces_of(few_rows, 7))
    assert (ingest.preamble, ingest.usual_cells, ingest.irregular) == (9, 2, (0, ()))
    blocks = b"# a query\n# hits\n# fields\nq\t1\t0.5\nr\t2\t0.7\n" * 4
    ingest, _, _ = read(pieces_of(blocks, 7))
    assert (ingest.usual_cells, ingest.irregular[0]) == (3, 9)


def test_a_header_chosen_behind_the_head_leaves_the_guess_of_the_delimiter_alone() -> None:
    rows = b"".join(b"%d;name, %d;%d,5\n" % (row, row, row) for row in range(9000))
    ingest, _, _ = read(pieces_of(b"title\n" + rows, 2**14), Choices(preamble=4000, header=True))
    assert (ingest.dialect.delimiter, ingest.preamble) == ("semicolon", 4000)
    assert ingest.header == ["3999", "name, 3999", "3999,5"]
