"""The page around the table: without scripts, in the first moment, and for everyone."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import THROUGH_NGINX_TOO, Open, Site
from tests.edges.talk import put, table

EDGES = "() => [...document.querySelectorAll('#grid thead th')].map(cell => cell.getBoundingClientRect().left)"
LINES = "() => [...document.querySelectorAll('#grid tbody tr')].map(row => row.getBoundingClientRect().top)"


def test_without_scripts_a_link_is_a_table_with_links_to_its_pages(site: Site, browser: Browser) -> None:
    uuid = put(site.server, table(950))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.base}/parser/{uuid}?page_no=3")
    expect(page.get_by_role("rowheader", name="201", exact=True)).to_be_visible()
    page.get_by_role("link", name="page 4", exact=True).click()
    expect(page.get_by_role("rowheader", name="301", exact=True)).to_be_visible()
    expect(page).to_have_title("cities.tsv · page 4 · Pagecast")
    context.close()


@THROUGH_NGINX_TOO
def test_without_scripts_a_file_can_be_uploaded_and_is_shown(site: Site, window: Open) -> None:
    page = window(site.first_page, java_script_enabled=False)
    expect(page.get_by_role("heading", name="Choose a table")).to_be_visible()
    file = page.get_by_label("Choose a file")
    file.set_input_files(
        {"name": "picture.png", "mimeType": "", "buffer": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500)}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    expect(page.get_by_text("This looks like a PNG image, not a table")).to_be_visible()
    page.get_by_role("link", name="Open another table").click()
    file.set_input_files({"name": "cities.tsv", "mimeType": "", "buffer": table(250)})
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(re.compile(rf"{site.base}/parser/[0-9a-f-]{{36}}$"))
    expect(page.get_by_role("heading", name="cities.tsv")).to_be_visible()
    expect(page.get_by_role("rowheader", name="2", exact=True)).to_be_visible()


def test_where_nothing_can_be_dropped_a_table_is_chosen(site: Site, window: Open) -> None:
    page = window(site.first_page, has_touch=True, is_mobile=True)
    expect(page.get_by_role("heading", name="Choose a table")).to_be_visible()
    expect(page.get_by_role("heading", name="Drop a table here")).to_be_hidden()
    for words in ("CSV", "compressed", "Anyone with the link can read the table, turn its pages", "30 days"):
        expect(page.locator("#start")).to_contain_text(words)


def test_the_table_that_the_server_sent_stays_where_it_was(site: Site, window: Open) -> None:
    url = f"{site.base}/parser/{put(site.server, table(950))}"
    page = window()
    page.route_web_socket("**/parser/ws/**", lambda socket: None)  # nobody answers: what was sent stands
    page.goto(url)
    expect(page.get_by_role("rowheader", name="2", exact=True)).to_be_visible()
    sent = page.evaluate(EDGES), page.evaluate(LINES)
    other = window(url)
    expect(other.locator("#grid table:not(.sent)")).to_be_visible()
    edges, lines = other.evaluate(EDGES), other.evaluate(LINES)
    assert [round(top) for top in lines] == [round(top) for top in sent[1]]
    assert all(abs(now - before) <= 4 for now, before in zip(edges, sent[0], strict=True))
