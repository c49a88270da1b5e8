"""How the server parts with everyone when it stops: what has come whole is kept, and all are invited back."""

import asyncio
from contextlib import suppress
from typing import Protocol

from tornado.httpserver import HTTPServer

from pagecast.edges.tcp import LinesServer
from pagecast.edges.websocket.handler import Socket

STOP_S = 2.0
"""How long those who are connected may take to part."""


class Settling(Protocol):
    """What is under way, and is not to be broken off."""

    async def settle_begun(self) -> None: ...

    async def settle(self) -> None: ...


async def shut_down(server: HTTPServer, lines: LinesServer, endings: Settling, tasks: Settling) -> None:
    """Take nobody in any more, and come back when nothing is under way. ``endings`` are of uploads that came whole."""
    server.stop()
    lines.stop()
    lines.close_all()
    await endings.settle_begun()  # who has sent all of a file is told what became of it
    with suppress(TimeoutError):  # first, or a request that waits could become a socket yet
        await asyncio.wait_for(server.close_all_connections(), STOP_S)
    await Socket.close_all(STOP_S)
    await endings.settle()
    await tasks.settle()
