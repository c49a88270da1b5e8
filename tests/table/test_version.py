"""A version knows its pages, and the index knows where they begin."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import PageOutOfRange
from pagecast.protocol.facts import changed, decoder, encode
from pagecast.protocol.tables import Choices, Columns
from pagecast.table.index import ENTRY_BYTES, entries_of, index_entries, page_bytes
from pagecast.table.version import Version, file_sizes
from tests.service.house import version_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


@given(st.integers(0, 1050))
def test_pages_hold_every_row_once_and_a_hundred_each_but_for_the_last(rows: int) -> None:
    version = version_of(rows)
    pages = [list(version.page_rows(page)) for page in range(1, version.pages + 1)]
    assert [row for page in pages for row in page] == list(range(1, rows + 1))
    assert all(len(page) == 100 for page in pages[:-1])
    assert all(pages)
    assert not version.page_rows(version.pages + 1)


@pytest.mark.parametrize(("rows", "pages"), [(1, 1), (100, 1), (101, 2), (10**12, 10**10)])
def test_pages_beyond_the_table_are_refused(rows: int, pages: int) -> None:
    version = version_of(rows)
    for page in (1, pages):
        version.check_page(page)
    for page in (0, -1, pages + 1, 10**15):
        with pytest.raises(PageOutOfRange):
            version.check_page(page)


def test_a_record_from_before_says_of_a_guessed_encoding_that_it_is_one() -> None:
    old = changed(version_of(3), certain=None)
    assert old.is_certain
    guessed = changed(old, dialect=changed(old.dialect, encoding="cp1252"))
    assert not guessed.is_certain
    assert changed(guessed, choices=Choices(encoding="cp1252")).is_certain
    assert not changed(old, invalid_cells=1).is_certain


def test_the_frame_has_the_facts_of_the_version() -> None:
    version = version_of(250)
    frame = version.frame(UUID, seq=7)
    assert (frame.seq, frame.uuid, frame.version) == (7, UUID, version.number)
    for member in ("name", "size", "received", "complete", "created", "rows", "columns", "dialect"):
        assert getattr(frame, member) == getattr(version, member)


def test_the_info_names_each_column_even_where_the_header_ends_early() -> None:
    version = changed(version_of(250), preamble=2, notes=("# one", "# two"))
    named = Columns(UUID, version.number, 30, [(1, 3)], ["city"], ["text", "number", "empty"], ["", "comma", ""])
    info = version.info(named, [version])
    columns = [(column.name, column.kind, column.lens) for column in info.columns]
    assert columns == [("city", "text", ""), ("", "number", "comma"), ("", "empty", "")]
    assert (info.uuid, info.n_columns, info.header_row, info.notes) == (UUID, 30, 3, ("# one", "# two"))
    assert info.versions == (version.kept(),)
    headless = changed(version, dialect=changed(version.dialect, header=False))
    assert headless.info(named, []).header_row == 0


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_the_index_is_a_little_endian_number_a_page(pages: list[int]) -> None:
    assert index_entries(pages) == struct.pack(f"<{len(pages)}Q", *pages)


@given(st.lists(st.integers(1, 2**40), min_size=1), st.integers(1, 2**40))
def test_the_pages_are_the_whole_table_and_meet_exactly(lengths: list[int], last: int) -> None:
    starts = [sum(lengths[:page]) for page in range(len(lengths) + 1)]
    index, size = index_entries(starts), starts[-1] + last
    spans = [
        page_bytes(index[entries_of(page).start : entries_of(page).stop], size) for page in range(1, len(starts) + 1)
    ]
    assert [span.start for span in spans] == starts
    assert [span.stop for span in spans] == [*starts[1:], size]
    assert len(entries_of(1)) == 2 * ENTRY_BYTES


def test_a_page_ends_with_the_rows_that_are_known_though_the_index_is_further() -> None:
    assert page_bytes(index_entries([100, 500]), 300) == range(100, 300)


def test_the_inner_form_of_a_quoted_or_other_file_is_escaped() -> None:
    version = version_of(3)
    assert not version.is_escaped
    assert changed(version, dialect=changed(version.dialect, delimiter="comma")).is_escaped


def test_files_that_are_not_there_have_no_size() -> None:
    version = version_of(101)
    assert file_sizes(version) == (version.received, version.table_size, 2 * ENTRY_BYTES)
    assert file_sizes(None) == (0, 0, 0)


def test_a_version_is_a_value() -> None:
    version = version_of(3)
    with pytest.raises(AttributeError):
        version.rows = 4  # type: ignore[misc]
    assert isinstance(changed(version, rows=4), Version)
    assert version.rows == 3


def test_a_version_from_before_kinds_were_packed_has_the_same_ones() -> None:
    old = changed(version_of(7), kinds=["text", "number"])
    assert list(decoder(Version)(encode(old)).column_kinds) == list(version_of(7).column_kinds) == ["text", "number"]


def test_a_version_from_before_files_were_mended_has_what_was_read_of_it() -> None:
    facts = "key number name size received complete created rows columns empty_lines invalid_cells kinds clean"
    dialect = "compression encoding bom delimiter line_end quoting header"
    stored = json.loads(encode(version_of(7)))
    old = {name: stored[name] for name in [*facts.split(), "table_size"]}
    old["dialect"] = {name: stored["dialect"][name] for name in dialect.split()}
    assert decoder(Version)(json.dumps(old)) == version_of(7)
