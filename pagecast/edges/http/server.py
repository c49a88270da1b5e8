"""Who may connect at all: so that there are always files left to open for those who are here."""

import asyncio
import resource
import socket
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream, StreamClosedError

from pagecast.edges.http.web import COME_BACK_S
from pagecast.edges.websocket.connection import taken_of
from pagecast.limits.admission import Admission
from pagecast.protocol.errors import PagecastError, TooManyViewers

SPARE_FILES = 128
"""Of the files that this process may have open, so many are for tables and uploads, and never for connections."""

MOST_LINGERING = 8
"""So many who are refused may be waited for at a time, until they have read why; the others are cut off."""

LINGER_S, READ_BYTES, LINGER_READS = 2.0, 2**16, 64
"""For how long they are, and how much of what they send meanwhile is read."""


def most_connections() -> int:
    """How many this process may have, after it has asked the system for as many as it may ask for."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most == resource.RLIM_INFINITY:
        return 2**31
    return most - min(SPARE_FILES, most // 4)


def is_beyond(stream: IOStream, most: int) -> bool:
    """Whether a connection is one too many: the system numbers what is open, and gives the lowest number free."""
    return stream.socket.fileno() >= most


UNSENT_BYTES = 2**17
"""Bytes of an unsent answer that the system may buffer."""

PACE_S = 30.0
"""How long a client may be slow to take an answer, before the connection is closed."""


class Listener(HTTPServer):
    """Takes connections in, or says in a word why not."""

    gates: Admission
    most: int

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        super().initialize(*args, **kwargs)
        self.lingering: set[asyncio.Task[None]] = set()
        self.streams: set[IOStream] = set()
        """All connections over HTTP."""

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Somebody has connected."""
        try:
            if is_beyond(stream, self.most):
                raise TooManyViewers(self.most, address_alone=False)
            self.gates.requests.take(str(address[0]))
        except PagecastError as error:
            refuse(stream, error)
            if len(self.lingering) >= MOST_LINGERING:
                stream.close()
                return
            task = asyncio.create_task(linger(stream))
            self.lingering.add(task)
            task.add_done_callback(self.lingering.discard)
        else:
            self.streams.add(stream)
            with suppress(OSError):  # it has gone already
                stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
            super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        """A connection has ended, or has become a WebSocket, which takes another place."""
        super().on_close(server_conn)
        self.streams.discard(server_conn.stream)
        self.gates.requests.give(str(server_conn.context.address[0]))

    async def cut_slow_readers(self, least_rate: int) -> None:
        """Close, again and again, the connections whose clients take an answer at fewer bytes a second than this."""
        before: dict[IOStream, int] = {}
        while True:
            await asyncio.sleep(PACE_S)
            waiting = {stream: taken_of(stream) for stream in self.streams if stream.writing()}
            for stream, taken in waiting.items():
                if stream in before and taken - before[stream] < least_rate * PACE_S:
                    stream.close()
            before = waiting


def refuse(stream: IOStream, error: PagecastError) -> None:
    """Answer whatever may be asked, without waiting for it."""
    sentence = f"{error}\n".encode()
    head = (
        f"HTTP/1.1 {error.status} Service Unavailable\r\nRetry-After: {COME_BACK_S}\r\nConnection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(sentence)}\r\n\r\n"
    )
    with suppress(OSError):
        stream.socket.send(head.encode() + sentence)


async def linger(stream: IOStream) -> None:
    """Close a connection that has had its last word: who is cut off while it still asks may never see that.

    What it asks is read for a while, and thrown away.
    """
    with suppress(StreamClosedError, TimeoutError, OSError):
        stream.socket.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(LINGER_S):
            for _ in range(LINGER_READS):
                await stream.read_bytes(READ_BYTES, partial=True)
    stream.close()
