"""The base of all handlers: security headers, host check, rate limits, language, errors."""

import gzip
import logging
from asyncio import Future
from functools import cached_property
from typing import Any, ClassVar, cast

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from pagecast.edges.context import Context
from pagecast.edges.http.authors import COOKIE
from pagecast.edges.http.compression import accepts_gzip
from pagecast.edges.http.errors import RETRY_AFTER_S, PagecastHTTPError, http_errors
from pagecast.edges.http.host import is_host_allowed
from pagecast.edges.http.request_log import RequestLog
from pagecast.edges.logs import current_request, new_request_id
from pagecast.protocol.errors import (
    BadRequest,
    ForbiddenHost,
    PagecastError,
    UnknownDocument,
    UnknownUpload,
    WrongToken,
)
from pagecast.protocol.language import Language, choose

PAGE_LEVEL = 4
"""The gzip level of pages: 20,000 cells take some milliseconds, and shrink to a fifth."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
"""The page loads nothing from another origin, and runs only scripts that are files of ours. The end of it says who may
embed it.
"""

NOBODY = "'none'"
"""The sites that may embed most pages, as that policy writes them."""

APPEARANCE_COOKIE = "look"
"""The cookie with the appearance chosen in this browser: words with dots between them. The first paint has it."""

APPEARANCE_WORDS = frozenset({"light", "dark", "compact", "mono", "wrap", "small", "large", "shapes", "en", "zh"})
"""The words that the cookie may hold; others are ignored."""

log = logging.getLogger("pagecast")

SENTENCES = {403: "otherSite", 404: "nothingAt"}
"""Texts for the statuses that Tornado raises: 403 is for a request from a page of another site."""


class ContextApplication(tornado.web.Application):
    """A Tornado application whose handlers share a context."""

    def __init__(self, context: Context, routes: list[Any], **settings: Any) -> None:
        self.request_log = RequestLog(route[0] for route in routes)
        super().__init__(routes, **settings)
        self.context = context


class BaseHandler(tornado.web.RequestHandler):
    """The base of all handlers."""

    file_methods: ClassVar[frozenset[str]] = frozenset()
    """The methods whose body is a file. Any other body is a small form, and is read before the answer."""

    names_secret = True
    """Whether the path can name a document or an upload. Such names are secrets, so requests and misses are counted."""

    @property
    def context(self) -> Context:
        return cast(ContextApplication, self.application).context

    @property
    def is_from_proxy(self) -> bool:
        """Whether a trusted proxy sends the request, so that its headers are the proxy's own."""
        connection = cast(HTTP1Connection, self.request.connection)
        return str(connection.context.address[0]) in self.context.trusted_proxies  # type: ignore[attr-defined]

    @cached_property
    def request_id(self) -> str:
        """The id of the request in the logs, and in the answer: the proxy's own, if it gave one."""
        return new_request_id(self.request.headers.get("X-Request-Id") if self.is_from_proxy else None)

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", CONTENT_SECURITY_POLICY + NOBODY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("X-Request-Id", self.request_id)
        self.clear_header("Server")

    ends_by_itself: bool = True
    """Whether a graceful shutdown waits for the request."""

    async def prepare(self) -> None:
        current_request.set(self.request_id)
        self.context.requests.begin(self)
        if not is_host_allowed(self.request.host, self.context.hosts):
            raise PagecastHTTPError(ForbiddenHost(self.request.host))
        is_file = self.effective_method in self.file_methods  # it is counted when it takes its slot
        if self.names_secret and self.path_args and self.path_args[0] and not is_file:
            async with http_errors():
                self.check_misses()
                self.count_request()

    def flush(self, include_footers: bool = False) -> "Future[None]":
        """Send what was written. A server that stops asks the client for a new connection next time."""
        if self.context.requests.is_draining and not self._headers_written:
            self.set_header("Connection", "close")
        return super().flush(include_footers)

    def on_finish(self) -> None:
        self.context.requests.end(self)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self.context.requests.end(self)

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Decode a parameter; ``name`` is None for a part of the path."""
        try:
            return value.decode()
        except UnicodeDecodeError:
            what = "This address" if name is None else f"The value of “{name[:80]}”"
            sentence = f"{what} is not UTF-8: write each byte of it in UTF-8 as %XX."
            raise PagecastHTTPError(BadRequest(sentence)) from None

    @property
    def effective_method(self) -> str:
        """The method that the request stands for; ``request.method`` is never changed."""
        return self.request.method or ""

    @classmethod
    def own_methods(cls) -> list[str]:
        """Return the methods that this address takes."""
        unset = tornado.web.RequestHandler._unimplemented_method
        return [method for method in cls.SUPPORTED_METHODS if getattr(cls, method.lower()) is not unset]

    @property
    def home(self) -> str:
        """The path that all links begin with: it ends in a slash, and is also the path of the first screen."""
        return f"{self.context.base_path}/parser/"

    @property
    def origin(self) -> str:
        """The scheme and the host that the client used."""
        return f"{self.request.protocol}://{self.request.host}"

    @property
    def address(self) -> str:
        """The client's IP address, for the limits per address."""
        return self.request.remote_ip or ""

    def check_misses(self) -> None:
        """Raise TooManyMisses if the address has asked too often for documents that do not exist."""
        self.context.admission.misses.check(self.address)

    def count_request(self) -> None:
        """Count a request of the address. Raises TooFast beyond its rate."""
        self.context.admission.requests.acquire(self.address)

    def refusal(self) -> PagecastError | None:
        """Return why the client may create no document; None if it may."""
        cookie = self.get_cookie(COOKIE, "")
        return self.context.authors.refusal(self.request.headers, cookie or "", is_from_proxy=self.is_from_proxy)

    def check_may_create(self) -> None:
        """Raise NeedsToken, WrongToken or NeedsSignIn where the client may create no document.

        Raises TooManyMisses for an address that guesses.
        """
        if self.context.authors.are_some:
            self.check_misses()
        if refusal := self.refusal():
            raise refusal

    def admit(self) -> None:
        """Count a new document of the address.

        Raises what ``check_may_create`` does, and TooManyDocuments beyond its rate.
        """
        self.check_may_create()
        self.context.admission.new_documents.acquire(self.address)

    def count_miss(self, error: PagecastError) -> None:
        """Count a miss of the address, if the error says that it named a secret that does not exist."""
        if isinstance(error, UnknownDocument | UnknownUpload | WrongToken):
            self.context.admission.misses.count(self.address)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Send an error. If an answer has begun, close the connection: the client sees that the answer is cut."""
        if self._headers_written:
            cast(HTTP1Connection, self.request.connection).stream.close()
        else:
            super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send an error's sentence: as a page in a browser, else as one line."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        language = self.language
        if isinstance(error, PagecastHTTPError):
            sentence = language.failure(error.error)
            self.count_miss(error.error)
            self.set_advice(status_code)
        elif status_code == 405:
            self.set_header("Allow", ", ".join(self.own_methods()))
            sentence = language.phrase("otherMethod", methods=", ".join(self.own_methods()))
        else:
            key = SENTENCES.get(status_code, "cannotDo" if status_code < 500 else "wentWrong")
            sentence = language.phrase(key)
        self.finish(self.render_failure(status_code, sentence))

    @property
    def wants_page(self) -> bool:
        """Whether a person is to read the answer in a browser."""
        return "text/html" in self.request.headers.get("Accept", "")

    def render_failure(self, status_code: int, sentence: str) -> bytes:
        """Return an error's sentence as a body, and set its headers: a page in a browser, else one line."""
        if self.wants_page:
            title = self.language.phrase("nothingHere" if status_code == 404 else "didNotWork")
            return self.render_page("not-found.html", title=title, sentence=sentence)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Vary", "Accept, Accept-Language, Cookie")
        return f"{sentence}\n".encode()

    def set_advice(self, status_code: int) -> None:
        """Set the header that says what can help (RFC 6585, section 4; RFC 9110, sections 15.5.2 and 15.6.4)."""
        if status_code in (429, 503):
            self.set_header("Retry-After", RETRY_AFTER_S)
        elif status_code == 401:
            self.set_header("WWW-Authenticate", 'Bearer realm="Pagecast"')

    @property
    def appearance(self) -> frozenset[str]:
        """The words of APPEARANCE_WORDS that were chosen in this browser."""
        return APPEARANCE_WORDS.intersection(self.get_cookie(APPEARANCE_COOKIE, "").split("."))

    @property
    def language(self) -> Language:
        """The language chosen in this browser, else the best one for its ``Accept-Language`` header.

        Programs such as curl have neither, and are answered in English.
        """
        languages = self.context.languages
        wanted = next((code for code in languages if code in self.appearance), "")
        return languages[choose(languages, self.request.headers.get("Accept-Language", ""), wanted)]

    def show_page(self, template: str, **values: object) -> None:
        """Answer with a template."""
        self.finish(self.render_page(template, **values))

    def render_page(self, template: str, **values: object) -> bytes:
        """Return a template in the client's language, compressed if the client accepts it, and set its headers."""
        self.set_header("Vary", "Accept-Language, Cookie, Accept-Encoding")
        values |= {"static": self.context.static_path, "home": self.home}
        page = self.render_string(template, look=self.appearance, phrase=self.language.phrase, **values)
        if accepts_gzip(self.request.headers.get("Accept-Encoding", "")):
            self.set_header("Content-Encoding", "gzip")
            page = gzip.compress(page, PAGE_LEVEL, mtime=0)
        return page

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log an exception that nobody foresaw, without what the client sent: it may be cells of a table."""
        if not isinstance(value, tornado.web.HTTPError | StreamClosedError):
            path = cast(ContextApplication, self.application).request_log.path(self.request.path)
            log.error("Failed to answer %s %s.", self.request.method, path, exc_info=value)


class NotFoundHandler(BaseHandler):
    """Answers 404 to every path without a route."""

    async def prepare(self) -> None:
        await super().prepare()
        raise tornado.web.HTTPError(404)
