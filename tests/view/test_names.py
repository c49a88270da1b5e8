"""A column is named by its header where that is plain and unique, and by its position in any case."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import BadView
from pagecast.view.names import NAME_BYTES, RESERVED, ColumnNames
from pagecast.view.view import SUFFIXES
from tests.vectors import TEXT

TOP = Path(__file__).parents[2]

ODD = ("", "x", "x", "_x", "_c2", "a__gt", "a__b", "page_no", "version", "😀", "&=#+%", "n" * 10_000, "\ud83d")


@given(st.lists(st.sampled_from(ODD) | st.text(max_size=5), max_size=9), st.integers(0, 3))
def test_every_column_is_found_by_its_reference_and_by_its_position(header: list[str], more: int) -> None:
    names = ColumnNames(header, len(header) + more)
    references = [names.reference(column) for column in range(1, names.columns + 1)]
    assert [names.find(reference) for reference in references] == list(range(1, names.columns + 1))
    for column in range(1, names.columns + 1):
        assert names.find(f"_c{column}") == column


@pytest.mark.parametrize(
    "title",
    ["", "_x", "_c9", "_sort", "\ud83d", "é" * 101, *sorted(RESERVED), *(f"a__{operator}" for operator in SUFFIXES)],
)
def test_a_header_that_could_be_something_else_names_nothing(title: str) -> None:
    names = ColumnNames(["gene", title], 2)
    assert names.reference(2) == "_c2"
    assert names.get(title) is None
    with pytest.raises(BadView):
        names.find(title)


def test_scripts_know_the_same_names() -> None:
    written = (TOP / "static" / "js" / "view" / "query.js").read_text("utf-8")
    found = re.search(r"const RESERVED =\s*'([^']*)'", written)
    assert found
    assert sorted(found[1].split(",")) == sorted(RESERVED)


def test_a_header_of_200_bytes_is_a_name() -> None:
    assert ColumnNames(["é" * (NAME_BYTES // 2)], 1).reference(1) == "é" * (NAME_BYTES // 2)
    assert f"longer than {NAME_BYTES} bytes" in TEXT
    for name in RESERVED:
        assert f"`{name}`" in TEXT.split("**Columns.**")[1].split("**Values**")[0]


@pytest.mark.parametrize("reference", ["_c0", "_c03", "_c4", "_c-1", "_c", "_c1 ", "_c٣", "_c9999999999", "_C1"])
def test_a_position_is_a_whole_number_within_the_table(reference: str) -> None:
    with pytest.raises(BadView):
        ColumnNames(["a", "b", "c"], 3).find(reference)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("gen", "There is no column “gen”. Did you mean “gene”? Columns can also be named by position: _c1."),
        ("GENE", "There is no column “GENE”. Did you mean “gene”? Columns can also be named by position: _c1."),
        ("x", "3 columns are called “x”: name one by its position, _c2 or _c3 or _c4."),
        ("_c9", "There is no column “_c9”: this table has 5 columns."),
        ("rows", "The header “rows” cannot name its column here: name it by its position, _c5."),
    ],
)
def test_a_refusal_says_what_would_be_right(reference: str, said: str) -> None:
    with pytest.raises(BadView) as caught:
        ColumnNames(["gene", "x", "x", "x", "rows"], 5).find(reference)
    assert str(caught.value) == said.replace("3 columns", "Three columns")
