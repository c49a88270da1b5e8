"""Expressions in SQL that read a cell: as a blank, a number, a date, a key of natural order, in folded case.

Each says the same as a function in Python does (lenses.py, columns.py, matches.py), and a test compares the two. A cell
is the name of a column such as ``c5``, or an expression; NULL is a cell that its row does not have.
"""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from pagecast.table.columns import is_date
from pagecast.table.escapes import EMPTY_ROW, ESCAPE, LF_IN_CELL, TAB_IN_CELL
from pagecast.table.lenses import BLANK, PADDING, number_pattern
from pagecast.table.matches import fold

PLAIN_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?0*[0-9]{1,18})?"
"""A number without a lens, as RE2 reads it. An exponent of more digits is no number that anybody computes with."""

DATE = r"[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?"
"""A month, a date or a date with a time, as columns.py reads it."""

DIGITS = 15
"""Characters of a number up to which a double tells it from every other one."""

_UNUSED = "\ufdd4"
"""A noncharacter that stands for İ while it is folded: DuckDB would make an i of it."""


def text(value: str) -> str:
    """Return a constant of ours as SQL. What a user has written is bound as a value, never written.

    >>> text("n/a")
    "'n/a'"
    """
    return "'" + value.replace("'", "''") + "'"


def blank_sql(cell: str) -> str:
    """Return whether a cell stands for a missing value, as ``is_blank`` does."""
    return f"({cell} is null or regexp_full_match({cell}, {text(_blank_pattern())}))"


def plain_sql(cell: str, lens: str) -> str:
    """Return a cell's number as plain text, such as ``-1234.5``; NULL where the cell is no number under the lens."""
    if not lens:
        return f"case when regexp_full_match({cell}, {text(PLAIN_NUMBER)}) then {cell} end"
    trimmed = f"trim({cell}, {text(PADDING)})"
    pattern, dropped = number_pattern(lens)
    names = "['sign', 'unit', 'inner', 'digits', 'after']"
    parts = f"regexp_extract({trimmed}, {text('^(?:' + pattern + ')$')}, {names})"
    sign = f"replace(coalesce(nullif({parts}['sign'], ''), {parts}['inner']), '−', '-')"
    digits = f"replace(translate({parts}['digits'], {text(dropped)}, ''), ',', '.')"
    return f"case when regexp_full_match({trimmed}, {text(pattern)}) then concat({sign}, {digits}) end"


def number_sql(cell: str, lens: str) -> str:
    """Return a cell's number as a double, NULL where it is none. A number beyond all doubles is infinite, or 0."""
    return f"try_cast({plain_sql(cell, lens)} as double)"


def date_sql(cell: str) -> str:
    """Return a cell's date as a timestamp in UTC, NULL where it is none. A month is its first day."""
    whole = f"case when strlen({cell}) = 7 then concat({cell}, '-01') else {cell} end"
    return f"case when regexp_full_match({cell}, {text(DATE)}) then {moment_sql(whole)} end"


def moment_sql(date: str) -> str:
    """Return a date, with or without a time, as a timestamp in UTC. A cast to ``timestamp`` leaves out its offset."""
    return f"try_cast({date} as timestamptz) at time zone 'UTC'"


def date_seconds(cell: str) -> float | None:
    """Return the seconds from 1970 to the date that a cell is; None where it is none, or where there is no such day.

    >>> date_seconds("1970-01-02"), date_seconds("1970-13-01"), date_seconds("yesterday")
    (86400.0, None, None)
    """
    if not is_date(cell):
        return None
    try:
        date = datetime.fromisoformat(f"{cell}-01" if len(cell) == len("2026-11") else cell)
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def exact_sql(plain: str) -> str:
    """Return a text that orders numbers exactly, given them as plain text: sign, magnitude, digits.

    Code points order it as the numbers are, however many digits they have. ``exact_key`` is its twin.
    """
    pattern = text(r"^[+-]?([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$")
    parts = f"regexp_extract({plain}, {pattern}, ['whole', 'part', 'exponent'])"
    digits = f"concat({parts}['whole'], {parts}['part'])"
    kept = f"ltrim({digits}, '0')"
    zeros = f"(strlen({digits}) - strlen({kept}))"
    exponent = f"coalesce(try_cast(nullif({parts}['exponent'], '') as bigint), 0)"
    size = f"({exponent} + strlen({parts}['whole']) - {zeros})"
    mantissa = f"rtrim({kept}, '0')"
    inverse = f"concat(translate({mantissa}, '0123456789', '9876543210'), ':')"
    return (
        f"case when {mantissa} = '' then '1'"
        f" when starts_with({plain}, '-') then concat('0', {MIDDLE} - {size}, {inverse})"
        f" else concat('2', {MIDDLE} + {size}, {mantissa}) end"
    )


MIDDLE = 2 * 10**18
"""Added to a number's magnitude, so that all of them have as many digits."""


def exact_key(number: Decimal) -> str:
    """Return the text that ``exact_sql`` gives a number.

    >>> sorted(map(Decimal, ("1e-400", "0", "-0.5", "-1e-400", "1e-300")), key=exact_key)
    [Decimal('-0.5'), Decimal('-1E-400'), Decimal('0'), Decimal('1E-400'), Decimal('1E-300')]
    """
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "a number, not an infinity"
    mantissa = "".join(map(str, digits)).lstrip("0")
    if not mantissa:
        return "1"
    size = exponent + len(mantissa)
    mantissa = mantissa.rstrip("0")
    if sign:
        return f"0{MIDDLE - size}" + mantissa.translate(str.maketrans("0123456789", "9876543210")) + ":"
    return f"2{MIDDLE + size}{mantissa}"


def natural_sql(cell: str) -> str:
    """Return a text that orders cells naturally: chr2 before chr10. Runs of digits count as numbers.

    Before each run stands its length without leading zeros, so that code points order the runs by their size.
    """
    runs = f"regexp_extract_all({cell}, '[0-9]+|[^0-9]+')"
    number = "ltrim(run, '0')"
    keyed = f"concat('0', lpad(strlen({number})::varchar, 6, '0'), {number})"
    key = f"case when run >= '0' and run < ':' then {keyed} else run end"
    return f"list_aggregate(list_transform({runs}, lambda run: {key}), 'string_agg', '')"


def folded_sql(cell: str) -> str:
    """Return a cell's text in folded case, as ``fold`` does for each of its characters."""
    source, target = _exceptions()
    exact = f"translate(lower(translate({cell}, 'İ', {text(_UNUSED)})), {text(source + _UNUSED)}, {text(target + 'İ')})"
    return f"case when strlen({cell}) = length({cell}) then lower({cell}) else {exact} end"


def holds_sql(cell: str, value: str) -> tuple[str, list[str]]:
    """Return whether a cell holds a text in any case, and what is bound in the expression.

    Two characters are not folded to the small letter that DuckDB has for them, and ASCII meets only these: ſ is an s,
    and İ is no i. So most texts of ASCII need only small letters, and digits not even these.
    """
    sought = folded(value)
    if not sought.isascii():
        return f"contains({folded_sql(cell)}, ?)", [sought]
    if sought == sought.upper():
        return f"contains({cell}, ?)", [sought]
    found, values = f"contains(lower({cell}), ?)", [sought]
    exact = f"contains({folded_sql(cell)}, ?)"
    if "s" in sought:
        found, values = f"({found} or (contains({cell}, 'ſ') and {exact}))", [*values, sought]
    if "i" in sought:
        found, values = f"({found} and (not contains({cell}, 'İ') or {exact}))", [*values, sought]
    return found, values


def folded(value: str) -> str:
    """Return a text in folded case.

    >>> folded("STRAẞE")
    'straße'
    """
    return "".join(map(fold, value))


@cache
def _blank_pattern() -> str:
    """Return the pattern of a cell that stands for a missing value. To trim each cell would take ten times as long."""
    padding = "".join(f"\\x{{{ord(character):x}}}" for character in PADDING)
    words = "|".join("".join(f"\\x{{{ord(one):x}}}" for one in word) for word in sorted(BLANK - {""}))
    return f"[{padding}]*(?:{words})?[{padding}]*"


@cache
def _exceptions() -> tuple[str, str]:
    """Return the characters whose small letter is not their folded one, as DuckDB has the small letters; and that."""
    found = {}
    for code in [*range(0xD800), *range(0xE000, 0x20000)]:
        character = chr(code)
        small = character.lower()
        if len(small) == 1 and fold(character) != small:
            found[small] = fold(character)
    return "".join(found), "".join(found.values())


def unescaped_sql(cell: str) -> str:
    """Return the expression that undoes the escapes of escapes.py: pairs of prefixes first, from the left."""
    steps = [
        (ESCAPE + ESCAPE, ESCAPE + "0"),
        (ESCAPE + TAB_IN_CELL, ESCAPE + "1"),
        (ESCAPE + LF_IN_CELL, ESCAPE + "2"),
        (ESCAPE + EMPTY_ROW, ESCAPE + "3"),
        (TAB_IN_CELL, "\t"),
        (LF_IN_CELL, "\n"),
        (EMPTY_ROW, ""),
        (ESCAPE + "1", TAB_IN_CELL),
        (ESCAPE + "2", LF_IN_CELL),
        (ESCAPE + "3", EMPTY_ROW),
        (ESCAPE + "0", ESCAPE),
    ]
    for old, new in steps:
        cell = f"replace({cell}, '{old}', '{new}')"
    return cell
