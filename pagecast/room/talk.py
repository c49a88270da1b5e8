"""What was said and done in a document: the last few hundred lines, a fold over its events."""

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.people import Person
from pagecast.protocol.talk import Area, Line, Log, Message, Notice
from pagecast.room.events import Arrived, Turned
from pagecast.table.rows import PAGE_ROWS

MOST_LINES = 300
"""Lines kept of a document: enough for an afternoon, and never more than a megabyte."""

# The events of this half: what people say and show. The room they are in is the same after them.


class Said(Fact, frozen=True):
    """Somebody said something to all, while a version was on screen; 0 for none."""

    by: Person
    version: int
    text: str


class Looked(Fact, frozen=True):
    """Somebody asked all to look at a cell."""

    by: Person
    version: int
    row: int
    column: int


class Selected(Fact, frozen=True):
    """A viewer has selected cells, or let go of them."""

    viewer: str
    by: Person
    version: int
    area: Area | None


class Opened(Fact, frozen=True):
    """Those who may only read may speak and point from now on, or no longer."""

    speak: bool


Remark = Said | Looked | Selected | Opened


class Talk(Fact, frozen=True):
    """The lines of a document's talk, oldest first, and whether readers may add to them.

    >>> talk = Talk().after(Said(Person("9f2c41d7", "Otter"), 1, "Look at row 7"), "2026-11-21T09:30:00Z")
    >>> talk.last, talk.lines[0].text
    (1, 'Look at row 7')
    """

    last: int = 0
    """The number of the newest line; they are counted for as long as the document lasts."""
    lines: tuple[Line, ...] = ()
    speak: bool = False

    def after(self, event: Said | Looked | Turned | Arrived | Opened, at: str) -> "Talk":
        """The talk after something that happened then. Who leafs on leaves one line behind, not one a page."""
        line = self.last + 1
        match event:
            case Opened(speak):
                return changed(self, speak=speak)
            case Said(by, version, text):
                return self._with(Message(line, at, by, text, version))
            case Looked(by, version, row, column):
                return self._with(Notice(line, at, by, "looked", version, page_of(row), row, column))
            case Arrived(version, by):
                return self._with(Notice(line, at, by, "brought", version.number, 1, None, None))
            case Turned(version, page_no, by):
                notice = Notice(line, at, by, "turned", version, page_no, None, None)
                return self._with(notice, instead=bool(self.lines) and leafs_on(self.lines[-1], notice))

    def log(self, after: int) -> Log:
        """The lines that came after one. Those that are kept no longer are not among them."""
        return Log(after, [line for line in self.lines if line.line > after])

    def _with(self, line: Line, *, instead: bool = False) -> "Talk":
        kept = self.lines[:-1] if instead else self.lines
        return changed(self, last=line.line, lines=(*kept, line)[-MOST_LINES:])


def leafs_on(line: Line, turned: Notice) -> bool:
    """Whether a line is a turn of the same person in the same version."""
    match line:
        case Notice(what="turned", version=turned.version, by=turned.by):
            return True
    return False


def page_of(row: int) -> int:
    """The page that a row is on; both count from 1.

    >>> page_of(100), page_of(101)
    (1, 2)
    """
    return (row - 1) // PAGE_ROWS + 1
