"""What a data folder holds is counted as it is written, and never more than it may."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from pagecast.edges.disk.space import Space
from pagecast.edges.disk.store import DiskStore
from pagecast.protocol.errors import ServerFull, StorageFailed
from pagecast.service.intake import Intake
from pagecast.table.draft import Draft
from pagecast.table.ingest import UNBOUNDED
from tests.table.pieces import pieces_of

TABLE = b"".join(b"%d\tOslo\r\n" % row for row in range(5000))


def on_disk(folder: Path) -> int:
    """Bytes of all tables, by other means."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json")
    return sum(path.stat().st_size for path in files)


def draft(uuid: str, key: str) -> Draft:
    return Draft(key, uuid, "t.tsv", None, "", "2026-11-21T09:30:00Z", checked=True)


async def test_the_count_is_what_is_there_whatever_is_done(tmp_path: Path) -> None:
    space, uuid = Space(tmp_path), str(uuid4())
    store = DiskStore(tmp_path, space)

    async def intake(key: str) -> Intake:
        begun = Intake(draft(uuid, key), await store.begin(draft(uuid, key)), UNBOUNDED)
        for piece in pieces_of(TABLE, 7000):
            await begun.add(piece)
        await begun.settled()
        assert space.used == on_disk(tmp_path) > 0
        return begun

    kept = await intake("aa")
    await kept.finish()
    assert space.used == on_disk(tmp_path) > 2 * len(TABLE) * 0.9, "a table with CRLF is kept in its inner form too"
    await (await intake("bb")).discard()
    assert space.used == on_disk(tmp_path)
    await (await intake("cc")).close()
    again = Intake(draft(uuid, "cc"), await store.reopen(draft(uuid, "cc")), UNBOUNDED)
    await again.replay()
    assert space.used == on_disk(tmp_path)
    await again.finish()
    await store.remove_editions(uuid, "cc", frozenset([2]))
    assert space.used == on_disk(tmp_path)
    later = Space(tmp_path)
    later.count()
    assert later.used == space.used
    for key in ("aa", "cc"):
        version = (kept if key == "aa" else again).version(1)
        assert version is not None
        await store.remove_version(uuid, version)
    assert space.used == on_disk(tmp_path) == 0


async def test_what_would_be_more_is_refused_and_what_is_there_stays(tmp_path: Path) -> None:
    space, uuid = Space(tmp_path, most=30_000), str(uuid4())
    store = DiskStore(tmp_path, space)
    await store.check_room(30_000)
    with pytest.raises(ServerFull, match="would exceed"):
        await store.check_room(30_001)
    first = await store.begin(draft(uuid, "aa"))
    first.write(b"a" * 20_000)
    second = await store.begin(draft(uuid, "bb"))
    with pytest.raises(ServerFull):
        second.write(b"b" * 10_001)
    second.write(b"b" * 10_000)
    assert space.used == on_disk(tmp_path) == 30_000
    second.discard()
    first.write(b"a" * 10_000)
    assert (tmp_path / "documents" / uuid / "aa.original").read_bytes() == b"a" * 30_000


async def test_a_disk_without_the_room_to_keep_free_is_told_from_a_full_server(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="disk is full"):
        await DiskStore(tmp_path, Space(tmp_path, keep_free=2**62)).check_room(0)


async def test_the_space_to_keep_free_holds_while_a_file_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file without a length nobody can tell at its beginning how much it will take."""
    size = 50_000

    def usage(folder: Path) -> SimpleNamespace:
        return SimpleNamespace(free=size - on_disk(tmp_path))

    monkeypatch.setattr(shutil, "disk_usage", usage)
    uuid = str(uuid4())
    file = await DiskStore(tmp_path, Space(tmp_path, keep_free=20_000)).begin(draft(uuid, "aa"))
    file.write(b"a" * 25_000)
    with pytest.raises(StorageFailed, match="disk is full"):
        file.write(b"a" * 6000)
    file.write(b"a" * 5000)
    assert usage(tmp_path).free == 20_000


async def test_copies_and_answers_count_and_the_oldest_are_given_up_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, uuid = Space(tmp_path, most=30_000, keep_free=1000), str(uuid4())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=31_000 - on_disk(tmp_path)))
    file = await DiskStore(tmp_path, space).begin(draft(uuid, "aa"))
    folder = tmp_path / "documents" / uuid
    made = ["bb.1.part-1-9-0-90", "bb.1.part-10-19-90-190", "bb.1.facts-1-9-0-90", "bb.1.view-2", "bb.1.view-1"]
    for age, name in enumerate(made):
        (folder / name).write_bytes(b"x" * 1000)
        os.utime(folder / name, (age, age))
        space.count_spare(folder / name)
    assert space.used == on_disk(tmp_path) == 5000
    assert space.has_spare(25_000)
    assert not space.has_spare(25_001)
    space.check(25_001)
    left = {path.name for path in folder.glob("bb.*")}
    assert left == {"bb.1.view-2", "bb.1.view-1"}, "a part of a copy is of no use without the others"
    file.write(b"a" * 29_000)
    assert {path.name for path in folder.glob("bb.*")} == {"bb.1.view-1"}
    later = Space(tmp_path)
    later.count()
    assert later.used == space.used == on_disk(tmp_path) == 30_000
    with pytest.raises(StorageFailed):
        file.write(b"a" * 1001)
    assert not list(folder.glob("bb.*"))
