"""The encodings of tables: their names, their byte order marks, and decoding to UTF-8."""

import codecs
import re

BOMS = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),  # before UTF-16, whose mark begins the same
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
"""Byte order marks (The Unicode Standard, 23.8)."""

# fmt: off
ENCODINGS = (
    "utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9",
    "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u",
    "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949", "euc_kr", "cp874",
    "cp437", "cp850", "cp852", "cp866", "mac-roman", "mac-cyrillic",
    "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be",
)
# fmt: on
"""The encodings of tables, by Python's names and in the order of the menu: those of the WHATWG Encoding Standard, and
UTF-32 and the code pages of DOS and of old Macintoshes, in which older programs still export."""

_LABELS = {
    "cp932": "Shift-JIS",
    "big5hkscs": "Big5",
    "mac-roman": "Mac Roman",
    "mac-cyrillic": "Mac Cyrillic",
    "utf-16-le": "UTF-16",
    "utf-32-le": "UTF-32",
}
"""The usual names of encodings whose Python name says nothing to people."""

_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "ascii": "utf-8"}
"""An encoding and a wider one: files that name the first often hold characters of the second, as WHATWG found too."""


def bom_of(first: bytes) -> tuple[str, int]:
    """Return the encoding of a byte order mark at the beginning of a file, and its length in bytes; or "" and 0.

    >>> bom_of(b"\\xff\\xfea\\x00"), bom_of(b"city\\tcountry")
    (('utf-16-le', 2), ('', 0))
    """
    return next(((name, len(mark)) for name, mark in BOMS if first.startswith(mark)), ("", 0))


def encoding_label(name: str) -> str:
    """Return what people call one of ENCODINGS.

    >>> [encoding_label(name) for name in ("cp1252", "cp850", "iso8859-15", "euc_jp", "utf-16-be", "cp932")]
    ['Windows-1252', 'DOS 850', 'ISO-8859-15', 'EUC-JP', 'UTF-16 (BE)', 'Shift-JIS']
    """
    if name in _LABELS:
        return _LABELS[name]
    page = re.fullmatch(r"cp(125\d|874|949)|cp(\d+)", name)
    if page:
        return f"Windows-{page[1]}" if page[1] else f"DOS {page[2]}"
    return re.sub("-BE$", " (BE)", name.upper().replace("_", "-").replace("ISO", "ISO-", 1))


def encoding_by_name(text: str) -> str:
    """Return the one of ENCODINGS that has this name or alias, or contains it; "" for all others.

    >>> [encoding_by_name(name) for name in ("Windows-1252", "latin-1", "GBK", "rot13", "no such")]
    ['cp1252', 'iso8859-1', 'gb18030', '', '']
    """
    try:
        name = codecs.lookup(text).name
    except (LookupError, ValueError):
        return ""
    name = _SUPERSETS.get(name, name)
    return name if name in ENCODINGS else ""


class Decoder:
    """Decodes text in one of ENCODINGS to UTF-8, in pieces of any size. Invalid bytes become U+FFFD.

    >>> decoder = Decoder("utf-16-le")
    >>> decoder.feed(b"N\\x00") + decoder.feed(b"O") + decoder.feed(b"\\x00\\n\\x00") + decoder.finish()
    b'NO\\n'
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes, and return their characters as UTF-8."""
        return self._decoder.decode(data).encode("utf-8", "replace")

    def finish(self) -> bytes:
        """Return what is left when the text has ended: U+FFFD for half a character."""
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")
