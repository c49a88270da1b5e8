"""A process that has Pagecast loaded and forks servers on demand: ``python -m tests.nursery``.

Loading Python, numpy and Pagecast takes half a second of processor time, joining the scripts as much, and the tests
start well over a hundred servers. A forked server has its own process, arguments, output and end, as one that was
started by hand has. Those of tests/edges/test_start.py are started by hand. A line of JSON asks for something, and a
line of JSON answers.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
PRELOADED = "parser"


class Nursery:
    """The other end: starts servers, and says how they ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"], cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)

    def start(self, options: list[str], log: Path, first: str) -> int:
        """Start a server that appends its output to a file; answers its process id."""
        pid: int = self._ask({"start": options, "log": str(log), "first": first})
        return pid

    def status(self, pid: int) -> int | None:
        """The exit status of a server that has ended, as subprocess gives it, or None. It is answered once."""
        status: int | None = self._ask({"status": pid})
        return status

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())


def serve() -> dict[str, Any] | None:
    """Answer until nobody asks any more. In a process that was forked, returns the order for it at once."""
    preloaded = importlib.import_module(PRELOADED)
    preloaded.static_files(preloaded.STATIC, True)
    gc.collect()
    gc.freeze()  # or a collection in a forked server would touch, and so copy, all of that memory
    questions, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w", buffering=1)
    running: set[int] = set()
    while line := questions.readline():
        question = json.loads(line)
        if "start" in question:
            pid = os.fork()
            if not pid:
                questions.detach().detach().close()  # type: ignore[attr-defined]
                answers.detach().detach().close()  # type: ignore[attr-defined]
                order: dict[str, Any] = question
                return order
            running.add(pid)
            answer: int | None = pid
        else:
            ended, status = os.waitpid(question["status"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
            running.discard(ended)
        answers.write(json.dumps(answer) + "\n")
    for pid in running:  # the tests were broken off
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def become_server(order: dict[str, Any]) -> None:
    """Go on as ``python parser.py`` with these options."""
    with open(os.devnull) as nothing, open(order["log"], "ab") as log:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    sys.argv = ["parser.py", *order["start"]]
    exec(order["first"], {"__name__": "first"})
    runpy.run_path("parser.py", run_name="__main__")


if __name__ == "__main__":
    if order := serve():
        become_server(order)
