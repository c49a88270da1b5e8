"""From the bytes of a file, as they arrive, to the inner form: the only module that knows a dirty world.

The inner form is UTF-8, LF, TAB, no quoting. A clean file is that form already, byte for byte, and passes through
untouched; what is compressed is opened, UTF-16 and UTF-32 become UTF-8, a byte order mark is left out, CRLF becomes LF.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pagecast.cells import InvalidCells, rows_of
from pagecast.columns import kinds_of
from pagecast.dialect import LONGEST_SIGNATURE, SNIFFED, has_header, refuse_what_is_no_table
from pagecast.encoding import Decoder, mark_of
from pagecast.errors import EmptyFile
from pagecast.expand import Expander, compression_of
from pagecast.protocol import Dialect
from pagecast.rows import RowScanner

MAX_HEAD = 8 * 2**20
"""Bytes of the head that are kept for the guess where not even the first row ends earlier."""


GUESSED_ROWS = 1000
"""Rows of the head that are looked at for the guess."""

GUESSED_COLUMNS = 20_000
"""Columns that are looked at for the guess: a line of nothing but tabs must not hold up everybody else."""


def enough(first: bytes) -> bool:
    """Whether these first bytes of a file tell what it is."""
    return len(first) >= LONGEST_SIGNATURE or b"\n" in first


class Piece(NamedTuple):
    """What became of some bytes of the file."""

    table: bytes
    """The same rows in the inner form."""
    pages: list[int]
    """Where, in the inner form, the pages begin that these bytes completed a first row of."""
    clean: bool
    """Whether the inner form has been the file itself so far."""


class Ingest:
    """Reads one file. Feed it the bytes in pieces of any size; then finish it.

    >>> ingest = Ingest()
    >>> ingest.feed(b"city\\tpeople\\n").clean
    True
    >>> ingest.feed(b"Oslo\\t709037\\r\\n")
    Piece(table=b'Oslo\\t709037\\n', pages=[], clean=False)
    >>> ingest.finish()
    Piece(table=b'', pages=[], clean=False)
    >>> ingest.scanner.rows, ingest.header, ingest.kinds, ingest.dialect.line_end
    (2, ['city', 'people'], ['text', 'number'], 'mixed')
    """

    def __init__(self, max_size: int = 2**62) -> None:
        self.scanner = RowScanner()
        self.invalid = InvalidCells()
        self.header: list[str] = []
        """The cells of row 1 if it names the columns, else none."""
        self.kinds: list[str] = []
        """What each column's first rows hold."""
        self.clean = True
        """Whether the inner form has been the file itself so far."""
        self._max_size = max_size
        self._first: bytes | None = b""  # the first bytes, until there are enough to tell what they are
        self._expander: Expander | None = None
        self._beginning: bytes | None = b""  # the same of the text, which may have been compressed
        self._decoder: Decoder | None = None
        self._compression, self._encoding, self._bom = "none", "utf-8", False
        self._kept = b""  # half a CRLF
        self._crlf = 0
        self._ended = 0  # lines that have their line end
        self._head = b""
        self._guessed = 0  # bytes of the head that the guess has seen

    @property
    def dialect(self) -> Dialect:
        """How the file is written, as far as it has come."""
        line_end = "lf" if self._crlf == 0 else "crlf" if self._crlf >= self._ended else "mixed"
        return Dialect(self._compression, self._encoding, self._bom, "tab", line_end, "literal", bool(self.header))

    def feed(self, data: bytes) -> Piece:
        """Take the next bytes. Raises NotATable where they are something else than a table, TooLarge."""
        if self._first is not None:
            self._first += data
            if not enough(self._first):
                return Piece(b"", [], self.clean)
            data = self._open()
        return self._pass_on(b"".join(map(self._text, self._expanded(data))))

    def finish(self) -> Piece:
        """There is no more. Raises EmptyFile where there was no row at all, NotATable."""
        rest = b"" if self._first is None else self._open()
        table = b"".join(map(self._text, self._expanded(rest)))
        if self._expander is not None:
            self._expander.finish()
        if self._beginning is not None:
            table += self._utf8(self._unmarked())
        if self._decoder is not None:
            table += self._decoder.finish()
        piece = self._pass_on(table + self._kept)
        pages = piece.pages + self.scanner.finish()
        self.invalid.finish()
        if self.scanner.rows == 0:
            raise EmptyFile
        self._guess(ended=True)
        self._head = b""
        return piece._replace(pages=pages)

    def _open(self) -> bytes:
        """The first bytes, now that they tell whether what follows is compressed."""
        first, self._first = self._first or b"", None
        self._compression = compression_of(first)
        if self._compression != "none":
            self._expander, self.clean = Expander(self._compression, self._max_size), False
        return first

    def _expanded(self, data: bytes) -> Iterable[bytes]:
        return (data,) if self._expander is None else self._expander.feed(data)

    def _text(self, data: bytes) -> bytes:
        """Bytes of the text as it was written, as UTF-8 with LF."""
        if self._beginning is not None:
            self._beginning += data
            if not enough(self._beginning):
                return b""
            data = self._unmarked()
        return self._utf8(data)

    def _unmarked(self) -> bytes:
        """The text's first bytes, now that they tell what it is, without the byte order mark."""
        first, self._beginning = self._beginning or b"", None
        refuse_what_is_no_table(first)
        self._encoding, mark = mark_of(first)
        if mark:
            self._bom, self.clean = True, False
        if self._encoding != "utf-8":
            self._decoder = Decoder(self._encoding)
            self.invalid.replaced = True
        return first[mark:]

    def _utf8(self, data: bytes) -> bytes:
        data = data if self._decoder is None else self._decoder.feed(data)
        data, self._kept = self._kept + data if self._kept else data, b""
        return self._with_lf(data)

    def _with_lf(self, data: bytes) -> bytes:
        if b"\r" not in data:
            return data
        if data.endswith(b"\r"):
            data, self._kept = data[:-1], b"\r"
        crlf = data.count(b"\r\n")
        if not crlf:
            return data
        self._crlf += crlf
        self.clean = False
        return data.replace(b"\r\n", b"\n")

    def _pass_on(self, table: bytes) -> Piece:
        pages = self.scanner.feed(table) if table else []
        self._ended = self.scanner.rows + self.scanner.empty_lines
        self.invalid.feed(table)
        if len(self._head) < SNIFFED or (b"\n" not in self._head and len(self._head) < MAX_HEAD):
            self._head += (table if self._head else table.lstrip(b"\n"))[:MAX_HEAD]
            if len(self._head) >= 2 * self._guessed:
                self._guess()
        return Piece(table, pages, self.clean)

    def _guess(self, *, ended: bool = False) -> None:
        if not self.scanner.rows or not self._head:
            return
        self._guessed = len(self._head)
        last_is_whole = ended and len(self._head) < SNIFFED
        whole = self._head if last_is_whole else self._head[: self._head.rfind(b"\n") + 1] or self._head
        rows = rows_of(whole)[:GUESSED_ROWS]
        first, *body = (row[:GUESSED_COLUMNS] for row in rows)
        self.header = rows[0] if has_header(first, body) else []
        self.kinds = kinds_of(body if self.header else [first, *body])
