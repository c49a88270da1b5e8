"""Nothing jumps: while others come and act, the header, the strip and the foot stay where they are."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask, put

WATCH = """() => {
  window.moved = []
  new PerformanceObserver(list => {
    for (const { node } of list.getEntries().flatMap(({ sources }) => sources)) {
      const element = node instanceof Element ? node : node?.parentElement
      if (!element || element.closest('#told, #grid')) continue // a toast comes and goes, a page has its own columns
      moved.push(element.id || element.className)
    }
  }).observe({ type: 'layout-shift', buffered: true })
}"""
"""Write down what moves without a hand of mine."""

TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"

HEADER = b"city\tcountry\tnumber\n"
LONG = HEADER + b"a city\tC\t7\n" * 1_200_000


def expect_steady(page: Page, after: str) -> None:
    """Wait for the frames in which the browser tells of what moved."""
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("() => moved") == [], f"moved, {after}"


def test_nothing_moves_while_others_come_and_act(site: Site, window: Open) -> None:
    uuid = put(site.server, HEADER + b"a city\tC\t7\n" * 150, "cities.tsv")
    link = f"{site.base}/parser/{uuid}"
    page = window()
    page.add_init_script(f"({WATCH})()")
    page.goto(link)
    expect_loaded(page)
    expect_steady(page, "loading")
    other, third = window(link), window(link)
    expect(page.locator("#people-summary .avatar:not(.all)")).to_have_count(3)
    expect_steady(page, "people joined")
    expect_loaded(other)
    other.locator("#present").click()
    expect(page.locator("#driver")).to_be_visible()
    expect_steady(page, "somebody presents")
    expect(third.locator("#driver")).to_be_visible()
    other.locator("#talk-button").click()
    other.locator("#talk-text").fill("hello")
    other.locator("#talk-text").press("Enter")
    expect(page.locator("#talk-unread")).to_be_visible()
    expect_steady(page, "a message came")
    ask(site.server, "PUT", f"/parser/{uuid}", LONG)
    expect(page.locator("#pages")).to_have_text("of 12,001")
    expect(page.locator("#versions")).to_be_visible()
    expect_steady(page, "a new version came")
    other.locator("[data-step=last]").click()
    expect(page.locator("#page")).to_have_value("12001")
    expect_steady(page, "the page number grew")


def test_an_upload_runs_above_the_foot_and_moves_nothing_above_it(site: Site, window: Open) -> None:
    page = window(f"{site.base}/parser/{put(site.server, HEADER + b'a city,C,7' * 9)}")
    page.add_init_script(f"({WATCH})()")
    page.reload()
    expect_loaded(page)
    page.route_web_socket("**/upload", lambda socket: None)
    top = page.locator("#grid").evaluate("grid => grid.getBoundingClientRect().top")
    page.locator("#file").set_input_files({"name": "more.tsv", "mimeType": "", "buffer": HEADER * 20_000})
    expect(page.locator("#transfer")).to_be_visible()
    assert page.locator("#grid").evaluate("grid => grid.getBoundingClientRect().top") == top
    expect_steady(page, "an upload began")
