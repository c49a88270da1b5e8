"""How each viewer is told what happens: a frame is made ready once for all who are told it in the same way."""

from collections.abc import Callable, Hashable, Iterator
from typing import NamedTuple

from pagecast.broadcast.groups import Group
from pagecast.broadcast.prepared import PreparedMessages
from pagecast.edges.websocket.connection import Outlet
from pagecast.edges.websocket.handler import offer_each
from pagecast.ports import Shown
from pagecast.protocol.link import Link
from pagecast.protocol.talk import Log, Selections
from pagecast.table.window import ColumnWindow

SLICE = 200
"""How many are told at once, before whoever else has something to do: that takes some milliseconds."""


class GroupKey(NamedTuple):
    """All that decides what a viewer is told of what happens, and how."""

    link: Link
    is_plain: bool
    deflated: bool
    window: ColumnWindow
    place: int | None


Recipients = list[tuple[Group[GroupKey, Outlet], list[Outlet]]]
"""A document's viewers, by the way in which they are told things."""


def slot_of(frame: Shown | Selections, window: ColumnWindow | None) -> Hashable:
    """What a frame supersedes while it waits to be told."""
    match frame:
        case Log(after):
            return Log, after  # each has lines of its own
        case Selections(page_no=page_no):
            return Selections, page_no
    return type(frame), window


def tell_each(
    audience: Recipients, ready: PreparedMessages, frame: Shown | Selections, sees: Callable[[GroupKey], bool]
) -> Iterator[None]:
    """Make a frame ready once for each way of telling it, and offer it to all of an audience; rest after slices."""
    told = 0
    for group, outlets in audience:
        way = group.way
        message = ready.message(way.link, frame, is_plain=way.is_plain)
        if message is None:
            continue
        for begin in range(0, len(outlets), SLICE):
            part = outlets[begin : begin + SLICE]
            # Since the last rest, some may have gone, or look elsewhere.
            part = [one for one in part if one.group is group or (one.group and sees(one.group.way))]
            offer_each(part, type(frame).__name__, message, deflated=way.deflated)
            told += len(part)
            if told >= SLICE:
                told = 0
                yield
