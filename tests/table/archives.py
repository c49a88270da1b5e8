"""Archives for the tests, written by the standard library and, where it never writes so, by hand."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from struct import pack
from typing import IO

TABLE = "".join(f"city {row}\t{row:04d}\tnaïve “{row}”\n" for row in range(120)).encode()


class OneWay(io.RawIOBase):
    """A file that cannot be sought, as a pipe: the sizes of an archive's files follow them."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.data += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def zipped(
    files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, one_way: bool = False, zip64: bool = False
) -> bytes:
    """Return a ZIP archive of these files. A name that ends in a slash is a folder."""
    seekable = io.BytesIO()
    piped = OneWay()
    target: IO[bytes] = piped if one_way else seekable  # type: ignore[assignment]
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            if name.endswith("/"):
                archive.mkdir(name)
            else:
                entry = zipfile.ZipInfo(name)
                entry.compress_type = method
                with archive.open(entry, "w", force_zip64=zip64) as file:
                    file.write(data)
    return piped.data if one_way else seekable.getvalue()


def taped(files: Mapping[str, bytes], kind: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive of these files. A name that ends in a slash is a folder."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=kind) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name.rstrip("/"))
            entry.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return target.getvalue()


def local_file(name: bytes, data: bytes, *, flags: int = 0, method: int = 0, sizes: bool = True) -> bytes:
    """Return one stored file of a ZIP archive, with its local header."""
    facts = (zlib.crc32(data), len(data), len(data)) if sizes else (0, 0, 0)
    return pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 0, *facts, len(name), 0) + name + data


END = b"PK\5\6" + bytes(18)
"""The end of a ZIP archive without a directory."""
