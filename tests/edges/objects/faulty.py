"""A line to the object store that fails on demand: no real store answers 503 when a test wants it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
