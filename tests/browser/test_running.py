"""A question that takes time says how far it is, and can be given up."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Site
from tests.browser.test_questions import expect_first, genes, open_table, sort_by
from tests.browser.test_row_search import search
from tests.browser.test_taking import open_panel
from tests.browser.windows import intercept
from tests.edges.talk import ask, put
from tests.held_queries import HOLD, held
from tests.server import serving


@pytest.fixture(scope="module")
def held_site() -> Iterator[Site]:
    with serving(first=f"{HOLD}import pagecast.service.questions; pagecast.service.questions.KEPT_S = 0.3") as server:
        yield Site(server.http, server)


def test_a_view_says_how_far_it_is_and_is_cancelled_for_nobody_else(held_site: Site, window: Open) -> None:
    path = put(held_site.server, genes(250))
    otter = open_table(held_site, window, path, "Otter")
    heron = open_table(held_site, window, f"{path}?species=rat", "Heron")
    expect(heron.locator("#view .count")).to_have_text("63 of 250 rows")
    running = otter.locator("#view .running")
    with held(held_site.server):
        sort_by(otter, "score")
        expect(otter.locator("#view .count")).to_have_text("still looking…")
        expect(running.get_by_role("progressbar")).to_be_visible()
        running.get_by_role("button", name="Cancel").click()
        expect(otter.locator("#told-words")).to_have_text("Stopped: the table stays as it was")
        expect(running).to_be_hidden()
        expect_first(otter, 2, "gene2")
        heron.locator("#grid td").nth(1).click()
        heron.keyboard.press("s")
        expect(heron.locator("#view .running .far")).to_have_text("37%")
        heron.get_by_role("button", name="Cancel").click()
        expect(heron.locator("#view .count")).to_have_text("63 of 250 rows")  # alone, the view before stays
        expect(heron.locator("#view .words")).to_have_text("species is rat")
    sort_by(otter, "score")  # what was given up can be asked again
    expect_first(otter, 250, "gene250")


def test_values_figures_plots_and_searches_say_it_too(held_site: Site, window: Open) -> None:
    page = open_table(held_site, window, put(held_site.server, genes(250)), "Otter")
    page.locator("#grid td").nth(1).click()
    with ExitStack() as stack:
        stack.enter_context(held(held_site.server))
        bar = search(page, "gene24")
        expect(bar.locator(".far")).to_have_text("37%")
        bar.get_by_role("button", name="Cancel").click()
        expect(bar.locator("output")).to_have_text("Stopped looking")
        page.keyboard.press("Escape")
        page.locator("#grid td").nth(1).click()
        page.keyboard.press("f")
        panel = page.locator(".filter-panel")
        expect(panel.locator(".far")).to_have_text("18%")  # of two queries, 37 % of the first
        panel.get_by_role("button", name="Cancel").click()
        expect(panel.locator(".filter-values [role=status]").first).to_have_text("Stopped looking")
        page.keyboard.press("Escape")
        page.keyboard.press("P")
        plot = page.locator(".plot-panel")
        expect(plot.locator(".far")).to_have_text("37%")
        stack.close()
        expect(plot.locator("svg")).to_be_visible()
        expect(plot.locator(".running")).to_be_hidden()


def test_a_file_says_how_far_it_is_and_is_cancelled_and_says_why_it_failed(held_site: Site, window: Open) -> None:
    page = open_table(held_site, window, put(held_site.server, genes(250), "genes.tsv"), "Otter")
    open_panel(page)
    download, running = page.locator("#take-link"), page.locator(".running:has([aria-labelledby=take-link])")
    with ExitStack() as stack:
        stack.enter_context(held(held_site.server))
        download.click()
        expect(page.locator("#taking .running .far")).to_have_text("37%")
        page.keyboard.press("Escape")
        expect(page.locator("#taking")).to_be_hidden()
        expect(running.get_by_role("progressbar", name="Download")).to_be_visible()  # beside the button
        running.get_by_role("button", name="Cancel").click()
        expect(running).to_be_hidden()
        open_panel(page)
        download.click()
        expect(page.locator("#taking .running .far")).to_have_text("37%")
        with page.expect_download() as saved:
            stack.close()  # nothing holds it any more
    assert saved.value.suggested_filename == "genes.csv"
    expect(page.locator("#taking")).to_be_hidden()
    open_panel(page)
    line = json.dumps({"type": "error", "code": "storage-failed", "message": "The disk is full."})
    intercept(page, "**/export?*", lambda route: route.fulfill(body=line))
    download.click()
    expect(page.locator("#taking").get_by_role("alert")).to_have_text("The disk is full.")
    expect(running).to_be_hidden()


def test_a_view_that_a_new_version_could_not_answer_in_time_can_be_tried_again(held_site: Site, window: Open) -> None:
    path = put(held_site.server, genes(250))
    page = open_table(held_site, window, f"{path}?species=rat", "Otter")
    expect(page.locator("#view .count")).to_have_text("63 of 250 rows")
    with held(held_site.server):
        ask(held_site.server, "PUT", f"/parser/{path}", genes(450))
        line = page.locator(".dropped-view")
        expect(line).to_contain_text("The view could not be answered within 10 seconds")
        expect(page.locator("#range")).to_have_text("rows 1–100")
    line.get_by_role("button", name="Try again").click()
    expect(page.locator("#view .count")).to_have_text("113 of 450 rows")
    expect(line).to_be_hidden()
