"""Read the table in a ZIP archive as it arrives (PKWARE's APPNOTE.TXT 6.3.10: the numbers are its sections).

Each file of an archive follows its own local header, so that it is read without the directory at the archive's end. A
file that was deleted from the directory but is still in the archive counts, therefore.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from pagecast.protocol.errors import NotATable
from pagecast.table.archive import ZIP, ArchiveReader, Members
from pagecast.table.expand import PIECE_BYTES, Allowance, Bounds

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
"""4.3.7: signature, version, flags, method, time, date, CRC-32, both sizes, lengths of the name and the extra field."""

_FILE, _DESCRIPTOR, _END = b"PK\x03\x04", b"PK\x07\x08", b"PK\x05\x06"
_DIRECTORY = (b"PK\x01\x02", _END, b"PK\x06\x06", b"PK\x06\x08")
"""Signatures of the records behind the last file (4.3.6): the directory, its end, and records before it."""

_ENCRYPTED, _DESCRIBED, _UTF8 = 0x1, 0x8, 0x800
"""4.4.4: bits of the flags. The sizes of a described file follow it."""

_IN_ZIP64 = 0xFFFFFFFF
"""4.4.8: the size stands in the extra field."""

_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 99: "AES"}
"""4.4.5: compression methods other than 0 (stored) and 8 (Deflate)."""

DESCRIPTORS = ("<4sLQQ", "<LQQ", "<4sLLL", "<LLL")
"""4.3.9: the forms of a data descriptor, the longest first: with or without a signature, in ZIP64 or not."""

_DESCRIPTOR_BYTES = 24
_MIMETYPE_BYTES = 100

_again = "zip it again with the usual settings, or upload it unpacked"


def is_zip(first: bytes) -> bool:
    """Return whether a file is a ZIP archive, by its first bytes.

    >>> is_zip(b"PK\\x03\\x04\\x14"), is_zip(b"PK\\tkey\\n")
    (True, False)
    """
    return first.startswith((_FILE, _END))


class ZippedFile(NamedTuple):
    """The local header of one file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    """Bytes of it in the archive; 0 where the sizes follow the file."""
    size: int

    @property
    def is_described(self) -> bool:
        return bool(self.flags & _DESCRIBED)


class Counted:
    """The size of a file in an archive, packed and unpacked, and its CRC-32, as they are counted while it is read."""

    def __init__(self) -> None:
        self.crc = self.packed = self.size = 0

    def add(self, piece: bytes) -> None:
        """Count some unpacked bytes."""
        self.crc = zlib.crc32(piece, self.crc)
        self.size += len(piece)


def parse_local_header(header: bytes) -> ZippedFile:
    """Return the facts of a local header, with its name and its extra field."""
    _, _, flags, method, _, _, crc, packed, size, name_bytes, _ = LOCAL_HEADER.unpack_from(header)
    name = header[LOCAL_HEADER.size :][:name_bytes]
    extra = header[LOCAL_HEADER.size + name_bytes :]
    while len(extra) >= 4 and _IN_ZIP64 in (packed, size):  # 4.5.1: a number, a length, that many bytes
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1 and length >= 16:  # 4.5.3: both sizes
            size, packed = struct.unpack_from("<2Q", extra, 4)
            break
        extra = extra[4 + length :]
    return ZippedFile(_decoded(name, flags), flags, method, crc, packed, size)


def _decoded(name: bytes, flags: int) -> str:
    """Decode a name. Many programs write UTF-8 without saying so (appendix D)."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _damaged() -> NotATable:
    return NotATable("a damaged ZIP archive", "zip it again, or upload it unpacked")


class ZipReader(ArchiveReader):
    """Reads the table in a ZIP archive. ``chosen``: its name, where that is known.

    >>> import io, zipfile
    >>> with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
    ...     archive.writestr("cities.tsv", "city\\tpeople\\n")
    >>> reader = ZipReader(Bounds())
    >>> b"".join(reader.feed(file.getvalue())), reader.finish(), reader.member
    (b'city\\tpeople\\n', None, 'cities.tsv')
    """

    def __init__(self, bounds: Bounds, chosen: str = "") -> None:
        super().__init__(Members(ZIP, chosen))
        self._allowance = Allowance("ZIP", bounds)
        self._has_ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes, and yield those of the table, at most PIECE_BYTES at once. Raises TooLarge, too."""
        self._allowance.take(len(data))
        yield from super().feed(data)

    def finish(self) -> None:
        """Raise NotATable where the archive ends too early or has no table, SeveralTables, ArchiveRevised."""
        if not self._has_ended:
            raise NotATable("a ZIP archive that ends too early", "upload the complete file")
        self._members.finish()

    def _read(self) -> Iterator[bytes | None]:
        while True:
            yield from self._need(4)
            if self._waiting.startswith(_DIRECTORY):
                break
            yield from self._need(LOCAL_HEADER.size)
            *_, name_bytes, extra_bytes = LOCAL_HEADER.unpack_from(self._waiting)
            if not self._waiting.startswith(_FILE):
                raise _damaged()
            yield from self._need(LOCAL_HEADER.size + name_bytes + extra_bytes)
            yield from self._file(parse_local_header(self._take(LOCAL_HEADER.size + name_bytes + extra_bytes)))
        while True:
            self._has_ended = self._has_ended or _END in self._waiting
            self._waiting = self._waiting[-3:]
            yield None

    def _file(self, file: ZippedFile) -> Iterator[bytes | None]:
        """Read one file to its end, and yield its bytes if it is the table."""
        is_wanted = self._members.is_wanted(file.name) and not file.name.endswith("/")
        if file.name == "mimetype":
            yield from self._need(min(file.packed, _MIMETYPE_BYTES))
            self._members.check_mimetype(self._waiting[:_MIMETYPE_BYTES].decode("latin-1"))
        if not is_wanted and not file.is_described:
            yield from self._skip(file.packed)
            return
        if file.flags & _ENCRYPTED:
            raise NotATable("an encrypted ZIP archive", "unpack it with its password, and upload the table inside")
        if file.method not in (0, 8):
            raise NotATable(f"a ZIP archive packed with {_METHODS.get(file.method, 'an unknown method')}", _again)
        yield from self._contents(file, is_wanted)

    def _contents(self, file: ZippedFile, is_wanted: bool) -> Iterator[bytes | None]:
        """Read and check the bytes of a file, and yield them if it is the table."""
        counted = Counted()
        pieces = self._inflated(counted, file) if file.method == 8 else self._stored(counted, file)
        is_table: bool | None = None if is_wanted else False
        for piece in pieces:
            if piece is None:
                yield None
            elif piece:
                counted.add(piece)
                self._allowance.give(len(piece))
                if is_table is None:
                    is_table = self._members.begin(file.name)
                if is_table:
                    yield piece
        if file.is_described:
            yield from self._descriptor(file, counted)
        elif (counted.crc, counted.size, counted.packed) != (file.crc, file.size, file.packed):
            raise _damaged()

    def _stored(self, counted: "Counted", file: ZippedFile) -> Iterator[bytes | None]:
        while counted.packed < file.packed:
            yield from self._need(1)
            piece = self._take(min(len(self._waiting), file.packed - counted.packed, PIECE_BYTES))
            counted.packed += len(piece)
            yield piece

    def _inflated(self, counted: "Counted", file: ZippedFile) -> Iterator[bytes | None]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while not inflater.eof:
            yield from self._need(1)
            allowed = min(len(self._waiting), PIECE_BYTES)
            if file.packed or not file.is_described:
                allowed = min(allowed, file.packed - counted.packed)
                if not allowed:
                    raise _damaged()
            data = self._take(allowed)
            try:
                yield inflater.decompress(data, PIECE_BYTES)
                while inflater.unconsumed_tail and not inflater.eof:
                    yield inflater.decompress(inflater.unconsumed_tail, PIECE_BYTES)
            except zlib.error:
                raise _damaged() from None
            counted.packed += len(data) - len(inflater.unused_data)
            self._waiting = inflater.unused_data + self._waiting

    def _descriptor(self, file: ZippedFile, counted: "Counted") -> Iterator[None]:
        """Pass over the data descriptor behind a file, which has to agree with what was counted of it."""
        yield from self._need(_DESCRIPTOR_BYTES)  # so much follows each file: the end of the archive has 22 bytes
        facts = (counted.crc, counted.packed, counted.size)
        for form in DESCRIPTORS:
            if "Q" not in form and max(facts) > _IN_ZIP64:
                continue
            expected = struct.pack(form, *((_DESCRIPTOR, *facts) if "s" in form else facts))
            if self._waiting.startswith(expected):
                self._take(len(expected))
                return
        if file.method == 0 and not file.packed:
            raise NotATable("a ZIP archive that does not say how long its files are", _again)
        raise _damaged()

    def _skip(self, size: int) -> Iterator[None]:
        while size:
            yield from self._need(1)
            size -= len(self._take(min(size, len(self._waiting))))
