"""A process that answers the engine's requests with DuckDB, one at a time."""

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from pagecast.edges.progress import Show
from pagecast.edges.queries import (
    CheckPattern,
    FindRows,
    Interrupt,
    QueryDone,
    QueryError,
    QueryPercent,
    QueryProgress,
    QueryRows,
    Request,
    SearchRows,
    decode_reply,
)
from pagecast.ports.engine import untold
from pagecast.protocol.errors import BadView, QueryFailed, QueryTooLarge, ServerBusy, StorageFailed
from pagecast.protocol.facts import encode

log = logging.getLogger("pagecast")

STOP_S = 5.0
"""How long a process may take to stop a request. After that it is killed."""

MAX_REPLY = 2**26
"""Bytes of the largest reply."""

IDLE_S = 60.0
"""How long a process waits for another request before it ends: each holds the memory of its last answers."""

TOP = str(Path(__file__).resolve().parents[2])
"""The folder that `pagecast` is in."""


class QueryProcess:
    """A process that runs requests for the engine, one at a time."""

    def __init__(self, arguments: Sequence[str], deadline_s: float, niceness: int, most: int, temporary: Path) -> None:
        """``temporary`` is the folder for files that it removes by itself, unless it is killed."""
        self._arguments, self._most, self._temporary = (*arguments, str(niceness)), most, temporary
        self._deadline_s = deadline_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._ending: asyncio.TimerHandle | None = None
        self._ended: asyncio.subprocess.Process | None = None
        self.waiting = 0
        """Requests that run or wait."""
        self.is_up: bool | None = None
        """Whether it answered its last request; None before the first one."""
        self.folder = ""
        """The folder of the document that it was asked about last: it holds files of it open."""

    async def run(self, request: Request, show: Show = untold, grow: Show = untold) -> QueryRows | QueryDone:
        """Run a request. Raises BadView, QueryFailed, QueryTooLarge, ServerBusy.

        ``show`` is called with the percent of the table that it has read, ``grow`` with how much it has written. Where
        the caller is cancelled, the request is stopped.
        """
        if self.waiting >= self._most:
            raise ServerBusy
        self.waiting += 1
        if self._ending is not None:
            self._ending.cancel()
        try:
            async with self._turn:
                return await self._run(request, show, grow)
        finally:
            self.waiting -= 1
            if not self.waiting:
                self._ending = asyncio.get_running_loop().call_later(IDLE_S, self._end)

    async def stop(self) -> None:
        """End the process, and remove what it was writing."""
        if self._ending is not None:
            self._ending.cancel()
        self._end()
        if self._ended is not None:
            await self._ended.wait()
            await asyncio.to_thread(remove_leftovers, self._temporary, self._ended.pid)

    def _end(self) -> None:
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            self._ended, self._process = self._process, None

    async def _run(self, request: Request, show: Show, grow: Show) -> QueryRows | QueryDone:
        process = await self._started()
        if not isinstance(request, CheckPattern | Interrupt):
            self.folder = request.source.folder
        try:
            async with asyncio.timeout(self._deadline_s):
                reply = await self._reply(process, request, show, grow)
        except QueryFailed:
            if isinstance(request, FindRows | SearchRows):
                await asyncio.to_thread(Path(request.growing).unlink, missing_ok=True)
            raise
        except TimeoutError:
            await self._break_off(process)
            raise QueryTooLarge from None
        except asyncio.CancelledError:
            await self._break_off(process)
            raise
        if isinstance(reply, QueryError):
            raise _error_of(reply)
        return reply

    async def _reply(
        self, process: asyncio.subprocess.Process, request: Request, show: Show = untold, grow: Show = untold
    ) -> QueryRows | QueryDone | QueryError:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(encode(request) + b"\n")
            await process.stdin.drain()
            while line := await process.stdout.readline():
                match decode_reply(line):
                    case QueryPercent(percent):
                        show(percent)
                    case QueryProgress(done):
                        grow(done)
                    case reply:
                        self.is_up = True
                        return reply  # type: ignore[no-any-return]
        except (ConnectionError, ValueError):
            pass
        if process is self._process:  # else the engine has ended it
            self.is_up = False
            log.warning("A query process ended while it worked.")
        await self.stop()
        raise QueryFailed

    async def _break_off(self, process: asyncio.subprocess.Process) -> None:
        """Stop the request that runs; the process goes on if it can."""
        stopping = asyncio.create_task(self._reply(process, Interrupt()))
        stopping.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody asks for its error
        try:
            await asyncio.wait([stopping], timeout=STOP_S)
        finally:  # even if the caller is cancelled again: the next request must not read the reply to this one
            if not stopping.done():
                await self.stop()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                # -P: a module that lies in the folder from which the server was started is none of ours.
                *(sys.executable, "-P", "-m", "pagecast.edges.duck", *self._arguments),
                env={"PYTHONPATH": TOP, "PATH": os.defpath},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MAX_REPLY,
                start_new_session=True,  # the terminal's Ctrl+C is for the server, which ends it
            )
        return self._process


def remove_leftovers(temporary: Path, pid: int) -> None:
    """Remove the files that a killed process was writing: a part of a copy, and what did not fit into its memory."""
    shutil.rmtree(temporary / str(pid), ignore_errors=True)
    for name in ("part", "facts"):
        (temporary / f"{pid}.{name}").unlink(missing_ok=True)


def _error_of(failed: QueryError) -> Exception:
    if failed.kind == "pattern":
        return BadView(f"This pattern cannot be read: {failed.message}.")
    if failed.kind in ("memory", "size"):
        return QueryTooLarge()
    if failed.kind == "space":
        return StorageFailed()
    log.warning("A query failed: %s.", failed.message.partition(":")[0])  # what follows may be a cell of a table
    return QueryFailed()
