"""Of requests that come too fast the newest is met, delayed messages are not lost, and patience ends."""

import asyncio

import pytest

from pagecast.limits.token_bucket import Rate
from pagecast.protocol.errors import PagecastError, ServerBusy, TooFast
from pagecast.service.pacing import Backpressure, LatestOnly, NewestOnly
from tests.service.house import until


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_of_requests_that_come_too_fast_the_newest_is_met() -> None:
    done: list[int] = []

    async def work(page_no: int) -> None:
        done.append(page_no)

    clock = Clock()
    latest = LatestOnly(Rate(1000, 3), work, clock)
    for page_no in range(1, 100):
        await latest.request(page_no)
    assert done == [1, 2, 3]
    clock.now = 1.0
    await until(lambda: len(done) > 3)
    assert done == [1, 2, 3, 99]
    await latest.request(5)
    assert done[-1] == 5


class Findings:
    """Work that finds what it is asked for when a test says so."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.done: list[str] = []
        self.newest: NewestOnly[str] = NewestOnly()

    def start(self, name: str, error: PagecastError | None = None) -> None:
        async def find() -> str:
            await self.ready.wait()
            if error is not None:
                raise error
            return name

        async def then(found: str) -> None:
            self.done.append(found)
            await asyncio.sleep(0)
            self.done.append(f"{found} is over")

        async def fail(error: PagecastError) -> None:
            self.done.append(error.code)

        self.newest.start(find, then, fail)


async def test_of_things_that_are_being_found_the_newest_is_done() -> None:
    findings = Findings()
    for name in ("first", "second", "third"):
        findings.start(name)
        await asyncio.sleep(0)
    findings.ready.set()
    await until(lambda: "third is over" in findings.done)
    assert findings.done == ["third", "third is over"]


async def test_what_has_been_found_is_done_to_its_end() -> None:
    findings = Findings()
    findings.ready.set()
    findings.start("first")
    await until(lambda: findings.done)
    findings.start("second")
    await until(lambda: "second is over" in findings.done)
    assert "first is over" in findings.done


async def test_why_nothing_was_found_is_told() -> None:
    findings = Findings()
    findings.ready.set()
    findings.start("first", ServerBusy())
    await until(lambda: findings.done)
    findings.start("second")
    findings.newest.cancel()
    findings.start("third")
    await until(lambda: "third is over" in findings.done)
    assert findings.done == ["server-busy", "third", "third is over"]


async def test_a_burst_passes_and_more_is_delayed_but_not_lost() -> None:
    loop = asyncio.get_running_loop()
    backpressure, passed = Backpressure(Rate(200, 5), None, loop.time), 0
    began = loop.time()
    for _ in range(25):
        await backpressure.wait()
        passed += 1
    assert passed == 25
    assert loop.time() - began > 0.09, "twenty had to wait for a token each"
    assert not backpressure.is_exhausted


async def test_patience_ends_for_a_sender_that_goes_on() -> None:
    clock = Clock()
    backpressure = Backpressure(Rate(1000, 2), Rate(1, 3), clock)
    for _ in range(5):
        await backpressure.wait()
    with pytest.raises(TooFast):
        await backpressure.wait()
    assert backpressure.is_exhausted
