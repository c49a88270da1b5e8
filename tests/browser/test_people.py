"""Several people at one table: together, alone, and after each other."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.line import line_to
from tests.browser.test_hands import swipe
from tests.browser.test_reading_together import cell, drop, expect_page, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

Three = tuple[Page, Page, Page]

SELECTED = "#grid td[aria-selected=true]"


def named(window: Open, url: str, name: str, *, keeps_time: bool = False) -> Page:
    """A window of somebody who has chosen a name before; one that keeps time can be told that some has passed."""
    page = window()
    if keeps_time:
        page.clock.install()
    page.add_init_script(f"localStorage.setItem('pagecast.name', {name!r}); localStorage.setItem('pagecast.asked', 1)")
    page.goto(url)
    return page


def gathered(site: Site, window: Open, *names: str) -> list[Page]:
    """The windows of people who have opened the link to a table of 950 rows."""
    link = site.first_page + put(site.server, table(950))
    pages = [named(window, link, name) for name in names]
    for page in pages:
        expect_page(page, 1, "city 2")
        expect(page.locator("#link")).to_contain_text("live")
    return pages


@pytest.fixture
def three(site: Site, window: Open) -> Three:
    otter, heron, newt = gathered(site, window, "Otter", "Heron", "Newt")
    return otter, heron, newt


def turn(page: Page, button: str = "Next page") -> None:
    page.get_by_role("button", name=button).click()


def scroll_on(page: Page, key: str) -> None:
    """Press a key that scrolls on, at the end of the page."""
    page.locator("#grid").focus()
    page.keyboard.press("Control+ArrowDown")
    page.keyboard.press(key)


def test_who_browses_alone_reads_on_and_comes_back_to_where_the_room_is(three: Three) -> None:
    otter, heron, newt = three
    heron.get_by_role("switch", name="Read on my own").click()
    turn(heron, "Last page")
    expect_page(heron, 10, "city 901")
    turn(otter)
    for page in (otter, newt):
        expect_page(page, 2, "city 101")
    expect(heron.locator("#away")).to_contain_text("Room: page 2")
    expect_page(heron, 10, "city 901")
    otter.locator("#people-summary").click()
    expect(otter.get_by_role("button", name="Heron")).to_contain_text("page 10")
    expect(otter.locator("#rail-people i")).to_have_count(2)
    heron.reload()
    expect_page(heron, 10, "city 901")
    expect(heron.locator("#away")).to_contain_text("Room: page 2")
    heron.get_by_role("button", name="Rejoin").click()
    expect_page(heron, 2, "city 101")
    turn(heron)
    for page in three:
        expect_page(page, 3, "city 201")


def test_a_turn_can_be_taken_back_for_all_or_left_to_the_others(three: Three) -> None:
    otter, heron, newt = three
    turn(otter)
    turn(otter)
    for page in (heron, newt):
        expect(page.locator("#told")).to_contain_text("Otter turned to page 3")
    newt.locator("#told").get_by_role("button", name="Read on my own").click()
    expect_page(newt, 1, "city 2")
    heron.locator("#told").get_by_role("button", name="Turn back for everyone").click()
    for page in (otter, heron):
        expect_page(page, 1, "city 2")
    turn(otter)
    expect(newt.locator("#away")).to_contain_text("Room: page 2")
    expect_page(newt, 1, "city 2")


def test_scrolling_on_moves_nobody_else_until_they_are_brought_along(three: Three) -> None:
    otter, heron, newt = three
    for page in three:
        expect_loaded(page)
        expect(page.locator("#people-summary")).to_have_attribute("aria-label", re.compile("^3 "))
        expect(page.locator("#gather")).to_be_hidden()
    scroll_on(heron, "ArrowDown")
    expect_page(heron, 2, "city 101")
    swipe(newt, (300, 300), (150, 310))
    expect_page(newt, 2, "city 101")
    expect_page(otter, 1, "city 2")
    for page in (heron, newt):
        expect(page.locator("#away")).to_contain_text("Room: page 1")
        expect(page.locator("#gather")).to_have_text("Bring everyone here")

    heron.get_by_role("button", name="Bring everyone here").click()
    expect_page(otter, 2, "city 101")
    expect(heron.locator("#away")).to_be_hidden()
    expect(newt.locator("#away")).to_contain_text("Room: page 2")
    expect(newt.locator("#gather")).to_be_hidden()  # they are here
    newt.get_by_role("button", name="Rejoin").click()

    heron.keyboard.press("Control+End")
    expect(heron.locator(SELECTED)).to_have_text("1e950")
    newt.keyboard.press("Control+g")
    newt.keyboard.type("205")
    newt.keyboard.press("Enter")
    expect_page(newt, 3, "city 205")
    for page in (heron, newt):
        expect(page.locator("#gather")).to_have_text("Bring everyone here")
    expect_page(otter, 2, "city 101")
    heron.keyboard.press("Control+Home")
    expect(heron.locator(SELECTED)).to_have_text("city 2")
    expect(heron.locator("#away")).to_contain_text("Room: page 2")
    for page in (heron, newt):
        page.get_by_role("button", name="Rejoin").click()
        expect_page(page, 2, "city 101")

    otter.get_by_role("button", name="Present").click()
    expect(heron.locator("#driver")).to_have_text("Only Otter turns the pages")
    scroll_on(heron, " ")
    expect_page(heron, 3, "city 201")
    heron.locator("#gather").click()
    expect(heron.locator("#gather")).to_have_text("Asked to present")
    expect(otter.locator("#told")).to_contain_text("Heron asks to present")
    scroll_on(otter, " ")
    for page in (otter, newt):
        expect_page(page, 3, "city 201")


def test_a_new_version_takes_no_page_away_and_has_answers(three: Three) -> None:
    otter, heron, newt = three
    heron.get_by_role("switch", name="Read on my own").click()
    turn(heron, "Last page")
    expect_page(heron, 10, "city 901")
    turn(otter)
    expect_page(newt, 2, "city 101")
    newt.get_by_role("gridcell", name="city 103", exact=True).click()
    drop(otter, table(120, name="river"), "rivers.tsv")
    expect_page(otter, 1, "river 2")

    newer = heron.get_by_role("button", name="Version 2 is here")
    expect(newer).to_be_visible()
    expect_page(heron, 10, "city 901")
    expect(heron.locator("#told")).to_be_hidden()
    expect(heron.locator("#live")).to_contain_text("Version 2 is here")
    turn(heron, "First page")
    turn(heron)
    expect_page(heron, 2, "city 101")
    expect(heron.locator("#facts")).to_contain_text("950 rows")
    expect(heron.locator("#facts")).to_contain_text("version 1")
    expect(heron.locator("#download")).to_have_attribute("href", re.compile(r"version=1$"))
    cell(heron, "city 103").click(button="right")
    expect(heron.get_by_role("menuitem", name="copy the selection")).to_be_visible()
    expect(heron.get_by_role("menuitem", name="show the selected cell to everyone")).to_have_count(0)
    expect(heron.locator("#look-here")).to_be_hidden()  # nobody else reads this version
    heron.keyboard.press("Escape")
    heron.keyboard.press("Escape")
    heron.reload()
    expect_page(heron, 2, "city 101")
    newer.click()
    expect_page(heron, 2, "river 101")
    expect(newer).to_be_hidden()
    expect(heron.get_by_role("switch", name="Read on my own")).to_be_checked()

    expect_page(newt, 1, "river 2")
    expect(newt.locator("#told-words")).to_have_text("Otter added version 2")
    newt.get_by_role("button", name="Stay on version 1").click()
    expect_page(newt, 2, "city 101")
    expect(newt.locator("td[aria-selected=true]")).to_have_text("city 103")
    otter.locator("#told").get_by_role("button", name="Undo for everyone").click()
    expect_page(otter, 1, "city 2")
    expect(otter.locator("#facts")).to_contain_text("version 3")
    expect(otter.locator("#told-words")).to_have_text("Version 1 is back")
    expect(heron.get_by_role("button", name="Version 1 is back")).to_be_visible()
    expect_page(heron, 2, "river 101")

    otter.locator("#people-summary").click()
    expect(otter.get_by_role("button", name="Heron")).to_contain_text("page 2 · version 2")
    otter.get_by_role("button", name="Heron").click()
    expect_page(otter, 2, "river 101")
    newt.get_by_role("button", name="Rejoin").click()
    expect_page(newt, 1, "city 2")


def test_a_version_that_is_no_longer_kept_is_said(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, table(950))
    heron = named(window, link, "Heron")
    expect_page(heron, 1, "city 2")
    heron.get_by_role("switch", name="Read on my own").click()
    for version in range(2, 7):
        put(site.server, table(120 + version, name="river"), link.rsplit("/", 1)[-1])
    expect(heron.get_by_role("button", name="Version 6 is here")).to_be_visible()
    turn(heron, "Last page")
    expect(heron.locator("#told-words")).to_contain_text("There is no version 1 of this table")
    expect_page(heron, 1, "city 2")
    heron.locator("#told").get_by_role("button", name="Rejoin").click()
    expect_page(heron, 1, "river 2")


def test_a_click_on_a_name_follows_them_wherever_they_read(three: Three) -> None:
    otter, heron, newt = three
    heron.get_by_role("switch", name="Read on my own").click()
    newt.locator("#people-summary").click()
    expect(newt.locator("#follow-hint")).to_be_visible()
    newt.get_by_role("button", name="Heron").click()
    expect(newt.locator("#told-words")).to_have_text("You follow Heron: you see the page Heron reads")
    newt.locator("#told").get_by_role("button", name="Stop").click()
    expect(newt.locator("#away")).not_to_contain_text("Following")
    newt.locator("#people-summary").click()
    newt.get_by_role("button", name="Heron").click()
    for button, page_no, first in (("Last page", 10, "city 901"), ("Previous page", 9, "city 801")):
        turn(heron, button)
        expect_page(newt, page_no, first)
    expect(newt.locator("#away")).to_contain_text("Following Heron")
    expect_page(otter, 1, "city 2")
    heron.locator("#people-summary").click()
    expect(heron.get_by_role("button", name="Newt")).to_contain_text("follows you")
    expect(heron.get_by_role("button", name="Newt")).to_be_disabled()  # or nobody would lead
    heron.locator("#people-summary").click()
    heron.get_by_role("button", name="Rejoin").click()
    turn(otter)
    expect_page(newt, 2, "city 101")
    newt.keyboard.press("Escape")
    turn(newt)
    expect_page(newt, 3, "city 201")
    expect(newt.locator("#away")).not_to_contain_text("Following")
    expect_page(otter, 2, "city 101")
    newt.locator("#people-summary").click()
    newt.get_by_role("button", name="Heron").click()
    expect_page(newt, 2, "city 101")
    heron.context.close()
    expect(newt.locator("#told")).to_contain_text("Heron left: you read on your own")
    expect_page(newt, 2, "city 101")


def test_a_presenter_alone_turns_the_pages_until_another_is_handed_them(three: Three) -> None:
    otter, heron, newt = three
    expect(heron.locator("#how")).to_be_visible()
    heron.locator("#grid tbody td").first.click()
    expect(heron.locator("#how")).to_be_hidden()  # the selection says its sum there
    heron.keyboard.press("Escape")
    expect(heron.locator("#how")).to_be_visible()
    alone = heron.get_by_role("switch", name="Read on my own")
    alone.click()
    expect(heron.locator("#how")).to_be_hidden()  # it is not true for one who reads alone
    alone.click()
    expect(heron.locator("#how")).to_be_visible()
    otter.get_by_role("button", name="Present").click()
    for page in (heron, newt):
        expect(page.locator("#driver")).to_have_text("Only Otter turns the pages")
        expect(page.locator("#how")).to_be_hidden()  # it is not true now
    turn(heron)
    expect(heron.locator("#told")).to_contain_text("Only Otter turns the pages")
    expect_page(otter, 1, "city 2")
    heron.locator("#told").get_by_role("button", name="Ask to present").click()
    expect(heron.locator("#told")).not_to_contain_text("Only Otter")  # it is answered
    turn(newt)
    newt.locator("#told").get_by_role("button", name="Read on my own").click()
    expect_page(newt, 2, "city 101")
    expect(otter.locator("#told")).to_contain_text("Heron asks to present")
    otter.locator("#told").get_by_role("button", name="Let them present").click()
    expect(heron.locator("#driver")).to_have_text("Only you turn the pages while you present")
    turn(heron, "Last page")
    expect_page(otter, 10, "city 901")
    expect(otter.locator("#told").get_by_role("button")).to_have_text(["Read on my own"])  # it is not his to turn back
    address = heron.url
    heron.goto(address.rsplit("/", 1)[0] + "/")
    expect(otter.locator("#driver")).to_have_text("Heron is away: the next person who asks presents")
    heron.goto(address)
    expect(heron.locator("#driver")).to_have_text("Only you turn the pages while you present")
    expect(otter.locator("#driver")).to_have_text("Only Heron turns the pages")
    for page, hint in ((otter, "Only Heron turns the pages"), (heron, "Let anyone turn the pages again")):
        expect_loaded(page)
        page.locator("#present").hover()
        expect(page.locator("#tip")).to_have_text(hint)
    heron.get_by_role("button", name="Stop presenting").click()
    expect(otter.locator("#driver")).to_be_hidden()
    turn(otter, "First page")
    expect_page(heron, 1, "city 2")


def test_coming_and_going_is_told_in_passing(site: Site, window: Open) -> None:
    otter = named(window, f"{site.first_page}{put(site.server, table(250))}", "Otter", keeps_time=True)
    named(window, otter.url, "Heron")
    expect(otter.locator("#people-summary")).to_have_attribute("aria-label", re.compile("^2 "))
    otter.clock.fast_forward(2500)  # those who are there two seconds after a list of people came are known
    seal = named(window, otter.url, "Seal")
    expect(otter.locator("#told")).to_contain_text("Seal joined")
    seal.context.close()
    expect(otter.locator("#told")).to_contain_text("Seal left")


def test_a_name_is_asked_for_once_and_kept(site: Site, window: Open) -> None:
    (otter,) = gathered(site, window, "Otter")
    page = window(otter.url)
    expect(page.locator("#how")).to_contain_text("Everyone sees this page and turns it for all.")
    page.locator("#how-close").click()
    expect(page.locator("#how")).to_be_hidden()
    page.get_by_role("button", name="Choose a name").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    otter.locator("#people-summary").click()
    expect(otter.locator("#people-list")).to_contain_text("Ada")
    colour = "element => getComputedStyle(element).getPropertyValue('--who-light')"
    before = otter.get_by_role("button", name="Ada").locator(".avatar").evaluate(colour)
    page.reload()
    expect(page.locator("#link")).to_contain_text("live")
    expect(page.locator("#how")).to_be_hidden()  # it is said once
    page.locator("#people-summary").click()
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    expect(otter.get_by_role("button", name=re.compile("Ada"))).to_have_count(1)
    assert otter.get_by_role("button", name="Ada").locator(".avatar").evaluate(colour) == before


def test_one_window_of_the_same_browser_is_not_another_person(site: Site, window: Open) -> None:
    otter, heron = gathered(site, window, "Otter", "Heron")
    second = heron.context.new_page()
    second.goto(heron.url)
    expect_page(second, 1, "city 2")
    otter.locator("#people-summary").click()
    expect(otter.locator("#people-list li")).to_have_count(2)
    second.get_by_role("switch", name="Read on my own").click()
    turn(second)
    expect(otter.get_by_role("button", name="Heron")).to_contain_text("page 2")
    expect_page(heron, 1, "city 2")


@pytest.mark.parametrize("noticed", [True, False], ids=["a new network is noticed", "nothing is noticed"])
def test_who_was_away_is_told_what_moved_meanwhile(site: Site, window: Open, noticed: bool) -> None:
    otter, heron = gathered(site, window, "Otter", "Heron")
    path = otter.url.partition("/parser/")[2]
    with line_to(site.server.port) as line:
        seal = named(window, f"http://127.0.0.1:{line.port}/parser/{path}", "Seal", keeps_time=not noticed)
        expect(seal.locator("#link")).to_contain_text("live")
        seal.keyboard.press("t")
        expect(seal.locator("#talk-text")).to_be_visible()
        line.cut()
        turn(otter, "Last page")
        expect_page(heron, 10, "city 901")
        drop(heron, table(120, name="river"), "rivers.tsv")
        expect_page(otter, 1, "river 2")
        turn(otter)
        expect_page(heron, 2, "river 101")
        expect_page(seal, 1, "city 2")
        if noticed:
            seal.evaluate("dispatchEvent(new Event('online'))")  # as when a laptop is opened somewhere else
        else:  # no sign of it: but what is said is found to lead nowhere
            seal.clock.fast_forward(6000)
            seal.locator("#talk-text").fill("still there?")
            seal.locator("#talk-text").press("Enter")
            seal.clock.fast_forward(6000)
        expect_page(seal, 2, "river 101")
        expect(seal.locator("#told")).to_contain_text("While you were away: page 1 → 2, version 2 was added")
        if not noticed:
            expect(seal.locator("#talk-text")).to_have_value("still there?")
        otter.locator("#people-summary").click()
        expect(otter.get_by_role("button", name="Seal")).to_have_count(1)
    heron.keyboard.press("t")
    heron.get_by_role("button", name="Otter turned to page 10").click()
    expect(heron.locator("#told")).to_contain_text("That was in version 1")
    with heron.context.expect_page() as opened:
        heron.get_by_role("button", name="Show").click()
    expect(opened.value.get_by_role("cell", name="city 901")).to_be_visible()
    expect_page(heron, 2, "river 101")


def test_a_page_beside_mine_is_shown_without_asking_the_server(site: Site, window: Open) -> None:
    _, heron = gathered(site, window, "Otter", "Heron")
    heard: list[str] = []
    heron.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    heron.reload()
    expect_page(heron, 1, "city 2")
    heron.get_by_role("switch", name="Read on my own").click()
    turn(heron)
    expect_page(heron, 2, "city 101")
    while not any('"fetched"' in frame and '"page_no":3' in frame for frame in heard):
        heron.wait_for_timeout(20)
    shown = heron.evaluate(
        """() => {
            document.querySelector('[data-step="next"]').click()
            return document.querySelector("#grid tbody td").textContent
        }"""
    )
    assert shown == "city 201", "it stood there before anything else could happen"
