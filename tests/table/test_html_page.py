"""A page for a browser without scripts is bounded, and shows every invisible character."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Page
from pagecast.table.html_page import MAX_COLUMNS, MAX_PAGE_CHARACTERS, HtmlPage, html_page_of, visible_text
from tests.service.house import version_of


def sheet(page_no: int, rows: int, data: list[list[str]]) -> HtmlPage:
    version = version_of(rows)
    return html_page_of(version, page(page_no, rows, ["city", "people"], data))


def page(page_no: int, rows: int, header: list[str], data: list[list[str]]) -> Page:
    columns = max(map(len, data))
    kinds = ["text", "number", *["text"] * columns][:columns]
    return Page(0, "", 1, 1, page_no, rows, None, columns, [(1, columns)], header, kinds, [""] * columns, [], data)


def test_the_header_names_the_columns_and_is_not_repeated() -> None:
    first = sheet(1, 3, [["city", "people"], ["Oslo", "709037"], ["Quito", "2011388"]])
    assert first.header == ["city", "people"]
    assert first.lines == [(2, ["Oslo", "709037"]), (3, ["Quito", "2011388"])]
    assert (first.first, first.last) == (1, 3)
    second = sheet(2, 102, [["Lima", "1"], ["Bern", "2"]])
    assert second.lines == [(101, ["Lima", "1"]), (102, ["Bern", "2"])]


def test_a_table_without_a_header_has_none() -> None:
    version = version_of(1)
    version = changed(version, dialect=changed(version.dialect, header=False))
    assert html_page_of(version, page(1, 1, [], [["a", "b"]])).lines == [(1, ["a", "b"])]


def test_a_preamble_is_apart_from_the_data() -> None:
    version = changed(version_of(5), preamble=2)
    data = [["##a"], ["##b"], ["city", "people"], ["Oslo", "709037"], ["Quito", "2011388"]]
    first = html_page_of(version, page(1, 5, ["city", "people"], data))
    assert first.above == [(1, ["##a"]), (2, ["##b"])]
    assert first.lines == [(4, ["Oslo", "709037"]), (5, ["Quito", "2011388"])]
    assert (first.first, first.last, first.preamble) == (4, 5, 2), "the rows that are shown"


def test_a_page_that_is_nothing_but_preamble_shows_it() -> None:
    version = changed(version_of(120), preamble=110)
    first = html_page_of(version, page(1, 120, ["city"], [["##a"]] * 100))
    assert (len(first.above), len(first.lines), first.first) == (0, 100, 1)
    second = html_page_of(version, page(2, 120, ["city"], [["##a"]] * 10 + [["city"], *[["Oslo"]] * 9]))
    assert [number for number, _ in second.above] == list(range(101, 111))
    assert second.lines[0] == (112, ["Oslo"])


def test_rows_of_any_length_are_shown_as_they_are() -> None:
    ragged = sheet(2, 102, [["a"], ["b", "2", "three"]])
    assert ragged.lines == [(101, ["a"]), (102, ["b", "2", "three"])]
    assert ragged.kinds == ["text", "number", "text"]


def test_the_heaviest_page_is_bounded() -> None:
    heavy = sheet(2, 200, [["x" * 2000] * 300] * 100)
    assert heavy.columns == MAX_COLUMNS
    assert heavy.hidden_columns == 200
    assert sum(len(cell) for _, cells in heavy.lines for cell in cells) < 1.1 * MAX_PAGE_CHARACTERS


def test_the_ends_and_the_pages_around_are_linked_to() -> None:
    assert sheet(20, 5000, [["a"]]).neighbours == [1, 10, 18, 19, 20, 21, 22, 30, 50]
    assert sheet(1, 3, [["a"]]).neighbours == [1]


@given(st.text(), st.integers(1, 50))
def test_nothing_unseen_is_left_in_a_cell(text: str, most: int) -> None:
    shown = visible_text(text, most)
    assert not any(letter < " " or letter in "\x7f\u202e\u2028" for letter in shown)
    if not any(ord(letter) in range(0x2400, 0x2422) for letter in text) and len(text) <= most and text.isprintable():
        assert shown == text
