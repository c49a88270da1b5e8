"""Many viewers of one document: everyone sees the newest page, and nobody an older one after it."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from websockets.asyncio.client import connect

from pagecast.room.session import TURNS
from tests.edges.talk import PATIENCE_S, Client, Frame, comes_true, count, put, table, uploading, viewing
from tests.server import Server, serving

MANY = 210
"""More than are told at once."""

STALLED, READING = 60, 8


async def pages_until(viewer: Client, page_no: int) -> list[Frame]:
    """All pages that a viewer is sent, up to one."""
    pages = [await viewer.until("page")]
    while pages[-1]["page_no"] != page_no:
        pages.append(await viewer.until("page"))
    return pages


async def test_many_see_every_page_in_order_or_skip_to_a_newer_one(server: Server) -> None:
    uuid = put(server, table(5_000))
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(viewing(server, uuid)) for _ in range(MANY)]
        turner = viewers[7]
        watching = [asyncio.create_task(pages_until(viewer, 40)) for viewer in viewers]
        for page_no in range(2, 31):
            await turner.say("turn", page_no=page_no)
        for viewer in viewers[::10]:  # another window, while pages are on their way
            await viewer.say("watch", columns=[[1, 2]])
        await turner.say("turn", page_no=40)
        late = [await stack.enter_async_context(viewing(server, uuid)) for _ in range(10)]
        watching += [asyncio.create_task(pages_until(viewer, 40)) for viewer in late]
        for pages in await asyncio.gather(*watching):
            seqs = [page["seq"] for page in pages]
            assert seqs == sorted(seqs)
            assert pages[-1]["data"][0][0] == "3900"


async def test_a_burst_of_turns_leaves_the_last_page_standing_in_either_protocol(server: Server) -> None:
    uuid = put(server, table(20_000))
    async with viewing(server, uuid) as turner, viewing(server, uuid) as witness:
        began = time.monotonic()
        for page_no in range(1, 150):
            await turner.say("turn", page_no=page_no)
        pages = await pages_until(witness, 149)
        most = TURNS.burst + TURNS.per_second * (time.monotonic() - began)
        assert len(pages) <= most + 2, "the first is that which stood, the last that which waited"
        async with connect(f"{server.ws}/parser/ws/{uuid}", max_queue=None) as plain:
            for page_no in range(1, 151):
                await plain.send(str(page_no))
            await pages_until(witness, 150)
            await turner.say("turn", page_no=3)
            await pages_until(witness, 3)


def turn_frame(page_no: int) -> bytes:
    """A client's frame that turns to a page, on the wire (RFC 6455, section 5.2); its mask is 0."""
    text = b'{"type":"turn","page_no":%d}' % page_no
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


async def test_who_floods_on_and_on_is_told_and_closed_and_the_others_stay(server: Server) -> None:
    uuid = put(server, table(1_000))
    async with viewing(server, uuid) as flooder, viewing(server, uuid) as other:
        flood = b"".join(turn_frame(1 + number % 9) for number in range(50_000))
        flooder.socket.transport.write(flood)  # at once: one by one they might come no faster than they may
        frames = await flooder.rest()
        assert [frame["code"] for frame in frames if frame["type"] == "error"] == ["too-fast"]
        assert flooder.socket.close_code == 1008
        await other.say("turn", page_no=10)
        await other.until("page", page_no=10)


def resident(server: Server) -> int:
    """Bytes of memory that the server has."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


async def stall(server: Server, uuid: str, more: str = "") -> socket.socket:
    """A viewer that takes nothing by itself from now on."""
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(stalled, ("127.0.0.1", server.port))
    head = f"GET /parser/ws/{uuid} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    key = f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    await loop.sock_sendall(stalled, (head + key).encode())
    return stalled


async def frames_of(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """What a server sends, frame by frame: its kind and its payload."""
    while True:
        first, size = await reader.readexactly(2)
        if size > 125:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
        yield first, await reader.readexactly(size)


async def test_who_takes_little_at_a_time_hears_whole_messages_in_order(server: Server) -> None:
    uuid = put(server, b"".join(b"%d\t%s\n" % (n, b"x" * 2000) for n in range(1_000)))
    slow = await stall(server, uuid, "Sec-WebSocket-Protocol: pagecast.v1\r\n")
    reader, writer = await asyncio.open_connection(sock=slow, limit=2**12)
    await reader.readuntil(b"\r\n\r\n")
    seqs, pings, pongs = [0], 0, 0
    async with viewing(server, uuid) as turner:
        turns = iter([*range(1, 11)] * 6)
        async for kind, payload in frames_of(reader):
            if kind == 0x8A:
                pongs += 1
                continue
            assert kind == 0x81
            frame = json.loads(payload)
            if frame["type"] == "page":
                assert [len(row[1]) for row in frame["data"]] == [2000] * 100
                seqs.append(frame["seq"])
                if (page_no := next(turns, None)) is None:
                    break
                writer.write(b"\x89\x84\0\0\0\0ping")  # its answer finds the way free, or a page on it
                pings += 1
                await turner.say("turn", page_no=page_no)
                await turner.until("page", page_no=page_no)
    assert seqs == sorted(seqs)
    assert 0 < pongs <= pings
    writer.close()


async def test_who_takes_nothing_is_parted_with_and_costs_the_others_nothing(server: Server) -> None:
    uuid = put(server, b"".join(b"%d\t%s\n" % (n, b"x" * 2000) for n in range(2_000)))
    async with AsyncExitStack() as stack:
        viewers = [await stack.enter_async_context(viewing(server, uuid)) for _ in range(READING)]
        await asyncio.gather(*(pages_until(viewer, 1) for viewer in viewers))
        before, said = resident(server), server.output
        for _ in range(STALLED):
            stack.callback((await stall(server, uuid)).close)
        await comes_true(lambda: count(server, "viewers") == READING + STALLED)
        for page_no in (*range(2, 21), *range(19, 0, -1)):
            watching = [asyncio.create_task(pages_until(viewer, page_no)) for viewer in viewers]
            await viewers[0].say("turn", page_no=page_no)
            await asyncio.gather(*watching)
        assert resident(server) - before < 12 * 2**20, "a page is not copied for each of them"
        await comes_true(lambda: count(server, "viewers") == READING)
        assert len(server.output) - len(said) < STALLED * 200
        await viewers[1].say("turn", page_no=20)
        await asyncio.gather(*(pages_until(viewer, 20) for viewer in viewers))


def held(server: Server) -> dict[int, int]:
    """Bytes that the system holds for each client of a server, by the client's port: not sent, or not taken."""
    queues = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, there, state, queue, *_ = line.split()
        if state == "01" and int(here.partition(":")[2], 16) == server.port:
            queues[int(there.partition(":")[2], 16)] = int(queue.partition(":")[0], 16)
    return queues


async def test_the_system_holds_little_for_who_takes_nothing(server: Server) -> None:
    uuid = put(server, b"".join(b"%d\t%s\n" % (n, b"x" * 2000) for n in range(2_000)))
    async with AsyncExitStack() as stack:
        witness = await stack.enter_async_context(viewing(server, uuid))
        await witness.until("page")
        before = count(server, "viewers")
        stalled = [await stall(server, uuid) for _ in range(10)]
        for one in stalled:
            stack.callback(one.close)
        await comes_true(lambda: count(server, "viewers") == before + 10)
        for page_no in range(2, 21):  # 200 kB each
            await witness.say("turn", page_no=page_no)
            await witness.until("page", page_no=page_no)
        queues = held(server)
        for one in stalled:
            assert 0 < queues[one.getsockname()[1]] <= 2**17, "of 4 MB that were sent"


TELLS_ITS_SOCKETS = """
import signal, socket
def tell(*_):
    from pagecast.edges.websocket.handler import SocketHandler
    for one in SocketHandler.open_handlers:
        end = one.ws_connection.stream.socket
        print(type(one).__name__, end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY), flush=True)
signal.signal(signal.SIGUSR1, tell)
"""


async def test_no_message_waits_for_the_one_before_to_be_acknowledged() -> None:
    with serving(first=TELLS_ITS_SOCKETS) as server:
        async with viewing(server) as viewer, connect(f"{server.ws}/parser/ws"), uploading(server):
            await viewer.until("welcome")
            await comes_true(lambda: count(server, "viewers") == 2)
            os.kill(server.pid, signal.SIGUSR1)
            await comes_true(lambda: server.output.count("Handler") == 3)
            told = sorted(line for line in server.output.splitlines() if "Handler" in line)
            assert told == ["FileHandler 1", "FileHandler 1", "UploadHandler 1"]


HURRIED = """
from tornado.httpserver import HTTPServer
def initialize(self, *args, initialize=HTTPServer.initialize, **more):
    assert more["idle_connection_timeout"] <= 15
    initialize(self, *args, **{**more, "idle_connection_timeout": 0.5})
HTTPServer.initialize = initialize
"""


async def test_a_head_that_does_not_come_is_not_waited_for() -> None:
    with serving(first=HURRIED) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /parser HTTP/1.1\r\nHost: loc")
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read() == b""
        writer.close()
