"""A viewer that answers no ping is gone after a while, as one is whose machine was switched off."""

import socket

from tests.edges.talk import PATIENCE_S, comes_true, count, put, table
from tests.server import serving

HURRIED = """
from tornado.web import Application
def initialize(self, *args, initialize=Application.__init__, **more):
    assert 0 < more["websocket_ping_timeout"] <= more["websocket_ping_interval"] <= 20, "gone within 45 seconds"
    initialize(self, *args, **{**more, "websocket_ping_interval": 0.5, "websocket_ping_timeout": 0.5})
Application.__init__ = initialize
"""


async def test_a_viewer_that_answers_no_ping_is_gone() -> None:
    with serving(first=HURRIED) as server:
        uuid = put(server, table(500))
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as silent:
            lines = [f"GET /parser/ws/{uuid} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
            lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
            silent.sendall("\r\n".join(lines).encode())
            assert silent.recv(100).startswith(b"HTTP/1.1 101 ")
            await comes_true(lambda: count(server, "viewers") == 1)
            await comes_true(lambda: count(server, "viewers") == 0)
