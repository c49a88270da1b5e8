"""Who asks too fast is slowed down: the newest is done, nothing is lost by waiting, and patience ends."""

import asyncio

import pytest

from pagecast.limits.token_bucket import Rate
from pagecast.protocol.errors import TooFast
from pagecast.service.pacing import Backpressure, LatestOnly
from tests.service.house import until


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_of_what_comes_too_fast_the_newest_is_done() -> None:
    done: list[int] = []

    async def work(page_no: int) -> None:
        done.append(page_no)

    clock = Clock()
    latest = LatestOnly(Rate(1000, 3), work, clock)
    for page_no in range(1, 100):
        await latest.ask(page_no)
    assert done == [1, 2, 3]
    clock.now = 1.0
    await until(lambda: len(done) > 3)
    assert done == [1, 2, 3, 99]
    await latest.ask(5)
    assert done[-1] == 5


async def test_a_burst_passes_and_more_is_held_up_but_not_lost() -> None:
    loop = asyncio.get_running_loop()
    brake, passed = Backpressure(Rate(200, 5), None, loop.time), 0
    began = loop.time()
    for _ in range(25):
        await brake.hold_up()
        passed += 1
    assert passed == 25
    assert loop.time() - began > 0.09, "twenty had to wait for a token each"
    assert not brake.worn


async def test_patience_ends_for_who_goes_on() -> None:
    clock = Clock()
    brake = Backpressure(Rate(1000, 2), Rate(1, 3), clock)
    for _ in range(5):
        await brake.hold_up()
    with pytest.raises(TooFast):
        await brake.hold_up()
    assert brake.worn
