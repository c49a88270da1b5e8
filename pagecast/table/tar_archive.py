"""Read the table in a tar archive as it arrives. The standard library's tarfile reads the headers.

An archive is a chain of files in blocks of 512 bytes, each with its header (POSIX.1-2017, pax, "ustar Interchange
Format"). GNU tar and pax write long names as files before the file that they belong to.
"""

import re
import tarfile
from collections.abc import Iterator

from pagecast.protocol.errors import NotATable
from pagecast.table.archive import TAR, UNPACK_ADVICE, ArchiveReader, Members

BLOCK_BYTES = tarfile.BLOCKSIZE

MAX_HEADER_BYTES = 2**16
"""Bytes of a long name or of pax records: names have hundreds."""

_pax_record = re.compile(rb"^\d+ (path|size)=([^\n]*)\n", re.MULTILINE)

_WITHOUT_BYTES = (
    *(tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE),
    *(tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE),
)
"""Types of files of which only the header is in the archive, whatever size it tells."""


def is_tar(first: bytes) -> bool:
    """Return whether a file is a tar archive, by the checksum of its first header: the oldest have no other mark."""
    return _header(first[:BLOCK_BYTES]) is not None


class TarReader(ArchiveReader):
    """Reads the table in a tar archive, in pieces of any size. ``chosen``: its name, where that is known."""

    def __init__(self, chosen: str = "") -> None:
        super().__init__(Members(TAR, chosen))
        self._is_between = True  # whether a header comes next, or the end
        self._has_ended = False

    def finish(self) -> None:
        """Raise NotATable where the archive ends too early or has no table, SeveralTables, ArchiveRevised."""
        if not self._has_ended and (not self._is_between or self._waiting):
            raise NotATable("a tar archive that ends too early", "upload the complete file")
        self._members.finish()

    def _read(self) -> Iterator[bytes | None]:
        name, size = "", -1  # as the header before tells them, of a file with a long name or of many gigabytes
        while True:
            self._is_between = True
            yield from self._need(BLOCK_BYTES)
            self._is_between = False
            block = self._take(BLOCK_BYTES)
            if not block.strip(b"\0"):
                break
            header = _header(block)
            if header is None:
                raise NotATable("a damaged tar archive", "pack it again, or upload it unpacked")
            if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
                if header.size > MAX_HEADER_BYTES:
                    raise NotATable("a tar archive with an endless name", UNPACK_ADVICE)
                yield from self._need(_padded(header.size))
                told = self._take(_padded(header.size))[: header.size]
                name, size = _long_name(header, told, name, size)
                continue
            if size >= 0:
                header.size = size
            yield from self._file(header, name or header.name)
            name, size = "", -1
        self._has_ended = True
        while True:
            self._waiting = b""
            yield None

    def _file(self, header: tarfile.TarInfo, name: str) -> Iterator[bytes | None]:
        """Read one file to the end of its last block, and yield its bytes if it is the table."""
        is_wanted = header.isreg() and header.size > 0 and self._members.is_wanted(name)
        if is_wanted and header.type == tarfile.GNUTYPE_SPARSE:
            raise NotATable("a tar archive of sparse files", UNPACK_ADVICE)
        is_table = is_wanted and self._members.begin(name)
        left = 0 if header.type in _WITHOUT_BYTES else header.size
        padding = _padded(left) - left
        while left:
            yield from self._need(1)
            piece = self._take(min(left, len(self._waiting)))
            left -= len(piece)
            if is_table:
                yield piece
        yield from self._need(padding)
        self._take(padding)


def _header(block: bytes) -> tarfile.TarInfo | None:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.HeaderError:
        return None
    return header if header.size >= 0 else None


def _padded(size: int) -> int:
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _long_name(header: tarfile.TarInfo, told: bytes, name: str, size: int) -> tuple[str, int]:
    """Return the name and the size of the next file, as far as the bytes of such a header tell them."""
    if header.type == tarfile.GNUTYPE_LONGNAME:
        return told.rstrip(b"\0").decode("utf-8", "replace"), size
    for key, value in _pax_record.findall(told):
        if key == b"path":
            name = value.decode("utf-8", "replace")
        elif value.isdigit():
            size = int(value)
    return name, size
