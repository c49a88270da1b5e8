"""The rows that a search finds are placed in a view, whatever its order."""

from array import array
from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.hits import SLICES, find_hits


def numbers(rows: list[int]) -> bytes:
    return array("I", rows).tobytes()


@given(st.permutations(range(2, 40)), st.sets(st.integers(2, 39)), st.integers(-1, 40))
def test_hits_are_seen_from_any_place(order: list[int], found: set[int], place: int) -> None:
    hits = find_hits(numbers(order), numbers([row for row in order if row in found]), 1, len(order), place)
    places = [at for at, row in enumerate(order) if row in found]
    assert hits.found == len(places)
    assert hits.before == bisect_left(places, place)
    assert hits.here == (place in places)
    assert hits.previous == next((at for at in reversed(places) if at < place), places[-1] if places else None)
    assert hits.next == next((at for at in places if at > place), places[0] if places else None)
    assert len(hits.map) == SLICES
    assert sum(hits.map) == len(places)
    assert {at * SLICES // len(order) for at in places} == {part for part, n in enumerate(hits.map) if n}


@given(st.sets(st.integers(4, 60)), st.integers(-1, 60))
def test_all_rows_in_their_order_need_no_list_of_them(found: set[int], place: int) -> None:
    rows = list(range(4, 61))
    whole = find_hits(numbers(rows), numbers(sorted(found)), 3, len(rows), place)
    assert find_hits(None, numbers(sorted(found)), 3, len(rows), place) == whole
