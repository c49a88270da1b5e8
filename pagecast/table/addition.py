"""Rows that are added to a table: read as the table was read, from where it ends."""

from pagecast.protocol.errors import CannotGrow, EmptyFile, NotATable
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Dialect
from pagecast.table.cells import InvalidCells, rows_of
from pagecast.table.columns import kinds_of
from pagecast.table.dialect import SNIFFED, has_header, refuse_what_is_no_table
from pagecast.table.encoding import Decoder
from pagecast.table.expand import compression_of
from pagecast.table.ingest import Piece
from pagecast.table.rows import RowScanner
from pagecast.table.version import Version


def check_can_grow(version: Version) -> None:
    """Raise CannotGrow where a table is written in a way that nothing can be added to."""
    dialect = version.dialect
    if dialect.compression != "none":
        raise CannotGrow(f"a {dialect.compression} file")
    if (dialect.delimiter, dialect.quoting) != ("tab", "literal") or dialect.line_end == "cr":
        raise CannotGrow("a table that is not plain tab-separated text")


def line_end_of(version: Version) -> bytes:
    """A line end as the table's file writes it."""
    text = "\r\n" if version.dialect.line_end == "crlf" else "\n"
    return text.encode(version.dialect.encoding)


class AppendReader:
    """Reads what comes after a finished version's file. It has the attributes of an ``Ingest``.

    ``last`` is the version's last page, of a long one the end of it. Where its last line ``is_open``, the first bytes
    to feed are its line end.
    """

    def __init__(self, version: Version, last: bytes) -> None:
        self.is_open = not last.endswith(b"\n")
        self.clean = version.clean
        self.kinds = version.kinds
        self._header = version.dialect.header
        self.preamble, self.notes = version.preamble, version.notes
        self.scanner = RowScanner.after(
            version.rows, version.columns, version.empty_lines, version.table_size + self.is_open
        )
        self.invalid = InvalidCells()
        self.invalid.count = version.invalid_cells
        self.invalid.replaced = version.dialect.encoding != "utf-8"
        self._dialect = version.dialect
        # Of a table with more in it it is settled what its columns are called and hold.
        self._head = last if version.pages == 1 and len(last) < SNIFFED else b""
        self._chosen = version.choices.header
        self._rows = version.rows
        self._decoder = None if version.dialect.encoding == "utf-8" else Decoder(version.dialect.encoding)
        self._kept = b""  # half a CRLF
        self._crlf = 0
        self._begun = False

    @property
    def dialect(self) -> Dialect:
        """How the file is written, with what was added."""
        before = self._dialect.line_end
        lines = self.scanner.rows - self._rows
        added = "lf" if self._crlf == 0 else "crlf" if self._crlf >= lines else "mixed"
        return changed(
            self._dialect, line_end=before if lines == 0 or added == before else "mixed", header=self._header
        )

    def feed(self, data: bytes) -> Piece:
        """Take the next bytes. Raises NotATable where they are no text."""
        if not self._begun and not self.is_open and data:
            self._begun = True
            refuse_what_is_no_table(data)
            compression = compression_of(data)
            if compression != "none":
                raise NotATable(f"a {compression} file", "unpack it first, rows are added as text")
        return self._pass_on(data if self._decoder is None else self._decoder.feed(data))

    def finish(self) -> Piece:
        """There is no more. Raises EmptyFile where no row was added."""
        piece = self._pass_on(b"" if self._decoder is None else self._decoder.finish(), ended=True)
        pages = piece.pages + self.scanner.finish()
        self.invalid.finish()
        if self.scanner.rows == self._rows:
            raise EmptyFile
        self._guess()
        return piece._replace(pages=pages)

    def _pass_on(self, data: bytes, *, ended: bool = False) -> Piece:
        data, self._kept = self._kept + data, b""
        if data.endswith(b"\r") and not ended:
            data, self._kept = data[:-1], b"\r"
        crlf = data.count(b"\r\n")
        if crlf:
            self._crlf += crlf
            self.clean = False
            data = data.replace(b"\r\n", b"\n")
        added = data[1:] if self.is_open else data
        self.is_open = self.is_open and not data
        pages = self.scanner.feed(added) if added else []
        self.invalid.feed(added)
        if self._head:
            self._head += data
            self._guess()
            if pages or len(self._head) > SNIFFED:
                self._head = b""
        return Piece(data, pages, self.clean)

    def _guess(self) -> None:
        if self._head:
            rows = rows_of(self._head[: self._head.rfind(b"\n") + 1] or self._head)
            first, *body = rows[self.preamble :]
            self._header = self.preamble > 0 or has_header(first, body) if self._chosen is None else self._chosen
            self.kinds = kinds_of(body if self._header else [first, *body])
