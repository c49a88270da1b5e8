"""Frames that every connection of `pagecast.v1` knows, and its bounds."""

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Tagged

SUBPROTOCOL = "pagecast.v1"


MAX_CONTROL = 4096
"""Bytes of the longest text message to the server: no frame needs more, and it is checked before parsing."""


MAX_BAD_FRAMES = 10
"""How many messages that are no frames a connection may send before it is closed."""


# To a viewer, or to an uploader.


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
    """An error as `pagecast.v1` says it: in English where it is not given in another language."""
    return Error(error.code, message or str(error))
