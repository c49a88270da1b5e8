"""A connection as broadcasts see it: small, and without a detour where nothing has to wait."""

from collections.abc import Callable, Iterable
from typing import Any

from pagecast.protocol.websocket import PreparedMessage


class Subscriber:
    """Where broadcasts send one connection's messages.

    A broadcast to thousands of viewers is bound by memory access. So all that its fast path reads is in this object.
    """

    __slots__ = ("deflates", "group", "is_idle", "offer", "send")

    def __init__(self, offer: Callable[[str, PreparedMessage, int], None]) -> None:
        self.offer = offer
        """Queue a message in a slot, of whose frame some bytes were sent already: see ``SocketHandler.offer``."""
        self.is_idle = False
        """Whether all that was sent is with the operating system, so that a frame may go straight to ``send``."""
        self.send: Callable[[bytes], int] = len
        """The ``send`` method of the socket (send(2)). A frame that was sent in part must be continued by ``offer``."""
        self.deflates = False
        """Whether the connection negotiated permessage-deflate (RFC 7692)."""
        self.group: Any = None
        """The group of ``broadcast.groups`` that it is in, or None."""


def send_to_each(subscribers: Iterable[Subscriber], slot: str, message: PreparedMessage, *, deflated: bool) -> None:
    """Send one message to many connections. It does not block.

    ``deflated`` must hold for all of the subscribers or for none. A connection that cannot take the whole frame now
    keeps the message in its outbox.
    """
    frame = message.frame(deflated=deflated)
    size = len(frame)
    for subscriber in subscribers:
        sent = 0
        if subscriber.is_idle:
            try:
                sent = subscriber.send(frame)
            except OSError:  # the buffer is full, or the connection is gone: ``offer`` finds out
                sent = 0
            if sent == size:
                continue
        subscriber.offer(slot, message, sent)
