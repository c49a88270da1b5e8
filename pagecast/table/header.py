"""The header of a table, the notes before it, and the kinds of its columns: guessed from the first rows. Ours."""

from collections.abc import Sequence

from pagecast.table.cells import rows_of
from pagecast.table.columns import columns_of, evidence_of_columns, kind_of, kinds_of
from pagecast.table.layout import MAX_HEAD, SNIFFED
from pagecast.table.lenses import LensEvidence, is_blank

GUESSED_ROWS = 1000
"""Rows of the head that are read for the guess."""

GUESSED_COLUMNS = 20_000
"""Columns that are read for the guess: a line of nothing but tabs must not delay everybody else."""

NOTED_ROWS, NOTED_CHARACTERS = 100, 500
"""Rows of a preamble that are kept as notes, and characters of each. All of it is in the table, too."""


class TableHead:
    """The first rows of a table, which arrive in pieces, and the facts guessed from them.

    ``chosen``: whether there is a header, where somebody said so. ``escaped`` is as in ``rows_of``.

    >>> head = TableHead(None)
    >>> head.feed(b"##from a VCF\\n#CHROM\\tPOS\\n1\\t7\\n", rows=3, escaped=False)
    >>> head.header, head.kinds, head.preamble, head.notes
    (['#CHROM', 'POS'], ['number', 'number'], 1, ('##from a VCF',))
    """

    def __init__(self, chosen: bool | None) -> None:
        self.header: list[str] = []
        """The cells of the header; empty where there is none."""
        self.kinds: list[str] = []
        """The kind of each column, by the rows below the header."""
        self.evidence: list[LensEvidence] = []
        """What each column says of its lens, by the same rows."""
        self.preamble = 0
        """Rows before the header."""
        self.notes: tuple[str, ...] = ()
        """The text of the first of them."""
        self._chosen = chosen
        self._data = b""
        self._guessed = 0  # bytes that the last guess has seen

    def feed(self, table: bytes, rows: int, *, escaped: bool) -> None:
        """Take the next bytes of the inner form. ``rows``: how many rows have ended, these bytes included.

        Guess again whenever there are twice as many bytes, until the head is complete.
        """
        if len(self._data) < SNIFFED or (b"\n" not in self._data and len(self._data) < MAX_HEAD):
            self._data += (table if self._data else table.lstrip(b"\n"))[:MAX_HEAD]
            if rows and len(self._data) >= 2 * self._guessed:
                self._guess(self._data[: self._data.rfind(b"\n") + 1] or self._data, escaped)

    def finish(self, *, escaped: bool) -> None:
        """Guess for the last time: the table has ended, and has a row. The head is not needed any more."""
        is_whole = len(self._data) < SNIFFED
        self._guess(self._data if is_whole else self._data[: self._data.rfind(b"\n") + 1] or self._data, escaped)
        self._data = b""

    def _guess(self, lines: bytes, escaped: bool) -> None:
        self._guessed = len(self._data)
        rows = rows_of(lines, escaped=escaped)[:GUESSED_ROWS]
        self.preamble = preamble_of(rows)
        body = [row[:GUESSED_COLUMNS] for row in rows[self.preamble :]]
        named, self.kinds = name_columns(body, self._chosen, self.preamble)
        self.evidence = evidence_of_columns(body[1:] if named else body, self.kinds)
        self.header = rows[self.preamble] if named else []
        noted = rows[: min(self.preamble, NOTED_ROWS)]
        self.notes = tuple("\t".join(row)[:NOTED_CHARACTERS] for row in noted)


def name_columns(rows: Sequence[Sequence[str]], chosen: bool | None, preamble: int) -> tuple[bool, list[str]]:
    """Return whether the first of these rows, at least one, is a header; and the kinds of the columns below it.

    ``chosen`` is the answer to the first where somebody gave it. ``preamble``: how many rows come before these. A
    preamble is only recognized before a header.
    """
    first, *body = rows
    named = chosen if chosen is not None else preamble > 0 or has_header(first, body)
    return named, kinds_of(body if named else rows)


def preamble_of(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows come before the header: lines of ``##…`` before one like ``#CHROM``, as VCF and GFF have.

    >>> preamble_of([["##fileformat=VCFv4.2"], ["##source=x"], ["#CHROM", "POS"], ["1", "7"]])
    2
    >>> preamble_of([["#gene1", "gene2"], ["BRCA1", "TP53"]])
    0
    """
    notes = next((number for number, row in enumerate(rows) if not row[0].startswith("##")), 0)
    return notes if rows and len(rows[notes]) > 1 and rows[notes][0].startswith("#") else 0


def has_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of a table names the columns of the others.

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
    columns = [(name, kind_of(cells)) for name, cells in zip(first, below, strict=False) if not is_blank(name)]
    if any(kind == "number" and kind_of([name]) != "number" for name, kind in columns):
        return True
    if any(kind == "number" for _, kind in columns):
        return False
    return not any(name in cells for name, cells in zip(first, below, strict=False) if not is_blank(name))
