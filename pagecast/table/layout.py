"""The layout of a text: its division into rows and cells, and the place where its body begins."""

from typing import NamedTuple

from pagecast.table.literal import LiteralParser
from pagecast.table.pairing import UNKNOWN_SHAPE, Shape
from pagecast.table.quoted import QuotedParser
from pagecast.table.rows import RowScanner
from pagecast.table.spelling import Spelling

SNIFFED = 64 * 2**10
"""Bytes of a head that are enough for a guess: hundreds of usual rows."""

MAX_HEAD = 8 * 2**20
"""Bytes of a head whose first rows are longer than that: a header of a million columns fits."""

FEW_MENDED = 0.05
"""The share of quoted fields that may have to be mended in a tab-separated text whose rows are alike either way."""

Parser = LiteralParser | QuotedParser


class Layout(NamedTuple):
    """The division of a text into rows and cells, and the place where its body begins."""

    spelling: Spelling = Spelling()
    quoting: str = "literal"
    """``literal``; ``mended``, which is quoted parsing, whether a field needs mending or not; or ``quoted``, where
    somebody chose that quotes belong together whatever they join."""
    usual: int = 0
    """Cells that most rows have."""
    values: tuple[int, ...] = ()
    """Columns of numbers or dates, from 0, where quotes mean anything."""
    preamble: int = 0
    """Rows before the header that are read line by line; 0 where all lines are read so."""

    @property
    def is_clean(self) -> bool:
        """Whether the inner form of such a text is the text itself, but for CRs."""
        return self.quoting == "literal" and self.spelling == Spelling(line_end=self.spelling.line_end)

    @property
    def is_escaped(self) -> bool:
        """Whether the inner form may hold the escapes of escapes.py."""
        spelling = self.spelling
        return self.quoting != "literal" or spelling.delimiter != "tab" or spelling.line_end == "cr"

    def parser(self, *, long_fields: bool = True) -> Parser:
        """Return a new parser for this layout."""
        if self.quoting == "literal":
            return LiteralParser(self.spelling)
        shape = Shape(self.usual, self.values) if self.quoting == "mended" else UNKNOWN_SHAPE
        return QuotedParser(self.spelling, shape, long_fields=long_fields)


class TrialParse(NamedTuple):
    """A parser and a scanner that counts the rows it gives."""

    parser: Parser
    rows: RowScanner

    def feed(self, text: bytes) -> bytes:
        """Take the next bytes of the text, and return them in the inner form."""
        table = self.parser.feed(text)
        self.rows.feed(table)
        return table

    def watch(self, text: bytes) -> None:
        """Take the next bytes of the text, only to count rows and cells."""
        self.rows.feed(self.parser.divide(text) if isinstance(self.parser, LiteralParser) else self.parser.feed(text))

    def finish(self) -> bytes:
        """Count the last row, too: the text has ended. Return what is left of it."""
        table = self.parser.finish()
        self.rows.feed(table)
        self.rows.finish()
        return table


def quoting_of(delimiter: str, literal: RowScanner, quoted: QuotedParser, rows: RowScanner) -> str:
    """Decide between ``literal`` and ``mended``, given the rows of both parses of a text.

    It is literal if no field starts with a quote, if more fields have to be mended than close properly, and if quoted
    parsing gives more irregular rows, or is given up. Unless quoted parsing gives fewer of them, it is also literal if
    as many fields have to be mended, and in a tab-separated text if a quoted field holds a tab or line end, or if more
    than a few have to be mended. A text of one column, such as source code, is literal unless most of its rows are
    quoted.
    """
    if quoted.given_up or quoted.fields < quoted.mended or rows.irregular > literal.irregular:
        return "literal"
    if quoted.fields == quoted.mended and rows.irregular == literal.irregular:
        return "literal"
    if literal.columns == rows.columns == 1 and 2 * quoted.fields <= rows.rows:
        return "literal"
    is_doubtful = quoted.holds_separator or quoted.mended > FEW_MENDED * quoted.fields
    return "literal" if delimiter == "tab" and is_doubtful and rows.irregular == literal.irregular else "mended"
