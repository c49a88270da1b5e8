"""strace beside a running server: it lets system calls of the real process fail on demand."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.edges.talk import PATIENCE_S
from tests.server import Server

TRACEABLE = "import ctypes; ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)"
"""Run first in a server: Yama (ptrace_scope 1) lets strace at it only then. It is no descendant of strace."""


class Injection:
    """What one strace has done."""

    def __init__(self, log: Path) -> None:
        self._log = log

    @property
    def failed(self) -> list[str]:
        """The calls that were made to fail."""
        lines = self._log.read_text(errors="replace").splitlines()
        return [line for line in lines if line.endswith("(INJECTED)")]


@contextmanager
def failing(server: Server, calls: str, error: str, nth: int, log: Path) -> Iterator[Injection]:
    """Let the nth of these system calls fail in each thread of a server, until the end of the block.

    ``calls`` is a list as strace takes it, and ``error`` the name of an errno.
    """
    program = shutil.which("strace")
    assert program, "strace is not installed: scripts/system-packages strace"
    rules = [f"--trace={calls}", f"--inject={calls}:error={error}:when={nth}"]
    strace = subprocess.Popen(
        [program, "-f", *rules, "-o", str(log), "-p", str(server.pid)], stderr=subprocess.PIPE, text=True
    )
    try:
        assert strace.stderr
        said = strace.stderr.readline().strip()
        attached = re.search(r"Process \d+ attached", said)
        assert attached, (
            f"strace cannot attach to a server: run the tests as root, or set kernel.yama.ptrace_scope to 1 ({said})"
        )
        yield Injection(log)
    finally:
        strace.terminate()
        strace.communicate(timeout=PATIENCE_S)
