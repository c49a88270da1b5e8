"""What Pagecast needs from the world, in small ports; each has an in-memory twin in `memory/`."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, Self, TypeVar

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.link import Link
from pagecast.protocol.people import People
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.summaries import (
    Axis,
    ColumnShape,
    Crossed,
    MadeFile,
    Numbers,
    Overview,
    Plot,
    Profile,
    RowHits,
    SampleBound,
    Shapes,
    Values,
    ViewChanges,
)
from pagecast.protocol.tables import ALL_GUESSED, Choices, Columns, Document, Found, Page, Progress
from pagecast.protocol.talk import Allowed, Brushed, Log, Offered, Selections
from pagecast.room.events import Event
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.hits import Hits
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_WINDOW, ColumnWindow
from pagecast.view.exports import ExportForm
from pagecast.view.names import ColumnNames
from pagecast.view.plots import PlotAsk
from pagecast.view.view import LongView, View

T = TypeVar("T")


class DraftFile(Protocol):
    """The files of an upload while it is written.

    All methods block and raise StorageFailed. Threads call them one at a time.
    """

    def write(self, data: bytes) -> None:
        """Write the next bytes of the file as it was sent."""

    def append(self, piece: TablePiece) -> None:
        """Write what these bytes are in the inner form, after their ``write``."""

    def sync(self) -> None:
        """Return when a power cut would lose nothing that was written."""

    def cut(self, size: int) -> None:
        """Keep the first ``size`` bytes of the file as it was sent. It raises nothing: the disk may be failing."""

    def commit(self) -> None:
        """Sync the files and close them for good."""

    def close(self) -> None:
        """Close the files. They can be opened again."""

    def discard(self) -> None:
        """Remove the files; of an append, the rows that were appended."""

    edition: int
    """The edition that is written: each reading of the file has files of its own."""

    def replay(self) -> Iterator[bytes]:
        """Yield the bytes that are stored, in order, and begin a new edition for them.

        Of an append, yield the bytes behind the finished version, in the same edition.
        """


class TableFile(Protocol):
    """A version's inner form, open for reading. All methods block and raise StorageFailed."""

    def page(self, page_no: int) -> range:
        """Return which bytes are a page's rows. The page, from 1, must exist."""

    def read(self, begin: int, end: int) -> bytes:
        """Return the bytes from ``begin`` to ``end``, as far as there are any."""


MOST_VIEWS = 1000
"""Long views that are kept of a document."""


class RecordChanged(Exception):
    """The stored record has another revision than the one that a new record was made of: load it and try again."""


class Records(Protocol):
    """The records and talks of documents, which last. Nothing blocks; all methods raise StorageFailed."""

    async def load(self, uuid: str) -> Record | None:
        """The record of a document, or None where there is none. The document counts as opened now."""

    async def find(self, reader: str) -> str | None:
        """The document with this read-only UUID, or None."""

    async def save(self, uuid: str, record: Record) -> Record:
        """Replace a document's record, wholly or not at all, by compare-and-swap.

        Args:
            uuid: the document.
            record: the new record, whose ``revision`` is that of the record it was made of; 0 for the first one.

        Returns the record as it is stored, with the next revision. Raises RecordChanged where the stored record has
        another revision, StorageFailed; after either the stored record is as it was.
        """

    async def load_talk(self, uuid: str) -> Talk | None:
        """The talk of a document, or None where there is none."""

    async def save_talk(self, uuid: str, talk: Talk) -> None:
        """Replace a document's talk, wholly or not at all. The document's record has been saved before."""

    async def load_view(self, uuid: str, name: str) -> LongView | None:
        """The view that is kept of a document under a name, or None."""

    async def save_view(self, uuid: str, name: str, view: LongView) -> None:
        """Keep a view under its name, as long as the document. Raises TooManyViews."""


class Files(Protocol):
    """The bytes of finished versions. Nothing blocks; what reads raises StorageFailed."""

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        """Run ``work`` in a thread with a version's table, and return its result."""

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        """Bytes of the file as it was sent: ``span``, as far as there are any."""

    async def read_again(self, uuid: str, version: Version) -> DraftFile:
        """Open a version's file for a new edition. The file as it was sent is only read."""

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        """Keep an edition of a file, or for None all of them, from removal while the context is entered.

        Take the lease before you await anything that uses the version.
        """

    async def remove_editions(self, uuid: str, key: str, but: frozenset[int]) -> None:
        """Remove all editions of a file except ``but``, those that the record names, and those under a lease."""

    async def remove_version(self, uuid: str, version: Version) -> None:
        """Remove a version's files, unless the record names them. A later sweep removes those under a lease."""


class Drafts(Protocol):
    """Uploads that have not ended. Nothing blocks; all raise StorageFailed."""

    async def drafts(self) -> list[Draft]:
        """All uploads that have not ended."""

    async def check_room(self, size: int) -> None:
        """Raise StorageFailed where ``size`` more bytes would not leave enough of the disk free."""

    async def begin(self, draft: Draft) -> DraftFile:
        """Create the files of a new upload."""

    async def reopen(self, draft: Draft) -> DraftFile:
        """Open the files of an upload that was begun before. Its days begin anew."""

    async def extend(self, draft: Draft, version: Version) -> DraftFile:
        """Open the files of a finished version to append to it. What an earlier append left behind can be replayed."""

    async def end(self, draft: Draft) -> None:
        """Note that an upload has ended: it is a version now, or discarded."""

    async def renew(self, draft: Draft) -> None:
        """Note that somebody has just sent more of an upload: its days begin anew."""

    async def stale(self, days: float) -> frozenset[str]:
        """The keys of the uploads that nobody has begun or continued for so many days."""


class Store(Records, Files, Drafts, Protocol):
    """One place for all that lasts, with the housekeeping that concerns all of it."""

    async def check_clock(self) -> None:
        """Leave out of all ages the time while the server was off, and clock changes. Call it before each sweep."""

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        """Remove the documents that nobody has opened for ``keep_days`` days, except those in use."""


class CountedValues(NamedTuple):
    """Values of a column: how many there are in all, how many rows have them, and the most frequent ones."""

    distinct: int | None
    """None where they were counted in a sample."""
    rows: int
    values: list[tuple[str, int]]


class ColumnCounts(NamedTuple):
    """How many rows a view has, and in a column of it: blank cells, different ones that are not blank."""

    rows: int
    blank: int
    distinct: int
    exact: bool
    """Whether ``distinct`` is counted; else it is estimated."""


class ColumnFigures(NamedTuple):
    """A column in figures, as ``Profile`` has them."""

    reading: str
    rows: int
    blank: int
    distinct: int | None
    longest: int | None
    """None, as ``distinct`` is, where it was described by a sample."""
    frequent: list[tuple[str, int]]
    numbers: Numbers | None


class Crossing(NamedTuple):
    """Shapes by the bins of one column, as ``Crossed`` has them."""

    by: ColumnShape
    shapes: list[ColumnShape]
    cells: list[list[list[int]]]


class PlotMarks(NamedTuple):
    """The numbers of a plot, as ``Plot`` has them."""

    x: Axis
    y: Axis | None
    rows: int
    drawn: int
    points: tuple[tuple[float, float], ...] = ()
    cells: tuple[tuple[int, int, int], ...] = ()
    bins: tuple[tuple[int, int], ...] = ()
    line: tuple[tuple[int, int, float, float | None], ...] = ()
    groups: tuple[tuple[str, int, float | None], ...] = ()
    others: tuple[int, int, float | None] | None = None


class ExportedView(NamedTuple):
    """A view that is to be taken away as a file."""

    version: Version
    view: View
    names: ColumnNames
    form: ExportForm


class KeptFile(NamedTuple):
    """A file that was made of a view, and is kept for a while."""

    exported: ExportedView
    size: int
    read: Callable[[range], Awaitable[bytes]]
    """Returns some of its bytes. Raises OSError."""


Tell = Callable[[int | None], None]
"""Takes how far a question is, in percent; None where nobody knows."""


def untold(percent: int | None) -> None:
    """Tell nobody."""


class RowsFile(Protocol):
    """The rows of a view as a file that is whole."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def use(self) -> None:
        """Note that it is read now. Raises OSError where it was given up, since the disk needed its room."""

    async def read(self, span: range) -> bytes:
        """Some of its bytes. Raises OSError."""

    async def remove(self) -> None:
        """Give its room back. Nothing reads it any more."""


class Engine(Protocol):
    """Answers views of finished versions, and of a first upload as far as it has come. Nothing blocks.

    Rows count from 1, as in the table; a view's rows do not have the header. What asks raises QueryFailed,
    QueryTooLarge, ServerBusy. The caller holds a lease on the version.
    """

    def telling(self, tell: Tell) -> "Engine":
        """Return the same engine for one question, during which it calls ``tell`` a few times a second."""

    async def prepare(self, uuid: str, version: Version) -> None:
        """Make the columnar copy of a version, where it is worth one: it takes seconds for each GB."""

    async def check(self, pattern: str) -> None:
        """Raise BadView, with the reason, where a pattern is not one of RE2's."""

    async def first(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int]:
        """The first rows of a view, at most ``most``, and how many it has in all. Raises BadView."""

    async def soon(self, uuid: str, version: Version, view: View, most: int) -> tuple[list[int], int, bool]:
        """The first rows of a search of bytes, how many were found by now, and whether these are all.

        There are ``most``, or fewer where more take long to find; none where the search finds none.
        """

    async def answer(self, uuid: str, version: Version, view: View) -> int:
        """Find all rows of a view, and store their numbers.

        Returns how many there are. An answer that is stored is not made again.
        """

    async def numbers(self, uuid: str, version: Version, view: View, span: range) -> list[int]:
        """Some numbers of a stored answer, counted from 0. Raises StorageFailed."""

    async def position(self, uuid: str, version: Version, view: View, row: int) -> int | None:
        """Where a row of the table is in a stored answer, counted from 0; None where it is not in it."""

    async def hits(
        self, uuid: str, version: Version, view: View, found: View, place: int, *, partial: bool = False
    ) -> Hits:
        """Where in a view its rows of another one are, which searches it; seen from a place, counted from 0.

        Both answers are stored, unless the view has all rows. With ``partial``, the search is being answered, and these
        are the rows that it has found so far; QueryFailed where it has just begun or ended.
        """

    async def values(self, uuid: str, version: Version, view: View, column: int, text: str, most: int) -> CountedValues:
        """The values of a column that hold a text. The view's own filters on the column do not count."""

    async def counts_of(
        self, uuid: str, version: Version, view: View, column: int, values: Sequence[str]
    ) -> list[tuple[str, int]]:
        """Those of some values of a column that there are, each with its count, as ``values`` counts them."""

    async def shapes(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnShape]:
        """The shapes of columns. Their bins are those of the whole table, so that the two can be compared."""

    async def overview(self, uuid: str, version: Version, view: View, columns: Sequence[int]) -> list[ColumnCounts]:
        """The counts of many columns, in the order of ``columns``."""

    async def profile(self, uuid: str, version: Version, view: View, column: int) -> ColumnFigures:
        """A column in figures."""

    async def sampled_shapes(
        self, uuid: str, version: Version, view: View, columns: Sequence[int]
    ) -> tuple[list[ColumnShape], SampleBound | None]:
        """The shapes of columns, at once: from a sample, or for None exactly, where these are known or soon counted."""

    async def sampled_values(
        self, uuid: str, version: Version, view: View, column: int, text: str, most: int
    ) -> tuple[CountedValues, SampleBound | None]:
        """What ``values`` says, at once: from a sample, or for None exactly."""

    async def sampled_profile(
        self, uuid: str, version: Version, view: View, column: int
    ) -> tuple[ColumnFigures, SampleBound | None]:
        """What ``profile`` says, at once: from a sample, or for None exactly."""

    async def crossed(
        self, uuid: str, version: Version, view: View, by: int, columns: Sequence[int], tops: Mapping[int, list[str]]
    ) -> Crossing:
        """The shapes of ``columns``, of numbers or dates, and of ``tops``, of text, by the bins of ``by``."""

    async def plot(self, uuid: str, version: Version, view: View, asked: PlotAsk) -> PlotMarks:
        """The numbers of a plot of the rows of a view. Raises BadView."""

    def export(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> AsyncGenerator[bytes]:
        """The rows of a view as a file, without a header line. Raises BadView.

        It has to be closed: until then it holds a file on disk, which it may still be writing.
        """

    async def write_file(
        self, uuid: str, version: Version, view: View, names: ColumnNames, form: ExportForm
    ) -> RowsFile:
        """Write the same to a file. Returns it once it is whole. Raises BadView, StorageFailed."""


Hear = Callable[[str, Event], Awaitable[None]]
"""Takes a document's UUID and an event."""


class Bus(Protocol):
    """Carries events to every process that holds viewers, in one order a document. Nothing blocks."""

    def subscribe(self, hear: Hear) -> None:
        """Have ``hear`` called for every event of every document, one after another for each document."""

    async def publish(self, uuid: str, event: Event) -> None:
        """Carry an event. Returns when this process has heard it."""


Shown = Document | Page | People | Presenter | Log | Allowed | Offered | Brushed | Progress
"""The frames that are broadcast to all viewers of a document."""


Send = Callable[[Document | Page | Presenter], None]
"""Sends one viewer a frame of what is on screen."""


class Viewers(Protocol):
    """The viewers that are connected to this process. Nothing blocks, and nothing is raised."""

    def windows(self, uuid: str) -> list[ColumnWindow]:
        """The column windows of a document's viewers, each once, those of most viewers first."""

    def show(self, uuid: str, frame: Shown, window: ColumnWindow | None = None) -> None:
        """Broadcast a frame to a document's viewers: to all, or to those who look through one column window.

        Each viewer is sent the newest frame of its type as soon as it can take it.
        """

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Broadcast the selections on a page to the viewers who read it alone, and with ``followers`` to the others."""


# The services, as the edges see them. Nothing blocks; all methods raise PagecastError.


class TableAnswers(Protocol):
    """Answers about a document's tables. ``number`` is a version, None for the newest; ``pairs`` are a view.

    All methods raise UnknownVersion, BadView, QueryFailed, QueryTooLarge, ServerBusy.
    """

    def telling(self, tell: Tell) -> "TableAnswers":
        """Return the same answers for one question, during which they call ``tell`` every half a second."""

    async def columns(self, number: int | None, columns: range) -> Columns:
        """The names, kinds and lenses of some columns, from 0. Raises UnknownVersion."""

    async def find(self, number: int | None, pairs: Sequence[tuple[str, str]], page_no: int, text: str) -> Found:
        """The cells and the column names of a page that hold a text. Cancel it when nobody waits for the answer.

        ``pairs`` are the view that the page is of. Raises UnknownVersion, BadView, PageOutOfRange, QueryFailed,
        QueryTooLarge, ServerBusy.
        """

    async def cell(self, number: int | None, row: int, column: int) -> tuple[Version, range]:
        """The version, and which bytes of its inner form a cell is. Raises UnknownVersion, CellOutOfRange."""

    async def question(self, number: int | None, pairs: Sequence[tuple[str, str]]) -> tuple[View, ColumnNames]:
        """The view that the parameters of a query say, and the names of its columns. Raises UnknownVersion, BadView."""

    async def keep_view(self, number: int | None, text: str) -> str:
        """Keep a view that is too long for an address; return a short query string that stands for it.

        Raises UnknownVersion, BadView, TooManyViews.
        """

    async def changes(self, number: int | None, pairs: Sequence[tuple[str, str]], rows: int | None) -> ViewChanges:
        """A view of the version that a link was made on, beside the same question of the newest one.

        ``rows`` says how many rows it had then, where the link tells. Raises BadView, QueryFailed, QueryTooLarge,
        ServerBusy.
        """

    async def values(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        column: str,
        text: str,
        listed: Sequence[str] | None,
        *,
        is_sampled: bool = False,
    ) -> Values:
        """The values of a column in a view that hold a text; with ``listed``, those of this list.

        ``column`` is its name or position. With ``is_sampled``, here and below, a sample may answer. Raises
        UnknownVersion, BadView, QueryFailed, QueryTooLarge, ServerBusy.
        """

    async def profile(
        self, number: int | None, pairs: Sequence[tuple[str, str]], column: str, *, is_sampled: bool = False
    ) -> Profile:
        """A column of a view in figures. Raises what ``values`` does."""

    async def hits(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        place: int,
        grow: Callable[[RowHits], None] | None = None,
    ) -> RowHits:
        """The rows of a view without its search that the search finds, seen from one, counted from 0.

        ``grow`` is called with what has been found so far, every half a second. Raises what ``values`` does.
        """

    async def shapes(
        self, number: int | None, pairs: Sequence[tuple[str, str]], columns: range, *, is_sampled: bool = False
    ) -> Shapes:
        """The shapes of some columns, from 0, in a view. Raises what ``values`` does."""

    async def crossed(self, number: int | None, pairs: Sequence[tuple[str, str]], by: str, columns: range) -> Crossed:
        """The shapes of some columns, from 0, by the bins of the column ``by``. Raises what ``values`` does."""

    async def plot(
        self, number: int | None, pairs: Sequence[tuple[str, str]], kind: str, x: str, y: str | None
    ) -> Plot:
        """The numbers of a plot of a view; ``x`` and ``y`` are names or positions. Raises what ``values`` does."""

    async def exported(self, number: int | None, pairs: Sequence[tuple[str, str]], form: ExportForm) -> ExportedView:
        """The view that is to be taken away. Raises UnknownVersion, StillArriving, BadView, BadRequest."""

    def export(self, exported: ExportedView) -> AsyncGenerator[bytes]:
        """The bytes of its file, while it is written. It has to be closed. Raises StorageFailed, too."""

    async def make_file(self, exported: ExportedView) -> MadeFile:
        """Make its file, and keep it for a while. Raises StorageFailed, too."""

    def made_file(self, name: str) -> AbstractContextManager[KeptFile]:
        """A file that was made, which is kept as long as the context. Raises UnknownFile."""

    async def overview(self, number: int | None, pairs: Sequence[tuple[str, str]], columns: range) -> Overview:
        """Many columns, from 0, in a view, each in few figures. Raises what ``values`` does."""


class DocumentRoom(Protocol):
    """A document while it is open. Pages, rows and columns count from 1 unless a range says them, from 0."""

    @property
    def uuid(self) -> str: ...

    @property
    def newest(self) -> Version | None:
        """The table on screen: a finished version, or a first upload as far as it has come."""

    @property
    def versions(self) -> tuple[Version, ...]:
        """The finished versions that are kept, oldest first."""

    def version(self, number: int | None) -> Version:
        """The version on screen for None, or one of the kept ones. Raises UnknownVersion."""

    @property
    def answers(self) -> TableAnswers:
        """The answers about its tables that move nobody."""

    async def page(self, page_no: int | None, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of the table on screen; the room's own page for None. Raises PageOutOfRange."""

    async def page_of(self, number: int, page_no: int, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of one of the kept versions. Raises UnknownVersion, PageOutOfRange."""

    async def view_page(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        page_no: int,
        window: ColumnWindow = PLAIN_WINDOW,
        tell: Tell = untold,
        *,
        chosen: bool = False,
        row: int | None = None,
    ) -> Page:
        """A page of a view, which the parameters of a query say; with ``chosen``, of the columns that it chooses.

        With ``row``, it is the page that has this row of the table, or the first one.

        Raises UnknownVersion, BadView, PageOutOfRange, QueryFailed, QueryTooLarge, ServerBusy.
        """

    async def page_on_screen(self, window: ColumnWindow) -> Page:
        """The page on screen, which may be one of a view."""

    async def table(self, version: Version, span: range) -> bytes:
        """Some bytes of a version's inner form."""

    async def original(self, version: Version, span: range) -> bytes:
        """Some bytes of a version's file as it was sent."""

    def lease(self, version: Version) -> AbstractContextManager[None]:
        """Keep a version's files while the context is entered. Enter it before you await anything."""

    async def restore(self, number: int, viewer: str = "") -> Version:
        """Make a kept version the newest again, for a viewer who asked for it or "". Raises UnknownVersion."""


class DocumentVisit(Protocol):
    """One use of an open document: an async context manager that leaves it."""

    @property
    def room(self) -> DocumentRoom: ...

    @property
    def link(self) -> Link: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


class DocumentService(Protocol):
    """Opens documents."""

    async def visit(self, uuid: str | None) -> DocumentVisit:
        """Open a document by either of its UUIDs. Raises UnknownDocument."""

    async def enter(self, uuid: str | None) -> DocumentVisit:
        """Open a document to change it. Raises UnknownDocument, ReadOnly."""


class IncomingUpload(Protocol):
    """An upload or an append in progress."""

    draft: Draft
    received: int
    """Bytes taken."""
    stored: int
    """Bytes that are safely in the store."""
    failure: PagecastError | None
    """The error that ended it."""
    listeners: list[Callable[[], None]]
    """Called after each piece, and after a failure."""
    takeovers: list[Callable[[], Awaitable[None]]]
    """Called when another connection resumes the upload: the connection before it sends no more."""

    async def add(self, data: bytes, offset: int | None = None) -> None:
        """Take the next bytes; with an offset, skip those that are stored already."""

    async def settled(self) -> None:
        """Wait until the bytes taken so far are stored."""


Taken = TypeVar("Taken", bound=IncomingUpload)


class UploadService(Protocol[Taken]):
    """Takes files in. Every upload that ``begin`` or ``resume`` returns ends in finish, discard or abandon."""

    async def begin(
        self,
        uuid: str | None,
        name: str,
        size: int | None,
        viewer: str,
        admit: Callable[[], None],
        *,
        checked: bool,
        choices: Choices = ALL_GUESSED,
        framed: bool = False,
    ) -> Taken:
        """Begin an upload to a document, a new one for None.

        Args:
            uuid: the document.
            name: the file's name; "" for that of the version before.
            size: the file's bytes, None where they are not known.
            viewer: the viewer who uploads, or "".
            admit: called for a document's first table; may refuse it.
            checked: whether every piece is stored safely, so that the upload can be resumed.
            choices: the parts of the dialect that somebody chose.
            framed: whether the sender marks the end, where the size is not known.

        Raises UnknownDocument, ReadOnly, TooLarge, StorageFailed, and what ``admit`` raises.
        """

    async def resume(self, key: str) -> Taken:
        """Go on with an upload. Raises UnknownUpload, TakenOver, StorageFailed."""

    async def finish(self, intake: Taken, sha256: str | None = None, viewer: str = "") -> Version:
        """Make a whole upload the document's newest version.

        Raises ChecksumMismatch, EmptyFile, NotATable, StorageFailed.
        """

    async def discard(self, intake: Taken) -> None:
        """Discard an upload, unless it is a version already."""

    async def abandon(self, intake: Taken) -> None:
        """Let go of an upload whose sender has gone. What can be resumed is kept."""


class AppendService(Protocol[Taken]):
    """Appends rows to finished tables. Every append that ``begin`` returns ends in finish, discard or abandon."""

    async def begin(self, uuid: str, size: int | None, viewer: str) -> Taken:
        """Begin to append ``size`` bytes; None where the size is not known.

        Raises UnknownDocument, ReadOnly, StillArriving, CannotGrow, AlreadyGrowing, TooLarge, StorageFailed.
        """

    async def finish(self, intake: Taken) -> Version:
        """Make the rows a part of the version. Raises EmptyFile, StorageFailed."""

    async def discard(self, intake: Taken) -> None:
        """Discard an append, unless its rows are live: those stay."""

    async def abandon(self, intake: Taken) -> None:
        """Let go of an append whose sender has gone."""


class ReparseService(Protocol):
    """Parses the files of finished versions again."""

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version:
        """Parse the newest version again; ``number`` is the version that the asker has seen, None for any.

        Raises UnknownDocument, ReadOnly, StillArriving, Superseded, AlreadyGrowing, NotQuoted, TooFewRows,
        StorageFailed, ServerBusy.
        """
