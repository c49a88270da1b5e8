"""A real Redis under test: a process of its own on a free port, which can be killed, paused and started again."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

START_S = 60.0


class Broker:
    """One redis-server, without a disk: it comes back empty."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        """``address`` is where it listens, besides this machine's own."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder, self._address = folder, address
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it, and come back when it listens."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed: scripts/system-packages redis"
        options = {
            "port": str(self.port),
            "bind": self._address,
            "protected-mode": "no",
            "save": "",
            "appendonly": "no",
            "dir": str(self._folder),
        }
        command = [program, *(part for name, value in options.items() for part in (f"--{name}", value))]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until = time.monotonic() + START_S
        while self._process.poll() is None and time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(7) == b"+PONG\r\n":
                        return
            except OSError:
                time.sleep(0.01)
        raise AssertionError((self._folder / "redis.log").read_text())

    def kill(self) -> None:
        """End it between two instructions."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it answer nobody, while its connections stay."""
        assert self._process, "it runs"
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """End a pause."""
        assert self._process, "it runs"
        os.kill(self._process.pid, signal.SIGCONT)

    def cpu_s(self) -> float:
        """The processor time that it has taken, in seconds."""
        assert self._process, "it runs"
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def broker() -> Iterator[Broker]:
    """Run a Redis on a free port."""
    with tempfile.TemporaryDirectory(prefix="pagecast-redis-") as folder:
        running = Broker(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.kill()
