"""A search of a page finds its cells and the names of its columns, in columns that no viewer has loaded too."""

import json
import socket
from typing import Any

import pytest

from tests.edges.talk import ask, comes_true, put, viewing
from tests.server import Server, serving

UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
COLUMNS = 3000


def wide() -> bytes:
    names = "\t".join(f"gene {column}" for column in range(1, COLUMNS + 1))
    rows = ("\t".join(f"{row}.{column}" for column in range(1, COLUMNS + 1)) for row in range(2, 151))
    return "\n".join([names, *rows, ""]).encode()


def find(server: Server, uuid: str, query: str) -> dict[str, Any]:
    answer = ask(server, "GET", f"/parser/{uuid}/find?{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_cells_and_names_are_found_in_any_column_of_any_page(server: Server) -> None:
    uuid = put(server, wide())
    found = find(server, uuid, "page_no=1&text=.2999")
    assert (found["uuid"], found["version"], found["edition"], found["page_no"]) == (uuid, 1, 1, 1)
    assert (found["names"], found["complete"]) == ([], True)
    assert found["matches"] == [[row, 2999] for row in range(2, 101)]
    found = find(server, uuid, "page_no=2&text=GENE%202999")
    assert (found["names"], found["matches"]) == ([2999], [])
    assert find(server, uuid, "page_no=2&text=150.1&version=1")["matches"][:2] == [[150, 1], [150, 10]]


def test_the_pages_of_a_view_are_searched_too(server: Server) -> None:
    uuid = put(server, wide())
    found = find(server, uuid, "page_no=2&text=.2999&_sort_desc=gene%202")
    assert found["matches"] == [[row, 2999] for row in range(50, 1, -1)]
    assert find(server, uuid, "page_no=1&text=.2999&gene%201=150.1")["matches"] == [[150, 2999]]
    assert ask(server, "GET", f"/parser/{uuid}/find?page_no=3&text=1&_sort=gene%202").status == 404
    assert ask(server, "GET", f"/parser/{uuid}/find?page_no=1&text=1&colour=red").status == 400


def test_a_search_that_finds_too_much_says_that_there_is_more(server: Server) -> None:
    found = find(server, put(server, wide()), "page_no=1&text=1")
    assert (len(found["names"]) + len(found["matches"]), found["complete"]) == (5000, False)


def test_the_header_row_is_no_match_wherever_it_stands(server: Server) -> None:
    uuid = put(server, b"# cities\ncity\tpeople\nCity of Oslo\t7\n", "cities.tsv?header_row=2")
    found = find(server, uuid, "page_no=1&text=city")
    assert (found["names"], found["matches"]) == ([1], [[3, 1]])
    uuid = put(server, b"city\tpeople\nCity of Oslo\t7\n", "cities.tsv?header=0")
    found = find(server, uuid, "page_no=1&text=city")
    assert (found["names"], found["matches"]) == ([], [[1, 1], [2, 1]])


def test_a_header_that_lacks_its_first_name_is_found_over_the_right_column(server: Server) -> None:
    uuid = put(server, b"mpg\tcyl\nMazda\t21\t6\nDatsun\t22\t4\nHornet\t18\t8\n", "cars.tsv")
    assert find(server, uuid, "page_no=1&text=cyl")["names"] == [3]


def test_quoted_cells_are_searched_as_they_are_shown(server: Server) -> None:
    uuid = put(server, b'a,b\n1,"two\nlines, and ""more"""\n', "t.csv?delimiter=,&quoting=quoted&header=1")
    assert find(server, uuid, "page_no=1&text=two%0Alines,%20and%20%22MORE%22")["matches"] == [[2, 2]]


async def test_a_reader_finds_the_same_and_sees_only_the_uuid_it_came_by(server: Server) -> None:
    uuid = put(server, b"city\nOslo\n")
    async with viewing(server, uuid) as viewer:
        reader = (await viewer.until("welcome"))["reader"]
    assert find(server, reader, "page_no=1&text=oslo") == {**find(server, uuid, "page_no=1&text=oslo"), "uuid": reader}


def test_the_head_of_it_has_no_body(server: Server) -> None:
    uuid = put(server, b"city\nOslo\n")
    head = ask(server, "HEAD", f"/parser/{uuid}/find?page_no=1&text=o")
    assert (head.status, head.body) == (200, b"")


ENDLESS = """
import time, pagecast.service.pages as p
class Endless(p.CellSearch):
    def columns(self, read, row):
        while self.complete and self._folded == "endless":
            time.sleep(0.001)
        return super().columns(read, row)
p.CellSearch, p.MAX_SEARCHES, p.MAX_WAITING = Endless, 1, 0
"""
"""A server that searches for one text until it is stopped, and for no other meanwhile."""


async def test_a_search_whose_client_has_left_makes_room_for_another() -> None:
    with serving(first=ENDLESS) as server:
        path = f"/parser/{put(server, wide())}/find?page_no=1&text="
        with socket.create_connection(("127.0.0.1", server.port)) as end:
            end.sendall(f"GET {path}endless HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await comes_true(lambda: ask(server, "GET", f"{path}9.4321").status == 503)
        await comes_true(lambda: ask(server, "GET", f"{path}9.4321").status == 200)


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("?page_no=1", 400, "A search needs a page_no, counted from 1, and a text.\n"),
        ("?text=a", 400, "A search needs a page_no, counted from 1, and a text.\n"),
        ("?page_no=1&text=", 400, "A search needs a page_no, counted from 1, and a text.\n"),
        ("?page_no=x&text=a", 400, "“x” is not a valid page_no: send a whole number from 1.\n"),
        ("?page_no=1&text=" + "a" * 1001, 400, "This text is too long: send at most 1,000 characters.\n"),
        (
            "?page_no=1&text=a&q=b",
            400,
            "There is no column “q”. Columns are named by their header or by their position, such as _c1.\n",
        ),
        ("?page_no=1&text=a&version=7", 404, "There is no version 7 of this table: only the newest ones are kept.\n"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(server: Server, query: str, status: int, sentence: str) -> None:
    uuid = put(server, b"city\nOslo\n")
    answer = ask(server, "GET", f"/parser/{uuid}/find{query}")
    assert (answer.status, answer.text) == (status, sentence)
    assert ask(server, "GET", f"/parser/{uuid}/find?page_no=9&text=a").status == 404
    assert ask(server, "GET", f"/parser/{uuid}/find?page_no=1&text=%ff").status == 400
    assert ask(server, "GET", f"/parser/{UNKNOWN}/find?page_no=1&text=a").status == 404
