"""Parse query parameters. Every function raises BadRequest, whose sentence says what is right."""

import re
from collections.abc import Mapping

import tornado.web

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import Choices
from pagecast.table.dialect import clipped, parse_choices
from pagecast.view.percent import read_pairs

SHARED_ROWS = "_rows"
"""The parameter of a link that says how many rows its view had when it was made."""

CHOICES = (
    *("encoding", "delimiter", "quoting", "quote", "escape", "skip_initial_space"),
    *("line_end", "comment", "preamble", "header", "header_row"),
)
"""The parameters that choose how a file is parsed."""

_whole_number = re.compile("[0-9]{1,15}", re.ASCII)
_range = re.compile("([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


def check_names(handler: tornado.web.RequestHandler, *known: str) -> None:
    """Check that the query has no parameter beside the known ones."""
    for name in handler.request.query_arguments:
        if name not in known:
            raise BadRequest(f"“{name[:80]}” is not a parameter of this address: use {', '.join(known)}.")


def query_pairs(handler: tornado.web.RequestHandler, *known: str) -> list[tuple[str, str]]:
    """Return the parameters beside the known ones, in the order of the address, as they were sent."""
    # Not by get_query_argument: it turns control characters into blanks, and forgets the order.
    return [(name, value) for name, value in read_pairs(handler.request.query) if name not in known]


def parse_number(name: str, text: str | None) -> int | None:
    """Parse a parameter that counts from 1; None stays None. ``name`` is for the error's sentence."""
    if text is None:
        return None
    if not _whole_number.fullmatch(text) or int(text) == 0:
        raise BadRequest(f"“{text[:20]}” is not a valid {name}: send a whole number from 1.")
    return int(text)


def query_number(handler: tornado.web.RequestHandler, name: str) -> int | None:
    """Return a parameter that counts from 1, or None if it is missing."""
    return parse_number(name, handler.get_query_argument(name, None, strip=False))


def query_count(handler: tornado.web.RequestHandler, name: str) -> int | None:
    """Return a parameter that counts from 0, or None if it is missing."""
    text = handler.get_query_argument(name, None, strip=False)
    if text is not None and not _whole_number.fullmatch(text):
        raise BadRequest(f"“{text[:20]}” is not a valid {name}: send a whole number.")
    return None if text is None else int(text)


def query_text(handler: tornado.web.RequestHandler, name: str, most: int) -> str:
    """Return a text of at most ``most`` characters as it was sent, empty if it is missing."""
    # Not by get_query_argument: it turns control characters into blanks.
    text = handler.decode_argument(handler.request.query_arguments.get(name, [b""])[-1], name)
    if len(text) > most:
        raise BadRequest(f"This {name} is too long: send at most {most:,} characters.")
    return text


def query_range(handler: tornado.web.RequestHandler, name: str, most: int) -> range | None:
    """Return the columns or rows of ``columns=1-40``, counted from 1, or None if the parameter is missing.

    A range of more than ``most`` is an error.
    """
    text = handler.get_query_argument(name, None, strip=False)
    if text is None:
        return None
    match = _range.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        raise BadRequest(f"“{text[:20]}” is not a range of {name}: send the first and the last, as in 1-40.")
    if last - first >= most:
        raise BadRequest(f"This range has too many {name}: request up to {most:,} at a time.")
    return range(first, last + 1)


def query_columns(handler: tornado.web.RequestHandler, most: int) -> range | None:
    """Return the columns of ``columns=1-40``, counted from 0, or None if the parameter is missing."""
    columns = query_range(handler, "columns", most)
    return columns and range(columns.start - 1, columns.stop - 1)


def query_choices(handler: tornado.web.RequestHandler) -> Choices:
    """Return how the query wants a file to be parsed; what it does not choose is guessed."""
    return text_choices(query_texts(handler))


def query_texts(handler: tornado.web.RequestHandler) -> dict[str, str]:
    """Return the choices of the query as they were sent, by the names of CHOICES."""
    for name in handler.request.query_arguments:
        if name not in (*CHOICES, "append"):
            raise BadRequest(f"“{clipped(name)}” is not a parameter of this address: use {', '.join(CHOICES)}.")
    # Not by get_query_argument: it turns control characters into blanks, and one of them may be the delimiter.
    given = {name: values[-1] for name, values in handler.request.query_arguments.items() if name in CHOICES}
    return {name: handler.decode_argument(value, name) for name, value in given.items()}


def text_choices(given: Mapping[str, str]) -> Choices:
    """Return the choices that these texts make, by the names of CHOICES; what is missing is guessed.

    >>> text_choices({"header_row": "3"}) == Choices(header=True, preamble=2)
    True
    """
    header = _yes_or_no(given, "header", "the row after the preamble is the header", "there is no header")
    skips = _yes_or_no(given, "skip_initial_space", "a blank behind a delimiter is part of it", "it is text")
    preamble, row = (_parse_count(name, given.get(name)) for name in ("preamble", "header_row"))
    if row is not None:
        if row == 0:
            raise BadRequest("“0” is not a valid header_row: send a whole number from 1, or header=0 for no header.")
        if preamble is not None or header is False:
            raise BadRequest("header_row says where the header is: leave out preamble and header=0 beside it.")
        header, preamble = True, row - 1
    return parse_choices(
        Choices(
            encoding=given.get("encoding"),
            delimiter=given.get("delimiter"),
            quoting=given.get("quoting"),
            header=header,
            quote=given.get("quote"),
            escape=given.get("escape"),
            skip_initial_space=skips,
            line_end=given.get("line_end"),
            comment=given.get("comment"),
            preamble=preamble,
        )
    )


def _yes_or_no(given: Mapping[str, str], name: str, yes: str, no: str) -> bool | None:
    """Parse a choice that is 1 or 0. ``yes`` and ``no`` say what these mean."""
    text = given.get(name)
    if text not in (None, "0", "1"):
        raise BadRequest(f"{name} must be 1 ({yes}) or 0 ({no}).")
    return None if text is None else text == "1"


def _parse_count(name: str, text: str | None) -> int | None:
    """Parse a choice that is a number of rows; None stays None."""
    if text is not None and not _whole_number.fullmatch(text):
        raise BadRequest(f"“{clipped(text)}” is not a valid {name}: send a whole number from 0, of at most 15 digits.")
    return None if text is None else int(text)
