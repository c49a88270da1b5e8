"""A line to a server that can go dead without a word, as when a laptop sleeps or a network is left."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Passes bytes on both ways, but for the connections that were there when it was cut."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = [self._door]
        self._alive = threading.Event()
        self._alive.set()
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """From now on nothing of what is said on an open connection arrives, and neither end is told so."""
        self._alive.clear()
        self._alive = threading.Event()
        self._alive.set()

    def close(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._server))
                self._ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(*pair, self._alive), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, alive: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if alive.is_set():
                    target.sendall(data)
            if alive.is_set():
                target.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    yield line
    line.close()
