"""How a file is written, sniffed from its first bytes."""

from collections.abc import Sequence

from pagecast.columns import BLANK, columns_of, is_number, kind_of
from pagecast.errors import NotATable

SNIFFED = 64 * 2**10
"""Bytes that are enough for a guess."""

_as_text = "open it where it was made and save it as tab-separated text (.tsv)"
_unpack = "unpack it and drop the .tsv that is in it"

# The first bytes of files that people take for tables, from their formats' specifications.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image", "drop a .tsv file"),
    (b"\xff\xd8\xff", "a JPEG image", "drop a .tsv file"),
    (b"GIF8", "a GIF image", "drop a .tsv file"),
    (b"%PDF-", "a PDF document", _as_text),
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or a ZIP archive", _as_text),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", _as_text),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _unpack),
    (b"SQLite format 3\x00", "an SQLite database", _as_text),
    (b"PAR1", "a Parquet file", _as_text),
    (b"ARROW1", "an Arrow file", _as_text),
    (b"\x7fELF", "a program", "drop a .tsv file"),
)


LONGEST_SIGNATURE = max(len(signature) for signature, _, _ in SIGNATURES)


def refuse_what_is_no_table(first: bytes) -> None:
    """Raise NotATable where the first bytes of a file say that it is something else."""
    for signature, what, advice in SIGNATURES:
        if first.startswith(signature):
            raise NotATable(what, advice)


def has_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table names the columns of the others.

    It does unless a column of numbers begins with a number, or a name is repeated further down in its column: real
    headers begin with ``#gene1``, have years among their names, and are sometimes all there is.

    >>> has_header(["city", "people"], [["Oslo", "709037"]])
    True
    >>> has_header(["Oslo", "709037"], [["Quito", "2011388"]])
    False

    A single row names nothing.
    """
    if not body:
        return False
    below = columns_of(body)
    told = [(name, kind_of(cells)) for name, cells in zip(first, below, strict=False) if name not in BLANK]
    if any(kind == "number" and not is_number(name) for name, kind in told):
        return True
    if any(kind == "number" for _, kind in told):
        return False
    return not any(name in cells for name, cells in zip(first, below, strict=False) if name not in BLANK)
