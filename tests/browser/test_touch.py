"""Fingers on the table, as a touch screen reports them."""

import time

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, expect_page, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

SIZES = {"phone": {"width": 360, "height": 700}, "tablet": {"width": 1024, "height": 768}}
STEP_S, REST_S = 0.016, 0.5
SELECTED = "#grid td[aria-selected]"


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, site: Site, window: Open) -> Page:
    """A table of 250 rows and three columns under a finger."""
    clipboard = ["clipboard-read", "clipboard-write"]
    link = site.first_page + put(site.server, table(250))
    page = window(link, viewport=SIZES[request.param], has_touch=True, is_mobile=True, permissions=clipboard)
    expect_page(page, 1, "city 2")
    expect_loaded(page)
    return page


class Finger:
    """One finger on the screen."""

    def __init__(self, page: Page) -> None:
        self._time = time.time()
        self._session: CDPSession = page.context.new_cdp_session(page)

    def do(self, kind: str, *points: tuple[float, float], after_s: float = 0.0) -> None:
        """Begin, move or end; as if some time had passed since the last."""
        self._time += after_s or STEP_S
        touches = [{"x": x, "y": y} for x, y in points]
        told = {"type": kind, "touchPoints": touches, "timestamp": self._time}
        self._session.send("Input.dispatchTouchEvent", told)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        self.do("touchStart", start)
        for step in range(1, steps + 1):
            self.do("touchMove", *[tuple(a + (b - a) * step / steps for a, b in zip(start, end, strict=True))])  # type: ignore[arg-type]
        # It comes to rest: what is thrown is still under way at the next tap.
        self.do("touchMove", end, after_s=REST_S)
        self.do("touchEnd")


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_handle_of_a_tapped_cell_selects_a_range_that_is_copied(page: Page) -> None:
    cell(page, "city 3").tap()
    expect(page.locator(SELECTED)).to_have_count(1)
    Finger(page).drag(middle(page.locator(".handle")), middle(cell(page, "006")))
    expect(page.locator(SELECTED)).to_have_count(8)
    Finger(page).drag(middle(page.locator(".handle")), middle(cell(page, "004")))
    expect(page.locator(SELECTED)).to_have_count(4)
    expect(page.locator("#page")).to_have_value("1")  # it was no swipe
    page.locator("#copy-cells").tap()
    expect(page.locator("#told")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "city 3\t003\ncity 4\t004"


def test_rows_are_selected_from_their_numbers(page: Page) -> None:
    page.get_by_role("rowheader", name="3", exact=True).tap()
    expect(page.locator(SELECTED)).to_have_count(3)
    x, y = middle(page.locator(".handle"))
    Finger(page).drag((x, y), (x, y + 40))
    expect(page.locator(SELECTED)).to_have_count(9)


def test_what_is_selected_goes_on_where_the_finger_leaves_the_table(page: Page) -> None:
    cell(page, "city 3").tap()
    x, y = middle(page.locator(".handle"))
    x -= 12
    box = page.locator("#grid").bounding_box()
    assert box
    finger = Finger(page)
    finger.do("touchStart", (x, y))
    finger.do("touchMove", (x, y + 40))
    finger.do("touchMove", (x, box["y"] + box["height"] + 20))
    expect(cell(page, "city 100")).to_be_in_viewport()
    expect(page.locator(SELECTED)).to_have_count(98)
    finger.do("touchEnd")


def test_a_finger_on_the_cells_scrolls_and_swipes(page: Page) -> None:
    cell(page, "city 3").tap()
    x, y = middle(page.locator("#grid"))
    Finger(page).drag((x, y + 150), (x, y - 150))
    page.wait_for_function("() => document.querySelector('#grid').scrollTop > 100")
    expect(page.locator(SELECTED)).to_have_count(1)
    page.locator("#grid").evaluate("grid => { grid.scrollLeft = grid.scrollWidth }")
    Finger(page).drag((x + 90, y), (x - 90, y))
    expect_page(page, 2, "city 101")


def test_what_fingers_can_do_is_said_and_every_command_is_within_reach(page: Page) -> None:
    page.locator("#settings summary").tap()
    page.get_by_role("button", name="Shortcuts and gestures").tap()
    expect(page.locator("#keys")).to_contain_text("drag the round handle")
    page.locator("#settings summary").tap()
    page.get_by_role("button", name="All commands").tap()
    page.get_by_role("option", name="select the page").tap()
    expect(page.locator(SELECTED)).to_have_count(297)  # and the three names


def test_hands_with_a_mouse_have_no_handle(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, table(250)))
    cell(page, "city 3").click()
    expect(page.locator(SELECTED)).to_have_count(1)
    expect(page.locator(".handle")).to_have_count(0)
    expect(page.locator("#copy-cells")).to_be_hidden()
