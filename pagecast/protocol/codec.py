"""Encode and decode the frames of PROTOCOL.md.

Frames are compact JSON (RFC 8259). Their members are in the order of PROTOCOL.md, so that its examples are test
vectors, byte for byte.
"""

import json

from pagecast.protocol.connection import MAX_CONTROL, Error, Welcome
from pagecast.protocol.errors import BadFrame
from pagecast.protocol.facts import decoder, encode
from pagecast.protocol.people import Hello, People, Place, You
from pagecast.protocol.plain import PlainPage
from pagecast.protocol.presenting import Ask, Give, Presenter, Take
from pagecast.protocol.summaries import Summary
from pagecast.protocol.tables import (
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
    Turn,
    Watch,
)
from pagecast.protocol.talk import Allow, Allowed, Log, Look, Recall, Say, Select, Selections
from pagecast.protocol.uploads import Accepted, Cancel, Finish, Finished, Resume, Stored, Upload

ToServer = (
    Hello
    | Turn
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
    | Progress
    | Error
    | Accepted
    | Stored
    | Finished
)
"""The frames that the server sends."""


_decode_to_server = decoder(ToServer)


def decode(text: str) -> ToServer:
    """Decode a text message of `pagecast.v1`. Raises BadFrame where it is no frame to the server."""
    try:
        if len(text) > MAX_CONTROL or len(text.encode()) > MAX_CONTROL:
            raise BadFrame(f"it is longer than {MAX_CONTROL} bytes")
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
