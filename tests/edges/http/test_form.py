"""A file in a form is taken as it streams in, as `curl -F` and browsers send it, and with the bounds of a PUT."""

import asyncio
import html
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.http.test_bodies import resident_mb
from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, count, page_of, put, table, viewing
from tests.protocol.test_form import BOUNDARY, END, TYPE, part
from tests.server import Server, serving

MB = 2**20
TABLE = table(950)
FOREIGN = "This request came from another website and was refused. To upload a file, open /parser/ on this site."
UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """A server that takes little, and only from patient senders."""
    first = "import pagecast.edges.http.form as f; f.BEFORE_FILE_S = 0.3"
    with serving("--max_table_mb=1", "--max_uploads=2", "--max_new_each=3", first=first) as running:
        yield running


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + END


def post(server: Server, body: bytes | Iterator[bytes], path: str = "/parser/", **headers: str) -> Answer:
    return ask(server, "POST", path, body, {"Content-Type": TYPE, **headers})


def curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", "20", "--noproxy", "*", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=25, check=False)
    return (done.stdout + done.stderr).decode()


def beginning(path: str, length: int, *sent: bytes) -> bytes:
    """The beginning of a request with a form."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {TYPE}\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + b"".join(sent)


def uuid_of(answer: Answer) -> str:
    return answer.text.strip().rsplit("/", 1)[-1]


# What it makes.


def test_curl_makes_a_document_and_prints_its_link(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "cities.tsv"
    file.write_bytes(table(200_000))
    link = curl("-F", f"file=@{file}", f"{server.http}/parser/")
    assert re.fullmatch(rf"{server.http}/parser/[0-9a-f-]{{36}}\n", link)
    path = link.strip().removeprefix(server.http)
    download = ask(server, "GET", f"{path}/download")
    assert download.body == file.read_bytes()
    assert 'filename="cities.tsv"' in download.headers["content-disposition"]


def test_curl_says_how_the_file_is_written(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "cities.csv"
    file.write_bytes('"Orléans";1\n"Besançon";2\n'.encode("cp1252"))
    choices = ("-F", "encoding=windows-1252", "-F", "delimiter=semicolon", "-F", "header=0")
    link = curl(*choices, "-F", f"table=@{file}", f"{server.http}/parser/?quoting=literal").strip()
    info = json.loads(ask(server, "GET", f"{link.removeprefix(server.http)}/info").body)
    chosen = {name: value for name, value in info["choices"].items() if value is not None}
    assert chosen == {"encoding": "cp1252", "delimiter": "semicolon", "quoting": "literal", "header": False}


async def test_a_form_to_a_document_is_its_next_version(server: Server) -> None:
    uuid = put(server, TABLE)
    fresh = table(300, "fresh")
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        answer = await asyncio.to_thread(post, server, form(part("file", fresh, "fresh.tsv")), f"/parser/{uuid}")
        assert (answer.status, answer.text) == (200, f"{server.http}/parser/{uuid}\n")
        document = await viewer.until("document", version=2, complete=True)
        assert (document["name"], document["rows"], document["size"]) == ("fresh.tsv", 300, len(fresh))
        assert (await viewer.until("page", version=2))["data"] == page_of(fresh, 1)


def test_a_name_in_the_path_comes_before_the_files_own(server: Server) -> None:
    for path, name in (("/parser/", "own.tsv"), ("/parser/given.tsv", "given.tsv")):
        answer = post(server, form(part("file", TABLE, "own.tsv")), path)
        assert (answer.status, answer.headers["location"]) == (201, answer.text.strip())
        assert json.loads(ask(server, "GET", f"/parser/{uuid_of(answer)}/info").body)["name"] == name


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_the_pieces_in_which_it_comes_do_not_matter(server: Server, size: int) -> None:
    data = TABLE[: 2000 if size == 1 else None]
    body = form(part("header", b"1"), part("file", data, "t.tsv"))
    answer = post(server, (body[at : at + size] for at in range(0, len(body), size)))
    assert ask(server, "GET", f"/parser/{uuid_of(answer)}/download").body == data


async def test_rows_are_shown_while_it_streams(server: Server) -> None:
    async with viewing(server) as viewer:
        uuid = (await viewer.until("welcome"))["uuid"]
        body = form(part("file", TABLE, "t.tsv"))
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
            end.sendall(beginning(f"/parser/{uuid}", len(body), body[:3000]))
            seen = await viewer.until("document", complete=False)
            assert 0 < seen["rows"] < 300
            end.sendall(body[3000:])
            assert (await viewer.until("document", complete=True))["rows"] == 950
            assert end.recv(2**16).startswith(b"HTTP/1.1 200 ")


def test_a_large_file_takes_no_memory(server: Server) -> None:
    line = b"a row of some length\t" * 50 + b"\n"
    piece = line * (MB // len(line))
    pieces = 200 * MB // len(piece)
    sizes = []

    def body() -> Iterator[bytes]:
        yield part("file", b"", "large.tsv")[:-2]
        for number in range(pieces):
            if number % 20 == 0:
                sizes.append(resident_mb(server.pid))
            yield piece
        yield b"\r\n" + END

    answer = post(server, body())
    assert answer.status == 201, answer.text
    assert max(sizes) < sizes[0] + 60
    info = json.loads(ask(server, "GET", f"/parser/{uuid_of(answer)}/info").body)
    assert info["size"] == pieces * len(piece)


def test_a_browser_is_sent_on_to_the_table(server: Server) -> None:
    page = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = post(server, form(part("file", TABLE, "own.tsv")), **page)
    assert (answer.status, answer.body) == (303, b"")
    path = answer.headers["location"]
    assert re.fullmatch(r"/parser/[0-9a-f-]{36}", path)
    assert ask(server, "GET", f"{path}/download").body == TABLE
    again = post(server, form(part("file", table(9), "own.tsv")), path, **page)
    assert (again.status, again.headers["location"]) == (303, path)


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (form(part("file", b"", "t.tsv")), 422, "文件为空"),  # when all has arrived
        (form(part("file", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500), "t.png")), 415, "这看起来不是文本表格"),
        (form(part("colour", b"red"), part("file", TABLE, "t.tsv")), 400, "“colour” is not a field of this form"),
    ],
)
def test_a_browser_is_told_what_was_wrong_as_a_page(server: Server, body: bytes, status: int, sentence: str) -> None:
    answer = post(server, body, **{"Accept": "text/html", "Accept-Language": "zh"})
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=UTF-8")
    assert "<h1>操作没有成功</h1>" in answer.text
    assert sentence in html.unescape(answer.text)
    assert 'href="/parser/"' in answer.text


# What it refuses.

FILE = part("file", TABLE, "t.tsv")


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (form(), 400, "The form has no file: send one as curl -F file=@cities.tsv does."),
        (form(part("header", b"1")), 400, "The form has no file"),
        (form(part("file", b"t.tsv")), 400, "The field “file” has no file: send one as curl -F file=@cities.tsv does"),
        (form(FILE, FILE), 400, "The form has a second file: send each file in a form of its own."),
        (form(FILE, part("header", b"1")), 400, "The field “header” comes too late: send it before the file."),
        (form(part("colour", b"red"), FILE), 400, "“colour” is not a field of this form: use file, encoding, "),
        (form(part("encoding", b"klingon"), FILE), 400, "“klingon” is not a known encoding"),
        (form(part("header", b"maybe"), FILE), 400, "header must be 1"),
        (FILE, 400, "The form is cut off"),
        (TABLE, 400, "The form cannot be read: send it as curl -F file=@cities.tsv does."),
        (form(part("file", b"", "t.tsv")), 422, "The file is empty"),
        (
            form(part("file", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500), "t.png")),
            415,
            "This looks like a PNG image",
        ),
    ],
)
async def test_a_form_that_is_none_leaves_nothing(server: Server, body: bytes, status: int, sentence: str) -> None:
    kept = sorted(server.data.glob("documents/*"))
    answer = post(server, body)
    assert answer.status == status
    assert answer.text.startswith(sentence)
    assert answer.text.count("\n") == 1
    await comes_true(lambda: [count(server, name) for name in ("uploads", "open_documents")] == [0, 0])
    assert sorted(server.data.glob("documents/*")) == kept
    assert "The disk failed" not in server.output


@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x", ""])
def test_another_body_is_told_how_to_send_a_file(server: Server, kind: str) -> None:
    uuid = put(server, TABLE)
    for path in ("/parser/", "/parser/t.tsv", f"/parser/{uuid}"):
        for body in (b"", b"a\tb\n", bytes(5 * MB)):
            answer = ask(server, "POST", path, body, {"Content-Type": kind})
            assert (answer.status, answer.text.count("\n")) == (415, 1)
            assert "curl -F file=@cities.tsv" in answer.text
            assert "curl -T" in answer.text
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


def test_an_address_that_takes_no_post_says_where_to_send_a_file(server: Server) -> None:
    uuid = put(server, TABLE)
    for path, methods in (
        (f"/parser/{uuid}/rows", "GET, HEAD"),
        (f"/parser/{uuid}/read", "POST"),
        ("/healthz", "GET, HEAD"),
    ):
        answer = ask(server, "DELETE", path)
        assert (answer.status, answer.headers["allow"]) == (405, methods)
        assert answer.text == (
            f"This address takes only {methods}: send a file to /parser/ with PUT (curl -T) "
            "or in a form (curl -F file=@cities.tsv).\n"
        )
    assert ask(server, "POST", f"/parser/{uuid}/info", form(FILE), {"Content-Type": TYPE}).status == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/parser/{UNKNOWN}", 404),
        ("/parser/?colour=red", 400),
        ("/parser/?header=maybe", 400),
        ("/parser/?append=1", 400),
    ],
)
def test_what_cannot_be_done_is_refused_before_the_file_is_sent(server: Server, path: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
        head = beginning(path, 50 * MB).replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
        end.sendall(head)
        assert end.recv(2**16).startswith(f"HTTP/1.1 {status} ".encode())


async def test_a_reader_cannot_send_one(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as viewer:
        reader = (await viewer.until("welcome"))["reader"]
    assert post(server, form(FILE), f"/parser/{reader}").status == 403
    assert len(json.loads(ask(server, "GET", f"/parser/{uuid}/info").body)["versions"]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_on_another_site_cannot_post(server: Server, headers: dict[str, str]) -> None:
    """A browser sends a form anywhere without asking the server first, so its headers must be enough."""
    uuid = put(server, TABLE)
    for path in ("/parser/", f"/parser/{uuid}"):
        answer = post(server, form(FILE), path, **headers)
        assert (answer.status, answer.text) == (403, f"{FOREIGN}\n")
        shown = post(server, form(FILE), path, Accept="text/html", **headers)
        assert shown.status == 403
        assert FOREIGN in shown.text
        assert shown.text.startswith("<!doctype html>")
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            large = beginning(path, 50 * MB).replace(b"\r\n\r\n", f"\r\n{lines}\r\n".encode())
            end.sendall(large + FILE)
            assert end.recv(2**16).startswith(b"HTTP/1.1 403 ")
    assert len(json.loads(ask(server, "GET", f"/parser/{uuid}/info").body)["versions"]) == 1
    await comes_true(lambda: count(server, "uploads") == 0)


def test_a_form_of_our_own_site_can_post(server: Server) -> None:
    for headers in ({"Origin": server.http}, {"Origin": server.http, "Sec-Fetch-Site": "same-origin"}, {}):
        assert post(server, form(FILE), **headers).status == 201


# Its bounds.


def test_too_large_a_file_is_answered_early_and_in_words(small: Server, tmp_path: Path) -> None:
    file = tmp_path / "large.tsv"
    file.write_bytes(table(200_000))
    sentence = "The file is too large: this server accepts up to 1 MB a table.\n"
    assert curl("-F", f"file=@{file}", f"{small.http}/parser/") == sentence
    chunked = iter([part("file", file.read_bytes(), "large.tsv"), END])
    assert post(small, chunked).text == sentence
    assert not list(small.data.glob("uploads/*"))


async def test_a_form_without_its_file_is_too_slow(small: Server) -> None:
    with socket.create_connection(("127.0.0.1", small.port), timeout=PATIENCE_S) as end:
        end.sendall(beginning("/parser/", 5000, part("header", b"1")))
        told = end.recv(2**16)
    assert told.startswith(b"HTTP/1.1 408 ")
    assert told.endswith(b"\r\n\r\nThe upload was too slow: send the file again over a faster connection.\n")


async def test_forms_take_the_slots_of_uploads_and_are_counted_as_new_documents(small: Server) -> None:
    body = form(FILE)
    held = [socket.create_connection(("127.0.0.1", small.port)) for _ in range(2)]
    for end in held:
        end.sendall(beginning("/parser/", len(body), body[:2000]))
    await comes_true(lambda: count(small, "uploads") == 2)
    refused = post(small, body)
    assert (refused.status, "2 uploads in progress" in refused.text) == (503, True)
    for end in held:
        end.close()
    await comes_true(lambda: count(small, "uploads") == 0)
    address = {"X-Real-Ip": "10.0.0.7"}
    answers = [post(small, body, **address).status for _ in range(5)]
    assert answers == [201, 201, 201, 429, 429]
    await comes_true(lambda: not list(small.data.glob("uploads/*")))


async def test_senders_that_hang_up_at_any_moment_leave_nothing_behind(server: Server) -> None:
    kept = sorted(server.data.glob("documents/*"))
    body = form(part("header", b"1"), part("file", table(120_000), "t.tsv"))
    request = beginning("/parser/", len(body), body)
    for n in range(18):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(request[: [100, 250, 400, 500, 2**20, len(request) - 1][n % 6]])
            if n % 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    await comes_true(
        lambda: (
            [count(server, name) for name in ("uploads", "open_documents")] == [0, 0]
            and sorted(server.data.glob("documents/*")) == kept
        )
    )


async def test_a_half_of_a_file_is_no_version_even_after_a_crash() -> None:
    with serving() as own:
        uuid = put(own, TABLE)
        body = form(part("file", table(120_000), "t.tsv"))
        with socket.create_connection(("127.0.0.1", own.port)) as end:
            end.sendall(beginning(f"/parser/{uuid}", len(body), body[: 2**20]))
            await comes_true(lambda: count(own, "uploads") == 1)
            own.kill()
        own.start()
        assert len(json.loads(ask(own, "GET", f"/parser/{uuid}/info").body)["versions"]) == 1
        assert BOUNDARY not in own.output
