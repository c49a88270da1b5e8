"""A sheet: what can be paged. It is a version as it was read; a view of a version will be another kind of sheet."""

from pagecast.protocol.facts import Fact
from pagecast.table.paging import page_count, rows_of_page
from pagecast.table.version import Version


class Sheet(Fact, frozen=True):
    """Rows in an order, a hundred a page. A sheet and a page number name a page everywhere.

    Its pages and rows count from 1.
    """

    version: Version

    @property
    def key(self) -> tuple[str, int, int]:
        """The key that tells this sheet from every other one, and from itself before rows were added."""
        return self.version.key, self.version.edition, self.version.table_size

    @property
    def pages(self) -> int:
        return page_count(self.version.rows)

    def row_numbers(self, page_no: int) -> range:
        """The rows on a page, each by its number in the version; an empty range where there is no such page."""
        return rows_of_page(page_no, self.version.rows)
