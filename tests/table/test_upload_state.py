"""The table of an upload's states says what may follow what, and everything else is a fault."""

from itertools import product

import pytest

from pagecast.table.upload_state import (
    ENDED_STATES,
    JOINABLE_STATES,
    OPEN_STATES,
    TRANSITIONS,
    UploadEvent,
    UploadState,
    WrongTransition,
    next_state,
)

BEGINNINGS = {UploadState.OPENING, UploadState.IDLE}


def reachable(states: set[UploadState]) -> set[UploadState]:
    """The states that events lead to from these, and these."""
    while True:
        further = states | {after for state in states for after in TRANSITIONS[state].values()}
        if further == states:
            return states
        states = further


def test_every_state_has_its_row_and_is_reached() -> None:
    assert set(TRANSITIONS) == set(UploadState) == reachable(BEGINNINGS)


def test_every_event_leads_somewhere() -> None:
    assert {event for events in TRANSITIONS.values() for event in events} == set(UploadEvent)


@pytest.mark.parametrize("state", UploadState)
def test_every_upload_can_end_and_what_has_ended_stays_so(state: UploadState) -> None:
    if state in ENDED_STATES:
        assert reachable({state}) == {state}
    else:
        assert reachable({state}) >= ENDED_STATES


def test_the_groups_of_states_agree() -> None:
    assert {UploadState.FINISHED, UploadState.DISCARDED} == ENDED_STATES
    assert not OPEN_STATES & ENDED_STATES
    assert {UploadState.FINISHED} == JOINABLE_STATES - OPEN_STATES


@pytest.mark.parametrize(("state", "event"), list(product(UploadState, UploadEvent)))
def test_an_event_in_the_wrong_state_is_a_fault(state: UploadState, event: UploadEvent) -> None:
    if event in TRANSITIONS[state]:
        assert next_state(state, event) is TRANSITIONS[state][event]
    else:
        with pytest.raises(WrongTransition, match=f"{event.name} in state {state.name}"):
            next_state(state, event)
