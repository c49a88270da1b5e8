"""A page that stays open for a day holds no more after many turns than after a few."""

from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_reading_together import cell, table
from tests.browser.windows import expect_loaded
from tests.edges.talk import ask

TURNS = 30

SOME = 50
"""Nodes that may come by themselves, as those of a tooltip: fewer than one a turn."""

TURN = """async count => {
  const row = () => document.querySelector('#grid tbody th').textContent
  for (let turn = 0; turn < count; turn++) {
    const before = row()
    document.querySelector(`[data-step=${turn % 2 ? 'previous' : 'next'}]`).click()
    while (row() === before) await new Promise(requestAnimationFrame)
  }
}"""


def held(session: CDPSession) -> tuple[int, int]:
    """The nodes and listeners that are left once all is collected that nobody holds."""
    session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return counters["nodes"], counters["jsEventListeners"]


def test_turning_pages_leaves_nothing_behind(window: Open, site: Site) -> None:
    page = window()
    page.goto(ask(site.server, "PUT", "/parser/cities.tsv", table(250)).text.strip())
    expect_loaded(page)
    page.locator("#alone").click()
    expect(page.locator("#alone")).to_have_attribute("aria-checked", "true")
    session = page.context.new_cdp_session(page)
    page.evaluate(TURN, TURNS)
    nodes, listeners = held(session)
    page.evaluate(TURN, 3 * TURNS)
    later = held(session)
    cell(page, "city 2").wait_for()
    assert later[0] <= nodes + SOME
    assert later[1] <= listeners
