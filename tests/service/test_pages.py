"""Who looks at what of a page, and with whom together it is read for them."""

import random
from itertools import pairwise

import pytest

from pagecast.memory.store import MemoryStore
from pagecast.protocol.tables import Choices
from pagecast.service.intake import Intake
from pagecast.service.pages import BATCH_COLUMNS, PageReader, batches_of
from pagecast.table.draft import Draft
from pagecast.table.ingest import UNBOUNDED
from pagecast.table.sheet import Sheet
from pagecast.table.slices import FEW_CELLS, merge_spans
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


@pytest.mark.parametrize("columns", [5, 400, FEW_CELLS + 100])
async def test_a_header_that_lacks_its_first_name_stands_over_the_other_columns(columns: int) -> None:
    store, names = MemoryStore(), [f"name{column}" for column in range(1, columns)]
    rows = [["row", *map(str, range(1, columns))]] * 120
    draft = Draft("k", "u", "t.tsv", None, "", "2026-11-21T09:30:00Z", False, choices=Choices(delimiter="tab"))
    intake = Intake(draft, await store.begin(draft), UNBOUNDED)
    await intake.add("".join("\t".join(row) + "\n" for row in [names, *rows]).encode())
    await intake.finish()
    version = intake.version(1)
    assert version is not None
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
