"""Prepare the page's own files once: minify and compress them, and derive their path from their contents."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rcssmin import cssmin  # type: ignore[import-untyped]
from rjsmin import jsmin  # type: ignore[import-untyped]

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
"""Media types by file ending; any other file is plain text."""

MINIFIERS: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}
"""They drop comments and blanks, and keep all names, so that a stack trace still names its functions."""

SHEETS = ("base", "frame", "grid", "start", "talk", "contrast", "print")
"""The parts of css/page.css, in the order of the cascade. One file needs one request, and compresses better."""


class StaticFile(NamedTuple):
    """A file as it is sent."""

    media_type: str
    data: bytes
    gzipped: bytes
    tag: str
    """32 hexadecimal digits of the data's SHA-256."""


class StaticFiles:
    """All files of a folder, read once."""

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".css")
        self.files = {str(path.relative_to(folder)): prepare(path, path.read_bytes()) for path in paths}
        """The files by their paths in the folder."""
        page = Path("css", "page.css")
        sheets = b"".join((folder / "css" / f"{name}.css").read_bytes() for name in SHEETS)
        self.files[str(page)] = prepare(page, sheets)
        contents = "\n".join(f"{name} {file.tag}" for name, file in self.files.items())
        digest = hashlib.sha256(contents.encode()).hexdigest()[:12]
        self.base_path = f"/parser/static/{digest}"
        """Where the files are served. It changes when any of them does."""


def prepare(path: Path, data: bytes) -> StaticFile:
    """Minify and compress a file's bytes."""
    if path.suffix in MINIFIERS and path.parent.name != "vendor":  # a copied library is sent as it was built
        data = MINIFIERS[path.suffix](data.decode()).encode()
    return StaticFile(
        MEDIA_TYPES.get(path.suffix, "text/plain; charset=utf-8"),
        data,
        gzip.compress(data, mtime=0),
        hashlib.sha256(data).hexdigest()[:32],
    )
