"""Claims on files, between two real processes on one folder."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pagecast.edges.disk.claims import Claims
from pagecast.edges.disk.store import DiskStore
from pagecast.ports.storage import InUse
from pagecast.protocol.facts import changed
from pagecast.room.record import Record
from pagecast.table.draft import Draft
from tests.nginx import TOP
from tests.service.house import version_of

KEY, OTHER = "c2b7f0d1" * 4, "d3c8a1e2" * 4

HOLDS = """
import sys
from pathlib import Path
from pagecast.edges.disk.claims import Claims
with getattr(Claims(Path(sys.argv[1])), sys.argv[2])(sys.argv[3]):
    print("holds", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path, how: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that claims KEY, or reads it, until the end of the block."""
    command = [sys.executable, "-c", HOLDS, str(folder / "claims"), how, KEY]
    with subprocess.Popen(command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"holds\n"
        yield process


def test_a_file_is_written_by_one_process(tmp_path: Path) -> None:
    claims = Claims(tmp_path / "claims")
    with another_process(tmp_path, "hold") as process:
        with pytest.raises(InUse), claims.hold(KEY):
            pass
        with claims.hold(OTHER):
            pass
        process.kill()
        process.wait()
        with claims.hold(KEY), claims.hold(KEY):
            pass


async def test_what_another_process_reads_is_removed_later(tmp_path: Path) -> None:
    store = DiskStore(tmp_path, shared=True)
    uuid = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
    version = changed(version_of(1), key=KEY)
    file = await store.begin(Draft(KEY, uuid, "a.tsv", 4, "", "2026-11-21T09:30:00Z", True))
    file.write(b"a\tb\n")
    file.commit()
    await store.save(uuid, Record(reader="reader"))
    original = tmp_path / "documents" / uuid / f"{KEY}.original"
    with another_process(tmp_path, "read"):
        with store.lease(OTHER):
            await store.remove_version(uuid, version)
        assert original.exists()
    with store.lease(KEY, 1):
        await store.remove_version(uuid, version)
        assert original.exists()
    await store.remove_version(uuid, version)
    assert not original.exists()
