"""Columns show their shapes: a drag on one filters the table on every screen, and all others follow."""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

SPECIES = ("human", "human", "mouse", "")


def genes(rows: int) -> bytes:
    """A table whose scores are 0, 1, 2… and whose sizes have a heavy tail."""
    lines = (f"gene{n}\t{SPECIES[n % 4]}\t{n % 100}\t{10 ** (n % 7)}\t{n if n % 10 else 'NA'}" for n in range(rows))
    return ("gene\tspecies\tscore\tsize\tgaps\n" + "\n".join(lines) + "\n").encode()


def open_table(site: Site, window: Open, path: str, name: str) -> Page:
    page = window()
    page.add_init_script(f"localStorage['pagecast.name'] = '{name}'; localStorage['pagecast.asked'] = 1")
    page.goto(site.first_page + path)
    expect(page.locator("#grid td").first).to_be_visible()
    expect_loaded(page)
    return page


def show_shapes(page: Page) -> None:
    page.locator("#grid td").first.click()
    page.keyboard.press("i")
    expect(shape(page, "score")).to_be_visible()


def shape(page: Page, column: str) -> Locator:
    return page.locator(f".shape[aria-label^='{column}: ']")


def drag(page: Page, column: str, begin: float, end: float) -> None:
    """Drag over a histogram from one share of its width to another."""
    box = shape(page, column).locator("svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + begin * box["width"], box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 8, steps=3)


def test_a_range_that_one_drags_is_followed_on_every_screen(site: Site, window: Open) -> None:
    path = put(site.server, genes(400))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    for page in (otter, heron):
        show_shapes(page)
        expect(shape(page, "score")).to_have_attribute("aria-label", "score: numbers from 0 to 99, 0 blank")
        expect(shape(page, "gene")).to_have_attribute("aria-label", re.compile("^gene: 400 distinct values"))
        expect(shape(page, "species")).to_have_attribute(
            "aria-label", "species: 2 distinct values, most often human (50%), 100 blank"
        )
    expect(otter.get_by_text("1–1.58M log")).to_be_visible()
    whole = shape(heron, "gaps").locator(".own").get_attribute("d")
    drag(otter, "score", 0.01, 0.49)
    for page in (otter, heron):  # before the hand lets go
        expect(page.locator(".shape-row .corner output")).to_have_text(re.compile("^2[0-9]{2}$"))
        expect(shape(page, "score").locator(".brush")).to_be_visible()
        expect(shape(page, "species")).to_have_attribute("aria-label", re.compile("human.* (4|5|6)[0-9] blank$"))
        expect(shape(page, "gaps").locator(".own")).not_to_have_attribute("d", whole or "")
        expect(page.locator("#view")).to_be_hidden()
        expect(page.locator("#range")).to_have_text("rows 1–100")
    otter.mouse.up()
    for page in (otter, heron):
        expect(page.locator("#view .words")).to_have_text(re.compile("^score < [0-9]+$"))
        expect(shape(page, "score").locator(".brush")).to_be_visible()
        expect(shape(page, "gene")).to_have_attribute("aria-label", re.compile("^gene: 2[0-9]{2} distinct values"))
    expect(shape(heron, "gaps").locator(".own")).not_to_have_attribute("d", whole or "")
    expect(shape(heron, "gaps").locator(".whole")).to_have_attribute("d", whole or "")  # behind it
    shape(heron, "species").locator("i").first.click()
    expect(otter.locator("#view .words")).to_have_text(["species is human", re.compile("score < ")])
    shape(otter, "score").click()  # a press without a drag takes the range away
    expect(heron.locator("#view .words")).to_have_text(["species is human"])


def test_keys_choose_a_range_and_a_hand_can_give_it_up(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(400)), "Otter")
    show_shapes(page)
    scale = shape(page, "score")
    shape(page, "gene").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(scale).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    expect(scale).to_have_attribute("aria-valuetext", re.compile("^4–9[0-9]: 3[0-9]{2} rows$"))
    expect(page.locator("#view")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#view .words")).to_have_text(["score ≥ 4", re.compile("score < ")])
    page.keyboard.press("Escape")
    expect(page.locator("#view")).to_be_hidden()
    drag(page, "score", 0.2, 0.5)
    expect(page.locator(".shape-row .corner output")).to_have_text(re.compile("^[0-9]+$"))
    page.keyboard.press("Escape")
    expect(page.locator(".shape-row .corner output")).to_be_empty()
    page.mouse.up()
    expect(page.locator("#view")).to_be_hidden()
    shape(page, "species").focus()
    page.keyboard.press("ArrowRight")
    expect(shape(page, "species")).to_have_attribute("aria-valuetext", "human: 200 rows (50%)")
    page.keyboard.press("Enter")
    expect(page.locator("#view .words")).to_have_text("species is human")
    expect(page.locator("#range")).to_contain_text("of 200 rows")
    page.keyboard.press("Escape")
    expect(page.locator("#view")).to_be_hidden()
    page.reload()
    expect(scale).to_be_visible()  # the settings keep the row
    scale.hover()
    expect(page.locator(".shape-words", has_text=re.compile("^[0-9]+–[0-9]+: [0-9]+ rows$"))).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    expect(page.locator(".shape-row")).to_have_count(0)


def test_a_column_is_shown_in_figures(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(400)), "Otter")
    page.locator("#grid thead th", has_text="gaps").click(button="right")
    page.get_by_role("button", name="column in figures").click()
    panel = page.get_by_role("dialog", name="gaps in figures")
    expect(panel.locator("dt").first).to_have_text("Rows")
    figures = dict(zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True))
    assert (figures["Rows"], figures["Blank"], figures["Distinct values"]) == ("400", "40", "360")
    assert (figures["Minimum"], figures["Maximum"], figures["Mean"], figures["Sum"]) == ("1", "399", "200", "72,000")
    assert figures["Median"] == "200"
    expect(panel.locator("li").first).to_have_text("NA40 · 10%")
    panel.get_by_role("button", name="Copy the figures").click()
    expect(page.locator("#told-words")).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_list_of_columns_is_sorted_by_what_they_are_like(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(400)), "Otter")
    page.locator("#grid thead th", has_text="gene").click(button="right")
    page.get_by_role("button", name="show or hide columns").press("Enter")
    names = page.locator("#column-list-items bdi")
    expect(names).to_have_text(["gene", "species", "score", "size", "gaps"])
    page.get_by_label("Order of the list").select_option("Most blank first")
    expect(names).to_have_text(["species", "gaps", "gene", "score", "size"])
    expect(page.locator("#column-list-items li").first).to_have_text(re.compile("25% blank · 2 distinct values"))
    page.get_by_label("Order of the list").select_option("All different first")
    expect(names).to_have_text(["gene", "gaps", "score", "size", "species"])


def test_a_sample_is_shown_until_all_rows_are_counted(site: Site, window: Open) -> None:
    rows = "".join(f"{n * 7919 % 1000}\tw{n % 3}\n" for n in range(260_000))
    page = window()
    counts: list[Route] = []  # held back
    page.route(
        lambda url: bool(re.search("/(shapes|profile|values)[?]", url)) and "_sample" not in url,
        lambda route: counts.append(route),
    )
    page.goto(site.first_page + put(site.server, f"score of a game\tword\n{rows}".encode()))
    expect_loaded(page)
    page.locator("#grid td").first.click()
    page.keyboard.press("i")
    cell = page.locator("td", has=shape(page, "score of a game"))
    expect(cell).to_have_attribute("data-sampled", "")
    expect(cell.locator(".shape-words")).to_have_text("±2% · 0–1019")
    expect(shape(page, "word")).to_have_attribute(
        "aria-label", re.compile("many values.*a sample of the rows, about ±2%")
    )
    page.locator("#grid thead th", has_text="score of a game").click(button="right")
    page.get_by_role("button", name="column in figures").click()
    panel = page.get_by_role("dialog", name="score of a game in figures")
    expect(panel.locator("output")).to_have_text("A sample, about ±2%. Counting every row…")
    expect(panel.locator("dt", has_text="Mean")).to_be_visible()
    expect(panel.locator(".profile-body")).to_have_css("opacity", "1")  # paler words could not be read
    expect(panel.locator("dt", has_text="Distinct values")).to_have_count(0)  # nobody knows yet
    page.unroute_all()  # the server is asked now
    expect(panel.locator("output")).to_have_text("260,000 rows")
    expect(panel.locator("dt", has_text="Distinct values")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell).not_to_have_attribute("data-sampled", "")
    expect(cell.locator(".shape-words")).to_have_text("0–1019")
