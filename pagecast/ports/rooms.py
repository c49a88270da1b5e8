"""The ports of rooms: the bus and the viewers as the services see them, and the services as the edges see them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, Self, TypeVar

from pagecast.ports.engine import Tell, untold
from pagecast.protocol.errors import PagecastError
from pagecast.protocol.link import Link
from pagecast.protocol.people import People
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.summaries import (
    Crossed,
    MadeFile,
    Overview,
    Plot,
    Profile,
    RowHits,
    Shapes,
    Values,
    ViewChanges,
)
from pagecast.protocol.tables import ALL_GUESSED, Choices, Columns, Document, Found, Page, Progress
from pagecast.protocol.talk import Allowed, Brushed, Log, Offered, Selections
from pagecast.room.events import Event
from pagecast.room.state import RoomState
from pagecast.table.draft import Draft
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_WINDOW, ColumnWindow
from pagecast.view.exports import ExportForm
from pagecast.view.names import ColumnNames
from pagecast.view.view import View


class Hearer(Protocol):
    """Hears the events of the documents that are open here. Its methods are called one after another a document.

    Documents that are not open are ignored. An event that cannot be shown raises PagecastError.
    """

    async def hear(self, uuid: str, event: Event) -> None:
        """Apply an event that every process hears in this order."""

    async def hear_early(self, uuid: str, event: Event) -> None:
        """Apply an event that no other process has heard yet, because the bus cannot be reached."""

    async def agree(self, uuid: str, state: RoomState | None, events: Sequence[Event]) -> None:
        """Replace what was heard early, or missed.

        Args:
            uuid: the document.
            state: the state that all processes go on from; None for the one after the last event in order.
            events: the events that followed it, in order.
        """

    def state(self, uuid: str) -> RoomState | None:
        """The state of a document as it is shown here; None where it is not open."""


class Bus(Protocol):
    """Carries events to every process that holds viewers, in one order a document. Nothing blocks.

    A process hears the documents that it has entered, until it leaves them. While the bus cannot be reached, a process
    hears its own events only. They reach the others afterwards.
    """

    async def start(self) -> None:
        """Connect. Raises OSError."""

    async def stop(self) -> None:
        """Disconnect: this process has gone."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may hear an event. Nothing that goes wrong here can take back such an event."""

    @property
    def is_reachable(self) -> bool:
        """Whether events reach the other processes now."""

    def subscribe(self, hearer: Hearer) -> None:
        """Have a hearer told of every event."""

    async def enter(self, uuid: str, state: RoomState | None) -> RoomState | None:
        """Enter a document. ``state`` is what the store has of it, None where it has nothing.

        Returns the state that the other processes are in; ``state`` itself where none has entered it. Later events are
        heard from ``follow`` on.
        """

    def follow(self, uuid: str) -> None:
        """Begin to hear a document that was entered."""

    def leave(self, uuid: str) -> None:
        """Hear no more of a document. Published events still reach the others."""

    async def publish(self, uuid: str, event: Event) -> None:
        """Carry an event. Returns when this process has heard it. Raises what its hearer raises."""

    async def ready(self) -> None:
        """Return if events can be carried to the other processes. Raises NotReady."""

    async def forget(self, uuid: str) -> None:
        """Keep nothing of a document that was deleted but that it was. Raises nothing: a bus forgets in time."""

    def is_lost(self, process: str) -> bool:
        """Whether another process has given no sign of life for so long that its viewers count as gone."""


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

    def dismiss(self, uuid: str) -> None:
        """Tell a document's viewers that it has been deleted, and close their connections."""

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Broadcast the selections on a page to the viewers who read it alone, and with ``followers`` to the others."""


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

    async def delete(self, uuid: str) -> None:
        """Delete a document for good, by its own UUID. Raises UnknownDocument, ReadOnly, StorageFailed."""


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
