"""Lines before the header are folded away: page 1 begins with data, and each of these rows is a step away."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.browser.windows import expect_loaded
from tests.edges.talk import put

NOTES = 46
VARIANTS = "".join(
    [
        *(f"##INFO=<ID=N{number},Description=that of line {number}>\n" for number in range(1, NOTES + 1)),
        "#CHROM\tPOS\tID\n",
        *(f"chr{1 + row % 22}\t{1000 + row}\trs{row}\n" for row in range(NOTES + 2, 251)),
    ]
)


@pytest.fixture
def link(site: Site) -> str:
    return f"{site.base}/parser/{put(site.server, VARIANTS.encode(), 'variants.vcf')}"


def numbers(page: Page) -> list[str]:
    """The numbers of the rows in the table, the header's first."""
    return page.locator("#grid .corner, #grid tbody th").all_inner_texts()


def row(page: Page, number: int) -> Locator:
    return page.locator("#grid tbody tr").filter(has=page.locator("th").get_by_text(str(number), exact=True))


def shown(*rows: int) -> list[str]:
    return [str(number) for number in rows]


FOLDED = shown(NOTES + 1, *range(NOTES + 2, 101))
UNFOLDED = shown(NOTES + 1, *range(1, 101))


def test_page_1_begins_with_data_until_the_notes_are_unfolded(window: Open, link: str) -> None:
    page = window(link)
    expect_loaded(page)
    assert numbers(page) == FOLDED
    expect(page.locator("#range")).to_have_text("rows 48–100")
    expect(page.locator("#preamble-notes")).to_be_hidden()
    page.locator("#preamble-count").click()
    expect(page.locator("#preamble-notes")).to_contain_text("that of line 46")
    assert numbers(page) == FOLDED
    unfold = page.get_by_role("button", name="Show in the table")
    unfold.click()
    expect(unfold).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#range")).to_have_text("rows 1–100")
    assert numbers(page) == UNFOLDED
    expect(row(page, 1)).to_be_in_viewport()
    unfold.click()
    expect(unfold).to_have_attribute("aria-pressed", "false")
    assert numbers(page) == FOLDED
    page.locator("[data-step=next]").click()
    expect(page.locator("#page")).to_have_value("2")
    expect(unfold).to_be_hidden()


def test_the_keys_stay_on_what_is_there_and_copy_it(window: Open, link: str) -> None:
    page = window(link)
    expect_loaded(page)
    page.locator("#grid tbody td").nth(1).click()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#grid thead [aria-selected]")).to_have_text("POS")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#grid thead [aria-selected]")).to_have_text("POS")
    page.keyboard.press("Control+a")
    expect(page.locator("#place")).to_contain_text("rows 47–100")
    page.locator("#grid tbody td").nth(1).click()
    page.keyboard.press("Shift+ArrowDown")
    page.evaluate("""() => {
      document.onpaste = event => { document.body.dataset.copied = event.clipboardData.getData('text') }
    }""")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator("body")).to_have_attribute("data-copied", "1048\n1049")
    page.keyboard.press("Enter")
    expect(page.locator("#record-title")).to_contain_text("49")
    expect(page.locator("#record-cells dd").nth(1)).to_have_text("1049")
    assert numbers(page) == FOLDED


def test_going_to_a_folded_row_unfolds_it(window: Open, link: str) -> None:
    page = window(f"{link}#row=3")
    expect(row(page, 3).locator("[aria-selected]").first).to_be_in_viewport()
    page = window(link)
    expect_loaded(page)
    page.keyboard.press("/")
    page.keyboard.type("of line 46")
    page.keyboard.press("Enter")
    expect(row(page, 46).locator("[aria-selected]")).to_be_in_viewport()
    assert numbers(page) == UNFOLDED


def test_without_scripts_a_press_unfolds_the_rows(window: Open, link: str) -> None:
    page = window(link, java_script_enabled=False)
    expect(row(page, NOTES + 2)).to_be_visible()
    expect(page.locator("#range")).to_have_text("rows 48–100")
    expect(row(page, 3)).to_be_hidden()
    page.get_by_text("46 lines of notes before the header").click()
    expect(row(page, 3)).to_be_visible()
