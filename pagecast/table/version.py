"""One version of a table: immutable facts about one upload."""

from pagecast.protocol.errors import PageOutOfRange
from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import ALL_GUESSED, Choices, Dialect, Document
from pagecast.table.index import ENTRY_BYTES
from pagecast.table.readings import is_marked
from pagecast.table.rows import PAGE_ROWS


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


def sizes_of(version: Version | None) -> tuple[int, int, int]:
    """How long the files of a finished version are: the original, the inner form, the index."""
    if version is None:
        return 0, 0, 0
    return version.received, version.table_size, version.pages * ENTRY_BYTES
