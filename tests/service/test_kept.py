"""A version that was saved stands, also where its page cannot be read in the moment in which it is shown."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

import pagecast.service.open_room
from pagecast.memory.store import MemoryStore
from pagecast.ports.storage import Store, TableFile
from pagecast.protocol.errors import StorageFailed
from pagecast.protocol.tables import Choices
from pagecast.table.version import Version
from tests.service.house import OTTER, House, rows_of, table, until

T = TypeVar("T")


class Unreadable(MemoryStore):
    """A store whose pages cannot be read for a while."""

    broken = False

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        if self.broken:
            raise StorageFailed
        return await super().read(uuid, version, work)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(pagecast.service.open_room, "RETRY_S", 0)
    return House(Unreadable())


def store_of(house: House) -> Unreadable:
    store: Store = house.store
    assert isinstance(store, Unreadable)
    return store


async def test_a_version_whose_page_cannot_be_shown_is_a_version_and_shown_later(house: House) -> None:
    uuid, store = await house.document(table("a", 250)), store_of(house)
    store.broken = True
    intake = await house.upload(uuid, table("b", 250))
    version = await house.services.uploads.finish(intake)
    assert store.unfinished == {}, "it is no upload any more"
    assert house.room(uuid).newest == version
    store.broken = False
    await until(lambda: house.wall.pages(uuid)[-1].version == version.number)
    assert house.wall.pages(uuid)[-1].data == rows_of("b", 1, 100)
    house.now += timedelta(days=2)
    await house.services.sweep()
    assert (await house.room(uuid).page(3)).data == rows_of("b", 201, 250)


async def test_rows_that_cannot_be_shown_at_once_are_added(house: House) -> None:
    uuid, store = await house.document(table("a", 250)), store_of(house)
    await house.room(uuid).turn(3, None)
    intake = await house.services.appends.begin(uuid, None, "")
    store.broken = True
    await intake.add(b"a\ta 251\n")
    version = await house.services.appends.finish(intake)
    assert version.rows == 251
    store.broken = False
    await until(lambda: house.wall.pages(uuid)[-1].total_number == 251)
    assert house.wall.pages(uuid)[-1].data == rows_of("a", 201, 251)
    assert await house.room(uuid).original(version, range(10**6)) == table("a", 251)


async def test_a_reading_that_cannot_be_shown_at_once_stands(house: House) -> None:
    uuid, store = await house.document(table("a", 250)), store_of(house)
    store.broken = True
    fresh = await house.services.reparsing.read(uuid, None, Choices(delimiter="comma"))
    store.broken = False
    await until(lambda: house.wall.pages(uuid)[-1].edition == fresh.edition)
    assert house.wall.pages(uuid)[-1].data[0] == ["a\ta 1"]


async def test_an_upload_that_became_a_version_is_not_swept_as_one_that_did_not(house: House) -> None:
    """As where a server stopped between two steps, or a disk failed at the second."""
    uuid = await house.document()
    intake = await house.upload(uuid, table("a", 250))
    draft = intake.draft
    version = await house.services.uploads.finish(intake)
    await house.leave(uuid)
    later = House(house.store)
    store_of(house).unfinished[draft.key] = draft
    later.services.uploads.add_idle(draft)
    later.now += timedelta(days=2)
    await later.services.sweep()
    await later.enter(uuid)
    assert later.room(uuid).newest == version
    assert (await later.room(uuid).page(1)).data == rows_of("a", 1, 100)


async def test_a_version_that_is_read_again_keeps_who_brought_it(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.services.uploads.upload(uuid, "a.tsv", table("a", 20), "one")
    version = await house.services.reparsing.read(uuid, None, Choices(delimiter="comma"))
    assert (version.edition, version.by) == (2, OTTER.name)


async def test_a_version_restored_during_a_re_reading_of_its_file_is_there(house: House) -> None:
    uuid = await house.document(table("a", 250), table("b", 20))
    await house.room(uuid).restore(1)
    store = store_of(house)
    read_again = store.read_again

    async def read_and_restore(uuid: str, version: Version) -> object:
        file = await read_again(uuid, version)
        await house.room(uuid).restore(1)
        return file

    store.read_again = read_and_restore  # type: ignore[method-assign, assignment]
    await house.services.reparsing.read(uuid, None, Choices(delimiter="comma"))
    for version in house.room(uuid).versions:
        assert (await house.room(uuid).page_of(version.number, version.pages)).total_number == version.rows
