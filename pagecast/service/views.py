"""Answers views: reads a question, finds its rows, and keeps the answers that are asked for often."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Hashable, Iterable, Sequence
from contextlib import suppress
from copy import copy
from hashlib import sha256
from typing import Any

from pagecast.ports.engine import ColumnCounts, ColumnFigures, CountedValues, Crossing, Engine, PlotMarks, Tell
from pagecast.ports.rooms import ExportedView
from pagecast.ports.storage import Store
from pagecast.protocol.errors import BadView, PagecastError, QueryFailed, StorageFailed
from pagecast.protocol.facts import UNSET, changed
from pagecast.protocol.summaries import (
    ColumnOverview,
    ColumnShape,
    Crossed,
    Overview,
    Plot,
    Profile,
    RowHits,
    SampleBound,
    Shapes,
    Values,
)
from pagecast.service.exports import Exports
from pagecast.service.jobs import PROGRESS_S, Job, Jobs
from pagecast.service.pages import PageReader
from pagecast.table.hits import Hits
from pagecast.table.paging import PAGE_ROWS
from pagecast.table.version import Version
from pagecast.table.window import ColumnWindow, Excerpt
from pagecast.view.crossing import MOST_OFTEN
from pagecast.view.grammar import parse_view, rebase, write_view
from pagecast.view.names import ColumnNames
from pagecast.view.percent import read_pairs
from pagecast.view.plots import PlotAsk
from pagecast.view.sheet import ViewSheet, skipped_rows
from pagecast.view.view import WHOLE, LongView, Search, View

KEPT_SHEETS, KEPT_NAMES = 256, 16
"""Sheets and headers that are kept, those used last."""

RUNNING, WAITING, DEADLINE_S = 4, 100, 900.0
"""Whole answers that are made at a time, that wait, and how long one may take."""

COPY_DEADLINE_S = 3600.0
"""How long a columnar copy may take."""

KEPT_SHAPES = 4096
"""Shapes of columns that are kept, those used last."""

SAMPLED_FIRST = 20
"""Columns whose shapes are made with the sample of a table: about as many as the first screen shows."""

KEPT_CROSSINGS = 64
"""Shapes crossed with the bins of a column that are kept, those made last."""

KEPT_OVERVIEWS = 256
"""Answers about many columns that are kept, those used last."""

MOST_VALUES = 200
"""Values of a column in one answer: more than a list shows. Who looks for another one types a part of it."""

EXPECTED_BYTES = 2**26
"""Bytes of a table from which a first question takes more than half a second without a columnar copy."""

COPY_S = 300.0
"""How long a question waits for the copy of a large table. After that it reads the part that is there, and the rest."""

COPY_PERCENT = 90
"""Where a question waits for the copy: how much of the whole wait that is. The question itself is then quick."""

KEPT_VIEW = "_view"
"""The parameter that stands for a view that is kept with the document."""

_hash = re.compile("[0-9a-f]{32}", re.ASCII)

KEPT_PATTERNS = 256
"""Regular expressions that are known to be well-formed, those checked last."""

MAX_TITLE = 2**16
"""Bytes of a header's cell that a view can name."""

Key = tuple[str, int, int]


class Views:
    """The views of all tables of this process."""

    def __init__(self, engine: Engine, store: Store, pages: PageReader) -> None:
        self._engine, self._store, self._pages = engine, store, pages
        self._names: dict[Key, ColumnNames] = {}
        self._patterns: dict[str, None] = {}
        self._sheets: dict[tuple[Key, View], ViewSheet] = {}
        self._answered: dict[tuple[Key, View], None] = {}
        """The views whose row numbers are stored. A page of one waits for no copy."""
        self._firsts: Jobs[ViewSheet] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._shapes: dict[tuple[Key, View, int], ColumnShape] = {}
        self._shaping: Jobs[tuple[list[ColumnShape], SampleBound | None]] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._overviews: dict[tuple[Key, View, range], list[ColumnCounts]] = {}
        self._looking: Jobs[list[ColumnCounts]] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._crossings: dict[tuple[Key, View, int, range], Crossing] = {}
        self._crossing: Jobs[Crossing] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._plotting: Jobs[PlotMarks] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._prepared: dict[Key, bool] = {}
        self._copies: Jobs[None] = Jobs(RUNNING, WAITING, COPY_DEADLINE_S)
        self._answers: Jobs[int] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self.exports = Exports(engine, store)
        self._counting: Jobs[Any] = Jobs(RUNNING, WAITING, DEADLINE_S)
        self._background: set[asyncio.Task[object]] = set()
        self._tell: Tell | None = None

    def telling(self, tell: Tell) -> "Views":
        """Return the same views for one question, during which they call ``tell`` with how far it is."""
        told = copy(self)
        told._tell = tell
        return told

    async def names(self, uuid: str, version: Version) -> ColumnNames:
        """Return the names of a version's columns."""
        key = key_of(version)
        if key not in self._names:
            header = await self._pages.titles(uuid, version, MAX_TITLE)
            self._names[key] = ColumnNames(header, version.columns)
            keep_last(self._names, KEPT_NAMES)
        return self._names[key]

    async def parse(self, uuid: str, version: Version, pairs: Iterable[tuple[str, str]]) -> View:
        """Read a view from the parameters of a query. Raises BadView."""
        view = parse_view(await self._spelled_out(uuid, pairs), await self.names(uuid, version))
        await self._check_patterns(view)
        return view

    async def parse_text(self, uuid: str, version: Version, text: str) -> View:
        """Read a view from a query string. Raises BadView."""
        return await self.parse(uuid, version, read_pairs(text))

    async def keep(self, uuid: str, version: Version, text: str) -> str:
        """Keep a view under the hash of its canonical text, and return the query string that stands for it.

        Raises BadView, TooManyViews, StorageFailed.
        """
        written = await self.write(uuid, version, await self.parse_text(uuid, version, text))
        name = sha256(written.encode()).hexdigest()[:32]
        await self._store.save_view(uuid, name, LongView(written))
        return f"{KEPT_VIEW}={name}"

    async def _spelled_out(self, uuid: str, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return parameters with those of a kept view in the place of its name."""
        spelled = []
        for key, value in pairs:
            if key != KEPT_VIEW:
                spelled.append((key, value))
                continue
            kept = await self._store.load_view(uuid, value) if _hash.fullmatch(value) else None
            if kept is None:
                raise BadView("This document keeps no view of that name: ask the sender of the link for the question.")
            spelled += read_pairs(kept.text)
        return spelled

    async def write(self, uuid: str, version: Version, view: View) -> str:
        """Return the canonical text of a view."""
        return write_view(view, await self.names(uuid, version))

    async def sheet(self, uuid: str, version: Version, view: View, *, soon: bool = False) -> ViewSheet:
        """Return the sheet of a view, as soon as its first page is known; the others are found meanwhile.

        With ``soon``, that of a search of a large table may not be counted yet. The same question, asked by many, is
        answered once. Raises BadView, QueryFailed, QueryTooLarge, ServerBusy.
        """
        view = changed(view, columns=(), plot=None)  # these change neither the rows nor their order
        key = key_of(version), view
        soon = soon and view.is_byte_search and version.complete and version.table_size >= EXPECTED_BYTES
        if key not in self._sheets:
            sheet = await self._firsts.run(
                (key, soon), lambda job: self._first(job, uuid, version, view, soon=soon), tell=self._tell
            )
            if not sheet.is_counted:
                return sheet
            self._sheets[key] = sheet
        self._sheets[key] = sheet = self._sheets.pop(key)
        keep_last(self._sheets, KEPT_SHEETS)
        return sheet

    async def row_numbers(self, uuid: str, sheet: ViewSheet, page_no: int) -> tuple[int, ...]:
        """Return the numbers of the rows on a page; it waits for the whole answer where the page needs it."""
        known = sheet.known(page_no)
        if known is not None:
            return known
        await self._answer(uuid, sheet, self._tell)
        return tuple(await self._engine.numbers(uuid, sheet.version, sheet.view, sheet.places(page_no)))

    async def position(self, uuid: str, sheet: ViewSheet, row: int) -> int | None:
        """Find where a row of the table is in a view, counted from 0; it may wait for the whole answer."""
        if row in sheet.first:
            return sheet.first.index(row)
        skipped = skipped_rows(sheet.version)
        if sheet.rows <= PAGE_ROWS or not skipped < row <= sheet.version.rows:
            return None
        if not sheet.view.changes_rows:
            return row - skipped - 1
        await self._answer(uuid, sheet, self._tell)
        return await self._engine.position(uuid, sheet.version, sheet.view, row)

    async def rebase(self, uuid: str, text: str, old: Version, new: Version) -> tuple[View, tuple[str, ...]]:
        """Return the same question of another version, and the names of the columns that are gone from it."""
        with self._store.lease(old.key, old.edition), self._store.lease(new.key, new.edition):
            return rebase(text, await self.names(uuid, old), await self.names(uuid, new))

    async def excerpts(self, uuid: str, sheet: ViewSheet, page_no: int, windows: list[ColumnWindow]) -> list[Excerpt]:
        """Read a page of a view, and cut out what each column window shows."""
        numbers = await self.row_numbers(uuid, sheet, page_no)
        return await self._pages.excerpts_of(uuid, sheet.version, numbers, windows)

    async def values(
        self,
        uuid: str,
        version: Version,
        view: View,
        column: str,
        text: str,
        listed: Sequence[str] | None,
        *,
        is_sampled: bool = False,
    ) -> Values:
        """Count the values of a column that hold a text; with ``listed``, those of this list.

        ``is_sampled``: whether a sample may answer. A list is always counted.
        """
        names = await self.names(uuid, version)
        number = names.find(column)
        written, asked, bound = write_view(view, names), rows_asked(view), None
        if listed is None:
            given = (uuid, version, asked, number, text, MOST_VALUES)
            key = key_of(version), asked, number, text
            found: CountedValues
            if is_sampled:
                found, bound = await self._count(
                    ("sampled values", *key), uuid, version, lambda engine: engine.sampled_values(*given)
                )
            else:
                found = await self._count(("values", *key), uuid, version, lambda engine: engine.values(*given))
            return Values(uuid, version.number, written, number, *found, sample=bound or UNSET)
        counts = await self._count(
            ("list", key_of(version), asked, number, tuple(listed)),
            uuid,
            version,
            lambda engine: engine.counts_of(uuid, version, asked, number, listed),
        )
        known = {value for value, _ in counts}
        unknown = [value for value in dict.fromkeys(listed) if value not in known]
        rows = sum(count for _, count in counts)
        return Values(uuid, version.number, written, number, len(counts), rows, counts, unknown)

    async def hits(
        self, uuid: str, version: Version, view: View, place: int, grow: Callable[[RowHits], None] | None = None
    ) -> RowHits:
        """Find the rows that a view's search finds among those it has without it; ``place`` counts from 0.

        ``grow`` is called with those found so far, every PROGRESS_S seconds.
        """
        if not view.search.text:
            raise BadView("Hits are of a search: add _search=text to the view.")
        asked = changed(view, columns=(), plot=None)  # as ``sheet`` has it
        around, found = changed(asked, search=Search()), changed(asked, sorts=())  # found fastest in file order
        written = write_view(view, await self.names(uuid, version))
        with self._store.lease(version.key, version.edition):
            sheet = await self.sheet(uuid, version, around)
            if around.changes_rows:
                await self._answer(uuid, sheet, self._tell)

            async def hits(*, partial: bool) -> RowHits:
                seen = await self._engine.hits(uuid, version, around, found, place, partial=partial)
                return _row_hits(seen, uuid, version.number, written, sheet.rows, partial=partial)

            answering = asyncio.create_task(
                self._answer(uuid, ViewSheet(version, found, 0, ()), self._tell, goes_on=False)
            )
            try:
                while not (await asyncio.wait([answering], timeout=PROGRESS_S if grow else None))[0]:
                    assert grow is not None
                    with suppress(QueryFailed):
                        grow(await hits(partial=True))
                answering.result()
            finally:
                answering.cancel()
            return await hits(partial=False)

    async def profile(
        self, uuid: str, version: Version, view: View, column: str, *, is_sampled: bool = False
    ) -> Profile:
        """Describe a column of a view in figures; ``is_sampled``: whether a sample may answer."""
        names = await self.names(uuid, version)
        number, asked, bound = names.find(column), rows_asked(view), None
        given, key = (uuid, version, asked, number), (key_of(version), asked, number)
        figures: ColumnFigures
        if is_sampled:
            figures, bound = await self._count(
                ("sampled profile", *key), uuid, version, lambda engine: engine.sampled_profile(*given)
            )
        else:
            figures = await self._count(("profile", *key), uuid, version, lambda engine: engine.profile(*given))
        return Profile(uuid, version.number, write_view(view, names), number, *figures, sample=bound or UNSET)

    async def _count(
        self, key: Hashable, uuid: str, version: Version, ask: Callable[[Engine], Coroutine[Any, Any, Any]]
    ) -> Any:
        """Ask the engine about a column, once for all who want to know the same."""

        async def work(job: Job) -> Any:
            with self._store.lease(version.key, version.edition):
                return await ask(self._engine.telling(job.tell))

        return await self._counting.run(key, work, tell=self._tell)

    async def plot(self, uuid: str, version: Version, view: View, kind: str, x: str, y: str | None) -> Plot:
        """Return what a plot of a view is drawn from."""
        names = await self.names(uuid, version)
        asked = PlotAsk(kind, names.find(x), None if y is None else names.find(y))
        key = (key_of(version), rows_asked(view), asked)
        marks = await self._plotting.run(
            key, lambda job: self._plotted(job, uuid, version, key[1], asked), tell=self._tell
        )
        return Plot(uuid, version.number, write_view(view, names), kind, *marks)

    async def _plotted(self, job: Job, uuid: str, version: Version, view: View, asked: PlotAsk) -> PlotMarks:
        self._prepare_once(uuid, version)
        with self._store.lease(version.key, version.edition):
            return await self._engine.telling(job.tell).plot(uuid, version, view, asked)

    async def shapes(
        self, uuid: str, version: Version, view: View, columns: range, *, is_sampled: bool = False
    ) -> Shapes:
        """Return the shapes of some columns, from 0; ``is_sampled``: whether a sample may answer."""
        names, asked, bound = await self.names(uuid, version), rows_asked(view), None
        keys = [(key_of(version), asked, column + 1) for column in columns]
        known = {key: self._shapes.pop(key) for key in keys if key in self._shapes}
        self._shapes |= known  # they were used last
        missing = tuple(column for *_, column in keys if (key_of(version), asked, column) not in known)
        if missing:
            self._prepare_once(uuid, version)
            if is_sampled:
                missing = tuple(column for *_, column in keys)  # all shapes of an answer are of the same rows
            found, bound = await self._shaping.run(
                (key_of(version), asked, missing, is_sampled),
                lambda job: self._drawn(job, uuid, version, asked, missing, is_sampled=is_sampled),
                tell=self._tell,
            )
            known |= {(key_of(version), asked, shape.column): shape for shape in found}
            if bound is None:
                self._shapes |= known
                keep_last(self._shapes, KEPT_SHAPES)
        shapes = [known[key] for key in keys]
        rows = shapes[0].rows if shapes else 0
        return Shapes(uuid, version.number, write_view(view, names), rows, shapes, bound or UNSET)

    async def _drawn(
        self, job: Job, uuid: str, version: Version, view: View, columns: Sequence[int], *, is_sampled: bool
    ) -> tuple[list[ColumnShape], SampleBound | None]:
        with self._store.lease(version.key, version.edition):
            if is_sampled:
                return await self._engine.sampled_shapes(uuid, version, view, columns)
            return await self._engine.telling(job.tell).shapes(uuid, version, view, columns), None

    async def crossed(self, uuid: str, version: Version, view: View, by: str, columns: range) -> Crossed:
        """Cross the shapes of some columns, from 0, with the bins of the column ``by``."""
        names = await self.names(uuid, version)
        number = names.find(by)
        asked = rows_asked(changed(view, filters=tuple(one for one in view.filters if one.column != number)))
        key = (key_of(version), asked, number, columns)
        if key not in self._crossings:
            self._crossings[key] = await self._crossing.run(
                key, lambda _: self._cross(uuid, version, asked, number, columns)
            )
            keep_last(self._crossings, KEPT_CROSSINGS)
        return Crossed(uuid, version.number, write_view(asked, names), *self._crossings[key])

    async def _cross(self, uuid: str, version: Version, view: View, by: int, columns: range) -> Crossing:
        """A sample, where not all rows are counted yet, says which values of text are frequent."""
        drawn = (await self.shapes(uuid, version, view, columns, is_sampled=True)).shapes
        if not any(shape.column == by for shape in drawn):
            drawn += (await self.shapes(uuid, version, view, range(by - 1, by), is_sampled=True)).shapes
        if not any(shape.column == by and shape.edges for shape in drawn):
            raise BadView(f"A range is of numbers or dates: column {by} is text.")
        measured = [shape.column for shape in drawn if shape.edges]
        tops = {
            shape.column: [value for value, _ in shape.top]
            for shape in drawn
            if shape.top and shape.top[0][1] >= MOST_OFTEN * shape.rows
        }
        with self._store.lease(version.key, version.edition):
            return await self._engine.crossed(uuid, version, view, by, measured, tops)

    async def make_file(self, uuid: str, exported: ExportedView) -> tuple[str, int]:
        """Make the file of a view. Returns its name, and its bytes."""
        return await self.exports.make(uuid, exported, self._tell)

    async def overview(self, uuid: str, version: Version, view: View, columns: range) -> Overview:
        """Describe many columns, from 0, in few figures."""
        names, asked = await self.names(uuid, version), rows_asked(view)
        key = (key_of(version), asked, columns)
        if key not in self._overviews:
            self._prepare_once(uuid, version)
            self._overviews[key] = await self._looking.run(
                key,
                lambda job: self._counted(job, uuid, version, asked, [column + 1 for column in columns]),
                tell=self._tell,
            )
        found = self._overviews[key]
        keep_last(self._overviews, KEPT_OVERVIEWS)
        kinds, rows = version.column_kinds, found[0].rows if found else 0
        figures = [
            ColumnOverview(column + 1, kinds[column] if column < len(kinds) else "text", one.blank, one.distinct)
            for column, one in zip(columns, found, strict=True)
        ]
        exact = all(one.exact for one in found)
        return Overview(uuid, version.number, write_view(view, names), rows, exact, figures)

    async def _counted(
        self, job: Job, uuid: str, version: Version, view: View, columns: Sequence[int]
    ) -> list[ColumnCounts]:
        with self._store.lease(version.key, version.edition):
            return await self._engine.telling(job.tell).overview(uuid, version, view, columns)

    def _prepare_once(self, uuid: str, version: Version) -> None:
        """Begin to make the columnar copy: summaries of many columns read the whole table."""
        if key_of(version) not in self._prepared:
            self._prepared[key_of(version)] = True
            keep_last(self._prepared, KEPT_NAMES)
            self.prepare(uuid, version)

    def expect_questions(self, uuid: str, version: Version) -> None:
        """Prepare a version for its first question, where that would have to wait long for the copy."""
        if version.table_size >= EXPECTED_BYTES:
            self.prepare(uuid, version)
            self._hold(self._sample(uuid, version))

    async def _sample(self, uuid: str, version: Version) -> None:
        """Draw the sample of a version, which takes longer than to ask it."""
        with self._store.lease(version.key, version.edition):
            await self._engine.sampled_shapes(uuid, version, WHOLE, range(1, min(SAMPLED_FIRST, version.columns) + 1))

    def prepare(self, uuid: str, version: Version, tell: Tell | None = None) -> asyncio.Task[object]:
        """Begin to make the columnar copy of a version, unless it is being made."""

        async def make(job: Job) -> None:
            with self._store.lease(version.key, version.edition):
                await self._engine.telling(job.tell).prepare(uuid, version)

        return self._hold(self._copies.run(key_of(version), make, tell=tell))

    async def delete(self, uuid: str) -> None:
        """Let go of a document that was deleted, and remove the files that were made of it."""
        await self.exports.delete(uuid)
        await self._engine.forget(uuid)

    async def drain(self) -> None:
        """Stop the work in the background: nobody waits for it any more."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await asyncio.gather(self._copies.stop(), self._answers.stop(), self.exports.stop())

    async def _check_patterns(self, view: View) -> None:
        patterns = [one.values[0] for one in view.filters if one.operator == "regex"]
        if view.search.regex:
            patterns.append(view.search.text)
        for pattern in patterns:
            if pattern not in self._patterns:  # a page turn of the same view need not wait for the engine
                await self._engine.check(pattern)
                self._patterns[pattern] = None
                keep_last(self._patterns, KEPT_PATTERNS)

    async def _first(self, job: Job, uuid: str, version: Version, view: View, *, soon: bool) -> ViewSheet:
        skipped, is_counted = skipped_rows(version), True
        if not view.changes_rows:
            rows = max(0, version.rows - skipped)
            return ViewSheet(version, view, rows, tuple(range(skipped + 1, skipped + 1 + min(rows, PAGE_ROWS))))
        engine = self._engine.telling(await self._copied(job, uuid, version, view))
        with self._store.lease(version.key, version.edition):
            if soon:
                first, rows, is_counted = await engine.soon(uuid, version, view, PAGE_ROWS)
            else:
                await self._counted_now(job, uuid, version, view)
                first, rows = await engine.first(uuid, version, view, PAGE_ROWS)
        sheet = ViewSheet(version, view, rows, tuple(first), is_counted)
        if version.complete and (
            rows > PAGE_ROWS or not is_counted
        ):  # while rows arrive, the next question comes first
            self._hold(self._answer(uuid, sheet))
        return sheet

    async def _counted_now(self, job: Job, uuid: str, version: Version, view: View) -> None:
        """Wait for the rows of a view that are being counted: its first page is then read from its answer."""
        if (key_of(version), view) in self._answers:
            with suppress(StorageFailed):  # without room for the answer, they are counted again
                await self._answer(uuid, ViewSheet(version, view, 0, ()), job.tell)

    async def _copied(self, job: Job, uuid: str, version: Version, view: View) -> Tell:
        """Wait for the copy of a large table, but not too long. Returns what tells how far the rest of the job is.

        The copy and then the answer take less than the answer without it, except of a search that reads the rows.
        """
        waits = version.table_size >= EXPECTED_BYTES and not view.is_byte_search
        tell = part_of(range(COPY_PERCENT), job.tell)
        copying = self.prepare(uuid, version, lambda percent: tell(percent) if waits else None)
        if waits:
            await asyncio.wait([copying], timeout=COPY_S)
        waits = False
        return part_of(range(COPY_PERCENT if job.percent else 0, 100), job.tell)

    def _hold(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        """Do some work in the background. Where it fails, whoever needs its result meets the error."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._background.discard(task)
        with suppress(asyncio.CancelledError, PagecastError):
            task.result()

    async def _answer(self, uuid: str, sheet: ViewSheet, tell: Tell | None = None, *, goes_on: bool = True) -> int:
        """Wait until all row numbers of a view are stored. Returns how many there are.

        ``goes_on``: whether they are found though nobody waits for them any more.
        """
        version, view = sheet.version, sheet.view
        key = key_of(version), view

        async def work(job: Job) -> int:
            tell = job.tell if key in self._answered else await self._copied(job, uuid, version, view)
            with self._store.lease(version.key, version.edition):
                rows = await self._engine.telling(tell).answer(uuid, version, view)
            self._answered[key] = None
            keep_last(self._answered, KEPT_SHEETS)
            return rows

        return await self._answers.run(key, work, goes_on=goes_on, tell=tell)


def key_of(version: Version) -> Key:
    """Return what tells the rows of a version from all others, and from themselves before rows were added."""
    return version.key, version.edition, version.table_size


def rows_asked(view: View) -> View:
    """Return a view with what chooses its rows: neither their order nor the columns matter to a summary."""
    return View(filters=view.filters, search=view.search)


def _row_hits(hits: Hits, uuid: str, version: int, view: str, rows: int, *, partial: bool) -> RowHits:
    """Return hits as they are sent: places count from 1."""
    previous, following = (None if at is None else at + 1 for at in (hits.previous, hits.next))
    found = hits.found, hits.before, hits.here, previous, following, hits.map
    return RowHits(uuid, version, view, rows, *found, partial or UNSET)


def part_of(span: range, tell: Tell) -> Tell:
    """Return what tells of a part of a job: from the first of these percents to the last.

    >>> part_of(range(50, 100), print)(10)
    55
    """
    return lambda percent: tell(None if percent is None else span.start + percent * len(span) // 100)


def keep_last(kept: dict, most: int) -> None:  # type: ignore[type-arg]
    """Forget all but the entries that were added last."""
    while len(kept) > most:
        del kept[next(iter(kept))]
