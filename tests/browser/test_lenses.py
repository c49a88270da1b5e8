"""How a column is read: said in its menu, switched there by each person for themselves."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, Site
from tests.edges.talk import put

PRICES = "Artikel;Preis;Rest\nStuhl;1.234,50 €;1.000\nTisch;349,00 €;2.500\nLampe;-;n/a\n".encode()


def name(page: Page, text: str) -> Locator:
    return page.get_by_role("columnheader", name=text, exact=True)


def read_as(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Read as")


def open_menu(page: Page, text: str) -> None:
    name(page, text).click(button="right")
    expect(read_as(page)).to_be_visible()


def test_a_column_says_how_it_is_read_and_can_be_switched(site: Site, window: Open) -> None:
    page = window(site.first_page + put(site.server, PRICES))
    cell = page.locator("#grid table:not(.sent) td").get_by_text("1.234,50 €", exact=True)
    expect(cell).to_have_class("number")
    expect(page.locator("#grid td.blank")).to_have_count(2)
    name(page, "Preis").click()
    expect(page.locator("#place")).to_contain_text("2 numbers, sum 1,583.5, mean 791.75 (Decimal comma · 1.234,5)")

    open_menu(page, "Preis")
    expect(read_as(page).locator(":checked")).to_have_text("Automatic (Decimal comma · 1.234,5)")
    read_as(page).select_option("text")
    expect(read_as(page)).to_be_hidden()
    expect(cell).not_to_have_class("number")
    expect(page.locator("#place")).to_contain_text("2 distinct values · 1 blank")
    expect(cell).to_have_text("1.234,50 €")

    name(page, "Rest").click()
    expect(page.locator("#place")).to_contain_text("sum 3,500, mean 1,750 (Decimal comma · 1.234,5)")
    open_menu(page, "Rest")
    read_as(page).select_option("Decimal point · 1,234.5")
    expect(page.locator("#place")).to_contain_text("sum 3.5, mean 1.75 (Decimal point · 1,234.5)")

    name(page, "Preis").click()
    read = page.locator("#place")
    expect(read).to_contain_text("distinct")
    name(page, "Rest").click(modifiers=["Shift"])
    expect(read).to_have_text("columns 2–3 · Rest: sum 3.5")

    page.reload()
    expect(cell).not_to_have_class("number")
    open_menu(page, "Preis")
    expect(read_as(page).locator(":checked")).to_have_text("Text")
    read_as(page).select_option(index=0)
    expect(cell).to_have_class("number")


def test_each_person_reads_a_column_in_their_own_way(site: Site, window: Open) -> None:
    link = site.first_page + put(site.server, PRICES)
    one, other = window(link), window(link)
    open_menu(one, "Preis")
    read_as(one).select_option("Date")
    expect(one.locator("#grid td.number")).to_have_count(3)
    expect(other.locator("#grid td.number")).to_have_count(6)
