"""The one table in a ZIP archive is read as it arrives; any other archive is refused in one sentence."""

import os
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import NotATable, SeveralTables, TooLarge
from pagecast.table.archive import MAX_FILES
from pagecast.table.cells import rows_of
from pagecast.table.expand import FREE_BYTES, PIECE_BYTES, Bounds
from pagecast.table.ingest import Ingest
from pagecast.table.zip_archive import DESCRIPTORS, ZipReader
from tests.table.archives import END, TABLE, local_file, zipped
from tests.table.pieces import CUTS, cut, pieces_of
from tests.table.reading import read

SIZES = (1, 2, 3, 7, 64, 10**6)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("zip64", [False, True])
def test_the_table_in_an_archive_is_read_however_it_is_cut(method: int, zip64: bool) -> None:
    for size in SIZES:
        done = read(pieces_of(zipped({"data/": b"", "data/cities.tsv": TABLE}, method, zip64=zip64), size))
        assert done.rows == rows_of(TABLE)
        assert (done.ingest.dialect.compression, done.ingest.dialect.member) == ("zip", "data/cities.tsv")
        assert not done.ingest.clean


@pytest.mark.parametrize("zip64", [False, True])
def test_sizes_may_follow_each_file(zip64: bool) -> None:
    files = {"LICENSE": b"Do as you like.\n", "empty.tsv": b"", "cities.tsv": TABLE, "README.md": b"# Cities\n"}
    for size in SIZES:
        done = read(pieces_of(zipped(files, one_way=True, zip64=zip64), size))
        assert done.rows == rows_of(TABLE)


@pytest.mark.parametrize("form", DESCRIPTORS)
def test_sizes_are_written_in_four_forms(form: str) -> None:
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(TABLE) + packer.flush()
    facts = (zlib.crc32(TABLE), len(data), len(TABLE))
    descriptor = struct.pack(form, *((b"PK\7\x08", *facts) if "s" in form else facts))
    file = local_file(b"a.tsv", b"", flags=8, method=8) + data + descriptor + END
    for size in SIZES:
        assert read(pieces_of(file, size)).rows == rows_of(TABLE)
    with pytest.raises(NotATable, match="damaged"):
        read([file.replace(descriptor, bytes(len(descriptor)))])


@given(st.dictionaries(st.sampled_from(["README", "a.csv", "b.tsv", "c.md", "d/"]), st.binary(max_size=9)), CUTS)
def test_chunk_boundaries_do_not_matter(files: dict[str, bytes], places: list[int]) -> None:
    file = zipped(files)

    def outcome(pieces: list[bytes]) -> str:
        try:
            done = read(pieces)
        except Exception as error:
            return str(error)
        return f"{done.ingest.dialect} {done.rows}"

    assert outcome(cut(file, places)) == outcome([file])


def test_rows_show_while_the_archive_still_arrives() -> None:
    table = b"".join(b"%d\t%s\n" % (row, os.urandom(30).hex().encode()) for row in range(20_000))
    file = zipped({"cities.tsv": table})
    ingest = Ingest()
    ingest.feed(file[: len(file) // 2])
    assert 5_000 < ingest.scanner.rows < 15_000
    assert ingest.dialect.member == "cities.tsv"


def test_several_tables_are_refused_with_their_names() -> None:
    files = {"Metadata_Country.csv": TABLE, "API_POP.csv": TABLE, "notes.md": b"x", "Metadata_Indicator.csv": TABLE}
    for size in SIZES:
        with pytest.raises(SeveralTables) as refused:
            read(pieces_of(zipped(files), size))
        assert refused.value.names == "Metadata_Country.csv, API_POP.csv, Metadata_Indicator.csv"


def test_of_many_tables_the_first_names_are_told() -> None:
    with pytest.raises(SeveralTables, match=r"\(0.csv, 1.csv, 2.csv, 3.csv, 4.csv …\)"):
        read([zipped({f"{n}.csv": TABLE for n in range(100)})])


@pytest.mark.parametrize("beside", ["README.rst", "LICENSE", "license.txt", "__MACOSX/._a.csv", ".DS_Store", "map.prj"])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_lies_beside_the_table_is_passed_over(beside: str, is_first: bool) -> None:
    names = [beside, "a.csv"] if is_first else ["a.csv", beside]
    done = read([zipped({name: b"x,y\n1,2\n" if name == "a.csv" else b"Some words\n" for name in names})])
    assert (done.ingest.dialect.member, done.rows) == ("a.csv", [["x", "y"], ["1", "2"]])


def test_a_single_file_of_another_name_is_the_table() -> None:
    for size in SIZES:
        done = read(pieces_of(zipped({"README.md": b"# Read\n", "cities.export": TABLE}), size))
        assert (done.ingest.dialect.member, done.rows) == ("cities.export", rows_of(TABLE))
    with pytest.raises(SeveralTables, match=r"\(a.export, b.export\)"):
        read([zipped({"a.export": TABLE, "b.export": TABLE})])


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>", "xl/workbook.xml": b"<x/>"}, "Excel workbook"),
        ({"docProps/app.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"<x/>"}, "Excel workbook"),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "Word document"),
        ({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}, "PowerPoint"),
        ({"[Content_Types].xml": b"<x/>", "visio/document.xml": b"<x/>"}, "Office document"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "spreadsheet"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text"}, "OpenDocument"),
        ({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"<x/>"}, "e-book"),
        ({"x.npy": b"\x93NUMPY\x01\x00"}, "NumPy arrays"),
        ({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n"}, "Java archive"),
        ({"AndroidManifest.xml": b"\x03\x00\x08\x00"}, "Android app"),
        ({"Index/Document.iwa": b"\x00"}, "Numbers"),
        ({"README.md": b"# Nothing\n"}, "ZIP archive without a table"),
        ({"cities.tsv": b""}, "ZIP archive without a table"),
        ({}, "ZIP archive without a table"),
        ({"cities.tsv.gz": b"\x1f\x8b\x08\x00" + bytes(20)}, "a gzip file inside a zip file"),
        ({"cities.tsv": b"\x89PNG\r\n\x1a\n"}, "PNG"),
        ({"inner.zip": zipped({"a.tsv": TABLE})}, "a ZIP archive, not"),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_other_kinds_of_archives_are_refused_by_name(files: dict[str, bytes], what: str, method: int) -> None:
    if "mimetype" in files:
        method = zipfile.ZIP_STORED  # as these formats demand
    for size in SIZES:
        with pytest.raises(NotATable, match=what):
            read(pieces_of(zipped(files, method), size))


def test_a_workbook_is_refused_with_a_way_to_export_it() -> None:
    with pytest.raises(NotATable, match="File > Save As"):
        read([zipped({"xl/workbook.xml": b"<x/>"})])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_is_refused_by_name(method: int) -> None:
    with pytest.raises(NotATable, match=r"packed with (bzip2|LZMA)"):
        read([zipped({"cities.tsv": TABLE}, method)])
    packed = zipped({"README": b"words\n"}, method)
    assert read([packed[: packed.index(b"PK\1\2")] + zipped({"a.tsv": TABLE})]).rows == rows_of(TABLE)


def test_an_encrypted_archive_is_refused() -> None:
    with pytest.raises(NotATable, match="encrypted"):
        read([local_file(b"a.tsv", TABLE, flags=1) + END])


def test_a_stored_file_of_unknown_length_is_refused() -> None:
    descriptor = struct.pack("<4sLLL", b"PK\7\x08", zlib.crc32(TABLE), len(TABLE), len(TABLE))
    with pytest.raises(NotATable, match="does not say how long"):
        read([local_file(b"a.tsv", TABLE, flags=8, sizes=False) + descriptor + END])


@pytest.mark.parametrize("one_way", [False, True])
def test_a_cut_or_damaged_archive_is_refused_as_such(one_way: bool) -> None:
    file = zipped({"cities.tsv": TABLE}, one_way=one_way)
    for end in range(4, len(file) - 22, 7):
        with pytest.raises(NotATable, match="too early"):
            read([file[:end]])
    for place in range(60, file.index(b"PK\1\2"), 50):
        damaged = file[:place] + bytes([file[place] ^ 0x55]) + file[place + 1 :]
        with pytest.raises(NotATable, match=r"damaged|too early"):
            read([damaged])


@pytest.mark.parametrize("one_way", [False, True])
@pytest.mark.parametrize("name", ["bomb.tsv", "README"])
def test_a_bomb_is_refused_before_it_goes_off(name: str, one_way: bool) -> None:
    file = zipped({name: bytes(64 * 2**20), "cities.tsv": TABLE}, one_way=one_way)
    reader = ZipReader(Bounds())
    if name == "README" and not one_way:
        assert b"".join(reader.feed(file)) == TABLE  # it is not unpacked at all
        return
    pieces: list[int] = []
    with pytest.raises(NotATable, match="beyond the limit"):
        pieces.extend(map(len, reader.feed(file)))
    assert sum(pieces) <= FREE_BYTES
    assert max(pieces, default=0) <= PIECE_BYTES


def test_decompressed_bytes_count_against_the_limit() -> None:
    with pytest.raises(TooLarge):
        list(ZipReader(Bounds(len(TABLE) - 1)).feed(zipped({"cities.tsv": TABLE})))


def test_an_archive_of_endless_files_is_refused() -> None:
    with pytest.raises(NotATable, match="more than 10,000 files"):
        list(ZipReader(Bounds()).feed(local_file(b".x", b"") * (MAX_FILES + 1)))


def test_names_are_safe_to_show() -> None:
    name = "\x1b[31m" + "城" * 90 + ".tsv"
    assert read([zipped({name: TABLE})]).ingest.dialect.member == "[31m" + "城" * 90 + ".tsv"
    assert read([local_file(b"caf\x82.tsv", TABLE) + END]).ingest.dialect.member == "café.tsv"
    assert len(read([local_file(b"x" * 1000, TABLE) + END]).ingest.dialect.member) == 255
