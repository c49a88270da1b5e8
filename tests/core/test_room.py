"""A room is a fold over events: the same events give the same room, and late ones give nothing."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.facts import changed
from pagecast.protocol import MAX_PEOPLE, Person
from pagecast.room import Arrived, Event, Grew, Joined, Left, Room, Turned, Withdrawn
from tests.core.house import version_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
OTTER, HERON = Person("9f2c41d7", "Otter"), Person("0b7716aa", "Heron")

PEOPLE = st.sampled_from([OTTER, HERON])
KEYS = st.sampled_from(["first", "second"])
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Joined, PEOPLE),
    st.builds(Left, st.sampled_from([OTTER.viewer, HERON.viewer])),
    st.builds(Turned, st.integers(1, 3), st.integers(-1, 12), st.none() | PEOPLE),
    st.builds(lambda key, rows: Grew(version_of(rows, key, complete=False)), KEYS, st.integers(1, 1000)),
    st.builds(
        lambda key, rows, number: Arrived(version_of(rows, key, number=number), OTTER),
        KEYS,
        st.integers(1, 1000),
        st.integers(1, 3),
    ),
    st.builds(Withdrawn, KEYS),
)


def fold(*events: Event) -> Room:
    return reduce(Room.apply, events, Room(UUID))


def growing(rows: int, key: str = "first") -> Grew:
    return Grew(version_of(rows, key, complete=False))


def arrived(rows: int, key: str = "first", number: int = 1) -> Arrived:
    return Arrived(version_of(rows, key, number=number), OTTER)


@given(st.lists(EVENTS))
def test_a_room_is_always_on_a_page_that_its_table_has(events: list[Event]) -> None:
    room = fold(*events)
    assert room.page_no == 1 or (room.version is not None and room.page_no <= room.version.pages)
    if room.version is None:
        assert room.document_frame() is None
        assert room.page_frame([]).version == 0


@given(st.lists(EVENTS), EVENTS)
def test_seq_grows_with_every_change_that_is_shown_and_with_nothing_else(events: list[Event], event: Event) -> None:
    before = fold(*events)
    after = before.apply(event)
    shown = (after.version, after.page_no, after.by) != (before.version, before.page_no, before.by)
    assert after.seq - before.seq in (0, 1)
    if shown:
        assert after.seq == before.seq + 1
    if isinstance(event, Joined | Left):
        assert after.seq == before.seq


@given(st.lists(EVENTS), EVENTS)
def test_an_event_leaves_the_room_before_it_as_it_was(events: list[Event], event: Event) -> None:
    room = fold(*events)
    people = dict(room.people)
    room.apply(event)
    assert room == fold(*events)
    assert dict(room.people) == people


def test_a_turn_moves_the_room_and_says_who_turned() -> None:
    room = fold(arrived(250), Turned(1, 3, HERON))
    assert (room.page_no, room.by) == (3, HERON)
    page = room.page_frame([["a"]])
    assert (page.uuid, page.version, page.page_no, page.total_number, page.by) == (UUID, 1, 3, 250, HERON)


@pytest.mark.parametrize("page", [-1, 0, 4, 10**15])
def test_a_turn_to_a_page_that_is_not_there_moves_nobody(page: int) -> None:
    room = fold(arrived(250), Turned(1, 2, HERON))
    assert room.apply(Turned(1, page, OTTER)) is room


def test_a_turn_of_a_version_that_was_replaced_is_late() -> None:
    room = fold(arrived(1000), arrived(1000, "second", number=2))
    assert room.apply(Turned(1, 5, HERON)) is room
    assert fold().apply(Turned(1, 1, HERON)) == fold()


def test_a_new_version_shows_its_first_page() -> None:
    room = fold(arrived(1000), Turned(1, 7, HERON), arrived(1000, "second", number=2))
    assert (room.page_no, room.by) == (1, OTTER)


def test_the_first_version_grows_on_screen_and_keeps_the_page_when_it_is_whole() -> None:
    room = fold(growing(300), Turned(1, 3, HERON), growing(900))
    assert (room.page_no, room.version and room.version.rows) == (3, 900)
    room = room.apply(arrived(950))
    assert (room.page_no, room.version and room.version.complete) == (3, True)


def test_nobody_sees_a_replacement_before_it_is_whole() -> None:
    room = fold(arrived(250), Turned(1, 2, HERON))
    assert room.apply(growing(900, "second")) is room


def test_of_two_first_versions_the_one_that_is_watched_stays_until_one_is_whole() -> None:
    room = fold(growing(300), Turned(1, 2, HERON))
    assert room.apply(growing(500, "second")) is room
    room = room.apply(arrived(600, "second"))
    assert (room.page_no, room.version and room.version.key) == (1, "second")
    assert room.apply(growing(400)) is room


def test_growth_that_is_heard_after_the_version_is_whole_is_late() -> None:
    room = fold(growing(300), arrived(900))
    assert room.apply(growing(600)) is room


def test_what_is_withdrawn_leaves_the_screen_and_only_then() -> None:
    room = fold(growing(300), Turned(1, 2, HERON), Withdrawn("first"))
    assert (room.version, room.page_no, room.by) == (None, 1, None)
    for room in (fold(growing(300)), fold(arrived(300)), fold(arrived(300), growing(100, "second"))):
        assert room.apply(Withdrawn("second")) is room
    whole = fold(arrived(300))
    assert whole.apply(Withdrawn("first")) is whole


def test_people_are_here_once_under_their_newest_name_until_they_leave() -> None:
    renamed = Person(OTTER.viewer, "Sea otter")
    room = fold(Joined(OTTER), Joined(HERON), Joined(renamed))
    assert room.people_frame().people == [renamed, HERON]
    assert room.apply(Left(OTTER.viewer)).people_frame().people == [HERON]
    assert room.apply(Left("nobody")).people_frame() == room.people_frame()


@pytest.mark.parametrize("here", [0, 1, MAX_PEOPLE, MAX_PEOPLE + 1, 5000])
def test_all_people_are_counted_and_the_first_of_them_named(here: int) -> None:
    people = {f"{n:08x}": Person(f"{n:08x}", "Guest") for n in range(here)}
    frame = changed(Room(UUID), people=people).people_frame()
    assert frame.count == here
    assert frame.people == list(people.values())[:50]


@pytest.mark.parametrize(
    ("before", "event", "same"),
    [
        (fold(growing(300)), growing(900), True),  # page 1 was full
        (fold(growing(30)), growing(31), False),  # page 1 has a row more
        (fold(growing(300), Turned(1, 3, OTTER)), growing(301), True),  # a row on page 4
        (fold(growing(300)), arrived(300), False),  # it is whole now, and says so
        (fold(arrived(300)), arrived(300, "second", number=2), False),
        (fold(arrived(300)), Turned(1, 2, OTTER), False),
        (fold(), growing(1), False),
        (fold(growing(1)), Withdrawn("first"), False),
    ],
)
def test_the_page_is_shown_again_only_when_its_rows_are_others(before: Room, event: Event, same: bool) -> None:
    assert before.apply(event).shows_same_page(before) is same
