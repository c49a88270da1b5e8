"""Starts the servers that are measured, and stops them."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent

START_S = 20.0
"""A server that does not listen after so long will not."""

STOP_S = 10.0

CORES = sorted(os.sched_getaffinity(0))
"""Those that may be used, before any process was kept on one of them."""


class Server(NamedTuple):
    """A server on 127.0.0.1 that runs."""

    port: int
    pid: int
    folder: Path
    """Where it keeps what it is sent."""

    def lines_said(self) -> int:
        """How many lines its log has."""
        return len(self.log.read_text().splitlines())

    @property
    def log(self) -> Path:
        return self.folder.with_suffix(".log")

    def memory_mb(self, name: str) -> float:
        """Its memory now (``VmRSS``) or at most so far (``VmHWM``), in MB of 1,000,000 bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024 / 1e6
        raise LookupError(name)

    def cpu_s(self) -> float:
        """The processor time that it has taken, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def tidy(self) -> None:
        """Remove the tables it was sent, and wait for the disk: what one round wrote must not slow the next."""
        for path in self.folder.glob("documents/*"):
            shutil.rmtree(path)
        for path in self.folder.glob("*.bytes"):
            path.unlink()
        os.sync()


@contextmanager
def pagecast(
    folder: Path,
    *options: str,
    cpu: int | None = None,
    again: Server | None = None,
    stays: bool = False,
    data: Path | None = None,
) -> Iterator[Server]:
    """Run Pagecast as ``python parser.py`` does, with its tables in a new folder or ``data``; or one that ran, again.

    What it keeps is removed afterwards, unless it stays.
    """
    data = data or folder / f"pagecast-{time.monotonic_ns()}"
    port, data = (again.port, again.folder) if again else (free_port(), data)
    command = [sys.executable, "parser.py", f"--port={port}", f"--data_dir={data}", *options]
    with _running(command, port, data, cpu) as server:
        yield server
    if not stays:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def redis(folder: Path) -> Iterator[Server]:
    """Run a Redis without a disk."""
    port, data = free_port(), folder / f"redis-{time.monotonic_ns()}"
    data.mkdir()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(data)]
    with _running(command, port, data, None) as server:
        yield server


@contextmanager
def sink(folder: Path, table: Path, *, cpu: int | None = None) -> Iterator[Server]:
    """Run the plain Tornado handlers that Pagecast is measured against."""
    port, data = free_port(), folder / f"sink-{time.monotonic_ns()}"
    data.mkdir()
    command = [sys.executable, "-m", "bench.sink", str(port), str(data), str(table)]
    with _running(command, port, data, cpu) as server:
        yield server


@contextmanager
def other(name: str, folder: Path, table: Path, *, cpu: int | None = None) -> Iterator[Server]:
    """Run a server on something else than Tornado: ``bench/<name>.py`` starts it."""
    port, data = free_port(), folder / f"{name}-{time.monotonic_ns()}"
    data.mkdir()
    command = [sys.executable, "-m", f"bench.{name}", str(port), str(data), str(table)]
    with _running(command, port, data, cpu) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, folder: Path, cpu: int | None) -> Iterator[Server]:
    log = Server(port, 0, folder).log
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        pin(process.pid, cpu)
        _wait_until_it_listens(process, port, log)
        yield Server(port, process.pid, folder)
        if process.poll() is not None:
            raise RuntimeError(f"{command[1:3]} stopped: {log.read_text()[-2000:]}")
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pin(pid: int, cpu: int | None) -> None:
    """Keep a process on one core, where there are several; 0 is this process."""
    if cpu is not None and len(CORES) > 1:
        os.sched_setaffinity(pid, {CORES[cpu % len(CORES)]})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number: int = listening.getsockname()[1]
        return number


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"a server does not listen: {log.read_text()[-2000:]}")
