"""Crossed shapes: how many rows of each bin of a column are in each place of others. A brush is drawn from these."""

from collections.abc import Mapping, Sequence

from pagecast.protocol.summaries import ColumnShape
from pagecast.view.bins import Bins
from pagecast.view.sql import ColumnFacts
from pagecast.view.summaries import BLANK, bit_of

MOST_OFTEN = 0.01
"""The share of the rows that the most frequent text of a column needs. Nobody sees a smaller one move."""

Cells = list[list[int]]
"""A list for each bin of the brushed column, and one for the rows in none of them: the rows in each place of another
column, those whose cell is blank there, and the others."""


def cells_of(counts: Mapping[tuple[int, int], int], bins: int, places: int) -> Cells:
    """Arrange counts by their places in the brushed column and in another one.

    >>> cells_of({(0, 1): 5, (1, BLANK): 2, (BLANK, 0): 3}, bins=2, places=2)
    [[0, 5, 0, 0], [0, 0, 2, 0], [3, 0, 0, 0]]
    """
    cells = [[0] * (places + 2) for _ in range(bins + 1)]
    for (by, place), count in counts.items():
        row = cells[by if by >= 0 else bins]
        row[place if place >= 0 else places if place == BLANK else places + 1] += count
    return cells


def crossed_columns(by: int, bins: Mapping[int, Bins], tops: Mapping[int, list[str]]) -> list[int]:
    """Return the columns beside the brushed one, in the order of ``ShapeSql.crossed``."""
    return [column for column in [*bins, *tops] if column != by]


def part_counts(rows: Sequence[Sequence[int]], columns: Sequence[int]) -> dict[int, dict[tuple[int, int], int]]:
    """Part the rows of the query of ``ShapeSql.crossed`` by column; 0 is the brushed one by itself."""
    bits = {bit_of(at, len(columns)): column for at, column in enumerate(columns)}
    parts: dict[int, dict[tuple[int, int], int]] = {}
    for bit, by, place, count in rows:
        column = bits.get(bit, 0)
        parts.setdefault(column, {})[by, place if column else 0] = count
    return parts


def crossed_shape(column: int, facts: ColumnFacts, bins: Bins | None, top: Sequence[str], cells: Cells) -> ColumnShape:
    """Return the shape of a column in all rows that were crossed."""
    sums = [sum(place) for place in zip(*cells, strict=True)]
    *counts, blank, _ = sums
    whole = bins is not None and bins.whole and facts.reading == "number"
    return ColumnShape(
        column,
        facts.reading,
        sum(sums),
        blank,
        bins.edges() if bins else None,
        bins is not None and bins.log,
        whole,
        counts if bins else [],
        [] if bins else list(zip(top, counts, strict=True)),
        None,
        False,
    )
