"""Jobs: work of over a tenth of a second that people wait for.

- **Single flight.** The same question, asked by 500 people, is one job. All of them get its result, or its error.
- **Bounded.** So many jobs run at a time, and so many more wait for a free place. One more is refused: ServerBusy.
- **Progress.** A job says twice a second how far it is, in percent, to all who wait for it. Where it waits for its
  place, or sorts, nobody knows.
- **Cancellation.** A job is cancelled when nobody waits for it any more, unless its result is for others too
  (``goes_on``). Work that does its last step, after which its result stands, is never broken off (``commit``).
- **Deadline.** Work that takes too long once it runs is cancelled: ServerBusy.

Work is cancelled as asyncio cancels a task. It is over, and its place is free, when it has cleaned up after itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, ClassVar, Generic, TypeVar

from pagecast.ports.engine import Tell
from pagecast.protocol.errors import PagecastError, ServerBusy

T = TypeVar("T")

PROGRESS_S = 0.5
"""How often the progress of a job is shown."""


class Job:
    """One piece of work, from the first question to the answer."""

    def __init__(self, *, goes_on: bool) -> None:
        self.waiters = 0
        """How many wait for its result."""
        self.goes_on = goes_on
        """Whether it goes on when nobody waits for it."""
        self.percent: int | None = None
        """How far it is, where that is known."""
        self._deadline = asyncio.timeout(None)

    @property
    def is_wanted(self) -> bool:
        return self.waiters > 0 or self.goes_on

    def tell(self, percent: int | None) -> None:
        """Note how far it is. Those who wait are told at their next turn, however often this is called."""
        self.percent = percent

    @asynccontextmanager
    async def progress(self, percent: Callable[[], int], show: Callable[[int], None]) -> AsyncIterator[None]:
        """Call ``show(percent())`` every PROGRESS_S seconds while this is entered."""

        async def show_again() -> None:
            while True:
                await asyncio.sleep(PROGRESS_S)
                show(percent())

        showing = asyncio.create_task(show_again())
        try:
            yield
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing

    def commit(self) -> None:
        """Begin the last step: from here on neither the deadline nor a lack of waiters breaks the work off."""
        self.goes_on = True
        self._deadline.reschedule(None)

    async def run(self, work: Coroutine[Any, Any, T], deadline_s: float) -> T:
        """Run the work. Raises what it raises, and ServerBusy where it takes more than ``deadline_s`` seconds."""
        try:
            async with self._deadline:
                self._deadline.reschedule(asyncio.get_running_loop().time() + deadline_s)
                return await work
        except TimeoutError:
            if self._deadline.expired():
                raise ServerBusy from None
            raise


class Jobs(Generic[T]):
    """Runs at most ``running`` jobs at a time, each for at most ``deadline_s`` seconds, while ``waiting`` more wait."""

    count: ClassVar[int] = 0
    """How many jobs of all kinds run or wait."""
    count_running: ClassVar[int] = 0
    """How many of them run."""

    def __init__(self, running: int, waiting: int, deadline_s: float) -> None:
        self._most, self._deadline_s = running + waiting, deadline_s
        self._places = asyncio.Semaphore(running)
        self._jobs: dict[Hashable, tuple[Job, asyncio.Task[T]]] = {}  # those that can be joined
        self._tasks: set[asyncio.Task[T]] = set()  # those, and those that are being cancelled

    def __len__(self) -> int:
        """How many jobs run or wait."""
        return len(self._tasks)

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a job of this key that can be joined."""
        return key in self._jobs

    async def run(
        self,
        key: Hashable,
        work: Callable[[Job], Coroutine[Any, Any, T]],
        *,
        within: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
        goes_on: bool = False,
        tell: Tell | None = None,
    ) -> T:
        """Wait for the job of this key, and begin it where there is none yet.

        ``within`` gives a context, such as a lock, that the job holds while it waits for its place and while it runs.
        ``goes_on``: whether the job goes on when all who wait for it have gone. ``tell`` is called with how far it is,
        every PROGRESS_S seconds. Raises what the work raises; ServerBusy where too many jobs wait, or where the work
        passes its deadline.
        """
        if key not in self._jobs:
            self._begin(key, work, within, goes_on=goes_on)
        job, task = self._jobs[key]
        job.goes_on |= goes_on
        job.waiters += 1
        try:
            while not (await asyncio.wait([task], timeout=PROGRESS_S if tell else None))[0]:
                assert tell is not None
                tell(job.percent)
        finally:
            job.waiters -= 1
            if not task.done() and not job.is_wanted:
                del self._jobs[key]  # first: whoever asks now gets a new one
                task.cancel()
        return task.result()

    async def stop(self) -> None:
        """Cancel all jobs, and wait until they are over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(
        self,
        key: Hashable,
        work: Callable[[Job], Coroutine[Any, Any, T]],
        within: Callable[[], AbstractAsyncContextManager[object]],
        *,
        goes_on: bool,
    ) -> None:
        if len(self._tasks) >= self._most:
            raise ServerBusy
        job = Job(goes_on=goes_on)
        task = asyncio.create_task(self._run(job, work, within))
        self._jobs[key] = job, task
        self._tasks.add(task)
        Jobs.count += 1
        task.add_done_callback(lambda _: self._end(key, job, task))

    async def _run(
        self,
        job: Job,
        work: Callable[[Job], Coroutine[Any, Any, T]],
        within: Callable[[], AbstractAsyncContextManager[object]],
    ) -> T:
        async with within(), self._places:
            Jobs.count_running += 1
            try:
                return await job.run(work(job), self._deadline_s)
            finally:
                Jobs.count_running -= 1

    def _end(self, key: Hashable, job: Job, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        Jobs.count -= 1
        if self._jobs.get(key) == (job, task):
            del self._jobs[key]
        error = None if task.cancelled() else task.exception()
        if error is not None and job.waiters == 0 and not isinstance(error, PagecastError):
            message = {"message": "A job failed that nobody waited for.", "exception": error, "task": task}
            task.get_loop().call_exception_handler(message)
