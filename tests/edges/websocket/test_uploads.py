"""Uploads in chunks: what is acknowledged is there, whatever happens next."""

import asyncio
import hashlib
import json
import resource
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.edges.talk import (
    PNG,
    Client,
    Frame,
    ask,
    comes_true,
    count,
    page_of,
    put,
    sha256,
    table,
    upload,
    uploading,
    viewing,
)
from tests.server import Server, serving

TABLE = table(5000)
SIZE = len(TABLE)


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may kill."""
    with serving() as running:
        yield running


async def begin(uploader: Client, size: int = SIZE, name: str = "cities.tsv") -> Frame:
    await uploader.say("upload", name=name, size=size, viewer="")
    return await uploader.until("accepted")


def download(server: Server, uuid: str) -> bytes:
    answer = ask(server, "GET", f"/parser/{uuid}/download")
    assert answer.status == 200, answer
    return answer.body


async def finish(server: Server, key: str, data: bytes = TABLE) -> Frame:
    """Resume an upload and bring it to its end."""
    async with uploading(server) as uploader:
        await uploader.say("resume", upload=key)
        offset = (await uploader.until("accepted", upload=key))["offset"]
        assert offset <= len(data)
        if offset < len(data):
            await uploader.chunk(offset, data[offset:])
        await uploader.say("finish", sha256=sha256(data))
        return await uploader.until("finished")


async def test_a_chunk_is_acknowledged_with_what_is_stored(server: Server) -> None:
    async with uploading(server) as uploader:
        accepted = await begin(uploader)
        assert list(accepted) == ["type", "uuid", "upload", "offset", "max_chunk"]
        assert (accepted["offset"], accepted["max_chunk"]) == (0, 4 * 2**20)
        for offset in range(0, SIZE, 7001):
            await uploader.chunk(offset, TABLE[offset : offset + 7001])
            stored = await uploader.next()
            assert stored == {"type": "stored", "offset": min(offset + 7001, SIZE)}
        await uploader.say("finish", sha256=sha256(TABLE))
        assert await uploader.next() == {"type": "finished", "uuid": accepted["uuid"], "version": 1}
        assert await uploader.closed() == (1000, "")
    assert download(server, accepted["uuid"]) == TABLE


async def test_many_chunks_may_be_under_way(server: Server) -> None:
    async with uploading(server) as uploader:
        uuid = (await begin(uploader))["uuid"]
        for offset in range(0, SIZE, 997):
            await uploader.chunk(offset, TABLE[offset : offset + 997])
        await uploader.say("finish", sha256=sha256(TABLE))
        await uploader.until("finished")
    assert download(server, uuid) == TABLE


async def test_the_largest_chunk_is_taken(server: Server) -> None:
    data = table(400_000)[: 5 * 2**20].rpartition(b"\n")[0]
    async with uploading(server) as uploader:
        accepted = await begin(uploader, len(data))
        largest = accepted["max_chunk"]
        await uploader.chunk(0, data[:largest])
        await uploader.stored(largest)
        await uploader.chunk(largest, data[largest:])
        await uploader.say("finish", sha256=sha256(data))
        await uploader.until("finished")
    assert download(server, accepted["uuid"]) == data


async def test_a_chunk_sent_twice_is_acknowledged_twice_and_stored_once(server: Server) -> None:
    async with uploading(server) as uploader:
        uuid = (await begin(uploader))["uuid"]
        await uploader.chunk(0, TABLE[:1000])
        assert (await uploader.next())["offset"] == 1000
        for again in (TABLE[:1000], TABLE[:10], b""):
            await uploader.chunk(0, again)
            assert await uploader.next() == {"type": "stored", "offset": 1000}
        await uploader.chunk(500, TABLE[500:2000])  # half of it is new
        assert (await uploader.next())["offset"] == 2000
        await uploader.chunk(2000, TABLE[2000:])
        await uploader.say("finish", sha256=sha256(TABLE))
        await uploader.until("finished")
    assert download(server, uuid) == TABLE


async def test_a_gap_is_told_with_where_to_go_on(server: Server) -> None:
    async with uploading(server) as uploader:
        uuid = (await begin(uploader))["uuid"]
        await uploader.chunk(0, TABLE[:1000])
        await uploader.stored(1000)
        for offset in (1001, SIZE, 2**64 - 1):
            await uploader.chunk(offset, b"x")
            assert (await uploader.next())["code"] == "wrong-offset"
            assert await uploader.next() == {"type": "stored", "offset": 1000}
        await uploader.chunk(1000, TABLE[1000:])
        await uploader.say("finish", sha256=sha256(TABLE))
        await uploader.until("finished")
    assert download(server, uuid) == TABLE


async def test_a_chunk_that_is_too_long_ends_the_connection_and_not_the_upload(server: Server) -> None:
    async with uploading(server) as uploader:
        accepted = await begin(uploader)
        await uploader.chunk(0, TABLE[:1000])
        await uploader.stored(1000)
        with suppress(ConnectionClosed):  # it was cut while it still sent
            await uploader.chunk(1000, bytes(accepted["max_chunk"] + 1))
        assert (await uploader.closed())[0] in (1009, 1006)
    await finish(server, accepted["upload"])
    assert download(server, accepted["uuid"]) == TABLE


async def test_an_upload_that_was_cut_goes_on_where_it_was(server: Server) -> None:
    async with uploading(server) as uploader:
        accepted = await begin(uploader)
        await uploader.chunk(0, TABLE[:3000])
        await uploader.stored(3000)
        uploader.socket.transport.abort()
    async with uploading(server) as uploader:
        await uploader.say("resume", upload=accepted["upload"])
        assert await uploader.next() == {**accepted, "offset": 3000}
        await uploader.chunk(3000, TABLE[3000:])
        await uploader.say("finish", sha256=sha256(TABLE))
        assert (await uploader.until("finished"))["uuid"] == accepted["uuid"]
    assert download(server, accepted["uuid"]) == TABLE


async def test_an_upload_can_be_resumed_before_its_cut_was_noticed(server: Server) -> None:
    async with uploading(server) as half_open:
        accepted = await begin(half_open)
        await half_open.chunk(0, TABLE[:3000])
        await half_open.stored(3000)
        await finish(server, accepted["upload"])
    assert download(server, accepted["uuid"]) == TABLE


async def test_what_was_acknowledged_survives_a_kill(own: Server) -> None:
    data = table(100_000)
    async with viewing(own) as viewer:
        uuid = (await viewer.next())["uuid"]
        async with uploading(own, uuid) as uploader:
            key = (await begin(uploader, len(data)))["upload"]

            async def send() -> None:
                for offset in range(0, len(data), 50_000):
                    await uploader.chunk(offset, data[offset : offset + 50_000])

            sending = asyncio.create_task(send())
            acknowledged = 0
            while acknowledged < len(data) // 3:
                acknowledged = (await uploader.until("stored"))["offset"]
            own.kill()
            await asyncio.gather(sending, return_exceptions=True)
            acknowledged = max(
                [acknowledged, *(frame["offset"] for frame in await uploader.rest() if frame["type"] == "stored")]
            )
    own.start()
    async with uploading(own) as uploader:
        await uploader.say("resume", upload=key)
        assert (await uploader.until("accepted"))["offset"] >= acknowledged
    await finish(own, key, data)
    assert download(own, uuid) == data
    async with viewing(own, uuid) as viewer:
        assert (await viewer.until("document"))["rows"] == 100_000
        await viewer.say("turn", page_no=1000)
        assert (await viewer.until("page", page_no=1000))["data"] == page_of(data, 1000)


@pytest.mark.parametrize("end", ["kill", "terminate"])
async def test_a_first_table_that_was_cut_shows_its_rows_even_after_a_restart(own: Server, end: str) -> None:
    async with uploading(own) as uploader:
        accepted = await begin(uploader)
        await uploader.chunk(0, TABLE[:3000])
        await uploader.stored(3000)
    uuid = accepted["uuid"]
    seen = []
    for _ in range(2):
        async with viewing(own, uuid) as viewer:
            document, page = await viewer.until("document"), await viewer.until("page")
            assert (document["complete"], document["received"], document["size"]) == (False, 3000, SIZE)
            assert document["rows"] == TABLE[:3000].count(b"\n")
            assert page["data"] == page_of(TABLE, 1)
            seen.append(document)
        assert ask(own, "GET", f"/parser/{uuid}/download").status == 409
        if end == "kill":
            own.kill()
        else:
            own.terminate()
        own.start()
    assert seen[0] == {**seen[1], "seq": seen[0]["seq"], "edition": seen[0]["edition"]}
    async with viewing(own, uuid) as viewer:
        await viewer.until("page")
        await finish(own, accepted["upload"])
        assert (await viewer.until("document", complete=True))["rows"] == 5000
    assert download(own, uuid) == TABLE


async def test_a_replacement_that_was_cut_is_not_seen(own: Server) -> None:
    uuid = put(own, TABLE)
    async with viewing(own, uuid) as viewer, uploading(own, uuid) as uploader:
        await viewer.until("page")
        fresh = table(9000, "fresh")
        accepted = await begin(uploader, len(fresh))
        for offset in range(0, 50_000, 10_000):  # of a first table, every one of them would be told
            await uploader.chunk(offset, fresh[offset : offset + 10_000])
            await uploader.stored(offset + 10_000)
        await viewer.say("turn", page_no=2)
        assert (await viewer.next())["data"] == page_of(TABLE, 2), "it was told of nothing"
    own.kill()
    own.start()
    assert download(own, uuid) == TABLE
    assert (await finish(own, accepted["upload"], fresh))["version"] == 2
    assert download(own, uuid) == fresh


async def test_another_checksum_throws_the_upload_away(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
        await viewer.until("page")
        key = (await begin(uploader))["upload"]
        await uploader.chunk(0, TABLE)
        await uploader.say("finish", sha256=sha256(TABLE + b"x"))
        assert (await uploader.until("error"))["code"] == "checksum-mismatch"
        assert (await uploader.closed())[0] == 4500
        await viewer.say("turn", page_no=2)
        assert (await viewer.next())["version"] == 1
    async with uploading(server) as uploader:
        await uploader.say("resume", upload=key)
        assert (await uploader.next())["code"] == "unknown-upload"


async def test_what_is_shorter_or_longer_than_announced_is_thrown_away(server: Server) -> None:
    for announced in (SIZE + 1, SIZE - 1, 0):
        async with uploading(server) as uploader:
            uuid = (await begin(uploader, announced))["uuid"]
            await uploader.chunk(0, TABLE)
            await uploader.say("finish", sha256=sha256(TABLE))
            assert (await uploader.until("error"))["code"] in ("checksum-mismatch", "longer-than-said")
            assert (await uploader.closed())[0] == 4500
        assert ask(server, "GET", f"/parser/{uuid}").status == 404


@pytest.mark.parametrize(("data", "code"), [(b"", "empty-file"), (b"\n\r\n", "empty-file"), (PNG, "not-a-table")])
async def test_what_is_no_table_is_refused(server: Server, data: bytes, code: str) -> None:
    async with uploading(server) as uploader:
        uuid = (await begin(uploader, len(data)))["uuid"]
        await uploader.chunk(0, data)
        await uploader.say("finish", sha256=sha256(data))
        assert (await uploader.until("error"))["code"] == code
        assert (await uploader.closed())[0] == 4500
    assert ask(server, "GET", f"/parser/{uuid}").status == 404


async def test_a_cancelled_first_upload_is_withdrawn(server: Server) -> None:
    async with viewing(server) as viewer:
        uuid = (await viewer.next())["uuid"]
        async with uploading(server, uuid) as uploader:
            await begin(uploader)
            await uploader.chunk(0, TABLE[:3000])
            assert (await viewer.until("page", version=1))["data"] == page_of(TABLE, 1)
            await uploader.say("cancel")
            assert (await uploader.closed())[0] == 1000
        page = await viewer.until("page")
        assert (page["version"], page["page_no"], page["total_number"], page["data"]) == (0, 1, 0, [])
        assert (await upload(server, TABLE, uuid))["version"] == 1
        assert (await viewer.until("page", version=1))["data"] == page_of(TABLE, 1)
    await comes_true(lambda: not list(server.data.glob(f"documents/{uuid}/*.new")))
    assert len(list(server.data.glob(f"documents/{uuid}/*.original"))) == 1


async def test_of_uploads_that_race_viewers_see_whole_versions_only(server: Server) -> None:
    uuid = put(server, TABLE)
    tables = [table(3000 + n, f"racer{n}") for n in range(5)]
    async with viewing(server, uuid) as viewer:
        finished = await asyncio.gather(*(upload(server, data, uuid) for data in tables))
        assert sorted(frame["version"] for frame in finished) == [2, 3, 4, 5, 6]
        whole = {frame["version"]: data for frame, data in zip(finished, tables, strict=True)} | {1: TABLE}
        page: Frame = {"version": 0}
        while page["version"] != 6:
            page = await viewer.until("page")
            assert page["data"] == page_of(whole[page["version"]], 1)
            assert page["total_number"] == whole[page["version"]].count(b"\n")
    assert download(server, uuid) == whole[6]


async def test_uploads_to_a_new_document_may_race_too(server: Server) -> None:
    tables = [table(3000 + n, f"racer{n}") for n in range(3)]
    async with viewing(server) as viewer:
        uuid = (await viewer.next())["uuid"]
        await asyncio.gather(*(upload(server, data, uuid) for data in tables))
        rows = json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)
        page = await viewer.until("page", version=3)
    final = next(data for data in tables if data.count(b"\n") == rows["total_number"])
    assert page["data"] == rows["data"] == page_of(final, 1)
    assert download(server, uuid) == final


async def test_an_upload_to_an_unknown_document_is_refused(server: Server) -> None:
    for uuid in ("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", "nonsense"):
        async with uploading(server, uuid) as uploader:
            with suppress(ConnectionClosed):  # the server may have been faster
                await uploader.say("upload", name="t.tsv", size=SIZE, viewer="")
            code, _ = await uploader.closed()
            assert code == 4504
    async with connect(f"{server.ws}/parser/ws/upload", proxy=None) as plain:
        assert (await Client(plain).closed())[0] == 4500, "an upload in chunks is asked for in pagecast.v1"


async def test_frames_out_of_order_are_no_frames(server: Server) -> None:
    async with uploading(server) as uploader:
        await uploader.chunk(0, TABLE[:1000])
        assert (await uploader.next())["code"] == "bad-frame"
        await uploader.say("finish", sha256=sha256(TABLE))
        assert (await uploader.next())["code"] == "bad-frame"
        await uploader.say("turn", page_no=1)
        assert (await uploader.next())["code"] == "bad-frame"
        await uploader.say("upload", name="t.tsv", size=-1, viewer="")
        assert (await uploader.next())["code"] == "bad-frame"
        uuid = (await begin(uploader))["uuid"]
        await uploader.say("upload", name="t.tsv", size=SIZE, viewer="")
        assert (await uploader.next())["code"] == "bad-frame"
        await uploader.socket.send(b"short")
        assert (await uploader.next())["code"] == "bad-frame"
        await uploader.chunk(0, TABLE)
        await uploader.say("finish", sha256=sha256(TABLE))
        await uploader.until("finished")
    assert download(server, uuid) == TABLE


async def test_more_than_the_server_takes_is_refused() -> None:
    with serving("--max_table_mb=1") as server:
        async with uploading(server) as uploader:
            await uploader.say("upload", name="t.tsv", size=2**20 + 1, viewer="")
            error = await uploader.next()
            assert error["code"] == "too-large"
            assert "1 MB" in error["message"]
            assert (await uploader.closed())[0] == 4500
        async with uploading(server) as uploader:
            uuid = (await begin(uploader, 2**20))["uuid"]
            await uploader.chunk(0, TABLE)
            await uploader.stored(SIZE)
            await uploader.chunk(SIZE, bytes(2**20))
            assert (await uploader.until("error"))["code"] in ("too-large", "longer-than-said")
            assert (await uploader.closed())[0] == 4500
        assert ask(server, "GET", f"/parser/{uuid}").status == 404
        assert not list(server.data.glob("documents/*"))


async def test_a_full_disk_keeps_what_was_acknowledged_and_readers_read_on(own: Server) -> None:
    """The system refuses to make any file longer, which is what a full disk looks like from above."""
    whole = table(200_000)
    uuid = put(own, TABLE)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    async with viewing(own, uuid) as viewer:
        await viewer.until("page")
        async with uploading(own, uuid) as uploader:
            key = (await begin(uploader, len(whole)))["upload"]
            await uploader.chunk(0, whole[:1_000_000])
            await uploader.stored(1_000_000)
            resource.prlimit(own.pid, resource.RLIMIT_FSIZE, (1_200_000, resource.RLIM_INFINITY))
            await uploader.chunk(1_000_000, whole[1_000_000:2_000_000])
            assert (await uploader.until("error"))["code"] == "storage-failed"
            assert (await uploader.closed())[0] == 4007
        await viewer.say("turn", page_no=7)
        assert (await viewer.until("page"))["data"] == page_of(TABLE, 7), "readers read on"
        answer = ask(own, "PUT", "/parser/t.tsv", whole)
        assert answer.status == 507
        assert answer.text.startswith("The server’s disk is full or failing")
        resource.prlimit(own.pid, resource.RLIMIT_FSIZE, unlimited)
        async with uploading(own) as uploader:
            await uploader.say("resume", upload=key)
            assert (await uploader.until("accepted"))["offset"] >= 1_000_000
        await finish(own, key, whole)
        assert (await viewer.until("page", version=2))["data"] == page_of(whole, 1)
    assert hashlib.sha256(download(own, uuid)).digest() == hashlib.sha256(whole).digest()


async def test_nothing_stays_open_behind_uploads_that_have_ended(server: Server) -> None:
    await comes_true(lambda: [count(server, name) for name in ("viewers", "uploads", "open_documents")] == [0, 0, 0])


SLOWLY = """
import time
from pagecast.edges.disk.drafts import DiskDraft
sync = DiskDraft.sync
def slow(self):
    time.sleep(0.2)
    sync(self)
DiskDraft.sync = slow
"""


async def test_an_upload_resumed_while_pieces_are_stored_goes_on_at_once() -> None:
    data = table(30_000)
    with serving(first=SLOWLY) as server:
        async with uploading(server) as first, uploading(server) as second:
            await first.say("upload", name="t.tsv", size=len(data), viewer="")
            key = (await first.until("accepted"))["upload"]
            for begin in range(0, 90_000, 30_000):
                await first.chunk(begin, data[begin : begin + 30_000])
            await second.say("resume", upload=key)
            offset = (await second.until("accepted"))["offset"]
            assert offset % 30_000 == 0
            assert (await first.until("error"))["code"] == "taken-over"
            assert (await first.closed())[0] == 4500
            await second.chunk(offset, data[offset : offset + 1000])
            assert (await second.until("stored"))["offset"] == offset + 1000, "nothing else is taken meanwhile"
            await second.chunk(offset + 1000, data[offset + 1000 :])
            await second.say("finish", sha256=sha256(data))
            await second.until("finished")
