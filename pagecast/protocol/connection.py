"""The frames that every connection of `pagecast.v1` may be sent, and the bounds of a connection."""

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Tagged

SUBPROTOCOL = "pagecast.v1"
"""The WebSocket subprotocol (RFC 6455, section 1.9) of everything in PROTOCOL.md but the plain protocol."""


MAX_CONTROL = 4096
"""Bytes of the longest text message to the server. No frame needs more; the length is checked before parsing."""


MAX_BAD_FRAMES = 10
"""Messages that are no frames, after which a connection is closed: a client in error would send them without end."""


class Welcome(Tagged, frozen=True):
    uuid: str
    viewer: str
    epoch: str
    reader: str
    speak: bool


class Error(Tagged, frozen=True):
    code: str
    message: str


def error_frame(error: PagecastError, message: str = "") -> Error:
    """Return the `error` frame of an error: with ``message``, or else with the English sentence."""
    return Error(error.code, message or str(error))
