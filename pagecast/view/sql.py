"""A view as SQL: the rows that it has, in its order. It runs nothing.

All queries read ``t``: the rows of a version that are data. Its columns are ``row``, the number in the table; ``c1``,
``c2``… with the text of each cell, NULL where the row has none; and beside them ``n1`` or ``d1`` for a column whose
first cells are numbers or dates, with what each cell reads as, and ``m1`` for any other one: whether a cell stands for
a missing value. Of a wide table (``WIDE``) it has only the columns that a query names, and ``cells``. A column is named
by its number, and what people write is bound as a value: neither their text nor a header is ever a part of the SQL.

Beside ``t``, ``facts`` has a row for each part of the columnar copy and each column ``c``: the facts of its cells, and
in ``heads`` and ``tails`` the first and last ones in their order, as lists of ``row`` and ``cell``.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from pagecast.protocol.errors import BadView
from pagecast.protocol.facts import Fact
from pagecast.table.lenses import MOSTLY, value_of
from pagecast.view.expressions import (
    DIGITS,
    blank_sql,
    date_seconds,
    date_sql,
    exact_key,
    exact_sql,
    folded,
    folded_sql,
    holds_sql,
    moment_sql,
    natural_sql,
    number_sql,
    plain_sql,
    text,
)
from pagecast.view.view import Filter, Search, Sort, View

WIDE = 500
"""Columns above which ``t`` has only the columns that a query names, and ``cells``: those of a row as a list."""

SEPARATORS = ("\x01", "\x02", "\x03")
"""Characters that may stand between the cells of a row while it is searched: one that the search has not."""

TYPED_NUMBERS = ("n", "p", "c")
"""The letters of columns whose first cells are numbers, as columns.py packs kinds."""

TOP_ROWS = 100
"""The first and last cells of a column that are found while a table is copied."""

HUGE, TINY = "1e290", "1e-290"
"""Between these, doubles are as far apart everywhere."""


class Query(NamedTuple):
    """A query, and the values that are bound in it."""

    sql: str
    values: list[Any]


class ColumnFacts(Fact, frozen=True):
    """What all cells of a column say about how to read it."""

    letter: str
    """How its first cells are read, as columns.py packs kinds. ``t`` has a column of numbers or dates beside it for the
    letters n, p, c and d."""
    rows: int
    blank: int
    numbers: int
    dates: int
    simple: bool
    """Whether doubles tell all its numbers apart, and order them as they are."""

    @property
    def typed(self) -> str:
        """The letter of the column beside its text: ``n``, ``d`` or ``m``."""
        return "n" if self.letter in TYPED_NUMBERS else "d" if self.letter == "d" else "m"

    @property
    def lens(self) -> str:
        return {"p": "point", "c": "comma"}.get(self.letter, "")

    @property
    def reading(self) -> str:
        """How it is sorted and compared: as ``number``, as ``date``, or as ``text``."""
        values = self.rows - self.blank
        if values and self.numbers >= MOSTLY * values:
            return "number"
        return "date" if values and self.dates >= MOSTLY * values else "text"


def joined(parts: Sequence[ColumnFacts]) -> ColumnFacts:
    """Return the facts of a column, given those of the parts of its table: at least one."""
    rows, blank, numbers, dates = (
        sum(count) for count in zip(*((one.rows, one.blank, one.numbers, one.dates) for one in parts), strict=True)
    )
    return ColumnFacts(parts[0].letter, rows, blank, numbers, dates, all(one.simple for one in parts))


def typed_sql(column: int, letter: str) -> str:
    """Return the column of ``t`` beside a column: the number or date that each cell is, or whether it is blank.

    >>> typed_sql(7, "n").rpartition(" as ")[-1], typed_sql(8, "t").rpartition(" as ")[-1]
    ('n7', 'm8')
    """
    facts, cell = ColumnFacts(letter, 0, 0, 0, 0, False), f"c{column}"
    read = {"n": number_sql(cell, facts.lens), "d": date_sql(cell), "m": blank_sql(cell)}[facts.typed]
    return f"{read} as {facts.typed}{column}"


def number_of(column: int, facts: ColumnFacts) -> str:
    """Return the expression for the number that a cell is."""
    return f"n{column}" if facts.typed == "n" else number_sql(f"c{column}", facts.lens)


def date_of(column: int, facts: ColumnFacts) -> str:
    """Return the expression for the date that a cell is."""
    return f"d{column}" if facts.typed == "d" else date_sql(f"c{column}")


def blank_of(column: int, facts: ColumnFacts) -> str:
    """Return the expression for whether a cell stands for a missing value."""
    return f"m{column}" if facts.typed == "m" else blank_sql(f"c{column}")


def facts_query(letters: Mapping[int, str]) -> Query:
    """Return the query for ``rows``, ``blank``, ``numbers``, ``dates``, ``simple`` of some columns, one after another.

    ``letters``: how the first cells of each column are read.
    """
    inner, outer = [], []
    for column, letter in letters.items():
        read = ColumnFacts(letter, 0, 0, 0, 0, False)
        c, n, d = f"c{column}", f"x{column}", f"y{column}"
        number, date = number_of(column, read), date_of(column, read)
        # To match a pattern takes long: few cells of text begin as a number does, and few numbers are looked at again.
        if read.typed != "n":
            number = f"case when {c} < ':' then {number} end"
        if read.typed != "d":
            date = f"case when {f'{number} is null' if read.typed == 'n' else 'true'} and {c} < ':' then {date} end"
        inner += [c, f"{number} as {n}", f"{date} as {d}"]
        is_blank = f"m{column}"
        if read.typed == "m":
            inner.append(is_blank)
        else:
            is_blank = f"case when {n} is null and {d} is null then {blank_sql(c)} else false end"
        is_simple = (
            f"coalesce(max(strlen({c})) filter ({n} is not null), 0) <= {DIGITS}"
            f" and coalesce(max(abs({n})) filter ({n} <> 0), 1) < {HUGE}"
            f" and coalesce(min(abs({n})) filter ({n} <> 0), 1) > {TINY}"
            f" and count(*) filter ({n} = 0 and contains(lower({c}), 'e')) = 0"
        )
        outer += ["count(*)", f"count(*) filter ({is_blank})", f"count({n})", f"count({d})", is_simple]
    return Query(f"select {', '.join(outer)} from (select {', '.join(inner)} from t)", [])


def copied_facts_query(columns: Iterable[int]) -> Query:
    """Return the query for the facts of some columns in each part of the copy, as ``copied_facts`` reads them."""
    wanted = ", ".join(map(str, columns))
    counts = "rows, blank, numbers, dates, simple"
    return Query(f"select c, heads is not null, {counts} from facts where c in ({wanted})", [])


class CopiedFacts(NamedTuple):
    """The facts of a column, as they were counted while its table was copied."""

    facts: ColumnFacts
    has_tops: bool
    """Whether its first and last cells were found: it was sorted alike in all parts."""


def copied_facts(parts: Iterable[Sequence[Any]], letters: Mapping[int, str]) -> dict[int, CopiedFacts]:
    """Read the rows of ``copied_facts_query``."""
    found: dict[int, list[CopiedFacts]] = {}
    for column, has_tops, *counts in parts:
        found.setdefault(column, []).append(CopiedFacts(ColumnFacts(letters[column], *counts), has_tops))
    copied = {}
    for column, several in found.items():
        facts = joined([one.facts for one in several])
        has_tops = all(one.has_tops and one.facts.reading == facts.reading for one in several)
        copied[column] = CopiedFacts(facts, has_tops)
    return copied


COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
"""The operators that compare numbers or dates, and how SQL writes them."""


def compared_columns(view: View) -> list[int]:
    """Return the columns whose facts a view needs: those that it sorts or compares."""
    sorted_by = [sort.column for sort in view.sorts]
    compared = [one.column for one in view.filters if one.operator in COMPARISONS]
    return sorted({*sorted_by, *compared})


class ViewSql:
    """A view of a table, as SQL.

    ``facts``: those of the columns that it sorts or compares; ``columns``: how many the table has.
    """

    def __init__(self, view: View, facts: Mapping[int, ColumnFacts], columns: int) -> None:
        self._view, self._facts, self._columns = view, facts, columns

    def rows(self, limit: int | None = None) -> Query:
        """Return the query for the row numbers, the first ``limit`` of them or all.

        Rows of ``t`` come in the order of the table. Without a sort they are found one after another, as they are read.
        """
        where, values = self.where()
        order = f" order by {self.order()}" if self._view.sorts else ""
        most = "" if limit is None else f" limit {limit}"
        return Query(f"select row from t where {where}{order}{most}", values)

    def first(self, most: int) -> Query:
        """Return the query for the first rows in the order of the table, and for how many there are, in one scan."""
        where, values = self.where()
        return Query(f"select coalesce(min(row, {most}), []), count(*) from t where {where}", values)

    def tops(self, limit: int) -> Query:
        """Return the query for the first ``limit`` rows of a view that sorts by one column, and their cells."""
        return Query(
            f"select row, c{self._view.sorts[0].column} as cell from t order by {self.order()} limit {limit}", []
        )

    def first_of_tops(self, limit: int) -> Query:
        """Return the query for the first ``limit`` rows of such a view, found among the tops of all parts."""
        (sort,) = self._view.sorts
        top = f"select unnest({'tails' if sort.descending else 'heads'}) as top from facts where c = {sort.column}"
        cells = f"select top.row as row, top.cell as c{sort.column} from ({top})"
        read = f"select *, {typed_sql(sort.column, self._facts[sort.column].letter)} from ({cells})"
        return Query(f"select row from ({read}) order by {self.order()} limit {limit}", [])

    def count(self) -> Query:
        """Return the query for how many rows there are."""
        where, values = self.where()
        return Query(f"select count(*) from t where {where}", values)

    def order(self) -> str:
        """Return the keys of the order. Ties keep the order of the table."""
        return ", ".join([*(key for sort in self._view.sorts for key in self._keys(sort)), "row"])

    def where(self, *, but: int | None = None) -> tuple[str, list[Any]]:
        """Return the condition, and its values in order; without the filters on the column ``but``."""
        conditions, values = ["true"], list[Any]()
        for one in self._view.filters:
            if one.column != but:
                condition, bound = self._condition(one)
                conditions.append(condition)
                values += bound
        if self._view.search.text:
            condition, bound = self._searched(self._view.search)
            conditions.append(condition)
            values += bound
        return " and ".join(conditions), values

    def _keys(self, sort: Sort) -> list[str]:
        facts, cell = self._facts[sort.column], f"c{sort.column}"
        down = " desc" if sort.descending else ""
        value = f"case when {blank_of(sort.column, facts)} then null else {cell} end" if facts.blank else cell
        if sort.natural:
            return [f"{natural_sql(value)}{down} nulls last", f"{value}{down} nulls last"]
        if facts.reading == "text":
            return [f"{value}{down} nulls last"]
        is_number = facts.reading == "number"
        read = number_of(sort.column, facts) if is_number else date_of(sort.column, facts)
        keys = [f"{read}{down} nulls last"]
        if is_number and not facts.simple:
            keys.append(f"{exact_sql(plain_sql(cell, facts.lens))}{down} nulls last")
        if (facts.numbers if is_number else facts.dates) < facts.rows - facts.blank:
            keys.append(f"case when {read} is null then {value} end{down} nulls last")
        return keys

    def _condition(self, one: Filter) -> tuple[str, list[Any]]:
        """Return a condition, which may be NULL where it does not hold, and its values.

        A cell that a row does not have is an empty text. Where that cannot match, DuckDB is given the column as it is:
        it then looks at each different text once, and skips blocks by their smallest and largest cells.
        """
        values = list(one.values)
        cell = f"c{one.column}" if _needs_text(one) else f"coalesce(c{one.column}, '')"
        match one.operator:
            case "exact":
                return f"{cell} = ?", values
            case "not":
                return f"{cell} <> ?", values
            case "in":
                return f"{cell} in (select unnest(?::varchar[]))", [values]
            case "notin":
                return f"{cell} not in (select unnest(?::varchar[]))", [values]
            case "contains":
                return holds_sql(cell, one.values[0])
            case "notcontains":
                holds, bound = holds_sql(cell, one.values[0])
                return f"not {holds}", list[Any](bound)
            case "startswith":
                return f"starts_with({folded_sql(cell)}, ?)", [folded(one.values[0])]
            case "endswith":
                return f"suffix({folded_sql(cell)}, ?)", [folded(one.values[0])]
            case "isblank":
                return blank_sql(f"c{one.column}"), []
            case "notblank":
                return f"not {blank_sql(f'c{one.column}')}", []
            case "regex":
                return f"regexp_matches({cell}, ?)", values
        return self._compared(one, COMPARISONS[one.operator])

    def _compared(self, one: Filter, sign: str) -> tuple[str, list[Any]]:
        facts, value = self._facts[one.column], one.values[0]
        if facts.reading == "date":
            if date_seconds(value) is None:
                raise BadView(f"“{value[:40]}” is not a date: write one as 2026-11-28.")
            whole = f"{value}-01" if len(value) == len("2026-11") else value
            return f"{date_of(one.column, facts)} {sign} {moment_sql('?')}", [whole]
        number = _first_number(value, facts.lens)
        if number is None or not number.is_finite():
            raise BadView(f"“{value[:40]}” is not a number: write one as -1234.5 or 1e-6.")
        return self._compared_number(one.column, facts, sign, number)

    def _compared_number(self, column: int, facts: ColumnFacts, sign: str, number: Decimal) -> tuple[str, list[Any]]:
        read, near = number_of(column, facts), float(number)
        if facts.simple and len(number.as_tuple().digits) <= DIGITS and (not number or 1e-290 < abs(near) < 1e290):
            return f"{read} {sign} ?", [near]
        key = exact_sql(plain_sql(f"c{column}", facts.lens))
        strict = sign[0]
        return f"({read} {strict} ? or ({read} = ? and {key} {sign} ?))", [near, near, exact_key(number)]

    def _searched(self, search: Search) -> tuple[str, list[Any]]:
        """Return whether any cell of a row holds the text of a search."""
        if self._columns > WIDE:
            holds, bound = self._held("cell", search)
            return f"len(list_filter(cells, lambda cell: {holds})) > 0", bound
        cells = [f"c{column}" for column in range(1, self._columns + 1)]
        if not search.regex and not search.word:
            between = next(one for one in SEPARATORS if one not in search.text)
            return self._held(f"concat_ws({text(between)}, {', '.join(cells)})", search)
        matches, patterns = zip(*(self._held(cell, search) for cell in cells), strict=True)
        return f"coalesce({' or '.join(matches)}, false)", list(chain.from_iterable(patterns))

    @staticmethod
    def _held(cell: str, search: Search) -> tuple[str, list[Any]]:
        if search.regex or search.word:
            return f"regexp_matches({cell}, ?)", [search_pattern(search)]
        if search.case:
            return f"contains({cell}, ?)", [search.text]
        holds, bound = holds_sql(cell, search.text)
        return holds, list[Any](bound)


def _needs_text(one: Filter) -> bool:
    """Return whether no cell without a text matches a filter."""
    return one.operator in ("exact", "in", "contains", "startswith", "endswith") and all(one.values)


def _first_number(value: str, lens: str) -> Decimal | None:
    """Return the number that somebody wrote: plain, or as the column writes its own."""
    plain = value_of(value)
    return plain if plain is not None else value_of(value, lens)


def search_pattern(search: Search) -> str:
    """Return a search as a pattern for RE2. A word has no letter, digit or _ beside it.

    >>> search_pattern(Search("a.b", case=False, word=True, regex=False))
    '(?i)(?:^|[^\\\\pL\\\\pN_])(?:a\\\\x{2e}b)(?:$|[^\\\\pL\\\\pN_])'
    """
    pattern = search.text if search.regex else "".join(map(_literal, search.text))
    if search.word:
        pattern = rf"(?:^|[^\pL\pN_])(?:{pattern})(?:$|[^\pL\pN_])"
    return pattern if search.case else f"(?i){pattern}"


def _literal(character: str) -> str:
    """Return the pattern of one character."""
    return character if character.isalnum() or ord(character) > 127 else f"\\x{{{ord(character):x}}}"
