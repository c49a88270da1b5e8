"""Find out which quotes of a block open and close fields, and read the rows on their own in which they do not pair.

All quotes are classified at once, and paired in turn for as long as each opens where a field starts and closes where
one ends. Only where that fails is a row looked at by itself: so a block costs the same with or without a stray quote.
"""

from bisect import bisect_left
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pagecast.table.columns import kind_of
from pagecast.table.escapes import BLANK_MARK, RETURN_MARK
from pagecast.table.mend import MendedRow, inner_form, mend_row
from pagecast.table.spelling import Spelling

LF, CR, BACKSLASH = b"\n\r\\"

GIVEN_UP = 10_000
"""Rows read on their own at which quotes are given up, if fewer fields have closed: it takes long, and no table with
quotes has so many."""

JOINED_ROWS = 10
"""Lines of a quoted field that are tried as rows. If all of them are, the field is not one."""

WINDOW = 4096
"""Quotes among which such fields are looked for at once: one that is found early costs no look at all the others."""

MIN_JOINED = 4
"""So many lines have to be tried in a table without numbers and dates, where a line of text may look like a row."""

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Mode = Literal["rows", "part", "cells", "last"]


class Shape(NamedTuple):
    """The shape that most rows of a table have."""

    usual: int = 0
    """Their number of cells; 0 where it is not known."""
    values: tuple[int, ...] = ()
    """Columns of numbers or dates, from 0."""


UNKNOWN_SHAPE = Shape()


class Patch(NamedTuple):
    """A row of a block that was read on its own."""

    begin: int
    end: int
    row: bytes
    """The row in the inner form, with marks of escapes.py. It is not longer than the row in the block."""


class Block(NamedTuple):
    """Some bytes of a text, respelled."""

    data: bytes
    array: Bytes
    """The same bytes."""
    quotes: Places
    line_ends: Places
    mode: Mode
    """It is whole ``rows``, of which those from an open field on are left; or it is a ``part`` of a long row, and ends
    anywhere but in a run of quotes; or such a part, of which the ``cells`` from an open field on are left; or it is the
    ``last`` of the text."""
    before: int
    """The byte before it."""
    inside: bool
    """Whether a field is open at its beginning."""
    mid_row: bool
    """Whether a row has begun before it."""


class Pairing:
    """The pairs of quotes in a block.

    ``shape``: that of most rows. ``closed``: fields before the block that have closed properly. ``alone``: rows before
    it that were read on their own.
    """

    def __init__(self, block: Block, spelling: Spelling, shape: Shape, closed: int = 0, alone: int = 0) -> None:
        self.lost = False
        """Whether a field does not close that was opened before this block."""
        self.used = len(block.data)
        """Bytes of the block that are parsed. The row after them has a field that may still close."""
        self.patches: list[Patch] = []
        self.fields = 0
        """Fields that started with a quote and closed properly, or are still open."""
        self.mended = 0
        """Fields that started with a quote and did not close properly."""
        self.escaped = 0
        """Of these, fields with a backslash before a stray quote."""
        self.alone = alone
        """Rows read on their own so far, those before the block included."""
        self.given_up = False
        """Whether there are too many of them."""
        self._closed = closed
        self._block, self._spelling, self._shape = block, spelling, shape
        self._usual = shape.usual if shape.usual > 1 else 0
        self._delimiter, self._quote = spelling.delimiter_byte, spelling.quote_byte
        self._line_end = spelling.line_end_byte
        self._classify()
        self.turning = np.zeros(len(self.quotes), np.bool_)
        """Of each of ``quotes``, whether it turns quoting on or off."""
        self.dropped = np.empty(0, np.int64)
        """Places of quotes that are syntax, not text."""
        self.stray = np.empty(0, np.int64)
        """Places of the first quotes that are text of a mended field."""
        self._bad: dict[int, list[int]] = {}
        self._counts: Places | None = None
        if len(self.quotes) or block.inside:
            # Lists are searched several times as fast as arrays.
            self._places: list[int] = self.quotes.tolist()
            self._ends: list[int] = block.line_ends.tolist()
            self._run()
            self._sum_up()

    def _classify(self) -> None:
        """Classify the quotes. One that neither starts nor ends a field, nor is beside another, pairs with none."""
        block, places = self._block, self._block.quotes
        array, last = block.array, len(block.array) - 1
        before, after = array[places - 1], array[np.minimum(places + 1, last)]
        if len(places) and places[0] == 0:
            before[0] = block.before
        starts = (before == self._delimiter) | (before == self._line_end)
        starts |= (before == BLANK_MARK) | (before == RETURN_MARK)
        ends = (after == self._delimiter) | (after == BLANK_MARK) | self.ends_line(places + 1, after)
        doubled = after == self._quote
        if len(places) and places[-1] == last:
            doubled[-1] = False
        follows = np.append(False, doubled[:-1])[: len(places)]
        pairs = starts | ends | doubled | follows
        self._inner = places[~pairs]
        self.quotes = places[pairs]
        """Places of the quotes that may open or close a field."""
        self._starts = starts[pairs]
        self._no_opening = ~(starts | follows)[pairs]
        self._no_closing = ~(ends | doubled)[pairs]
        self._doubled = doubled[pairs]

    def ends_line(self, at: Places, found: Bytes) -> Flags:
        """Return whether a line ends at each of these places, where ``found`` stands: with CRs that belong to it."""
        ends: Flags = (found == self._line_end) | (found == RETURN_MARK)
        if self._line_end == LF and b"\r" in self._block.data:
            array, last = self._block.array, len(self._block.array) - 1
            behind = array[np.minimum(at + 1, last)]
            ends |= (found == CR) & (behind == LF)
            if self._spelling.line_end == "crcrlf":
                ends |= (found == CR) & (behind == CR) & (array[np.minimum(at + 2, last)] == LF)
        return ends

    def _run(self) -> None:
        """Pair all quotes, one stretch after the other: each as long as quotes open and close in turn."""
        at, inside, size = 0, int(self._block.inside), len(self.quotes)
        while not self.lost:
            until = self._paired_until(at, inside)
            joining = self._find_joining(at, inside, until)
            if joining is not None:
                at, inside = self._leave_field(at, inside, joining), 0
                continue
            is_open = (until - at + inside) % 2 == 1
            if until < size and not is_open:
                self.turning[at:until] = True
                at, inside = self._behind_run(until), 0
            elif is_open and (until < size or self._block.mode != "part"):
                opening = self._opening(at, inside, until)
                if opening is None:
                    self.lost = True
                elif until == size and self._may_close_later(opening):
                    self.turning[at:opening] = True
                    is_row = self._block.mode == "rows"
                    self.used = self._row_begin(at, inside, opening) if is_row else self._places[opening]
                    break
                else:
                    at, inside = self._leave_field(at, inside, opening), 0
            else:
                self.turning[at:] = True
                break

    def _paired_until(self, at: int, inside: int) -> int:
        """Return which quote is the first that does not pair, if pairing begins at ``at``."""
        parity = (at + inside) % 2
        if parity not in self._bad:
            opening = np.arange(len(self.quotes)) % 2 == parity
            self._bad[parity] = np.flatnonzero(np.where(opening, self._no_opening, self._no_closing)).tolist()
        bad = self._bad[parity]
        place = bisect_left(bad, at)
        return bad[place] if place < len(bad) else len(self.quotes)

    def _opening(self, at: int, inside: int, until: int) -> int | None:
        """Return which quote opened the field that is open before quote ``until``; None if that came before."""
        opening = until - 1
        while opening >= at and not self._starts[opening]:
            opening -= 2
        return opening if opening >= at else None

    def _may_close_later(self, opening: int) -> bool:
        """Return whether a field that is open at the end of the block is to wait for more bytes."""
        mode = self._block.mode
        return mode == "rows" or (mode == "cells" and self._places[opening] > 0)

    def _behind_run(self, quote: int) -> int:
        """Return the first quote that does not follow this one at once: a run of quotes within text is text."""
        behind = quote + 1
        while behind < len(self._places) and self._places[behind] == self._places[behind - 1] + 1:
            behind += 1
        return behind

    def _find_joining(self, at: int, inside: int, until: int) -> int | None:
        """Return which quote opens the first field between these that joins whole rows; None where none does."""
        if not self._usual or until == at:
            return None
        opening: int | None = None
        for begin in range(at, until, WINDOW):
            end = min(begin + WINDOW, until)
            state = (begin - at + inside) % 2
            if (joining := self._find_joining_within(begin, state, end, until, opening)) is not None:
                return joining
            opened = self._openings(begin, state, end)
            opening = int(opened[-1]) if opened.size else opening
        return None

    def _openings(self, at: int, inside: int, until: int) -> Places:
        """Return which of these quotes open a field, if they pair from ``at`` on."""
        opens = (np.arange(at, until) - at + inside) % 2 == 0
        return at + np.flatnonzero(opens & self._starts[at:until])

    def _find_joining_within(self, at: int, inside: int, end: int, until: int, before: int | None) -> int | None:
        """Do the same for the line ends among some of the quotes.

        ``end``: the quote behind them. ``before``: the last quote before them that opened a field.
        """
        is_open = end == len(self.quotes) and (end - at + inside) % 2 == 1
        ends = self._block.line_ends
        first = bisect_left(self._ends, self._places[at - 1] if at else 0)
        last = len(ends) - 1 if is_open else bisect_left(self._ends, self._places[end - 1])
        if last <= first:
            return None
        lines = np.arange(first, last)
        follow = at + np.searchsorted(self.quotes[at:end], ends[first:last])
        within = (follow - at + inside) % 2 == 1
        if not within.any():
            return None
        full = self._cells_of_lines() >= self._usual
        follow = follow[within & full[lines] & full[lines + 1]]
        openings = self._openings(at, inside, end)
        fields = np.unique(np.searchsorted(openings, follow))
        for field in fields.tolist():
            opening = int(openings[field - 1]) if field else before
            if opening is not None and self._joins_rows(opening, until):
                return opening
        return None

    def _closing(self, behind: int, until: int) -> int:
        """Return which quote closes the field that is open before quote ``behind``; ``until`` where none does."""
        while behind < until and self._doubled[behind]:
            behind += 2
        return min(behind, until)

    def _cells_of_lines(self) -> Places:
        """Return how many cells each line has if quotes are no syntax."""
        if self._counts is None:
            delimiters = np.flatnonzero(self._block.array == self._delimiter)
            bounds = np.concatenate(([0], self._block.line_ends + 1, [len(self._block.array)]))
            self._counts = np.diff(np.searchsorted(delimiters, bounds)) + 1
        return self._counts

    def _joins_rows(self, opening: int, until: int) -> bool:
        """Return whether the first lines of a quoted field are rows, each with the usual number of cells.

        ``until``: the first quote behind it that does not pair.
        """
        ends = self._ends
        first = bisect_left(ends, self._places[opening])
        last = first + JOINED_ROWS - 1
        seen = bisect_left(self._places, ends[last]) if last < len(ends) else len(self._places)
        closing = self._closing(opening + 1, min(seen, until))
        if closing < min(seen, until):
            last = min(last, bisect_left(ends, self._places[closing]))
        elif until < min(seen, len(self._places)) or last >= len(ends):
            return False  # it does not close properly, or may close soon
        if last >= len(ends) or (self._cells_of_lines()[first : last + 1] < self._usual).any():
            return False
        if not self._shape.values and last - first + 1 < MIN_JOINED:
            return False
        return all(self._is_row(self._read_line(line).cells) for line in range(first, last + 1))

    def _is_row(self, cells: list[bytes]) -> bool:
        """Return whether cells are a row like most: of the usual number, with values in the columns of values."""
        if len(cells) != self._usual:
            return False
        values = [cells[column].decode("utf-8", "replace") for column in self._shape.values]
        return all(kind_of([value]) != "text" for value in values)

    def _read_line(self, line: int) -> MendedRow:
        return self._read_row(self._ends[line - 1] + 1 if line else 0, self._content_end(self._ends[line]))

    def _read_row(self, begin: int, end: int) -> MendedRow:
        blank = bytes([BLANK_MARK]) if self._spelling.skip_initial_space else b""
        row, line_end = self._block.data[begin:end], bytes([self._line_end])
        return mend_row(row, self._delimiter, self._quote, self._usual, line_end, blank)

    def _content_end(self, line_end: int) -> int:
        """Return where the last cell ends before a line end."""
        returns = 0 if self._line_end == CR else 2 if self._spelling.line_end == "crcrlf" else 1
        while returns and line_end and self._block.data[line_end - 1] == CR:
            line_end, returns = line_end - 1, returns - 1
        return line_end

    def _row_begin(self, at: int, inside: int, quote: int) -> int:
        """Return where the row of a quote begins, in a stretch of quotes that pair from ``at`` on."""
        line = bisect_left(self._ends, self._places[quote])
        while line:
            before = bisect_left(self._places, self._ends[line - 1])
            if before >= at:
                turned = before - at + inside
            else:
                turned = int(np.count_nonzero(self.turning[:before])) + self._block.inside
            if turned % 2 == 0:
                return self._ends[line - 1] + 1
            line -= 1
        return 0

    def _leave_field(self, at: int, inside: int, opening: int) -> int:
        """Read the row on its own in which a field does not close. Return the first quote behind it.

        Quotes from ``at`` to that field pair. A row that is not all in the block stays, but for this quote.
        """
        self.turning[at:opening] = True
        begin = self._row_begin(at, inside, opening)
        line = bisect_left(self._ends, self._places[opening])
        if line == len(self._ends) or (begin == 0 and self._block.mid_row):
            self.mended += 1
            return self._behind_run(opening)
        end = self._content_end(self._ends[line])
        row = self._read_row(begin, end)
        if row.mended and row.mended[-1] == len(row.cells) - 1 and not row.quoted[-1]:
            end, row = self._with_last_field(begin, line, end, row)
        self.turning[bisect_left(self._places, begin) : opening] = False
        self.fields += sum(row.quoted)
        self.mended += len(row.mended)
        escape = bytes([BACKSLASH, self._quote])
        self.escaped += sum(escape in row.cells[cell] for cell in row.mended)
        table = inner_form(row, self._quote, by_returns=self._line_end == CR, noted=True) if end > begin else b""
        self.patches.append(Patch(begin, end, table))
        self.alone += 1
        if self.alone == GIVEN_UP:
            self._check_worth(opening)
        return bisect_left(self._places, end)

    def _check_worth(self, until: int) -> None:
        """Give up quotes if fewer fields have closed before this quote than rows have been read on their own."""
        turning = self.turning[:until]
        opening = turning & ((np.cumsum(turning) + self._block.inside) % 2 == 1) & self._starts[:until]
        closed = self._closed + self.fields + int(np.count_nonzero(opening))
        self.given_up = self.lost = closed < self.alone

    def _with_last_field(self, begin: int, line: int, end: int, row: MendedRow) -> tuple[int, MendedRow]:
        """Read a mended row to the line in which its last field closes properly, where that is the better row."""
        near = self._ends[min(line + JOINED_ROWS, len(self._ends) - 1)]
        until = bisect_left(self._places, near)
        closing = self._closing(bisect_left(self._places, end), until)
        if closing == until or self._no_closing[closing]:
            return end, row
        last = bisect_left(self._ends, self._places[closing])
        if last == len(self._ends) or last - line >= JOINED_ROWS or self._is_row(self._read_line(line + 1).cells):
            return end, row
        longer = self._read_row(begin, self._content_end(self._ends[last]))
        is_better = len(longer.cells) == self._usual and len(longer.mended) < len(row.mended)
        return (self._content_end(self._ends[last]), longer) if is_better else (end, row)

    def _sum_up(self) -> None:
        """Count fields, and find the quotes that are syntax and those that are stray text of a field."""
        turned = np.cumsum(self.turning) + self._block.inside
        opening = self.turning & (turned % 2 == 1)
        fields = opening & self._starts & (self.quotes < self.used)
        self.fields += int(np.count_nonzero(fields))
        self.dropped = self.quotes[(self.turning & ~opening) | fields]
        behind = np.searchsorted(self.quotes, self._inner)
        within = np.append(self._block.inside, turned)[behind] % 2 == 1
        stray, behind = self._inner[within & (self._inner < self.used)], behind[within & (self._inner < self.used)]
        if stray.size:
            _, firsts = np.unique(np.append(0, np.cumsum(fields))[behind], return_index=True)
            self.stray = stray[firsts]
            self.mended += len(firsts)
            self.fields -= len(firsts)
            self.escaped += int(np.count_nonzero(self._block.array[self.stray - 1] == BACKSLASH))
