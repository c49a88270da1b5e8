"""A view: a question about a table, as sorts, filters, a search and chosen columns. Columns count from 1."""

from pagecast.protocol.facts import Fact, changed
from pagecast.table.row_search import can_search

EXACT = "exact"
"""The operator that is written without a suffix: ``gene=TP53``."""

SUFFIXES = (
    *("not", "contains", "notcontains", "startswith", "endswith"),
    *("gt", "gte", "lt", "lte", "in", "notin", "isblank", "notblank", "regex"),
)
"""The operators that are written behind a column: ``padj__lt=0.05``."""

LISTS = {"in": EXACT, "notin": "not"}
"""Operators that take several values, and the operator that says the same of one value."""

BARE = frozenset({"isblank", "notblank"})
"""Operators that take no value."""


class Sort(Fact, frozen=True):
    """A key of the order of rows."""

    column: int
    descending: bool = False
    natural: bool = False
    """Whether chr2 comes before chr10."""


class Filter(Fact, frozen=True):
    """A condition on the cells of one column."""

    column: int
    operator: str
    """EXACT or one of SUFFIXES."""
    values: tuple[str, ...] = ()
    """One text; several for LISTS; none for BARE."""


class Search(Fact, frozen=True):
    """A text that a row holds in one of its cells. An empty text is no search."""

    text: str = ""
    case: bool = False
    """Whether capital and small letters differ."""
    word: bool = False
    """Whether only whole words are found."""
    regex: bool = False


PLOTS = ("histogram", "scatter", "bars", "line")
"""The kinds of plots."""


class ViewPlot(Fact, frozen=True):
    """A plot of a view's rows, which its viewers look at together. Columns count from 1."""

    kind: str
    """One of PLOTS."""
    x: int
    y: int | None = None
    """Needed by a scatter plot; a histogram has none."""

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.x,) if self.y is None else (self.x, self.y)


class View(Fact, frozen=True):
    """A question. All filters and the search have to hold."""

    sorts: tuple[Sort, ...] = ()
    """The most important key first."""
    filters: tuple[Filter, ...] = ()
    search: Search = Search()
    columns: tuple[int, ...] = ()
    """The chosen columns, in this order; none chosen means all."""
    plot: ViewPlot | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this is the table as it was read."""
        return self == WHOLE

    @property
    def changes_rows(self) -> bool:
        """Whether it leaves out rows, or changes their order."""
        return bool(self.sorts or self.has_fewer_rows)

    @property
    def has_fewer_rows(self) -> bool:
        """Whether it may leave out rows."""
        return bool(self.filters or self.search.text)

    @property
    def is_byte_search(self) -> bool:
        """Whether it asks only which rows hold a text, which their bytes tell."""
        search = self.search
        asks_more = self.sorts or self.filters or search.regex or search.word
        return not asks_more and can_search(search.text, case=search.case)


class LongView(Fact, frozen=True):
    """A view that is too long for an address: its query string, which is kept with the document."""

    text: str


WHOLE = View()
"""The view that asks nothing."""


def normalize(view: View, columns: int) -> View:
    """Return the one view that stands for all that ask the same of a table with so many columns.

    Filters and lists are sorted, and repeated parts left out.

    >>> normalize(View(filters=(Filter(2, "in", ("b",)), Filter(1, "in", ("b", "a", "b"))), columns=(1, 2)), 2).filters
    (Filter(column=1, operator='in', values=('a', 'b')), Filter(column=2, operator='exact', values=('b',)))
    """
    filters = {_normal_filter(one) for one in view.filters}
    first_sorts = {one.column: one for one in reversed(view.sorts)}
    chosen = tuple(dict.fromkeys(view.columns))
    return View(
        tuple(dict.fromkeys(first_sorts[one.column] for one in view.sorts)),
        tuple(sorted(filters, key=lambda one: (one.column, one.operator, one.values))),
        view.search if view.search.text else Search(),
        () if len(chosen) == columns and chosen == tuple(range(1, columns + 1)) else chosen,
        changed(view.plot, y=None) if view.plot and view.plot.kind == "histogram" else view.plot,
    )


def _normal_filter(one: Filter) -> Filter:
    if one.operator not in LISTS:
        return one
    values = tuple(sorted(set(one.values)))
    return Filter(one.column, LISTS[one.operator] if len(values) == 1 else one.operator, values)
