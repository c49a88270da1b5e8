"""Literal parsing: quotes are characters, and only the delimiter and the line end mean anything. Ours.

Most tab-separated files are written so; a CSV reader would lose rows of those that hold a stray quote.
"""

from pagecast.table.escapes import HALF_CRLF, INCOMPLETE, TAB_MARK, escape, expand_marks, split_incomplete


class LiteralParser:
    """Turns UTF-8 text, in pieces of any size, into the inner form by literal parsing.

    ``delimiter`` is one ASCII byte. ``lone_cr``: a CR ends a line, because the file has no LF.

    >>> literal = LiteralParser(b",")
    >>> literal.feed(b'6" pipe,a\\tb\\r') + literal.feed(b"\\n7,") + literal.finish()
    b'6" pipe\\ta\\xef\\xb7\\x90b\\n7\\t'
    >>> literal.crlf
    1
    """

    def __init__(self, delimiter: bytes = b"\t", *, lone_cr: bool = False) -> None:
        self.crlf = 0
        """Line ends that were CRLF."""
        self.kept = b""
        """The end of the last piece, where its meaning depends on the next one."""
        self.last = b""
        """The byte before ``kept``; none at the beginning of the file."""
        self.separators = (delimiter, b"\r" if lone_cr else b"\n")
        """The bytes that end a field."""
        self._lone_cr = lone_cr
        self._escapes = delimiter != b"\t"
        self._incomplete = INCOMPLETE if self._escapes else HALF_CRLF
        self._swap = bytes.maketrans(b"\t" + delimiter, bytes([TAB_MARK]) + b"\t")

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and return them in the inner form: the very same object where nothing changes."""
        data, self.kept = split_incomplete(self.kept + data if self.kept else data, self._incomplete)
        if data:
            self.last = data[-1:]
        if self._lone_cr:
            data = data.replace(b"\r", b"\n")
        elif b"\r" in data and (crlf := data.count(b"\r\n")):
            self.crlf += crlf
            data = data.replace(b"\r\n", b"\n")
        return expand_marks(escape(data).translate(self._swap)) if self._escapes else data

    def finish(self) -> bytes:
        """Return what is left when the text has ended."""
        rest, self.kept = self.kept, b""
        return rest.replace(b"\r", b"\n") if self._lone_cr else rest
