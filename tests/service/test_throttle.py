"""What changes all the time is told at once, then seldom, and the last state always."""

import asyncio

from pagecast.protocol.errors import StorageFailed
from pagecast.service.tasks import Tasks
from pagecast.service.throttle import Delay, Throttle
from tests.service.house import until

HOURS = 3600.0
"""Longer than any test: who waits for it never ends."""


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


async def test_what_is_asked_for_is_done_at_once() -> None:
    work = Work()
    soon = Throttle(work, HOURS)
    soon.request()
    await until(lambda: work.done == 1)
    await soon.flush()
    assert work.done == 1


async def test_what_is_asked_for_meanwhile_is_done_once_and_afterwards() -> None:
    work = Work()
    work.free.clear()
    soon = Throttle(work, 0)
    soon.request()
    await until(lambda: work.begun == 1)
    for _ in range(5):
        soon.request()
    work.free.set()
    await until(lambda: work.done == 2)
    await soon.flush()
    assert work.begun == work.done == 2


async def test_it_rests_between_two_times() -> None:
    work = Work()
    soon = Throttle(work, HOURS)
    soon.request()
    await until(lambda: work.done == 1)
    soon.request()
    for _ in range(20):
        await asyncio.sleep(0)
    assert work.begun == 1
    await soon.flush()
    assert work.done == 2


async def test_to_settle_is_to_do_what_is_due_before_coming_back() -> None:
    work = Work()
    soon = Throttle(work, HOURS)
    soon.request()
    await soon.flush()
    assert work.begun == work.done == 1
    await soon.flush()
    assert work.begun == 1


async def test_what_is_being_done_is_whole_when_it_has_settled() -> None:
    work = Work()
    work.free.clear()
    soon = Throttle(work, HOURS)
    soon.request()
    await until(lambda: work.begun == 1)
    settling = asyncio.create_task(soon.flush())
    await asyncio.sleep(0)
    assert not settling.done()
    work.free.set()
    await settling
    assert work.done >= 1


async def test_it_can_be_asked_again_after_it_has_settled() -> None:
    work = Work()
    soon = Throttle(work, HOURS)
    for times in (1, 2, 3):
        soon.request()
        await soon.flush()
        assert work.done == times


async def test_tasks_are_held_until_they_are_done() -> None:
    work, tasks = Work(), Tasks()
    work.free.clear()
    tasks.hold(work())
    tasks.hold(work())
    await until(lambda: work.begun == 2)
    settling = asyncio.create_task(tasks.settle())
    work.free.set()
    await settling
    assert work.done == 2
    await tasks.settle()


async def test_tasks_that_a_task_begins_are_waited_for_too() -> None:
    work, tasks = Work(), Tasks()

    async def begin() -> None:
        tasks.hold(work())

    tasks.hold(begin())
    await tasks.settle()
    assert work.done == 1


async def test_work_that_the_store_prevents_is_done_again() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise StorageFailed

    Throttle(work, 0).request()
    await until(lambda: len(tries) == 3)
    await asyncio.sleep(0.01)
    assert len(tries) == 3


async def test_work_that_still_fails_at_the_end_is_left() -> None:
    tries: list[int] = []

    async def work() -> None:
        tries.append(len(tries))
        raise StorageFailed

    soon = Throttle(work, 60)
    soon.request()
    await until(lambda: tries)
    await soon.flush()
    assert len(tries) == 2


async def test_later_is_when_the_time_has_passed_and_once() -> None:
    work = Work()
    later = Delay(work, 0)
    later.start()
    later.start()
    await until(lambda: work.done)
    await later.settle()
    assert work.done == 1
    later.start()
    await until(lambda: work.done == 2)


async def test_what_is_called_off_is_never_done() -> None:
    work = Work()
    later = Delay(work, 0)
    later.start()
    later.cancel()
    later.cancel()
    await asyncio.sleep(0.01)
    await later.settle()
    assert work.begun == 0


async def test_what_has_begun_is_waited_for() -> None:
    work = Work()
    work.free.clear()
    later = Delay(work, 0)
    later.start()
    await until(lambda: work.begun)
    settling = asyncio.create_task(later.settle())
    await asyncio.sleep(0)
    assert not settling.done()
    work.free.set()
    await settling
    assert work.done == 1
