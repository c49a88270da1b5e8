"""A column is plotted: the plot follows the view, its marks filter, and it is saved."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

ROWS = "".join(f"{'a' if n % 3 else 'b'}\t{n % 10}\t{n * 7 % 100}\t2026-01-{n % 28 + 1:02}\n" for n in range(300))
TABLE = f"group\tsmall\tlarge\tday\n{ROWS}".encode()


def choose(page: Page, at: int, option: str) -> None:
    page.locator(".plot-form select").nth(at).select_option(label=option)


def test_a_plot_follows_the_view_and_its_marks_filter(site: Site, window: Open) -> None:
    page = window(f"{site.base}/parser/{put(site.server, TABLE, 'table.tsv')}")
    expect_loaded(page)
    page.locator("#grid tbody td").nth(1).click()
    page.keyboard.press("P")
    sentence, marks = page.locator(".plot-sentence"), page.locator(".plot-marks rect")
    expect(sentence).to_have_text("Histogram: small and number of rows · 300 rows")
    expect(marks).to_have_count(10)
    marks.nth(3).hover()
    expect(page.locator(".plot-foot output")).to_have_text("3 – 4: 30 rows")
    marks.nth(3).click()
    expect(page.locator("#view .condition .dot")).to_have_count(2)
    expect(sentence).to_have_text("Histogram: small and number of rows · 30 rows")

    choose(page, 0, "Bars")
    choose(page, 1, "group")
    choose(page, 2, "large")
    expect(sentence).to_have_text("Bars: group and mean of large · 30 rows")
    page.locator(".plot-stage").press("ArrowDown")
    expect(page.locator(".plot-foot output")).to_contain_text("a: ")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#view .condition .dot")).to_have_count(3)
    expect(sentence).to_contain_text("· 10 rows")
    expect(page.locator(".plot-marks rect")).to_have_count(1)
    page.go_back()
    expect(sentence).to_contain_text("· 30 rows")

    choose(page, 0, "Line")
    choose(page, 1, "day")
    expect(page.locator(".plot-marks polyline")).to_be_attached()
    choose(page, 1, "group")
    expect(sentence).to_have_text("A line is of numbers or dates: column 1 is text.")
    expect(page.locator(".plot-stage svg")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".plot-panel")).to_be_hidden()
    expect(page.locator("#grid:focus-within")).to_have_count(1)


def test_a_plot_is_saved_as_drawing_and_as_picture(site: Site, window: Open) -> None:
    page = window(f"{site.base}/parser/{put(site.server, TABLE, 'table.tsv')}")
    expect_loaded(page)
    page.locator("#grid tbody td").nth(1).click()
    page.keyboard.press("Control+k")
    page.keyboard.type("heat map")
    page.keyboard.press("Enter")
    choose(page, 0, "Scatter")
    expect(page.locator(".plot-marks circle")).to_have_count(300)
    for width in (640, 360):
        page.set_viewport_size({"width": width, "height": 700})
        box = page.locator(".plot-panel").bounding_box()
        assert box
        assert box["x"] >= 8
        assert box["x"] + box["width"] <= width - 8
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_download() as drawing:
        page.get_by_role("button", name="Save as SVG").click()
    assert drawing.value.suggested_filename == "Scatter_ small and large · 300 rows.svg"
    text = drawing.value.path().read_text()
    assert text.count("<circle") == 300
    assert 'fill="rgb(15, 118, 110)"' in text
    with page.expect_download() as picture:
        page.get_by_role("button", name="Save as PNG").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")
    many = "group\tsmall\tlarge\tday\n" + "".join(f"a\t{n % 50}\t{n % 40}\t2026-01-01\n" for n in range(2500))
    put(site.server, many.encode(), page.url.partition("?")[0].rpartition("/")[2])
    expect(page.locator(".plot-marks rect")).to_have_count(200)
    page.locator(".plot-marks rect").first.click()
    expect(page.locator(".plot-sentence")).to_contain_text("13 rows")


def test_a_plot_is_shared_with_the_view_and_with_its_link(site: Site, window: Open) -> None:
    otter = window(f"{site.base}/parser/{put(site.server, TABLE, 'table.tsv')}")
    heron = window(otter.url)
    for page in (otter, heron):
        expect_loaded(page)
    otter.locator("#grid tbody td").nth(1).click()
    otter.keyboard.press("P")
    sentence = heron.locator(".plot-sentence")
    told = heron.locator("#told")
    expect(told).to_contain_text("shows 300 rows: histogram of small")
    expect(heron.locator(".plot-panel")).to_have_count(0)  # nobody's table is covered unasked
    told.get_by_role("button", name="Look").click()
    expect(sentence).to_have_text("Histogram: small and number of rows · 300 rows")
    choose(otter, 0, "Scatter")
    expect(sentence).to_have_text("Scatter: small and large · 300 rows")
    choose(heron, 1, "large")
    choose(heron, 2, "small")
    expect(otter.locator(".plot-sentence")).to_have_text("Scatter: large and small · 300 rows")
    heron.locator(".plot-panel").get_by_role("button", name="Close").click()
    expect(heron.locator("#view .words")).to_have_text("scatter plot of large and small")
    expect(otter.locator(".plot-panel")).to_be_visible()
    expect(otter).to_have_url(re.compile("_plot=scatter&_plot_x=large&_plot_y=small"))
    owl = window(otter.url)
    expect(owl.locator(".plot-sentence")).to_have_text("Scatter: large and small · 300 rows")
    owl.close()
    heron.get_by_role("button", name="Remove: scatter plot").click()
    expect(otter.locator("#view")).to_be_hidden()
    expect(otter.locator(".plot-marks circle")).to_have_count(300)  # what is looked at is not taken away
    heron.get_by_role("button", name="Present", exact=True).click()
    expect(otter.locator("#present, #presenter").first).to_be_visible()
    choose(otter, 0, "Bars")
    expect(otter.locator(".plot-sentence")).to_contain_text("Bars: large and mean of small")
    expect(heron.locator("#view")).to_be_hidden()
