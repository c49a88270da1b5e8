"""A view of a version as a sheet: its rows in its order, a hundred a page."""

from pagecast.protocol.errors import PageOutOfRange
from pagecast.protocol.facts import Fact
from pagecast.table.paging import PAGE_ROWS, page_count, rows_of_page
from pagecast.table.version import Version
from pagecast.view.view import View


class ViewSheet(Fact, frozen=True):
    """The rows of a version that a view has. The header and the preamble are none of them."""

    version: Version
    view: View
    rows: int
    """How many rows there are."""
    first: tuple[int, ...]
    """The numbers of the rows on the first page. They are known before all others."""
    is_counted: bool = True
    """Whether all rows are found. Else there are more, or may be."""

    @property
    def pages(self) -> int:
        """How many pages there are. A view without a row has one, which is empty: people see that nothing matches."""
        return max(1, page_count(self.rows))

    def check_page(self, page_no: int) -> None:
        """Raise PageOutOfRange unless there is a page of this number, counted from 1."""
        if not 1 <= page_no <= self.pages:
            raise PageOutOfRange(page_no, self.pages)

    def places(self, page_no: int) -> range:
        """Return which rows of the sheet are on a page, counted from 0."""
        rows = rows_of_page(page_no, self.rows)
        return range(rows.start - 1, rows.stop - 1)

    def known(self, page_no: int) -> tuple[int, ...] | None:
        """Return the numbers of a page's rows where the sheet itself knows them, else None."""
        if page_no == 1 or self.rows <= PAGE_ROWS:
            return self.first
        if self.view.changes_rows:
            return None
        begin = skipped_rows(self.version) + 1
        return tuple(begin + place for place in self.places(page_no))


def skipped_rows(version: Version) -> int:
    """Return how many rows come before the first one of a view: the preamble and the header."""
    return version.preamble + version.dialect.header
