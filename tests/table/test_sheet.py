"""A sheet numbers every row of its version once, page by page."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import changed
from pagecast.table.sheet import Sheet
from tests.service.house import version_of


@given(st.integers(0, 1050))
def test_the_pages_of_a_sheet_are_all_rows_in_order(rows: int) -> None:
    sheet = Sheet(version_of(rows))
    numbers = [row for page_no in range(1, sheet.pages + 1) for row in sheet.row_numbers(page_no)]
    assert numbers == list(range(1, rows + 1))
    assert not sheet.row_numbers(sheet.pages + 1)


def test_another_reading_and_a_longer_version_are_other_sheets() -> None:
    version = version_of(250)
    others = [changed(version, edition=2), version_of(251), version_of(250, "another upload")]
    assert len({Sheet(one).key for one in (version, *others)}) == 4
