"""A server whose tables are on a real object store: its own disk may be lost, and the store may fail."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from pagecast.edges.objects.bucket import Bucket
from tests.edges.objects.faulty import FaultyLine, careless
from tests.edges.talk import Answer, ask, comes_true, count, page_of, put, sha256, table, uploading, viewing
from tests.edges.test_faults import kill_in_uploads
from tests.seaweed import BUCKET, KEYS, Seaweed
from tests.server import Server, serving

SENTENCE = "The server cannot reach its object store: stored tables are safe, try again later."


@pytest.fixture
def address() -> str:
    """A place of its own in the bucket."""
    return f"s3://{BUCKET}/{uuid4()}"


@pytest.fixture
def line(object_store: Seaweed) -> Iterator[FaultyLine]:
    line = FaultyLine(object_store.port)
    yield line
    line.stop()


def environment(store: Seaweed, port: int | None = None) -> str:
    """Code that leads a server to the store, by another port if that is given."""
    variables = store.environment | ({"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"} if port else {})
    return f"import os; os.environ.update({variables!r})"


def made_in(address: str) -> bool:
    """Whether a columnar copy and an answer are kept in the bucket."""
    made = [one.path.rpartition(".")[2] for one in Bucket(address).list("documents") if "/made/" in one.path]
    return {name.partition("-")[0] for name in made} == {"facts", "part", "view"}


def rows(server: Server, uuid: str, page_no: int, more: str = "") -> Answer:
    return ask(server, "GET", f"/parser/{uuid}/rows?page_no={page_no}{more}")


def download(server: Server, uuid: str) -> bytes:
    return ask(server, "GET", f"/parser/{uuid}/download").body


async def test_tables_outlive_a_server_and_its_disk(object_store: Seaweed, address: str) -> None:
    first, small, large = environment(object_store), table(500), table(300_000, "large")
    with serving(f"--store={address}", first=first) as server:
        uuid, other = put(server, small), put(server, large)
        assert count(server, "stored_bytes") > len(small) + len(large)
        server.kill()
    with serving(f"--store={address}", first=first) as server:
        assert not list(server.data.glob("documents/*")), "its disk is another one"
        assert count(server, "stored_bytes") > len(small) + len(large)
        assert json.loads(rows(server, uuid, 3).body)["data"] == page_of(small, 3)
        assert json.loads(rows(server, other, 2999).body)["data"] == page_of(large, 2999)
        assert download(server, uuid) == small
        assert download(server, other) == large
        last = json.loads(rows(server, other, 1, "&_sort_desc=n").body)
        assert last["row_numbers"][:2] == [300_000, 299_999]
        assert list(server.data.glob(f"documents/{other}/*.original")), "the engine has fetched it"
        await comes_true(lambda: made_in(address), 60)
        assert ask(server, "PUT", f"/parser/{uuid}", table(600)).status == 200
        assert download(server, uuid) == table(600)
        server.terminate()
    with serving(f"--store={address}", first=first) as server:
        again = json.loads(rows(server, other, 2, "&_sort_desc=n").body)
        assert again["row_numbers"][0] == 299_900
        assert list(server.data.glob(f"documents/{other}/*.part-*"))


async def test_an_upload_goes_on_at_another_server(object_store: Seaweed, address: str) -> None:
    whole, options, first = table(200_000), (f"--store={address}",), environment(object_store)
    half = len(whole) // 2
    with serving(*options, first=first) as server, serving(*options, first=first) as other:
        async with uploading(server) as uploader:
            await uploader.say("upload", name="t.tsv", size=len(whole), viewer="")
            key = (await uploader.until("accepted"))["upload"]
            await uploader.chunk(0, whole[:half])
            await uploader.stored(half)
            server.kill()
        async with uploading(other) as uploader:
            await uploader.say("resume", upload=key)
            assert (await uploader.until("accepted"))["offset"] == half
            await uploader.chunk(half, whole[half:])
            await uploader.say("finish", sha256=sha256(whole))
            uuid = (await uploader.until("finished"))["uuid"]
        assert download(other, uuid) == whole
        server.start()
        assert download(server, uuid) == whole
        async with uploading(server) as uploader:
            await uploader.say("resume", upload=key)
            assert (await uploader.until("error"))["code"] == "unknown-upload", "it has ended"


async def test_a_server_killed_at_any_moment_keeps_what_it_acknowledged(object_store: Seaweed, address: str) -> None:
    with serving(f"--store={address}", first=environment(object_store)) as server:
        await kill_in_uploads(server, random.Random(7))


async def test_a_server_that_is_overtaken_spoils_nothing(object_store: Seaweed, address: str) -> None:
    whole, options, first = table(100_000), (f"--store={address}",), environment(object_store)
    half = len(whole) // 2
    with serving(*options, first=first) as server, serving(*options, first=first) as other:
        async with uploading(server) as slow, uploading(other) as fast:
            await slow.say("upload", name="t.tsv", size=len(whole), viewer="")
            key = (await slow.until("accepted"))["upload"]
            await slow.chunk(0, whole[:half])
            await slow.stored(half)
            await fast.say("resume", upload=key)
            assert (await fast.until("accepted"))["offset"] == half
            await fast.chunk(half, whole[half:])
            await fast.stored(len(whole))
            await slow.chunk(half, whole[half:][::-1])
            assert (await slow.until("error"))["code"] == "taken-over"
            await fast.say("finish", sha256=sha256(whole))
            uuid = (await fast.until("finished"))["uuid"]
        assert download(other, uuid) == whole


async def test_a_busy_store_is_told_in_a_sentence_and_nothing_is_lost(
    object_store: Seaweed, line: FaultyLine, address: str
) -> None:
    whole, small = table(100_000), table(30_000)
    half = len(whole) // 2
    with serving(f"--store={address}", first=environment(object_store, line.port)) as server:
        uuid = put(server, small)
        assert json.loads(rows(server, uuid, 1).body)["data"] == page_of(small, 1)
        async with viewing(server, uuid) as viewer, uploading(server, uuid) as uploader:
            await uploader.say("upload", name="t.tsv", size=len(whole), viewer="")
            key = (await uploader.until("accepted"))["upload"]
            await uploader.chunk(0, whole[:half])
            await uploader.stored(half)
            with line.busy():
                assert json.loads(rows(server, uuid, 1).body)["data"] == page_of(small, 1), "it is cached"
                await viewer.say("turn", page_no=300)
                failed = await viewer.until("error")
                assert (failed["code"], failed["message"]) == ("object-store-failed", SENTENCE)
                await uploader.chunk(half, whole[half:])
                assert (await uploader.until("error"))["code"] == "object-store-failed"
                assert (await uploader.closed())[0] == 4007
                answer = ask(server, "PUT", "/parser/more.tsv", small)
                assert (answer.status, answer.text.strip()) == (507, SENTENCE)
                assert line.requests > 3, "requests are sent again"
            await viewer.say("turn", page_no=300)
            assert (await viewer.until("page", page_no=300))["data"] == page_of(small, 300)
        async with uploading(server, uuid) as uploader:
            await uploader.say("resume", upload=key)
            assert (await uploader.until("accepted"))["offset"] == half
            await uploader.chunk(half, whole[half:])
            await uploader.say("finish", sha256=sha256(whole))
            await uploader.until("finished")
        assert download(server, uuid) == whole


@pytest.mark.parametrize("honours", ["none", "If-None-Match"])
def test_a_store_that_ignores_a_condition_is_refused(
    honours: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with careless(honours) as port:
        for name, value in {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(OSError, match="the object store knows no conditional writes"):
            Bucket(address).check()


def test_a_slow_store_is_waited_for(object_store: Seaweed, line: FaultyLine, address: str) -> None:
    small = table(30_000)
    with serving(f"--store={address}", first=environment(object_store, line.port)) as server:
        line.delay_s = 0.1
        uuid = put(server, small)
        assert json.loads(rows(server, uuid, 250).body)["data"] == page_of(small, 250)
        assert download(server, uuid) == small


def test_a_store_that_stops_and_comes_back_has_lost_nothing(tmp_path: Path, address: str) -> None:
    small = table(30_000)
    store = Seaweed(tmp_path)
    store.start()
    try:
        with serving(f"--store={address}", first=environment(store)) as server:
            uuid = put(server, small)
            store.stop()
            assert rows(server, uuid, 300).text.strip() == SENTENCE
            assert ask(server, "GET", "/healthz").status == 200
            store.start()
            assert json.loads(rows(server, uuid, 300).body)["data"] == page_of(small, 300)
            assert download(server, uuid) == small
    finally:
        store.stop()
