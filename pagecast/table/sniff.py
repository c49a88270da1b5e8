"""Find out how a text is written from its first bytes, in UTF-8.

Ours, after CleverCSV (van den Burg, Nazábal and Sutton, Wrangling messy CSV files by detecting row and type patterns,
2019). Each candidate parses the whole head. It is judged by how regular the rows are behind the preamble, and by how
many cells look like a value and not like several of them. A tab goes before all others wherever it divides the rows at
all.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from pagecast.protocol.tables import Choices
from pagecast.table.body import find_body, is_blank_row, leading_comments, usual_cells
from pagecast.table.cells import rows_of
from pagecast.table.columns import kind_of, kinds_of
from pagecast.table.escapes import MARKS, MEND_MARK
from pagecast.table.layout import SNIFFED, Layout, Parser, TrialParse, quoting_of
from pagecast.table.quoted import QuotedParser
from pagecast.table.rows import RowScanner
from pagecast.table.spelling import DELIMITERS, Respeller, Spelling

GUESSED = ("\x01", "pipe", "semicolon", "comma")
"""Delimiters that are guessed where it is not the tab. Of two that do as well, the first is rarer in text."""

RARE = ("^", "~", "colon", "space")
"""Delimiters that are guessed where it is none of these. Any other has to be chosen."""

JUDGED_ROWS, TYPED_ROWS = 1000, 100
"""Rows of the head that are judged, and those whose cells are looked at."""

JUDGED_COLUMNS, JUDGED_CHARACTERS = 1000, 1000
"""Cells of each of those rows that are looked at, and characters of each cell."""

KEPT_COMMENTS = 5
"""Comment lines that are judged of a long run at the beginning: the last of them may be the header."""

MOSTLY_TABS = 0.5
"""The share of the head's rows that must have the same number of tabs, not none, in a tab-separated file. It is low:
such a file is what people bring here."""

NEARLY_ALL = 0.9
"""The share of rows that have a tab in a tab-separated file whose rows are ragged."""

MIN_QUOTED = 3
"""Fields in single quotes that show that these are quotes."""

MIN_BLANKS = 3
"""Delimiters with a blank behind them that show that it belongs to them."""

REGULAR = 0.7
"""The share of rows behind the preamble that any other delimiter must divide into the same number of cells."""

WORDS_IN_PROSE = 4
"""Words between two commas of prose, at the least, on average."""

FEW_ROWS, REGULAR_FEW = 5, 0.9
"""In a text of so few rows, that share must be larger: a comma or semicolon in prose is no delimiter."""

_sep = re.compile(rb'"?sep=(\\t|[^\r\n])"?;?\r*(?=[\r\n]|$)', re.IGNORECASE)
"""The first line in which a spreadsheet finds the delimiter."""

_quoted_text = re.compile(rb'"[^"\n]*"')

_markup = re.compile(
    rb'\s*(?:\{\s*["}]|\[\s*["{[]|\[[^][\r\n]*\]\s*?[\r\n]|<[?!]|(?:INSERT INTO|CREATE TABLE)\b)', re.IGNORECASE
)
"""The beginnings of JSON, JSON lines, INI files, XML, HTML and SQL: no delimiter divides their lines into cells."""

_hours = re.compile(r"(?<![\w:])(\d{1,2}:[0-5]\d(?!\w)|([0-9a-f]{2}:){5}[0-9a-f]{2}\b)", re.IGNORECASE)
"""A time of day or a network address: the colons in it divide nothing."""

_whole = re.compile(r"[-+]?\d+", re.ASCII)

_log_line = re.compile(r"\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d,\d{3}\D", re.ASCII)

_line_end = re.compile(rb"[\r\n]")

_several = re.compile(r"[,;|\t]\S|\S[;|\t]")
"""The look of a cell that holds several values."""


class Judged(NamedTuple):
    """The head of a text as a layout divides it."""

    layout: Layout
    share: float
    """The share of rows behind the preamble that have the usual number of cells."""
    score: float
    rows: list[list[str]]
    """The first rows."""
    usual: int
    preamble: int
    pairs: bool
    """Whether its quotes pair, without a stray one."""


class Sniffer:
    """The first bytes of a text, and how they are read by each layout.

    ``ended``: the text ends here. ``choices``: the parts of the dialect that somebody chose.
    """

    def __init__(self, head: bytes, choices: Choices, *, ended: bool) -> None:
        head = head if head.isascii() else head.translate(None, MARKS)
        self._choices = choices
        self._ended = ended
        self._line_ends = _line_ends(head, choices, ended=ended)
        line_end = b"\r" if self._line_ends[0] == "cr" else b"\n"
        self._head = head if ended or line_end not in head else head[: head.rfind(line_end) + 1]
        self._judged: dict[str, Judged] = {}

    def layout(self) -> Layout:
        """Return the layout that the head shows, in the parts that are not chosen."""
        found = _sep.match(self._head)
        if self._choices.delimiter is not None:
            return self._best_of(self._choices.delimiter).layout
        if found is not None:
            said = found[1].decode("utf-8", "replace").replace("\\t", "\t")
            return self._best_of({text: name for name, text in DELIMITERS.items()}.get(said, said)).layout
        tab = self._best_of("tab")
        if (self._is_tabbed(tab) and not self._first_lacks_tabs(tab)) or not self._may_be_divided():
            return tab.layout
        others = [self._best_of(name) for name in GUESSED if Spelling(name).written in self._head]
        others = [one for one in others if self._is_plausible(one)]
        if self._is_tabbed(tab):
            others = [one for one in others if one.share == 1 and one.usual > tab.usual]
        if not others and tab.usual < 2:
            others = [one for one in map(self._best_of, RARE) if self._is_plausible(one) and _is_certain(one)]
        return max(others, key=lambda one: one.score, default=tab).layout

    def _may_be_divided(self) -> bool:
        """Return whether another delimiter than the tab is looked for: not in markup, nor in a single long line."""
        is_line = not _line_end.search(self._head) and (not self._ended or len(self._head) > SNIFFED)
        return not is_line and _markup.match(self._head) is None

    def _best_of(self, delimiter: str) -> Judged:
        """Return the best reading with a delimiter."""
        if delimiter not in self._judged:
            candidates = [self._judge(spelling) for spelling in self._spellings(delimiter)]
            best = max(candidates, key=lambda one: (self._is_plausible(one), one.score, one.layout.quoting))
            others = [one for one in candidates if one.layout.spelling.line_end != "lf" and len(one.rows) >= FEW_ROWS]
            splits = [one for one in others if 1 < one.usual < best.usual and one.share >= max(best.share, NEARLY_ALL)]
            best = max(splits, key=lambda one: one.score, default=best)
            # Quotes that pair explain the delimiters between them: a reading that divides them alike is chance.
            paired = [one for one in candidates if one.pairs and one.share >= best.share and self._is_plausible(one)]
            paired = [one for one in paired if one.layout.spelling.line_end == best.layout.spelling.line_end]
            self._judged[delimiter] = best if best.pairs else max(paired, key=lambda one: one.score, default=best)
        return self._judged[delimiter]

    def _spellings(self, delimiter: str) -> Iterator[Spelling]:
        choices = self._choices
        for line_end in self._line_ends:
            spelling = Spelling(delimiter, line_end=line_end, comment=choices.comment or "")
            quotes = [choices.quote] if choices.quote else ['"', "'"]
            for quote, skips in product(quotes, self._skips(spelling)):
                spelling = spelling._replace(skip_initial_space=skips)
                if quote == "'" and not choices.quote and not self._may_be_quoted(spelling, quote):
                    continue
                escapes = [choices.escape] if choices.escape else ["doubled", "backslash"]
                if not choices.escape and b"\\" + quote.encode() not in self._head:
                    escapes = ["doubled"]
                for escape in escapes:
                    yield spelling._replace(quote=quote, escape=escape)

    def _skips(self, spelling: Spelling) -> list[bool]:
        """Return whether a blank behind a delimiter may belong to it: nearly all have one, or some before a quote."""
        if self._choices.skip_initial_space is not None:
            return [self._choices.skip_initial_space]
        written = spelling.written
        followed = self._head.count(written + b" ")
        if spelling.delimiter in ("tab", "space") or followed < MIN_BLANKS:
            return [False]
        bare = _quoted_text.sub(b'"', self._head)
        ends = sum(bare.count(written + end) for end in (written, b"\n", b"\r"))
        if bare.count(written + b" ") >= max(NEARLY_ALL * (bare.count(written) - ends), 1):
            return [True]
        return [True, False] if written + b' "' in self._head or written + b" '" in self._head else [False]

    def _may_be_quoted(self, spelling: Spelling, quote: str) -> bool:
        """Return whether nearly all fields that start with such a quote end with one, too."""
        delimiter, mark = re.escape(spelling.written), re.escape(quote.encode())
        if mark not in self._head:
            return False
        blanks = b"" if spelling.delimiter == "space" else b" *"
        start, end = rb"(?:^|%b)%b%b" % (delimiter, blanks, mark), rb"%b%b(?=%b|\r|$)" % (mark, blanks, delimiter)
        starts = len(re.findall(start, self._head, re.MULTILINE))
        fields = len(
            re.findall(start + b"[^%b]*(?:(?:%b|\\\\)%b[^%b]*)*" % ((mark,) * 4) + end, self._head, re.MULTILINE)
        )
        return fields >= max(NEARLY_ALL * starts, MIN_QUOTED)

    def _judge(self, spelling: Spelling) -> Judged:
        """Read the head by one spelling, literally or quoted."""
        quoting = self._choices.quoting
        # A line of a clean text stays as it is, whatever it begins with.
        plain = Layout(spelling._replace(comment="") if spelling.delimiter == "tab" else spelling)
        literal = self._parse(plain)
        if quoting == "literal" or (quoting is None and spelling.quote.encode() not in self._head):
            return self._score(plain, literal)
        first = self._parse(Layout(spelling, "quoted"))
        if quoting == "quoted":
            return self._score(Layout(spelling, "quoted"), first)
        layout = Layout(spelling, "mended", usual_cells(first.sample), _values(first.sample))
        quoted = self._parse(layout)
        if quoting is None and isinstance(quoted.parser, QuotedParser):
            how = quoting_of(spelling.delimiter, literal.scanner, quoted.parser, quoted.scanner)
            if how == "literal":
                return self._score(plain, literal)
        return self._score(layout, quoted)

    def _parse(self, layout: Layout) -> "_Parsed":
        text = self._head
        if not layout.spelling.is_plain:
            respeller = Respeller(layout.spelling)
            text = respeller.feed(text) + (respeller.finish() if self._ended else b"")
        trial = TrialParse(layout.parser(), RowScanner())
        table = trial.feed(text) + (trial.finish() if self._ended else b"")
        rows = rows_of(table.replace(bytes([MEND_MARK]), layout.spelling.quote.encode()), escaped=True)
        passed = max(leading_comments(rows) - KEPT_COMMENTS, 0)
        return _Parsed(rows[passed : passed + JUDGED_ROWS], passed, trial.rows, trial.parser)

    def _score(self, layout: Layout, parsed: "_Parsed") -> Judged:
        rows, chosen = parsed.sample, self._choices.preamble
        preamble = find_body(rows, self._choices.comment).preamble
        if chosen is not None and 0 <= chosen - parsed.passed < len(rows) - 1:  # or else the head ends before the body
            preamble = chosen - parsed.passed
        usual, body = usual_cells(rows), rows[preamble:]
        alike: float = sum(len(row) == usual for row in body) + (len(body) > 2 and abs(len(body[0]) - usual) == 1)
        if usual > 4:  # a row that lacks its last cell, or has one more, speaks less against so many
            alike += sum(abs(len(row) - usual) == 1 for row in body[1:]) / 2
        share = alike / len(body) if body else 0.0
        titles = sum(not row[0].startswith("#") and not is_blank_row(row) for row in rows[:preamble])
        score = share * (1 - 1 / max(usual, 1)) * len(body) / max(len(body) + titles, 1)
        score *= 0.2 + 0.8 * _typed_share(body[:TYPED_ROWS])
        mended = parsed.parser.mended if isinstance(parsed.parser, QuotedParser) else 0
        score /= 1 + mended / max(len(body), 1)
        known = parsed.passed + preamble if chosen is None else chosen
        spans_lines = any("\n" in cell or "\r" in cell for row in rows[:preamble] for cell in row)
        are_rows = (
            layout.is_clean
            or not layout.is_escaped
            or spans_lines
            or layout.spelling.line_end == "any"
            or self._choices.quoting in ("literal", "quoted")
        )
        values = _values(body) if b'"' in self._head or layout.quoting != "literal" else ()
        fixed = layout._replace(usual=usual, values=values, preamble=0 if are_rows else known)
        pairs = layout.quoting != "literal" and not mended
        return Judged(fixed, share, score, rows, usual, preamble, pairs)

    def _is_tabbed(self, tab: Judged) -> bool:
        """Return whether the text is tab-separated: most rows alike, or nearly all of them somehow."""
        rows = tab.rows[tab.preamble :]
        if tab.usual < 2 or not rows:
            return False
        return tab.share >= MOSTLY_TABS or sum(len(row) > 1 for row in rows) >= NEARLY_ALL * len(rows)

    def _first_lacks_tabs(self, tab: Judged) -> bool:
        """Return whether the first row that is no comment has no tab, so that tabs may be text of another table."""
        first = next((row for row in tab.rows if not row[0].startswith("#") and not is_blank_row(row)), [""])
        return len(first) == 1

    def _is_plausible(self, judged: Judged) -> bool:
        """Return whether a delimiter other than the tab divides the rows as a table's."""
        rows = judged.rows[judged.preamble :]
        by_any = judged.layout.spelling.line_end == "any"
        if judged.usual < 2 or not rows or (by_any and len(rows) < FEW_ROWS):
            return False
        if len(judged.rows) == 1:
            return self._ended and not any(cell.startswith(" ") or "\r" in cell for cell in rows[0])
        if len(rows) < 2 or judged.share < (REGULAR_FEW if len(rows) < FEW_ROWS else REGULAR):
            return False
        return judged.layout.quoting != "literal" or not _is_text(rows, judged.layout.spelling)


def _is_certain(judged: Judged) -> bool:
    """Return whether a delimiter that is frequent in text divides nearly all of many rows, some cells into numbers."""
    rows = judged.rows[judged.preamble :]
    kinds = kinds_of(rows[1 : TYPED_ROWS + 1])
    has_values = any(kind in ("number", "date") for kind in kinds)
    return len(rows) >= FEW_ROWS and judged.usual > 2 and judged.share > 1 - 1 / FEW_ROWS**2 and has_values


def _values(rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return which columns hold numbers or dates, as far as rows with the usual number of cells show."""
    usual = usual_cells(rows)
    kinds = kinds_of([row for row in rows if len(row) == usual][1 : TYPED_ROWS + 1])
    return tuple(column for column, kind in enumerate(kinds) if kind in ("number", "date"))


class _Parsed(NamedTuple):
    sample: list[list[str]]
    passed: int
    """Comment lines before the sample."""
    scanner: RowScanner
    parser: Parser


def sniff_layout(head: bytes, choices: Choices, *, ended: bool) -> Layout:
    """Return the layout that the first bytes of a text show, in the parts that are not chosen.

    ``ended``: the text ends here.

    >>> layout = sniff_layout(b'name;size\\n"A; B";1,5\\nC;2,5\\n', Choices(), ended=True)
    >>> layout.spelling.delimiter, layout.quoting, layout.usual
    ('semicolon', 'mended', 2)
    >>> sniff_layout(b"Dear all,\\nthank you\\n", Choices(), ended=True).spelling.delimiter
    'tab'
    """
    return Sniffer(head, choices, ended=ended).layout()


def _line_ends(head: bytes, choices: Choices, *, ended: bool) -> list[str]:
    """Return how rows may end, the likelier way first, as ``Spelling`` names it."""
    if choices.line_end is not None:
        return [choices.line_end if choices.line_end in ("cr", "crcrlf") else "lf"]
    feeds, crlf, doubled = head.count(b"\n"), head.count(b"\r\n"), head.count(b"\r\r\n")
    lone = (head if ended else head[:-1]).count(b"\r") - crlf
    if feeds == 0:
        return ["cr" if lone > 0 else "lf"]
    if doubled > 1 and doubled > NEARLY_ALL * feeds:
        return ["crcrlf"]
    return ["lf", *(["cr"] if lone - doubled > 2 else []), *(["any"] if lone > doubled else [])]


def _typed_share(rows: Sequence[Sequence[str]]) -> float:
    """Return the share of cells that do not look like several values."""
    sample = (cell[:JUDGED_CHARACTERS] for row in rows for cell in row[:JUDGED_COLUMNS])
    cells = Counter(_several.search(cell) is None or kind_of([cell]) == "number" for cell in sample)
    return cells[True] / max(cells.total(), 1)


def _is_text(rows: Sequence[Sequence[str]], spelling: Spelling) -> bool:
    """Return whether rows are lines of text whose delimiters are part of it: prose, decimal commas, times of day."""
    if spelling.delimiter == "colon":
        return all(_hours.search(":".join(row)) for row in rows)
    seconds = [row[1] for row in rows if len(row) > 1]
    if not any(map(str.strip, seconds)) and len(rows[0]) == 2:  # it ends the lines, as in verse or source code
        return True
    if spelling.delimiter != "comma":
        return False
    if _are_decimals(rows) or _are_timestamps(rows):
        return True
    if not spelling.skip_initial_space and 2 * sum(cell.startswith(" ") for cell in seconds) <= len(seconds):
        return False
    if len(rows[0]) == 2:
        return kinds_of([[cell.strip()] for cell in seconds[1:]]) == ["text"]
    words = [len(cell.split()) for row in rows for cell in row if cell]
    return sum(words) >= WORDS_IN_PROSE * len(words) and set(kinds_of(rows[1:])) <= {"text", "empty"}


def _are_decimals(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a single name stands over numbers with a decimal comma."""
    is_named = len(rows[0]) == 1 and kind_of(rows[0]) == "text"
    return is_named and all(len(row) == 2 and row[1].isdecimal() and _whole.fullmatch(row[0]) for row in rows[1:])


def _are_timestamps(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether most rows are lines of a log, which begin with a time in milliseconds: `10:00:00,123 INFO`."""
    return 2 * sum(len(row) > 1 and _log_line.match(f"{row[0]},{row[1]}") is not None for row in rows) > len(rows)
