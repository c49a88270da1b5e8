"""A line to the object store that fails on demand: no real store answers 503 when a test wants it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

BUSY = (
    b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: 48\r\n\r\n"
    b"<Error><Code>SlowDown</Code><Message/></Error>\r\n"
)


class FaultyLine:
    """Passes requests on, answers them with 503, or passes the answers on late."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = set[socket.socket]()
        self._busy = False
        self.delay_s = 0.0
        """How late each piece of an answer is."""
        self.requests = 0
        """Connections that were answered with 503."""
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Answer 503 inside a ``with`` block, on new connections, and close the others."""
        self._busy = True
        self.close_all()
        try:
            yield
        finally:
            self._busy = False

    def close_all(self) -> None:
        """Close all connections."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Listen no more."""
        self._listener.close()
        self.close_all()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self._busy:
                self.requests += 1
                client.recv(2**16)
                client.sendall(BUSY)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                self._open |= {client, server}
                answering = threading.Thread(target=self._pass, args=(server, client, True), daemon=True)
                answering.start()
                self._pass(client, server, late=False)
                answering.join()
                self._open -= {client, server}

    def _pass(self, source: socket.socket, target: socket.socket, late: bool) -> None:
        with suppress(OSError):
            while data := source.recv(2**16):
                if late and self.delay_s:
                    time.sleep(self.delay_s)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class CarelessStore(BaseHTTPRequestHandler):
    """An object store that holds one of the two conditions of a write, or none: no real one is like that any more."""

    protocol_version = "HTTP/1.1"
    honours = ""
    found: ClassVar[dict[str, bytes]] = {}

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.honours in self.headers:
            self._answer(412, b"")
        else:
            self.found[self.path] = data
            self._answer(200, b"")

    def do_GET(self) -> None:
        self._answer(200, self.found[self.path])

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 09:30:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def careless(honours: str) -> Iterator[int]:
    """Run such a store, which holds the condition of one header. Yields its port."""
    handler = type("Careless", (CarelessStore,), {"honours": honours})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
