"""The documents are true: their examples run, and the options, commands and files in them exist."""

import ast
import doctest
import importlib
import inspect
import re

from tests.sources import MODULES, TOP, tree_of

README = TOP / "README.md"
DOCUMENTS = [
    *("README.md", "PROTOCOL.md", "CONTRIBUTING.md", "CHANGELOG.md"),
    *(f"docs/{path.name}" for path in sorted((TOP / "docs").glob("*.md"))),
]

PORTS = (
    *("pagecast.edges.disk.store", "pagecast.edges.disk.drafts", "pagecast.edges.redis"),
    *("pagecast.edges.objects.store", "pagecast.edges.objects.drafts"),
)
"""Modules whose methods are described in ports/storage.py and ports/rooms.py."""

WORLD = ("Handler",)
"""Ends of the names of classes whose methods a web server calls, and documents."""


def text_of(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


# Docstrings


def test_the_examples_in_docstrings_run() -> None:
    for module in MODULES:
        runner = doctest.DocTestRunner(verbose=False)
        told: list[str] = []
        for example in doctest.DocTestFinder().find(importlib.import_module(module)):
            runner.run(example, out=told.append)
        assert not told, "".join(told)


def test_there_are_examples_to_run() -> None:
    found = [
        example
        for module in MODULES
        for example in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(module))
        if example.examples
    ]
    assert len(found) >= 10


def test_a_module_opens_with_its_description() -> None:
    for module in MODULES:
        docstring = ast.get_docstring(tree_of(module))
        assert docstring is not None, module
        assert docstring.splitlines()[0].endswith((".", ":", "?")), module


def test_public_functions_and_classes_have_docstrings() -> None:
    for module in MODULES:
        for node in tree_of(module).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and needs_words(node):
                assert ast.get_docstring(node), f"{module}.{node.name} has no docstring"


def needs_words(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Return whether a docstring is due. Errors are in their tree, frames in PROTOCOL.md; a few lines need none."""
    if node.name.startswith("_"):
        return False
    if isinstance(node, ast.ClassDef):
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        return not bases & {"PagecastError", "Tagged"} and len(node.body) > 1
    return node.end_lineno is not None and node.end_lineno - node.body[0].lineno >= 6


def test_longer_public_methods_have_docstrings() -> None:
    for module in MODULES:
        for kind in ast.walk(tree_of(module)):
            if not isinstance(kind, ast.ClassDef) or kind.name.endswith(WORLD) or module in PORTS:
                continue  # a web server calls the former, and the latter implement a port
            for node in kind.body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                    long = node.end_lineno is not None and node.end_lineno - node.body[0].lineno >= 8
                    assert not long or ast.get_docstring(node), f"{module}.{kind.name}.{node.name} has no docstring"


# The README


def options() -> dict[str, object]:
    """Return the options of parser.py with their defaults."""
    body = tree_of("pagecast.edges.options").body
    (function,) = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == "define_options"]
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "define"]
    return {ast.literal_eval(call.args[0]): eval_number(call.args[1]) for call in calls}


def eval_number(node: ast.expr) -> object:
    """Evaluate a default: a value, or a product of numbers."""
    if isinstance(node, ast.BinOp):
        left, right = eval_number(node.left), eval_number(node.right)
        assert isinstance(node.op, ast.Mult)
        assert isinstance(left, int)
        assert isinstance(right, int)
        return left * right
    return ast.literal_eval(node)


def written(default: object) -> str:
    """Return a default as the README writes it."""
    if default in ("", None):
        return "none"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def rows_of_options() -> dict[str, list[str]]:
    rows = [line.strip("|").split("|") for line in text_of("README.md").splitlines() if line.startswith("| `--")]
    return {row[0].strip(" `").removeprefix("--"): [cell.strip() for cell in row[1:]] for row in rows}


def test_every_option_is_in_the_readme_with_its_default_and_its_reason() -> None:
    rows = rows_of_options()
    assert list(rows) == list(options())
    for name, default in options().items():
        said, reason = rows[name]
        assert said == written(default), f"--{name} is {default}"
        assert reason


def test_every_option_in_the_documents_exists() -> None:
    for name in DOCUMENTS:
        known = {option.replace("_", "-") for option in options()} | {"help"}
        named = set(re.findall(r"(?:parser\.py|ARGS=)\"? ?--([a-z_-]+)", text_of(name)))
        named |= set(re.findall(r"^\| `--([a-z_-]+)`", text_of(name), re.MULTILINE))
        named -= {"upgrade", "vulnerability-service"}  # of `make lock` and `make audit`
        assert {option.replace("_", "-") for option in named} <= known, name


def test_every_make_target_in_the_documents_exists() -> None:
    for name in DOCUMENTS:
        targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(name), re.MULTILINE))
        assert named <= targets, name
        assert name != "README.md" or {"run", "test"} <= named, name


def test_every_linked_file_exists() -> None:
    for name in DOCUMENTS:
        links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(name))
        for link in links:
            assert link.startswith("https://") or ((TOP / name).parent / link).exists(), f"{name} links to {link}"


def test_every_path_in_backquotes_exists() -> None:
    """Check names with a known ending, and paths that begin with a folder of ours."""
    for name in DOCUMENTS:
        folders = {path.name for path in TOP.iterdir() if path.is_dir()}
        prose = re.sub(r"^```.*?^```$", "", text_of(name), flags=re.MULTILINE | re.DOTALL)
        for quoted in re.findall(r"`([\w.*-][\w./*-]*)`", prose):
            if quoted.split("/")[0] in folders and "/" in quoted:
                assert list(TOP.glob(quoted.rstrip("/"))), f"{name} names {quoted}"
            elif re.fullmatch(r"[\w-]+\.(py|md|js|toml|in|json|conf|service)", quoted):
                assert list(TOP.glob(quoted)) or anywhere(quoted), f"{name} names {quoted}"


def anywhere(name: str) -> bool:
    """Return whether a file of this name is in one of our folders."""
    folders = ["pagecast", "static", "nginx", "deploy", "tests", "bench", "scripts", "docs"]
    return any(path for folder in folders for path in (TOP / folder).rglob(name))


def test_the_client_of_the_readme_speaks_the_plain_protocol() -> None:
    (client,) = re.findall(r"^```python\n(.*?)^```$", text_of("README.md"), re.MULTILINE | re.DOTALL)
    compile(client, "README.md", "exec")
    assert "/parser/ws" in client
    members = re.findall(r'"(\w+)":', client)
    assert members == ["uuid", "page_no", "total_number", "data"]


def test_the_readme_describes_the_package_in_its_own_words() -> None:
    package = inspect.getdoc(importlib.import_module("pagecast")) or ""
    assert package.rstrip(".") in text_of("README.md")
