"""Every event encodes and decodes, carries its time, and stays small."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import changed
from pagecast.protocol.people import Person, Place
from pagecast.room.events import (
    Arrived,
    Event,
    Grew,
    Happening,
    Joined,
    Moved,
    Pinged,
    Said,
    Selected,
    ShownView,
    SpeakingAllowed,
    Turned,
    Viewed,
    ViewOffered,
    decode_event,
    encode_event,
)
from pagecast.table.columns import pack_kinds
from tests.room.test_room import EVENTS, PEOPLE, VIEWERS
from tests.service.house import version_of

AT = "2026-11-21T09:30:00Z"
TALK: st.SearchStrategy[Event] = st.one_of(
    st.builds(Said, PEOPLE, st.integers(0, 3), st.text(max_size=20)),
    st.builds(Pinged, PEOPLE, st.just(1), st.integers(1, 500), st.integers(1, 9)),
    st.builds(Selected, VIEWERS, PEOPLE, st.just(1), st.none() | st.just((1, 1, 2, 2))),
    st.builds(SpeakingAllowed, st.booleans()),
    st.builds(ViewOffered, PEOPLE, st.just(1), st.sampled_from(["", "a=1"]), st.just(5), st.just(9)),
)


@given(EVENTS | TALK, st.just(AT) | st.just(""))
def test_an_event_is_read_as_it_was_written(event: Event, at: str) -> None:
    stamped = type(event)(**{name: getattr(event, name) for name in event.__struct_fields__} | {"at": at})
    assert decode_event(encode_event(stamped)) == stamped


def test_every_type_of_event_can_be_read() -> None:
    assert set(get_args(Event)) == set(Happening.__subclasses__())


def test_anything_else_is_refused() -> None:
    for data in (b"", b"{}", b"[]", b'{"type":"gone"}', b'{"type":"left"}', b'{"type":"left","viewer":1}'):
        with pytest.raises(ValueError, match=r"."):
            decode_event(data)


def test_the_longest_text_of_a_person_makes_no_large_event() -> None:
    person = Person("5b1c09ae33f0", "n" * 60)
    for event in (Joined("9f2c41d7", person), Turned(10**9, 10**15, person), Said(person, 10**9, "t" * 500)):
        assert len(encode_event(event)) < 1000
    assert len(encode_event(Moved({"9f2c41d7": Place(10**15, person.who)}))) < 200


def test_a_page_of_a_view_makes_no_large_event() -> None:
    shown = ShownView("padj__lt=0.05", 10**9, 10**9, 10**7, (2**32 - 1,) * 100)
    for event in (Viewed(1, 1, shown, Person("5b1c09ae33f0", "Otter")), Arrived(version_of(10**9), None, shown)):
        assert len(encode_event(event)) < 2500


def test_a_version_of_20_000_columns_makes_no_large_event() -> None:
    version = changed(version_of(10**9), kinds=pack_kinds(["text", *["number"] * 19_999]))
    for event in (Grew(version), Arrived(version, None)):
        assert len(encode_event(event)) < 1000
