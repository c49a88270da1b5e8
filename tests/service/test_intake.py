"""An intake takes each byte once, says what is safe, and ends in a version or in one clear error."""

import asyncio
import hashlib
import threading
from collections.abc import Iterator

import pytest

from pagecast.memory.store import MemoryDraft, MemoryStore
from pagecast.ports.storage import DraftFile
from pagecast.protocol.errors import (
    ChecksumMismatch,
    EmptyFile,
    LongerThanSaid,
    NotATable,
    PagecastError,
    StorageFailed,
    TakenOver,
    TooLarge,
    WrongOffset,
)
from pagecast.protocol.facts import changed
from pagecast.service.intake import Intake
from pagecast.table.cells import rows_of
from pagecast.table.draft import Draft
from pagecast.table.expand import Bounds
from pagecast.table.ingest import UNBOUNDED
from pagecast.table.version import Version
from tests.service.house import page_of
from tests.table.pieces import pieces_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
TABLE = b"city\tpeople\n" + b"".join(b"Oslo\t%d\n" % row for row in range(249))
SHA256 = hashlib.sha256(TABLE).hexdigest()


def draft_of(size: int | None = len(TABLE), *, checked: bool = True) -> Draft:
    return Draft("c2b7", UUID, "cities.tsv", size, "", "2026-11-21T09:30:00Z", checked)


async def begun(draft: Draft | None = None, *, max_size: int = 10**9) -> tuple[Intake, MemoryStore]:
    store, draft = MemoryStore(), draft or draft_of()
    return Intake(draft, await store.begin(draft), Bounds(max_size)), store


async def rows_read(store: MemoryStore, version: Version) -> list[list[str]]:
    return [row for page in range(1, version.pages + 1) for row in rows_of(await page_of(store, UUID, version, page))]


def rows_in(file: bytes) -> list[list[str]]:
    return [line.split("\t") for line in file.decode().splitlines()]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("size", [1, 100, 1000, len(TABLE)])
async def test_what_was_taken_in_pieces_is_the_file(size: int, checked: bool) -> None:
    intake, store = await begun(draft_of(checked=checked))
    for piece in pieces_of(TABLE, size):
        await intake.add(piece)
    await intake.finish(SHA256 if checked else None)
    version = intake.version(7)
    assert version is not None
    assert (version.number, version.complete, version.rows) == (7, True, 250)
    assert version.size == version.received == len(TABLE)
    assert await rows_read(store, version) == rows_in(TABLE)
    assert await store.original(UUID, version, range(len(TABLE))) == TABLE


async def test_a_version_is_readable_at_every_moment_it_is_told_of() -> None:
    intake, store = await begun()
    told: list[Version] = []
    intake.listeners.append(lambda: told.extend(filter(None, [intake.version(1)])))
    for piece in pieces_of(TABLE, 700):
        await intake.add(piece)
        for version in told:
            assert not version.complete
            assert await rows_read(store, version) == rows_in(TABLE)[: version.rows]
    await intake.settled()
    assert [version.received for version in told] == [len(TABLE[: 700 * n]) for n in range(1, len(told) + 1)]


async def test_before_the_first_row_there_is_no_version() -> None:
    intake, _ = await begun()
    await intake.add(b"ci")
    await intake.add(b"ty")
    await intake.settled()
    assert intake.version(1) is None
    await intake.add(b"\tpeople\nOs")
    await intake.settled()
    version = intake.version(1)
    assert version is not None
    assert (version.rows, version.received) == (1, 14)


async def test_a_chunk_that_is_here_already_is_passed_over() -> None:
    intake, store = await begun()
    for offset in (0, 0, 300, 100, 500, 0):
        await intake.add(TABLE[offset : offset + 400], offset)
    await intake.settled()
    assert intake.received == intake.stored == 900
    await intake.add(TABLE[900:], 900)
    await intake.add(TABLE, 0)
    await intake.finish(SHA256)
    version = intake.version(1)
    assert version is not None
    assert await rows_read(store, version) == rows_in(TABLE)


async def test_a_chunk_that_leaves_a_gap_changes_nothing() -> None:
    intake, _ = await begun()
    await intake.add(TABLE[:100], 0)
    with pytest.raises(WrongOffset) as caught:
        await intake.add(TABLE[200:300], 200)
    assert (caught.value.offset, caught.value.stored) == (200, 100)
    assert intake.stored == 100
    await intake.add(TABLE[100:], 100)
    await intake.finish(SHA256)


async def test_an_empty_chunk_is_nothing() -> None:
    intake, _ = await begun()
    for offset in (None, 0):
        await intake.add(b"", offset)
    assert intake.received == 0
    with pytest.raises(WrongOffset):
        await intake.add(b"", 1)


async def test_more_than_the_server_takes_is_refused_and_not_kept() -> None:
    intake, store = await begun(max_size=1000)
    await intake.add(TABLE[:900])
    with pytest.raises(TooLarge):
        await intake.add(TABLE[900:1001])
    assert intake.stored == 900
    assert bytes(store.files["c2b7"].original) == TABLE[:900]
    await intake.add(TABLE[900:1000])


@pytest.mark.parametrize("sha256", ["", "0" * 64, SHA256.upper(), hashlib.sha256(TABLE[:-1]).hexdigest()])
async def test_another_sum_is_a_mismatch(sha256: str) -> None:
    intake, _ = await begun()
    await intake.add(TABLE)
    with pytest.raises(ChecksumMismatch):
        await intake.finish(sha256)


async def test_less_than_was_said_is_a_mismatch() -> None:
    intake, _ = await begun(draft_of(len(TABLE) + 1, checked=False))
    await intake.add(TABLE)
    with pytest.raises(ChecksumMismatch):
        await intake.finish()


@pytest.mark.parametrize("said", [0, 1, len(TABLE) - 1])
async def test_more_than_was_said_is_refused_as_it_comes(said: int) -> None:
    intake, _ = await begun(draft_of(said, checked=False))
    await intake.add(TABLE[:said])
    with pytest.raises(LongerThanSaid):
        await intake.add(TABLE[said:])


@pytest.mark.parametrize("file", [b"", b"\n\n", b"\xef\xbb\xbf"])
async def test_a_file_without_a_row_is_refused(file: bytes) -> None:
    intake, _ = await begun(draft_of(len(file)))
    await intake.add(file)
    with pytest.raises(EmptyFile):
        await intake.finish(hashlib.sha256(file).hexdigest())


@pytest.mark.parametrize("size", [16, 2**20 + 1])
async def test_what_is_wrong_with_a_piece_ends_the_intake(size: int) -> None:
    intake, _ = await begun(draft_of(None))
    called: list[PagecastError | None] = []
    intake.listeners.append(lambda: called.append(intake.failure))
    await intake.add(b"\x89PNG\r\n\x1a\n" + bytes(size))
    await intake.settled()
    assert isinstance(intake.failure, NotATable)
    assert called == [intake.failure]
    assert intake.stored == 0
    for again in (intake.add(b"more"), intake.add(b"", 0), intake.finish()):
        with pytest.raises(NotATable):
            await again


class BrokenDisk(MemoryDraft):
    """A disk on which one of the verbs does not work."""

    broken = ""

    def write(self, data: bytes) -> None:
        self._fail("write")
        super().write(data)

    def sync(self) -> None:
        self._fail("sync")

    def commit(self) -> None:
        self._fail("commit")
        super().commit()

    def _fail(self, verb: str) -> None:
        if self.broken == verb:
            raise StorageFailed


@pytest.mark.parametrize("verb", ["write", "sync"])
async def test_what_the_disk_refused_is_not_acknowledged(verb: str) -> None:
    store, draft = MemoryStore(), draft_of()
    await store.begin(draft)
    disk = BrokenDisk(store, draft.key)
    intake = Intake(draft, disk, UNBOUNDED)
    await intake.add(TABLE[:500])
    await intake.settled()
    disk.broken = verb
    await intake.add(TABLE[500:900])
    await intake.settled()
    assert intake.stored == 500
    for again in (intake.add(TABLE[900:]), intake.finish(SHA256)):
        with pytest.raises(StorageFailed):
            await again
    await intake.close()

    resumed = await reopened(store, draft)
    assert resumed.stored >= 500
    await resumed.add(TABLE[resumed.stored :], resumed.stored)
    await resumed.finish(SHA256)


async def test_what_could_not_be_committed_can_be_gone_on_with() -> None:
    store, draft = MemoryStore(), draft_of()
    await store.begin(draft)
    disk = BrokenDisk(store, draft.key)
    disk.broken = "commit"
    intake = Intake(draft, disk, UNBOUNDED)
    await intake.add(TABLE)
    for _ in range(2):
        with pytest.raises(StorageFailed):
            await intake.finish(SHA256)
    await intake.close()
    resumed = await reopened(store, draft)
    assert resumed.stored == len(TABLE)
    await resumed.finish(SHA256)
    version = resumed.version(1)
    assert version is not None
    assert await rows_read(store, version) == rows_in(TABLE)


async def reopened(store: MemoryStore, draft: Draft) -> Intake:
    intake = Intake(draft, await store.reopen(draft), UNBOUNDED)
    await intake.replay()
    return intake


@pytest.mark.parametrize("at", [0, 1, 12, 1000, len(TABLE)])
async def test_gone_on_with_it_is_as_if_it_had_never_been_cut(at: int) -> None:
    first, store = await begun()
    await first.add(TABLE[:at])
    await first.settled()
    before = first.version(1)
    await first.close()
    intake = await reopened(store, draft_of())
    assert intake.received == intake.stored == at
    assert intake.version(1) == (before and changed(before, edition=2))
    await intake.add(TABLE[at:], at)
    await intake.finish(SHA256)
    version = intake.version(1)
    assert version is not None
    assert (version.rows, version.dialect.header, version.kinds) == (250, True, "tn")
    assert await rows_read(store, version) == rows_in(TABLE)


async def test_one_piece_is_taken_while_the_one_before_it_is_written() -> None:
    intake, _ = await begun()
    await intake.add(TABLE[:500])
    assert intake.received == 500
    await asyncio.gather(intake.add(TABLE[500:900], 500), intake.add(TABLE[900:1000], 900))
    await intake.settled()
    assert intake.stored == 1000


async def test_what_is_thrown_away_is_gone() -> None:
    intake, store = await begun()
    await intake.add(TABLE)
    await intake.discard()
    assert store.files == {}


def test_a_draft_in_memory_is_one_for_an_intake() -> None:
    file: DraftFile = MemoryDraft(MemoryStore(), "c2b7")
    file.close()


async def test_nothing_is_added_to_what_its_sender_has_called_whole() -> None:
    intake, store = await begun(draft_of(None))
    await intake.add(TABLE)
    finishing = asyncio.create_task(intake.finish(SHA256))
    await asyncio.sleep(0)
    for _ in range(2):
        with pytest.raises(LongerThanSaid):
            await intake.add(b"more\n", len(TABLE))
        await finishing
    await intake.add(TABLE[100:], 100)  # it is here already
    version = intake.version(1)
    assert version is not None
    assert await store.original(UUID, version, range(10**6)) == TABLE


class Slow(MemoryStore):
    """A store that takes a piece in when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()

    async def begin(self, draft: Draft) -> MemoryDraft:
        file = await super().begin(draft)
        sync = file.sync

        def wait_and_sync() -> None:
            self.free.wait()
            sync()

        file.sync = wait_and_sync  # type: ignore[method-assign]
        return file


async def test_a_takeover_waits_for_the_store_and_the_sender_before_adds_no_more() -> None:
    store = Slow()
    intake = Intake(draft_of(), await store.begin(draft_of()), UNBOUNDED)
    parted: list[int] = []

    async def part() -> None:
        parted.append(intake.received)

    intake.takeovers.append(part)
    await intake.add(TABLE[:100], 0)
    late = asyncio.create_task(intake.add(TABLE[100:200], 100))
    await asyncio.sleep(0)
    taking = asyncio.create_task(intake.take_over())
    await asyncio.sleep(0)
    assert (parted, intake.stored, taking.done()) == ([100], 0, False)
    store.free.set()
    await taking
    with pytest.raises(TakenOver):
        await late
    assert (intake.received, intake.stored) == (100, 100), "it does not move behind the back of who goes on"
    await intake.add(TABLE[100:], 100)
    await intake.finish(SHA256)


async def test_a_cancelled_replay_is_over_when_its_thread_is_and_reads_no_further() -> None:
    store = MemoryStore()
    await store.begin(draft_of())
    begun, free, blocks = threading.Event(), threading.Event(), iter([b"a\tb\n"] * 3)

    class LongFile(MemoryDraft):
        def replay(self) -> Iterator[bytes]:
            for block in blocks:
                yield block
                begun.set()
                free.wait()

    intake = Intake(draft_of(), LongFile(store, "c2b7"), UNBOUNDED)
    replaying = asyncio.create_task(intake.replay())
    await asyncio.to_thread(begun.wait)
    replaying.cancel()
    await asyncio.sleep(0.01)
    assert not replaying.done(), "its thread still holds the file"
    free.set()
    with pytest.raises(asyncio.CancelledError):
        await replaying
    assert list(blocks) == [b"a\tb\n"], "one block was under way, and one was read before that was known"
