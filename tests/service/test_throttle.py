"""A throttle publishes at once, then seldom, and the last state always; a delay waits, unless it is cancelled."""

import asyncio

from pagecast.protocol.errors import StorageFailed
from pagecast.service.tasks import Tasks
from pagecast.service.throttle import Delay, Throttle
from tests.service.house import until

HOURS = 3600.0
"""Longer than any test."""


class Work:
    """Work that is noted when it begins, and takes as long as it is held."""

    def __init__(self) -> None:
        self.begun = self.done = 0
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self) -> None:
        self.begun += 1
        await self.free.wait()
        self.done += 1


async def test_a_request_runs_at_once() -> None:
    work = Work()
    throttle = Throttle(work, HOURS)
    throttle.request()
    await until(lambda: work.done == 1)
    await throttle.flush()
    assert work.done == 1


async def test_requests_during_a_run_are_met_by_one_more_run() -> None:
    work = Work()
    work.free.clear()
    throttle = Throttle(work, 0)
    throttle.request()
    await until(lambda: work.begun == 1)
    for _ in range(5):
        throttle.request()
    work.free.set()
    await until(lambda: work.done == 2)
    await throttle.flush()
    assert work.begun == work.done == 2


async def test_it_rests_between_two_runs() -> None:
    work = Work()
    throttle = Throttle(work, HOURS)
    throttle.request()
    await until(lambda: work.done == 1)
    throttle.request()
    for _ in range(20):
        await asyncio.sleep(0)
    assert work.begun == 1
    await throttle.flush()
    assert work.done == 2


async def test_flush_runs_what_is_due_before_it_returns() -> None:
    work = Work()
    throttle = Throttle(work, HOURS)
    throttle.request()
    await throttle.flush()
    assert work.begun == work.done == 1
    await throttle.flush()
    assert work.begun == 1


async def test_flush_waits_for_the_run_that_has_begun() -> None:
    work = Work()
    work.free.clear()
    throttle = Throttle(work, HOURS)
    throttle.request()
    await until(lambda: work.begun == 1)
    flushing = asyncio.create_task(throttle.flush())
    await asyncio.sleep(0)
    assert not flushing.done()
    work.free.set()
    await flushing
    assert work.done >= 1


async def test_it_can_be_requested_again_after_a_flush() -> None:
    work = Work()
    throttle = Throttle(work, HOURS)
    for times in (1, 2, 3):
        throttle.request()
        await throttle.flush()
        assert work.done == times


async def test_tasks_are_held_until_they_are_done() -> None:
    work, tasks = Work(), Tasks()
    work.free.clear()
    tasks.hold(work())
    tasks.hold(work())
    await until(lambda: work.begun == 2)
    settling = asyncio.create_task(tasks.drain())
    work.free.set()
    await settling
    assert work.done == 2
    await tasks.drain()


async def test_tasks_that_a_task_begins_are_waited_for_too() -> None:
    work, tasks = Work(), Tasks()

    async def begin() -> None:
        tasks.hold(work())

    tasks.hold(begin())
    await tasks.drain()
    assert work.done == 1


async def test_tasks_that_are_done_but_not_yet_let_go_of_hold_nobody_up() -> None:
    work, tasks = Work(), Tasks()
    tasks.hold(work())
    await asyncio.create_task(tasks.drain())  # begins behind the work, in the same turn of the loop
    assert work.done == 1


async def test_work_that_the_store_prevents_runs_again() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise StorageFailed

    Throttle(work, 0).request()
    await until(lambda: len(tries) == 3)
    await asyncio.sleep(0.01)
    assert len(tries) == 3


async def test_flush_does_not_repeat_work_that_still_fails() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        raise StorageFailed

    throttle = Throttle(work, 60)
    throttle.request()
    await until(lambda: tries)
    await throttle.flush()
    assert len(tries) == 2


async def test_delayed_work_runs_once_when_the_time_has_passed() -> None:
    work = Work()
    delay = Delay(work, 0)
    delay.start()
    delay.start()
    await until(lambda: work.done)
    await delay.close()
    assert work.done == 1
    delay.start()
    await until(lambda: work.done == 2)


async def test_cancelled_work_never_runs() -> None:
    work = Work()
    delay = Delay(work, 0)
    delay.start()
    delay.cancel()
    delay.cancel()
    await asyncio.sleep(0.01)
    await delay.close()
    assert work.begun == 0


async def test_close_waits_for_work_that_has_begun() -> None:
    work = Work()
    work.free.clear()
    delay = Delay(work, 0)
    delay.start()
    await until(lambda: work.begun)
    closing = asyncio.create_task(delay.close())
    await asyncio.sleep(0)
    assert not closing.done()
    work.free.set()
    await closing
    assert work.done == 1
