"""Messages that are made ready once, for all who are told the same in the same way."""

from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.link import Link
from pagecast.protocol.plain import plain
from pagecast.protocol.tables import Document, Page
from pagecast.protocol.websocket import PreparedMessage

MessageKey = tuple[type, bool, bool]
"""A type of frame, and how it is told: whether in the plain protocol, and whether by the link that only reads."""


class PreparedMessages:
    """Keeps the last message of each type for each document."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[MessageKey, tuple[ToViewer, PreparedMessage | None]]] = {}

    def message(self, link: Link, frame: ToViewer, *, is_plain: bool) -> PreparedMessage | None:
        """The message that tells a frame to who came by a link; none where the plain protocol has no word for it."""
        kept = self._kept.setdefault(link.uuid, {})
        way = type(frame), is_plain, link.reads_only
        made_of, message = kept.get(way, (None, None))
        if made_of is not frame and made_of != frame:
            message = _message(link, frame, is_plain)
            kept[way] = frame, message
        return message

    def forget(self, uuid: str) -> None:
        """Nobody looks at this document any more."""
        self._kept.pop(uuid, None)


def _message(link: Link, frame: ToViewer, is_plain: bool) -> PreparedMessage | None:
    if isinstance(frame, Document | Page):
        frame = link.seen(frame)
    if not is_plain:
        return PreparedMessage(encode_frame(frame))
    return PreparedMessage(encode_frame(plain(frame))) if isinstance(frame, Page) else None
