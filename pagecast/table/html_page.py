"""A page as it is read without scripts: what the server puts into its HTML, bounded whatever the table holds."""

import re

from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import Page
from pagecast.table.rows import PAGE_ROWS
from pagecast.table.version import Version
from pagecast.table.window import FIRST_COLUMNS

MOST_COLUMNS = FIRST_COLUMNS
MOST_LETTERS = 500
"""Of one cell: more than fit into the widest column."""

MOST_IN_ALL = 300_000
"""Letters on a page: of a heavy one, every cell is cut shorter."""

LEAST_LETTERS = 20

_unseen = re.compile("[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


class HtmlPage(Fact, frozen=True):
    """One page of a table, ready to be shown."""

    page_no: int
    pages: int
    first: int
    """Its first row, counted from 1; ``last`` is on it too."""
    last: int
    header: list[str]
    """The names of the columns that are shown, or none."""
    kinds: list[str]
    lines: list[tuple[int, list[str]]]
    """Rows of the body with their numbers; the header is not repeated."""
    hidden_columns: int

    @property
    def columns(self) -> int:
        return len(self.kinds)

    @property
    def neighbours(self) -> list[int]:
        """The pages that are linked to by number: the ends, and some around this one."""
        near = {self.page_no + distance for distance in (-10, -2, -1, 0, 1, 2, 10)} | {1, self.pages}
        return sorted(page_no for page_no in near if 1 <= page_no <= self.pages)


def html_page_of(version: Version, page: Page) -> HtmlPage:
    """Make a page ready to be shown."""
    has_header = version.dialect.header
    skipped = 1 if has_header and page.page_no == 1 and not version.preamble else 0
    rows = page.data[skipped:]
    columns = min(page.n_columns, MOST_COLUMNS)
    letters = max(LEAST_LETTERS, min(MOST_LETTERS, MOST_IN_ALL // max(1, columns * len(rows))))
    first = PAGE_ROWS * (page.page_no - 1) + 1
    return HtmlPage(
        page_no=page.page_no,
        pages=version.pages,
        first=first,
        last=first + len(page.data) - 1,
        header=[seen(name, MOST_LETTERS) for name in page.header[:columns]],
        kinds=page.kinds[:columns],
        lines=[(first + skipped + i, [seen(cell, letters) for cell in row[:columns]]) for i, row in enumerate(rows)],
        hidden_columns=page.n_columns - columns,
    )


def seen(text: str, most: int) -> str:
    """A cell with nothing unseen in it, cut where it is too long.

    >>> seen("a\\0b\\u202ec", 500), seen("abcdef", 3)
    ('a␀bU+202Ec', 'abc…')
    """
    shown = text if len(text) <= most else text[:most] + "…"
    return _unseen.sub(_picture, shown)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"U+{code:04X}"
