"""Encode and decode the frames of PROTOCOL.md.

Frames are compact JSON (RFC 8259). Their members are in the order of PROTOCOL.md, so that its examples are test
vectors, byte for byte.
"""

import json
import re

from pagecast.protocol.connection import MAX_CONTROL, Error, Welcome
from pagecast.protocol.errors import BadFrame
from pagecast.protocol.facts import decoder, encode
from pagecast.protocol.people import Hello, People, Place, You
from pagecast.protocol.plain import PlainPage
from pagecast.protocol.presenting import Ask, Give, Presenter, Take
from pagecast.protocol.summaries import Summary
from pagecast.protocol.tables import (
    MAX_VIEW,
    Columns,
    Document,
    Fetch,
    Fetched,
    Found,
    Info,
    KeptVersions,
    Page,
    Progress,
    Read,
    Show,
    Turn,
    Watch,
)
from pagecast.protocol.talk import (
    Allow,
    Allowed,
    Brush,
    Brushed,
    Log,
    Look,
    Offer,
    Offered,
    Recall,
    Say,
    Select,
    Selections,
)
from pagecast.protocol.uploads import Accepted, Cancel, Finish, Finished, Resume, Stored, Upload

ToServer = (
    Hello
    | Turn
    | Show
    | Offer
    | Brush
    | Watch
    | Fetch
    | Place
    | Take
    | Ask
    | Give
    | Read
    | Say
    | Look
    | Select
    | Recall
    | Allow
    | Upload
    | Resume
    | Finish
    | Cancel
)
"""The frames that a viewer or an uploader sends."""


ToViewer = (
    Welcome
    | You
    | Document
    | Page
    | Fetched
    | People
    | Presenter
    | Selections
    | Log
    | Allowed
    | Offered
    | Brushed
    | Progress
    | Error
    | Accepted
    | Stored
    | Finished
)
"""The frames that the server sends."""


_decode_to_server = decoder(ToServer)

_may_be_long = re.compile(r'[ \t\r\n]*\{[ \t\r\n]*"type"[ \t\r\n]*:[ \t\r\n]*"(?:show|offer|fetch)"')
"""The frames that may hold a long view. Others are refused before they are parsed."""


def decode(text: str) -> ToServer:
    """Decode a text message of `pagecast.v1`. Raises BadFrame where it is no frame to the server."""
    longest = MAX_CONTROL + MAX_VIEW if _may_be_long.match(text) else MAX_CONTROL
    try:
        if len(text) > longest or len(text.encode()) > longest:
            raise BadFrame(f"it is longer than {longest} bytes")
        frame: ToServer = _decode_to_server(text)
        json.loads(text, object_pairs_hook=_check_once)
    except (ValueError, RecursionError) as error:
        raise BadFrame(str(error)) from None
    return frame


def _check_once(members: list[tuple[str, object]]) -> None:
    """Raise BadFrame where a member is repeated: some programs take the first of them, others the last."""
    if len(dict(members)) < len(members):
        raise BadFrame("a member is repeated")


def encode_frame(frame: ToViewer | PlainPage | Columns | Found | Info | KeptVersions | Summary) -> bytes:
    """Return the text message of a frame, in UTF-8."""
    return encode(frame)
