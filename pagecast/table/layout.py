"""The layout of a text, where its rows and cells end: sniffed from its first bytes, in UTF-8. Ours.

A layout is judged by how consistent it makes the rows: each candidate parses the head, and the number of cells is
counted in every row.
"""

import re
from typing import NamedTuple

from pagecast.table.escapes import is_escaped
from pagecast.table.literal import LiteralParser
from pagecast.table.quoted import QuotedParser
from pagecast.table.rows import RowScanner

SNIFFED = 64 * 2**10
"""Bytes of a head that are enough for a guess: hundreds of usual rows."""

MAX_HEAD = 8 * 2**20
"""Bytes of a head whose first rows are longer than that: a header of a million columns fits."""

DELIMITERS = {"tab": b"\t", "pipe": b"|", "semicolon": b";", "comma": b","}
"""By name. Where two divide all rows alike, the one that is rarer in text comes first, as in `1,5;2,5`."""

MOSTLY_TABS = 0.5
"""The share of the head's rows that must have the same number of tabs, not none, in a tab-separated file. It is low:
such a file is what people bring here."""

PROVEN = 0.9
"""The share of the head's rows that any other delimiter must divide into the same number of cells. It is high: a comma
or semicolon in text is no delimiter."""

_notes = re.compile(rb"(?:##[^\n]*\n)*")
"""Notes before the header, as in VCF: they say nothing about how cells are divided."""


class Layout(NamedTuple):
    """Where a text's rows and cells end."""

    delimiter: str = "tab"
    """One of DELIMITERS."""
    quoting: str = "literal"
    """``literal`` or ``quoted``."""
    lone_cr: bool = False
    """Whether a CR ends a row."""

    @property
    def is_escaped(self) -> bool:
        """Whether the inner form may hold the escapes of escapes.py."""
        return is_escaped(self.delimiter, self.quoting)

    def parser(self) -> LiteralParser | QuotedParser:
        """Return a new parser for this layout."""
        kind = QuotedParser if self.quoting == "quoted" else LiteralParser
        return kind(DELIMITERS[self.delimiter], lone_cr=self.lone_cr)


class TrialParse(NamedTuple):
    """A parser and a scanner that counts the rows it gives."""

    parser: LiteralParser | QuotedParser
    rows: RowScanner

    def feed(self, text: bytes) -> bytes:
        """Take the next bytes of the text, and return them in the inner form."""
        table = self.parser.feed(text)
        self.rows.feed(table)
        return table

    def finish(self) -> None:
        """Count the last row, too: the text has ended."""
        self.rows.feed(self.parser.finish())
        self.rows.finish()


def quoting_of(delimiter: str, literal: RowScanner, quoted: QuotedParser, rows: RowScanner) -> str:
    """Decide between ``literal`` and ``quoted``, given the rows of both parses of a text.

    It is literal if no field starts with a quote; if a field that does is not closed properly; if quoted parsing gives
    more irregular rows; and, in a tab-separated text, if a quoted field holds a tab or line end and quoted parsing does
    not give fewer irregular rows.
    """
    if quoted.fields == 0 or quoted.broken or rows.irregular > literal.irregular:
        return "literal"
    if delimiter == "tab" and quoted.holds_separator and rows.irregular == literal.irregular:
        return "literal"
    return "quoted"


def sniff_layout(head: bytes, delimiter: str | None, quoting: str | None, *, ended: bool) -> Layout:
    """Return the layout that the first bytes of a text show, in the parts that are not given.

    ``ended``: the text ends here.

    >>> sniff_layout(b'name;size\\n"A; B";1,5\\nC;2,5\\n', None, None, ended=True)
    Layout(delimiter='semicolon', quoting='quoted', lone_cr=False)
    >>> sniff_layout(b"Dear all,\\nthank you\\n", None, None, ended=True)
    Layout(delimiter='tab', quoting='literal', lone_cr=False)
    """
    lone_cr = b"\n" not in head and b"\r" in (head if ended else head[:-1])
    line_end = b"\r" if lone_cr else b"\n"
    if not ended and line_end in head:
        head = head[: head.rfind(line_end) + 1]
    layout = Layout(delimiter or _sniff_delimiter(head, quoting, lone_cr, ended=ended), quoting or "literal", lone_cr)
    return layout if quoting else layout._replace(quoting=_sniff_quoting(head, layout, ended=ended))


def _sniff_delimiter(head: bytes, quoting: str | None, lone_cr: bool, *, ended: bool) -> str:
    """Return the tab if it divides most rows alike, else the delimiter that divides nearly all rows alike, else tab."""
    head = _notes.sub(b"", head, count=1)
    best, best_share = "tab", 0.0
    for name in DELIMITERS:
        share = _regular_share(head, Layout(name, quoting or "literal", lone_cr), sniff=quoting is None, ended=ended)
        if name == "tab" and share >= MOSTLY_TABS:
            break
        if name != "tab" and share >= PROVEN and share > best_share:
            best, best_share = name, share
    return best


def _regular_share(head: bytes, layout: Layout, *, sniff: bool, ended: bool) -> float:
    """Return the share of rows with the usual number of cells; 0 where the layout's delimiter cannot be the right one.

    ``sniff``: the layout's quoting is not given.
    """
    if sniff:
        layout = layout._replace(quoting=_sniff_quoting(head, layout, ended=ended))
    trial = TrialParse(layout.parser(), RowScanner())
    table = trial.feed(head)
    trial.finish()
    rows = trial.rows
    if rows.usual < 2:
        return 0
    if layout.delimiter != "tab":
        first = table.lstrip(b"\n").split(b"\n", 1)[0].count(b"\t") + 1
        if rows.rows < 2 or first != rows.usual or _is_prose(table, rows.usual):
            return 0
    return 1 - rows.irregular / rows.rows


def _is_prose(table: bytes, columns: int) -> bool:
    """Return whether two columns are mostly divided by a delimiter and a space, as in `Paris, France`."""
    return columns == 2 and 2 * table.count(b"\t ") > table.count(b"\t")


def _sniff_quoting(head: bytes, layout: Layout, *, ended: bool) -> str:
    literal = TrialParse(layout._replace(quoting="literal").parser(), RowScanner())
    parser = QuotedParser(DELIMITERS[layout.delimiter], lone_cr=layout.lone_cr)
    quoted = TrialParse(parser, RowScanner())
    for trial in (literal, quoted):
        trial.feed(head)
        if ended:
            trial.finish()
    return quoting_of(layout.delimiter, literal.rows, parser, quoted.rows)
