"""Who looks at what of a page, and with whom together it is read for them."""

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from pagecast.memory.store import MemoryStore
from pagecast.ports.storage import TableFile
from pagecast.protocol.errors import ServerBusy
from pagecast.protocol.tables import Choices
from pagecast.service import pages
from pagecast.service.intake import Intake
from pagecast.service.pages import BATCH_COLUMNS, MAX_SEARCHES, MAX_WAITING, PageReader, batches_of
from pagecast.table.draft import Draft
from pagecast.table.ingest import UNBOUNDED
from pagecast.table.paging import PAGE_ROWS
from pagecast.table.sheet import Sheet
from pagecast.table.slices import FEW_CELLS, merge_spans
from pagecast.table.version import Version
from pagecast.table.window import ColumnWindow, viewer_window


def columns_of(windows: list[ColumnWindow]) -> int:
    return sum(len(span) for window in windows for span in window.spans)


def test_most_are_served_first_and_neighbours_together_as_far_as_they_are_not_too_wide() -> None:
    windows = [viewer_window(range(1), range(begin, begin + 64)) for begin in range(32, 20_000, 32)]
    random.Random(7).shuffle(windows)
    first, *batches = map(list, batches_of(windows))
    assert first == windows[:1], "what most look at waits for nobody"
    assert sorted(map(repr, windows[1:])) == sorted(repr(window) for batch in batches for window in batch)
    for batch in batches:
        assert columns_of(batch) <= BATCH_COLUMNS
        assert len(merge_spans(span for window in batch for span in window.spans)) <= 3, (
            "column 1, and what lies together"
        )
    for batch, after in pairwise(batches):
        assert columns_of([*batch, after[0]]) > BATCH_COLUMNS, "none is smaller than need be"


def test_one_that_is_too_wide_for_any_batch_is_one_by_itself() -> None:
    windows = [viewer_window(range(n, n + BATCH_COLUMNS + 1)) for n in range(3)]
    assert [list(batch) for batch in batches_of(windows)] == [[window] for window in windows]


async def stored(store: MemoryStore, rows: list[list[str]], choices: Choices) -> Version:
    """The version that these rows make."""
    draft = Draft("k", "u", "t.tsv", None, "", "2026-11-21T09:30:00Z", False, choices=choices)
    intake = Intake(draft, await store.begin(draft), UNBOUNDED)
    await intake.add("".join("\t".join(row) + "\n" for row in rows).encode())
    await intake.finish()
    version = intake.version(1)
    assert version is not None
    return version


async def test_many_searches_leave_the_store_to_those_who_turn_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    store, pages = MemoryStore(), range(1, 10)
    rows = [["Oslo", str(row)] for row in range(PAGE_ROWS * len(pages))]
    version = await stored(store, rows, Choices(delimiter="tab", header=False))
    reader, read, gate, reading = PageReader(store), store.read, asyncio.Event(), list[str]()

    async def wait(uuid: str, version: Version, work: Callable[[TableFile], Any]) -> Any:
        reading.append(uuid)
        await gate.wait()
        return await read(uuid, version, work)

    monkeypatch.setattr(store, "read", wait)
    searches = [asyncio.create_task(reader.find("u", Sheet(version), page, "oslo")) for page in pages]
    while len(reading) < MAX_SEARCHES:
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(reading) == MAX_SEARCHES
    gate.set()
    found = await asyncio.gather(*searches)
    assert [len(matches) for _, matches, _ in found] == [PAGE_ROWS] * len(pages)


@pytest.mark.parametrize("columns", [5, 400, FEW_CELLS + 100])
async def test_a_header_that_lacks_its_first_name_stands_over_the_other_columns(columns: int) -> None:
    store, names = MemoryStore(), [f"name{column}" for column in range(1, columns)]
    rows = [["row", *map(str, range(1, columns))]] * 120
    version = await stored(store, [names, *rows], Choices(delimiter="tab"))
    assert (version.header_offset, version.columns) == (1, columns)
    windows = [
        viewer_window(range(columns)),
        viewer_window(range(1), range(3, 5)),
        viewer_window(range(1, 3), range(columns - 1, columns)),
        viewer_window(range(1)),
        viewer_window(range(2, 4)),
        viewer_window(range(columns - 1, columns + 9)),
    ]
    reader, shown = PageReader(store), ["", *names]
    for page_no in (1, 2):
        excerpts = await reader.excerpts("u", Sheet(version), page_no, windows)
        assert len(excerpts) == len(windows)
        for excerpt in excerpts:
            wanted = [column for span in excerpt.spans for column in span]
            assert excerpt.header == [shown[column] for column in wanted]
            assert excerpt.rows[-1] == [rows[0][column] for column in wanted]
    first = await reader.names("u", Sheet(version), range(4), 3)
    assert first[0] == ["", "nam", "nam", "nam"]


class CountedTable:
    """A table whose reads are counted."""

    def __init__(self, table: TableFile) -> None:
        self._table, self.page, self.reads = table, table.page, 0

    def read(self, begin: int, end: int) -> bytes:
        self.reads += 1
        return self._table.read(begin, end)


async def test_short_rows_from_all_over_a_table_take_one_read_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    rows = [["n", "even"], *([str(number), *["x" * number] * (number % 2)] for number in range(1, 1000))]
    version = await stored(store, rows, Choices(delimiter="tab"))
    numbers = random.Random(7).sample(range(2, 1001), 100)
    read, counted = store.read, list[CountedTable]()

    async def counting(uuid: str, version: Version, work: Callable[[Any], Any]) -> Any:
        def count(table: TableFile) -> Any:
            counted.append(CountedTable(table))
            return work(counted[-1])

        return await read(uuid, version, count)

    monkeypatch.setattr(store, "read", counting)
    windows = [viewer_window(range(2)), viewer_window(range(1)), ColumnWindow((range(2),), 300, 2**20)]
    found = await PageReader(store).excerpts_of("u", version, numbers, windows)
    assert found[0].rows == [rows[number - 1] for number in numbers]
    assert found[0].header == ["n", "even"]
    assert counted[0].reads <= 10
    monkeypatch.setattr(pages, "SMALL_PAGE", 0)  # now they are long
    assert await PageReader(store).excerpts_of("u", version, numbers, windows) == found


async def test_a_search_that_too_many_wait_for_is_refused_and_one_that_was_left_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = MemoryStore()
    sheet = Sheet(await stored(store, [["Oslo", "1"]], Choices(delimiter="tab", header=False)))
    reader, read, gate = PageReader(store), store.read, asyncio.Event()

    async def wait(uuid: str, version: Version, work: Callable[[TableFile], Any]) -> Any:
        await gate.wait()
        return await read(uuid, version, work)

    monkeypatch.setattr(store, "read", wait)
    searches = [asyncio.create_task(reader.find("u", sheet, 1, "oslo")) for _ in range(MAX_SEARCHES + MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(ServerBusy):
        await reader.find("u", sheet, 1, "oslo")
    left = searches.pop()
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    searches.append(asyncio.create_task(reader.find("u", sheet, 1, "oslo")))
    gate.set()
    found = await asyncio.gather(*searches)
    assert [matches for _, matches, _ in found] == [((1, 1),)] * len(searches)
