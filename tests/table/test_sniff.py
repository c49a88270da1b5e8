"""The most regular reading of a head wins, and text that is no table stays whole."""

import pytest

from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.table.layout import Layout
from pagecast.table.sniff import sniff_layout


def sniff(head: bytes, choices: Choices = ALL_GUESSED) -> Layout:
    return sniff_layout(head, choices, ended=True)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("delimiter", ["comma", "semicolon", "pipe", "tab"])
def test_each_part_of_a_dialect_is_found(delimiter: str, line_end: str, blank: str, quote: str) -> None:
    itself = {"comma": ",", "semicolon": ";", "pipe": "|", "tab": "\t"}[delimiter]
    between = itself + (blank if delimiter != "tab" else "")
    lines = [["name", "note", "size"]]
    lines += [[f"n{row}", f"{quote}a{itself} b{row}{quote}", str(row)] for row in range(20)]
    layout = sniff("".join(between.join(line) + line_end for line in lines).encode())
    spelling = layout.spelling
    assert (spelling.delimiter, layout.quoting, layout.usual) == (delimiter, "mended", 3)
    assert spelling.quote == quote
    assert spelling.skip_initial_space == (blank != "" and delimiter != "tab")
    assert spelling.line_end == {"\r": "cr", "\r\r\n": "crcrlf"}.get(line_end, "lf")


def test_backslashes_before_quotes_escape_them() -> None:
    head = b"id,title\n" + b'1,"a \\"b\\", c"\n' * 9
    assert sniff(head).spelling.escape == "backslash"
    assert sniff(head, Choices(escape="doubled")).spelling.escape == "doubled"


@pytest.mark.parametrize(
    "text",
    [
        b"Dear all,\nthank you for coming, and for the cake\nSee you soon,\nAnn\n",
        b"Paris, France\nOslo, Norway\nQuito, Ecuador\n" * 5,
        b'{"a": 1, "b": 2}\n{"a": 3, "b": 4}\n' * 5,
        b"name\nOslo\nQuito\n",
        b"10:00:01\n10:00:02\n" * 9,
    ],
)
def test_text_that_is_no_table_stays_one_column(text: bytes) -> None:
    assert sniff(text).spelling.delimiter == "tab"


def test_commas_in_the_text_of_a_tab_separated_table_divide_nothing() -> None:
    ragged = b"".join(b"set %d\tone, two, three\t%s\n" % (row, b"\t".join([b"g"] * row)) for row in range(1, 30))
    assert sniff(ragged).spelling.delimiter == "tab"


def test_tabs_in_the_cells_of_another_table_divide_nothing() -> None:
    assert sniff(b"a|b|c\n" + b"1|2|3G\ttotal\n" * 20).spelling.delimiter == "pipe"


def test_the_first_line_of_a_spreadsheet_is_obeyed() -> None:
    for said, delimiter in ((b"sep=;", "semicolon"), (b"SEP=|", "pipe"), (b"sep=\\t", "tab"), (b"sep=#", "#")):
        assert sniff(said + b"\r\na;b\r\n1;2\r\n").spelling.delimiter == delimiter
