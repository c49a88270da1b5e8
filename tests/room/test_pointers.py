"""Of each viewer the newest selection counts, and of each page those few that can be told apart."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.people import Person
from pagecast.protocol.talk import Selection
from pagecast.room.pointers import MOST_SHOWN, Pointers


def selection(viewer: str, row: int) -> Selection:
    return Selection(Person(viewer, viewer), (row, 1, row, 1))


VIEWERS = st.sampled_from([f"v{n}" for n in range(60)])
MOVES = st.lists(st.tuples(VIEWERS, st.integers(1, 3), st.booleans()), max_size=150)


@given(MOVES)
def test_a_page_has_the_newest_selection_of_each_viewer_who_is_on_it(moves: list[tuple[str, int, bool]]) -> None:
    pointers = Pointers()
    newest: dict[str, tuple[int, Selection] | None] = {}
    for row, (viewer, page_no, selects) in enumerate(moves, 1):
        chosen = selection(viewer, row) if selects else None
        pointers.put(viewer, page_no, chosen)
        newest.pop(viewer, None)
        newest[viewer] = (page_no, chosen) if chosen else None
    for page_no in (1, 2, 3):
        on_it = [found[1] for found in newest.values() if found and found[0] == page_no]
        assert pointers.on(page_no) == on_it[::-1][:MOST_SHOWN]


def test_a_page_changes_when_somebody_comes_goes_or_lets_go() -> None:
    pointers = Pointers()
    pointers.put("a", 3, selection("a", 201))
    assert pointers.take_changed() == {3}
    assert pointers.take_changed() == set()
    pointers.put("a", 4, selection("a", 301))
    assert pointers.take_changed() == {3, 4}
    pointers.put("b", 9, None)
    assert pointers.take_changed() == set()
    pointers.put("a", 4, None)
    assert pointers.take_changed() == {4}


def test_a_page_that_others_turn_to_counts_as_changed_where_there_is_anything_on_it() -> None:
    pointers = Pointers()
    pointers.put("a", 3, selection("a", 201))
    pointers.take_changed()
    pointers.touch(3)
    pointers.touch(4)
    assert pointers.take_changed() == {3}
    pointers.put("a", 4, selection("a", 301))
    pointers.take_changed()
    pointers.touch(3)
    assert pointers.take_changed() == set(), "there is nothing on it any more"


def test_another_table_has_nothing_selected() -> None:
    pointers = Pointers()
    pointers.put("a", 3, selection("a", 201))
    pointers.clear()
    assert (pointers.on(3), pointers.take_changed()) == ([], set())
    pointers.put("a", 5, selection("a", 401))
    assert pointers.take_changed() == {5}
