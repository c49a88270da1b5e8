"""The rule of the house: imports point inward, the flat files are pure, and each outside library has one home."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent

# Python

FILES = {
    ".".join(path.relative_to(TOP).with_suffix("").parts): path
    for path in [TOP / "parser.py", *sorted((TOP / "pagecast").rglob("*.py"))]
}
MODULES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
FLAT = [
    name for name in MODULES if name.count(".") == 1 and name.startswith("pagecast.") and name != "pagecast.__init__"
]

OUTER = {
    "pagecast.soon",
    "pagecast.fanout",
    "pagecast.flight",
    "pagecast.brakes",
    "pagecast.intake",
    "pagecast.pages",
    "pagecast.uploads",
    "pagecast.rereading",
    "pagecast.additions",
    "pagecast.talks",
    "pagecast.rooms",
    "pagecast.library",
}
"""What may wait: the plumbing between the core and the world."""

HOMES = {
    "backports": {"pagecast.expand"},
    "chardet": {"pagecast.encoding"},
    "compression": {"pagecast.expand"},
    "msgspec": {"pagecast.facts"},
    "numpy": {"pagecast.rows", "pagecast.cells", "pagecast.readings", "pagecast.window"},
    "prometheus_client": {"pagecast.edges.metrics"},
    "rcssmin": {"pagecast.edges.static"},
    "rjsmin": {"pagecast.edges.static"},
    "tornado": {
        "parser",
        "pagecast.edges.arrivals",
        "pagecast.edges.bodies",
        "pagecast.edges.lines",
        "pagecast.edges.listener",
        "pagecast.edges.metrics",
        "pagecast.edges.options",
        "pagecast.edges.parting",
        "pagecast.edges.parts",
        "pagecast.edges.sockets",
        "pagecast.edges.static",
        "pagecast.edges.tus",
        "pagecast.edges.web",
        "pagecast.edges.wire",
    },
}

PURE = {
    "array",
    "bisect",
    "collections",
    "copy",
    "enum",
    "functools",
    "itertools",
    "math",
    "operator",
    "re",
    "struct",
    "types",
    "typing",
}
"""What of the standard library any flat module may use: none of it knows a file, a clock, chance or a thread."""

MORE = {
    "pagecast.protocol": {"json"},
    "pagecast.document": {"sys"},  # its byteorder
    "pagecast.encoding": {"codecs"},
    "pagecast.language": {"hashlib", "json"},
    "pagecast.expand": {"bz2", "compression", "lzma", "sys", "zlib"},  # bytes in, bytes out
    "pagecast.addresses": {"ipaddress"},
    "pagecast.leases": {"contextlib"},
    "pagecast.ports": {"contextlib"},
    "pagecast.session": {"hashlib"},
    "pagecast.additions": {"asyncio", "contextlib", "datetime"},
    "pagecast.soon": {"asyncio", "contextlib"},
    "pagecast.brakes": {"asyncio"},
    "pagecast.fanout": {"asyncio"},
    "pagecast.flight": {"asyncio"},
    "pagecast.intake": {"asyncio", "concurrent", "contextlib", "hashlib"},
    "pagecast.websocket": {"zlib"},  # bytes in, bytes out
    "pagecast.pages": {"asyncio"},
    "pagecast.rereading": {"asyncio", "contextlib"},
    "pagecast.uploads": {"asyncio", "contextlib", "datetime", "secrets"},
    "pagecast.talks": {"contextlib", "datetime"},
    "pagecast.rooms": {"asyncio", "contextlib", "secrets", "uuid"},
    "pagecast.library": {"asyncio", "contextlib", "datetime"},
}

LINES = 500
"""A file that everything passes through is what ages worst."""


def rank(module: str) -> int:
    """How far out a module is. It may import what is further in."""
    if module.startswith("pagecast.edges"):
        return 6
    inner = ["pagecast.errors", "pagecast.facts", "pagecast.protocol"]
    outer = {"pagecast.ports": 4, "parser": 7}
    if module in inner:
        return inner.index(module)
    return outer.get(module, 5 if module in OUTER else 3)


def imports(module: str) -> Iterator[str]:
    """The modules that one imports, wherever in it."""
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports a neighbour by a relative name"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in MODULES else str(node.module)


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name in MODULES}


def test_the_house_is_where_this_looks() -> None:
    assert {"pagecast.errors", "pagecast.facts", "pagecast.protocol", "pagecast.ports", *OUTER} <= set(FLAT)
    assert ours("pagecast.library") > {"pagecast.ports", "pagecast.room"}
    assert "pagecast.edges.disk" in ours("parser")


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_inward(module: str) -> None:
    for name in ours(module):
        beside = rank(name) == rank(module) and rank(module) in (3, 5, 6)
        assert rank(name) < rank(module) or beside, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_library_and_edges_do_not_know_each_other_and_nobody_imports_parser(module: str) -> None:
    names = ours(module)
    assert "parser" not in names
    if module.startswith("pagecast.edges"):
        assert not names & OUTER
    elif module != "parser":
        assert not any(name.startswith("pagecast.edges") for name in names)


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({module: ours(module) for module in MODULES}).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_each_outside_library_has_one_home(module: str) -> None:
    outside = {name.split(".")[0] for name in imports(module)} - sys.stdlib_module_names - {"pagecast"}
    for library in outside:
        assert module in HOMES[library], f"{module} imports {library}"


@pytest.mark.parametrize("module", FLAT)
def test_flat_modules_are_pure(module: str) -> None:
    standard = {name.split(".")[0] for name in imports(module)} & sys.stdlib_module_names
    assert standard <= PURE | MORE.get(module, set())
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Name):
            assert node.id not in {"open", "print", "input", "eval", "exec", "__import__"}
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today"}, f"{module} looks at a clock"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            assert module in OUTER | {"pagecast.ports"}, f"{module} waits"
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            assert [name.name for name in node.names] == ["byteorder"]


# JavaScript

STATIC = TOP / "static"
SCRIPTS = {str(path.relative_to(STATIC)): path for path in sorted(STATIC.rglob("*.js"))}
FLAT_SCRIPTS = [name for name in SCRIPTS if re.fullmatch(r"js/[^/]+\.js", name)]
PURE_SCRIPTS = [name for name in FLAT_SCRIPTS if name != "js/app.js"]
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
    """The scripts that one imports, by their names under static/."""
    code = code_of(SCRIPTS[name])
    paths = re.findall(r"""(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]""", code)
    return {str((SCRIPTS[name].parent / path).resolve().relative_to(STATIC)) for path in paths}


def test_the_page_is_where_this_looks() -> None:
    assert {"js/app.js", "js/state.js", "js/protocol.js", "js/edges/wire.js"} <= set(SCRIPTS)
    assert "js/edges/wire.js" in imports_of("js/app.js")
    assert "WebSocket" in code_of(SCRIPTS["js/edges/wire.js"], strings=False)


@pytest.mark.parametrize("name", PURE_SCRIPTS)
def test_flat_scripts_are_pure(name: str) -> None:
    code = code_of(SCRIPTS[name], strings=False)
    for word in (
        *("document", "window", "globalThis", "location", "navigator", "localStorage", "sessionStorage"),
        *("WebSocket", "Worker", "XMLHttpRequest", "fetch", "setTimeout", "setInterval", "requestAnimationFrame"),
    ):
        assert not re.search(rf"(?<![\w.$'\"-]){word}\b(?!\s*:)", code), f"{name} names {word}"
    assert not re.search(r"\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bMath\.random\b", code)


@pytest.mark.parametrize("name", FLAT_SCRIPTS)
def test_only_app_js_wires_the_edges(name: str) -> None:
    if name != "js/app.js":
        assert not {path for path in imports_of(name) if path.startswith("js/edges/")}


@pytest.mark.parametrize("name", SCRIPTS)
def test_only_wire_js_names_websocket_and_nobody_imports_app_js(name: str) -> None:
    if name != "js/edges/wire.js":
        assert "WebSocket" not in code_of(SCRIPTS[name], strings=False)
    assert "js/app.js" not in imports_of(name)
    assert imports_of(name) <= set(SCRIPTS)


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_taken_from_another_origin(name: str) -> None:
    code = re.sub(r'\bxmlns(:\w+)?="[^"]*"', "", code_of(SHOWN[name]))
    assert not re.search(r"\b(https?|wss?)://[\w.]", code.replace("http://www.w3.org/2000/svg", ""))
    assert not re.search(r"""(['"(=]|url\()\s*//\w""", code)


@pytest.mark.parametrize("name", SHOWN)
def test_text_never_becomes_markup_or_code(name: str) -> None:
    code = code_of(SHOWN[name])
    assert not re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment)\b", code)
    assert not re.search(r"\bdocument\.write|\beval\s*\(|\bnew Function\b|javascript:", code)
    assert not re.search(r"<[^>]+\son\w+\s*=", code), "a handler in the markup"


@pytest.mark.parametrize(
    "path",
    [*FILES.values(), *(SCRIPTS[name] for name in SCRIPTS if name.startswith("js/"))],
    ids=lambda path: str(path.relative_to(TOP)),
)
def test_no_file_is_longer_than_one_reads_at_a_time(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES
