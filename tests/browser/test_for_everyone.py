"""The page can be used by everyone: axe finds nothing in any of its states, in either theme."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.states import STATES, Visit
from tests.browser.windows import watched
from tests.server import Server, serving

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  .violations.map(({ id, nodes }) => [id, ...nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary)])"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(straight: Server, browser: Browser, state: str, scheme: str) -> None:
    with watched(browser, color_scheme=scheme, reduced_motion="reduce") as page:
        STATES[state](Visit(straight, page))
        page.evaluate(AXE.read_text())
        assert page.evaluate(RUN) == []


@pytest.fixture(scope="module")
def straight() -> Iterator[Server]:
    with serving() as server:
        yield server
