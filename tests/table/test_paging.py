"""Rows and pages: each row is on exactly one page, and both directions agree."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.paging import PAGE_ROWS, page_count, page_of_row, rows_of_page, rows_until_next_page


@given(st.integers(0, 1050))
def test_the_pages_of_a_table_hold_each_row_once(rows: int) -> None:
    pages = [rows_of_page(page_no, rows) for page_no in range(1, page_count(rows) + 1)]
    assert [row for page in pages for row in page] == list(range(1, rows + 1))
    assert all(len(page) == PAGE_ROWS for page in pages[:-1])
    assert not rows_of_page(page_count(rows) + 1, rows)


@given(st.integers(1, 10**12), st.integers(0, 10**6))
def test_a_row_is_on_the_page_that_it_names(row: int, more: int) -> None:
    assert row in rows_of_page(page_of_row(row), row + more)


@given(st.integers(0, 10**12))
def test_the_next_page_begins_after_the_rows_that_are_missing(rows: int) -> None:
    missing = rows_until_next_page(rows)
    assert page_count(rows + missing) == page_count(rows)
    assert page_count(rows + missing + 1) == page_count(rows) + 1
