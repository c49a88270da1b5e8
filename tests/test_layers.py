"""The rule of the house: the folder is the layer, pure folders touch nothing, each outside library has one home."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.sources import MODULES, TOP, tree_of

LINES = 60
"""Lines of the longest function."""
FILE_LINES = 600
"""Lines of the longest file of the page."""

# Python

LAYERS = [
    {"protocol"},
    {"table", "limits", "broadcast"},
    {"room", "view"},
    {"ports"},
    {"memory", "service", "edges"},
    {"parser"},
]
"""The folders, from the inside out. A module imports its own folder, and folders further in."""

PURE = {"protocol", "table", "limits", "broadcast", "room", "view"}
"""Folders that know no file, clock, chance, thread or event loop."""

STANDARD = {
    *(
        "array",
        "base64",
        "binascii",
        "bisect",
        "bz2",
        "codecs",
        "collections",
        "contextlib",
        "copy",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "functools",
        "hashlib",
    ),
    *(
        "ipaddress",
        "itertools",
        "json",
        "lzma",
        "math",
        "operator",
        "re",
        "struct",
        "sys",
        "types",
        "typing",
        "unicodedata",
        "zlib",
    ),
}
"""What pure folders use of the standard library: values in, values out."""

HOMES: dict[str, str | tuple[str, ...]] = {
    "backports": "pagecast.table.expand",
    "compression": "pagecast.table.expand",  # of the standard library from Python 3.14 on
    "chardet": "pagecast.table.detectors",
    "charset_normalizer": "pagecast.table.detectors",
    "deflate": "pagecast.edges.http.static",
    "duckdb": "pagecast.edges.duck",
    "msgspec": "pagecast.protocol.facts",
    "nanoarrow": "pagecast.edges.duck",
    "numpy": ("pagecast.table.", "pagecast.edges.duck"),
    "obstore": "pagecast.edges.objects.bucket",
    "prometheus_client": "pagecast.edges.metrics",
    "python_multipart": "pagecast.protocol.form",
    "rcssmin": "pagecast.edges.http.static",
    "redis": "pagecast.edges.redis",
    "rjsmin": "pagecast.edges.http.static",
    "tarfile": "pagecast.table.tar_archive",  # of the standard library, for the headers of tar: values in, values out
    "tree_sitter": "pagecast.edges.scripts.module",
    "tree_sitter_javascript": "pagecast.edges.scripts.module",
    "tornado": ("pagecast.edges.", "parser"),
}
"""Where each outside library is known: a module, or a folder."""


def folder(module: str) -> str:
    return (module.removeprefix("pagecast.") + ".").split(".")[0]


def rank(module: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if folder(module) in layer)


def imports(module: str) -> Iterator[str]:
    """The modules that one imports, wherever in it."""
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports a neighbour by a relative name"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in MODULES else str(node.module)


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in MODULES}


HOUSE = [module for module in MODULES if module != "pagecast"]


def test_the_house_is_where_this_looks() -> None:
    assert {folder(module) for module in HOUSE} == set().union(*LAYERS)
    assert ours("pagecast.service.open_room") > {"pagecast.ports.rooms", "pagecast.room.room"}


def test_imports_point_inward() -> None:
    for module in HOUSE:
        for name in ours(module):
            assert folder(name) == folder(module) or rank(name) < rank(module), f"{module} imports {name}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({module: ours(module) for module in MODULES}).prepare()


def test_each_outside_library_has_one_home() -> None:
    for module in HOUSE:
        outside = {name.split(".")[0] for name in imports(module)} - sys.stdlib_module_names - {"pagecast"}
        for library in outside:
            assert module.startswith(HOMES[library]), f"{module} imports {library}"


def test_the_server_itself_loads_no_duckdb() -> None:
    loaded, found = {"parser"}, {"parser"}
    while found:
        found = set().union(*map(ours, found)) - loaded
        loaded |= found
    assert "pagecast.edges.engine" in loaded
    assert "pagecast.edges.duck" not in loaded


def test_pure_folders_know_no_world() -> None:
    for module in (one for one in HOUSE if folder(one) in PURE):
        standard = {name.split(".")[0] for name in imports(module)} & sys.stdlib_module_names - HOMES.keys()
        assert standard <= STANDARD, module
        for node in ast.walk(tree_of(module)):
            assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), f"{module} waits"
            if isinstance(node, ast.Name):
                assert node.id not in {"open", "print", "input", "eval", "exec", "__import__"}, module
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "utcnow", "today"}, f"{module} looks at a clock"


def test_only_ages_of_files_and_dates_for_people_follow_the_clock_on_the_wall() -> None:
    stores = "pagecast.edges.disk.", "pagecast.edges.objects."
    settable = {"time.time", "time.time_ns", "datetime.now"}
    for module in HOUSE:
        named = {ast.unparse(node) for node in ast.walk(tree_of(module)) if isinstance(node, ast.Attribute)}
        assert not named & settable or module == "parser" or module.startswith(stores), module


def test_services_wait_and_touch_nothing() -> None:
    for module in (one for one in HOUSE if folder(one) == "service"):
        touching = {"os", "pathlib", "socket", "shutil", "subprocess", "tempfile", "time"}
        assert not {name.split(".")[0] for name in imports(module)} & touching, module


def test_exported_types_have_names_of_their_own() -> None:
    names = Counter(
        node.name
        for module in MODULES
        for node in tree_of(module).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_functions_are_short() -> None:
    for module in HOUSE:
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                assert lines <= LINES, f"{module}.{node.name} has {lines} lines"


# JavaScript

STATIC = TOP / "static"
SCRIPTS = {str(path.relative_to(STATIC)): path for path in sorted(STATIC.rglob("*.js"))}
FOLDERS = ("vendor", "text", "protocol", "grid", "state", "view", "screen", "edges", "app.js")
"""The folders of static/js, the innermost first. A script imports from its own folder and from those before it."""

WORLD = (
    *("document", "window", "globalThis", "location", "navigator", "localStorage", "sessionStorage"),
    *("WebSocket", "Worker", "XMLHttpRequest", "fetch", "setTimeout", "setInterval", "requestAnimationFrame"),
)
"""What only edges/ and app.js may name: the browser, the network and the clock."""

SHOWN = {
    str(path.relative_to(TOP)): path
    for folder in (STATIC, TOP / "templates")
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".js", ".mjs", ".css", ".html", ".svg"}
}
"""What a browser is sent to run or to show."""

_strings_and_comments = re.compile(
    r"""(?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?P<template>`(?:\\.|[^`\\])*`)"""
    r"""|/\*.*?\*/|<!--.*?-->|(?<![:\\])//[^\n]*""",
    re.DOTALL,
)


def code_of(path: Path, *, strings: bool = True) -> str:
    """A file without its comments, and without what stands in quotation marks if that is not asked for."""

    def kept(match: re.Match[str]) -> str:
        if match["template"] is not None:
            return match["template"]
        return (match["string"] if strings else "''") if match["string"] is not None else " "

    return _strings_and_comments.sub(kept, path.read_text(encoding="utf-8"))


def imports_of(name: str) -> set[str]:
    """Return the scripts that one script imports, by their names under static/."""
    code = code_of(SCRIPTS[name])
    paths = re.findall(r"""(?:(?<!['"])\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]""", code)
    return {str((SCRIPTS[name].parent / path).resolve().relative_to(STATIC)) for path in paths}


def folder_of(name: str) -> str:
    """Return the folder of a script; app.js is a layer of its own."""
    return name.removeprefix("js/").split("/")[0]


PURE_SCRIPTS = [name for name in SCRIPTS if FOLDERS.index(folder_of(name)) < FOLDERS.index("edges")]


def test_the_page_is_where_this_looks() -> None:
    assert {folder_of(name) for name in SCRIPTS} == set(FOLDERS)
    assert "js/edges/room.js" in imports_of("js/app.js")
    assert "WebSocket" in code_of(SCRIPTS["js/edges/socket.js"], strings=False)


def test_scripts_import_from_inner_folders() -> None:
    for name in SCRIPTS:
        for other in imports_of(name):
            assert other in SCRIPTS, f"{name} imports {other}, which does not exist"
            assert other != "js/app.js", name
            assert FOLDERS.index(folder_of(other)) <= FOLDERS.index(folder_of(name)), f"{name} imports {other}"


def test_pure_scripts_do_not_touch_the_world() -> None:
    for name in PURE_SCRIPTS:
        code = code_of(SCRIPTS[name], strings=False)
        for word in WORLD:
            assert not re.search(rf"(?<![\w.$'\"-]){word}\b(?!\s*:)", code), f"{name} names {word}"
        assert not re.search(r"\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bMath\.random\b", code), name


def test_one_script_names_websocket() -> None:
    for name in SCRIPTS:
        if name != "js/edges/socket.js":
            assert "WebSocket" not in code_of(SCRIPTS[name], strings=False), name


def test_nothing_is_taken_from_another_origin() -> None:
    for name in SHOWN:
        code = re.sub(r'\bxmlns(:\w+)?="[^"]*"', "", code_of(SHOWN[name]))
        assert not re.search(r"\b(https?|wss?)://[\w.]", code.replace("http://www.w3.org/2000/svg", "")), name
        assert not re.search(r"""(['"(=]|url\()\s*//\w""", code), name


def test_files_of_the_page_are_short() -> None:
    for name in (one for one in SHOWN if "/vendor/" not in one):
        assert len(SHOWN[name].read_text("utf-8").splitlines()) <= FILE_LINES, name


def test_text_never_becomes_markup_or_code() -> None:
    for name in SHOWN:
        code = code_of(SHOWN[name])
        markup = r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)\b"
        assert not re.search(markup, code), name
        assert not re.search(r"\bdocument\.write|\beval\s*\(|\bnew Function\b|javascript:", code), name
        assert not re.search(r"<[^>]+\son\w+\s*=", code), f"{name}: a handler in the markup"
