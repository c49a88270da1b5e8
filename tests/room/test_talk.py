"""The talk of a document is a fold: numbered lines, the last few hundred of them."""

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import UNSET, changed, decoder, encode
from pagecast.protocol.people import Person
from pagecast.protocol.talk import MAX_TEXT, Message, Notice
from pagecast.room.events import (
    Arrived,
    Pinged,
    Reparsed,
    Said,
    ShownView,
    SpeakingAllowed,
    Turned,
    Viewed,
    ViewOffered,
)
from pagecast.room.talk import MAX_KEPT_VIEW, MOST_LINES, Talk, TalkedOf
from tests.service.house import version_of

AT = "2026-11-21T09:30:00Z"
OTTER, HERON = Person("5b1c09ae33f0", "Otter"), Person("0b7716aa", "Heron")
PEOPLE = st.sampled_from([OTTER, HERON])
EVENTS = st.one_of(
    st.builds(Said, PEOPLE, st.integers(0, 3), st.text(max_size=20)),
    st.builds(Pinged, PEOPLE, st.just(1), st.integers(1, 500), st.integers(1, 9)),
    st.builds(Turned, st.integers(1, 2), st.integers(1, 9), st.none() | PEOPLE),
    st.builds(lambda number: Arrived(version_of(9, number=number), OTTER), st.integers(1, 3)),
    st.builds(SpeakingAllowed, st.booleans()),
    st.builds(ViewOffered, PEOPLE, st.just(1), st.sampled_from(["", "a=1"]), st.just(5), st.just(9)),
    st.builds(Viewed, st.integers(1, 2), st.just(1), st.just(ShownView("a=1", 5, 9)), PEOPLE),
    st.builds(lambda: Reparsed(version_of(9), ShownView("a=1", 5, 9), ("padj",))),
)


def fold(*events: TalkedOf, talk: Talk | None = None) -> Talk:
    return reduce(lambda talk, event: talk.apply(changed(event, at=AT)), events, talk or Talk())


@given(st.lists(EVENTS, max_size=40))
def test_lines_are_numbered_upwards_and_none_is_numbered_twice(events: list[Said | Pinged | Turned | Arrived]) -> None:
    talk = fold(*events)
    numbers = [line.line for line in talk.lines]
    assert numbers == sorted(set(numbers))
    assert talk.last == (numbers[-1] if numbers else 0)
    said = [event.text for event in events if isinstance(event, Said)]
    assert [line.text for line in talk.lines if isinstance(line, Message)] == said


@given(st.lists(EVENTS, max_size=40), st.integers(0, 45))
def test_who_has_heard_up_to_a_line_is_told_the_rest(
    events: list[Said | Pinged | Turned | Arrived], after: int
) -> None:
    talk = fold(*events)
    log = talk.log(after)
    assert log.after == after
    assert [line for line in talk.lines if line.line <= after] + log.lines == list(talk.lines)


def test_people_s_words_and_the_room_s_own_are_of_two_types() -> None:
    said, looked, brought, turned = fold(
        Said(OTTER, 2, "hello"), Pinged(HERON, 2, 205, 3), Arrived(version_of(9, number=3), None), Turned(3, 1, HERON)
    ).lines
    assert said == Message(1, AT, OTTER, "hello", 2)
    assert looked == Notice(2, AT, HERON, "looked", 2, 3, 205, 3)
    assert brought == Notice(3, AT, None, "brought", 3, 1, None, None)
    assert turned == Notice(4, AT, HERON, "turned", 3, 1, None, None)


def test_the_notice_of_a_version_that_was_brought_back_names_it() -> None:
    (line,) = fold(Arrived(changed(version_of(9, number=3), restores=1), OTTER)).lines
    assert line == Notice(1, AT, OTTER, "brought", 3, 1, None, None, restores=1)


def test_who_turns_on_and_on_leaves_one_line() -> None:
    talk = fold(Turned(1, 2, OTTER), Turned(1, 3, OTTER), Turned(1, 4, HERON), Turned(1, 5, OTTER), Turned(2, 6, OTTER))
    shown = [(line.line, line.page_no) for line in talk.lines if isinstance(line, Notice)]
    assert shown == [(2, 3), (3, 4), (4, 5), (5, 6)]
    between = fold(Turned(1, 2, OTTER), Said(OTTER, 1, "x"), Turned(1, 3, OTTER))
    assert [line.line for line in between.lines] == [1, 2, 3]


def test_the_notice_of_a_view_has_the_view_and_its_numbers() -> None:
    showed, offered, turned = fold(
        Viewed(1, 1, ShownView("padj__lt=0.05", 412, 1_000_000, 3, (7,)), OTTER),
        ViewOffered(HERON, 1, "", 1_000_000, 1_000_000),
        Turned(1, 2, OTTER, 1, "padj__lt=0.05", (9,)),
    ).lines
    about = Notice(1, AT, OTTER, "showed", 1, 3, None, None)
    assert showed == changed(about, view="padj__lt=0.05", rows=412, total=1_000_000)
    about = Notice(2, AT, HERON, "offered", 1, 1, None, None)
    assert offered == changed(about, view="", rows=1_000_000, total=1_000_000)
    assert turned == Notice(3, AT, OTTER, "turned", 1, 2, None, None, view="padj__lt=0.05")


def test_who_tries_view_after_view_leaves_one_line() -> None:
    talk = fold(*(Viewed(1, 1, ShownView(f"a={n}", n, 9), OTTER) for n in range(9)))
    assert [(line.line, line.view) for line in talk.lines if isinstance(line, Notice)] == [(9, "a=8")]


def test_the_notice_of_another_table_says_what_became_of_the_view() -> None:
    kept, lost, read = fold(
        Arrived(version_of(9, number=2), OTTER, ShownView("a=1", 5, 9)),
        Arrived(version_of(9, number=3), OTTER, ShownView("", 9, 9), ("padj",)),
        Reparsed(version_of(9, number=3), ShownView("a=1", 5, 9), ("padj",)),
    ).lines
    assert kept == Notice(1, AT, OTTER, "brought", 2, 1, None, None, view="a=1", rows=5, total=9)
    assert lost == Notice(2, AT, OTTER, "brought", 3, 1, None, None, view="", rows=9, total=9, gone=("padj",))
    assert read == Notice(3, AT, None, "showed", 3, 1, None, None, view="a=1", rows=5, total=9, gone=("padj",))


def test_long_views_and_names_take_little_room_in_the_talk() -> None:
    longest = Viewed(1, 1, ShownView("a" * MAX_KEPT_VIEW, 5, 9), OTTER)
    (line,) = fold(longest).lines
    assert isinstance(line, Notice)
    assert line.view == "a" * MAX_KEPT_VIEW
    (line,) = fold(changed(longest, shown=ShownView("a" * (MAX_KEPT_VIEW + 1), 5, 9))).lines
    assert isinstance(line, Notice)
    assert (line.view, line.rows) == (UNSET, 5)
    talk = fold(*(Arrived(version_of(9), OTTER, longest.shown, ("c" * 999,) * 99) for _ in range(MOST_LINES)))
    assert len(encode(talk)) < 2**20


def test_of_many_lines_the_last_are_kept_and_take_little_room() -> None:
    widest = Person("0" * 12, "😀" * 60)
    talk = fold(*(Said(widest, 1, "😀" * MAX_TEXT) for _ in range(MOST_LINES + 50)))
    assert [line.line for line in talk.lines] == list(range(51, MOST_LINES + 51))
    assert len(encode(talk)) < 2**20


@given(st.lists(EVENTS, max_size=20))
def test_what_is_kept_is_read_again_as_it_was(events: list[Said | Pinged | Turned | Arrived]) -> None:
    talk = fold(*events)
    assert decoder(Talk)(encode(talk)) == talk


def test_a_message_that_was_kept_before_it_had_a_version_is_of_none() -> None:
    talk = fold(Said(OTTER, 7, "row 5203"))
    kept = encode(talk)
    assert decoder(Talk)(kept.replace(b',"version":7', b"")) == fold(Said(OTTER, 0, "row 5203"))


@pytest.mark.parametrize("speak", [True, False])
def test_whether_readers_may_speak_is_no_line(speak: bool) -> None:
    talk = fold(Said(OTTER, 1, "x"), SpeakingAllowed(not speak), SpeakingAllowed(speak))
    assert (talk.speak, talk.last) == (speak, 1)
