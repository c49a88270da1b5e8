"""Compressed files are decompressed as they arrive, in pieces of bounded size; damaged ones are refused."""

import bz2
import gzip
import lzma
import os
import sys
import zlib
from collections.abc import Callable

import pytest

from pagecast.protocol.errors import EmptyFile, NotATable, TooLarge
from pagecast.table.cells import rows_of
from pagecast.table.expand import FREE_BYTES, PIECE_BYTES, Bounds, Expander, compression_of
from pagecast.table.ingest import UNBOUNDED, Ingest
from tests.table.pieces import pieces_of

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter
    from compression.zstd import compress as zstd_compress
else:
    from backports.zstd import CompressionParameter
    from backports.zstd import compress as zstd_compress

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": lambda data: zstd_compress(data, options={CompressionParameter.checksum_flag: 1}),  # as its command does
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
TABLE = "".join(f"city {row}\t{row:04d}\tnaïve “{row}”\n" for row in range(500)).encode()

MARKED = "".join(TABLE.decode().splitlines(keepends=True)[:60])
"""The beginning of it, of which a byte may arrive at a time in any encoding."""

each_compression = pytest.mark.parametrize("name", COMPRESS)


def read(data: bytes, size: int, bounds: Bounds = UNBOUNDED) -> tuple[Ingest, list[list[str]]]:
    ingest = Ingest(bounds)
    table = b"".join(ingest.feed(piece).table for piece in pieces_of(data, size)) + ingest.finish().table
    return ingest, rows_of(table)


@each_compression
@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_a_compressed_table_reads_as_the_table_however_it_is_cut(name: str, size: int) -> None:
    ingest, rows = read(COMPRESS[name](TABLE), size)
    assert rows == rows_of(TABLE)
    assert ingest.dialect.compression == name
    assert not ingest.clean


@each_compression
def test_several_files_one_after_the_other_are_one_table(name: str) -> None:
    data = COMPRESS[name](TABLE[:5000]) + COMPRESS[name](TABLE[5000:])
    for size in (1, 100, 10**6):
        assert read(data, size)[1] == rows_of(TABLE)


@each_compression
def test_zeros_may_pad_the_streams_of_a_file(name: str) -> None:
    data = COMPRESS[name](TABLE[:5000]) + bytes(512) + COMPRESS[name](TABLE[5000:]) + bytes(100)
    for size in (1, 100, 10**6):
        assert read(data, size)[1] == rows_of(TABLE)


@each_compression
def test_no_piece_is_large_however_much_comes_out(name: str) -> None:
    data = COMPRESS[name](bytes(12 * PIECE_BYTES))
    pieces = [len(piece) for piece in Expander(name, UNBOUNDED).feed(data)]
    assert sum(pieces) == 12 * PIECE_BYTES
    assert max(pieces) <= PIECE_BYTES


@each_compression
def test_a_bomb_is_refused_before_it_goes_off(name: str) -> None:
    data = COMPRESS[name](bytes(64 * 2**20))
    out: list[int] = []
    with pytest.raises(NotATable, match="beyond the limit"):
        out.extend(len(piece) for piece in Expander(name, UNBOUNDED).feed(data))
    assert sum(out) <= FREE_BYTES + PIECE_BYTES


def test_how_much_may_come_out_of_a_byte_can_be_chosen() -> None:
    data = gzip.compress(bytes(2 * FREE_BYTES))
    ratio = 2 * FREE_BYTES // len(data)
    assert sum(map(len, Expander("gzip", Bounds(expansion=ratio + 1)).feed(data))) == 2 * FREE_BYTES
    with pytest.raises(NotATable, match="beyond the limit"):
        list(Expander("gzip", Bounds(expansion=ratio - 1)).feed(data))


@each_compression
def test_decompressed_bytes_count_against_the_limit(name: str) -> None:
    with pytest.raises(TooLarge):
        read(COMPRESS[name](TABLE), 1000, Bounds(len(TABLE) - 1))


@each_compression
def test_a_cut_or_damaged_file_is_refused_as_such(name: str) -> None:
    data = COMPRESS[name](os.urandom(4000).hex().encode())
    with pytest.raises(NotATable, match="too early"):
        read(data[:-20], 1000)
    damaged = data[:100] + bytes(byte ^ 0x55 for byte in data[100:200]) + data[200:]
    with pytest.raises(NotATable, match=f"{name} file"):
        read(damaged, 1000)


@each_compression
def test_nothing_compressed_is_an_empty_file(name: str) -> None:
    with pytest.raises(EmptyFile):
        read(COMPRESS[name](b""), 1000)


@each_compression
def test_another_format_is_refused_inside_a_compressed_file_too(name: str) -> None:
    with pytest.raises(NotATable, match="PNG"):
        read(COMPRESS[name](b"\x89PNG\r\n\x1a\n" + bytes(100)), 1000)


def test_zlib_without_a_gzip_header_is_no_compressed_file() -> None:
    assert compression_of(zlib.compress(TABLE)) == "none"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be"])
@pytest.mark.parametrize("size", [1, 3, 10**6])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_a_byte_order_mark_says_the_encoding(encoding: str, size: int, compress: Callable[[bytes], bytes]) -> None:
    text = MARKED.replace("\n", "\r\n")
    marked = text if encoding in ("utf-8-sig", "utf-16", "utf-32") else "\ufeff" + text
    ingest, rows = read(compress(marked.encode(encoding)), size)
    assert rows == rows_of(MARKED.encode())
    assert ingest.dialect.bom
    assert ingest.dialect.line_end == "crlf"
    assert ingest.dialect.encoding.startswith(encoding.removesuffix("-sig").removesuffix("-be"))


def test_half_a_character_of_utf_16_is_shown_and_counted() -> None:
    ingest, rows = read("\ufeffa\tb\n".encode("utf-16-le") + b"\x00\xd8x\x00\t\x00y\x00\n\x00z", 5)
    assert rows == [["a", "b"], ["�x", "y"], ["�"]]
    assert ingest.invalid.count == 2
