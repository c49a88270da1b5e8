"""A server that is stopped in the middle of everything: it ends in order, and has nothing to say about it."""

import asyncio
import http.client
from contextlib import AsyncExitStack

import pytest

from pagecast.protocol.tus import CHUNK_TYPE
from tests.edges.piping import piping
from tests.edges.talk import PATIENCE_S, Client, ask, comes_true, count, put, sha256, table, uploading, viewing
from tests.server import Server, serving

TABLE = table(950)

TELLS_WHAT_IS_LEFT = """
import asyncio
def run(main, run=asyncio.run):
    async def watched():
        await main
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            print("still under way:", task, flush=True)
    run(watched())
asyncio.run = run
"""
"""Python itself tells of what was left only where it happens to find its remains."""


async def keep_busy(server: Server, uuid: str, stack: AsyncExitStack) -> list[Client]:
    """Many people, one who presents, an upload, and a job that goes on: answers who is connected."""
    job = await stack.enter_async_context(piping(f"{server.http}/parser/live.tsv"))
    job.write(b"n\tword\n1\trow\n")
    await job.link()
    uploader = await stack.enter_async_context(uploading(server, uuid))
    await uploader.say("upload", name="cities.tsv", size=len(TABLE), viewer="")
    await uploader.until("accepted")
    await uploader.chunk(0, TABLE[:1000])
    viewers = [await stack.enter_async_context(viewing(server, uuid)) for _ in range(25)]
    for n, viewer in enumerate(viewers):
        await viewer.say("hello", name=f"Otter {n}", key=f"key {n}")
        await viewer.until("you")
    await viewers[0].say("take")
    await viewers[0].until("presenter")
    for n, viewer in enumerate(viewers):
        await viewer.say("place", page_no=n % 9 + 1, follow=None)
        await viewer.say("select", version=1, area=[n + 1, 1, n + 1, 2])
        await viewer.say("say", text="here")
    return [uploader, *viewers]


@pytest.mark.parametrize("hears", [True, False])
async def test_a_busy_server_stops_without_a_word(hears: bool) -> None:
    with serving(first=TELLS_WHAT_IS_LEFT) as server:
        uuid = put(server, TABLE)
        for _ in range(2):
            begun = server.output
            async with AsyncExitStack() as stack:
                clients = await keep_busy(server, uuid, stack)
                if hears:
                    await asyncio.to_thread(server.terminate)
                    assert {await client.closed() for client in clients} == {
                        (4001, "The server is restarting: come back.")
                    }
                else:
                    server.terminate()  # while this end does nothing at all
            assert server.output == begun
            server.start()
        assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


SLOW_TO_FINISH = """
import asyncio
from pagecast.service.uploads import Uploads
async def finish(self, *args, finish=Uploads.finish):
    print("finishing", flush=True)
    await asyncio.sleep(1)
    return await finish(self, *args)
Uploads.finish = finish
"""


@pytest.mark.parametrize("way", ["PUT", "tus"])
async def test_who_has_sent_all_of_a_file_is_told_what_became_of_it(way: str) -> None:
    with serving(first=SLOW_TO_FINISH) as server:
        if way == "PUT":
            sending = asyncio.to_thread(ask, server, "PUT", "/parser/cities.tsv", TABLE)
        else:
            headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(TABLE)), "Content-Type": CHUNK_TYPE}
            sending = asyncio.to_thread(ask, server, "POST", "/parser/files/", TABLE, headers)
        answering = asyncio.create_task(sending)
        await comes_true(lambda: "finishing" in server.output)
        await asyncio.to_thread(server.terminate)
        answer = await answering
        assert answer.status == 201
        server.start()
        link = answer.headers["location" if way == "PUT" else "content-location"]
        assert ask(server, "GET", f"/parser/{link.rsplit('/', 1)[-1]}/download").body == TABLE


async def test_an_upload_in_chunks_resumes_behind_its_acknowledged_bytes() -> None:
    with serving() as server:
        async with uploading(server) as uploader, AsyncExitStack() as stack:
            await uploader.say("upload", name="cities.tsv", size=len(TABLE), viewer="")
            accepted = await uploader.until("accepted")
            viewer = await stack.enter_async_context(viewing(server, accepted["uuid"]))
            await uploader.chunk(0, TABLE[:4000])
            await uploader.stored(4000)
            await uploader.chunk(4000, TABLE[4000:7000])  # nobody knows how much of it arrives
            await asyncio.to_thread(server.terminate)
            for client in (uploader, viewer):
                assert (await client.closed())[0] == 4001
        server.start()
        async with uploading(server) as uploader:
            await uploader.say("resume", upload=accepted["upload"])
            offset = (await uploader.until("accepted"))["offset"]
            assert offset >= 4000
            await uploader.chunk(offset, TABLE[offset:])
            await uploader.stored(len(TABLE))
            await uploader.say("finish", sha256=sha256(TABLE))
            await uploader.until("finished")
        assert ask(server, "GET", f"/parser/{accepted['uuid']}/download").body == TABLE


async def begun_put(server: Server, stack: AsyncExitStack) -> http.client.HTTPConnection:
    """A PUT of TABLE that has sent half of it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    stack.callback(connection.close)
    connection.putrequest("PUT", "/parser/cities.tsv")
    connection.putheader("Content-Length", str(len(TABLE)))
    connection.endheaders(TABLE[: len(TABLE) // 2])
    await comes_true(lambda: count(server, "uploads") == 1)
    return connection


async def test_an_upload_over_http_may_end_while_the_server_stops() -> None:
    with serving() as server:
        async with AsyncExitStack() as stack:
            viewer = await stack.enter_async_context(viewing(server))
            connection = await begun_put(server, stack)
            stopping = asyncio.create_task(asyncio.to_thread(server.terminate))
            assert (await viewer.closed())[0] == 4001
            connection.send(TABLE[len(TABLE) // 2 :])
            answer = await asyncio.to_thread(connection.getresponse)
            assert (answer.status, answer.getheader("Connection")) == (201, "close")
            link = answer.read().decode().strip()
            await stopping
        server.start()
        assert ask(server, "GET", f"/parser/{link.rsplit('/', 1)[-1]}/download").body == TABLE


async def test_an_upload_over_http_that_does_not_end_keeps_nobody() -> None:
    with serving("--drain_s=0.5") as server:
        async with AsyncExitStack() as stack:
            await begun_put(server, stack)
            await asyncio.to_thread(server.terminate)


NEVER_STOPS = """
import asyncio
from pagecast.service.services import Services
async def stop(self):
    await asyncio.sleep(600)
Services.stop = stop
"""


async def test_a_server_leaves_in_time_whatever_it_waits_for() -> None:
    with serving("--drain_s=0.5", first=NEVER_STOPS) as server:
        uuid = put(server, TABLE)
        await asyncio.to_thread(server.terminate)
        assert "The server left before all work had ended. The next start resumes it." in server.output
        server.start()
        assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE
