"""Find where rows and pages begin in the inner form, while its bytes arrive in pieces."""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy

import numpy as np

from pagecast.table.paging import PAGE_ROWS, rows_until_next_page

LF, TAB = 10, 9

MAX_RUNS = 1000
"""Runs of rows with the same number of cells that are remembered, but for those with the usual number."""

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
    >>> scanner.irregular, scanner.usual_from(1)
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
        self._runs: list[tuple[int, int]] = []  # the first row of each run, from 1, and its number of cells
        self._runs_until, self._runs_full = 0, False  # the last row of the last run, and whether no more are noted

    @property
    def is_open(self) -> bool:
        """Whether a row has begun that has not ended yet."""
        return self._fed > self.scanned

    @property
    def irregular(self) -> int:
        """Rows whose number of cells is not the usual one."""
        return self.rows - max(self._widths.values(), default=0)

    def usual_from(self, first: int) -> int:
        """Return the most frequent number of cells in the rows from ``first`` on; of several the largest.

        >>> scanner = RowScanner()
        >>> scanner.feed(b"# a note\\n# another\\n# more\\na\\tb\\nc\\td\\n")
        [0]
        >>> scanner.usual_from(1), scanner.usual_from(4)
        (1, 2)
        """
        widths = self._widths.copy()
        for begin, end, width in self._spans():
            widths[width] -= max(min(end, first) - begin, 0)
        return max(widths, key=lambda width: (widths[width], width), default=0)

    def irregular_rows(self, first: int, usual: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Return how many scanned rows from ``first`` on do not have the usual number of cells, and which.

        The rows are given as runs, from the first row of each to its last, both from 1: at most MAX_RUNS of them.

        >>> scanner = RowScanner()
        >>> scanner.feed(b"# a note\\na\\tb\\nc\\td\\ne\\nf\\n")
        [0]
        >>> scanner.irregular_rows(1, 2), scanner.irregular_rows(2, 2)
        ((3, ((1, 1), (4, 5))), (2, ((4, 5),)))
        """
        before, runs = 0, []
        for begin, end, width in self._spans():
            if width != usual:
                before += max(min(end, first) - begin, 0)
                runs.append((max(begin, first), end - 1))
        found = self._widths.total() - self._widths[usual] - before
        return found, tuple(run for run in runs if run[0] <= run[1])[:MAX_RUNS]

    def _spans(self) -> Iterator[tuple[int, int, int]]:
        """Yield the first row of each run, the row behind it, and the number of cells."""
        ends = [begin for begin, _ in self._runs[1:]] + [self._runs_until + 1]
        for (begin, width), end in zip(self._runs, ends, strict=False):
            yield begin, end, width

    @classmethod
    def after(cls, rows: int, columns: int, empty_lines: int, scanned: int) -> "RowScanner":
        """Return a scanner that continues a scanned table of ``scanned`` bytes, whose last line has ended."""
        scanner = cls()
        scanner.rows, scanner.columns, scanner.empty_lines = rows, columns, empty_lines
        scanner.scanned = scanner._fed = scanned
        scanner._runs_until = rows
        return scanner

    def before_open_row(self) -> "RowScanner":
        """Return a scanner that has seen the same bytes, but for those of a row that has not ended yet."""
        scanner = deepcopy(self)
        scanner._fed, scanner._open_tabs = scanner.scanned, 0
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
        self._note_widths(np.array([self._open_tabs + 1]))
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
            self._note_widths(np.array([int(counts[0]) + self._open_tabs + 1]))
        self._note_widths(counts[1:][lengths[1:] > 0], more=1)

    def _note_widths(self, counts: np.ndarray, more: int = 0) -> None:
        """Count the next rows by their number of cells, which is each of these counts and ``more``."""
        widths, times = _frequencies(counts)
        for width, count in zip(widths, times, strict=True):
            self._widths[width + more] += count
        self.columns = max(self.columns, *(width + more for width in widths), 0)
        if widths and not self._runs_full:
            if len(widths) > 1 or not self._runs or self._runs[-1][1] != widths[0] + more:
                self._note_runs(counts, more)
            if not self._runs_full:
                self._runs_until += len(counts)

    def _note_runs(self, counts: np.ndarray, more: int) -> None:
        begins = np.concatenate(([0], np.flatnonzero(counts[1:] != counts[:-1]) + 1))[: 2 * MAX_RUNS + 1]
        runs = [(self._runs_until + 1 + begin, int(counts[begin]) + more) for begin in begins.tolist()]
        if self._runs and self._runs[-1][1] == runs[0][1]:
            del runs[0]
        self._runs += runs
        if len(self._runs) > 2 * MAX_RUNS:  # half of them may be of rows with the usual number
            self._runs_full, self._runs_until = True, self._runs[2 * MAX_RUNS][0] - 1
            del self._runs[2 * MAX_RUNS :]


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
