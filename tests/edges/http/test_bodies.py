"""Bodies that nobody reads: refused in words before they arrive, here and behind nginx, and never kept."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.edges.talk import PATIENCE_S, ask, put, table
from tests.nginx import nginx_in_front_of
from tests.server import Server, serving

MB = 2**20
LARGE = 95 * MB

ADDRESSES = [
    *(("POST", path) for path in ("/", "/healthz", "/metrics", "/nothing", "/parser")),
    *(("POST", f"/parser/x/{name}") for name in ("versions", "read", "rows", "columns", "cell", "download")),
    *(("POST", path) for path in ("/parser/static/x", "/parser/ws", "/parser/ws/upload", "/parser/share/x")),
    *((method, "/parser/") for method in ("GET", "DELETE", "PATCH")),
    *((method, "/parser/files/x") for method in ("PUT", "DELETE")),
]
"""Methods and addresses with which no file comes."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(first="import pagecast.edges.http.request_body as a; a.LINGER_S = 2") as running:
        yield running


def head(method: str, path: str, length: int = LARGE) -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


def answer_of(end: socket.socket) -> bytes:
    """All that comes until the other side ends it, in whatever way."""
    told = b""
    try:
        while piece := end.recv(2**16):
            told += piece
    except ConnectionError:
        pass
    return told


def resident_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_large_body_is_refused_in_words_before_it_comes(server: Server, method: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
        end.sendall(head(method, path))
        told = b""
        while not told.endswith(b"address.\n") and (piece := end.recv(2**16)):
            told += piece
        first, _, sentence = told.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 413 "), first
    assert sentence.startswith(b"This address takes no files: ")
    assert sentence.count(b"\n") == 1


def test_a_client_that_sends_on_reads_why(server: Server) -> None:
    """A client that is cut off while it sends never sees the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
        end.sendall(head("POST", "/healthz"))
        for _ in range(20):
            end.sendall(bytes(MB))
        assert end.recv(100).startswith(b"HTTP/1.1 413 ")


def test_unwanted_bodies_take_no_memory(server: Server) -> None:
    before = resident_mb(server.pid)
    with ExitStack() as stack:
        ends = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(8)]
        for number, end in enumerate(ends):
            end.sendall(head(*ADDRESSES[number]))
            for _ in range(16):
                end.sendall(bytes(MB))
        assert resident_mb(server.pid) < before + 32


@pytest.mark.parametrize("framing", ["Content-Length: 60000", "Transfer-Encoding: chunked"])
def test_a_small_body_that_never_ends_is_cut(framing: str) -> None:
    with serving(first="import pagecast.edges.http.application as b; b.SMALL_BODY_S = 0.3") as server:
        put(server, table(5))
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
            end.sendall(f"POST /parser/x/versions HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n2\r\nab".encode())
            assert answer_of(end) == b""


def test_a_chunked_body_that_nobody_reads_is_bounded(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
        end.sendall(b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        end.sendall(b"1ffff\r\n" + bytes(2**16))
        assert answer_of(end).startswith(b"HTTP/1.1 400 ")


def test_a_small_form_is_still_read(server: Server) -> None:
    uuid = put(server, table(5))
    put_again = ask(server, "PUT", f"/parser/{uuid}", table(6))
    assert put_again.status == 200
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(server, "POST", f"/parser/{uuid}/versions", b"version=1", form).status == 200
    assert ask(server, "GET", f"/parser/{uuid}/download").body == table(5)


def held_by_nginx(folder: Path) -> int:
    """Bytes of bodies that this folder's nginx has on its disk. It unlinks such files at once, and keeps them open."""
    held = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "nginx" in (process / "comm").read_text():
                files = [file for file in (process / "fd").iterdir() if str(folder / "body") in os.readlink(file)]
                held += sum(file.stat().st_size for file in files)
        except OSError:  # it has ended meanwhile
            pass
    return held


async def test_nginx_keeps_no_body_on_its_disk(server: Server, tmp_path: Path) -> None:
    with nginx_in_front_of(server.port, folder=tmp_path) as outside:
        port = int(outside.rsplit(":", 1)[-1])
        for path in ("/", "/nothing", "/metrics", "/parser/static/x", "/parser/ws", "/parser/x/read"):
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as end:
                end.sendall(head("POST", path))
                told = await asyncio.to_thread(end.recv, 2**16)
                assert told.startswith(b"HTTP/1.1 413 "), path
                assert told.partition(b"\r\n\r\n")[2].startswith(b"This address takes no files: "), path
                assert held_by_nginx(tmp_path) == 0
        assert ask_through(port, "PUT", "/parser/x.tsv", table(60_000)).startswith(b"HTTP/1.1 201 ")


def ask_through(port: int, method: str, path: str, body: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as end:
        end.sendall(head(method, path, len(body)) + body)
        return end.recv(2**16)
