"""A table for programs, in parts: its facts, its rows, the names of its columns, one cell, the matches of a search."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from tornado.iostream import StreamClosedError

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.download import PIECE_BYTES
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import check_names, query_columns, query_number, query_pairs, query_range, query_text
from pagecast.ports.engine import Tell, untold
from pagecast.ports.rooms import DocumentRoom, DocumentVisit
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.connection import Error
from pagecast.protocol.errors import BadRequest, PagecastError
from pagecast.protocol.facts import UNSET, changed
from pagecast.protocol.plain import PlainPage, page_number, plain
from pagecast.protocol.summaries import Summary
from pagecast.protocol.tables import MAX_NAMES, Page, Progress
from pagecast.table.escapes import CellUnescaper
from pagecast.table.paging import PAGE_ROWS, page_of_row, rows_of_page
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_COLUMNS, plain_window

T = TypeVar("T")

Answering = Coroutine[Any, Any, Summary]

STREAM = "application/jsonl"
"""The media type of an answer in lines of JSON: frames that say how far it is, and then the answer."""

MAX_TEXT = 1000
"""Characters of a text that a search may look for."""


class ApiHandler(BaseHandler):
    """The base of handlers that answer with JSON."""

    asking: asyncio.Task[Any] | None = None

    async def wanted(self, question: Coroutine[Any, Any, T]) -> T:
        """Wait for what may take long, as long as the client does. Raises StreamClosedError once it has left."""
        self.asking = task = asyncio.create_task(question)
        await asyncio.wait([task])
        if task.cancelled():
            raise StreamClosedError
        return task.result()

    def on_connection_close(self) -> None:
        """Give up a question whose client has left."""
        super().on_connection_close()
        if self.asking is not None:
            self.asking.cancel()

    async def finish_answer(
        self, visit: DocumentVisit, number: int | None, what: str, ask: Callable[[Tell], Answering]
    ) -> None:
        """Send the answer to a question as JSON. A client that accepts lines of JSON is told first how far it is.

        ``what`` names the question; ``ask`` takes what tells of it.
        """
        if not self.accepts_stream:
            self.finish_json(encode_frame(visit.link.seen(await self.wanted(ask(untold)))))
            return
        self.set_header("Content-Type", f"{STREAM}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        try:
            version = visit.room.version(number).number
            answer = await self.wanted(ask(lambda percent: self.write_line(Progress(what, version, percent))))
        except PagecastError as error:
            if not self._headers_written:
                raise
            self.finish(encode_frame(Error(error.code, self.language.failure(error))) + b"\n")
        else:
            self.finish(encode_frame(visit.link.seen(answer)) + b"\n")

    @property
    def accepts_stream(self) -> bool:
        """Whether the client accepts an answer in lines of JSON."""
        return STREAM in self.request.headers.get("Accept", "")

    def write_line(self, frame: Progress | Summary) -> None:
        """Send a line of an answer in lines of JSON."""
        self.write(encode_frame(frame) + b"\n")
        self.flush().add_done_callback(lambda sent: sent.cancelled() or sent.exception())  # the client may have left

    def finish_json(self, data: bytes) -> None:
        """Send encoded JSON, which clients must revalidate before they reuse it."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(data)


class RowsHandler(ApiHandler):
    """`/parser/<uuid>/rows?page_no=3&columns=1-40&version=2`: one page as JSON, or some rows with `rows=204-206`.

    All other parameters are a view: the page is one of the rows that it has, in its order. Without `columns`, the
    page has the columns that the view chooses. `row=208` asks for the page with this row of the table, else the first.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number = query_number(self, "version")
            text = self.get_query_argument("page_no", None, strip=False)
            columns = query_columns(self, PLAIN_COLUMNS)
            window = plain_window(columns or range(PLAIN_COLUMNS))
            page_no = None if text is None else page_number(text)
            rows, row = query_range(self, "rows", PAGE_ROWS), query_number(self, "row")
            pairs = query_pairs(self, "page_no", "rows", "row", "columns", "version")
            if rows:
                page_no = _page_of(rows, page_no)
            elif row and not pairs:
                page_no = page_of_row(row)
            if pairs:
                if rows:
                    raise BadRequest("A view has pages: leave out rows, or the view.")
                asked = visit.room.view_page(number, pairs, page_no or 1, window, chosen=columns is None, row=row)
                page = await self.wanted(asked)
            elif number is None:
                page = await visit.room.page(page_no, window)
            else:
                page = await visit.room.page_of(number, page_no or 1, window)
            if columns and columns.start >= page.n_columns:
                raise BadRequest(f"These columns do not exist: this table has {page.n_columns:,}.")
        seen = visit.link.seen(page)
        self.finish_json(encode_frame(_some_rows(seen, rows) if rows else plain(seen)))

    head = get


def _page_of(rows: range, page_no: int | None) -> int:
    """Return the page that these rows are on, counted from 1. Raises BadRequest where that is not one page."""
    found = page_of_row(rows.start)
    if page_of_row(rows.stop - 1) != found or page_no not in (None, found):
        raise BadRequest(f"These rows are not on one page: row {rows.start:,} is on page {found:,}.")
    return found


def _some_rows(page: Page, rows: range) -> PlainPage:
    """Return only these rows of a page, and say of which edition they are and which of their cells are cut."""
    first = rows_of_page(page.page_no, page.total_number).start
    cut = [cell for cell in page.cut if cell[0] in rows]
    data = page.data[rows.start - first : rows.stop - first]
    return changed(plain(page), data=data, edition=page.edition, cut=cut or UNSET)


class ColumnsHandler(ApiHandler):
    """`/parser/<uuid>/columns?columns=1-20000&version=2`: the names, kinds and lenses of columns as JSON."""

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            check_names(self, "columns", "version")
            columns = query_columns(self, MAX_NAMES) or range(MAX_NAMES)
            named = await visit.room.answers.columns(query_number(self, "version"), columns)
        self.finish_json(encode_frame(visit.link.seen(named)))

    head = get


class InfoHandler(ApiHandler):
    """`/parser/<uuid>/info?version=2`: all that was read of a table as JSON."""

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            check_names(self, "version")
            room = visit.room
            number = query_number(self, "version")
            version = room.version(number)
            named = await room.answers.columns(number, range(MAX_NAMES))
        self.finish_json(encode_frame(visit.link.seen(version.info(named, room.versions))))

    head = get


class FindHandler(ApiHandler):
    """`/parser/<uuid>/find?page_no=3&text=oslo&version=2`: the cells of a page that hold a text, as JSON.

    All other parameters are a view: the page is one of its pages.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            pairs = query_pairs(self, "page_no", "text", "version")
            page_no, text = query_number(self, "page_no"), query_text(self, "text", MAX_TEXT)
            if page_no is None or not text:
                raise BadRequest("A search needs a page_no, counted from 1, and a text.")
            found = await self.wanted(visit.room.answers.find(query_number(self, "version"), pairs, page_no, text))
        self.finish_json(encode_frame(visit.link.seen(found)))

    head = get


class CellHandler(BaseHandler):
    """`/parser/<uuid>/cell?row=4&column=7&version=2`: the text of one cell, whatever its size."""

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            check_names(self, "row", "column", "version")
            row, column = query_number(self, "row"), query_number(self, "column")
            if row is None or column is None:
                raise BadRequest("A cell needs a row and a column, both counted from 1.")
            version, cell = await visit.room.answers.cell(query_number(self, "version"), row, column)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.set_header("Cache-Control", "no-cache")
            self.set_header("Pagecast-Edition", version.edition)
            if not version.is_escaped:
                self.set_header("Content-Length", len(cell))
            if self.request.method == "GET":
                with suppress(StreamClosedError), visit.room.lease(version):
                    await self._send_cell(visit.room, version, cell)

    head = get

    async def _send_cell(self, room: DocumentRoom, version: Version, cell: range) -> None:
        """Send the bytes of a cell in pieces. An escaped cell is unescaped on the way."""
        text = CellUnescaper() if version.is_escaped else None
        for begin in range(cell.start, cell.stop, PIECE_BYTES):
            span = range(begin, min(begin + PIECE_BYTES, cell.stop))
            data = await room.table(version, span)
            self.write(text.feed(data) if text else data)
            await self.flush()
        self.write(text.finish() if text else b"")
