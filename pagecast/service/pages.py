"""Reads pages of sheets: as much of them as viewers see, in threads, however wide they are."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from pagecast.ports.storage import Files, TableFile
from pagecast.protocol.errors import CellOutOfRange, ServerBusy
from pagecast.protocol.facts import changed
from pagecast.table.matches import CellSearch
from pagecast.table.offsets import PageOffsets, ReadBytes, RowOffsets, first_row
from pagecast.table.paging import page_of_row, rows_of_page
from pagecast.table.sheet import Sheet
from pagecast.table.slices import SMALL_PAGE, PageSlice, slice_page, slice_rows
from pagecast.table.version import Version
from pagecast.table.window import ColumnWindow, Cut, Excerpt

T = TypeVar("T")

KEPT_PAGES = 32
"""How many pages keep their cell offsets cached. Finding them in a page of gigabytes takes seconds."""

NAMES_BYTES = 2**17
"""Bytes of all the column names that go with a page."""

BATCH_COLUMNS = 2**12
"""Columns that are read at once for several column windows: the offsets of so many take some MB meanwhile."""

MAX_SEARCHES = 2
"""Searches at a time. Each can take a thread of the store for a second, and page turns need some, too."""

MAX_WAITING = 50
"""Searches that wait for one of these. Each takes about a second at most, and nobody waits for a minute."""

HEADER = 0
"""Stands for the header where page numbers are looked up."""

Key = tuple[tuple[str, int, int], int, int]


class CachedPage:
    """The cell offsets of a page, or of the header, as far as somebody has read it."""

    def __init__(self) -> None:
        self.offsets: PageOffsets | None = None
        self.reading = asyncio.Lock()  # the offsets grow while they are read


class PageReader:
    """Cuts out of sheets what viewers see."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._cache: dict[Key, CachedPage] = {}  # the page that was read last is last
        self._searching = asyncio.Semaphore(MAX_SEARCHES)
        self._searches = 0  # that run or wait

    async def excerpts(self, uuid: str, sheet: Sheet, page_no: int, windows: Sequence[ColumnWindow]) -> list[Excerpt]:
        """Read a page once, and cut out what each column window shows.

        Args:
            uuid: the document.
            sheet: what is paged.
            page_no: the page, from 1. The sheet must have it.
            windows: the column windows.

        Raises StorageFailed.
        """
        version, row_numbers = sheet.version, sheet.row_numbers(page_no)
        wanted = [window.within(version.columns) for window in windows]
        slices = await self._slices(uuid, sheet, page_no, wanted)
        headers = await self._headers(uuid, sheet, page_no, wanted, slices)
        return [_excerpt(version, row_numbers, *parts) for parts in zip(wanted, slices, headers, strict=True)]

    async def excerpts_of(
        self, uuid: str, version: Version, row_numbers: Sequence[int], windows: Sequence[ColumnWindow]
    ) -> list[Excerpt]:
        """Read some rows, wherever they are in the table, and cut out what each column window shows.

        ``row_numbers``: the rows, from 1, in the order that is wanted. Raises StorageFailed.
        """
        wanted = [window.within(version.columns) for window in windows]

        def cut(table: TableFile) -> list[PageSlice]:
            lines = _short_rows(table, version, row_numbers)
            if lines is not None:  # as if they were a page
                page = PageOffsets(range(len(lines)), len(row_numbers))
                return slice_page(lambda begin, end: lines[begin:end], page, wanted, escaped=version.is_escaped)
            rows = _row_offsets(table, version, row_numbers)
            return slice_rows(table.read, rows, wanted, escaped=version.is_escaped)

        slices = await self._files.read(uuid, version, cut)
        headers = await self._headers(uuid, Sheet(version), HEADER, wanted, slices)
        return [_excerpt(version, row_numbers, *parts) for parts in zip(wanted, slices, headers, strict=True)]

    async def titles(self, uuid: str, version: Version, most: int) -> list[str]:
        """Read the names of all columns, at most ``most`` bytes of each; none where there is no header."""
        if not version.dialect.header:
            return []
        window = ColumnWindow((range(version.columns),), most, 2**62)
        return (await self._names(uuid, Sheet(version), [window]))[0].rows[0]

    async def names(self, uuid: str, sheet: Sheet, columns: range, most: int) -> tuple[list[str], list[str], list[str]]:
        """Read the names of some columns, from 0, at most ``most`` bytes of each, and their kinds and lenses."""
        version, spans = sheet.version, (columns,)
        if not version.dialect.header:
            return [], _kinds(version, spans), _lenses(version, spans)
        (part,) = await self._names(uuid, sheet, [ColumnWindow(spans, most, most * len(columns))])
        return part.rows[0], _kinds(version, spans), _lenses(version, spans)

    async def find(
        self, uuid: str, sheet: Sheet, page_no: int, text: str, row_numbers: Sequence[int] | None = None
    ) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], bool]:
        """Find the columns whose names hold a text, the cells of a page that do, and whether these are all.

        ``row_numbers`` are those of the page, where it is one of a view. Rows and columns count from 1. Nobody who
        reads the same page waits for the search. A search that is cancelled stops at its next block. Raises ServerBusy.
        """
        if self._searches >= MAX_SEARCHES + MAX_WAITING:
            raise ServerBusy
        self._searches += 1
        try:
            async with self._searching:
                search = CellSearch(text, escaped=sheet.version.is_escaped)
                searching = asyncio.ensure_future(self._search(uuid, sheet, page_no, search, row_numbers))
                try:
                    return await asyncio.shield(searching)
                except asyncio.CancelledError:
                    search.stop()
                    await asyncio.gather(searching, return_exceptions=True)  # its thread is free then
                    raise
        finally:
            self._searches -= 1

    async def _search(
        self, uuid: str, sheet: Sheet, page_no: int, search: CellSearch, row_numbers: Sequence[int] | None
    ) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...], bool]:
        """Search a page at once, as ``find`` says."""
        version, names, header_row = sheet.version, list[int](), 0
        if version.dialect.header:
            header, header_row = await self._rows(uuid, sheet, HEADER), version.header_row
            names = await self._files.read(uuid, version, lambda table: search.columns(table.read, header[0]))
        if row_numbers is None:
            row_numbers, rows = sheet.row_numbers(page_no), await self._rows(uuid, sheet, page_no)
        else:
            rows = await self._files.read(uuid, version, partial(_row_spans, version=version, row_numbers=row_numbers))

        def find(table: TableFile) -> list[tuple[int, int]]:
            return [
                (number, column + 1)
                for number, row in zip(row_numbers, rows, strict=True)
                if number != header_row
                for column in search.columns(table.read, row)
            ]

        matches = await self._files.read(uuid, version, find)
        offset = version.header_offset + 1
        return tuple(column + offset for column in names), tuple(matches), search.complete

    async def cell(self, uuid: str, sheet: Sheet, row: int, column: int) -> range:
        """Find which bytes of the inner form are a cell. Row and column count from 1. Raises CellOutOfRange."""
        if not 1 <= row <= sheet.version.rows or not 1 <= column <= sheet.version.columns:
            raise CellOutOfRange(row, column)
        page_no = page_of_row(row)

        def find(read: ReadBytes, offsets: PageOffsets) -> range:
            line = offsets.rows(read)[sheet.row_numbers(page_no).index(row)]
            begin = line.seek(read, column - 1)
            if begin is None:
                raise CellOutOfRange(row, column)
            return range(begin, begin + line.size(read, begin))

        return await self._read(uuid, sheet, page_no, find)

    async def table(self, uuid: str, version: Version, span: range) -> bytes:
        """Read some bytes of the inner form."""
        return await self._files.read(uuid, version, lambda table: table.read(span.start, span.stop))

    async def _headers(
        self, uuid: str, sheet: Sheet, page_no: int, wanted: Sequence[ColumnWindow], slices: Sequence[PageSlice]
    ) -> list[PageSlice]:
        """The row that names the columns, for each slice of a page; an empty row where the sheet has no header."""
        version, row_numbers = sheet.version, sheet.row_numbers(page_no)
        if not version.dialect.header:
            return [PageSlice([[]], [])] * len(slices)
        if version.header_row in row_numbers and not version.header_offset:
            return [PageSlice([part.rows[row_numbers.index(version.header_row)]], []) for part in slices]
        windows = [changed(one, max_page_bytes=NAMES_BYTES) for one in wanted]
        headers = await self._names(uuid, sheet, windows)
        return [PageSlice(rows, [cell._replace(row=version.preamble) for cell in cut]) for rows, cut in headers]

    async def _names(self, uuid: str, sheet: Sheet, wanted: Sequence[ColumnWindow]) -> list[PageSlice]:
        """The row that names the columns, for each window. A header that lacks its first name is moved to the right."""
        offset = sheet.version.header_offset
        moved = await self._slices(uuid, sheet, HEADER, [one.moved(-offset) for one in wanted])
        return [
            PageSlice([[""] * (offset - one.spans[0].start) + row for row in part.rows], _moved(part.cut, offset))
            for one, part in zip(wanted, moved, strict=True)
        ]

    async def _slices(self, uuid: str, sheet: Sheet, page_no: int, wanted: Sequence[ColumnWindow]) -> list[PageSlice]:
        def cut(read: ReadBytes, offsets: PageOffsets) -> list[PageSlice]:
            return slice_page(read, offsets, wanted, escaped=sheet.version.is_escaped)

        return await self._read(uuid, sheet, page_no, cut)

    async def _rows(self, uuid: str, sheet: Sheet, page_no: int) -> list[range]:
        """Find which bytes are each row of a page. The last row may be said to end where the page does."""

        def find(read: ReadBytes, offsets: PageOffsets) -> list[range]:
            return [range(row.begin, row.end) for row in offsets.rows(read)]

        return await self._read(uuid, sheet, page_no, find)

    async def _read(self, uuid: str, sheet: Sheet, page_no: int, work: Callable[[ReadBytes, PageOffsets], T]) -> T:
        """Run ``work`` on a page in a thread, as the only one that reads this page."""
        rows = len(sheet.row_numbers(page_no)) if page_no else 1
        page = self._cached((sheet.key, page_no, rows))

        def do(table: TableFile) -> T:
            if page.offsets is None:
                span = table.page(page_no) if page_no else _header_span(table, sheet)
                page.offsets = PageOffsets(span, rows)
            return work(table.read, page.offsets)

        async with page.reading:
            return await self._files.read(uuid, sheet.version, do)

    def _cached(self, key: Key) -> CachedPage:
        page = self._cache[key] = self._cache.pop(key, CachedPage())
        if len(self._cache) > KEPT_PAGES:
            del self._cache[next(iter(self._cache))]
        return page


def batches_of(windows: Sequence[ColumnWindow]) -> Iterator[Sequence[ColumnWindow]]:
    """Give the first column window alone, so that it waits for no other; then the others in batches.

    A batch has at most BATCH_COLUMNS columns, or one window. Windows on neighbouring columns are in one batch: the
    fewer columns lie between them, the less has to be read.
    """
    yield windows[:1]
    batch: list[ColumnWindow] = []
    columns = 0
    for window in sorted(windows[1:], key=lambda window: window.spans[-1].start):
        columns += sum(map(len, window.spans))
        if batch and columns > BATCH_COLUMNS:
            yield batch
            batch, columns = [], sum(map(len, window.spans))
        batch.append(window)
    if batch:
        yield batch


def _header_span(table: TableFile, sheet: Sheet) -> range:
    """Which bytes are the row that names the columns; of a long row, more than its own."""
    header_row = sheet.version.header_row
    page_no = page_of_row(header_row)
    page, before = table.page(page_no), sheet.row_numbers(page_no).index(header_row)
    row = PageOffsets(page, before + 1).rows(table.read)[-1]
    return first_row(table.read, range(row.begin, page.stop))


def _excerpt(
    version: Version, row_numbers: Sequence[int], window: ColumnWindow, part: PageSlice, header: PageSlice
) -> Excerpt:
    """Return what a window shows of some rows, given their cells and the header's."""
    return Excerpt(
        version.columns,
        window.spans,
        header.rows[0],
        _kinds(version, window.spans),
        [cell._replace(row=row_numbers[cell.row] - 1) for cell in part.cut] + header.cut,
        part.rows,
        row_numbers,
        _lenses(version, window.spans),
    )


def _by_page(row_numbers: Iterable[int]) -> dict[int, list[int]]:
    """Return the pages of the table that hold some rows, with these rows in their order."""
    pages: dict[int, list[int]] = {}
    for row in sorted(row_numbers):
        pages.setdefault(page_of_row(row), []).append(row)
    return pages


def _short_rows(table: TableFile, version: Version, row_numbers: Sequence[int]) -> bytes | None:
    """Read some rows, one a line; None where they, or a page of the table that holds one, are long."""
    found = dict[int, bytes]()
    for page_no, rows in _by_page(row_numbers).items():
        span, first = table.page(page_no), rows_of_page(page_no, version.rows).start
        if len(span) > SMALL_PAGE:
            return None
        data = table.read(span.start, span.stop)
        lines = data.split(b"\n", rows[-1] - first + 1)
        if b"" in lines[:-1]:  # an empty line is no row
            lines = [line for line in data.split(b"\n") if line]
        for row in rows:
            found[row] = lines[row - first]
    wanted = [found[row] for row in row_numbers]
    return b"\n".join(wanted) if sum(map(len, wanted)) <= SMALL_PAGE else None


def _row_offsets(table: TableFile, version: Version, row_numbers: Sequence[int]) -> list[RowOffsets]:
    """Find where some rows begin, each page of the table that holds one of them being scanned once."""
    found = dict[int, RowOffsets]()
    for page_no, rows in _by_page(row_numbers).items():
        first = rows_of_page(page_no, version.rows).start
        offsets = PageOffsets(table.page(page_no), rows[-1] - first + 1).rows(table.read)
        for row in rows:
            found[row] = offsets[row - first]
    return [found[row] for row in row_numbers]


def _row_spans(table: TableFile, version: Version, row_numbers: Sequence[int]) -> list[range]:
    """Find which bytes some rows are. The last row of a page may be said to end where the page does."""
    found = dict[int, range]()
    for page_no, rows in _by_page(row_numbers).items():
        there = rows_of_page(page_no, version.rows)
        offsets = PageOffsets(table.page(page_no), len(there)).rows(table.read)
        for row in rows:
            found[row] = range(offsets[row - there.start].begin, offsets[row - there.start].end)
    return [found[row] for row in row_numbers]


def _moved(cut: Sequence[Cut], offset: int) -> list[Cut]:
    return [cell._replace(column=cell.column + offset) for cell in cut]


def _kinds(version: Version, spans: Sequence[range]) -> list[str]:
    """The kinds of some columns. A column beyond those that were sampled is text."""
    kinds = version.column_kinds
    return [kinds[column] if column < len(kinds) else "text" for span in spans for column in span]


def _lenses(version: Version, spans: Sequence[range]) -> list[str]:
    """The lenses of some columns. A column beyond those that were sampled has none."""
    lenses = version.column_lenses
    return [lenses[column] if column < len(lenses) else "" for span in spans for column in span]
