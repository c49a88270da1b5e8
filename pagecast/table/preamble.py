"""Read the lines before the body of a table one by one: whatever stands in them changes no other row. Ours."""

import re

from pagecast.table.body import COMMENT
from pagecast.table.escapes import escape, expand_marks
from pagecast.table.layout import Layout
from pagecast.table.mend import MendedRow, inner_form, mend_row

SAID = re.compile(rb'%b|"?sep=' % COMMENT.encode(), re.IGNORECASE)
"""The beginnings of lines that are one cell each, whatever stands in them."""


MAX_LINE = 2**20
"""Bytes of a line before the body. A longer one is left to the parser of the body, which does not keep it whole."""


class PreambleReader:
    """Turns the first rows of a respelled text, which arrives in pieces of any size, into the inner form.

    A comment is one cell, and so is a line of prose that would be wider than the table. The other lines are rows as
    usual, but none of their fields reaches beyond its line.
    """

    def __init__(self, layout: Layout) -> None:
        self.left = layout.preamble
        """Rows that are still to come."""
        self.crlf = 0
        """Line ends that were CRLF."""
        self.fields = 0
        """Fields that were read without the quotes around them."""
        self._layout = layout
        self._kept = b""
        spelling = layout.spelling
        self._line_end = bytes([spelling.line_end_byte])
        self._returns = {"cr": 0, "crcrlf": 2}.get(spelling.line_end, 1)

    def feed(self, text: bytes) -> tuple[bytes, bytes]:
        """Take the next bytes of the text. Return their rows in the inner form, and the text behind the preamble."""
        text, table = self._kept + text, []
        begin = 0
        while self.left and (end := text.find(self._line_end, begin, begin + MAX_LINE)) >= 0:
            table.append(self._row(text[begin:end]) + b"\n")
            begin = end + 1
        if len(text) - begin >= MAX_LINE:
            self.left = 0
        self._kept = text[begin:] if self.left else b""
        return b"".join(table), b"" if self.left else text[begin:]

    def finish(self) -> bytes:
        """Return what is left when the text has ended within the preamble."""
        rest, self._kept = self._kept, b""
        return self._row(rest) if rest else b""

    def _row(self, line: bytes) -> bytes:
        self.crlf += self._returns > 0 and line.endswith(b"\r")
        for _ in range(self._returns):
            line = line.removesuffix(b"\r")
        if not line:
            return b""
        self.left -= 1
        spelling = self._layout.spelling
        row = self._divide(line)
        self.fields += sum(row.quoted)
        inner = inner_form(row, spelling.quote_byte, by_returns=spelling.line_end == "cr")
        return expand_marks(escape(inner), spelling.texts)

    def _divide(self, line: bytes) -> MendedRow:
        spelling, usual = self._layout.spelling, self._layout.usual
        delimiter = bytes([spelling.delimiter_byte])
        if not SAID.match(line):
            if self._layout.quoting == "literal":
                cells = line.split(delimiter)
                row = MendedRow(cells, [False] * len(cells), [])
            else:
                row = mend_row(line, spelling.delimiter_byte, spelling.quote_byte, 0)
            if len(row.cells) <= usual or not any(cell.startswith(b" ") for cell in row.cells[1:]):
                return row
        return MendedRow([line.replace(delimiter, spelling.written)], [False], [])
