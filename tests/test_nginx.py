"""The nginx configuration that we ship, in a real nginx, in front of a server that only notes what reaches it."""

import asyncio
import hashlib
import json
import re
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, stream_request_body
from tornado.websocket import WebSocketHandler
from websockets.asyncio.client import connect

from tests.nginx import SHIPPED, elsewhere, nginx_in_front_of, substitute, try_out
from tests.ports import free_port

BODY = bytes(range(256)) * (20 * 4096)
TOO_LARGE = b"The file is too large."
"""20 MiB: more than every buffer on the way together."""


class Echo(RequestHandler):
    """Answers with the request as it came."""

    def get(self) -> None:
        self.write({"uri": self.request.uri, "headers": list(self.request.headers.get_all())})


class EchoSocket(WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        self.write_message(message, binary=isinstance(message, bytes))


@stream_request_body
class Take(RequestHandler):
    """Takes a body as it streams, and tells when its first bytes are there."""

    def prepare(self) -> None:
        self.hash = hashlib.sha256()

    def data_received(self, chunk: bytes) -> None:
        self.hash.update(chunk)
        self.settings["first_bytes"].set()

    def put(self, name: str) -> None:
        self.write(self.hash.hexdigest())


@stream_request_body
class Refuse(RequestHandler):
    """Answers at once and reads on, as Pagecast does: nginx says 502 where it is cut off while it sends."""

    async def prepare(self) -> None:
        self.set_status(413)
        self.set_header("Content-Length", len(TOO_LARGE))
        self.write(TOO_LARGE)
        await self.flush()

    def data_received(self, chunk: bytes) -> None: ...


class Download(RequestHandler):
    async def get(self) -> None:
        self.set_header("Content-Type", "text/tab-separated-values")
        for start in range(0, len(BODY), 1 << 20):
            self.write(BODY[start : start + (1 << 20)])
            await self.flush()


@dataclass
class House:
    """The server under test, seen through nginx."""

    port: int
    sock: Path  # another way in, whose callers are not of this machine
    first_bytes: asyncio.Event

    async def ask(self, head: str, body: bytes = b"", *, by_sock: bool = False) -> "Answer":
        """Send a request as it is written here, which no client library would do."""
        if by_sock:
            reader, writer = await asyncio.open_unix_connection(self.sock)
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request(head))
        writer.write(body)
        answer = await read_answer(reader)
        writer.close()
        return answer


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def request(head: str) -> bytes:
    first, *headers = head.split("\n")
    return "\r\n".join(
        [f"{first} HTTP/1.1", "Host: pagecast.example:8443", *headers, "Connection: close", "", ""]
    ).encode()


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    names = [line.partition(": ")[0].lower() for line in lines]
    assert len(set(names)) == len(names), f"a header came twice: {names}"
    headers = {name: line.partition(": ")[2] for name, line in zip(names, lines, strict=True)}
    if headers.get("transfer-encoding") == "chunked":
        body = unchunk(body)
    return Answer(int(first.split()[1]), headers, body)


def unchunk(body: bytes) -> bytes:
    pieces: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        if int(size, 16) == 0:
            return b"".join(pieces)
        pieces.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    first_bytes = asyncio.Event()
    server = HTTPServer(
        Application(
            [
                (r"/parser/ws.*", EchoSocket),
                (r"/parser/large\..*", Refuse),
                (r"/parser/all/download", Download),
                (r"/parser/take-(.*)", Take),
                (r".*", Echo),
            ],
            first_bytes=first_bytes,
            log_function=lambda handler: None,
        ),
        max_body_size=2 * len(BODY),
    )
    listening, port = bind_unused_port()
    server.add_socket(listening)
    with tempfile.TemporaryDirectory(prefix="pagecast-") as name:
        folder = Path(name)
        with nginx_in_front_of(port, folder=folder) as address:
            yield House(int(address.rpartition(":")[2]), folder / "nginx.sock", first_bytes)
            await server.close_all_connections()
    server.stop()


def test_nginx_accepts_the_file_as_it_is_shipped(tmp_path: Path) -> None:
    run = try_out(elsewhere(SHIPPED.read_text(), 80), tmp_path)
    assert run.returncode == 0, run.stderr
    assert "[warn]" not in run.stderr


def test_nginx_accepts_the_file_with_tls_taken_in(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=pagecast.example",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        capture_output=True,
        check=True,
    )  # fmt: skip
    text = SHIPPED.read_text().replace("/etc/letsencrypt/live/pagecast.example", str(tmp_path))
    tls = re.sub(r"^( *)# (.*[;{}])(  #.*)?$", r"\1\2", text, flags=re.M)
    assert "\n    listen 443 ssl http2;\n" in tls
    start = tls.index("    listen 80;\n    listen [::]:80;\n\n")
    tls = tls[:start] + tls[start:].replace("    listen 80;\n    listen [::]:80;\n", "", 1)
    run = try_out(elsewhere(elsewhere(tls, 80), 443), tmp_path)
    assert run.returncode == 0, run.stderr
    # Newer releases would have http2 on a line of its own, as the comment there says.
    assert [line for line in run.stderr.splitlines() if "[warn]" in line and '"http2"' not in line] == []


def test_a_change_that_finds_nothing_is_refused() -> None:
    with pytest.raises(AssertionError):
        substitute(SHIPPED.read_text(), {"listen 8888;": "listen 9999;"})


@pytest.mark.parametrize(
    "uri",
    [
        "/",
        "/parser/",
        "/parser//twice",
        "/parser/static/0123456789ab/js/app.js",
        "/parser/a%2Fb/%C3%A9%20x?_sort=a&x=%20+1",
        "/parser/a/../b",
        "/%70arser/",
        "//parser/x",
    ],
)
async def test_the_server_sees_the_address_as_it_was_sent(house: House, uri: str) -> None:
    answer = await house.ask(f"GET {uri}")
    assert json.loads(answer.body)["uri"] == uri


async def test_what_a_client_says_of_itself_is_not_believed(house: House) -> None:
    forged = ["X-Forwarded-For", "X-Real-IP", "X-Forwarded-Proto", "X-Scheme", "X-Forwarded-Host", "Forwarded"]
    forged += ["X-Forwarded-User", "X-Request-Id"]
    answer = await house.ask("\n".join(["GET /parser/", *(f"{name}: forged" for name in forged)]))
    headers = [(name.lower(), value) for name, value in json.loads(answer.body)["headers"]]
    assert "forged" not in dict(headers).values()
    assert ("x-forwarded-for", "127.0.0.1") in headers
    assert ("x-forwarded-proto", "http") in headers
    assert ("host", "pagecast.example:8443") in headers
    assert [value for name, value in headers if name == "upgrade"] == []
    assert len(dict(headers)) == len(headers)


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_upload_streams_through(house: House, chunked: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(
        request(
            f"PUT /parser/take-a.tsv\n{'Transfer-Encoding: chunked' if chunked else f'Content-Length: {len(BODY)}'}"
        )
    )

    async def send(data: bytes) -> None:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data) if chunked else data)
        await writer.drain()

    await send(BODY[:100])
    async with asyncio.timeout(60):
        await house.first_bytes.wait()  # and 20 MiB less 100 bytes are still here
    for start in range(100, len(BODY), 1 << 20):
        await send(BODY[start : start + (1 << 20)])
    if chunked:
        writer.write(b"0\r\n\r\n")
    answer = await read_answer(reader)
    writer.close()
    assert answer.body.decode() == hashlib.sha256(BODY).hexdigest()


async def test_a_refusal_reaches_who_is_still_sending(house: House) -> None:
    answer = await house.ask(f"PUT /parser/large.tsv\nContent-Length: {len(BODY)}", BODY[: 1 << 20])
    assert (answer.status, answer.body) == (413, TOO_LARGE)


async def test_a_download_waits_for_its_reader_and_not_on_disk(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(request("GET /parser/all/download\nAccept-Encoding: gzip"))
    await asyncio.sleep(0.3)  # by now nginx has all that it is willing to hold; nginx_in_front_of looks at where
    answer = await read_answer(reader)
    writer.close()
    assert answer.body == BODY


@pytest.mark.parametrize("path", ["ws", "ws/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", "ws/upload", "ws/3f0c/upload"])
async def test_websockets_pass_both_ways(house: House, path: str) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}/parser/{path}", max_size=None, compression=None) as socket:
        await socket.send("2")
        assert await socket.recv() == "2"
        await socket.send(BODY[: 4 << 20])
        assert await socket.recv() == BODY[: 4 << 20]
        await (await socket.ping())
        assert socket.close_code is None


async def test_a_name_that_only_begins_like_a_websocket_is_none(house: House) -> None:
    answer = await house.ask("PUT /parser/take-wsx.tsv\nContent-Length: 1", b"x")
    assert answer.status == 200


async def test_metrics_are_for_this_machine(house: House) -> None:
    assert (await house.ask("GET /metrics")).status == 200
    for uri in (
        "/metrics",
        "/metrics?x=1",
        "//metrics",
        "/%6detrics",
        "/parser/../metrics",
        "http://pagecast.example/metrics",
    ):
        assert (await house.ask(f"GET {uri}", by_sock=True)).status == 403
    assert (await house.ask("GET /healthz", by_sock=True)).status == 200


MANY = 60
"""So many documents are never all at one of a few servers."""


@asynccontextmanager
async def backends(*answers: str) -> AsyncIterator[tuple[list[int], list[list[str]]]]:
    """Servers that answer with their number, or close the connection, or do not listen; and what reached each."""
    reached: list[list[str]] = [[] for _ in answers]
    ports, servers = [], []
    for number, answer in enumerate(answers):

        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int = number, answer: str = answer
        ) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            reached[number].append(head.split(" HTTP/")[0])
            if answer == "answers":
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n%d" % number)
            writer.close()

        if answer == "is down":
            ports.append(free_port())
        else:
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            servers.append(server)
            ports.append(server.sockets[0].getsockname()[1])
    try:
        yield ports, reached
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()


async def ask_nginx(base: str, head: str, body: bytes = b"") -> Answer:
    return await House(int(base.rsplit(":", 1)[1]), Path(), asyncio.Event()).ask(head, body)


async def test_a_document_stays_at_one_server_and_documents_are_spread() -> None:
    async with backends("answers", "answers", "answers") as (ports, reached):
        with nginx_in_front_of(*ports) as base:
            for number in range(MANY):
                uuid = uuid4()
                paths = f"/parser/{uuid}", f"/parser/{uuid}/rows?page_no=3", f"/parser/ws/{uuid}"
                answers = [(await ask_nginx(base, f"GET {path}")).body for path in paths]
                assert len(set(answers)) == 1, number
            assert all(reached)


@pytest.mark.parametrize("down", ["is down", "closes"])
@pytest.mark.parametrize("path", ["", "/rows", "/export"])
async def test_another_server_is_asked_where_nothing_can_happen_twice(down: str, path: str) -> None:
    for method in ("GET", "HEAD"):
        async with backends("answers", down) as (ports, _):
            with nginx_in_front_of(*ports) as base:
                heads = [f"{method} /parser/{uuid4()}{path}" for _ in range(MANY)]
                assert [(await ask_nginx(base, head)).status for head in heads] == [200] * MANY
    for method in ("PUT", "POST", "PATCH") if not path else ("POST",):
        async with backends("answers", "closes") as (ports, reached):
            with nginx_in_front_of(*ports) as base:
                heads = [f"{method} /parser/{uuid4()}{path}\nContent-Length: 4" for _ in range(MANY)]
                statuses = [(await ask_nginx(base, head, b"a\tb\n")).status for head in heads]
        assert statuses.count(502) == len(reached[1]) > 0, f"a {method} is sent once"
        assert len(reached[0]) + len(reached[1]) == MANY
