"""Bins of a histogram: a number is in the bin whose edges, as people read them, are around it."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.view.bins import Bins, Range, bins_of


@given(
    first=st.integers(-2000, 2000),
    rows=st.integers(2, 400),
    digits=st.integers(1, 4),
    most=st.sampled_from([30, 200]),
)
@example(first=236, rows=592, digits=1, most=200)
@example(first=-5, rows=32, digits=1, most=30)
def test_a_number_is_within_the_edges_of_its_bin(first: int, rows: int, digits: int, most: int) -> None:
    numbers = [Decimal(number).scaleb(-digits) for number in range(first, first + rows)]
    bins = bins_of(Range(float(numbers[0]), float(numbers[-1]), whole=False), most)
    spans = list(pairwise(Decimal(f"{edge:.15g}") for edge in bins.edges()))
    for number in numbers:
        place = bins.place(float(number))
        low, high = spans[place]
        assert low <= number < high or (number == high and place == len(spans) - 1)


@pytest.mark.parametrize("power", range(-3, 4))
def test_a_power_of_ten_begins_its_bin(power: int) -> None:
    bins = Bins(-4.0, 0.2, 40, log=True)
    assert bins.place(float(power)) == 5 * (power + 4)
