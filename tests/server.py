"""A real server under test: parser.py in a process of its own, with a data folder that outlives it."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.nursery import Nursery
from tests.ports import free_port

START_S = 60.0
STOP_S = 30.0
LOOK_S = 0.005
"""How often something is looked at that tells nobody of its changes."""
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
        self._pid: int | None = None

    @property
    def pid(self) -> int:
        assert self._pid, "the server is not running"
        return self._pid

    @property
    def runs(self) -> bool:
        return self._pid is not None

    @property
    def output(self) -> str:
        """All that it has written, since the first start."""
        return self._log.read_text()

    def start(self) -> None:
        """Run it, and come back when it listens."""
        began = len(self.output) if self._log.exists() else 0
        self._pid = pid = self._begin(self._options, self._log)
        until = time.monotonic() + START_S
        while not (self._log.exists() and re.search("Pagecast is at .*\n", self.output[began:])):
            if self._status(pid) is not None:
                self._pid = None
                raise AssertionError(f"the server ended: {self.output}")
            assert time.monotonic() < until, f"the server does not listen: {self.output}"
            time.sleep(LOOK_S)

    def kill(self) -> None:
        """End it between two instructions."""
        self._stop(signal.SIGKILL)

    def was_killed(self) -> None:
        """Wait for the end of a server that somebody else has killed."""
        assert self._wait_for_its_end(self.pid) == -signal.SIGKILL, self.output

    def terminate(self) -> None:
        """End it as an operator does."""
        assert self._stop(signal.SIGTERM) == 0, self.output

    def restart(self) -> None:
        self.terminate()
        self.start()

    def stop(self) -> None:
        """End it if it runs, and see that it had nothing to complain about."""
        if self.runs:
            self.terminate()
        self._see_that_nothing_is_wrong(self.output)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See that it has nothing to complain about until the end of the block, and that it runs by then."""
        began = len(self.output)
        yield
        self._see_that_nothing_is_wrong(self.output[began:])
        if not self.runs:
            self.start()

    def _begin(self, options: list[str], log: Path) -> int:
        return nursery().start(options, log, self._first)

    def _status(self, pid: int) -> int | None:
        return nursery().status(pid)

    def _see_that_nothing_is_wrong(self, output: str) -> None:
        assert not any(fault in output for fault in FAULTS), output

    def _stop(self, number: signal.Signals) -> int:
        os.kill(self.pid, number)
        return self._wait_for_its_end(self.pid)

    def _wait_for_its_end(self, pid: int) -> int:
        self._pid = None
        until = time.monotonic() + STOP_S
        while (status := self._status(pid)) is None:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                raise AssertionError(f"the server does not stop: {self.output}")
            time.sleep(LOOK_S)
        return status


class CommandServer(Server):
    """A server that a command starts, as an operator does: in a folder of its own, with an environment of its own."""

    def __init__(self, folder: Path, data: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        super().__init__(folder, Path(data), (), "")
        self._folder, self._command, self._environment = folder, command, environment
        self._process: subprocess.Popen[bytes] | None = None

    def _begin(self, options: list[str], log: Path) -> int:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._command, *options],
                cwd=self._folder,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        return self._process.pid

    def _status(self, pid: int) -> int | None:
        assert self._process
        return self._process.poll()


@cache
def nursery() -> Nursery:
    """The one that all servers of this process come from."""
    return Nursery()


@contextmanager
def serving(*options: str, data: Path | None = None, first: str = "", complains: bool = False) -> Iterator[Server]:
    """Run a server on a free port.

    Without a data folder it has a fresh one. What stands in ``first`` is run before parser.py is, in its process, with
    Pagecast's modules loaded: for a constant that is too patient for a test. ``complains``: whether it has reason to.
    """
    with tempfile.TemporaryDirectory(prefix="pagecast-server-") as temporary:
        folder = Path(temporary)
        with running(Server(folder, data or folder / "data", options, first), complains=complains) as server:
            yield server


@contextmanager
def running(server: Server, *, complains: bool = False) -> Iterator[Server]:
    """Start a server, and end it behind the block. Unless it ``complains``, it had nothing to complain about."""
    server.start()
    try:
        yield server
    except BaseException:
        if server.runs:
            server.kill()
        raise
    if complains:
        server.terminate()
    else:
        server.stop()
