"""The guess at a file's header holds for real ones; what is plainly no table is refused in words."""

import io
import sqlite3
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import NotATable
from pagecast.table.header import has_header
from pagecast.table.ingest import Ingest
from pagecast.table.signatures import LONGEST_SIGNATURE, check_is_table
from tests.table.pieces import pieces_of

TABLE = b"city\tpeople\nOslo\t709037\n"


def rows(text: str) -> list[list[str]]:
    return [line.split(" ") for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    "table",
    [
        "city people\nOslo 709037\nQuito 2011388",
        "#gene1 gene2 score\nBRCA1 TP53 0.99\nMARCH1 SEPT2 0.5",
        "#CHROM POS ID\n1 10177 rs367896724\n1 10352 rs555500075",
        "country code 2019 2020 total\nNorway NO 5.3 5.4 10.7\nEcuador EC 17.4 17.6 35",  # years among the names
        "tconst title year\ntt0000001 Carmencita 1894\ntt0000002 \\N \\N",
        "name name\nOtter Heron",
        "a\nb\nc",
        "name\n7",
        " people\nOslo 709037",  # a column without a name
    ],
)
def test_a_row_that_names_its_columns_is_a_header(table: str) -> None:
    first, *body = rows(table)
    assert has_header(first, body)


@pytest.mark.parametrize(
    "table",
    [
        "Oslo 709037\nQuito 2011388",
        "1 2 3\n4 5 6",
        "NO Oslo\nEC Quito\nNO Bergen",
        "1e5 x\n2.5 y",
        "NA 7 x\n8 9 y",
        "only one row",
    ],
)
def test_a_first_row_like_those_below_it_is_a_row_like_them(table: str) -> None:
    first, *body = rows(table)
    assert not has_header(first, body)


@given(st.lists(st.lists(st.sampled_from(["", "7", "x", "NA"]), min_size=1, max_size=4), min_size=1, max_size=5))
def test_ragged_rows_can_be_guessed_at_too(table: list[list[str]]) -> None:
    first, *body = table
    assert has_header(first, body) in (True, False)
    assert not has_header(first, [*body, first]) or set(first) <= {"", "NA"}


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
