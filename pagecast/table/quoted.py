"""Quoted parsing (RFC 4180): a field that starts with a quote may hold delimiters, line ends and doubled quotes.

Three rules are ours. A quote inside a field that does not start with one is a character. A quoted field must close
before a delimiter, a line end or the end of the file; a field that does not is mended: its row is read on its own
(mend.py), and no other row changes. And quotes that would join whole rows to one field, each of them with the usual
number of cells, do not belong together: a stray quote must not swallow rows because another one closes it by chance.
"""

import numpy as np

from pagecast.table.escapes import (
    BLANK_MARK,
    CR_MARK,
    DELIMITER_MARK,
    DROPPED,
    EMPTY_ROW_MARK,
    ESCAPE_LEAD_MARK,
    HALF_CRLF,
    LF_MARK,
    MEND_MARK,
    NONCHARACTER_BEGINS,
    PLAIN_MARK,
    RETURN_MARK,
    TAB_MARK,
    escape,
    expand_marks,
    split_incomplete,
)
from pagecast.table.literal import LiteralParser
from pagecast.table.pairing import UNKNOWN_SHAPE, Block, Bytes, Flags, Mode, Pairing, Places, Shape
from pagecast.table.spelling import PLAIN, Spelling

TAB, LF, CR, BLANK, BACKSLASH = b"\t\n\r \\"

BLOCK_BYTES = 2**19
"""Bytes parsed at once. The arrays that numpy makes of more do not fit the processor's cache."""

MAX_ROW = 2**20
"""Bytes of a row up to which it is kept until it has ended. Of a longer row, what has come is parsed and given out."""

SMALL = 4096
"""Bytes of rows with an open field that are parsed again with each piece. More have to grow by a quarter first."""

_INSIDE = 256
"""The second half of the table of meanings: of bytes inside a quoted field."""


class QuotedParser:
    """Turns UTF-8 text, in pieces of any size, into the inner form by quoted parsing.

    ``shape``: the shape of most rows, where it is known; otherwise no quotes are taken apart for it.
    ``long_fields``: whether a field longer than MAX_ROW may close. Where one does not, it is given out already, and
    the parser is ``lost``: the text is to be parsed again without long fields.

    >>> quoted = QuotedParser(Spelling("comma"), Shape(3))
    >>> quoted.feed(b'"Oslo, NO","a ""b"" c",6" pipe\\r\\n7,"x,') + quoted.feed(b'8\\n') + quoted.finish()
    b'Oslo, NO\\ta "b" c\\t6" pipe\\n7\\t\\xf6x\\t8\\n'
    >>> quoted.fields, quoted.mended, quoted.holds_separator
    (2, 1, False)
    """

    def __init__(self, spelling: Spelling = PLAIN, shape: Shape = UNKNOWN_SHAPE, *, long_fields: bool = True) -> None:
        self.fields = 0
        """Fields that started with a quote and closed properly, or may still close."""
        self.mended = 0
        """Fields that started with a quote and did not close properly."""
        self.escaped = 0
        """Of these, fields with a backslash before a stray quote."""
        self.lost = False
        """Whether a long field did not close, or quotes are given up. Then nothing more is given out."""
        self.given_up = False
        """Whether quotes are given up: in very many rows a field does not close, or a run of them has no end."""
        self.holds_separator = False
        """Whether a quoted field held a TAB or a line end."""
        self.crlf = 0
        """Line ends that were CRLF."""
        self.crcrlf = 0
        """Of these, line ends with one more CR."""
        self._spelling = spelling
        self._shape = shape
        self._long_fields = long_fields
        self._quote = spelling.quote_byte
        self._line_end = spelling.line_end_byte
        self._meanings = _meanings(spelling)
        self._special = _specials(spelling)
        self._texts = spelling.texts
        self._before = self._line_end  # the byte before what is kept
        self._inside = False  # whether a long field is open there
        self._mid_row = False  # whether a row has begun before it
        self._kept: list[bytes] = []
        self._kept_size = self._retry_at = 0
        self._alone = 0  # rows that were read on their own
        self._half = b""  # of a noncharacter, at the end of the last piece

    @classmethod
    def after(
        cls,
        literal: LiteralParser,
        spelling: Spelling,
        shape: Shape,
        *,
        long_fields: bool = True,
        row: bytes | None = None,
    ) -> "QuotedParser":
        """Return a parser that continues where a literal one stands, if no field has started with a quote so far.

        ``row``: the text of the row that has begun, where it is known. Then this parser gives all of the row.
        """
        quoted = cls(spelling, shape, long_fields=long_fields)
        quoted.crlf = literal.crlf
        kept = literal.kept if row is None else row
        quoted._kept, quoted._kept_size = [kept], len(kept)
        if row is None and literal.last:
            quoted._before = ord(literal.last)
            quoted._mid_row = quoted._before != quoted._line_end
        return quoted

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and return them in the inner form."""
        data, self._half = split_incomplete(self._half + data, NONCHARACTER_BEGINS)
        data = escape(data)
        return b"".join([self._feed(data[begin : begin + BLOCK_BYTES]) for begin in range(0, len(data), BLOCK_BYTES)])

    def finish(self) -> bytes:
        """Return what is left when the text has ended."""
        rest = b"".join([*self._kept, self._half])
        self._kept, self._half = [], b""
        end = b" \n" if self._line_end == LF and rest.endswith(b"\r") else bytes([self._line_end])  # or it were a CRLF
        table = self._parse(rest + end, "last")[0] if rest or self._inside else b""
        return table[: -len(end)] if table else b""

    def _feed(self, piece: bytes) -> bytes:
        """Parse the rows that have ended. One with an open field waits for the end of the field, if it comes soon."""
        self._kept.append(piece)
        self._kept_size += len(piece)
        line_end = bytes([self._line_end])
        if self._kept_size <= MAX_ROW and (self._kept_size < self._retry_at or line_end not in piece):
            return b""
        data, table = b"".join(self._kept), b""
        end, used = data.rfind(line_end) + 1, 0
        if end and not self._inside:
            table, used = self._parse(data[:end], "rows")
        if end - used > MAX_ROW and not self._long_fields:
            table, used = table + self._parse(data[used:end], "last")[0], end
        if len(data) - used > MAX_ROW:
            part, rest = split_incomplete(data[used:], HALF_CRLF, quotes=bytes([self._quote]))
            if len(rest) > MAX_ROW:  # no table has such a long run of quotes
                self.lost = self.given_up = True
            more, parsed = self._parse(part, "part" if self._long_fields else "cells")
            table, used = table + more, used + parsed
        self._retry_at = (len(data) - used) * 5 // 4 if end - used > SMALL else 0
        self._kept, self._kept_size = [data[used:]], len(data) - used
        return table

    def _parse(self, data: bytes, mode: Mode) -> tuple[bytes, int]:
        """Return a block in the inner form, and how many of its bytes that is.

        ``mode`` is that of a ``Block``.
        """
        if self.lost:
            return b"", len(data)
        array = np.frombuffer(data, np.uint8)
        is_special = array == self._special[0]
        for special in self._special[1:]:
            is_special |= array == special
        places = np.flatnonzero(is_special)
        specials = array[places]
        quotes, line_ends = places[specials == self._quote], places[_ends(specials, self._line_end)]
        block = Block(data, array, quotes, line_ends, mode, self._before, self._inside, self._mid_row)
        pairing = Pairing(block, self._spelling, self._shape, self.fields, self._alone)
        self.lost, self.given_up, self._alone = pairing.lost, pairing.given_up, pairing.alone
        if self.lost:
            return b"", len(data)
        turned = np.zeros(len(places), np.uint8)
        turned[np.searchsorted(places, pairing.quotes[pairing.turning])] = 1
        inside = (self._inside + np.cumsum(turned, dtype=np.uint8)) % 2
        table = array.copy()
        table[places] = self._meanings[specials + _INSIDE * inside.astype(np.uint16)]
        self._note(block, pairing, table)
        if self._line_end == LF and b"\r" in data:
            self._drop_returns(block, table, places[specials == CR], pairing.used)
        is_part = mode in ("part", "cells")
        if is_part:
            self._inside = bool(inside[-1]) if inside.size else self._inside
        used = pairing.used
        if used:
            self._before = data[used - 1]
            self._mid_row = is_part and (self._inside or self._before != self._line_end)
        rows = table[:used].tobytes().translate(None, bytes([DROPPED]))
        separators = (TAB_MARK, CR_MARK) if self._line_end == CR else (TAB_MARK, LF_MARK, CR_MARK)
        self.holds_separator = self.holds_separator or any(map(rows.__contains__, separators))
        return expand_marks(rows, self._texts), used

    def _note(self, block: Block, pairing: Pairing, table: Bytes) -> None:
        """Put down what pairing has found."""
        self.fields += pairing.fields
        self.mended += pairing.mended
        self.escaped += pairing.escaped
        table[pairing.dropped] = DROPPED
        table[pairing.stray] = MEND_MARK
        self._mark_empty_rows(block, pairing, table)
        for begin, end, row in pairing.patches:
            table[begin:end] = DROPPED
            table[begin : begin + len(row)] = np.frombuffer(row, np.uint8)

    def _drop_returns(self, block: Block, table: Bytes, returns: Places, used: int) -> None:
        """Drop the CRs that belong to line ends, and count these, as far as the block is used."""
        returns = returns[table[np.minimum(returns + 1, len(table) - 1)] == LF]
        returns = returns[returns < min(used, len(table) - 1)]
        table[returns] = DROPPED
        self.crlf += len(returns)
        if self._spelling.line_end == "crcrlf":
            doubled = returns[block.array[returns - 1] == CR] - 1
            table[doubled] = DROPPED
            self.crcrlf += len(doubled)

    def _mark_empty_rows(self, block: Block, pairing: Pairing, table: Bytes) -> None:
        """Put a mark for each row that is only a pair of quotes: without it the row would become an empty line."""
        pairs = pairing.dropped[:-1][np.diff(pairing.dropped) == 1]
        pairs = pairs[pairs + 2 < len(table)]
        if not pairs.size:
            return
        before = block.array[pairs - 1]
        if pairs[0] == 0:
            before[0] = block.before
        ends = pairing.ends_line(pairs + 2, block.array[pairs + 2])
        table[pairs[_ends(before, self._line_end) & ends]] = EMPTY_ROW_MARK


def _ends(specials: Bytes, line_end: int) -> Flags:
    """Return which bytes end a line."""
    ends: Flags = (specials == line_end) | (specials == RETURN_MARK)
    return ends


def _meanings(spelling: Spelling) -> Bytes:
    """Return what each byte becomes in the inner form: outside of quotes and, from 256 on, inside."""
    means = np.tile(np.arange(256, dtype=np.uint8), 2)
    means[[TAB, _INSIDE + TAB, _INSIDE + LF]] = TAB_MARK, TAB_MARK, LF_MARK
    means[[BLANK_MARK, _INSIDE + BLANK_MARK]] = DROPPED, BLANK
    means[[ESCAPE_LEAD_MARK, _INSIDE + ESCAPE_LEAD_MARK]] = BACKSLASH, DROPPED
    means[[RETURN_MARK, _INSIDE + RETURN_MARK]] = LF, CR
    means[_INSIDE + DELIMITER_MARK] = PLAIN_MARK
    means[spelling.delimiter_byte] = TAB
    if spelling.line_end == "cr":
        means[[CR, LF, _INSIDE + CR]] = LF, LF_MARK, CR_MARK
    return means


def _specials(spelling: Spelling) -> list[int]:
    """Return the bytes that may become others."""
    special = {spelling.quote_byte, TAB, LF, CR, spelling.delimiter_byte}
    special |= {BLANK_MARK} if spelling.skip_initial_space else set()
    special |= {RETURN_MARK} if spelling.line_end == "any" else set()
    special |= {ESCAPE_LEAD_MARK} if spelling.escape == "backslash" else set()
    return sorted(special)
