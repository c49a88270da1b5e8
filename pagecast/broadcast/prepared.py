"""Messages that are encoded, compressed and framed once for all viewers who are sent the same."""

from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.link import Link
from pagecast.protocol.plain import plain
from pagecast.protocol.tables import Document, Page
from pagecast.protocol.websocket import PreparedMessage

MessageKey = tuple[type, bool, bool]
"""A frame's type, whether it is sent in the plain protocol, and whether to a read-only link."""


class PreparedMessages:
    """A cache of the last message of each kind for each document.

    A viewer who joins while nothing changes is sent the same bytes as everyone before.
    """

    def __init__(self) -> None:
        self._latest: dict[str, dict[MessageKey, tuple[ToViewer, PreparedMessage | None]]] = {}

    def message(self, link: Link, frame: ToViewer, *, is_plain: bool) -> PreparedMessage | None:
        """Return the message that carries a frame to viewers of a link.

        Returns None if ``is_plain`` and the plain protocol has no such message: of all frames it knows pages only.
        """
        latest = self._latest.setdefault(link.uuid, {})
        key = type(frame), is_plain, link.reads_only
        cached, message = latest.get(key, (None, None))
        if cached is not frame and cached != frame:
            message = _encode(link, frame, is_plain)
            latest[key] = frame, message
        return message

    def forget(self, uuid: str) -> None:
        """Drop the messages of a document that has no viewers any more."""
        self._latest.pop(uuid, None)


def _encode(link: Link, frame: ToViewer, is_plain: bool) -> PreparedMessage | None:
    if isinstance(frame, Document | Page):
        frame = link.seen(frame)
    if not is_plain:
        return PreparedMessage(encode_frame(frame))
    return PreparedMessage(encode_frame(plain(frame))) if isinstance(frame, Page) else None
