"""The one table in a compressed tar archive is read as it arrives; any other archive is refused in one sentence."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable

import pytest
from hypothesis import given

from pagecast.protocol.errors import NotATable, SeveralTables
from pagecast.table.cells import rows_of
from tests.table.archives import TABLE, taped
from tests.table.pieces import CUTS, cut, pieces_of
from tests.table.reading import read

SIZES = (1, 2, 3, 7, 64, 10**6)
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("name", "compress"), [("gzip", gzip.compress), ("bzip2", bz2.compress), ("xz", lzma.compress)]
)
def test_the_table_in_an_archive_is_read_however_it_is_cut(
    kind: int, name: str, compress: Callable[[bytes], bytes]
) -> None:
    file = compress(taped({"data/": b"", "data/README": b"words\n", "data/cities.tsv": TABLE}, kind))
    for size in SIZES:
        done = read(pieces_of(file, size))
        assert done.rows == rows_of(TABLE)
        assert (done.ingest.dialect.compression, done.ingest.dialect.member) == (name, "data/cities.tsv")
        assert not done.ingest.clean


@given(CUTS)
def test_chunk_boundaries_do_not_matter(places: list[int]) -> None:
    file = gzip.compress(taped({"notes.md": b"words\n", "cities.tsv": TABLE}))
    assert read(cut(file, places)).rows == rows_of(TABLE)


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["d/" * 90 + "cities.tsv", "城市" * 40 + ".tsv"])
def test_long_names_are_read(kind: int, name: str) -> None:
    for size in (1, 64, 10**6):
        assert read(pieces_of(gzip.compress(taped({name: TABLE}, kind)), size)).ingest.dialect.member == name


def test_several_tables_are_refused_with_their_names() -> None:
    for size in SIZES:
        with pytest.raises(SeveralTables, match=r"\(a.tsv, b.csv\)"):
            read(pieces_of(gzip.compress(taped({"a.tsv": TABLE, "README.md": b"x", "b.csv": TABLE})), size))


def test_a_single_file_of_another_name_is_the_table() -> None:
    for size in SIZES:
        done = read(pieces_of(gzip.compress(taped({"README": b"x", "cities.export": TABLE})), size))
        assert (done.ingest.dialect.member, done.rows) == ("cities.export", rows_of(TABLE))


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (taped({"a.tsv": TABLE})[: 512 + len(TABLE) - 9], "ends too early"),
        (taped({"a.tsv": TABLE})[:2000], "ends too early"),
        (taped({"README": b"words\n"}), "tar archive without a table"),
        (taped({"a.tsv": b""}), "tar archive without a table"),
        (
            taped({"a.tsv": TABLE}, tarfile.USTAR_FORMAT)[: 512 + -(-len(TABLE) // 512) * 512] + b"x" * 512,
            "damaged tar",
        ),
        (taped({"a.tsv": b"\x89PNG\r\n\x1a\n"}), "PNG"),
        (taped({"a.tsv.gz": gzip.compress(TABLE)}), "a gzip file inside a gzip file"),
        (taped({"x" * 70_000: TABLE}), "endless name"),
    ],
)
def test_other_archives_are_refused_in_words(file: bytes, what: str) -> None:
    for size in SIZES:
        with pytest.raises(NotATable, match=what):
            read(pieces_of(gzip.compress(file), size))


def test_links_and_devices_hold_no_bytes_whatever_they_say() -> None:
    link = tarfile.TarInfo("a-link.tsv")
    link.type, link.linkname, link.size = tarfile.SYMTYPE, "cities.tsv", 1000
    done = read([gzip.compress(link.tobuf() + taped({"cities.tsv": TABLE}))])
    assert done.rows == rows_of(TABLE)


def test_an_archive_that_is_not_compressed_is_refused_by_name() -> None:
    for size in SIZES:
        with pytest.raises(NotATable, match="a tar archive"):
            read(pieces_of(taped({"cities.tsv": TABLE}), size))
