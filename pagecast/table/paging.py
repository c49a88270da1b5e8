"""The arithmetic between rows and pages, in one place.

Rows and pages count from 1 here, as people and PROTOCOL.md count them. The header is a row, too. Ranges are half-open.
"""

PAGE_ROWS = 100
"""Rows a page. The plain protocol fixes it: its clients count on 100."""


def page_of_row(row: int) -> int:
    """Return the page that holds a row.

    >>> page_of_row(1), page_of_row(100), page_of_row(101)
    (1, 1, 2)
    """
    return (row - 1) // PAGE_ROWS + 1


def rows_of_page(page_no: int, rows: int) -> range:
    """Return the rows on a page of a table with ``rows`` rows; an empty range where the table has no such page.

    >>> rows_of_page(1, 250), rows_of_page(3, 250), len(rows_of_page(4, 250))
    (range(1, 101), range(201, 251), 0)
    """
    first = (page_no - 1) * PAGE_ROWS + 1
    return range(first, min(first + PAGE_ROWS, rows + 1))


def page_count(rows: int) -> int:
    """Return how many pages a table with ``rows`` rows has. A table without rows has none.

    >>> page_count(0), page_count(100), page_count(101)
    (0, 1, 2)
    """
    return page_of_row(rows)


def rows_until_next_page(rows: int) -> int:
    """Return how many more rows the last page of a table with ``rows`` rows takes before another page begins.

    >>> rows_until_next_page(0), rows_until_next_page(250), rows_until_next_page(300)
    (0, 50, 0)
    """
    return -rows % PAGE_ROWS
