"""Pagecast below another path of a proxy: every address that it gives leads there."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pagecast.protocol.tus import CHUNK_TYPE
from tests.edges.talk import ask, put, table, upload
from tests.server import Server, serving

TABLE = table(250)
BASE = "/services/otter%40example.org/tables"
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.tsv"\r\n\r\na\tb\n\r\n--x--\r\n'


@pytest.fixture(scope="module")
def below() -> Iterator[Server]:
    with serving(f"--base_path={BASE}/") as running:
        yield running


@pytest.mark.parametrize("asked", [BASE, ""])
def test_every_location_is_below_the_path(below: Server, asked: str) -> None:
    """The proxy passes the path on, or takes it away."""
    uuid = put(below, TABLE)
    form = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "text/html"}
    choice = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(TABLE)), "Content-Type": CHUNK_TYPE}
    for method, path, body, headers in (
        ("GET", "/", None, {}),
        ("GET", "/parser", None, {}),
        ("GET", f"/parser/share/{uuid}", None, {}),
        ("GET", f"/parser/{uuid}?version=9", None, {}),
        ("GET", f"/parser/{uuid}?_look=1&theme=dark", None, {}),
        ("GET", "/parser/upload/token", None, {}),
        ("PUT", "/parser/a.tsv", TABLE, {}),
        ("POST", "/parser/", FILE, form),
        ("POST", "/parser/files/", TABLE, tus),
        ("POST", f"/parser/{uuid}/versions", b"version=1", choice),
    ):
        answer = ask(below, method, asked + path, body, headers)
        assert urlsplit(answer.headers["location"]).path.startswith(f"{BASE}/parser/"), path
    assert ask(below, "GET", f"{asked}/healthz").text == "ok\n"


@pytest.mark.parametrize("path", ["/parser/", "/parser/{uuid}", "/parser/{uuid}/versions", "/parser/nothing"])
def test_every_link_of_a_page_is_below_the_path(below: Server, path: str) -> None:
    uuid = put(below, TABLE)
    put(below, TABLE, uuid)
    page = ask(below, "GET", BASE + path.format(uuid=uuid), headers={"Accept": "text/html"}).text
    links = [link for link in re.findall(r'(?:href|src|action)="([^"]*)"', page) if link[:1] not in "#?"]
    assert links
    for link in links:
        assert link.startswith(f"{BASE}/parser/"), link
    for link in re.findall(r'(?:href|src)="([^"]*/static/[^"]*)"', page):
        assert ask(below, "GET", link).status == 200, link
        assert ask(below, "GET", link.removeprefix(BASE)).status == 200, link


def test_cookies_stay_below_the_path(below: Server) -> None:
    uuid = put(below, TABLE)
    answer = ask(below, "GET", f"{BASE}/parser/{uuid}?_look=1&theme=dark")
    assert f"Path={BASE}/" in answer.headers["set-cookie"].split("; ")


async def test_sockets_are_below_the_path_and_where_they_were(below: Server) -> None:
    for base in (f"{below.ws}{BASE}", below.ws):
        assert (await upload(below, TABLE, base=base))["version"] == 1


def test_another_path_leads_nowhere(below: Server) -> None:
    for path in ("/services/parser/", f"{BASE}{BASE}/parser/", f"{BASE}parser/", f"/x{BASE}/parser/"):
        assert ask(below, "GET", path).status == 404, path


def test_jupyterhub_says_where_it_serves_a_service() -> None:
    first = "import os\nos.environ['JUPYTERHUB_SERVICE_PREFIX'] = '/services/pagecast/'"
    with serving(first=first) as server:
        assert ask(server, "GET", "/services/pagecast/").headers["location"] == "/services/pagecast/parser/"
        assert f"{server.http}/services/pagecast/parser/" in server.output


@pytest.mark.parametrize("path", ["tables", "/a//b", "/a b", "https://example.org/"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with (
        pytest.raises(AssertionError, match="--base_path must be a path such as /tables"),
        serving(f"--base_path={path}"),
    ):
        pass
