"""Graceful shutdown: complete uploads are finished, and all clients are invited back."""

import asyncio
from contextlib import suppress

from tornado.httpserver import HTTPServer

from pagecast.edges.context import Context
from pagecast.edges.tcp import LinesServer
from pagecast.edges.websocket.handler import SocketHandler

CLOSE_S = 2.0
"""Seconds that open connections may take to close."""


async def shut_down(server: HTTPServer, lines: LinesServer, context: Context) -> None:
    """Accept nobody any more, close all connections, and return when no task is running."""
    server.stop()
    lines.stop()
    lines.close_all()
    await context.endings.drain_begun()  # a client that has sent all of a file gets its answer
    with suppress(TimeoutError):  # before the WebSockets, or a pending request could still become one
        await asyncio.wait_for(server.close_all_connections(), CLOSE_S)
    await SocketHandler.close_all(CLOSE_S)
    await context.endings.drain()
    await context.tasks.drain()
