"""What is said reaches everyone and lasts; what is pointed at reaches those who see it, however many move."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import ReadOnly, StorageFailed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person
from pagecast.protocol.talk import Allow, Allowed, Area, Look, Message, Notice, Say, Select
from pagecast.room.talk import Talk
from tests.service.house import HERON, OTTER, House, started, table, until


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with started() as running:
        yield running


async def opened(house: House, rows: int = 950) -> Link:
    return await house.visit(await house.document(table("a", rows)))


def reading(link: Link) -> Link:
    return Link(link.uuid, link.reader, reads_only=True)


def said(house: House, link: Link) -> list[str]:
    return [line.text for log in house.wall.logs(link.uuid) for line in log.lines if isinstance(line, Message)]


async def say(house: House, link: Link, text: str) -> None:
    await house.room(link.uuid).talk(Say(text), link, OTTER, "1")


async def select(house: House, link: Link, viewer: str, area: Area | None, version: int = 1) -> None:
    await house.room(link.uuid).talk(Select(version, area), link, Person(viewer, viewer), viewer)


async def test_what_is_said_is_told_to_all_in_order_and_once(house: House) -> None:
    link = await opened(house)
    words = [f"word {number}" for number in range(40)]
    for word in words:
        await say(house, link, word)
    await until(lambda: len(said(house, link)) >= len(words))
    assert said(house, link) == words
    after = 0
    for log in house.wall.logs(link.uuid):  # each begins where the one before it ended
        assert log.after == after
        after = log.lines[-1].line


async def test_turns_and_tables_are_noticed_where_they_count(house: House) -> None:
    link = await opened(house)
    await house.room(link.uuid).turn(3, HERON)
    await house.room(link.uuid).turn(3, OTTER)  # they are there already
    await house.services.uploads.upload(link.uuid, "b.tsv", table("b", 5), "")
    lines = house.room(link.uuid).log(0).lines
    noticed = [(line.what, line.version, line.page_no) for line in lines if isinstance(line, Notice)]
    assert noticed == [("brought", 1, 1), ("turned", 1, 3), ("brought", 2, 1)]


@pytest.mark.parametrize(("version", "row", "column"), [(2, 1, 1), (1, 951, 1), (1, 1, 3), (0, 1, 1)])
async def test_a_cell_that_is_not_there_is_not_looked_at(house: House, version: int, row: int, column: int) -> None:
    link = await opened(house)
    last = house.room(link.uuid).log(0).lines[-1].line
    await house.room(link.uuid).talk(Look(version, row, column), link, OTTER, "1")
    await select(house, link, "1", (row, column, row, column), version)
    await house.room(link.uuid).talk(Look(1, 950, 2), link, OTTER, "1")
    (line,) = house.room(link.uuid).log(last).lines
    assert isinstance(line, Notice)
    assert (line.page_no, line.row, line.column) == (10, 950, 2)
    assert house.room(link.uuid).selections(1) is None


async def test_readers_are_silent_until_they_are_allowed_to_speak(house: House) -> None:
    link = await opened(house)
    reader = reading(link)
    for asked in (Say("x"), Look(1, 1, 1), Select(1, (1, 1, 1, 1)), Allow(True)):
        with pytest.raises(ReadOnly):
            await house.room(reader.uuid).talk(asked, reader, HERON, "2")
    await house.room(link.uuid).talk(Allow(True), link, OTTER, "1")
    assert house.wall.frames[-1] == (link.uuid, Allowed(True))
    await say(house, reader, "thank you")
    with pytest.raises(ReadOnly):
        await house.room(reader.uuid).talk(Allow(False), reader, HERON, "2")
    await house.room(link.uuid).talk(Allow(False), link, OTTER, "1")
    with pytest.raises(ReadOnly):
        await say(house, reader, "but")
    await until(lambda: said(house, link) == ["thank you"])


async def test_the_talk_lasts_with_the_document() -> None:
    store = MemoryStore()
    async with started(store) as house:
        link = await opened(house)
        await say(house, link, "hello")
        await house.room(link.uuid).talk(Allow(True), link, OTTER, "1")
        for _ in range(2):  # held by the document() and by the visit
            await house.leave(link.uuid)
    async with started(store) as house:
        again = await house.visit(link.reader)
        assert house.room(again.uuid).may_speak
        assert [line.line for line in house.room(again.uuid).log(0).lines] == [1, 2]
        await say(house, again, "and again")
        assert house.room(again.uuid).log(2).lines[0].line == 3
        await until(lambda: [log.after for log in house.wall.logs(again.uuid)] == [2])


async def test_what_is_said_where_there_is_no_table_is_told_and_does_not_last() -> None:
    store = MemoryStore()
    async with started(store) as house:
        link = await house.visit(None)
        await select(house, link, "1", None)
        await say(house, link, "is anybody here?")
        await until(lambda: said(house, link) == ["is anybody here?"])
        await house.leave(link.uuid)
    assert store.talks == {}


async def test_a_talk_is_let_go_with_its_document(house: House) -> None:
    link = await opened(house)
    for _ in range(2):
        await house.leave(link.uuid)
    with pytest.raises(KeyError):
        house.room(link.uuid).log(0)


class Forgetful(MemoryStore):
    """A disk that keeps tables, and no talk."""

    async def load_talk(self, uuid: str) -> Talk | None:
        raise StorageFailed

    async def save_talk(self, uuid: str, talk: Talk) -> None:
        raise StorageFailed


async def test_where_the_talk_cannot_be_kept_the_table_is_shown_and_people_talk_on() -> None:
    store = Forgetful()
    async with started(store) as house:
        link = await opened(house)
        await say(house, link, "hello")
        await until(lambda: said(house, link) == ["hello"])
        for _ in range(2):
            await house.leave(link.uuid)
        again = await house.visit(link.uuid)
        assert house.room(again.uuid).log(0).lines == []


async def test_a_selection_goes_to_those_who_see_its_page(house: House) -> None:
    link = await opened(house)
    await select(house, link, "1", (208, 1, 210, 2))
    await until(lambda: house.wall.pointed)
    frame, followers = house.wall.pointed[-1]
    assert (frame.page_no, followers, [one.area for one in frame.selections]) == (3, False, [(208, 1, 210, 2)])
    house.wall.pointed.clear()
    await house.room(link.uuid).turn(3, OTTER)  # and now all see it
    await until(lambda: house.wall.pointed)
    assert house.wall.pointed[-1] == (frame, True)
    await house.room(link.uuid).leave("1")
    await until(lambda: not house.wall.pointed[-1][0].selections)
    await select(house, link, "2", (208, 1, 210, 2))
    await house.services.uploads.upload(link.uuid, "b.tsv", table("b", 950), "")
    assert house.room(link.uuid).selections(3) is None


async def test_what_is_selected_of_a_table_on_its_way_stays_when_it_is_whole(house: House) -> None:
    intake = await house.upload(None, table("a", 950))
    await house.shown(intake.draft.uuid)
    link = await house.visit(intake.draft.uuid)
    await select(house, link, "1", (1, 1, 2, 2))
    await house.services.uploads.finish(intake)
    selections = house.room(link.uuid).selections(1)
    assert selections is not None
    assert [one.area for one in selections.selections] == [(1, 1, 2, 2)]


async def test_who_lets_go_of_cells_has_none_selected_unless_they_were_another_tables(house: House) -> None:
    link = await opened(house)
    await select(house, link, "1", (1, 1, 2, 2))
    await select(house, link, "1", None, version=2)
    assert house.room(link.uuid).selections(1) is not None
    await select(house, link, "1", None)
    assert house.room(link.uuid).selections(1) is None


async def test_whether_readers_may_speak_is_told_without_a_line(house: House) -> None:
    link = await opened(house)
    await house.room(link.uuid).drain()
    told = house.wall.logs(link.uuid)
    await house.room(link.uuid).talk(Allow(True), link, OTTER, "1")
    await house.room(link.uuid).drain()
    assert house.wall.logs(link.uuid) == told


async def test_two_thousand_who_move_at_once_are_told_in_a_few_frames_and_hold_up_no_turn(house: House) -> None:
    link = await opened(house)
    viewers = [f"{number:08x}" for number in range(2000)]
    for _ in viewers:
        await house.visit(link.uuid)
    for row in range(1, 11):
        for viewer in viewers:
            await select(house, link, viewer, (row, 1, row, 1))
        await house.room(link.uuid).turn(1 + row % 2, OTTER)
        assert house.wall.pages(link.uuid)[-1].page_no == 1 + row % 2
    await asyncio.sleep(0)
    frames = [frame for frame, _ in house.wall.pointed]
    assert len(frames) <= 10, "20,000 moves are not 20,000 messages to each"
    for _ in viewers:
        await house.leave(link.uuid)
    selections = house.room(link.uuid).selections(1)
    assert selections is not None
    assert [one.by.who for one in selections.selections] == viewers[::-1][:50]
