"""Slices of a page: the cells in column windows, cut out of its bytes without holding the rest in memory."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pagecast.table.cells import rows_of
from pagecast.table.encoding import Decoder
from pagecast.table.escapes import unescape
from pagecast.table.offsets import PageOffsets, ReadBytes, RowOffsets
from pagecast.table.window import ColumnWindow, Cut

SMALL_PAGE = 2**20
"""Bytes up to which a page is read whole each time: cheaper than remembering its offsets."""

FEW_CELLS = 2**16
"""Tabs of a small page up to which splitting all of it is the least work, whatever columns are wanted."""

MIN_CELL_BYTES = 64
"""Bytes of each cell that are shown, however many cells a page has."""


class PageSlice(NamedTuple):
    """The cells of some columns of a page."""

    rows: list[list[str]]
    """Row by row. A row without some of the columns is shorter."""
    cut: list[Cut]
    """The cells that are cut; rows count from 0 on the page."""


class CellRun(NamedTuple):
    """Cells of a row that follow each other."""

    begin: int
    """Where the first cell begins."""
    ends: np.ndarray
    """Where each cell ends."""
    sizes: np.ndarray
    """Bytes of each cell."""


def slice_page(
    read: ReadBytes, offsets: PageOffsets, windows: Sequence[ColumnWindow], *, escaped: bool = False
) -> list[PageSlice]:
    """Cut out of a page what each window shows; the page is scanned once for all windows.

    Each window must lie within the table's columns (``ColumnWindow.within``). ``escaped``: cells may hold the escapes
    of escapes.py, which are undone.
    """
    page = offsets.page
    if len(page) <= SMALL_PAGE:
        data = read(page.start, page.stop)
        if data.count(b"\t") <= FEW_CELLS:
            longest = max(len(cell) for line in data.split(b"\n") for cell in line.split(b"\t"))
            if all(longest <= window.max_cell_bytes and len(data) <= window.max_page_bytes for window in windows):
                rows = rows_of(data, escaped=escaped)
                return [PageSlice(_columns(rows, window.spans), []) for window in windows]
        read = _reader(data, page.start)
    return slice_rows(read, offsets.rows(read), windows, escaped=escaped)


def slice_rows(
    read: ReadBytes, rows: Iterable[RowOffsets], windows: Sequence[ColumnWindow], *, escaped: bool = False
) -> list[PageSlice]:
    """Cut out of some rows what each window shows, as ``slice_page`` does for those of a page."""
    union = merge_spans(span for window in windows for span in window.spans)
    found = [_runs(read, row, union) for row in rows]
    return [
        _slice(read, [_runs_within(runs, union, window.spans) for runs in found], window, escaped) for window in windows
    ]


def merge_spans(spans: Iterable[range]) -> list[range]:
    """Return the columns of all spans as few spans, ascending and disjoint.

    >>> merge_spans([range(7, 9), range(0, 4), range(2, 5), range(5, 6)])
    [range(0, 6), range(7, 9)]
    """
    union: list[range] = []
    for span in sorted(spans, key=lambda span: span.start):
        if union and span.start <= union[-1].stop:
            union[-1] = range(union[-1].start, max(union[-1].stop, span.stop))
        else:
            union.append(span)
    return union


def _columns(rows: list[list[str]], spans: Sequence[range]) -> list[list[str]]:
    if len(spans) == 1:
        columns = slice(spans[0].start, spans[0].stop)
        return [row[columns] for row in rows]
    return [[cell for span in spans for cell in row[span.start : span.stop]] for row in rows]


def _slice(read: ReadBytes, found: list[list[CellRun]], window: ColumnWindow, escaped: bool) -> PageSlice:
    """Read the cells of one window: ``found`` are its runs in each row, one a span."""
    limit, all_fit = _limit([run.sizes for runs in found for run in runs], window)
    rows: list[list[str]] = []
    cut: list[Cut] = []
    for number, runs in enumerate(found):
        row: list[str] = []
        for span, run in zip(window.spans, runs, strict=False):
            if all_fit:
                row += _cells(read, run)
                continue
            row += _beginnings(read, run, limit)
            cut += [Cut(number, span.start + i, int(run.sizes[i])) for i in np.flatnonzero(run.sizes > limit).tolist()]
        rows.append([unescape(cell) for cell in row] if escaped else row)
    return PageSlice(rows, cut)


def _runs(read: ReadBytes, row: RowOffsets, spans: Sequence[range]) -> list[CellRun]:
    """Find the cells of these columns, as far as the row has them."""
    runs: list[CellRun] = []
    for span in spans:
        begin = row.seek(read, span.start)
        if begin is None:
            break
        ends, _ = row.ends(read, begin, len(span))
        runs.append(CellRun(begin, ends, ends - np.concatenate(([begin], ends[:-1] + 1))))
    return runs


def _runs_within(runs: list[CellRun], union: list[range], spans: Sequence[range]) -> list[CellRun]:
    """Pick the runs of one window's spans from the runs of ``union``, which covers all windows."""
    found: list[CellRun] = []
    for span in spans:
        at = bisect_right(union, span.start, key=lambda one: one.start) - 1
        first = span.start - union[at].start
        if at >= len(runs) or first >= len(runs[at].ends):
            break  # the row ends before
        begin, ends, sizes = runs[at]
        begin = int(ends[first - 1]) + 1 if first else begin
        found.append(CellRun(begin, ends[first : first + len(span)], sizes[first : first + len(span)]))
    return found


def _limit(sizes: list[np.ndarray], window: ColumnWindow) -> tuple[int, bool]:
    """Return how many bytes of each cell there is room for, and whether no cell is longer."""
    every = np.concatenate(sizes) if sizes else np.zeros(1, int)
    longest, limit = int(every.max()), window.max_cell_bytes
    while limit > MIN_CELL_BYTES and int(np.minimum(every, limit).sum()) > window.max_page_bytes:
        limit //= 2
    return limit, longest <= limit


def _cells(read: ReadBytes, run: CellRun) -> list[str]:
    return read(run.begin, int(run.ends[-1])).decode("utf-8", "replace").split("\t")


def _beginnings(read: ReadBytes, run: CellRun, limit: int) -> list[str]:
    cells = zip((run.ends - run.sizes).tolist(), run.sizes.tolist(), strict=True)
    return [beginning_of(read(at, at + min(size, limit)), size) for at, size in cells]


def beginning_of(data: bytes, size: int) -> str:
    """Return the text of a cell of ``size`` bytes, of which ``data`` is the beginning, without half a character.

    >>> beginning_of("naïve".encode()[:3], 6), beginning_of(b"caf\\xe9", 4)
    ('na', 'caf\\ufffd')
    """
    return Decoder("utf-8").feed(data).decode() if len(data) < size else data.decode("utf-8", "replace")


def _reader(data: bytes, offset: int) -> ReadBytes:
    return lambda begin, end: data[begin - offset : end - offset]
