"""How a file is written, sniffed from its first bytes; and whether quotes in it are quoting."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pagecast.protocol.errors import BadRequest, NotATable
from pagecast.protocol.tables import Choices
from pagecast.table.columns import BLANK, columns_of, is_number, kind_of
from pagecast.table.encoding import encoding_named
from pagecast.table.readings import Literal, Quoted, is_marked
from pagecast.table.rows import RowScanner

SNIFFED = 64 * 2**10
"""Bytes that are enough for a guess."""

DELIMITERS = {"tab": b"\t", "pipe": b"|", "semicolon": b";", "comma": b","}
"""By name. Of two that divide all rows alike the one that text rarely holds comes first: `1,5;2,5`."""

MOSTLY_TABS = 0.5
"""A file is tab-separated when at least this share of its first rows has as many tabs, and some."""

PROVEN = 0.9
"""Any other delimiter has to divide at least this share of the first rows into as many cells."""

_as_text = "save it as tab-separated text (.tsv) in its own program"
_unpack = "unpack it and drop the .tsv inside"

# The first bytes of files that people take for tables, from their formats' specifications.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image", "drop a .tsv file"),
    (b"\xff\xd8\xff", "a JPEG image", "drop a .tsv file"),
    (b"GIF8", "a GIF image", "drop a .tsv file"),
    (b"%PDF-", "a PDF document", _as_text),
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or a ZIP archive", _as_text),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", _as_text),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _unpack),
    (b"SQLite format 3\x00", "an SQLite database", _as_text),
    (b"PAR1", "a Parquet file", _as_text),
    (b"ARROW1", "an Arrow file", _as_text),
    (b"\x7fELF", "a program", "drop a .tsv file"),
)


LONGEST_SIGNATURE = max(len(signature) for signature, _, _ in SIGNATURES)


def refuse_what_is_no_table(first: bytes) -> None:
    """Raise NotATable where the first bytes of a file say that it is something else."""
    for signature, what, advice in SIGNATURES:
        if first.startswith(signature):
            raise NotATable(what, advice)


class Layout(NamedTuple):
    """Where a text's rows and cells end."""

    delimiter: str = "tab"
    quoting: str = "literal"
    lone_cr: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether its inner form may hold the noncharacters of readings.py."""
        return is_marked(self.delimiter, self.quoting)

    def reading(self) -> Literal | Quoted:
        kind = Quoted if self.quoting == "quoted" else Literal
        return kind(DELIMITERS[self.delimiter], lone_cr=self.lone_cr)


class Trial(NamedTuple):
    """One reading of a text: how, and the rows that came of it."""

    reading: Literal | Quoted
    rows: RowScanner

    def feed(self, text: bytes) -> bytes:
        table = self.reading.feed(text)
        self.rows.feed(table)
        return table

    def finish(self) -> None:
        self.rows.feed(self.reading.finish())
        self.rows.finish()


def quoting_of(delimiter: str, literal: RowScanner, quoted: Quoted, rows: RowScanner) -> str:
    """Whether a text is to be read as quoted, given both readings of it, or as literal.

    It is literal if no field starts with a quote; if one that does is not closed properly; if the quoted reading has
    more irregular rows; and, in a tab-separated text, if a quoted field holds a tab or line end and the quoted reading
    is not the more regular one.
    """
    if quoted.fields == 0 or quoted.broken or rows.irregular > literal.irregular:
        return "literal"
    if delimiter == "tab" and quoted.holds_separator and rows.irregular == literal.irregular:
        return "literal"
    return "quoted"


def chosen(encoding: str | None, delimiter: str | None, quoting: str | None, header: bool | None) -> Choices:
    """These choices in the words of PROTOCOL.md; a delimiter may be given as itself. Raises BadRequest.

    >>> chosen("Windows-1252", ";", None, False)
    Choices(encoding='cp1252', delimiter='semicolon', quoting=None, header=False)
    """
    name = None if encoding is None else encoding_named(encoding)
    if name == "":
        raise BadRequest(f"“{clipped(encoding)}” is not a known encoding: try utf-8 or windows-1252.")
    names = {itself.decode(): name for name, itself in DELIMITERS.items()}
    delimiter = names.get(delimiter or "", delimiter)
    if delimiter not in (None, *DELIMITERS):
        raise BadRequest(f"“{clipped(delimiter)}” is not a delimiter: use one of {', '.join(DELIMITERS)}.")
    if quoting not in (None, "literal", "quoted"):
        raise BadRequest(f"“{clipped(quoting)}” is not a quoting mode: use literal or quoted.")
    return Choices(name, delimiter, quoting, header)


def clipped(text: str | None) -> str:
    return "".join(letter for letter in (text or "")[:40] if letter.isprintable())


def layout_of(head: bytes, delimiter: str | None, quoting: str | None, *, ended: bool) -> Layout:
    """The layout that the first bytes of a text in UTF-8 show, where it is not given. ``ended``: there is no more.

    >>> layout_of(b'name;size\\n"A; B";1,5\\nC;2,5\\n', None, None, ended=True)
    Layout(delimiter='semicolon', quoting='quoted', lone_cr=False)
    >>> layout_of(b"Dear all,\\nthank you\\n", None, None, ended=True)
    Layout(delimiter='tab', quoting='literal', lone_cr=False)
    """
    lone_cr = b"\n" not in head and b"\r" in (head if ended else head[:-1])
    line_end = b"\r" if lone_cr else b"\n"
    if not ended and line_end in head:
        head = head[: head.rfind(line_end) + 1]
    notes, best, best_share = _notes.match(head), "tab", 0.0
    for name in DELIMITERS:
        if delimiter is not None:
            break
        share = _share(head[notes.end() if notes else 0 :], name, quoting, lone_cr, ended=ended)
        if name == "tab" and share >= MOSTLY_TABS:
            break
        if name != "tab" and share >= PROVEN and share > best_share:
            best, best_share = name, share
    layout = Layout(delimiter or best, quoting or "literal", lone_cr)
    return layout if quoting else layout._replace(quoting=_quoting(head, layout, ended=ended))


_notes = re.compile(rb"(?:##[^\n]*\n)*")
"""Lines before the header, which say nothing of how cells are divided."""


def _share(head: bytes, delimiter: str, quoting: str | None, lone_cr: bool, *, ended: bool) -> float:
    """The share of rows that this delimiter divides alike; none where it cannot be the delimiter."""
    layout = Layout(delimiter, quoting or "literal", lone_cr)
    if quoting is None:
        layout = layout._replace(quoting=_quoting(head, layout, ended=ended))
    read = Trial(layout.reading(), RowScanner())
    table = read.feed(head)
    read.finish()
    rows = read.rows
    if rows.usual < 2:
        return 0
    if delimiter != "tab":
        first = table.lstrip(b"\n").split(b"\n", 1)[0].count(b"\t") + 1
        if rows.rows < 2 or first != rows.usual or _is_prose(table, rows.usual):
            return 0
    return 1 - rows.irregular / rows.rows


def _is_prose(table: bytes, columns: int) -> bool:
    """Whether what divides each row in two is mostly followed by a space, as in `Paris, France`."""
    return columns == 2 and 2 * table.count(b"\t ") > table.count(b"\t")


def _quoting(head: bytes, layout: Layout, *, ended: bool) -> str:
    literal = Trial(layout._replace(quoting="literal").reading(), RowScanner())
    quoted = Quoted(DELIMITERS[layout.delimiter], lone_cr=layout.lone_cr)
    other = Trial(quoted, RowScanner())
    for read in (literal, other):
        read.feed(head)
        if ended:
            read.finish()
    return quoting_of(layout.delimiter, literal.rows, quoted, other.rows)


def preamble_of(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are notes: lines of ``##…`` before one that names the columns, like ``#CHROM``.

    >>> preamble_of([["##fileformat=VCFv4.2"], ["##source=x"], ["#CHROM", "POS"], ["1", "7"]])
    2
    >>> preamble_of([["#gene1", "gene2"], ["BRCA1", "TP53"]])
    0
    """
    notes = next((number for number, row in enumerate(rows) if not row[0].startswith("##")), 0)
    return notes if rows and len(rows[notes]) > 1 and rows[notes][0].startswith("#") else 0


def has_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table names the columns of the others.

    It does unless a column of numbers begins with a number, or a name is repeated further down in its column: real
    headers begin with ``#gene1``, have years among their names, and are sometimes all there is.

    >>> has_header(["city", "people"], [["Oslo", "709037"]])
    True
    >>> has_header(["Oslo", "709037"], [["Quito", "2011388"]])
    False

    A single row names nothing.
    """
    if not body:
        return False
    below = columns_of(body)
    told = [(name, kind_of(cells)) for name, cells in zip(first, below, strict=False) if name not in BLANK]
    if any(kind == "number" and not is_number(name) for name, kind in told):
        return True
    if any(kind == "number" for _, kind in told):
        return False
    return not any(name in cells for name, cells in zip(first, below, strict=False) if name not in BLANK)
