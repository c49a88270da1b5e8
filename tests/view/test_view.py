"""A view knows whether it asks anything, and whether its rows are others than the table's."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.view.view import EXACT, WHOLE, Filter, Search, Sort, View, normalize


def test_the_whole_table_is_the_view_that_asks_nothing() -> None:
    assert View().is_whole
    assert not WHOLE.changes_rows
    assert not View(columns=(2,)).is_whole
    assert not View(columns=(2,)).changes_rows


def test_filters_searches_and_sorts_change_rows() -> None:
    for view in (View((Sort(1),)), View(filters=(Filter(1, EXACT, ("",)),)), View(search=Search("x"))):
        assert view.changes_rows
        assert not view.is_whole


@given(st.permutations([Filter(2, "in", ("b", "a")), Filter(1, "lt", ("5",)), Filter(1, "gt", ("5",))]))
def test_the_order_of_filters_does_not_matter(filters: list[Filter]) -> None:
    expected = (Filter(1, "gt", ("5",)), Filter(1, "lt", ("5",)), Filter(2, "in", ("a", "b")))
    assert normalize(View(filters=(*filters, filters[0])), 3).filters == expected


def test_the_order_of_sort_keys_matters_and_the_first_of_a_column_counts() -> None:
    keys = (Sort(2), Sort(1, True), Sort(2, True))
    assert normalize(View(keys), 3).sorts == keys[:2]
    assert normalize(View(keys[1::-1]), 3).sorts == keys[1::-1]


def test_a_list_of_one_value_is_that_value() -> None:
    assert normalize(View(filters=(Filter(1, "in", ("a", "a")),)), 1).filters == (Filter(1, EXACT, ("a",)),)
    assert normalize(View(filters=(Filter(1, "notin", ("a",)),)), 1).filters == (Filter(1, "not", ("a",)),)


def test_all_columns_in_their_order_are_no_choice() -> None:
    assert normalize(View(columns=(1, 2, 1)), 2) == WHOLE
    assert normalize(View(columns=(2, 1)), 2).columns == (2, 1)
    assert normalize(View(search=Search("", word=True)), 2) == WHOLE
