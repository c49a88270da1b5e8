"""The gates: how many may be here, how often an address may join, and how often it may guess."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.edges.talk import PATIENCE_S, Answer, Client, ask, comes_true, count, put, table, upload, uploading, viewing
from tests.server import Server, serving

SEVEN, EIGHT = "10.0.0.7", "10.0.0.8"
"""Two addresses elsewhere, as the proxy on this machine tells them."""


def told(answer: Answer) -> str:
    """The one line of a refusal that can be waited out."""
    assert int(answer.headers["retry-after"]) > 0
    assert answer.text.count("\n") == 1
    return answer.text


@asynccontextmanager
async def coming(server: Server, path: str, address: str) -> AsyncIterator[ClientConnection]:
    """A connection in pagecast.v1 from some address."""
    options: dict[str, Any] = {"subprotocols": [Subprotocol("pagecast.v1")], "proxy": None}
    async with connect(server.ws + path, additional_headers={"X-Real-Ip": address}, **options) as connection:
        yield connection


async def refused(server: Server, path: str, address: str) -> tuple[int, str]:
    """How a connection is refused before it is one."""
    with pytest.raises(InvalidStatus) as raised:
        async with coming(server, path, address):
            pass
    response = raised.value.response
    return response.status_code, bytes(response.body or b"").decode()


async def test_a_full_server_says_so_before_there_is_a_connection_and_has_room_again() -> None:
    with serving("--max_viewers=3") as server:
        uuid = put(server, table(300))
        path = f"/parser/ws/{uuid}"
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(viewing(server, uuid))
            await one.until("page")
            for _ in range(2):
                await stack.enter_async_context(viewing(server, uuid))
            status, sentence = await refused(server, path, "127.0.0.1")
            assert (status, sentence) == (
                503,
                "This server has 3 connections open, which is the limit: try again in a minute.\n",
            )
            assert told(ask(server, "GET", path)) == sentence, "a page asks for the reason over HTTP"
            assert (await upload(server, table(500), uuid))["version"] == 2, "those who are here go on"
            await one.say("turn", page_no=5)
            assert (await one.until("page", page_no=5))["total_number"] == 500
            assert count(server, "refused_viewers_total") == 2
        await comes_true(lambda: count(server, "viewers") == 0)
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")


async def test_an_address_takes_so_many_places_and_the_others_are_for_others() -> None:
    with serving("--max_viewers_each=2") as server:
        path = f"/parser/ws/{put(server, table(300))}"
        async with AsyncExitStack() as stack:
            for address in (SEVEN, SEVEN, EIGHT, *["127.0.0.1"] * 5):
                await stack.enter_async_context(coming(server, path, address))
            status, sentence = await refused(server, path, SEVEN)
            assert (status, sentence.partition(",")[0]) == (503, "Your address has 2 connections open")
            plain = await stack.enter_async_context(
                connect(server.ws + path, additional_headers={"X-Real-Ip": EIGHT}, proxy=None)
            )
            await plain.recv()
            assert (await refused(server, "/parser/ws", EIGHT))[0] == 503, "in either protocol"
        await comes_true(lambda: count(server, "viewers") == 0)
        async with coming(server, path, SEVEN) as viewer:
            await Client(viewer).until("page")


async def test_connections_for_uploads_are_bounded_too_though_they_begin_none() -> None:
    with serving("--max_viewers=4", "--max_viewers_each=2") as server:
        async with AsyncExitStack() as stack:
            for _ in range(2):
                await stack.enter_async_context(coming(server, "/parser/ws/upload", SEVEN))
            assert (await refused(server, "/parser/ws/upload", SEVEN))[0] == 503
            for _ in range(2):
                await stack.enter_async_context(uploading(server))
            assert (await refused(server, "/parser/ws/upload", "127.0.0.1"))[0] == 503
            async with viewing(server):
                pass


async def test_what_is_no_handshake_takes_no_place() -> None:
    with serving("--max_viewers=1") as server:
        for method in ("GET", "HEAD", "POST", "PUT"):
            assert 400 <= ask(server, method, "/parser/ws").status < 500
        evil = {"Origin": "http://evil.example", "Upgrade": "websocket", "Connection": "Upgrade"}
        assert ask(server, "GET", "/parser/ws", headers=evil).status == 403
        async with viewing(server):
            pass


async def test_who_joins_on_and_on_is_told_to_wait_and_others_are_not() -> None:
    with serving(first="import pagecast.limits.admission as a; a.JOIN_RATE = a.Rate(0.01, 5)") as server:
        for _ in range(5):
            async with coming(server, "/parser/ws", SEVEN) as viewer:
                await Client(viewer).until("welcome")
        assert (await refused(server, "/parser/ws", SEVEN))[0] == 429
        for address in (EIGHT, *["127.0.0.1"] * 10):
            async with coming(server, "/parser/ws", address) as viewer:
                await Client(viewer).until("welcome")
        assert count(server, "refused_joins_total") == 1


async def test_who_asks_on_and_on_over_http_is_told_to_wait_and_others_are_not() -> None:
    with serving(first="import pagecast.limits.admission as a; a.REQUEST_RATE = a.Rate(0.01, 20)") as server:
        uuid = put(server, table(300))
        rows = f"/parser/{uuid}/rows?page_no=2"
        for _ in range(20):
            assert ask(server, "GET", rows, headers={"X-Real-Ip": SEVEN}).status == 200
        assert ask(server, "GET", rows, headers={"X-Real-Ip": SEVEN}).status == 429
        assert "too fast" in told(ask(server, "GET", rows, headers={"X-Real-Ip": SEVEN}))
        assert ask(server, "PUT", "/parser/new.tsv", b"a\n", {"X-Real-Ip": SEVEN}).status == 429
        assert ask(server, "GET", "/parser/", headers={"X-Real-Ip": SEVEN}).status == 200
        for address in (EIGHT, *["127.0.0.1"] * 50):
            assert ask(server, "GET", rows, headers={"X-Real-Ip": address}).status == 200
        assert count(server, "refused_requests_total") == 3


GUESSES = 200
FEW = "import pagecast.limits.admission as a; a.MISS_RATE = a.Rate(0.001, 200)"
"""All that an address may guess for a good while."""


def guess(server: Server, number: int, address: str) -> Answer:
    """Ask for what is not there, by each of the doors in turn."""
    uuid, key = uuid4(), uuid4().hex
    headers = {"X-Real-Ip": address, "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    method, path, more = (
        ("GET", f"/parser/{uuid}", {}),
        ("GET", f"/parser/{uuid}/rows?page_no=1", {}),
        ("GET", f"/parser/{uuid}/columns?columns=1-3", {}),
        ("GET", f"/parser/{uuid}/cell?row=1&column=1", {}),
        ("GET", f"/parser/{uuid}/find?page_no=1&text=a", {}),
        ("GET", f"/parser/{uuid}/versions", {}),
        ("GET", f"/parser/{uuid}/download", {}),
        ("HEAD", f"/parser/{uuid}/download", {}),
        ("POST", f"/parser/{uuid}/read?header=0", {}),
        ("PUT", f"/parser/{uuid}", {}),
        ("PUT", f"/parser/{uuid}?append=1", {}),
        ("GET", "/parser/no-uuid/rows?page_no=1", {}),
        ("HEAD", f"/parser/files/{key}", {}),
        ("DELETE", f"/parser/files/{key}", {}),
        ("PATCH", f"/parser/files/{key}", {"Upload-Offset": "0"}),
    )[number % 15]
    return ask(server, method, path, b"a\tb\n" if method in ("PUT", "PATCH") else None, {**headers, **more})


async def test_who_guesses_on_and_on_has_to_wait_at_every_door_and_others_have_not() -> None:
    with serving(first=FEW) as server:
        uuid = put(server, table(300))
        async with coming(server, f"/parser/ws/{uuid}", SEVEN) as here:
            await Client(here).until("page")
            for number in range(GUESSES + 14):
                answer = await asyncio.to_thread(guess, server, number, SEVEN)  # the viewer answers pings meanwhile
                assert answer.status == (404 if number < GUESSES else 429), number
            sentence = told(ask(server, "GET", f"/parser/{uuid}/rows?page_no=1", headers={"X-Real-Ip": SEVEN}))
            assert sentence.startswith("Too many requests from your address led nowhere")
            assert (await refused(server, f"/parser/ws/{uuid}", SEVEN)) == (429, sentence)
            assert (await refused(server, f"/parser/ws/{uuid}/upload", SEVEN)) == (429, sentence)
            shown = ask(server, "GET", f"/parser/{uuid}", headers={"X-Real-Ip": SEVEN, "Accept": "text/html"})
            assert (shown.status, sentence.strip() in shown.text) == (429, True)

            for path in ("/parser/", "/healthz"):
                assert ask(server, "GET", path, headers={"X-Real-Ip": SEVEN}).status == 200
            assert ask(server, "PUT", "/parser/new.tsv", b"a\n", {"X-Real-Ip": SEVEN}).status == 201
            await Client(here).say("turn", page_no=2)
            assert (await Client(here).until("page"))["page_no"] == 2, "who is here already stays"
            for address in (EIGHT, "127.0.0.1"):
                assert (
                    ask(server, "GET", f"/parser/{uuid}/rows?page_no=1", headers={"X-Real-Ip": address}).status == 200
                )
        assert count(server, "refused_misses_total") == 18


async def test_a_guess_over_a_websocket_counts_like_any_other() -> None:
    with serving(first=FEW.replace("200)", "10)")) as server:
        for number in range(10):
            path = f"/parser/ws/{uuid4()}" + ("/upload" if number % 2 else "")
            async with coming(server, path, SEVEN) as connection:
                if number % 2:
                    await Client(connection).say("upload", name="a.tsv", size=4, viewer="")
                assert (await Client(connection).closed())[0] == 4504
        assert (await refused(server, f"/parser/ws/{uuid4()}", SEVEN))[0] == 429
        assert ask(server, "GET", f"/parser/{uuid4()}", headers={"X-Real-Ip": SEVEN}).status == 429


async def test_a_lecture_hall_with_an_old_link_is_told_so_and_not_shut_out(server: Server) -> None:
    uuid = put(server, table(300))
    for _ in range(150):
        assert ask(server, "GET", f"/parser/{uuid4()}", headers={"X-Real-Ip": SEVEN}).status == 404
    assert ask(server, "GET", f"/parser/{uuid}", headers={"X-Real-Ip": SEVEN}).status == 200


async def test_who_goes_while_being_let_in_gives_the_place_back() -> None:
    with serving("--max_viewers=20") as server:
        for _ in range(5):
            writers = [(await asyncio.open_connection("127.0.0.1", server.port))[1] for _ in range(20)]
            for writer in writers:
                writer.write(
                    b"GET /parser/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
                writer.transport.abort()
        await comes_true(lambda: count(server, "viewers") == 0)
        async with AsyncExitStack() as stack:
            for _ in range(20):
                await stack.enter_async_context(viewing(server))


def connected(server: Server, source: str) -> socket.socket:
    """A connection from an address of this machine's, over which nothing has been said."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S, source_address=(source, 0))


def answer_on(end: socket.socket) -> bytes:
    """What the server says on a connection until it ends it."""
    with suppress(ConnectionResetError):
        return b"".join(iter(lambda: end.recv(4096), b""))
    return b""


def is_served(server: Server, source: str) -> bool:
    """Whether one request of an address is answered."""
    with connected(server, source) as end, suppress(OSError):
        end.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return answer_on(end).endswith(b"ok\n")
    return False


async def test_connections_that_say_nothing_are_counted_for_each_address_and_given_back() -> None:
    with serving(
        "--max_viewers_each=2", first="import pagecast.limits.slots as s; s.is_loopback = lambda _: False"
    ) as server:
        ends = [connected(server, "127.0.0.7") for _ in range(12)]
        one_more = connected(server, "127.0.0.7")
        one_more.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: " + bytes(2**20))  # it is heard, not cut off
        said = answer_on(one_more)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert said.endswith(
            b"\r\n\r\nYour address has 12 connections open, which is the limit: try again in a minute.\n"
        )
        assert count(server, "refused_viewers_total") == 1, "others are served"
        for end in (*ends, one_more):
            end.close()
        await comes_true(lambda: is_served(server, "127.0.0.7"))
        assert all(is_served(server, "127.0.0.7") for _ in range(20))


async def test_more_connections_than_the_system_has_files_for_stop_nothing() -> None:
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))"
    with serving(first=few) as server:
        uuid = put(server, table(300))
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")
            ends = [connected(server, "127.0.0.1") for _ in range(200)]
            said = [answer_on(end)[:13] for end in ends[100:]]
            assert said == [b"HTTP/1.1 503 "] * 100
            await viewer.say("turn", page_no=3)
            await viewer.until("page", page_no=3)
            for end in ends:
                end.close()
            await comes_true(lambda: ask(server, "GET", "/healthz").status == 200)
            assert ask(server, "GET", f"/parser/{put(server, table(20_000))}/download").body == table(20_000)
