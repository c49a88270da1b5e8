"""The plain protocol, with two clients that nobody here wrote: python's websockets and node's ws."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.edges.talk import PATIENCE_S, PNG, ask, page_of, put, table, upload, uploading, viewing
from tests.nginx import TOP
from tests.server import Server

MEMBERS = ["uuid", "page_no", "total_number", "data"]
THREE_PAGES = table(250)


class Plain(Protocol):
    """A client of the plain protocol."""

    extensions: str

    async def send(self, *pieces: str | bytes) -> None:
        """One message; of several pieces, in as many fragments with a ping between each two."""

    async def receive(self) -> dict[str, Any]: ...

    async def closed(self) -> tuple[int, str]: ...


class PythonWebsockets:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        assert socket.response
        self.extensions = socket.response.headers.get("Sec-WebSocket-Extensions", "")

    async def send(self, *pieces: str | bytes) -> None:
        async def fragments() -> AsyncIterator[bytes]:
            for piece in pieces:
                assert isinstance(piece, bytes)
                yield piece
                await self.socket.ping()

        await self.socket.send(pieces[0] if len(pieces) == 1 else fragments())

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            text = await self.socket.recv()
        assert isinstance(text, str), "pages are text messages"
        page: dict[str, Any] = json.loads(text)
        return page

    async def closed(self) -> tuple[int, str]:
        try:
            await self.receive()
        except ConnectionClosed:
            return self.socket.close_code or 1006, self.socket.close_reason or ""
        raise AssertionError("it said something before it closed")


class NodeWs:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.extensions = ""

    async def send(self, *pieces: str | bytes) -> None:
        if isinstance(pieces[0], str):
            order: object = {"text": pieces[0]}
        else:
            order = {"binary": [base64.b64encode(piece).decode() for piece in pieces if isinstance(piece, bytes)]}
        await self.tell(order)

    async def receive(self) -> dict[str, Any]:
        told = await self.told()
        assert told.get("binary") is False, f"not a text message: {told}"
        page: dict[str, Any] = json.loads(told["message"])
        return page

    async def closed(self) -> tuple[int, str]:
        told = await self.told()
        while "error" in told:  # the connection broke before it was closed
            told = await self.told()
        return told["close"], told["reason"]

    async def tell(self, order: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()

    async def told(self) -> dict[str, Any]:
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE_S):
            line: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return line


@asynccontextmanager
async def python_websockets(url: str) -> AsyncIterator[Plain]:
    async with connect(url, proxy=None, max_size=None) as socket:
        yield PythonWebsockets(socket)


@asynccontextmanager
async def node_ws(url: str) -> AsyncIterator[Plain]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", "tests/clients/plain.mjs", url, stdin=pipe, stdout=pipe, cwd=TOP, limit=2**24
    )
    client = NodeWs(process)
    try:
        client.extensions = (await client.told())["open"]
        yield client
    finally:
        if process.stdin and not process.stdin.is_closing():
            process.stdin.close()
        with suppress(ProcessLookupError):  # it ends by itself, too
            process.kill()
        await process.wait()


Dial = Callable[[str | None], AbstractAsyncContextManager[Plain]]


@pytest.fixture(params=[python_websockets, node_ws])
def dial(server: Server, request: pytest.FixtureRequest) -> Dial:
    """Connect a client to a document, to a new one for None."""

    def connected(uuid: str | None) -> AbstractAsyncContextManager[Plain]:
        client: AbstractAsyncContextManager[Plain] = request.param(
            f"{server.ws}/parser/ws" + (f"/{uuid}" if uuid is not None else "")
        )
        return client

    return connected


async def test_an_upload_shows_page_1_to_everyone(dial: Dial) -> None:
    async with dial(None) as first:
        await first.send(THREE_PAGES)
        page = await first.receive()
        assert list(page) == MEMBERS
        assert (page["page_no"], page["total_number"], page["data"]) == (1, 250, page_of(THREE_PAGES, 1))
        async with dial(page["uuid"]) as second:
            assert await second.receive() == page, "who comes late is sent the page at once"
            await second.send(table(120, "other"))
            seen = await first.receive()
            assert list(seen) == MEMBERS
            assert (seen["page_no"], seen["total_number"], seen["data"][7]) == (1, 120, ["7", "other", "14"])
            assert await second.receive() == seen


async def test_every_new_document_has_a_uuid_of_its_own(dial: Dial) -> None:
    async with dial(None) as one, dial(None) as other:
        await one.send(b"a\n")
        await other.send(b"b\n")
        assert (await one.receive())["uuid"] != (await other.receive())["uuid"]


async def test_ten_megabytes_fit_into_one_message(dial: Dial, server: Server) -> None:
    data = table(1 + 10 * 2**20 // 22, "x" * 8)
    assert len(data) >= 10 * 2**20
    async with dial(None) as client:
        await client.send(data)
        page = await client.receive()
        assert (page["total_number"], page["data"]) == (data.count(b"\n"), page_of(data, 1))
        last = -(-page["total_number"] // 100)
        await client.send(str(last))
        assert (await client.receive())["data"] == page_of(data, last)
    assert ask(server, "GET", f"/parser/{page['uuid']}/download").body == data


async def test_a_page_turn_is_seen_by_both(dial: Dial, server: Server) -> None:
    uuid = put(server, THREE_PAGES)
    async with dial(uuid) as one, dial(uuid) as other:
        assert (await one.receive())["page_no"] == (await other.receive())["page_no"] == 1
        for who, page_no in ((one, 2), (other, 3), (one, 1)):
            await who.send(str(page_no))
            seen = await one.receive()
            assert await other.receive() == seen
            assert list(seen) == MEMBERS
            assert (seen["page_no"], seen["data"]) == (page_no, page_of(THREE_PAGES, page_no))


CANNOT_BE_MET: dict[str, str | bytes] = {
    "no number": "abc",
    "nothing": "",
    "zero": "0",
    "negative": "-3",
    "of another script": "٣",
    "with an underscore": "1_000",
    "with spaces": " 7 ",
    "with a line end": "2\n",
    "with a sign": "+2",
    "a fraction": "1.5",
    "with an exponent": "1e0",
    "page 9 of 3": "9",
    "the largest": "9" * 15,
    "5,000 digits": "9" * 5000,
    "JSON": '{"type":"turn","page_no":2}',
    "deep JSON": "[" * 100_000,
    "no byte": b"",
    "no row": b"\n\n\r\n",
    "a picture": PNG,
}


async def test_what_cannot_be_met_moves_nobody_and_closes_nothing(dial: Dial, server: Server) -> None:
    uuid = put(server, THREE_PAGES)
    async with dial(uuid) as asker, dial(uuid) as witness:
        await asker.receive()
        await witness.receive()
        await asker.send("2")
        stands = await asker.receive()
        assert await witness.receive() == stands
        for what, request in CANNOT_BE_MET.items():
            await asker.send(request)
            answer = await asker.receive()
            assert list(answer) == [*MEMBERS, "error"], what
            sentence = answer.pop("error")
            assert sentence.endswith("."), what
            assert len(sentence) < 200, what
            assert answer == stands, what
        await asker.send("3")
        assert (await asker.receive())["page_no"] == 3, "the connection goes on"
        assert (await witness.receive())["page_no"] == 3, "nobody else was sent anything"


async def test_there_is_nothing_to_see_before_the_first_table(dial: Dial) -> None:
    async with dial(None) as client:
        await client.send("1")
        page = await client.receive()
        assert (page["page_no"], page["total_number"], page["data"]) == (1, 0, []), "an answer is all it was sent"
        assert page["error"]
        await client.send(b"\n")
        assert (await client.receive())["error"]
        async with dial(page["uuid"]) as second:
            await second.send("")
            assert (await second.receive())["error"], "nothing was sent to it before"


async def test_no_other_kind_of_frame_is_ever_sent(dial: Dial, server: Server) -> None:
    async with viewing(server) as modern:
        uuid = (await modern.next())["uuid"]
        async with dial(uuid) as client, uploading(server, uuid) as uploader:
            await modern.say("hello", name="Otter", key="")
            await uploader.say("upload", name="t.tsv", size=len(THREE_PAGES), viewer="")
            for offset in range(0, len(THREE_PAGES), 200):
                await uploader.chunk(offset, THREE_PAGES[offset : offset + 200])
                await uploader.stored(min(offset + 200, len(THREE_PAGES)))
            await modern.until("document", complete=False)
            await upload(server, THREE_PAGES, uuid)
            await modern.say("turn", page_no=3)
            page: dict[str, Any] = {"page_no": 0}
            while page["page_no"] != 3:
                page = await client.receive()
                assert list(page) == MEMBERS
                assert page["data"] == page_of(THREE_PAGES, page["page_no"])[: len(page["data"])]


@pytest.mark.parametrize(
    "uuid",
    [
        "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11",
        "3F0C1A52-9D7E-4B1A-8C55-0A6F7D2E9B11",
        "nonsense",
        "",
        "%7B3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11%7D",
        "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11%0a",
        "..%2f..%2fetc",
        "x" * 3000,
    ],
)
async def test_a_document_that_does_not_exist_closes_with_a_sentence(server: Server, uuid: str) -> None:
    async with python_websockets(f"{server.ws}/parser/ws/{uuid}") as client:
        code, reason = await client.closed()
        assert code == 4504
        assert reason.startswith("There is no table at this address")


async def test_both_clients_are_told_that_a_document_does_not_exist(dial: Dial) -> None:
    async with dial("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11") as client:
        assert (await client.closed())[0] == 4504


async def test_pings_between_fragments_change_nothing(dial: Dial, server: Server) -> None:
    data = table(20_000)
    async with dial(None) as client:
        await client.send(*(data[i : i + 9973] for i in range(0, len(data), 9973)))
        page = await client.receive()
        assert page["total_number"] == 20_000
    assert ask(server, "GET", f"/parser/{page['uuid']}/download").body == data


async def test_compression_is_not_negotiated(dial: Dial) -> None:
    async with dial(None) as client:
        assert client.extensions == ""


async def test_too_large_a_message_ends_its_own_connection_only(dial: Dial, server: Server) -> None:
    uuid = put(server, THREE_PAGES)
    async with dial(uuid) as large, dial(uuid) as other:
        await large.receive()
        stands = await other.receive()
        with suppress(ConnectionClosed):  # it was cut while it still sent
            await large.send(b"x" * (17 * 2**20))
        code, _ = await large.closed()
        assert code in (1009, 1006)
        await other.send("2")
        assert (await other.receive())["page_no"] == 2
        assert stands["total_number"] == 250


async def test_tables_that_come_faster_than_anyone_reads_wait_and_none_is_lost(server: Server) -> None:
    async with connect(f"{server.ws}/parser/ws", proxy=None) as socket:
        began = time.monotonic()
        for number in range(30):
            await socket.send(b"n\n%d\n" % number)
        page = json.loads(await socket.recv())
        while page["data"] != [["n"], ["29"]]:
            assert "error" not in page
            page = json.loads(await socket.recv())
        assert time.monotonic() - began >= (30 - 20 - 1) / 5
