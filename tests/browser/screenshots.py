"""Take a picture of every state, and the README's: `make screenshots`.

All of them are in build/screenshots/ then: both themes, both languages, three widths. Those of the README go to docs/.
The tables are the samples, so anyone can take them again.
"""

from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from tests.browser.states import STATES, visiting
from tests.browser.windows import chromium, watched
from tests.server import Server, serving

TOP = Path(__file__).resolve().parents[2]
ALL = TOP / "build" / "screenshots"
PICTURES = TOP / "docs"
WIDTHS = {1280: 800, 768: 1024, 360: 700}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STILL_MS = 300
"""What moves has come to rest."""


def every_state(server: Server, browser: Browser) -> None:
    for width, height in WIDTHS.items():
        for locale in ("en", "zh-CN"):
            for name, bring in STATES.items():
                with visiting(server, browser, viewport={"width": width, "height": height}, locale=locale) as visit:
                    bring(visit)
                    for scheme in SCHEMES:
                        visit.page.emulate_media(color_scheme=scheme)
                        visit.page.wait_for_timeout(STILL_MS)
                        visit.page.screenshot(path=ALL / f"{width}-{scheme}-{locale}" / f"{name}.png")


def picture(browser: Browser, base: str, scheme: str) -> None:
    """Two people look at a table: one has just turned the page (light), or reads a row by itself (dark)."""
    with watched(browser, color_scheme=scheme) as one, watched(browser) as other:
        start(one, base, "Otter")
        one.locator("[data-sample='numbers.tsv']").click()
        expect(one.locator("#facts")).to_contain_text("rows")
        start(other, one.url, "Heron")
        expect(other.locator("#link")).to_contain_text("live")
        other.get_by_role("button", name="Next page").click()
        expect(one.locator("#page")).to_have_value("2")
        expect(one.locator("#people-summary")).to_contain_text("H")
        other.locator("#grid tbody tr").nth(6).locator("td").nth(4).click()
        expect(one.locator(".mark-area")).to_be_visible()
        if scheme == "dark":
            one.locator("#grid tbody tr").nth(12).locator("td").nth(5).click()
            one.keyboard.press("Enter")
        one.wait_for_timeout(STILL_MS)
        one.screenshot(path=PICTURES / f"viewer-{scheme}.png")


def start(page: Page, url: str, name: str) -> None:
    page.add_init_script(f"localStorage.setItem('pagecast.name', {name!r})")
    page.goto(url)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with serving() as server, chromium() as browser:
        for scheme in SCHEMES:
            picture(browser, f"{server.http}/parser/", scheme)
        every_state(server, browser)
    for path in (*sorted(PICTURES.glob("*.png")), ALL):
        print(path.relative_to(TOP))


if __name__ == "__main__":
    main()
