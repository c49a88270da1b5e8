"""Several real servers over one folder and one real Redis: any of them serves any document, and any of them may die."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.brokers import Broker, broker
from tests.edges.piping import piping
from tests.edges.talk import Client, Frame, ask, count, page_of, put, sha256, table, uploading, viewing
from tests.server import Server, serving

HASTY = "import pagecast.edges.redis as r, parser as p; r.LEASE_S, r.CHECK_S = 1.5, 0.3"
"""A server that gives signs of life more often, and misses those of others sooner."""


@pytest.fixture(scope="module")
def redis() -> Iterator[Broker]:
    with broker() as running:
        yield running


@contextmanager
def two(redis: Broker, first: str = "") -> Iterator[tuple[Server, Server]]:
    """Two servers with one folder and one bus."""
    with ExitStack() as stack:
        here = stack.enter_context(serving(f"--bus={redis.url}", first=first))
        yield here, stack.enter_context(serving(f"--bus={redis.url}", data=here.data, first=first))


@pytest.fixture(scope="module")
def pair(redis: Broker) -> Iterator[tuple[Server, Server]]:
    with two(redis) as servers:
        yield servers


async def greet(viewer: Client, name: str) -> None:
    await viewer.say("hello", name=name, key=name)
    await viewer.until("you")


async def people(viewer: Client, *names: str) -> None:
    """Wait until exactly these people are here."""
    while {person["name"] for person in (await viewer.until("people"))["people"]} != set(names):
        pass


def download(server: Server, uuid: str) -> bytes:
    return ask(server, "GET", f"/parser/{uuid}/download").body


async def test_two_servers_are_one_room(pair: tuple[Server, Server]) -> None:
    here, there = pair
    data = table(950)
    uuid = put(here, data)
    async with viewing(here, uuid) as otter, viewing(there, uuid) as heron:
        await otter.until("page", page_no=1)
        await heron.until("page", page_no=1)
        await greet(otter, "Otter")
        await greet(heron, "Heron")
        await people(otter, "Otter", "Heron")
        await otter.say("turn", page_no=4)
        page = await heron.until("page", page_no=4)
        assert (page["data"], page["by"]["name"]) == (page_of(data, 4), "Otter")
        await heron.say("say", text="Look at row 7")
        assert await line(otter) == "Look at row 7"
        await heron.say("take")
        assert (await otter.until("presenter"))["by"]["name"] == "Heron"
        await otter.say("turn", page_no=2)
        assert (await otter.until("error"))["code"] == "not-your-turn"
        async with viewing(here, uuid) as newt:
            assert (await newt.until("presenter"))["by"]["name"] == "Heron"
        fresh = table(150, "fresh")
        assert ask(there, "PUT", f"/parser/{uuid}", fresh).status == 200
        assert (await otter.until("page", version=2))["data"] == page_of(fresh, 1)
    assert download(here, uuid) == fresh


async def line(viewer: Client) -> str:
    """The text of the next message of the talk."""
    while True:
        for said in (await viewer.until("log"))["lines"]:
            if said["type"] == "message":
                return str(said["text"])


async def test_a_first_upload_is_watched_at_the_other_server(pair: tuple[Server, Server]) -> None:
    here, there = pair
    async with piping(f"{here.http}/parser/live.tsv") as job:
        job.write(b"n\tword\n1\trow\n")
        uuid = await job.link()
        async with viewing(there, uuid) as viewer:
            await viewer.until("page", total_number=2)
            job.write(b"2\trow\n")
            await viewer.until("page", total_number=3)
            assert await job.ends() == 0
            await viewer.until("document", complete=True)
    assert download(there, uuid) == b"n\tword\n1\trow\n2\trow\n"


async def begin(uploader: Client, data: bytes, sent: int) -> Frame:
    """Begin an upload, and have its first bytes stored."""
    await uploader.say("upload", name="t.tsv", size=len(data), viewer="")
    accepted = await uploader.until("accepted")
    await uploader.chunk(0, data[:sent])
    await uploader.stored(sent)
    return accepted


async def finish(server: Server, accepted: Frame, data: bytes, sent: int) -> None:
    """Go on with an upload at a server, and see that everything acknowledged is still there."""
    async with uploading(server, accepted["uuid"]) as uploader:
        await uploader.say("resume", upload=accepted["upload"])
        assert (await uploader.until("accepted"))["offset"] == sent
        await uploader.chunk(sent, data[sent:])
        await uploader.say("finish", sha256=sha256(data))
        await uploader.until("finished")


async def test_an_upload_goes_on_at_the_other_server(pair: tuple[Server, Server]) -> None:
    here, there = pair
    data = table(20_000)
    uuid = put(here, table(5))
    async with uploading(here, uuid) as uploader:
        accepted = await begin(uploader, data, 30_000)
        await finish(there, accepted, data, 30_000)  # while the first connection stands
        assert (await uploader.until("error"))["code"] == "taken-over"
    assert download(here, uuid) == download(there, uuid) == data
    async with uploading(here, uuid) as uploader:
        await uploader.say("resume", upload=accepted["upload"])
        assert (await uploader.until("error"))["code"] == "unknown-upload"


async def test_an_upload_by_tus_goes_on_at_the_other_server(pair: tuple[Server, Server]) -> None:
    here, there = pair
    data, tus = table(20_000), {"Tus-Resumable": "1.0.0"}
    piece = {**tus, "Content-Type": "application/offset+octet-stream"}
    created = ask(here, "POST", "/parser/files/", headers={**tus, "Upload-Length": str(len(data))})
    path = "/parser" + created.headers["location"].split("/parser", 1)[1]
    assert ask(here, "PATCH", path, data[:50_000], {**piece, "Upload-Offset": "0"}).status == 204
    assert ask(there, "HEAD", path, headers=tus).headers["upload-offset"] == "50000"
    assert ask(there, "PATCH", path, data[50_000:90_000], {**piece, "Upload-Offset": "50000"}).status == 204
    done = ask(here, "PATCH", path, data[90_000:], {**piece, "Upload-Offset": "90000"})  # and back again
    assert done.status == 204
    uuid = done.headers["content-location"].rsplit("/", 1)[-1]
    assert download(here, uuid) == download(there, uuid) == data


async def test_rows_are_appended_at_both_servers_in_turn(pair: tuple[Server, Server]) -> None:
    data = table(5)
    uuid = put(pair[0], data)
    for n in range(6):
        row = b"%d\tmore\t0\n" % n
        assert append(pair[n % 2], uuid, row) == 200
        data += row
    assert download(pair[0], uuid) == download(pair[1], uuid) == data
    both = await asyncio.gather(*(asyncio.to_thread(append, server, uuid, b"7\tx\t0\n") for server in pair))
    data += b"7\tx\t0\n" * both.count(200)
    assert set(both) <= {200, 409}
    assert download(pair[0], uuid) == download(pair[1], uuid) == data


def append(server: Server, uuid: str, rows: bytes) -> int:
    return ask(server, "PUT", f"/parser/{uuid}?append=1", rows).status


async def test_a_server_that_is_killed_loses_its_viewers_and_nothing_else(redis: Broker) -> None:
    data = table(20_000)
    with two(redis, HASTY) as (here, there):
        uuid = put(there, table(950))
        async with viewing(there, uuid) as heron:
            await heron.until("page")
            await greet(heron, "Heron")
            async with viewing(here, uuid) as otter, uploading(here, uuid) as uploader:
                await greet(otter, "Otter")
                await people(heron, "Otter", "Heron")
                await otter.say("turn", page_no=7)
                await heron.until("page", page_no=7)
                accepted = await begin(uploader, data, 30_000)
                here.kill()
            await people(heron, "Heron")
            await finish(there, accepted, data, 30_000)
            assert (await heron.until("page", version=2))["data"] == page_of(data, 1)
        here.start()
        assert download(here, uuid) == data


async def test_without_the_broker_each_server_goes_on_and_afterwards_they_agree(redis: Broker) -> None:
    data = table(950)
    with two(redis) as (here, there):
        uuid = put(here, data)
        async with viewing(here, uuid) as otter, viewing(there, uuid) as heron:
            await otter.until("page")
            await heron.until("page")
            redis.kill()
            await otter.say("turn", page_no=5)
            assert (await otter.until("page", page_no=5))["data"] == page_of(data, 5)
            assert ask(there, "GET", f"/parser/{uuid}/rows?page_no=3").status == 200, "viewers read on"
            async with viewing(there, uuid) as late:
                await late.until("page", page_no=1)
            assert (count(here, "bus_reachable"), count(there, "bus_reachable")) == (0, 0)
            redis.start()
            assert (await heron.until("page", page_no=5))["data"] == page_of(data, 5)
            await heron.say("turn", page_no=8)
            await otter.until("page", page_no=8)


def test_a_bus_that_is_not_there_is_told_in_a_sentence() -> None:
    with (
        pytest.raises(AssertionError, match="Pagecast cannot start: the bus does not answer"),
        serving("--bus=redis://127.0.0.1:1"),
    ):
        pass
    with (
        pytest.raises(AssertionError, match="--bus is not an address"),
        serving("--bus=carrier-pigeon"),
    ):
        pass
