"""DocumentService that grow: a body that has not ended yet, and rows that are added to what is there."""

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect

from tests.edges.piping import piping
from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, count, page_of, put, table, viewing
from tests.server import Server, serving

HEAD = b"n\tword\n"


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may kill."""
    with serving() as running:
        yield running


def append(server: Server, uuid: str, data: bytes) -> Answer:
    return ask(server, "PUT", f"/parser/{uuid}?append=1", data)


def rows_of(server: Server, uuid: str) -> int:
    total: int = json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)["total_number"]
    return total


async def test_a_live_table_prints_its_link_and_shows_its_rows_as_they_come(server: Server) -> None:
    async with piping(f"{server.http}/parser/results.tsv") as job:
        job.write(HEAD)
        uuid = await job.link()
        async with viewing(server, uuid) as viewer:
            for n in range(1, 4):
                job.write(b"%d\trow\n" % n)
                told = await viewer.until("document", rows=n + 1)
                assert (told["complete"], told["size"], told["name"]) == (False, None, "results.tsv")
                assert len((await viewer.until("page", total_number=n + 1))["data"]) == n + 1
            assert await job.ends() == 0
            assert (await viewer.until("document", complete=True))["rows"] == 4
    assert ask(server, "GET", f"/parser/{uuid}/download").body == HEAD + b"1\trow\n2\trow\n3\trow\n"


async def test_the_link_does_not_wait_for_a_silent_job(server: Server) -> None:
    head = b"PUT /parser/quiet.tsv HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head)
    async with asyncio.timeout(PATIENCE_S):
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"/parser/" in await reader.readuntil(b"\n\r\n")
        writer.write(b"4\r\na\tb\n\r\n0\r\n\r\n")
        assert await reader.readuntil(b"0\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("how", ["the sender goes", "the server is killed", "the server stops"])
async def test_what_has_come_of_a_live_table_stays(own: Server, how: str) -> None:
    async with piping(f"{own.http}/parser/results.tsv") as job:
        job.write(HEAD + b"1\trow\n2\tro")
        uuid = await job.link()
        async with viewing(own, uuid) as viewer:
            await viewer.until("document", received=len(HEAD) + 10)
        if how == "the sender goes":
            job.curl.kill()
        elif how == "the server is killed":
            own.kill()
        else:
            own.terminate()
    if how != "the sender goes":
        own.start()
    await comes_true(lambda: count(own, "uploads") == 0)
    assert ask(own, "GET", f"/parser/{uuid}/download").body == HEAD + b"1\trow\n2\tro"
    assert rows_of(own, uuid) == 3, "half a line is one"
    assert append(own, uuid, b"3\trow\n").status == 200
    assert ask(own, "GET", f"/parser/{uuid}/download").body == HEAD + b"1\trow\n2\tro\n3\trow\n"
    await comes_true(lambda: not list(own.data.glob("uploads/*")))


async def test_a_live_replacement_is_not_seen_before_it_is_whole(server: Server) -> None:
    uuid = put(server, table(200))
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        before = count(server, "stored_bytes")
        async with piping(f"{server.http}/parser/{uuid}") as job:
            job.write(table(300, "fresh"))
            await comes_true(lambda: count(server, "stored_bytes") > before)
            await viewer.say("turn", page_no=2)
            assert (await viewer.next())["data"] == page_of(table(200), 2), "it was told of nothing"
            await job.ends()
            assert await job.link() == uuid
        assert (await viewer.until("page", version=2))["data"] == page_of(table(300, "fresh"), 1)


async def test_what_goes_wrong_after_the_link_is_told_and_is_no_success(server: Server) -> None:
    async with piping(f"{server.http}/parser/results.tsv") as job:
        await job.link()
        job.write(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
        assert await job.ends() == 18, "curl says that the answer was cut"
        assert (await job.line()).startswith("This looks like a PNG image")


async def test_rows_are_added_behind_the_last_one(server: Server) -> None:
    data = table(250).removesuffix(b"\n")
    uuid = put(server, data)
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        await viewer.say("turn", page_no=3)
        await viewer.until("page", page_no=3)
        more = b"".join(b"%d\tmore\t0\n" % n for n in range(250, 420))
        answer = await asyncio.to_thread(append, server, uuid, more)
        assert (answer.status, answer.text) == (200, f"{server.http}/parser/{uuid}\n")
        whole = data + b"\n" + more
        told = await viewer.until("document")
        assert (told["version"], told["complete"], told["rows"], told["size"]) == (1, True, 420, len(whole))
        page = await viewer.until("page")
        assert (page["page_no"], page["by"]) == (5, None), "who is at the end stays at the end"
        assert page["data"] == page_of(whole, 5)
    download = ask(server, "GET", f"/parser/{uuid}/download")
    assert download.body == whole
    assert append(server, uuid, b"last\trow\t1\n").status == 200
    again = ask(server, "GET", f"/parser/{uuid}/download", headers={"If-None-Match": download.headers["etag"]})
    assert again.status == 200, "it is another file now"


async def test_added_rows_that_are_live_are_shown_as_they_come(own: Server) -> None:
    data = table(150)
    uuid = put(own, data)
    async with viewing(own, uuid) as viewer, piping(f"{own.http}/parser/{uuid}?append=1") as job:
        await viewer.until("page")
        await viewer.say("turn", page_no=2)
        job.write(b"150\tmore\t300\n")
        assert await job.link() == uuid
        assert (await viewer.until("document", rows=151))["complete"] is False
        job.write(table(200))
        assert (await viewer.until("page", total_number=351))["page_no"] == 4
        own.kill()
    own.start()
    assert ask(own, "GET", f"/parser/{uuid}/download").body == data + b"150\tmore\t300\n" + table(200)
    assert rows_of(own, uuid) == 351
    await comes_true(lambda: not list(own.data.glob("uploads/*")))


async def test_rows_of_a_known_length_are_added_whole_or_not_at_all(own: Server) -> None:
    data = table(150)
    uuid = put(own, data)
    before = count(own, "stored_bytes")
    for end in ("the sender goes", "the server is killed"):
        sending = socket.create_connection(("127.0.0.1", own.port))
        sending.sendall(
            f"PUT /parser/{uuid}?append=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n".encode()
        )
        sending.sendall(b"150\tmore\t300\n" * 200)
        await comes_true(lambda: count(own, "uploads") == 1 and count(own, "stored_bytes") > before)
        assert rows_of(own, uuid) == 150
        if end == "the server is killed":
            own.kill()
        sending.close()
        if end == "the server is killed":
            own.start()
        await comes_true(lambda: count(own, "uploads") == 0)
        assert (rows_of(own, uuid), ask(own, "GET", f"/parser/{uuid}/download").body) == (150, data)
    assert append(own, uuid, b"150\tmore\t300\n").status == 200
    assert ask(own, "GET", f"/parser/{uuid}/download").body == data + b"150\tmore\t300\n"


async def test_senders_that_add_at_once_take_turns(server: Server) -> None:
    uuid = put(server, HEAD)
    lines = [b"%d\trow\n" % n for n in range(20)]
    answers = await asyncio.gather(*(asyncio.to_thread(append, server, uuid, line) for line in lines))
    assert [answer.status for answer in answers] == [200] * 20
    assert sorted(ask(server, "GET", f"/parser/{uuid}/download").body.splitlines(True)) == sorted([HEAD, *lines])


async def test_who_has_waited_for_a_turn_is_told() -> None:
    with serving(first="import pagecast.service.appends as a; a.TURN_S = 0.2") as server:
        uuid = put(server, HEAD)
        async with piping(f"{server.http}/parser/{uuid}?append=1") as job:
            job.write(b"1\trow\n")
            await job.link()
            answer = await asyncio.to_thread(append, server, uuid, b"2\trow\n")
            assert (answer.status, answer.text.count("\n")) == (409, 1)


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", b"a\tb\n", 404),
        ("cities.tsv", b"a\tb\n", 404),
        ("", b"", 422),
        ("", b"\n\n", 422),
        ("", b"\x89PNG\r\n\x1a\n", 415),
        ("", b"\x1f\x8b\x08\0\0\0\0\0\0\0", 415),
    ],
)
def test_what_cannot_be_added_changes_nothing(server: Server, name: str, data: bytes, status: int) -> None:
    uuid = put(server, HEAD)
    answer = append(server, name or uuid, data)
    assert (answer.status, answer.text.count("\n")) == (status, 1)
    assert ask(server, "GET", f"/parser/{uuid}/download").body == HEAD


async def test_nothing_stays_open_behind_tables_that_grew(server: Server) -> None:
    await comes_true(lambda: [count(server, name) for name in ("viewers", "uploads", "open_documents")] == [0, 0, 0])


async def test_a_plain_viewer_is_told_of_rows_behind_its_page(server: Server) -> None:
    uuid = put(server, table(950))
    async with connect(f"{server.ws}/parser/ws/{uuid}", proxy=None) as plain, viewing(server, uuid) as viewer:
        first = json.loads(await plain.recv())
        await viewer.until("page")
        assert append(server, uuid, b"950\trow\t1900\n").status == 200
        async with asyncio.timeout(PATIENCE_S):
            second = json.loads(await plain.recv())
        assert second == first | {"total_number": 951}
        assert (await viewer.until("document"))["rows"] == 951
        await viewer.say("fetch", page_no=1)
        assert (await viewer.next())["type"] == "fetched", "others know it from the document, and are sent no page"
