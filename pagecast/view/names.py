"""How a view names the columns of a table: by header where that is unique and plain, else by position."""

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from pagecast.protocol.errors import BadView
from pagecast.view.view import SUFFIXES

RESERVED = frozenset(
    {
        *("page_no", "rows", "columns", "version", "edition", "language"),
        *("format", "row_numbers", "spreadsheet", "types", "names"),
        *("row", "column", "text"),
    }
)
"""Parameters beside a view's. New ones begin with ``_``: links that name a column so would change their meaning."""

NAME_BYTES = 200
"""The longest header that is a name. Browsers know the first 256 bytes of a header, and a link has to stay a link."""

COMPARED = 1000
"""Names among which a likeness is looked for: it takes some milliseconds."""

_position = re.compile(r"_c([1-9][0-9]{0,8})")


class ColumnNames:
    """The names of a table's columns. Columns count from 1.

    >>> names = ColumnNames(["gene", "x", "x", "page_no"], 5)
    >>> names.find("gene"), names.find("_c3"), names.reference(1), names.reference(3), names.reference(4)
    (1, 3, 'gene', '_c3', '_c4')
    """

    def __init__(self, header: Sequence[str], columns: int) -> None:
        """``header`` may be shorter than the table is wide."""
        self.header, self.columns = header, columns

    @cached_property
    def _by_header(self) -> dict[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for column in range(1, self.columns + 1):
            found[self.title(column)].append(column)
        return dict(found)

    def title(self, column: int) -> str:
        """Return the header of a column; empty where it has none."""
        return self.header[column - 1] if column <= len(self.header) else ""

    def titled(self, title: str) -> list[int]:
        """Return the columns with this header."""
        return self._by_header.get(title, [])

    def reference(self, column: int) -> str:
        """Return the name of a column in query strings."""
        title = self.title(column)
        return title if is_plain(title) and len(self.titled(title)) == 1 else f"_c{column}"

    def get(self, reference: str) -> int | None:
        """Return the column of a name; None where it names none, or several."""
        position = _position.fullmatch(reference)
        if position:
            column = int(position[1])
            return column if column <= self.columns else None
        found = self.titled(reference)
        return found[0] if len(found) == 1 and is_plain(reference) else None

    def find(self, reference: str) -> int:
        """Return the column of a name, or raise BadView."""
        column = self.get(reference)
        if column is None:
            raise BadView(self._refusal(reference))
        return column

    def _refusal(self, reference: str) -> str:
        """Return a sentence that says why a name names no column, and what would."""
        if not reference:
            return "A column is missing: write its header, or its position, such as _c1."
        columns = self.titled(reference)
        shown = quote(reference)
        if len(columns) > 1:
            places = " or ".join(f"_c{column}" for column in columns[:3])
            number = {2: "Two", 3: "Three"}.get(len(columns), f"{len(columns):,}")
            return f"{number} columns are called {shown}: name one by its position, {places}."
        if columns:
            return f"The header {shown} cannot name its column here: name it by its position, _c{columns[0]}."
        if is_position(reference):
            has = "1 column" if self.columns == 1 else f"{self.columns:,} columns"
            return f"There is no column {shown}: this table has {has}."
        near = self._nearest(reference)
        if near:
            meant = f"Did you mean {quote(self.title(near))}?"
            return f"There is no column {shown}. {meant} Columns can also be named by position: _c{near}."
        return f"There is no column {shown}. Columns are named by their header or by their position, such as _c1."

    def _nearest(self, reference: str) -> int | None:
        plain = [title for title in self._by_header if is_plain(title)]
        lowered = reference.lower().strip()
        alike = [title for title in plain if title.lower().strip() == lowered]
        title = alike[0] if alike else nearest(reference, plain[:COMPARED])
        return self.titled(title)[0] if title else None


def is_plain(title: str) -> bool:
    """Return whether a header can name its column, as far as no other column has it.

    >>> [is_plain(title) for title in ("log2 (a/b)", "a__b", "", "_x", "a__gt", "page_no", "x" * 201)]
    [True, True, False, False, False, False, False]
    """
    if not title or title.startswith("_") or title in RESERVED or len(title) > NAME_BYTES:
        return False
    _, mark, operator = title.rpartition("__")
    return not (mark and operator in SUFFIXES) and 0 < size_of(title) <= NAME_BYTES


def is_position(reference: str) -> bool:
    """Return whether a name is a position, as ``_c3``."""
    return _position.fullmatch(reference) is not None


def size_of(text: str) -> int:
    """Return the bytes of a text in UTF-8; -1 where it holds half a character (a lone surrogate)."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return -1


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the known word that is most like this one; empty where none is.

    >>> nearest("gtt", ["gt", "regex"]), nearest("banana", ["gt"])
    ('gt', '')
    """
    return next(iter(difflib.get_close_matches(word[:NAME_BYTES], known, 1)), "")


def quote(text: str) -> str:
    """Return the beginning of a text in quotation marks, for an error's sentence.

    >>> quote("gene"), quote("x" * 50)
    ('“gene”', '“xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”')
    """
    shown = "".join(letter for letter in text[:40] if letter.isprintable())
    return f"“{shown}{'…' if len(text) > 40 else ''}”"
