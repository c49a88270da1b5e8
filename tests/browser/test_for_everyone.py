"""The page can be used by everyone: axe finds nothing in any state, be it light or dark, wide or narrow.

In the colours that a system forces, what only a colour tells has to be seen too.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.conftest import Site
from tests.browser.states import STATES, visiting

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules =>
  (await axe.run({ runOnly: rules, resultTypes: ["violations"], preload: false }))
  .violations.map(({ id, nodes }) => [id, ...nodes.map(node =>
    node.target.join(' ') + ': ' + node.failureSummary)])"""

WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=700)
STATES_OF_SCRIPTS = [name for name in STATES if not name.endswith("without_scripts")]  # axe is one itself
LANGUAGES = ("en", "zh-CN")
AT_ONCE = 4
LOOKS = [
    (locale, names[first : first + AT_ONCE])
    for n, locale in enumerate(LANGUAGES)
    for names in [STATES_OF_SCRIPTS[n :: len(LANGUAGES)]]
    for first in range(0, len(names), AT_ONCE)
]
"""The language in which states are looked at, a few of them in one window: a new one costs as much as a look.

Colours follow the theme, and places follow the width. So each state is seen in both themes and in both widths, and
every second one in the other language: the parts of the page are in several states, and each language names them all.
"""

ALIKE = "#grid tbody tr:nth-child(n + 13):not(:has([aria-selected], :focus)), #record :is(dt, dd):nth-of-type(n + 13)"
"""Rows of a table, and cells of a record, that are styled as those before them: most of axe's time would go to them.

Odd and even rows are among the first twelve. A row with a selected cell or the focus is always looked at.
"""
REMOVE = "selector => document.querySelectorAll(selector).forEach(one => one.remove())"

SEEN_WHOLE = ("table", "odd", "record", "wide", "wrapped")
"""The states in which the first look sees the cells that are alike too."""


@pytest.mark.parametrize(("locale", "states"), LOOKS, ids=lambda part: part if part in LANGUAGES else "-".join(part))
def test_axe_finds_nothing(site: Site, browser: Browser, locale: str, states: list[str]) -> None:
    found = {}
    with visiting(site.server, browser, locale=locale, reduced_motion="reduce", viewport=WIDE) as window:
        for state in states:
            window.page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
            window.page.set_viewport_size(WIDE)
            with window.again() as visit:
                STATES[state](visit)
                found[state] = look(visit.page, state in SEEN_WHOLE)
    assert not any(any(each.values()) for each in found.values()), json.dumps(found, indent=1)


def look(page: Page, is_seen_whole: bool) -> dict[str, list[str]]:
    """Return what axe finds wide and light, narrow and dark, and narrow in forced colours."""
    page.evaluate(AXE.read_text())
    if not is_seen_whole:
        page.evaluate(REMOVE, ALIKE)
    found = {"light": page.evaluate(RUN, RULES)}
    page.evaluate(REMOVE, ALIKE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(NARROW)
    found["dark"] = page.evaluate(RUN, RULES)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found["forced"] = page.evaluate(RUN, ["color-contrast"])
    return found


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
        found = visit.page.evaluate(RUN, RULES)
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
