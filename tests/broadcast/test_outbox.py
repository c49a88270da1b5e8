"""An outbox holds the newest message of each slot, and sends what it holds in the order it came."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.broadcast.outbox import Outbox

SLOTS = st.sampled_from(["page", "document", "people", "error"])


@given(st.lists(SLOTS))
def test_each_slot_is_sent_its_newest_message_in_the_order_they_came(slots: list[str]) -> None:
    outbox: Outbox[int] = Outbox()
    for number, slot in enumerate(slots):
        outbox.put(slot, number)
    expected = sorted({slot: number for number, slot in enumerate(slots)}.values())
    assert len(outbox) == len(expected)
    assert [outbox.take() for _ in expected] == expected
    assert outbox.take() is None


@given(st.lists(SLOTS | st.none()))
def test_it_is_never_fuller_than_there_are_slots_and_never_sends_what_is_older(steps: list[str | None]) -> None:
    outbox: Outbox[tuple[str, int]] = Outbox()
    newest: dict[str, int] = {}
    for number, slot in enumerate(steps):
        if slot is not None:
            outbox.put(slot, (slot, number))
            newest[slot] = number
        elif (sent := outbox.take()) is not None:
            assert sent[1] == newest.pop(sent[0])
        assert len(outbox) == len(newest) <= 4


def test_a_page_never_overtakes_the_document_that_it_is_of() -> None:
    outbox: Outbox[str] = Outbox()
    for slot, message in (("page", "1 of a"), ("document", "b"), ("page", "1 of b")):
        outbox.put(slot, message)
    assert [outbox.take(), outbox.take(), outbox.take()] == ["b", "1 of b", None]


def test_a_document_that_changes_never_gets_behind_a_page_of_it() -> None:
    outbox: Outbox[str] = Outbox()
    for slot, message in (("document", "b"), ("page", "1 of b"), ("document", "more of b")):
        outbox.put(slot, message, stays=slot == "document")
    assert [outbox.take(), outbox.take(), outbox.take()] == ["more of b", "1 of b", None]


def test_what_is_empty_or_false_is_a_message_too() -> None:
    outbox: Outbox[bytes] = Outbox()
    outbox.put("page", b"")
    assert len(outbox) == 1
    assert outbox.take() == b""
    assert outbox.take() is None
