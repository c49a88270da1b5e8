"""Each system call of the server to its disk fails in turn, or is its last, during an upload: the nth in each thread.

A run ends where no call is left to fail. Threads take the work as it comes, so each run takes another course.
"""

import asyncio
from itertools import count
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.edges.injecting import ONE_THREAD_EACH, TRACEABLE, injected
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
FILES = {"tabs": TWO, "commas": TWO.replace(b"\t", b",")}
"""Two files with the same cells: one is the table as it is, the other is transcribed as it arrives."""
CHUNK = 9000


class Attempt:
    """An upload during which something fails."""

    def __init__(self, file: bytes = TWO) -> None:
        self.file, self.key, self.safe, self.told = file, "", 0, ""

    async def run(self, uploader: Client) -> None:
        try:
            await uploader.say("upload", name="two", size=len(self.file), viewer="")
            for offset in range(0, len(self.file), CHUNK):
                await uploader.chunk(offset, self.file[offset : offset + CHUNK])
            await uploader.say("finish", sha256=sha256(self.file))
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
    file = attempt.file
    async with uploading(server, uuid) as uploader:
        await uploader.say("resume", upload=attempt.key)
        answer = await uploader.next()
        if answer["type"] == "error":
            assert download(server, uuid) == file, "only what has become a version is not known any more"
            return
        assert attempt.safe <= answer["offset"] <= len(file)
        if answer["offset"] < len(file):
            await uploader.chunk(answer["offset"], file[answer["offset"] :])
        await uploader.say("finish", sha256=sha256(file))
        await uploader.until("finished")


def download(server: Server, uuid: str) -> bytes:
    answer = ask(server, "GET", f"/parser/{uuid}/download")
    assert answer.status == 200, answer
    return answer.body


@pytest.mark.parametrize("run", runs(1))
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("name", FILES if TORTURE else ["tabs"])
async def test_no_failing_call_loses_an_acknowledged_byte_or_shows_a_wrong_page(
    name: str, kind: str, run: int, tmp_path: Path
) -> None:
    (calls, error), file = FAULTS[kind], FILES[name]
    documents = []
    with serving("--keep_free_mb=0", first=TRACEABLE) as server:
        for nth in count(1):
            uuid, attempt = put(server, ONE), Attempt(file)
            async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
                await viewer.until("page")
                with injected(server, calls, f"error={error}", nth, tmp_path / str(nth)) as injection:
                    async with asyncio.timeout(HANG_S):
                        await attempt.run(uploader)
                    async with asyncio.timeout(HANG_S):
                        await turn(viewer, uuid, (ONE, TWO))
            where = f"call {nth}: {injection.calls}, told {attempt.told}"
            assert download(server, uuid) in ([file] if attempt.told == "finished" else [ONE, file]), where
            if attempt.told != "finished" and attempt.key:
                await complete(server, uuid, attempt)
                assert download(server, uuid) == file, where
            documents.append((uuid, download(server, uuid)))
            if not injection.calls:
                break
        assert nth > 1, f"strace has let no {kind} fail"
        server.kill()
        server.start()
        for uuid, data in documents:
            assert download(server, uuid) == data
            assert ask(server, "GET", f"/parser/{uuid}/rows?page_no=2").status == 200


@pytest.mark.parametrize("run", runs(1))
@pytest.mark.parametrize("kind", ["fsync", "rename", "write"] if TORTURE else ["fsync", "rename"])
async def test_a_server_killed_at_any_call_keeps_what_it_acknowledged(kind: str, run: int, tmp_path: Path) -> None:
    calls, _ = FAULTS[kind]
    killed = 0
    with serving("--keep_free_mb=0", first=f"{TRACEABLE}\n{ONE_THREAD_EACH}") as server:
        await upload_and_turn(server)
        for place in range(len(threads(server))):
            for nth in count(1):
                await upload_and_turn(server)  # all threads have begun
                uuid, attempt = put(server, ONE), Attempt()
                log = tmp_path / f"{place}.{nth}"
                async with uploading(server, uuid) as uploader:
                    with injected(server, calls, "signal=KILL", nth, log, threads(server)[place]) as injection:
                        await attempt.run(uploader)
                if not injection.calls:
                    break
                killed += 1
                server.was_killed()
                server.start()
                where = f"killed at call {nth}: {injection.calls}, told {attempt.told}"
                assert download(server, uuid) in ([TWO] if attempt.told == "finished" else [ONE, TWO]), where
                if attempt.told != "finished" and attempt.key:
                    await complete(server, uuid, attempt)
                    assert download(server, uuid) == TWO, where
    assert killed >= 2, f"strace has seen no {kind}"


async def upload_and_turn(server: Server) -> None:
    uuid = put(server, ONE)
    async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
        await viewer.until("page")
        await Attempt().run(uploader)
        await turn(viewer, uuid, (ONE, TWO))


def threads(server: Server) -> list[int]:
    return sorted(int(path.name) for path in Path(f"/proc/{server.pid}/task").iterdir())
