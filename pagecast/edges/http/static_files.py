"""Prepare the page's own files once: join, minify and compress them, and derive their path from their contents."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import deflate
from rcssmin import cssmin  # type: ignore[import-untyped]
from rjsmin import jsmin  # type: ignore[import-untyped]

from pagecast.edges.http.resources import LANGUAGES
from pagecast.edges.scripts.joining import JoinedScripts, join

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
"""Media types by file ending; any other file is plain text."""

MINIFIERS: dict[str, Callable[[str], str]] = {".css": cssmin, ".js": jsmin}
"""They drop comments and blanks, and keep all names."""

SMALLEST = 12
"""The level of libdeflate that compresses most: 3 % more than zlib's, in hundredths of a second."""

SHEETS = (
    *("base", "frame", "head", "strip", "foot", "overlays", "frame-variants"),
    *("table", "columns", "rail", "table-variants"),
    *("start", "talk", "contrast", "print"),
)
"""The parts of css/page.css, in the order of the cascade. One file needs one request, and compresses better."""
RARE_SHEETS = ("asking", "dialect", "filters", "menus", "plot", "questions", "record", "running", "shapes", "taking")
"""The stylesheets that scripts load with what they are for. Each is a file of its own."""

JS = Path("js")
FIRST = "app.js"
"""The joined file of the modules that the first rows need."""
RARE = (
    "edges/column-list.js",
    "edges/command-palette.js",
    "edges/commands.js",
    "edges/deleting.js",
    "edges/dialect.js",
    "edges/grid/cell-menu.js",
    "edges/grid/column-menu.js",
    "edges/missing-cells.js",
    "edges/row-details.js",
    "edges/translation.js",
    "edges/uploader.js",
    "edges/versions.js",
)
"""The modules that app.js loads when somebody needs them."""
QUESTIONS = ("edges/questions.js",)
"""The modules that app.js loads with the first question."""
FILTERS = ("edges/filtering.js",)
"""The modules that app.js loads with the first filter."""
SHAPES = ("edges/shapes.js",)
"""The modules that app.js loads with the first shape of a column."""
PLOT = ("edges/plot.js",)
"""The modules that app.js loads with the first plot."""
TAKING = ("edges/taking.js",)
"""The modules that app.js loads when a view is given away."""
WIDE = ("edges/columns-bar.js",)
"""The modules that app.js loads for a table that is wider than its window."""
SELECTION = ("edges/selection-summary.js",)
"""The modules that app.js loads with the first selection."""
TALK = ("edges/talk.js",)
"""The modules that app.js loads once somebody talks."""
LATER = {
    "later.js": (),
    "wide.js": WIDE,
    "selection.js": SELECTION,
    "talk.js": TALK,
    "questions.js": QUESTIONS,
    "filters.js": FILTERS,
    "shapes.js": SHAPES,
    "plot.js": PLOT,
    "taking.js": TAKING,
    "rare.js": RARE,
}
"""The joined files of the others: those that are loaded behind the first rows, and those that wait until somebody
needs them."""

APART = ("edges/socket.js", *(f"text/{code}{part}.js" for code in LANGUAGES for part in ("", "-questions")))
"""Modules that are sent by themselves: a page loads the first ahead of the others, and the words of one language."""


class StaticFile(NamedTuple):
    """A file as it is sent."""

    media_type: str
    data: bytes
    gzipped: bytes
    tag: str
    """32 hexadecimal digits of the data's SHA-256."""


class StaticFiles:
    """All files of a folder, read once."""

    def __init__(self, folder: Path, is_joined: bool = True) -> None:
        """Read a folder. Modules are joined, or sent one by one, to be debugged."""
        page = Path("css", "page.css")
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != page.suffix)
        contents = {path.relative_to(folder): path.read_bytes() for path in paths}
        contents[page] = b"".join((folder / "css" / f"{name}.css").read_bytes() for name in SHEETS)
        contents |= {page.with_stem(name): (folder / page.with_stem(name)).read_bytes() for name in RARE_SHEETS}
        if is_joined:
            joined = join_scripts(folder)
            contents = {path: data for path, data in contents.items() if path not in {JS / it for it in joined.modules}}
            contents |= {JS / name: text.encode() for name, text in joined.files.items()}
        self.files = {str(path): prepare(path, data) for path, data in contents.items()}
        """The files by their paths in the folder."""
        digests = "\n".join(f"{name} {file.tag}" for name, file in self.files.items())
        digest = hashlib.sha256(digests.encode()).hexdigest()[:12]
        self.base_path = f"/parser/static/{digest}"
        """Where the files are served. It changes when any of them does."""


static_files = cache(StaticFiles)
"""The files of a folder as they were when this process first asked for them."""


def join_scripts(folder: Path) -> JoinedScripts:
    """Join the modules of the page."""
    return join(lambda path: (folder / JS / path).read_text("utf-8"), FIRST, LATER, APART)


def prepare(path: Path, data: bytes) -> StaticFile:
    """Minify and compress a file's bytes."""
    if path.suffix in MINIFIERS and path.parent.name != "vendor":  # a copied library is sent as it was built
        data = MINIFIERS[path.suffix](data.decode()).encode()
    return StaticFile(
        MEDIA_TYPES.get(path.suffix, "text/plain; charset=utf-8"),
        data,
        bytes(deflate.gzip_compress(data, SMALLEST)),
        hashlib.sha256(data).hexdigest()[:32],
    )
