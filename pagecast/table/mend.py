"""Read one row with a quoted field that does not close properly, so that it has the usual number of cells. Ours.

Each field that starts with a quote can be read in several ways: properly; closed at a later quote before a delimiter,
with stray quotes in between as text; or as it stands, its quote as text. Of all ways to read the row, the best has the
number of cells nearest to the usual one, then the fewest mended fields, then the shortest fields.
"""

from functools import lru_cache
from typing import NamedTuple

from pagecast.table.escapes import (
    BLANK_MARK,
    CR_MARK,
    DELIMITER_MARK,
    EMPTY_ROW_MARK,
    ESCAPE_LEAD_MARK,
    LF_MARK,
    MEND_MARK,
    PLAIN_MARK,
    RETURN_MARK,
    TAB_MARK,
)

TAB, LF, CR, BACKSLASH = b"\t\n\r\\"

MAX_WAYS = 2000
"""Fields of a row times its quotes, up to which all ways to read it are compared. In a row with more, each field is
read properly where it closes, and as it stands where it does not."""

MEND = 2
"""The cost of mending a field. One that may lack its closing quote, and then holds delimiters, costs one more."""

MAX_CLOSINGS = 64
"""Quotes at which one field may be closed, that are compared."""


class MendedRow(NamedTuple):
    """A row that was read on its own."""

    cells: list[bytes]
    quoted: list[bool]
    """Of each cell, whether it was read without the quotes around it."""
    mended: list[int]
    """Which of the cells were mended, counted from 0."""


class _Field(NamedTuple):
    """A way to read one field."""

    end: int
    is_quoted: bool
    """Whether it is read without the quotes around it."""
    cost: int = 0
    """The cost of mending it; 0 where it closes properly."""


class _Way(NamedTuple):
    """A way to read the rest of a row, from the start of a field."""

    cost: int
    first: _Field


def mend_row(
    row: bytes, delimiter: int, quote: int, usual: int, line_end: bytes = b"\n", blank: bytes = b""
) -> MendedRow:
    """Return the cells of a row. ``delimiter`` and ``quote`` are bytes; ``usual``: cells that most rows have, or 0.

    ``blank``: a byte that belongs to the delimiter before it.

    A line end inside the row is text of a properly quoted field; no other field reaches beyond it.

    >>> mend_row(b'7,"say "hi", 2,x', ord(","), ord('"'), 4)
    MendedRow(cells=[b'7', b'say "hi', b' 2', b'x'], quoted=[False, True, False, False], mended=[1])
    >>> mend_row(b'7,"A, "B" C",x', ord(","), ord('"'), 3).cells
    [b'7', b'A, "B" C', b'x']
    """
    in_turn, is_clear = _read_in_turn(row, delimiter, quote, blank)
    ways_to_compare = (row.count(delimiter) + 1) * row.count(quote)
    if (is_clear and usual in (0, len(in_turn.cells))) or ways_to_compare > MAX_WAYS:
        return in_turn
    starts = [0, *_after_each(row, delimiter)]
    ways: dict[int, dict[int, _Way]] = {}  # by where the rest begins, and by its number of cells
    for start in reversed(starts):
        begin = len(row) - len(row[start:].lstrip(blank)) if blank else start
        fields = _fields(row, begin, delimiter, quote, line_end)
        ways[start] = _ways_from(fields, len(row), ways)
    aim = usual or min(ways[0], key=lambda cells: ways[0][cells].cost)
    width = min(ways[0], key=lambda cells: (abs(cells - aim), ways[0][cells].cost))
    cells: list[bytes] = []
    quoted: list[bool] = []
    mended: list[int] = []
    start = 0
    for left in range(width, 0, -1):
        way = ways[start][left]
        start = len(row) - len(row[start:].lstrip(blank)) if blank else start
        end = way.first.end
        if way.first.cost:
            mended.append(len(cells))
        quoted.append(way.first.is_quoted)
        cells.append(_unquoted(row[start + 1 : end - 1], quote) if way.first.is_quoted else row[start:end])
        start = end + 1
    return MendedRow(cells, quoted, mended)


def _read_in_turn(row: bytes, delimiter: int, quote: int, blank: bytes) -> tuple[MendedRow, bool]:
    """Read one field after the other: properly where it closes, and as it stands where it does not.

    Return whether that is clear, too: no field that does not close properly could be closed by a later quote.
    """
    cells: list[bytes] = []
    quoted: list[bool] = []
    mended: list[int] = []
    is_clear, start = True, 0
    last_closing = len(row) - 1 if row.endswith(bytes([quote])) else row.rfind(bytes([quote, delimiter]))
    while start <= len(row):
        start = len(row) - len(row[start:].lstrip(blank)) if blank else start
        is_quoted = start < len(row) and row[start] == quote
        end = _proper_end(row, start, delimiter, quote) if is_quoted else 0
        quoted.append(end > 0)
        if end:
            cells.append(_unquoted(row[start + 1 : end - 1], quote))
        else:
            end = row.find(delimiter, start)
            end = len(row) if end < 0 else end
            cells.append(row[start:end])
            if is_quoted:
                mended.append(len(cells) - 1)
                is_clear = is_clear and last_closing <= start
        start = end + 1
    return MendedRow(cells, quoted, mended), is_clear


def _after_each(row: bytes, delimiter: int) -> list[int]:
    found: list[int] = []
    at = row.find(delimiter)
    while at >= 0:
        found.append(at + 1)
        at = row.find(delimiter, at + 1)
    return found


def _ways_from(fields: list[_Field], size: int, ways: dict[int, dict[int, _Way]]) -> dict[int, _Way]:
    """Return the best way to read the rest of a row, for each number of cells that it may have.

    ``fields``: the ways to read its first field. ``size``: bytes of the row.
    """
    best: dict[int, _Way] = {}
    for field in fields:
        rest = {0: 0} if field.end == size else {cells: way.cost for cells, way in ways[field.end + 1].items()}
        for cells, cost in rest.items():
            if cells + 1 not in best or cost + field.cost < best[cells + 1].cost:
                best[cells + 1] = _Way(cost + field.cost, field)
    return best


def _fields(row: bytes, start: int, delimiter: int, quote: int, line_end: bytes) -> list[_Field]:
    """Return the ways to read one field, the best first."""
    plain = row.find(delimiter, start)
    plain = len(row) if plain < 0 else plain
    if start == len(row) or row[start] != quote:
        return [_Field(plain, is_quoted=False)]
    proper = _proper_end(row, start, delimiter, quote)
    fields = [_Field(proper, is_quoted=True)] if proper else []
    at = row.find(quote, start + 1)
    while at >= 0 and len(fields) < MAX_CLOSINGS:
        end = at + 1
        if end != proper and (end == len(row) or row[end] == delimiter) and line_end not in row[start:end]:
            fields.append(_Field(end, is_quoted=True, cost=MEND))
        at = row.find(quote, at + 1)
    if not fields or line_end not in row[start:plain]:
        fields.append(_Field(plain, is_quoted=False, cost=MEND))
    unclosed = row.find(delimiter, plain + 1)
    while unclosed >= 0 and len(fields) < MAX_CLOSINGS and line_end not in row[start:unclosed]:
        fields.append(_Field(unclosed, is_quoted=False, cost=MEND + 1))
        unclosed = row.find(delimiter, unclosed + 1)
    return fields


def _proper_end(row: bytes, start: int, delimiter: int, quote: int) -> int:
    """Return where a quoted field ends by RFC 4180, or 0 where it does not close properly."""
    at = row.find(quote, start + 1)
    while at >= 0:
        end = at + 1
        if end == len(row) or row[end] == delimiter:
            return end
        if row[end] != quote:
            return 0
        at = row.find(quote, end + 1)
    return 0


def _unquoted(text: bytes, quote: int) -> bytes:
    return text.replace(bytes([quote, quote]), bytes([quote]))


def inner_form(row: MendedRow, quote: int, *, by_returns: bool = False, noted: bool = False) -> bytes:
    """Return a row in the inner form, with the marks of escapes.py.

    ``by_returns``: a CR ends a row. ``noted``: the first stray quote of a mended cell becomes a mark.
    """
    outside, inside = _texts(by_returns=by_returns)
    marked = set(row.mended) if noted else ()
    cells = []
    for number, (cell, quoted) in enumerate(zip(row.cells, row.quoted, strict=True)):
        text = cell.translate(inside, bytes([ESCAPE_LEAD_MARK])) if quoted else cell.translate(outside)
        if number in marked:
            text = text.replace(bytes([quote]), bytes([MEND_MARK]), 1)
        cells.append(text)
    return b"\t".join(cells) or bytes([EMPTY_ROW_MARK])


@lru_cache(2)
def _texts(*, by_returns: bool) -> tuple[bytes, bytes]:
    """Return what each byte of a cell becomes outside of quotes, and inside of them."""
    outside, inside = bytearray(range(256)), bytearray(range(256))
    for means in (outside, inside):
        means[TAB], means[LF], means[BLANK_MARK], means[RETURN_MARK] = TAB_MARK, LF_MARK, ord(" "), CR
        if by_returns:
            means[CR] = CR_MARK
    outside[ESCAPE_LEAD_MARK] = BACKSLASH
    outside[DELIMITER_MARK] = inside[DELIMITER_MARK] = PLAIN_MARK
    return bytes(outside), bytes(inside)
