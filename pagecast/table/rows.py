"""Find where rows and pages begin in the inner form, while its bytes arrive in pieces."""

from collections import Counter

import numpy as np

from pagecast.table.paging import PAGE_ROWS, rows_until_next_page

LF, TAB = 10, 9

BLOCK_BYTES = 2**19
"""Bytes scanned at once. The arrays that numpy makes of more do not fit the processor's cache: twice the time."""


class RowScanner:
    """Counts the rows of a table in the inner form, and finds where its pages begin.

    Feed it the bytes in pieces of any size; then finish it.

    >>> scanner = RowScanner()
    >>> scanner.feed(b"city\\tcountry\\nOs")
    [0]
    >>> scanner.feed(b"lo\\tNO\\n\\nQuito\\tEC")
    []
    >>> scanner.rows, scanner.scanned
    (2, 22)
    >>> scanner.finish()
    []
    >>> scanner.rows, scanner.columns, scanner.empty_lines, scanner.scanned
    (3, 2, 1, 30)
    >>> scanner.irregular, scanner.usual
    (0, 2)
    """

    def __init__(self) -> None:
        self.rows = 0
        """Lines with at least one byte, so far."""
        self.columns = 0
        """Cells in the widest row."""
        self.empty_lines = 0
        self.scanned = 0
        """Where the last whole line ended. The bytes after it wait for their line end."""
        self._fed = 0
        self._open_tabs = 0  # tabs in the line that has not ended yet
        self._widths: Counter[int] = Counter()  # rows by their number of cells

    @property
    def irregular(self) -> int:
        """Rows whose number of cells is not the usual one."""
        return self.rows - max(self._widths.values(), default=0)

    @property
    def usual(self) -> int:
        """The most frequent number of cells in a row."""
        return max(self._widths, key=lambda width: self._widths[width], default=0)

    @classmethod
    def after(cls, rows: int, columns: int, empty_lines: int, scanned: int) -> "RowScanner":
        """Return a scanner that continues a scanned table of ``scanned`` bytes, whose last line has ended."""
        scanner = cls()
        scanner.rows, scanner.columns, scanner.empty_lines = rows, columns, empty_lines
        scanner.scanned = scanner._fed = scanned
        return scanner

    def feed(self, data: bytes) -> list[int]:
        """Take the next bytes, and return the offsets of the pages whose first row they completed."""
        blocks = (data[begin : begin + BLOCK_BYTES] for begin in range(0, len(data), BLOCK_BYTES))
        return [start for block in blocks for start in self._scan(block)]

    def finish(self) -> list[int]:
        """Count a last line without a line end; return the offset of its page if it is the first row there."""
        if self._fed == self.scanned:
            return []
        starts = [] if rows_until_next_page(self.rows) else [self.scanned]
        self.rows += 1
        self._note_width(self._open_tabs + 1)
        self.scanned = self._fed
        return starts

    def _scan(self, data: bytes) -> list[int]:
        block = np.frombuffer(data, np.uint8)
        line_ends = np.flatnonzero(block == LF)
        if not line_ends.size:
            self._open_tabs += data.count(b"\t")
            self._fed += len(data)
            return []
        begins = np.concatenate(([self.scanned - self._fed], line_ends[:-1] + 1))
        lengths = line_ends - begins
        if lengths.any():
            self._count_cells(block, line_ends, lengths)
        self._open_tabs = data.count(b"\t", int(line_ends[-1]) + 1)
        if not lengths.all():
            begins = begins[lengths > 0]
            self.empty_lines += len(lengths) - len(begins)
        starts: list[int] = (begins[rows_until_next_page(self.rows) :: PAGE_ROWS] + self._fed).tolist()
        self.rows += len(begins)
        self.scanned = self._fed + int(line_ends[-1]) + 1
        self._fed += len(data)
        return starts

    def _count_cells(self, block: np.ndarray, line_ends: np.ndarray, lengths: np.ndarray) -> None:
        """Note the widths of these lines. The sums are as narrow as the longest line allows: four times as fast."""
        longest = int(lengths.max())
        narrowest = np.uint8 if longest < 2**8 else np.uint16 if longest < 2**16 else np.uint64
        tabs = (block == TAB).view(np.uint8)
        begins = np.concatenate(([0], line_ends[:-1] + 1))
        counts = np.add.reduceat(tabs[: line_ends[-1] + 1], begins, dtype=narrowest)
        if lengths[0] > 0:
            self._note_width(int(counts[0]) + self._open_tabs + 1)
        widths, times = _frequencies(counts[1:][lengths[1:] > 0])
        for width, count in zip(widths, times, strict=True):
            self._note_width(width + 1, count)

    def _note_width(self, width: int, rows: int = 1) -> None:
        self._widths[width] += rows
        self.columns = max(self.columns, width)


def _frequencies(values: np.ndarray) -> tuple[list[int], list[int]]:
    """Return the distinct values and how often each occurs. Small ones, nearly always, are counted without sorting."""
    if not values.size:
        return [], []
    if values.max() < 2**12:  # so many counters fit the processor's first cache
        found = np.bincount(values)
        distinct = np.flatnonzero(found)
        return distinct.tolist(), found[distinct].tolist()
    distinct, found = np.unique(values, return_counts=True)
    return distinct.tolist(), found.tolist()
