"""The menu of cells and row numbers, by mouse, by keys and under a finger."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_copying import CELLS, number, opened, told
from tests.browser.test_reading_together import cell, table
from tests.browser.test_touch import REST_S, Finger, middle
from tests.browser.test_wide import choose, header, wide
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

FOCUSED = "document.activeElement.textContent"


def menu(page: Page) -> Locator:
    return page.get_by_role("menu")


def item(page: Page, name: str) -> Locator:
    return menu(page).get_by_role("menuitem", name=name)


def test_a_cell_has_a_menu_under_the_mouse(site: Site, window: Open) -> None:
    page = opened(site, window, table(250))
    cell(page, "city 5").click(button="right")
    expect(page.locator(CELLS)).to_have_text(["city 5"])
    item(page, "copy with column names").click()
    expect(menu(page)).to_be_hidden()
    expect(told(page)).to_have_text("Copied: 1 row, 1 column")
    assert page.evaluate("navigator.clipboard.readText()") == "city\ncity 5"
    cell(page, "006").click(button="right")
    item(page, "show the row as a record").click()
    expect(page.locator("#record")).to_contain_text("Row 6")
    cell(page, "city 7").click()
    cell(page, "008").click(modifiers=["Shift"])
    cell(page, "city 8").click(button="right")
    expect(page.locator(CELLS)).to_have_count(4)
    expect(menu(page).get_by_role("menuitem")).to_have_count(5)  # what is to be done with all of them
    page.locator("#grid").hover()
    page.mouse.wheel(0, 300)
    expect(menu(page)).to_be_hidden()
    number(page, 20).click(button="right")
    item(page, "copy the selection").click()
    expect(told(page)).to_have_text("Copied: 1 row, 3 columns")
    cell(page, "1e21").click(button="right")
    item(page, "hide the column").click()
    expect(page.get_by_role("columnheader", name="text")).to_have_count(0)
    prevented = """cell => !cell.dispatchEvent(
        new MouseEvent("contextmenu", { bubbles: true, cancelable: true, shiftKey: true })
    )"""
    assert not cell(page, "city 21").evaluate(prevented)  # the browser's own menu


def test_the_menu_of_a_column_copies_it_and_those_selected_with_it(site: Site, window: Open) -> None:
    page = opened(site, window, b"a\tb\tc\n1\t2\t3\n4\t5\t6\n")
    cell(page, "4").click()
    choose(page, "b", "Copy the column with its name")
    expect(told(page)).to_have_text("Copied: 3 rows, 1 column")
    expect(page.locator(CELLS)).to_have_text(["4"])
    choose(page, "c", "Copy a link to the column")
    expect(told(page)).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("#col=3")
    expect(page.locator(CELLS)).to_have_text(["4"])
    header(page, "b").click()
    header(page, "c").click(modifiers=["Shift"])
    choose(page, "b", "Copy the selection")
    expect(told(page)).to_have_text("Copied: 3 rows, 2 columns")
    assert page.evaluate("navigator.clipboard.readText()") == "b\tc\n2\t3\n5\t6"
    page.set_viewport_size({"width": 640, "height": 400})
    header(page, "c").click(button="right")
    columns = page.locator("#column-menu")
    expect(columns.locator("hr")).to_have_count(6)
    box = columns.bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 400
    columns.get_by_label("Read as").scroll_into_view_if_needed()
    expect(columns.get_by_label("Read as")).to_be_in_viewport(ratio=1)


def test_keys_open_a_menu_and_walk_in_it(site: Site, window: Open) -> None:
    page = opened(site, window, wide(30))
    cell(page, "4.2").click()
    for key in ("Shift+F10", "ContextMenu"):
        page.keyboard.press(key)
        expect(item(page, "copy the selection")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(item(page, "copy with column names")).to_be_focused()
        page.keyboard.press("End")
        expect(item(page, "wrap the column")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(item(page, "copy the selection")).to_be_focused()
        page.keyboard.press("p")
        expect(item(page, "pin the column")).to_be_focused()
        page.keyboard.press("Escape")
        expect(menu(page)).to_be_hidden()
        assert page.evaluate(FOCUSED) == "4.2"
        expect(page.locator(CELLS)).to_have_text(["4.2"])
    page.keyboard.press("Shift+F10")
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator("#grid tbody [data-pinned]").first).to_have_text("2.2")
    page.keyboard.press("Shift+F10")
    expect(item(page, "unpin the column")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "4.2"


def test_on_a_mac_the_meta_key_adds_and_the_control_key_asks_for_the_menu(site: Site, window: Open) -> None:
    page = window()
    page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' })")
    page.goto(site.first_page + put(site.server, table(250)))
    expect_loaded(page)
    cell(page, "city 5").click()
    cell(page, "007").click(modifiers=["Meta"])
    expect(page.locator(CELLS)).to_have_text(["city 5", "007"])
    cell(page, "008").click(modifiers=["Control"])
    expect(page.locator(CELLS)).to_have_text(["city 5", "007"])
    cell(page, "008").dispatch_event("contextmenu", {"ctrlKey": True})  # as the browser does there
    expect(item(page, "show the row as a record")).to_be_visible()
    expect(page.locator(CELLS)).to_have_text(["008"])


def hold(page: Page, place: Locator, opened: Locator) -> None:
    """Rest a finger until a menu is open. Some browsers ask for one themselves then, others do not."""
    finger = Finger(page)
    finger.do("touchStart", middle(place))
    expect(opened).to_be_visible()
    focused = page.evaluate(FOCUSED)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) != focused
    focused = page.evaluate(FOCUSED)
    place.dispatch_event("contextmenu")
    finger.do("touchEnd", after_s=REST_S)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(opened).to_be_visible()
    assert page.evaluate(FOCUSED) == focused, "it is opened once"


def test_a_finger_that_rests_opens_a_menu(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, table(250))
    phone = {"width": 360, "height": 700}
    page = window(link, viewport=phone, has_touch=True, is_mobile=True)
    expect_loaded(page)
    columns = page.locator("#column-menu")
    hold(page, header(page, "number"), columns)
    page.locator("#facts").tap()
    expect(columns).to_be_hidden()
    hold(page, number(page, 4), menu(page))
    page.locator("#facts").tap()
    expect(menu(page)).to_be_hidden()
    hold(page, cell(page, "006"), menu(page))
    box = menu(page).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= phone["width"]
    item(page, "show the row as a record").tap()
    expect(page.locator("#record")).to_contain_text("Row 6")
