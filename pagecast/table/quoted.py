"""Quoted parsing (RFC 4180): a field that starts with a quote may hold delimiters, line ends and doubled quotes.

Two rules are ours. A quote inside a field that does not start with one is a character. A quoted field must close
before a delimiter, a line end or the end of the file; if one does not, the whole parse is broken and gives nothing.
"""

import numpy as np
import numpy.typing as npt

from pagecast.table.escapes import (
    CR_MARK,
    DROPPED,
    EMPTY_ROW_MARK,
    LF_MARK,
    TAB_MARK,
    escape,
    expand_marks,
    split_incomplete,
)
from pagecast.table.literal import LiteralParser

QUOTE, TAB, LF, CR = b'"\t\n\r'

MAX_RUN = 2**16
"""Quotes that may follow each other. A run is kept until it ends, to pair its quotes; no table has a longer one."""

BLOCK_BYTES = 2**19
"""Bytes parsed at once. The arrays that numpy makes of more do not fit the processor's cache."""

_INSIDE = 256
"""The second half of the table of meanings: of bytes inside a quoted field."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


class QuotedParser:
    """Turns UTF-8 text, in pieces of any size, into the inner form by quoted parsing.

    ``delimiter`` is one ASCII byte. ``lone_cr``: a CR ends a line, because the file has no LF.

    >>> quoted = QuotedParser(b",")
    >>> quoted.feed(b'"Oslo, NO","say ""hi""') + quoted.feed(b'",6" pipe\\r\\n') + quoted.finish()
    b'Oslo, NO\\tsay "hi"\\t6" pipe\\n'
    >>> quoted.fields, quoted.broken, quoted.holds_separator
    (2, False, False)
    """

    def __init__(self, delimiter: bytes = b"\t", *, lone_cr: bool = False) -> None:
        self.fields = 0
        """Fields that started with a quote."""
        self.broken = False
        """Whether one of them did not close properly. Then parsing ends, and gives nothing more."""
        self.holds_separator = False
        """Whether one of them held a TAB or a line end."""
        self.crlf = 0
        """Line ends that were CRLF."""
        self.inside = False
        """Whether a quoted field is open."""
        self._delimiter = delimiter[0]
        self._line_end = CR if lone_cr else LF
        self._meanings = _meanings(self._delimiter, self._line_end)
        self._special = sorted({QUOTE, TAB, LF, CR, self._delimiter})
        self._before = self._line_end  # the byte before what is kept, or comes next
        self._kept = b""

    @classmethod
    def after(cls, literal: LiteralParser, delimiter: bytes, *, lone_cr: bool) -> "QuotedParser":
        """Return a parser that continues where a literal one stands, if no field has started with a quote so far."""
        quoted = cls(delimiter, lone_cr=lone_cr)
        quoted._kept, quoted.crlf = literal.kept, literal.crlf
        quoted._before = ord(literal.last) if literal.last else quoted._line_end
        return quoted

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and return them in the inner form."""
        return b"".join([self._feed(data[begin : begin + BLOCK_BYTES]) for begin in range(0, len(data), BLOCK_BYTES)])

    def finish(self) -> bytes:
        """Return what is left when the text has ended. A field that is still open makes the parse broken."""
        rest, self._kept = self._kept, b""
        end = b" \n" if self._line_end == LF and rest.endswith(b"\r") else bytes([self._line_end])  # or it were a CRLF
        table = b"" if self.broken or not rest else self._parse(rest + end)
        self.broken = self.broken or self.inside
        return b"" if self.broken else table[: -len(end)]

    def _feed(self, data: bytes) -> bytes:
        data, self._kept = split_incomplete(self._kept + data, quotes=b'"')
        if len(self._kept) > MAX_RUN:
            self.broken = True
        return b"" if self.broken or not data else self._parse(escape(data))

    def _parse(self, data: bytes) -> bytes:
        """Return a block in the inner form. Its last byte is no quote; no LF follows a CR at its end."""
        block = np.frombuffer(data, np.uint8)
        is_special = block == self._special[0]
        for special in self._special[1:]:
            is_special |= block == special
        places = np.flatnonzero(is_special)
        specials = block[places]
        which = np.flatnonzero(specials == QUOTE)
        turned, dropped = np.zeros(len(places), np.uint8), np.empty(0, np.int64)
        if which.size:
            quotes = places[which]
            turning, syntax = self._pair(block, quotes)
            if self.broken:
                return b""
            turned[which[turning]], dropped = 1, quotes[syntax]
        inside = (self.inside + np.cumsum(turned, dtype=np.uint8)) % 2
        table = block.copy()
        table[places] = self._meanings[specials + _INSIDE * inside.astype(np.uint16)]
        table[dropped] = DROPPED
        self._mark_empty_rows(block, table, dropped)
        if self._line_end == LF and b"\r" in data:
            crs = places[specials == CR]
            crs = crs[table[np.minimum(crs + 1, len(table) - 1)] == LF]
            table[crs] = DROPPED
            self.crlf += len(crs)
        self.inside = bool(inside[-1]) if inside.size else self.inside
        self._before = data[-1]
        rows = table.tobytes().translate(None, bytes([DROPPED]))
        self.holds_separator = self.holds_separator or any(map(rows.__contains__, (TAB_MARK, LF_MARK, CR_MARK)))
        return expand_marks(rows)

    def _pair(self, block: Bytes, quotes: Places) -> tuple[Places, Places]:
        """Return which quotes turn quoting on or off, and which are syntax, not text: both as indexes of ``quotes``."""
        before, after = block[quotes - 1], block[quotes + 1]
        if quotes[0] == 0:
            before[0] = self._before
        starts = (before == self._delimiter) | (before == self._line_end)
        ends = (after == self._delimiter) | self._ends_line(block, quotes + 1, after)
        doubled = after == QUOTE
        follows = np.append(False, doubled[:-1])
        opening, closing = slice(int(self.inside), None, 2), slice(1 - int(self.inside), None, 2)
        if np.all((starts | follows)[opening]) and np.all((ends | doubled)[closing]):
            # As nearly always, quotes open and close in turn. Of a doubled pair the first closes and is no text, the
            # second opens again and is.
            self.fields += int(np.count_nonzero(starts[opening]))
            starts[closing] = True
            return np.arange(len(quotes)), np.flatnonzero(starts)
        return self._pair_one_by_one(starts, ends, doubled)

    def _pair_one_by_one(self, starts: Flags, ends: Flags, doubled: Flags) -> tuple[Places, Places]:
        """Do the same where quotes stand inside unquoted fields too, or a field does not close."""
        turning, syntax = [], []
        inside, second = self.inside, False
        flags = zip(starts.tolist(), ends.tolist(), doubled.tolist(), strict=True)
        for place, (start, end, twice) in enumerate(flags):
            if second:
                second = False
            elif inside:
                syntax.append(place)
                if twice:
                    second = True
                elif end:
                    turning.append(place)
                    inside = False
                else:
                    self.broken = True
                    break
            elif start:
                turning.append(place)
                syntax.append(place)
                inside = True
                self.fields += 1
        return np.array(turning, np.int64), np.array(syntax, np.int64)

    def _ends_line(self, block: Bytes, at: Places, found: Bytes) -> Flags:
        """Return whether a line ends at each of these places, where ``found`` stands: with its line end or a CRLF."""
        ends: Flags = found == self._line_end
        if self._line_end == LF:
            ends |= (found == CR) & (block[np.minimum(at + 1, len(block) - 1)] == LF)
        return ends

    def _mark_empty_rows(self, block: Bytes, table: Bytes, dropped: Places) -> None:
        """Put a mark for each row that is only a pair of quotes: without it the row would become an empty line."""
        pairs = dropped[:-1][np.diff(dropped) == 1]
        if not pairs.size:
            return
        before = block[pairs - 1]
        if pairs[0] == 0:
            before[0] = self._before
        ends = self._ends_line(block, pairs + 2, block[pairs + 2])
        table[pairs[(before == self._line_end) & ends]] = EMPTY_ROW_MARK


def _meanings(delimiter: int, line_end: int) -> Bytes:
    """Return what each byte becomes in the inner form: outside of quotes and, from 256 on, inside."""
    means = np.tile(np.arange(256, dtype=np.uint8), 2)
    means[[TAB, _INSIDE + TAB, _INSIDE + LF]] = TAB_MARK, TAB_MARK, LF_MARK
    means[delimiter] = TAB
    if line_end == CR:
        means[[CR, LF, _INSIDE + CR]] = LF, LF_MARK, CR_MARK
    return means
