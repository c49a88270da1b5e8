"""Rows that are added to a finished table: parsed as the table was, from where it ends."""

from pagecast.protocol.errors import CannotGrow, EmptyFile, NotATable
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Dialect, Span
from pagecast.table.cells import InvalidCells, rows_of
from pagecast.table.encoding import Decoder
from pagecast.table.expand import compression_of
from pagecast.table.header import name_columns
from pagecast.table.ingest import TablePiece
from pagecast.table.layout import SNIFFED
from pagecast.table.lenses import settle
from pagecast.table.rows import MAX_RUNS, RowScanner
from pagecast.table.signatures import check_is_table
from pagecast.table.version import Version


def check_can_grow(version: Version) -> None:
    """Raise CannotGrow where the table's file is written in a way that no rows can be added to."""
    dialect = version.dialect
    if dialect.compression != "none":
        raise CannotGrow(f"a {dialect.compression} file")
    is_plain = (dialect.delimiter, dialect.quoting, dialect.skip_initial_space) == ("tab", "literal", False)
    if not is_plain or dialect.line_end in ("cr", "crcrlf") or version.choices.comment:
        raise CannotGrow("a table that is not plain tab-separated text")


def line_end_of(version: Version) -> bytes:
    """Return a line end as the table's file writes it, in its encoding."""
    text = "\r\n" if version.dialect.line_end == "crlf" else "\n"
    return text.encode(version.dialect.encoding)


class AppendReader:
    """Parses the bytes after a finished version's file, in pieces of any size. It has the attributes of an ``Ingest``.

    ``version`` passes ``check_can_grow``. ``last`` are the bytes of its last page in the inner form, or the end of
    them. Where the last line ``is_open``, the first bytes to feed are its line end.
    """

    def __init__(self, version: Version, last: bytes) -> None:
        self.is_open = not last.endswith(b"\n")
        """Whether the table's last line has no line end yet."""
        self.clean = version.clean
        self.kinds, self.lenses = list(version.column_kinds), list(version.column_lenses)
        self._header = version.dialect.header
        self.preamble, self.notes = version.preamble, version.notes
        self.header_offset, self.other_headers = version.header_offset, version.other_headers
        self.usual_cells = version.usual_cells
        self._irregular, self._irregular_rows = version.irregular, version.irregular_rows
        self.mended, self.mended_rows = version.mended, version.mended_rows
        self.certain, self.encodings = version.is_certain, version.encodings
        self.scanner = RowScanner.after(
            version.rows, version.columns, version.empty_lines, version.table_size + self.is_open
        )
        self.invalid = InvalidCells()
        self.invalid.count = version.invalid_cells
        self.invalid.replaced = version.dialect.encoding != "utf-8"
        self._dialect = version.dialect
        # The header and the kinds of a longer table are settled.
        self._head = last if version.pages == 1 and len(last) < SNIFFED else b""
        self._chosen_header = version.choices.header
        self._rows = version.rows
        self._decoder = None if version.dialect.encoding == "utf-8" else Decoder(version.dialect.encoding)
        self._kept = b""  # half a CRLF
        self._crlf = 0
        self._begun = False

    @property
    def irregular(self) -> tuple[int, tuple[Span, ...]]:
        """How many rows of the body have another number of cells than most, and the first of them, as runs."""
        if not self.usual_cells:  # of a version that was stored before rows were compared
            return 0, ()
        found, rows = self.scanner.irregular_rows(self._rows + 1, self.usual_cells)
        return self._irregular + found, (*self._irregular_rows, *rows)[:MAX_RUNS]

    @property
    def dialect(self) -> Dialect:
        """How the file is written, with the rows that are added."""
        before = self._dialect.line_end
        lines = self.scanner.rows - self._rows
        added = "lf" if self._crlf == 0 else "crlf" if self._crlf >= lines else "mixed"
        return changed(
            self._dialect, line_end=before if lines == 0 or added == before else "mixed", header=self._header
        )

    def feed(self, data: bytes) -> TablePiece:
        """Take the next bytes. Raises NotATable where they are no text."""
        if not self._begun and not self.is_open and data:
            self._begun = True
            check_is_table(data)
            compression = compression_of(data)
            if compression != "none":
                raise NotATable(f"a {compression} file", "unpack it first, rows are added as text")
        return self._parse(data if self._decoder is None else self._decoder.feed(data))

    def finish(self) -> TablePiece:
        """Return what is left when the bytes have ended. Raises EmptyFile where they hold no row."""
        piece = self._parse(b"" if self._decoder is None else self._decoder.finish(), ended=True)
        pages = piece.pages + self.scanner.finish()
        self.invalid.finish()
        if self.scanner.rows == self._rows:
            raise EmptyFile
        self._guess(ended=True)
        return piece._replace(pages=pages)

    def _parse(self, data: bytes, *, ended: bool = False) -> TablePiece:
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
        pages = self.scanner.feed(added)
        self.invalid.feed(added)
        if self._head:
            self._head += data
            self._guess()
            if pages or len(self._head) > SNIFFED:
                self._head = b""
        return TablePiece(data, pages, self.clean)

    def _guess(self, *, ended: bool = False) -> None:
        """Find the header, the kinds and the lenses of a short table again."""
        if self._head:
            rows = rows_of(self._head if ended else self._head[: self._head.rfind(b"\n") + 1] or self._head)
            names = name_columns(rows[self.preamble :], self._chosen_header)
            self._header, self.kinds, self.header_offset = names.named, names.kinds, names.offset
            self.other_headers = tuple(self.preamble + other + 1 for other in names.others)
            self.lenses = settle(names.evidence, self._dialect.delimiter)
