"""When things break: killed at any moment, out of space, out of files, a disk that lies."""

import asyncio
import random
import resource
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.edges.piping import piping
from tests.edges.talk import PATIENCE_S, Client, ask, comes_true, count, page_of, put, sha256, table, uploading, viewing
from tests.examples import runs
from tests.server import Server, serving

FAILING = """
import errno, os, pathlib
def failing(name, fault):
    real = getattr(os, name)
    def call(*given):
        if pathlib.Path({flag!r}, name).exists():
            raise OSError(fault, os.strerror(fault))
        return real(*given)
    setattr(os, name, call)
failing("pwrite", errno.ENOSPC)
failing("fdatasync", errno.EIO)
"""
"""A disk that fails while a file of the call's name is there: no real one does so on demand."""


def download(server: Server, uuid: str) -> bytes:
    answer = ask(server, "GET", f"/parser/{uuid}/download")
    assert answer.status == 200, answer
    return answer.body


async def acknowledged(uploader: Client) -> int:
    """The last offset that was said to be safe, by the time that the connection ends."""
    return max(int(frame.get("offset", 0)) for frame in [{}, *await uploader.rest()])


@pytest.mark.parametrize("seed", runs(5))
async def test_a_server_killed_at_any_moment_keeps_what_it_acknowledged(seed: int) -> None:
    with serving() as server:
        await kill_in_uploads(server, random.Random(seed))
        assert not list(server.data.glob("uploads/*"))


async def kill_in_uploads(server: Server, chance: random.Random) -> None:
    """Kill a server twice while it receives an upload, and see that it keeps what it acknowledged."""
    whole, fresh = table(40_000, "whole"), table(50_000, "fresh")
    uuid = put(server, whole)
    expected = {whole}
    for _ in range(2):
        async with uploading(server, uuid) as uploader:
            await uploader.say("upload", name="fresh.tsv", size=len(fresh), viewer="")
            key = (await uploader.until("accepted"))["upload"]

            async def send(uploader: Client = uploader) -> None:
                step = chance.randrange(10_000, 90_000)
                for offset in range(0, len(fresh), step):
                    await uploader.chunk(offset, fresh[offset : offset + step])
                    await asyncio.sleep(0)
                await uploader.say("finish", sha256=sha256(fresh))

            sending = asyncio.create_task(send())
            listening = asyncio.create_task(acknowledged(uploader))
            await asyncio.sleep(chance.uniform(0, 0.15))
            server.kill()
            await asyncio.gather(sending, return_exceptions=True)
            safe = await listening
        server.start()
        expected.add(fresh)
        now = download(server, uuid)
        assert now in expected, "a version is whole or not there"
        async with uploading(server, uuid) as uploader:
            await uploader.say("resume", upload=key)
            answer = await uploader.next()
            if answer["type"] == "error":
                assert now == fresh, "only what has become a version is not known any more"
                continue
            assert safe <= answer["offset"] <= len(fresh)
            with suppress(ConnectionClosed):
                await uploader.chunk(answer["offset"], fresh[answer["offset"] :])
            await uploader.say("finish", sha256=sha256(fresh))
            await uploader.until("finished")
        assert download(server, uuid) == fresh


@pytest.mark.parametrize(("call", "begins"), [("pwrite", 30_000), ("fdatasync", 30_000)])
async def test_a_failing_disk_is_told_and_nothing_acknowledged_is_lost(tmp_path: Path, call: str, begins: int) -> None:
    whole = table(20_000)
    with serving(first=FAILING.format(flag=str(tmp_path))) as server:
        uuid = put(server, table(500))
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")
            async with uploading(server, uuid) as uploader:
                await uploader.say("upload", name="t.tsv", size=len(whole), viewer="")
                key = (await uploader.until("accepted"))["upload"]
                await uploader.chunk(0, whole[:begins])
                await uploader.stored(begins)
                (tmp_path / call).touch()
                await uploader.chunk(begins, whole[begins:90_000])
                assert (await uploader.until("error"))["code"] == "storage-failed"
                assert (await uploader.closed())[0] == 4007
            await viewer.say("turn", page_no=3)
            assert (await viewer.until("page", page_no=3))["data"] == page_of(table(500), 3), "readers read on"
            (tmp_path / call).unlink()
            async with uploading(server, uuid) as uploader:
                await uploader.say("resume", upload=key)
                assert (await uploader.until("accepted"))["offset"] == begins, "what was not safe comes again"
                await uploader.chunk(begins, whole[begins:])
                await uploader.say("finish", sha256=sha256(whole))
                await uploader.until("finished")
        assert download(server, uuid) == whole


async def test_a_server_out_of_files_says_so_and_recovers() -> None:
    with serving() as server:
        uuid = put(server, table(500))
        async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
            await viewer.until("page")
            taken = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
            unlimited = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (taken, unlimited[1]))
            await uploader.say("upload", name="t.tsv", size=9, viewer="")
            assert (await uploader.until("error"))["code"] == "storage-failed"
            await viewer.say("turn", page_no=2)
            assert (await viewer.until("error"))["code"] == "storage-failed"
            resource.prlimit(server.pid, resource.RLIMIT_NOFILE, unlimited)
            await viewer.say("turn", page_no=2)
            assert (await viewer.until("page", page_no=2))["data"] == page_of(table(500), 2)
        assert ask(server, "PUT", f"/parser/{uuid}", table(600)).status == 200
        assert download(server, uuid) == table(600)


async def test_what_a_crash_left_behind_is_swept() -> None:
    with serving(first="import pagecast.edges.disk.removal as r; r.ABANDONED_S = -1") as server:
        uuid = put(server, table(500))
        async with uploading(server) as uploader:
            await uploader.say("upload", name="t.tsv", size=100_000, viewer="")
            accepted = await uploader.until("accepted")
            await uploader.chunk(0, table(50))
            await uploader.stored(len(table(50)))
        await comes_true(lambda: count(server, "open_documents") == 0)
        server.terminate()
        kept = sorted(server.data.rglob("*"))
        folder = server.data / "documents" / uuid
        orphans = [folder / f"{'0' * 32}.original", folder / f"{'0' * 32}.1.index", folder / "document.new"]
        alone = server.data / "documents" / "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
        alone.mkdir()
        for orphan in [*orphans, alone / f"{'1' * 32}.original"]:
            orphan.write_bytes(b"a\tb\n")
        server.start()
        await comes_true(lambda: sorted(server.data.rglob("*")) == kept)
        assert download(server, uuid) == table(500)
        async with uploading(server) as uploader:
            await uploader.say("resume", upload=accepted["upload"])
            assert (await uploader.until("accepted"))["offset"] == len(table(50))


async def test_of_cancel_and_finish_at_once_one_happens_and_wholly(server: Server) -> None:
    data = table(30_000)
    for _ in range(10):
        uuid = put(server, table(500))
        async with uploading(server, uuid) as first, uploading(server, uuid) as second:
            await first.say("upload", name="t.tsv", size=len(data), viewer="")
            key = (await first.until("accepted"))["upload"]
            await first.chunk(0, data)
            await first.stored(len(data))
            await first.say("finish", sha256=sha256(data))
            await second.say("resume", upload=key)
            await second.say("cancel")
            await asyncio.gather(first.closed(), second.closed())
        assert download(server, uuid) in (data, table(500))
    await comes_true(lambda: count(server, "uploads") == 0)


def test_an_upload_that_would_fill_the_disk_is_refused_before_it_begins() -> None:
    with serving(f"--keep_free_mb={2**30}") as server:
        answer = ask(server, "PUT", "/parser/t.tsv", table(5))
        assert (answer.status, answer.text.count("\n")) == (507, 1)
        assert not list(server.data.glob("*/*"))


async def test_a_file_that_hardly_moves_is_given_up_and_a_live_table_is_not() -> None:
    with serving(first="import pagecast.edges.http.request_body as a; a.RATE_WINDOW_S = 0.5") as server:
        async with piping(f"{server.http}/parser/live.tsv") as job:
            job.write(b"n\tword\n")
            uuid = await job.link()
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as slow:
                slow.sendall(b"PUT /parser/t.tsv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\na\tb\n")
                answer = await asyncio.to_thread(slow.recv, 2**16)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert answer.endswith(b"The upload was too slow: send the file again over a faster connection.\n")
            job.write(b"1\trow\n")
            assert await job.ends() == 0
        assert download(server, uuid) == b"n\tword\n1\trow\n"


HELD_UP = """
import os, time
from pagecast.edges.disk.drafts import DiskDraft
write, free = DiskDraft.write, {free!r}
def wait_and_write(self, data):
    while len(data) > 50_000 and not os.path.exists(free):
        time.sleep(0.01)
    write(self, data)
DiskDraft.write = wait_and_write
"""


async def test_a_turn_does_not_wait_behind_uploads(tmp_path: Path) -> None:
    """Not even behind uploads that the disk delays: page reads have threads of their own."""
    free = tmp_path / "free"
    with serving(first=HELD_UP.format(free=str(free))) as server:
        uuid = put(server, table(500))
        large = table(20_000)
        uploads = [asyncio.create_task(asyncio.to_thread(put, server, large)) for _ in range(5)]
        await comes_true(lambda: count(server, "uploads") == 5)
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")
            for page_no in (2, 3, 4):
                await viewer.say("turn", page_no=page_no)
                assert (await viewer.until("page", page_no=page_no))["data"] == page_of(table(500), page_no)
            assert ask(server, "GET", f"/parser/{uuid}/rows?page_no=5").status == 200
        assert not any(upload.done() for upload in uploads)
        free.touch()
        await asyncio.gather(*uploads)
