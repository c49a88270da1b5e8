"""People at the page: real windows of a real Chromium, straight at a server, and where it matters through nginx too."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.windows import CHEAP, chromium, expect_scripts, watched
from tests.nginx import nginx_in_front_of
from tests.server import Server, serving

HERE = Path(__file__).parent

THROUGH_NGINX = pytest.mark.parametrize("site", ["nginx"], indirect=True)
"""For what a proxy could spoil, and other tests do without one: messages that wait in its buffers, uploads, lines that
break, addresses."""

THROUGH_NGINX_TOO = pytest.mark.parametrize("site", ["straight", "nginx"], indirect=True)
"""For what a browser sees differently through a proxy, as the end of a server."""


@dataclass(frozen=True)
class Site:
    """Where people go, and the server behind it."""

    base: str
    server: Server

    @property
    def first_page(self) -> str:
        return f"{self.base}/parser/"


Open = Callable[..., Page]

RUNNING = pytest.StashKey[tuple[Browser, ExitStack]]()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """One Chromium for all tests of this folder that follow each other."""
    stash = request.session.stash
    if RUNNING not in stash:
        stack = ExitStack()
        stash[RUNNING] = stack.enter_context(chromium(*CHEAP)), stack
    return stash[RUNNING][0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Close Chromium behind the last of its tests: while it is open, its event loop keeps any other from running."""
    yield
    if (nextitem is None or HERE not in nextitem.path.parents) and RUNNING in item.session.stash:
        item.session.stash[RUNNING][1].close()
        del item.session.stash[RUNNING]


@pytest.fixture(scope="session")
def shared_server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def proxy(shared_server: Server) -> Iterator[str]:
    with nginx_in_front_of(shared_server.port) as base:
        yield base


@pytest.fixture
def site(request: pytest.FixtureRequest, shared_server: Server) -> Iterator[Site]:
    """The server of all tests in this folder, which each of them leaves running and without a complaint."""
    through_nginx = getattr(request, "param", "straight") == "nginx"
    base: str = request.getfixturevalue("proxy") if through_nginx else shared_server.http
    with shared_server.watched():
        yield Site(base, shared_server)


@pytest.fixture
def window(browser: Browser) -> Iterator[Open]:
    """Open a window of somebody else: another person, with nothing kept from before."""
    with ExitStack() as stack:

        def open_window(url: str = "about:blank", **options: object) -> Page:
            page = stack.enter_context(watched(browser, **options))
            page.goto(url)
            if url.endswith("/parser/") and options.get("java_script_enabled", True):
                expect_scripts(page)
            return page

        yield open_window
