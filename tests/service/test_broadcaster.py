"""Many are told in slices, in order, and of what waits only the newest."""

import asyncio
from collections.abc import Iterator
from functools import partial

from pagecast.service.broadcaster import Broadcaster


class Crowd:
    """Hears what it is told, three at a time."""

    def __init__(self, size: int) -> None:
        self.heard: list[list[str]] = [[] for _ in range(size)]

    def telling(self, what: str) -> Iterator[None]:
        for number, viewer in enumerate(self.heard, 1):
            viewer.append(what)
            if number % 3 == 0:
                yield


async def rest(fanout: Broadcaster) -> None:
    async with asyncio.timeout(5):
        while len(fanout):
            await asyncio.sleep(0)


async def test_a_few_have_been_told_when_it_returns() -> None:
    fanout, crowd = Broadcaster(), Crowd(2)
    fanout.broadcast("a", "page", lambda: crowd.telling("1"))
    fanout.broadcast("a", "page", lambda: crowd.telling("2"))
    assert crowd.heard == [["1", "2"]] * 2
    assert len(fanout) == 0


async def test_many_are_told_in_slices_while_others_go_on() -> None:
    fanout, crowd, few = Broadcaster(), Crowd(10), Crowd(1)
    fanout.broadcast("a", "page", lambda: crowd.telling("1"))
    assert [len(heard) for heard in crowd.heard] == [1] * 3 + [0] * 7
    fanout.broadcast("b", "page", lambda: few.telling("x"))
    assert few.heard == [["x"]], "another document does not wait"
    await rest(fanout)
    assert crowd.heard == [["1"]] * 10


async def test_all_hear_the_same_in_the_same_order_and_the_newest_last() -> None:
    fanout, crowd = Broadcaster(), Crowd(10)
    for page_no in range(1, 30):
        fanout.broadcast("a", "page", partial(crowd.telling, f"page {page_no}"))
        if page_no == 20:
            fanout.broadcast("a", "document", lambda: crowd.telling("document"))
    await rest(fanout)
    assert crowd.heard == [["page 1", "document", "page 29"]] * 10


async def test_what_is_told_meanwhile_is_told_too() -> None:
    fanout, crowd = Broadcaster(), Crowd(10)
    fanout.broadcast("a", "page", lambda: crowd.telling("1"))
    await asyncio.sleep(0)
    fanout.broadcast("a", "page", lambda: crowd.telling("2"))
    await rest(fanout)
    assert crowd.heard == [["1", "2"]] * 10
    fanout.broadcast("a", "page", lambda: crowd.telling("3"))
    await rest(fanout)
    assert crowd.heard == [["1", "2", "3"]] * 10


async def test_nothing_stays_behind_where_telling_fails() -> None:
    fanout, crowd = Broadcaster(), Crowd(4)

    def broken() -> Iterator[None]:
        yield
        raise RuntimeError

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    fanout.broadcast("a", "page", broken)
    await rest(fanout)
    fanout.broadcast("a", "page", lambda: crowd.telling("1"))
    await rest(fanout)
    assert crowd.heard == [["1"]] * 4
