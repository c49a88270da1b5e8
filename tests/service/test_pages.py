"""Who looks at what of a page, and with whom together it is read for them."""

import random
from itertools import pairwise

from pagecast.service.pages import BATCH_COLUMNS, batches_of
from pagecast.table.slices import merge_spans
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
