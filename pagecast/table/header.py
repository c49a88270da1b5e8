"""The header of a table, the notes before it, and the kinds of its columns: guessed from the first rows. Ours."""

from collections.abc import Sequence
from typing import NamedTuple

from pagecast.table.body import COMMENT, find_body, usual_cells
from pagecast.table.cells import rows_of
from pagecast.table.columns import evidence_of_columns, kind_of, kinds_of, shown_kinds_of
from pagecast.table.layout import MAX_HEAD, SNIFFED
from pagecast.table.lenses import LensEvidence
from pagecast.table.names import has_header

GUESSED_ROWS = 1000
"""Rows of the head that are read for the guess."""

MIN_ROWS = 5
"""Lines of a head, however long: the first row alone does not tell whether it is a header."""

GUESSED_COLUMNS = 20_000
"""Columns that are read for the guess: a line of nothing but tabs must not delay everybody else."""

NOTED_ROWS, NOTED_CHARACTERS = 100, 500
"""Rows of a preamble that are kept as notes, and characters of each. All of it is in the table, too."""

MAX_OTHER_HEADERS = 10
"""Further headers that are told."""

MOSTLY_SINGLE = 0.9
"""The share of a long run of comment lines that have a single cell. A table's first cells may all begin with a hash."""

SHORT_HEADER = 0.9
"""The share of rows that must be longer than a header which stands over the last columns only."""


class Names(NamedTuple):
    """The facts about columns that the first rows of a body show."""

    named: bool
    """Whether the first row is a header."""
    kinds: list[str]
    """The kind of each column, by the rows below the header."""
    evidence: list[LensEvidence]
    """The evidence of each column for its lens, by the same rows."""
    offset: int
    """Columns before the one that the header's first cell names."""
    others: tuple[int, ...]
    """Rows that are headers, too, counted from 0."""


class TableHead:
    """The first rows of a table, which arrive in pieces, and the facts guessed from them.

    ``chosen``: whether there is a header, where somebody said so. ``comment``: the prefix of comment lines, where
    somebody chose it. ``escaped`` is as in ``rows_of``. ``known``: rows of the preamble, where they are known.

    >>> head = TableHead()
    >>> head.feed(b"##from a VCF\\n#CHROM\\tPOS\\n1\\t7\\n", rows=3, escaped=False)
    >>> head.header, head.kinds, head.preamble, head.notes
    (['#CHROM', 'POS'], ['number', 'number'], 1, ('##from a VCF',))
    """

    def __init__(self, chosen: bool | None = None, comment: str | None = None) -> None:
        self.header: list[str] = []
        """The names of the columns; empty where there is no header."""
        self.kinds: list[str] = []
        """The kind of each column, by the rows below the header."""
        self.evidence: list[LensEvidence] = []
        """The evidence of each column for its lens, by the same rows."""
        self.preamble = 0
        """Rows before the header, or before the body of a table without one."""
        self.notes: tuple[str, ...] = ()
        """The text of the first of them."""
        self.offset = 0
        """Columns before the one that the header's first cell names."""
        self.others: tuple[int, ...] = ()
        """Rows below the header that are headers, too, counted from 1."""
        self.usual = 1
        """The most frequent number of cells in the first rows of the body that are no comments."""
        self._chosen, self._comment = chosen, comment
        self._data = b""
        self._is_complete = False
        self._guessed = 0  # bytes that the last guess has seen
        self._passed = 0  # rows of the preamble before ``_data``
        self._passed_notes: list[str] = []

    @property
    def has_comments(self) -> bool:
        """Whether the preamble has comment lines."""
        return any(note.startswith(COMMENT) for note in self.notes)

    def feed(self, table: bytes, rows: int, *, escaped: bool, known: int | None = None) -> None:
        """Take the next bytes of the inner form. ``rows``: how many rows have ended, these bytes included.

        Guess again whenever there are twice as many bytes, until the head is complete.
        """
        if self._is_complete:
            return
        self._data += (table if self._data else table.lstrip(b"\n"))[:MAX_HEAD]
        if known is not None:
            self._pass_rows(known, escaped)
        elif self._comment != "" and self._is_long:
            self._pass_comments(escaped)
        self._complete()
        if rows and len(self._data) >= 2 * self._guessed:
            self._guess(self._data[: self._data.rfind(b"\n") + 1] or self._data, escaped, known)

    def finish(self, *, escaped: bool, known: int | None = None) -> None:
        """Guess for the last time: the table has ended, and has a row. The head is not needed any more."""
        self._guess(self._data, escaped, known)
        self._data = b""

    @property
    def _is_long(self) -> bool:
        """Whether comments at the beginning may leave no room for rows."""
        return self._passed > 0 or len(self._data) >= SNIFFED or self._data.count(b"\n") >= GUESSED_ROWS

    def _complete(self) -> None:
        """Cut the head where it is long enough: at the same place however the bytes arrive."""
        line_end, lines = self._data.find(b"\n", 0, MAX_HEAD), 1
        while line_end >= 0 and lines < MIN_ROWS:
            line_end, lines = self._data.find(b"\n", line_end + 1, MAX_HEAD), lines + 1
        if len(self._data) >= (MAX_HEAD if line_end < 0 else SNIFFED):
            self._is_complete = True
            end = max(self._data.rfind(b"\n", 0, SNIFFED), line_end)
            end = self._data.rfind(b"\n", 0, MAX_HEAD) if line_end < 0 else end
            self._data = self._data[: end + 1 or MAX_HEAD]

    def _pass_rows(self, known: int, escaped: bool) -> None:
        """Let go of the rows of a known preamble that have another row behind them: they may be longer than a head."""
        lines: list[bytes] = []
        begin, size = 0, len(self._data.rstrip(b"\n"))
        while self._passed + len(lines) < known and 0 <= (end := self._data.find(b"\n", begin)) < size:
            if end > begin:
                lines.append(self._data[begin:end])
            begin = end + 1
        if lines:
            noted = b"\n".join(lines[: NOTED_ROWS - len(self._passed_notes)])
            self._passed_notes += _notes_of(rows_of(noted, escaped=escaped))
            self._passed += len(lines)
            self._data, self._guessed = self._data[begin:].lstrip(b"\n"), 0

    def _pass_comments(self, escaped: bool) -> None:
        """Let go of comment lines at the beginning, but for the last one: they may be longer than a head."""
        prefix, end = (self._comment or COMMENT).encode(), 0
        begin = self._data.find(b"\n") + 1
        while begin and self._data.startswith(prefix, begin):
            end, begin = begin, self._data.find(b"\n", begin) + 1
        passed = rows_of(self._data[:end], escaped=escaped)
        if sum(len(row) == 1 for row in passed) > MOSTLY_SINGLE * len(passed):
            self._passed_notes += _notes_of(passed[: NOTED_ROWS - len(self._passed_notes)])
            self._passed += len(passed)
            self._data, self._guessed = self._data[end:], 0

    def _guess(self, lines: bytes, escaped: bool, known: int | None) -> None:
        self._guessed = len(self._data)
        rows = rows_of(_first_lines(lines), escaped=escaped)[:GUESSED_ROWS]
        begins = find_body(rows, self._comment)
        before = begins.preamble if known is None else min(known - self._passed, len(rows) - 1)
        self.usual = max(usual_cells(rows[before:]), 1)
        names = name_columns(rows[before:], self._chosen if self._chosen is not None else begins.header)
        self.preamble = before + self._passed
        self.kinds, self.evidence, self.offset = names.kinds, names.evidence, names.offset
        self.header = [""] * names.offset + rows[before] if names.named else []
        self.others = tuple(self.preamble + other + 1 for other in names.others)
        self.notes = (*self._passed_notes, *_notes_of(rows[: min(before, NOTED_ROWS - len(self._passed_notes))]))


def _first_lines(lines: bytes) -> bytes:
    """Return as many lines as are read for the guess: a head may hold many more, and decoding them takes its time."""
    first = lines.split(b"\n", GUESSED_ROWS)[:GUESSED_ROWS]
    return b"\n".join(first) if all(first) else lines  # empty lines are no rows


def _notes_of(rows: Sequence[Sequence[str]]) -> list[str]:
    return ["\t".join(row)[:NOTED_CHARACTERS] for row in rows]


def name_columns(rows: Sequence[Sequence[str]], chosen: bool | None) -> Names:
    """Return what the first rows of a body, at least one, say about its columns.

    ``chosen``: whether the first of them is a header, where that is known.
    """
    whole, rows = rows, [row[:GUESSED_COLUMNS] for row in rows]
    first, *body = rows
    named = chosen if chosen is not None else has_header(first, body)
    if not named:
        kinds = shown_kinds_of(rows)
        return Names(False, kinds, evidence_of_columns(rows, kinds), 0, ())
    others = _other_headers(rows)
    numbers = [number for number in range(1, len(rows)) if number not in others]
    below = [rows[number] for number in numbers]
    kinds = shown_kinds_of(below)
    evidence = evidence_of_columns(below, kinds)
    offset = _offset_of(whole[0], [whole[number] for number in numbers])
    return Names(True, kinds, evidence, offset, tuple(others[:MAX_OTHER_HEADERS]))


def _offset_of(first: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """Return 1 where a header lacks a name for the first column: it is shorter than its rows, which end with a cell."""
    if not body or len(first) != usual_cells(body) - 1:
        return 0
    longer = [row for row in body if len(row) == len(first) + 1]
    ends_blank = all(row[-1] == "" for row in longer)
    return int(len(longer) >= SHORT_HEADER * len(body) and not ends_blank)


def _other_headers(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return which rows, counted from 0, repeat the first one, or say more about columns of numbers just below it."""
    first = list(rows[0])
    others = [number for number, row in enumerate(rows) if number and list(row) == first]
    if len(rows) > 3 and 1 not in others and len(rows[1]) == len(first):
        second, below = rows[1], rows[2:]
        kinds = kinds_of(below)
        typed = [cell for cell, kind in zip(second, kinds, strict=False) if kind in ("number", "date")]
        if typed and all(kind_of([cell]) == "text" for cell in typed):
            others.insert(0, 1)
    return others
