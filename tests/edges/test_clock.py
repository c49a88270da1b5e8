"""The clock of the machine is set while a server runs, or while it is off: nobody is cut off, nothing is lost."""

import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.edges.talk import ask, comes_true, page_of, put, sha256, table, uploading, viewing
from tests.server import CommandServer, running
from tests.sources import TOP

ONE, TWO = table(500, "one"), table(5000, "two")


def faketime() -> Path:
    """The library that answers for the clock; Debian keeps it in a folder of the machine's kind."""
    found = list(Path("/usr/lib").glob(f"{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1"))
    assert found, "libfaketime is not installed: scripts/system-packages faketime"
    return found[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CommandServer]:
    """A server whose clock is as far off as a file says. Its monotonic clock goes on as ever, as the real one does."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(tmp_path / "clock"),
        "FAKETIME_CACHE_DURATION": "1",  # second: it looks at the file each time it is asked otherwise
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    set_clock(tmp_path, "+0d")
    command = [sys.executable, str(TOP / "parser.py"), "--join_scripts=false"]
    with running(CommandServer(tmp_path, str(tmp_path / "data"), command, environment)) as server:
        assert isinstance(server, CommandServer)
        yield server


def set_clock(folder: Path, offset: str) -> None:
    (folder / "new").write_text(offset)
    (folder / "new").replace(folder / "clock")


def days_off(server: CommandServer) -> int:
    """By how many days the server's clock differs from ours."""
    said = parsedate_to_datetime(ask(server, "GET", "/healthz").headers["date"])
    return round((said - datetime.now(UTC)) / timedelta(days=1))


async def test_a_clock_that_is_set_cuts_nobody_off_ends_no_upload_and_sweeps_nothing(
    server: CommandServer, tmp_path: Path
) -> None:
    uuid = put(server, ONE)
    async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
        await viewer.until("page")
        await uploader.say("upload", name="two.tsv", size=len(TWO), viewer="")
        key = (await uploader.until("accepted"))["upload"]
        safe = 0
        for page_no, offset in ((2, "+1d"), (3, "-1d")):  # while the server runs
            set_clock(tmp_path, offset)
            await comes_true(lambda days=int(offset[:2]): days_off(server) == days)
            await viewer.say("turn", page_no=page_no)
            assert (await viewer.until("page", page_no=page_no))["data"] == page_of(ONE, page_no)
            await uploader.chunk(safe, TWO[safe : safe + 9000])
            safe += 9000
            await uploader.stored(safe)
    for offset in ("+400d", "-400d"):  # while it is off
        set_clock(tmp_path, offset)
        server.restart()
        assert days_off(server) == int(offset[:4])
        assert ask(server, "GET", f"/parser/{uuid}/download").body == ONE
    async with uploading(server, uuid) as uploader:
        await uploader.say("resume", upload=key)
        assert (await uploader.until("accepted"))["offset"] == safe
        await uploader.chunk(safe, TWO[safe:])
        await uploader.say("finish", sha256=sha256(TWO))
        await uploader.until("finished")
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TWO
