"""How a file's text is encoded: told by a byte order mark, or guessed from its bytes; and the text made UTF-8.

The only module that knows chardet, which is asked about what is not UTF-8.
"""

import codecs
import re

import chardet

BOMS = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),  # before UTF-16, whose mark begins the same
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
"""The Unicode Standard, 23.8."""

LONGEST_BOM = max(len(mark) for _, mark in BOMS)

# fmt: off
ENCODINGS = (
    "utf-8", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "iso8859-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9",
    "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u",
    "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949", "euc_kr", "cp874",
    "cp437", "cp850", "cp852", "cp866", "mac-roman", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be",
)
# fmt: on
"""Those that tables are in, as Python names them, in an order to choose from."""

_KNOWN_AS = {
    "cp932": "Shift-JIS",
    "big5hkscs": "Big5",
    "mac-roman": "Mac Roman",
    "utf-16-le": "UTF-16",
    "utf-32-le": "UTF-32",
}
"""Those that people do not call as Python does, in capitals."""

_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "ascii": "utf-8"}
"""What is a part of another: files said to be in the one have letters of the other."""

LIKELY = "cp1252"
"""What bytes most often are that are neither UTF-8 nor anything else for sure."""

SURE = 0.05
"""chardet's confidence from which it is believed to tell Central from Western Europe, which differ in a few letters."""

BLOCK = SAMPLE = 64 * 2**10
"""Bytes of text that are looked at together, and bytes in all that are enough to tell."""

_invalid = re.compile("[\udc80-\udcff]")


def mark_of(first: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark tells, and the mark's length; none and 0 where there is no mark.

    >>> mark_of(b"\\xff\\xfea\\x00"), mark_of(b"city\\tcountry")
    (('utf-16-le', 2), ('', 0))
    """
    return next(((name, len(mark)) for name, mark in BOMS if first.startswith(mark)), ("", 0))


def known_as(name: str) -> str:
    """What people call one of ENCODINGS.

    >>> known_as("cp1252"), known_as("cp850"), known_as("iso8859-15"), known_as("euc_jp"), known_as("utf-16-be")
    ('Windows-1252', 'DOS 850', 'ISO-8859-15', 'EUC-JP', 'UTF-16 (BE)')
    """
    if name in _KNOWN_AS:
        return _KNOWN_AS[name]
    page = re.fullmatch(r"cp(125\d|874|949)|cp(\d+)", name)
    if page:
        return f"Windows-{page[1]}" if page[1] else f"DOS {page[2]}"
    return re.sub("-BE$", " (BE)", name.upper().replace("_", "-").replace("ISO", "ISO-", 1))


def encoding_named(text: str) -> str:
    """What Python calls one of ENCODINGS, given any of its names; empty for all others.

    >>> encoding_named("Windows-1252"), encoding_named("latin-1"), encoding_named("GBK"), encoding_named("rot13")
    ('cp1252', 'iso8859-1', 'gb18030', '')
    """
    try:
        name = codecs.lookup(text).name
    except (LookupError, ValueError):
        return ""
    name = _WIDER.get(name, name)
    return name if name in ENCODINGS else ""


class Sample:
    """The lines of a text that are not ASCII, up to 64 KiB of them: what its encoding is guessed from.

    >>> sample = Sample()
    >>> sample.feed("имя\\tгород\\nIvan\\nИван\\tМосква\\n".encode("cp1251"))
    >>> sample.guess()
    'cp1251'
    """

    def __init__(self) -> None:
        self._lines = b""
        self._open = b""  # a block that is not whole: blocks are the same however the bytes arrive

    @property
    def is_full(self) -> bool:
        return len(self._lines) >= SAMPLE

    def __len__(self) -> int:
        """Bytes that there are to guess from."""
        return len(self._lines) + len(_lines_beyond_ascii(self._open))

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the text."""
        data, begin = self._open + data, 0
        while len(data) - begin >= BLOCK and not self.is_full:
            end = _cut(data, begin)
            self._lines += _lines_beyond_ascii(data[begin:end])
            begin = end
        self._open = data[begin : begin + BLOCK]

    def guess(self) -> str:
        """The encoding. One that has more letters of UTF-8 than bytes that are not is UTF-8, and damaged."""
        data = self._lines + _lines_beyond_ascii(self._open)
        text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(data)  # but for half a letter at its end
        invalid = len(_invalid.findall(text))
        if not invalid or sum(map("\x7f".__lt__, text)) > 2 * invalid:
            return "utf-8"
        said = chardet.detect(data, encoding_era=chardet.EncodingEra.MODERN_WEB)
        name = encoding_named(said["encoding"] or LIKELY)
        unsure = name == "cp1250" and said["confidence"] < SURE
        return LIKELY if unsure or not name or name.startswith("utf") else name  # UTF-16 is told by its mark only


def _cut(data: bytes, begin: int) -> int:
    """Where a block ends: after its last line, or before a letter that would be cut in two."""
    end = data.rfind(b"\n", begin, begin + BLOCK) + 1 or begin + BLOCK
    for last in range(end - 1, end - 4, -1):
        if data[last] < 0x80:
            return last + 1
    return end


def _lines_beyond_ascii(data: bytes) -> bytes:
    if data.isascii():
        return b""
    lines = data.split(b"\n")
    last = b"" if lines[-1].isascii() else lines.pop()
    return b"".join(line + b"\n" for line in lines if not line.isascii()) + last


class Decoder:
    """Makes text of any of ENCODINGS UTF-8, in pieces. What is invalid becomes U+FFFD.

    >>> decoder = Decoder("utf-16-le")
    >>> decoder.feed(b"N\\x00") + decoder.feed(b"O") + decoder.feed(b"\\x00\\n\\x00") + decoder.finish()
    b'NO\\n'
    """

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def feed(self, data: bytes) -> bytes:
        return self._decoder.decode(data).encode("utf-8", "replace")

    def finish(self) -> bytes:
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")
