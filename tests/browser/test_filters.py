"""People filter the table by a column's panel, from cells, and in the boxes under the header."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.test_later import Held
from tests.browser.test_questions import genes, open_table
from tests.edges.talk import put


def open_menu(page: Page, column: str) -> None:
    page.locator("#grid thead th", has_text=column).click(button="right")


def open_filter(page: Page, column: str) -> Locator:
    open_menu(page, column)
    page.locator("#column-actions").get_by_role("button", name="filter the column…").click()
    panel = page.get_by_role("dialog", name=f"Filter {column}")
    expect(panel).to_be_visible()
    return panel


def expect_rows(page: Page, said: str) -> None:
    expect(page.locator("#view .count")).to_have_text(said)


def test_a_column_is_filtered_by_its_values_for_everyone(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    heron.locator("#grid tbody td").first.click()
    panel = open_filter(otter, "species")
    items = panel.get_by_role("listitem")
    expect(items).to_have_text(["(empty)63", "rat63", "human62", "mouse62"])
    panel.get_by_role("checkbox", name="mouse").check()
    expect_rows(heron, "62 of 250 rows")
    expect(heron.locator("#told-words")).to_have_text(
        "Otter shows 62 of 250 rows: species is mouse · row 2 is not among them"
    )
    expect(panel.locator("output").last).to_have_text("62 of 250 rows")
    panel.get_by_role("searchbox").fill("m")
    expect(items).to_have_text(["mouse62", "human62"])  # ticked ones stay on top; the filter itself does not count
    panel.get_by_role("searchbox").fill("nothing")
    expect(panel.get_by_text("No value holds this")).to_be_visible()
    panel.get_by_role("searchbox").fill("")
    panel.get_by_role("checkbox", name="(empty)").check()
    expect_rows(heron, "125 of 250 rows")
    panel.get_by_role("combobox", name="Condition").select_option("All but these")
    expect(heron.locator("#view .words")).to_have_text("species is not “” or mouse")
    expect_rows(heron, "125 of 250 rows")
    panel.get_by_role("button", name="Clear").click()
    expect(heron.locator("#view")).to_be_hidden()
    panel.get_by_role("checkbox", name="human").check()
    expect_rows(heron, "62 of 250 rows")
    first = heron.locator("#grid tbody tr").first.locator("td")
    expect(first.nth(1)).to_have_text("human")
    first.nth(0).click(button="right")
    heron.get_by_role("menu").get_by_role("menuitem", name="only rows with these values").click()
    expect(items).to_have_text(["human1"])  # counted in what is on screen now, and still ticked
    expect(panel.get_by_role("checkbox", name="human")).to_be_checked()
    otter.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(otter.locator("#grid td:focus")).to_be_visible()


def test_a_pasted_list_says_what_is_in_no_row(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(250)), "Otter")
    panel = open_filter(page, "gene")
    expect(panel.get_by_text("200 of 250 values shown: type to find others")).to_be_visible()
    room = "field => field.getBoundingClientRect().top - field.closest('.filter-body').getBoundingClientRect().top"
    assert panel.get_by_role("searchbox").evaluate(room) >= 4  # pixels: the ring of the focus is as wide
    panel.get_by_role("button", name="Paste a list").click()
    panel.get_by_role("textbox", name="One value a line").fill("gene7\nTP53\ngene250\ngene9\nBRCA1")
    panel.get_by_role("button", name="Tick these").click()
    expect(panel.get_by_text("2 of 5 are in no row: TP53, BRCA1")).to_be_visible()
    expect_rows(page, "3 of 250 rows")
    expect(panel.get_by_role("listitem").first).to_have_text("gene2501")  # it is in one row
    expect(panel.get_by_role("checkbox", checked=True)).to_have_count(3)


def test_a_range_is_dragged_on_the_histogram_and_typed(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(250)), "Otter")
    panel = open_filter(page, "score")
    expect(panel.locator(".filter-histogram")).to_be_visible()
    box = panel.locator(".filter-histogram").bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=3)
    page.mouse.up()
    expect(panel.get_by_label("To")).to_have_value(re.compile("^12[0-9]$"))
    expect_rows(page, re.compile("12[0-9] of 250 rows"))  # type: ignore[arg-type]
    panel.get_by_label("From").fill("100")
    panel.get_by_label("To").fill("109")
    expect_rows(page, "10 of 250 rows")
    panel.get_by_label("To").fill("99")
    expect(panel.get_by_text("No cell is between these two")).to_be_visible()
    expect_rows(page, "150 of 250 rows")  # the end that cannot be met rests
    panel.get_by_label("To").fill("many")
    expect(panel.get_by_text("“many” is not a number: write one as -1234.5 or 1e-6.")).to_be_visible()
    panel.get_by_label("From").fill("")
    panel.get_by_label("To").fill("")
    expect(page.locator("#view")).to_be_hidden()


def test_half_a_regex_leaves_the_last_good_table(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(250)), "Otter")
    panel = open_filter(page, "gene")
    panel.get_by_role("button", name="+ Add a condition").click()
    conditions = panel.locator(".filter-conditions li")
    operator = conditions.first.get_by_role("combobox")
    expect(operator).to_have_value("contains")  # of text this comes first
    operator.select_option("regex")
    value = conditions.first.get_by_role("textbox", name="Value")
    value.fill("^gene1")
    expect_rows(page, "110 of 250 rows")
    value.fill("^gene1(")
    expect(panel.get_by_text("missing ): ^gene1(")).to_be_visible()
    expect_rows(page, "110 of 250 rows")
    value.fill("^gene1(0|1)$")
    expect_rows(page, "2 of 250 rows")
    panel.get_by_role("button", name="+ Add a condition").click()
    conditions.nth(1).get_by_role("combobox").select_option("isblank")
    expect_rows(page, "0 of 250 rows")
    conditions.nth(1).get_by_role("combobox").select_option("notblank")
    panel.get_by_role("button", name="+ Add a condition").click()
    conditions.nth(2).get_by_role("combobox").select_option("isblank")
    expect(panel.get_by_text("No cell is blank and not blank")).to_be_visible()
    expect_rows(page, "2 of 250 rows")  # it alone rests
    panel.get_by_role("button", name="Remove the condition").first.click()
    expect_rows(page, "250 rows")


def test_cells_and_names_filter(site: Site, window: Open) -> None:
    page = open_table(site, window, put(site.server, genes(250)), "Otter")
    rows = page.locator("#grid tbody tr")

    def choose(name: str) -> None:
        page.get_by_role("menu").get_by_role("menuitem", name=name).click()

    rows.nth(1).locator("td").nth(1).click()
    page.keyboard.press("Shift+ArrowDown")  # an empty cell, and human
    rows.nth(2).locator("td").nth(1).click(button="right")
    choose("no rows with these values")
    expect(page.locator("#view .words")).to_have_text("species is not “” or human")
    expect_rows(page, "125 of 250 rows")
    rows.nth(0).locator("td").nth(1).click(button="right")  # rat
    choose("no rows with these values")
    expect_rows(page, "62 of 250 rows")
    rows.nth(0).locator("td").nth(1).click(button="right")
    choose("only rows with these values")
    rows.nth(0).locator("td").nth(2).click(button="right")  # of row 5
    choose("only rows above this value")
    expect(page.locator("#view .words").last).to_have_text("score > 185")
    expect(rows.nth(0).locator("td").nth(2)).to_have_text("231")
    rows.nth(0).locator("td").nth(2).click(button="right")
    choose("only rows below this value")
    expect(page.locator("#view .words").last).to_have_text("score < 231")
    expect(rows.nth(0).locator("td").nth(0)).to_have_text("gene33")
    rows.nth(0).locator("td").nth(0).click(button="right")
    choose("only rows that contain this")
    expect(page.locator("#view .words").first).to_have_text("gene contains “gene33”")
    page.get_by_role("button", name="Whole table").click()
    open_menu(page, "species")
    page.locator("#column-actions").get_by_role("button", name="only rows where the column is blank").click()
    expect_rows(page, "63 of 250 rows")
    open_menu(page, "species")
    page.locator("#column-actions").get_by_role("button", name="no rows where the column is blank").click()
    expect_rows(page, "187 of 250 rows")


def test_boxes_under_the_header_filter_their_columns(site: Site, window: Open) -> None:
    path = put(site.server, genes(250))
    otter = open_table(site, window, path, "Otter")
    heron = open_table(site, window, path, "Heron")
    otter.locator("#grid tbody td").nth(2).click()
    held = Held(otter, "**/js/filters.js")
    otter.keyboard.press("F")
    otter.keyboard.type("100")  # the boxes are still on their way
    held.let_go(otter)
    box = {name: otter.get_by_role("textbox", name=f"Filter {name}") for name in ("gene", "species", "score")}
    expect(box["score"]).to_be_focused()
    expect(box["score"]).to_have_value("100")
    otter.keyboard.type("..149")
    expect_rows(heron, "50 of 250 rows")
    expect(box["score"]).to_be_focused()  # also after the rows have changed
    otter.keyboard.press("Shift+Tab")
    otter.keyboard.type("/m(o/")
    expect(otter.locator(".filter-hint")).to_have_text("This pattern cannot be read: missing ): m(o.")
    expect(box["species"]).to_have_attribute("aria-invalid", "true")
    box["gene"].fill("gene1")
    expect(heron.locator("#view .words").first).to_have_text("gene contains “gene1”")  # the others go on
    box["species"].fill("!=")
    expect(box["species"]).not_to_have_attribute("aria-invalid", "true")
    expect(heron.locator("#view .words").nth(1)).to_have_text("species is not blank")
    box["score"].fill("149..100")
    expect(otter.locator(".filter-hint")).to_have_text("The range ends before it begins")
    box["score"].fill("")
    expect(heron.locator("#view .words")).to_have_count(2)
    heron.get_by_role("button", name="Whole table").click()
    expect(box["gene"]).to_have_value("")
    otter.keyboard.press("Escape")
    otter.keyboard.press("F")
    expect(box["gene"]).to_have_count(0)
