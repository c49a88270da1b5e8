"""The page's own files as they are sent: made ready once, compressed, kept for good, and how much they weigh."""

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pagecast.edges.http.static_files import RARE_SHEETS, SHEETS, StaticFiles, join_scripts, static_files
from tests import weight
from tests.edges.talk import Answer, ask
from tests.server import Server

TOP = Path(__file__).resolve().parents[3]
STATIC = TOP / "static"
SHEET = "css/page.css"
PACKED = {"Accept-Encoding": "gzip, deflate, br"}

WEIGHT = 60 * 2**10
"""Bytes of code that a table may load in one language as they are sent: 60 KB, as the options count them."""
FILES = 3
"""Files of code for the first screen: the stylesheet, the script and its words."""

MINIFY = """
import { transformSync } from 'esbuild'
const texts = JSON.parse(await new Response(process.stdin).text())
const minified = ([loader, text]) => transformSync(text, { loader, minify: true, legalComments: 'none' }).code
process.stdout.write(JSON.stringify(texts.map(minified)))
"""


@cache
def code() -> list[str]:
    return [name for name in static_files(STATIC, True).files if name.endswith((".js", ".css"))]


@pytest.fixture(scope="module")
def base(server: Server) -> str:
    match = re.search(r'"(/parser/static/[0-9a-f]{12})/js/app.js"', ask(server, "GET", "/parser/").text)
    assert match
    return match[1]


@pytest.fixture(scope="module")
def sent(server: Server, base: str) -> dict[str, bytes]:
    """All code of the page, as a browser is sent it."""
    answers = {name: ask(server, "GET", f"{base}/{name}", headers=PACKED) for name in code()}
    assert {(answer.status, answer.headers["content-encoding"]) for answer in answers.values()} == {(200, "gzip")}
    return {name: answer.body for name, answer in answers.items()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stays_light(server: Server, language: str) -> None:
    """A table loads all but the hash of an upload."""
    page = weight.sent(server.port, language)
    assert page.table < WEIGHT
    assert len(page.first) == FILES
    assert page.code.keys() - page.first == {"js/later.js", "js/edges/socket.js", *weight.RARE} - weight.OTHER[language]


def minified(texts: list[tuple[str, str]]) -> list[str]:
    """Each text as esbuild would write it: two of one meaning become one."""
    node = shutil.which("node")
    assert node, "node is not installed"
    run = subprocess.run(
        [node, "--input-type=module", "-e", MINIFY],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        cwd=TOP,
    )
    assert run.returncode == 0, run.stderr
    found: list[str] = json.loads(run.stdout)
    return [re.sub(r"(?<=[:,]) ", "", text) for text in found]  # esbuild leaves the blanks in a --property alone


@cache
def made() -> dict[str, str]:
    """The files that are made of several, as they are before they are made smaller."""
    sheets = "".join((STATIC / "css" / f"{part}.css").read_text("utf-8") for part in SHEETS)
    return {SHEET: sheets} | {f"js/{path}": text for path, text in join_scripts(STATIC).files.items()}


def text_of(name: str) -> str:
    """A file as it is before it is made smaller."""
    return made()[name] if name in made() else (STATIC / name).read_text("utf-8")


def test_every_stylesheet_is_part_of_the_one_that_is_sent_or_loaded_by_a_script() -> None:
    assert sorted([*SHEETS, *RARE_SHEETS]) == sorted(path.stem for path in (STATIC / "css").iterdir())


@pytest.mark.parametrize("kind", ["js", "css"])
def test_what_is_sent_means_what_is_written(sent: dict[str, bytes], kind: str) -> None:
    """Where this fails, the code was read wrongly, which rjsmin owns up to: a template in a template, a regular
    expression behind an arrow. Give that a name of its own, or brackets."""
    names = [name for name in code() if name.endswith(f".{kind}")]
    written = minified([(kind, text_of(name)) for name in names])
    left = minified([(kind, gzip.decompress(sent[name]).decode()) for name in names])
    for name, one, other in zip(names, written, left, strict=True):
        assert other == one, name


def test_comments_go(sent: dict[str, bytes]) -> None:
    for name in code():
        assert name.startswith("vendor/") or "/*" not in gzip.decompress(sent[name]).decode(), name


def test_modules_can_be_sent_one_by_one() -> None:
    apart, together = StaticFiles(STATIC, is_joined=False), static_files(STATIC, True)
    assert {"js/app.js", "js/state/state.js", "js/edges/talk.js"} <= apart.files.keys()
    assert "js/later.js" not in apart.files
    assert b"export function fold(state,event)" in apart.files["js/state/state.js"].data
    assert not {"js/state/state.js", "js/edges/talk.js"} & together.files.keys()
    assert apart.base_path != together.base_path


def test_who_does_not_take_gzip_is_sent_the_same_plainly(server: Server, base: str, sent: dict[str, bytes]) -> None:
    for headers in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip;q=0"}):
        answer = ask(server, "GET", f"{base}/js/app.js", headers=headers)
        assert "content-encoding" not in answer.headers
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.body == gzip.decompress(sent["js/app.js"])


@pytest.mark.parametrize("name", ["vendor/sha256.js", "samples/worlds.tsv", "icon.svg", "vendor/stablelib.LICENSE"])
def test_what_is_not_our_code_is_sent_byte_for_byte(server: Server, base: str, name: str) -> None:
    expected = (STATIC / name).read_bytes()
    assert ask(server, "GET", f"{base}/{name}").body == expected
    answer = ask(server, "GET", f"{base}/{name}", headers=PACKED)
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("js/app.js", "text/javascript; charset=utf-8"),
        ("css/page.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
        ("samples/worlds.tsv", "text/tab-separated-values; charset=utf-8"),
        ("vendor/stablelib.LICENSE", "text/plain; charset=utf-8"),
    ],
)
def test_each_file_says_what_it_is(server: Server, base: str, name: str, kind: str) -> None:
    assert ask(server, "GET", f"{base}/{name}").headers["content-type"] == kind


def both(server: Server, path: str) -> Iterator[tuple[Answer, dict[str, str]]]:
    """What is answered to those who take gzip, and to those who do not."""
    for headers in ({}, PACKED):
        yield ask(server, "GET", path, headers=headers), headers


def test_head_tells_what_get_sends(server: Server, base: str) -> None:
    for got, headers in both(server, f"{base}/js/app.js"):
        told = ask(server, "HEAD", f"{base}/js/app.js", headers=headers)
        assert told.body == b""
        assert told.headers["content-length"] == str(len(got.body))
        for name in ("etag", "content-type", "cache-control", "vary"):
            assert told.headers[name] == got.headers[name]
        assert told.headers.get("content-encoding") == got.headers.get("content-encoding")


def test_who_has_a_file_is_not_sent_it_again(server: Server, base: str) -> None:
    tags = set()
    for got, headers in both(server, f"{base}/js/app.js"):
        again = ask(server, "GET", f"{base}/js/app.js", headers=headers | {"If-None-Match": got.headers["etag"]})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == got.headers["etag"]
        tags.add(got.headers["etag"])
    assert len(tags) == 2, "plain and compressed bytes are not the same bytes"


@pytest.mark.parametrize("name", ["", "js", "js/", "missing.js", "../parser.py", "..%2fparser.py", "js/../js/app.js"])
def test_only_the_files_themselves_are_there(server: Server, base: str, name: str) -> None:
    answer = ask(server, "GET", f"{base}/{name}")
    assert answer.status == 404
    assert "immutable" not in answer.headers.get("cache-control", "")
