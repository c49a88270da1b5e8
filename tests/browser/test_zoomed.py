"""Little room, as at 200 % zoom: every control of the header, the strip and the foot stays within reach."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import expect_page
from tests.browser.test_steady import TWO_FRAMES
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

SIZES = {1440: 900, 1024: 700, 720: 450, 640: 400, 360: 640}

OUT_OF_REACH = """() => [...document.querySelectorAll(
  ':is(.head, .transfer, .strip, .foot) :is(a, button, summary, input, output, #link, #pages, #range, .chip, h1)'
)].filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, .menu > div,'
  + ' .people-panel, .drawer-panel, [popover]') && element.getBoundingClientRect().width > 1).flatMap(element => {
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const x = Math.min((left + right) / 2, left + 40)
  const hit = document.elementFromPoint(x, (top + bottom) / 2)
  const isWithin = left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5
  const isHit = hit && (element.contains(hit) || hit.contains(element))
  const name = element.id || element.textContent || element.dataset.step
  return isWithin && isHit ? [] : [`${name}: ${Math.round(left)}-${Math.round(right)}, ${Math.round(top)}`
    + `-${Math.round(bottom)}, on it: ${hit?.id || hit?.className || hit?.tagName}`]
})"""
"""List the controls that leave the window, or have something else above them."""


def busy(site: Site, window: Open, locale: str) -> Page:
    """A window in which there is a lot to see: people, versions, notes, a search, a selected row, a page far behind."""
    data = b"##by a survey\ncity\tcountry\tnumber\n" + b"a city\tC\t7\n" * 1_200_000 + b"lonely\n"
    uuid = put(site.server, data[:9_000], "a-table-with-a-name-that-is-quite-long-for-a-table.tsv")
    ask(site.server, "PUT", f"/parser/{uuid}", data)
    page = window(f"{site.base}/parser/{uuid}", locale=locale)
    expect_loaded(page)
    window(f"{site.base}/parser/{uuid}")
    expect(page.locator("#people-summary .avatar:not(.me):not(.all)")).to_have_count(1)
    page.locator("#alone").click()
    page.locator("[data-step=last]").click()
    expect_page(page, 12_001, "lonely")
    page.keyboard.press("/")
    page.keyboard.type("city")
    expect(page.locator("#found")).not_to_be_empty()
    page.locator("#grid tbody th").first.click()
    expect(page.locator("#foot [data-act=doHeader]")).to_be_visible()
    return page


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_control_is_within_reach(site: Site, window: Open, locale: str) -> None:
    page = busy(site, window, locale)
    found = {}
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(TWO_FRAMES)  # some parts are placed in the next one
        found[width] = page.evaluate(OUT_OF_REACH)
        assert page.locator("#page").evaluate("field => field.scrollWidth <= field.clientWidth")
        grid = page.locator("#grid").bounding_box()
        assert grid is not None
        assert grid["height"] > height / 3
    assert found == {width: [] for width in SIZES}
