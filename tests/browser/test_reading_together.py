"""Two people, one table."""

import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from tests.browser.conftest import THROUGH_NGINX, THROUGH_NGINX_TOO, Open, Site
from tests.browser.held import HeldUpload
from tests.browser.windows import expect_scripts

Two = tuple[Page, Page]


def table(rows: int, *, name: str = "city") -> bytes:
    lines = [f"{name}\tnumber\ttext", *(f"{name} {row}\t{row:03d}\t1e{row}" for row in range(2, rows + 1))]
    return ("\n".join(lines) + "\n").encode()


def drop(page: Page, data: bytes, name: str = "cities.tsv") -> None:
    """Let a file fall on the page, as from a file manager."""
    expect_scripts(page)
    page.evaluate(
        """([bytes, name]) => {
            const transfer = new DataTransfer()
            transfer.items.add(new File([Uint8Array.from(bytes)], name))
            const target = document.querySelector("main:not([hidden])") ?? document.body
            for (const type of ["dragenter", "dragover", "drop"]) {
                target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
            }
        }""",
        [list(data), name],
    )


def link(page: Page) -> str:
    """What the address bar shows, without the place within the table."""
    return page.url.partition("?")[0]


def cell(page: Page, text: str) -> Locator:
    """One that answers to hands: those of the table that the server sends are no grid's."""
    return page.get_by_role("gridcell", name=text, exact=True)


def expect_page(page: Page, page_no: int, first_cell: str) -> None:
    expect(page.locator("#page")).to_have_value(str(page_no))
    expect(cell(page, first_cell)).to_be_visible()


def bring(page: Page, data: bytes, name: str = "cities.tsv") -> None:
    """Drop a table, and wait until all of it is there."""
    drop(page, data, name)
    expect_page(page, 1, "city 2")
    expect(page.locator("#transfer")).to_be_hidden()


@pytest.fixture
def two(site: Site, window: Open) -> Two:
    """Somebody has dropped a table of 250 rows, and somebody else has opened the link."""
    one = window(site.first_page)
    bring(one, table(250))
    expect(one).to_have_url(re.compile(r"/parser/[0-9a-f-]{36}\?page_no=1&version=1$"))
    other = window(link(one))
    expect_page(other, 1, "city 2")
    return one, other


@THROUGH_NGINX
def test_both_turn_the_page_and_both_see_it(two: Two) -> None:
    one, other = two
    one.get_by_role("button", name="Next page").click()
    for page in two:
        expect_page(page, 2, "city 101")
    expect(one.locator("#live")).to_contain_text("page 2 of 3")
    expect(other.locator("#live")).to_contain_text("turned to page 2")
    other.locator("#page").fill("3")
    other.locator("#page").press("Enter")
    for page in two:
        expect_page(page, 3, "city 201")
    expect(one.locator("#told")).to_contain_text("turned to page 3")
    other.get_by_role("button", name="First page").click()
    for page in two:
        expect_page(page, 1, "city 2")
    one.get_by_role("button", name="Last page").click()
    for page in two:
        expect_page(page, 3, "city 201")
    other.get_by_role("button", name="Previous page").click()
    for page in two:
        expect_page(page, 2, "city 101")


def test_keys_turn_pages_but_not_while_one_is_typing_and_not_beyond_the_last(two: Two) -> None:
    one, other = two
    one.locator("#page").fill("9")
    one.locator("#page").press("Enter")
    expect(one.locator("#told")).to_contain_text("page 9")
    expect_page(other, 1, "city 2")
    expect(other.locator("#told")).to_be_hidden()

    one.locator("#grid").focus()
    one.keyboard.press("]")
    for page in two:
        expect_page(page, 2, "city 101")
    one.keyboard.press("g")
    for page in two:
        expect_page(page, 1, "city 2")
    other.locator("#page").focus()
    other.keyboard.type("]g")
    expect_page(one, 1, "city 2")


def test_both_see_the_file_until_there_is_another_one_and_who_is_here(two: Two) -> None:
    one, other = two
    for page in two:
        expect(page.locator("#name")).to_have_text("cities.tsv")
        expect(page.locator("#facts")).to_contain_text("250 rows")
        expect(page.locator("#facts")).to_contain_text("3 columns")
        for guess in ("tab", "UTF-8", "quotes are text", "header in row 1"):
            expect(page.locator("#strip")).to_contain_text(guess)
        expect(page.get_by_role("columnheader", name="number")).to_be_visible()
        expect(cell(page, "002")).to_be_visible()  # a cell is the text that stood in the file
        expect(cell(page, "1e5")).to_be_visible()
        expect(page.get_by_role("rowheader", name="2", exact=True)).to_be_visible()

    with urlopen(link(one) + "/download") as answer:
        assert answer.read() == table(250)

    drop(one, b"PK\x03\x04 not a table", "book.xlsx")
    expect(one.locator("body")).to_contain_text("ZIP archive")
    for page in two:
        expect_page(page, 1, "city 2")

    one.get_by_role("button", name="Next page").click()
    expect_page(other, 2, "city 101")
    other.evaluate("window.isStillTheSamePage = true")
    drop(one, table(120, name="river"), "rivers.tsv")
    for page in two:
        expect_page(page, 1, "river 2")
        expect(page.locator("#name")).to_have_text("rivers.tsv")
        expect(page.locator("#facts")).to_contain_text("version 2")
    assert other.evaluate("window.isStillTheSamePage")

    for page in two:
        expect(page.locator("#people-summary")).to_be_visible()
    other.locator("#people-summary").click()
    other.get_by_label("Your name").fill("Ada <b>")
    other.get_by_label("Your name").press("Enter")
    one.locator("#people-summary").click()
    expect(one.locator("#people-list")).to_contain_text("Ada <b>")
    other.context.close()
    expect(one.locator("#people-list")).not_to_contain_text("Ada <b>")


def test_the_link_is_copied_by_a_button(site: Site, window: Open) -> None:
    page = window(site.first_page, permissions=["clipboard-read", "clipboard-write"])
    bring(page, table(5))
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("navigator.clipboard.readText()") == link(page)


def test_a_file_can_be_chosen_and_text_can_be_pasted(site: Site, window: Open, tmp_path: Path) -> None:
    (tmp_path / "chosen.tsv").write_bytes(table(7))
    page = window(site.first_page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(tmp_path / "chosen.tsv")
    expect(page.locator("#name")).to_have_text("chosen.tsv")
    expect_page(page, 1, "city 7")

    page.goto(site.first_page)
    expect_scripts(page)
    page.get_by_role("button", name="Paste text").click()
    page.locator("#paste-text").fill("a\tb\n1\t2")
    page.get_by_role("button", name="Show").click()
    expect(cell(page, "2")).to_be_visible()


def test_the_samples_are_tables(site: Site, window: Open) -> None:
    page = window(site.first_page)
    for number in range(3):
        page.goto(site.first_page)
        expect_scripts(page)
        page.locator("[data-sample]").nth(number).click()
        expect(page.locator("#facts")).to_contain_text("rows")
        expect(page.locator("#link")).to_contain_text("live")


def test_cells_of_html_and_script_are_only_text(site: Site, window: Open) -> None:
    nasty = ["<script>window.hacked = 1</script>", "<img src=x onerror='window.hacked = 1'>", "javascript:alert(1)"]
    data = "\t".join(nasty) + "\n" + "\t".join(f"{text}2" for text in nasty) + "\n"
    page = window(site.first_page)
    drop(page, data.encode(), "<img src=x onerror='window.hacked=1'>.tsv")
    for text in nasty:
        expect(page.get_by_text(f"{text}2", exact=True)).to_be_visible()
        expect(page.get_by_role("columnheader").get_by_text(text, exact=True)).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#grid img, #grid script, #grid a, #name img").count() == 0


def test_what_cannot_be_shown_is_told_in_one_sentence(site: Site, window: Open) -> None:
    page = window(site.first_page)
    drop(page, b"", "nothing.tsv")
    expect(page.get_by_role("alert")).to_contain_text("empty")
    drop(page, b"\x89PNG\r\n\x1a\n", "picture.png")
    expect(page.get_by_role("alert")).to_contain_text("PNG image")
    expect(page).to_have_url(site.first_page)
    page.goto(f"{site.first_page}3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11")
    expect(page.locator("body")).to_contain_text("There is no table at this address")


@THROUGH_NGINX
def test_the_first_page_is_there_while_the_file_still_comes(site: Site, window: Open, tmp_path: Path) -> None:
    big = tmp_path / "big.tsv"
    big.write_bytes(table(200_000))
    one = window()
    upload = HeldUpload(one, chunks=2)
    one.goto(site.first_page)
    with one.expect_file_chooser() as chooser:
        one.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(big)
    expect_page(one, 1, "city 2")
    other = window(one.url)
    expect_page(other, 1, "city 2")
    rows = r"([\d,]+) rows"

    def count() -> int:
        found = re.search(rows, other.locator("#facts").inner_text())
        return int(found[1].replace(",", "")) if found else 0

    assert 100 <= count() < 200_000
    upload.let_go()
    for page in (one, other):
        expect(page.locator("#facts")).to_contain_text("200,000 rows", timeout=60_000)


@THROUGH_NGINX
def test_an_upload_goes_on_after_a_reload(site: Site, window: Open, tmp_path: Path) -> None:
    big = tmp_path / "big.tsv"
    big.write_bytes(table(200_000))
    page = window()
    upload = HeldUpload(page, chunks=12)
    page.goto(site.first_page)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    slow.send("Network.emulateNetworkConditions", limits)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(big)
    expect_page(page, 1, "city 2")
    expect(page.locator("#transfer-words")).to_contain_text("/s")
    page.on("dialog", lambda dialog: dialog.accept())  # leave it?
    page.reload()
    expect_page(page, 1, "city 2")
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data)[:60])))
    slow.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
    upload.forget()
    left = "big.tsv was not uploaded to its end: drop or choose the same file again to go on."
    expect(page.locator("#transfer")).to_contain_text(left)
    tab = page.context.new_page()  # as after the first one was closed
    tab.goto(link(page))
    expect(tab.locator("#transfer")).to_contain_text(left)
    tab.get_by_role("button", name="Close").click()
    expect(tab.locator("#transfer")).to_be_hidden()
    tab.close()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose the file").click()
    chooser.value.set_files(big)
    expect(page.locator("#facts")).to_contain_text("200,000 rows", timeout=60_000)
    expect(page.locator("#facts")).not_to_contain_text("so far", timeout=60_000)
    assert any('"type":"resume"' in frame for frame in sent), "it went on where it was"
    assert urlopen(f"{link(page)}/download").read() == big.read_bytes()


def test_an_upload_is_paused_and_goes_on_where_it_was(site: Site, window: Open, tmp_path: Path) -> None:
    big = tmp_path / "big.tsv"
    big.write_bytes(table(200_000))
    page = window()
    upload = HeldUpload(page, chunks=12)
    page.goto(site.first_page)
    lines: list[WebSocket] = []
    page.on("websocket", lambda line: lines.append(line) if line.url.endswith("/upload") else None)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    slow.send("Network.emulateNetworkConditions", limits)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(big)
    expect_page(page, 1, "city 2")
    expect(page.locator("#transfer-words")).to_contain_text("left")
    with lines[0].expect_event("close"):
        page.get_by_role("button", name="Pause").click()
    expect(page.locator("#transfer-words")).to_contain_text("paused")
    slow.send("Network.emulateNetworkConditions", {**limits, "uploadThroughput": -1})
    upload.forget()
    sent: list[str] = []
    page.on("websocket", lambda line: line.on("framesent", lambda data: sent.append(str(data)[:60])))
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#transfer")).to_be_hidden()
    assert any('"type":"resume"' in frame for frame in sent)
    assert urlopen(f"{link(page)}/download").read() == big.read_bytes()


@THROUGH_NGINX_TOO
def test_everyone_comes_back_after_the_server_does(two: Two, site: Site) -> None:
    one, other = two
    other.get_by_role("button", name="Next page").click()
    expect_page(one, 2, "city 101")
    site.server.terminate()
    for page in two:
        expect(page.locator("#link")).not_to_contain_text("live")
        expect(page.locator("body")).to_contain_text(re.compile("gone|lost|trying", re.I))
        expect(cell(page, "city 101")).to_be_visible()
    site.server.start()
    for page in two:
        expect(page.locator("#link")).to_contain_text("live", timeout=40_000)
        expect_page(page, 2, "city 101")
    one.get_by_role("button", name="Last page").click()
    for page in two:
        expect_page(page, 3, "city 201")


def test_no_cell_of_a_narrow_table_is_cut_on_any_page(site: Site, window: Open) -> None:
    page = window(site.first_page)
    page.locator("[data-sample='numbers.tsv']").click()
    for first in ("2", "101", "201"):
        expect(page.get_by_role("rowheader", name=first, exact=True)).to_be_visible()
        cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
        assert page.locator("#grid tbody td").evaluate_all(cut) == []
        page.locator("#grid").focus()
        page.keyboard.press("]")


def test_a_phone_shows_the_table_and_its_pager(site: Site, window: Open) -> None:
    page = window(site.first_page, viewport={"width": 360, "height": 700})
    bring(page, table(250))
    page.get_by_role("button", name="Next page").click()
    expect_page(page, 2, "city 101")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_file_that_was_read_wrong_is_read_again_for_everyone(site: Site, window: Open) -> None:
    one = window(site.first_page)
    drop(one, b'## of 1912\n#city,people\nOslo,709037\n"Rome",2873\n', "cities.csv")
    expect(one).to_have_url(re.compile(r"/parser/[0-9a-f-]{36}"))
    other = window(link(one))
    expect(cell(other, "709037")).to_be_visible()
    other.get_by_role("button", name="header in row 2").click()
    other.locator("#dialect-delimiter").select_option("pipe")
    other.get_by_role("button", name="Apply").click()
    for page in (one, other):
        expect(cell(page, "Oslo,709037")).to_be_visible()
    expect(one.get_by_text("The import options have changed").first).to_be_visible()
