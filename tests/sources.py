"""The code of the server, for the tests that read it. No file is read before it is asked for."""

import ast
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent

MODULES = {
    ".".join(path.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [TOP / "parser.py", *sorted((TOP / "pagecast").rglob("*.py"))]
}
"""Where each module is."""


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))
