"""No text of a request decides which of our code runs: every address is asked with every method, in every way."""

import ast
import http.client
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from tornado.routing import PathMatches
from tornado.web import RequestHandler

import parser
from pagecast.edges.http.resources import load_templates
from pagecast.edges.routes import UUID
from pagecast.protocol.tus import OVERRIDE, OVERRIDES
from tests.edges.contexts import context
from tests.edges.talk import PATIENCE_S, Answer, ask, put, table
from tests.nginx import TOP
from tests.server import Server

SECRET = "../parser.py"
"""A file beside the templates that nobody is to read."""

OTHERS = ("X-HTTP-Method", "X-Method-Override", "X-Original-Method", "X-Original-URL", "X-Rewrite-URL")
"""Headers by which other servers let a method or an address be said again."""

FEW = ("render", "finish", "redirect", "get", "put", "GET", "PUT", "DELETE", "CONNECT", "__init__", "/parser/x")

NAMES = sorted({name for name in dir(RequestHandler) if not name.startswith("__")} - {"head", "patch", "delete"})
"""All that Tornado could be made to call."""


def routes() -> Iterator[str]:
    """Every address that Pagecast answers to, as a regular expression."""
    for rule in parser.make_app(context()).wildcard_router.rules:
        assert isinstance(rule.matcher, PathMatches)
        yield rule.matcher.regex.pattern


def path_of(route: str, name: str) -> str:
    """An address of a route, with this name in every place that may have one."""
    return route.rstrip("$").replace("([^/]*)", name).replace("(.*)", name).replace(f"({UUID})", name)


class Asker:
    """Asks one request after the other, on a connection that lasts."""

    def __init__(self, server: Server) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)

    def close(self) -> None:
        self._line.close()

    def post(self, path: str, **headers: str) -> Answer:
        self._line.request("POST", path, b"", headers)
        told = self._line.getresponse()
        return Answer(told.status, dict(told.getheaders()), told.read())


@pytest.fixture
def asker(server: Server) -> Iterator[Asker]:
    one = Asker(server)
    yield one
    one.close()


def test_no_header_has_a_request_run_as_another_method(asker: Asker) -> None:
    for route in routes():
        path = path_of(route, quote(SECRET, safe=""))
        usual = asker.post(path)
        for header, names in [(OVERRIDE, [*NAMES, *FEW]), *((other, FEW) for other in OTHERS)]:
            for name in names:
                told = asker.post(path, **{header: name})
                is_refused = told.status == 400 and OVERRIDE in told.text and told.text.count("\n") == 1
                is_usual = (told.status, told.body) == (usual.status, usual.body)
                assert is_refused or is_usual, f"{path}: {header}: {name}"


@pytest.mark.parametrize("method", ["render", "FINISH", "redirect", "TRACE", "CONNECT", "PROPFIND", "_execute"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/parser/", "/parser/files/x", "/parser/x/versions"])
def test_an_unknown_method_is_refused(server: Server, method: str, path: str) -> None:
    told = ask(server, method, path)
    assert (told.status, told.text.count("\n")) == (405, 1)


def test_a_table_is_never_run_as_a_template(server: Server, asker: Asker) -> None:
    uuid = put(server, b"a\tb\n{{ 6 * 7 }}\t{{ __import__('os').getpid() }}\n")
    key = next(server.data.glob(f"documents/{uuid}/*.original")).name
    path = "/parser/files/" + quote(f"{server.data}/documents/{uuid}/{key}", safe="")
    for name in ("render", "render_string", "finish", "write", "redirect"):
        told = asker.post(path, **{OVERRIDE: name})
        assert (told.status, "42" in told.text) == (400, False)


@pytest.mark.parametrize("name", ["/etc/hostname", "../parser.py", "../templates/index.html", "en.json", ""])
def test_templates_come_from_their_folder_alone(name: str) -> None:
    templates = load_templates(TOP / "templates")
    assert b"html" in templates.load("not-found.html").code.encode()
    with pytest.raises(KeyError):
        templates.load(name)


def test_nothing_sets_the_method_that_tornado_calls() -> None:
    for path in [TOP / "parser.py", *sorted((TOP / "pagecast").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            assert not any(isinstance(target, ast.Attribute) and target.attr == "method" for target in targets), path


@pytest.mark.parametrize("method", OVERRIDES)
def test_a_post_may_stand_for_what_tus_names(server: Server, method: str) -> None:
    data = table(500)
    created = ask(server, "POST", "/parser/files/", b"", {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data))})
    path = created.headers["location"].removeprefix(server.http)
    headers = {"Tus-Resumable": "1.0.0", OVERRIDE: method}
    if method == "PATCH":
        headers |= {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        assert ask(server, "POST", path, data, headers).status == 204
    elif method == "HEAD":
        told = ask(server, "POST", path, b"", headers)
        assert (told.status, told.headers["upload-offset"], told.body) == (200, "0", b"")
        assert ask(server, "POST", path[:-1], b"", headers).text.count("\n") == 1, "a sentence that is whole"
    else:
        assert ask(server, "POST", path, b"", headers).status == 204
        assert ask(server, "HEAD", path, headers={"Tus-Resumable": "1.0.0"}).status == 404
