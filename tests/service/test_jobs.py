"""A job is done once for all who ask, within bounds, with progress, and no longer than somebody wants it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from typing import Any

import pytest

import pagecast.service.jobs
from pagecast.protocol.errors import NotQuoted, PagecastError, ServerBusy
from pagecast.service.jobs import Job, Jobs
from tests.service.house import until

HOUR_S = 3600.0
"""Longer than any test."""


class Question:
    """Work that counts how often it was begun, cancelled and done, and goes on when it may."""

    def __init__(self) -> None:
        self.begun = self.cancelled = self.done = 0
        self.free = asyncio.Event()

    async def __call__(self, job: Job) -> int:
        self.begun += 1
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)  # to clean up takes a moment
            self.cancelled += 1
            raise
        self.done += 1
        return 42


def asking(
    jobs: Jobs[int], key: object, work: Callable[[Job], Coroutine[Any, Any, int]], *, goes_on: bool = False
) -> asyncio.Task[int]:
    return asyncio.create_task(jobs.run(key, work, goes_on=goes_on))


async def test_the_same_question_of_many_is_one_job() -> None:
    jobs, question = Jobs[int](2, 0, HOUR_S), Question()
    asked = [asking(jobs, "sort by year", question) for _ in range(500)]
    await until(lambda: question.begun)
    assert len(jobs) == 1
    question.free.set()
    assert await asyncio.gather(*asked) == [42] * 500
    assert question.begun == 1
    assert await jobs.run("sort by year", question) == 42
    assert (question.begun, len(jobs)) == (2, 0)


async def test_so_many_run_so_many_wait_and_one_more_is_refused() -> None:
    jobs, questions = Jobs[int](2, 3, HOUR_S), [Question() for _ in range(6)]
    asked = [asking(jobs, n, question) for n, question in enumerate(questions[:5])]
    await until(lambda: questions[1].begun)
    assert [question.begun for question in questions] == [1, 1, 0, 0, 0, 0]
    with pytest.raises(ServerBusy):
        await jobs.run(5, questions[5])
    joined = asking(jobs, 4, questions[4])  # it takes no place of its own
    questions[1].free.set()
    await until(lambda: questions[2].begun)
    assert questions[3].begun == 0
    for question in questions:
        question.free.set()
    assert await asyncio.gather(*asked, joined, jobs.run(5, questions[5])) == [42] * 7
    assert len(jobs) == 0


async def test_all_who_wait_are_told_how_far_it_is_at_a_bounded_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.jobs, "PROGRESS_S", 0.001)
    jobs, question = Jobs[int](1, 0, HOUR_S), Question()
    told: list[list[int | None]] = [[], []]

    async def work(job: Job) -> int:
        await until(lambda: all(told))
        assert set(told[0] + told[1]) == {None}, "nobody knows yet"
        for percent in range(1000):
            job.tell(percent)
        await until(lambda: all(one[-1] == 999 for one in told))
        return await question(job)

    asked = [asyncio.create_task(jobs.run("a", work, tell=one.append)) for one in told]
    await until(lambda: question.begun)
    assert all(set(one) == {None, 999} for one in told)
    question.free.set()
    assert await asyncio.gather(*asked) == [42, 42]


async def test_progress_is_shown_while_the_work_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.jobs, "PROGRESS_S", 0.001)
    shown: list[int] = []
    done = 0

    async def work(job: Job) -> int:
        nonlocal done
        async with job.progress(lambda: done, shown.append):
            for _ in range(3):
                done += 1
                await until(partial(shown.count, done))
        return len(shown)

    told = await Jobs[int](1, 0, HOUR_S).run("a", work)
    assert sorted(set(shown) - {0}) == [1, 2, 3]
    assert shown == sorted(shown)
    await asyncio.sleep(0.01)
    assert len(shown) == told, "nothing is shown when it is over"


async def test_a_job_is_cancelled_when_the_last_who_waits_has_gone() -> None:
    jobs, question = Jobs[int](1, 1, HOUR_S), Question()
    one, other = asking(jobs, "a", question), asking(jobs, "a", question)
    await until(lambda: question.begun)
    one.cancel()
    await asyncio.wait([one])
    await asyncio.sleep(0)
    assert question.cancelled == 0
    other.cancel()
    await until(lambda: question.cancelled)
    again = asking(jobs, "a", question)
    await until(lambda: question.begun == 2)
    question.free.set()
    assert await again == 42


async def test_a_job_that_waits_for_its_place_is_cancelled_too() -> None:
    jobs, first, second = Jobs[int](1, 1, HOUR_S), Question(), Question()
    running, waiting = asking(jobs, 1, first), asking(jobs, 2, second)
    await until(lambda: len(jobs) == 2)
    waiting.cancel()
    await until(lambda: len(jobs) == 1)
    first.free.set()
    assert await running == 42
    assert second.begun == 0


async def test_a_cancelled_job_keeps_its_place_until_it_has_cleaned_up() -> None:
    jobs, question, cleaned = Jobs[int](1, 0, HOUR_S), Question(), asyncio.Event()

    async def work(job: Job) -> int:
        try:
            return await question(job)
        finally:
            await cleaned.wait()

    asked = asking(jobs, "a", work)
    await until(lambda: question.begun)
    asked.cancel()
    await until(lambda: question.cancelled)
    with pytest.raises(ServerBusy):
        await jobs.run("a", question)
    cleaned.set()
    await until(lambda: len(jobs) == 0)


async def test_a_job_whose_result_is_for_others_too_goes_on_without_its_asker() -> None:
    jobs, question = Jobs[int](1, 0, HOUR_S), Question()
    alone, for_all = asking(jobs, "a", question), asking(jobs, "a", question, goes_on=True)
    await until(lambda: question.begun)
    for asker in (for_all, alone):
        asker.cancel()
    await asyncio.wait([alone, for_all])
    question.free.set()
    await until(lambda: question.done)
    assert question.cancelled == 0


async def test_the_last_step_is_never_broken_off() -> None:
    jobs, question = Jobs[int](1, 0, 0.01), Question()

    async def work(job: Job) -> int:
        job.commit()
        return await question(job)

    asked = asking(jobs, "a", work)
    await until(lambda: question.begun)
    await asyncio.sleep(0.05)
    asked.cancel()
    await asyncio.wait([asked])
    assert question.cancelled == 0
    question.free.set()
    await until(lambda: question.done)


async def test_work_that_takes_too_long_is_cancelled_and_all_who_wait_are_told() -> None:
    jobs, question = Jobs[int](1, 0, 0.01), Question()
    told = await asyncio.gather(*(jobs.run("a", question) for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in told] == [ServerBusy] * 3
    assert (question.cancelled, len(jobs)) == (1, 0)


async def test_the_deadline_does_not_count_the_time_before_a_job_has_its_place() -> None:
    jobs, first, second = Jobs[int](1, 1, 0.05), Question(), Question()

    async def long(job: Job) -> int:
        job.commit()  # so that it may take longer
        return await first(job)

    running, waiting = asking(jobs, 1, long), asking(jobs, 2, second)
    await asyncio.sleep(0.1)
    first.free.set()
    second.free.set()
    assert [await running, await waiting] == [42, 42]


@pytest.mark.parametrize("error", [NotQuoted, LookupError, TimeoutError])
async def test_an_error_reaches_all_who_wait_and_the_next_tries_again(error: type[Exception]) -> None:
    jobs, free = Jobs[int](1, 0, HOUR_S), asyncio.Event()

    async def fail(job: Job) -> int:
        await free.wait()
        raise error

    asked = [asking(jobs, "a", fail) for _ in range(3)]
    await until(lambda: len(jobs) == 1)
    free.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in told] == [error] * 3
    with pytest.raises(error):
        await jobs.run("a", fail)
    assert len(jobs) == 0


@pytest.mark.parametrize(("error", "logged"), [(NotQuoted, 0), (LookupError, 1)])
async def test_an_error_that_nobody_waits_for_is_logged_if_nobody_foresaw_it(
    error: type[Exception], logged: int
) -> None:
    jobs, free = Jobs[int](1, 0, HOUR_S), asyncio.Event()
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    async def fail(job: Job) -> int:
        await free.wait()
        raise error

    asked = asking(jobs, "a", fail, goes_on=True)
    await until(lambda: len(jobs) == 1)
    asked.cancel()
    await asyncio.wait([asked])
    free.set()
    await until(lambda: len(jobs) == 0)
    assert [type(one) for one in told] == [error] * logged


async def test_what_a_job_works_within_is_held_while_it_waits_and_while_it_runs() -> None:
    jobs, first, second = Jobs[int](1, 1, HOUR_S), Question(), Question()
    held = 0

    @asynccontextmanager
    async def within() -> AsyncIterator[None]:
        nonlocal held
        held += 1
        try:
            yield
        finally:
            held -= 1

    running = asking(jobs, 1, first)
    await until(lambda: first.begun)
    waiting = asyncio.create_task(jobs.run(2, second, within=within))
    await until(lambda: held)
    assert second.begun == 0
    first.free.set()
    await until(lambda: second.begun)
    assert held == 1
    second.free.set()
    assert [await running, await waiting] == [42, 42]
    assert held == 0


async def test_what_cannot_be_entered_ends_the_job() -> None:
    jobs, question = Jobs[int](1, 0, HOUR_S), Question()

    class Refused(nullcontext[None]):
        async def __aenter__(self) -> None:
            raise NotQuoted

    told = await asyncio.gather(*(jobs.run("a", question, within=Refused) for _ in range(2)), return_exceptions=True)
    assert all(isinstance(error, PagecastError) for error in told)
    assert (question.begun, len(jobs)) == (0, 0)
