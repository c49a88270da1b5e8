"""Every control says what it does, and by which key, under the mouse and under the keyboard's focus."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

FOCUSED = """() => {
    const control = document.activeElement
    const tip = document.querySelector("#tip:popover-open")
    const isControl = control.matches("button, a, summary, input, select, textarea, [role=slider]")
    if (!isControl || control.matches(".skip, #grid *")) return null
    const rows = [...document.querySelectorAll("#keys-list [data-controls]")]
    const row = rows.find(({ id, dataset }) => control.dataset.act === id
        || (dataset.controls && control.matches(dataset.controls)))
    return {
        control: control.id || control.outerHTML.slice(0, 80),
        says: tip?.textContent ?? "",
        isPlain: !control.closest(".head, .strip, .foot, #start")
            && (control.labels?.[0] ?? control).textContent.trim() !== "",
        keys: [...(row?.querySelectorAll("kbd") ?? [])].map(key => key.textContent),
    }
}"""
"""The control that has the focus, what its tooltip says, and the keys that the list has for it.

Within a panel, words on the control are enough.
"""


def walk(page: Page) -> dict[str, list[str]]:
    """Go by Tab through the whole page, and demand a tooltip of every control. Returns the keys of each."""
    found: dict[str, list[str]] = {}
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            continue
        if focused["control"] in found:
            return found
        assert focused["says"] or focused["isPlain"], focused
        assert all(key in focused["says"] for key in focused["keys"]), focused
        found[focused["control"]] = focused["keys"]
    raise AssertionError("The focus does not come round.")


def test_every_control_around_a_table_tells_its_key(site: Site, window: Open) -> None:
    uuid = put(site.server, table(250))
    ask(site.server, "PUT", f"/parser/{uuid}", table(250))
    page = window(f"{site.first_page}{uuid}?page_no=2")
    window(page.url)
    expect_loaded(page)
    cell(page, "city 102").click()
    page.keyboard.press("Enter")
    page.keyboard.press("t")
    page.locator("#alone").click()
    expect(page.locator("#look-here")).to_be_visible()
    found = walk(page)
    assert len(found) > 25
    assert {"]", "["} <= {key for keys in found.values() for key in keys}
    assert found["talk-button"] == ["t"]
    assert found["look-here"] == ["."]
    assert found["find"] == ["/"]
    assert found["talk-close"] == ["Esc"]


def test_every_control_of_the_start_screen_has_a_tooltip(site: Site, window: Open) -> None:
    page = window(site.first_page)
    expect_loaded(page)
    assert len(walk(page)) > 6


def test_a_mouse_that_rests_is_told_and_one_that_passes_is_not(site: Site, window: Open) -> None:
    page = window()
    page.clock.install()
    page.goto(f"{site.first_page}{put(site.server, table(250))}")
    expect_loaded(page)
    tip = page.locator("#tip")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # a busy machine would let a tip come before its time
    following = page.get_by_role("button", name="Next page")
    following.hover()
    page.clock.run_for(400)
    page.locator("#grid").hover()
    page.clock.run_for(1000)
    expect(tip).to_be_hidden()
    page.locator("#replace").hover()
    page.clock.run_for(600)
    expect(tip).to_have_text("Show a new version to everyone here")
    expect(page.locator("#replace")).to_have_attribute("title", "")  # the browser says nothing beside it
    expect(page.locator("#replace")).to_have_attribute("aria-description", "Show a new version to everyone here")
    following.hover()
    page.clock.run_for(600)
    expect(tip).to_contain_text("]")
    tip.hover()
    page.clock.run_for(1000)
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
