"""Parse query parameters. Every function raises BadRequest, whose sentence says what is right."""

import re

import tornado.web

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import Choices
from pagecast.table.dialect import clipped, parse_choices

CHOICES = ("encoding", "delimiter", "quoting", "header")
"""The parameters that choose how a file is parsed."""

_whole_number = re.compile("[0-9]{1,15}", re.ASCII)
_columns = re.compile("([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


def check_names(handler: tornado.web.RequestHandler, *known: str) -> None:
    """Check that the query has no parameter beside the known ones."""
    for name in handler.request.query_arguments:
        if name not in known:
            raise BadRequest(f"“{name[:80]}” is not a parameter of this address: use {', '.join(known)}.")


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


def query_columns(handler: tornado.web.RequestHandler, most: int) -> range | None:
    """Return the columns of ``columns=1-40``, counted from 0, or None if the parameter is missing.

    More than ``most`` columns are an error.
    """
    text = handler.get_query_argument("columns", None, strip=False)
    if text is None:
        return None
    match = _columns.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last:
        raise BadRequest(f"“{text[:20]}” is not a range of columns: send the first and the last, as in 1-40.")
    if last - first >= most:
        raise BadRequest(f"This range has too many columns: request up to {most:,} at a time.")
    return range(first - 1, last)


def query_choices(handler: tornado.web.RequestHandler) -> Choices:
    """Return how the query wants a file to be parsed; what it does not choose is guessed."""
    for name in handler.request.query_arguments:
        if name not in (*CHOICES, "append"):
            raise BadRequest(f"“{clipped(name)}” is not a parameter of this address: use {', '.join(CHOICES)}.")
    encoding, delimiter, quoting, header = (handler.get_query_argument(name, None, strip=False) for name in CHOICES)
    if header not in (None, "0", "1"):
        raise BadRequest("header must be 1 (the first row is the header) or 0 (there is no header).")
    return parse_choices(encoding, delimiter, quoting, None if header is None else header == "1")
