"""A PUT takes a table as it streams in: a new document, or a new version of one."""

import asyncio
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.http.test_http import TABLE, UNKNOWN, one_line, raw
from tests.edges.talk import PNG, ask, comes_true, count, page_of, put, table, viewing
from tests.server import Server, serving
from tests.table.archives import zipped


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """A server that takes little."""
    with serving("--max_table_mb=1") as running:
        yield running


def curl(*arguments: str, given: bytes = b"") -> str:
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "20", "--noproxy", "*", *arguments],
        input=given,
        capture_output=True,
        timeout=25,
        check=False,
    )
    return (done.stdout + done.stderr).decode()


def test_a_put_makes_a_document_and_answers_its_link(server: Server) -> None:
    answer = ask(server, "PUT", "/parser/cities.tsv", TABLE)
    assert answer.status == 201
    assert re.fullmatch(rf"{server.http}/parser/[0-9a-f-]{{36}}\n", answer.text)
    assert answer.headers["location"] == answer.text.strip()
    assert ask(server, "GET", answer.text.strip().removeprefix(server.http)).status == 200


@pytest.mark.parametrize("how", ["file", "stream"])
def test_curl_prints_the_link(server: Server, tmp_path: Path, how: str) -> None:
    file = tmp_path / "cities.tsv"
    file.write_bytes(table(100_000))
    if how == "file":
        link = curl("-T", str(file), f"{server.http}/parser/")
    else:
        link = curl("-T", "-", f"{server.http}/parser/", given=file.read_bytes())
    path = link.strip().removeprefix(server.http)
    assert ask(server, "GET", f"{path}/download").body == file.read_bytes()
    if how == "file":
        assert "cities.tsv" in ask(server, "GET", f"{path}/download").headers["content-disposition"]


async def test_a_put_to_a_document_is_its_next_version(server: Server) -> None:
    document = put(server, TABLE)
    async with viewing(server, document) as viewer:
        await viewer.until("page")
        answer = await asyncio.to_thread(ask, server, "PUT", f"/parser/{document}", table(300, "fresh"))
        assert (answer.status, answer.text) == (200, f"{server.http}/parser/{document}\n")
        page = await viewer.until("page")
        assert (page["version"], page["total_number"]) == (2, 300)
        assert page["data"] == page_of(table(300, "fresh"), 1)


@pytest.mark.parametrize(
    ("name", "data", "status", "sentence"),
    [
        (UNKNOWN, TABLE, 404, "There is no table at this address"),
        ("t.tsv", b"", 422, "The file is empty"),
        ("t.tsv", b"\n\n", 422, "The file is empty"),
        ("t.png", PNG, 415, "This looks like a PNG image"),
        ("t.zip", zipped({"a.tsv": TABLE, "b.tsv": TABLE}), 415, "This archive holds several tables (a.tsv, b.tsv)"),
        ("t.xlsx", zipped({"xl/workbook.xml": b"<x/>"}), 415, "This looks like an Excel workbook (.xlsx)"),
    ],
)
def test_a_put_that_is_no_table_is_refused_in_a_sentence(
    server: Server, name: str, data: bytes, status: int, sentence: str
) -> None:
    answer = ask(server, "PUT", f"/parser/{name}", data)
    assert answer.status == status
    assert answer.text.startswith(sentence)
    assert one_line(answer)


def test_a_refused_put_changes_nothing(server: Server) -> None:
    document = put(server, TABLE)
    for data in (b"", PNG):
        assert ask(server, "PUT", f"/parser/{document}", data).status in (415, 422)
    assert ask(server, "GET", f"/parser/{document}/download").body == TABLE


def test_too_large_a_put_is_answered_early_and_in_words(small: Server, tmp_path: Path) -> None:
    file = tmp_path / "large.tsv"
    file.write_bytes(table(2_000_000))
    sentence = "The file is too large: this server accepts up to 1 MB a table.\n"
    assert curl("-T", str(file), f"{small.http}/parser/") == sentence
    for _ in range(3):
        assert curl("-H", "Expect:", "-T", str(file), f"{small.http}/parser/").startswith(sentence)
        assert sentence in curl("-T", "-", f"{small.http}/parser/", given=file.read_bytes()), "behind the link"
    announced = raw(small, "PUT /parser/x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999999")
    assert announced.startswith(b"HTTP/1.1 413 ")
    assert announced.endswith(sentence.encode())
    assert not list(small.data.glob("documents/*"))
    assert not list(small.data.glob("uploads/*"))


@pytest.mark.parametrize("length", ["abc", "-5", "+5", "1_0", "٣", "5, 6", "", "9" * 5000])
async def test_a_length_that_is_none_is_refused(server: Server, length: str) -> None:
    answer = raw(server, f"PUT /parser/x HTTP/1.1\r\nContent-Length: {length}", b"a\tb\n")
    assert re.match(rb"HTTP/1.1 4\d\d ", answer), answer
    await comes_true(lambda: count(server, "uploads") == 0)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Transfer-Encoding: xchunked", b"5\r\na\tb\nc\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", b"5\r\na\tb\nc\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"5\r\na\tb\nc\r\n+3\r\nabc\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"5\r\na\tb\ncX\r\n0\r\n\r\n"),
        ("Content-Length: 5\r\nContent-Length: 6", b"a\tb\nc"),
    ],
)
async def test_a_body_against_the_rules_is_refused_and_leaves_nothing(server: Server, header: str, body: bytes) -> None:
    answer = raw(server, f"PUT /parser/x HTTP/1.1\r\n{header}", body)
    assert re.match(rb"HTTP/1.1 4\d\d ", answer), answer
    await comes_true(lambda: [count(server, name) for name in ("uploads", "open_documents")] == [0, 0])


@pytest.mark.parametrize("when", ["before its first byte", "in the middle", "at its end"])
async def test_a_sender_that_vanishes_leaves_a_replacement_unseen(server: Server, when: str) -> None:
    document = put(server, TABLE)
    fresh = table(200_000, "fresh")
    sent = {"before its first byte": b"", "in the middle": fresh[: 3 * 2**20], "at its end": fresh[:-1]}[when]
    files = sorted(server.data.glob(f"documents/{document}/*"))
    async with viewing(server, document) as viewer:
        await viewer.until("page")
        sending = await vanishing(server, document, fresh, sent)
        await comes_true(lambda: count(server, "uploads") == 1)
        sending.close()
        await comes_true(lambda: count(server, "uploads") == 0)
        await comes_true(lambda: sorted(server.data.glob(f"documents/{document}/*")) == files)
        await viewer.say("turn", page_no=2)
        assert (await viewer.next())["version"] == 1, "it was told of nothing"
    await comes_true(lambda: not list(server.data.glob("uploads/*")))


async def test_a_sender_that_vanishes_leaves_the_rows_of_a_first_table(server: Server) -> None:
    fresh = table(200_000, "fresh")
    async with viewing(server) as viewer:
        document = (await viewer.next())["uuid"]
        sending = await vanishing(server, document, fresh, fresh[: 2 * 2**20])
        told = await viewer.until("document", received=2 * 2**20)
        sending.close()
        await comes_true(lambda: count(server, "uploads") == 0)
        await viewer.say("turn", page_no=told["rows"] // 100)
        page = await viewer.until("page", page_no=told["rows"] // 100)
        assert page["data"] == page_of(fresh, told["rows"] // 100)
    assert ask(server, "GET", f"/parser/{document}").status == 200
    refused = ask(server, "GET", f"/parser/{document}/download")
    assert refused.status == 409
    assert one_line(refused)


async def test_the_last_rows_before_a_sender_vanishes_are_kept(server: Server) -> None:
    async with viewing(server) as viewer:
        document = (await viewer.next())["uuid"]
        sending = await vanishing(server, document, TABLE, TABLE[:100])
        await viewer.until("document", received=100)
        sending.sendall(TABLE[100:1000])
        sending.close()
        await comes_true(lambda: count(server, "uploads") == 0)
    await comes_true(lambda: count(server, "open_documents") == 0)
    async with viewing(server, document) as viewer:
        told = await viewer.until("document")
    assert (told["received"], told["rows"]) == (1000, TABLE[:1000].count(b"\n"))


async def test_senders_that_hang_up_at_any_moment_leave_nothing_behind(server: Server) -> None:
    data = table(120_000)
    request = f"PUT /parser/t.tsv HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data
    for n in range(24):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(request[: [30, 80, 200, 2**20, len(request) - 1, len(request)][n % 6]])
            if n % 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    await comes_true(lambda: [count(server, name) for name in ("uploads", "open_documents")] == [0, 0])


async def vanishing(server: Server, document: str, data: bytes, sent: bytes) -> socket.socket:
    """A connection that has sent so much of a PUT."""
    sending = socket.create_connection(("127.0.0.1", server.port))
    head = f"PUT /parser/{document} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n"
    await asyncio.to_thread(sending.sendall, head.encode() + sent)
    return sending
