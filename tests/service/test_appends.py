"""An append holds its table from its turn to its end, and lets go of everything however it ends."""

import asyncio
from collections.abc import AsyncIterator

import pytest

import pagecast.service.appends
from pagecast.memory.store import MemoryDraft, MemoryStore
from pagecast.protocol.errors import AlreadyGrowing, CannotGrow, EmptyFile, ReadOnly, StillArriving, StorageFailed
from pagecast.room.record import Record
from pagecast.table.draft import Draft
from pagecast.table.version import Version
from tests.service.house import House, started, table, until


class Failing(MemoryStore):
    """A store that can refuse to save a record, or to open a version's files."""

    fails = ""

    async def save(self, uuid: str, record: Record) -> Record:
        if self.fails == "save":
            raise StorageFailed
        return await super().save(uuid, record)

    async def extend(self, draft: Draft, version: Version) -> MemoryDraft:
        if self.fails == "extend":
            raise StorageFailed
        return await super().extend(draft, version)


@pytest.fixture
async def store() -> Failing:
    return Failing()


@pytest.fixture
async def house(store: Failing) -> AsyncIterator[House]:
    async with started(store) as running:
        yield running


async def is_free(house: House, uuid: str, store: MemoryStore) -> bool:
    """Whether nobody holds the table, its files, or the document but this test."""
    held = house.room(uuid).appending.locked() or any(map(store.leases.is_held, store.files))
    return not held and len(house.services.appends) == 0 and house.room(uuid).users == 1


async def test_the_table_is_held_from_the_turn_to_the_end(house: House, store: Failing) -> None:
    uuid = await house.document(table("a", 3))
    version = house.room(uuid).newest
    assert version is not None
    intake = await house.services.appends.begin(uuid, None, "")
    second = asyncio.create_task(house.services.appends.begin(uuid, 6, ""))
    await intake.add(table("a", 1))
    await until(lambda: house.wall.documents(uuid)[-1].rows == 4)
    assert house.room(uuid).appending.locked()
    assert store.leases.is_held(version.key)
    assert not second.done()
    assert (await house.services.appends.finish(intake)).rows == 4
    other = await second
    await other.add(b"x\tx 1\n")
    assert (await house.services.appends.finish(other)).rows == 5
    assert await is_free(house, uuid, store)


@pytest.mark.parametrize(("size", "rows"), [(None, 4), (7, 3)])
async def test_an_append_whose_sender_is_gone_keeps_its_rows_only_if_it_is_live(
    house: House, store: Failing, size: int | None, rows: int
) -> None:
    uuid = await house.document(table("a", 3))
    intake = await house.services.appends.begin(uuid, size, "")
    await intake.add(b"x\tx\n")
    await house.services.appends.abandon(intake)
    version = house.room(uuid).newest
    assert version is not None
    assert (version.rows, len(store.files[version.key].original)) == (rows, version.received)
    assert await is_free(house, uuid, store)


async def test_an_append_that_cannot_begin_lets_go_of_all(
    house: House, store: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecast.service.appends, "TURN_S", 0.01)
    uuid = await house.document()
    with pytest.raises(StillArriving):
        await house.services.appends.begin(uuid, None, "")
    with pytest.raises(ReadOnly):
        await house.services.appends.begin(house.room(uuid).reader, None, "")
    await house.services.uploads.upload(uuid, "a.tsv", table("a", 3), "")
    async with house.room(uuid).appending:
        with pytest.raises(AlreadyGrowing):
            await house.services.appends.begin(uuid, None, "")
    store.fails = "extend"
    with pytest.raises(StorageFailed):
        await house.services.appends.begin(uuid, None, "")
    store.fails = ""
    await house.services.uploads.upload(uuid, "a.csv", b'a,b\n"c,d",e\n', "")
    with pytest.raises(CannotGrow):
        await house.services.appends.begin(uuid, None, "")
    assert await is_free(house, uuid, store)


async def test_a_sender_that_goes_while_it_waits_gives_up_its_turn(house: House, store: Failing) -> None:
    uuid = await house.document(table("a", 3))
    async with house.room(uuid).appending:
        waiting = asyncio.create_task(house.services.appends.begin(uuid, None, ""))
        await until(lambda: house.room(uuid).users == 2)
        waiting.cancel()
        await until(lambda: house.room(uuid).users == 1)
    assert await is_free(house, uuid, store)


async def test_an_append_without_a_row_changes_nothing(house: House, store: Failing) -> None:
    uuid = await house.document(table("a", 3))
    before = house.room(uuid).newest
    intake = await house.services.appends.begin(uuid, None, "")
    with pytest.raises(EmptyFile):
        await house.services.appends.finish(intake)
    assert house.room(uuid).newest == before
    assert await is_free(house, uuid, store)


@pytest.mark.parametrize("restart", [False, True])
async def test_rows_whose_end_could_not_be_stored_are_taken_in_later(
    house: House, store: Failing, restart: bool
) -> None:
    uuid = await house.document(table("a", 3))
    intake = await house.services.appends.begin(uuid, None, "")
    await intake.add(b"x\tx\n")
    store.fails = "save"
    with pytest.raises(StorageFailed):
        await house.services.appends.finish(intake)
    assert await is_free(house, uuid, store)
    store.fails = ""
    later = House(store) if restart else house
    if restart:
        await later.services.start()
        await later.enter(uuid)
    else:
        again = await house.services.appends.begin(uuid, None, "")
        await house.services.appends.abandon(again)
    version = later.room(uuid).newest
    assert version is not None
    assert version.rows == 4
    assert store.unfinished == {}
    assert await is_free(later, uuid, store)
