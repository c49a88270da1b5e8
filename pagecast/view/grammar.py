"""The query string of a view: every way to write it is read, and one is written. PROTOCOL.md has the grammar."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from pagecast.protocol.errors import BadView
from pagecast.protocol.facts import changed
from pagecast.view.names import ColumnNames, is_position, nearest, quote, size_of
from pagecast.view.percent import read_pairs, write_pairs
from pagecast.view.view import BARE, EXACT, LISTS, PLOTS, SUFFIXES, Filter, Search, Sort, View, ViewPlot, normalize

MOST_FILTERS = 64
MOST_SORTS = 16
MOST_VALUES = 20_000
"""Values of all filters together."""
MOST_LETTERS = 1000
"""Characters of a search, and of a regular expression."""
VALUE_BYTES = 64 * 1024
"""Bytes of one value."""

SORTS = {
    "_sort": (False, False),
    "_sort_desc": (True, False),
    "_sort_natural": (False, True),
    "_sort_natural_desc": (True, True),
}
"""The parameters that sort, and whether each is descending and natural."""

SWITCHES = ("_search_case", "_search_word", "_search_regex")
"""The parameters that refine a search, in the order of Search."""

PLOTTING = ("_plot", "_plot_x", "_plot_y")
"""The parameters of a plot, in the order of ViewPlot."""

KNOWN = (*SORTS, "_search", *SWITCHES, "_col", *PLOTTING)
"""All parameters that name no column."""

FILLED = frozenset({*SUFFIXES} - {*LISTS, *BARE, "not"})
"""Operators that mean nothing without a value."""


def parse_query(query: str, names: ColumnNames) -> View:
    """Return the view of a query string, with or without its question mark, or raise BadView.

    >>> parse_query("?padj__lt=0.05", ColumnNames(["gene", "padj"], 2)).filters
    (Filter(column=2, operator='lt', values=('0.05',)),)
    """
    return parse_view(read_pairs(query), names)


def parse_view(pairs: Iterable[tuple[str, str]], names: ColumnNames) -> View:
    """Return the normal form of the view that these parameters ask for, or raise BadView.

    >>> parse_view([("_sort_desc", "padj"), ("_search", "p53")], ColumnNames(["gene", "padj"], 2)).sorts
    (Sort(column=2, descending=True, natural=False),)
    """
    sorts: list[Sort] = []
    filters: list[Filter] = []
    columns: list[int] = []
    search: dict[str, str] = {}
    plot: dict[str, str] = {}
    for key, value in pairs:
        if size_of(key) < 0 or size_of(value) < 0:
            raise BadView(f"The parameter {quote(key)} holds half a character: write whole characters in UTF-8.")
        if key in SORTS:
            sorts.append(Sort(names.find(value), *SORTS[key]))
        elif key == "_col":
            columns.append(names.find(value))
        elif key == "_search" or key in SWITCHES:
            _add_search(search, key, value)
        elif key in PLOTTING:
            if plot.setdefault(key, value) != value:
                raise BadView(f"There are two plots: leave one “{key}” out.")
        else:
            filters.append(_parse_filter(key, value, names))
    _check_sorts(sorts, names)
    view = View(tuple(sorts), tuple(filters), _search_of(search), tuple(columns), _plot_of(plot, names))
    view = normalize(view, names.columns)
    _check_size(view)
    return view


def write_view(view: View, names: ColumnNames) -> str:
    """Return the canonical query string of a view: the key of caches, and what a link holds.

    >>> view = View((Sort(1),), (Filter(2, "lt", ("0.05",)), Filter(1, "in", ("TP53", "BRCA1"))))
    >>> write_view(view, ColumnNames(["gene", "padj"], 2))
    'gene__in=BRCA1,TP53&padj__lt=0.05&_sort=gene'
    """
    view = normalize(view, names.columns)
    keys = {flags: key for key, flags in SORTS.items()}
    pairs = []
    for one in view.filters:
        suffix = "" if one.operator == EXACT else f"__{one.operator}"
        pairs.append((names.reference(one.column) + suffix, _write_values(one)))
    pairs += [(keys[one.descending, one.natural], names.reference(one.column)) for one in view.sorts]
    if view.search.text:
        pairs.append(("_search", view.search.text))
        chosen = (view.search.case, view.search.word, view.search.regex)
        pairs += [(key, "1") for key, is_on in zip(SWITCHES, chosen, strict=True) if is_on]
    pairs += [("_col", names.reference(column)) for column in view.columns]
    if view.plot:
        y = names.reference(view.plot.y) if view.plot.y else ""
        values = (view.plot.kind, names.reference(view.plot.x), y)
        pairs += [(key, value) for key, value in zip(PLOTTING, values, strict=True) if value]
    return write_pairs(pairs)


def rebase(query: str, old: ColumnNames, new: ColumnNames) -> tuple[View, tuple[str, ...]]:
    """Return the same question of another version, and the names of the columns that are gone from it.

    Order tells columns with the same header apart where both versions have as many of them, else position does. The
    parts of the question about columns that are gone are left out.

    >>> old, new = ColumnNames(["gene", "padj"], 2), ColumnNames(["padj", "name"], 2)
    >>> view, gone = rebase("gene=TP53&padj__lt=0.05", old, new)
    >>> write_view(view, new), gone
    ('padj__lt=0.05', ('gene',))
    """
    view = parse_query(query, old)
    plotted = view.plot.columns if view.plot else ()
    used = [*(one.column for one in view.filters), *(one.column for one in view.sorts), *view.columns, *plotted]
    moved = {column: _moved(column, old, new) for column in used}
    left = View(
        tuple(changed(one, column=column) for one in view.sorts if (column := moved[one.column])),
        tuple(changed(one, column=column) for one in view.filters if (column := moved[one.column])),
        view.search,
        tuple(column for one in view.columns if (column := moved[one])),
        _moved_plot(view.plot, moved),
    )
    gone = tuple(old.title(column) or f"_c{column}" for column, place in moved.items() if place is None)
    return normalize(left, new.columns), gone


def shared_columns(old: ColumnNames, new: ColumnNames) -> dict[int, int]:
    """Return the columns that two versions have in common: for each of the old one, its place in the new one.

    >>> shared_columns(ColumnNames(["gene", "padj"], 2), ColumnNames(["padj", "name"], 2))
    {2: 1}
    """
    moved = {column: _moved(column, old, new) for column in range(1, old.columns + 1)}
    return {column: place for column, place in moved.items() if place is not None}


def _moved(column: int, old: ColumnNames, new: ColumnNames) -> int | None:
    title = old.title(column)
    before, after = old.titled(title), new.titled(title)
    if len(after) == len(before):
        return after[bisect_left(before, column)]
    return column if column <= new.columns and new.title(column) == title else None


def _parse_filter(key: str, value: str, names: ColumnNames) -> Filter:
    head, mark, operator = key.rpartition("__")
    if mark and operator in SUFFIXES and not names.titled(key):
        return Filter(names.find(head), operator, _parse_values(key, operator, value))
    if names.get(key) is None:
        if mark and names.get(head) is not None:
            raise BadView(_unknown_operator(operator))
        if key.startswith("_") and not is_position(key) and not names.titled(key):
            raise BadView(_unknown_parameter(key))
    return Filter(names.find(key), EXACT, _parse_values(key, EXACT, value))


def _unknown_operator(operator: str) -> str:
    near = nearest(operator, SUFFIXES)
    meant = f" Did you mean “{near}”?" if near else ""
    return f"There is no operator {quote(operator)}.{meant} The operators are {', '.join(SUFFIXES)}."


def _unknown_parameter(key: str) -> str:
    near = nearest(key, KNOWN)
    meant = f" Did you mean “{near}”?" if near else ""
    return f"There is no parameter {quote(key)}.{meant} The parameters are {', '.join(KNOWN)}."


def _parse_values(key: str, operator: str, value: str) -> tuple[str, ...]:
    if operator in BARE:
        if value not in ("", "1"):
            opposite = "notblank" if operator == "isblank" else "isblank"
            raise BadView(f"{quote(key)} takes 1 and nothing else: for the opposite, use {opposite}.")
        return ()
    values = _parse_list(key, value) if operator in LISTS else [value]
    if operator in FILLED and not value:
        raise BadView(f"{quote(key)} has no value: write one behind the equals sign, or leave it out.")
    if any(size_of(one) > VALUE_BYTES for one in values):
        raise BadView(f"A value of {quote(key)} is too long: it may have {VALUE_BYTES:,} bytes.")
    if operator == "regex" and len(value) > MOST_LETTERS:
        raise BadView(f"The regular expression of {quote(key)} is too long: it may have {MOST_LETTERS:,} characters.")
    return tuple(values)


def _parse_list(key: str, value: str) -> list[str]:
    """Return the values of a list: comma-separated, or a JSON list of texts. Its numbers are texts as they stand."""
    if not value.startswith("["):
        return value.split(",")
    try:
        found = json.loads(value, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) and size_of(one) >= 0 for one in found):
        right = 'a JSON list of texts, as in ["a","b"]'
        raise BadView(f"The value of {quote(key)} begins with a bracket, so it has to be {right}.")
    if not found:
        raise BadView(f"The list of {quote(key)} is empty: write at least one value.")
    return found


def _add_search(search: dict[str, str], key: str, value: str) -> None:
    if key in SWITCHES and value != "1":
        raise BadView(f"“{key}” takes 1 and nothing else: leave it out where it is not wanted.")
    if value and search.setdefault(key, value) != value:
        raise BadView(f"There are two searches, {quote(search[key])} and {quote(value)}: leave one of them out.")
    if len(value) > MOST_LETTERS:
        raise BadView(f"The search {quote(value)} is too long: it may have {MOST_LETTERS:,} characters.")


def _search_of(search: dict[str, str]) -> Search:
    return Search(search.get("_search", ""), *(key in search for key in SWITCHES))


def _plot_of(plot: dict[str, str], names: ColumnNames) -> ViewPlot | None:
    """Return the plot that these parameters ask for. Raises BadView."""
    if not plot:
        return None
    kind, x, y = (plot.get(key, "") for key in PLOTTING)
    if kind not in PLOTS:
        raise BadView(f"There is no plot {quote(kind)}: write _plot={', '.join(PLOTS[:-1])} or {PLOTS[-1]}.")
    if not x or (kind == "scatter" and not y):
        raise BadView(f"A plot of this kind needs {'two columns: _plot_x and _plot_y' if x else 'a column: _plot_x'}.")
    return ViewPlot(kind, names.find(x), names.find(y) if y else None)


def _moved_plot(plot: ViewPlot | None, moved: Mapping[int, int | None]) -> ViewPlot | None:
    """Return a plot of another version; none where one of its columns is gone."""
    if plot is None:
        return None
    x, y = moved[plot.x], moved[plot.y] if plot.y else None
    return None if x is None or (plot.y and y is None) else changed(plot, x=x, y=y)


def _check_sorts(sorts: list[Sort], names: ColumnNames) -> None:
    seen = set[int]()
    for column in (one.column for one in sorts):
        if column in seen:
            name = quote(names.title(column) or f"_c{column}")
            raise BadView(f"The order names the column {name} twice: leave one of them out.")
        seen.add(column)


def _check_size(view: View) -> None:
    if len(view.filters) > MOST_FILTERS:
        raise BadView(f"There are {len(view.filters):,} filters: a view may have {MOST_FILTERS}.")
    if len(view.sorts) > MOST_SORTS:
        raise BadView(f"There are {len(view.sorts):,} sort keys: a view may have {MOST_SORTS}.")
    values = sum(len(one.values) for one in view.filters)
    if values > MOST_VALUES:
        raise BadView(f"The filters list {values:,} values: a view may have {MOST_VALUES:,}.")


def _write_values(one: Filter) -> str:
    if one.operator in BARE:
        return "1"
    if one.operator not in LISTS:
        return one.values[0]
    if one.values[0].startswith("[") or any("," in value for value in one.values):
        return json.dumps(one.values, ensure_ascii=False, separators=(",", ":"))
    return ",".join(one.values)
