"""The main paths once more, through a real nginx with the configuration that Pagecast ships."""

import asyncio
import http.client
import json
import re
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect

from tests.edges.piping import piping
from tests.edges.talk import PATIENCE_S, Answer, ask, page_of, sha256, table, upload, viewing
from tests.nginx import nginx_in_front_of
from tests.protocol.test_form import END, TYPE, part
from tests.server import Server, serving

TABLE = table(950)


class House:
    """A server, and the address of the nginx before it."""

    def __init__(self, server: Server, outside: str) -> None:
        self.server = server
        self.http = outside
        self.ws = outside.replace("http://", "ws://")

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.http.removeprefix("http://"), timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def put(self, data: bytes, name: str = "cities.tsv") -> str:
        answer = self.ask("PUT", f"/parser/{name}", data)
        assert answer.status in (200, 201), answer
        assert answer.text.startswith(f"{self.http}/parser/"), "the link leads back through nginx"
        return answer.text.strip().rsplit("/", 1)[-1]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with serving() as server, nginx_in_front_of(server.port) as outside:
        yield House(server, outside)


async def test_viewers_join_and_turn_together(house: House) -> None:
    uuid = house.put(TABLE)
    async with (
        viewing(house.server, uuid, base=house.ws) as one,
        viewing(house.server, uuid, base=house.ws) as other,
        connect(f"{house.ws}/parser/ws/{uuid}", proxy=None) as plain,
    ):
        assert (await one.until("page"))["data"] == page_of(TABLE, 1)
        assert json.loads(await plain.recv())["data"] == page_of(TABLE, 1)
        await other.until("page")
        await one.say("turn", page_no=4)
        for viewer in (one, other):
            assert (await viewer.until("page", page_no=4))["data"] == page_of(TABLE, 4)
        assert json.loads(await plain.recv())["page_no"] == 4
        await plain.send("9")
        assert (await other.until("page"))["page_no"] == 9


async def test_a_plain_client_brings_ten_megabytes(house: House) -> None:
    data = table(600_000)
    async with connect(f"{house.ws}/parser/ws", proxy=None, max_size=None) as plain:
        await plain.send(data)
        page = json.loads(await plain.recv())
    assert page["total_number"] == 600_000
    assert house.ask("GET", f"/parser/{page['uuid']}/download").body == data


async def test_an_upload_in_chunks_arrives(house: House) -> None:
    data = table(300_000)
    async with viewing(house.server, base=house.ws) as viewer:
        welcome = await viewer.next()
        finished = await upload(house.server, data, welcome["uuid"], viewer=welcome["viewer"], base=house.ws)
        assert (await viewer.until("document", complete=True))["rows"] == 300_000
    assert finished["version"] == 1
    assert sha256(house.ask("GET", f"/parser/{welcome['uuid']}/download").body) == sha256(data)


async def test_a_put_is_seen_while_it_streams(house: House) -> None:
    async with viewing(house.server, base=house.ws) as viewer:
        uuid = (await viewer.next())["uuid"]
        connection = http.client.HTTPConnection(house.http.removeprefix("http://"), timeout=PATIENCE_S)
        connection.putrequest("PUT", f"/parser/{uuid}")
        connection.putheader("Content-Length", str(len(TABLE)))
        connection.endheaders()
        connection.send(TABLE[:2000])
        document = await viewer.until("document", complete=False)
        assert document["rows"] == TABLE[:2000].count(b"\n")
        connection.send(TABLE[2000:])
        assert connection.getresponse().status == 200
        connection.close()
        assert (await viewer.until("document", complete=True))["rows"] == 950


async def test_a_live_table_prints_its_link_and_shows_its_rows(house: House) -> None:
    async with piping(f"{house.http}/parser/results.tsv") as job:
        link = asyncio.create_task(job.link())
        rows = 0
        while not link.done():  # nginx gives the go-ahead by itself, so curl looks up at its next input
            job.write(b"%d\trow\n" % rows)
            rows += 1
            await asyncio.sleep(0.1)
        async with viewing(house.server, await link, base=house.ws) as viewer:
            await viewer.until("document", rows=rows, complete=False)
            job.write(b"last\trow\n")
            await viewer.until("page", total_number=rows + 1)
            assert await job.ends() == 0
            await viewer.until("document", complete=True)


async def test_a_form_is_seen_while_it_streams(house: House) -> None:
    body = part("header", b"1") + part("file", TABLE, "cities.tsv") + END
    async with viewing(house.server, base=house.ws) as viewer:
        uuid = (await viewer.next())["uuid"]
        connection = http.client.HTTPConnection(house.http.removeprefix("http://"), timeout=PATIENCE_S)
        connection.putrequest("POST", f"/parser/{uuid}")
        connection.putheader("Content-Type", TYPE)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        connection.send(body[:4000])
        assert (await viewer.until("document", complete=False))["rows"] < 400
        connection.send(body[4000:])
        assert connection.getresponse().status == 200
        connection.close()
        assert (await viewer.until("document", complete=True))["rows"] == 950


def test_tus_goes_through(house: House) -> None:
    assert house.ask("OPTIONS", "/parser/files/").status == 204
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    created = house.ask("POST", "/parser/files/", b"", {**headers, "Upload-Length": str(len(TABLE))})
    assert created.headers["location"].startswith(f"{house.http}/parser/files/")
    path = created.headers["location"].removeprefix(house.http)
    assert house.ask("PATCH", path, TABLE[:500], {**headers, "Upload-Offset": "0"}).status == 204
    assert house.ask("HEAD", path, headers=headers).headers["upload-offset"] == "500"
    answer = house.ask("PATCH", path, TABLE[500:], {**headers, "Upload-Offset": "500"})
    assert answer.status == 204
    uuid = answer.headers["content-location"].rsplit("/", 1)[-1]
    assert house.ask("GET", f"/parser/{uuid}/download").body == TABLE


def test_a_download_is_whole_or_a_range(house: House) -> None:
    uuid = house.put(TABLE)
    whole = house.ask("GET", f"/parser/{uuid}/download")
    assert (whole.status, whole.body) == (200, TABLE)
    part = house.ask("GET", f"/parser/{uuid}/download", headers={"Range": "bytes=-9"})
    assert (part.status, part.body) == (206, TABLE[-9:])
    told = house.ask("HEAD", f"/parser/{uuid}/download")
    assert (told.headers["content-length"], told.body) == (str(len(TABLE)), b"")


@pytest.mark.parametrize("accepted", ["gzip, deflate, br", "identity"])
def test_the_pages_own_files_come_as_the_server_made_them_ready(house: House, accepted: str) -> None:
    found = re.search(r'"(/parser/static/[0-9a-f]{12}/js/app.js)"', house.ask("GET", "/parser/").text)
    assert found
    headers = {"Accept-Encoding": accepted}
    straight = ask(house.server, "GET", found[1], headers=headers)
    through = house.ask("GET", found[1], headers=headers)
    assert through.body == straight.body
    for name in ("content-type", "etag", "cache-control", "vary", "x-content-type-options"):
        assert through.headers[name] == straight.headers[name]
    assert through.headers.get("content-encoding") == straight.headers.get("content-encoding")
    again = house.ask("GET", found[1], headers=headers | {"If-None-Match": through.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_nothing_here_is_said_in_words(house: House) -> None:
    answer = house.ask("GET", "/parser/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "There is no table at this address" in answer.text
    async with viewing(house.server, "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", base=house.ws) as viewer:
        code, reason = await viewer.closed()
    assert code == 4504
    assert reason.startswith("There is no table at this address")
