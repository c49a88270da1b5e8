"""Versions replace each other in the order of their numbers, and only the last are kept."""

import asyncio
import hashlib
from datetime import timedelta
from itertools import count

import pytest

from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import ChecksumMismatch, EmptyFile, NotATable, TooLarge, UnknownUpload
from pagecast.protocol.tables import Document, Page
from pagecast.room.events import Event
from tests.service.house import HERON, OTTER, House, rows_of, started, table
from tests.service.stores import Leisurely
from tests.table.pieces import pieces_of

# Versions


async def test_a_version_replaces_the_one_before_and_shows_its_first_page(house: House) -> None:
    uuid = await house.document(table("a", 250))
    await house.room(uuid).turn(3, HERON)
    await house.services.uploads.upload(uuid, "b.tsv", table("b", 120), "")
    document, page = house.wall.of(uuid)[-2:]
    assert isinstance(document, Document)
    assert isinstance(page, Page)
    assert (document.version, document.rows, document.name) == (2, 120, "b.tsv")
    assert (page.version, page.page_no, page.data) == (2, 1, rows_of("b", 1, 100))


async def test_who_brought_it_is_said_where_they_are_here(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.services.uploads.upload(uuid, "a.tsv", table("a", 1), "one")
    assert house.wall.pages(uuid)[-1].by == OTTER
    await house.services.uploads.upload(uuid, "a.tsv", table("a", 1), "a stranger")
    assert house.wall.pages(uuid)[-1].by is None


async def test_a_version_that_is_brought_back_says_when_and_by_whom(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.services.uploads.upload(uuid, "a.tsv", table("a", 20), "one")
    upload = house.room(uuid).versions[-1]
    house.now += timedelta(hours=2)
    restored = await house.room(uuid).restore(1)
    assert restored.created > upload.created
    assert (restored.by, restored.restores) == ("", 1), "nobody who is here asked for it"
    again = await house.room(uuid).restore(2, "one")
    assert (again.by, again.restores) == (OTTER.name, 1)


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"", EmptyFile), (b"\n\r\n", EmptyFile), (b"%PDF-1.7\n...", NotATable), (b"\x89PNG\r\n", NotATable)],
)
async def test_what_is_no_table_replaces_none(house: House, data: bytes, error: type[Exception]) -> None:
    uuid = await house.document(table("a", 250))
    before = house.wall.of(uuid)
    with pytest.raises(error):
        await house.services.uploads.upload(uuid, "b.tsv", data, "")
    assert house.wall.of(uuid) == before
    assert (await house.room(uuid).page(None)).data == rows_of("a", 1, 100)
    assert len(house.services.uploads) == 0


async def test_only_the_last_versions_are_kept() -> None:
    store = MemoryStore()
    async with started(store, Limits(keep_versions=2)) as house:
        uuid = await house.document(*(table(name, 10) for name in "abcd"))
        record = store.records[uuid]
        assert [version.number for version in record.versions] == [3, 4]
        assert set(store.files) == {version.key for version in record.versions}
        first = await house.room(uuid).original(record.versions[0], range(3))
        assert first == b"c\tc"


def files_of(store: MemoryStore) -> list[tuple[int, int]]:
    """Number and bytes of each version that the only document has; its files are those in the store, and no others."""
    (record,) = store.records.values()
    assert set(store.files) == {version.key for version in record.versions}
    return [(version.number, version.received) for version in record.versions]


async def test_the_oldest_versions_give_way_where_all_are_too_large_together() -> None:
    store = MemoryStore()
    async with started(store, Limits(max_document=300)) as house:
        uuid = await house.document(b"a" * 100, b"b" * 100, b"c" * 100)
        assert files_of(store) == [(1, 100), (2, 100), (3, 100)]
        await house.room(uuid).restore(2)
        assert files_of(store) == [(1, 100), (2, 100), (3, 100), (4, 100)], "one file is counted once"
        await house.services.uploads.upload(uuid, "b.tsv", b"d" * 150, "")
        assert files_of(store) == [(4, 100), (5, 150)]
        await house.services.uploads.upload(uuid, "b.tsv", b"e" * 300, "")
        assert files_of(store) == [(6, 300)]
        with pytest.raises(TooLarge, match="a table"):
            await house.services.uploads.upload(uuid, "b.tsv", b"f" * 301, "")
        assert files_of(store) == [(6, 300)], "what does not fit alone takes nothing away"


async def test_rows_that_are_added_count_against_what_a_document_may_take() -> None:
    store = MemoryStore()
    async with started(store, Limits(max_document=300)) as house:
        uuid = await house.document(b"a" * 100, b"b\n" * 50)
        intake = await house.services.appends.begin(uuid, 150, "")
        await intake.add(b"c\n" * 75)
        await house.services.appends.finish(intake)
        assert files_of(store) == [(2, 250)]
        with pytest.raises(TooLarge):
            await house.services.appends.begin(uuid, 51, "")
        live = await house.services.appends.begin(uuid, None, "")
        with pytest.raises(TooLarge):
            await live.add(b"d\n" * 26)
        await house.services.appends.discard(live)
        assert files_of(store) == [(2, 250)]
        assert (await house.room(uuid).page(2)).data[-1] == ["c"]


async def test_what_is_larger_than_the_server_takes_leaves_nothing() -> None:
    store = MemoryStore()
    async with started(store, Limits(100)) as house:
        uuid = await house.document(table("a", 3))
        files = set(store.files)
        with pytest.raises(TooLarge):
            await house.services.uploads.begin(uuid, "b.tsv", 101, "", checked=True)
        with pytest.raises(TooLarge):
            await house.services.uploads.upload(uuid, "b.tsv", bytes(101), "")
        unsaid = await house.services.uploads.begin(uuid, "b.tsv", None, "", checked=True)
        with pytest.raises(TooLarge):
            await unsaid.add(bytes(101))
        await house.services.uploads.discard(unsaid)
        assert set(store.files) == files
        assert store.unfinished == {}
        await house.leave(uuid)
        assert len(house.services.library) == 0


async def test_what_arrived_otherwise_than_it_was_sent_is_thrown_away(house: House) -> None:
    uuid = await house.document(table("a", 250))
    intake = await house.upload(uuid, table("b", 250))
    with pytest.raises(ChecksumMismatch):
        await house.services.uploads.finish(intake, hashlib.sha256(b"something else").hexdigest())
    assert (await house.room(uuid).page(None)).data == rows_of("a", 1, 100)
    with pytest.raises(UnknownUpload):
        await house.services.uploads.resume(intake.draft.key)


async def test_of_uploads_that_race_each_is_seen_whole_or_not_at_all() -> None:
    house = House(Leisurely())
    uuid = await house.document(table("old", 250))
    intakes = [await house.services.uploads.begin(uuid, name, None, "", checked=True) for name in "abc"]
    sent = [pieces_of(table(intake.draft.name, 150 + i), 700) for i, intake in enumerate(intakes)]
    for step in range(max(map(len, sent))):
        for intake, pieces in zip(intakes, sent, strict=True):
            if step < len(pieces):
                await intake.add(pieces[step])
    versions = await asyncio.gather(*map(house.services.uploads.finish, intakes))
    assert sorted(version.number for version in versions) == [2, 3, 4]
    for frame in house.wall.of(uuid):
        if isinstance(frame, Page):
            assert len({row[0] for row in frame.data}) == 1
        else:
            assert frame.complete
    last = max(versions, key=lambda version: version.number)
    standing = await house.room(uuid).page(None)
    assert (standing.version, standing.total_number, standing.data[0][0]) == (4, last.rows, last.name)


async def test_versions_that_are_saved_at_once_arrive_in_the_order_of_their_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish, delays = MemoryBus.publish, count()

    async def leisurely(bus: MemoryBus, uuid: str, event: Event) -> None:
        for _ in range(7 * next(delays) % 11):
            await asyncio.sleep(0)
        await publish(bus, uuid, event)

    monkeypatch.setattr(MemoryBus, "publish", leisurely)
    store = Leisurely()
    async with started(store, Limits(keep_versions=1)) as house:
        uuid = await house.document(table("old", 3))
        uploads = [house.services.uploads.upload(uuid, name, table(name, 3), "") for name in "abcdefgh"]
        await asyncio.gather(*uploads)
        shown = [document.version for document in house.wall.documents(uuid)]
        assert shown == sorted(shown)
        assert shown[-1] == 9
        assert house.room(uuid).versions == store.records[uuid].versions
        assert house.room(uuid).newest == store.records[uuid].newest
