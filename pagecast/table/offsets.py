"""Where the rows and cells of one page begin: found by scanning when somebody asks, and remembered.

A page may be one line of five gigabytes, or a row of a hundred million cells. So the scan reads small blocks, stops at
the cell that is wanted, and keeps an offset only now and then. All offsets are bytes in the inner form.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable

import numpy as np

ReadBytes = Callable[[int, int], bytes]
"""Reads a table in the inner form from one offset up to another; fewer bytes where the table ends."""

LF, TAB = 10, 9

FIRST_BYTES, BLOCK_BYTES = 2**13, 2**20
"""Bytes of the first block and of the largest one. Most cells end near by, so a search begins with little."""

MARK_BYTES = 2**13
"""At most one cell in so many bytes of a row is remembered: two numbers, 0.2 % of the bytes."""

FAR_BYTES = 2**20
"""The end of a cell longer than this is remembered: scanning it takes about a millisecond."""


class RowOffsets:
    """The offsets of one row's cells, as far as anybody has asked.

    ``begin`` and ``end`` are those of the row. ``end`` may be the page's at first, for the last row of a page: the scan
    corrects it at the line end. Columns count from 0.
    """

    def __init__(self, begin: int, end: int) -> None:
        self.begin, self.end = begin, end
        self._cells, self._begins = array("Q", [0]), array("Q", [begin])  # some cells, and where they begin
        self._scanned, self._count = begin, 0  # scanned up to here; so many cells begin after the first one
        self._far: dict[int, int] = {}  # the ends of cells longer than FAR_BYTES, by where these begin

    def seek(self, read: ReadBytes, column: int) -> int | None:
        """Return where a cell begins, or None where the row has no such column."""
        while self._count < column and self._scanned < self.end:
            self._scan(read)
        mark = bisect_right(self._cells, column) - 1
        begin, steps = self._begins[mark], column - self._cells[mark]
        if steps == 0:
            return begin
        ends, row_ends = self.ends(read, begin, steps)
        return None if row_ends or len(ends) < steps else int(ends[-1]) + 1

    def ends(self, read: ReadBytes, begin: int, most: int) -> tuple[np.ndarray, bool]:
        """Return where cells end, from the cell at ``begin`` on and at most so many; and whether the row ends there."""
        found: list[np.ndarray] = []
        count, at, cell, size = 0, begin, begin, FIRST_BYTES
        while count < most:
            at = max(at, self._far.get(cell, at))
            block = read(at, min(at + size, self.end)) if at < self.end else b""
            ends = self._separators(at, block)
            if not block or (ends.size and ends[-1] == self.end):
                ends = ends if ends.size else np.array([self.end])
                most = min(most, count + len(ends))
            if ends.size:
                if ends[0] - cell > FAR_BYTES:
                    self._far[cell] = int(ends[0])
                cell = int(ends[-1]) + 1
            found.append(ends)
            count, at, size = count + len(ends), at + len(block), min(4 * size, BLOCK_BYTES)
        ends = np.concatenate(found)[:most]
        return ends, bool(ends.size and ends[-1] == self.end)

    def size(self, read: ReadBytes, begin: int) -> int:
        """Return the bytes of the cell that begins at an offset."""
        return int(self.ends(read, begin, 1)[0][0]) - begin

    def _scan(self, read: ReadBytes) -> None:
        """Scan the next block, and remember where some of its cells begin."""
        block = read(self._scanned, min(self._scanned + BLOCK_BYTES, self.end))
        tabs = self._separators(self._scanned, block)
        tabs = tabs[:-1] if tabs.size and tabs[-1] == self.end else tabs
        if tabs.size:
            after = np.arange(max(self._begins[-1], self._scanned) + MARK_BYTES, int(tabs[-1]) + 1, MARK_BYTES)
            marked = np.unique(np.searchsorted(tabs, after))
            self._cells.extend((marked + self._count + 1).tolist())
            self._begins.extend((tabs[marked] + 1).tolist())
            self._count += len(tabs)
        self._scanned += len(block)

    def _separators(self, begin: int, block: bytes) -> np.ndarray:
        """Return where the tabs of a block are, and the row's end if the block holds it."""
        found = np.flatnonzero(np.frombuffer(block, np.uint8) - np.uint8(TAB) < LF - TAB + 1)  # bytes wrap below TAB
        line_end = block.find(b"\n")
        if line_end >= 0:
            self.end = begin + line_end
            found = found[found <= line_end]
        elif not block:
            self.end = begin
        return found + begin


class PageOffsets:
    """The offsets of one page's rows. Not for two threads at once: it learns while it is asked.

    ``page`` are the page's bytes, and it holds ``rows`` rows, at least one.
    """

    def __init__(self, page: range, rows: int) -> None:
        self.page, self._n_rows = page, rows
        self._rows: list[RowOffsets] | None = None

    def rows(self, read: ReadBytes) -> list[RowOffsets]:
        """Return the offsets of each row. The first call scans all rows but the last one."""
        if self._rows is None:
            self._rows = self._find_rows(read)
        return self._rows

    def _find_rows(self, read: ReadBytes) -> list[RowOffsets]:
        rows: list[RowOffsets] = []
        begin = at = self.page.start
        while len(rows) < self._n_rows - 1 and at < self.page.stop:
            block = read(at, min(at + BLOCK_BYTES, self.page.stop))
            ends = np.flatnonzero(np.frombuffer(block, np.uint8) == LF) + at
            begins = np.concatenate(([begin], ends[:-1] + 1))
            if ends.size:
                full = ends > begins
                spans = zip(begins[full].tolist(), ends[full].tolist(), strict=True)
                rows += [RowOffsets(*span) for span in spans][: self._n_rows - 1 - len(rows)]
                begin = rows[-1].end + 1 if len(rows) == self._n_rows - 1 else int(ends[-1]) + 1
            at = at + len(block) if block else self.page.stop
        return [*rows, self._last_row(read, begin)]

    def _last_row(self, read: ReadBytes, begin: int) -> RowOffsets:
        """Skip empty lines. The row's end is not looked for: the row may be gigabytes long."""
        while block := read(begin, min(begin + BLOCK_BYTES, self.page.stop)):
            empty = len(block) - len(block.lstrip(b"\n"))
            begin += empty
            if empty < len(block):
                break
        return RowOffsets(begin, self.page.stop)


def first_row(read: ReadBytes, page: range) -> range:
    """Return the bytes of a page's first row; all of the page where that row is longer than FIRST_BYTES."""
    line_end = read(page.start, min(page.start + FIRST_BYTES, page.stop)).find(b"\n")
    return page if line_end < 0 else range(page.start, page.start + line_end)
