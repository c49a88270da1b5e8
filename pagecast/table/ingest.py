"""From the bytes of a file, as they arrive, to the inner form: the only module that knows a dirty world.

The inner form is UTF-8, LF, TAB, no quoting. A clean file is that form already, byte for byte, and passes through
untouched. Of any other, what is compressed is opened, what is in another encoding becomes UTF-8, a byte order mark is
left out, and it is read literally or as quoted (readings.py).

How a file is written is guessed from its first bytes. When a later byte shows the guess to be wrong,
``GuessRevised`` is raised, and the file is read again from its beginning by the plan in it.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import NamedTuple

from pagecast.protocol.errors import EmptyFile
from pagecast.protocol.tables import ALL_GUESSED, Choices, Dialect
from pagecast.table.cells import InvalidCells, rows_of
from pagecast.table.columns import kinds_of
from pagecast.table.dialect import (
    DELIMITERS,
    LONGEST_SIGNATURE,
    SNIFFED,
    Layout,
    Trial,
    has_header,
    layout_of,
    preamble_of,
    quoting_of,
    refuse_what_is_no_table,
)
from pagecast.table.encoding import Decoder, Sample, mark_of
from pagecast.table.expand import Bounds, Expander, compression_of
from pagecast.table.readings import Literal, Quoted
from pagecast.table.rows import RowScanner

MAX_HEAD = 8 * 2**20
"""Bytes of the head that are kept for the guess where not even the first rows end earlier."""

GUESSED_ROWS = 1000
"""Rows of the head that are looked at for the guess."""

GUESSED_COLUMNS = 20_000
"""Columns that are looked at for the guess: a line of nothing but tabs must not hold up everybody else."""

NOTED_ROWS, NOTED_LETTERS = 100, 500
"""How much of a preamble is kept as notes: its rows, and letters of each. All of it is in the table anyway."""

_NOT_UTF8 = bytes(range(0xF8, 0x100))


def enough(first: bytes) -> bool:
    """Whether these first bytes of a file tell what it is."""
    return len(first) >= LONGEST_SIGNATURE or b"\n" in first


class Piece(NamedTuple):
    """What became of some bytes of the file."""

    table: bytes
    """The same rows in the inner form."""
    pages: list[int]
    """Where, in the inner form, the pages begin that these bytes completed a first row of."""
    clean: bool
    """Whether the inner form has been the file itself so far."""


class Plan(NamedTuple):
    """How a file is to be read, as far as that is known."""

    encoding: str = "utf-8"
    layout: Layout = Layout()
    sampled: int = 0
    """Bytes beyond ASCII that the encoding was guessed from."""
    sniffed: int = 0
    """Bytes of text that the layout was guessed from."""
    unquotable: Layout | None = None
    """One by which a quoted field has been found that does not close."""
    has_lf: bool = False
    """Whether a line end has been found that a lone CR is not."""
    final: bool = False
    """Whether the whole file has been seen, so that nothing is left to guess."""


UNKNOWN = Plan()
UNBOUNDED = Bounds()


class GuessRevised(Exception):
    """What came now shows that the file is written in another way: it has to be read again, by this plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


class Ingest:
    """Reads one file. Feed it the bytes in pieces of any size; then finish it. Both may raise GuessRevised.

    >>> ingest = Ingest()
    >>> ingest.feed(b"city\\tpeople\\n").clean
    True
    >>> ingest.feed(b"Oslo\\t709037\\r\\n")
    Piece(table=b'Oslo\\t709037\\n', pages=[], clean=False)
    >>> ingest.finish()
    Piece(table=b'', pages=[], clean=False)
    >>> ingest.scanner.rows, ingest.header, ingest.kinds, ingest.dialect.line_end
    (2, ['city', 'people'], ['text', 'number'], 'mixed')
    """

    def __init__(self, bounds: Bounds = UNBOUNDED, choices: Choices = ALL_GUESSED, plan: Plan = UNKNOWN) -> None:
        self.scanner = RowScanner()
        self.invalid = InvalidCells()
        self.header: list[str] = []
        """The cells of the row that names the columns, if one does."""
        self.kinds: list[str] = []
        """What each column's first rows hold."""
        self.preamble = 0
        """Rows before the header."""
        self.notes: tuple[str, ...] = ()
        """The first of them."""
        self.clean = True
        """Whether the inner form has been the file itself so far."""
        self._bounds = bounds
        self._choices = choices
        self._plan = plan
        self._first: bytes | None = b""  # the first bytes, until there are enough to tell what they are
        self._expander: Expander | None = None
        self._beginning: bytes | None = b""  # the same of the text, which may have been compressed
        self._compression, self._bom = "none", False
        self._sample: Sample | None = Sample()  # until the encoding is sure
        self._decoder: Decoder | None = None
        self._ascii = True  # whether the text has been nothing else so far
        self._sniffing: bytes | None = b""  # the text's head in UTF-8, until the layout is sure
        self._reading: Literal | Quoted = Literal()
        self._other: Trial | None = None  # the reading that may turn out to be the right one
        self._begun = False  # whether anything has been read yet
        self._has_cr = False
        self._pages: list[int] = []  # that begin in the piece in hand
        self._ended = 0  # lines that have their line end
        self._head = b""
        self._guessed = 0  # bytes of the head that the guess has seen
        if choices.encoding or plan.final:
            self._sample = None
        if plan.final:
            self._sniffing = None

    @property
    def dialect(self) -> Dialect:
        """How the file is written, as far as it has come."""
        layout, crlf = self._plan.layout, self._reading.crlf
        line_end = "lf" if crlf == 0 else "crlf" if crlf >= self._ended else "mixed"
        return Dialect(
            compression=self._compression,
            encoding=self._plan.encoding,
            bom=self._bom,
            delimiter=layout.delimiter,
            line_end="cr" if layout.lone_cr else line_end,
            quoting=layout.quoting,
            header=bool(self.header),
        )

    def feed(self, data: bytes) -> Piece:
        """Take the next bytes. Raises NotATable where they are something else than a table, TooLarge."""
        if self._first is not None:
            self._first += data
            if not enough(self._first):
                return Piece(b"", [], self.clean)
            data = self._open()
        return self._piece(map(self._text, self._expanded(data)))

    def finish(self) -> Piece:
        """There is no more. Raises EmptyFile where there was no row at all, NotATable."""
        return self._piece(self._last_parts())

    def _last_parts(self) -> Iterator[bytes]:
        yield from map(self._text, self._expanded(b"" if self._first is None else self._open()))
        if self._expander is not None:
            self._expander.finish()
        if self._beginning is not None:
            yield self._decoded(self._unmarked())
        if self._decoder is not None:
            yield self._read(self._decoder.finish())
        table = self._reading.finish()
        self._check_quotes()
        yield self._taken(table)
        self._pages += self.scanner.finish()
        self.invalid.finish()
        if self.scanner.rows == 0:
            raise EmptyFile
        self._judge_whole()
        self._guess(ended=True)
        self._head = b""

    def _piece(self, parts: Iterable[bytes]) -> Piece:
        table = b"".join(parts)
        pages, self._pages = self._pages, []
        return Piece(table, pages, self.clean)

    # From bytes to text.

    def _open(self) -> bytes:
        """The first bytes, now that they tell whether what follows is compressed."""
        first, self._first = self._first or b"", None
        self._compression = compression_of(first)
        if self._compression != "none":
            self._expander, self.clean = Expander(self._compression, self._bounds), False
        return first

    def _expanded(self, data: bytes) -> Iterable[bytes]:
        return (data,) if self._expander is None else self._expander.feed(data)

    def _text(self, data: bytes) -> bytes:
        """Bytes of the text as it was written, in the inner form."""
        if self._beginning is not None:
            self._beginning += data
            if not enough(self._beginning):
                return b""
            data = self._unmarked()
        return self._decoded(data)

    def _unmarked(self) -> bytes:
        """The text's first bytes, now that they tell what it is, without the byte order mark."""
        first, self._beginning = self._beginning or b"", None
        refuse_what_is_no_table(first)
        encoding, mark = mark_of(first)
        if mark:
            self._bom, self.clean = True, False
        if self._choices.encoding:
            encoding = self._choices.encoding
        elif mark:
            self._sample = None
        self._decode_as(encoding or self._plan.encoding)
        return first[mark:]

    def _decode_as(self, encoding: str) -> None:
        self._plan = self._plan._replace(encoding=encoding)
        if encoding != "utf-8":
            self._decoder, self.clean, self.invalid.replaced = Decoder(encoding), False, True

    def _decoded(self, data: bytes) -> bytes:
        if self._sample is not None:
            self._judge_encoding(self._sample, data)
        return self._read(data if self._decoder is None else self._decoder.feed(data))

    def _judge_encoding(self, sample: Sample, data: bytes) -> None:
        """Guess again whenever there is twice as much to guess from."""
        sample.feed(data)
        size, sampled = len(sample), self._plan.sampled
        if size > sampled and (size >= 2 * sampled or sample.is_full):
            self._plan = self._plan._replace(sampled=size)
            encoding = sample.guess()
            if encoding != self._plan.encoding:
                if not self._ascii or self._decoder is not None:
                    raise GuessRevised(self._plan._replace(encoding=encoding))
                self._decode_as(encoding)  # what has passed reads the same
        if sample.is_full:
            self._sample = None
        self._ascii = self._ascii and data.isascii()

    # From text to the inner form.

    def _read(self, text: bytes) -> bytes:
        """Bytes of the text, in UTF-8 but for what is invalid in it, in the inner form."""
        if not text:
            return b""
        if self._sniffing is not None:
            self._sniff(self._sniffing, text)
        if not self._begun:
            text = self._begin(text)
        if not self._plan.has_lf:
            self._look_for_lf(text)
        if self._judges_quoting:
            self._read_otherwise(text)
        table = self._reading.feed(text)
        self._check_quotes()
        if self._reading.crlf:
            self.clean = False
        return self._taken(table)

    def _sniff(self, head: bytes, text: bytes) -> None:
        """Look at the head again whenever there is twice as much of it."""
        whole = False
        while text and not whole:
            step = SNIFFED - len(head) % SNIFFED  # so that the head ends at the same place however the bytes arrive
            head, text = head + text[:step], text[step:]
            whole = len(head) % SNIFFED == 0 and (len(head) >= MAX_HEAD or head.count(b"\n") + head.count(b"\r") > 1)
        self._sniffing = None if whole else head
        if whole or len(head) >= 2 * self._plan.sniffed:
            self._plan = self._plan._replace(sniffed=len(head))
            self._follow(self._layout_of(head, ended=False))

    def _layout_of(self, head: bytes, *, ended: bool) -> Layout:
        layout = layout_of(head, self._choices.delimiter, self._choices.quoting, ended=ended)
        layout = layout._replace(lone_cr=layout.lone_cr and not self._plan.has_lf)
        return layout._replace(quoting="literal") if layout == self._plan.unquotable else layout

    def _follow(self, layout: Layout) -> None:
        plan = self._plan._replace(layout=layout)
        if self._begun and layout != self._plan.layout:
            raise GuessRevised(plan)
        self._plan = plan

    def _begin(self, text: bytes) -> bytes:
        """Begin to read by the layout; from here on another one means to read again."""
        self._begun = True
        layout = self._plan.layout
        self._reading = layout.reading()
        if layout.quoting == "quoted":
            self._other = Trial(layout._replace(quoting="literal").reading(), RowScanner())
        self.clean = self.clean and not (layout.is_marked or layout.lone_cr)
        if layout.is_marked and self._decoder is None:  # marks can only be told from what is UTF-8
            self._decoder, self.invalid.replaced = Decoder("utf-8"), True
            text = self._decoder.feed(text)
        return text

    def _check_quotes(self) -> None:
        """A quote that does not close would swallow rows: then quotes are characters."""
        if isinstance(self._reading, Quoted) and self._reading.broken:
            layout = self._plan.layout
            raise GuessRevised(self._plan._replace(unquotable=layout, layout=layout._replace(quoting="literal")))

    def _look_for_lf(self, text: bytes) -> None:
        """A lone CR ends a line only where the file has no LF."""
        if b"\n" in text:
            self._plan = self._plan._replace(has_lf=True)
            self._follow(self._plan.layout._replace(lone_cr=False))
        self._has_cr = self._has_cr or b"\r" in text

    @property
    def _judges_quoting(self) -> bool:
        plan = self._plan
        return not (self._choices.quoting or plan.unquotable == plan.layout._replace(quoting="quoted") or plan.final)

    def _read_otherwise(self, text: bytes) -> None:
        """Read it the other way too: as quoted once a field starts with a quote, or literally."""
        if self._other is None:
            literal, layout = self._reading, self._plan.layout
            assert isinstance(literal, Literal)
            if not _starts_field(literal, text):
                return
            quoted = Quoted.after(literal, DELIMITERS[layout.delimiter], lone_cr=layout.lone_cr)
            self._other = Trial(quoted, deepcopy(self.scanner))
        self._other.feed(text if text.isascii() else text.translate(None, _NOT_UTF8))
        if isinstance(self._other.reading, Quoted) and self._other.reading.broken:
            unquotable = self._plan.layout._replace(quoting="quoted")
            self._plan, self._other = self._plan._replace(unquotable=unquotable), None

    def _judge_whole(self) -> None:
        """What the whole file shows, where its head did not."""
        plan = self._plan
        if plan.final:
            return
        if self._sample is not None and (encoding := self._sample.guess()) != plan.encoding:
            raise GuessRevised(plan._replace(encoding=encoding, sampled=len(self._sample)))
        if not plan.has_lf and self._has_cr:
            self._follow(plan.layout._replace(lone_cr=True))
        if self._sniffing is not None:
            self._follow(self._layout_of(self._sniffing, ended=True))
        elif self._judges_quoting and self._other is not None:
            self._other.finish()
            mine = Trial(self._reading, self.scanner)
            literal, quoted = (mine, self._other) if plan.layout.quoting == "literal" else (self._other, mine)
            assert isinstance(quoted.reading, Quoted)
            quoting = quoting_of(plan.layout.delimiter, literal.rows, quoted.reading, quoted.rows)
            if quoting != plan.layout.quoting:
                raise GuessRevised(plan._replace(layout=plan.layout._replace(quoting=quoting), final=True))

    # What the rows say.

    def _taken(self, table: bytes) -> bytes:
        """Count what is in these bytes of the inner form, and look at the first of them."""
        self._pages += self.scanner.feed(table) if table else []
        self._ended = self.scanner.rows + self.scanner.empty_lines
        self.invalid.feed(table)
        if len(self._head) < SNIFFED or (b"\n" not in self._head and len(self._head) < MAX_HEAD):
            self._head += (table if self._head else table.lstrip(b"\n"))[:MAX_HEAD]
            if len(self._head) >= 2 * self._guessed:
                self._guess()
        return table

    def _guess(self, *, ended: bool = False) -> None:
        if not self.scanner.rows or not self._head:
            return
        self._guessed = len(self._head)
        last_is_whole = ended and len(self._head) < SNIFFED
        whole = self._head if last_is_whole else self._head[: self._head.rfind(b"\n") + 1] or self._head
        rows = rows_of(whole, marked=self._plan.layout.is_marked)[:GUESSED_ROWS]
        self.preamble = preamble_of(rows)
        first, *body = (row[:GUESSED_COLUMNS] for row in rows[self.preamble :])
        names = self._choices.header
        if names is None:
            names = self.preamble > 0 or has_header(first, body)
        self.header = rows[self.preamble] if names else []
        self.notes = tuple("\t".join(row)[:NOTED_LETTERS] for row in rows[: min(self.preamble, NOTED_ROWS)])
        self.kinds = kinds_of(body if names else [first, *body])


def _starts_field(literal: Literal, text: bytes) -> bool:
    """Whether a field that starts with a quote may be in what comes next."""
    seam = literal.last + literal.kept + text[:1]
    if not literal.last and seam.startswith(b'"'):
        return True
    starts = (separator + b'"' for separator in literal.separators)
    return any(start in seam or (b'"' in text and start in text) for start in starts)
