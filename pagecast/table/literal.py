"""Literal parsing: quotes are characters, and only the delimiter and the line end mean anything. Ours.

Most tab-separated files are written so; a CSV reader would lose rows of those that hold a stray quote.
"""

import re

from pagecast.table.escapes import (
    BLANK_MARK,
    ESCAPE_LEAD_MARK,
    HALF_CRLF,
    LF_MARK,
    NONCHARACTER_BEGINS,
    QUOTE_MARK,
    RETURN_MARK,
    TAB_MARK,
    escape,
    expand_marks,
    split_incomplete,
)
from pagecast.table.spelling import PLAIN, Spelling

HALF_CRCRLF = (b"\r\r", *HALF_CRLF)

_one_or_two_returns = re.compile(rb"\r\r?\n")


class LiteralParser:
    """Turns UTF-8 text, respelled, in pieces of any size, into the inner form by literal parsing.

    >>> literal = LiteralParser(Spelling("comma"))
    >>> literal.feed(b'6" pipe,a\\tb\\r') + literal.feed(b"\\n7,") + literal.finish()
    b'6" pipe\\ta\\xef\\xb7\\x90b\\n7\\t'
    >>> literal.crlf
    1
    """

    def __init__(self, spelling: Spelling = PLAIN) -> None:
        self.crlf = 0
        """Line ends that were CRLF."""
        self.crcrlf = 0
        """Line ends that were CR CR LF, where the spelling has these."""
        self.kept = b""
        """The end of the last piece, where its meaning depends on the next one."""
        self.last = b""
        """The byte before ``kept``; none at the beginning of the file."""
        self.line_ends = [bytes([spelling.line_end_byte])]
        """The bytes that end a line."""
        self.line_ends += [bytes([RETURN_MARK])] if spelling.line_end == "any" else []
        self.separators = [bytes([spelling.delimiter_byte]), *self.line_ends]
        """The bytes that stand before a field."""
        self.separators += [bytes([BLANK_MARK])] if spelling.skip_initial_space else []
        self._line_end = spelling.line_end
        self._texts = spelling.texts
        by_returns = spelling.line_end == "cr"
        self._escapes = by_returns or spelling.delimiter != "tab"
        self._incomplete = (
            *(NONCHARACTER_BEGINS if self._escapes else ()),
            *(HALF_CRCRLF if spelling.line_end == "crcrlf" else () if by_returns else HALF_CRLF),
        )
        self._rewrites = not spelling.is_plain
        swapped = {ESCAPE_LEAD_MARK: 92}
        swapped |= {9: TAB_MARK} if self._escapes else {TAB_MARK: 9, QUOTE_MARK: spelling.quote_byte}
        swapped |= {spelling.delimiter_byte: 9}
        swapped |= {10: LF_MARK, 13: 10} if by_returns else {RETURN_MARK: 10} if spelling.line_end == "any" else {}
        self._swap = bytes.maketrans(bytes(swapped), bytes(swapped.values()))
        self._dropped = bytes([BLANK_MARK]) if spelling.skip_initial_space else b""

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and return them in the inner form: the very same object where nothing changes."""
        data = self._take(data)
        if self._escapes:
            return expand_marks(escape(data).translate(self._swap, self._dropped), self._texts)
        return data.translate(self._swap, self._dropped) if self._rewrites else data

    def divide(self, data: bytes) -> bytes:
        """Do the same, but leave marks for what would have to be escaped: enough to count rows and cells."""
        data = self._take(data)
        return data.translate(self._swap, self._dropped) if self._escapes or self._rewrites else data

    def finish(self) -> bytes:
        """Return what is left when the text has ended."""
        rest, self.kept = self.kept, b""
        return rest

    def _take(self, data: bytes) -> bytes:
        """Keep what is not clear yet, and drop the CRs that belong to line ends."""
        data, self.kept = split_incomplete(self.kept + data if self.kept else data, self._incomplete)
        if data:
            self.last = data[-1:]
        return self._without_returns(data) if self._line_end != "cr" and b"\r" in data else data

    def _without_returns(self, data: bytes) -> bytes:
        """Drop the CRs that belong to line ends, and count these."""
        if crlf := data.count(b"\r\n"):
            self.crlf += crlf
            if self._line_end == "crcrlf":
                self.crcrlf += data.count(b"\r\r\n")
                return _one_or_two_returns.sub(b"\n", data)
            data = data.replace(b"\r\n", b"\n")
        return data
