"""The page as the server sends it: in whose language, and what it shows before any script runs."""

import gzip
import re

import pytest

from pagecast.edges.http.viewer_page import APPEARANCE_FIELDS
from tests.edges.talk import ask, page_of, put, table
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
    assert ("/js/text/zh.js" in page.text) == (language == "zh-CN")
    assert page.headers["vary"] == "Accept-Language, Cookie, Accept-Encoding"


@pytest.mark.parametrize("path", ["/parser/", "/parser/nowhere"])
def test_a_page_is_sent_compressed_to_who_takes_that(server: Server, path: str) -> None:
    plain, packed = (
        ask(server, "GET", path, headers={"Accept": "text/html"} | accepted)
        for accepted in ({}, {"Accept-Encoding": "gzip, br"})
    )
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    tags = [answer.headers.get("etag") for answer in (plain, packed)]
    assert tags[0] != tags[1] or tags == [None, None], "plain and compressed bytes are not the same bytes"


def test_errors_come_in_the_language_of_who_asks_and_in_english_to_programs(server: Server) -> None:
    path, chinese = "/parser/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", {"Accept-Language": "zh"}
    for headers, words in [
        ({}, "There is no table at this address"),
        ({"Accept-Language": "*"}, "There is no table at this address"),
        (chinese, "此地址没有表格"),
        ({"Cookie": "look=dark.zh"}, "此地址没有表格"),
        (chinese | {"Cookie": "look=en"}, "There is no table at this address"),
        (chinese | {"Accept": "text/html"}, "此地址没有表格"),
        ({"Accept": "text/html"}, "There is no table at this address"),
    ]:
        answer = ask(server, "GET", path, headers=headers)
        assert answer.status == 404
        assert words in answer.text
        assert "Accept-Language, Cookie" in answer.headers["vary"]


@pytest.fixture(scope="module")
def uuid(server: Server) -> str:
    return put(server, table(950), "cities.tsv")


def test_a_table_is_there_before_any_script_and_without_one(server: Server, uuid: str) -> None:
    page = ask(server, "GET", f"/parser/{uuid}?page_no=3").text
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>(.*?)</tr>', page)
    cells = [re.findall("<td[^>]*>(.*?)</td>", row) for _, row in rows]
    assert [int(number) for number, _ in rows] == list(range(201, 301))
    assert cells == page_of(table(950), 3)
    assert set(re.findall(r'href="([^"]+\?page_no=\d+)"', page)) >= {
        f"/parser/{uuid}?page_no={page_no}" for page_no in (1, 2, 4, 10)
    }


def test_without_a_page_number_it_is_the_rooms_page(server: Server, uuid: str) -> None:
    assert '<tr><th scope="row">2</th>' in ask(server, "GET", f"/parser/{uuid}").text


def test_a_preview_is_told_what_the_table_is(server: Server, uuid: str) -> None:
    page = ask(server, "GET", f"/parser/{uuid}").text
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', page))
    assert "<title>cities.tsv · page 1 · Pagecast</title>" in page
    assert meta["og:title"] == "cities.tsv · page 1 · Pagecast"
    assert meta["og:description"] == meta["description"]
    assert meta["description"] == "950 rows and 3 columns to read together: n · word · double"
    assert meta["robots"] == "noindex"


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [("99", 404, "There is no page 99: this table has 10 pages."), ("three", 400, "“three” is not a page number")],
)
def test_a_page_that_is_not_there_is_told_beside_the_one_that_stands(
    server: Server, uuid: str, asked: str, status: int, sentence: str
) -> None:
    answer = ask(server, "GET", f"/parser/{uuid}?page_no={asked}")
    assert answer.status == status
    assert sentence in answer.text
    assert '<tr><th scope="row">2</th>' in answer.text


def test_what_a_table_holds_never_becomes_markup(server: Server) -> None:
    nasty = "<script>alert(1)</script>\t\"'><img src=x onerror=1>\t{{ 7 * 7 }}%s\0</td>"
    uuid = put(server, f"{nasty}\n{nasty}2\n".encode(), "<b>.tsv")
    page = ask(server, "GET", f"/parser/{uuid}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;.tsv" in page
    assert "{{ 7 * 7 }}%s␀&lt;/td&gt;" in page


def test_a_table_of_20000_columns_makes_a_page_like_any_other(server: Server) -> None:
    row = "\t".join(str(n) for n in range(20_000))
    uuid = put(server, f"{row}\n{row}\n".encode())
    page = ask(server, "GET", f"/parser/{uuid}")
    assert len(page.body) < 100_000
    assert "19,900 more columns" in page.text


def settings_of(page: str) -> str:
    """Return the form of the settings."""
    begin = page.index('id="look"')
    return page[begin : page.index("</form>", begin)]


def test_the_page_comes_as_it_was_chosen_to_look(server: Server, uuid: str) -> None:
    page = ask(server, "GET", f"/parser/{uuid}", headers={"Cookie": 'look=dark.compact.<b>."'}).text
    assert '<html lang="en" class="compact dark">' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert re.findall(r'name="(\w+)" value="(\w*)" checked', settings_of(page)) == [
        ("theme", "dark"),
        ("spacing", "compact"),
        ("cells", ""),
        ("longText", ""),
        ("textSize", ""),
        ("columnHeads", ""),
        ("language", "en"),
    ]


def test_the_first_page_names_the_command_that_sends_a_file_here(server: Server) -> None:
    page = ask(server, "GET", "/parser/", headers={"Host": "tables.localhost:8080"})
    assert ">curl -T cities.tsv http://tables.localhost:8080/parser/<" in page.text


def test_the_form_of_the_settings_is_kept_in_the_cookie(server: Server) -> None:
    fields = re.findall(r'<input type="radio" name="(\w+)"', settings_of(ask(server, "GET", "/parser/").text))
    assert set(fields) == set(APPEARANCE_FIELDS)
    answer = ask(server, "GET", "/parser/?_look=kept&theme=dark&spacing=&language=zh&textSize=enormous")
    assert (answer.status, answer.headers["location"]) == (303, "/parser/")
    assert answer.headers["set-cookie"].startswith("look=dark.zh; ")
    assert ask(server, "GET", "/parser/?theme=dark").status == 200, "a column may be called theme"


def test_a_view_is_served_to_browsers_without_scripts(server: Server) -> None:
    uuid = put(server, b"gene\tscore\na\t5\nb\t12\nc\t\nd\t7\n")
    page = ask(server, "GET", f"/parser/{uuid}?score__gt=5&_sort_desc=score")
    assert re.findall(r'<th scope="row">(\d+)</th><td>(\w)</td>', page.text) == [("3", "b"), ("5", "d")]
    assert (
        "<title>2 of 4 rows: score &gt; 5, by score (descending) · cities.tsv · page 1 · Pagecast</title>" in page.text
    )
    assert 'og:description" content="2 of 4 rows: score &gt; 5, by score (descending) · ' in page.text
    assert "1–2 of 2 rows</p>" in page.text
    assert 'aria-sort="descending" data-sorted="↓"' in page.text
    links = re.findall(rf'<a href="/parser/{uuid}([^"]*)" rel="nofollow">', page.text)
    assert links == ["?score__gt=5&amp;_sort=gene", "?score__gt=5"]
    nothing = ask(server, "GET", f"/parser/{uuid}?gene=x")
    assert "no row matches" in nothing.text
    assert '<p class="nothing">0 of 4 rows: gene is x</p>' in nothing.text


def test_the_names_of_columns_are_links_that_sort(server: Server) -> None:
    uuid = put(server, b"city\tpeople\n" + b"Oslo\t709037\n" * 250)
    page = ask(server, "GET", f"/parser/{uuid}?page_no=2")
    assert f'<a href="/parser/{uuid}?_sort=city" rel="nofollow">city</a>' in page.text
    sorted_page = ask(server, "GET", f"/parser/{uuid}?_sort=city")
    assert f'href="/parser/{uuid}?_sort=city&amp;page_no=2" rel="next"' in sorted_page.text


def test_a_view_that_cannot_be_is_said_above_the_whole_table(server: Server) -> None:
    uuid = put(server, b"city\tpeople\n" + b"Oslo\t709037\n" * 19)
    page = ask(server, "GET", f"/parser/{uuid}?citi=5")
    assert page.status == 400
    assert "Did you mean “city”?" in page.text
    assert page.text.count('<th scope="row">') == 19
