"""What Pagecast needs from the world, in small ports; each has an in-memory twin in `memory/`."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, Self, TypeVar

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.link import Link
from pagecast.protocol.people import People
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import ALL_GUESSED, Choices, Columns, Document, Found, Page, Progress
from pagecast.protocol.talk import Allowed, Log, Selections
from pagecast.room.events import Event
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_WINDOW, ColumnWindow
from pagecast.view.view import LongView

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


Hear = Callable[[str, Event], Awaitable[None]]
"""Takes a document's UUID and an event."""


class Bus(Protocol):
    """Carries events to every process that holds viewers, in one order a document. Nothing blocks."""

    def subscribe(self, hear: Hear) -> None:
        """Have ``hear`` called for every event of every document, one after another for each document."""

    async def publish(self, uuid: str, event: Event) -> None:
        """Carry an event. Returns when this process has heard it."""


Shown = Document | Page | People | Presenter | Log | Allowed | Progress
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

    async def page(self, page_no: int | None, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of the table on screen; the room's own page for None. Raises PageOutOfRange."""

    async def page_of(self, number: int, page_no: int, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        """A page of one of the kept versions. Raises UnknownVersion, PageOutOfRange."""

    async def columns(self, number: int | None, columns: range) -> Columns:
        """The names, kinds and lenses of some columns, from 0. Raises UnknownVersion."""

    async def find(self, number: int | None, page_no: int, text: str) -> Found:
        """The cells and the column names of a page that hold a text.

        Raises UnknownVersion, PageOutOfRange, ServerBusy.
        """

    async def cell(self, number: int | None, row: int, column: int) -> tuple[Version, range]:
        """The version, and which bytes of its inner form a cell is. Raises UnknownVersion, CellOutOfRange."""

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
