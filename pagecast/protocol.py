"""The frames of PROTOCOL.md as types, and the plain protocol beside them.

Frames are compact JSON with their members in the order of the specification, so that the examples there are test
vectors, byte for byte.
"""

import json
import re

from pagecast.errors import BadFrame, BadPageNumber, PagecastError
from pagecast.facts import UNSET, Count, Fact, Tagged, Unset, decoder, encode

SUBPROTOCOL = "pagecast.v1"

MAX_CONTROL = 4096
"""Bytes of the longest text message to the server: no frame needs more, and it is checked before parsing."""

MAX_CHUNK = 4 * 2**20
"""Bytes of file in one chunk: large enough to be fast, small enough to hold a few."""

OFFSET_BYTES = 8
"""A chunk begins with its offset in the file, unsigned and big-endian."""

MAX_NAME = 60
"""Characters of a viewer's name."""

MAX_TEXT = 500
"""Characters of a message: what fits beside a table."""

MAX_BAD_FRAMES = 10
"""How many messages that are no frames a connection may send before it is closed."""

MAX_WATCHED = 500
"""Columns that a viewer may look at: more than fit on any screen, and ahead of where it scrolls."""

MAX_CELL = 2048
"""Bytes of a cell that are sent to a viewer: more than can be seen of it in a grid."""

MAX_NAME_BYTES = 256
"""Bytes of a column's name where many are listed."""

MAX_PEOPLE = 50
"""How many people a `people` frame names: more would not fit on a screen."""

COLOURS = 10
"""How many colours there are for people. Which they are is the page's to say."""

# Close codes: 4000 to 4499 invite a client back, 4500 to 4999 do not.
DONE = 1000
GOING_AWAY = 1001
MISBEHAVED = 1008
DISK_FAILED = 4007
TOO_SLOW = 4008
UPLOAD_FAILED = 4500
NO_SUCH_DOCUMENT = 4504


class Person(Fact, frozen=True):
    """Somebody: who it is, in all windows and whenever it comes back, and what it calls itself."""

    who: str
    name: str


class Present(Fact, frozen=True):
    """Somebody who is here: the colour it has, the page it is on by itself, None where it is with the
    room, and whom of those who are here it follows.
    """

    who: str
    name: str
    colour: Count
    page_no: int | None
    follow: str | None


Area = tuple[int, int, int, int]
"""Cells: the first row and column and the last ones, counted from 1."""


class Dialect(Fact, frozen=True):
    """How a file is written. Found out by ingest.py, sent in `document`."""

    compression: str
    encoding: str
    bom: bool
    delimiter: str
    line_end: str
    quoting: str
    header: bool


class Choices(Fact, frozen=True):
    """How a file is to be read, where somebody said so; None is for what is guessed."""

    encoding: str | None = None
    delimiter: str | None = None
    quoting: str | None = None
    header: bool | None = None


ALL_GUESSED = Choices()

Span = tuple[int, int]
"""Columns that stand beside each other: the first and the last, counted from 1."""

# To the server.


class Hello(Tagged, frozen=True):
    name: str
    key: str


class Turn(Tagged, frozen=True):
    page_no: int


class Fetch(Tagged, frozen=True):
    page_no: int


class Place(Tagged, frozen=True):
    page_no: int | None
    follow: str | None


class Watch(Tagged, frozen=True):
    columns: list[Span]


class Say(Tagged, frozen=True):
    text: str


class Look(Tagged, frozen=True):
    version: int
    row: int
    column: int


class Select(Tagged, frozen=True):
    version: int
    area: Area | None


class Recall(Tagged, frozen=True):
    after: Count


class Allow(Tagged, frozen=True):
    speak: bool


class Take(Tagged, frozen=True):
    pass


class Ask(Tagged, frozen=True):
    pass


class Give(Tagged, frozen=True):
    to: str | None


class Read(Tagged, frozen=True):
    version: int
    choices: Choices


class Upload(Tagged, frozen=True):
    name: str
    size: Count
    viewer: str


class Resume(Tagged, frozen=True):
    upload: str


class Finish(Tagged, frozen=True):
    sha256: str


class Cancel(Tagged, frozen=True):
    pass


# To a viewer, or to an uploader.


class Welcome(Tagged, frozen=True):
    uuid: str
    viewer: str
    epoch: str
    reader: str
    speak: bool


class You(Tagged, frozen=True):
    who: str
    name: str


class Document(Tagged, frozen=True):
    seq: int
    uuid: str
    version: int
    edition: int
    name: str
    size: int | None
    received: int
    complete: bool
    created: str
    rows: int
    columns: int
    empty_lines: int
    invalid_cells: int
    dialect: Dialect
    choices: Choices
    preamble: int
    notes: tuple[str, ...]


class Page(Tagged, frozen=True):
    seq: int
    uuid: str
    version: int
    edition: int
    page_no: int
    total_number: int
    by: Person | None
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]


class Fetched(Tagged, frozen=True):
    version: int
    edition: int
    page_no: int
    total_number: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]
    cut: list[tuple[int, int, int]]
    data: list[list[str]]


class People(Tagged, frozen=True):
    count: int
    people: list[Present]


class Selection(Fact, frozen=True):
    """Cells that somebody has selected."""

    by: Person
    area: Area


class Selections(Tagged, frozen=True):
    version: int
    page_no: int
    selections: list[Selection]


class Message(Fact, frozen=True, tag_field="type", tag="message", forbid_unknown_fields=True):
    """A line that somebody wrote, and the version that all saw then: 0 where there was no table, or nobody knows."""

    line: int
    at: str
    by: Person
    text: str
    version: int = 0


class Notice(Fact, frozen=True, tag_field="type", tag="notice", forbid_unknown_fields=True):
    """A line that tells what somebody did: ``turned``, ``looked`` or ``brought``."""

    line: int
    at: str
    by: Person | None
    what: str
    version: int
    page_no: int
    row: int | None
    column: int | None


Line = Message | Notice


class Log(Tagged, frozen=True):
    after: int
    lines: list[Line]


class Allowed(Tagged, frozen=True):
    speak: bool


class Wheel(Tagged, frozen=True):
    by: Person | None
    away: bool
    asking: list[Person]


class Reading(Tagged, frozen=True):
    version: int
    done: int
    size: int


class Error(Tagged, frozen=True):
    code: str
    message: str


class Accepted(Tagged, frozen=True):
    uuid: str
    upload: str
    offset: int
    max_chunk: int


class Stored(Tagged, frozen=True):
    offset: int


class Finished(Tagged, frozen=True):
    uuid: str
    version: int


class PlainPage(Fact, frozen=True, forbid_unknown_fields=True):
    """The one object that the plain protocol and the rows API send."""

    uuid: str
    page_no: int
    total_number: int
    data: list[list[str]]
    truncated: bool | Unset = UNSET
    n_columns: int | Unset = UNSET
    error: str | Unset = UNSET


class Columns(Fact, frozen=True, forbid_unknown_fields=True):
    """What the columns API sends: the names and kinds of some columns."""

    uuid: str
    version: int
    n_columns: int
    columns: list[Span]
    header: list[str]
    kinds: list[str]


class Chunk(Fact, frozen=True):
    """A piece of a file, and the offset of its first byte."""

    offset: int
    data: bytes


ToServer = (
    Hello
    | Turn
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
    | Upload
    | Resume
    | Finish
    | Cancel
)
ToViewer = (
    Welcome
    | You
    | Document
    | Page
    | Fetched
    | People
    | Wheel
    | Selections
    | Log
    | Allowed
    | Reading
    | Error
    | Accepted
    | Stored
    | Finished
)

_decode_to_server = decoder(ToServer)
_page_number = re.compile("[0-9]{1,15}", re.ASCII)


def decode(text: str) -> ToServer:
    """Read a text message of `pagecast.v1`.

    Raises BadFrame for whatever is not a frame to the server.
    """
    try:
        if len(text) > MAX_CONTROL or len(text.encode()) > MAX_CONTROL:
            raise BadFrame(f"it is longer than {MAX_CONTROL} bytes")
        frame: ToServer = _decode_to_server(text)
        json.loads(text, object_pairs_hook=_check_once)
    except (ValueError, RecursionError) as error:
        raise BadFrame(str(error)) from None
    return frame


def _check_once(members: list[tuple[str, object]]) -> None:
    """See that none comes twice: of two, one program takes the first and another the last."""
    if len(dict(members)) < len(members):
        raise BadFrame("a member comes twice")


def decode_chunk(message: bytes) -> Chunk:
    """Read a binary message of `pagecast.v1`: eight bytes of offset, then the bytes.

    Raises BadFrame where it is too short to have an offset, or too long.
    """
    if len(message) < OFFSET_BYTES:
        raise BadFrame("a chunk begins with eight bytes of offset")
    if len(message) > OFFSET_BYTES + MAX_CHUNK:
        raise BadFrame(f"a chunk holds at most {MAX_CHUNK} bytes")
    return Chunk(int.from_bytes(message[:OFFSET_BYTES], "big"), message[OFFSET_BYTES:])


def encode_chunk(chunk: Chunk) -> bytes:
    """The binary message that carries a chunk."""
    return chunk.offset.to_bytes(OFFSET_BYTES, "big") + chunk.data


def page_number(text: str) -> int:
    """Read a page number as the plain protocol and the rows API write it.

    >>> page_number("12")
    12

    ``int()`` alone would take ``٣``, ``1_000`` and `` 7 `` too. Raises BadPageNumber.
    """
    if not _page_number.fullmatch(text) or int(text) == 0:
        raise BadPageNumber(text)
    return int(text)


def plain(page: Page, error: PagecastError | None = None) -> PlainPage:
    """A page as the plain protocol says it. Where it is not all of the page, it says so."""
    fewer = sum(last - first + 1 for first, last in page.columns) < page.n_columns
    return PlainPage(
        uuid=page.uuid,
        page_no=page.page_no,
        total_number=page.total_number,
        data=page.data,
        truncated=True if fewer or page.cut else UNSET,
        n_columns=page.n_columns if fewer else UNSET,
        error=UNSET if error is None else str(error),
    )


def fetched(page: Page) -> Fetched:
    """A page as it is sent to one viewer that fetched it."""
    return Fetched(**{member: getattr(page, member) for member in Fetched.__struct_fields__})


def encode_frame(frame: ToViewer | PlainPage | Columns) -> bytes:
    """The text message that carries a frame, in UTF-8."""
    return encode(frame)


def error_frame(error: PagecastError, message: str = "") -> Error:
    """An error as `pagecast.v1` says it: in English where it is not given in another language."""
    return Error(error.code, message or str(error))
