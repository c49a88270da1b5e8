"""A view in words: the same sentence as static/js/view/sentence.js says in the page."""

import re
from collections.abc import Sequence
from functools import reduce
from itertools import islice

from pagecast.protocol.language import Language
from pagecast.protocol.summaries import ViewChanges
from pagecast.view.names import ColumnNames
from pagecast.view.view import Filter, Search, Sort, View, ViewPlot

MOST_CONDITIONS = 5
MOST_LISTED = 3
"""Values of a list that are named."""
MOST_LETTERS = 40
"""Characters of a name or a value."""

CONDITIONS = {
    "exact": "isValue",
    "in": "isValue",
    "not": "isNot",
    "notin": "isNot",
    "contains": "contains",
    "notcontains": "containsNot",
    "startswith": "startsWith",
    "endswith": "endsWith",
    "isblank": "isBlank",
    "notblank": "isNotBlank",
    "regex": "matchesRegex",
}
"""The texts of operators."""

SIGNS = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
"""Operators that have a sign, in every language."""

ORDERS = {
    (False, False): "ascending",
    (True, False): "descending",
    (False, True): "naturalOrder",
    (True, True): "naturalDescending",
}
"""The texts of sort keys, by whether they are descending and natural."""

PLOTS_OF = {
    ("histogram", False): "histogramOf",
    ("scatter", True): "scatterOf",
    ("bars", False): "barsOf",
    ("bars", True): "barsOfMean",
    ("line", False): "lineOf",
    ("line", True): "lineOfMean",
}
"""The texts of plots, by their kind and whether they have a second column."""

SHARED = {
    (True, True): "sharedMoreFewer",
    (True, False): "sharedMore",
    (False, True): "sharedFewer",
    (False, False): "sharedSame",
}
"""The texts of what has become of a link's rows, by whether there are more and whether there are fewer."""

_bare = frozenset({"exact", "not", "in", "notin", "gt", "gte", "lt", "lte"})
"""Operators whose values stand without quotation marks, where these are not needed."""

_quoted = re.compile(r"[\s,;“”\"'()，；（）]|^$")
_unseen = re.compile("[\0-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def sentence(view: View, names: ColumnNames, language: Language) -> str:
    """Return a view in words; nothing for the whole table.

    >>> words = {"sortedBy": "by {keys}", "ascending": "{name}", "both": "{one}, {other}", "columnNumber": "column {n}"}
    >>> english = Language(words)
    >>> view = View((Sort(1),), (Filter(2, "lt", ("0.05",)),))
    >>> sentence(view, ColumnNames(["gene", "padj"], 2), english)
    'padj < 0.05, by gene'
    """
    words = _Words(names, language)
    parts = [words.condition(one) for one in view.filters[:MOST_CONDITIONS]]
    if len(view.filters) > MOST_CONDITIONS:
        parts.append(language.phrase("moreValues", n=len(view.filters) - MOST_CONDITIONS))
    if view.search.text:
        parts.append(words.search(view.search))
    if view.sorts:
        parts.append(words.order(view.sorts))
    if view.columns:
        parts.append(language.phrase("columnsOnly", n=len(view.columns)))
    if view.plot:
        parts.append(words.plot(view.plot))
    return words.joined("both", parts) if parts else ""


def changes_words(changes: ViewChanges, language: Language) -> str:
    """Say what has become of the rows of a link's view; nothing where they are as they were, as far as is known."""
    rows, now, more, fewer = changes.rows, changes.newest_rows, changes.more, changes.fewer
    parts = []
    if more is not None and fewer is not None:
        key = SHARED[more > 0, fewer > 0]
        parts.append(language.phrase(key, n=rows or 0, more=more, fewer=fewer))
    elif rows is not None and rows != now:
        parts.append(language.phrase("sharedNow", n=rows, now=now))
    if changes.gone:
        parts.append(language.phrase("withoutColumns", list=", ".join(map(shown, changes.gone))))
    return reduce(lambda one, other: language.phrase("both", one=one, other=other), parts) if parts else ""


class _Words:
    def __init__(self, names: ColumnNames, language: Language) -> None:
        self.names, self.language = names, language

    def joined(self, key: str, parts: Sequence[str]) -> str:
        return reduce(lambda one, other: self.language.phrase(key, one=one, other=other), parts)

    def column(self, column: int) -> str:
        """Name a column. A position is added to a name that others have, too."""
        title = self.names.title(column)
        place = self.language.phrase("columnNumber", n=column)
        if not title.strip():
            return place
        is_unique = len(self.names.titled(title)) == 1
        return shown(title) if is_unique else self.language.phrase("named", name=shown(title), column=place)

    def condition(self, one: Filter) -> str:
        name, value = self.column(one.column), self.values(one)
        if one.operator in SIGNS:
            return f"{name} {SIGNS[one.operator]} {value}"
        return self.language.phrase(CONDITIONS[one.operator], name=name, value=value)

    def values(self, one: Filter) -> str:
        """List the values of a filter, the first few by name."""
        if one.operator == "regex":
            return f"/{shown(one.values[0])}/"
        quoted = [_quote(value, one.operator in _bare) for value in islice(one.values, MOST_LISTED + 1)]
        if len(quoted) > MOST_LISTED:
            others = self.language.phrase("otherValues", n=len(one.values) - MOST_LISTED + 1)
            quoted[MOST_LISTED - 1 :] = [others]
        if len(quoted) < 2:
            return "".join(quoted)
        return self.joined("oneOfTwo", [self.joined("listed", quoted[:-1]), quoted[-1]])

    def search(self, search: Search) -> str:
        if search.regex:
            said = self.language.phrase("holdsRegex", value=f"/{shown(search.text)}/")
        else:
            said = self.language.phrase("holds", value=_quote(search.text, is_bare=False))
        if not (search.case or search.word):
            return said
        key = "withCaseAndWord" if search.case and search.word else "withCase" if search.case else "withWord"
        return self.language.phrase(key, search=said)

    def plot(self, plot: ViewPlot) -> str:
        key = PLOTS_OF[plot.kind, plot.y is not None]
        return self.language.phrase(key, x=self.column(plot.x), y=self.column(plot.y) if plot.y else "")

    def order(self, sorts: Sequence[Sort]) -> str:
        said = [
            self.language.phrase(ORDERS[one.descending, one.natural], name=self.column(one.column)) for one in sorts
        ]
        return self.language.phrase("sortedBy", keys=self.joined("thenBy", said))


def _quote(value: str, is_bare: bool) -> str:
    return shown(value) if is_bare and not _quoted.search(value) else f"“{shown(value)}”"


def shown(text: str) -> str:
    """Return the beginning of a text, with pictures of the characters that draw nothing.

    >>> shown("a\\tb"), shown("x" * 50)
    ('a␉b', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    clipped = text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
    return _unseen.sub(lambda match: _picture(ord(match[0])), clipped)


def _picture(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"U+{code:04X}"
