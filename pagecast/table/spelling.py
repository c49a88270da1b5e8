"""The spelling of delimiters, quotes and escapes in a text, and its rewriting so that each is one byte. Ours.

Both parsers look for single bytes. A delimiter of several bytes, a blank behind a delimiter and a backslash before a
quote become marks of escapes.py, which the parsers understand.
"""

import re
from typing import NamedTuple

from pagecast.table.escapes import (
    BLANK_MARK,
    DELIMITER_MARK,
    ESCAPE_LEAD_MARK,
    PLAIN_MARK,
    QUOTE_MARK,
    RETURN_MARK,
    TAB_MARK,
)

DELIMITERS = {"tab": "\t", "pipe": "|", "semicolon": ";", "comma": ",", "colon": ":", "space": " "}
"""By name. Any other delimiter is its own name."""

MAX_BLANKS = 1000
"""Blanks between a quote and a delimiter that belong to the delimiter."""

TERMINATED = "\t|\t"
"""A delimiter whose rows end with its first part, as in the taxonomy dumps of NCBI (``\\t|\\n``)."""

_ROW_ENDS = {
    "lf": (b"\n", b"\r\n"),
    "crcrlf": (b"\n", b"\r\n", b"\r\r\n"),
    "any": (b"\n", b"\r\n", bytes([RETURN_MARK])),
    "cr": (b"\r",),
}
"""The end of a row behind the first part of that delimiter, by line end."""

_lone_return = re.compile(rb"\r(?!\n)")
_escaped = re.compile(rb"\\([\\\"'])")


class Spelling(NamedTuple):
    """The characters that divide a text into rows and cells, as the text spells them."""

    delimiter: str = "tab"
    """The name of one of DELIMITERS, or the characters themselves."""
    quote: str = '"'
    escape: str = "doubled"
    """How a quote in a quoted field is written: ``doubled`` or ``backslash``."""
    skip_initial_space: bool = False
    """Whether a blank behind a delimiter belongs to the delimiter."""
    line_end: str = "lf"
    """``lf`` (a CR before it belongs to it), ``cr``, ``crcrlf``, or ``any`` of LF, CRLF and CR."""
    comment: str = ""
    """The prefix of lines that are one cell each, whatever stands in them."""

    @property
    def written(self) -> bytes:
        """The delimiter in the text."""
        return DELIMITERS.get(self.delimiter, self.delimiter).encode()

    @property
    def delimiter_byte(self) -> int:
        """The delimiter after respelling."""
        return self.written[0] if len(self.written) == 1 else DELIMITER_MARK

    @property
    def quote_byte(self) -> int:
        """The quote."""
        return ord(self.quote)

    @property
    def line_end_byte(self) -> int:
        """The byte that ends a line; a CR or two before it may belong to it."""
        return ord("\r" if self.line_end == "cr" else "\n")

    @property
    def texts(self) -> tuple[tuple[bytes, bytes], ...]:
        """The marks that stand for text of this spelling, and that text."""
        return (bytes([PLAIN_MARK]), self.written), (bytes([QUOTE_MARK]), self.quote.encode())

    @property
    def is_plain(self) -> bool:
        """Whether the text needs no respelling."""
        if self.line_end in ("cr", "any"):
            return False
        return len(self.written) == 1 and self.escape == "doubled" and not (self.skip_initial_space or self.comment)


PLAIN = Spelling()
"""Tabs and LFs."""


class Respeller:
    """Respells a text in UTF-8 that arrives in pieces of any size.

    >>> spelling = Spelling("comma", escape="backslash", skip_initial_space=True)
    >>> respeller = Respeller(spelling)
    >>> respeller.feed(b'a, "b') + respeller.feed(b'\\\\"c"\\n') + respeller.finish()
    b'a,\\xf8"b\\xfa\\xf9c"\\n'
    """

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._kept = b""  # the end of the last piece, whose meaning depends on the next one
        self._unmarked = b""  # and the end of what has been divided
        self._in_comment, self._at_start = False, True  # of a line
        self._delimiter, self._quote = bytes([spelling.delimiter_byte]), spelling.quote.encode()
        self._blanks = _blanks(self._delimiter, self._quote) if spelling.skip_initial_space else None
        self._behind_delimiter = False
        self._sequences = [spelling.written]
        self._row_ends = _ROW_ENDS[spelling.line_end] if spelling.delimiter == TERMINATED else ()
        self._sequences += [b"\t|" + end for end in (*self._row_ends, b"\r\n") if self._row_ends]
        self._sequences += [b"\r\n"] if spelling.line_end in ("cr", "any") else []
        self._line_ends = re.compile(
            b"[\n%c]" % RETURN_MARK if spelling.line_end == "any" else bytes([spelling.line_end_byte])
        )
        self._comment = spelling.comment.encode().replace(spelling.written, self._delimiter)
        byte = spelling.delimiter_byte
        self._masks = bytes.maketrans(
            bytes([9, byte, spelling.quote_byte, BLANK_MARK, ESCAPE_LEAD_MARK]),
            bytes([TAB_MARK, TAB_MARK if byte == 9 else PLAIN_MARK, QUOTE_MARK, 32, 92]),
        )

    def feed(self, text: bytes) -> bytes:
        """Take the next bytes of the text, and return them respelled."""
        text = self._kept + text
        size = len(text) - self._undivided(text)
        text, self._kept = text[:size], text[size:]
        text = self._unmarked + self._divide(text)
        size = len(text) - self._unclear(text)
        text, self._unmarked = text[:size], text[size:]
        return self._mark(text)

    def finish(self) -> bytes:
        """Return what is left when the text has ended. A last LF is a line end, whatever the others are."""
        rest, self._kept = self._kept, b""
        if self._spelling.line_end == "cr" and rest.endswith(b"\n"):
            rest = rest.removesuffix(b"\n").removesuffix(b"\r") + b"\r"
        rest, self._unmarked = self._unmarked + self._divide(rest), b""
        return self._mark(rest)

    def _undivided(self, text: bytes) -> int:
        """Return how many bytes at the end may belong to a delimiter, a line end or an escape with the next piece."""
        spelling = self._spelling
        undivided = [_begun(text, sequence, self._sequences[0]) for sequence in self._sequences]
        if spelling.escape == "backslash":
            undivided.append((len(text) - len(text.rstrip(b"\\"))) % 2)
        if spelling.line_end == "cr" and text.endswith(b"\n"):
            undivided.append(2 if text.endswith(b"\r\n") else 1)
        return max(undivided)

    def _divide(self, text: bytes) -> bytes:
        """Make each delimiter, line end and escape one byte."""
        spelling = self._spelling
        if spelling.line_end == "cr":
            text = text.replace(b"\r\n", b"\r")
        if spelling.line_end == "any" and b"\r" in text:
            text = _lone_return.sub(bytes([RETURN_MARK]), text)
        if spelling.escape == "backslash" and b"\\" in text:
            text = _escaped.sub(self._respell_escape, text)
        if len(spelling.written) > 1:
            text = text.replace(spelling.written, self._delimiter)
        for end in self._row_ends:
            text = text.replace(b"\t|" + end, end)
        return text

    def _unclear(self, text: bytes) -> int:
        """Return how many bytes at the end may be blanks that belong to a delimiter, or the beginning of a comment."""
        unclear = 0
        if self._comment:
            begun = len(self._line_ends.split(text)[-1])
            is_begin = self._at_start if begun == len(text) else True
            unclear = begun if is_begin and begun < len(self._comment) else 0
        if self._blanks is not None:
            blanks = len(text) - len(text.rstrip(b" "))
            if blanks <= MAX_BLANKS and text[: len(text) - blanks].endswith(self._quote):
                unclear = max(unclear, blanks + 1)
        return unclear

    def _mark(self, text: bytes) -> bytes:
        """Mark blanks and comments."""
        if self._blanks is not None and text:
            text = self._mark_blanks(self._blanks, text)
        return self._mask_comments(text) if self._comment and text else text

    def _mark_blanks(self, blanks: re.Pattern[bytes], text: bytes) -> bytes:
        """Mark the blanks behind delimiters, and those between a quote and a delimiter."""
        behind = self._delimiter * self._behind_delimiter
        marked = blanks.sub(lambda found: bytes([BLANK_MARK]) * len(found[0]), behind + text)
        self._behind_delimiter = marked.endswith((self._delimiter, bytes([BLANK_MARK])))
        return marked[len(behind) :]

    def _respell_escape(self, found: re.Match[bytes]) -> bytes:
        escaped = bytes([QUOTE_MARK]) if found[1] == self._spelling.quote.encode() else found[1]
        return found[0] if escaped in b"\"'" else bytes([ESCAPE_LEAD_MARK]) + escaped

    def _mask_comments(self, text: bytes) -> bytes:
        """Make each comment line one cell."""
        masked, begin = [], 0
        for end in (*(found.end() for found in self._line_ends.finditer(text)), len(text)):
            line, begin = text[begin:end], end
            if self._at_start and line:
                self._in_comment = line.startswith(self._comment)
            masked.append(line.translate(self._masks) if self._in_comment else line)
            self._at_start = self._line_ends.match(line[-1:]) is not None if line else self._at_start
        return b"".join(masked)


def _blanks(delimiter: bytes, quote: bytes) -> re.Pattern[bytes]:
    """Return what finds the blanks behind a delimiter, and those between a quote and a delimiter."""
    behind = b"(?<=%b) +" % re.escape(delimiter)
    between = b"(?<=%b) {1,%d}(?=%b)" % (quote, MAX_BLANKS, re.escape(delimiter))
    return re.compile(behind if delimiter == b" " else behind + b"|" + between)


def _begun(text: bytes, sequence: bytes, delimiter: bytes) -> int:
    """Return how many bytes at the end of a text may begin a sequence, and are no part of a delimiter before it."""
    ends = [size for size in range(len(sequence) - 1, 0, -1) if text.endswith(sequence[:size])]
    if not ends or len(delimiter) == 1:
        return max(ends, default=0)
    behind = len(text.rsplit(b"\n", 1)[-1].split(delimiter)[-1])
    return next((size for size in ends if size <= behind), 0)
