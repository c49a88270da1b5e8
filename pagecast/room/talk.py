"""The talk beside a table: its last few hundred lines, a fold over events."""

from pagecast.protocol.facts import UNSET, Fact, Unset, changed
from pagecast.protocol.talk import Line, Log, Message, Notice
from pagecast.room.events import (
    Answered,
    Arrived,
    Event,
    Pinged,
    Reparsed,
    Said,
    ShownView,
    SpeakingAllowed,
    Turned,
    Viewed,
    ViewOffered,
)
from pagecast.room.room import Room
from pagecast.table.paging import page_of_row

MOST_LINES = 300
"""Lines kept of a document: enough for an afternoon, and never more than a megabyte."""


MAX_KEPT_VIEW = 2000
"""Characters of a view in a line. They are ASCII: 300 lines stay below a megabyte."""

MAX_GONE, MAX_GONE_NAME = 10, 100
"""Columns that are gone and named in a line, and characters of each name."""

TalkedOf = Said | Pinged | ViewOffered | Turned | Viewed | Arrived | Reparsed | SpeakingAllowed
"""The events that leave a line."""


class Talk(Fact, frozen=True):
    """The lines of a document's talk, oldest first, and whether viewers of the read-only link may add to them.

    >>> from pagecast.protocol.people import Person
    >>> said = Said(Person("9f2c41d7", "Otter"), 1, "Look at row 7", at="2026-11-21T09:30:00Z")
    >>> talk = Talk().apply(said)
    >>> talk.last, talk.lines[0].text
    (1, 'Look at row 7')
    """

    last: int = 0
    """The number of the newest line. Lines are counted for as long as the document lasts."""
    lines: tuple[Line, ...] = ()
    speak: bool = False

    def apply(self, event: TalkedOf) -> "Talk":
        """The talk after an event. A person who turns page after page leaves one line, not one a page."""
        line, at = self.last + 1, event.at
        match event:
            case SpeakingAllowed(speak):
                return changed(self, speak=speak)
            case Said(by, version, text):
                return self._with(Message(line, at, by, text, version))
            case Pinged(by, version, row, column):
                return self._with(Notice(line, at, by, "looked", version, page_of_row(row), row, column))
            case Arrived(version, by, shown, gone):
                notice = Notice(line, at, by, "brought", version.number, 1, None, None, version.restores or UNSET)
                return self._with(about_view(notice, shown, gone) if shown.view or gone else notice)
            case Reparsed(version, shown, gone):
                notice = Notice(line, at, None, "showed", version.number, shown.page_no, None, None)
                return self._with(about_view(notice, shown, gone))
            case ViewOffered(by, version, view, rows, total):
                notice = Notice(line, at, by, "offered", version, 1, None, None)
                return self._with(about_view(notice, ShownView(view, rows, total)))
            case Viewed(version, _, shown, by):
                notice = Notice(line, at, by, "showed", version, shown.page_no, None, None)
                return self._with(about_view(notice, shown), replace=self._ends_with_same(notice))
            case Turned(version, page_no, by, _, view):
                notice = Notice(line, at, by, "turned", version, page_no, None, None)
                notice = changed(notice, view=short(view) if view else UNSET)
                return self._with(notice, replace=self._ends_with_same(notice))

    def log(self, after: int) -> Log:
        """The lines after one, as far as they are kept."""
        return Log(after, [line for line in self.lines if line.line > after])

    def _ends_with_same(self, notice: Notice) -> bool:
        """Whether the last line says the same of the same person and version."""
        match self.lines[-1:]:
            case (Notice(what=notice.what, version=notice.version, by=notice.by),):
                return True
        return False

    def _with(self, line: Line, *, replace: bool = False) -> "Talk":
        kept = self.lines[:-1] if replace else self.lines
        return changed(self, last=line.line, lines=(*kept, line)[-MOST_LINES:])


def talked_of(event: Event, before: Room, room: Room) -> TalkedOf | None:
    """Return what an event leaves in the talk: nothing where it came too late to change anything.

    A view whose rows are still counted leaves its line when they are: the line says how many there are.
    """
    match event:
        case Turned() if room.page_no != before.page_no:
            return event
        case Viewed(shown=shown) if room is not before and shown.is_counted:
            return event
        case Answered(version, edition, shown, at=at) if room.by and room.view_is_counted > before.view_is_counted:
            return Viewed(version, edition, shown, room.by, at=at)
        case Arrived() if room is not before:
            return event
        case Reparsed(gone=gone) if room is not before and before.view and (gone or not room.view):
            return event
        case Said() | Pinged() | ViewOffered() | SpeakingAllowed():
            return event
    return None


def about_view(notice: Notice, shown: ShownView, gone: tuple[str, ...] = ()) -> Notice:
    """Return a notice with the view that it is about, and the columns that the view had to do without."""
    names = tuple(name[:MAX_GONE_NAME] for name in gone[:MAX_GONE]) or UNSET
    return changed(notice, view=short(shown.view), rows=shown.rows, total=shown.total, gone=names)


def short(view: str) -> str | Unset:
    """Return the text of a view where it is short enough to be kept in a line."""
    return view if len(view) <= MAX_KEPT_VIEW else UNSET
