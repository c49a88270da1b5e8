"""How a file's text is encoded, as its byte order mark tells; and the text made UTF-8."""

import codecs

BOMS = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),  # before UTF-16, whose mark begins the same
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
"""The Unicode Standard, 23.8."""

LONGEST_BOM = max(len(mark) for _, mark in BOMS)


def mark_of(first: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark tells, and the mark's length; UTF-8 and 0 where there is none.

    >>> mark_of(b"\\xff\\xfea\\x00"), mark_of(b"city\\tcountry")
    (('utf-16-le', 2), ('utf-8', 0))
    """
    return next(((name, len(mark)) for name, mark in BOMS if first.startswith(mark)), ("utf-8", 0))


class Decoder:
    """Makes text of another encoding UTF-8, in pieces. What is invalid becomes U+FFFD.

    >>> decoder = Decoder("utf-16-le")
    >>> decoder.feed(b"N\\x00") + decoder.feed(b"O") + decoder.feed(b"\\x00\\n\\x00") + decoder.finish()
    b'NO\\n'
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def feed(self, data: bytes) -> bytes:
        return self._decoder.decode(data).encode()

    def finish(self) -> bytes:
        return self._decoder.decode(b"", final=True).encode()
