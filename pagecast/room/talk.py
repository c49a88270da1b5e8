"""The talk beside a table: its last few hundred lines, a fold over events."""

from pagecast.protocol.facts import UNSET, Fact, changed
from pagecast.protocol.talk import Line, Log, Message, Notice
from pagecast.room.events import Arrived, Pinged, Said, SpeakingAllowed, Turned
from pagecast.table.paging import page_of_row

MOST_LINES = 300
"""Lines kept of a document: enough for an afternoon, and never more than a megabyte."""


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

    def apply(self, event: Said | Pinged | Turned | Arrived | SpeakingAllowed) -> "Talk":
        """The talk after an event. A person who turns page after page leaves one line, not one a page."""
        line, at = self.last + 1, event.at
        match event:
            case SpeakingAllowed(speak):
                return changed(self, speak=speak)
            case Said(by, version, text):
                return self._with(Message(line, at, by, text, version))
            case Pinged(by, version, row, column):
                return self._with(Notice(line, at, by, "looked", version, page_of_row(row), row, column))
            case Arrived(version, by):
                restores = version.restores or UNSET
                return self._with(Notice(line, at, by, "brought", version.number, 1, None, None, restores))
            case Turned(version, page_no, by):
                notice = Notice(line, at, by, "turned", version, page_no, None, None)
                return self._with(notice, replace=bool(self.lines) and is_turned_by_same(self.lines[-1], notice))

    def log(self, after: int) -> Log:
        """The lines after one, as far as they are kept."""
        return Log(after, [line for line in self.lines if line.line > after])

    def _with(self, line: Line, *, replace: bool = False) -> "Talk":
        kept = self.lines[:-1] if replace else self.lines
        return changed(self, last=line.line, lines=(*kept, line)[-MOST_LINES:])


def is_turned_by_same(line: Line, turned: Notice) -> bool:
    """Whether a line is a turn of the same person in the same version."""
    match line:
        case Notice(what="turned", version=turned.version, by=turned.by):
            return True
    return False
