"""From a text in UTF-8 to the inner form, while the layout of the text is still being found out.

The layout is sniffed from the head, and checked to the end of the file. Both literal and quoted parsing run side by
side from the first field on that starts with a quote: whichever gives the more regular rows is right for all of it.
"""

from copy import deepcopy
from typing import NamedTuple

from pagecast.protocol.tables import Choices
from pagecast.table.encoding import Decoder
from pagecast.table.layout import DELIMITERS, MAX_HEAD, SNIFFED, Layout, TrialParse, quoting_of, sniff_layout
from pagecast.table.literal import LiteralParser
from pagecast.table.quoted import QuotedParser
from pagecast.table.rows import RowScanner

_NOT_UTF8 = bytes(range(0xF8, 0x100))
"""Bytes that no UTF-8 has, even damaged text seldom. Five of them are the marks of escapes.py."""


class LayoutPlan(NamedTuple):
    """The layout of a text, as far as it is known."""

    layout: Layout = Layout()
    sniffed: int = 0
    """Bytes of text that it was sniffed from."""
    unquotable: Layout | None = None
    """A quoted layout by which a field does not close."""
    has_lf: bool = False
    """Whether the text has an LF. Then a CR alone ends no row."""
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
    >>> table, parser.plan.layout.delimiter, parser.is_original
    (b'city\\tpeople\\nOslo\\t709037\\n', 'semicolon', False)
    """

    def __init__(self, choices: Choices, plan: LayoutPlan, scanner: RowScanner) -> None:
        self.plan = plan
        self.is_original = True
        """Whether the inner form so far is the text itself, byte for byte."""
        self._choices = choices
        self._scanner = scanner
        self._head: bytes | None = None if plan.final else b""  # of the text, until the layout is sure
        self._parser: LiteralParser | QuotedParser = LiteralParser()
        self._other: TrialParse | None = None  # the parse that may turn out to be the right one
        self._validator: Decoder | None = None
        self._begun = False
        self._has_cr = False

    @property
    def crlf(self) -> int:
        """Line ends that were CRLF."""
        return self._parser.crlf

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
        table += self._parser.finish()
        self._check_quotes()
        return table

    def check(self) -> None:
        """Raise LayoutRevised where the whole file shows another layout than its head. Call it after ``finish``."""
        plan = self.plan
        if plan.final:
            return
        if not plan.has_lf and self._has_cr:
            self._follow(plan.layout._replace(lone_cr=True))
        if self._head is not None:
            self._follow(self._layout_of(self._head, ended=True))
        elif self._compares_quoting and self._other is not None:
            self._compare(self._other)

    def _parse(self, text: bytes, is_valid: bool) -> bytes:
        if not text:
            return b""
        if self._head is not None:
            self._sniff(self._head, text)
        if not self._begun:
            text = self._begin(text, is_valid)
        if not self.plan.has_lf:
            self._look_for_lf(text)
        if self._compares_quoting:
            self._parse_otherwise(text)
        table = self._parser.feed(text)
        self._check_quotes()
        if self._parser.crlf:
            self.is_original = False
        return table

    def _sniff(self, head: bytes, text: bytes) -> None:
        """Add text to the head, and sniff again whenever the head has doubled."""
        complete = False
        while text and not complete:
            step = SNIFFED - len(head) % SNIFFED  # so that the head ends at the same place however the bytes arrive
            head, text = head + text[:step], text[step:]
            rows_end = head.count(b"\n") + head.count(b"\r") > 1
            complete = len(head) % SNIFFED == 0 and (len(head) >= MAX_HEAD or rows_end)
        self._head = None if complete else head
        if complete or len(head) >= 2 * self.plan.sniffed:
            self.plan = self.plan._replace(sniffed=len(head))
            self._follow(self._layout_of(head, ended=False))

    def _layout_of(self, head: bytes, *, ended: bool) -> Layout:
        layout = sniff_layout(head, self._choices.delimiter, self._choices.quoting, ended=ended)
        layout = layout._replace(lone_cr=layout.lone_cr and not self.plan.has_lf)
        return layout._replace(quoting="literal") if layout == self.plan.unquotable else layout

    def _follow(self, layout: Layout) -> None:
        """Take this layout, if no text has been parsed by another one."""
        plan = self.plan._replace(layout=layout)
        if self._begun and layout != self.plan.layout:
            raise LayoutRevised(plan)
        self.plan = plan

    def _begin(self, text: bytes, is_valid: bool) -> bytes:
        """Begin to parse by the layout. From here on, another layout means parsing again."""
        self._begun = True
        layout = self.plan.layout
        self._parser = layout.parser()
        if layout.quoting == "quoted":
            self._other = TrialParse(layout._replace(quoting="literal").parser(), RowScanner())
        if layout.is_escaped or layout.lone_cr:
            self.is_original = False
        if layout.is_escaped and not is_valid:
            self._validator = Decoder("utf-8")
            text = self._validator.feed(text)
        return text

    def _check_quotes(self) -> None:
        """Raise LayoutRevised where a quote never closes. It would swallow rows, so quotes are characters here."""
        if isinstance(self._parser, QuotedParser) and self._parser.broken:
            layout = self.plan.layout
            raise LayoutRevised(self.plan._replace(unquotable=layout, layout=layout._replace(quoting="literal")))

    def _look_for_lf(self, text: bytes) -> None:
        """Note line ends. A lone CR ends a row only where the file has no LF."""
        if b"\n" in text:
            self.plan = self.plan._replace(has_lf=True)
            self._follow(self.plan.layout._replace(lone_cr=False))
        self._has_cr = self._has_cr or b"\r" in text

    @property
    def _compares_quoting(self) -> bool:
        """Whether literal and quoted parsing are still to be compared."""
        plan = self.plan
        return not (self._choices.quoting or plan.unquotable == plan.layout._replace(quoting="quoted") or plan.final)

    def _parse_otherwise(self, text: bytes) -> None:
        """Parse the text the other way, too: as quoted once a field starts with a quote, or literally."""
        if self._other is None:
            literal, layout = self._parser, self.plan.layout
            assert isinstance(literal, LiteralParser)
            if not _starts_field(literal, text):
                return
            quoted = QuotedParser.after(literal, DELIMITERS[layout.delimiter], lone_cr=layout.lone_cr)
            self._other = TrialParse(quoted, deepcopy(self._scanner))
        self._other.feed(text if text.isascii() else text.translate(None, _NOT_UTF8))
        if isinstance(self._other.parser, QuotedParser) and self._other.parser.broken:
            unquotable = self.plan.layout._replace(quoting="quoted")
            self.plan, self._other = self.plan._replace(unquotable=unquotable), None

    def _compare(self, other: TrialParse) -> None:
        """Compare both parses of the whole file, and raise LayoutRevised where the other one is right."""
        layout = self.plan.layout
        other.finish()
        mine = TrialParse(self._parser, self._scanner)
        literal, quoted = (mine, other) if layout.quoting == "literal" else (other, mine)
        assert isinstance(quoted.parser, QuotedParser)
        quoting = quoting_of(layout.delimiter, literal.rows, quoted.parser, quoted.rows)
        if quoting != layout.quoting:
            raise LayoutRevised(self.plan._replace(layout=layout._replace(quoting=quoting), final=True))


def _starts_field(literal: LiteralParser, text: bytes) -> bool:
    """Return whether a field that starts with a quote may be in the next text."""
    seam = literal.last + literal.kept + text[:1]
    if not literal.last and seam.startswith(b'"'):
        return True
    starts = (separator + b'"' for separator in literal.separators)
    return any(start in seam or (b'"' in text and start in text) for start in starts)
