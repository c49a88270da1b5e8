"""How well a character beyond ASCII goes with its two neighbours. Ours.

Costs are in bits: how rare it is in text. `Jos鷄` mixes scripts, `CáDIZ` mixes cases, and `Troms°` has a sign where it
means nothing; `£1.99` and `21 °C` are how people write.
"""

import unicodedata
from functools import cache

BROKEN = 24.0
"""The cost of an invalid byte, a control character, and a character that does not exist."""

RARE = 15.0
"""The cost of a character that tables seldom have: box drawing, an unusual sign."""

MISPLACED = 12.0
"""The cost of a sign or mark where nobody writes it."""

IN_PLACE = 1.5
"""The cost of the most frequent signs where people write them."""

WIDE_SIGN = 8.0
"""The cost of the punctuation of East Asia, and of its wide letters and digits."""

MIXED_SCRIPTS, MIXED_CASES = 8.0, 9.0
"""The cost of a neighbour in another script, and of a capital in a word of small letters or the other way round."""

ALONE = 3.0
"""The cost of a letter that is not in a word."""

_signs = {
    sign: IN_PLACE + 0.7 * rank
    for rank, signs in enumerate(("°£€’\xa0", "“”–×±µ…", "«»„½²³§®™º‘ª", "¿¡—¼¾©№·•‹›÷", "¥¢‰†¹‡´‚"))
    for sign in signs
}
"""The signs that tables have, and their cost in place: the most frequent ones come first."""

_scripts = (
    ("latin", "\0", "\u036f"),
    ("latin", "\u1e00", "\u1eff"),
    ("greek", "\u0370", "\u03ff"),
    ("cyrillic", "\u0400", "\u052f"),
    ("hebrew", "\u0590", "\u05ff"),
    ("arabic", "\u0600", "\u06ff"),
    ("thai", "\u0e00", "\u0e7f"),
    ("japanese", "\u3005", "\u3005"),  # 々
    ("japanese", "\u3041", "\u30ff"),
    ("japanese", "\u3400", "\u9fff"),
    ("hangul", "\uac00", "\ud7a3"),
    ("halfwidth", "\uff66", "\uff9f"),
)
"""The scripts: the first and last characters of each. Chinese characters and kana are one: Japanese mixes them."""


@cache
def script_of(character: str) -> str:
    """Return the script of a letter or mark; "" for everything else.

    >>> [script_of(character) for character in "aéж東かª£7"]
    ['latin', 'latin', 'cyrillic', 'japanese', 'japanese', '', '', '']
    """
    if character in _signs or not (character.isalpha() or _is_mark(character)):
        return ""
    return next((name for name, first, last in _scripts if first <= character <= last), "other")


def place_cost(before: str, character: str, after: str) -> float:
    """Return how unlikely it is that a character beyond ASCII stands between these two. Every digit is given as 0.

    >>> place_cost("0", "°", "C"), place_cost("s", "°", "\\t")
    (1.5, 12.0)
    >>> place_cost("C", "Á", "D"), place_cost("C", "á", "D"), place_cost("s", "鷄", "\\t")
    (1.0, 9.0, 11.0)
    """
    if script := script_of(character):
        return _letter_cost(before, character, after, script)
    if character in _signs:
        return _signs[character] if _is_in_place(before, character, after) else MISPLACED
    return _other_cost(character)


def _is_mark(character: str) -> bool:
    """Return whether a character is written above or below the letter before it."""
    return unicodedata.category(character) in {"Mn", "Mc"}


@cache
def _other_cost(character: str) -> float:
    if character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"}:
        return BROKEN
    return WIDE_SIGN if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef" else RARE


def _is_in_place(before: str, sign: str, after: str) -> bool:
    """Return whether a sign stands where people write it."""
    left, right = before.isalpha(), after.isalpha()
    match sign:
        case "£" | "€" | "¥" | "¢":
            return not right and (not left or before.isupper())  # CA£5
        case "°":
            return (not left and (not right or after in "CFK")) or (before in "nN" and not right)
        case "º" | "ª":
            return before in "0nNaoDrS" and not right
        case "±" | "×" | "÷" | "½" | "¼" | "¾" | "‰" | "№":
            return not left and not right
        case "µ":
            return not left and (right or after.isspace())
        case "²" | "³" | "¹":
            return (left or before == ")") and not right
        case "’" | "´":
            return left
        case "“" | "„" | "«" | "‹" | "‘" | "‚":
            return not left and before != "0" and not after.isspace()
        case "”" | "»" | "›":
            return not right and after != "0" and not before.isspace()
        case "¿" | "¡":
            return not left and right
        case "\xa0":
            return not before.isspace() and not after.isspace()
        case "–" | "—" | "•" | "·":
            return left == right
        case "§":
            return not left
        case "©" | "®" | "™" | "…" | "†" | "‡":
            return not right
    return True


def _letter_cost(before: str, letter: str, after: str, script: str) -> float:
    """Return how unlikely it is that a letter stands between these two."""
    if _is_mark(letter):
        return 0.0 if script_of(before) == script else MISPLACED
    around = [_neighbour_cost(letter, script, near) for near in (before, after)]
    alone = script not in (script_of(before), script_of(after))
    return sum(around) + (ALONE if alone else 0.0) + _case_cost(before, letter, after)


def _neighbour_cost(letter: str, script: str, near: str) -> float:
    other = script_of(near)
    if other and other != script:
        return ALONE if letter > "\u3000" and near <= "\x7f" and not near.islower() else MIXED_SCRIPTS
    if near == "0":
        return {"latin": 5.0, "japanese": 0.0}.get(script, 2.0)
    if near <= "\x7f" or near.isspace():
        return 0.0
    if not other:
        return 3.0 if letter < "\u3000" else 0.0
    return 2.0 if script == "latin" else 0.0  # two letters beyond ASCII are rarely neighbours there


def _case_cost(before: str, letter: str, after: str) -> float:
    """Return how unlikely the case of a letter is: words are in small letters, in capitals, or begin with a capital."""
    if letter.isupper():
        if before.islower():
            return MIXED_CASES
        return 1.0 if before.isupper() or after.isupper() else 3.0
    return MIXED_CASES if letter.islower() and after.isupper() else 0.0
