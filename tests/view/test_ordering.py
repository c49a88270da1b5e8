"""The links on the names of columns sort as a press on a name does."""

from pagecast.view.names import ColumnNames
from pagecast.view.ordering import order_links
from pagecast.view.view import Filter, Sort, View

NAMES = ColumnNames(["gene", "padj", "padj"], 3)
FEW = (Filter(1, "contains", ("x",)),)


def test_a_link_sorts_then_turns_the_order_round_then_leaves_it() -> None:
    for sorts, view, order in [
        ((), "gene__contains=x&_sort=_c2", ""),
        ((Sort(2),), "gene__contains=x&_sort_desc=_c2", "ascending"),
        ((Sort(2, natural=True),), "gene__contains=x&_sort_natural_desc=_c2", "ascending"),
        ((Sort(2, descending=True),), "gene__contains=x", "descending"),
    ]:
        link = order_links(View(sorts, FEW), NAMES, [1, 2, 3])[1]
        assert (link.view, link.order) == (view, order)


def test_one_of_several_columns_becomes_the_only_one() -> None:
    links = order_links(View((Sort(1), Sort(2))), NAMES, [1, 2, 3])
    assert [link.view for link in links] == ["_sort=gene", "_sort=_c2", "_sort=_c3"]
    assert [link.order for link in links] == ["ascending", "ascending", ""]
