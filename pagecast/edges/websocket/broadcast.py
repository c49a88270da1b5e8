"""Broadcast a frame to a document's viewers: prepared once for each group, and sent in slices."""

from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from pagecast.broadcast.groups import Group
from pagecast.broadcast.prepared import PreparedMessages
from pagecast.edges.websocket.subscriber import Subscriber, send_to_each
from pagecast.ports.rooms import Shown
from pagecast.protocol.link import Link
from pagecast.protocol.talk import Log, Selections
from pagecast.table.window import ColumnWindow

SLICE = 200
"""Viewers that are sent a frame before the event loop does other work: some milliseconds."""


class GroupKey(NamedTuple):
    """Everything that decides which message a viewer is sent for a frame."""

    link: Link
    is_plain: bool
    """Whether it speaks the plain protocol."""
    deflated: bool
    """Whether it negotiated permessage-deflate."""
    window: ColumnWindow
    """The columns it sees."""
    position: int | None
    """The page that it reads alone, from 1; None while it follows the room."""


Recipients = list[tuple[Group[GroupKey, Subscriber], list[Subscriber]]]
"""A document's viewers by group, as they were when the broadcast began."""


def slot_of(frame: Shown | Selections, window: ColumnWindow | None) -> Hashable:
    """Return the slot of a frame. A frame replaces an older one of the same slot whose broadcast has not begun."""
    match frame:
        case Log(after):
            return Log, after  # each log holds other remarks
        case Selections(page_no=page_no):
            return Selections, page_no
    return type(frame), window


def broadcast_each(
    recipients: Recipients, prepared: PreparedMessages, frame: Shown | Selections, sees: Callable[[GroupKey], bool]
) -> Iterator[None]:
    """Send a frame to all recipients, and yield after each slice of them.

    Arguments: ``prepared`` holds the messages of all documents; ``sees`` tells whether viewers with a key see the
    frame at all. A viewer who left or changed its key since the last slice is skipped unless it still sees the frame.
    """
    sent = 0
    for group, subscribers in recipients:
        key = group.key
        message = prepared.message(key.link, frame, is_plain=key.is_plain)
        if message is None:
            continue
        for begin in range(0, len(subscribers), SLICE):
            part = subscribers[begin : begin + SLICE]
            part = [one for one in part if one.group is group or (one.group and sees(one.group.key))]
            send_to_each(part, type(frame).__name__, message, deflated=key.deflated)
            sent += len(part)
            if sent >= SLICE:
                sent = 0
                yield
