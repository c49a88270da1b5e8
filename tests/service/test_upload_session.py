"""An upload keeps to its states, whatever its senders do at the same time and whenever its disk fails."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

import pagecast.service.uploads
from pagecast.memory.store import MemoryDraft, MemoryStore
from pagecast.protocol.errors import PagecastError, StorageFailed, UnknownDocument, UnknownUpload
from pagecast.room.record import Record
from pagecast.service.intake import Intake
from pagecast.table.draft import Draft
from tests.service.house import House, started, table, until
from tests.service.stores import FullDisk, Leisurely, SlowDisk


async def test_a_sender_that_comes_back_finishes_what_could_not_be_saved_before() -> None:
    store = FullDisk()
    async with started(store) as house:
        whole = table("a", 250)
        cut = await house.upload(None, whole)
        back = await house.services.uploads.resume(cut.draft.key)
        store.full = "save"
        with pytest.raises(StorageFailed):
            await house.services.uploads.finish(cut)
        store.full = ""
        version = await house.services.uploads.finish(back, hashlib.sha256(whole).hexdigest())
        assert (version.number, version.rows) == (1, 250)
        assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_who_finishes_what_another_sender_has_thrown_away_is_told() -> None:
    async with started() as house:
        cut = await house.upload(None, table("a", 250))
        back = await house.services.uploads.resume(cut.draft.key)
        await house.services.uploads.discard(cut)
        with pytest.raises(UnknownUpload):
            await house.services.uploads.finish(back)
        assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_to_discard_an_upload_that_is_being_finished_is_too_late() -> None:
    store = SlowDisk()
    async with started(store) as house:
        cut = await house.upload(None, table("a", 250))
        finishing = asyncio.create_task(house.services.uploads.finish(cut))
        await store.saving.wait()
        back = await house.services.uploads.resume(cut.draft.key)
        discarding = asyncio.create_task(house.services.uploads.discard(back))
        await asyncio.sleep(0)
        store.may_save.set()
        version = await finishing
        await discarding
        assert [kept.number for kept in store.records[cut.draft.uuid].versions] == [version.number]
        assert set(store.files) == {version.key}


async def test_the_uploads_that_finished_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.uploads, "REMEMBERED", 2)
    async with started() as house:
        uuid = await house.document(table("a", 1))
        intakes = [await house.upload(uuid, table(name, 3)) for name in "bcde"]
        held = intakes.pop()
        again = await house.services.uploads.resume(held.draft.key)
        await house.services.uploads.finish(held)
        for intake in reversed(intakes):
            await house.services.uploads.finish(intake)
        assert (await house.services.uploads.finish(again)).rows == 3, "it was held all the while"
        with pytest.raises(UnknownUpload):
            await house.services.uploads.resume(intakes[2].draft.key)
        for intake in (intakes[0], held):
            await house.services.uploads.abandon(await house.services.uploads.resume(intake.draft.key))


class Gate(MemoryStore):
    """A store that reopens an upload, or renews it once it is closed, when it may; its bytes are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.free.set()
        self.reopened = 0

    async def reopen(self, draft: Draft) -> MemoryDraft:
        self.reopened += 1
        await self.free.wait()
        return await super().reopen(draft)

    async def renew(self, draft: Draft) -> None:
        await self.free.wait()


async def test_a_sender_that_comes_while_the_last_one_closes_waits_and_goes_on() -> None:
    store = Gate()
    async with started(store) as house:
        whole = table("a", 250)
        cut = await house.upload(None, whole[:1000])
        store.free.clear()
        closing = asyncio.create_task(house.services.uploads.abandon(cut))
        await until(lambda: len(house.services.uploads) == 0)
        resuming = asyncio.create_task(house.services.uploads.resume(cut.draft.key))
        await asyncio.sleep(0.01)
        assert not resuming.done()
        store.free.set()
        await closing
        back = await resuming
        assert back.stored == 1000
        await back.add(whole[1000:], 1000)
        assert (await house.services.uploads.finish(back)).rows == 250
        assert len(house.services.library) == 0


async def test_senders_that_come_back_at_once_have_the_stored_bytes_read_once() -> None:
    store = Gate()
    async with started(store) as house:
        cut = await house.upload(None, table("a", 250))
        await house.services.uploads.abandon(cut)
        store.free.clear()
        resuming = [asyncio.create_task(house.services.uploads.resume(cut.draft.key)) for _ in range(3)]
        await until(lambda: store.reopened)
        store.free.set()
        told = await asyncio.gather(*resuming, return_exceptions=True)
        intakes = [one for one in told if isinstance(one, Intake)]
        assert store.reopened == 1
        assert len(set(map(id, intakes))) == 1, "it is the same upload, and the last to come goes on with it"
        for intake in intakes:
            await house.services.uploads.abandon(intake)
        assert (len(house.services.uploads), len(house.services.library)) == (0, 0)


async def test_stored_bytes_that_are_no_table_are_no_document() -> None:
    store = MemoryStore()
    async with started(store) as house:
        uuid = await house.document()
        draft = Draft("c2b7", uuid, "a.tsv", None, "", "2026-11-21T09:30:00Z", checked=True)
        await house.leave(uuid)
        (await store.begin(draft)).write(b"\x89PNG\r\n\x1a\n" + bytes(100))
        await house.services.start()
        with pytest.raises(UnknownDocument):
            await house.enter(uuid)
        assert (store.files, store.unfinished, len(house.services.library)) == ({}, {}, 0)


class Unreliable(Leisurely):
    """A store that takes its time, and fails one time in eight."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance

    def _may_fail(self) -> None:
        if self.chance.random() < 1 / 8:
            raise StorageFailed

    async def save(self, uuid: str, record: Record) -> Record:
        self._may_fail()
        return await super().save(uuid, record)

    async def begin(self, draft: Draft) -> MemoryDraft:
        self._may_fail()
        return await super().begin(draft)

    async def reopen(self, draft: Draft) -> MemoryDraft:
        await asyncio.sleep(0)
        self._may_fail()
        return await super().reopen(draft)

    async def end(self, draft: Draft) -> None:
        self._may_fail()
        await super().end(draft)

    async def renew(self, draft: Draft) -> None:
        await asyncio.sleep(0)
        self._may_fail()


WHOLE = table("a", 60)


async def sender(house: House, uuid: str | None, keys: list[str], chance: random.Random) -> None:
    """Begin an upload or resume one, send some of it, and end in one of all ways."""
    uploads = house.services.uploads
    ends: list[Callable[[Intake], Awaitable[object]]] = [
        uploads.finish,
        uploads.finish,
        uploads.abandon,
        uploads.discard,
    ]
    intake = None
    try:
        if keys and chance.random() < 0.7:
            intake = await uploads.resume(chance.choice(keys))
        else:
            intake = await uploads.begin(uuid, "a.tsv", None, "", checked=chance.random() < 0.7)
            keys.append(intake.draft.key)
        offset = intake.received
        for _ in range(chance.randrange(3)):
            await intake.add(WHOLE[offset : offset + 200], offset)
            offset += 200
    except PagecastError:
        pass
    if intake is not None:
        with suppress(PagecastError):
            await chance.choice(ends)(intake)


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_senders_do_at_once_nothing_is_left_open(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecast.service.uploads, "MOST_UNFINISHED", 3)
    chance = random.Random(seed)
    store = Unreliable(chance) if seed % 2 else Leisurely()
    house, keys = House(store), list[str]()
    uuid = await house.enter(None)
    for _ in range(6):
        await asyncio.gather(*(sender(house, chance.choice([uuid, None]), keys, chance) for _ in range(5)))
    assert len(house.services.uploads) == 0
    await house.leave(uuid)
    assert len(house.services.library) == 0
    for record in store.records.values():
        for version in record.versions:
            assert len(await store.original("", version, range(10**6))) == version.received
