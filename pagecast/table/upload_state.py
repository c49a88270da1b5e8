"""The states of an upload, and what leads from one to the next.

An addition of rows to a finished version is an upload too. The rules:

- A new upload begins in OPENING. One that the server finds in its store when it starts is IDLE.
- IDLE: its bytes are in the store, nobody sends it, and no file is open. It can be resumed, looked at or thrown away.
- OPENING: its files are being opened, and what the store has of it is read again.
- SENDING: its file is open. It may have several senders, since a cut connection is noticed late, or none for a moment.
- CLOSING: its last sender has left, and its file is being closed. It is IDLE again after that.
- FINISHING: its sender said that it is whole. It is read to its end and becomes a version. A sender that was cut may
  come back meanwhile, to hear the result.
- FINISHED: it is a version now. Nothing changes that; a sender that was cut from the answer can still ask for it. An
  IDLE upload is FINISHED when the document's record turns out to name it, since the server had stopped in between.
- DISCARDED: it is thrown away. Its files go; nobody can resume it.

Where the disk fails (FAIL) nothing is lost: the upload stays as it was before and can be resumed. An upload that turns
out to be no table, or not what was sent, is thrown away (DISCARD).

A step that takes time has an event at its beginning (OPEN, CLOSE, FINISH) and another one at its end (READY, CLOSED,
ADOPT or FAIL). DISCARD comes first and the files go after it, so that nobody resumes what is being removed.
"""

from enum import Enum, auto


class UploadState(Enum):
    """Where an upload stands."""

    IDLE = auto()
    OPENING = auto()
    SENDING = auto()
    CLOSING = auto()
    FINISHING = auto()
    FINISHED = auto()
    DISCARDED = auto()


class UploadEvent(Enum):
    """What happens to an upload."""

    OPEN = auto()
    READY = auto()
    CLOSE = auto()
    CLOSED = auto()
    FINISH = auto()
    ADOPT = auto()
    FAIL = auto()
    DISCARD = auto()


TRANSITIONS: dict[UploadState, dict[UploadEvent, UploadState]] = {
    UploadState.IDLE: {
        UploadEvent.OPEN: UploadState.OPENING,
        UploadEvent.ADOPT: UploadState.FINISHED,
        UploadEvent.DISCARD: UploadState.DISCARDED,
    },
    UploadState.OPENING: {
        UploadEvent.READY: UploadState.SENDING,
        UploadEvent.FAIL: UploadState.IDLE,
        UploadEvent.DISCARD: UploadState.DISCARDED,
    },
    UploadState.SENDING: {
        UploadEvent.CLOSE: UploadState.CLOSING,
        UploadEvent.FINISH: UploadState.FINISHING,
        UploadEvent.DISCARD: UploadState.DISCARDED,
    },
    UploadState.CLOSING: {
        UploadEvent.CLOSED: UploadState.IDLE,
    },
    UploadState.FINISHING: {
        UploadEvent.ADOPT: UploadState.FINISHED,
        UploadEvent.FAIL: UploadState.SENDING,
        UploadEvent.DISCARD: UploadState.DISCARDED,
    },
    UploadState.FINISHED: {},
    UploadState.DISCARDED: {},
}

OPEN_STATES = frozenset({UploadState.OPENING, UploadState.SENDING, UploadState.FINISHING})
"""In these an upload is on its way in."""

JOINABLE_STATES = frozenset({UploadState.SENDING, UploadState.FINISHING, UploadState.FINISHED})
"""In these a sender that comes back finds what was taken, and waits for nothing."""

ENDED_STATES = frozenset(state for state, events in TRANSITIONS.items() if not events)
"""Nothing leads out of these."""


class WrongTransition(Exception):
    """An event that has no place in a state. It is a fault of this program, never of a client."""

    def __init__(self, state: UploadState, event: UploadEvent) -> None:
        super().__init__(f"{event.name} in state {state.name}")


def next_state(state: UploadState, event: UploadEvent) -> UploadState:
    """Say which state an event leads to. Raises WrongTransition.

    >>> next_state(UploadState.SENDING, UploadEvent.FINISH).name
    'FINISHING'
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise WrongTransition(state, event) from None
