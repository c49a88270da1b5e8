"""The door to the page's own files: each is made ready once, at the start, and never changes under its address."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import tornado.web
from rcssmin import cssmin  # type: ignore[import-untyped]
from rjsmin import jsmin  # type: ignore[import-untyped]

from pagecast.edges.http.web import BaseHandler, takes_gzip

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
"""What the page loads; what else lies there is to be read by people."""

LEANER: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}
"""What leaves comments and needless blanks out, and every name as it is: an error still tells where it comes from."""


SHEETS = ("base", "frame", "grid", "start", "talk", "print")
"""What css/page.css is made of, in the order in which the rules count: one answer, and compressed together."""


class StaticFile(NamedTuple):
    """A file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes
    """The same by gzip."""
    tag: str


class StaticFiles:
    """All files of a folder as they are sent, by their paths in it."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".css")
        self.files = {str(path.relative_to(folder)): prepare(path, path.read_bytes()) for path in paths}
        page = Path("css", "page.css")
        self.files[str(page)] = prepare(
            page, b"".join((folder / "css" / f"{name}.css").read_bytes() for name in SHEETS)
        )
        contents = "\n".join(f"{name} {ready.tag}" for name, ready in self.files.items())
        self.digest = hashlib.sha256(contents.encode()).hexdigest()[:12]
        """Twelve hexadecimal digits that change when anything does that is sent."""


def prepare(path: Path, plain: bytes) -> StaticFile:
    """Make of a file's bytes what is sent."""
    if path.suffix in LEANER:
        plain = LEANER[path.suffix](plain.decode()).encode()
    return StaticFile(
        KINDS.get(path.suffix, "text/plain; charset=utf-8"),
        plain,
        gzip.compress(plain, mtime=0),
        hashlib.sha256(plain).hexdigest()[:32],
    )


class StaticHandler(BaseHandler):
    """`/parser/static/<digest>/…`: what is kept for good by whoever has asked for it."""

    asks_for_one = False

    def initialize(self, shelf: StaticFiles) -> None:
        self.shelf = shelf

    def get(self, name: str) -> None:
        ready = self.shelf.files.get(name)
        if ready is None:
            raise tornado.web.HTTPError(404)
        packed = takes_gzip(self.request.headers.get("Accept-Encoding", ""))
        self.set_header("Content-Type", ready.kind)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("ETag", f'"{ready.tag}-gzip"' if packed else f'"{ready.tag}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        if packed:
            self.set_header("Content-Encoding", "gzip")
        self.finish(ready.packed if packed else ready.plain)

    head = get

    def compute_etag(self) -> None:
        """The file's own; what is sent is not looked at again."""
