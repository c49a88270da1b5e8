"""Files that people take for tables: recognized by their first bytes, and refused with advice."""

from pagecast.protocol.errors import NotATable

_as_text = "save it as tab-separated text (.tsv) in its own program"
_unpack = "unpack it and drop the .tsv inside"

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
"""First bytes, from the formats' specifications; what the file is; what to do instead."""

LONGEST_SIGNATURE = max(len(signature) for signature, _, _ in SIGNATURES)
"""Bytes. The signatures of compressed files and the byte order marks are shorter."""


def has_signature(first: bytes) -> bool:
    """Return whether the beginning of a file is long enough to recognize it. A line end comes in no signature."""
    return len(first) >= LONGEST_SIGNATURE or b"\n" in first


def check_is_table(first: bytes) -> None:
    """Raise NotATable where the first bytes of a file are those of another format."""
    for signature, what, advice in SIGNATURES:
        if first.startswith(signature):
            raise NotATable(what, advice)
