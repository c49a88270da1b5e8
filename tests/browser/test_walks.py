"""The walk of a page turn is true in the browser, too: a real turn calls the functions that it names."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import Open
from tests.browser.test_reading_together import Two, bring, expect_page, link, table
from tests.nginx import TOP
from tests.server import serving


@pytest.fixture
def two(window: Open) -> Iterator[Two]:
    """One person has dropped a table of 250 rows, and another has opened the link.

    The scripts are sent module by module: joined ones have short names.
    """
    with serving("--join_scripts=false") as server:
        one = window(f"{server.http}/parser/")
        bring(one, table(250))
        other = window(link(one))
        expect_page(other, 1, "city 2")
        yield one, other


def walk(title: str) -> set[str]:
    """The JavaScript functions that a section of the walk names."""
    text = (TOP / "docs" / "page-turn.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`(\w+)\(\)`", section))


def traced(page: Page) -> CDPSession:
    """Count the calls of every function of a page from now on."""
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": False})
    session.send("Profiler.takePreciseCoverage")
    return session


def called(session: CDPSession) -> set[str]:
    """The functions of ours that were called since the last look."""
    scripts: list[dict[str, Any]] = session.send("Profiler.takePreciseCoverage")["result"]
    return {
        function["functionName"]
        for script in scripts
        for function in script["functions"]
        if "/static/" in script["url"] and any(span["count"] for span in function["ranges"])
    }


def test_a_page_turn_calls_the_functions_that_its_walk_names(two: Two) -> None:
    one, other = two
    sessions = traced(one), traced(other)
    one.get_by_role("button", name="Next page").click()
    for page in two:
        expect_page(page, 2, "city 101")
    assert walk("In Otter's browser") <= called(sessions[0])
    assert walk("In every browser") <= called(sessions[1])
    other.locator("#grid").focus()
    other.keyboard.press("Control+ArrowDown")
    other.keyboard.press("ArrowDown")
    expect_page(other, 3, "city 201")
    assert walk("Scrolling on, in Heron's browser") <= called(sessions[1])
    expect_page(one, 2, "city 101")
