"""From a text in UTF-8 to the inner form, while the layout of the text is still being found out.

The layout is sniffed from the head, and checked to the end of the file. Both literal and quoted parsing run side by
side from the first field on that starts with a quote: whichever gives the more regular rows is right for all of it.
"""

from copy import deepcopy
from typing import NamedTuple

from pagecast.protocol.tables import Choices
from pagecast.table.encoding import Decoder
from pagecast.table.escapes import MARKS, MEND_MARK
from pagecast.table.layout import MAX_HEAD, SNIFFED, Layout, Parser, TrialParse, quoting_of
from pagecast.table.literal import LiteralParser
from pagecast.table.pairing import Shape
from pagecast.table.preamble import PreambleReader
from pagecast.table.quoted import MAX_ROW, QuotedParser
from pagecast.table.rows import RowScanner
from pagecast.table.sniff import sniff_layout
from pagecast.table.spelling import Respeller

MAX_MENDED_ROWS = 100
"""Rows with mended cells whose numbers are told."""


class LayoutPlan(NamedTuple):
    """The layout of a text, as far as it is known."""

    layout: Layout = Layout()
    sniffed: int = 0
    """Bytes of text that it was sniffed from."""
    long_fields: bool = True
    """Whether a quoted field may be longer than the parser keeps: none of this text is unclosed."""
    given_up: bool = False
    """Whether quotes are characters whatever the head shows: far too many of them do not pair."""
    final: bool = False
    """Whether the whole file has been seen, so that nothing is left to guess."""


class LayoutRevised(Exception):
    """Raised where later text shows that the text so far was parsed wrongly. ``plan`` is the better guess."""

    def __init__(self, plan: LayoutPlan) -> None:
        self.plan = plan


class TableParser:
    """Parses the text of one file, in pieces of any size. All methods raise LayoutRevised.

    ``choices``: the parts of the dialect that somebody chose. ``plan``: where to begin with the guess. ``scanner``: has
    counted the rows of the inner form so far.

    >>> scanner = RowScanner()
    >>> parser = TableParser(Choices(), LayoutPlan(), scanner)
    >>> table = parser.feed(b"city;people\\nOslo;709037\\n", is_valid=False)
    >>> table, parser.plan.layout.spelling.delimiter, parser.is_original
    (b'city\\tpeople\\nOslo\\t709037\\n', 'semicolon', False)
    """

    def __init__(self, choices: Choices, plan: LayoutPlan, scanner: RowScanner) -> None:
        self.plan = plan
        self.is_original = True
        """Whether the inner form so far is the text itself, byte for byte."""
        self.mended_rows: list[int] = []
        """The first rows with mended cells."""
        self._choices = choices
        self._scanner = scanner
        self._head: bytes | None = None if plan.final else b""  # of the text, until the layout is sure
        self._parser: Parser = LiteralParser()
        self._respeller: Respeller | None = None
        self._preamble: PreambleReader | None = None
        self._other: TrialParse | None = None  # the parse that may turn out to be the right one
        self._row: bytes | None = b""  # the text of the row that has begun, unless it is too long to be kept
        self._validator: Decoder | None = None
        self._begun = False
        self._feeds = 0  # LFs, until there are two
        self._has_returns = False

    @property
    def crlf(self) -> int:
        """Line ends that were CRLF."""
        return self._parser.crlf + (self._preamble.crlf if self._preamble else 0)

    @property
    def mended(self) -> int:
        """Cells that were mended."""
        return self._parser.mended if isinstance(self._parser, QuotedParser) else 0

    @property
    def is_validated(self) -> bool:
        """Whether U+FFFD stands for bytes that are invalid: marks and escapes can only be told from valid UTF-8."""
        return self._validator is not None

    def feed(self, text: bytes, *, is_valid: bool) -> bytes:
        """Take the next bytes of the text, and return them in the inner form.

        ``is_valid``: a decoder made the text, so that it is valid UTF-8.
        """
        return self._parse(text if self._validator is None else self._validator.feed(text), is_valid)

    def finish(self) -> bytes:
        """Return what is left when the text has ended."""
        table = b"" if self._validator is None else self._parse(self._validator.finish(), is_valid=True)
        if self._respeller is not None:
            table += self._parse_respelled(self._respeller.finish())
        if self._preamble is not None:
            table += self._preamble.finish()
        table += self._note_mended(self._parser.finish(), behind=table)
        self._check_lost()
        return table

    def check(self) -> None:
        """Raise LayoutRevised where the whole file shows another layout than its head. Call it after ``finish``."""
        if self.plan.final:
            return
        if self._head is not None:
            self._follow(sniff_layout(self._head, self._choices, ended=True))
        elif self._feeds == 0 and self._has_returns and self._choices.line_end is None:
            self._follow(_with_line_end(self.plan.layout, "cr"))
        if self._compares_quoting and self._other is not None:
            self._compare(self._other)
        self._check_escape()

    def _parse(self, text: bytes, is_valid: bool) -> bytes:
        if not text:
            return b""
        if self._head is not None:
            self._sniff(self._head, text)
        if not self._begun:
            text = self._begin(text, is_valid)
        self._count_line_ends(text)
        return self._parse_respelled(text if self._respeller is None else self._respeller.feed(text))

    def _parse_respelled(self, text: bytes) -> bytes:
        table = b""
        if self._preamble is not None and self._preamble.left:
            table, text = self._preamble.feed(text)
        if self._compares_quoting and (table or text):
            self._parse_otherwise(table, text)
        table += self._note_mended(self._parser.feed(text), behind=table)
        self._check_lost()
        if self._parser.crlf:
            self.is_original = False
        return table

    def _sniff(self, head: bytes, text: bytes) -> None:
        """Add text to the head, and sniff again whenever the head has doubled."""
        complete = False
        while text and not complete:
            until = max(SNIFFED, 1 << len(head).bit_length())  # the same places, however the bytes arrive
            head, text = head + text[: until - len(head)], text[until - len(head) :]
            complete = len(head) == until and (until >= MAX_HEAD or _shows_rows(head))
        self._head = None if complete else head
        if complete or len(head) >= 2 * self.plan.sniffed:
            self.plan = self.plan._replace(sniffed=len(head))
            self._follow(sniff_layout(head, self._choices, ended=False))

    def _follow(self, layout: Layout) -> None:
        """Take this layout, if no text has been parsed by another one."""
        layout = _literal(layout) if self.plan.given_up else layout
        plan, before = self.plan._replace(layout=layout), self.plan.layout
        if self._begun and layout != before:
            uses_shape = layout.quoting != "literal" or self._other is not None or layout.preamble > 0
            if uses_shape or layout._replace(usual=0, values=()) != before._replace(usual=0, values=()):
                raise LayoutRevised(plan)
        self.plan = plan

    def _begin(self, text: bytes, is_valid: bool) -> bytes:
        """Begin to parse by the layout. From here on, another layout means parsing again."""
        self._begun = True
        layout = self.plan.layout
        self._parser = layout.parser(long_fields=self.plan.long_fields)
        if layout.preamble:
            self._preamble = PreambleReader(layout)
        if not layout.spelling.is_plain:
            self._respeller = Respeller(layout.spelling)
        if layout.quoting != "literal":
            self._other = TrialParse(LiteralParser(layout.spelling), RowScanner())
        if not layout.is_clean or layout.spelling.line_end != "lf":
            self.is_original = False
        if (layout.is_escaped or self._respeller is not None) and not is_valid:
            self._validator = Decoder("utf-8")
            text = self._validator.feed(text)
        return text

    def _check_lost(self) -> None:
        """Raise LayoutRevised where a long field does not close: parsed again, it is mended like any other.

        Where quotes are given up, the text is parsed again literally.
        """
        if isinstance(self._parser, QuotedParser) and self._parser.given_up:
            raise LayoutRevised(self.plan._replace(layout=_literal(self.plan.layout), given_up=True))
        if isinstance(self._parser, QuotedParser) and self._parser.lost:
            raise LayoutRevised(self.plan._replace(long_fields=False))

    def _check_escape(self) -> None:
        """Raise LayoutRevised where most stray quotes have a backslash before them: this is how the file escapes."""
        parser, layout = self._parser, self.plan.layout
        if self._choices.escape is None and isinstance(parser, QuotedParser) and 2 * parser.escaped > parser.mended:
            spelling = layout.spelling._replace(escape="backslash")
            raise LayoutRevised(self.plan._replace(layout=layout._replace(spelling=spelling), final=True))

    def _count_line_ends(self, text: bytes) -> None:
        """Count line ends. Behind a head without an LF, a second one shows that a CR alone ends no row."""
        spelling = self.plan.layout.spelling
        if self._feeds < 2:
            self._feeds += text.count(b"\n")
        self._has_returns = self._has_returns or b"\r" in text
        is_unsure = spelling.line_end == "cr" and self._head is None and self.plan.layout.usual < 2
        if is_unsure and self._feeds > 1 and self._choices.line_end is None:
            self._follow(_with_line_end(self.plan.layout, "lf"))

    def _note_mended(self, table: bytes, behind: bytes) -> bytes:
        """Note the rows of mended cells, and put the quotes for the marks that show their places.

        ``behind``: the bytes between the rows that the scanner has counted and these.
        """
        mark = bytes([MEND_MARK])
        if not isinstance(self._parser, QuotedParser) or mark not in table:
            return table
        quote = self.plan.layout.spelling.quote.encode()
        if len(self.mended_rows) >= MAX_MENDED_ROWS:
            return table.replace(mark, quote)
        row, is_open = self._scanner.rows + 1, self._scanner.is_open
        for line in (behind + table).split(b"\n"):
            if mark in line and len(self.mended_rows) < MAX_MENDED_ROWS:
                self.mended_rows.append(row)
            row, is_open = row + (bool(line) or is_open), False
        return table.replace(mark, quote)

    @property
    def _compares_quoting(self) -> bool:
        """Whether literal and quoted parsing are still to be compared."""
        return not (self._choices.quoting or self.plan.final or self.plan.given_up)

    def _parse_otherwise(self, preamble: bytes, text: bytes) -> None:
        """Parse the text the other way, too: as quoted once a field starts with a quote, or literally.

        ``preamble``: rows before the text, in the inner form, which are the same either way.
        """
        if self._respeller is None and self._validator is None and not text.isascii():
            text = text.translate(None, MARKS)  # invalid UTF-8, which nothing has replaced
        if self._other is None:
            literal, layout = self._parser, self.plan.layout
            assert isinstance(literal, LiteralParser)
            if not _starts_field(literal, text, layout.spelling.quote.encode()):
                self._keep_row(literal, text)
                return
            shape = Shape(layout.usual, layout.values)
            quoted = QuotedParser.after(literal, layout.spelling, shape, long_fields=False, row=self._row)
            scanner = deepcopy(self._scanner) if self._row is None else self._scanner.before_open_row()
            self._other, self._row = TrialParse(quoted, scanner), None
        self._other.rows.feed(preamble)
        self._other.watch(text)

    def _keep_row(self, literal: LiteralParser, text: bytes) -> None:
        """Keep the text of the row that has begun: quoted parsing, if it comes to that, has to see whole rows."""
        end = max(map(text.rfind, literal.line_ends)) + 1
        if end:
            self._row = text[end:]
        elif self._row is not None:
            self._row = self._row + text if len(self._row) < MAX_ROW else None

    def _compare(self, other: TrialParse) -> None:
        """Compare both parses of the whole file, and raise LayoutRevised where the other one is right."""
        layout = self.plan.layout
        other.finish()
        mine = TrialParse(self._parser, self._scanner)
        literal, quoted = (mine, other) if layout.quoting == "literal" else (other, mine)
        assert isinstance(quoted.parser, QuotedParser)
        quoted.parser.fields += self._preamble.fields if self._preamble else 0
        delimiter = layout.spelling.delimiter
        quoting = quoting_of(delimiter, literal.rows, quoted.parser, quoted.rows)
        if quoting != layout.quoting:
            long_fields = self.plan.long_fields and layout.quoting != "literal"
            layout = layout._replace(quoting=quoting)
            raise LayoutRevised(self.plan._replace(layout=layout, long_fields=long_fields, final=True))


def _shows_rows(head: bytes) -> bool:
    """Return whether a head has rows that are no comments."""
    begin = 0
    line_end = b"\n" if b"\n" in head else b"\r"
    while head.startswith(b"#", begin):
        begin = head.find(line_end, begin) + 1
        if not begin:
            return False
    return head.count(line_end, begin) > 1


def _literal(layout: Layout) -> Layout:
    return layout._replace(quoting="literal", values=())


def _with_line_end(layout: Layout, line_end: str) -> Layout:
    return layout._replace(spelling=layout.spelling._replace(line_end=line_end))


def _starts_field(literal: LiteralParser, text: bytes, quote: bytes) -> bool:
    """Return whether a field that starts with a quote may be in the next text."""
    seam = literal.last + literal.kept + text[:1]
    if not literal.last and seam.startswith(quote):
        return True
    starts = (separator + quote for separator in literal.separators)
    return any(start in seam or (quote in text and start in text) for start in starts)
