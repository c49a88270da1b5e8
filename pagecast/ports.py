"""What Pagecast needs from the world, in small ports; each has an in-memory twin in `memory/`."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.link import Link
from pagecast.protocol.people import People
from pagecast.protocol.presenting import Wheel
from pagecast.protocol.tables import ALL_GUESSED, Choices, Columns, Document, Page, Reading
from pagecast.protocol.talk import Allowed, Log, Selections
from pagecast.room.events import Event
from pagecast.room.record import Record
from pagecast.room.talk import Remark, Talk
from pagecast.table.draft import Draft
from pagecast.table.ingest import Piece
from pagecast.table.version import Version
from pagecast.table.window import PLAIN, Window

T = TypeVar("T")


class DraftFile(Protocol):
    """The bytes of an upload that is not a version yet.

    Its methods raise StorageFailed, and may block: they are called in a thread, one at a time.
    """

    def write(self, data: bytes) -> None:
        """Add bytes of the file as it was sent."""

    def append(self, piece: Piece) -> None:
        """Add what became of them in the inner form. Comes after their ``write``."""

    def sync(self) -> None:
        """Come back when all that was written would survive a power cut."""

    def cut(self, size: int) -> None:
        """Drop what is behind so many bytes of the file as it was sent, as well as can be: the disk may be failing."""

    def commit(self) -> None:
        """Close it, for good and safe: nothing is written to it again."""

    def close(self) -> None:
        """Let go of it; it can be opened again."""

    def discard(self) -> None:
        """Remove it; of an addition, what was added."""

    edition: int
    """Counts the inner forms of this file, which are files of their own."""

    def replay(self) -> Iterator[bytes]:
        """All of the file that is there, for a new edition: what was appended to the one before stays as it is.

        Of an addition, all that is behind the finished version, in the same edition.
        """


class TableFile(Protocol):
    """A version's rows in the inner form, open to be read.

    Its methods raise StorageFailed, and block.
    """

    def page(self, page_no: int) -> range:
        """Which bytes are a page's rows. The page must be there."""

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from one offset to another, as far as there are any."""


class Store(Protocol):
    """Where tables last. Its methods raise StorageFailed."""

    async def load(self, uuid: str) -> Record | None: ...

    async def find(self, reader: str) -> str | None:
        """The document that was saved with this read-only UUID."""

    async def save(self, uuid: str, record: Record) -> None:
        """Replace what is kept of a document, wholly or not at all."""

    async def talk(self, uuid: str) -> Talk | None: ...

    async def keep_talk(self, uuid: str, talk: Talk) -> None:
        """Replace what is kept of a document's talk. The document has been saved before."""

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        """Do something, in a thread, with a version's table."""

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        """Some bytes of the file as it was sent."""

    async def read_again(self, uuid: str, version: Version) -> DraftFile:
        """A version's file, to be gone through for a new edition. It is not written to."""

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        """Keep an edition of a file, or for None all of them, from being removed while this is entered.

        It does not block. Whoever picks a version takes a lease before it waits for anything.
        """

    async def tidy(self, uuid: str, key: str, editions: frozenset[int]) -> None:
        """Remove all editions of a file but these, and those that the record names, and those that are leased."""

    async def forget(self, uuid: str, version: Version) -> None:
        """Remove a version's files, unless the record names them. Leased ones go with a later sweep."""

    async def drafts(self) -> list[Draft]:
        """The uploads that have not ended."""

    async def check_room(self, size: int) -> None:
        """Raise StorageFailed where so many more bytes would not leave enough of the disk."""

    async def begin(self, draft: Draft) -> DraftFile: ...

    async def reopen(self, draft: Draft) -> DraftFile: ...

    async def extend(self, draft: Draft, version: Version) -> DraftFile:
        """The files of a finished version, to add to. What an earlier addition left behind it can be replayed."""

    async def end(self, draft: Draft) -> None:
        """This upload has ended: it is a version now, or discarded."""

    async def renew(self, draft: Draft) -> None:
        """Note that somebody has just sent more of an upload: its days begin anew."""

    async def check_clock(self) -> None:
        """Leave out of all ages the time while the server was off, and clock changes. Call it before each sweep."""

    async def stale(self, days: float) -> frozenset[str]:
        """The keys of the uploads that nobody has begun or gone on with for so long."""

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        """Remove the documents that nobody has opened for so long, but for those in use."""


Hear = Callable[[str, Event | Remark], Awaitable[None]]


class Bus(Protocol):
    """Carries events to every process that holds viewers, in one order a document."""

    def subscribe(self, hear: Hear) -> None: ...

    async def publish(self, uuid: str, event: Event | Remark) -> None:
        """Comes back when this process has heard it."""


Shown = Document | Page | People | Wheel | Log | Allowed | Reading
"""The frames that go to all viewers of a document."""


class Viewers(Protocol):
    """The viewers that are connected to this process."""

    def windows(self, uuid: str) -> list[Window]:
        """What a document's viewers look at, each window once, those of most viewers first."""

    def show(self, uuid: str, frame: Shown, window: Window | None = None) -> None:
        """Send a frame to a document's viewers: to all, or to those who look through one window.

        Each is sent the newest of its type when it can take it.
        """

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Send what is selected on a page to those who read it alone, and if ``followers`` to those with the room."""


class IncomingUpload(Protocol):
    """An upload on its way in, as a door sees it."""

    draft: Draft
    received: int
    """Bytes taken."""
    stored: int
    """Bytes that are safely in the store."""
    failure: PagecastError | None
    """What ended it."""
    listeners: list[Callable[[], None]]
    """Called after each piece, and after a failure."""
    takeovers: list[Callable[[], Awaitable[None]]]
    """Called when another connection goes on with it: whoever brings it then sends no more."""

    async def add(self, data: bytes, offset: int | None = None) -> None:
        """Take the next bytes. Raises PagecastError."""

    async def settled(self) -> None:
        """Wait until they are dealt with."""


Taken = TypeVar("Taken", bound=IncomingUpload)


class TableService(Protocol):
    """What the doors ask of the library. Its methods raise PagecastError."""

    async def visit(self, uuid: str | None) -> Link: ...

    async def leave(self, uuid: str) -> None: ...

    async def page(self, uuid: str, page_no: int | None, window: Window = PLAIN) -> Page: ...

    async def columns(self, uuid: str, number: int | None, columns: range) -> Columns: ...

    async def cell(self, uuid: str, number: int | None, row: int, column: int) -> tuple[Version, range]: ...

    async def table(self, uuid: str, version: Version, span: range) -> bytes: ...

    def lease(self, version: Version) -> AbstractContextManager[None]: ...

    def newest(self, uuid: str) -> Version | None: ...

    def version(self, uuid: str, number: int) -> Version: ...

    def versions(self, uuid: str) -> tuple[Version, ...]: ...

    async def page_of(self, uuid: str, number: int, page_no: int, window: Window = PLAIN) -> Page: ...

    async def enter(self, uuid: str | None) -> str: ...

    async def restore(self, uuid: str, number: int) -> Version: ...

    async def original(self, uuid: str, version: Version, span: range) -> bytes: ...


class UploadService(Protocol[Taken]):
    """What the doors ask of whoever takes files in. Its methods raise PagecastError."""

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
    ) -> Taken: ...

    async def resume(self, key: str) -> Taken: ...

    async def finish(self, intake: Taken, sha256: str | None = None) -> Version: ...

    async def discard(self, intake: Taken) -> None: ...

    async def abandon(self, intake: Taken) -> None: ...


class AppendService(Protocol[Taken]):
    """What the doors ask of whoever adds rows to tables. Its methods raise PagecastError."""

    async def begin(self, uuid: str, size: int | None, viewer: str) -> Taken: ...

    async def finish(self, intake: Taken) -> Version: ...

    async def discard(self, intake: Taken) -> None: ...

    async def abandon(self, intake: Taken) -> None: ...


class ReparseService(Protocol):
    """What the doors ask of whoever reads files again."""

    async def read(self, uuid: str, number: int | None, choices: Choices) -> Version: ...
