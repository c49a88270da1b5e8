"""Compares a view of two versions: how many rows the newer one has more, and how many it has no more."""

import asyncio
from collections import Counter
from collections.abc import Hashable, Sequence
from contextlib import suppress

from pagecast.protocol.errors import PagecastError
from pagecast.service.jobs import Jobs
from pagecast.service.pages import PageReader
from pagecast.service.views import Views, keep_last, key_of
from pagecast.table.slices import merge_spans
from pagecast.table.window import ColumnWindow
from pagecast.view.grammar import shared_columns
from pagecast.view.sheet import ViewSheet

MOST_COMPARED = 10_000
"""Rows of either view up to which they are compared one by one: about a second's work."""

MOST_BYTES = 2**25
"""Bytes of either view's rows, about, up to which they are compared."""

COMPARED_S = 3.0
"""How long the comparison may take. After that only the numbers of rows are told."""

PAGES_AT_ONCE = 10
"""Pages of a view whose rows are read in one go."""

RUNNING, WAITING = 2, 20
"""Comparisons of a document that run at a time, and that wait."""

KEPT = 32
"""Comparisons of a document that are kept, those made last."""

Counted = tuple[int, int] | None


class Comparisons:
    """The comparisons of one document. Versions never change, so each is made once."""

    def __init__(self, uuid: str, views: Views, pages: PageReader) -> None:
        self._uuid, self._views, self._pages = uuid, views, pages
        self._jobs: Jobs[Counted] = Jobs(RUNNING, WAITING, 2 * COMPARED_S)
        self._kept: dict[Hashable, Counted] = {}

    async def count(self, old: ViewSheet, new: ViewSheet, chosen: tuple[int, ...]) -> Counted:
        """Count the rows that are only in the new view, and those that are only in the old one.

        Rows are the same where their cells are, as text, in the columns that both versions have; where the view chooses
        columns (``chosen``), in those. Equal rows are counted as often as they occur. Returns None where that takes too
        long. The caller holds leases on both versions.
        """
        if any(sheet.rows > MOST_COMPARED or _bytes_of(sheet) > MOST_BYTES for sheet in (old, new)):
            return None
        key = (key_of(old.version), key_of(new.version), old.view, new.view, chosen)
        if key not in self._kept:
            self._kept[key] = await self._jobs.run(key, lambda _: self._counted(old, new, chosen))
            keep_last(self._kept, KEPT)
        return self._kept[key]

    async def _counted(self, old: ViewSheet, new: ViewSheet, chosen: tuple[int, ...]) -> Counted:
        names = [await self._views.names(self._uuid, sheet.version) for sheet in (old, new)]
        shared = shared_columns(*names)
        if chosen:
            shared = {column: place for column, place in shared.items() if column in chosen}
        with suppress(TimeoutError, PagecastError):
            async with asyncio.timeout(COMPARED_S):
                before = await self._rows_of(old, list(shared))
                after = await self._rows_of(new, list(shared.values()))
                return (after - before).total(), (before - after).total()
        return None

    async def _rows_of(self, sheet: ViewSheet, columns: Sequence[int]) -> Counter[tuple[str, ...]]:
        """Read the rows of a view, each as the cells of some columns, which count from 1."""
        spans = merge_spans(range(column - 1, column) for column in columns)
        if not spans:
            return Counter({(): sheet.rows})
        window = ColumnWindow(tuple(spans), MOST_BYTES, MOST_BYTES)
        places = {column: at for at, column in enumerate(column + 1 for span in spans for column in span)}
        wanted = [places[column] for column in columns]
        found = Counter[tuple[str, ...]]()
        for first in range(1, sheet.pages + 1, PAGES_AT_ONCE):
            numbers = [
                row
                for page_no in range(first, min(first + PAGES_AT_ONCE, sheet.pages + 1))
                for row in await self._views.row_numbers(self._uuid, sheet, page_no)
            ]
            if numbers:
                (excerpt,) = await self._pages.excerpts_of(self._uuid, sheet.version, numbers, [window])
                found.update(tuple(row[at] if at < len(row) else "" for at in wanted) for row in excerpt.rows)
        return found


def _bytes_of(sheet: ViewSheet) -> int:
    return sheet.version.table_size * sheet.rows // max(1, sheet.version.rows)
