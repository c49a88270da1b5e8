"""The library shows whole tables in one order, keeps what is finished, and lets go of what nobody holds."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

import pytest

import pagecast.service.uploads
from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.store import MemoryStore
from pagecast.ports import TableFile
from pagecast.protocol.errors import (
    ChecksumMismatch,
    EmptyFile,
    NotATable,
    NotYourTurn,
    PageOutOfRange,
    StorageFailed,
    TooLarge,
    UnknownDocument,
    UnknownUpload,
)
from pagecast.protocol.names import is_uuid
from pagecast.protocol.people import People, Place, Present
from pagecast.protocol.presenting import Wheel
from pagecast.protocol.tables import Document, Page
from pagecast.protocol.talk import Select
from pagecast.room.events import Event
from pagecast.room.record import Record
from pagecast.service.intake import Intake
from pagecast.table.draft import Draft
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW, ColumnWindow, viewer_window
from tests.service.house import HERON, OTTER, House, rows_of, started, table, until
from tests.table.pieces import pieces_of

T = TypeVar("T")

NOBODY_KNOWS = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


class Leisurely(MemoryStore):
    """A store that takes its time, now more and now less: what was asked first need not be there first."""

    calls = 0

    async def load(self, uuid: str) -> Record | None:
        return await self._late(super().load(uuid))

    async def save(self, uuid: str, record: Record) -> Record:
        return await self._late(super().save(uuid, record))

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return await self._late(super().read(uuid, version, work))

    async def _late(self, work: Coroutine[Any, Any, T]) -> T:
        self.calls += 1
        for _ in range(7 * self.calls % 11):
            await asyncio.sleep(0)
        return await work


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with started() as running:
        yield running


# Pages


async def test_a_new_document_has_a_fresh_uuid_and_nothing_to_show(house: House) -> None:
    one, other = await house.enter(None), await house.enter(None)
    assert one != other
    assert is_uuid(one)
    told: list[Document | Page | Wheel] = []
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
    told: list[Document | Page | Wheel] = []
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
        told: list[Document | Page | Wheel] = []
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


# The wheel


async def test_who_has_the_wheel_turns_the_pages_and_nobody_else(house: House) -> None:
    uuid = await house.document(table("a", 950))
    for viewer, person in (("one", OTTER), ("two", HERON)):
        await house.room(uuid).join(viewer, person)
    await house.room(uuid).take_control(OTTER)
    for somebody in (HERON, None):
        with pytest.raises(NotYourTurn, match="Only Otter turns"):
            await house.room(uuid).turn(2, somebody)
    for hand in (house.room(uuid).take_control(HERON), house.room(uuid).give_control(HERON, None)):
        with pytest.raises(NotYourTurn):
            await hand
    await house.room(uuid).turn(3, OTTER)
    await house.room(uuid).request_control(HERON)
    await house.room(uuid).give_control(OTTER, HERON.who)
    await house.room(uuid).turn(4, HERON)
    await house.room(uuid).give_control(HERON, None)
    await house.room(uuid).turn(5, OTTER)
    assert [page.page_no for page in house.wall.pages(uuid)] == [1, 3, 4, 5]
    wheels = [frame for _, frame in house.wall.frames if isinstance(frame, Wheel)]
    told = [(OTTER, []), (OTTER, [HERON]), (HERON, []), (None, [])]
    assert wheels == [Wheel(by, False, asking) for by, asking in told]


async def test_who_asks_for_a_wheel_that_is_free_has_it_and_who_joins_is_told(house: House) -> None:
    uuid = await house.document()
    await house.room(uuid).join("one", OTTER)
    await house.room(uuid).request_control(OTTER)
    told: list[Document | Page | Wheel] = []
    await house.room(uuid).send_state(told.append, FIRST_WINDOW)
    assert told == [Wheel(OTTER, False, [])]


def wheels_of(house: House) -> list[Wheel]:
    """What everyone was told of the wheel."""
    return [frame for _, frame in house.wall.frames if isinstance(frame, Wheel)]


NEVER_S = 3600


async def test_who_only_loads_the_page_again_has_the_wheel_and_was_never_away() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=NEVER_S)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).take_control(OTTER)
        await house.room(uuid).leave("one")
        with pytest.raises(NotYourTurn):
            await house.room(uuid).turn(3, HERON)
        await house.room(uuid).join("another", OTTER)
        await house.room(uuid).turn(2, OTTER)
        assert wheels_of(house) == [Wheel(OTTER, False, [])]
        await house.room(uuid).leave("another")
        await house.leave(uuid)
        assert len(house.services.library) == 0, "nobody waits for the wheel of a room that is closed"


async def test_that_who_has_the_wheel_is_away_is_told_and_it_waits_for_them() -> None:
    async with started(limits=Limits(presenter_missed_s=0, presenter_grace_s=NEVER_S)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).take_control(OTTER)
        await house.room(uuid).leave("one")
        await until(lambda: Wheel(OTTER, True, []) in wheels_of(house))
        told: list[Document | Page | Wheel] = []
        await house.room(uuid).send_state(told.append, FIRST_WINDOW)
        assert told[0] == Wheel(OTTER, True, []), "who joins meanwhile is told too"
        await house.room(uuid).join("two", HERON)
        await house.room(uuid).join("another", OTTER)
        await house.room(uuid).turn(2, OTTER)
        assert wheels_of(house) == [Wheel(OTTER, away, []) for away in (False, True, False)]


async def test_the_wheel_is_free_when_who_had_it_does_not_come_back() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=0)) as house:
        uuid = await house.document(table("a", 950))
        await house.room(uuid).join("one", OTTER)
        await house.room(uuid).take_control(OTTER)
        await house.room(uuid).leave("one")
        await until(lambda: (uuid, Wheel(None, False, [])) in house.wall.frames)
        await house.room(uuid).turn(3, HERON)


async def test_the_wheel_goes_to_who_asked_for_it_when_who_had_it_does_not_come_back() -> None:
    async with started(limits=Limits(presenter_missed_s=NEVER_S, presenter_grace_s=0)) as house:
        uuid = await house.document(table("a", 950))
        for viewer, person in (("one", OTTER), ("two", HERON)):
            await house.room(uuid).join(viewer, person)
        await house.room(uuid).take_control(OTTER)
        await house.room(uuid).request_control(HERON)
        await house.room(uuid).leave("one")
        await until(lambda: Wheel(HERON, False, []) in wheels_of(house))
        await house.room(uuid).turn(3, HERON)
        with pytest.raises(NotYourTurn):
            await house.room(uuid).turn(3, OTTER)


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


class SlowDisk(MemoryStore):
    """A store that saves when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.saving, self.may_save = asyncio.Event(), asyncio.Event()

    async def save(self, uuid: str, record: Record) -> Record:
        self.saving.set()
        await self.may_save.wait()
        return await super().save(uuid, record)


async def test_the_page_stays_however_long_the_last_step_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pagecast.service.open_room.BROADCAST_EVERY_S", 0.001)
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


class FullDisk(MemoryStore):
    """A store that can refuse to save a record, or to end a draft."""

    full = ""

    async def save(self, uuid: str, record: Record) -> Record:
        if self.full == "save":
            raise StorageFailed
        return await super().save(uuid, record)

    async def end(self, draft: Draft) -> None:
        if self.full == "end":
            raise StorageFailed
        await super().end(draft)


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
