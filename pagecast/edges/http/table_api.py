"""The doors for programs that read a table in parts: its rows, the names of its columns, one cell."""

import re
from contextlib import suppress

from tornado.iostream import StreamClosedError

from pagecast.edges.http.web import SENT_BYTES, TableHandler, refusing, whole_number
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.errors import BadRequest
from pagecast.protocol.plain import page_number, plain
from pagecast.table.escapes import CellUnescaper
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_COLUMNS, plain_window

MOST_NAMES = 20_000
"""Columns that are named in one answer."""

_columns = re.compile("([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


class PartHandler(TableHandler):
    """Reads the query of an address that has numbers in it."""

    def check_query(self, *known: str) -> None:
        """Raise BadRequest where there is a parameter that this address does not have."""
        for name in self.request.query_arguments:
            if name not in known:
                raise BadRequest(f"“{name[:80]}” is not a parameter of this address: use {', '.join(known)}.")

    def number(self, name: str) -> int | None:
        """A whole number from 1, or None where it is not given. Raises BadRequest."""
        return whole_number(name, self.get_query_argument(name, None, strip=False))

    def columns(self, most: int) -> range | None:
        """The columns that are asked for, counted from 0, or None. Raises BadRequest."""
        text = self.get_query_argument("columns", None, strip=False)
        if text is None:
            return None
        match = _columns.fullmatch(text)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last:
            raise BadRequest(f"“{text[:20]}” is not a range of columns: send the first and the last, as in 1-40.")
        if last - first >= most:
            raise BadRequest(f"This range has too many columns: request up to {most:,} at a time.")
        return range(first - 1, last)


class RowsHandler(PartHandler):
    """`/parser/<uuid>/rows?page_no=3&columns=1-40&version=2`: one page as JSON."""

    async def get(self, uuid: str) -> None:
        async with refusing(), self.visited(uuid) as link:
            self.check_query("page_no", "columns", "version")
            number = self.number("version")
            text = self.get_query_argument("page_no", None, strip=False)
            asked = self.columns(PLAIN_COLUMNS)
            window = plain_window(asked or range(PLAIN_COLUMNS))
            page_no = None if text is None else page_number(text)
            if number is None:
                page = await self.library.page(link.uuid, page_no, window)
            else:
                page = await self.library.page_of(link.uuid, number, page_no or 1, window)
            if asked and asked.start >= page.n_columns:
                raise BadRequest(f"These columns do not exist: this table has {page.n_columns:,}.")
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(encode_frame(plain(link.seen(page))))

    head = get


class ColumnsHandler(PartHandler):
    """`/parser/<uuid>/columns?columns=1-20000&version=2`: the names and kinds of columns as JSON."""

    async def get(self, uuid: str) -> None:
        async with refusing(), self.visited(uuid) as link:
            self.check_query("columns", "version")
            columns = self.columns(MOST_NAMES) or range(MOST_NAMES)
            named = await self.library.columns(link.uuid, self.number("version"), columns)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(encode_frame(link.seen(named)))

    head = get


class CellHandler(PartHandler):
    """`/parser/<uuid>/cell?row=4&column=7&version=2`: one cell as it stands in the table, whatever its size."""

    async def get(self, uuid: str) -> None:
        async with refusing(), self.visited(uuid) as link:
            self.check_query("row", "column", "version")
            row, column = self.number("row"), self.number("column")
            if row is None or column is None:
                raise BadRequest("A cell needs a row and a column, both counted from 1.")
            version, cell = await self.library.cell(link.uuid, self.number("version"), row, column)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.set_header("Cache-Control", "no-cache")
            if not version.is_escaped:
                self.set_header("Content-Length", len(cell))
            if self.request.method == "GET":
                with suppress(StreamClosedError), self.library.lease(version):
                    await self._send(link.uuid, version, cell)

    head = get

    async def _send(self, uuid: str, version: Version, cell: range) -> None:
        text = CellUnescaper() if version.is_escaped else None
        for begin in range(cell.start, cell.stop, SENT_BYTES):
            data = await self.library.table(uuid, version, range(begin, min(begin + SENT_BYTES, cell.stop)))
            self.write(text.feed(data) if text else data)
            await self.flush()
        self.write(text.finish() if text else b"")
