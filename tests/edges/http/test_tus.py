"""The tus door, as clients that nobody here wrote use it, and header by header."""

import asyncio
import hashlib
import json
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from tusclient.client import TusClient

from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, count, put, table, viewing
from tests.nginx import TOP
from tests.server import Server, serving

TABLE = table(60_000)
SIZE = len(TABLE)
CHUNK = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
BRIEFLY = "import pagecast.edges.http.idle_uploads as p; p.IDLE_S = 0.3"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("--max_table_mb=100", first=BRIEFLY) as running:
        yield running


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may kill."""
    with serving(first=BRIEFLY) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cities.tsv"
    path.write_bytes(TABLE)
    return path


def download(server: Server, link: str) -> bytes:
    return ask(server, "GET", "/parser/" + link.rsplit("/", 1)[-1] + "/download").body


def create(server: Server, size: int = SIZE, more: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), **(more or {})}
    return ask(server, "POST", "/parser/files/", body, headers)


def path_of(created: Answer) -> str:
    assert created.status == 201, created
    return "/parser" + created.headers["location"].split("/parser", 1)[1]


def patch(server: Server, path: str, offset: int, data: bytes, more: Mapping[str, str] | None = None) -> Answer:
    return ask(server, "PATCH", path, data, {**CHUNK, "Upload-Offset": str(offset), **(more or {})})


def head(server: Server, path: str) -> Answer:
    return ask(server, "HEAD", path, headers={"Tus-Resumable": "1.0.0"})


def last_words(end: socket.socket) -> bytes:
    """All bytes until the other side ends the connection, in whatever way."""
    told = b""
    with suppress(ConnectionError):
        while piece := end.recv(2**12):
            told += piece
    return told


async def node(server: Server, file: Path, metadata: Mapping[str, str], *stop: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *("node", "tests/clients/tus.mjs", f"{server.http}/parser/files/", str(file), str(2**17)),
        *(json.dumps(metadata), str(file.with_suffix(".state")), *stop),
        cwd=TOP,
        stdout=asyncio.subprocess.PIPE,
    )


async def test_tus_js_client_goes_on_after_a_cut_and_a_restart(own: Server, file: Path) -> None:
    first = await node(own, file, {"filename": "cities.tsv"}, str(2**18))
    await asyncio.wait_for(first.communicate(), PATIENCE_S)
    assert first.returncode == 3, "it was cut"
    own.kill()
    own.start()
    second = await node(own, file, {"filename": "cities.tsv"})
    said = (await asyncio.wait_for(second.communicate(), PATIENCE_S))[0].decode().split()
    assert second.returncode == 0
    assert int(said[0]) > 2**18, "it went on where it was"
    assert download(own, said[-1]) == TABLE


async def test_tus_js_client_brings_the_next_version(server: Server, file: Path) -> None:
    uuid = put(server, b"a\tb\n")
    async with viewing(server, uuid) as viewer:
        client = await node(server, file, {"filename": "cities.tsv", "uuid": uuid})
        said = (await asyncio.wait_for(client.communicate(), PATIENCE_S))[0].decode().split()
        assert said[-1] == f"{server.http}/parser/{uuid}"
        told = await viewer.until("document", version=2)
        assert (told["rows"], told["name"], told["complete"]) == (60_000, "cities.tsv", True)


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_goes_on_after_a_restart(own: Server, checksum: bool) -> None:
    client = TusClient(f"{own.http}/parser/files/")
    kept = {"file_stream": BytesIO(TABLE), "chunk_size": 2**17, "upload_checksum": checksum}
    uploader = client.uploader(metadata={"filename": "t.tsv"}, **kept)
    for _ in range(2):
        uploader.upload_chunk()  # type: ignore[no-untyped-call]
    own.kill()
    own.start()
    again = client.uploader(url=uploader.url, **kept)
    assert again.offset == 2**18
    again.upload()
    path = "/parser" + str(uploader.url).split("/parser", 1)[1]
    assert download(own, head(own, path).headers["content-location"]) == TABLE


def test_what_the_door_speaks_is_told(server: Server) -> None:
    answer = ask(server, "OPTIONS", "/parser/files/")
    assert answer.status == 204
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(100 * 2**20)
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256,md5"


def test_a_file_may_come_with_its_creation(server: Server) -> None:
    name = b64encode("naïve.tsv".encode()).decode()
    created = create(server, SIZE, {**CHUNK, "Upload-Metadata": f"filename {name},is_secret"}, TABLE[:1000])
    assert created.headers["upload-offset"] == "1000"
    path = path_of(created)
    told = head(server, path)
    assert (told.status, told.body) == (200, b"")
    assert told.headers["upload-offset"] == "1000"
    assert told.headers["upload-length"] == str(SIZE)
    assert told.headers["upload-metadata"] == f"filename {name}"
    assert told.headers["cache-control"] == "no-store"
    assert "GMT" in told.headers["upload-expires"]
    answer = patch(server, path, 1000, TABLE[1000:])
    assert (answer.status, answer.headers["upload-offset"]) == (204, str(SIZE))
    assert download(server, answer.headers["content-location"]) == TABLE
    assert head(server, path).headers["upload-offset"] == str(SIZE), "whose answer was lost may ask again"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("PATCH", {"Tus-Resumable": "0.2.2", "Upload-Offset": "0"}, 412),
        ("PATCH", {"Content-Type": "text/plain", "Upload-Offset": "0"}, 415),
        ("PATCH", {"Upload-Offset": "5"}, 409),
        ("PATCH", {"Upload-Offset": "-1"}, 400),
        ("PATCH", {}, 400),
        ("PATCH", {"Upload-Offset": "0", "Upload-Checksum": "sha1 AAAA"}, 460),
        ("PATCH", {"Upload-Offset": "0", "Upload-Checksum": "crc32 AAAA"}, 400),
        ("PATCH", {"Upload-Offset": "0", "Upload-Checksum": "sha1 !"}, 400),
        ("GET", {}, 405),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    server: Server, method: str, headers: dict[str, str], status: int
) -> None:
    path = path_of(create(server))
    answer = ask(server, method, path, TABLE[:1000], {**CHUNK, **headers})
    assert (answer.status, answer.headers["tus-resumable"]) == (status, "1.0.0")
    assert answer.text.count("\n") == 1
    assert head(server, path).headers["upload-offset"] == "0"
    digest = b64encode(hashlib.sha256(TABLE).digest()).decode()
    assert patch(server, path, 0, TABLE, {"Upload-Checksum": f"sha256 {digest}"}).status == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "9" * 15}, 413),
        ({"Upload-Metadata": "filename ???"}, 400),
        ({"Upload-Metadata": f"uuid {b64encode(b'3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11').decode()}"}, 404),
        ({"Upload-Metadata": f"uuid {b64encode(b'nonsense').decode()}"}, 404),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": "0"}, 422),
    ],
)
def test_what_cannot_begin_is_refused(server: Server, headers: dict[str, str], status: int) -> None:
    answer = create(server, more=headers)
    assert (answer.status, answer.text.count("\n")) == (status, 1)


def test_more_than_was_announced_is_refused_at_once(server: Server) -> None:
    path = path_of(create(server, 1000))
    assert patch(server, path, 0, TABLE[:1001]).status == 413
    answer = patch(server, path, 0, TABLE[:1000])
    assert answer.status == 204, answer


def test_an_upload_can_be_ended(server: Server) -> None:
    path = path_of(create(server))
    assert patch(server, path, 0, TABLE[:1000]).status == 204
    assert ask(server, "DELETE", path, headers={"Tus-Resumable": "1.0.0"}).status == 204
    assert head(server, path).status == 404
    assert patch(server, path, 1000, TABLE[1000:]).status == 404


def test_a_method_may_be_said_in_a_header(server: Server) -> None:
    path = path_of(create(server))
    headers = {**CHUNK, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert ask(server, "POST", path, TABLE, headers).status == 204


@pytest.mark.parametrize("sent", [70_000, SIZE])
async def test_what_came_before_a_cut_counts(server: Server, sent: int) -> None:
    created = create(server)
    path = path_of(created)
    said = "".join(f"{name}: {value}\r\n" for name, value in {**CHUNK, "Upload-Offset": "0"}.items())
    with socket.create_connection(("127.0.0.1", server.port)) as sender:
        sender.sendall(f"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {SIZE}\r\n{said}\r\n".encode())
        sender.sendall(TABLE[:sent])
    folder = server.data / "documents" / created.headers["content-location"].rsplit("/", 1)[-1]
    await comes_true(lambda: sum(file.stat().st_size for file in folder.glob("*.original")) == sent)
    assert head(server, path).headers["upload-offset"] == str(sent)
    if sent < SIZE:
        assert patch(server, path, sent, TABLE[sent:]).status == 204
    assert download(server, created.headers["content-location"]) == TABLE


async def test_nothing_stays_open_behind_tus(server: Server) -> None:
    await comes_true(lambda: [count(server, name) for name in ("uploads", "open_documents")] == [0, 0])


async def test_a_piece_after_head_begins_where_that_said(own: Server) -> None:
    """Also where the connection before it is still sending, as far as the server knows."""
    created = create(own)
    path = path_of(created)
    said = "".join(f"{name}: {value}\r\n" for name, value in {**CHUNK, "Upload-Offset": "0"}.items())
    with socket.create_connection(("127.0.0.1", own.port), timeout=PATIENCE_S) as sender:
        sender.sendall(f"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {SIZE}\r\n{said}\r\n".encode())
        sender.sendall(TABLE[:300_000])
        offset = int(head(own, path).headers["upload-offset"])
        assert offset <= 300_000
        assert b"204" not in await asyncio.to_thread(last_words, sender), "an upload has one sender"
    assert patch(own, path, offset, TABLE[offset:]).status == 204
    assert download(own, created.headers["content-location"]) == TABLE
