"""The two readings of a table, literal and quoted: from its text in UTF-8 to the inner form.

The inner form has no quoting and no delimiter but TAB. What a cell holds that would mean something there is written
with noncharacters: Unicode sets U+FDD0 to U+FDEF aside for use inside a program (The Unicode Standard, 23.7). A literal
reading of what TAB delimits needs none of them; any other reading is ``is_marked``, and ``cell_text`` undoes it.
"""

import re

import numpy as np
import numpy.typing as npt

QUOTE, TAB, LF, CR = b'"\t\n\r'

TAB_IN_CELL, LF_IN_CELL, ITSELF, EMPTY_ROW = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""What stands for a TAB in a cell, for an LF in a cell, before one of these four that a file has of its own, and for a
row that is nothing but a pair of quotes: it has bytes, so it is no empty line."""

MAX_RUN = 2**16
"""Quotes in a row. They are looked at together, to know which are doubled, and no table has more."""

PART_BYTES = 2**19
"""Read at once: what numpy makes of more no longer fits the processor's cache."""

# Bytes that UTF-8 never has stand for the noncharacters while a part is worked on, and for what goes away.
_TAB_MARK, _LF_MARK, _CR_MARK, _EMPTY_MARK, _GONE = 0xFE, 0xFD, 0xFC, 0xFB, 0xFF
_MARKS = {_TAB_MARK: TAB_IN_CELL, _LF_MARK: LF_IN_CELL, _CR_MARK: "\r", _EMPTY_MARK: EMPTY_ROW}
_reserved = re.compile(b"\xef\xb7[\x90-\x93]")
_held = re.compile(f"{ITSELF}(.)|[{TAB_IN_CELL}{LF_IN_CELL}{EMPTY_ROW}]")
_says = {TAB_IN_CELL: "\t", LF_IN_CELL: "\n", EMPTY_ROW: ""}

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


def is_marked(delimiter: str, quoting: str) -> bool:
    """Whether the inner form of such a reading may hold the noncharacters."""
    return quoting == "quoted" or delimiter != "tab"


def cell_text(cell: str) -> str:
    """What a cell, or more, of a marked inner form says.

    >>> cell_text("a\\ufdd0b\\ufdd1c\\ufdd2\\ufdd0")
    'a\\tb\\nc\\ufdd0'
    """
    return _held.sub(lambda held: held[1] or _says[held[0]], cell)


class Literal:
    """Quotes are characters: nothing but the delimiter and the line end means anything.

    >>> literal = Literal(b",")
    >>> literal.feed(b'6" pipe,a\\tb\\r') + literal.feed(b"\\n7,") + literal.finish()
    b'6" pipe\\ta\\xef\\xb7\\x90b\\n7\\t'
    >>> literal.crlf
    1
    """

    def __init__(self, delimiter: bytes = b"\t", *, lone_cr: bool = False) -> None:
        self.crlf = 0
        """Line ends that were CRLF."""
        self.kept = b""
        """What came and means something only with what comes next."""
        self.last = b""
        """The byte before that; none at the beginning."""
        self.separators = (delimiter, b"\r" if lone_cr else b"\n")
        """What fields end with."""
        self._lone_cr = lone_cr
        self._marked = delimiter != b"\t"
        self._halves = _HALVES if self._marked else _HALVES[-1:]
        self._swap = bytes.maketrans(b"\t" + delimiter, bytes([_TAB_MARK]) + b"\t")

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, give back what they are in the inner form: the very same where nothing changes."""
        data, self.kept = _whole(self.kept + data if self.kept else data, self._halves)
        if data:
            self.last = data[-1:]
        if self._lone_cr:
            data = data.replace(b"\r", b"\n")
        elif b"\r" in data and (crlf := data.count(b"\r\n")):
            self.crlf += crlf
            data = data.replace(b"\r\n", b"\n")
        return _unmark(_escape(data).translate(self._swap)) if self._marked else data

    def finish(self) -> bytes:
        """There is no more."""
        rest, self.kept = self.kept, b""
        return rest.replace(b"\r", b"\n") if self._lone_cr else rest


class Quoted:
    """RFC 4180: a field that starts with a quote may hold delimiters, line ends, and quotes that are doubled.

    >>> quoted = Quoted(b",")
    >>> quoted.feed(b'"Oslo, NO","say ""hi""') + quoted.feed(b'",6" pipe\\r\\n') + quoted.finish()
    b'Oslo, NO\\tsay "hi"\\t6" pipe\\n'
    >>> quoted.fields, quoted.broken, quoted.holds_separator
    (2, False, False)
    """

    def __init__(self, delimiter: bytes = b"\t", *, lone_cr: bool = False) -> None:
        self.fields = 0
        """Fields that started with a quote."""
        self.broken = False
        """Whether one of them did not close properly: then the reading ends, and gives nothing more."""
        self.holds_separator = False
        """Whether one of them held a TAB or a line end."""
        self.crlf = 0
        """Line ends that were CRLF."""
        self.inside = False
        """Whether a quoted field is open."""
        self._delimiter = delimiter[0]
        self._line_end = CR if lone_cr else LF
        self._means = self._meanings()
        self._special = sorted({QUOTE, TAB, LF, CR, self._delimiter})
        self._before = self._line_end  # the byte before what is kept, or comes next
        self._kept = b""

    @classmethod
    def after(cls, literal: Literal, delimiter: bytes, *, lone_cr: bool) -> "Quoted":
        """The quoted reading from here on, where so far no field has started with a quote."""
        quoted = cls(delimiter, lone_cr=lone_cr)
        quoted._kept, quoted.crlf = literal.kept, literal.crlf
        quoted._before = ord(literal.last) if literal.last else quoted._line_end
        return quoted

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, give back what they are in the inner form."""
        return b"".join([self._feed(data[begin : begin + PART_BYTES]) for begin in range(0, len(data), PART_BYTES)])

    def finish(self) -> bytes:
        """There is no more. A field that is still open is broken."""
        rest, self._kept = self._kept, b""
        end = b" \n" if self._line_end == LF and rest.endswith(b"\r") else bytes([self._line_end])  # or it were a CRLF
        table = b"" if self.broken or not rest else self._read(rest + end)
        self.broken = self.broken or self.inside
        return b"" if self.broken else table[: -len(end)]

    def _feed(self, data: bytes) -> bytes:
        data, self._kept = _whole(self._kept + data, quotes=b'"')
        if len(self._kept) > MAX_RUN:
            self.broken = True
        return b"" if self.broken or not data else self._read(_escape(data))

    def _read(self, data: bytes) -> bytes:
        """Return a part in the inner form. Its last byte is no quote; no LF follows a CR at its end."""
        block = np.frombuffer(data, np.uint8)
        is_special = block == self._special[0]
        for special in self._special[1:]:
            is_special |= block == special
        places = np.flatnonzero(is_special)
        bytes_there = block[places]
        which = np.flatnonzero(bytes_there == QUOTE)
        turned, gone = np.zeros(len(places), np.uint8), np.empty(0, np.int64)
        if which.size:
            quotes = places[which]
            turns, dropped = self._turns(block, quotes)
            if self.broken:
                return b""
            turned[which[turns]], gone = 1, quotes[dropped]
        inside = (self.inside + np.cumsum(turned, dtype=np.uint8)) % 2
        table = block.copy()
        table[places] = self._means[bytes_there + _INSIDE * inside.astype(np.uint16)]
        table[gone] = _GONE
        self._keep_empty_rows(block, table, gone)
        if self._line_end == LF and b"\r" in data:
            crs = places[bytes_there == CR]
            crs = crs[table[np.minimum(crs + 1, len(table) - 1)] == LF]
            table[crs] = _GONE
            self.crlf += len(crs)
        self.inside = bool(inside[-1]) if inside.size else self.inside
        self._before = data[-1]
        rows = table.tobytes().translate(None, bytes([_GONE]))
        self.holds_separator = self.holds_separator or any(map(rows.__contains__, (_TAB_MARK, _LF_MARK, _CR_MARK)))
        return _unmark(rows)

    def _turns(self, block: Bytes, quotes: Places) -> tuple[Places, Places]:
        """Which of the quotes begin or end a quoted part, and which are no text."""
        before, after = block[quotes - 1], block[quotes + 1]
        if quotes[0] == 0:
            before[0] = self._before
        starts = (before == self._delimiter) | (before == self._line_end)
        ends = (after == self._delimiter) | (after == self._line_end)
        if self._line_end == LF:
            ends |= (after == CR) & (block[np.minimum(quotes + 2, len(block) - 1)] == LF)
        doubled = after == QUOTE
        follows = np.append(False, doubled[:-1])
        opening, closing = slice(int(self.inside), None, 2), slice(1 - int(self.inside), None, 2)
        if np.all((starts | follows)[opening]) and np.all((ends | doubled)[closing]):
            # As nearly always, quotes open and close in turn. Of a doubled pair the first closes and is no text, the
            # second opens again and is.
            self.fields += int(np.count_nonzero(starts[opening]))
            starts[closing] = True
            return np.arange(len(quotes)), np.flatnonzero(starts)
        return self._turns_one_by_one(starts, ends, doubled)

    def _turns_one_by_one(self, starts: Flags, ends: Flags, doubled: Flags) -> tuple[Places, Places]:
        """The same where quotes stand inside unquoted fields too, or a field does not close."""
        turns, gone = [], []
        inside, second = self.inside, False
        told = zip(starts.tolist(), ends.tolist(), doubled.tolist(), strict=True)
        for place, (start, end, twice) in enumerate(told):
            if second:
                second = False
            elif inside:
                gone.append(place)
                if twice:
                    second = True
                elif end:
                    turns.append(place)
                    inside = False
                else:
                    self.broken = True
                    break
            elif start:
                turns.append(place)
                gone.append(place)
                inside = True
                self.fields += 1
        return np.array(turns, np.int64), np.array(gone, np.int64)

    def _keep_empty_rows(self, block: Bytes, table: Bytes, gone: Places) -> None:
        """Of a row that is nothing but a pair of quotes, the first becomes a mark."""
        pairs = gone[:-1][np.diff(gone) == 1]
        if not pairs.size:
            return
        before = block[pairs - 1]
        if pairs[0] == 0:
            before[0] = self._before
        after = block[pairs + 2]
        ends = after == self._line_end
        if self._line_end == LF:
            ends |= (after == CR) & (block[np.minimum(pairs + 3, len(block) - 1)] == LF)
        table[pairs[(before == self._line_end) & ends]] = _EMPTY_MARK

    def _meanings(self) -> Bytes:
        """What each byte is in the inner form, outside of quotes and, from 256 on, inside."""
        means = np.tile(np.arange(256, dtype=np.uint8), 2)
        means[[TAB, _INSIDE + TAB, _INSIDE + LF]] = _TAB_MARK, _TAB_MARK, _LF_MARK
        means[self._delimiter] = TAB
        if self._line_end == CR:
            means[[CR, LF, _INSIDE + CR]] = LF, _LF_MARK, _CR_MARK
        return means


_INSIDE = 256


_HALVES = (b"\xef\xb7", b"\xef", b"\r")
"""Ends of a piece that mean something only with the next one: half a CRLF, a part of a noncharacter."""


def _whole(data: bytes, halves: tuple[bytes, ...] = _HALVES, quotes: bytes = b"") -> tuple[bytes, bytes]:
    """Keep back the end of a piece that means something only with the next, and the quotes before it.

    These bytes are looked at again with the next piece, so they have to be few: a file may be nothing but CR.

    >>> _whole(b"a\\r\\r"), _whole(b'a""\\r', quotes=b'"'), _whole(b"a\\xef\\xb7")
    ((b'a\\r', b'\\r'), (b'a', b'""\\r'), (b'a', b'\\xef\\xb7'))
    """
    half = next((len(half) for half in halves if data.endswith(half)), 0)
    size = len(data) - half
    if quotes:
        size = len(data[:size].rstrip(quotes))
    return (data, b"") if size == len(data) else (data[:size], data[size:])


def _escape(data: bytes) -> bytes:
    """Mark the noncharacters that a file has of its own."""
    return _reserved.sub(ITSELF.encode() + rb"\g<0>", data) if b"\xef" in data and b"\xef\xb7" in data else data


def _unmark(data: bytes) -> bytes:
    for mark, stands in _MARKS.items():
        data = data.replace(bytes([mark]), stands.encode())
    return data
