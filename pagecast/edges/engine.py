"""The engine: answers views with DuckDB, which runs in processes of its own (`duck.py`).

There are seven: one for samples, two for questions that people wait for, one for whole answers, one for columnar
copies, two for files to take away. Each starts when it is needed, runs one request at a time, ends when nobody asks
for a while, and is replaced when it dies or does not stop.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

from pagecast.edges.column_summaries import ColumnSummaries, letters_of
from pagecast.edges.columnar_copy import is_copied
from pagecast.edges.disk.space import QUERIES, Space
from pagecast.edges.engine_files import EngineFiles, LocalFiles
from pagecast.edges.kept_summaries import KeptSummaries
from pagecast.edges.plotting import plotted
from pagecast.edges.progress import Steps
from pagecast.edges.queries import (
    BuildCopy,
    CheckPattern,
    CountCells,
    ExportRows,
    FindRows,
    QueryDone,
    QueryRows,
    RunQuery,
    SearchRows,
    Source,
)
from pagecast.edges.query_process import QueryProcess
from pagecast.edges.sampled_summaries import SampledSummaries, has_sample
from pagecast.edges.stored_answers import find_number, read_hits, read_numbers
from pagecast.edges.written_files import GrowingFile, WrittenFile
from pagecast.ports.engine import ColumnCounts, ColumnFigures, CountedValues, Crossing, PlotMarks, Tell, untold
from pagecast.ports.operators import NotReady
from pagecast.protocol.errors import (
    PagecastError,
    ServerFull,
    StorageFailed,
)
from pagecast.protocol.facts import encode
from pagecast.protocol.summaries import ColumnShape, SampleBound
from pagecast.table.hits import Hits
from pagecast.table.version import Version
from pagecast.view.exports import (
    TYPED_LETTERS,
    ExportForm,
    columns_of,
    lines_query,
    table_query,
    types_of,
    whole_query,
)
from pagecast.view.expressions import folded_sql
from pagecast.view.names import ColumnNames
from pagecast.view.plots import PlotAsk, PlotSql
from pagecast.view.sampling import sample_plan
from pagecast.view.sheet import skipped_rows
from pagecast.view.sql import TOP_ROWS, WIDE, Query
from pagecast.view.view import View

log = logging.getLogger("pagecast")

SAMPLE, QUICK, ANSWERS, COPY, EXPORTS = "sample", "quick", "answers", "copy", "exports"
"""The processes: for summaries of samples; for the first rows of an answer and for summaries; for whole answers; for
columnar copies; for files to take away."""

DEADLINES_S = {SAMPLE: 10.0, QUICK: 60.0, ANSWERS: 600.0, COPY: 3600.0, EXPORTS: 3600.0}
"""How long a request may run in each."""

WAITING = {SAMPLE: 100, QUICK: 100, ANSWERS: 100, COPY: 100, EXPORTS: 4}
"""Requests that may run or wait for each process; one more is refused."""

KEPT_ANSWERS = 64
"""Answers that are kept of a version: the newest ones."""

COPIED_BYTES = 2**22
"""Bytes of a table from which a columnar copy pays: a smaller one is split again for each question."""

TYPED_AT_ONCE = 100
"""Columns of one query for their types."""


class DuckEngine:
    """Implements ``ports.engine.Engine`` for the tables in a data folder."""

    def __init__(
        self,
        folder: Path,
        memory_mb: int,
        threads: int,
        space: Space | None = None,
        process: str = "",
        files: EngineFiles | None = None,
    ) -> None:
        """``process`` names this server process where several share the folder.

        ``files`` brings into the folder what is elsewhere.
        """
        self._space, self._files = space or Space(folder), files or LocalFiles()
        self._documents = folder.resolve() / "documents"
        self._temporary = folder.resolve() / QUERIES / process
        arguments = [str(memory_mb), str(threads), str(self._temporary), str(self._space.keep_free)]
        self._processes = {
            name: [
                QueryProcess(arguments, DEADLINES_S[name], niceness, WAITING[name], self._temporary)
                for _ in range(count)
            ]
            for name, count, niceness in (
                (SAMPLE, 1, 0),
                (QUICK, 2, 0),
                (ANSWERS, 1, 5),
                (COPY, 1, 10),
                (EXPORTS, 2, 10),
            )
        }
        kept = KeptSummaries(self._documents)
        self._summaries = ColumnSummaries(self.select, kept, count_cells=self._count_cells)
        self._sampled = SampledSummaries(self._select_sampled, kept)
        self._steps = Steps(untold)

    def telling(self, tell: Tell) -> "DuckEngine":
        told = copy(self)
        told._steps = Steps(tell)
        told._summaries = self._summaries.asking(told.select)
        return told

    async def start(self) -> None:
        """Remove what a killed process has left behind. Raises OSError."""
        await asyncio.to_thread(shutil.rmtree, self._temporary, ignore_errors=True)
        await asyncio.to_thread(os.makedirs, self._temporary, exist_ok=True)
        await asyncio.to_thread(folded_sql, "c1")  # the first time takes as long as a turn of a page may

    async def stop(self) -> None:
        """End all processes."""
        for process in chain.from_iterable(self._processes.values()):
            await process.stop()
        self._files.stop()
        if self._temporary.name != QUERIES:  # nobody uses this process's name again
            await asyncio.to_thread(shutil.rmtree, self._temporary, ignore_errors=True)

    def _process(self, name: str) -> "QueryProcess":
        """Return the process of a kind for which the fewest requests wait."""
        return min(self._processes[name], key=lambda process: process.waiting)

    async def forget(self, uuid: str) -> None:
        """End the processes that hold files of a document open: only then does the disk have its bytes back."""
        for process in chain.from_iterable(self._processes.values()):
            if process.folder == str(self._documents / uuid):
                await process.stop()

    @property
    def waiting(self) -> int:
        """Requests that run or wait in all processes."""
        return sum(process.waiting for process in chain.from_iterable(self._processes.values()))

    async def ready(self) -> None:
        """Ask a process, unless one has answered and none has failed since: each holds memory for IDLE_S."""
        states = [process.is_up for process in chain.from_iterable(self._processes.values())]
        if True in states and False not in states:
            return
        quick = self._processes[QUICK]
        failing = next((process for process in quick if process.is_up is False), quick[0])
        try:
            await failing.run(CheckPattern("a"))
        except (PagecastError, OSError):
            raise NotReady("The query engine does not answer: see the log.") from None

    async def prepare(self, uuid: str, version: Version) -> None:
        """Make the copy, unless it is there, or the disk is short: questions then read the table itself."""
        source = self._source(uuid, version)
        if version.table_size < COPIED_BYTES or version.columns > WIDE:
            return
        if await asyncio.to_thread(is_copied, source):  # no process needs to start
            return
        await self._files.fetch_copy(uuid, version)
        if await asyncio.to_thread(is_copied, source):
            return
        if not self._space.has_spare(source.size // 2):
            log.warning("A columnar copy was not made: the disk has no room for it.")
            return
        await self._files.fetch_table(uuid, version)
        before = await asyncio.to_thread(_files_of_copy, source)
        try:
            await self._copied(source)
        finally:
            made = await asyncio.to_thread(_files_of_copy, source) - before
            for path in made:
                self._space.count_spare(path)
            self._files.keep(made)

    async def _copied(self, source: Source) -> None:
        """Make a copy as far as the disk has room."""
        show = self._steps.next()

        def watch(done: int) -> None:
            show(100 * done // source.size)
            if not self._space.has_spare(0):
                copying.cancel()

        copying = asyncio.ensure_future(self._process(COPY).run(BuildCopy(source), grow=watch))
        try:
            await asyncio.wait([copying])
        finally:
            copying.cancel()
            await asyncio.gather(copying, return_exceptions=True)
        if copying.cancelled() or isinstance(copying.exception(), StorageFailed):
            log.warning("A columnar copy was broken off: the disk has no room for it.")
        else:
            copying.result()

    async def check(self, pattern: str) -> None:
        await self._process(QUICK).run(CheckPattern(pattern))

    async def first(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int]:
        """Return the first rows. Those of one sort were found while the table was copied, and an answer knows them."""
        path = self._answer_path(uuid, version, view)
        if path.exists():
            numbers = await asyncio.to_thread(read_numbers, path, range(most))
            return numbers, path.stat().st_size // 4
        if view.is_byte_search:
            numbers, total, _ = await self._search(QUICK, uuid, version, view, most)
            return numbers, total
        sql = await self._summaries.sql(uuid, version, view)
        if not view.sorts:
            numbers, total = (await self.select(uuid, version, sql.first(most), 1))[0]
            return numbers, total
        if view.has_fewer_rows:
            rows = await self.select(uuid, version, sql.rows(most), most, sorts=True)
            (total,) = (await self.select(uuid, version, sql.count(), 1))[0]
            return [row for (row,) in rows], total
        is_found = most <= TOP_ROWS and await self._summaries.has_tops(uuid, version, view.sorts)
        query = sql.first_of_tops(most) if is_found else sql.rows(most)
        rows = await self.select(uuid, version, query, most, sorts=True)
        return [row for (row,) in rows], max(0, version.rows - skipped_rows(version))

    async def soon(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int, bool]:
        """Return the first rows that a search finds. A search that ends early stores nothing."""
        if self._answer_path(uuid, version, view).exists():
            return *(await self.first(uuid, version, view, most)), True
        return await self._search(QUICK, uuid, version, view, most, soon=True)

    async def answer(self, uuid: str, version: Version, view: View) -> int:
        """Write the row numbers to a file beside the table's, which is named by the view."""
        path = self._answer_path(uuid, version, view)
        await self._files.fetch_answer(path)
        if path.exists():
            return path.stat().st_size // 4
        if view.is_byte_search:
            await self._check_room(4 * version.rows)
            _, rows, _ = await self._search(ANSWERS, uuid, version, view, 0)
            return rows
        sql = await self._summaries.sql(uuid, version, view)
        query = sql.rows()
        await self._check_room(4 * version.rows)
        done = await self._process(ANSWERS).run(
            FindRows(await self._fetched(uuid, version), query.sql, query.values, str(path), str(self._growing(path))),
            self._steps.next(sorts=bool(view.sorts)),
        )
        await asyncio.to_thread(self._tidy, path)
        assert isinstance(done, QueryDone)
        return done.rows

    async def _check_room(self, size: int) -> None:
        """Give up older answers and copies where the disk is short. Raises StorageFailed."""
        try:
            await asyncio.to_thread(self._space.check, size)
        except (ServerFull, OSError):
            raise StorageFailed from None

    async def _search(
        self, name: str, uuid: str, version: Version, view: View, most: int, *, soon: bool = False
    ) -> tuple[list[int], int, bool]:
        """Search the rows, and store the answer of all of them.

        While rows arrive, it is asked again too soon to be worth a file.
        """
        path, search = self._answer_path(uuid, version, view), view.search
        is_worth_it = version.complete and self._space.has_spare(4 * version.rows)
        stored = str(path) if is_worth_it or not most else ""
        growing = self._growing(path)
        growing = growing if name == ANSWERS else growing.with_suffix(".first")  # both may be asked at the same time
        source = await self._fetched(uuid, version)
        request = SearchRows(source, search.text, search.case, most, stored, str(growing), soon)
        reply = await self._process(name).run(request, self._steps.next())
        assert isinstance(reply, QueryRows)
        ((first, rows, is_counted),) = reply.rows
        if stored and is_counted:
            await asyncio.to_thread(self._tidy, path)
        return first, rows, is_counted

    async def numbers(self, uuid: str, version: Version, view: View, span: range) -> list[int]:
        path = self._answer_path(uuid, version, view)
        return await asyncio.to_thread(read_numbers, path, span)

    async def position(self, uuid: str, version: Version, view: View, row: int) -> int | None:
        return await asyncio.to_thread(find_number, self._answer_path(uuid, version, view), row)

    async def hits(
        self, uuid: str, version: Version, view: View, found: View, place: int, *, partial: bool = False
    ) -> Hits:
        order = self._answer_path(uuid, version, view) if view.changes_rows else None
        hits, skipped = self._answer_path(uuid, version, found), skipped_rows(version)
        hits = self._growing(hits) if partial else hits
        rows = version.rows - skipped if order is None else 0
        return await asyncio.to_thread(read_hits, order, hits, skipped, rows, place)

    async def values(self, uuid: str, version: Version, view: View, column: int, text: str, most: int) -> CountedValues:
        self._steps.expect(2)
        return await self._summaries.values(uuid, version, view, column, text, most)

    async def counts_of(
        self, uuid: str, version: Version, view: View, column: int, values: Sequence[str]
    ) -> list[tuple[str, int]]:
        return await self._summaries.counts_of(uuid, version, view, column, values)

    async def shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnShape]:
        return await self._summaries.shapes(uuid, version, view, columns)

    async def overview(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnCounts]:
        return await self._summaries.overview(uuid, version, view, columns)

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> ColumnFigures:
        self._steps.expect(3)
        return await self._summaries.profile(uuid, version, view, column)

    async def sampled_shapes(
        self, uuid: str, version: Version, view: View, columns: Sequence[int]
    ) -> tuple[list[ColumnShape], SampleBound | None]:
        if not has_sample(version) or await self._summaries.knows_shapes(uuid, version, view, columns):
            return await self._summaries.shapes(uuid, version, view, columns), None
        return await self._sampled.shapes(uuid, version, view, list(columns))

    async def sampled_values(
        self, uuid: str, version: Version, view: View, column: int, text: str, most: int
    ) -> tuple[CountedValues, SampleBound | None]:
        if not has_sample(version):
            return await self.values(uuid, version, view, column, text, most), None
        return await self._sampled.values(uuid, version, view, column, text, most)

    async def sampled_profile(
        self, uuid: str, version: Version, view: View, column: int
    ) -> tuple[ColumnFigures, SampleBound | None]:
        if not has_sample(version):
            return await self.profile(uuid, version, view, column), None
        return await self._sampled.profile(uuid, version, view, column)

    async def crossed(
        self, uuid: str, version: Version, view: View, by: int, columns: Sequence[int], tops: Mapping[int, list[str]]
    ) -> Crossing:
        return await self._summaries.crossed(uuid, version, view, by, columns, tops)

    async def plot(self, uuid: str, version: Version, view: View, asked: PlotAsk) -> PlotMarks:
        facts = await self._summaries.facts(uuid, version, asked.columns)
        sql = PlotSql(await self._summaries.sql(uuid, version, view), asked, facts)
        return await plotted(sql, partial(self.select, uuid, version))

    async def export(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> AsyncGenerator[bytes]:
        """Yield the file while it is written; one of Parquet, when it is whole. It is removed at the end."""
        request = await self._export_request(uuid, version, view, names, form)
        file = GrowingFile(Path(request.path))
        writing = asyncio.create_task(
            self._process(EXPORTS).run(request, self._steps.next(sorts=bool(view.sorts)), file.grow)
        )
        writing.add_done_callback(lambda _: file.end())
        try:
            async for piece in file.pieces():
                yield piece
            await writing
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await asyncio.to_thread(file.path.unlink, missing_ok=True)

    async def write_file(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> WrittenFile:
        """Write the file of ``export``. It is given up where the disk has no more room."""
        request = await self._export_request(uuid, version, view, names, form)
        path, show = Path(request.path), self._steps.next(sorts=bool(view.sorts))

        def watch(_: int) -> None:
            if not self._space.has_spare(0):
                writing.cancel()

        def show_percent(percent: int) -> None:
            show(percent)
            watch(percent)

        writing = asyncio.ensure_future(self._process(EXPORTS).run(request, show_percent, watch))
        try:
            await asyncio.wait([writing])
            if writing.cancelled():
                raise StorageFailed
            writing.result()
        except BaseException:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        return WrittenFile(path, self._space)

    async def _export_request(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> ExportRows:
        sql, is_parquet = await self._summaries.sql(uuid, version, view), form.format == "parquet"
        if is_parquet:
            types = await self._types(uuid, version, columns_of(view, names)) if form.typed else {}
            query = table_query(form, view, names, sql, types)
        else:
            query = lines_query(form, view, names, sql)
        path = self._temporary / f"{uuid4().hex}.export"
        return ExportRows(await self._fetched(uuid, version), query.sql, query.values, str(path), is_parquet)

    async def _types(self, uuid: str, version: Version, columns: Sequence[int]) -> dict[int, str]:
        """Return the expressions of those columns whose cells can all be typed."""
        letters, types = letters_of(version), dict[int, str]()
        read = [column for column in columns if letters[column - 1 : column] in tuple(TYPED_LETTERS)]
        for begin in range(0, len(read), TYPED_AT_ONCE):
            some = read[begin : begin + TYPED_AT_ONCE]
            (counts,) = await self.select(uuid, version, whole_query(some), 1)
            types |= types_of(await self._summaries.facts(uuid, version, some), counts)
        return types

    async def select(
        self, uuid: str, version: Version, query: Query, most: int, *, sorts: bool = False
    ) -> list[list[Any]]:
        """Run a query, and return its rows: at most ``most``."""
        reply = await self._process(QUICK).run(
            RunQuery(await self._fetched(uuid, version), query.sql, query.values, most), self._steps.next(sorts=sorts)
        )
        assert isinstance(reply, QueryRows)
        return reply.rows

    async def _count_cells(self, uuid: str, version: Version, query: Query) -> list[list[int]]:
        source = await self._fetched(uuid, version)
        reply = await self._process(QUICK).run(CountCells(source, query.sql, query.values))
        assert isinstance(reply, QueryRows)
        return reply.rows

    async def _select_sampled(self, uuid: str, version: Version, query: Query, most: int) -> list[list[Any]]:
        plan = sample_plan(version.rows, version.table_size)
        request = RunQuery(await self._fetched(uuid, version), query.sql, query.values, most, plan)
        reply = await self._process(SAMPLE).run(request)
        assert isinstance(reply, QueryRows)
        return reply.rows

    async def _fetched(self, uuid: str, version: Version) -> Source:
        await self._files.fetch_table(uuid, version)
        return self._source(uuid, version)

    def _source(self, uuid: str, version: Version) -> Source:
        stem = f"{version.key}.{version.edition}"
        return Source(
            folder=str(self._documents / uuid),
            stem=stem,
            table=f"{version.key}.original" if version.clean else f"{stem}.table",
            size=version.table_size,
            rows=version.rows,
            skipped=version.preamble + version.dialect.header,
            columns=version.columns,
            readings=letters_of(version),
            escaped=version.is_escaped,
            invalid=version.invalid_cells > 0,
        )

    def _answer_path(self, uuid: str, version: Version, view: View) -> Path:
        name = sha256(encode(view) + b" %d" % version.table_size).hexdigest()[:32]
        return self._documents / uuid / f"{version.key}.{version.edition}.view-{name}"

    def _growing(self, path: Path) -> Path:
        """Return where an answer is while it is written."""
        return self._temporary / f"{path.name}.rows"

    def _tidy(self, path: Path) -> None:
        """Count a new answer, have it kept, and remove the oldest ones of its version beyond KEPT_ANSWERS."""
        self._space.count_spare(path)
        self._files.keep([path])
        pattern = f"{path.name.rpartition('-')[0]}-*"
        with suppress(FileNotFoundError):
            answers = sorted(path.parent.glob(pattern), key=lambda one: one.stat().st_mtime)
            for old in answers[:-KEPT_ANSWERS]:
                self._space.remove(old)


def _files_of_copy(source: Source) -> set[Path]:
    return {path for name in ("part", "facts") for path in Path(source.folder).glob(f"{source.stem}.{name}-*")}
