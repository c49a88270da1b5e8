"""The dialect of a file, as people choose it: the words of PROTOCOL.md, checked."""

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import Choices
from pagecast.table.encoding import encoding_by_name
from pagecast.table.layout import DELIMITERS

SHOWN_CHARACTERS = 40
"""Characters of a wrong choice that an error repeats: enough to recognize it."""


def parse_choices(encoding: str | None, delimiter: str | None, quoting: str | None, header: bool | None) -> Choices:
    """Return these choices in the words of PROTOCOL.md; None stays None. A delimiter may be given as itself.

    Raises BadRequest where one is unknown.

    >>> choices = parse_choices("Windows-1252", ";", None, False)
    >>> choices.encoding, choices.delimiter, choices.header
    ('cp1252', 'semicolon', False)
    """
    name = None if encoding is None else encoding_by_name(encoding)
    if name == "":
        raise BadRequest(f"“{clipped(encoding)}” is not a known encoding: try utf-8 or windows-1252.")
    names = {itself.decode(): name for name, itself in DELIMITERS.items()}
    delimiter = names.get(delimiter or "", delimiter)
    if delimiter not in (None, *DELIMITERS):
        raise BadRequest(f"“{clipped(delimiter)}” is not a delimiter: use one of {', '.join(DELIMITERS)}.")
    if quoting not in (None, "literal", "quoted"):
        raise BadRequest(f"“{clipped(quoting)}” is not a quoting mode: use literal or quoted.")
    return Choices(name, delimiter, quoting, header)


def clipped(text: str | None) -> str:
    """Return the printable characters among the first 40 of a text, to repeat it in an error."""
    return "".join(letter for letter in (text or "")[:SHOWN_CHARACTERS] if letter.isprintable())
