"""The bytes of a page, in the inner form, as cells."""

import re

import numpy as np

from pagecast.table.readings import cell_text

_replaced_cell = re.compile("\ufffd[^\t\n]*")
_invalid_cell = re.compile("[\udc80-\udcff][^\t\n]*")
"""From the first byte of a cell that is not UTF-8, as "surrogateescape" reads it, to the cell's end."""


def rows_of(data: bytes, *, marked: bool = False) -> list[list[str]]:
    """Split whole lines into rows of cells. Bytes that are not UTF-8 are shown as U+FFFD.

    ``marked``: cells may hold the noncharacters of readings.py, which are undone.

    >>> rows_of(b'city\\tcountry\\n\\n"Oslo\\t007\\n')
    [['city', 'country'], ['"Oslo', '007']]
    """
    rows = [line.split("\t") for line in data.decode("utf-8", "replace").split("\n") if line]
    if marked and b"\xef\xb7" in data:
        return [[cell_text(cell) for cell in row] for row in rows]
    return rows


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8, several times as fast as decoding them where most are ASCII.

    Only the others are decoded, each run of them with the byte before it, so that no run is joined to another.
    """
    block = np.frombuffer(data, np.uint8)
    looked_at = block > 0x7F
    looked_at[:-1] |= looked_at[1:]
    try:
        block[looked_at].tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


class InvalidCells:
    """Counts the cells that hold bytes which are not UTF-8, in lines that arrive in pieces.

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
        """Whether what was invalid is U+FFFD already, as in text that was of another encoding."""
        self._open = b""  # the end of what came, where a character or an invalid cell may go on

    def feed(self, data: bytes) -> None:
        if not self._open and data.isascii():
            return
        data = self._open + data
        end = max(data.rfind(b"\t"), data.rfind(b"\n")) + 1
        self._look(data[:end])
        # A cell longer than this is not kept whole: it would be read again with each piece of it.
        self._open = data[end:] if len(data) - end < 2**16 else self._shorten(data[end:])

    def finish(self) -> None:
        self._look(self._open)
        self._open = b""

    def _shorten(self, cell: bytes) -> bytes:
        """The end of a very long cell, with an invalid byte at its beginning if the cell had any."""
        cut = len(cell) - 3  # no character of UTF-8 is longer than four bytes
        while cut > len(cell) - 6 and cell[cut] & 0xC0 == 0x80:
            cut -= 1
        try:
            cell[:cut].decode()
        except UnicodeDecodeError:
            return b"\xff" + cell[cut:]
        return cell[cut:]

    def _look(self, data: bytes) -> None:
        if self.replaced:
            self.count += sum(1 for _ in _replaced_cell.finditer(data.decode()))
            return
        if not is_utf8(data):
            self.count += sum(1 for _ in _invalid_cell.finditer(data.decode("utf-8", "surrogateescape")))
