"""A disk that is really full: a small one in memory, which only the server sees."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from tests.edges.talk import ask, page_of, put, sha256, table, uploading, viewing
from tests.mounting import as_root
from tests.server import CommandServer, running
from tests.sources import TOP

ONE, LARGE = table(500), table(60_000)
MOUNT = 'mount -t tmpfs -o size=4m none "$0" && exec "$@"'


def fill(folder: Path) -> Path:
    """Write a file until no byte fits any more."""
    rest = folder / "rest"
    with rest.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return rest


async def test_a_full_disk_is_told_keeps_what_is_acknowledged_and_lets_an_upload_go_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    command = [
        *as_root(),
        "/bin/sh",
        "-c",
        MOUNT,
        str(data),
        sys.executable,
        str(TOP / "parser.py"),
        "--keep_free_mb=0",
    ]
    server = CommandServer(tmp_path, str(data), command, dict(os.environ))
    with running(server):
        seen = Path(f"/proc/{server.pid}/root{data}")
        assert os.statvfs(seen).f_blocks * os.statvfs(seen).f_frsize == 4 * 2**20, "the server has the small disk"
        uuid, half = put(server, ONE), len(LARGE) // 2
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")
            async with uploading(server, uuid) as uploader:
                await uploader.say("upload", name="large.tsv", size=len(LARGE), viewer="")
                key = (await uploader.until("accepted"))["upload"]
                await uploader.chunk(0, LARGE[:half])
                await uploader.stored(half)
                rest = fill(seen)
                await uploader.chunk(half, LARGE[half:])
                assert (await uploader.until("error"))["code"] == "storage-failed"
                assert (await uploader.closed())[0] == 4007
            refused = ask(server, "PUT", "/parser/t.tsv", ONE)
            assert (refused.status, refused.text.count("\n")) == (507, 1)
            await viewer.say("turn", page_no=3)
            assert (await viewer.until("page", page_no=3))["data"] == page_of(ONE, 3), "readers read on"
            assert ask(server, "GET", f"/parser/{uuid}/download").body == ONE
            rest.unlink()
            async with uploading(server, uuid) as uploader:
                await uploader.say("resume", upload=key)
                offset = (await uploader.until("accepted"))["offset"]
                assert half <= offset < len(LARGE)
                await uploader.chunk(offset, LARGE[offset:])
                await uploader.say("finish", sha256=sha256(LARGE))
                await uploader.until("finished")
            await viewer.say("turn", page_no=600)
            assert (await viewer.until("page", page_no=600))["data"] == page_of(LARGE, 600)
        assert ask(server, "GET", f"/parser/{uuid}/download").body == LARGE
