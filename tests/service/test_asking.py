"""A viewer that waits for an answer is heard meanwhile, and what it asks last counts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from itertools import count
from typing import Any

import pytest

import pagecast.service.jobs
from pagecast.protocol.codec import ToViewer
from pagecast.protocol.connection import Error
from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Tagged, encode
from pagecast.protocol.link import Link
from pagecast.protocol.people import Hello, You
from pagecast.protocol.tables import Fetch, Fetched, Page, Progress, Show, Turn
from pagecast.protocol.talk import Offer
from pagecast.protocol.uploads import Cancel
from pagecast.service.conversation import MOST_QUESTIONS, Conversation
from pagecast.service.open_room import OpenRoom
from pagecast.table.window import ColumnWindow
from tests.service.house import until
from tests.service.test_questions import AskedHouse, numbers, show


class Line:
    """A connection that keeps what it is sent."""

    is_plain, is_open = False, True

    def __init__(self, house: AskedHouse) -> None:
        self.sent: list[ToViewer] = []
        self.tasks: list[asyncio.Task[None]] = []
        seconds = count()
        self.conversation = Conversation(house.services, self, lambda: next(seconds), self.run)

    async def say(self, frame: Tagged) -> None:
        await self.conversation.receive(encode(frame).decode())

    def of(self, kind: type[Any]) -> list[Any]:
        return [frame for frame in self.sent if isinstance(frame, kind)]

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    def subscribe(self, link: Link, window: ColumnWindow, page_no: int | None) -> None:
        pass

    def send(self, frame: ToViewer, slot: str | None = None) -> None:
        self.sent.append(frame)

    send_in_order = send

    def send_failure(self, error: PagecastError) -> None:
        self.sent.append(Error(error.code, str(error)))

    def speak(self, language: str) -> None:
        pass

    def guest_name(self, who: str) -> str:
        return who

    def admit(self) -> None:
        pass

    def send_answer(self, page: Page, error: PagecastError) -> None:
        raise AssertionError("this is no plain viewer")

    async def close_after_sending(self, code: int, reason: str) -> None:
        raise AssertionError(reason)

    def turn_away(self, error: PagecastError) -> None:
        raise AssertionError(error)


@pytest.fixture
async def house() -> AsyncIterator[AskedHouse]:
    house = AskedHouse()
    await house.services.start()
    yield house
    house.engine.may_answer.set()
    await house.services.stop()


async def joined(house: AskedHouse) -> tuple[Line, OpenRoom]:
    """A viewer, and its room with a table of 999 numbers."""
    uuid = await house.document(numbers(999))
    line = Line(house)
    await line.conversation.open(uuid)
    return line, house.room(uuid)


async def passes(happened: Callable[[], object]) -> None:
    """See that something does not happen while everything that can happen does."""
    for _ in range(200):
        await asyncio.sleep(0)
    assert not happened()


async def test_a_viewer_says_other_things_while_a_page_is_found(house: AskedHouse) -> None:
    line, room = await joined(house)
    await show(room, "_sort_desc=n")
    house.engine.may_answer.clear()
    await show(room, "_sort=n")
    await line.say(Turn(7))
    await line.say(Hello("Otter", "key"))
    assert line.of(You)
    assert room.page_no == 1
    await line.say(Turn(9))
    house.engine.may_answer.set()
    await until(lambda: room.page_no == 9)
    await passes(lambda: room.page_no != 9)


async def test_of_two_views_the_later_one_is_shown(house: AskedHouse) -> None:
    line, room = await joined(house)
    house.engine.may_answer.clear()
    await line.say(Show(1, "_sort_desc=n", 2))  # waits for where row 2 is
    await line.say(Show(1, "parity=even"))
    await until(lambda: room.view == "parity=even")
    house.engine.may_answer.set()
    await passes(lambda: room.view != "parity=even")


async def test_a_view_takes_back_a_turn_of_the_view_before(house: AskedHouse) -> None:
    line, room = await joined(house)
    house.engine.may_answer.clear()
    await show(room, "_sort_desc=n")
    await line.say(Turn(7))
    await line.say(Show(1, ""))
    await until(lambda: not room.view)
    house.engine.may_answer.set()
    await passes(lambda: room.page_no != 1)


async def test_who_goes_shows_nothing_any_more(house: AskedHouse) -> None:
    line, room = await joined(house)
    house.engine.may_answer.clear()
    await line.say(Show(1, "_sort_desc=n", 2))
    await line.conversation.close()
    house.engine.may_answer.set()
    await passes(lambda: room.view)


async def test_a_viewer_is_told_how_far_it_is_and_gives_it_up(
    house: AskedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.jobs, "PROGRESS_S", 0.001)
    line, room = await joined(house)
    house.engine.may_answer.clear()
    house.engine.percent = 40
    await line.say(Fetch(2, 1, "_sort_desc=n"))
    await until(lambda: Progress("fetch", 1, 40) in line.sent)
    await line.say(Show(1, "_sort=n", 900))  # row 900 is on another page than the first
    await until(lambda: Progress("show", 1, 40) in line.sent)
    await line.say(Cancel())
    await asyncio.gather(*line.tasks)
    told = len(line.sent)
    house.engine.may_answer.set()
    await passes(lambda: room.view or len(line.sent) > told)
    await line.say(Show(1, "parity=even"))
    await until(lambda: room.view == "parity=even")


async def test_only_some_pages_of_views_are_waited_for_at_a_time(house: AskedHouse) -> None:
    line, _ = await joined(house)
    house.engine.may_answer.clear()
    for page_no in range(MOST_QUESTIONS):
        await line.say(Fetch(2 + page_no, view="_sort_desc=n"))
    await line.say(Offer(1, "parity=even"))
    assert [error.code for error in line.of(Error)] == ["too-fast"]
    house.engine.may_answer.set()
    await until(lambda: len(line.of(Fetched)) == MOST_QUESTIONS)
    await line.say(Fetch(3, view="_sort_desc=n"))
    await until(lambda: len(line.of(Fetched)) > MOST_QUESTIONS)
    assert line.of(Fetched)[-1].data[0] == ["799", "odd"]


async def test_two_who_undo_the_same_view_undo_it_once(house: AskedHouse) -> None:
    otter, room = await joined(house)
    heron = Line(house)
    await heron.conversation.open(room.uuid)
    await show(room, "parity=even")
    await show(room, "_sort_desc=n")
    await otter.say(Show(1, "parity=even", undoes="_sort_desc=n"))
    await heron.say(Show(1, "", undoes="_sort_desc=n"))  # it leads further back: Heron has seen one line for both
    await until(lambda: room.view == "parity=even")
    await passes(lambda: room.view != "parity=even")
    await heron.say(Show(1, "", undoes="parity=even"))
    await until(lambda: not room.view)
