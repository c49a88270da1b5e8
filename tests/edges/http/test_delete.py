"""A document is deleted by its edit link: its bytes are gone, everyone is told, and no link leads to it any more."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.edges.piping import Job, piping
from tests.edges.talk import Client, ask, comes_true, count, put, table, uploading, viewing
from tests.server import Server, serving

TABLE = table(950)
SAID = "This table has been deleted: upload it again to get a new link."


def kept(server: Server) -> list[str]:
    """The files of documents and uploads that are on the server's disk."""
    folders = ("documents", "deleted", "uploads", "readers", "queries")
    return [str(path) for folder in folders for path in (server.data / folder).rglob("*")]


async def reader_of(server: Server, uuid: str) -> str:
    async with viewing(server, uuid) as viewer:
        return str((await viewer.until("welcome"))["reader"])


async def keep_writing(job: Job) -> None:
    """Write rows: curl reads an answer only between two inputs."""
    while True:
        job.write(b"2\tmore\t4\n")
        await asyncio.sleep(0.02)


async def begun(server: Server, uuid: str, stack: AsyncExitStack) -> tuple[Client, str]:
    """An upload of a next version that has sent some of its bytes, and its name."""
    uploader = await stack.enter_async_context(uploading(server, uuid))
    await uploader.say("upload", name="next.tsv", size=len(TABLE), viewer="")
    name = str((await uploader.until("accepted"))["upload"])
    await uploader.chunk(0, TABLE[:1000])
    await uploader.stored(1000)
    return uploader, name


async def test_a_deleted_document_is_gone_for_everyone_and_from_the_disk() -> None:
    with serving() as server:
        uuid = put(server, TABLE)
        put_again = ask(server, "PUT", f"/parser/{uuid}", TABLE)
        assert put_again.status == 200
        reader = await reader_of(server, uuid)
        async with AsyncExitStack() as stack:
            viewers = [await stack.enter_async_context(viewing(server, link)) for link in (uuid, uuid, reader)]
            plain = await stack.enter_async_context(connect(f"{server.ws}/parser/ws/{uuid}", proxy=None))
            await viewers[0].say("say", text="here")
            await viewers[0].until("log")
            assert ask(server, "GET", f"/parser/{uuid}/rows?_sort_desc=n").status == 200
            assert ask(server, "POST", f"/parser/{uuid}/export?format=csv").status == 200
            uploader, name = await begun(server, uuid, stack)
            cut, cut_name = await begun(server, uuid, stack)
            await cut.socket.close()
            assert kept(server)

            deleted = ask(server, "DELETE", f"/parser/{uuid}")
            assert (deleted.status, deleted.body) == (204, b"")
            for viewer in (*viewers, Client(plain)):
                assert await viewer.closed() == (4510, SAID)
            error = await uploader.until("error")
            assert (error["code"], error["message"]) == ("document-deleted", SAID)
            assert (await uploader.closed())[0] == 4510

        await comes_true(lambda: not kept(server))
        assert count(server, "stored_bytes") == 0
        for _ in range(2):
            for method, path in [("GET", ""), ("GET", "/download"), ("PUT", ""), ("PUT", "?append=1"), ("DELETE", "")]:
                for link in (uuid, reader):
                    body = TABLE if method == "PUT" else None
                    assert ask(server, method, f"/parser/{link}{path}", body).status == 404, (method, path)
            async with viewing(server, uuid) as late:
                assert (await late.closed())[0] == 4504
            for lost in (name, cut_name):
                async with uploading(server, uuid) as again:
                    await again.say("resume", upload=lost)
                    assert (await again.until("error"))["code"] == "unknown-upload"
            server.restart()
        assert not kept(server)


def held(server: Server, uuid: str) -> list[str]:
    """The files of a document that the server and its query processes hold open, also if they have no name any more."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    found = []
    for process in (str(server.pid), *children):
        with suppress(OSError):  # the process has ended meanwhile
            for file in Path("/proc", process, "fd").iterdir():
                with suppress(FileNotFoundError):
                    found.append(str(file.readlink()))
    return [name for name in found if uuid in name]


def test_no_query_process_holds_a_deleted_table(server: Server) -> None:
    uuid = put(server, b"n\tword\n" + b"".join(b"%d\t%040d\n" % (7 * n % 99_991, n) for n in range(100_000)))
    assert ask(server, "GET", f"/parser/{uuid}/rows?_sort=n").status == 200
    assert ask(server, "GET", f"/parser/{uuid}/rows?word__contains=77").status == 200
    assert held(server, uuid)
    assert ask(server, "DELETE", f"/parser/{uuid}").status == 204
    assert held(server, uuid) == []
    assert not list((server.data / "queries").iterdir())


def test_what_a_crash_leaves_of_a_deleted_document_is_removed_by_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / "deleted" / "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11.00000000"
    left.mkdir(parents=True)
    (left / "c2b7f0d1.original").write_bytes(TABLE)
    with serving(data=tmp_path) as server:
        while left.exists():
            ask(server, "GET", "/healthz")  # the sweep is under way
        assert count(server, "stored_bytes") == 0


async def test_deletion_takes_one_document_only(server: Server) -> None:
    uuid, other = put(server, TABLE), put(server, TABLE)
    async with viewing(server, other) as viewer:
        assert ask(server, "DELETE", f"/parser/{uuid}").status == 204
        await viewer.say("turn", page_no=3)
        assert (await viewer.until("page", page_no=3))["total_number"] == 950
    assert ask(server, "GET", f"/parser/{other}/download").body == TABLE


async def test_the_read_only_link_deletes_nothing(server: Server) -> None:
    uuid = put(server, TABLE)
    refused = ask(server, "DELETE", f"/parser/{await reader_of(server, uuid)}")
    assert (refused.status, "read-only" in refused.text) == (403, True)
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


async def test_a_page_of_another_site_deletes_nothing(server: Server) -> None:
    uuid = put(server, TABLE)
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert ask(server, "DELETE", f"/parser/{uuid}", headers=headers).status == 403
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


@pytest.mark.parametrize("of", ["a document without a table", "a first upload"])
async def test_what_has_no_finished_table_is_deleted_too(server: Server, of: str) -> None:
    async with AsyncExitStack() as stack:
        if of == "a first upload":
            uploader = await stack.enter_async_context(uploading(server))
            await uploader.say("upload", name="a.tsv", size=len(TABLE), viewer="")
            uuid = (await uploader.until("accepted"))["uuid"]
        else:
            uuid = None
        viewer = await stack.enter_async_context(viewing(server, uuid))
        uuid = (await viewer.until("welcome"))["uuid"]
        assert ask(server, "DELETE", f"/parser/{uuid}").status == 204
        assert (await viewer.closed())[0] == 4510
    assert ask(server, "GET", f"/parser/{uuid}").status == 404
    assert ask(server, "DELETE", f"/parser/{uuid}").status == 404


@pytest.mark.parametrize("way", ["a next version", "more rows"])
async def test_who_sends_over_http_is_told(server: Server, way: str) -> None:
    uuid = put(server, TABLE)
    url = f"{server.http}/parser/{uuid}" + ("?append=1" if way == "more rows" else "")
    async with piping(url) as job:
        job.write(b"1\tmore\t2\n")
        if way == "more rows":
            await job.link()
        await comes_true(lambda: count(server, "uploads") == 1)
        assert ask(server, "DELETE", f"/parser/{uuid}").status == 204
        writing = asyncio.create_task(keep_writing(job))
        assert await job.line() == f"{SAID}\n"
        writing.cancel()
    await comes_true(lambda: count(server, "uploads") == 0)
    assert ask(server, "GET", f"/parser/{uuid}").status == 404
