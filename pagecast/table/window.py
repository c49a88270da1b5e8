"""Some columns of a page, cut out of its bytes without holding the rest in memory.

A page may be one line of five gigabytes, or a row of a hundred million cells: what is asked for is found by scanning,
in pieces, and where cells begin is remembered on the way, so that the next question is answered at once.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import MAX_CELL
from pagecast.table.cells import rows_of
from pagecast.table.encoding import Decoder
from pagecast.table.readings import ITSELF, cell_text

ReadBytes = Callable[[int, int], bytes]
"""The bytes of a table in the inner form from one offset to another, fewer where it ends."""

LF, TAB = 10, 9

SMALL_PAGE = 2**20
"""Bytes up to which a page is read at once, and nothing is remembered of it."""

FEW_CELLS = 2**16
"""Cells of a small page up to which it is the least work to split all of it, whatever is wanted."""

FIRST_BYTES, PIECE_BYTES = 2**13, 2**20
"""Scanned at once: little at first, since most of what is looked for is near."""

MARKED_BYTES = 2**13
"""In a long row, the beginning of one cell is remembered in so many bytes: a sixtieth of a percent of them at most."""

FAR_BYTES = 2**20
"""A cell longer than this is not gone through twice."""

LEAST_CELL = 64
"""However many cells there are, so many bytes of each are shown."""


class Window(Fact, frozen=True):
    """What somebody looks at of a page: some columns, and how much of what is long."""

    spans: tuple[range, ...]
    """Columns, counted from 0; ascending, and none twice."""
    most_cell: int
    """Bytes of a cell."""
    most_page: int
    """Bytes of all cells: where there are more, the longest are cut shorter."""

    def within(self, columns: int) -> tuple[range, ...]:
        """Those of its columns that a table has; the table's first ones where it has none of them.

        >>> Window((range(0, 2), range(5, 9)), 2048, 2**20).within(7)
        (range(0, 2), range(5, 7))
        >>> Window((range(50, 90),), 2048, 2**20).within(7)
        (range(0, 7),)
        """
        spans = tuple(range(span.start, min(span.stop, columns)) for span in self.spans if span.start < columns)
        return spans or (range(min(columns, sum(map(len, self.spans)))),)


FIRST_COLUMNS = 100
"""What a viewer is shown before it has said what it looks at."""

PLAIN_COLUMNS = 2000
"""What clients of the plain protocol and of the rows API are sent of a row."""


def looking_at(*spans: range) -> Window:
    """What a viewer of `pagecast.v1` is sent."""
    return Window(spans, MAX_CELL, 2**20)


def plain_window(columns: range = range(PLAIN_COLUMNS)) -> Window:
    """What others are sent: cells and pages of any usual size whole."""
    return Window((columns,), 2**20, 8 * 2**20)


FIRST_WINDOW, PLAIN = looking_at(range(FIRST_COLUMNS)), plain_window()


class Cut(NamedTuple):
    """A cell of which only the beginning is there."""

    row: int
    """From 0."""
    column: int
    """From 0."""
    size: int
    """Bytes of the whole cell."""


class Part(NamedTuple):
    """The cells of some columns, row by row. A row that has no more cells is shorter."""

    rows: list[list[str]]
    cut: list[Cut]


class Excerpt(NamedTuple):
    """What is seen of a page through a window."""

    n_columns: int = 0
    """Of the table."""
    spans: tuple[range, ...] = ()
    """The columns that are here."""
    header: list[str] = []  # noqa: RUF012 - a NamedTuple has no other
    """Their names, of a table that names them."""
    kinds: list[str] = []  # noqa: RUF012
    cut: list[Cut] = []  # noqa: RUF012
    """Cells, and names, that are not all there; rows counted from 0 in the table, and the header is row 0."""
    rows: list[list[str]] = []  # noqa: RUF012


class RowMap:
    """Where the cells of one row are, as far as anybody has asked."""

    def __init__(self, begin: int, end: int) -> None:
        self.begin, self.end = begin, end  # of a page's last row, `end` is the page's until its line end is found
        self._cells, self._begins = array("Q", [0]), array("Q", [begin])  # some cells, and where they begin
        self._scanned, self._count = begin, 0  # up to here, and so many cells begin after the first one
        self._far: dict[int, int] = {}  # where cells end that are longer than FAR_BYTES, by their beginnings

    def seek(self, read: ReadBytes, column: int) -> int | None:
        """Where a cell begins, or None where the row has none there."""
        while self._count < column and self._scanned < self.end:
            self._scan(read)
        mark = bisect_right(self._cells, column) - 1
        begin, steps = self._begins[mark], column - self._cells[mark]
        if steps == 0:
            return begin
        ends, whole = self.ends(read, begin, steps)
        return None if whole or len(ends) < steps else int(ends[-1]) + 1

    def ends(self, read: ReadBytes, begin: int, most: int) -> tuple[np.ndarray, bool]:
        """Where the cells end that follow each other from here, so many at most; and whether the row ends there."""
        found: list[np.ndarray] = []
        count, at, cell, size = 0, begin, begin, FIRST_BYTES
        while count < most:
            at = max(at, self._far.get(cell, at))
            piece = read(at, min(at + size, self.end)) if at < self.end else b""
            ends = self._separators(at, piece)
            if not piece or (ends.size and ends[-1] == self.end):
                ends = ends if ends.size else np.array([self.end])
                most = min(most, count + len(ends))
            if ends.size:
                if ends[0] - cell > FAR_BYTES:
                    self._far[cell] = int(ends[0])
                cell = int(ends[-1]) + 1
            found.append(ends)
            count, at, size = count + len(ends), at + len(piece), min(4 * size, PIECE_BYTES)
        ends = np.concatenate(found)[:most]
        return ends, bool(ends.size and ends[-1] == self.end)

    def size(self, read: ReadBytes, begin: int) -> int:
        """Bytes of the cell that begins here."""
        return int(self.ends(read, begin, 1)[0][0]) - begin

    def _scan(self, read: ReadBytes) -> None:
        """Look at the next piece, and remember where some of its cells begin."""
        piece = read(self._scanned, min(self._scanned + PIECE_BYTES, self.end))
        tabs = self._separators(self._scanned, piece)
        tabs = tabs[:-1] if tabs.size and tabs[-1] == self.end else tabs
        if tabs.size:
            after = np.arange(max(self._begins[-1], self._scanned) + MARKED_BYTES, int(tabs[-1]) + 1, MARKED_BYTES)
            marked = np.unique(np.searchsorted(tabs, after))
            self._cells.extend((marked + self._count + 1).tolist())
            self._begins.extend((tabs[marked] + 1).tolist())
            self._count += len(tabs)
        self._scanned += len(piece)

    def _separators(self, begin: int, piece: bytes) -> np.ndarray:
        """Where the tabs in a piece are, and the row's end if it is there."""
        found = np.flatnonzero(np.frombuffer(piece, np.uint8) - np.uint8(TAB) < LF - TAB + 1)
        line_end = piece.find(b"\n")
        if line_end >= 0:
            self.end = begin + line_end
            found = found[found <= line_end]
        elif not piece:
            self.end = begin
        return found + begin


class PageMap:
    """Where the rows of one page begin, and their cells. It learns by being asked: by one at a time."""

    def __init__(self, page: range, rows: int) -> None:
        self.page, self._wanted = page, rows
        self._rows: list[RowMap] | None = None

    def rows(self, read: ReadBytes) -> list[RowMap]:
        if self._rows is None:
            self._rows = self._find_rows(read)
        return self._rows

    def _find_rows(self, read: ReadBytes) -> list[RowMap]:
        rows: list[RowMap] = []
        begin = at = self.page.start
        while len(rows) < self._wanted - 1 and at < self.page.stop:
            piece = read(at, min(at + PIECE_BYTES, self.page.stop))
            ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == LF) + at
            begins = np.concatenate(([begin], ends[:-1] + 1))
            if ends.size:
                full = ends > begins
                spans = zip(begins[full].tolist(), ends[full].tolist(), strict=True)
                rows += [RowMap(*span) for span in spans][: self._wanted - 1 - len(rows)]
                begin = rows[-1].end + 1 if len(rows) == self._wanted - 1 else int(ends[-1]) + 1
            at = at + len(piece) if piece else self.page.stop
        return [*rows, self._last_row(read, begin)]

    def _last_row(self, read: ReadBytes, begin: int) -> RowMap:
        while piece := read(begin, min(begin + PIECE_BYTES, self.page.stop)):
            empty = len(piece) - len(piece.lstrip(b"\n"))
            begin += empty
            if empty < len(piece):
                break
        return RowMap(begin, self.page.stop)


class Wanted(NamedTuple):
    """Some columns of a page: at most so many bytes of each cell, and of all together where that can be."""

    spans: tuple[range, ...]
    most_cell: int
    most_page: int


def parts_of(read: ReadBytes, place: PageMap, wanted: Sequence[Wanted], *, marked: bool = False) -> list[Part]:
    """The cells of these columns of a page, each of what is wanted by itself: where they are is looked for once.

    ``marked``: cells may hold the noncharacters of readings.py, which are undone.
    """
    page = place.page
    if len(page) <= SMALL_PAGE:
        data = read(page.start, page.stop)
        if data.count(b"\t") <= FEW_CELLS:
            longest = max(len(cell) for line in data.split(b"\n") for cell in line.split(b"\t"))
            if all(longest <= one.most_cell and len(data) <= one.most_page for one in wanted):
                rows = rows_of(data, marked=marked)
                return [Part(_columns(rows, one.spans), []) for one in wanted]
        read = _reader(data, page.start)
    union = joined(span for one in wanted for span in one.spans)
    found = [_runs(read, row, union) for row in place.rows(read)]
    return [_part(read, [_runs_within(runs, union, one.spans) for runs in found], one, marked) for one in wanted]


def joined(spans: Iterable[range]) -> list[range]:
    """Columns that some of these have, as few runs of them as there can be.

    >>> joined([range(7, 9), range(0, 4), range(2, 5), range(5, 6)])
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


def _part(read: ReadBytes, found: list[list["Run"]], wanted: Wanted, marked: bool) -> Part:
    """What is wanted, where it was found."""
    limit, is_short = _limit([sizes for runs in found for _, _, sizes in runs], wanted.most_cell, wanted.most_page)
    rows: list[list[str]] = []
    cut: list[Cut] = []
    for number, runs in enumerate(found):
        row: list[str] = []
        for span, (begin, ends, sizes) in zip(wanted.spans, runs, strict=False):
            if is_short:
                row += _cells(read, begin, ends)
                continue
            row += _beginnings(read, ends, sizes, limit)
            cut += [Cut(number, span.start + i, int(sizes[i])) for i in np.flatnonzero(sizes > limit).tolist()]
        rows.append([cell_text(cell) for cell in row] if marked else row)
    return Part(rows, cut)


Run = tuple[int, np.ndarray, np.ndarray]
"""Cells that follow each other: where the first begins, where each ends, their sizes."""


def _runs(read: ReadBytes, row: RowMap, spans: Sequence[range]) -> list[Run]:
    """The cells of these columns, as far as the row has them."""
    runs: list[Run] = []
    for span in spans:
        begin = row.seek(read, span.start)
        if begin is None:
            break
        ends, _ = row.ends(read, begin, len(span))
        runs.append((begin, ends, ends - np.concatenate(([begin], ends[:-1] + 1))))
    return runs


def _runs_within(runs: list[Run], union: list[range], spans: Sequence[range]) -> list[Run]:
    """The cells of some columns, among those of all that anybody wants."""
    found: list[Run] = []
    for span in spans:
        at = bisect_right(union, span.start, key=lambda one: one.start) - 1
        first = span.start - union[at].start
        if at >= len(runs) or first >= len(runs[at][1]):
            break  # the row ends before
        begin, ends, sizes = runs[at]
        begin = int(ends[first - 1]) + 1 if first else begin
        found.append((begin, ends[first : first + len(span)], sizes[first : first + len(span)]))
    return found


def _limit(sizes: list[np.ndarray], most_cell: int, most_page: int) -> tuple[int, bool]:
    """How much of each cell there is room for, and whether none is longer."""
    every = np.concatenate(sizes) if sizes else np.zeros(1, int)
    longest, limit = int(every.max()), most_cell
    while limit > LEAST_CELL and int(np.minimum(every, limit).sum()) > most_page:
        limit //= 2
    return limit, longest <= limit


def _cells(read: ReadBytes, begin: int, ends: np.ndarray) -> list[str]:
    return read(begin, int(ends[-1])).decode("utf-8", "replace").split("\t")


def _beginnings(read: ReadBytes, ends: np.ndarray, sizes: np.ndarray, limit: int) -> list[str]:
    cells = zip((ends - sizes).tolist(), sizes.tolist(), strict=True)
    return [beginning_of(read(at, at + min(size, limit)), size) for at, size in cells]


def beginning_of(data: bytes, size: int) -> str:
    """The text of a cell of this size that these bytes are the beginning of, without the half of a character.

    >>> beginning_of("naïve".encode()[:3], 6), beginning_of(b"caf\\xe9", 4)
    ('na', 'caf\\ufffd')
    """
    return Decoder("utf-8").feed(data).decode() if len(data) < size else data.decode("utf-8", "replace")


def _reader(data: bytes, offset: int) -> ReadBytes:
    return lambda begin, end: data[begin - offset : end - offset]


def first_row(read: ReadBytes, page: range) -> range:
    """Which bytes are a page's first row; all of the page where it is a long one."""
    line_end = read(page.start, min(page.start + FIRST_BYTES, page.stop)).find(b"\n")
    return page if line_end < 0 else range(page.start, page.start + line_end)


class CellText:
    """A cell of a marked inner form as it was meant, in pieces."""

    def __init__(self) -> None:
        self._decoder = Decoder("utf-8")
        self._kept = ""  # a mark whose meaning is in the next piece

    def feed(self, data: bytes) -> bytes:
        text = self._kept + self._decoder.feed(data).decode()
        marks = len(text) - len(text.rstrip(ITSELF))
        text, self._kept = (text[:-1], ITSELF) if marks % 2 else (text, "")
        return cell_text(text).encode()

    def finish(self) -> bytes:
        return self._kept.encode() + self._decoder.finish()
