"""The engine: it agrees with its twin, and its processes may die, be stopped and be replaced."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from itertools import product
from pathlib import Path

import pytest

from pagecast.edges import column_summaries as summaries_module
from pagecast.edges import engine as engine_module
from pagecast.edges import plotting as plotting_module
from pagecast.edges import query_process
from pagecast.edges.disk.space import QUERIES, Space, is_spare
from pagecast.edges.disk.store import DiskStore
from pagecast.edges.engine import ANSWERS, COPY, EXPORTS, QUICK, DuckEngine
from pagecast.edges.kept_summaries import KeptSummaries
from pagecast.edges.queries import BuildCopy, RunQuery
from pagecast.edges.query_process import QueryProcess
from pagecast.memory import engine as memory_module
from pagecast.memory.engine import MemoryEngine
from pagecast.protocol.errors import BadView, QueryFailed, QueryTooLarge, ServerBusy, StorageFailed
from pagecast.protocol.facts import changed
from pagecast.protocol.summaries import ColumnShape, Numbers
from pagecast.table.version import Version
from pagecast.view import plots as plots_module
from pagecast.view import sampling as sampling_module
from pagecast.view.exports import ExportForm
from pagecast.view.names import ColumnNames
from pagecast.view.plots import PlotAsk
from pagecast.view.sql import Query
from pagecast.view.view import WHOLE, Filter, Search, Sort, View
from tests.service.house import House, until

SLOW = Query("select sum(a.range * b.range % 7) from range(1000000) a, range(1000000) b", [])
"""A query that takes an hour."""

CITIES = (
    "city\tpeople\tfounded\theight\tnote\n"
    "Oslo\t709,037\t1048-01-01\t23\tcapital\n"
    'Quito\t1,763,275.5\t1534-12-06\t2850\t"a ""quoted"" note\nof two lines"\n'
    "Bergen\t\t1070-01\t12.5\t\n"
    "Rome\tNA\t\t-1e3\tcapital\n"
    "Lima\t12\t1535-01-18\t0\n"
)

COLUMNS = (5, 1, 4, 3, 2)

NUMBERS = [
    f"{10 ** (n % 7)}\t{n % 3 * 0.1}\t7\t{-n if n % 5 else 'NA'}\t2026-01-{n % 28 + 1:02}\t1e{n % 4}\t{n % 2 or ''}"
    for n in range(400)
]
"""Rows of numbers: with a heavy tail, of few values, of one, negative and missing, dates, powers, mostly missing."""

VIEWS = (
    WHOLE,
    View(filters=(Filter(5, "exact", ("capital",)),)),
    View(sorts=(Sort(2, descending=True),), filters=(Filter(4, "gte", ("0",)),)),
    View(search=Search("of two")),
    View(filters=(Filter(1, "exact", ("nowhere",)),)),
)


class Stand:
    """A table on disk, and an engine for it."""

    def __init__(self, folder: Path, store: DiskStore, uuid: str, version: Version) -> None:
        self.folder, self.uuid, self.version = folder / "documents" / uuid, uuid, version
        self.twin = MemoryEngine(store)
        self.engine = DuckEngine(folder, 512, 1)

    def process(self, name: str) -> QueryProcess:
        return self.engine._processes[name][0]

    async def pid(self) -> int:
        """Return the id of the process that answers questions, once it does."""
        await self.engine.first(self.uuid, self.version, WHOLE, 1)
        process = self.process(QUICK)._process
        assert process is not None
        return process.pid


@pytest.fixture
async def stand(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    """A stand whose engine has one process for questions; for CITIES, or another table."""
    store = DiskStore(tmp_path)
    house = House(store)
    await house.services.start()
    uuid = await house.document(getattr(request, "param", CITIES).encode())
    version = house.room(uuid).version(None)
    stand = Stand(tmp_path, store, uuid, version)
    del stand.engine._processes[QUICK][1:]
    await stand.engine.start()
    yield stand
    await stand.engine.stop()
    await house.leave(uuid)
    await house.services.stop()


async def test_it_says_what_plain_python_says(stand: Stand) -> None:
    engine, twin, uuid, version = stand.engine, stand.twin, stand.uuid, stand.version
    for view in VIEWS:
        assert await engine.first(uuid, version, view, 2) == await twin.first(uuid, version, view, 2)
        assert await engine.shapes(uuid, version, view, COLUMNS) == await twin.shapes(uuid, version, view, COLUMNS)
        assert await engine.overview(uuid, version, view, COLUMNS) == await twin.overview(uuid, version, view, COLUMNS)
    for view, column in product(VIEWS, COLUMNS):
        asked = (uuid, version, view, column)
        assert await engine.values(*asked, "o", 2) == await twin.values(*asked, "o", 2)
        assert await engine.counts_of(*asked, ["Oslo", "12", ""]) == await twin.counts_of(*asked, ["Oslo", "12", ""])
        found, expected = await engine.profile(*asked), await twin.profile(*asked)
        assert found[:-1] == expected[:-1]
        assert_near(found.numbers, expected.numbers)


@pytest.mark.parametrize("stand", ["\n".join(["heavy\tfew\tsame\tdown\tday\tpower\tflag", *NUMBERS])], indirect=True)
async def test_shapes_of_all_kinds_of_numbers_are_what_plain_python_draws(stand: Stand) -> None:
    uuid, version, columns = stand.uuid, stand.version, range(1, 8)
    for view in (WHOLE, View(filters=(Filter(1, "lt", ("1000",)),)), View(filters=(Filter(1, "gt", ("1e9",)),))):
        expected = await stand.twin.shapes(uuid, version, view, columns)
        assert await stand.engine.shapes(uuid, version, view, columns) == expected
    heavy, _, same, *_ = await stand.engine.shapes(uuid, version, WHOLE, columns)
    assert (heavy.log, sum(heavy.bins), same.bins) == (True, 400, [400])


WITH_WORDS = "\n".join(["heavy\tfew\tsame\tdown\tday\tpower\tflag\tword", *(f"{n}\tw{len(n)}" for n in NUMBERS)])


@pytest.mark.parametrize("stand", [WITH_WORDS], indirect=True)
async def test_crossed_shapes_are_what_plain_python_counts_bin_by_bin(stand: Stand) -> None:
    uuid, version = stand.uuid, stand.version
    for view, by in product((WHOLE, View(filters=(Filter(1, "lt", ("1000",)),))), (1, 4, 5)):
        asked = (uuid, version, view, by, [1, 2, 4, 5], {8: ["w30", "w31", "none"]})
        found, expected = await stand.engine.crossed(*asked), await stand.twin.crossed(*asked)
        assert found == expected
        assert {sum(map(sum, cells)) for cells in found.cells} == {found.by.rows}
        for height, *counts in zip(found.by.bins, *found.cells, strict=False):
            assert {sum(one) for one in counts} == {height}  # the row of a bin has its rows
    alone = await stand.engine.crossed(uuid, version, WHOLE, 2, [2], {})
    assert (alone.by.rows, alone.shapes) == (400, [])


ASKED = [
    *(PlotAsk("histogram", column, None) for column in (1, 2, 3, 4, 5)),
    *(PlotAsk("scatter", *columns) for columns in ((1, 2), (5, 1), (4, 4), (7, 6))),
    *(PlotAsk("bars", *columns) for columns in ((6, None), (2, 1), (4, 7), (5, 4))),
    *(PlotAsk("line", *columns) for columns in ((5, None), (2, 4), (4, 1), (1, 7))),
]


@pytest.mark.parametrize("few", [2000, 10])
@pytest.mark.parametrize("stand", ["\n".join(["heavy\tfew\tsame\tdown\tday\tpower\tflag", *NUMBERS])], indirect=True)
async def test_plots_are_what_plain_python_draws(stand: Stand, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (plots_module, plotting_module, memory_module):
        monkeypatch.setattr(module, "MOST_POINTS", few)
        monkeypatch.setattr(module, "MOST_GROUPS", min(few, 50))
    for view in (WHOLE, View(filters=(Filter(1, "lt", ("1000",)),)), View(filters=(Filter(1, "gt", ("1e9",)),))):
        for asked in ASKED:
            drawn = await stand.engine.plot(stand.uuid, stand.version, view, asked)
            expected = await stand.twin.plot(stand.uuid, stand.version, view, asked)
            assert rounded(drawn) == rounded(expected), asked
            assert (not drawn.points) is (asked.kind != "scatter" or few == 10 or not drawn.drawn), asked
            assert sum(count for *_, count in drawn.bins + drawn.cells) in (0, drawn.drawn)


def rounded(marks: object) -> object:
    """Return marks with numbers of ten digits: a mean depends on the order in which it is added up."""
    if isinstance(marks, tuple | list):
        return [rounded(one) for one in marks]
    return float(f"{marks:.10g}") if isinstance(marks, float) else marks


async def test_a_plot_of_text_is_refused(stand: Stand) -> None:
    for engine in (stand.engine, stand.twin):
        for asked in (PlotAsk("scatter", 2, 1), PlotAsk("bars", 1, 5), PlotAsk("line", 1, None)):
            with pytest.raises(BadView, match=r"of numbers or dates: column [15] is text\."):
                await engine.plot(stand.uuid, stand.version, WHOLE, asked)


async def test_values_of_a_column_of_very_many_are_estimated(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries_module, "MANY_ROWS", 1)
    monkeypatch.setattr(summaries_module, "MANY_DISTINCT", 3)
    engine, asked = stand.engine, (stand.uuid, stand.version, WHOLE)
    name, note = await engine.shapes(*asked, [1, 5])
    assert (name.about, note.about) == (True, False)
    assert (name.rows, name.blank, len(name.top)) == (5, 0, 5)
    exact = await stand.twin.shapes(*asked, [5])
    assert [note] == exact
    monkeypatch.setattr(summaries_module, "COUNTED_CELLS", 1)
    found, expected = await engine.overview(*asked, COLUMNS), await stand.twin.overview(*asked, COLUMNS)
    assert [one[:2] for one in found] == [one[:2] for one in expected]
    assert not any(one.exact for one in found)
    assert all(one.distinct <= one.rows - one.blank for one in found)


DIRTY = (
    'a,b,c,d\n1, NA ,"x\ty",\u3000\n\n2,na,"x\ty"\nlonger than a word,\u2013,"\t",n/a\nlonger than a wore,\\N,NAN,'
    'naïve\n"",\ufeff,"two\nlines",0\n,,NULL ,0\n2,longer than two words of eight,None,Nonesuch\n'
)
"""Ragged rows, an empty line, cells with a tab or a line end, blank cells of many kinds, cells that begin alike."""


@pytest.mark.parametrize("stand", [DIRTY, CITIES, WITH_WORDS], indirect=True, ids=["dirty", "cities", "words"])
async def test_the_cells_of_very_many_columns_are_counted_as_plain_python_does(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries_module, "WIDE", 0)
    columns = range(1, stand.version.columns + 1)
    for view in (WHOLE, View(filters=(Filter(2, "notblank"),)), View(filters=(Filter(1, "exact", ("nowhere",)),))):
        asked = stand.uuid, stand.version, view, columns
        assert await stand.engine.overview(*asked) == await stand.twin.overview(*asked)


async def test_summaries_of_the_whole_table_outlive_the_engine(stand: Stand) -> None:
    asked = stand.uuid, stand.version, WHOLE
    shapes, counts = await stand.engine.shapes(*asked, COLUMNS), await stand.engine.overview(*asked, COLUMNS)
    later = DuckEngine(stand.folder.parents[1], 512, 1)
    assert (await later.shapes(*asked, COLUMNS), await later.overview(*asked, COLUMNS)) == (shapes, counts)
    assert all(process._process is None for process in later._processes[QUICK])  # nothing was counted again
    (path,) = stand.folder.glob("*.summaries")
    path.write_bytes(path.read_bytes()[:-3])  # the server was killed while it wrote
    later = DuckEngine(stand.folder.parents[1], 512, 1)
    assert await later.overview(*asked, COLUMNS) == counts
    await later.stop()
    grown = changed(stand.version, table_size=stand.version.table_size - 1)
    assert await KeptSummaries(stand.folder.parent).of(stand.uuid, grown) == {}


WORDS = "\n".join(["word\tnumber\tnote", *(f"w{n % 7}\t{n * 7919 % 4001}\t{n or 'NA'}" for n in range(4000))])


@pytest.mark.parametrize("stand", [WORDS], indirect=True)
async def test_a_sample_answers_until_all_rows_are_counted(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = stand.uuid, stand.version
    assert (await stand.engine.sampled_shapes(*asked, WHOLE, [1]))[1] is None  # a table that is counted at once
    monkeypatch.setattr(sampling_module, "BLOCKS", 40)
    few = View(filters=(Filter(1, "in", ("w1", "w2")), Filter(2, "lt", ("2000",))))
    for view in (few, View(filters=(Filter(1, "exact", ("nowhere",)),)), WHOLE):
        shapes, bound = await stand.engine.sampled_shapes(*asked, view, [1, 2])
        exact = await stand.twin.shapes(*asked, view, [1, 2])
        assert bound is not None
        assert await stand.engine.sampled_shapes(*asked, view, [1, 2]) == (shapes, bound)  # the same sample
        assert_within(shapes, exact, 2 * bound.bound)  # every twentieth sample is farther off than its bound
    shapes, sampled = await stand.engine.sampled_shapes(*asked, WHOLE, [2])
    assert shapes[0].rows == 4000
    assert sampled is not None
    assert 390 <= sampled.rows <= 400  # the header, or the short last block, may be in the sample
    values, _ = await stand.engine.sampled_values(*asked, few, 1, "w", 9)
    assert sorted(value for value, _ in values.values) == [f"w{n}" for n in range(7)]
    figures, _ = await stand.engine.sampled_profile(*asked, WHOLE, 2)
    assert figures.numbers is not None
    assert abs((figures.numbers.mean or 0) - 2000) < 400
    counted = await stand.engine.shapes(*asked, WHOLE, [1, 2])
    assert await stand.engine.sampled_shapes(*asked, WHOLE, [1, 2]) == (counted, None)


def assert_within(shapes: list[ColumnShape], exact: list[ColumnShape], bound: float) -> None:
    """Assert that all counts of a sample, as shares of its rows, are this near to the exact ones."""
    for shape, other in zip(shapes, exact, strict=True):
        counts, expected = dict(shape.top), dict(other.top)
        pairs = [(counts[value], expected[value]) for value in counts.keys() & expected.keys()]
        pairs += zip(shape.bins, other.bins, strict=True) if shape.edges == other.edges else []
        assert all(abs(count / max(1, shape.rows) - true / max(1, other.rows)) <= bound for count, true in pairs)


def assert_near(found: Numbers | None, expected: Numbers | None) -> None:
    """Assert that numbers are the same as far as doubles are."""
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        for member in Numbers.__struct_fields__:
            one, other = getattr(found, member), getattr(expected, member)
            assert one == (other if other is None or isinstance(other, str) else pytest.approx(other)), member


async def test_an_answer_is_stored_and_is_made_once(stand: Stand) -> None:
    view = View(sorts=(Sort(1),))
    assert await stand.engine.answer(stand.uuid, stand.version, view) == 5
    (path,) = stand.folder.glob("*.view-*")
    written = path.stat().st_mtime_ns
    assert await stand.engine.answer(stand.uuid, stand.version, view) == 5
    assert path.stat().st_mtime_ns == written
    assert await stand.engine.numbers(stand.uuid, stand.version, view, range(1, 4)) == [6, 2, 3]


async def test_a_search_stores_its_answer_at_once(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(search=Search("of two"))
    given = stand.uuid, stand.version, view
    assert await stand.engine.first(*given, 100) == ([3], 1)
    (path,) = stand.folder.glob("*.view-*")
    assert path.read_bytes() == (3).to_bytes(4, "little")
    monkeypatch.setattr(QueryProcess, "run", None)  # nothing is asked again
    assert await stand.engine.first(*given, 100) == ([3], 1)
    assert await stand.engine.answer(*given) == 1


async def test_the_first_rows_of_a_search_are_there_before_all_are_counted(stand: Stand) -> None:
    given = stand.uuid, stand.version, View(search=Search("o"))
    everything = (await stand.twin.first(*given, 100))[0]
    assert len(everything) > 2
    found, counted, is_counted = await stand.engine.soon(*given, 1)
    assert (found, counted <= len(everything), is_counted) == (everything[:1], True, False)
    assert await stand.engine.answer(*given) == len(everything)
    assert await stand.engine.soon(*given, 1) == (everything[:1], len(everything), True)


async def test_a_full_disk_is_named_and_takes_no_copy(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "COPIED_BYTES", 1)
    monkeypatch.setattr(stand.engine, "_space", Space(stand.folder, keep_free=2**62))
    given = stand.uuid, stand.version
    await stand.engine.prepare(*given)
    assert await stand.engine.first(*given, View(search=Search("of two")), 100) == ([3], 1)
    assert await stand.engine.first(*given, View(sorts=(Sort(1),)), 1) == ([4], 5)
    for view in (View(search=Search("of two")), View(sorts=(Sort(1),))):
        with pytest.raises(StorageFailed):
            await stand.engine.answer(*given, view)
    assert not [path for path in stand.folder.iterdir() if is_spare(path)]


SPILLED = Query("select max(h) from (select hash(range) h, range from range(1000000) order by h limit 900000)", [])
"""A query that needs more than 16 MB."""


async def test_a_query_takes_no_disk_that_is_to_be_kept_free(stand: Stand) -> None:
    folder = stand.folder.parents[1]
    for keep_free in (2**62, 0):
        engine = DuckEngine(folder, 16, 1, Space(folder, keep_free=keep_free))
        asked = engine.select(stand.uuid, stand.version, SPILLED, 1)
        if keep_free:
            with pytest.raises(StorageFailed):
                await asked
        else:
            assert await asked
        await engine.stop()


async def test_a_copy_is_broken_off_when_the_disk_is_full(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    space = Space(stand.folder)
    monkeypatch.setattr(engine_module, "COPIED_BYTES", 1)
    monkeypatch.setattr(stand.engine, "_space", space)
    monkeypatch.setattr(space, "has_spare", lambda size: size > 0)  # at first there was room
    cancelled, run = list[bool](), QueryProcess.run

    async def watched(process: QueryProcess, request: BuildCopy, grow: Callable[[int], None]) -> object:
        try:
            grow(1)
            return await run(process, request, grow=grow)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    monkeypatch.setattr(QueryProcess, "run", watched)
    await stand.engine.prepare(stand.uuid, stand.version)
    assert cancelled == [True]


async def test_hits_are_read_while_their_answer_is_written(stand: Stand) -> None:
    search = View(search=Search("o"))
    growing = stand.engine._growing(stand.engine._answer_path(stand.uuid, stand.version, search))
    growing.write_bytes(b"\2\0\0\0\4\0\0\0\5\0")  # rows 2 and 4, and half of a number
    asked = (stand.uuid, stand.version, WHOLE, search, 1)
    hits = await stand.engine.hits(*asked, partial=True)
    assert (hits.found, hits.before, hits.next) == (2, 1, 2)
    await stand.engine.answer(stand.uuid, stand.version, search)
    assert not growing.exists()
    with pytest.raises(QueryFailed):
        await stand.engine.hits(*asked, partial=True)
    assert await stand.engine.hits(*asked) == await stand.twin.hits(*asked)


async def test_only_the_newest_answers_are_kept(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "KEPT_ANSWERS", 2)
    for column in (1, 2, 3, 4):
        await stand.engine.answer(stand.uuid, stand.version, View(sorts=(Sort(column),)))
    assert len(list(stand.folder.glob("*.view-*"))) == 2
    await stand.engine.numbers(stand.uuid, stand.version, View(sorts=(Sort(4),)), range(1))


async def test_a_copy_is_made_of_a_table_that_is_worth_it(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.engine.prepare(stand.uuid, stand.version)
    assert not list(stand.folder.glob("*.part-*"))
    monkeypatch.setattr(engine_module, "COPIED_BYTES", 1)
    await stand.engine.prepare(stand.uuid, stand.version)
    assert len(list(stand.folder.glob("*.part-*"))) == 1
    view = View(search=Search("of two"))
    assert await stand.engine.first(stand.uuid, stand.version, view, 9) == ([3], 1)


async def test_a_copied_table_is_sorted_by_what_was_found_while_it_was_copied(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "COPIED_BYTES", 1)
    before = View(sorts=(Sort(4),))
    await stand.engine.first(stand.uuid, stand.version, before, 2)
    await stand.engine.prepare(stand.uuid, stand.version)
    await stand.process(COPY).stop()
    queries, run = list[str](), QueryProcess.run

    async def recorded(process: QueryProcess, request: RunQuery, *rest: object) -> object:
        queries.append(request.sql)
        return await run(process, request, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(QueryProcess, "run", recorded)
    await stand.engine.prepare(stand.uuid, stand.version)  # a copy that is there needs no process
    for view in (before, View(sorts=(Sort(2, descending=True),)), View(sorts=(Sort(1),))):
        given = stand.uuid, stand.version, view, 2
        assert await stand.engine.first(*given) == await stand.twin.first(*given)
    assert len(queries) == 6
    assert all("from facts" in query for query in queries)


@pytest.mark.parametrize("stand", ["".join(f"{n}\n" for n in range(300_000))], indirect=True)
async def test_a_query_tells_how_far_it_is(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "COPIED_BYTES", 1)
    await stand.engine.prepare(stand.uuid, stand.version)
    told: list[int | None] = []
    slow = Query("select count(*) from t where list_sum(list_transform(range(n1::int % 999), lambda x: x * x)) = 7", [])
    asking = asyncio.create_task(stand.engine.telling(told.append).select(stand.uuid, stand.version, slow, 1))
    await until(lambda: told)
    asking.cancel()
    await asyncio.wait([asking])
    assert 0 < (told[0] or 0) <= 100


async def test_a_pattern_is_refused_with_the_reason(stand: Stand) -> None:
    with pytest.raises(BadView, match="missing"):
        await stand.engine.check("(")
    await stand.engine.check("a+")


async def test_when_memory_runs_out_the_system_ends_a_query_process_before_the_server(stand: Stand) -> None:
    of_query, of_server = (Path(f"/proc/{pid}/oom_score_adj").read_text() for pid in (await stand.pid(), "self"))
    assert int(of_query) == 1000 > int(of_server)


async def test_a_process_that_died_is_replaced(stand: Stand) -> None:
    os.kill(await stand.pid(), signal.SIGKILL)
    with pytest.raises(QueryFailed):
        await stand.engine.select(stand.uuid, stand.version, SLOW, 1)
    assert await stand.engine.first(stand.uuid, stand.version, WHOLE, 1) == ([2], 5)


async def test_a_process_that_dies_while_it_works_is_replaced(stand: Stand) -> None:
    pid = await stand.pid()
    asking = asyncio.create_task(stand.engine.select(stand.uuid, stand.version, SLOW, 1))
    await until(lambda: stand.process(QUICK).waiting)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(QueryFailed):
        await asking
    assert await stand.engine.first(stand.uuid, stand.version, WHOLE, 1) == ([2], 5)


async def test_a_question_that_nobody_waits_for_is_stopped(stand: Stand) -> None:
    pid = await stand.pid()
    asking = asyncio.create_task(stand.engine.select(stand.uuid, stand.version, SLOW, 1))
    await until(lambda: stand.process(QUICK).waiting)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await stand.pid() == pid


async def test_a_question_that_takes_too_long_is_stopped(stand: Stand) -> None:
    pid = await stand.pid()
    stand.process(QUICK)._deadline_s = 0.2
    with pytest.raises(QueryTooLarge):
        await stand.engine.select(stand.uuid, stand.version, SLOW, 1)
    stand.process(QUICK)._deadline_s = 60
    assert await stand.pid() == pid


async def test_a_process_that_does_not_stop_is_killed_without_a_word(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, unhandled: list[object]
) -> None:
    monkeypatch.setattr(query_process, "STOP_S", 0)
    pid = await stand.pid()
    asking = asyncio.create_task(stand.engine.select(stand.uuid, stand.version, SLOW, 1))
    await until(lambda: stand.process(QUICK).waiting)
    os.kill(pid, signal.SIGSTOP)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await stand.pid() != pid
    gc.collect()
    assert not unhandled


async def test_a_question_that_takes_too_much_memory_is_refused(stand: Stand) -> None:
    huge = Query("select sum(strlen(repeat('x', 2000000000 + (range % 2)::int))) from range(8)", [])
    with pytest.raises((QueryTooLarge, QueryFailed)):
        await stand.engine.select(stand.uuid, stand.version, huge, 1)
    assert await stand.engine.first(stand.uuid, stand.version, WHOLE, 1) == ([2], 5)


async def test_a_whole_answer_holds_up_no_question(stand: Stand) -> None:
    process = stand.process(ANSWERS)
    source = stand.engine._source(stand.uuid, stand.version)
    request = RunQuery(source, SLOW.sql, [], 1)
    slow = asyncio.create_task(process.run(request))
    await until(lambda: process.waiting)
    assert await stand.engine.first(stand.uuid, stand.version, WHOLE, 1) == ([2], 5)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_what_a_killed_server_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "queries" / "17.rows"
    left.parent.mkdir()
    left.write_bytes(b"x")
    await DuckEngine(tmp_path, 512, 1).start()
    assert left.parent.is_dir()
    assert not left.exists()


async def test_a_process_that_nobody_asks_any_more_ends(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_process, "IDLE_S", 0)
    await stand.engine.first(stand.uuid, stand.version, WHOLE, 1)
    await until(lambda: stand.process(QUICK)._process is None)
    assert await stand.engine.first(stand.uuid, stand.version, WHOLE, 1) == ([2], 5)


NAMES = ColumnNames(["city", "people", "founded", "height", "note"], 5)


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl"])
async def test_a_file_is_the_one_that_the_twin_writes_and_is_removed(stand: Stand, kind: str) -> None:
    form = ExportForm(kind, row_numbers=True)
    for view in VIEWS:
        given = stand.uuid, stand.version, view, NAMES, form
        expected = b"".join([piece async for piece in stand.twin.export(*given)])
        assert b"".join([piece async for piece in stand.engine.export(*given)]) == expected
        written = await stand.engine.write_file(*given)
        assert (written.size, await written.read(range(3, written.size))) == (len(expected), expected[3:])
        await written.remove()
    assert not [path for path in (stand.folder.parents[1] / QUERIES).iterdir() if path.is_file()]


async def test_the_disk_gives_up_the_file_that_was_read_longest_ago_where_an_upload_needs_its_room(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, form = Space(stand.folder.parents[1]), ExportForm("csv")
    monkeypatch.setattr(stand.engine, "_space", space)
    first, second = [await stand.engine.write_file(stand.uuid, stand.version, WHOLE, NAMES, form) for _ in range(2)]
    assert space.used == first.size + second.size
    for path in (stand.folder.parents[1] / QUERIES).glob("*.made"):
        os.utime(path, (0, 0))
    first.use()
    full = Space(stand.folder.parents[1], most=space.used + 10)
    full.used = space.used
    full.check(11)
    first.use()
    with pytest.raises(FileNotFoundError):
        second.use()
    await first.remove()


async def test_a_file_that_nobody_waits_for_is_given_up(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "lines_query", lambda *_: SLOW)
    rows = stand.engine.export(stand.uuid, stand.version, WHOLE, NAMES, ExportForm("csv"))
    first = asyncio.create_task(_first(rows))
    await until(lambda: any(process.waiting for process in stand.engine._processes[EXPORTS]))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await rows.aclose()
    assert not any(process.waiting for process in stand.engine._processes[EXPORTS])
    monkeypatch.undo()
    assert await _first(stand.engine.export(stand.uuid, stand.version, WHOLE, NAMES, ExportForm("csv")))


async def test_a_file_that_is_given_up_while_it_is_made_is_removed(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = stand.uuid, stand.version, WHOLE, NAMES, ExportForm("csv")
    monkeypatch.setattr(engine_module, "lines_query", lambda *_: SLOW)
    making = asyncio.create_task(stand.engine.write_file(*given))
    await until(lambda: any(process.waiting for process in stand.engine._processes[EXPORTS]))
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    assert not any(process.waiting for process in stand.engine._processes[EXPORTS])
    monkeypatch.undo()
    monkeypatch.setattr(stand.engine, "_space", Space(stand.folder, keep_free=2**62))
    with pytest.raises(StorageFailed):
        await stand.engine.write_file(*given)
    assert not list((stand.folder.parents[1] / QUERIES).glob("*.export"))


async def test_too_many_files_at_a_time_are_refused(stand: Stand) -> None:
    for process in stand.engine._processes[EXPORTS]:
        process.waiting = 100
    with pytest.raises(ServerBusy):
        await _first(stand.engine.export(stand.uuid, stand.version, WHOLE, NAMES, ExportForm("csv")))
    assert (await stand.engine.first(stand.uuid, stand.version, WHOLE, 1))[1] == 5  # questions go on


async def _first(rows: AsyncGenerator[bytes]) -> bytes:
    return await anext(rows)
