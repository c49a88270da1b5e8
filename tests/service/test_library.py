"""The library shows whole tables in one order, keeps what is finished, and lets go of what nobody holds."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

import pagecast.service.uploads
from pagecast.memory.store import MemoryStore
from pagecast.ports.storage import TableFile
from pagecast.protocol.errors import PageOutOfRange, UnknownDocument, UnknownUpload
from pagecast.protocol.names import is_uuid
from pagecast.protocol.people import People, Place, Present
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import Document, Page
from pagecast.protocol.talk import Select
from pagecast.room.record import Record
from pagecast.service.intake import Intake
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW, ColumnWindow, viewer_window
from tests.service.house import HERON, OTTER, House, rows_of, started, table, until
from tests.service.stores import Leisurely

T = TypeVar("T")

NOBODY_KNOWS = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


# Pages


async def test_a_new_document_has_a_fresh_uuid_and_nothing_to_show(house: House) -> None:
    one, other = await house.enter(None), await house.enter(None)
    assert one != other
    assert is_uuid(one)
    told: list[Document | Page | Presenter] = []
    await house.room(one).send_state(told.append, FIRST_WINDOW)
    assert told == []
    standing = await house.room(one).page(None)
    assert (standing.page_no, standing.total_number, standing.version, standing.data) == (1, 0, 0, [])
    for page in (1, 0, -1):
        with pytest.raises(PageOutOfRange):
            await house.room(one).turn(page, OTTER)
        with pytest.raises(PageOutOfRange):
            await house.room(one).page(page)


async def test_a_table_is_shown_to_its_document_alone_first_what_was_read_then_page_one(house: House) -> None:
    uuid, other = await house.document(table("a", 250)), await house.document()
    document, page = house.wall.of(uuid)
    assert isinstance(document, Document)
    assert isinstance(page, Page)
    assert (document.rows, document.columns, document.complete, document.version) == (250, 2, True, 1)
    assert (page.page_no, page.total_number, page.version, page.data) == (1, 250, 1, rows_of("a", 1, 100))
    assert house.wall.of(other) == []


async def test_a_turn_shows_everyone_the_page_and_who_turned_to_it(house: House) -> None:
    uuid = await house.document(table("a", 250))
    await house.room(uuid).turn(3, HERON)
    page = house.wall.pages(uuid)[-1]
    assert (page.page_no, page.by, page.data) == (3, HERON, rows_of("a", 201, 250))
    assert await house.room(uuid).page(None) == page


@pytest.mark.parametrize("page", [-3, 0, 4, 10**15])
async def test_a_page_that_is_not_there_moves_nobody(house: House, page: int) -> None:
    uuid = await house.document(table("a", 250))
    before = house.wall.of(uuid)
    with pytest.raises(PageOutOfRange):
        await house.room(uuid).turn(page, HERON)
    with pytest.raises(PageOutOfRange):
        await house.room(uuid).page(page)
    assert house.wall.of(uuid) == before
    assert (await house.room(uuid).page(None)).page_no == 1


async def test_to_read_a_page_moves_nobody(house: House) -> None:
    uuid = await house.document(table("a", 250))
    before = house.wall.of(uuid)
    assert (await house.room(uuid).page(2)).data == rows_of("a", 101, 200)
    assert (await house.room(uuid).page(None)).page_no == 1
    assert house.wall.of(uuid) == before


async def test_who_joins_is_told_what_stands(house: House) -> None:
    uuid = await house.document(table("a", 250))
    await house.room(uuid).turn(2, HERON)
    told: list[Document | Page | Presenter] = []
    await house.room(uuid).send_state(told.append, FIRST_WINDOW)
    assert [type(frame) for frame in told] == [Document, Page]
    assert told[1] == house.wall.pages(uuid)[-1]


async def test_the_page_is_read_once_for_all_who_join_until_another_stands(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = await house.document(table("a", 250))
    reads: list[str] = []
    read = house.store.read

    async def counted(uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        reads.append(uuid)
        return await read(uuid, version, work)

    async def joining(window: ColumnWindow = FIRST_WINDOW) -> list[Page]:
        told: list[Document | Page | Presenter] = []
        reads.clear()
        for _ in range(5):
            await house.room(uuid).send_state(told.append, window)
        return [frame for frame in told if isinstance(frame, Page)]

    monkeypatch.setattr(house.store, "read", counted)
    assert (await joining())[-1].data == rows_of("a", 1, 100)
    await house.room(uuid).turn(2, HERON)
    for page in await joining():
        assert page == house.wall.pages(uuid)[-1]
    assert len(reads) == 1
    assert (await joining(viewer_window(range(1, 2))))[-1].data[0] == ["a 101"]
    await house.services.uploads.upload(uuid, "b.tsv", table("b", 250), "")
    assert (await joining())[-1].data == rows_of("b", 1, 100)


async def test_all_see_the_same_frames_in_the_order_of_seq() -> None:
    house = House(Leisurely())
    uuid = await house.document(table("a", 1000))
    await asyncio.gather(
        *(house.room(uuid).turn(1 + page % 10, OTTER) for page in range(30)),
        house.services.uploads.upload(uuid, "b.tsv", table("b", 1000), ""),
        house.services.uploads.upload(uuid, "c.tsv", table("c", 1000), ""),
    )
    frames = house.wall.of(uuid)
    assert [frame.seq for frame in frames] == sorted(frame.seq for frame in frames)
    version = 0
    for frame in frames:
        version = frame.version if isinstance(frame, Document) else version
        assert frame.version == version
        if isinstance(frame, Page):
            assert frame.data == rows_of(frame.data[0][0], 100 * frame.page_no - 99, 100 * frame.page_no)
    assert await house.room(uuid).page(None) == frames[-1]


async def test_people_are_told_of_and_gone_when_they_part(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.room(uuid).join("two", HERON)
    await house.room(uuid).leave("one")
    heron = Present(HERON.who, HERON.name, colour=2, page_no=None, follow=None)
    await until(lambda: house.wall.frames and house.wall.frames[-1] == (uuid, People(1, [heron])))
    await house.leave(uuid)
    assert len(house.services.library) == 0


async def test_where_people_are_is_told_and_moves_nobody(house: House) -> None:
    uuid = await house.document(table("a", 250))
    await house.room(uuid).join("one", OTTER)
    before = house.wall.of(uuid)
    for page_no in (3, 2, None, 2):
        house.room(uuid).move("one", Place(page_no, None))
    house.room(uuid).move("a stranger", Place(2, None))
    otter = Present(OTTER.who, OTTER.name, colour=3, page_no=2, follow=None)
    await until(lambda: house.wall.frames[-1] == (uuid, People(1, [otter])))
    assert house.wall.of(uuid) == before
    house.room(uuid).move("one", Place(None, None))
    await house.room(uuid).leave("one")
    await house.leave(uuid)  # what was to be told still is no trouble
    assert len(house.services.library) == 0


async def test_a_turn_reads_the_page_once_for_many_windows(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = await house.document(b"".join(b"\t".join(b"%d.%d" % (r, c) for c in range(40)) + b"\n" for r in range(250)))
    windows = [viewer_window(range(n, n + 2), range(n + 3, n + 5)) for n in range(35)]
    reads: list[str] = []
    read = house.store.read

    async def counted(uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        reads.append(uuid)
        return await read(uuid, version, work)

    monkeypatch.setattr(house.store, "read", counted)
    monkeypatch.setattr(house.wall, "windows", lambda uuid: windows)
    await house.room(uuid).turn(2, OTTER)
    assert len(reads) <= 4, "the page and the names, for the first and for the others"
    for n, page in zip(range(35), house.wall.pages(uuid)[-35:], strict=True):
        assert page.columns == [(n + 1, n + 2), (n + 4, n + 5)]
        assert page.data[7] == [f"107.{column}" for column in (n, n + 1, n + 3, n + 4)]


# Restarts, and what nobody wants any more


async def test_a_document_is_found_again_on_its_page_in_another_epoch() -> None:
    store = MemoryStore()
    async with started(store) as house:
        uuid = await house.document(table("a", 250))
        epochs = [house.room(uuid).epoch]
        await house.room(uuid).turn(3, HERON)
        await house.leave(uuid)
        assert len(house.services.library) == 0
        await house.enter(uuid)
        assert (await house.room(uuid).page(None)).page_no == 3
        epochs.append(house.room(uuid).epoch)
        await house.room(uuid).turn(2, HERON)
        assert house.room(uuid).epoch == epochs[1]
    async with started(store) as again:
        await again.enter(uuid)
        epochs.append(again.room(uuid).epoch)
        assert len(set(epochs)) == 3  # seq was counted anew each time
        page = await again.room(uuid).page(None)
        assert (page.page_no, page.version, page.data) == (2, 1, rows_of("a", 101, 200))


async def test_a_first_version_that_was_cut_is_still_there_to_look_at_after_a_restart() -> None:
    store = MemoryStore()
    async with started(store) as house:
        intake = await house.upload(None, table("a", 250))
        uuid = intake.draft.uuid
    async with started(store) as again:
        await again.enter(uuid)
        version = again.room(uuid).newest
        assert version is not None
        assert (version.complete, version.rows) == (False, 250)
        assert (await again.room(uuid).page(3)).data == rows_of("a", 201, 250)
        assert again.services.uploads.__len__() == 0


async def test_a_version_is_one_when_its_record_says_so_though_the_server_stopped_there() -> None:
    store = MemoryStore()
    async with started(store) as house:
        intake = await house.upload(None, table("a", 250))
        await house.services.uploads.finish(intake)
    await store.begin(intake.draft)
    async with started(store) as again:
        assert store.unfinished == {}
        with pytest.raises(UnknownUpload):
            await again.services.uploads.resume(intake.draft.key)


@pytest.mark.parametrize("uuid", [NOBODY_KNOWS, "", "../../etc"])
async def test_a_document_that_nobody_knows_is_not_there(house: House, uuid: str) -> None:
    with pytest.raises(UnknownDocument):
        await house.enter(uuid)
    with pytest.raises(UnknownDocument):
        await house.services.uploads.begin(uuid, "a.tsv", None, "", checked=True)
    assert len(house.services.library) == 0


@pytest.mark.parametrize("moment", range(60))
async def test_who_comes_and_goes_while_the_last_is_leaving_is_waited_for(house: House, moment: int) -> None:
    uuid = await house.document(table("a", 3))
    leaving = asyncio.create_task(house.leave(uuid))
    for _ in range(moment):
        await asyncio.sleep(0)
    link = await house.visit(uuid)
    await house.room(uuid).join("a1", OTTER)
    await house.room(link.uuid).talk(Select(1, (1, 1, 2, 2)), link, OTTER, "a1")
    await house.room(uuid).leave("a1")
    await asyncio.gather(leaving, house.leave(uuid))
    assert len(house.services.library) == 0


async def test_a_document_without_a_table_is_gone_with_the_last_who_leaves(house: House) -> None:
    uuid = await house.enter(None)
    await house.enter(uuid)
    await house.leave(uuid)
    assert await house.enter(uuid) == uuid
    await house.leave(uuid)
    await house.leave(uuid)
    assert len(house.services.library) == 0
    with pytest.raises(UnknownDocument):
        await house.enter(uuid)


async def test_many_who_enter_at_once_share_one_room() -> None:
    async with started(Leisurely()) as house:
        uuid = await house.document(table("a", 250))
        await house.leave(uuid)
        await asyncio.gather(*(house.enter(uuid) for _ in range(20)))
        assert len(house.services.library) == 1
        for _ in range(20):
            await house.leave(uuid)
        assert len(house.services.library) == 0


async def test_many_who_enter_at_once_have_the_store_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with started(Leisurely()) as house:
        uuid = await house.document(table("a", 250))
        reader = house.room(uuid).reader
        await house.leave(uuid)
        asked: list[str] = []
        load, find = house.store.load, house.store.find

        async def counted_load(uuid: str) -> Record | None:
            asked.append("load")
            return await load(uuid)

        async def counted_find(reader: str) -> str | None:
            asked.append("find")
            return await find(reader)

        monkeypatch.setattr(house.store, "load", counted_load)
        monkeypatch.setattr(house.store, "find", counted_find)
        links = await asyncio.gather(*(house.visit(reader) for _ in range(20)))
        assert sorted(asked) == ["find", "load", "load"], "by the name in the link, and by the one that it stands for"
        assert {link.uuid for link in links} == {uuid}
        for _ in links:
            await house.leave(uuid)
        assert len(house.services.library) == 0


async def test_an_upload_that_nobody_went_on_with_is_swept_after_a_day(house: House) -> None:
    cut, coming = await house.upload(None, table("a", 250)), await house.upload(None, table("b", 250))
    await house.services.uploads.abandon(cut)
    house.now += timedelta(hours=23)
    await house.services.sweep()
    await house.services.uploads.abandon(await house.services.uploads.resume(cut.draft.key))
    house.now += timedelta(hours=2)
    await house.services.sweep()
    with pytest.raises(UnknownUpload):
        await house.services.uploads.resume(cut.draft.key)
    assert isinstance(house.store, MemoryStore)
    assert set(house.store.files) == {coming.draft.key}
    version: Version = await house.services.uploads.finish(coming)  # it is slow, but it comes
    assert version.rows == 250


async def test_an_upload_that_gives_way_cannot_be_resumed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it could become a version whose files are removed."""
    monkeypatch.setattr(pagecast.service.uploads, "MOST_UNFINISHED", 1)
    async with started(Leisurely()) as house:
        uuid = await house.document(table("a", 250))
        old = await house.upload(uuid, table("b", 250))
        await house.services.uploads.abandon(old)
        told = await asyncio.gather(
            house.services.uploads.resume(old.draft.key), house.upload(uuid, table("c", 250)), return_exceptions=True
        )
        for intake in told:
            if isinstance(intake, Intake):
                version = await house.services.uploads.finish(intake)
                assert (await house.room(uuid).page_of(version.number, 3)).total_number == 250
            else:
                assert isinstance(intake, UnknownUpload)
        assert isinstance(told[1], Intake)
