"""The TCP door: lines in, a link out, and nothing else."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.edges.talk import PATIENCE_S, ask, comes_true, count, viewing
from tests.ports import free_port
from tests.server import Server, serving

PORT = free_port()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    options = (f"--lines_port={PORT}", "--max_uploads=3", "--max_table_mb=20")
    with serving(*options) as running:
        yield running


class Sender:
    """What nc is: what it is given goes out, what comes back is printed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def line(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return (await self.reader.readline()).decode()

    async def uuid(self) -> str:
        """The document that the first line back leads to."""
        link = re.fullmatch(r"http://127\.0\.0\.1:\d+/parser/([0-9a-f-]{36})\n", await self.line())
        assert link
        return link[1]


@asynccontextmanager
async def sending() -> AsyncIterator[Sender]:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    try:
        yield Sender(reader, writer)
    finally:
        writer.close()


async def test_each_line_is_a_row_on_every_screen(server: Server) -> None:
    async with sending() as sender:
        uuid = await sender.uuid()
        async with viewing(server, uuid) as viewer:
            for n in range(1, 5):
                sender.writer.write(b"%d\tline\n" % n)
                page = await viewer.until("page", total_number=n)
                assert page["data"] == [[str(k), "line"] for k in range(1, n + 1)]
            sender.writer.write(b"5\tno line end")
            sender.writer.write_eof()
            told = await viewer.until("document", complete=True)
            assert (told["rows"], told["version"], told["name"]) == (5, 1, "lines.tsv")
        assert await sender.line() == "", "the end is the only other thing that it says"
    assert ask(server, "GET", f"/parser/{uuid}/download").body.endswith(b"4\tline\n5\tno line end")


async def test_a_sender_that_breaks_off_leaves_its_lines(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", PORT)) as sender:
        uuid = sender.recv(1000).decode().strip().rsplit("/", 1)[-1]
        sender.sendall(b"a\tb\n1\t2\n")
        async with viewing(server, uuid) as viewer:
            await viewer.until("document", rows=2)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    await comes_true(lambda: ask(server, "GET", f"/parser/{uuid}/download").body == b"a\tb\n1\t2\n")


async def test_who_says_nothing_leaves_nothing(server: Server) -> None:
    async with sending() as sender:
        uuid = await sender.uuid()
    await comes_true(lambda: ask(server, "GET", f"/parser/{uuid}").status == 404)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "This looks like a PNG image"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\na\tb\n", "This port accepts plain lines, not HTTP."),
        (b"x" * (17 * 2**20), "A line may have at most 16 MB"),
        (b"x\ty\n" * (6 * 2**20), "The file is too large"),
    ],
)
async def test_what_is_no_table_is_told_in_a_line(server: Server, data: bytes, sentence: str) -> None:
    async with sending() as sender:
        await sender.uuid()
        told = asyncio.create_task(sender.line())
        with suppress(ConnectionError):  # the server waits a while for what is still sent, and closes then
            for begin in range(0, len(data), 2**20):
                sender.writer.write(data[begin : begin + 2**20])
                await sender.writer.drain()
            sender.writer.write(b"\n")
            while not told.done():  # a few lines are looked at together, when the next one comes
                sender.writer.write(b"one more\n")
                await asyncio.sleep(0.02)
        assert (await told).startswith(sentence)
        assert await sender.line() == ""
    await comes_true(lambda: count(server, "uploads") == 0)


async def test_more_than_the_server_takes_at_a_time_are_told_so(server: Server) -> None:
    async with sending() as first, sending() as second, sending() as third:
        for sender in (first, second, third):
            await sender.uuid()
        async with sending() as fourth:
            assert (
                await fourth.line()
                == "This server has 3 uploads in progress, which is the limit: wait for one to end.\n"
            )
        refused = ask(server, "PUT", "/parser/t.tsv", b"a\tb\n")
        assert (refused.status, refused.text.count("\n")) == (503, 1)
    await comes_true(lambda: ask(server, "PUT", "/parser/t.tsv", b"a\tb\n").status == 201)


async def test_a_server_that_stops_keeps_what_had_come(server: Server) -> None:
    async with sending() as sender:
        uuid = await sender.uuid()
        sender.writer.write(b"a\tb\n1\t2\n")
        async with viewing(server, uuid) as viewer:
            await viewer.until("document", rows=2)
        server.restart()
    assert ask(server, "GET", f"/parser/{uuid}/download").body == b"a\tb\n1\t2\n"


async def test_nothing_stays_open_behind_lines(server: Server) -> None:
    await comes_true(lambda: [count(server, name) for name in ("viewers", "uploads", "open_documents")] == [0, 0, 0])
