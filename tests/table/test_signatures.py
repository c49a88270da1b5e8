"""Another format is refused by name, however its first bytes are cut; text that only begins like one is a table."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import re
import sqlite3
import struct
import tarfile
import zipfile
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pagecast.protocol.errors import NotATable
from pagecast.protocol.tables import Choices
from pagecast.table.ingest import Ingest
from pagecast.table.signatures import HEAD_BYTES, SIGNATURES, check_is_table, check_is_text, has_signature
from tests.table.pieces import pieces_of
from tests.table.reading import read

TABLE = b"city\tpeople\nOslo\t709037\n"


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table cities (name)")
        data = connection.serialize()
    connection.close()
    return data


def tape(kind: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=kind) as archive:
        entry = tarfile.TarInfo("cities.tsv")
        entry.size = len(TABLE)
        archive.addfile(entry, io.BytesIO(TABLE))
    return file.getvalue()


def oldest_tape() -> bytes:
    """A tar archive as the seventh edition of Unix wrote it: without ``ustar``."""
    block = bytearray(tape(tarfile.USTAR_FORMAT)[:512])
    block[257:] = bytes(255)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + TABLE.ljust(512, b"\0") + bytes(1024)


def riff(kind: bytes) -> bytes:
    return b"RIFF" + struct.pack("<L", 2980) + kind + struct.pack("<L", 18) + os.urandom(99)


OTHER_FILES = {
    "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "GIF": b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
    "WebP": riff(b"WEBPVP8 "),
    "AVI": riff(b"AVI LIST"),
    "WAV": riff(b"WAVEfmt "),
    "BMP": b"BM\n\x04\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\x10\x00\x00\x00\x10\x00\x00\x00",
    "TIFF": b"II*\x00\x08\x00\x00\x00\x0a\x00",
    "icon": b"\x00\x00\x01\x00\x01\x00\x10\x10\x04\x00\x01\x00\x20\x00",
    "Photoshop": b"8BPS\x00\x01" + bytes(6),
    "MP4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
    "MOV": b"\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00qt  ",
    "Matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "MP3": b"ID3\x04\x00\x00\x00\x00\x00\x23TSSE",
    "Ogg": b"OggS\x00\x02" + bytes(8),
    "FLAC": b"fLaC\x00\x00\x00\x22\x10\x00\x10\x00",
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "RTF": b"{\\rtf1\\ansi\\deff0 {\\fonttbl}}",
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24),
    "RAR": b"Rar!\x1a\x07\x01\x00" + bytes(24),
    "cpio": b"070701" + b"0" * 94 + b"0000000B" + b"00000000" + b"cities.tsv\0" + TABLE,
    "archive": b"!<arch>\ndebian-binary   1342943816  0     0     100644  4         `\n2.0\n",
    "CAB": b"MSCF\x00\x00\x00\x00\x9a\x02\x00\x00",
    "tar": tape(tarfile.GNU_FORMAT),
    "a tar archive": tape(tarfile.PAX_FORMAT),
    "tar archive": oldest_tape(),
    "lz4": b"\x04\x22\x4d\x18\x64\x40\xa7" + TABLE,
    ".Z": b"\x1f\x9d\x90\x63\xd2\xd0\x49\x93",
    "lzip": b"LZIP\x01\x0c" + bytes(20),
    "lzop": b"\x89LZO\x00\r\n\x1a\n\x10\x40",
    "LZMA": lzma.compress(TABLE, lzma.FORMAT_ALONE),
    "Snappy": b"\xff\x06\x00\x00sNaPpY\x01",
    "skippable": b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd",
    "dictionary": b"\x37\xa4\x30\xec\x01\x02\x03\x04",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(9),
    "Windows program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(50) + b"\x0e\x1f\xba\x0e",
    "Mac program": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x80",
    "Java class": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    "WebAssembly": b"\x00asm\x01\x00\x00\x00",
    "NumPy": b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n",
    "HDF5": b"\x89HDF\r\n\x1a\n\x00\x00\x00\x00\x00\x08\x08\x00",
    "MATLAB": b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x01IM" + bytes(8),
    "NetCDF": b"CDF\x01\x00\x00\x00\x00\x00\x00\x00\x0a",
    "Parquet": b"PAR1\x15\x04\x15\x0c\x15\x10L\x15\x02" + bytes(50),
    "Arrow or Feather": b"ARROW1\x00\x00\xff\xff\xff\xff\xb0\x00\x00\x00",
    "Arrow stream": b"\xff\xff\xff\xff\x10\x01\x00\x00\x10\x00\x00\x00",
    "a Feather": b"FEA1\x00\x00\x00\x00\x01\x00",
    "ORC": b"ORC\x0a\x18\x00\x00\x01",
    "Avro": b"Obj\x01\x04\x16avro.schema",
    "SQLite": database(),
    "DuckDB": bytes(range(8)) + b"DUCK\x40\x00\x00\x00" + bytes(40),
    "pickle": pickle.dumps({"city": ["Oslo"]}),
    "Python pickle": pickle.dumps({"city": ["Oslo"]}, protocol=2),
    ".RData": b"RDX3\nX\n\x00\x00\x00\x03\x00\x04\x03\x01",
    ".rds": b"X\n\x00\x00\x00\x03\x00\x04\x03\x01\x00\x03\x05\x00",
    "SAS file": bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf" + bytes(40),
    "SAS transport": b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30,
    ".dta": b"<stata_dta><header><release>118</release>",
    "Stata": b"\x72\x02\x01\x00\x05\x00" + bytes(50),
    ".sav": b"$FL2@(#) SPSS DATA FILE".ljust(64) + b"\x02\x00\x00\x00\x05\x00\x00\x00",
    ".zsav": b"$FL3@(#) SPSS DATA FILE".ljust(64) + b"\x02\x00\x00\x00\x05\x00\x00\x00",
}
"""The first bytes of real files, or whole files as another program writes them."""


@pytest.mark.parametrize("what", OTHER_FILES)
def test_another_kind_of_file_is_refused_by_name_however_it_is_cut(what: str) -> None:
    file = OTHER_FILES[what]
    with pytest.raises(NotATable, match=what):
        check_is_table(file)
    for size in (1, 2, 5, HEAD_BYTES, len(file)):
        with pytest.raises(NotATable, match=what):
            read(pieces_of(file + bytes(HEAD_BYTES), size))


def test_each_signature_is_tried() -> None:
    said = set()
    for file in OTHER_FILES.values():
        with pytest.raises(NotATable) as refused:
            check_is_table(file)
        said.add(refused.value.what)
    others = {"a ZIP archive", "a part of a split ZIP archive", "an encrypted Parquet file"}
    assert {form.what for form in SIGNATURES} - said <= others | {"an old Excel workbook (.xls)"}


@pytest.mark.parametrize("what", ["PNG", "SQLite", "Parquet", ".xls", ".rds"])
def test_another_format_is_refused_by_name_inside_a_compressed_file(what: str) -> None:
    for size in (1, 100, 10**6):
        with pytest.raises(NotATable, match=what):
            read(pieces_of(gzip.compress(OTHER_FILES[what] + bytes(HEAD_BYTES)), size))


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
def test_a_file_that_is_compressed_twice_is_refused(compress: Callable[[bytes], bytes]) -> None:
    for size in (1, 100, 10**6):
        with pytest.raises(NotATable, match="inside a gzip file"):
            read(pieces_of(gzip.compress(compress(TABLE)), size))


def test_a_file_that_ends_within_its_signature_is_refused_too() -> None:
    with pytest.raises(NotATable):
        read([b"%PDF-1", b".7\n"])


LETTERS = sorted({form.begin.decode() for form in SIGNATURES if form.begin.isalnum() and form.begin.isascii()})
"""The signatures that are letters and digits, as a word in a text may begin."""

TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\n"))


@given(
    st.sampled_from([*LETTERS, "PK", "7z", "Rar!", "%PDF", "II*", "MM", "!<arch>", "ID3"]), TEXTS, st.integers(1, 600)
)
def test_text_that_begins_like_another_format_is_a_table(begin: str, text: str, size: int) -> None:
    file = (begin + text).encode()
    check_is_table(file)
    check_is_text(file)
    assert read(pieces_of(file, size)).rows


def test_a_signature_without_a_proof_is_never_the_first_line_of_a_text() -> None:
    assert {"BM", "MZ"} <= set(LETTERS)
    for form in SIGNATURES:
        if not form.proof:
            with pytest.raises(NotATable, match=re.escape(form.what)):
                check_is_table(form.begin + b"\n")


@pytest.mark.parametrize("file", [b"BM\tx\n", b"MZ\n", b"\xc3\xa9\n", b"a\n"])
def test_rows_of_a_live_table_show_at_once_or_when_it_is_sure_to_be_text(file: bytes) -> None:
    ingest = Ingest()
    rows = []
    for _ in range(300):
        ingest.feed(file)
        rows.append(ingest.scanner.rows)
    assert rows[0] == 1 or rows[HEAD_BYTES // len(file) + 1] > 1


def test_the_first_line_shows_at_once() -> None:
    ingest = Ingest()
    ingest.feed(b"a\n")
    assert ingest.scanner.rows == 1


@given(st.randoms(use_true_random=False), st.integers(HEAD_BYTES, 2 * HEAD_BYTES))
def test_bytes_of_chance_are_a_binary_file(chance: Random, size: int) -> None:
    file = chance.randbytes(size)
    assume(not has_signature(file[: HEAD_BYTES - 1]))
    with pytest.raises(NotATable):
        read([file])


def test_zeros_alone_are_a_binary_file() -> None:
    with pytest.raises(NotATable, match="a binary file"):
        read([bytes(3000)])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["city\tpeople\nOslo\t7\n", "Город\tНаселение\nВыдра\t7\n" * 40, "城市\t人口\n奥斯陆\t七\n" * 60]
)
def test_wide_text_without_a_mark_is_no_binary_file(text: str, encoding: str) -> None:
    check_is_text(text.encode(encoding))
    check_is_table(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "shift_jis", "gb18030", "iso2022_jp", "koi8-r", "mac-roman"])
def test_text_in_older_encodings_is_no_binary_file(encoding: str) -> None:
    text = {
        "iso2022_jp": "東京\t大阪\n",
        "shift_jis": "東京\t大阪\n",
        "gb18030": "北京\t上海\n",
        "koi8-r": "Москва\tТула\n",
    }
    check_is_text((text.get(encoding, "Zürich\tMálaga\n") * 50).encode(encoding))


def test_tables_with_some_control_characters_are_kept() -> None:
    assert read([b"a\x01b\x02c\x03d\n1\x012\x023\x034\n"]).rows
    assert read([b"caf\xe9\x00\x00\x00\tx\x00\n"]).rows == [["café\0\0\0", "x\0"]]
    assert read([b"a\x01\x02\x03\x04\xe9\n"], Choices(encoding="cp1252")).rows


def test_the_sentences_say_how_to_export() -> None:
    for what, how in (
        ("Parquet", "duckdb -c"),
        ("SQLite", "sqlite3"),
        (".xls", "Save As"),
        ("HDF5", "pandas.read_hdf"),
    ):
        with pytest.raises(NotATable) as refused:
            check_is_table(OTHER_FILES[what])
        assert how in refused.value.advice


def test_a_zip_archive_that_is_no_table_is_told_as_such() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cities.tsv", TABLE)
    with pytest.raises(NotATable, match="a ZIP archive, not"):
        read([gzip.compress(file.getvalue())])
