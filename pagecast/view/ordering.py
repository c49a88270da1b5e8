"""Links that sort: for each column the view that comes next, as a press on its name in the page asks for it."""

from collections.abc import Iterable

from pagecast.protocol.facts import Fact, changed
from pagecast.view.grammar import write_view
from pagecast.view.names import ColumnNames
from pagecast.view.view import Sort, View


class OrderLink(Fact, frozen=True):
    """A link on the name of a column."""

    view: str
    """The query string of the view that it leads to; empty for the table as it was read."""
    order: str
    """How the column is sorted now: ``ascending``, ``descending``, or empty."""


def order_links(view: View, names: ColumnNames, columns: Iterable[int]) -> list[OrderLink]:
    """Return the links of some columns, from 1: ascending, then descending, then as in the file.

    >>> names = ColumnNames(["gene", "padj"], 2)
    >>> [link.view for link in order_links(View((Sort(2),)), names, [1, 2])]
    ['_sort=gene', '_sort_desc=padj']
    """
    links = list[OrderLink]()
    for column in columns:
        key = next((key for key in view.sorts if key.column == column), None)
        following = changed(view, sorts=_next_sorts(view, column, key))
        order = "" if key is None else "descending" if key.descending else "ascending"
        links.append(OrderLink(write_view(following, names), order))
    return links


def _next_sorts(view: View, column: int, key: Sort | None) -> tuple[Sort, ...]:
    if key is None or len(view.sorts) > 1:
        return (Sort(column),)
    return () if key.descending else (changed(key, descending=True),)
