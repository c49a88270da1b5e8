"""Graceful shutdown: requests and complete uploads are finished, and all other clients are invited back."""

import asyncio
from contextlib import suppress

from tornado.httpserver import HTTPServer

from pagecast.edges.context import Context
from pagecast.edges.tcp import LinesServer
from pagecast.edges.websocket.handler import SocketHandler

CLOSE_S = 2.0
"""Seconds that open connections may take to close."""


async def shut_down(server: HTTPServer, lines: LinesServer, context: Context, drain_s: float) -> None:
    """Accept nobody any more, close all connections, and return when no task is running.

    WebSockets are closed at once: their clients come back, and resume their uploads. Other requests have ``drain_s``
    seconds, without those that it takes to close connections and files.
    """
    server.stop()
    lines.stop()
    lines.close_all()
    requests_s = max(drain_s - 2 * CLOSE_S, drain_s / 2)
    await asyncio.gather(context.requests.drain(requests_s), SocketHandler.close_all(CLOSE_S))
    await context.endings.drain_begun()  # a client that has sent all of a file gets its answer
    with suppress(TimeoutError):
        await asyncio.wait_for(server.close_all_connections(), CLOSE_S)
    await SocketHandler.close_all(CLOSE_S)  # that a request has become meanwhile
    await context.endings.drain()
    await context.tasks.drain()
