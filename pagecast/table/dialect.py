"""The dialect of a file, as people choose it: the words of PROTOCOL.md, checked."""

import re

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import Choices
from pagecast.table.encoding import encoding_by_name
from pagecast.table.spelling import DELIMITERS

MAX_DELIMITER = MAX_COMMENT = 8
"""Characters of the longest delimiter, and of the longest comment prefix: longer than any known one."""

QUOTE_NAMES = {"double": '"', "single": "'"}
ESCAPES = ("doubled", "backslash")
QUOTINGS = ("literal", "quoted", "mended")
LINE_ENDS = ("lf", "crlf", "cr", "crcrlf")

MAX_PREAMBLE = 10_000
"""Rows that may be passed over: the longest headers of VCF files have some thousand lines."""

SHOWN_CHARACTERS = 40
"""Characters of a wrong choice that an error repeats: enough to recognize it."""

_indivisible = re.compile("[\"'\r\n\0\ud800-\udfff\ufdd0-\ufdd3\ufeff\ufffd]")
"""Characters that have another meaning in every file or in the inner form, besides letters and digits."""

_spelled = re.compile(r"\\t|\\x([0-9A-Fa-f]{2})|\^([A-Z])")


def parse_choices(asked: Choices) -> Choices:
    """Return these choices in the words of PROTOCOL.md; None stays None. Raises BadRequest where one is not valid.

    Encodings and quotes may have other names, and a delimiter may be given as itself or spelled.

    >>> choices = parse_choices(Choices(encoding="Windows-1252", delimiter=";", quote="single"))
    >>> choices.encoding, choices.delimiter, choices.quote
    ('cp1252', 'semicolon', "'")
    """
    delimiter = _parse_delimiter(asked.delimiter)
    if asked.escape == "backslash" and "\\" in (delimiter or ""):
        raise BadRequest("A backslash cannot be both the delimiter and the escape: choose one of them.")
    return Choices(
        encoding=_parse_encoding(asked.encoding),
        delimiter=delimiter,
        quoting=_one_of("quoting mode", QUOTINGS, asked.quoting),
        header=asked.header,
        quote=_parse_quote(asked.quote),
        escape=_one_of("way to escape a quote", ESCAPES, asked.escape),
        skip_initial_space=asked.skip_initial_space,
        line_end=_one_of("line end", LINE_ENDS, asked.line_end),
        comment=_parse_comment(asked.comment),
        preamble=_parse_preamble(asked.preamble),
    )


def unspelled(text: str) -> str:
    r"""Return a text with the characters that are spelled in it.

    >>> unspelled(r"\t|\t"), unspelled(r"\x01"), unspelled("^A"), unspelled("^")
    ('\t|\t', '\x01', '\x01', '^')
    """

    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return chr(ord(match[2]) - ord("@")) if match[2] else "\t"

    return _spelled.sub(character, text)


def clipped(text: str | None) -> str:
    """Return the printable characters among the first 40 of a text, to repeat it in an error."""
    return "".join(letter for letter in (text or "")[:SHOWN_CHARACTERS] if letter.isprintable())


def _parse_encoding(text: str | None) -> str | None:
    name = None if text is None else encoding_by_name(text)
    if name == "":
        raise BadRequest(f"“{clipped(text)}” is not a known encoding: try utf-8 or windows-1252.")
    return name


def _parse_delimiter(text: str | None) -> str | None:
    if text is None or text in DELIMITERS:
        return text
    itself = unspelled(text)
    if not 1 <= len(itself) <= MAX_DELIMITER or any(map(str.isalnum, itself)) or _indivisible.search(itself):
        raise BadRequest(
            f"“{clipped(text)}” is not a delimiter: use {', '.join(DELIMITERS)}, or up to {MAX_DELIMITER} "
            "characters that are not letters, digits, quotes or line ends."
        )
    return next((name for name, named in DELIMITERS.items() if named == itself), itself)


def _parse_quote(text: str | None) -> str | None:
    quote = QUOTE_NAMES.get(text or "", text)
    if quote not in (None, *QUOTE_NAMES.values()):
        raise BadRequest(f"“{clipped(text)}” is not a quote: use \" (double) or ' (single).")
    return quote


def _parse_comment(text: str | None) -> str | None:
    if text is not None and (len(text) > MAX_COMMENT or any(character in "\t\r\n\0" for character in text)):
        raise BadRequest(
            f"“{clipped(text)}” is not a comment prefix: use up to {MAX_COMMENT} characters, such as #, // or --; "
            "an empty one means that there are no comments."
        )
    return text


def _parse_preamble(rows: int | None) -> int | None:
    if rows is not None and not 0 <= rows <= MAX_PREAMBLE:
        raise BadRequest(f"“{rows}” is not a number of rows before the header: use 0 to {MAX_PREAMBLE:,}.")
    return rows


def _one_of(what: str, words: tuple[str, ...], text: str | None) -> str | None:
    if text is not None and text not in words:
        raise BadRequest(f"“{clipped(text)}” is not a {what}: use {', '.join(words[:-1])} or {words[-1]}.")
    return text
