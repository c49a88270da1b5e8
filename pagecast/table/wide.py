"""Tell encodings whose bytes are all ASCII: UTF-16 without a byte order mark, and ISO-2022-JP. Ours."""

import codecs
import re
import unicodedata

HEAD = 2**13
"""Bytes that are looked at: hundreds of characters."""

LEAST_CHARACTERS = 6
"""The least number of different characters of a text in UTF-16. A column of zero bytes has fewer."""

MOSTLY = 0.98
"""The share of the zero bytes that are at odd places, or at even ones: Ā and some other letters have one, too."""

LEAST_SHARE = 0.1
"""The share of ASCII among the characters of a table in UTF-16: tabs, line ends and digits alone are more."""

_ORDERS = {"utf-16-le": 1, "utf-16-be": 0}
"""The place of the upper byte of a character."""

_switch = re.compile(rb"\x1b\$[@B]")
"""The switch to Japanese in ISO-2022-JP."""

_structure = re.compile("[\t\r\n ,;|]")


def wide_encoding(data: bytes) -> str:
    """Return the encoding of the first bytes of a text if it is UTF-16 or ISO-2022-JP, else "".

    >>> [wide_encoding("город\\tcity\\n".encode(name)) for name in ("utf-16-le", "utf-16-be", "utf-8")]
    ['utf-16-le', 'utf-16-be', '']
    >>> wide_encoding("東京\\n".encode("iso2022_jp"))
    'iso2022_jp'
    """
    if b"\0" in data:
        return next((name for name, order in _ORDERS.items() if _is_utf16(data[:HEAD], name, order)), "")
    return "iso2022_jp" if _is_japanese(data) else ""


def _is_utf16(data: bytes, name: str, order: int) -> bool:
    """Return whether bytes are UTF-16.

    The zero bytes are the upper bytes of ASCII. So they come at one side only, tabs and line ends have one, and the
    other characters that the bytes make are text.
    """
    data = data[: len(data) // 2 * 2]
    zeros, upper = data.count(0), data[order::2].count(0)
    if upper < MOSTLY * zeros or upper < LEAST_SHARE * len(data) / 2 or _is_beyond_ascii(data):
        return False
    text = data.decode(name, "replace")
    breaks = text.count("\n") + text.count("\t") + text.count("\r")
    if len(set(text)) < LEAST_CHARACTERS or not _structure.search(text):
        return False
    if 2 * breaks < data.count(b"\n") + data.count(b"\t") + data.count(b"\r"):
        return False
    return not any(_is_no_text(character) for character in set(text[:-1]))


def _is_beyond_ascii(data: bytes) -> bool:
    """Return whether bytes are valid UTF-8 that is not all ASCII. UTF-16 is hardly ever."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def _is_no_text(character: str) -> bool:
    if character in "\t\r\n":
        return False
    return character == "\ufffd" or unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"}


def _is_japanese(data: bytes) -> bool:
    """Return whether bytes switch to Japanese and back, and make text."""
    if not data.isascii() or not _switch.search(data):
        return False
    text = data.decode("iso2022_jp", "replace")
    return text.count("\ufffd") * 10 < sum(map("\x7f".__lt__, text))
