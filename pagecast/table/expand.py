"""Decompress a file as it arrives, with a bound on what may come out of it."""

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
"""Bytes that come out at once, so that a decompression bomb fills no memory."""

FREE_BYTES = 16 * 2**20
"""Bytes that may come out before the ratio counts: a small file of zeros does no harm."""


class Bounds(NamedTuple):
    """The limits for one file."""

    size: int = 2**62
    """Bytes of the file as it was sent, and bytes that may come out of it."""
    expansion: int = 200
    """Bytes out for a byte in. Tables reach 20 to 50, seldom 100; a bomb is made to reach 1,000."""


FAULTS = (OSError, EOFError, zlib.error, lzma.LZMAError, ZstdError)
"""The errors of the decompressors on damaged data."""


class Decompressor(Protocol):
    """The interface that bz2, lzma and zstd share in Python's standard library, for one stream of a file."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes out before more goes in."""

    @property
    def unused_data(self) -> bytes:
        """The bytes after the end of the stream."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Take more bytes, and return at most ``max_length`` of what comes out. Raises one of FAULTS."""


class GzipDecompressor:
    """One member of a gzip file (RFC 1952), with the interface of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # 16: a gzip header and trailer

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
"""Name, first bytes and decompressor: RFC 1952 (gzip with deflate), RFC 8878 (zstd), bzip2's header with the magic
number of its first block or of its end, and the .xz file format 1.2.1."""


def compression_of(first: bytes) -> str:
    """Return how a file is compressed, by its first bytes; ``none`` for most files.

    >>> compression_of(b"BZh91AY&SY"), compression_of(b"BZhang\tcountry")
    ('bzip2', 'none')
    """
    return next((name for name, magic, _ in COMPRESSIONS if magic.match(first)), "none")


class Allowance:
    """Counts the bytes of one compressed file and those that come out of it, and holds them to its bounds."""

    def __init__(self, name: str, bounds: Bounds) -> None:
        self._name = name
        self._bounds = bounds
        self._in = self._out = 0

    @property
    def has_begun(self) -> bool:
        return self._in > 0

    def take(self, size: int) -> None:
        """Count bytes of the file."""
        self._in += size

    def give(self, size: int) -> None:
        """Count bytes that came out of it. Raises TooLarge, or NotATable where they are those of a bomb."""
        self._out += size
        if self._out > self._bounds.size:
            raise TooLarge(self._bounds.size)
        if self._out > FREE_BYTES and self._out > self._bounds.expansion * self._in:
            raise NotATable(f"a {self._name} file that expands beyond the limit", "upload it uncompressed")


class Expander:
    """Decompresses a file in pieces of bounded size. The file may be several streams, one after the other."""

    def __init__(self, compression: str, bounds: Bounds) -> None:
        self._name = compression
        self._open = next(make for name, _, make in COMPRESSIONS if name == compression)
        self._stream = self._open()
        self._allowance = Allowance(compression, bounds)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes, and yield what comes out of them, at most PIECE_BYTES at a time.

        Raises NotATable where the file is damaged or a bomb, TooLarge where more comes out than a file may have.
        """
        self._allowance.take(len(data))
        while data or not (self._stream.eof or self._stream.needs_input):
            if self._stream.eof:
                data = data.lstrip(b"\0")  # zeros may pad a file, as on tape
                if not data:
                    return
                self._stream = self._open()
            try:
                piece = self._stream.decompress(data, PIECE_BYTES)
            except FAULTS:
                raise NotATable(f"a damaged {self._name} file", "compress it again, or upload it unpacked") from None
            self._allowance.give(len(piece))
            if piece:
                yield piece
            data = self._stream.unused_data if self._stream.eof else b""

    def finish(self) -> None:
        """Raise NotATable where the file has ended within a stream."""
        if self._allowance.has_begun and not self._stream.eof:
            raise NotATable(f"a {self._name} file that ends too early", "upload the complete file")
