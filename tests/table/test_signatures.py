"""Another format is refused by name, however its first bytes are cut; text that only begins like one is a table."""

import io
import sqlite3
import zipfile

import pytest

from pagecast.protocol.errors import NotATable
from pagecast.table.ingest import Ingest
from pagecast.table.signatures import LONGEST_SIGNATURE, check_is_table
from tests.table.pieces import pieces_of

TABLE = b"city\tpeople\nOslo\t709037\n"


def read(pieces: list[bytes]) -> int:
    """How many rows there are."""
    ingest = Ingest()
    for piece in pieces:
        ingest.feed(piece)
    ingest.finish()
    return ingest.scanner.rows


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cities.tsv", TABLE)
    return file.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table cities (name)")
        data = connection.serialize()
    connection.close()
    return data


OTHER_FILES = {
    "ZIP": zipped(),
    "SQLite": database(),
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "GIF": b"GIF89a\x01\x00\x01\x00",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "Parquet": b"PAR1" + bytes(100),
}


@pytest.mark.parametrize("what", OTHER_FILES)
def test_another_kind_of_file_is_refused_in_words_however_it_is_cut(what: str) -> None:
    file = OTHER_FILES[what]
    with pytest.raises(NotATable, match=what):
        check_is_table(file)
    for size in (1, 2, 5, LONGEST_SIGNATURE, len(file)):
        with pytest.raises(NotATable, match=what):
            read(pieces_of(file, size))


def test_a_file_that_ends_within_its_signature_is_refused_too() -> None:
    with pytest.raises(NotATable):
        read([b"%PD", b"F-"])


@pytest.mark.parametrize(
    "text", ["PK\tprimary key", "GIF\t8", "BZ\th", "%\tPDF", "SQLite\tformat 3", "PAR\t1", "\ufeffcity"]
)
def test_text_that_only_begins_like_one_is_a_table(text: str) -> None:
    assert read([text.encode() + b"\n"]) == 1
