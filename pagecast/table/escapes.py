"""Escapes for characters that would mean something else in the inner form.

The inner form has no quoting: a TAB ends a cell and an LF ends a row, always. A quoted field, or a file with another
delimiter, may hold these characters as text. There a noncharacter stands for each. Unicode reserves U+FDD0 to U+FDEF
for use inside a program (The Unicode Standard, 23.7). Ours: the first four of them.
"""

import re
from collections.abc import Iterable

from pagecast.protocol.tables import Dialect
from pagecast.table.encoding import Decoder

TAB_IN_CELL, LF_IN_CELL, ESCAPE, EMPTY_ROW = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""A TAB in a cell; an LF in a cell; a prefix to one of these four that the file itself holds; and a row that is only a
pair of quotes, which has bytes and is therefore no empty line."""

_reserved = re.compile(b"\xef\xb7[\x90-\x93]")  # the four in UTF-8
_escape_sequence = re.compile(f"{ESCAPE}(.)|[{TAB_IN_CELL}{LF_IN_CELL}{EMPTY_ROW}]")
_meanings = {TAB_IN_CELL: "\t", LF_IN_CELL: "\n", EMPTY_ROW: ""}

TAB_MARK, LF_MARK, CR_MARK, EMPTY_ROW_MARK, DROPPED = 0xFE, 0xFD, 0xFC, 0xFB, 0xFF
"""Bytes that UTF-8 never has. While a block is parsed, one byte stands for each escape, and one for dropped bytes."""

ESCAPE_LEAD_MARK, QUOTE_MARK, BLANK_MARK, DELIMITER_MARK, MEND_MARK, PLAIN_MARK = 0xFA, 0xF9, 0xF8, 0xF7, 0xF6, 0xF5
"""More of them: a backslash that escapes, where it is in quotes; a quote that is text; a blank behind a delimiter; a
delimiter of several bytes; the place of a mended cell; a delimiter that is text."""

RETURN_MARK = 0xC1
"""And a CR that ends a row where rows end in several ways."""

MARKS = bytes([0xC0, RETURN_MARK, *range(0xF5, 0x100)])
"""All bytes that UTF-8 never has, even damaged text seldom."""

_marks = {TAB_MARK: TAB_IN_CELL, LF_MARK: LF_IN_CELL, CR_MARK: "\r", EMPTY_ROW_MARK: EMPTY_ROW}

HALF_CRLF = (b"\r",)
NONCHARACTER_BEGINS = (b"\xef\xb7", b"\xef")
"""Ends of a piece whose meaning depends on the next piece: half a CRLF, a part of a noncharacter."""


def is_escaped(dialect: Dialect) -> bool:
    """Return whether the inner form of a file of this dialect may hold escapes.

    Literal parsing of a tab-separated file whose rows end with an LF needs none: each of its bytes stays as it is.
    """
    return dialect.quoting != "literal" or dialect.delimiter != "tab" or dialect.line_end == "cr"


def escape(data: bytes) -> bytes:
    """Prefix the noncharacters above that UTF-8 text holds itself. No noncharacter may be cut at either end."""
    if b"\xef" in data and b"\xef\xb7" in data:  # the first test is several times as fast, and nearly always enough
        return _reserved.sub(ESCAPE.encode() + rb"\g<0>", data)
    return data


def expand_marks(data: bytes, texts: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """Replace each mark by the character it stands for. ``texts``: further marks, and the text that each stands for."""
    for mark, character in _marks.items():
        data = data.replace(bytes([mark]), character.encode())
    for one, text in texts:
        data = data.replace(one, text)
    return data


def split_incomplete(data: bytes, incomplete: tuple[bytes, ...], quotes: bytes = b"") -> tuple[bytes, bytes]:
    """Split a piece into what can be parsed now, and an end to keep for the next piece: with the ``quotes`` before it.

    Kept bytes are parsed again with the next piece, so they have to be few: a file may be nothing but CR.

    >>> split_incomplete(b"a\\r\\r", HALF_CRLF), split_incomplete(b'a""\\r', HALF_CRLF, quotes=b'"')
    ((b'a\\r', b'\\r'), (b'a', b'""\\r'))
    """
    size = len(data) - next((len(end) for end in incomplete if data.endswith(end)), 0)
    if quotes:
        size = len(data[:size].rstrip(quotes))
    return (data, b"") if size == len(data) else (data[:size], data[size:])


def unescape(text: str) -> str:
    """Return the text of a cell, or of several, from its escaped form.

    >>> unescape("a\\ufdd0b\\ufdd1c\\ufdd2\\ufdd0")
    'a\\tb\\nc\\ufdd0'
    """
    return _escape_sequence.sub(lambda found: found[1] or _meanings[found[0]], text)


class CellUnescaper:
    """Unescapes one cell whose bytes arrive in pieces of any size. Bytes in and bytes out are UTF-8.

    >>> cell = CellUnescaper()
    >>> cell.feed("a\\ufdd0b\\ufdd2".encode()) + cell.feed("\\ufdd0".encode()) + cell.finish()
    b'a\\tb\\xef\\xb7\\x90'
    """

    def __init__(self) -> None:
        self._decoder = Decoder("utf-8")
        self._kept = ""  # a prefix whose noncharacter is in the next piece

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the cell, and return what they say."""
        text = self._kept + self._decoder.feed(data).decode()
        prefixes = len(text) - len(text.rstrip(ESCAPE))
        text, self._kept = (text[:-1], ESCAPE) if prefixes % 2 else (text, "")
        return unescape(text).encode()

    def finish(self) -> bytes:
        """Return what is left when the cell has ended."""
        return self._kept.encode() + self._decoder.finish()
