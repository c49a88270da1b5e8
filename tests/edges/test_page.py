"""The page as the server sends it: in whose language, and what it shows before any script runs."""

import pytest

from tests.edges.talk import ask
from tests.server import Server


@pytest.mark.parametrize(
    ("headers", "language", "words"),
    [
        ({}, "en", "Drop a table here"),
        ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-CN", "把表格拖到这里"),
        ({"Accept-Language": "zh-CN", "Cookie": "look=dark.en"}, "en", "Drop a table here"),
        ({"Accept-Language": "en", "Cookie": "other=1; look=zh"}, "zh-CN", "把表格拖到这里"),
        ({"Accept-Language": "en", "Cookie": 'look="><script>'}, "en", "Drop a table here"),
    ],
)
def test_the_page_comes_in_the_language_of_who_asks(
    server: Server, headers: dict[str, str], language: str, words: str
) -> None:
    page = ask(server, "GET", "/parser/", headers=headers)
    assert f'<html lang="{language}"' in page.text
    assert words in page.text
    assert ("/js/zh.js" in page.text) == (language == "zh-CN")
    assert page.headers["vary"] == "Accept-Language, Cookie"


def test_people_are_told_what_is_wrong_in_their_language_and_programs_in_english(server: Server) -> None:
    path, chinese = "/parser/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", {"Accept-Language": "zh"}
    for headers, words in [
        (chinese, "There is no table at this address"),
        (chinese | {"Accept": "text/html"}, "这个地址没有表"),
        ({"Accept": "text/html"}, "There is no table at this address"),
    ]:
        answer = ask(server, "GET", path, headers=headers)
        assert answer.status == 404
        assert words in answer.text
