"""Two processes over one store and one bus have the same room and the same record; neither overwrites the other."""

import asyncio
from datetime import UTC, datetime

import pytest

from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.ports.storage import RecordChanged
from pagecast.protocol.errors import DocumentDeleted, StorageFailed, UnknownDocument, UnknownVersion
from pagecast.protocol.facts import changed
from pagecast.protocol.people import Person
from pagecast.protocol.tables import Choices
from pagecast.room.events import Event, decode_event, encode_event
from pagecast.room.record import Record
from pagecast.service.library import Visit
from pagecast.service.services import Services
from pagecast.service.world import World
from tests.service.house import Wall, rows_of, table, until

OTTER, HERON = Person("9f2c41d7", "Otter"), Person("0b7716aa", "Heron")


class Cable(MemoryBus):
    """A bus that carries events as bytes, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self._one = asyncio.Lock()

    async def publish(self, uuid: str, event: Event) -> None:
        async with self._one:
            await super().publish(uuid, decode_event(encode_event(event)))


class Process:
    """One server's services, and what its viewers are shown."""

    def __init__(self, store: MemoryStore, bus: Cable) -> None:
        self.wall = Wall()
        self.services = Services(
            World(store, bus, self.wall, MemoryEngine(store), Limits(), lambda: datetime(2026, 11, 21, tzinfo=UTC))
        )

    async def upload(self, visit: Visit, name: str, rows: int) -> None:
        await self.services.uploads.upload(visit.room.uuid, f"{name}.tsv", table(name, rows), "")


@pytest.fixture
async def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def pair(store: MemoryStore) -> tuple[Process, Process]:
    bus = Cable()
    return Process(store, bus), Process(store, bus)


async def both(pair: tuple[Process, Process]) -> tuple[Visit, Visit]:
    """The same document, with a table of 250 rows, visited in both."""
    here, there = pair
    visit = await here.services.library.visit(None)
    await here.upload(visit, "a", 250)
    return visit, await there.services.library.visit(visit.room.uuid)


async def test_a_turn_in_one_is_seen_in_the_other(pair: tuple[Process, Process]) -> None:
    visits = await both(pair)
    await visits[0].room.turn(3, OTTER)
    page = pair[1].wall.pages(visits[1].room.uuid)[-1]
    assert (page.page_no, page.by, page.data) == (3, OTTER, rows_of("a", 201, 250))
    await visits[1].room.turn(2, HERON)
    assert pair[0].wall.pages(visits[0].room.uuid)[-1].data == rows_of("a", 101, 200)


async def test_a_view_in_one_is_seen_in_the_other_which_asks_nobody(pair: tuple[Process, Process]) -> None:
    here, there = await both(pair)
    uuid = here.room.uuid
    await here.room.publish(await here.room.find_view(1, "_sort_natural_desc=_c2", None, OTTER))
    page = pair[1].wall.pages(uuid)[-1]
    assert (page.view, page.total_number, page.data[0]) == ("_sort_natural_desc=_c2", 250, ["a", "a 250"])
    assert page.row_numbers == list(range(250, 150, -1))
    await there.room.turn(3, HERON)
    page = pair[0].wall.pages(uuid)[-1]
    assert (page.page_no, page.by, page.data[-1]) == (3, HERON, ["a", "a 1"])
    await pair[0].upload(here, "b", 5)
    assert [one.wall.pages(uuid)[-1].data for one in pair] == [[["b", f"b {n}"] for n in (5, 4, 3, 2, 1)]] * 2


async def test_uploads_in_both_at_once_are_versions_of_one_document(
    pair: tuple[Process, Process], store: MemoryStore
) -> None:
    visits = await both(pair)
    await asyncio.gather(*(one.upload(visit, name, 20) for one, visit, name in zip(pair, visits, "bc", strict=True)))
    uuid = visits[0].room.uuid
    assert [version.number for version in store.records[uuid].versions] == [1, 2, 3]
    assert {version.name for version in store.records[uuid].versions} == {"a.tsv", "b.tsv", "c.tsv"}
    for visit in visits:
        assert visit.room.versions == store.records[uuid].versions
        assert visit.room.newest == store.records[uuid].newest


async def test_what_either_does_leaves_both_with_the_same_record(
    pair: tuple[Process, Process], store: MemoryStore
) -> None:
    here, there = await both(pair)
    uuid = here.room.uuid
    await pair[1].services.reparsing.read(uuid, None, Choices(delimiter="comma"))
    await pair[0].upload(here, "b", 350)
    append = await pair[1].services.appends.begin(uuid, 7, "")
    await append.add(b"b\tb351\n")
    await pair[1].services.appends.finish(append)
    await here.room.restore(1)
    await there.room.turn(3, HERON)
    await until(lambda: store.records[uuid].page_no == 3)
    for visit in (here, there):
        assert visit.room.versions == store.records[uuid].versions
        assert [version.rows for version in visit.room.versions] == [250, 351, 250]
        assert visit.room.page_no == 3


async def test_a_record_that_another_process_has_replaced_is_not_overwritten(store: MemoryStore) -> None:
    first = await store.save("uuid", Record(1))
    await store.save("uuid", changed(first, page_no=2))
    with pytest.raises(RecordChanged):
        await store.save("uuid", changed(first, page_no=3))
    assert store.records["uuid"].page_no == 2


async def test_a_record_that_another_process_has_removed_is_not_begun_again(
    pair: tuple[Process, Process], store: MemoryStore
) -> None:
    here, there = await both(pair)
    uuid = here.room.uuid
    del store.records[uuid]
    await here.room.turn(2, OTTER)
    await here.room.drain()
    assert uuid not in store.records, "a page is saved beside a version only"
    with pytest.raises(UnknownDocument):
        await pair[1].upload(there, "b", 20)
    assert uuid not in store.records, "it has been deleted"


async def test_each_process_removes_what_its_machine_has_of_a_deleted_document(
    pair: tuple[Process, Process], store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, _ = await both(pair)
    removed: list[tuple[str, str]] = []

    async def remove(uuid: str, reader: str) -> None:
        removed.append((uuid, reader))

    monkeypatch.setattr(store, "delete", remove)
    await pair[1].services.library.delete(here.room.uuid)
    by_deleting, by_hearing = 2, 1
    assert removed == [(here.room.uuid, here.link.reader)] * (by_deleting + len(pair) * by_hearing)


async def test_a_document_that_is_deleted_in_one_is_gone_in_the_other(
    pair: tuple[Process, Process], store: MemoryStore
) -> None:
    here, there = await both(pair)
    uuid = here.room.uuid
    sending = await pair[1].services.uploads.begin(uuid, "b.tsv", 100, "", checked=True)
    await sending.add(b"b\tb 1\n")
    appending = await pair[1].services.appends.begin(uuid, None, "")
    await appending.add(b"a\ta 251\n")
    await pair[0].services.library.delete(uuid)
    assert [one.wall.dismissed for one in pair] == [[uuid], [uuid]]
    await until(lambda: sending.failure and appending.failure)
    assert str(sending.failure) == str(appending.failure) == str(DocumentDeleted())
    await pair[1].services.uploads.discard(sending)
    await pair[1].services.appends.discard(appending)
    with pytest.raises(UnknownVersion):
        await there.room.restore(1)
    for link in (uuid, here.link.reader):
        for one in pair:
            with pytest.raises(UnknownDocument):
                await one.services.library.visit(link)
    for visit in (here, there):
        await visit.leave()
    assert (store.records, store.files, store.unfinished, store.talks) == ({}, {}, {}, {})
    assert [len(one.services.library) for one in pair] == [0, 0]


async def test_a_document_that_cannot_be_removed_from_the_store_is_still_there() -> None:
    class Stuck(MemoryStore):
        async def delete(self, uuid: str, reader: str) -> None:
            raise StorageFailed

    one = Process(Stuck(), Cable())
    visit = await one.services.library.visit(None)
    await one.upload(visit, "a", 250)
    with pytest.raises(StorageFailed):
        await one.services.library.delete(visit.room.uuid)
    assert one.wall.dismissed == []
    await one.upload(visit, "b", 20)
    assert [version.name for version in visit.room.versions] == ["a.tsv", "b.tsv"]
