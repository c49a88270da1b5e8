"""A view is read from every way to write it, and written in one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.errors import BadView
from pagecast.view.grammar import (
    MOST_FILTERS,
    MOST_LETTERS,
    MOST_SORTS,
    MOST_VALUES,
    VALUE_BYTES,
    parse_query,
    parse_view,
    rebase,
    write_view,
)
from pagecast.view.names import ColumnNames
from pagecast.view.percent import read_pairs, write_pairs
from pagecast.view.view import BARE, EXACT, LISTS, SUFFIXES, WHOLE, Filter, Search, Sort, View, normalize
from tests.vectors import TEXT, examples, table

(BLOCK,) = examples("json views")
SHOWN = json.loads(BLOCK)
NAMES = ColumnNames(SHOWN["header"], SHOWN["columns"])
GENES = ColumnNames(["gene", "padj", "species"], 3)
ODD = ("", "x", "x", "_x", "_c1", "_sort", "a__gt", "a__b", "page_no", "😀", "&=#+%", "[", "a,b", " ", "n" * 10_000)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", ",", "[", "%20", "+", "\0"]
)
HEADERS = st.lists(st.sampled_from(ODD) | TEXTS, min_size=1, max_size=12)


@st.composite
def tables(draw: st.DrawFn) -> ColumnNames:
    header = draw(HEADERS)
    return ColumnNames(header, len(header) + draw(st.integers(0, 2)))


@st.composite
def questions(draw: st.DrawFn, names: ColumnNames) -> View:
    column = st.integers(1, names.columns)
    filters = []
    for operator in draw(st.lists(st.sampled_from([EXACT, *SUFFIXES]), max_size=5)):
        blank = operator in (EXACT, "not", *LISTS)
        value = TEXTS if blank else TEXTS.filter(bool)
        values = [] if operator in BARE else draw(st.lists(value, min_size=1, max_size=4 if operator in LISTS else 1))
        filters.append(Filter(draw(column), operator, tuple(values)))
    sorts = st.lists(st.builds(Sort, column, st.booleans(), st.booleans()), max_size=3)
    search = st.builds(Search, TEXTS, st.booleans(), st.booleans(), st.booleans())
    return View(tuple(draw(sorts)), tuple(filters), draw(search), tuple(draw(st.lists(column, max_size=14))))


def outcome(query: str, names: ColumnNames) -> View | str:
    """Return the view of a query, or the sentence that refuses it."""
    try:
        return parse_query(query, names)
    except BadView as error:
        return str(error)


# The examples of PROTOCOL.md


@pytest.mark.parametrize("example", SHOWN["examples"], ids=lambda example: example["query"][:40])
def test_the_examples_are_read_and_written_as_shown(example: dict[str, str]) -> None:
    view = outcome(example["query"], NAMES)
    if isinstance(view, str):
        assert view == example.get("error")
    else:
        assert write_view(view, NAMES) == example["canonical"]
        assert parse_query(example["canonical"], NAMES) == view


def test_the_tables_name_every_operator_and_parameter() -> None:
    operators = [cell for cell, _ in table("operator", "the rows whose cell")]
    assert [name for cell in operators[1:] for name in cell.replace("`", "").split(", ")] != []
    assert {name for cell in operators[1:] for name in cell.replace("`", "").split(", ")} == set(SUFFIXES)
    assert f"{MOST_FILTERS} filters, {MOST_SORTS} sort keys and {MOST_VALUES:,} values" in TEXT
    assert VALUE_BYTES == 64 * 1024
    for query in (cell for cells, _ in table("parameter", "means") for cell in cells.replace("`", "").split(", ")):
        names = ColumnNames(["gene", "padj", "a"], 3)
        prefix = "_search=x&" if query.startswith("_search_") else ""
        assert parse_query(prefix + query, names) != WHOLE


# Any view


@given(st.data())
def test_any_view_is_read_as_it_was_written(data: st.DataObject) -> None:
    names = data.draw(tables())
    view = data.draw(questions(names))
    written = write_view(view, names)
    assert written.isascii()
    assert parse_query(written, names) == normalize(view, names.columns)
    assert parse_query(f"?{written}", names) == parse_view(read_pairs(written), names)
    assert write_view(parse_query(written, names), names) == written


@given(st.data())
def test_one_question_has_one_text_however_it_is_put(data: st.DataObject) -> None:
    names = data.draw(tables())
    view = data.draw(questions(names))
    pairs = list(read_pairs(write_view(view, names)))
    ordered = [pair for pair in pairs if pair[0].startswith(("_sort", "_col"))]
    others = data.draw(st.permutations([pair for pair in pairs if pair not in ordered]))
    assert write_view(parse_view([*others, *ordered, *others], names), names) == write_view(view, names)


@given(tables(), st.lists(st.tuples(st.sampled_from([*ODD, "_sort", "_col", "_search", "x__in"]) | TEXTS, TEXTS)))
def test_any_parameters_are_a_view_or_a_bad_view(names: ColumnNames, pairs: list[tuple[str, str]]) -> None:
    view = outcome(write_pairs(pairs), names)
    assert view.endswith(".") if isinstance(view, str) else parse_query(write_view(view, names), names) == view


@given(st.text())
def test_any_query_is_a_view_or_a_bad_view(query: str) -> None:
    said = outcome(query, NAMES)
    assert isinstance(said, View) or (len(said) < 500 and said.encode())


@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS)))
def test_parameters_are_decoded_as_they_were_encoded(pairs: list[tuple[str, str]]) -> None:
    assert list(read_pairs(write_pairs(pairs))) == pairs


# What is refused


@pytest.mark.parametrize("part", ["\ud83d", "a\udc80b"])
def test_half_a_character_is_refused(part: str) -> None:
    for pair in ((part, "x"), ("gene", part), ("_search", part), ("_sort", part)):
        with pytest.raises(BadView):
            parse_view([pair], GENES)


def listed(count: int) -> str:
    return ",".join(map(str, range(count)))


LIMITS: dict[str, tuple[Any, int]] = {
    "filters": (lambda n: [("gene", str(i)) for i in range(n)], MOST_FILTERS),
    "values": (lambda n: [("gene__in", listed(n))], MOST_VALUES),
    "letters of a search": (lambda n: [("_search", "é" * n)], MOST_LETTERS),
    "letters of an expression": (lambda n: [("gene__regex", "é" * n)], MOST_LETTERS),
    "bytes of a value": (lambda n: [("gene", "a" * n)], VALUE_BYTES),
    "bytes of a listed value": (lambda n: [("gene__notin", "b," + "a" * n)], VALUE_BYTES),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_view_is_bounded(what: str) -> None:
    made, most = LIMITS[what]
    assert parse_view(made(most), GENES) != WHOLE
    with pytest.raises(BadView) as caught:
        parse_view(made(most + 1), GENES)
    assert f"{most:,}" in str(caught.value)


def test_sort_keys_are_bounded() -> None:
    names = ColumnNames([], 20)
    assert len(parse_view([("_sort", f"_c{i}") for i in range(1, MOST_SORTS + 1)], names).sorts) == MOST_SORTS
    with pytest.raises(BadView, match="17 sort keys"):
        parse_view([("_sort", f"_c{i}") for i in range(1, MOST_SORTS + 2)], names)


def test_a_deep_list_is_refused() -> None:
    with pytest.raises(BadView, match="JSON list"):
        parse_view([("gene__in", "[" * 60_000)], GENES)


# Another version


def test_a_question_of_another_version_keeps_its_columns_by_name() -> None:
    old = ColumnNames(["gene", "padj", "x", "x", ""], 5)
    query = "padj__lt=0.05&_sort=gene&_c4=1&_c5=2&_col=padj&_col=gene&_search=y"
    assert rebase(query, old, old) == (parse_query(query, old), ())
    view, gone = rebase(query, old, ColumnNames(["more", "padj", "x", "x", "gene"], 6))
    assert gone == ()
    assert view == View(
        (Sort(5),),
        (Filter(2, "lt", ("0.05",)), Filter(4, EXACT, ("1",)), Filter(6, EXACT, ("2",))),
        Search("y"),
        (2, 5),
    )
    view, gone = rebase(query, old, ColumnNames(["x", "padj"], 2))
    assert gone == ("x", "_c5", "gene")
    assert view == View((), (Filter(2, "lt", ("0.05",)),), Search("y"), (2,))


@given(tables(), tables(), st.data())
def test_rebased_columns_have_the_headers_they_had(old: ColumnNames, new: ColumnNames, data: st.DataObject) -> None:
    view = data.draw(questions(old))
    moved, gone = rebase(write_view(view, old), old, new)
    before = [old.title(one.column) for one in normalize(view, old.columns).sorts]
    after = [new.title(one.column) for one in moved.sorts]
    rest = iter(before)
    assert all(title in rest for title in after), "the same headers in the same order, some left out"
    assert len(after) + len(gone) >= len(before)
    assert parse_query(write_view(moved, new), new) == moved


def test_20_000_columns_are_named_at_once() -> None:
    """A look at all columns for each of them would take minutes."""
    names = ColumnNames(["x"] * 10_000 + [f"sample {i}" for i in range(10_000)], 20_000)
    query = write_view(View(columns=tuple(range(20_000, 0, -1))), names)
    assert parse_query(query, names).columns[0] == 20_000
    view, gone = rebase(query, names, ColumnNames(["y", *names.header], 20_001))
    assert view.columns == tuple(range(20_001, 1, -1))
    assert gone == ()
    with pytest.raises(BadView, match="Did you mean “sample 9”"):
        names.find("Sample 9")
