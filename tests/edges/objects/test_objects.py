"""What two servers do to one bucket, what is in it while an upload arrives, and what is removed from it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from pagecast.edges.disk.space import Space
from pagecast.edges.objects import drafts as drafts_module
from pagecast.edges.objects import engine_files, sweeping
from pagecast.edges.objects import objects as objects_module
from pagecast.edges.objects.bucket import Bucket
from pagecast.edges.objects.store import ObjectStore
from pagecast.edges.objects.sweeping import Sweeps
from pagecast.ports.storage import RecordChanged
from pagecast.protocol.errors import ServerFull, StorageFailed, TakenOver
from pagecast.protocol.facts import changed
from pagecast.room.record import Record
from pagecast.table.draft import Draft
from pagecast.table.ingest import Ingest
from pagecast.table.version import Version
from tests.seaweed import BUCKET, Seaweed
from tests.service.house import page_of, save, until, version_of
from tests.table.pieces import pieces_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
OTHER = "0f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
READER = "d1f3a0c6-58b4-4f0e-9a27-6c1be02f7d43"
TABLE = b"".join(b"%d\tcell\n" % row for row in range(1, 5001))
PAGE = TABLE[: TABLE.index(b"101\t")]

Open = Callable[..., ObjectStore]


@pytest.fixture
def bucket(object_store: Seaweed) -> Bucket:
    return Bucket(f"s3://{BUCKET}/{uuid4()}")


@pytest.fixture
def servers(bucket: Bucket, tmp_path: Path) -> Open:
    """Stores of as many servers as are asked for, each with a folder of its own."""

    def opened(most: int = 2**62) -> ObjectStore:
        folder = tmp_path / str(uuid4())
        folder.mkdir()
        return ObjectStore(bucket, folder, Space(folder), most=most)

    return opened


def draft_of(key: str, size: int | None = None) -> Draft:
    return Draft(key, UUID, "cities.tsv", size, "", "2026-11-21T09:30:00Z", checked=True)


def version(key: str, ingest: Ingest, received: int, edition: int) -> Version:
    scanner = ingest.scanner
    plain = version_of(scanner.rows, key)
    return changed(plain, received=received, table_size=scanner.scanned, clean=ingest.clean, edition=edition)


async def stored(store: ObjectStore, key: str, table: bytes = TABLE) -> Version:
    file, ingest = await store.begin(draft_of(key)), Ingest()
    for piece in (*pieces_of(table, 9000), None):
        if piece is not None:
            file.write(piece)
        file.append(ingest.finish() if piece is None else ingest.feed(piece))
    file.commit()
    await store.end(draft_of(key))
    return version(key, ingest, len(table), file.edition)


def folder_of(store: ObjectStore) -> Path:
    """Where the engine of a server has the files of the document."""
    return store.files._documents / UUID


def paths(bucket: Bucket, folder: str) -> list[str]:
    return [one.path for one in bucket.list(folder)]


async def test_a_version_is_read_by_every_server(servers: Open) -> None:
    one, other = servers(), servers()
    stored_one = await stored(one, "a1")
    assert await page_of(other, UUID, stored_one, 1) == PAGE
    assert await other.original(UUID, stored_one, range(len(TABLE))) == TABLE


async def test_a_deleted_document_leaves_the_caches_of_all_servers(servers: Open) -> None:
    one, other = servers(), servers()
    version = await stored(one, "a1")
    await save(one, UUID, Record(versions=(version,), reader=READER))
    for server in (one, other):
        assert await page_of(server, UUID, version, 1) == PAGE
        assert server.blocks.used > 0
        await server.files.fetch_table(UUID, version)
    await one.delete(UUID, READER)
    assert (one.blocks.used, folder_of(one).exists()) == (0, False)
    for path in folder_of(other).iterdir():
        os.utime(path, (0, 0))  # a young one may be on its way
    await other.sweep(30, frozenset())  # it did not hear of it
    assert (other.blocks.used, folder_of(other).exists()) == (0, False)
    assert not list((folder_of(other).parents[1] / "blocks").iterdir())


async def test_a_table_that_grows_at_one_server_is_read_at_the_other(servers: Open) -> None:
    one, other = servers(), servers()
    short = await stored(one, "a1")
    assert await page_of(other, UUID, short, 1) == PAGE
    file, ingest = await one.extend(draft_of("a1"), short), Ingest()
    ingest.feed(TABLE)
    file.write(b"more\trows\n")
    file.append(ingest.feed(b"more\trows\n"))
    file.append(ingest.finish())
    file.commit()
    long = version("a1", ingest, len(TABLE) + 10, short.edition)
    assert (await page_of(other, UUID, long, long.pages)).endswith(b"more\trows\n")


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["clean", "not clean"])
async def test_rows_of_an_append_that_a_crash_cut_are_found_again(servers: Open, line_end: bytes) -> None:
    whole = TABLE.replace(b"\n", line_end)
    before, more = await stored(servers(), "a1", whole), [b"1\tmore" + line_end, b"2\tmore" + line_end]
    for times in (1, 2):  # the second time, after another crash
        file = await servers().extend(draft_of("a1"), before)
        if times == 2:
            assert b"".join(file.replay()) == more[0]
        file.write(more[times - 1])
        file.append(Ingest().feed(more[times - 1]))
        file.flush()
    store, ingest = servers(), Ingest()
    file = await store.extend(draft_of("a1"), before)
    ingest.feed(whole)
    for data in file.replay():
        assert data == b"".join(more)
        file.append(ingest.feed(data))
    file.append(ingest.finish())
    file.commit()
    after = version("a1", ingest, len(whole) + len(b"".join(more)), before.edition)
    assert (await page_of(servers(), UUID, after, after.pages)).endswith(b"1\tmore\n2\tmore\n")
    file = await store.extend(draft_of("a1"), after)
    file.write(b"no\tmore" + line_end)
    file.discard()
    assert await servers().original(UUID, after, range(len(whole), len(whole) + 99)) == b"".join(more)


async def test_two_servers_that_append_to_one_table_do_not_mix_their_rows(servers: Open) -> None:
    one, other = servers(), servers()
    before = await stored(one, "a1")
    files = [await store.extend(draft_of("a1"), before) for store in (one, other)]
    for file, row in zip(files, (b"of\tone\n", b"the\tother\n"), strict=True):
        file.write(row)
    files[0].commit()
    with pytest.raises(TakenOver):
        files[1].commit()
    files[1].discard()
    found = await servers().original(UUID, changed(before, received=len(TABLE) + 7), range(len(TABLE), len(TABLE) + 99))
    assert found == b"of\tone\n"


async def test_an_upload_that_another_server_took_over_is_not_discarded(servers: Open, bucket: Bucket) -> None:
    one, other, draft = servers(), servers(), draft_of("a1")
    first = await one.begin(draft)
    first.write(TABLE[:5000])
    first.sync()
    assert await other.load_draft("a1") == draft
    assert (await one.drafts(), await other.drafts()) == ([], [draft])
    second = await other.reopen(draft)
    assert b"".join(second.replay()) == TABLE[:5000]
    second.write(TABLE[5000:])
    second.sync()
    first.write(TABLE[5000:][::-1])
    with pytest.raises(TakenOver):
        first.sync()
    first.discard()
    await one.renew(draft)
    assert await one.drafts() == []
    again = await other.reopen(draft)
    assert b"".join(again.replay()) == TABLE


async def test_what_is_acknowledged_is_in_the_bucket_while_the_rest_arrives(servers: Open, bucket: Bucket) -> None:
    file = await servers().begin(draft_of("a1"))
    for offset in range(0, len(TABLE), 10_000):
        file.write(TABLE[offset : offset + 10_000])
        file.sync()
        other = await servers().reopen(draft_of("a1"))
        assert b"".join(other.replay()) == TABLE[: offset + 10_000]
    segments = [path for path in paths(bucket, f"documents/{UUID}/a1") if "original" in path]
    assert len(segments) == 1, "small pieces are stored as one"


async def test_a_large_file_is_stored_segment_by_segment(
    servers: Open, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts_module, "SEGMENT_BYTES", 4096)
    file = await servers().begin(draft_of("a1"))
    file.write(TABLE[:30_000])
    assert len(paths(bucket, f"documents/{UUID}/a1")) > 4, "before it is whole"
    file.write(TABLE[30_000:])
    file.sync()
    store = servers()
    assert store.objects.manifest(UUID, "a1").original.size == len(TABLE)
    assert len(store.objects.manifest(UUID, "a1").original.runs) == 2, "the manifest stays small"


async def test_rows_that_trickle_in_are_stored_by_themselves(
    servers: Open, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "FLUSH_S", 0.05)
    file = await servers().begin(draft_of("a1"))
    file.write(b"a\tb\n")
    end = time.monotonic() + 60
    while servers().objects.manifest(UUID, "a1").original.size < 4:
        assert time.monotonic() < end
        time.sleep(0.02)
    file.close()


async def test_a_table_that_arrives_at_one_server_is_read_at_the_other(servers: Open) -> None:
    file, ingest = await servers().begin(draft_of("a1")), Ingest()
    file.write(TABLE)
    file.append(ingest.feed(TABLE))
    arriving = changed(version("a1", ingest, len(TABLE), file.edition), complete=False)
    assert await page_of(servers(), UUID, arriving, 1) == PAGE, "once it is stored, which takes a moment"
    file.close()


async def test_a_save_that_another_server_was_faster_with_is_refused(servers: Open) -> None:
    one, other = servers(), servers()
    first = await one.save(UUID, Record(1, (version_of(7),), READER))
    assert await other.load(UUID) == first
    second = await other.save(UUID, changed(first, page_no=2))
    with pytest.raises(RecordChanged):
        await one.save(UUID, changed(first, page_no=3))
    assert await one.load(UUID) == second
    assert (await one.save(UUID, changed(second, page_no=3))).revision == 3


async def test_the_limit_holds_for_all_tables_of_the_bucket(servers: Open) -> None:
    first = await stored(servers(), "a1")
    store = servers(most=2 * len(TABLE))
    store.sweeper.count()
    assert store.used > len(TABLE)
    await store.check_room(1000)
    with pytest.raises(ServerFull):
        await store.check_room(len(TABLE))
    file = await store.begin(draft_of("b2"))
    with pytest.raises(ServerFull):
        file.write(TABLE)
    file.discard()
    await store.remove_version(UUID, first)
    await store.check_room(len(TABLE))


async def test_an_expired_document_is_removed_whole_and_others_stay(servers: Open, bucket: Bucket) -> None:
    store = servers()
    await save(store, UUID, Record(1, (await stored(store, "a1"),), READER))
    await store.sweep(1, frozenset())
    assert await store.find(READER) == UUID
    await store.sweep(-1, frozenset({UUID}))
    assert await store.load(UUID)
    await store.sweep(-1, frozenset())
    assert await store.load(UUID) is None
    assert await store.find(READER) is None
    assert paths(bucket, "documents") == paths(bucket, "opened") == paths(bucket, "readers") == []
    assert store.used == 0


async def test_what_a_crash_left_behind_is_swept_and_nothing_else(
    servers: Open, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = servers()
    kept, gone = await stored(store, "a1"), await stored(store, "b2")
    await save(store, UUID, Record(1, (kept,), READER))
    (await store.begin(draft_of("c3"))).sync()
    bucket.put(f"documents/{UUID}/a1/1-table-lost", b"left by a crash")
    lost = [f"opened/{OTHER}", f"readers/{READER}/{OTHER}"]
    for path in lost:
        bucket.put(path, b"")
    await store.sweep(30, frozenset())
    assert await page_of(store, UUID, gone, 1) == PAGE, "it may be young"
    assert set(lost) <= {*paths(bucket, "opened"), *paths(bucket, "readers")}
    monkeypatch.setattr(sweeping, "ORPHAN_S", -10.0)
    with store.lease("b2"):
        await store.sweep(30, frozenset())
        assert await page_of(store, UUID, gone, 1) == PAGE
    await store.sweep(30, frozenset())
    assert f"documents/{UUID}/a1/1-table-lost" not in paths(bucket, f"documents/{UUID}")
    assert await page_of(servers(), UUID, kept, 1) == PAGE
    assert await store.drafts() == [draft_of("c3")]
    assert (paths(bucket, "opened"), paths(bucket, "readers")) == ([f"opened/{UUID}"], [f"readers/{READER}/{UUID}"])
    with pytest.raises(StorageFailed):
        await page_of(servers(), UUID, gone, 1)


def test_the_time_in_which_no_server_ran_does_not_count() -> None:
    sweeps = Sweeps(1000.0, ((100.0, 400.0), (500.0, 900.0)))
    assert sweeps.age(0.0, 1000.0) == 300.0
    assert sweeps.age(450.0, 1000.0) == 150.0
    assert sweeps.age(950.0, 1000.0) == 50.0


async def test_a_long_time_without_a_sweep_is_left_out_of_all_ages(servers: Open) -> None:
    store, now = servers(), time.time()
    store.sweeper.check_clock(now - 40 * sweeping.DAY_S)
    await save(store, UUID, Record(1, (version_of(7),)))
    store.sweeper.check_clock(now + 40 * sweeping.DAY_S)
    assert store.sweeper._sweeps().age(now - 41 * sweeping.DAY_S, now + 40 * sweeping.DAY_S) == sweeping.DAY_S


async def test_what_the_engine_made_is_kept_for_the_other_servers(servers: Open, bucket: Bucket) -> None:
    one, other = servers(), servers()
    version = await stored(one, "a1")
    made = {"a1.1.facts-1-9-0-99": b"facts", "a1.1.part-1-9-0-99": b"part", "a1.1.view-ab12": b"answer"}
    for name, data in made.items():
        (path := folder_of(one) / name).parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    one.files.keep(folder_of(one) / name for name in made)
    await until(lambda: len(paths(bucket, f"documents/{UUID}/a1/made")) == 3)
    await other.files.fetch_copy(UUID, version)
    await other.files.fetch_answer(folder_of(other) / "a1.1.view-ab12")
    await other.files.fetch_answer(folder_of(other) / "a1.1.view-none")
    assert {path.name: path.read_bytes() for path in folder_of(other).iterdir()} == made
    await other.remove_editions(UUID, "a1", frozenset())
    assert paths(bucket, f"documents/{UUID}/a1/made") == []


async def test_what_can_be_made_again_is_given_up_for_a_table(servers: Open, bucket: Bucket) -> None:
    store = servers(most=2 * len(TABLE))
    version = await stored(store, "a1")
    bucket.put(f"documents/{UUID}/a1/made/1.view-ab12", TABLE)
    store.sweeper.count()
    assert store.used > 2 * len(TABLE)
    await store.check_room(len(TABLE) // 2)
    assert paths(bucket, f"documents/{UUID}/a1/made") == []
    assert await page_of(store, UUID, version, 1) == PAGE


async def test_a_bucket_keeps_the_newest_answers(
    servers: Open, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_files, "KEPT_ANSWERS", 1)
    store = servers()
    await stored(store, "a1")
    bucket.put(f"documents/{UUID}/a1/made/1.part-1-9-0-99", b"part")
    for name in ("a1.1.view-ab12", "a1.1.view-cd34"):
        (path := folder_of(store) / name).parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"answer")
        store.files.keep([path])
    await until(lambda: f"documents/{UUID}/a1/made/1.view-cd34" in paths(bucket, f"documents/{UUID}/a1/made"))
    await until(lambda: len(paths(bucket, f"documents/{UUID}/a1/made")) == 2)


async def test_the_oldest_table_gives_way_where_the_disk_is_short(bucket: Bucket, tmp_path: Path) -> None:
    space = Space(tmp_path, len(TABLE) * 3 // 2)
    store = ObjectStore(bucket, tmp_path, space)
    first, second = await stored(store, "a1"), await stored(store, "b2")
    for one in (first, second):
        await store.files.fetch_table(UUID, one)
        assert [path.name for path in folder_of(store).iterdir()] == [f"{one.key}.original"]
        assert space.used == len(TABLE)
    long = await stored(store, "c3", 2 * TABLE)
    with pytest.raises(StorageFailed):
        await store.files.fetch_table(UUID, long)
    assert await page_of(store, UUID, long, 1) == PAGE, "pages need no copy"


async def test_a_table_for_the_engine_is_fetched_once_and_swept_with_its_version(
    servers: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored(servers(), "a1")
    store = servers()
    await store.files.fetch_table(UUID, one)
    (copy,) = tmp_path.glob("*/documents/*/a1.original")
    assert copy.read_bytes() == TABLE
    written = copy.stat().st_ctime_ns
    await store.files.fetch_table(UUID, one)
    assert await page_of(store, UUID, one, 1) == PAGE
    assert store.blocks.misses == 1, "the index; the rows are on the disk"
    assert copy.stat().st_mtime_ns >= written
    await store.remove_version(UUID, one)
    await store.sweep(30, frozenset())
    assert copy.exists(), "it is young"
    monkeypatch.setattr(engine_files, "YOUNG_S", -1.0)
    await store.sweep(30, frozenset())
    assert not copy.exists()
