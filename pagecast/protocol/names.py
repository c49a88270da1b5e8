"""Names that clients send: UUIDs and file names, taken in one form only."""

import re

NO_UUID = "00000000-0000-0000-0000-000000000000"
"""The Nil UUID (RFC 9562, section 5.9): it never names a document."""


_uuid = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID (RFC 9562, section 4) in lower case.

    ``uuid.UUID()`` accepts ``{…}``, ``urn:uuid:…`` and digits of other scripts, too.

    >>> is_uuid("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"), is_uuid("3F0C1A52-9D7E-4B1A-8C55-0A6F7D2E9B11")
    (True, False)
    """
    return _uuid.fullmatch(text) is not None


def file_name(text: str) -> str:
    """Return a file name that is safe to show and to send: no folders, no control characters, at most 255 characters.

    It never becomes a path: the store names files by the upload's key.

    >>> file_name("../../x\\r\\n.tsv"), file_name("")
    ('x.tsv', 'table.tsv')
    """
    last = text.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in last if letter.isprintable()).strip()[:255]
    return name or "table.tsv"
