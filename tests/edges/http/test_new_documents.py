"""How many new documents an address may bring: the same at every door, and next versions are not counted."""

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.edges.talk import PATIENCE_S, Answer, Client, ask, comes_true, count
from tests.ports import free_port
from tests.server import Server, serving

SEVEN, EIGHT, HERE = "10.0.0.7", "10.0.0.8", "127.0.0.1"
"""Two addresses elsewhere, as the proxy on this machine tells them, and this machine's own."""

DATA = b"city\tcountry\nOslo\tNO\n"

SENTENCE = (
    "Too many new tables were uploaded from your address: try again later, "
    "or upload this one as a new version of an existing table.\n"
)


def put(server: Server, address: str, path: str = "/parser/cities.tsv", **headers: str) -> Answer:
    return ask(server, "PUT", path, DATA, {"X-Real-Ip": address, **headers})


def create(server: Server, address: str, data: bytes = DATA, uuid: str = "") -> Answer:
    """Begin an upload by tus, with its bytes or without."""
    headers = {"X-Real-Ip": address, "Tus-Resumable": "1.0.0", "Upload-Length": str(len(DATA))}
    if uuid:
        headers["Upload-Metadata"] = f"uuid {b64encode(uuid.encode()).decode()}"
    if data:
        headers["Content-Type"] = "application/offset+octet-stream"
    return ask(server, "POST", "/parser/files/", data, headers)


def documents(server: Server) -> list[str]:
    """Those that are on the disk."""
    return sorted(folder.name for folder in server.data.glob("documents/*"))


async def plain(server: Server, address: str, uuid: str = "") -> dict[str, Any]:
    """What a plain client is told that sends a table."""
    url = server.ws + "/parser/ws" + (f"/{uuid}" if uuid else "")
    async with connect(url, additional_headers={"X-Real-Ip": address}, proxy=None) as connection:
        async with asyncio.timeout(PATIENCE_S):
            if uuid:
                await connection.recv()
            await connection.send(DATA)
            told: dict[str, Any] = json.loads(await connection.recv())
            return told


async def upload(server: Server, address: str, uuid: str = "") -> tuple[str, str]:
    """How an upload of `pagecast.v1` begins: the type of the answer, and what it says."""
    url = server.ws + "/parser/ws" + (f"/{uuid}" if uuid else "") + "/upload"
    options: dict[str, Any] = {"subprotocols": [Subprotocol("pagecast.v1")], "proxy": None}
    async with connect(url, additional_headers={"X-Real-Ip": address}, **options) as connection:
        client = Client(connection)
        await client.say("upload", name="cities.tsv", size=len(DATA), viewer="")
        told = await client.next()
        if told["type"] == "error":
            assert (await client.closed())[0] == 4500
            return "error", f"{told['code']} {told['message']}"
        await client.say("cancel")
        assert (await client.closed())[0] == 1000
        return "accepted", ""


async def test_an_address_brings_so_many_by_any_door_and_next_versions_all_the_same() -> None:
    with serving("--max_new_each=5") as server:
        uuid = put(server, SEVEN).text.strip().rsplit("/", 1)[-1]
        assert put(server, SEVEN, "/parser/").status == 201
        assert create(server, SEVEN).status == 201
        assert (await plain(server, SEVEN))["total_number"] == 2
        assert await upload(server, SEVEN) == ("accepted", "")
        await comes_true(lambda: count(server, "open_documents") == 0)
        kept = documents(server)

        for refused in (
            put(server, SEVEN),
            put(server, SEVEN, Expect="100-continue"),
            create(server, SEVEN),
            create(server, SEVEN, b""),
        ):
            assert (refused.status, refused.text) == (429, SENTENCE)
            assert int(refused.headers["retry-after"]) > 0
        told = await plain(server, SEVEN)
        assert (told["total_number"], told["error"] + "\n") == (0, SENTENCE)
        assert await upload(server, SEVEN) == ("error", f"too-many-documents {SENTENCE.strip()}")
        assert count(server, "refused_documents_total") == 6
        await comes_true(lambda: count(server, "open_documents") == 0)
        assert documents(server) == kept, "what was refused leaves nothing"

        assert put(server, SEVEN, f"/parser/{uuid}").status == 200
        assert put(server, SEVEN, f"/parser/{uuid}?append=1").status == 200
        assert (await plain(server, SEVEN, uuid))["total_number"] == 2
        assert await upload(server, SEVEN, uuid) == ("accepted", "")
        assert create(server, SEVEN, uuid=uuid).status == 201
        for address in (EIGHT, *[HERE] * 10):
            assert put(server, address).status == 201


async def test_a_document_that_has_no_table_yet_is_new_until_it_has_one() -> None:
    with serving("--max_new_each=1") as server:
        assert put(server, SEVEN).status == 201
        options: dict[str, Any] = {"subprotocols": [Subprotocol("pagecast.v1")], "proxy": None}
        async with connect(server.ws + "/parser/ws", **options) as connection:
            uuid = (await Client(connection).until("welcome"))["uuid"]
            assert (await upload(server, SEVEN, uuid))[0] == "error"
            assert put(server, SEVEN, f"/parser/{uuid}").status == 429
            assert put(server, EIGHT, f"/parser/{uuid}").status == 200
            assert put(server, SEVEN, f"/parser/{uuid}").status == 200, "it is its next version"


@pytest.mark.parametrize("counted", [True, False])
async def test_the_port_for_lines_counts_them_too(counted: bool) -> None:
    port = free_port()
    elsewhere = "import pagecast.limits.rate_limiter as t; t.is_loopback = lambda _: False" if counted else ""
    with serving("--max_new_each=2", f"--lines_port={port}", first=elsewhere) as server:
        firsts = []
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.timeout(PATIENCE_S):
                firsts.append((await reader.readline()).decode())
            writer.write(DATA)
            writer.close()
        assert [first.startswith("http://127.0.0.1:") for first in firsts] == [True, True, not counted]
        assert not counted or firsts[2] == SENTENCE
        await comes_true(lambda: count(server, "uploads") == 0)
