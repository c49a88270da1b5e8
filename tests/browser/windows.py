"""Windows of a headless Chromium, Debian's own."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, WebSocketRoute, expect, sync_playwright

PATIENCE_MS = 60_000
"""How long something may take to be on screen: no test is about speed, and a machine may be busy."""

PROBE = "**/healthz?is-intercepted"

SIZE = {"width": 1440, "height": 900}

QUIET = (
    *("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED"),
    "WebSocket connection to",
    "frame-ancestors",
    *("status of 400", "status of 401", "status of 404", "status of 415", "status of 502", "status of 503"),
)
"""What a browser logs by itself when a server is away, which is what some tests are about."""


CHEAP = ("--renderer-process-limit=1", "--js-flags=--no-opt --min-semi-space-size=16")
"""Options that save processor time where a window lives for seconds.

A window keeps the process that it began in, V8's slowest compiler is off, and its collector of garbage runs less often.
A bench, which measures speed, goes without them.
"""


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Run a Chromium, with more options than it has by itself."""
    binary = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert binary, "chromium is not installed: scripts/system-packages chromium"
    expect.set_options(timeout=PATIENCE_MS)
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    arguments += options
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=arguments)
        yield browser
        browser.close()


def expect_scripts(page: Page) -> None:
    """Wait for the scripts: the load event does not wait for the words, and a hand before them is not heard."""
    expect(page.locator("body:not([data-screen=none])")).to_be_attached()


def expect_loaded(page: Page) -> None:
    """Wait for what is loaded after the first rows: a swipe, a push of the wheel or a find before it counts less."""
    expect(page.locator("body[data-loaded]")).to_be_attached()


def intercept(page: Page, pattern: str | re.Pattern[str], answer: Callable[[Route], object]) -> None:
    """Answer some of a page's requests in its server's place.

    A page that is there already learns of it a moment later: wait until a request is answered so.
    """
    page.route(pattern, answer)
    if page.url == "about:blank":
        return
    page.route(PROBE, lambda route: route.fulfill(body="intercepted"))
    while page.evaluate("async path => (await fetch(path)).text()", PROBE.removeprefix("**")) != "intercepted":
        pass


def tell_otherwise(page: Page, **facts: Any) -> None:
    """Have a page that is about to be opened told other facts of its table than its server found.

    A member of the dialect may be among them.
    """

    def rewrite(message: str | bytes) -> str | bytes:
        frame = json.loads(message)
        if frame["type"] == "document":
            dialect = frame["dialect"]
            frame |= {name: value for name, value in facts.items() if name not in dialect}
            dialect |= {name: value for name, value in facts.items() if name in dialect}
        return json.dumps(frame, ensure_ascii=False)

    def stand_between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: socket.send(rewrite(message)))
        socket.on_message(server.send)

    page.route_web_socket("**/parser/ws/**", stand_between)


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """A window of its own, which must not have complained when it is closed."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(quiet in message.text for quiet in QUIET):
            complaints.append(message.text)

    context = browser.new_context(viewport=options.pop("viewport", SIZE), **options)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints
