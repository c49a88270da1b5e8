"""The whole state of a room, as one process hands it to another that opens the same document."""

from pagecast.protocol.facts import Fact, changed
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


def with_plain_viewers(state: RoomState) -> RoomState:
    """Return the same state in a form that can be encoded."""
    return changed(state, room=changed(state.room, viewers=dict(state.room.viewers)))
