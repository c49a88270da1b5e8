"""A server that is stopped in the middle of everything: it ends in order, and has nothing to say about it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from pagecast.protocol.tus import CHUNK_TYPE
from tests.edges.piping import piping
from tests.edges.talk import Client, ask, comes_true, put, table, uploading, viewing
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
                        (1001, "The server is going away: come back.")
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
