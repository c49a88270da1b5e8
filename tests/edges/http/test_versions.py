"""Older versions: told of, opened alone, made current again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.edges.talk import ask, page_of, put, table, viewing
from tests.server import Server, serving

TABLES = [table(300 + n, f"version{n}") for n in range(1, 5)]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may kill."""
    with serving("--keep_versions=3") as running:
        yield running


def document(server: Server, versions: int = 4) -> str:
    uuid = put(server, TABLES[0])
    for data in TABLES[1:versions]:
        assert ask(server, "PUT", f"/parser/{uuid}", data).status == 200
    return uuid


def restore(server: Server, uuid: str, number: int | str) -> int:
    return ask(server, "POST", f"/parser/{uuid}/versions", f"version={number}".encode(), FORM).status


def kept(server: Server, uuid: str) -> list[int]:
    return [one["version"] for one in told_of(server, uuid)]


def restored(server: Server, uuid: str) -> list[int | None]:
    """The versions that the kept ones repeat."""
    return [one["restores"] for one in told_of(server, uuid)]


def told_of(server: Server, uuid: str) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = json.loads(ask(server, "GET", f"/parser/{uuid}/versions").body)["versions"]
    return versions


def test_the_last_ones_are_kept_and_told(own: Server) -> None:
    uuid = document(own)
    told = json.loads(ask(own, "GET", f"/parser/{uuid}/versions").body)
    assert told["uuid"] == uuid
    assert [(one["version"], one["rows"], one["size"]) for one in told["versions"]] == [
        (n, 300 + n, len(TABLES[n - 1])) for n in (2, 3, 4)
    ]


async def test_one_can_be_read_by_itself_and_nobody_is_disturbed(server: Server) -> None:
    uuid = document(server, 3)
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        rows = json.loads(ask(server, "GET", f"/parser/{uuid}/rows?version=2&page_no=4").body)
        assert (rows["page_no"], rows["total_number"], rows["data"]) == (4, 302, page_of(TABLES[1], 4))
        assert ask(server, "GET", f"/parser/{uuid}/download?version=1").body == TABLES[0]
        html = ask(server, "GET", f"/parser/{uuid}/versions?version=2&page_no=4", headers={"Accept": "text/html"}).text
        assert "version2" in html
        assert "version3" not in html
        alone = ask(server, "GET", f"/parser/{uuid}?version=2")
        assert (alone.status, alone.headers["location"]) == (302, f"/parser/{uuid}/versions?version=2")
        view = ask(server, "GET", f"/parser/{uuid}?word=version2&_sort=n&version=2")
        assert view.headers["location"] == f"/parser/{uuid}/versions?version=2&word=version2&_sort=n"
        assert ask(server, "GET", view.headers["location"]).status == 200
        assert ask(server, "GET", f"/parser/{uuid}?version=3").status == 200, "what all see is no older one"
        await viewer.say("turn", page_no=2)
        assert (await viewer.until("page"))["version"] == 3
        for stands in ("?page_no=9&version=2", "?page_no=1&version=2", "?version=1&page_no=x"):
            again = ask(server, "GET", f"/parser/{uuid}{stands}", headers={"Accept": "text/html"})
            assert again.status == 200, "where a browser was before another table came is where all are now"
            assert page_of(TABLES[2], 2)[0][0] in again.text


async def test_one_can_be_made_current_again(own: Server) -> None:
    uuid = document(own, 3)
    files = sorted(own.data.glob(f"documents/{uuid}/*.original"))
    async with viewing(own, uuid) as viewer:
        await viewer.until("page")
        assert restore(own, uuid, 2) == 200
        page = await viewer.until("page")
        assert (page["version"], page["page_no"], page["data"]) == (4, 1, page_of(TABLES[1], 1))
    assert kept(own, uuid) == [2, 3, 4]
    assert restored(own, uuid) == [None, None, 2]
    assert set(own.data.glob(f"documents/{uuid}/*.original")) < set(files), "its file is not copied"
    for data in TABLES[2:]:
        assert ask(own, "PUT", f"/parser/{uuid}", data).status == 200
    assert restore(own, uuid, 4) == 200
    own.kill()
    own.start()
    assert kept(own, uuid) == [5, 6, 7]
    assert restored(own, uuid) == [None, None, 2], "it repeats the upload, not the copy of it"
    assert ask(own, "GET", f"/parser/{uuid}/download?version=7").body == TABLES[1], "2 is gone, its file is not"


def test_rows_are_added_to_what_is_current_and_to_nothing_else(own: Server) -> None:
    uuid = document(own, 2)
    assert restore(own, uuid, 1) == 200
    assert ask(own, "PUT", f"/parser/{uuid}?append=1", b"more\t1\t2\n").status == 200
    assert ask(own, "GET", f"/parser/{uuid}/download").body == TABLES[0] + b"more\t1\t2\n"
    assert ask(own, "GET", f"/parser/{uuid}/download?version=1").body == TABLES[0]
    assert restore(own, uuid, 1) == 200
    refused = ask(own, "PUT", f"/parser/{uuid}?append=1", b"other\t1\t2\n")
    assert (refused.status, refused.text.count("\n")) == (409, 1)
    assert ask(own, "GET", f"/parser/{uuid}/download?version=3").body == TABLES[0] + b"more\t1\t2\n"


def test_what_is_not_kept_is_refused(server: Server) -> None:
    uuid = document(server, 2)
    for query in ("rows?version=9", "rows?version=0", "rows?version=x", "download?version=9", "versions?version=9"):
        answer = ask(server, "GET", f"/parser/{uuid}/{query}")
        assert answer.status in (400, 404), query
        assert answer.text.count("\n") == 1
    assert [restore(server, uuid, number) for number in (9, 0, "x", "")] == [404, 400, 400, 400]
    assert ask(server, "GET", "/parser/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11/versions").status == 404
    assert kept(server, uuid) == [1, 2]


async def test_who_may_only_read_cannot_make_one_current(server: Server) -> None:
    uuid = document(server, 2)
    async with viewing(server, uuid) as viewer:
        reader = (await viewer.until("welcome"))["reader"]
    told = ask(server, "GET", f"/parser/{reader}/versions")
    assert json.loads(told.body)["uuid"] == reader
    assert restore(server, reader, 1) == 403
    html = ask(server, "GET", f"/parser/{reader}/versions", headers={"Accept": "text/html"}).text
    assert uuid not in html
    assert "<form" not in html


def test_what_was_made_current_again_can_be_read_again_and_added_to(own: Server) -> None:
    uuid = document(own, 2)
    assert restore(own, uuid, 1) == 200
    answer = ask(own, "POST", f"/parser/{uuid}/read?header=0")
    assert answer.status == 200
    assert restored(own, uuid) == [None, None, 1]
    fresh = json.loads(answer.body)
    assert (fresh["version"], fresh["dialect"]["header"]) == (3, False)
    assert ask(own, "PUT", f"/parser/{uuid}?append=1", b"more\t1\t2\n").status == 200
    own.restart()
    rows = json.loads(ask(own, "GET", f"/parser/{uuid}/rows?page_no=4").body)
    assert (rows["total_number"], rows["data"][-1]) == (302, ["more", "1", "2"])
    older = json.loads(ask(own, "GET", f"/parser/{uuid}/rows?version=1&page_no=4").body)
    assert (older["total_number"], older["data"]) == (301, page_of(TABLES[0], 4))


def test_a_link_to_a_view_says_what_has_changed_and_leads_to_the_older_version(server: Server) -> None:
    places = [("Oslo", "NO"), ("Bergen", "NO"), ("Quito", "EC"), *((f"Vik {n}", "NO") for n in range(200))]
    uuid = put(server, b"city\tcountry\n" + "".join(f"{city}\t{country}\n" for city, country in places).encode())
    places[1:3] = [("Moss", "NO"), ("Tromso", "NO"), ("Rome", "IT")]
    newer = b"country\tcity\n" + "".join(f"{country}\t{city}\n" for city, country in places).encode()
    assert ask(server, "PUT", f"/parser/{uuid}", newer).status == 200
    told = json.loads(ask(server, "GET", f"/parser/{uuid}/changes?version=1&country=NO").body)
    words = "202 rows when this was shared; now 2 more, 1 fewer"
    assert (told["rows"], told["newest_rows"], told["more"], told["fewer"], told["words"]) == (202, 203, 2, 1, words)

    page = ask(server, "GET", f"/parser/{uuid}?country=NO&_rows=202&page_no=2&version=1").text
    assert words in page
    assert "203 of 204 rows: country is NO" in page
    link = f"/parser/{uuid}/versions?version=1&country=NO"
    assert f'href="{link}">See version 1' in page.replace("&amp;", "&")
    older = ask(server, "GET", link).text
    assert "202 of 203 rows: country is NO" in older
    assert "Bergen" in older
    assert "Tromso" not in older
    assert "Quito" not in older
    assert f'href="/parser/{uuid}/versions?country=NO&version=1&page_no=3"' in older.replace("&amp;", "&")
    assert "Vik 199" in ask(server, "GET", f"{link}&page_no=3").text
    answer = ask(server, "GET", f"/parser/{uuid}?country=NO&version=1")
    assert (answer.status, answer.headers["location"]) == (302, link)
    assert (
        "分享时有 202 行；现在新增 2 行，少了 1 行"
        in ask(server, "GET", f"/parser/{uuid}/changes?version=1&country=NO", headers={"Accept-Language": "zh-CN"}).text
    )
    assert ask(server, "GET", f"/parser/{uuid}/versions?version=1&cuntry=NO").status == 400
