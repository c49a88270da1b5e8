"""Find the rows of a table that hold a text in one of their cells: as bytes, many times as fast as cell by cell. Ours.

A text of ASCII is found in capital or small letters, and any text as it is written. The text has neither a TAB nor an
LF, so that a row that holds it has a cell that does. Other searches are left to DuckDB.
"""

import numpy as np

from pagecast.table.escapes import EMPTY_ROW, ESCAPE, LF_IN_CELL, TAB_IN_CELL
from pagecast.table.matches import fold

LF, SMALL = 10, 0x20
"""A line end, and the bit in which small letters differ from capital ones."""

FEW_BYTES = 2**10
"""A text is often in a block that has it, on average, within so many bytes."""

GUISES = {"k": "\N{KELVIN SIGN}", "s": "ſ"}
"""All characters but capital letters whose small letter is one of ASCII."""

_NEVER = frozenset("\t\n" + ESCAPE + TAB_IN_CELL + LF_IN_CELL + EMPTY_ROW + "\ufffd")
"""Characters that a row may have although its bytes have them not, or the other way round."""


def can_search(text: str, *, case: bool) -> bool:
    """Return whether rows can be searched for a text as bytes; ``case``: whether capital and small letters differ.

    >>> can_search("Oslo", case=False), can_search("Ærø", case=False), can_search("Ærø", case=True)
    (True, False, True)
    """
    return bool(text) and _NEVER.isdisjoint(text) and (case or text.isascii())


class RowSearch:
    """A search for the rows that hold a text, block by block.

    >>> search = RowSearch("oslo", case=False)
    >>> search.rows(b"Quito\\nOslo\\tNorway\\n").tolist(), search.rows(b"in OSLO\\n").tolist()
    ([2], [3])
    """

    def __init__(self, text: str, *, case: bool) -> None:
        folds = not case and text.lower() != text.upper()
        self._text, self._folds = (text.lower() if folds else text).encode(), folds
        self._sought = bytes(byte | SMALL for byte in self._text) if folds else self._text
        self._others = [other.encode() for letter, other in GUISES.items() if folds and letter in text.lower()]
        """Characters that are a letter of the text in another guise, such as the Kelvin sign."""
        self._small = bytearray()
        self._is_often = False
        """Whether the block before held the text often."""
        self.seen = 0
        """The rows that were seen."""

    def rows(self, block: bytes) -> np.ndarray:
        """Return the numbers of those rows of a block, from 1, that hold the text. A block has whole rows."""
        data = np.frombuffer(block, np.uint8)
        is_end = data == LF
        begins = ~is_end  # an empty line is no row
        begins[1:] &= is_end[:-1]
        before, places = self.seen, self._often(data) if self._is_often else self._places(block, data)
        self._is_often = len(places) > len(block) // FEW_BYTES
        self.seen += int(np.count_nonzero(begins))
        is_found = np.zeros(len(block), bool)
        for found in (places, self._in_guise(block)):
            is_found[found] = True
        if not is_found.any():
            return np.empty(0, np.uint32)
        is_row = np.logical_or.reduceat(is_found, np.flatnonzero(begins))
        return (np.flatnonzero(is_row) + before + 1).astype(np.uint32)

    def _often(self, data: np.ndarray) -> np.ndarray:
        """Return all places of the text: where it is in most lines, arrays find them sooner than one after another."""
        small = data | SMALL if self._folds else data
        first, *rest = ((small if chr(byte).isalpha() else data, byte) for byte in self._text)
        places = np.flatnonzero(first[0][: max(0, len(data) - len(rest))] == first[1])
        for offset, (within, byte) in enumerate(rest, 1):
            places = places[within[places + offset] == byte]
        return places

    def _places(self, block: bytes, data: np.ndarray) -> list[int]:
        """Return a place in each line that holds the text."""
        within: bytes | bytearray = block
        if self._folds:
            if len(self._small) < len(block):
                self._small = bytearray(len(block))
            np.bitwise_or(data, SMALL, out=np.frombuffer(self._small, np.uint8, len(block)))
            within = self._small
        places, size, end = list[int](), len(self._text), len(block)
        at = within.find(self._sought, 0, end)
        while at >= 0:
            if self._folds and block[at : at + size].lower() != self._text:
                at += 1
            else:
                places.append(at)
                at = block.find(b"\n", at)
                if at < 0:
                    break
            at = within.find(self._sought, at, end)
        return places

    def _in_guise(self, block: bytes) -> list[int]:
        """Return a place in each line that holds the text with a letter in another guise."""
        places = list[int]()
        for other in self._others:
            if other[:1] in block:  # to look for one byte takes a tenth of the time
                places += self._disguised(block, other)
        return places

    def _disguised(self, block: bytes, other: bytes) -> list[int]:
        """Return the places of lines in which a character stands for a letter of the text."""
        places, at = list[int](), block.find(other)
        while at >= 0:
            begin, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
            end = end if end >= 0 else len(block)
            if self._text.decode() in "".join(map(fold, block[begin:end].decode("utf-8", "replace"))):
                places.append(at)
            at = block.find(other, end)
        return places
