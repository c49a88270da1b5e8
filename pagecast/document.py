"""One version of a table: immutable facts, and where its pages are."""

import re
from array import array
from collections.abc import Iterable, Sequence
from sys import byteorder
from typing import TypeVar

from pagecast.errors import PageOutOfRange
from pagecast.facts import Fact, changed
from pagecast.protocol import ALL_GUESSED, Choices, Columns, Dialect, Document, Page
from pagecast.readings import is_marked
from pagecast.rows import PAGE_ROWS

ENTRY_BYTES = 8
"""The index is one unsigned little-endian number a page: the offset of its first row."""


class Version(Fact, frozen=True):
    """What was read of one upload, so far or for good."""

    key: str
    """The upload's name, which its files bear."""
    number: int
    name: str
    size: int | None
    """Bytes of the file, where it is known already."""
    received: int
    complete: bool
    created: str
    """When the upload began, ISO 8601 in UTC."""
    rows: int
    columns: int
    empty_lines: int
    invalid_cells: int
    dialect: Dialect
    kinds: list[str]
    """What each column holds, as far as they were looked at."""
    table_size: int
    """Bytes of the inner form that hold whole rows."""
    clean: bool
    """Whether the file is the inner form itself."""
    edition: int = 1
    """How many times it has been read: each time into files of its own, so that nobody sees one change."""
    choices: Choices = ALL_GUESSED
    """What of the dialect was not guessed."""
    preamble: int = 0
    """Rows before the header."""
    notes: tuple[str, ...] = ()
    """The first of them."""

    @property
    def is_marked(self) -> bool:
        """Whether the inner form may hold the noncharacters of readings.py."""
        return is_marked(self.dialect.delimiter, self.dialect.quoting)

    @property
    def pages(self) -> int:
        return -(-self.rows // PAGE_ROWS)

    def page_rows(self, page_no: int) -> range:
        """Which rows, counted from 0, are on a page.

        A page that is not there has none.
        """
        return range((page_no - 1) * PAGE_ROWS, min(page_no * PAGE_ROWS, self.rows))

    def check_page(self, page_no: int) -> None:
        """Raise PageOutOfRange unless there is a page of this number."""
        if not 1 <= page_no <= self.pages:
            raise PageOutOfRange(page_no, self.pages)

    def frame(self, uuid: str, seq: int) -> Document:
        """These facts as the `document` frame."""
        return Document(
            seq=seq,
            uuid=uuid,
            version=self.number,
            edition=self.edition,
            name=self.name,
            size=self.size,
            received=self.received,
            complete=self.complete,
            created=self.created,
            rows=self.rows,
            columns=self.columns,
            empty_lines=self.empty_lines,
            invalid_cells=self.invalid_cells,
            dialect=self.dialect,
            choices=self.choices,
            preamble=self.preamble,
            notes=self.notes,
        )


def newest_of(versions: Sequence[Version], most: int, max_bytes: int) -> tuple[Version, ...]:
    """Those of a document's versions that are kept: the newest, so many, and so many bytes of files together.

    The last one is always kept. A file that is several versions counts once.
    """
    kept: list[Version] = []
    sizes: dict[str, int] = {}
    for version in reversed(versions[-most:]):
        sizes[version.key] = max(version.received, sizes.get(version.key, 0))
        if kept and sum(sizes.values()) > max_bytes:
            break
        kept.append(version)
    return tuple(reversed(kept))


class Record(Fact, frozen=True):
    """What lasts of a document: the page its room is on and its finished versions, oldest first."""

    page_no: int = 1
    versions: tuple[Version, ...] = ()
    reader: str = ""
    """The document's read-only UUID."""

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None


RESUMABLE_DAYS = 1
"""How long an upload that was cut can be resumed."""


class Draft(Fact, frozen=True):
    """What is known of an upload before its bytes: enough to go on with it after a restart."""

    key: str
    uuid: str
    name: str
    size: int | None
    viewer: str
    created: str
    checked: bool
    """Whether it is stored safely piece by piece, so that it can be resumed."""
    reader: str = ""
    """The document's read-only UUID, which nothing else keeps before the first version is whole."""
    adds: bool = False
    """Whether its rows are added to the finished version of this key."""
    choices: Choices = ALL_GUESSED

    @property
    def live(self) -> bool:
        """Whether it ends when its sender does, in whatever way: then what has come is all that there is."""
        return self.size is None and not self.checked


Named = TypeVar("Named", bound=Document | Page | Columns)


class Link(Fact, frozen=True):
    """By which of its two UUIDs somebody came to a document: its own, or the one for reading only."""

    uuid: str
    """The document's own. Who may only read is never told it."""
    reader: str
    reads_only: bool

    @property
    def shown(self) -> str:
        """What the document is called towards whoever came by this link."""
        return self.reader if self.reads_only else self.uuid

    def seen(self, frame: Named) -> Named:
        """A frame as whoever came by this link is sent it."""
        return changed(frame, uuid=self.reader) if self.reads_only else frame


NO_UUID = "00000000-0000-0000-0000-000000000000"
"""Names no document, ever."""

_uuid = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def is_uuid(text: str) -> bool:
    """Whether this is a UUID in the one way that Pagecast writes it.

    ``uuid.UUID()`` would take ``{…}``, ``urn:uuid:…`` and digits of other scripts too.

    >>> is_uuid("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"), is_uuid("3F0C1A52-9D7E-4B1A-8C55-0A6F7D2E9B11")
    (True, False)
    """
    return _uuid.fullmatch(text) is not None


def file_name(text: str) -> str:
    """A name that is safe to show and to send: without folders or control characters, of at most 255 characters.

    It never becomes a path: files bear the upload's key.

    >>> file_name("../../x\\r\\n.tsv"), file_name("")
    ('x.tsv', 'table.tsv')
    """
    last = text.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in last if letter.isprintable()).strip()[:255]
    return name or "table.tsv"


def index_entries(pages: Iterable[int]) -> bytes:
    """The index entries of pages that begin at these offsets.

    >>> index_entries([0, 258])
    b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    entries = array("Q", pages)
    if byteorder == "big":
        entries.byteswap()
    return entries.tobytes()


def entries_of(page_no: int) -> range:
    """Which bytes of the index say where a page begins and where the next one does.

    >>> entries_of(3)
    range(16, 32)
    """
    return range((page_no - 1) * ENTRY_BYTES, (page_no + 1) * ENTRY_BYTES)


def sizes_of(version: Version | None) -> tuple[int, int, int]:
    """How long the files of a finished version are: the original, the inner form, the index."""
    if version is None:
        return 0, 0, 0
    return version.received, version.table_size, version.pages * ENTRY_BYTES


def page_bytes(entries: bytes, table_size: int) -> range:
    """Which bytes of the inner form are the page whose entry, and the next page's if there is one, these are.

    >>> page_bytes(index_entries([0, 258]), 300), page_bytes(index_entries([258]), 300)
    (range(0, 258), range(258, 300))
    """
    begin, *rest = (int.from_bytes(entries[i : i + ENTRY_BYTES], "little") for i in range(0, len(entries), ENTRY_BYTES))
    return range(begin, min([*rest, table_size]))
