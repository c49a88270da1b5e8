"""Uploads are seen as they arrive, go on after a cut, and become one version each."""

import asyncio
import hashlib

import pytest

from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import StorageFailed
from tests.service.house import HERON, House, rows_of, started, table, until
from tests.service.stores import FullDisk, LateFiles, SlowDisk

# A first version, as it arrives


async def test_rows_are_on_screen_before_the_file_is_whole_and_the_page_stays(house: House) -> None:
    whole = table("a", 950)
    intake = await house.services.uploads.begin(None, "a.tsv", len(whole), "", checked=True)
    uuid = intake.draft.uuid
    await intake.add(whole[:5000])
    await house.shown(uuid)
    document = house.wall.documents(uuid)[-1]
    assert (document.complete, document.size, document.received) == (False, len(whole), 5000)
    await house.room(uuid).turn(3, HERON)
    assert house.wall.pages(uuid)[-1].data == rows_of("a", 201, 300)
    await intake.add(whole[5000:])
    await house.services.uploads.finish(intake, hashlib.sha256(whole).hexdigest())
    document, page = house.wall.documents(uuid)[-1], house.wall.pages(uuid)[-1]
    assert (document.complete, document.rows, document.received) == (True, 950, len(whole))
    assert (page.page_no, page.by, page.data) == (3, None, rows_of("a", 201, 300))


async def test_the_page_stays_however_long_the_last_step_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pagecast.service.upload_session.GROWTH_S", 0.001)
    store = SlowDisk()
    async with started(store) as house:
        intake = await house.upload(None, table("a", 250))
        uuid = intake.draft.uuid
        await until(lambda: house.wall.documents(uuid) and house.wall.documents(uuid)[-1].rows == 250)
        await house.room(uuid).turn(3, HERON)
        finishing = asyncio.create_task(house.services.uploads.finish(intake))
        await store.saving.wait()
        for listener in intake.listeners:
            listener()
        await asyncio.sleep(0.05)  # growth would have been told by now
        assert not any(document.complete for document in house.wall.documents(uuid))
        store.may_save.set()
        await finishing
        assert house.wall.pages(uuid)[-1].page_no == 3


async def test_a_sender_that_hangs_up_while_its_files_are_made_leaves_none_behind() -> None:
    store = LateFiles()
    async with started(store) as house:
        beginning = asyncio.create_task(house.services.uploads.begin(None, "a.tsv", 9, "", checked=False))
        await store.beginning.wait()
        beginning.cancel()
        store.may_begin.set()
        await asyncio.gather(beginning, return_exceptions=True)
        assert beginning.cancelled()
        assert (await store.drafts(), len(house.services.uploads)) == ([], 0)


async def test_of_a_replacement_nothing_is_seen_until_it_is_whole(house: House) -> None:
    uuid = await house.document(table("a", 250))
    before = house.wall.of(uuid)
    intake = await house.upload(uuid, table("b", 950))
    await asyncio.sleep(0.05)
    assert house.wall.of(uuid) == before
    await house.services.uploads.finish(intake)
    assert house.wall.pages(uuid)[-1].data == rows_of("b", 1, 100)


async def test_a_first_version_that_is_thrown_away_leaves_an_empty_page(house: House) -> None:
    uuid = await house.document()
    intake = await house.upload(uuid, table("a", 250))
    await house.shown(uuid)
    await house.services.uploads.discard(intake)
    page = house.wall.pages(uuid)[-1]
    assert (page.version, page.page_no, page.total_number, page.data) == (0, 1, 0, [])
    assert isinstance(house.store, MemoryStore)
    assert (house.store.files, house.store.unfinished) == ({}, {})
    assert house.room(uuid).newest is None


@pytest.mark.parametrize(("checked", "kept"), [(True, True), (False, False)])
async def test_an_upload_whose_sender_is_gone_is_kept_if_it_can_be_resumed(
    house: House, checked: bool, kept: bool
) -> None:
    uuid = await house.document(table("a", 250))
    intake = await house.services.uploads.begin(uuid, "b.tsv", None, "", checked=checked)
    await intake.add(table("b", 50))
    await house.services.uploads.abandon(intake)
    assert len(house.services.uploads) == 0
    assert isinstance(house.store, MemoryStore)
    assert (intake.draft.key in house.store.unfinished) is kept
    assert (intake.draft.key in house.store.files) is kept


async def test_what_is_on_screens_stays_though_its_sender_is_gone(house: House) -> None:
    uuid = await house.document()
    intake = await house.services.uploads.begin(uuid, "a.tsv", None, "", checked=False)
    await intake.add(table("a", 250))
    await house.shown(uuid)
    await house.services.uploads.abandon(intake)
    await house.room(uuid).turn(2, HERON)
    page = house.wall.pages(uuid)[-1]
    assert (page.page_no, page.data) == (2, rows_of("a", 101, 200))


# Cut, and gone on with


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("fresh", [False, True])
async def test_an_upload_goes_on_from_what_is_stored(restart: bool, fresh: bool) -> None:
    store, whole = MemoryStore(), table("b", 250)
    async with started(store) as house:
        uuid = None if fresh else await house.document(table("a", 7))
        intake = await house.upload(uuid, whole[:1000])
        uuid, key = intake.draft.uuid, intake.draft.key
        await house.services.uploads.abandon(intake)
        again = House(store) if restart else house
        if restart:
            await house.services.stop()
            await again.services.start()
        intake = await again.services.uploads.resume(key)
        assert (intake.stored, intake.draft.uuid) == (1000, uuid)
        await intake.add(whole[700:], 700)
        version = await again.services.uploads.finish(intake, hashlib.sha256(whole).hexdigest())
        assert version.number == (1 if fresh else 2)
        await again.enter(uuid)
        assert (await again.room(uuid).page(3)).data == rows_of("b", 201, 250)


async def test_who_was_cut_off_from_the_answer_comes_back_for_it(house: House) -> None:
    whole = table("a", 250)
    intake = await house.upload(None, whole)
    version = await house.services.uploads.finish(intake)
    back = await house.services.uploads.resume(intake.draft.key)
    assert back.stored == len(whole)
    assert await house.services.uploads.finish(back, hashlib.sha256(whole).hexdigest()) == version
    await house.services.uploads.discard(await house.services.uploads.resume(intake.draft.key))
    await house.services.uploads.abandon(await house.services.uploads.resume(intake.draft.key))
    assert isinstance(house.store, MemoryStore)
    assert [one.number for one in house.store.records[intake.draft.uuid].versions] == [1]
    assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_a_connection_that_comes_back_before_the_cut_is_noticed_goes_on_too(house: House) -> None:
    whole = table("a", 250)
    cut = await house.upload(None, whole[:1000])
    back = await house.services.uploads.resume(cut.draft.key)
    assert back.stored == 1000
    await house.services.uploads.abandon(cut)
    await back.add(whole[1000:], 1000)
    version = await house.services.uploads.finish(back, hashlib.sha256(whole).hexdigest())
    assert (version.number, version.rows) == (1, 250)
    assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_who_finishes_twice_because_the_answer_was_cut_off_has_one_version() -> None:
    store = SlowDisk()
    async with started(store) as house:
        cut = await house.upload(None, table("a", 250))
        first = asyncio.create_task(house.services.uploads.finish(cut))
        await store.saving.wait()
        second = asyncio.create_task(house.services.uploads.finish(await house.services.uploads.resume(cut.draft.key)))
        await asyncio.sleep(0)
        store.may_save.set()
        assert await first == await second
        assert [version.number for version in store.records[cut.draft.uuid].versions] == [1]
        assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_what_could_not_be_saved_for_want_of_room_is_finished_later() -> None:
    store = FullDisk()
    async with started(store) as house:
        uuid = await house.document(table("a", 7))
        before = house.wall.of(uuid)
        intake = await house.upload(uuid, table("b", 250))
        store.full = "save"
        with pytest.raises(StorageFailed):
            await house.services.uploads.finish(intake)
        assert house.wall.of(uuid) == before
        assert len(house.services.uploads) == 0
        store.full = ""
        version = await house.services.uploads.finish(await house.services.uploads.resume(intake.draft.key))
        assert version.number == 2
        await house.leave(uuid)
        assert len(house.services.library) == 0


async def test_a_version_that_is_saved_is_one_though_its_draft_could_not_be_ended() -> None:
    store = FullDisk()
    async with started(store) as house:
        store.full = "end"
        uuid = await house.document(table("a", 250))
        assert (await house.room(uuid).page(3)).data == rows_of("a", 201, 250)
        store.full = ""
    async with started(store) as house:
        assert store.unfinished == {}
        await house.enter(uuid)
        assert house.room(uuid).newest is not None
