"""What the page weighs: its scripts and its stylesheet as a server sends them."""

import gzip
import http.client
import re
from typing import NamedTuple

from tests.nginx import TOP

OTHER = {"en": "js/text/zh.js", "zh": "js/text/en.js"}
"""Of the two languages a browser loads the one that is spoken."""


class Sent(NamedTuple):
    """The bodies of a page's answers, compressed as they came, by their names."""

    code: dict[str, bytes]
    """All that may ever be loaded."""
    first: frozenset[str]
    """What the page itself asks for: the rest comes when the first rows are there."""

    @property
    def together(self) -> int:
        """Bytes of all of it, compressed as one."""
        return len(gzip.compress(b"\n".join(gzip.decompress(body) for body in self.code.values()), mtime=0))

    @property
    def cold(self) -> int:
        """Bytes of a cold load, file by file."""
        return sum(len(self.code[name]) for name in self.first)


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
    static = TOP / "static"
    scripts = {str(path.relative_to(static)) for path in static.rglob("*.js")}
    names = sorted((scripts | first) - {OTHER[language]})
    code = {name: ask(f"{base}/{name}") for name in names}
    connection.close()
    return Sent(code, first)
