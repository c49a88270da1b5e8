"""Each system call of the server to its disk fails in turn, during an upload and a page turn: the nth in each thread.

A run ends where no call is left to fail. Threads take the work as it comes, so each run takes another course.
"""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.edges.injecting import TRACEABLE, failing
from tests.edges.talk import PATIENCE_S, Client, ask, page_of, put, sha256, table, uploading, viewing
from tests.examples import TORTURE, runs
from tests.server import Server, serving

FAULTS = {
    "write": ("?write,?pwrite64,?writev,?pwritev", "ENOSPC"),
    "fsync": ("?fsync,?fdatasync", "EIO"),
    "rename": ("?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat", "EIO"),
    "open": ("?open,?openat", "EMFILE"),
    "read": ("?pread64", "EIO"),
}
HANG_S = 5.0 if TORTURE else PATIENCE_S
"""No answer takes longer, whatever fails. `make test` does not measure time."""
ONE, TWO = table(250, "one"), table(2000, "two")
CHUNK = 9000


class Attempt:
    """An upload during which something fails."""

    def __init__(self) -> None:
        self.key, self.safe, self.told = "", 0, ""

    async def run(self, uploader: Client) -> None:
        try:
            await uploader.say("upload", name="two.tsv", size=len(TWO), viewer="")
            for offset in range(0, len(TWO), CHUNK):
                await uploader.chunk(offset, TWO[offset : offset + CHUNK])
            await uploader.say("finish", sha256=sha256(TWO))
            while self.told not in ("finished", "error"):
                frame = await uploader.next()
                self.told = frame["type"]
                self.key = frame.get("upload", self.key)
                self.safe = max(self.safe, frame.get("offset", 0))
        except ConnectionClosed:
            self.told = "closed"


async def turn(viewer: Client, uuid: str, allowed: tuple[bytes, ...]) -> None:
    """Turn to page 2: it comes as it is in one of the tables, or an error says why not."""
    await viewer.say("turn", page_no=2)
    while True:
        frame = await viewer.next()
        if frame["type"] == "error":
            return
        if frame["type"] == "page" and frame["page_no"] == 2:
            assert frame["data"] in [page_of(data, 2) for data in allowed]
            return


async def complete(server: Server, uuid: str, attempt: Attempt) -> None:
    """Go on with an upload that failed: no acknowledged byte is gone."""
    async with uploading(server, uuid) as uploader:
        await uploader.say("resume", upload=attempt.key)
        answer = await uploader.next()
        if answer["type"] == "error":
            assert download(server, uuid) == TWO, "only what has become a version is not known any more"
            return
        assert attempt.safe <= answer["offset"] <= len(TWO)
        if answer["offset"] < len(TWO):
            await uploader.chunk(answer["offset"], TWO[answer["offset"] :])
        await uploader.say("finish", sha256=sha256(TWO))
        await uploader.until("finished")


def download(server: Server, uuid: str) -> bytes:
    answer = ask(server, "GET", f"/parser/{uuid}/download")
    assert answer.status == 200, answer
    return answer.body


@pytest.mark.parametrize("run", runs(1))
@pytest.mark.parametrize("kind", FAULTS)
async def test_no_failing_call_loses_an_acknowledged_byte_or_shows_a_wrong_page(
    kind: str, run: int, tmp_path: Path
) -> None:
    calls, error = FAULTS[kind]
    documents = []
    with serving("--keep_free_mb=0", first=TRACEABLE) as server:
        for nth in count(1):
            uuid, attempt = put(server, ONE), Attempt()
            async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
                await viewer.until("page")
                with failing(server, calls, error, nth, tmp_path / str(nth)) as injection:
                    async with asyncio.timeout(HANG_S):
                        await attempt.run(uploader)
                    async with asyncio.timeout(HANG_S):
                        await turn(viewer, uuid, (ONE, TWO))
            where = f"call {nth}: {injection.failed}, told {attempt.told}"
            assert download(server, uuid) in ([TWO] if attempt.told == "finished" else [ONE, TWO]), where
            if attempt.told != "finished" and attempt.key:
                await complete(server, uuid, attempt)
                assert download(server, uuid) == TWO, where
            documents.append((uuid, download(server, uuid)))
            if not injection.failed:
                break
        assert nth > 1, f"strace has let no {kind} fail"
        server.kill()
        server.start()
        for uuid, data in documents:
            assert download(server, uuid) == data
            assert ask(server, "GET", f"/parser/{uuid}/rows?page_no=2").status == 200
