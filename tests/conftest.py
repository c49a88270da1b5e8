"""What all tests share: enough examples, no measure of time, and an even load for every process."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.examples import TIMES, USUAL
from tests.seaweed import Seaweed, seaweed

settings.register_profile("pagecast", max_examples=USUAL, deadline=None)
settings.register_profile("quick", parent=settings.get_profile("pagecast"), max_examples=10)
settings.register_profile("torture", parent=settings.get_profile("pagecast"), max_examples=40 * USUAL * TIMES)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "pagecast"))

SLOW_FIRST = ("tests/browser/", "tests/edges/", "tests/test_together")
"""Where tests take longest. They come first, so that no process is left with one of them at the end."""


class Even(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out the tests in their order: a browser's one by one, all others by the file, whose fixtures they share."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Even:
    return Even(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(SLOW_FIRST) if item.nodeid.startswith(start)), len(SLOW_FIRST))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """A real object store, started once in each test process that needs it."""
    with seaweed(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@pytest.fixture
async def unhandled() -> list[object]:
    """The messages with which asyncio tells of errors that nobody has handled."""
    messages = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: messages.append(context["message"]))
    return messages
