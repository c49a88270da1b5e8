"""Download a version's original bytes, or a range of them."""

import hashlib
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from tornado.iostream import StreamClosedError

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import query_number
from pagecast.protocol.errors import StillArriving, UnknownDocument
from pagecast.table.version import Version

PIECE_BYTES = 2**17
"""Bytes of an answer that are held in memory for a client that reads nothing."""

LARGE_PIECE_BYTES, MAX_LARGE_PIECES = 2**20, 32
"""Larger pieces are faster, so this many downloads at a time have them."""


class RangesHandler(BaseHandler):
    """The base of handlers that send a file of known size, or a range of it (RFC 9110, section 14)."""

    large_pieces: ClassVar[int] = 0
    """Large pieces that are being sent."""

    async def send_file(self, size: int, etag: str, read: Callable[[range], Awaitable[bytes]]) -> None:
        """Send a file of ``size`` bytes, which ``read`` reads; or the range that is asked for; or only its headers."""
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("ETag", etag)
        self.set_header("Cache-Control", "no-cache")
        if self.check_etag_header():
            self.set_status(304)
            return
        span = self._select_range(size, etag)
        self.set_header("Content-Length", len(span))
        if self.request.method == "GET":
            await self._send_bytes(read, span)

    def compute_etag(self) -> None:
        """Return no tag: ``send_file`` has set the file's own."""

    def _select_range(self, size: int, etag: str) -> range:
        """Return the bytes to send, and set the status and headers of a partial answer."""
        asked = self.request.headers.get("Range")
        if asked is None or self.request.headers.get("If-Range", etag) != etag:
            return range(size)
        span = byte_range(asked, size)
        if span is None:
            return range(size)
        if span:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {span.start}-{span.stop - 1}/{size}")
        else:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
        return span

    async def _send_bytes(self, read: Callable[[range], Awaitable[bytes]], span: range) -> None:
        with suppress(StreamClosedError):
            while span:
                with self._piece_size() as size:
                    self.write(await read(span[:size]))
                    await self.flush()
                span = span[size:]

    @staticmethod
    @contextmanager
    def _piece_size() -> Iterator[int]:
        """Return the bytes of the next piece: a large one, unless too many are being sent."""
        is_large = RangesHandler.large_pieces < MAX_LARGE_PIECES
        RangesHandler.large_pieces += is_large
        try:
            yield LARGE_PIECE_BYTES if is_large else PIECE_BYTES
        finally:
            RangesHandler.large_pieces -= is_large


class DownloadHandler(RangesHandler):
    """`/parser/<uuid>/download?version=2`: the uploaded bytes, or a range of them."""

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            room = visit.room
            number = query_number(self, "version")
            version = room.newest if number is None else room.version(number)
            if version is None:
                raise UnknownDocument
            if not version.complete:
                raise StillArriving
            self.set_header("Content-Type", media_type(version))
            self.set_header("Content-Disposition", attachment(version.name))
            with room.lease(version):
                await self.send_file(version.received, etag_of(version), partial(room.original, version))

    head = get


def etag_of(version: Version) -> str:
    """Return a tag of a version's file, which changes when rows are appended.

    It is a digest because the upload's key is a secret.
    """
    return f'"{hashlib.sha256(f"{version.key} {version.received}".encode()).hexdigest()[:32]}"'


def media_type(version: Version) -> str:
    """Return the media type of a version's original file, with its encoding where a browser knows that."""
    if version.dialect.compression != "none":
        return "application/octet-stream"
    kind = {"tab": "tab-separated-values", "comma": "csv"}.get(version.dialect.delimiter, "plain")
    charset = charset_of(version.dialect.encoding)
    return f"text/{kind}; charset={charset}" if charset else f"text/{kind}"


CHARSETS = {
    "big5hkscs": "big5",
    "cp866": "ibm866",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_jp": "euc-jp",
    "euc_kr": "euc-kr",
    "gb18030": "gb18030",
    "iso2022_jp": "iso-2022-jp",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "mac-cyrillic": "x-mac-cyrillic",
    "mac-roman": "macintosh",
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
    "utf-8": "utf-8",
}
"""Labels of the WHATWG Encoding Standard by Python's names, without those that ``charset_of`` derives."""


def charset_of(encoding: str) -> str:
    """Return a browser's label of an encoding; "" where browsers do not know it.

    >>> [charset_of(name) for name in ("cp1252", "iso8859-15", "mac-roman", "cp850")]
    ['windows-1252', 'iso-8859-15', 'macintosh', '']
    """
    windows = re.fullmatch("cp(874|125[0-8])", encoding)
    if windows:
        return f"windows-{windows[1]}"
    if encoding.startswith("iso8859-"):
        return encoding.replace("iso", "iso-")
    return CHARSETS.get(encoding, "")


def attachment(name: str) -> str:
    """Return a ``Content-Disposition`` that saves the file under a name (RFC 6266, RFC 8187).

    curl and other small clients read ``filename``, browsers ``filename*``.

    >>> print(attachment("naïve.tsv"))
    attachment; filename="naive.tsv"; filename*=UTF-8''na%C3%AFve.tsv
    """
    return f"attachment; filename=\"{ascii_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def ascii_name(name: str) -> str:
    """Return a file name in ASCII that is safe between quotes and in a folder, as near to ``name`` as that allows.

    >>> ascii_name('6" naïve.tsv'), ascii_name("数据.csv"), ascii_name("..")
    ('6_ naive.tsv', 'table.csv', 'table.tsv')
    """
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    plain = _unsafe.sub("_", "".join(letters)).strip(" .")
    return _nameless.sub("table", plain) or "table.tsv"


_nameless = re.compile(r"^_+(?=\.|$)")
_unsafe = re.compile(r"""[^ -~]+|["\\/:*?<>|]|%(?=[0-9A-Fa-f]{2})""")
"""Characters that a header or a file name on some system cannot hold, or that some browsers would decode."""

_range = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def byte_range(header: str, size: int) -> range | None:
    """Return the bytes of a file of ``size`` bytes that a ``Range`` header selects (RFC 9110, section 14.1.2).

    Returns an empty range if it selects none, and None if the header is to be ignored: one with several ranges, or one
    that is not valid.

    >>> byte_range("bytes=2-4", 10), byte_range("bytes=-3", 10), byte_range("bytes=7-", 10)
    (range(2, 5), range(7, 10), range(7, 10))
    >>> byte_range("bytes=0-1,3-4", 10)
    """
    match = _range.fullmatch(header)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
