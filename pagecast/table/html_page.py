"""A page for a browser without scripts: what the server puts into its HTML, bounded whatever the table holds."""

import re

from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import Page
from pagecast.table.paging import page_count, rows_of_page
from pagecast.table.version import Version
from pagecast.table.window import FIRST_COLUMNS

MAX_COLUMNS = FIRST_COLUMNS

MAX_CELL_CHARACTERS = 500
"""Characters of one cell: more than fit into the widest column."""

MAX_PAGE_CHARACTERS = 300_000
"""Characters of all cells: three times a usual page of 100 columns. On a heavier page every cell is cut shorter."""

MIN_CELL_CHARACTERS = 20
"""Characters of each cell that are shown, however many cells there are: enough to recognize it."""

_invisible = re.compile("[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
"""Control and format characters (Unicode categories Cc, Cf, Zl, Zp) that would hide or reorder text."""


class HtmlPage(Fact, frozen=True):
    """One page of a table, ready for the template. Rows and pages count from 1."""

    page_no: int
    pages: int
    first: int
    """The first row of the page that is shown: a preamble, and the header below it, are folded away."""
    last: int
    """The last row of the page."""
    header: list[str]
    """The names of the columns that are shown; empty where the table has no header."""
    numbers: list[int]
    """The numbers of the columns that are shown."""
    kinds: list[str]
    """The kinds of the columns that are shown."""
    preamble: int
    """How many rows of the table stand before its header."""
    above: list[tuple[int, list[str]]]
    """The rows of the page that belong to the preamble, with their numbers. They are folded away."""
    lines: list[tuple[int, list[str]]]
    """The other rows with their numbers, without the header."""
    hidden_columns: int
    """How many columns are not shown."""
    view: str = ""
    """The view that it is a page of, as a query string."""
    rows: int = 0
    """How many rows there are on all pages."""

    @property
    def columns(self) -> int:
        """How many columns are shown."""
        return len(self.kinds)

    @property
    def neighbours(self) -> list[int]:
        """The pages that are linked to by number: the first, the last, and some around this one."""
        near = {self.page_no + distance for distance in (-10, -2, -1, 0, 1, 2, 10)} | {1, self.pages}
        return sorted(page_no for page_no in near if 1 <= page_no <= self.pages)


def html_page_of(version: Version, page: Page) -> HtmlPage:
    """Make a page of this version ready for the template."""
    first = rows_of_page(page.page_no, page.total_number).start
    numbers = page.row_numbers if isinstance(page.row_numbers, list) else range(first, first + len(page.data))
    folded, skipped = (0, 0) if isinstance(page.row_numbers, list) else folded_rows(version, first, len(page.data))
    columns = min(page.n_columns, MAX_COLUMNS)
    share = MAX_PAGE_CHARACTERS // max(1, columns * len(page.data))
    characters = max(MIN_CELL_CHARACTERS, min(MAX_CELL_CHARACTERS, share))
    lines = [
        (number, [visible_text(cell, characters) for cell in row[:columns]])
        for number, row in zip(numbers, page.data, strict=False)
    ]
    return HtmlPage(
        page_no=page.page_no,
        pages=max(1, page_count(page.total_number)),
        first=first + skipped if version.preamble else first,
        last=first + len(page.data) - 1,
        header=[visible_text(name, MAX_CELL_CHARACTERS) for name in page.header[:columns]],
        numbers=[column for first, last in page.columns for column in range(first, last + 1)][:columns],
        kinds=page.kinds[:columns],
        preamble=version.preamble,
        above=lines[:folded],
        lines=lines[skipped:],
        hidden_columns=page.n_columns - columns,
        view=page.view if isinstance(page.view, str) else "",
        rows=page.total_number,
    )


def folded_rows(version: Version, first: int, rows: int) -> tuple[int, int]:
    """Count the first rows of a page that belong to the preamble, and those that are not its data.

    The header is not data either. A page that is nothing but preamble shows all of it: then both are 0.

    Args:
        version: the version of the table.
        first: the page's first row, from 1.
        rows: how many rows the page has.
    """
    folded = min(rows, max(0, version.preamble + 1 - first))
    skipped = min(rows, max(0, version.preamble + version.dialect.header + 1 - first))
    return (0, 0) if version.preamble and skipped >= rows else (folded, skipped)


def visible_text(text: str, most: int) -> str:
    """Return at most ``most`` characters of a text, with a picture for each invisible one.

    >>> visible_text("a\\0b\\u202ec", 500), visible_text("abcdef", 3)
    ('a␀bU+202Ec', 'abc…')
    """
    shown = text if len(text) <= most else text[:most] + "…"
    return _invisible.sub(_picture, shown)


def _picture(match: re.Match[str]) -> str:
    """Return a control picture (Unicode block U+2400) where there is one, else the code point."""
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"U+{code:04X}"
