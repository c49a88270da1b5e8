"""Find a text in the cells of rows, in capital or small letters, without holding a long row in memory. Ours."""

import re
from collections.abc import Iterator
from functools import cache

from pagecast.table.escapes import ESCAPE, unescape
from pagecast.table.offsets import ReadBytes

MAX_MATCHES = 5000
"""Cells and names that one search lists: more than anybody steps through."""

MAX_BYTES = 2**26
"""Bytes of a page that one search reads: all of 20,000 columns. It takes about a second where most cells match."""

BLOCK_BYTES = 2**18
"""Bytes that are searched at once. A search of one block holds the interpreter for some milliseconds."""

LONG_CELL = 2**16
"""Bytes of an unfinished cell up to which it is kept whole."""

MOST_FOR_CHARACTER = 8
"""Bytes that a character of the text can take in the inner form: four, or an escape and one of four."""

_PREFIX = ESCAPE.encode()

_CASED_END = 0x20000
"""No character from here on has two cases."""


def fold(character: str) -> str:
    r"""Return the simple case folding of a character (Unicode, CaseFolding.txt, C and S), as JavaScript's ``/iu`` uses.

    >>> fold("K"), fold("\N{KELVIN SIGN}"), fold("ẞ"), fold("İ")
    ('k', 'k', 'ß', 'İ')
    """
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


class CellSearch:
    """A search for the cells that hold a text, row by row.

    >>> search = CellSearch("OSLO", escaped=False)
    >>> table = b"Oslo\\tNorway\\tin Oslo\\nQuito\\tEcuador\\n"
    >>> search.columns(lambda begin, end: table[begin:end], range(0, 21)), search.complete
    ([0, 2], True)
    """

    def __init__(self, text: str, *, escaped: bool) -> None:
        self.complete = True
        """False once the search has stopped early: at MAX_MATCHES, at MAX_BYTES, or because nobody waits for it."""
        self._pattern = _pattern_of(text)
        self._folded = "".join(map(fold, text))
        self._escaped = escaped
        self._overlap = MOST_FOR_CHARACTER * len(text)
        self._matches = self._bytes = 0

    def stop(self) -> None:
        """Read no block more: in any thread, and for the rows that follow, too."""
        self.complete = False

    def columns(self, read: ReadBytes, row: range) -> list[int]:
        """Return the columns, from 0, of a row's cells that hold the text.

        ``row``: the bytes of the row; of the last row of a page, up to the end of the page.
        """
        found = list[int]()
        for column in self._matching(read, row):
            if self._matches == MAX_MATCHES:
                self.complete = False
                break
            self._matches += 1
            found.append(column)
        return found

    def _matching(self, read: ReadBytes, row: range) -> Iterator[int]:
        column, rest, holds = 0, b"", False  # of the cell whose end is not read yet
        for block in self._blocks(read, row):
            whole, tab, rest = (rest + block).rpartition(b"\t")
            if tab:
                cells = whole.decode("utf-8", "replace")
                if holds or self._may_hold(cells):
                    for cell in cells.split("\t"):
                        if holds or self._is_in(cell):
                            yield column
                        column, holds = column + 1, False
                else:
                    column += cells.count("\t") + 1
            if len(rest) > LONG_CELL:
                end = self._cut_at(rest, len(rest) - 1)  # its last character may not be whole yet
                holds = holds or self._is_in(rest[:end].decode("utf-8", "replace"))
                rest = rest[self._cut_at(rest, end - self._overlap) :]
        if holds or self._is_in(rest.decode("utf-8", "replace")):
            yield column

    def _cut_at(self, cell: bytes, at: int) -> int:
        """Return where a cell may be cut, at a byte or before: between characters, not behind an escape's prefix."""
        while at > 0 and cell[at] & 0xC0 == 0x80:  # within a character
            at -= 1
        prefixes = 0
        while self._escaped and cell.endswith(_PREFIX, 0, max(0, at - prefixes * len(_PREFIX))):
            prefixes += 1
        return max(0, at - prefixes % 2 * len(_PREFIX))  # each second one is a character

    def _blocks(self, read: ReadBytes, row: range) -> Iterator[bytes]:
        """Yield the bytes of a row, as far as the search may read."""
        for begin in range(row.start, row.stop, BLOCK_BYTES):
            if self._bytes >= MAX_BYTES or not self.complete:
                self.complete = False
                return
            block = read(begin, min(begin + BLOCK_BYTES, row.stop))
            line, line_end, _ = block.partition(b"\n")
            self._bytes += len(line)
            yield line
            if line_end:
                return

    def _may_hold(self, cells: str) -> bool:
        """Return False where none of the cells can hold the text: ten times as fast as a look at each cell."""
        return not cells.isascii() or self._folded in cells.lower()

    def _is_in(self, cell: str) -> bool:
        return self._pattern.search(unescape(cell) if self._escaped else cell) is not None


def _pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern of a text in capital or small letters. Python's IGNORECASE takes an İ for an i."""
    return re.compile("".join(f"[{re.escape(alike(folded))}]" for folded in map(fold, text)))


def alike(folded: str) -> str:
    """Return the characters whose case folding is this one.

    >>> alike("a"), alike("k"), alike("7")
    ('aA', 'kK\u212a', '7')
    """
    return _alike().get(folded, folded)


@cache
def _alike() -> dict[str, str]:
    """Return all characters with the same simple case folding, by that folding, where there are several."""
    alike = dict[str, str]()
    for code in range(_CASED_END):
        character = chr(code)
        folded = fold(character)
        if folded != character:
            alike[folded] = alike.get(folded, folded) + character
    return alike
