"""Take the README's pictures: `make screenshots`. The table is one of the samples, so anyone can take them again."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.windows import chromium, watched
from tests.server import serving

PICTURES = Path(__file__).resolve().parents[2] / "docs"


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
        one.wait_for_timeout(400)  # what moves has come to rest
        one.screenshot(path=PICTURES / f"viewer-{scheme}.png")


def start(page: Page, url: str, name: str) -> None:
    page.add_init_script(f"localStorage.setItem('pagecast.name', {name!r})")
    page.goto(url)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with serving() as server, chromium() as browser:
        for scheme in ("light", "dark"):
            picture(browser, f"{server.http}/parser/", scheme)
        with watched(browser) as page:
            page.goto(f"{server.http}/parser/")
            page.screenshot(path=PICTURES / "start.png")
    for path in sorted(PICTURES.glob("*.png")):
        print(path.relative_to(PICTURES.parent))


if __name__ == "__main__":
    main()
