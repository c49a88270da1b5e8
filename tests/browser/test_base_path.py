"""People at a page that nginx serves below another path, whether it passes that path on or takes it away."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Open
from tests.browser.windows import expect_loaded
from tests.nginx import nginx_below
from tests.server import serving

CITIES: FilePayload = {"name": "cities.tsv", "mimeType": "", "buffer": b"city\n" + b"Oslo\n" * 250}


@pytest.mark.parametrize("takes_away", [False, True])
def test_everything_works_below_another_path(window: Open, takes_away: bool) -> None:
    with serving("--base_path=/tables") as server, nginx_below(server.port, "/tables", takes_away=takes_away) as base:
        page = window(f"{base}/parser/")
        page.locator("#file").set_input_files(CITIES)
        expect(page.locator("#link[data-status=live]")).to_be_attached()
        expect_loaded(page)
        assert page.url.startswith(f"{base}/parser/")
        other = window(page.url)
        expect(other.locator("#grid table:not(.sent)")).to_be_visible()
        page.locator("[data-step=next]").click()
        expect(other.locator("#page")).to_have_value("2")

        page.locator("#take").click()
        expect(page.locator("#take-code button")).to_have_count(5)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download original").last.click()
        assert download.value.path().read_bytes() == CITIES["buffer"]
        page.keyboard.press("Escape")

        page.locator("#settings summary").click()
        page.locator("#settings [value=dark]").check(force=True)
        page.locator("#settings [value=zh]").check(force=True)
        expect(page.locator("html[lang^=zh]")).to_be_attached()
        page.reload()
        expect(page.locator("html.dark[lang^=zh]")).to_be_attached()
        expect(page.locator("#link[data-status=live]")).to_be_attached()

        page.locator("#home").click()
        expect(page.locator("#start")).to_be_visible()
        assert page.url == f"{base}/parser/"
        page.get_by_role("button", name="worlds.tsv").click()
        expect(page.locator("#name")).to_have_text("worlds.tsv")
        page.go_back()
        expect(page.locator("#start")).to_be_visible()
        page.goto(f"{base}/parser/{'0' * 8}-0000-4000-8000-{'0' * 12}")
        page.locator("a.button.primary").click()
        expect(page.locator("#start")).to_be_visible()
