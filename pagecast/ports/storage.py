"""The ports of storage: records, files and drafts. Each has a twin in `memory/`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.ingest import TablePiece
from pagecast.table.version import Version
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


class InUse(Exception):
    """Another process has these files open to write them."""


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

    async def delete(self, uuid: str, reader: str) -> None:
        """Remove a document and all that is kept of it, also what a lease protects. It may be gone already.

        Args:
            uuid: the document.
            reader: its read-only UUID.

        Raises StorageFailed. The record goes first and at once: a ``save`` that follows raises RecordChanged.
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

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Keep other processes from writing a file while the context is entered. Entering raises InUse."""

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
    """Uploads that have not ended. Nothing blocks; all raise StorageFailed.

    An open file is claimed. Methods that open one raise InUse where another process has claimed it.
    """

    async def drafts(self) -> list[Draft]:
        """All uploads that have not ended. Where servers share a store: those that this one began or took over."""

    async def load_draft(self, key: str) -> Draft | None:
        """The upload of a key, or None where it has ended or never was. Another server's is this one's from now on."""

    async def drafts_of(self, uuid: str) -> list[Draft]:
        """The uploads to a document that have not ended."""

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

    async def ready(self) -> None:
        """Write something and remove it. Raises NotReady."""

    async def check_clock(self) -> None:
        """Leave out of all ages the time while the server was off, and clock changes. Call it before each sweep."""

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        """Remove the documents that nobody has opened for ``keep_days`` days, except those in use."""
