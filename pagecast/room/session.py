"""A session: reads what one connection sends, and counts what breaks the rules."""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Generic, TypeVar

from pagecast.limits.token_bucket import Rate
from pagecast.protocol.codec import decode
from pagecast.protocol.connection import MAX_BAD_FRAMES
from pagecast.protocol.errors import BadFrame, BadView, ReadOnly
from pagecast.protocol.facts import Fact
from pagecast.protocol.people import MAX_NAME, Hello, Person, Place
from pagecast.protocol.plain import page_number
from pagecast.protocol.presenting import Ask, Give, Take
from pagecast.protocol.tables import MAX_VIEW, MAX_WATCHED, Fetch, Read, Show, Turn, Watch
from pagecast.protocol.talk import MAX_TEXT, Allow, Area, Brush, Look, Offer, Recall, Say, Select
from pagecast.protocol.uploads import Cancel, Chunk, Finish, Resume, Upload, decode_chunk
from pagecast.table.dialect import parse_choices
from pagecast.table.paging import page_of_row

R = TypeVar("R")

_controls = re.compile(r"[\x00-\x1f\x7f-\x9f]")

GUEST = "Guest"
"""The name of a person who has not given one."""

MAX_COLUMN = 10**15
"""No table has so many columns. A larger number is refused."""

MAX_VERSION = 10**15
"""No document has so many versions. A larger number is refused."""


class Table(Fact, frozen=True):
    """A whole table in one message of the plain protocol."""

    data: bytes


FRAME_RATES: Mapping[type, Rate] = {
    Say: Rate(1, 5),
    Look: Rate(0.5, 3),
    Offer: Rate(0.5, 3),
    Brush: Rate(30, 60),
    Select: Rate(30, 60),
    Recall: Rate(1, 10),
    Allow: Rate(1, 5),
    Hello: Rate(1, 10),
    Fetch: Rate(40, 80),
    Place: Rate(10, 20),
    Take: Rate(1, 10),
    Ask: Rate(1, 10),
    Give: Rate(1, 10),
    Read: Rate(0.5, 5),
}
"""How often a viewer may send frames that others notice: more often than a person does, no more than others bear."""

MAX_END = 100
"""Characters of an end of a range that is being chosen: a number or a date."""

TURNS = Rate(20, 40)
"""How often a viewer may turn everyone's page. A key held down repeats 30 times a second, and nobody reads that.

Of turns that come faster, the newest is done.
"""

SHOWS = Rate(4, 20)
"""How often a viewer may turn everyone to a view. Of those that come faster, the newest is done."""

WATCHES = Rate(20, 40)
"""How often a viewer may watch other columns: each time the page is read and encoded again. The newest frame counts."""

TABLES = Rate(5, 20)
"""How often a viewer may send a table in the plain protocol, since each is on everyone's screen. Others wait."""

FRAMES, PATIENCE = Rate(200, 400), Rate(20, 1000)
"""How many messages of a viewer are read, and how many may wait for that before the connection is closed."""

CHANGES = (Turn, Show, Brush, Table, Take, Ask, Give, Read)
"""The frames that change the room for everyone. A viewer with a read-only link may not send them."""


class Session(Generic[R]):
    """Reads what a connection sends. Each kind of connection may send certain frames only."""

    reads_only = False
    """Whether the connection opened a read-only link."""

    def __init__(self) -> None:
        self.bad_frames = 0

    @property
    def misbehaved(self) -> bool:
        """Whether this connection has sent too many messages that are no frames."""
        return self.bad_frames >= MAX_BAD_FRAMES

    def receive(self, message: str | bytes) -> R:
        """Read a message. Raises BadFrame, BadView, ReadOnly, or BadPageNumber in the plain protocol."""
        try:
            asked = self._read(message)
        except BadFrame:
            self.bad_frames += 1
            raise
        if self.reads_only and isinstance(asked, CHANGES):
            raise ReadOnly
        return asked

    def _read(self, message: str | bytes) -> R:
        raise NotImplementedError


class PlainViewer(Session[Turn | Table]):
    """A client of the plain protocol. No message closes its connection.

    >>> PlainViewer().receive("3")
    Turn(page_no=3)
    """

    def _read(self, message: str | bytes) -> Turn | Table:
        return Table(message) if isinstance(message, bytes) else Turn(page_number(message))


Asked = (
    Hello
    | Turn
    | Show
    | Offer
    | Brush
    | Watch
    | Fetch
    | Place
    | Take
    | Ask
    | Give
    | Read
    | Say
    | Look
    | Select
    | Recall
    | Allow
    | Cancel
)


class Viewer(Session[Asked]):
    """A viewer that speaks `pagecast.v1`."""

    def _read(self, message: str | bytes) -> Asked:
        if isinstance(message, bytes):
            raise BadFrame("a viewer sends text only; an upload needs its own connection")
        frame = decode(message)
        check_view(frame)
        match frame:
            case Hello(name, key, language):
                return Hello(" ".join(name.split())[:MAX_NAME], key, language)
            case Place(page_no=None) as place:
                return place
            case Fetch(version=int(version)) | Place(version=int(version)) if not 1 <= version <= MAX_VERSION:
                raise BadFrame("versions count from 1")
            case Show(version, _, row):
                if version < 1 or (isinstance(row, int) and row < 1):
                    raise BadFrame("versions and rows count from 1")
                return frame
            case Brush(version, column, ends):
                if min(version, column) < 1:
                    raise BadFrame("versions and columns count from 1")
                if ends and max(map(len, ends)) > MAX_END:
                    raise BadFrame(f"an end of a range has at most {MAX_END} characters")
                return frame
            case Offer(version):
                if version < 1:
                    raise BadFrame("versions count from 1")
                return frame
            case (Turn(page_no) | Fetch(page_no) | Place(page_no)) as asked:
                page_number(str(page_no))
                return asked
            case Watch() as watch:
                check_watched(watch)
                return watch
            case Read(version, choices):
                return Read(version, parse_choices(choices))
            case Say(text):
                return Say(one_line(text))
            case Look(version, row, column) as look:
                if min(version, row, column) < 1:
                    raise BadFrame("versions, rows and columns count from 1")
                return look
            case Select(_, area) as select:
                if area is not None:
                    check_area(area)
                return select
            case Recall() | Allow() | Take() | Ask() | Give() | Cancel():
                return frame
            case _:
                raise BadFrame(f"a viewer does not send `{name_of(frame)}`")


class Uploader(Session[Upload | Resume | Chunk | Finish | Cancel]):
    """A connection that uploads one file: first `upload` or `resume`, then chunks, then `finish` or `cancel`."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = False

    def _read(self, message: str | bytes) -> Upload | Resume | Chunk | Finish | Cancel:
        frame = decode_chunk(message) if isinstance(message, bytes) else decode(message)
        match frame:
            case Upload() | Resume() if not self.begun:
                self.begun = True
                return frame
            case Chunk() | Finish() | Cancel() if self.begun:
                return frame
        raise BadFrame(f"`{name_of(frame)}` must not be sent {'twice' if self.begun else 'before `upload`'}")


def person_of(hello: Hello, uuid: str, viewer: str, guest: Callable[[str], str]) -> Person:
    """Return the person who sends `hello`.

    Args:
        hello: the frame.
        uuid: the document. A key is another person on every document.
        viewer: the viewer, which stands for the person where the frame has no key.
        guest: gives a name to a person without one.

    Others see the person's ``who``, so the key cannot be computed from it.
    """
    who = sha256(f"{uuid} {hello.key}".encode()).hexdigest()[:12] if hello.key else viewer
    return Person(who, hello.name or guest(who))


def one_line(text: str) -> str:
    """Return a message on one line. Raises BadFrame where it is empty or too long."""
    line = " ".join(_controls.sub(" ", text).split())
    if not line or len(line) > MAX_TEXT:
        raise BadFrame(f"a message must have 1 to {MAX_TEXT} characters")
    return line


def check_area(area: Area) -> None:
    """Raise BadFrame unless an area lies on one page, and its first cell is not behind its last one."""
    row, column, last_row, last_column = area
    on_one_page = page_of_row(row) == page_of_row(last_row)
    if not (1 <= row <= last_row and 1 <= column <= last_column and on_one_page):
        raise BadFrame("an area is its first row and column, then its last ones, all on one page")


def check_view(frame: object) -> None:
    """Raise BadView where a frame holds a view that is too long."""
    view = getattr(frame, "view", None)
    if isinstance(view, str) and len(view.encode()) > MAX_VIEW:
        raise BadView(f"The view is too long: its query string may have {MAX_VIEW:,} bytes.")


def check_watched(watch: Watch) -> None:
    """Raise BadFrame unless the columns are in order, and no more than a screen and its surroundings have."""
    last = 0
    for begin, end in watch.columns:
        if not last < begin <= end < MAX_COLUMN:
            raise BadFrame("columns are pairs of first and last, from left to right, without overlap")
        last = end
    if not 1 <= sum(end - begin + 1 for begin, end in watch.columns) <= MAX_WATCHED:
        raise BadFrame(f"a viewer watches 1 to {MAX_WATCHED} columns")


def name_of(frame: Fact) -> str:
    """Return a frame's type as it stands in JSON."""
    return type(frame).__name__.lower()
