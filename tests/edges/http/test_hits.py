"""Programs ask which row of a view a search finds next."""

import http.client
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.edges.talk import ask, put
from tests.held_queries import HOLD, held
from tests.server import Server, serving

TABLE = b"gene\tscore\n" + b"".join(b"g%d\t%d\n" % (row, -row) for row in range(2, 402))


LINES = {"Accept": "application/jsonl"}


@pytest.fixture(scope="module")
def held_server() -> Iterator[Server]:
    with serving(first=HOLD) as running:
        yield running


def hits(server: Server, uuid: str, query: str) -> dict[str, object]:
    answer = ask(server, "GET", f"/parser/{uuid}/hits?{query}")
    assert answer.status == 200, answer.text
    return dict(json.loads(answer.text))


def test_hits_are_told_as_seen_from_a_row_of_the_view(server: Server) -> None:
    uuid = put(server, TABLE)
    seen = hits(server, uuid, "_search=G10")
    assert {key: value for key, value in seen.items() if key not in ("uuid", "map")} == {
        "version": 1,
        "view": "_search=G10",
        "rows": 400,
        "hits": 11,
        "before": 0,
        "here": False,
        "previous": 108,
        "next": 9,
    }
    assert len(seen["map"]) == 200  # type: ignore[arg-type]
    seen = hits(server, uuid, "_search=g10&_sort=score&score__lt=-100&row=300")  # g401 is first
    assert (seen["rows"], seen["hits"], seen["before"], seen["next"], seen["previous"]) == (301, 9, 7, 301, 299)
    assert seen["here"] is True


def test_a_search_without_a_hit_leads_nowhere(server: Server) -> None:
    seen = hits(server, put(server, TABLE), "_search=nowhere&row=3")
    assert (seen["hits"], seen["next"], seen["previous"]) == (0, None, None)


def test_hits_need_a_search(server: Server) -> None:
    answer = ask(server, "GET", f"/parser/{put(server, TABLE)}/hits?gene=g7")
    assert (answer.status, answer.text) == (400, "Hits are of a search: add _search=text to the view.\n")


def test_an_answer_in_lines_tells_first_how_far_it_is(held_server: Server) -> None:
    uuid = put(held_server, TABLE)
    with ExitStack() as stack:
        stack.enter_context(held(held_server))
        connection = http.client.HTTPConnection("127.0.0.1", held_server.port, timeout=30)
        connection.request("GET", f"/parser/{uuid}/hits?_search=g10", headers=LINES)
        answer = connection.getresponse()
        told = [json.loads(answer.readline())]
        while told[-1]["percent"] is None:
            told.append(json.loads(answer.readline()))
        stack.close()
        *_, last = answer.read().splitlines()
    connection.close()
    assert answer.headers["Content-Type"] == "application/jsonl; charset=utf-8"
    assert told[-1] == {"type": "progress", "what": "hits", "version": 1, "percent": 37}
    assert (json.loads(last)["hits"], "partial" in json.loads(last)) == (11, False)


def test_a_question_that_fails_at_once_is_an_error_in_lines_too(held_server: Server) -> None:
    answer = ask(held_server, "GET", f"/parser/{put(held_server, TABLE)}/values?column=nothing", headers=LINES)
    assert answer.status == 400
