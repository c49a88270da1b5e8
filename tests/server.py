"""A real server under test: parser.py in a process of its own, with a data folder that outlives it."""

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.nginx import TOP, free_port

START_S = 60.0
STOP_S = 30.0
FAULTS = ("Traceback", "never retrieved", "never awaited", "was destroyed", "[E ")
"""What a server's output never holds, whatever is done to it."""


class Server:
    """One parser.py. It may be killed and started again: same port, same data."""

    def __init__(self, folder: Path, data: Path, options: tuple[str, ...], first: str) -> None:
        self.port = free_port()
        self.http = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self.data = data
        self._log = folder / "output"
        self._first = first
        self._options = [f"--port={self.port}", "--address=127.0.0.1", f"--data_dir={data}", *options]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process, "the server is not running"
        return self._process.pid

    @property
    def output(self) -> str:
        """All that it has written, since the first start."""
        return self._log.read_text()

    def start(self) -> None:
        """Run it, and come back when it listens."""
        began = len(self.output) if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._script(), *self._options], cwd=TOP, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + START_S
        while not re.search("Pagecast is at .*\n", self.output[began:]):
            assert self._process.poll() is None, f"the server ended: {self.output}"
            assert time.monotonic() < until, f"the server does not listen: {self.output}"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it between two instructions."""
        self._stop(signal.SIGKILL)

    def terminate(self) -> None:
        """End it as an operator does."""
        assert self._stop(signal.SIGTERM) == 0, self.output

    def restart(self) -> None:
        self.terminate()
        self.start()

    def stop(self) -> None:
        """End it if it runs, and see that it had nothing to complain about."""
        if self._process:
            self.terminate()
        assert not any(fault in self.output for fault in FAULTS), self.output

    def _script(self) -> list[str]:
        if not self._first:
            return ["parser.py"]
        return ["-c", f"import runpy\n{self._first}\nrunpy.run_path('parser.py', run_name='__main__')"]

    def _stop(self, number: signal.Signals) -> int:
        assert self._process, "the server is not running"
        process, self._process = self._process, None
        process.send_signal(number)
        try:
            return process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server does not stop: {self.output}") from None


@contextmanager
def serving(*options: str, data: Path | None = None, first: str = "") -> Iterator[Server]:
    """Run a server on a free port.

    Without a data folder it has a fresh one. What stands in ``first`` is run before parser.py is, in its process: for a
    constant that is too patient for a test.
    """
    with tempfile.TemporaryDirectory(prefix="pagecast-server-") as temporary:
        folder = Path(temporary)
        server = Server(folder, data or folder / "data", options, first)
        server.start()
        try:
            yield server
        except BaseException:
            if server._process:
                server.kill()
            raise
        server.stop()
