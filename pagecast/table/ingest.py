"""From the bytes of a file, as they arrive, to the inner form and the facts about it.

The inner form is UTF-8, LF, TAB, no quoting. A clean file is that form already, byte for byte, and passes through
untouched. Any other file passes through three stages:

    text.py    decompress, take the table out of its archive, remove the byte order mark, decode to UTF-8
    parse.py   sniff the layout (sniff.py), make each delimiter one byte (spelling.py), parse the preamble line by line
               (preamble.py), and the body literally or quoted (literal.py; quoted.py, pairing.py, mend.py)
    rows.py, header.py, cells.py    count rows, pages and irregular rows, find the header, count invalid cells

How a file is written is guessed from its first bytes. When a later byte shows that a guess was wrong, ``GuessRevised``
is raised, and the caller parses the file again from its beginning, by the plan in it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pagecast.protocol.errors import EmptyFile, TooFewRows
from pagecast.protocol.tables import ALL_GUESSED, Choices, Dialect, EncodingGuess, Span
from pagecast.table.body import COMMENT
from pagecast.table.cells import InvalidCells
from pagecast.table.expand import Bounds
from pagecast.table.header import TableHead
from pagecast.table.lenses import settle
from pagecast.table.parse import LayoutPlan, LayoutRevised, TableParser
from pagecast.table.rows import RowScanner
from pagecast.table.text import EncodingPlan, EncodingRevised, TextReader


class TablePiece(NamedTuple):
    """The result of parsing some bytes of a file."""

    table: bytes
    """Their rows in the inner form."""
    pages: list[int]
    """The offsets, in the inner form, of the pages whose first row these bytes completed."""
    clean: bool
    """Whether the inner form so far is the file itself, byte for byte."""


class ParsePlan(NamedTuple):
    """How a file is to be parsed, as far as that is known."""

    encoding: EncodingPlan = EncodingPlan()
    layout: LayoutPlan = LayoutPlan()


UNKNOWN = ParsePlan()
UNBOUNDED = Bounds()


class GuessRevised(Exception):
    """Raised where later bytes show that the file is written in another way: parse it again, by ``plan``."""

    def __init__(self, plan: ParsePlan) -> None:
        self.plan = plan


class Ingest:
    """Parses one file. Feed it the bytes in pieces of any size; then finish it. Both may raise GuessRevised.

    ``bounds``: the limits for the file. ``choices``: the parts of the dialect that somebody chose. ``plan``: that of
    the last GuessRevised.

    >>> ingest = Ingest()
    >>> ingest.feed(b"city\\tpeople\\n").clean
    True
    >>> ingest.feed(b"Oslo\\t709037\\r\\n")
    TablePiece(table=b'Oslo\\t709037\\n', pages=[], clean=False)
    >>> ingest.finish()
    TablePiece(table=b'', pages=[], clean=False)
    >>> ingest.scanner.rows, ingest.header, ingest.kinds, ingest.dialect.line_end
    (2, ['city', 'people'], ['text', 'number'], 'mixed')
    """

    def __init__(self, bounds: Bounds = UNBOUNDED, choices: Choices = ALL_GUESSED, plan: ParsePlan = UNKNOWN) -> None:
        self.scanner = RowScanner()
        self.invalid = InvalidCells()
        self._text = TextReader(bounds, choices.encoding, plan.encoding, guesses=not plan.layout.final)
        self._parser = TableParser(choices, plan.layout, self.scanner)
        self._choices = choices
        self._head = TableHead(choices.header, choices.comment)
        self._lines = 0  # lines that have ended with a line end

    @property
    def clean(self) -> bool:
        """Whether the inner form so far is the file itself, byte for byte."""
        return self._text.is_original and self._parser.is_original

    @property
    def header(self) -> list[str]:
        """The cells of the header; empty where there is none."""
        return self._head.header

    @property
    def kinds(self) -> list[str]:
        """The kind of each of the first columns, as columns.py names it."""
        return self._head.kinds

    @property
    def lenses(self) -> list[str]:
        """The lens of each of the first columns, as lenses.py names it."""
        return settle(self._head.evidence, self.dialect.delimiter)

    @property
    def preamble(self) -> int:
        """Rows before the header."""
        return self._head.preamble

    @property
    def notes(self) -> tuple[str, ...]:
        """The text of the first of them."""
        return self._head.notes

    @property
    def header_offset(self) -> int:
        """Columns before the one that the header's first cell names."""
        return self._head.offset

    @property
    def other_headers(self) -> tuple[int, ...]:
        """Rows below the header that are headers, too."""
        return self._head.others

    @property
    def usual_cells(self) -> int:
        """The most frequent number of cells in a row behind the preamble."""
        usual = self.scanner.usual_from(self.preamble + 1)
        return self._head.usual if usual == 1 else usual  # comments among the rows make it no single column

    @property
    def irregular(self) -> tuple[int, tuple[Span, ...]]:
        """How many rows of the body have another number of cells, and the first of them, as runs."""
        return self.scanner.irregular_rows(self.preamble + 1 + bool(self.header), self.usual_cells)

    @property
    def mended(self) -> int:
        """Cells that were mended."""
        return self._parser.mended

    @property
    def mended_rows(self) -> tuple[int, ...]:
        """The first rows with mended cells."""
        return tuple(self._parser.mended_rows)

    @property
    def certain(self) -> bool:
        """Whether the encoding is certain: valid UTF-8, a byte order mark, or chosen."""
        return self._text.is_given or (self._text.plan.name == "utf-8" and self.invalid.count == 0)

    @property
    def encodings(self) -> tuple[EncodingGuess, ...]:
        """The guessed encoding and the two next likely ones; none where it is certain."""
        delimiter = self._parser.plan.layout.spelling.written.decode()
        return () if self.certain else self._text.encodings(delimiter)

    @property
    def dialect(self) -> Dialect:
        """How the file is written, as far as it has come."""
        layout = self._parser.plan.layout
        spelling, is_quoted = layout.spelling, layout.quoting != "literal"
        guessed_comment = COMMENT if self._head.has_comments else ""
        return Dialect(
            compression=self._text.compression,
            encoding=self._text.plan.name,
            bom=self._text.bom,
            delimiter=spelling.delimiter,
            line_end=self._line_end(),
            quoting=("mended" if self.mended else "quoted") if is_quoted else "literal",
            header=bool(self.header),
            member=self._text.member,
            quote=spelling.quote if is_quoted else "",
            escape=spelling.escape if is_quoted else "",
            skip_initial_space=spelling.skip_initial_space,
            comment=guessed_comment if self._choices.comment is None else self._choices.comment,
        )

    def _line_end(self) -> str:
        spelled, crlf = self._parser.plan.layout.spelling.line_end, self._parser.crlf
        if spelled != "lf":
            return "mixed" if spelled == "any" else spelled
        return "lf" if crlf == 0 else "crlf" if crlf >= self._lines else "mixed"

    def feed(self, data: bytes) -> TablePiece:
        """Take the next bytes of the file.

        Raises NotATable where they are another format or damaged, TooLarge where too much comes out of them.
        """
        return self._piece(map(self._parse, self._text.feed(data)))

    def finish(self) -> TablePiece:
        """Return what is left when the file has ended.

        Raises EmptyFile where it has no row, TooFewRows where the chosen preamble is all of it, and as ``feed``.
        """
        return self._piece(self._last_parts())

    def _piece(self, parts: Iterator[tuple[bytes, list[int]]]) -> TablePiece:
        """Collect the results of these steps; what they find wrong becomes one plan."""
        tables: list[bytes] = []
        pages: list[int] = []
        try:
            for table, starts in parts:
                tables.append(table)
                pages += starts
        except EncodingRevised as revised:
            raise GuessRevised(ParsePlan(revised.plan, self._parser.plan)) from None
        except LayoutRevised as revised:
            raise GuessRevised(ParsePlan(self._text.plan, revised.plan)) from None
        return TablePiece(b"".join(tables), pages, self.clean)

    def _last_parts(self) -> Iterator[tuple[bytes, list[int]]]:
        yield from map(self._parse, self._text.finish())
        yield self._count(self._parser.finish())
        yield b"", self.scanner.finish()
        self.invalid.finish()
        if self.scanner.rows == 0:
            raise EmptyFile
        if (self._choices.preamble or 0) >= self.scanner.rows:
            raise TooFewRows(self._choices.preamble or 0, self.scanner.rows)
        self._text.check()
        self._parser.check()
        self._head.finish(escaped=self._parser.plan.layout.is_escaped, known=self._known_preamble)

    def _parse(self, text: bytes) -> tuple[bytes, list[int]]:
        return self._count(self._parser.feed(text, is_valid=self._text.is_decoded))

    def _count(self, table: bytes) -> tuple[bytes, list[int]]:
        """Find the facts in these bytes of the inner form; return them, and the offsets of pages that begin there."""
        starts = self.scanner.feed(table)
        self._lines = self.scanner.rows + self.scanner.empty_lines
        self.invalid.replaced = self._text.is_decoded or self._parser.is_validated
        self.invalid.feed(table)
        escaped, known = self._parser.plan.layout.is_escaped, self._known_preamble
        self._head.feed(table, self.scanner.rows, escaped=escaped, known=known)
        return table, starts

    @property
    def _known_preamble(self) -> int | None:
        """The rows of the preamble, where they are chosen, or the layout tells them."""
        return self._parser.plan.layout.preamble or None if self._choices.preamble is None else self._choices.preamble
