"""Open a compressed file as it arrives, with a bound on what may come out of it."""

import bz2
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from pagecast.protocol.errors import NotATable, TooLarge

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

PIECE_BYTES = 2**20
"""Bytes that come out at once: a bomb fills no memory."""

FREE_BYTES = 16 * 2**20
"""Bytes that may come out before the ratio counts: a small file of zeros is no harm."""


class Bounds(NamedTuple):
    """What one file may take."""

    size: int = 2**62
    """Bytes, as it was sent and unpacked."""
    expansion: int = 200
    """Bytes out for a byte in. TableService reach 20 to 50, seldom 100; a bomb is made to reach 1,000."""


FAULTS = (OSError, EOFError, zlib.error, lzma.LZMAError, ZstdError)


class Decompressor(Protocol):
    """What bz2, lzma and zstd have in common in the standard library."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class GzipDecompressor:
    """One member of a gzip file, with the interface of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


COMPRESSIONS: tuple[tuple[str, re.Pattern[bytes], Callable[[], Decompressor]], ...] = (
    ("gzip", re.compile(rb"\x1f\x8b\x08"), GzipDecompressor),
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd"), ZstdDecompressor),
    ("bzip2", re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), bz2.BZ2Decompressor),
    ("xz", re.compile(rb"\xfd7zXZ\x00"), lzma.LZMADecompressor),
)
"""Name, first bytes and reader of each: RFC 1952, RFC 8878, bzip2's blocks, the .xz file format 1.2."""


def compression_of(first: bytes) -> str:
    """How a file is compressed, by its first bytes; ``none`` for most.

    >>> compression_of(b"BZh91AY&SY"), compression_of(b"BZhang\tcountry")
    ('bzip2', 'none')
    """
    return next((name for name, magic, _ in COMPRESSIONS if magic.match(first)), "none")


class Expander:
    """Gives what is in a compressed file, in pieces of bounded size. A file may be several, one after the other."""

    def __init__(self, compression: str, bounds: Bounds) -> None:
        self._name = compression
        self._open = next(make for name, _, make in COMPRESSIONS if name == compression)
        self._member = self._open()
        self._bounds = bounds
        self._in = self._out = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Raises NotATable where it is damaged or blows up, TooLarge where more than the server takes comes out."""
        self._in += len(data)
        while data or not (self._member.eof or self._member.needs_input):
            if self._member.eof:
                data = data.lstrip(b"\0")  # what follows may be padded
                if not data:
                    return
                self._member = self._open()
            try:
                piece = self._member.decompress(data, PIECE_BYTES)
            except FAULTS:
                raise NotATable(f"a damaged {self._name} file", "compress it again, or upload it unpacked") from None
            self._out += len(piece)
            self._check()
            if piece:
                yield piece
            data = self._member.unused_data if self._member.eof else b""

    def finish(self) -> None:
        """There is no more. Raises NotATable where the end is missing."""
        if self._in and not self._member.eof:
            raise NotATable(f"a {self._name} file that ends too early", "upload the complete file")

    def _check(self) -> None:
        if self._out > self._bounds.size:
            raise TooLarge(self._bounds.size)
        if self._out > FREE_BYTES and self._out > self._bounds.expansion * self._in:
            raise NotATable(f"a {self._name} file that expands beyond the limit", "upload it uncompressed")
