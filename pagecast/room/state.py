"""The whole state of a room, as one process hands it to another that opens the same document."""

from pagecast.protocol.facts import Fact, changed, decoder, encode
from pagecast.room.events import Event
from pagecast.room.room import Room
from pagecast.room.talk import Talk, talked_of


class RoomState(Fact, frozen=True):
    """A room and its talk after the same events."""

    room: Room
    talk: Talk = Talk()
    reader: str = ""
    """The document's read-only UUID. Nothing else tells the other processes before there is a table."""

    def apply(self, event: Event) -> "RoomState":
        """The state after an event."""
        room, talk = self.room.apply(event), self.talk
        if line := talked_of(event, self.room, room):
            talk = talk.apply(line)
        return changed(self, room=room, talk=talk)


_decode = decoder(RoomState)


def encode_state(state: RoomState) -> bytes:
    """Return a state as compact JSON in UTF-8."""
    return encode(changed(state, room=changed(state.room, viewers=dict(state.room.viewers))))


def decode_state(data: bytes) -> RoomState:
    """Read a state that ``encode_state`` wrote. Raises ValueError on anything else.

    >>> decode_state(encode_state(RoomState(Room("3f0c…", page_no=4)))).room.page_no
    4
    """
    state: RoomState = _decode(data)
    return state
