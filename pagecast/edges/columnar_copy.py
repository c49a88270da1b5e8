"""The columnar copy of a version: its files, part by part."""

import re
from pathlib import Path
from typing import NamedTuple

from pagecast.edges.queries import Source

_numbers = re.compile(r"part-(\d+)-(\d+)-(\d+)-(\d+)", re.ASCII)


class Part(NamedTuple):
    """A part of a columnar copy: its path, its rows, and their bytes in the inner form."""

    path: str
    rows: range
    span: range

    @property
    def facts(self) -> str:
        """The path of the facts of its columns."""
        return ".facts-".join(self.path.rsplit(".part-", 1))


def parts_of(source: Source) -> list[Part]:
    """Return the parts of a version's columnar copy that follow each other from its first row on."""
    found = {}
    for path in Path(source.folder).glob(f"{source.stem}.part-*"):
        match = _numbers.fullmatch(path.name.rpartition(".")[2])
        if match:
            first, last, begin, end = map(int, match.groups())
            found[begin] = Part(str(path), range(first, last + 1), range(begin, end))
    parts: list[Part] = []
    at = 0
    while at in found:
        parts.append(found[at])
        at = parts[-1].span.stop
    return parts


def is_copied(source: Source) -> bool:
    """Return whether a version has a columnar copy of all its rows."""
    parts = parts_of(source)
    return bool(parts) and parts[-1].span.stop >= source.size
