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
        self._in_comment, self._at_start = False, True  # of a line
        delimiter, quote = re.escape(bytes([spelling.delimiter_byte])), spelling.quote.encode()
        blanks = b"(?<=%b) +|(?<=%b) +(?=%b)" % (delimiter, quote, delimiter)
        self._blanks = re.compile(blanks) if spelling.skip_initial_space else None
        self._behind_delimiter = False
        self._sequences = [spelling.written]
        self._sequences += [b"\t|\r\n"] if spelling.delimiter == TERMINATED else []
        self._sequences += [b"\r\n"] if spelling.line_end in ("cr", "any") else []
        byte = spelling.delimiter_byte
        self._masks = bytes.maketrans(
            bytes([9, byte, spelling.quote_byte, BLANK_MARK, ESCAPE_LEAD_MARK]),
            bytes([TAB_MARK, TAB_MARK if byte == 9 else PLAIN_MARK, QUOTE_MARK, 32, 92]),
        )

    def feed(self, text: bytes) -> bytes:
        """Take the next bytes of the text, and return them respelled."""
        text = self._kept + text
        size = len(text) - self._unclear(text)
        text, self._kept = text[:size], text[size:]
        return self._respell(text)

    def finish(self) -> bytes:
        """Return what is left when the text has ended. A last LF is a line end, whatever the others are."""
        rest, self._kept = self._kept, b""
        if self._spelling.line_end == "cr" and rest.endswith(b"\n"):
            rest = rest.removesuffix(b"\n").removesuffix(b"\r") + b"\r"
        return self._respell(rest)

    def _unclear(self, text: bytes) -> int:
        """Return how many bytes at the end may mean something else with the next piece."""
        spelling, unclear = self._spelling, [0]
        if spelling.comment and not self._in_comment:
            begun = len(text) - 1 - text.rfind(spelling.line_end_byte)
            unclear.append(begun if begun < len(spelling.comment.encode()) else 0)
        if spelling.skip_initial_space and len(blank := text.rstrip(b" ")) < len(text) <= len(blank) + MAX_BLANKS:
            unclear.append(len(text) - len(blank) + 1)
        elif spelling.skip_initial_space and text.endswith(spelling.quote.encode()):
            unclear.append(1)
        if spelling.escape == "backslash":
            unclear.append((len(text) - len(text.rstrip(b"\\"))) % 2)
        for sequence in self._sequences:
            sizes = range(len(sequence) - 1, 0, -1)
            unclear.append(next((size for size in sizes if text.endswith(sequence[:size])), 0))
        if spelling.line_end == "cr" and text.endswith(b"\n"):
            unclear.append(2 if text.endswith(b"\r\n") else 1)
        return max(unclear)

    def _respell(self, text: bytes) -> bytes:
        spelling = self._spelling
        if spelling.line_end == "cr":
            text = text.replace(b"\r\n", b"\r")
        if spelling.line_end == "any" and b"\r" in text:
            text = _lone_return.sub(bytes([RETURN_MARK]), text)
        if spelling.escape == "backslash" and b"\\" in text:
            text = _escaped.sub(self._respell_escape, text)
        if spelling.delimiter == TERMINATED:
            text = text.replace(b"\t|\n", b"\n").replace(b"\t|\r\n", b"\r\n")
        if len(spelling.written) > 1:
            text = text.replace(spelling.written, bytes([DELIMITER_MARK]))
        if self._blanks is not None and text:
            text = self._mark_blanks(self._blanks, text)
        return self._mask_comments(text) if spelling.comment and text else text

    def _mark_blanks(self, blanks: re.Pattern[bytes], text: bytes) -> bytes:
        """Mark the blanks behind delimiters, and those between a quote and a delimiter."""
        behind = bytes([self._spelling.delimiter_byte]) * self._behind_delimiter
        marked = blanks.sub(lambda found: bytes([BLANK_MARK]) * len(found[0]), behind + text)
        self._behind_delimiter = marked.endswith((bytes([self._spelling.delimiter_byte]), bytes([BLANK_MARK])))
        return marked[len(behind) :]

    def _respell_escape(self, found: re.Match[bytes]) -> bytes:
        escaped = bytes([QUOTE_MARK]) if found[1] == self._spelling.quote.encode() else found[1]
        return found[0] if escaped in b"\"'" else bytes([ESCAPE_LEAD_MARK]) + escaped

    def _mask_comments(self, text: bytes) -> bytes:
        """Make each comment line one cell."""
        line_end = bytes([self._spelling.line_end_byte])
        lines = text.split(line_end)
        prefix = self._spelling.comment.encode()
        for number, line in enumerate(lines):
            if number or self._at_start:
                self._in_comment = line.startswith(prefix)
            if self._in_comment:
                lines[number] = line.translate(self._masks)
        self._at_start = not lines[-1]
        if self._at_start:
            self._in_comment = False
        return line_end.join(lines)
