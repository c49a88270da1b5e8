"""A record is a fold over the same events as its room: it has the room's page, and the versions that are kept."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import changed, decoder, encode
from pagecast.protocol.people import Person
from pagecast.room.events import Arrived, Event, Grew, Reparsed, Turned, decode_event, encode_event
from pagecast.room.record import Record, Retention, newest_of
from pagecast.room.room import Room
from tests.room.test_room import EVENTS
from tests.service.house import version_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
OTTER = Person("9f2c41d7", "Otter")
ALL = Retention(versions=5, bytes=2**62)


def fold(*events: Event, retention: Retention = ALL) -> tuple[Room, Record]:
    def step(state: tuple[Room, Record], event: Event) -> tuple[Room, Record]:
        room = state[0].apply(event)
        return room, state[1].apply(event, room, retention)

    return reduce(step, events, (Room(UUID), Record()))


@given(st.lists(EVENTS))
def test_the_same_events_give_the_same_room_and_the_same_record_in_every_process(events: list[Event]) -> None:
    heard = [decode_event(encode_event(event)) for event in events]
    assert fold(*heard) == fold(*events)


@given(st.lists(EVENTS), st.integers(1, 3))
def test_a_record_has_the_page_of_its_room_and_no_number_twice(events: list[Event], most: int) -> None:
    room, record = fold(*events, retention=Retention(most, 2**62))
    numbers = [version.number for version in record.versions]
    assert len(set(numbers)) == len(numbers) <= most
    on_screen = room if record.versions else Record()
    for name in ("page_no", "view", "view_rows", "row_numbers", "table_page"):
        assert getattr(record, name) == getattr(on_screen, name)


@given(st.lists(EVENTS))
def test_an_event_that_is_heard_again_adds_no_version(events: list[Event]) -> None:
    room, record = fold(*events)
    for event in events[-1:]:
        if isinstance(event, Arrived):
            assert record.apply(event, room, ALL) == record


def test_a_version_that_was_overtaken_does_not_come_back() -> None:
    one = Retention(versions=1, bytes=2**62)
    second, third = version_of(20, "b", number=2), version_of(30, "c", number=3)
    assert fold(Arrived(third, None), Arrived(second, None), retention=one)[1].versions == (third,)


def test_a_version_that_grows_or_is_parsed_again_keeps_its_place() -> None:
    first, second = version_of(250, "a"), version_of(20, "b", number=2)
    longer, other = version_of(300, "a"), changed(second, rows=7, edition=2)
    events: list[Event] = [Arrived(first, OTTER), Arrived(second, None), Grew(longer), Reparsed(other)]
    assert fold(*events)[1].versions == (longer, other)


def test_growth_that_is_not_complete_is_not_recorded() -> None:
    first = version_of(250, "a")
    _, record = fold(Arrived(first, None), Grew(version_of(300, "a", complete=False)), Turned(1, 3, None))
    assert record == Record(3, (first,))


def test_the_oldest_versions_give_way_and_the_newest_never_does() -> None:
    versions = [version_of(10, key, number=number) for number, key in enumerate("abc", 1)]
    assert newest_of(versions, Retention(2, 2**62)) == tuple(versions[1:])
    assert newest_of(versions, Retention(5, 250)) == tuple(versions[1:])
    assert newest_of(versions, Retention(5, 1)) == tuple(versions[2:])
    shared = [changed(version, key="one file") for version in versions]
    assert newest_of(shared, Retention(5, 100)) == tuple(shared), "a file that several versions share counts once"


def test_a_record_outlives_the_process() -> None:
    record = Record(3, (version_of(250), changed(version_of(7), number=2, size=None)), revision=7)
    assert decoder(Record)(encode(record)) == record
    assert record.newest == record.versions[1]
    assert Record().newest is None


def test_a_record_of_an_older_program_can_lack_members_and_have_others() -> None:
    read: Record = decoder(Record)(b'{"page_no":2,"versions":[],"was":1}')
    assert read == Record(2)
