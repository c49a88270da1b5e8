"""People at the page: real windows of a real Chromium, once straight at the server and once through nginx."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.windows import chromium, watched
from tests.nginx import nginx_in_front_of
from tests.server import Server, serving


@dataclass(frozen=True)
class Site:
    """Where people go, and the server behind it."""

    base: str
    server: Server

    @property
    def first_page(self) -> str:
        return f"{self.base}/parser/"


Open = Callable[..., Page]


@pytest.fixture(scope="module")  # no longer: while it is open, its event loop keeps any other from running
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module", params=["straight", "nginx"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        base = server.http if request.param == "straight" else stack.enter_context(nginx_in_front_of(server.port))
        yield Site(base, server)


@pytest.fixture
def window(browser: Browser) -> Iterator[Open]:
    """Open a window of somebody else: another person, with nothing kept from before."""
    with ExitStack() as stack:

        def open_window(url: str = "about:blank", **options: object) -> Page:
            page = stack.enter_context(watched(browser, **options))
            page.goto(url)
            return page

        yield open_window
