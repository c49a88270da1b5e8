"""The doors over HTTP: tables in, pages and downloads out, and no for an answer."""

import gzip
import json
import re
import socket
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, count, page_of, put, table, upload, viewing
from tests.server import Server, serving
from tests.table.archives import zipped

TABLE = table(950)
UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


@pytest.fixture(scope="module")
def uuid(server: Server) -> str:
    """A document that no test changes."""
    return put(server, TABLE, "cities.tsv")


def one_line(answer: Answer) -> bool:
    """Whether it says what is the matter in one line of text."""
    return answer.headers["content-type"].startswith("text/plain") and bool(re.fullmatch(r"[^\n]+\.\n", answer.text))


def raw(server: Server, head: str | bytes, rest: bytes = b"") -> bytes:
    """All that the server answers to a request that no client library would send."""
    head = head.encode() if isinstance(head, str) else head
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        answer = b""
        with suppress(ConnectionError):  # it need not read all of it
            connection.sendall(head + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n" + rest)
            while piece := connection.recv(2**16):
                answer += piece
        return answer


# The rows.


def test_rows_are_the_plain_protocols_object(server: Server, uuid: str) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/rows?page_no=3")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert list(json.loads(answer.body)) == ["uuid", "page_no", "total_number", "data"]
    assert json.loads(answer.body) == {
        "uuid": uuid,
        "page_no": 3,
        "total_number": 950,
        "data": page_of(TABLE, 3),
    }


async def test_rows_without_a_page_number_are_where_the_room_is(server: Server) -> None:
    document = put(server, TABLE)
    async with connect(f"{server.ws}/parser/ws/{document}", proxy=None) as plain:
        await plain.recv()
        await plain.send("10")
        text = await plain.recv(decode=False)
    answer = ask(server, "GET", f"/parser/{document}/rows")
    assert answer.body == text, "byte for byte what a plain viewer is sent"
    assert ask(server, "GET", f"/parser/{document}/rows?page_no=2").status == 200
    assert json.loads(ask(server, "GET", f"/parser/{document}/rows").body)["page_no"] == 10, "asking moves nobody"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page_no=0", 400),
        ("page_no=", 400),
        ("page_no=-1", 400),
        ("page_no=1.5", 400),
        ("page_no=%D9%A3", 400),
        ("page_no=1_0", 400),
        ("page_no=%207%20", 400),
        ("page_no=7%0a", 400),
        ("page_no=" + "9" * 5000, 400),
        ("page_no=%ff", 400),
        ("page=1", 400),
        ("page_no=1&_order=n", 400),
        ("page_no=11", 404),
        ("page_no=" + "9" * 15, 404),
    ],
)
def test_rows_that_cannot_be_given_are_refused_in_a_sentence(
    server: Server, uuid: str, query: str, status: int
) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/rows?{query}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.endswith(".\n")
    assert len(answer.text) < 240


def test_some_rows_of_a_page_are_sent_without_the_others(server: Server, uuid: str) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/rows?rows=204-206&columns=2")
    rows = json.loads(answer.body)
    assert (rows["edition"], rows["data"]) == (1, [row[1:2] for row in page_of(TABLE, 3)[3:6]])
    for query in ("rows=204-206&page_no=3", "rows=300", "rows=201-300"):
        assert ask(server, "GET", f"/parser/{uuid}/rows?{query}").status == 200
    for query in ("rows=200-201", "rows=204&page_no=2", "rows=0", "rows=6-4", "rows=a", "rows=1-101"):
        refused = ask(server, "GET", f"/parser/{uuid}/rows?{query}")
        assert (refused.status, refused.text.endswith(".\n")) == (400, True)
    assert json.loads(ask(server, "GET", f"/parser/{uuid}/rows?rows=951-999").body)["data"] == []


def test_some_rows_say_which_of_their_cells_are_cut(server: Server) -> None:
    long = "x" * (2**20 + 5)
    document = put(server, f"a\tb\n1\t{long}\n2\t3\n".encode())
    rows = f"/parser/{document}/rows?rows="
    assert json.loads(ask(server, "GET", f"{rows}1-2").body)["cut"] == [[2, 2, len(long)]]
    assert "cut" not in json.loads(ask(server, "GET", f"{rows}3").body)


def test_too_many_parameters_are_refused(server: Server, uuid: str) -> None:
    query = "&".join(f"a{n}=1" for n in range(5000))
    assert ask(server, "GET", f"/parser/{uuid}/rows?{query}").status == 400


# Downloads.


def test_a_compressed_table_is_read_and_the_download_is_still_compressed(server: Server) -> None:
    sent = gzip.compress(TABLE.decode().encode("utf-16"))
    compressed = put(server, sent, "cities.tsv.gz")
    assert json.loads(ask(server, "GET", f"/parser/{compressed}/rows?page_no=3").body)["data"] == page_of(TABLE, 3)
    answer = ask(server, "GET", f"/parser/{compressed}/download")
    assert answer.body == sent
    assert answer.headers["content-type"] == "application/octet-stream"


def test_the_table_in_an_archive_is_shown(server: Server) -> None:
    document = put(server, zipped({"data/cities.tsv": TABLE, "LICENSE": b"Yours.\n"}), "cities.zip")
    assert json.loads(ask(server, "GET", f"/parser/{document}/rows?page_no=3").body)["data"] == page_of(TABLE, 3)


async def test_a_bomb_is_refused_and_leaves_nothing_behind(server: Server) -> None:
    answer = ask(server, "PUT", "/parser/bomb.tsv.gz", gzip.compress(bytes(100 * 2**20)))
    assert answer.status == 415
    assert one_line(answer)
    await comes_true(lambda: count(server, "uploads") == 0)


def test_a_download_is_what_was_sent(server: Server) -> None:
    data = b'\xef\xbb\xbfname\tvalue\r\nna\xefve\t\x00\r\n\r\n\n"unclosed\t' + b"x" * 3_000_000 + b"\rno end"
    answer = ask(server, "GET", f"/parser/{put(server, data)}/download")
    assert answer.body == data
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["content-type"].startswith("text/tab-separated-values")
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-19", slice(10, 20)),
        ("bytes=10-", slice(10, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=5-99999999", slice(5, None)),
        (f"bytes=-{10**9}", slice(0, None)),
        ("bytes=5-" + "9" * 18, slice(5, None)),
    ],
)
def test_a_range_is_that_part_of_it(server: Server, uuid: str, asked: str, span: slice) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/download", headers={"Range": asked})
    begin, stop, _ = span.indices(len(TABLE))
    assert answer.status == 206
    assert answer.body == TABLE[span]
    assert answer.headers["content-range"] == f"bytes {begin}-{stop - 1}/{len(TABLE)}"
    assert answer.headers["content-length"] == str(stop - begin)


@pytest.mark.parametrize("asked", [f"bytes={len(TABLE)}-", "bytes=99999999-", "bytes=-0"])
def test_a_range_outside_says_how_large_it_is(server: Server, uuid: str, asked: str) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/download", headers={"Range": asked})
    assert answer.status == 416
    assert answer.headers["content-range"] == f"bytes */{len(TABLE)}"
    assert TABLE not in answer.body


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "rows=1-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=٣-"])
def test_what_is_no_range_is_ignored(server: Server, uuid: str, asked: str) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}/download", headers={"Range": asked.encode().decode("latin-1")})
    assert (answer.status, answer.body) == (200, TABLE)


def test_a_range_of_5000_digits_is_no_trouble(server: Server, uuid: str) -> None:
    for asked in (f"bytes=0-{'9' * 5000}", f"bytes={'9' * 5000}-", f"bytes=-{'9' * 5000}"):
        assert ask(server, "GET", f"/parser/{uuid}/download", headers={"Range": asked}).status in (200, 206, 416)


def test_what_one_has_already_is_not_sent_again(server: Server, uuid: str) -> None:
    tag = ask(server, "HEAD", f"/parser/{uuid}/download").headers["etag"]
    for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = ask(server, "GET", f"/parser/{uuid}/download", headers={"If-None-Match": given})
        assert (answer.status, answer.body) == (304, b"")
    answer = ask(server, "GET", f"/parser/{uuid}/download", headers={"If-None-Match": '"other"'})
    assert (answer.status, answer.body) == (200, TABLE)


def test_a_range_of_another_version_is_the_whole_of_this(server: Server) -> None:
    document = put(server, TABLE)
    tag = ask(server, "HEAD", f"/parser/{document}/download").headers["etag"]
    asked = {"Range": "bytes=0-9", "If-Range": tag}
    assert ask(server, "GET", f"/parser/{document}/download", headers=asked).body == TABLE[:10]
    put(server, table(300), document)
    answer = ask(server, "GET", f"/parser/{document}/download", headers=asked)
    assert (answer.status, answer.body) == (200, table(300))
    assert answer.headers["etag"] != tag


async def test_a_download_is_cut_rather_than_mixed_when_its_version_is_removed() -> None:
    data = table(1000) * 1000
    with serving("--keep_versions=1") as server:
        document = put(server, data)
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)  # the system holds little of it
            connection.settimeout(PATIENCE_S)
            connection.connect(("127.0.0.1", server.port))
            connection.sendall(f"GET /parser/{document}/download HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            answer = bytearray(connection.recv(1000))
            await upload(server, table(300, "fresh"), document)
            while len(answer) <= len(data) and (piece := connection.recv(2**20)):
                answer += piece
        body = answer.partition(b"\r\n\r\n")[2]
        assert data.startswith(body)
        assert ask(server, "GET", f"/parser/{document}/download").body == table(300, "fresh")


# Names.


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("..%2f..%2fx", "x"),
        ("%2e%2e%5c%2e%2e%5cx.tsv", "x.tsv"),
        ("a%0d%0aSet-Cookie:x", "aSet-Cookie%3Ax"),
        ("%3Cimg%20src=x%20onerror=alert(1)%3E", "%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E"),
        ("[x]*.tsv", "%5Bx%5D%2A.tsv"),
        ("na%C3%AFve%22.tsv", "na%C3%AFve%22.tsv"),
        ("%00", "table.tsv"),
        ("", "table.tsv"),
        ("x" * 20_000, "x" * 255),
    ],
)
def test_a_name_is_only_a_name(server: Server, name: str, shown: str) -> None:
    document = put(server, TABLE, name)
    answer = ask(server, "GET", f"/parser/{document}/download")
    assert answer.body == TABLE
    disposition = answer.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[ !#-.0-;=?-\[\]-~]+"; filename\*=UTF-8\'\'[!-~]+', disposition)
    assert disposition.endswith(f"; filename*=UTF-8''{shown}")
    assert "set-cookie" not in answer.headers
    page = ask(server, "GET", f"/parser/{document}", headers={"Accept": "text/html"})
    assert page.status == 200
    assert "<img src=x" not in page.text
    named = [path.name for path in (server.data / "documents" / document).iterdir()]
    shape = r"(document|talk)\.json|[0-9a-f]{32}\.(original|1\.table|1\.index)"
    assert all(re.fullmatch(shape, name) for name in named), named


def test_a_name_of_64_kilobytes_is_refused_or_cut(server: Server) -> None:
    answer = raw(server, f"PUT /parser/{'x' * 65_536} HTTP/1.1\r\nContent-Length: 0")
    assert answer == b"" or re.match(rb"HTTP/1.1 4\d\d ", answer)
    assert ask(server, "GET", "/healthz").status == 200


def test_a_path_that_climbs_leads_nowhere(server: Server) -> None:
    for path in ("/parser/../../etc/passwd", "/parser/..%2f..%2fetc%2fpasswd", "/parser/static/../parser.py", "//etc"):
        for method in ("GET", "PUT"):
            answer = raw(server, f"{method} {path} HTTP/1.1\r\nContent-Length: 0")
            assert re.match(rb"HTTP/1.1 (404|405|422) ", answer), path


# Pages, and where there are none.


def test_addresses_of_old_lead_on(server: Server, uuid: str) -> None:
    assert ask(server, "GET", "/").headers["location"] == "/parser/"
    assert ask(server, "GET", "/parser").headers["location"] == "/parser/"
    older = ask(server, "GET", f"/parser/share/{uuid}")
    assert (older.status, older.headers["location"]) == (301, f"/parser/{uuid}")


def test_the_page_is_the_same_for_dropping_and_for_viewing(server: Server, uuid: str) -> None:
    dropping, viewer = (ask(server, "GET", path) for path in ("/parser/", f"/parser/{uuid}"))
    for answer in (dropping, viewer):
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/html")
    assert "<title>cities.tsv" in viewer.text
    assert "<title>Pagecast" in dropping.text


@pytest.mark.parametrize(
    "path",
    [
        f"/parser/{UNKNOWN}",
        f"/parser/{UNKNOWN}/rows",
        f"/parser/{UNKNOWN}/download",
        f"/parser/{UNKNOWN.upper()}",
        f"/parser/{{{UNKNOWN}}}",
        f"/parser/urn:uuid:{UNKNOWN}",
        "/parser/nonsense",
        "/parser/nonsense/rows",
        "/parser/share/nonsense",
        "/parser/static/x",
        "/nonsense",
        "/parser/a/b/c",
    ],
)
def test_nothing_here_is_said_in_words(server: Server, path: str) -> None:
    plain = ask(server, "GET", path)
    assert plain.status == 404
    assert one_line(plain)
    html = ask(server, "GET", path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert html.status == 404
    assert html.headers["content-type"].startswith("text/html")
    assert plain.text.strip() in html.text


def test_absent_and_malformed_are_not_told_apart(server: Server) -> None:
    for door in ("", "/rows", "/download"):
        answers = [ask(server, "GET", f"/parser/{name}{door}") for name in (UNKNOWN, "nonsense", UNKNOWN.upper())]
        assert len({(answer.status, answer.body) for answer in answers}) == 1


def test_head_is_get_without_a_body(server: Server, uuid: str) -> None:
    for path in ("/parser/", f"/parser/{uuid}", f"/parser/{uuid}/rows", f"/parser/{uuid}/download", "/healthz"):
        got, told = ask(server, "GET", path), ask(server, "HEAD", path)
        assert (told.status, told.body) == (200, b""), path
        assert told.headers["content-length"] == str(len(got.body)) == got.headers["content-length"], path
    assert ask(server, "HEAD", f"/parser/{UNKNOWN}").status == 404


def test_a_page_that_has_not_changed_is_not_sent_again(server: Server, uuid: str) -> None:
    for path in ("/parser/", f"/parser/{uuid}"):
        again = ask(server, "GET", path, headers={"If-None-Match": ask(server, "GET", path).headers["etag"]})
        assert (again.status, again.body) == (304, b""), path


@pytest.mark.parametrize("method", ["TRACE", "DELETE", "POST", "PATCH", "CONNECT", "BREW"])
def test_other_methods_are_refused_in_words(server: Server, uuid: str, method: str) -> None:
    for path in ("/parser/", f"/parser/{uuid}", f"/parser/{uuid}/rows", f"/parser/{uuid}/download", "/healthz"):
        if method == "DELETE" and path.count("/") == 2:
            continue  # it deletes a document
        answer = ask(server, method, path)
        takes_forms = method == "POST" and path.count("/") == 2
        assert answer.status == (415 if takes_forms else 405), path
        assert one_line(answer), path
        assert b"TRACE" not in answer.body
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


def test_a_post_with_a_large_body_is_refused(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        connection.sendall(b"POST /parser/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\nx")
        assert re.match(rb"HTTP/1.1 4\d\d ", connection.recv(2**16)), "before the body is there"


def test_huge_headers_are_refused(server: Server) -> None:
    answer = raw(server, f"GET /parser/ HTTP/1.1\r\nX: {'x' * 200_000}")
    assert answer == b"" or re.match(rb"HTTP/1.1 4\d\d ", answer)
    assert ask(server, "GET", "/healthz").text == "ok\n"


# Who may ask.


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil"])
async def test_a_name_that_is_not_ours_is_not_answered_to(server: Server, uuid: str, host: str) -> None:
    for path in ("/parser/", f"/parser/{uuid}", f"/parser/{uuid}/rows", f"/parser/{uuid}/download", "/metrics"):
        answer = ask(server, "GET", path, headers={"Host": host})
        assert answer.status == 421, path
        assert one_line(answer)
    assert ask(server, "PUT", "/parser/t.tsv", TABLE, {"Host": host}).status == 421
    for path in ("/parser/ws", f"/parser/ws/{uuid}", "/parser/ws/upload"):
        assert (await refusal(server, path, {"Host": host, "Origin": f"http://{host}"})) == 421, path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "[::1]:8080", "tables.localhost", "10.1.2.3"])
def test_addresses_and_localhost_are_answered_to(server: Server, host: str) -> None:
    assert ask(server, "GET", "/parser/", headers={"Host": host}).status == 200


def test_a_name_that_the_operator_gave_is_answered_to() -> None:
    with serving("--hosts=tables.example,other.example") as server:
        for host in ("tables.example", "TABLES.example:443", "other.example"):
            answer = ask(server, "PUT", "/parser/t.tsv", TABLE, {"Host": host})
            assert answer.text.startswith(f"http://{host}/parser/".lower()) or answer.text.startswith(f"http://{host}/")
        assert ask(server, "GET", "/", headers={"Host": "third.example"}).status == 421


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "https://evil.example"])
async def test_a_page_from_elsewhere_may_not_ask(server: Server, uuid: str, origin: str) -> None:
    for path in ("/parser/ws", f"/parser/ws/{uuid}", "/parser/ws/upload", f"/parser/ws/{uuid}/upload"):
        assert (await refusal(server, path, {"Host": "127.0.0.1", "Origin": origin})) == 403, path
    for name in ("t.tsv", uuid):
        answer = ask(server, "PUT", f"/parser/{name}", TABLE, {"Origin": origin})
        assert answer.status == 403
        assert one_line(answer)
    await comes_true(lambda: count(server, "uploads") == 0)


async def test_our_own_page_and_programs_may_ask(server: Server, uuid: str) -> None:
    for origin in (None, server.http):
        headers = {"Origin": origin} if origin else {}
        async with connect(f"{server.ws}/parser/ws/{uuid}", additional_headers=headers, proxy=None) as viewer:
            assert json.loads(await viewer.recv())["page_no"] == 1
        assert ask(server, "PUT", "/parser/t.tsv", TABLE, headers).status == 201


async def refusal(server: Server, path: str, headers: dict[str, str]) -> int:
    """The status with which a WebSocket handshake is refused."""
    host = headers.pop("Host")
    try:
        async with connect(
            f"ws://{host}{path}",
            host="127.0.0.1",
            port=server.port,
            additional_headers=headers,
            proxy=None,
        ):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


# What every answer says.


def test_every_answer_says_what_a_browser_may_do_with_it(server: Server, uuid: str) -> None:
    static = re.findall(r'(?:src|href)="(/parser/static/[^"]+)"', ask(server, "GET", "/parser/").text)
    assert static
    paths = ["/parser/", f"/parser/{uuid}", f"/parser/{uuid}/rows", f"/parser/{uuid}/download", "/nonsense", "/healthz"]
    for path in [*paths, "/", "/metrics", "/parser/static/x", static[0]]:
        headers = ask(server, "GET", path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';"), path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "server" not in headers, path
        assert "set-cookie" not in headers, path


def test_static_files_are_kept_for_good_and_pages_are_not(server: Server, uuid: str) -> None:
    page = ask(server, "GET", f"/parser/{uuid}")
    assert page.headers["cache-control"] == "no-cache"
    static = set(re.findall(r'(?:src|href)="(/parser/static/[^"]+)"', page.text))
    assert static
    for path in static:
        answer = ask(server, "GET", path)
        assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable"), path
    missing = ask(server, "GET", f"{min(static)}.missing")
    assert missing.status == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


def test_the_page_loads_nothing_from_elsewhere(server: Server) -> None:
    page = ask(server, "GET", "/parser/").text
    assert not re.findall(r'(?:src|href)="(?!/parser/|#|data:)[^"]*"', page)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\son\w+=|<style|\sstyle=", page)


# For operators.


def test_it_says_that_it_is_well(server: Server) -> None:
    answer = ask(server, "GET", "/healthz")
    assert (answer.status, answer.text) == (200, "ok\n")


async def test_metrics_can_be_read_and_count_what_is_open(server: Server, uuid: str) -> None:
    answer = ask(server, "GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    for line in answer.text.splitlines():
        assert line.startswith("# ") or re.fullmatch(r"[a-z_]+(\{[^}]*\})? [-+.e\d]+", line), line
    assert "process_resident_memory_bytes" in answer.text
    await comes_true(lambda: count(server, "viewers") == 0)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        await one.until("page")
        await other.until("page")
        assert count(server, "viewers") == 2
        assert count(server, "open_documents") >= 1
    await comes_true(lambda: count(server, "viewers") == 0)
