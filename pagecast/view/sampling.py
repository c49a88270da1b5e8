"""A sample of a table: blocks of rows that are chosen by chance, and how far off its counts may be. Ours."""

from math import ceil, sqrt

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.summaries import ColumnShape, Numbers
from pagecast.view.sql import Query, ViewSql

BLOCKS, BLOCK_ROWS = 2500, 10
"""Blocks of a sample, and rows of a block. Few rows a block: those that stand together are often alike."""

SAMPLE_BYTES = 2**25
"""Bytes of a sample. Where its rows are long, its blocks have one row each, and there are fewer of them."""

TIMES = 10
"""How many times as long as its sample a table has to be. A shorter one is counted at once."""

SURE = 1.96
"""Standard errors on both sides of an estimate that hold the truth 19 times of 20."""


class SamplePlan(Fact, frozen=True):
    """How many blocks are drawn, and how many rows each has. Blocks count from 0; the last one may be short."""

    blocks: int
    block_rows: int


def sample_plan(rows: int, size: int) -> SamplePlan | None:
    """Return the plan of a sample for a table of so many rows and bytes; None where it does not pay.

    >>> sample_plan(10_000_000, 1_000_000_000), sample_plan(2000, 200_000_000), sample_plan(1000, 100_000)
    (SamplePlan(blocks=2500, block_rows=10), SamplePlan(blocks=200, block_rows=1), None)
    """
    if not rows:
        return None
    long = max(1, size // rows)
    block_rows = max(1, min(BLOCK_ROWS, SAMPLE_BYTES // long // BLOCKS))
    blocks = max(1, min(BLOCKS, SAMPLE_BYTES // long, rows // TIMES))
    return SamplePlan(blocks, block_rows) if rows >= TIMES * blocks * block_rows else None


def block_count(plan: SamplePlan, rows: int) -> int:
    """Return how many blocks a table has in all."""
    return ceil(rows / plan.block_rows)


def weight_query(sql: ViewSql, plan: SamplePlan) -> Query:
    """Return the query for the rows of a view in its sample, and for the sum of their squares by block."""
    where, values = sql.where()
    counts = f"select count(*) as n from t where {where} group by (row - 1) // {plan.block_rows}"
    return Query(f"select coalesce(sum(n), 0)::bigint, coalesce(sum(n * n), 0)::bigint from ({counts})", values)


def bound_of(rows: int, squares: int) -> float:
    """Return how far off a share of a view's rows may be, 19 times of 20; at most 1.

    It assumes the worst: that the rows of a block are all alike, and that half of the blocks are.
    ``squares``: the sum over all blocks of their rows, squared.

    >>> round(bound_of(25_000, 2500 * 10**2), 3), bound_of(0, 0)
    (0.02, 1.0)
    """
    return min(1.0, SURE / 2 * sqrt(squares) / rows) if rows else 1.0


def scaled_shape(shape: ColumnShape, times: float) -> ColumnShape:
    """Return the shape that a sample stands for: all its counts are multiplied. Nobody knows how many values differ."""
    return changed(
        shape,
        rows=round(times * shape.rows),
        blank=round(times * shape.blank),
        bins=[round(times * count) for count in shape.bins],
        top=scaled_counts(shape.top, times),
        distinct=None,
    )


def scaled_counts(counts: list[tuple[str, int]], times: float) -> list[tuple[str, int]]:
    """Return the counts of values that those in a sample stand for."""
    return [(value, round(times * count)) for value, count in counts]


def scaled_numbers(numbers: Numbers, times: float) -> Numbers:
    """Return the figures that those of a sample stand for. Means and quartiles stay; the extremes are not known."""
    total = None if numbers.sum is None else numbers.sum * times
    return changed(numbers, count=round(times * numbers.count), sum=total, smallest=None, largest=None)
