"""From the inner form to cells, and a count of the cells that are no valid text."""

import re

import numpy as np

from pagecast.table.escapes import unescape

LONG_CELL = 2**16
"""Bytes of an unfinished cell up to which it is kept whole. A longer one would be decoded again with each piece."""

_replaced_cell = re.compile("\ufffd[^\t\n]*")
"""From a cell's first U+FFFD to its end."""
_invalid_cell = re.compile("[\udc80-\udcff][^\t\n]*")
"""From a cell's first invalid byte, as "surrogateescape" (PEP 383) decodes it, to its end."""


def rows_of(data: bytes, *, escaped: bool = False) -> list[list[str]]:
    """Split whole lines of the inner form into rows of cells. Invalid bytes become U+FFFD; empty lines are no rows.

    ``escaped``: cells may hold the escapes of escapes.py, which are undone.

    >>> rows_of(b'city\\tcountry\\n\\n"Oslo\\t007\\n')
    [['city', 'country'], ['"Oslo', '007']]
    """
    rows = [line.split("\t") for line in data.decode("utf-8", "replace").split("\n") if line]
    if escaped and b"\xef\xb7" in data:
        return [[unescape(cell) for cell in row] for row in rows]
    return rows


def is_utf8(data: bytes) -> bool:
    """Return whether bytes are valid UTF-8: several times as fast as decoding where most bytes are ASCII.

    Only the other bytes are decoded, each run of them with the byte before it, so that runs stay apart.
    """
    block = np.frombuffer(data, np.uint8)
    decoded = block > 0x7F
    decoded[:-1] |= decoded[1:]
    try:
        block[decoded].tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


class InvalidCells:
    """Counts the cells with invalid bytes, in a table of the inner form that arrives in pieces.

    >>> cells = InvalidCells()
    >>> cells.feed(b"caf\\xe9\\tna\\xefve \\xe9\\tc")
    >>> cells.feed(b"afe\\n")
    >>> cells.finish()
    >>> cells.count
    2
    """

    def __init__(self) -> None:
        self.count = 0
        self.replaced = False
        """Whether a decoder has put U+FFFD for invalid bytes already. Then the cells with a U+FFFD are counted."""
        self._open = b""  # the end of the last piece, where a character or an invalid cell may continue

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if not self._open and data.isascii():
            return
        data = self._open + data
        end = max(data.rfind(b"\t"), data.rfind(b"\n")) + 1
        self._count(data[:end])
        self._open = data[end:] if len(data) - end < LONG_CELL else self._shorten(data[end:])

    def finish(self) -> None:
        """Count the last cell too: the table has ended."""
        self._count(self._open)
        self._open = b""

    def _shorten(self, cell: bytes) -> bytes:
        """Return the end of a very long cell, after an invalid byte if the rest of the cell has one."""
        cut = len(cell) - 3  # no character of UTF-8 is longer than four bytes
        while cut > len(cell) - 6 and cell[cut] & 0xC0 == 0x80:
            cut -= 1
        try:
            cell[:cut].decode()
        except UnicodeDecodeError:
            return b"\xff" + cell[cut:]
        return cell[cut:]

    def _count(self, data: bytes) -> None:
        if self.replaced:
            self.count += sum(1 for _ in _replaced_cell.finditer(data.decode()))
        elif not is_utf8(data):
            self.count += sum(1 for _ in _invalid_cell.finditer(data.decode("utf-8", "surrogateescape")))
