"""Who may create documents: everyone, or those with a token, or those for whom a proxy vouches."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from pagecast.protocol.tus import CHUNK_TYPE
from tests.edges.talk import Client, ask, put, sha256, table
from tests.server import Server, serving

TABLE = table(250)
TOKEN = "correct horse"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.tsv"\r\n\r\na\tb\n\r\n--x--\r\n'


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    """A server that asks for a token."""
    with serving(f"--upload_token={TOKEN}") as running:
        yield running


def bodies() -> Iterator[bytes]:
    yield TABLE


def created(server: Server, way: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Try to create a document over HTTP: the status, and the sentence or link."""
    if way == "PUT":
        answer = ask(server, "PUT", "/parser/a.tsv", TABLE, headers)
    elif way == "live":
        answer = ask(server, "PUT", "/parser/a.tsv", bodies(), headers)
    elif way == "form":
        answer = ask(server, "POST", "/parser/", FILE, {**headers, "Content-Type": "multipart/form-data; boundary=x"})
    else:
        tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(TABLE)), "Content-Type": CHUNK_TYPE}
        answer = ask(server, "POST", "/parser/files/", TABLE, {**headers, **tus})
    return answer.status, answer.text


async def sent(server: Server, headers: Mapping[str, str], uuid: str = "") -> dict[str, Any]:
    """Upload over a WebSocket, to a new document or one that is there: the last frame."""
    url = f"{server.ws}/parser/ws{uuid and '/' + uuid}/upload"
    async with connect(
        url, subprotocols=[Subprotocol("pagecast.v1")], proxy=None, additional_headers=headers
    ) as connection:
        client = Client(connection)
        await client.say("upload", name="a.tsv", size=len(TABLE), viewer="")
        first = await client.next()
        if first["type"] == "error":
            assert (await client.closed())[0] == 4500
            return first
        await client.chunk(0, TABLE)
        await client.stored(len(TABLE))
        await client.say("finish", sha256=sha256(TABLE))
        return await client.until("finished")


WAYS = ("PUT", "live", "form", "tus")


@pytest.mark.parametrize("way", WAYS)
def test_nobody_creates_a_document_without_the_token(guarded: Server, way: str) -> None:
    status, sentence = created(guarded, way, {})
    assert (status, "upload token" in sentence, sentence.count("\n")) == (401, True, 1)
    status, sentence = created(guarded, way, {"Authorization": "Bearer wrong"})
    assert (status, sentence) == (401, "This is not the upload token of this server: ask its operator for it.\n")
    assert created(guarded, way, {"authorization": f"bearer  {TOKEN}"})[0] == 201


def test_the_refusal_names_the_scheme(guarded: Server) -> None:
    assert ask(guarded, "PUT", "/parser/", TABLE).headers["www-authenticate"] == 'Bearer realm="Pagecast"'


async def test_uploads_over_websockets_need_it_too(guarded: Server) -> None:
    assert (await sent(guarded, {}))["code"] == "needs-token"
    assert (await sent(guarded, {"Authorization": "Bearer wrong"}))["code"] == "wrong-token"
    assert (await sent(guarded, BEARER))["version"] == 1
    for headers, error in (({}, "New tables need this server’s upload token"), (BEARER, None)):
        async with connect(f"{guarded.ws}/parser/ws", proxy=None, additional_headers=headers) as plain:
            await plain.send(TABLE)
            answer = json.loads(await plain.recv())
            assert answer["total_number"] == (0 if error else 250)
            assert answer.get("error", "").startswith(error or "")


async def test_whoever_has_a_link_needs_no_token(guarded: Server) -> None:
    link = ask(guarded, "PUT", "/parser/a.tsv", TABLE, BEARER).text.strip()
    uuid = link.rsplit("/", 1)[-1]
    assert (await sent(guarded, {}, uuid))["version"] == 2
    assert put(guarded, TABLE, uuid) == uuid
    assert ask(guarded, "PUT", f"/parser/{uuid}?append=1", b"1\tmore\t2\n").status == 200
    metadata = {"Upload-Metadata": f"uuid {base64.b64encode(uuid.encode()).decode()}"}
    assert created(guarded, "tus", metadata)[0] == 201
    assert ask(guarded, "GET", f"/parser/{uuid}/download").status == 200
    assert ask(guarded, "DELETE", f"/parser/{uuid}").status == 204


def test_a_browser_keeps_the_token_that_was_entered(guarded: Server) -> None:
    first = ask(guarded, "GET", "/parser/", headers={"Accept": "text/html"}).text
    assert 'action="/parser/upload/token"' in first
    wrong = ask(guarded, "POST", "/parser/upload/token", urlencode({"token": "wrong"}).encode(), FORM)
    assert (wrong.status, "set-cookie" in wrong.headers, "ask its operator" in wrong.text) == (401, False, True)
    kept = ask(guarded, "POST", "/parser/upload/token", urlencode({"token": TOKEN}).encode(), FORM)
    assert (kept.status, kept.headers["location"]) == (303, "/parser/")
    cookie = kept.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert TOKEN not in cookie
    mine = {"Cookie": cookie.partition(";")[0]}
    assert 'action="/parser/upload/token"' not in ask(guarded, "GET", "/parser/", headers=mine).text
    for way in WAYS:
        assert created(guarded, way, mine)[0] == 201, way
    assert created(guarded, "PUT", {"Cookie": f"upload_token={TOKEN}"})[0] == 401
    through_tls = {**FORM, "X-Forwarded-Proto": "https"}
    secure = ask(guarded, "POST", "/parser/upload/token", urlencode({"token": TOKEN}).encode(), through_tls)
    assert "Secure" in secure.headers["set-cookie"]


async def test_a_browser_uploads_over_its_websocket_with_the_cookie(guarded: Server) -> None:
    kept = ask(guarded, "POST", "/parser/upload/token", urlencode({"token": TOKEN}).encode(), FORM)
    assert (await sent(guarded, {"Cookie": kept.headers["set-cookie"].partition(";")[0]}))["version"] == 1


def test_the_token_cannot_be_guessed_for_long() -> None:
    with serving(f"--upload_token={TOKEN}", "--address=0.0.0.0", "--trusted_proxies=127.0.0.1") as server:
        somebody = {"X-Forwarded-For": "203.0.113.7"}
        statuses = [created(server, "PUT", {**somebody, "Authorization": f"Bearer {guess}"})[0] for guess in range(400)]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        assert created(server, "PUT", BEARER)[0] == 201, "somebody else"


def test_a_token_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    with serving(f"--upload_token=@{tmp_path / 'token'}") as server:
        assert created(server, "PUT", {})[0] == 401
        assert created(server, "PUT", BEARER)[0] == 201


async def test_a_proxy_vouches_for_those_who_signed_in() -> None:
    with serving("--user_header=X-Forwarded-User") as server:
        status, sentence = created(server, "PUT", {})
        assert (status, sentence) == (
            403,
            "Only people who have signed in may upload new tables: sign in, and try again.\n",
        )
        assert created(server, "PUT", {"X-Forwarded-User": " "})[0] == 403
        assert (await sent(server, {}))["code"] == "needs-sign-in"
        signed_in = {"X-Forwarded-User": "otter"}
        for way in WAYS:
            assert created(server, way, signed_in)[0] == 201, way
        assert (await sent(server, signed_in))["version"] == 1
        assert "Only people who have signed in" in ask(server, "GET", "/parser/").text
        assert "Only people who have signed in" not in ask(server, "GET", "/parser/", headers=signed_in).text


def test_a_name_from_elsewhere_means_nothing() -> None:
    options = ("--user_header=X-Forwarded-User", "--address=0.0.0.0", "--trusted_proxies=192.0.2.1")
    with serving(*options) as server:
        assert created(server, "PUT", {"X-Forwarded-User": "otter"})[0] == 403


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--user_header=X-User", "--address=0.0.0.0"), "--user_header needs --trusted_proxies"),
        (("--upload_token=@/nowhere",), "--upload_token names a file that cannot be read"),
        (("--upload_token=a", "--lines_port=9"), "--lines_port takes tables from everyone"),
        (("--trusted_proxies=proxy",), "--trusted_proxies must be addresses"),
        (("--log_format=xml",), "--log_format must be one of text, json."),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence), serving(*options):
        pass
