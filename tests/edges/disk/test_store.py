"""The store on disk, where the disk does what it should not; and what a restart finds."""

import errno
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect

from pagecast.edges.disk import durable
from pagecast.edges.disk.store import DiskStore
from pagecast.protocol.errors import StorageFailed
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Dialect
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.ingest import Ingest
from pagecast.table.version import Version
from tests.edges.talk import comes_true, count, page_of, put, table, uploading, viewing
from tests.server import serving
from tests.service.house import save, saved

TABLE = table(950)
KEY = "c2b7f0d14e6a4f5f9b0e1d2c3a4b5c6d"


def fact(page_no: int, *, name: str = "cities.tsv") -> Record:
    """What is kept of a document with one version."""
    dialect = Dialect("none", "utf-8", False, "tab", "lf", "literal", True)
    version = Version(
        key=KEY,
        number=1,
        name=name,
        size=len(TABLE),
        received=len(TABLE),
        complete=True,
        created="2026-11-21T09:30:00Z",
        rows=950,
        columns=3,
        empty_lines=0,
        invalid_cells=0,
        dialect=dialect,
        kinds=["number", "text", "number"],
        table_size=len(TABLE),
        clean=True,
    )
    return Record(page_no, (version,))


def failing(number: int) -> Callable[..., NoReturn]:
    """What the system does when it cannot."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


# One fact is replaced by another, or not.


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EMFILE])
@pytest.mark.parametrize("step", ["fsync", "replace", "rename", "open"])
async def test_a_save_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    store, uuid = DiskStore(tmp_path), str(uuid4())
    await save(store, uuid, fact(1))
    with monkeypatch.context() as world:
        world.setattr(os, step, failing(number))
        try:
            await save(store, uuid, fact(2))
            was_saved = True
        except StorageFailed:
            was_saved = False
    found = await saved(DiskStore(tmp_path), uuid)
    assert found == fact(2) or (found == fact(1) and not was_saved), "whole, and the new one wherever that was said"
    await save(store, uuid, fact(3))
    assert await saved(DiskStore(tmp_path), uuid) == fact(3), "it goes on when the disk does"


async def test_at_every_moment_of_a_save_the_old_or_the_new_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the machine stopped before each call that the system is asked for."""
    store, uuid = DiskStore(tmp_path), str(uuid4())
    await save(store, uuid, fact(1))
    seen = []

    def looking(call: Callable[..., Any]) -> Callable[..., Any]:
        def look(*arguments: Any, **more: Any) -> Any:
            text = (tmp_path / "documents" / uuid / "document.json").read_bytes()
            seen.append(json.loads(text)["page_no"])
            return call(*arguments, **more)

        return look

    with monkeypatch.context() as world:
        for name in ("fsync", "replace", "rename", "open", "close", "write"):
            world.setattr(os, name, looking(getattr(os, name)))
        await save(store, uuid, fact(2, name="x" * 200_000))
    assert seen == sorted(seen)
    assert set(seen) <= {1, 2}
    assert len(seen) > 2


async def test_a_fact_and_its_folder_are_on_disk_before_a_save_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    fsync, replace = os.fsync, os.replace

    def synced(file: int) -> None:
        done.append(f"sync {Path(os.readlink(f'/proc/self/fd/{file}')).name}")
        fsync(file)

    def replaced(old: Any, new: Any, **more: Any) -> None:
        done.append("replace")
        replace(old, new, **more)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    uuid = str(uuid4())
    await DiskStore(tmp_path).save(uuid, fact(1))
    assert done == ["sync documents", "sync document.new", "replace", f"sync {uuid}"]


# A disk that is full or failing.


def draft() -> Draft:
    return Draft(KEY, str(uuid4()), "cities.tsv", len(TABLE), "", "2026-11-21T09:30:00Z", True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
async def test_a_write_that_fails_keeps_all_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    store, upload = DiskStore(tmp_path), draft()
    file = await store.begin(upload)
    file.write(TABLE[:1000])
    file.append(Ingest().feed(TABLE[:1000]))
    file.sync()
    with monkeypatch.context() as world:
        world.setattr(os, "pwrite", failing(number))
        with pytest.raises(StorageFailed):
            file.write(TABLE[1000:])
    with monkeypatch.context() as world:
        world.setattr(os, "fdatasync", failing(number))
        with pytest.raises(StorageFailed):
            file.sync()
    file.close()
    assert await store.drafts() == [upload]
    again = await store.reopen(upload)
    assert b"".join(again.replay()) == TABLE[:1000]
    again.discard()


async def test_a_write_that_takes_half_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, upload = DiskStore(tmp_path), draft()
    file = await store.begin(upload)
    pwrite = os.pwrite
    with monkeypatch.context() as world:
        world.setattr(os, "pwrite", lambda file, data, offset: pwrite(file, bytes(data)[: 1 + len(data) // 2], offset))
        file.write(TABLE)
    assert b"".join(file.replay()) == TABLE
    file.close()


async def test_a_disk_that_cannot_begin_an_upload_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DiskStore(tmp_path)
    with monkeypatch.context() as world:
        world.setattr(os, "fsync", failing(errno.ENOSPC))
        with pytest.raises(StorageFailed):
            await store.begin(draft())
    assert await store.drafts() == []


async def test_reading_what_is_gone_says_so(tmp_path: Path) -> None:
    store, uuid = DiskStore(tmp_path), str(uuid4())
    assert await store.load(uuid) is None
    version = fact(1).versions[0]
    with pytest.raises(StorageFailed):
        await store.read(uuid, version, lambda table: table.page(1))
    with pytest.raises(StorageFailed):
        await store.original(uuid, version, range(10))


# What is swept, and what things are called.


async def test_only_what_is_old_and_unused_is_swept(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    old, used, opened, fresh = (str(uuid4()) for _ in range(4))
    readers = [str(uuid4()) for _ in range(4)]
    for uuid, reader in zip((old, used, opened, fresh), readers, strict=True):
        await save(store, uuid, changed(fact(1), reader=reader))
    long_ago = time.time() - 31 * 86_400
    for uuid in (old, used, opened):
        os.utime(tmp_path / "documents" / uuid / "document.json", (long_ago, long_ago))
    await store.load(opened)
    (tmp_path / "documents" / "of-somebody-else").mkdir()
    await store.sweep(30, frozenset({used}))
    left = {path.name for path in (tmp_path / "documents").iterdir()}
    assert left == {used, opened, fresh, "of-somebody-else"}
    assert {path.name for path in (tmp_path / "readers").iterdir()} == set(readers[1:])
    assert [await store.find(reader) for reader in readers] == [None, used, opened, fresh]


DAY_S = 86_400


@pytest.mark.parametrize("days", [39, -39], ids=["ahead", "behind"])
@pytest.mark.parametrize("was_swept", [True, False])
async def test_time_that_nobody_saw_pass_sweeps_nothing(tmp_path: Path, days: int, was_swept: bool) -> None:
    """A clock that is wrong at the start, or a server that was off, as this looks from here."""
    store, uuid, upload = DiskStore(tmp_path), str(uuid4()), draft()
    await save(store, uuid, fact(1))
    (await store.begin(upload)).close()
    if was_swept:
        await store.check_clock()
    for path in (path for path in tmp_path.rglob("*") if path.suffix == ".json" or path.name == "swept"):
        os.utime(path, (time.time(), time.time() - days * DAY_S))
    for _ in range(2):
        await store.check_clock()
        assert await store.stale(1) == frozenset()
        await store.sweep(30, frozenset())
    assert await saved(store, uuid) == fact(1)


async def test_a_document_is_swept_when_its_days_have_passed_while_the_server_ran(tmp_path: Path) -> None:
    store, uuid, upload = DiskStore(tmp_path), str(uuid4()), draft()
    await save(store, uuid, fact(1))
    (await store.begin(upload)).close()
    await store.check_clock()
    for path in tmp_path.rglob("*.json"):
        os.utime(path, (time.time(), time.time() - 31 * DAY_S))
    await store.check_clock()
    assert await store.stale(1) == {upload.key}
    await store.sweep(30, frozenset())
    assert await store.load(uuid) is None


async def test_an_upload_that_is_gone_on_with_is_not_stale(tmp_path: Path) -> None:
    store, upload = DiskStore(tmp_path), draft()
    (await store.begin(upload)).close()
    os.utime(tmp_path / "uploads" / f"{KEY}.json", (0, 0))
    assert await store.stale(1) == {KEY}
    (await store.reopen(upload)).close()
    assert await store.stale(1) == frozenset()


async def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    store, upload = DiskStore(tmp_path), draft()
    file = await store.begin(upload)
    file.write(TABLE)
    with pytest.raises(StorageFailed):
        await store.begin(upload)
    file.close()
    assert b"".join((await store.reopen(upload)).replay()) == TABLE
    with pytest.raises(StorageFailed):
        await store.read_again(str(uuid4()), fact(1).versions[0])


async def test_nothing_is_removed_before_the_record_that_lets_go_of_it_is_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, upload = DiskStore(tmp_path), draft()
    file = await store.begin(upload)
    file.write(TABLE)
    with monkeypatch.context() as world:
        world.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(StorageFailed):
            file.discard()
    assert b"".join((await store.reopen(upload)).replay()) == TABLE


async def test_a_folder_that_was_taken_for_left_behind_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, taken = DiskStore(tmp_path), set[Path]()

    def make_and_lose(folder: Path, make: Callable[[Path], None] = durable.make_folder) -> None:
        make(folder)
        if folder not in taken:
            taken.add(folder)
            folder.rmdir()

    monkeypatch.setattr(durable, "make_folder", make_and_lose)
    first, second = draft(), draft()
    file = await store.begin(first)
    file.write(TABLE)
    file.close()
    await store.save_talk(second.uuid, Talk())
    assert await store.load_talk(second.uuid) == Talk()
    assert {folder.name for folder in taken} >= {first.uuid, second.uuid}


async def test_a_sweep_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, uuid = DiskStore(tmp_path), str(uuid4())
    await save(store, uuid, fact(1))
    with monkeypatch.context() as world:
        world.setattr(os, "rmdir", failing(errno.EIO))
        with pytest.raises(StorageFailed):
            await store.sweep(-1, frozenset())


async def test_names_on_disk_never_come_from_people() -> None:
    with serving() as server:
        names = ["..%2f..%2fevil", "document.json", "%2e%2e", "a%00b", f"{KEY}.original", "%2fetc%2fpasswd"]
        uuids = [put(server, TABLE, name) for name in names]
        async with uploading(server) as uploader:
            await uploader.say("upload", name="../../evil", size=len(TABLE), viewer="../../evil")
            accepted = await uploader.until("accepted")
            await uploader.chunk(0, TABLE)
            await uploader.stored(len(TABLE))
        uuids.append(accepted["uuid"])
        files = [str(path.relative_to(server.data)) for path in server.data.rglob("*") if path.is_file()]
        uuid, key = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"[0-9a-f]{32}"
        kept = rf"(document|talk)\.(json|new)|{key}\.(original|[0-9]\.index|[0-9]\.table)"
        shape = rf"lock|swept|claims|uploads/{key}\.json|documents/{uuid}/({kept})"
        assert all(re.fullmatch(shape, file) for file in files), files
        assert {file.split("/")[1] for file in files if file.startswith("documents/")} == set(uuids)
        assert accepted["upload"] in {path.stem for path in (server.data / "uploads").iterdir()}


# A restart.


@pytest.mark.parametrize("end", ["kill", "terminate"])
async def test_a_restart_finds_the_table_on_the_page_where_the_room_was(end: str) -> None:
    with serving() as server:
        uuid = put(server, TABLE)
        record = server.data / "documents" / uuid / "document.json"
        epochs = set()
        for page_no in (7, 3):
            async with viewing(server, uuid) as viewer:
                epochs.add((await viewer.next())["epoch"])
                await viewer.until("page")
                await viewer.say("turn", page_no=page_no)
                await viewer.until("page", page_no=page_no)
                await comes_true(lambda page_no=page_no: json.loads(record.read_bytes())["page_no"] == page_no)
                if end == "kill":
                    server.kill()
                else:
                    server.terminate()
                    assert (await viewer.closed())[0] == 4001, "it is invited back"
            server.start()
            async with connect(f"{server.ws}/parser/ws/{uuid}", proxy=None) as plain:
                page = json.loads(await plain.recv())
                assert (page["page_no"], page["data"]) == (page_no, page_of(TABLE, page_no))
        assert len(epochs) == 2, "seq is counted anew, and viewers can tell"


async def test_a_turn_just_before_the_end_is_kept() -> None:
    with serving() as server:
        uuid = put(server, TABLE)
        async with viewing(server, uuid) as viewer:
            for page_no in (2, 5, 8):
                await viewer.say("turn", page_no=page_no)
                await viewer.until("page", page_no=page_no)
            server.restart()
        async with viewing(server, uuid) as viewer:
            assert (await viewer.until("page"))["page_no"] == 8


async def test_ending_while_uploads_run_is_quiet() -> None:
    with serving() as server:
        async with viewing(server) as viewer, uploading(server) as uploader:
            await uploader.say("upload", name="t.tsv", size=len(TABLE), viewer="")
            key = (await uploader.until("accepted"))["upload"]
            await uploader.chunk(0, TABLE[:5000])
            await uploader.stored(5000)
            await viewer.next()
            server.restart()
        async with uploading(server) as uploader:
            await uploader.say("resume", upload=key)
            assert (await uploader.until("accepted"))["offset"] == 5000
        await comes_true(lambda: count(server, "uploads") == 0)
