"""Large messages on their way in: bounded in memory, for all and for each address, and in time."""

import asyncio
import base64
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.asyncio.client import connect

from pagecast.edges.websocket.messages import IncomingMessage, MessageQuota
from pagecast.limits.quota import Quota
from tests.edges.http.test_bodies import resident_mb
from tests.edges.talk import PATIENCE_S, comes_true, count, sha256, table, uploading
from tests.server import Server, serving

MB = 2**20
BINARY, PING, CLOSE = 2, 9, 8


async def test_messages_wait_for_memory_in_the_order_of_asking() -> None:
    quota = MessageQuota(Quota(10, 10))
    await quota.acquire("10.0.0.7", 8, 0)
    waiting = [asyncio.create_task(quota.acquire("10.0.0.8", size, PATIENCE_S)) for size in (5, 1)]
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [False, False], "a small one does not overtake a large one"
    quota.release("10.0.0.7", 8)
    await asyncio.gather(*waiting)
    assert quota.used == 6


async def test_an_address_that_has_its_share_holds_up_nobody_else() -> None:
    quota = MessageQuota(Quota(100, 10))
    await quota.acquire("10.0.0.7", 8, 0)
    more = asyncio.create_task(quota.acquire("10.0.0.7", 8, PATIENCE_S))
    await asyncio.sleep(0)
    await quota.acquire("10.0.0.8", 8, 0)
    await quota.acquire("127.0.0.1", 50, 0)
    assert not more.done()
    quota.release("10.0.0.7", 8)
    await more


async def test_a_request_that_gave_up_holds_nothing() -> None:
    quota = MessageQuota(Quota(10, 10))
    await quota.acquire("10.0.0.7", 8, 0)
    with pytest.raises(TimeoutError):
        await quota.acquire("10.0.0.8", 8, 0)
    gone = asyncio.create_task(quota.acquire("10.0.0.8", 8, PATIENCE_S))
    await asyncio.sleep(0)
    gone.cancel()
    quota.release("10.0.0.7", 8)
    await asyncio.gather(gone, return_exceptions=True)
    assert quota.used == 0
    await quota.acquire("10.0.0.9", 10, 0)


class Raw:
    """One end of a WebSocket, frame by frame."""

    def __init__(self, server: Server, address: str) -> None:
        self._end = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /parser/ws HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"X-Real-Ip: {address}", "", ""]
        self._end.sendall("\r\n".join(lines).encode())
        while not self._end.recv(2**12).endswith(b"\r\n\r\n"):
            pass

    def send(self, kind: int, data: bytes, *, size: int | None = None, final: bool = True) -> None:
        """A frame, or the beginning of one of this size."""
        length = len(data) if size is None else size
        self._end.sendall(bytes(((0x80 if final else 0) | kind, 0x80 | 127)) + struct.pack("!Q4x", length) + data)

    def ping(self) -> None:
        self._end.sendall(bytes((0x80 | PING, 0x80)) + bytes(4))

    def told(self) -> bytes:
        """The server's next bytes."""
        return self._end.recv(2**16)

    def close_code(self) -> int:
        """The code that the server closes with; it closes the connection behind that, too."""
        told = b""
        try:
            while piece := self._end.recv(2**12):
                told += piece
        except ConnectionError:
            pass
        at = told.rindex(bytes([0x80 | CLOSE]))
        return int.from_bytes(told[at + 2 : at + 4], "big")

    def leave(self) -> None:
        self._end.close()


@contextmanager
def raw(server: Server, address: str = "10.0.0.7") -> Iterator[Raw]:
    one = Raw(server, address)
    try:
        yield one
    finally:
        one.leave()


HURRIED = "import pagecast.edges.websocket.messages as m; m.QUIET_S = 0.5"
UNHURRIED = "import pagecast.edges.websocket.messages as m; m.QUIET_S = 60; m.WAIT_S = "


@pytest.mark.parametrize("size", [100, 15 * MB])
@pytest.mark.parametrize("final", [True, False])
def test_a_message_that_stands_still_is_given_up(size: int, final: bool) -> None:
    """As the rest of a frame, and as the next one; pings are no part of a message."""
    with serving(first=HURRIED) as server, raw(server) as one:
        one.send(BINARY, b"a\tb\n" * 20, size=size if final else 80, final=final)
        if not final:
            one.ping()
        assert one.close_code() == 4008


def test_a_message_that_never_ends_is_given_up() -> None:
    with (
        serving(first="import pagecast.edges.websocket.messages as m; m.MESSAGE_S = 0.5") as server,
        raw(server) as one,
    ):
        one.send(BINARY, b"", size=80, final=True)
        assert one.close_code() == 4008


async def test_half_messages_take_a_bounded_part_of_memory() -> None:
    options = ("--max_message_mb=16", "--max_messages_mb=48", "--max_messages_mb_each=32")
    with serving(*options, first=UNHURRIED + "0.2") as server, ExitStack() as stack:
        before, data = resident_mb(server.pid), bytes(15 * MB)
        held = [stack.enter_context(raw(server, f"10.0.0.{n}")) for n in (7, 7, 8)]
        for one in held:
            await asyncio.to_thread(one.send, BINARY, data, final=False)
        for address in ("10.0.0.7", "10.0.0.9"):
            with raw(server, address) as late:
                await asyncio.to_thread(late.send, BINARY, data)
                assert b'"error":"The server is receiving too many large messages' in await asyncio.to_thread(late.told)
                late.send(BINARY, b"a\tb\n")  # a small one needs nothing of it
                assert b'"total_number":1' in await asyncio.to_thread(late.told)
        assert resident_mb(server.pid) < before + 3 * 48
        stack.close()
        await comes_true(lambda: resident_mb(server.pid) < before + 40)


async def test_fragments_count_together() -> None:
    """However small each of them is."""
    piece = b"x" * 2**15
    with serving(first=UNHURRIED + "60") as own, raw(own) as one:
        for number in range(60):
            one.send(BINARY if number == 0 else 0, piece, final=False)
        await comes_true(lambda: count(own, "message_bytes") == 60 * len(piece))
        one.send(0, b"", final=True)
        await comes_true(lambda: count(own, "message_bytes") == 0)
        assert b'"total_number":1,' in await asyncio.to_thread(one.told)


async def test_a_message_has_time_as_long_as_it_comes() -> None:
    arrival = IncomingMessage(MessageQuota(Quota(100, 100)), "10.0.0.7")

    def deadline() -> float:
        return arrival.deadline or 0.0

    arrival.begin()
    first = deadline()
    await asyncio.sleep(0.01)
    arrival.begin()
    assert deadline() == first > 0, "a ping, or an empty fragment, is none of it"
    arrival.extend_deadline()
    assert deadline() > first
    arrival.end()
    assert arrival.deadline is None


async def test_a_message_waits_for_memory_and_is_then_read() -> None:
    options = ("--max_message_mb=1", "--max_messages_mb=1", "--max_messages_mb_each=1")
    with serving(*options, first=UNHURRIED + "60") as server, raw(server, "10.0.0.7") as holder:
        holder.send(BINARY, b"a\tb\n", size=MB)
        await comes_true(lambda: count(server, "message_bytes") == MB)
        async with connect(f"{server.ws}/parser/ws", proxy=None, ping_interval=None) as plain:
            data = table(40_000)
            assert 2**16 < len(data) < MB
            await plain.send(data)
            answer = asyncio.create_task(plain.recv())
            for _ in range(3):  # a small one needs no memory, and is answered meanwhile
                with raw(server, "10.0.0.9") as small:
                    small.send(BINARY, b"a\tb\n")
                    assert b'"total_number":1' in await asyncio.to_thread(small.told)
            assert not answer.done()
            holder.leave()
            assert '"total_number":40000' in await asyncio.wait_for(answer, PATIENCE_S)


async def test_after_a_violation_the_connection_is_closed_whatever_the_client_still_sends(server: Server) -> None:
    with raw(server) as one:
        one.send(BINARY | 0x40, b"reserved bits")

        def is_closed() -> bool:
            try:
                one.send(BINARY, bytes(100))
            except ConnectionError:
                return True
            return False

        await comes_true(is_closed)


async def test_a_chunk_for_which_there_is_no_memory_comes_again() -> None:
    options = ("--max_message_mb=1", "--max_messages_mb=1", "--max_messages_mb_each=1")
    data = table(20_000)
    with serving(*options, first=UNHURRIED + "0.1") as server, raw(server) as holder:
        async with uploading(server) as uploader:
            await uploader.say("upload", name="t.tsv", size=len(data), viewer="")
            await uploader.until("accepted")
            await uploader.chunk(0, data[:1000])
            await uploader.stored(1000)
            holder.send(BINARY, b"a\tb\n", size=MB)
            await comes_true(lambda: count(server, "message_bytes") == MB)
            await uploader.chunk(1000, data[1000:])
            assert (await uploader.until("error"))["code"] == "too-many-messages"
            assert (await uploader.until("stored"))["offset"] == 1000
            holder.leave()
            await comes_true(lambda: count(server, "message_bytes") == 0)
            await uploader.chunk(1000, data[1000:])
            await uploader.stored(len(data))
            await uploader.say("finish", sha256=sha256(data))
            await uploader.until("finished")
