"""A room is a fold over events: the same events give the same room, and late ones give nothing."""

from functools import reduce

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.protocol.facts import UNSET, changed
from pagecast.protocol.people import COLOURS, MAX_PEOPLE, Person, Place
from pagecast.protocol.presenting import Presenter
from pagecast.room.events import (
    Answered,
    Arrived,
    ControlGiven,
    ControlRequested,
    ControlTaken,
    Deleted,
    Event,
    Grew,
    Joined,
    Left,
    Moved,
    PresenterLapsed,
    PresenterMissed,
    Reparsed,
    ShownView,
    TableTurned,
    Turned,
    Viewed,
    Withdrawn,
)
from pagecast.room.room import MANY_VIEWERS, Room
from pagecast.table.window import Cut, Excerpt
from tests.service.house import version_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
OTTER, HERON = Person("9f2c41d7", "Otter"), Person("0b7716aa", "Heron")

PEOPLE = st.sampled_from([OTTER, HERON])
VIEWERS = st.sampled_from(["one", "two", "three"])
WHOS = st.sampled_from([OTTER.who, HERON.who])
KEYS = st.sampled_from(["first", "second"])
VIEWS = st.builds(
    ShownView,
    st.sampled_from(["", "a=1", "_sort=b"]),
    st.integers(0, 500),
    st.just(999),
    st.integers(1, 7),
    st.sampled_from([(), (7, 3)]),
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Joined, VIEWERS, PEOPLE),
    st.builds(Left, VIEWERS),
    st.builds(ControlTaken, PEOPLE),
    st.builds(ControlRequested, PEOPLE),
    st.builds(ControlGiven, WHOS, st.none() | WHOS),
    st.builds(PresenterMissed, WHOS),
    st.builds(PresenterLapsed, WHOS),
    st.builds(Moved, st.dictionaries(VIEWERS, st.builds(Place, st.none() | st.integers(1, 12), st.none() | WHOS))),
    st.builds(Turned, st.integers(1, 3), st.integers(-1, 12), st.none() | PEOPLE),
    st.builds(
        Turned,
        st.integers(1, 2),
        st.integers(-1, 7),
        st.none() | PEOPLE,
        st.just(1),
        st.sampled_from(["a=1", "_sort=b"]),
        st.just((2,)),
    ),
    st.builds(TableTurned, st.integers(1, 2), st.integers(-1, 12), st.none() | PEOPLE),
    st.builds(Viewed, st.integers(1, 2), st.integers(1, 2), VIEWS, PEOPLE),
    st.builds(Answered, st.integers(1, 2), st.integers(1, 2), VIEWS),
    st.builds(lambda key, rows: Grew(version_of(rows, key, complete=False)), KEYS, st.integers(1, 1000)),
    st.builds(
        lambda key, rows, number, shown: Arrived(version_of(rows, key, number=number), OTTER, shown),
        KEYS,
        st.integers(1, 1000),
        st.integers(1, 3),
        VIEWS,
    ),
    st.builds(
        lambda rows, number, shown: Reparsed(version_of(rows, number=number), shown),
        st.integers(1, 1000),
        st.integers(1, 3),
        VIEWS,
    ),
    st.builds(Withdrawn, KEYS),
    st.builds(Deleted),
)


def fold(*events: Event) -> Room:
    return reduce(Room.apply, events, Room(UUID))


def growing(rows: int, key: str = "first") -> Grew:
    return Grew(version_of(rows, key, complete=False))


def arrived(rows: int, key: str = "first", number: int = 1) -> Arrived:
    return Arrived(version_of(rows, key, number=number), OTTER)


@example([growing(300), Turned(1, 3, OTTER), arrived(50)])  # read as fewer rows in the end
@given(st.lists(EVENTS))
def test_a_room_is_always_on_a_page_that_its_table_has(events: list[Event]) -> None:
    room = fold(*events)
    assert room.page_no == 1 or 1 < room.page_no <= room.pages
    table = room.of_table()
    assert not table.view
    assert table.page_no == 1 or (room.version is not None and table.page_no <= room.version.pages)
    assert room.version is not None or not room.view
    if room.version is None:
        assert room.document_frame() is None
        assert room.page_frame(Excerpt()).version == 0


def on_screen(room: Room) -> tuple[object, ...]:
    table = room.of_table()
    return room.version, room.page_no, room.by, room.view, room.view_rows, room.row_numbers, table.page_no


@given(st.lists(EVENTS), EVENTS)
def test_seq_grows_with_every_change_that_is_shown_and_with_nothing_else(events: list[Event], event: Event) -> None:
    before = fold(*events)
    after = before.apply(event)
    shown = on_screen(after) != on_screen(before)
    assert after.seq - before.seq in (0, 1)
    if shown:
        assert after.seq == before.seq + 1
    if isinstance(event, Joined | Left | Moved):
        assert after.seq == before.seq


@given(st.lists(EVENTS), EVENTS)
def test_an_event_leaves_the_room_before_it_as_it_was(events: list[Event], event: Event) -> None:
    room = fold(*events)
    viewers = dict(room.viewers)
    room.apply(event)
    assert room == fold(*events)
    assert dict(room.viewers) == viewers


def test_a_turn_moves_the_room_and_says_who_turned() -> None:
    room = fold(arrived(250), Turned(1, 3, HERON))
    assert (room.page_no, room.by) == (3, HERON)
    page = room.page_frame(Excerpt(rows=[["a"]]))
    assert (page.uuid, page.version, page.page_no, page.total_number, page.by) == (UUID, 1, 3, 250, HERON)


def test_a_page_counts_rows_and_columns_from_1() -> None:
    page = fold(arrived(250)).page_frame(Excerpt(7, (range(2), range(4, 7)), cut=[Cut(0, 4, 9000)]))
    assert (page.n_columns, page.columns, page.cut) == (7, [(1, 2), (5, 7)], [(1, 5, 9000)])


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


def test_a_table_that_is_read_in_another_way_is_shown_where_it_was_as_far_as_it_goes() -> None:
    room = fold(arrived(900), Turned(1, 7, HERON))
    for rows, page_no in ((900, 7), (1500, 7), (601, 7), (600, 6), (50, 1)):
        anew = room.apply(Reparsed(changed(version_of(rows, "first"), edition=2)))
        assert (anew.page_no, anew.by, anew.seq) == (page_no, None, room.seq + 1)
        assert (anew.version and anew.version.edition) == 2
    assert room.apply(Reparsed(version_of(900, "second", number=2))) is room, "it is not on screen"
    assert fold().apply(Reparsed(version_of(900))) == fold()


# Who is here


def present(room: Room) -> list[tuple[str, int | None]]:
    """Who the others see, and on which page each is alone."""
    return [(one.name, one.page_no) for one in room.people_frame().people]


def test_people_are_here_once_under_their_newest_name_until_they_leave() -> None:
    renamed = Person(OTTER.who, "Sea otter")
    room = fold(Joined("one", OTTER), Joined("two", HERON), Joined("one", renamed))
    assert present(room) == [("Sea otter", None), ("Heron", None)]
    assert present(room.apply(Left("one"))) == [("Heron", None)]
    assert room.apply(Left("nobody")) is room


def test_somebody_with_two_windows_is_one_of_us_and_where_the_newer_is() -> None:
    room = fold(
        arrived(900), Joined("one", OTTER), Joined("two", OTTER), Moved({"one": Place(3, None), "two": Place(5, None)})
    )
    assert room.people_frame().count == 1
    assert present(room) == [("Otter", 5)]
    assert present(room.apply(Left("two"))) == [("Otter", 3)]
    assert present(room.apply(Left("one"))) == [("Otter", 5)]


def test_who_reads_alone_is_seen_on_that_page_until_it_is_with_the_room_again() -> None:
    room = fold(
        arrived(900), Joined("one", OTTER), Joined("two", HERON), Moved({"two": Place(7, None)}), Turned(1, 2, OTTER)
    )
    assert present(room) == [("Otter", None), ("Heron", 7)]
    assert present(room.apply(Joined("two", Person(HERON.who, "Grey heron")))) == [("Otter", None), ("Grey heron", 7)]
    assert present(room.apply(Moved({"two": Place(None, None)}))) == [("Otter", None), ("Heron", None)]


def test_a_page_that_the_table_does_not_have_is_seen_as_its_last() -> None:
    room = fold(arrived(900), Joined("one", OTTER), Moved({"one": Place(10**14, None)}))
    assert present(room) == [("Otter", 9)]
    assert present(room.apply(arrived(150, "second", number=2))) == [("Otter", 2)]
    assert present(fold(Joined("one", OTTER), Moved({"one": Place(4, None)}))) == [("Otter", 1)]


def test_a_person_who_reads_an_earlier_version_is_on_its_page() -> None:
    one = fold(arrived(900), Joined("one", OTTER), Moved({"one": Place(30, None, 7)})).people_frame().people[0]
    assert (one.page_no, one.version) == (30, 7)


def test_whom_somebody_follows_is_seen_while_both_are_here_and_it_reads_alone() -> None:
    room = fold(arrived(900), Joined("one", OTTER), Joined("two", HERON), Moved({"two": Place(7, OTTER.who)}))

    def follows(room: Room) -> list[str | None]:
        return [one.follow for one in room.people_frame().people]

    assert follows(room) == [None, OTTER.who]
    assert follows(room.apply(Left("one"))) == [None]
    assert follows(room.apply(Moved({"two": Place(None, OTTER.who)}))) == [None, None]
    assert follows(room.apply(Moved({"two": Place(7, "somebody else")}))) == [None, None]


def test_nobody_comes_by_moving() -> None:
    room = fold(Joined("one", OTTER), Left("one"))
    assert present(room.apply(Moved({"one": Place(2, None), "nobody": Place(3, None)}))) == []


def a_crowd(here: int) -> Room:
    return fold(*(Joined(f"{n:08x}", Person(f"{n:012x}", "Guest")) for n in range(here)))


@pytest.mark.parametrize("here", [0, 1, MAX_PEOPLE, MAX_PEOPLE + 1, 2000])
def test_all_people_are_counted_and_the_first_of_them_named(here: int) -> None:
    frame = a_crowd(here).people_frame()
    assert frame.count == here
    assert [one.who for one in frame.people] == [f"{n:012x}" for n in range(here)][:50]


WHO = st.integers(0, 16**12 - 1).map("{:012x}".format)


@given(st.lists(WHO, unique=True, max_size=COLOURS))
def test_people_have_colours_that_tell_them_apart_while_there_are_enough(people: list[str]) -> None:
    room = fold(*(Joined(f"viewer of {who}", Person(who, "Guest")) for who in people))
    colours = {one.who: one.colour for one in room.people_frame().people}
    assert set(colours.values()) <= set(range(COLOURS))
    assert len(set(colours.values())) == len(people)
    for who in people:
        back = room.apply(Joined("another window", Person(who, "Guest"))).apply(Left(f"viewer of {who}"))
        assert {one.who: one.colour for one in back.people_frame().people} == colours, "it comes with the person"


@given(WHO, st.integers(0, 2 * MANY_VIEWERS))
def test_somebody_has_its_own_colour_unless_another_has_it(who: str, others: int) -> None:
    room = a_crowd(others).apply(Joined("me", Person(who, "Otter")))
    (mine,) = [here.colour for viewer, here in room.viewers.items() if viewer == "me"]
    if others == 0 or others > MANY_VIEWERS:
        assert mine == int(who, 16) % COLOURS


# The presenter

BOTH = (arrived(900), Joined("one", OTTER), Joined("two", HERON))


@given(st.lists(EVENTS), st.integers(1, 9))
@example([ControlTaken(OTTER), ControlRequested(HERON), Joined("two", OTTER)], 1)  # who asked has become somebody else
def test_only_the_presenter_turns_and_only_people_who_are_here_ask(events: list[Event], page_no: int) -> None:
    room = fold(*BOTH, *events)
    assert all(room.is_here(one.who) for one in room.requests)
    assert len({one.who for one in room.requests}) == len(room.requests)
    assert room.presenter is not None or not room.requests
    assert room.presenter is None or room.presenter.who not in [one.who for one in room.requests]
    assert room.presenter_is_absent or not room.presenter_frame().away
    for by in (OTTER, HERON, None):
        turned = room.apply(Turned(room.version.number if room.version else 1, page_no, by))
        if room.presenter is not None and (by is None or by.who != room.presenter.who):
            assert turned is room


def test_nobody_presents_beside_another_or_from_elsewhere() -> None:
    room = fold(*BOTH, ControlTaken(OTTER))
    assert room.presenter == OTTER
    assert room.apply(ControlTaken(HERON)) is room
    absent = Person("0000000000aa", "Newt")
    assert fold(*BOTH).apply(ControlTaken(absent)) == fold(*BOTH)
    assert room.apply(ControlRequested(absent)) is room


def test_only_a_person_who_asked_is_made_the_presenter() -> None:
    room = fold(*BOTH, ControlTaken(OTTER))
    assert room.apply(ControlGiven(OTTER.who, HERON.who)) is room
    room = room.apply(ControlRequested(HERON)).apply(ControlRequested(HERON))
    assert room.requests == (HERON,)
    assert room.apply(ControlGiven(HERON.who, HERON.who)) is room
    assert room.apply(ControlGiven(HERON.who, None)) is room, "it is not theirs to let go of"
    handed = room.apply(ControlGiven(OTTER.who, HERON.who))
    assert (handed.presenter, handed.requests) == (HERON, ())
    freed = room.apply(ControlGiven(OTTER.who, None))
    assert (freed.presenter, freed.requests) == (None, ())


def test_who_leaves_asks_no_longer_and_who_drives_is_waited_for() -> None:
    room = fold(*BOTH, ControlTaken(OTTER), ControlRequested(HERON), Left("two"))
    assert room.requests == ()
    assert room.presenter_frame() == Presenter(OTTER, False, [])
    room = room.apply(Left("one"))
    assert (room.presenter_is_absent, room.presenter_frame()) == (True, Presenter(OTTER, False, []))
    back = room.apply(Joined("three", OTTER))
    assert back.apply(PresenterMissed(OTTER.who)) is back, "they only loaded the page again"
    assert back.apply(PresenterLapsed(OTTER.who)) is back
    assert room.apply(PresenterMissed(HERON.who)) is room
    assert room.apply(PresenterLapsed(HERON.who)) is room
    assert room.apply(PresenterLapsed(OTTER.who)).presenter is None
    missed = room.apply(PresenterMissed(OTTER.who))
    assert missed.presenter_frame() == Presenter(OTTER, True, [])
    back = missed.apply(Joined("three", OTTER))
    assert not back.presenter_frame().away
    assert not back.apply(Left("three")).presenter_frame().away, "they have only just gone again"
    assert missed.apply(PresenterLapsed(OTTER.who)).presenter_frame() == Presenter(None, False, [])


def test_the_first_who_asked_and_is_here_follows_a_presenter_who_stays_away() -> None:
    newt, crane = Person("0000000000aa", "Newt"), Person("0000000000bb", "Crane")
    wanted = (ControlTaken(OTTER), ControlRequested(HERON), ControlRequested(newt), ControlRequested(crane))
    gone = (Left("one"), Left("two"), PresenterMissed(OTTER.who), PresenterLapsed(OTTER.who))
    room = fold(*BOTH, Joined("three", newt), Joined("four", crane), *wanted, *gone)
    assert room.presenter_frame() == Presenter(newt, False, [crane])
    assert room.apply(Left("three")).apply(PresenterLapsed(newt.who)).presenter_frame() == Presenter(crane, False, [])


def test_no_more_ask_to_present_than_a_frame_names() -> None:
    crowd = [Person(f"{n:012x}", "Guest") for n in range(MAX_PEOPLE + 2)]
    room = reduce(
        Room.apply, [ControlRequested(person) for person in crowd], a_crowd(len(crowd)).apply(ControlTaken(crowd[0]))
    )
    assert room.presenter_frame().asking == crowd[1 : MAX_PEOPLE + 1]


def test_a_new_name_is_the_name_of_who_drives_too() -> None:
    renamed = Person(OTTER.who, "Sea otter")
    room = fold(*BOTH, ControlTaken(OTTER), Joined("one", renamed))
    assert (room.presenter, room.may_turn(OTTER), room.may_turn(HERON)) == (renamed, True, False)


@pytest.mark.parametrize(
    ("before", "event", "same"),
    [
        (fold(growing(300)), growing(900), True),  # page 1 was full
        (fold(growing(30)), growing(31), False),  # page 1 has a row more
        (fold(growing(300), Turned(1, 3, OTTER)), growing(301), True),  # a row on page 4
        (fold(growing(300)), arrived(300), False),  # it is whole now, and says so
        (fold(arrived(300)), arrived(300, "second", number=2), False),
        (fold(arrived(300)), Reparsed(changed(version_of(300, "first"), edition=2)), False),
        (fold(arrived(300)), Turned(1, 2, OTTER), False),
        (fold(), growing(1), False),
        (fold(growing(1)), Withdrawn("first"), False),
    ],
)
def test_the_page_is_shown_again_only_when_its_rows_are_others(before: Room, event: Event, same: bool) -> None:
    assert before.apply(event).shows_same_page(before) is same


def test_who_turned_to_the_end_of_a_live_table_stays_at_the_end() -> None:
    live = changed(version_of(250, complete=False), size=None)
    grown = changed(live, rows=460, received=4600)
    room = Room("u").apply(Grew(live))
    assert room.apply(Grew(grown)).page_no == 1, "nobody turned to the end"
    assert room.apply(Turned(1, 2, OTTER)).apply(Grew(grown)).page_no == 2
    at_end = room.apply(Turned(1, 3, OTTER)).apply(Grew(grown))
    assert (at_end.page_no, at_end.by, at_end.seq) == (5, None, 3)
    whole = changed(grown, rows=510, received=5100, complete=True)
    assert at_end.apply(Arrived(whole, None)).page_no == 6


def test_a_file_on_its_way_in_takes_nobody_along() -> None:
    first = version_of(250, complete=False)
    room = Room("u").apply(Grew(first)).apply(Turned(1, 3, OTTER))
    assert room.apply(Grew(changed(first, rows=460, received=4600))).page_no == 3


def test_a_finished_table_grows_and_never_back() -> None:
    whole = version_of(250)
    room = Room("u").apply(Arrived(whole, None)).apply(Turned(1, 3, OTTER))
    grown = room.apply(Grew(changed(whole, rows=310, received=3100)))
    assert (grown.page_no, grown.version and grown.version.rows) == (4, 310)
    assert grown.apply(Grew(changed(whole, rows=300, received=3000, complete=False))) is grown, "it comes late"
    assert room.apply(Grew(changed(whole, complete=False))) is room, "nothing was added"
    assert grown.apply(Grew(version_of(900, "another"))) is grown, "it is not this table's"


# Views

NORWAY = ShownView("country=NO", 250, 999, 1, (208, 2))


def viewed(shown: ShownView, by: Person = OTTER, version: int = 1, edition: int = 1) -> Viewed:
    return Viewed(version, edition, shown, by)


def test_a_view_is_on_screen_with_its_rows_and_who_asked_for_it() -> None:
    room = fold(arrived(1000), Turned(1, 7, HERON), viewed(NORWAY))
    assert (room.page_no, room.pages, room.by) == (1, 3, OTTER)
    page = room.page_frame(Excerpt(rows=[["Bergen"], ["Oslo"]], row_numbers=(208, 2)))
    assert (page.view, page.total_number, page.row_numbers) == ("country=NO", 250, [208, 2])
    back = room.apply(viewed(ShownView(page_no=3)))
    assert (back.view, back.page_no, back.row_numbers) == ("", 3, ())
    assert back.page_frame(Excerpt()).row_numbers is UNSET


def test_turns_are_of_the_view_on_screen() -> None:
    room = fold(arrived(1000), viewed(NORWAY))
    turned = room.apply(Turned(1, 3, HERON, 1, "country=NO", (5, 6)))
    assert (turned.page_no, turned.row_numbers, turned.view_rows, turned.by) == (3, (5, 6), 250, HERON)
    for late in (
        Turned(1, 2, HERON),
        Turned(1, 2, HERON, 1, "country=SE", (5,)),
        Turned(1, 2, HERON, 2, "country=NO", (5,)),
        Turned(1, 4, HERON, 1, "country=NO", (5,)),
    ):
        assert room.apply(late) is room


def test_a_view_of_another_version_or_reading_is_late() -> None:
    room = fold(arrived(1000), arrived(1000, "second", number=2))
    assert room.apply(viewed(NORWAY)) is room
    assert room.apply(viewed(NORWAY, version=2, edition=2)) is room


def test_only_the_presenter_turns_to_views() -> None:
    room = fold(arrived(1000), Joined("one", OTTER), Joined("two", HERON), ControlTaken(HERON))
    assert room.apply(viewed(NORWAY)) is room
    assert room.apply(viewed(NORWAY, HERON)).view == "country=NO"


def test_plain_viewers_keep_a_page_of_the_table_while_a_view_is_on_screen() -> None:
    room = fold(arrived(1000), Turned(1, 7, HERON), viewed(NORWAY), Turned(1, 2, HERON, 1, "country=NO", (9,)))
    assert (room.page_no, room.of_table().page_no) == (2, 7)
    turned = room.apply(TableTurned(1, 4, OTTER))
    assert (turned.page_no, turned.view, turned.of_table().page_no, turned.by) == (2, "country=NO", 4, HERON)
    assert room.apply(TableTurned(1, 11, OTTER)) is room
    assert turned.apply(viewed(ShownView("a=1", 5, 999))).of_table().page_no == 4
    assert fold(arrived(1000), TableTurned(1, 4, OTTER)).page_no == 4, "there is no view any more"


def test_a_view_is_answered_again_on_the_page_that_is_on_screen() -> None:
    room = fold(arrived(1000), viewed(NORWAY), Turned(1, 2, HERON, 1, "country=NO", (5,)))
    again = room.apply(Answered(1, 1, ShownView("country=NO", 320, 1200, 2, (5, 1100))))
    assert (again.page_no, again.view_rows, again.row_numbers, again.by) == (2, 320, (5, 1100), HERON)
    fewer = room.apply(Answered(1, 1, ShownView("country=NO", 90, 1200, 1, (5,))))
    assert (fewer.page_no, fewer.view_rows) == (1, 90)
    for late in (
        Answered(1, 1, ShownView("country=NO", 320, 1200, 3, (5, 1100))),
        Answered(1, 1, ShownView("country=SE", 320, 1200, 2, (5, 1100))),
        Answered(1, 1, ShownView("country=NO", 250, 1200, 2, (5,))),
    ):
        assert room.apply(late) is room
    at_end = room.apply(Turned(1, 3, HERON, 1, "country=NO", (5,)))
    assert at_end.apply(Answered(1, 1, ShownView("country=NO", 320, 1200, 4, (1100,)))).page_no == 4


def test_a_view_whose_rows_are_being_counted_says_so() -> None:
    room = fold(arrived(1000), viewed(changed(NORWAY, is_counted=False)))
    assert room.page_frame(Excerpt()).counting is True
    assert room.of_table().page_frame(Excerpt()).counting is UNSET
    counted = room.apply(Answered(1, 1, NORWAY))  # as many as were found before
    assert (counted.page_frame(Excerpt()).counting, counted.seq) == (UNSET, room.seq + 1)


def test_a_new_version_shows_the_view_as_it_has_it() -> None:
    room = fold(arrived(1000), Turned(1, 7, HERON), viewed(NORWAY))
    kept = ShownView("country=NO", 12, 400, 1, (17,))
    fresh = room.apply(Arrived(version_of(401, "second", number=2), HERON, kept))
    assert (fresh.view, fresh.view_rows, fresh.row_numbers, fresh.page_no) == ("country=NO", 12, (17,), 1)
    assert fresh.of_table().page_no == 1
    lost = room.apply(arrived(401, "second", number=2))
    assert (lost.view, lost.page_no, lost.row_numbers) == ("", 1, ())
    nobody = fold(arrived(1000)).apply(Arrived(version_of(401, "second", number=2), HERON, kept))
    assert not nobody.view, "everyone has gone back to the table meanwhile"


def test_another_reading_shows_the_view_as_it_has_it_and_plain_viewers_their_page() -> None:
    room = fold(arrived(1000), Turned(1, 7, HERON), viewed(NORWAY))
    fresh = room.apply(Reparsed(changed(version_of(350, "first"), edition=2), ShownView("c=NO", 9, 350, 1, (17,))))
    assert (fresh.view, fresh.view_rows, fresh.of_table().page_no) == ("c=NO", 9, 4)
    lost = room.apply(Reparsed(changed(version_of(350, "first"), edition=2)))
    assert (lost.view, lost.page_no) == ("", 4)


def test_the_page_of_a_view_is_shown_again_only_when_it_has_changed() -> None:
    room = fold(arrived(1000), viewed(NORWAY))
    grown = room.apply(Grew(changed(version_of(1200, "first"))))
    assert grown.shows_same_page(room)
    again = grown.apply(Answered(1, 1, ShownView("country=NO", 251, 1200, 1, (208, 2))))
    assert not again.shows_same_page(grown)


def test_whoever_reads_a_view_alone_is_listed_with_it() -> None:
    room = fold(arrived(250), Joined("one", OTTER), Moved({"one": Place(9, None, 1, "country=NO")}))
    (present,) = room.people_frame().people
    assert (present.page_no, present.version, present.view) == (9, 1, "country=NO")
