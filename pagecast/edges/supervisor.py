"""Several server processes on one port: started, started again when one dies, and stopped together."""

import ctypes
import os
import signal
import sys
import time

RESTART_S = 1.0
"""A process that ends sooner than this after its start is started again after as long: its fault may last."""

START_S = 30.0
"""A first process that gives up within this time has found something that the others will find, too."""

IDLE_S = 60.0
"""After how long the parent looks around although no signal has come."""

WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process is sent when its parent ends."""


class Supervisor:
    """The parent of the server processes. ``run`` is its whole life."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._running: dict[int, tuple[int, float]] = {}  # number and time of start, by process id
        self._due: dict[int, float] = {}  # when each process that died is to be started, by number
        self._is_stopping = False
        self._status = 0

    def run(self) -> int:
        """Start the processes, and look after them.

        Returns in each child, with its number from 0. The parent exits when all have ended.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        self._due = dict.fromkeys(range(self._count), 0.0)
        began = time.monotonic()
        while self._due or self._running:
            for number in [number for number, at in self._due.items() if at <= time.monotonic()]:
                del self._due[number]
                if self._start(number):
                    return number
            next_start = min(self._due.values(), default=time.monotonic() + IDLE_S)
            caught = signal.sigtimedwait(WATCHED, max(0.0, next_start - time.monotonic()))
            if caught is not None and caught.si_signo != signal.SIGCHLD:
                self._stop()
            self._collect(began)
        sys.exit(self._status)

    def _start(self, number: int) -> bool:
        """Start a process. Returns whether this is the child."""
        parent, pid = os.getpid(), os.fork()
        if pid:
            self._running[pid] = number, time.monotonic()
            return False
        _end_with(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        return True

    def _collect(self, began: float) -> None:
        """Note which processes have ended, and when they are to be started again."""
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            number, started = self._running.pop(pid)
            now, code = time.monotonic(), os.waitstatus_to_exitcode(status)
            if code == 1 and not self._is_stopping and now - began < START_S:  # it has said why
                self._status = 1
                self._stop()
            if not self._is_stopping:
                self._due[number] = now if now - started > RESTART_S else now + RESTART_S

    def _stop(self) -> None:
        self._is_stopping = True
        self._due.clear()
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)


def _end_with(parent: int) -> None:
    """Have this process stopped when its parent has been killed; on Linux only."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it had ended before
            os.kill(os.getpid(), signal.SIGTERM)
