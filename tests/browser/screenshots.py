"""Take a picture of every state, and the README's: `make screenshots`.

All of them are in build/screenshots/ then: both themes, both languages, three widths. Those of the README go to docs/.
The tables are the samples, so anyone can take them again.
"""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.states import STATES, Visit
from tests.browser.windows import chromium, watched
from tests.server import Server, serving

TOP = Path(__file__).resolve().parents[2]
ALL = TOP / "build" / "screenshots"
PICTURES = TOP / "docs"
WIDTHS = {1440: 900, 820: 1180, 360: 700}
STILL_MS = 300
"""What moves has come to rest."""


def every_state(server: Server, browser: Browser) -> None:
    for width, height in WIDTHS.items():
        for scheme in ("light", "dark"):
            for locale in ("en", "zh-CN"):
                folder = ALL / f"{width}-{scheme}-{locale}"
                folder.mkdir(parents=True, exist_ok=True)
                look = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": locale}
                for name, bring in STATES.items():
                    with watched(browser, **look) as page:
                        bring(Visit(server, page))
                        page.wait_for_timeout(STILL_MS)
                        page.screenshot(path=folder / f"{name}.png")


def picture(browser: Browser, base: str, scheme: str) -> None:
    """Two people look at a table; one has just turned the page."""
    with watched(browser, color_scheme=scheme) as one, watched(browser) as other:
        start(one, base, "Otter")
        one.locator("[data-sample='numbers.tsv']").click()
        expect(one.locator("#facts")).to_contain_text("rows")
        start(other, one.url, "Heron")
        expect(other.locator("#link")).to_contain_text("live")
        other.get_by_role("button", name="Next page").click()
        expect(one.locator("#page")).to_have_value("2")
        expect(one.locator("#people-summary")).to_contain_text("H")
        one.wait_for_timeout(STILL_MS)
        one.screenshot(path=PICTURES / f"viewer-{scheme}.png")


def start(page: Page, url: str, name: str) -> None:
    page.add_init_script(f"localStorage.setItem('pagecast.name', {name!r})")
    page.goto(url)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with serving() as server, chromium() as browser:
        for scheme in ("light", "dark"):
            picture(browser, f"{server.http}/parser/", scheme)
        every_state(server, browser)
    for path in (*sorted(PICTURES.glob("*.png")), ALL):
        print(path.relative_to(TOP))


if __name__ == "__main__":
    main()
