"""Settings change the page that stands: nothing is loaded again, and nothing that was begun is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.held import HeldUpload
from tests.browser.test_reading_together import bring, cell, drop, table
from tests.browser.windows import expect_loaded, intercept
from tests.edges.talk import put

TEXTS = """() => {
    const texts = []
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest("noscript, #live, #told, #grid")) continue
        const where = element.id || `${element.localName} in ${element.closest("[id]")?.id}`
        for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "label", "lang", "data-widest"]) {
            if (element.hasAttribute(name)) texts.push(`${where} ${name}: ${element.getAttribute(name)}`)
        }
        for (const { nodeType, data } of element.childNodes) {
            if (nodeType === Node.TEXT_NODE && data.trim()) texts.push(`${where}: ${data.trim()}`)
        }
    }
    return texts
}"""
"""Every text and every text in an attribute, with its place."""


TOP = "cell => cell.getBoundingClientRect().top"


def choose(page: Page, *choices: str) -> None:
    for choice in choices:
        page.locator("#settings").get_by_text(choice, exact=True).click()
        expect(page.locator("#settings :checked + span", has_text=choice)).to_have_count(1)
        expect(page.locator("#settings form")).to_be_visible()


def expect_all_to_be_seen(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#grid")).to_have_css("background-color", "rgb(20, 23, 26)")
    body_cell = cell(page, "city 41")
    expect(body_cell).to_have_css("height", "25px")
    expect(body_cell).to_have_css("font-size", "15px")
    expect(body_cell).to_have_css("font-family", re.compile("monospace"))
    expect(page.get_by_role("button", name="复制链接")).to_be_visible()


def test_settings_change_what_is_seen_while_all_that_was_begun_goes_on(site: Site, window: Open) -> None:
    page = window()
    upload = HeldUpload(page, 0)
    upload.forget()
    page.goto(site.first_page)
    bring(page, table(250))
    expect_loaded(page)
    upload = HeldUpload(page, 0)
    page.evaluate("document.begun = true")
    drop(page, table(250, name="town"))
    expect(page.locator("#transfer")).to_be_visible()
    page.locator("#talk-button").click()
    page.locator("#talk-text").fill("half a sent")
    page.locator("#find").fill("city 9")
    expect(page.locator("#found")).to_have_text("1 of 11")
    page.locator("#reading").click()
    page.locator("#dialect-encoding").select_option("cp1250")
    width = cell(page, "city 41").evaluate("cell => cell.offsetWidth")
    page.locator("#grid").evaluate("grid => grid.scrollTo(0, 39 * 27)")
    first = cell(page, "city 41").evaluate(TOP)
    page.locator("#talk-allowing label").evaluate("label => label.prepend('3 readers: ')")
    page.locator("#settings summary").click()
    choose(page, "Dark", "Compact", "Monospace", "Large", "中文")
    expect_all_to_be_seen(page)
    assert cell(page, "city 41").evaluate("cell => cell.offsetWidth") > width, "it is fitted to larger letters"
    assert cell(page, "city 41").evaluate(TOP) == pytest.approx(first, abs=12), "the same row is the first in sight"
    expect(page.locator("#found")).to_have_text("第 1 处，共 11 处")
    expect(page.locator("#talk-text")).to_have_value("half a sent")
    expect(page.locator("#talk-allowing label")).to_have_text("3 readers: 只读访客可以聊天")
    expect(page.locator("#dialect-encoding")).to_have_value("cp1250")
    expect(page.locator("#settings :focus")).to_have_value("zh")
    upload.let_go()
    expect(page.locator("#facts")).to_contain_text("第 2 版")
    assert page.evaluate("document.begun"), "nothing was loaded again"


def test_another_language_has_every_text_as_if_it_had_come_with_the_page(site: Site, window: Open) -> None:
    notes = b"##source=survey\n#CHROM\tPOS\tID\n" + b"1\t100\tr\xff\n\n" + b"1\t200\trs2\n" * 40
    url = f"{site.first_page}{put(site.server, notes)}"
    page = window(url)
    other = window(url)
    expect_loaded(page)
    other.keyboard.press("t")
    other.locator("#talk-text").fill("hello")
    other.locator("#talk-text").press("Enter")
    page.locator("#talk-button").click()
    expect(page.locator("#talk-lines .message")).to_be_visible()
    page.locator("#settings summary").click()
    left = "panel => panel.getBoundingClientRect().left"
    before = page.locator("#look").evaluate(left)
    choose(page, "中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.locator("#look").evaluate(left) == pytest.approx(before, abs=1)  # it stays under the hand
    translated = page.evaluate(TEXTS)
    page.reload()
    expect_loaded(page)
    expect(page.locator("#talk-lines .message")).to_be_visible()
    expect(page.locator("#link")).to_have_attribute("data-status", "live")
    expect(page.locator("#people-list li")).to_have_count(2)
    assert translated == page.evaluate(TEXTS)
    page.locator("#settings summary").click()
    choose(page, "English", "中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.evaluate(TEXTS) == translated


def test_the_server_is_told_the_language_that_was_chosen(site: Site, window: Open) -> None:
    uuid = put(site.server, table(250))
    put(site.server, table(250), uuid)
    page = window()
    with page.expect_websocket() as opened:
        page.goto(site.first_page + uuid)
    expect_loaded(page)
    page.locator("#settings summary").click()
    with opened.value.expect_event("framesent", lambda frame: '"language":"zh-CN"' in str(frame)):
        choose(page, "中文")
    page.context.clear_cookies()  # as where none may be kept
    with page.expect_request("**/versions") as asked:
        page.locator("#versions").click()
    assert asked.value.all_headers()["accept-language"] == "zh-CN"


@pytest.mark.parametrize("missing", ["**/parser/", "**/js/rare.js"])
def test_without_the_server_the_language_stays(site: Site, window: Open, missing: str) -> None:
    page = window(site.first_page)
    expect_loaded(page)
    intercept(page, missing, lambda route: route.abort("connectionrefused"))
    page.locator("#settings summary").click()
    page.locator("#settings").get_by_text("中文").click()
    expect(page.locator("#start-sentence")).to_have_text("The server cannot be reached.")
    expect(page.locator("#settings").get_by_label("English")).to_be_checked()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.unroute(missing)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_without_scripts_the_settings_load_the_page_again(site: Site, window: Open) -> None:
    page = window(f"{site.first_page}{put(site.server, table(250))}", java_script_enabled=False)
    page.locator("#settings summary").click()
    for choice in ("Dark", "Large", "中文"):
        page.locator("#settings").get_by_text(choice, exact=True).click()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#grid")).to_have_css("background-color", "rgb(20, 23, 26)")
    expect(page.get_by_role("cell", name="city 2", exact=True)).to_have_css("font-size", "15px")
    assert "?" not in page.url
