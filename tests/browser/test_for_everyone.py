"""The page can be used by everyone: axe finds nothing in any state, be it light or dark, wide or narrow."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Site
from tests.browser.states import STATES, visiting

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN = f"""async () => (await axe.run({{ runOnly: {RULES}, resultTypes: ['violations'] }}))
  .violations.map(({{ id, nodes }}) => [id, ...nodes.map(node =>
    node.target.join(' ') + ': ' + node.failureSummary)])"""

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 700}
STATES_OF_SCRIPTS = [name for name in STATES if not name.endswith("without_scripts")]  # axe is one itself
LANGUAGES = ("en", "zh-CN")
LOOKS = [(name, LANGUAGES[n % 2]) for n, name in enumerate(STATES_OF_SCRIPTS)]
"""The language in which a state is looked at.

Colours follow the theme, and places follow the width. So each state is seen in both themes and in both widths, and
every second one in the other language: the parts of the page are in several states, and each language names them all.
"""


@pytest.mark.parametrize(("state", "locale"), LOOKS)
def test_axe_finds_nothing(site: Site, browser: Browser, state: str, locale: str) -> None:
    with visiting(site.server, browser, locale=locale, reduced_motion="reduce", viewport=WIDE) as visit:
        STATES[state](visit)
        visit.page.evaluate(AXE.read_text())
        found = {}
        for scheme, size in (("light", WIDE), ("dark", NARROW)):
            visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            visit.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            found[scheme] = visit.page.evaluate(RUN)
        assert not any(found.values()), json.dumps(found, indent=1)


@pytest.mark.parametrize("state", [name for name in STATES if name.endswith("without_scripts")])
def test_axe_finds_nothing_where_there_are_no_scripts(site: Site, browser: Browser, state: str) -> None:
    """Axe is a script itself: it looks at the page with its own left out, and with what stands in for them."""

    def bare(route: Route) -> None:
        answer = route.fetch()
        text = re.sub(r"<script.*?</script>|</?noscript>", "", answer.text())
        route.fulfill(response=answer, body=text.replace("(scripting:none)", "all"))

    with visiting(site.server, browser, viewport=WIDE) as visit:
        STATES[state](visit)
        address = visit.page.url
        visit.anew()
        visit.page.route(re.compile(r"/parser/[^/]*$|page\.css$"), bare)
        visit.page.goto(address)
        expect(visit.page.locator("#keys-button")).to_be_hidden()
        visit.page.evaluate(AXE.read_text())
        found = visit.page.evaluate(RUN)
        assert not found, json.dumps(found, indent=1)
