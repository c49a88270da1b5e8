"""The project's own SocketHandler behind an echo switch: ``python -m tests.edges.echo`` prints its port, and serves.

``/deflate`` compresses as a viewer's socket does, ``/plain`` never does, as where files are uploaded; ``/pings`` asks
every few milliseconds whether the other side is still there.
"""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from pagecast.edges.http.base import BaseHandler, ContextApplication
from pagecast.edges.websocket.handler import SocketHandler
from pagecast.protocol.websocket import PreparedMessage
from tests.edges.contexts import context
from tests.nginx import TOP
from tests.server import FAULTS

LONGEST = 2**20
"""Bytes that a message may have."""

PINGED_S = 0.002


class EchoHandler(SocketHandler):
    """Says what it hears: texts the way that pages go, bytes as Tornado sends them."""

    def initialize(self, deflates: bool, longest: int = LONGEST) -> None:
        self.deflates, self.longest = deflates, longest
        self.numbers = itertools.count()

    @property
    def may_deflate(self) -> bool:
        return self.deflates

    @property
    def max_message_size(self) -> int:
        return self.longest

    def on_message(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.offer(str(next(self.numbers)), PreparedMessage(message.encode()))
        else:
            self.write_message(message, binary=True)


class PingingHandler(EchoHandler):
    """Pings all the while, so that answers come between the fragments of a message."""

    def open(self) -> None:
        self.pinging = asyncio.create_task(self.keep_pinging())

    async def keep_pinging(self) -> None:
        while self.ws_connection is not None and not self.ws_connection.is_closing():
            self.ping()
            await asyncio.sleep(PINGED_S)


class BlankPage(BaseHandler):
    """Where a browser can say that it is from here."""

    def get(self) -> None:
        self.set_header("Content-Security-Policy", "default-src 'none'; connect-src 'self'; img-src data:")
        self.finish("<!doctype html><link rel=icon href=data:,><title>echo</title>")


async def main() -> None:
    app = ContextApplication(
        context(),
        [
            (r"/", BlankPage),
            (r"/plain", EchoHandler, {"deflates": False}),
            (r"/deflate", EchoHandler, {"deflates": True}),
            (r"/pings", PingingHandler, {"deflates": True, "longest": 16 * LONGEST}),
        ],
        cross_origin_protection=True,
        log_function=lambda handler: None,
    )
    sockets = bind_sockets(0, "127.0.0.1")
    HTTPServer(app).add_sockets(sockets)
    sys.stdout.write(f"{sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


class Echo(NamedTuple):
    """An echo that runs."""

    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}/{path}"


@contextmanager
def echoing() -> Iterator[Echo]:
    """Run one in a process of its own, and see that it had nothing to complain about."""
    command = [sys.executable, "-m", "tests.edges.echo"]
    with subprocess.Popen(
        command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
    ) as process:
        assert process.stdout
        try:
            line = process.stdout.readline()
            assert line.strip().isdigit(), line + process.stdout.read()
            yield Echo(int(line), process.pid)
        finally:
            process.terminate()
            output = process.stdout.read()
    assert not any(fault in output for fault in FAULTS), output


if __name__ == "__main__":
    asyncio.run(main())
