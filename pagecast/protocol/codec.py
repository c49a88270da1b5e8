"""Encode and decode the frames of PROTOCOL.md.

Frames are compact JSON. Their members stand in the order of the specification, so that its examples are test vectors,
byte for byte.
"""

import json

from pagecast.protocol.connection import MAX_CONTROL, Error, Welcome
from pagecast.protocol.errors import BadFrame
from pagecast.protocol.facts import decoder, encode
from pagecast.protocol.people import Hello, People, Place, You
from pagecast.protocol.plain import PlainPage
from pagecast.protocol.presenting import Ask, Give, Take, Wheel
from pagecast.protocol.tables import Columns, Document, Fetch, Fetched, Page, Read, Reading, Turn, Watch
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


ToViewer = (
    Welcome
    | You
    | Document
    | Page
    | Fetched
    | People
    | Wheel
    | Selections
    | Log
    | Allowed
    | Reading
    | Error
    | Accepted
    | Stored
    | Finished
)


_decode_to_server = decoder(ToServer)


def decode(text: str) -> ToServer:
    """Read a text message of `pagecast.v1`.

    Raises BadFrame for whatever is not a frame to the server.
    """
    try:
        if len(text) > MAX_CONTROL or len(text.encode()) > MAX_CONTROL:
            raise BadFrame(f"it is longer than {MAX_CONTROL} bytes")
        frame: ToServer = _decode_to_server(text)
        json.loads(text, object_pairs_hook=_check_once)
    except (ValueError, RecursionError) as error:
        raise BadFrame(str(error)) from None
    return frame


def _check_once(members: list[tuple[str, object]]) -> None:
    """See that none comes twice: of two, one program takes the first and another the last."""
    if len(dict(members)) < len(members):
        raise BadFrame("a member is repeated")


def encode_frame(frame: ToViewer | PlainPage | Columns) -> bytes:
    """The text message that carries a frame, in UTF-8."""
    return encode(frame)
