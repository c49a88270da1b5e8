"""What the page weighs: its scripts and its stylesheet as a server sends them."""

import gzip
import http.client
import re
from typing import NamedTuple

from pagecast.edges.http.static_files import static_files
from tests.nginx import TOP

OTHER = {
    "en": {"js/text/zh.js", "js/text/zh-questions.js"},
    "zh": {"js/text/en.js", "js/text/en-questions.js"},
}
"""Of the two languages a browser loads the one that is spoken."""

QUESTIONS = {
    "js/questions.js",
    "css/questions.css",
    "js/filters.js",
    "js/shapes.js",
    "css/shapes.css",
    "js/plot.js",
    "css/plot.css",
    "css/running.css",
    "css/filters.css",
    "js/text/en-questions.js",
    "js/text/zh-questions.js",
}
RARE = {
    *("js/rare.js", "js/edges/hash-worker.js", "vendor/sha256.js"),
    *("css/dialect.css", "css/menus.css", "css/record.css", "css/asking.css"),
    *("js/wide.js", "js/selection.js", "js/talk.js", "js/taking.js", "css/taking.css"),
    *QUESTIONS,
}
"""What is loaded when somebody needs it: to upload, to translate, to list columns or versions, to ask a question, to
give a view away, to talk, to sum up what is selected, to find one's way in a table wider than its window."""


ELSEWHERE = {"js/edges/local-times.js"}
"""What the page of versions loads, and a table never does."""


class Sent(NamedTuple):
    """The bytes of a page's answers, compressed as they came, by their names."""

    code: dict[str, int]
    """All that may ever be loaded."""
    first: frozenset[str]
    """What the page itself asks for: the rest comes when the first rows are there."""

    @property
    def table(self) -> int:
        """Bytes of all that every table loads."""
        return sum(size for name, size in self.code.items() if name not in RARE)

    @property
    def cold(self) -> int:
        """Bytes until the first rows are there."""
        return sum(self.code[name] for name in self.first)


def sent(port: int, language: str) -> Sent:
    """Ask a server for everything, as a browser does that speaks a language."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(path: str) -> bytes:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept-Language": language})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, path
        assert answer.headers.get("Content-Encoding") == "gzip", path
        return body

    page = gzip.decompress(ask("/parser/")).decode()
    found = re.findall(r'<(?:link rel="(?:stylesheet|modulepreload)" href|script type="module" src)="([^"]+)"', page)
    base = found[0].split("/css/")[0]
    first = frozenset(path.removeprefix(f"{base}/") for path in found)
    files = static_files(TOP / "static", True).files
    names = sorted({name for name in files if name.endswith((".js", ".css"))} - OTHER[language] - ELSEWHERE)
    code = {name: len(ask(f"{base}/{name}")) for name in names}
    connection.close()
    return Sent(code, first)
