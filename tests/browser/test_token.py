"""A server that asks for a token: the first page asks for it once, with scripts and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Open
from tests.server import Server, serving

CITIES: FilePayload = {"name": "cities.tsv", "mimeType": "", "buffer": b"city\tcountry\nOslo\tNorway\n"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Server]:
    with serving("--upload_token=correct horse") as server:
        yield server


@pytest.mark.parametrize("scripts", [True, False])
def test_the_token_is_asked_for_once(guarded: Server, window: Open, scripts: bool) -> None:
    page = window(f"{guarded.http}/parser/", java_script_enabled=scripts)
    expect(page.get_by_role("button", name="Choose a file")).to_be_hidden()
    for token in ("wrong", "correct horse"):
        page.get_by_label("Upload token").fill(token)
        page.get_by_role("button", name="Continue").click()
        if token == "wrong":
            expect(page.get_by_text("This is not the upload token of this server")).to_be_visible()
    expect(page.get_by_label("Upload token")).to_have_count(0)
    if scripts:
        page.locator("#file").set_input_files(CITIES)
    else:
        page.locator("input[type=file]:visible").set_input_files(CITIES)
        page.get_by_role("button", name="Upload").click()
    expect(page.locator("#grid")).to_contain_text("Oslo")
    page.goto(f"{guarded.http}/parser/")
    expect(page.get_by_label("Upload token")).to_have_count(0)


def test_a_file_that_is_dropped_without_the_token_is_refused_in_words(guarded: Server, window: Open) -> None:
    page = window(f"{guarded.http}/parser/")
    page.locator("#file").set_input_files(CITIES)
    expect(page.locator("#start-sentence")).to_contain_text("New tables need this server’s upload token")
