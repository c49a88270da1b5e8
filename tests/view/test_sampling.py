"""A sample says how far off it may be, and it is right 19 times of 20, however the rows are ordered."""

import random
from collections.abc import Callable

import pytest

from pagecast.view.sampling import SamplePlan, block_count, bound_of

ROWS, PLAN, DRAWS = 5000, SamplePlan(50, 10), 400

shuffled = random.Random(1).sample(range(ROWS), ROWS)


@pytest.mark.parametrize("place", [lambda row: row, lambda row: shuffled[row]], ids=["sorted", "shuffled"])
@pytest.mark.parametrize(
    "in_view", [lambda row: True, lambda row: row % 3 == 0, lambda row: row % 1000 < 400], ids=["all", "third", "runs"]
)
def test_the_bound_is_right_19_times_of_20(place: Callable[[int], int], in_view: Callable[[int], bool]) -> None:
    """Half of the rows have a value: of a sorted table, all rows of a block have it, or none."""
    rows = [(in_view(row), place(row) < ROWS / 2) for row in range(ROWS)]
    view = [value for is_in, value in rows if is_in]
    true, misses = sum(view) / len(view), 0
    for seed in range(DRAWS):
        drawn = random.Random(seed).sample(range(block_count(PLAN, ROWS)), PLAN.blocks)
        blocks = [rows[block * PLAN.block_rows :][: PLAN.block_rows] for block in drawn]
        found = [[value for is_in, value in block if is_in] for block in blocks]
        count = sum(map(len, found))
        bound = bound_of(count, sum(len(block) ** 2 for block in found))
        misses += abs(sum(map(sum, found)) / count - true) > bound
    assert misses <= 0.07 * DRAWS
