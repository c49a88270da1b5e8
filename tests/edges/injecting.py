"""strace beside a running server: it lets system calls of the real process fail, or end it, on demand."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.edges.talk import PATIENCE_S
from tests.server import Server

ONE_THREAD_EACH = """
from concurrent.futures import ThreadPoolExecutor
def begin(self, max_workers=None, *args, begin=ThreadPoolExecutor.__init__, **more):
    begin(self, 1, *args, **more)
ThreadPoolExecutor.__init__ = begin
"""
"""Run first in a server: the same thread makes the same calls each time."""

TRACEABLE = "import ctypes; ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)"
"""Run first in a server: Yama (ptrace_scope 1) lets strace at it only then. It is no descendant of strace."""

MARKS = ("(INJECTED)", " = ?")
"""How strace ends the line of a call that fails, and of one that never comes back."""


class Injection:
    """What one strace has done."""

    def __init__(self, log: Path) -> None:
        self._log = log

    @property
    def calls(self) -> list[str]:
        """The calls that were made to fail, or at which the server was killed."""
        lines = self._log.read_text(errors="replace").splitlines()
        return [line for line in lines if line.endswith(MARKS)]


@contextmanager
def injected(
    server: Server, calls: str, effect: str, nth: int, log: Path, thread: int | None = None
) -> Iterator[Injection]:
    """Let the nth of these system calls have an effect in a thread of a server, or in each, until the end of the block.

    ``calls`` is a list as strace takes it. ``effect`` is `error=EIO` for a call that fails, or `signal=KILL`.
    """
    program = shutil.which("strace")
    assert program, "strace is not installed: scripts/system-packages strace"
    rules = [f"--trace={calls}", f"--inject={calls}:{effect}:when={nth}", "-o", str(log)]
    where = ["-f", "-p", str(server.pid)] if thread is None else ["-p", str(thread)]
    strace = subprocess.Popen([program, *rules, *where], stderr=subprocess.PIPE, text=True)
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
