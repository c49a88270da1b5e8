"""The summaries of whole tables, kept with their versions: a file that grows by a line for each column."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pagecast.ports.engine import ColumnCounts
from pagecast.protocol.facts import Fact, changed, decoder, encode
from pagecast.protocol.summaries import ColumnShape
from pagecast.table.version import Version
from pagecast.view.bins import Bins
from pagecast.view.sql import ColumnFacts

KEPT_VERSIONS = 16
"""Versions whose summaries stay in memory, those used last."""


class ColumnSummary(Fact, frozen=True):
    """The summaries of a column in the whole table. None where one is not known yet."""

    facts: ColumnFacts | None = None
    has_tops: bool | None = None
    """Whether its first and last cells were found while the table was copied."""
    bins: Bins | None = None
    distinct: int | None = None
    """About how many different texts it has."""
    shape: ColumnShape | None = None
    counts: ColumnCounts | None = None


UNKNOWN = ColumnSummary()

Summaries = dict[int, ColumnSummary]
"""The summaries of a version, by column from 1."""


class _Line(Fact, frozen=True):
    size: int
    """Bytes of the inner form that were summarised: a version may grow."""
    column: int
    summary: ColumnSummary


_decode_line = decoder(_Line)


class KeptSummaries:
    """Summaries of the whole tables of this process. With a folder they outlive it, as long as their versions."""

    def __init__(self, documents: Path | None = None) -> None:
        self._documents = documents
        self._known: dict[tuple[str, int, int], Summaries] = {}  # the one that was used last is last

    async def of(self, uuid: str, version: Version) -> Summaries:
        """Return what is known of a version."""
        key = version.key, version.edition, version.table_size
        if key not in self._known:
            path = self._path(uuid, version)
            found = await asyncio.to_thread(_read, path, version.table_size) if path else {}
            self._known.setdefault(key, found)
        self._known[key] = known = self._known.pop(key)
        if len(self._known) > KEPT_VERSIONS:
            del self._known[next(iter(self._known))]
        return known

    async def add(self, uuid: str, version: Version, found: Mapping[int, dict[str, Any]]) -> Summaries:
        """Keep what was found of some columns, members of ``ColumnSummary``. Returns what is known now."""
        known = await self.of(uuid, version)
        for column, members in found.items():
            known[column] = changed(known.get(column, UNKNOWN), **members)
        path = self._path(uuid, version)
        if path and found:
            lines = [encode(_Line(version.table_size, column, known[column])) for column in found]
            with suppress(OSError):  # they can be found again
                await asyncio.to_thread(_append, path, b"".join(line + b"\n" for line in lines))
        return known

    def _path(self, uuid: str, version: Version) -> Path | None:
        """Return the file of a version. While its rows arrive, it has none."""
        if self._documents is None or not version.complete:
            return None
        return self._documents / uuid / f"{version.key}.{version.edition}.summaries"


def _read(path: Path, size: int) -> Summaries:
    """Read the file of a version. The last line of a column counts, and one that was cut off does not."""
    found: Summaries = {}
    with suppress(OSError), open(path, "rb") as file:
        for line in file:
            with suppress(ValueError):
                one = _decode_line(line)
                if one.size == size:
                    found[one.column] = one.summary
    return found


def _append(path: Path, lines: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, lines)
    finally:
        os.close(file)
