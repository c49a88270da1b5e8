"""A view is taken away: as a file in another format, and as code."""

import json
import re

from playwright.sync_api import Page, expect
from websockets.sync.client import connect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

CITIES = (
    b"city\tcountry\tpeople\n"
    + b"Oslo\tNorway\t709037\nQuito\tEcuador\t1763275\nBergen\tNorway\t291940\n"
    + b"".join(b"town %d\tPeru\t%d\n" % (n, n) for n in range(7))
)


def show(site: Site, uuid: str, view: str) -> None:
    """Turn everyone to a view, as somebody else."""
    with connect(f"{site.server.ws}/parser/ws/{uuid}", subprotocols=["pagecast.v1"], proxy=None) as socket:  # type: ignore[list-item]
        socket.send(json.dumps({"type": "hello", "name": "Heron", "key": "key of Heron"}))
        socket.send(json.dumps({"type": "show", "version": 1, "view": view}))
        while json.loads(socket.recv(timeout=30)).get("view") != view:
            pass


def open_panel(page: Page) -> None:
    page.get_by_role("button", name="Other formats").click()
    expect(page.locator("#taking")).to_be_visible()


def saved(page: Page) -> tuple[str, bytes]:
    """Press Download, and return the name and the bytes of the file."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_a_view_is_taken_away_in_the_format_and_with_the_options_that_are_chosen(site: Site, window: Open) -> None:
    uuid = put(site.server, CITIES, "cities.tsv")
    page = window(f"{site.base}/parser/{uuid}")
    expect_loaded(page)
    open_panel(page)
    expect(page.locator("#take-rows")).to_have_text("10 rows · 3 columns")
    expect(page.locator("#taking a").first).to_have_attribute("href", re.compile(r"/download$"))
    expect(page.get_by_role("radio", name="CSV")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#taking")).to_be_hidden()
    expect(page.locator("#take")).to_be_focused()

    show(site, uuid, "country=Norway&_sort=people")
    expect(page.locator("#grid tbody tr:not(.sent)").first).to_contain_text("Bergen")
    open_panel(page)
    expect(page.locator("#take-rows")).to_have_text("2 of 10 rows · 3 columns")
    expect(page.locator("#take-words")).to_have_text("country is Norway, by people")
    page.get_by_label("With row numbers").check()
    page.get_by_label("Safe for spreadsheets").check()
    assert saved(page) == (
        "cities · country is Norway, by people.csv",
        b"_row,city,country,people\n4,Bergen,Norway,291940\n2,Oslo,Norway,709037\n",
    )
    expect(page.locator("#taking")).to_be_hidden()
    open_panel(page)
    page.get_by_label("Parquet").check()
    expect(page.get_by_label("Safe for spreadsheets")).to_be_hidden()
    page.get_by_label("Numbers and dates as such").check()
    name, data = saved(page)
    assert (name, data[:4]) == ("cities · country is Norway, by people.parquet", b"PAR1")

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_panel(page)
    page.get_by_role("button", name="pandas").click()
    expect(page.locator("#told-words, #said")).to_contain_text(["Copied"])
    code = page.evaluate("navigator.clipboard.readText()")
    assert code.startswith("# country is Norway, by people\nimport pandas as pd\n")
    assert f'"{site.base}/parser/{uuid}/export?format=csv&row_numbers=1&names=unique"' in code
