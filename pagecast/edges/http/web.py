"""The doors over HTTP: the pages for people, and the requests for programs."""

import gzip
import hashlib
import ipaddress
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import quote

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.template import DictLoader

from pagecast.limits.admission import Admission
from pagecast.ports import ReparseService, TableService
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.errors import (
    BadRequest,
    ForbiddenHost,
    PagecastError,
    StillArriving,
    UnknownDocument,
    UnknownUpload,
)
from pagecast.protocol.language import Language, choose, read_catalogue
from pagecast.protocol.link import Link
from pagecast.protocol.tables import Choices
from pagecast.table.dialect import clipped, parse_choices
from pagecast.table.version import Version

COME_BACK_S = 30
"""Who is turned away because of others is asked to wait for so long."""

PAGE_LEVEL = 4
"""How hard a page is compressed: 20,000 cells in some milliseconds, to a fifth."""

SENT_BYTES, LARGE_BYTES, MOST_LARGE = 2**17, 2**20, 32
"""A long answer is sent in pieces of the first size: so much memory is held for a client that takes nothing. A few
downloads at a time have larger pieces, which are faster.
"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The page loads nothing from elsewhere and runs nothing that is not a file of ours."""


LOOK = "look"
"""The cookie with what was chosen in this browser, a few words between points: the page comes as it will stay."""

LOOKS = frozenset({"light", "dark", "compact", "mono", "small", "large", "en", "zh"})
"""The words that it may hold."""


def host_allowed(host: str, names: frozenset[str]) -> bool:
    """Whether a ``Host`` header may name this server.

    An address or localhost always may. Any other name may only when the operator gave it: a page elsewhere could point
    its own name at this server and read what is here (DNS rebinding).

    >>> host_allowed("127.0.0.1:8080", frozenset()), host_allowed("[::1]:8080", frozenset())
    (True, True)
    >>> host_allowed("evil.example", frozenset()), host_allowed("t.example:443", frozenset({"t.example"}))
    (False, True)
    """
    name = re.sub(r":\d*$", "", host.lower(), flags=re.ASCII)
    if name == "localhost" or name.endswith(".localhost") or name in names:
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


class BaseHandler(tornado.web.RequestHandler):
    """What all of our handlers have in common: who may ask, what every answer says, how a refusal reads."""

    takes_files: ClassVar[frozenset[str]] = frozenset()
    """The methods whose body is a file. With any other method a body has a few words, and is read before the answer."""

    asks_for_one = True
    """Whether what stands in its address names a document or an upload: such a name is a secret, and may be guessed."""

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.clear_header("Server")

    async def prepare(self) -> None:
        if not host_allowed(self.request.host, self.settings["hosts"]):
            raise Refusal(ForbiddenHost(self.request.host))
        if self.asks_for_one and self.path_args and self.path_args[0] and self.verb not in ("PUT", "PATCH"):
            async with refusing():
                self.check_misses()
                self.count_ask()

    @property
    def verb(self) -> str:
        """The method that the request stands for."""
        return self.request.method or ""

    @property
    def address(self) -> str:
        """Whose request it is, to limits for each address."""
        return self.request.remote_ip or ""

    @property
    def gates(self) -> Admission:
        gates: Admission = self.settings["gates"]
        return gates

    def check_misses(self) -> None:
        """Raise TooManyMisses where this address has asked too often for what is not there."""
        self.gates.misses.check(self.address)

    def count_ask(self) -> None:
        """Raise TooFast where this address has asked for too much in too short a time."""
        self.gates.asks.enter(self.address)

    def admit(self) -> None:
        """Count a new document. Raises TooManyDocuments where this address has brought too many lately."""
        self.gates.documents.enter(self.address)

    def count_miss(self, error: PagecastError) -> None:
        """It counts where this request was for what is not there."""
        if isinstance(error, UnknownDocument | UnknownUpload):
            self.gates.misses.count(self.address)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Where an answer is under way already, cut it off, so that it is not taken for whole."""
        if self._headers_written:
            cast(HTTP1Connection, self.request.connection).stream.close()
        else:
            super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        as_page = "text/html" in self.request.headers.get("Accept", "")
        language = self.language if as_page else self.settings["languages"]["en"]  # programs are told in English
        if isinstance(error, Refusal):
            sentence = language.failure(error.error)
            self.count_miss(error.error)
            self.invite_back(status_code)
        else:
            key = "nothingAt" if status_code == 404 else "cannotDo" if status_code < 500 else "wentWrong"
            sentence = language.phrase(key)
        if as_page:
            title = language.phrase("nothingHere") if status_code == 404 else self._reason
            self.show_page("not-found.html", title=title, sentence=sentence)
        else:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(sentence + "\n")

    def invite_back(self, status_code: int) -> None:
        """Say when to try again, where that may help."""
        if status_code in (429, 503):
            self.set_header("Retry-After", COME_BACK_S)

    @property
    def look(self) -> frozenset[str]:
        """What was chosen in this browser."""
        return LOOKS.intersection(self.get_cookie(LOOK, "").split("."))

    @property
    def language(self) -> Language:
        """The one that this browser asks for, or that was chosen in it."""
        languages: dict[str, Language] = self.settings["languages"]
        wanted = next((name for name in languages if name in self.look), "")
        return languages[choose(languages, self.request.headers.get("Accept-Language", ""), wanted)]

    def show_page(self, template: str, **values: object) -> None:
        """Answer with a page, in the language of who asks."""
        self.set_header("Vary", "Accept-Language, Cookie, Accept-Encoding")
        page = self.render_string(
            template, static=self.settings["static_base"], look=self.look, phrase=self.language.phrase, **values
        )
        if takes_gzip(self.request.headers.get("Accept-Encoding", "")):
            self.set_header("Content-Encoding", "gzip")
            page = gzip.compress(page, PAGE_LEVEL, mtime=0)
        self.finish(page)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, Refusal | StreamClosedError):
            super().log_exception(typ, value, tb)


class Refusal(tornado.web.HTTPError):
    """One of our errors as the answer to a request."""

    def __init__(self, error: PagecastError) -> None:
        super().__init__(error.status, reason=error.code.replace("-", " ").title())
        self.error = error


@asynccontextmanager
async def refusing() -> AsyncIterator[None]:
    """Answer with our errors where they are raised."""
    try:
        yield
    except PagecastError as error:
        raise Refusal(error) from None


class NothingHere(BaseHandler):
    """Any other address."""

    async def prepare(self) -> None:
        await super().prepare()
        raise tornado.web.HTTPError(404)


class TableHandler(BaseHandler):
    """A door to the library."""

    def initialize(self, library: TableService) -> None:
        self.library = library

    @asynccontextmanager
    async def visited(self, uuid: str) -> AsyncIterator[Link]:
        """Hold a document open while it is asked for something. Its links to read it open it too."""
        link = await self.library.visit(uuid)
        try:
            yield link
        finally:
            await self.library.leave(link.uuid)


class OlderLink(BaseHandler):
    """`/parser/share/<uuid>`: how links were written once."""

    def get(self, uuid: str) -> None:
        self.redirect(f"/parser/{uuid}", permanent=True)


class FirstPage(BaseHandler):
    """`/` leads to `/parser/`."""

    def get(self) -> None:
        self.redirect("/parser/")


class DownloadHandler(TableHandler):
    """`/parser/<uuid>/download?version=2`: the bytes that were sent, or a range of them (RFC 9110, section 14)."""

    large: ClassVar[int] = 0
    """Large pieces that are on their way."""

    async def get(self, uuid: str) -> None:
        async with refusing(), self.visited(uuid) as link:
            number = whole_number("version", self.get_query_argument("version", None, strip=False))
            version = self.library.newest(link.uuid) if number is None else self.library.version(link.uuid, number)
            if version is None:
                raise UnknownDocument
            if not version.complete:
                raise StillArriving
            self.set_header("Content-Type", media_type(version))
            self.set_header("Content-Disposition", attachment(version.name))
            self.set_header("Accept-Ranges", "bytes")
            self.set_header("ETag", tag_of(version))
            self.set_header("Cache-Control", "no-cache")
            if self.check_etag_header():
                self.set_status(304)
                return
            span = self._span(version)
            self.set_header("Content-Length", len(span))
            if self.request.method == "GET":
                with self.library.lease(version):
                    await self._send(link.uuid, version, span)

    head = get

    def compute_etag(self) -> None:
        """The version's own; what is sent is not looked at again."""

    def _span(self, version: Version) -> range:
        size = version.received
        asked = self.request.headers.get("Range")
        if asked is None or self.request.headers.get("If-Range", tag_of(version)) != tag_of(version):
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

    async def _send(self, uuid: str, version: Version, span: range) -> None:
        with suppress(StreamClosedError):
            while span:
                with self._piece_bytes() as size:
                    self.write(await self.library.original(uuid, version, span[:size]))
                    await self.flush()
                span = span[size:]

    @classmethod
    @contextmanager
    def _piece_bytes(cls) -> Iterator[int]:
        """How much to send at once: a large piece, unless too many are on their way."""
        is_large = cls.large < MOST_LARGE
        cls.large += is_large
        try:
            yield LARGE_BYTES if is_large else SENT_BYTES
        finally:
            cls.large -= is_large


class ReadHandler(BaseHandler):
    """`POST /parser/<uuid>/read?delimiter=,`: reads the newest version again, and says what was read."""

    def initialize(self, rereading: ReparseService) -> None:
        self.rereading = rereading

    async def post(self, uuid: str) -> None:
        async with refusing():
            version = await self.rereading.read(uuid, None, choices_of(self))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(encode_frame(version.frame(uuid, 0)))


class HealthHandler(BaseHandler):
    """`/healthz`: whether this process answers."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")

    head = get


def whole_number(name: str, text: str | None) -> int | None:
    """A parameter that counts from 1, or None where it is not given. Raises BadRequest."""
    if text is None:
        return None
    if not _whole_number.fullmatch(text) or int(text) == 0:
        raise BadRequest(f"“{text[:20]}” is not a valid {name}: send a whole number from 1.")
    return int(text)


_whole_number = re.compile("[0-9]{1,15}", re.ASCII)


CHOICES = ("encoding", "delimiter", "quoting", "header")
"""The query parameters that say how a file is to be read."""


def choices_of(handler: tornado.web.RequestHandler) -> Choices:
    """How a request says that a file is to be read. Raises BadRequest."""
    for name in handler.request.query_arguments:
        if name not in (*CHOICES, "append"):
            raise BadRequest(f"“{clipped(name)}” is not a parameter of this address: use {', '.join(CHOICES)}.")
    encoding, delimiter, quoting, header = (handler.get_query_argument(name, None, strip=False) for name in CHOICES)
    if header not in (None, "0", "1"):
        raise BadRequest("header must be 1 (the first row is the header) or 0 (there is no header).")
    return parse_choices(encoding, delimiter, quoting, None if header is None else header == "1")


def tag_of(version: Version) -> str:
    """What tells one version's file from all others, and from itself before rows were added to it.

    It does not give away the upload's key, which is a secret.
    """
    return f'"{hashlib.sha256(f"{version.key} {version.received}".encode()).hexdigest()[:32]}"'


def media_type(version: Version) -> str:
    """What the file is that was sent."""
    if version.dialect.compression != "none":
        return "application/octet-stream"
    encoding = version.dialect.encoding.removesuffix("-le").removesuffix("-be")  # the mark in it says which
    encoding = re.sub("^cp(125.)$", r"windows-\1", encoding).replace("iso8859", "iso-8859")
    kind = {"tab": "tab-separated-values", "comma": "csv"}.get(version.dialect.delimiter, "plain")
    return f"text/{kind}; charset={encoding}"


def attachment(name: str) -> str:
    """A ``Content-Disposition`` that saves under this name (RFC 6266, RFC 8187).

    >>> attachment('6" naïve.tsv')
    "attachment; filename*=UTF-8''6%22%20na%C3%AFve.tsv"
    """
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


_range = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def byte_range(header: str, size: int) -> range | None:
    """The bytes that a ``Range`` header asks for: empty where there are none such, None where it is to be ignored.

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


def templates_of(folder: Path) -> DictLoader:
    """The templates of a folder, read once. A name that is not one of theirs is a KeyError, whatever file it names."""
    return DictLoader({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))})


def languages_of(static: Path, templates: Path) -> dict[str, Language]:
    """The languages that the page speaks, by their codes; the first is for everyone else."""

    def read(name: str) -> Language:
        script, ours = static / "js" / "text" / f"{name}.js", templates / f"{name}.json"
        return read_catalogue(script.read_text("utf-8"), ours.read_text("utf-8"))

    return {name: read(name) for name in ("en", "zh")}


_gzip = re.compile(r"(?:^|[\s,])gzip\s*(?:;\s*q\s*=\s*(?P<weight>[\d.]+))?\s*(?:,|$)", re.ASCII | re.IGNORECASE)


def takes_gzip(accepted: str) -> bool:
    """Whether an ``Accept-Encoding`` header names gzip, and not to refuse it.

    >>> takes_gzip("gzip, deflate, br"), takes_gzip("br, GZIP;q=0.5")
    (True, True)
    >>> takes_gzip("gzip;q=0"), takes_gzip("br"), takes_gzip("")
    (False, False, False)
    """
    match = _gzip.search(accepted)
    return match is not None and (match["weight"] is None or match["weight"].strip("0.") != "")
