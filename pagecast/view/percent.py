"""Percent-encoding of query strings (RFC 3986), with ``+`` for a blank where a form wrote it."""

import re
from collections.abc import Iterable, Iterator

from pagecast.protocol.errors import BadView
from pagecast.view.names import quote

_safe = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~,:/"
_written = [chr(byte) if byte in _safe else f"%{byte:02X}" for byte in range(256)]
_escape = re.compile(rb"%([0-9A-Fa-f]{2})")


def read_pairs(query: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a query string, with or without its question mark.

    A percent sign that begins no escape stands for itself, as in browsers.

    >>> list(read_pairs("?share__gt=5%25&city=New+York&x"))
    [('share__gt', '5%'), ('city', 'New York'), ('x', '')]
    """
    for part in query.removeprefix("?").split("&"):
        if part:
            key, _, value = part.partition("=")
            yield _decode(key), _decode(value)


def write_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the query string of parameters.

    >>> write_pairs([("share__gt", "5%"), ("city", "New York")])
    'share__gt=5%25&city=New%20York'
    """
    return "&".join(f"{_encode(key)}={_encode(value)}" for key, value in pairs)


def _encode(text: str) -> str:
    return "".join(map(_written.__getitem__, text.encode()))


def _decode(text: str) -> str:
    try:
        return _escape.sub(lambda found: bytes.fromhex(found[1].decode()), text.replace("+", " ").encode()).decode()
    except UnicodeError:
        raise BadView(f"The text {quote(text)} is not UTF-8: write each byte of it in UTF-8 as %XX.") from None
