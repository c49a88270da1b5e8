"""The HTTP server: bounds connections, and closes clients that read too slowly."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPConnection, HTTPMessageDelegate
from tornado.iostream import IOStream

from pagecast.edges.http.errors import RETRY_AFTER_S
from pagecast.edges.streams import is_beyond, linger
from pagecast.edges.websocket.connection import bytes_sent
from pagecast.limits.admission import Admission
from pagecast.limits.proxies import TrustedProxies
from pagecast.protocol.errors import PagecastError, TooManyViewers

MAX_LINGERING = 8
"""Rejected clients that are read from at a time, until they have read the answer. Beyond that they are cut off."""

UNSENT_BYTES = 2**17
"""Bytes of an unsent answer that the operating system buffers."""

RATE_WINDOW_S = 30.0
"""How often the rate is measured at which clients read. A client that is too slow is closed."""


class PagecastServer(HTTPServer):
    """A Tornado server that asks admission before it serves a connection.

    ``admission``, ``max_connections`` and ``trusted_proxies`` must be set before it listens.
    """

    admission: Admission
    trusted_proxies: TrustedProxies
    max_connections: int

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        super().initialize(*args, **kwargs)
        self.lingering: set[asyncio.Task[None]] = set()
        self.streams: set[IOStream] = set()
        """All connections that speak HTTP."""

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a new connection, or reject it."""
        try:
            if is_beyond(stream, self.max_connections):
                raise TooManyViewers(self.max_connections, address_alone=False)
            self.admission.connections.acquire(str(address[0]))
        except PagecastError as error:
            send_rejection(stream, error)
            if len(self.lingering) >= MAX_LINGERING:
                stream.close()
                return
            task = asyncio.create_task(linger(stream))
            self.lingering.add(task)
            task.add_done_callback(self.lingering.discard)
        else:
            self.streams.add(stream)
            with suppress(OSError):  # the client has disconnected already
                stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
            super().handle_stream(stream, address)

    def start_request(self, server_conn: Any, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Begin a request. Only trusted proxies say in headers for whom they ask."""
        self.xheaders = str(server_conn.context.address[0]) in self.trusted_proxies
        return super().start_request(server_conn, request_conn)

    def on_close(self, server_conn: Any) -> None:
        """Release the slot of a connection that has ended, or become a WebSocket, which has slots of its own."""
        super().on_close(server_conn)
        self.streams.discard(server_conn.stream)
        self.admission.connections.release(str(server_conn.context.address[0]))

    async def close_slow_readers(self, least_rate: int) -> None:
        """Close connections that read an answer at fewer than ``least_rate`` bytes a second. It never returns."""
        before: dict[IOStream, int] = {}
        while True:
            await asyncio.sleep(RATE_WINDOW_S)
            waiting = {stream: bytes_sent(stream) for stream in self.streams if stream.writing()}
            for stream, sent in waiting.items():
                if stream in before and sent - before[stream] < least_rate * RATE_WINDOW_S:
                    stream.close()
            before = waiting


def send_rejection(stream: IOStream, error: PagecastError) -> None:
    """Send an error as an HTTP answer without reading the request, as far as the socket takes it now."""
    sentence = f"{error}\n".encode()
    head = (
        f"HTTP/1.1 {error.status} Service Unavailable\r\nRetry-After: {RETRY_AFTER_S}\r\nConnection: close\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(sentence)}\r\n\r\n"
    )
    with suppress(OSError):
        stream.socket.send(head.encode() + sentence)
