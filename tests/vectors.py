"""The fenced examples and the tables of PROTOCOL.md, for the tests of both sides to agree on."""

import re
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent
TEXT = (TOP / "PROTOCOL.md").read_text(encoding="utf-8")


class Block(NamedTuple):
    """A fenced block with an info string."""

    info: str
    body: str
    line: int
    """Where it begins, counted from 1."""


BLOCKS = [
    Block(match[1].strip(), match[2], TEXT.count("\n", 0, match.start()) + 1)
    for match in re.finditer(r"^```(\S[^\n]*)\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)
]


def examples(info: str) -> list[str]:
    """The bodies of all blocks with this info string."""
    return [block.body for block in BLOCKS if block.info == info]


def table(*columns: str) -> list[list[str]]:
    """The rows of the one table with these column names. Backquotes are left out."""
    tables = [paragraph.splitlines() for paragraph in TEXT.split("\n\n") if paragraph.startswith("|")]
    cells = [[[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines] for lines in tables]
    (found,) = [rows for rows in cells if rows[0] == list(columns)]
    return found[2:]
