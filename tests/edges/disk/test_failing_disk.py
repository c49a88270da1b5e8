"""Each call to the disk fails in turn, in every operation: the answer is true, now and after a restart."""

import errno
import io
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pagecast.edges.disk.store import DiskStore
from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import PagecastError
from pagecast.protocol.tables import Choices
from pagecast.service.services import Services
from pagecast.service.world import World
from tests.edges.talk import page_of, table
from tests.service.house import Visits, Wall

CALLS = (
    *("open", "pwrite", "fsync", "fdatasync", "ftruncate", "copy_file_range", "replace", "rename"),
    *("unlink", "mkdir", "rmdir", "symlink", "readlink", "utime", "pread"),
)

ONE, TWO, THREE = table(250, "one"), table(330, "two"), table(900, "three")
COMMAS = THREE.replace(b"\t", b",")


class Disk:
    """Counts the calls that concern a folder, and lets one of them fail, or all from one on."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls, self.failing, self.onward = str(folder), 0, 0, False

    def meets(self, subject: object) -> None:
        """Raise OSError where it is the turn of this call."""
        if isinstance(subject, int):
            try:
                subject = os.path.realpath(f"/proc/self/fd/{subject}")
            except OSError:
                return
        if isinstance(subject, str | os.PathLike) and str(subject).startswith(self.folder):
            self.calls += 1
            if self.calls == self.failing or (self.onward and self.calls > self.failing > 0):
                raise OSError(errno.EIO, os.strerror(errno.EIO))


@contextmanager
def watched(folder: Path) -> Iterator[Disk]:
    disk = Disk(folder)

    def wrapped(call: Callable[..., Any]) -> Callable[..., Any]:
        def meet(subject: Any, *arguments: Any, **more: Any) -> Any:
            disk.meets(subject)
            return call(subject, *arguments, **more)

        return meet

    with pytest.MonkeyPatch.context() as world:
        for name in CALLS:
            if name != "readlink":  # which tells what a handle is of
                world.setattr(os, name, wrapped(getattr(os, name)))
        world.setattr(io, "open", wrapped(io.open))
        yield disk


class House(Visits):
    """A library on a disk. It may be started again."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.now = folder, datetime.now(UTC)

    async def start(self) -> None:
        self.services = Services(
            World(DiskStore(self.folder), MemoryBus(), Wall(), MemoryEngine(MemoryStore()), Limits(), lambda: self.now)
        )
        await self.services.start()

    async def versions(self, uuid: str) -> list[bytes]:
        """Every kept version's file, when all of its rows have been read, too. The newest is the last."""
        link = await self.visit(uuid)
        try:
            files = []
            for version in self.room(link.uuid).versions:
                last = await self.room(link.uuid).page_of(version.number, version.pages)
                assert last.total_number == version.rows
                files.append(await self.room(link.uuid).original(version, range(version.received)))
                assert len(files[-1]) == version.received
                if version.choices.delimiter is None and version.dialect.delimiter == "tab":
                    assert last.data == page_of(files[-1], version.pages)
            return files
        finally:
            await self.leave(link.uuid)


async def two_versions(folder: Path) -> str:
    """Make the folder of a server that has stopped, with a document that has two versions; answer the document."""
    house = House(folder)
    await house.start()
    uuid = await house.enter(None)
    for data in (ONE, TWO):
        await house.services.uploads.upload(uuid, "t.tsv", data, "")
    await house.leave(uuid)
    await house.services.stop()
    return uuid


async def bring(house: House, uuid: str) -> None:
    await house.services.uploads.upload(uuid, "t.tsv", THREE, "")


async def transcribe(house: House, uuid: str) -> None:
    await house.services.uploads.upload(uuid, "t.csv", COMMAS, "")


async def resume(house: House, uuid: str) -> None:
    uploads = house.services.uploads
    intake = await uploads.begin(uuid, "t.tsv", len(THREE), "", checked=True)
    try:
        await intake.add(THREE[:5000], 0)
        await intake.settled()
    finally:
        await uploads.abandon(intake)
    intake = await uploads.resume(intake.draft.key)
    try:
        await intake.add(THREE[intake.stored :], intake.stored)
        await intake.settled()
    except PagecastError:
        await uploads.abandon(intake)
        raise
    await uploads.finish(intake)


async def append(house: House, uuid: str) -> None:
    intake = await house.services.appends.begin(uuid, len(THREE), "")
    try:
        await intake.add(THREE)
    except PagecastError:
        await house.services.appends.abandon(intake)
        raise
    await house.services.appends.finish(intake)


async def read_again(house: House, uuid: str) -> None:
    await house.services.reparsing.read(uuid, None, Choices(delimiter="comma", header=False))


async def restore(house: House, uuid: str) -> None:
    await house.room(uuid).restore(1)


OPERATIONS: list[tuple[Callable[[House, str], Awaitable[None]], bytes]] = [
    (bring, THREE),
    (transcribe, COMMAS),
    (resume, THREE),
    (append, TWO + THREE),
    (read_again, TWO),
    (restore, ONE),
]


@pytest.mark.parametrize("onward", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(("work", "after"), OPERATIONS, ids=[work.__name__ for work, _ in OPERATIONS])
async def test_every_answer_about_a_failing_disk_is_true(
    tmp_path: Path, work: Callable[[House, str], Awaitable[None]], after: bytes, onward: bool
) -> None:
    uuid = await two_versions(tmp_path / "before")
    failing, done = 0, False
    while not done:
        failing += 1
        shutil.copytree(tmp_path / "before", tmp_path / str(failing), symlinks=True)
        house = House(tmp_path / str(failing))
        await house.start()
        await house.visit(uuid)
        with watched(house.folder) as disk:
            disk.failing, disk.onward = failing, onward
            try:
                await work(house, uuid)
                told = True
            except PagecastError:
                told = False
            done = disk.calls < failing
        stands = (await house.versions(uuid))[-1]
        where = f"call {failing} fails, told {'success' if told else 'failure'}"
        assert stands == after if told else stands in (TWO, after), where
        await house.leave(uuid)
        assert len(house.services.library) == 0, where
        house.now += timedelta(days=2)
        await house.services.sweep()
        assert (await house.versions(uuid))[-1] == stands, f"{where}: a sweep takes nothing that stands"
        await house.services.stop()
        await house.start()
        assert (await house.versions(uuid))[-1] == stands, f"{where}: nor does a restart"
        await house.services.sweep()
        assert (await house.versions(uuid))[-1] == stands
        await house.services.stop()
    assert failing > 5, "there are calls that can fail"
