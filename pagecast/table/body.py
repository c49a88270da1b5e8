"""Find where the body of a table begins: behind titles, comments and blank rows, which make its preamble. Ours."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pagecast.table.columns import kind_of
from pagecast.table.names import evidence, has_header

COMMENT = "#"
"""The prefix of comment lines in nearly all formats that have them."""

RUN_COMMENTS = ("!", "@")
"""Prefixes of the lines before a table in the Gene Expression Omnibus and in SAM: at least two such lines."""

COMPARED = 200
"""Rows of the body that a row is compared with."""


class Body(NamedTuple):
    """The place where the body of a table begins."""

    preamble: int
    """Rows before it, and before its header."""
    header: bool | None
    """Whether the first row of the body is a header; None where the rows before it do not tell."""


def usual_cells(rows: Sequence[Sequence[str]]) -> int:
    """Return the most frequent number of cells, of rows that are no comments; of several the largest.

    >>> usual_cells([["# a title"], ["# more"], ["a", "b"]]), usual_cells([["title"], ["a", "b"], ["1", "2"]])
    (2, 2)
    """
    widths = Counter(len(row) for row in rows if not row[0].startswith(COMMENT)) or Counter(map(len, rows))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def find_body(rows: Sequence[Sequence[str]], comment: str | None = None) -> Body:
    """Return where the body begins in the first rows of a table.

    ``comment``: the prefix of comment lines, where somebody chose it.

    >>> find_body([["Report 2026"], ["", "", ""], ["city", "code", "people"], ["Oslo", "NO", "709037"]])
    Body(preamble=2, header=None)
    >>> find_body([["##fileformat=VCFv4.2"], ["##source=x"], ["#CHROM", "POS"], ["1", "7"]])
    Body(preamble=2, header=True)
    >>> find_body([["##fileformat=VCFv4.2"], ["#CHROM", "POS"]])  # and no variant
    Body(preamble=1, header=True)
    >>> find_body([["#gene1", "gene2"], ["BRCA1", "TP53"]])
    Body(preamble=0, header=True)
    """
    if comment is None and _is_header_alone(rows):
        return Body(len(rows) - 1, True)
    usual = usual_cells(rows)
    if usual < 2:
        return Body(leading_comments(rows, comment or "##") if len(rows) > 1 else 0, None)
    first = _first_full_row(rows, usual, comment)
    alike = sum(len(row) == usual for row in rows)
    if first == len(rows) or alike < max(min(2, len(rows) - 1), (len(rows) - first) / 2):
        return Body(_leading_notes(rows, comment), None)  # rows that differ so much have no titles
    body = rows[first + 1 : first + 1 + COMPARED]
    before = next((row for row in range(first - 1, -1, -1) if not is_blank_row(rows[row])), None)
    if before is None or comment is not None:
        return Body(first, None)
    above = rows[before]
    has_names = evidence(rows[first], body).names > 0
    if above[0].startswith(COMMENT):
        return Body(before, True) if len(above) == usual and not has_names else Body(first, None)
    is_short = len(above) == usual - 1 and not has_names and all(kind_of([cell]) == "text" for cell in above[1:])
    if is_short and before == first - 1:
        return Body(before, True)
    return Body(first, None)


def _is_header_alone(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether comments end with a header, which is wider, and nothing comes behind it: a table without rows."""
    are_comments = len(rows) > 1 and all(row[0].startswith(COMMENT) for row in rows)
    return are_comments and len(rows[-1]) > max(map(len, rows[:-1]))


def _first_full_row(rows: Sequence[Sequence[str]], usual: int, comment: str | None) -> int:
    """Return the first row that may belong to the body. Rows before it are comments, blank, short or nearly empty."""
    filled = _median([_filled(row) for row in rows if len(row) == usual])
    notes = _leading_notes(rows, comment)
    for number, row in enumerate(rows):
        if number < notes:
            continue
        is_comment = row[0].startswith(comment or COMMENT) and comment != ""
        if is_comment or (number == 0 and row[0].lower().lstrip('"').startswith("sep=")):
            continue
        is_title = len(row) >= usual and usual > 2 and 3 * _filled(row) <= usual and 2 * _filled(row) <= filled
        if len(row) >= usual and not is_blank_row(row) and not is_title and not _is_wide_title(rows, number, usual):
            return number
    return len(rows)


def _leading_notes(rows: Sequence[Sequence[str]], comment: str | None) -> int:
    """Return how many rows at the beginning are comments, by any mark that comments have."""
    runs = [leading_comments(rows, mark) for mark in RUN_COMMENTS] if comment is None else []
    return max([leading_comments(rows, comment or COMMENT), *(run for run in runs if run > 1)])


def _is_wide_title(rows: Sequence[Sequence[str]], number: int, usual: int) -> bool:
    """Return whether a row is much wider than the table, and a header comes soon behind it."""
    if len(rows[number]) <= usual + 1:
        return False
    behind = [row for row in rows[number + 1 : number + 1 + COMPARED] if len(row) == usual]
    return len(behind) > 1 and has_header(behind[0], behind[1:])


def leading_comments(rows: Sequence[Sequence[str]], comment: str = COMMENT) -> int:
    """Return how many rows at the beginning are comments; 0 where all are."""
    return next((number for number, row in enumerate(rows) if not row[0].startswith(comment)), 0)


def _median(counts: list[int]) -> int:
    return sorted(counts)[len(counts) // 2]


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def is_blank_row(row: Sequence[str]) -> bool:
    """Return whether all cells of a row are empty, or hold nothing but blanks."""
    return not _filled(row)
