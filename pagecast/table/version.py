"""A version of a table: what was read of one upload, as an immutable value."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from pagecast.protocol.errors import PageOutOfRange
from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import (
    ALL_GUESSED,
    Choices,
    Columns,
    Dialect,
    Document,
    EncodingGuess,
    Info,
    InfoColumn,
    KeptVersion,
    Span,
)
from pagecast.table.columns import unpack_kinds, unpack_lenses
from pagecast.table.escapes import is_escaped
from pagecast.table.index import ENTRY_BYTES
from pagecast.table.paging import page_count, rows_of_page


class Version(Fact, frozen=True):
    """The facts about one upload: those read so far, or all of them where it is ``complete``."""

    key: str
    """The upload's name. Its files in the store bear it."""
    number: int
    """Counts the document's versions, from 1."""
    name: str
    """The file's name, safe to show."""
    size: int | None
    """Bytes of the whole file; None where the uploader has not said it."""
    received: int
    """Bytes of the file that are stored."""
    complete: bool
    created: str
    """When the upload began, or when the version was brought back: ISO 8601 in UTC."""
    rows: int
    """Rows, the header and the rows before it included."""
    columns: int
    """Cells in the widest row."""
    empty_lines: int
    invalid_cells: int
    """Cells with bytes that are invalid in the file's encoding."""
    dialect: Dialect
    kinds: str | list[str]
    """The kinds and lenses of the first columns as ``pack_kinds`` writes them.

    Records from before 0.2.0 have a list of names.
    """
    table_size: int
    """Bytes of the inner form that hold whole rows."""
    clean: bool
    """Whether the file is the inner form itself, byte for byte."""
    edition: int = 1
    """Counts how often the file was parsed, from 1. Each edition has an inner form of its own: readers keep theirs."""
    choices: Choices = ALL_GUESSED
    """The parts of the dialect that somebody chose."""
    preamble: int = 0
    """Rows before the header."""
    notes: tuple[str, ...] = ()
    """The text of the first of them."""
    header_offset: int = 0
    """Columns before the one that the header's first cell names: 1 where the header lacks a name for row names."""
    other_headers: tuple[int, ...] = ()
    """Rows below the header that are headers, too, as far as the first rows show: of further tables, or units."""
    usual_cells: int = 0
    """The most frequent number of cells in a row behind the preamble; 0 where it is not known."""
    irregular: int = 0
    """Rows with another number of cells, without the preamble."""
    irregular_rows: tuple[Span, ...] = ()
    """The first of them, as runs of rows."""
    mended: int = 0
    """Cells that were mended: a stray quote was read as text."""
    mended_rows: tuple[int, ...] = ()
    """The first rows with such cells."""
    certain: bool | None = None
    """Whether the encoding is certain: valid UTF-8, a byte order mark, or chosen. None in records from before 0.3.0."""
    encodings: tuple[EncodingGuess, ...] = ()
    """The guess and the two next likely encodings, the likeliest first; none where the encoding is certain."""
    by: str = ""
    """The name of the person who brought it, as it was then; empty where no person is known."""
    restores: int | None = None
    """The earlier version that it repeats; None where it is an upload of its own."""

    @property
    def is_escaped(self) -> bool:
        """Whether the inner form may hold the escapes of escapes.py."""
        return is_escaped(self.dialect)

    @property
    def is_certain(self) -> bool:
        """Whether the encoding is certain."""
        if self.certain is not None:
            return self.certain
        is_valid_utf8 = self.dialect.encoding == "utf-8" and self.invalid_cells == 0
        return is_valid_utf8 or self.dialect.bom or self.choices.encoding is not None

    @property
    def column_kinds(self) -> Sequence[str]:
        """The kind of each of the first columns, as columns.py names it. Columns behind them were not sampled."""
        return unpack_kinds(self.kinds) if isinstance(self.kinds, str) else self.kinds

    @property
    def column_lenses(self) -> Sequence[str]:
        """The lens of each of these columns, as lenses.py names it."""
        return unpack_lenses(self.kinds) if isinstance(self.kinds, str) else [""] * len(self.kinds)

    @property
    def header_row(self) -> int:
        """The row of the header, counted from 1, where ``dialect.header`` says that there is one."""
        return self.preamble + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return page_count(self.rows)

    def page_rows(self, page_no: int) -> range:
        """Return the rows on a page, both counted from 1; an empty range where there is no such page."""
        return rows_of_page(page_no, self.rows)

    def check_page(self, page_no: int) -> None:
        """Raise PageOutOfRange unless there is a page of this number, counted from 1."""
        if not 1 <= page_no <= self.pages:
            raise PageOutOfRange(page_no, self.pages)

    def frame(self, uuid: str, seq: int) -> Document:
        """Return these facts as the `document` frame."""
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
            other_headers=self.other_headers,
            usual_cells=self.usual_cells,
            irregular=self.irregular,
            irregular_rows=self.irregular_rows,
            mended=self.mended,
            mended_rows=self.mended_rows,
            certain=self.is_certain,
            encodings=self.encodings,
            restores=self.restores,
        )

    def kept(self) -> KeptVersion:
        """Return these facts as in a list of versions."""
        return KeptVersion(self.number, self.name, self.created, self.received, self.rows, self.by, self.restores)

    def info(self, named: Columns, versions: Sequence["Version"]) -> Info:
        """Return these facts as the answer of the info API.

        ``named``: the first columns of this version; ``versions``: those that are kept.
        """
        document = self.frame(named.uuid, 0)
        shared = set(Info.__struct_fields__) & set(Document.__struct_fields__) - {"columns"}
        members: dict[str, Any] = {member: getattr(document, member) for member in shared}
        names = chain(named.header, repeat(""))  # a header may be shorter than the widest row
        return Info(
            **members,
            n_columns=named.n_columns,
            columns=tuple(map(InfoColumn, names, named.kinds, named.lenses)),
            header_row=self.header_row if self.dialect.header else 0,
            versions=tuple(version.kept() for version in versions),
        )


def file_sizes(version: Version | None) -> tuple[int, int, int]:
    """Return the bytes of a finished version's files: original, inner form, page index. All 0 where there is none."""
    if version is None:
        return 0, 0, 0
    return version.received, version.table_size, version.pages * ENTRY_BYTES
