"""Reads pages for the library: as much of them as is looked at, in a thread, however wide they are."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from pagecast.ports import Files, TableFile
from pagecast.protocol.errors import CellOutOfRange
from pagecast.protocol.facts import changed
from pagecast.table.offsets import PageOffsets, ReadBytes, first_row
from pagecast.table.paging import page_of_row
from pagecast.table.slices import PageSlice, slice_page
from pagecast.table.version import Version
from pagecast.table.window import ColumnWindow, Excerpt

T = TypeVar("T")

KEPT = 32
"""Pages of which it is remembered where their cells are: of one of gigabytes it takes seconds to find out."""

NAMES_BYTES = 2**17
"""Bytes of all the names that go with a page."""

BATCH_COLUMNS = 2**12
"""Columns that are looked for at once, for several windows: where the cells of so many are takes some MB meanwhile."""

HEADER = 0
"""What stands for the header where page numbers are looked up."""


Key = tuple[str, int, int, int, int]


class MappedPage:
    """A page, or the header, that somebody reads."""

    def __init__(self) -> None:
        self.map: PageOffsets | None = None
        self.reading = asyncio.Lock()  # a map learns while it is read


class PageReader:
    """Cuts out of a store's tables what is looked at."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._places: dict[Key, MappedPage] = {}  # the one that was read last is last

    async def excerpts(
        self, uuid: str, version: Version, page_no: int, windows: Sequence[ColumnWindow]
    ) -> list[Excerpt]:
        """What is seen of a page through each of some windows: its rows are read once. The page must be there."""
        wanted = [window.within(version.columns) for window in windows]
        parts = await self._parts(uuid, version, page_no, wanted)
        headers = await self._headers(uuid, version, page_no, wanted, parts)
        before = version.page_rows(page_no).start - 1
        return [
            Excerpt(
                version.columns,
                one.spans,
                header.rows[0],
                _kinds(version, one.spans),
                [cell._replace(row=cell.row + before) for cell in part.cut] + header.cut,
                part.rows,
            )
            for one, part, header in zip(wanted, parts, headers, strict=True)
        ]

    async def _headers(
        self, uuid: str, version: Version, page_no: int, wanted: Sequence[ColumnWindow], parts: Sequence[PageSlice]
    ) -> list[PageSlice]:
        """The row that names the columns, for each of those parts of a page; an empty one where there is none."""
        if not version.dialect.header:
            return [PageSlice([[]], [])] * len(parts)
        on_page = version.page_rows(page_no)
        if version.header_row in on_page:
            return [PageSlice([part.rows[version.header_row - on_page.start]], []) for part in parts]
        headers = await self._parts(uuid, version, HEADER, [changed(one, max_page_bytes=NAMES_BYTES) for one in wanted])
        return [PageSlice(rows, [cell._replace(row=version.preamble) for cell in cut]) for rows, cut in headers]

    async def names(self, uuid: str, version: Version, columns: range, most: int) -> tuple[list[str], list[str]]:
        """The names of some columns, so many bytes of each at most, and their kinds."""
        spans = (columns,)
        if not version.dialect.header:
            return [], _kinds(version, spans)
        (part,) = await self._parts(uuid, version, HEADER, [ColumnWindow(spans, most, most * len(columns))])
        return part.rows[0], _kinds(version, spans)

    async def cell(self, uuid: str, version: Version, row: int, column: int) -> range:
        """Which bytes of the inner form are a cell, its row and column counted from 1. Raises CellOutOfRange."""
        if not 1 <= row <= version.rows or not 1 <= column <= version.columns:
            raise CellOutOfRange(row, column)

        page_no = page_of_row(row)

        def find(read: ReadBytes, place: PageOffsets) -> range:
            line = place.rows(read)[row - version.page_rows(page_no).start]
            begin = line.seek(read, column - 1)
            if begin is None:
                raise CellOutOfRange(row, column)
            return range(begin, begin + line.size(read, begin))

        return await self._read(uuid, version, page_no, find)

    async def table(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of the inner form."""
        return await self._files.read(uuid, version, lambda table: table.read(span.start, span.stop))

    async def _parts(
        self, uuid: str, version: Version, page_no: int, wanted: Sequence[ColumnWindow]
    ) -> list[PageSlice]:
        def cut(read: ReadBytes, place: PageOffsets) -> list[PageSlice]:
            return slice_page(read, place, wanted, escaped=version.is_escaped)

        return await self._read(uuid, version, page_no, cut)

    async def _read(self, uuid: str, version: Version, page_no: int, work: Callable[[ReadBytes, PageOffsets], T]) -> T:
        """Do something with a page, in a thread, as the only one who reads it."""
        rows = len(version.page_rows(page_no)) if page_no else 1
        place = self._place((version.key, version.edition, version.table_size, page_no, rows))

        def do(table: TableFile) -> T:
            if place.map is None:
                place.map = PageOffsets(table.page(page_no) if page_no else _header(table, version), rows)
            return work(table.read, place.map)

        async with place.reading:
            return await self._files.read(uuid, version, do)

    def _place(self, key: Key) -> MappedPage:
        place = self._places[key] = self._places.pop(key, MappedPage())
        if len(self._places) > KEPT:
            del self._places[next(iter(self._places))]
        return place


def batches_of(windows: Sequence[ColumnWindow]) -> Iterator[Sequence[ColumnWindow]]:
    """The first window, so that it waits for no other; then the others, together as far as they are not too wide.

    Those who look at neighbouring columns are together: the more of these follow each other, the less is looked for.
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


def _header(table: TableFile, version: Version) -> range:
    """Which bytes are the row that names the columns; more, of a long one."""
    page_no = page_of_row(version.header_row)
    page, before = table.page(page_no), version.header_row - version.page_rows(page_no).start
    row = PageOffsets(page, before + 1).rows(table.read)[-1]
    return first_row(table.read, range(row.begin, page.stop))


def _kinds(version: Version, spans: Sequence[range]) -> list[str]:
    """The kinds of some columns; what was not looked at is shown as text."""
    kinds = version.kinds
    return [kinds[column] if column < len(kinds) else "text" for span in spans for column in span]
