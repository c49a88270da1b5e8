"""How the numbers of a column are written: its lens. A lens reads a cell as a number; the cell's text stays. Ours."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

LENSES = ("", "point", "comma")
"""The lenses. The empty one reads plain numbers (``-1.5e3``) and nothing else; `point` also reads ``1,234.5``, and
`comma` reads ``1.234,5``. Both take blanks and apostrophes between thousands, blanks around a number, and one unit: a
currency or a percent sign. The unit is no part of the number: ``12%`` is 12."""

BLANK = frozenset(
    {
        *("", ".", "-", "--", "–", "—", r"\N"),
        *("NA", "na", "N/A", "n/a", "n.a.", "#N/A", "#NA", "<NA>"),
        *("NaN", "nan", "NAN", "-nan", "NaT"),
        *("NULL", "Null", "null", "None"),
    }
)
"""Cells that stand for a missing value, as databases, R, pandas, spreadsheets, C, VCF and people write it."""

PADDING = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
    "\u3000\ufeff"
)
"""Characters around a cell's text that say nothing: those that JavaScript's ``trim`` drops."""

CURRENCIES = frozenset(
    {
        *("AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS"),
        *("INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB"),
        *("TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
    }
)
"""The letters before or after a number that make it an amount of money. ``BRCA 1`` is a name."""

MOSTLY = 0.95
"""The share of a column's cells, without blank ones, that makes it a number or date column: one stray note in 20."""

_GAPS = " \xa0\u2007\u2009\u202f'’"
_UNIT = r"[A-Z]{0,2}[$¢-¥฿₠-⃀]|[A-Z]{3}|kr[.,]?|zł|Kč|Ft|[元円%‰]"

_plain = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_infinite = re.compile(r"[+-]?(?:inf|Inf|INF|[Ii]nfinity|∞)")


def _written(mark: str, group: str) -> str:
    """Return the pattern of numbers with this decimal mark, and this character or a gap between thousands.

    It has no reference back to a group, which RE2 does not know.
    """
    gaps = "|".join(rf"(?:[{gap}][0-9]{{3}})+" for gap in (group, *_GAPS))
    grouped = rf"[1-9][0-9]{{0,2}}(?:{gaps})(?:[{mark}][0-9]*)?"
    ungrouped = rf"(?:[0-9]+(?:[{mark}][0-9]*)?|[{mark}][0-9]+)(?:[eE][+-]?[0-9]+)?"
    sign, blanks = "[+−-]?", f"[{_GAPS[:-2]}]*"
    before = f"(?P<sign>{sign})(?:(?P<unit>{_UNIT}){blanks}(?P<inner>{sign}))?"
    return f"{before}(?P<digits>{grouped}|{ungrouped})(?:[{mark}][-–])?(?:{blanks}(?P<after>{_UNIT}))?"


_written_as = {"point": _written(".", ","), "comma": _written(",", ".")}
_patterns = {lens: re.compile(pattern, re.ASCII) for lens, pattern in _written_as.items()}
_ignored = {"point": "," + _GAPS, "comma": "." + _GAPS}
_dropped = {lens: re.compile(f"[{characters}]") for lens, characters in _ignored.items()}


def number_pattern(lens: str) -> tuple[str, str]:
    """Return how numbers are written under a lens, as a pattern for RE2, and the characters between their digits.

    The groups of the pattern are the sign, the unit, the sign behind the unit, the digits, the unit behind them.
    """
    return _written_as[lens], _ignored[lens]


def is_blank(cell: str) -> bool:
    """Return whether a cell stands for a missing value, with or without blanks around it."""
    return cell.strip(PADDING) in BLANK


def is_number(cell: str) -> bool:
    """Return whether a cell is a decimal number, with or without an exponent. No spaces, no thousands separators."""
    return _plain.fullmatch(cell) is not None


def is_infinite(cell: str) -> bool:
    """Return whether a cell is the infinity that a calculation has written.

    It makes a column no less a column of numbers, and is sorted as one. Sums leave it out: it would hide the others.
    """
    return _infinite.fullmatch(cell) is not None


def value_of(cell: str, lens: str = "") -> Decimal | None:
    """Return the number that a cell is under a lens; None where it is none.

    >>> value_of("-15"), value_of("1,234.5"), value_of("1,234.5", "point"), value_of("€ 1.234,5", "comma")
    (Decimal('-15'), None, Decimal('1234.5'), Decimal('1234.5'))
    """
    text = cell.strip(PADDING) if lens else cell
    if is_infinite(text):
        return Decimal(text.replace("∞", "inf"))
    if not lens:
        return _decimal(text) if is_number(text) else None
    found = _patterns[lens].fullmatch(text)
    if found is None:
        return None
    sign = (found["sign"] or found["inner"] or "").replace("−", "-")
    return _decimal(sign + _dropped[lens].sub("", found["digits"]).replace(",", "."))


def _decimal(text: str) -> Decimal | None:
    """Return a plain number, exactly; None where its exponent has more than 18 digits."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


class LensEvidence(NamedTuple):
    """The evidence of the cells of one column for its lens."""

    lens: str
    """The lens that reads most cells. `point` before `comma`, and a plain column has none."""
    either: bool
    """Whether `comma` reads as many: ``1,234`` and ``1.234`` can be both."""
    decided: str
    """The decimal mark that the cells show, `point` or `comma`; empty where they show none."""


PLAIN = LensEvidence("", either=False, decided="")
"""A column of whole numbers, or of none."""


def evidence_of(values: Sequence[str]) -> LensEvidence | None:
    """Return how a column with these cells, none of them blank, is read; None where it is no column of numbers.

    >>> evidence_of(["1.234,5", "17"]).lens, evidence_of(["1,234"]), evidence_of(["seven"])
    ('comma', LensEvidence(lens='point', either=True, decided=''), None)
    """
    odd = [value for value in values if not is_number(value)]
    infinite = sum(map(is_infinite, odd))
    plain = len(values) - len(odd) + infinite
    pointed = any("." in value for value in values)
    if plain == len(values) and not pointed:
        return PLAIN
    point = plain if plain == len(values) else infinite + _count(values, "point", infinite)
    comma = infinite + _count(values, "comma", infinite)
    most = max(plain, point, comma)
    if most < MOSTLY * len(values):
        return None
    if plain == most:
        return LensEvidence("", pointed and comma == most, "point" if pointed and comma < most else "")
    if point == comma:
        return LensEvidence("point", either=True, decided="")
    lens = "point" if point > comma else "comma"
    return LensEvidence(lens, either=False, decided=lens)


def _count(values: Sequence[str], lens: str, infinite: int) -> int:
    """Return how many cells a lens reads; 0 where they are too few, have two units, or letters that are no unit."""
    pattern = _patterns[lens]
    spare = (1 - MOSTLY) * len(values) + infinite
    count, units = 0, set[str | None]()
    for value in values:
        match = pattern.fullmatch(value.strip(PADDING))
        if match:
            count += 1
            units.update(match.group("unit", "after"))
        else:
            spare -= 1
            if spare < 0:  # most columns of text are told by their first cells
                return 0
    named = [unit for unit in units if unit]
    known = all(len(unit) != 3 or not unit.isalpha() or unit in CURRENCIES for unit in named)
    return count if known and len(named) < 2 else 0


def settle(evidence: Sequence[LensEvidence], delimiter: str) -> list[str]:
    """Return the lens of each column of a table. Columns that can be read in two ways follow those that cannot.

    Where no column shows its decimal mark, a semicolon as the delimiter does: spreadsheets write it beside decimal
    commas.

    >>> settle([LensEvidence("point", True, ""), LensEvidence("comma", False, "comma")], "tab")
    ['comma', 'comma']
    """
    decided = {one.decided for one in evidence}
    comma = "point" not in decided and ("comma" in decided or delimiter == "semicolon")
    return ["comma" if comma and one.either else one.lens for one in evidence]
