"""The page can be used by everyone: axe finds nothing in any state, be it light or dark, wide or narrow.

In the colours that a system forces, what only a colour tells has to be seen too.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.states import STATES, visiting

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN = f"""async rules => (await axe.run({{ runOnly: rules ?? {RULES}, resultTypes: ['violations'] }}))
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
        visit.page.emulate_media(forced_colors="active", reduced_motion="reduce")
        found["forced"] = visit.page.evaluate(RUN, ["color-contrast"])
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


SYSTEM_COLOURS = """wanted => Object.entries(wanted).flatMap(([selector, [pseudo, property, colour]]) => {
  const probe = document.body.appendChild(document.createElement('i'))
  probe.style.color = colour
  const element = document.querySelector(selector)
  const found = element ? getComputedStyle(element, pseudo)[property] : 'nothing'
  const expected = colour === 'none' ? colour : getComputedStyle(probe).color
  probe.remove()
  return found === expected ? [] : [`${selector}: ${found} instead of ${expected}`]
})"""
"""Of some elements, list those that do not have the system's colour, or an own one (`none`) where that is wanted."""

FORCED = {
    "#grid td[aria-selected]": ("", "backgroundColor", "Highlight"),
    "#grid td[aria-selected]:focus": ("", "outlineColor", "HighlightText"),
    "#grid td[aria-selected]:not(:focus)": ("::highlight(found)", "backgroundColor", "Canvas"),
    "#grid td:not([aria-selected])": ("::highlight(found)", "backgroundColor", "Highlight"),
    "#grid tbody th[data-within]": ("", "backgroundColor", "Highlight"),
    "#grid tbody [data-pinned]": ("", "borderRightColor", "CanvasText"),
    "#rail-window": ("", "backgroundColor", "Highlight"),
    "#rail-people i": ("", "forcedColorAdjust", "none"),
    "#people-summary .avatar:not(.me)": ("", "forcedColorAdjust", "none"),
    ".mark-area": ("", "forcedColorAdjust", "none"),
    "#told": ("", "borderTopColor", "CanvasText"),
    "#copy-link": ("", "borderTopColor", "ButtonText"),
    "#link i": ("", "backgroundColor", "CanvasText"),
}
"""What a colour alone tells: a selector, a pseudo-element, a property, and a system colour."""


def test_what_a_colour_tells_is_seen_in_forced_colours(site: Site, browser: Browser) -> None:
    with visiting(site.server, browser, viewport=WIDE, forced_colors="active", reduced_motion="reduce") as visit:
        STATES["turned"](visit)
        page = visit.page
        page.locator("#grid thead th").nth(1).click(button="right")
        page.locator("#column-actions button", has_text=re.compile("^pin", re.IGNORECASE)).click()
        expect(page.locator("#grid tbody [data-pinned]").first).to_be_visible()
        page.locator("#grid tbody td").nth(4).click()
        page.keyboard.press("Shift+ArrowDown")
        assert page.evaluate(SYSTEM_COLOURS, FORCED) == []
        assert page.evaluate(SYSTEM_COLOURS, {"#alone i": ("", "backgroundColor", "ButtonFace")}) == []
        page.locator("#alone").click()
        expect(page.locator("#alone[aria-checked=true]")).to_be_visible()
        assert page.evaluate(SYSTEM_COLOURS, {"#alone i": ("", "backgroundColor", "Highlight")}) == []
        lost = '<p id="lost" class="link" data-status="lost"><i></i></p>'
        page.evaluate("lost => document.body.insertAdjacentHTML('beforeend', lost)", lost)
        assert page.evaluate(SYSTEM_COLOURS, {"#lost i": ("", "backgroundColor", "Canvas")}) == []


def test_lines_and_secondary_text_are_stronger_where_more_contrast_is_wanted(site: Site, browser: Browser) -> None:
    with visiting(site.server, browser, viewport=WIDE, contrast="more") as visit:
        STATES["table"](visit)
        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            ground = colour(visit.page, "#grid", "backgroundColor")
            assert contrast(colour(visit.page, "#grid tbody td", "borderBottomColor"), ground) >= 3
            assert contrast(colour(visit.page, "#grid tbody th", "borderRightColor"), ground) >= 4.5
            assert contrast(colour(visit.page, "#facts", "color"), ground) >= 7


def colour(page: Page, selector: str, name: str) -> list[int]:
    computed = page.locator(selector).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return [int(part) for part in re.findall(r"\d+", computed)[:3]]


def contrast(one: list[int], other: list[int]) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""

    def luminance(parts: list[int]) -> float:
        linear = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in parts)
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
