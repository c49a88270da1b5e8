"""Work that many ask for at the same time is done once."""

import asyncio

import pytest

from pagecast.service.single_flight import SingleFlight


class Work:
    """Work that counts how often it was begun, and goes on when it may."""

    def __init__(self) -> None:
        self.begun = 0
        self.free = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        await self.free.wait()
        return self.begun


async def test_who_asks_meanwhile_gets_the_same_result() -> None:
    flights, work = SingleFlight[int](), Work()
    asked = [asyncio.create_task(flights.run("page 1", work)) for _ in range(20)]
    await asyncio.sleep(0)
    work.free.set()
    assert await asyncio.gather(*asked) == [1] * 20


async def test_who_asks_later_gets_a_new_one() -> None:
    flights, work = SingleFlight[int](), Work()
    work.free.set()
    assert [await flights.run("page 1", work) for _ in range(3)] == [1, 2, 3]
    assert len(flights) == 0


async def test_different_keys_wait_for_nobody() -> None:
    flights, work, other = SingleFlight[int](), Work(), Work()
    waiting = asyncio.create_task(flights.run("page 1", work))
    other.free.set()
    assert await flights.run("page 2", other) == 1
    work.free.set()
    assert await waiting == 1


async def test_an_error_is_told_to_everyone_and_the_next_tries_again() -> None:
    flights = SingleFlight[int]()
    free = asyncio.Event()

    async def fail() -> int:
        await free.wait()
        raise LookupError

    asked = [asyncio.create_task(flights.run("page 1", fail)) for _ in range(3)]
    await asyncio.sleep(0)
    free.set()
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in told] == [LookupError] * 3
    with pytest.raises(LookupError):
        await flights.run("page 1", fail)
    assert len(flights) == 0


async def test_the_work_goes_on_when_who_began_it_is_cancelled() -> None:
    flights, work = SingleFlight[int](), Work()
    first, second = (asyncio.create_task(flights.run("page 1", work)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    work.free.set()
    assert await second == 1
    assert first.cancelled()
