"""How a file is read can be said when it is sent and changed afterwards, over HTTP and over a WebSocket."""

import json
from urllib.parse import quote

import pytest

from pagecast.protocol.facts import encode
from pagecast.protocol.tables import ALL_GUESSED
from tests.edges.talk import ask, put, viewing
from tests.server import Server

PEOPLE = 'name;born\n"Lovelace; Ada";1815\nFranÃ§ois;1912\n'.encode("cp1252")
"""UTF-8 that is meant to be read as Windows-1252 here, and quotes that are meant to be text."""


def chosen(**choices: object) -> dict[str, object]:
    """The choices of a `read` frame: these ones, and the rest detected."""
    return {**json.loads(encode(ALL_GUESSED)), **choices}


def rows(server: Server, uuid: str) -> list[list[str]]:
    data: list[list[str]] = json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)["data"]
    return data


def test_a_file_is_read_as_its_sender_says(server: Server) -> None:
    query = f"?delimiter={quote(';')}&quoting=literal&encoding=Windows-1252&header=0"
    uuid = put(server, PEOPLE, f"people.csv{query}")
    assert rows(server, uuid) == [["name", "born"], ['"Lovelace', ' Ada"', "1815"], ["FranÃ§ois", "1912"]]
    assert ask(server, "GET", f"/parser/{uuid}/download").body == PEOPLE


def test_it_can_be_read_again_without_being_sent_again(server: Server) -> None:
    uuid = put(server, PEOPLE, "people.csv")
    assert rows(server, uuid) == [["name", "born"], ["Lovelace; Ada", "1815"], ["François", "1912"]]
    answer = ask(server, "POST", f"/parser/{uuid}/read?delimiter=comma")
    assert (answer.status, json.loads(answer.body)["dialect"]["delimiter"]) == (200, "comma")
    assert rows(server, uuid)[0] == ["name;born"]
    assert ask(server, "POST", f"/parser/{uuid}/read").status == 200
    assert rows(server, uuid)[1] == ["Lovelace; Ada", "1815"]
    assert ask(server, "GET", f"/parser/{uuid}/download").body == PEOPLE


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("delimiter=x", "delimiter"),
        ("encoding=klingon", "encoding"),
        ("encoding=rot13", "encoding"),
        ("quoting=maybe", "quoting"),
        ("header=yes", "header"),
        ("header_row=0", "header_row"),
        ("header_row=2&preamble=1", "header_row"),
        ("header_row=2&header=0", "header_row"),
        ("preamble=10001", "rows before the header"),
        ("preamble=some", "preamble"),
        ("quote=x", "quote"),
        ("escape=no", "escape"),
        ("line_end=mixed", "line end"),
        ("skip_initial_space=yes", "skip_initial_space"),
        ("comment=%09", "comment"),
        ("colour=red", "parameter"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_a_sentence(server: Server, query: str, says: str) -> None:
    uuid = put(server, PEOPLE)
    for method, path in (("PUT", f"/parser/x.csv?{query}"), ("POST", f"/parser/{uuid}/read?{query}")):
        answer = ask(server, method, path, b"a\n" if method == "PUT" else b"")
        assert answer.status == 400
        assert says in answer.text
        assert answer.text.count("\n") == 1


def test_a_table_that_would_begin_behind_its_last_row_is_refused(server: Server) -> None:
    uuid = put(server, PEOPLE)
    sentence = "The table cannot begin behind 999 rows: this file has 3 rows in all.\n"
    for method, path in (("PUT", "/parser/x.csv?preamble=999"), ("POST", f"/parser/{uuid}/read?preamble=999")):
        answer = ask(server, method, path, PEOPLE if method == "PUT" else b"")
        assert (answer.status, answer.text) == (422, sentence)
    assert rows(server, uuid)[0] == ["name", "born"]


async def test_everyone_sees_the_new_reading(server: Server) -> None:
    uuid = put(server, PEOPLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        await one.until("page")
        await other.until("page")
        choices = chosen(delimiter="pipe")
        await one.say("read", version=1, choices=choices)
        for viewer in (one, other):
            document = await viewer.until("document")
            assert (document["edition"], document["choices"]) == (2, choices)
            page = await viewer.until("page")
            assert (page["edition"], page["data"][0]) == (2, ["name;born"])
        await other.say("fetch", page_no=1)
        assert (await other.until("fetched"))["edition"] == 2
        await one.say("read", version=9, choices=choices)
        assert (await one.until("error"))["code"] == "superseded"
        for wrong in (chosen(delimiter="dash"), chosen(preamble=-1), chosen(quote="x"), chosen(comment="\n")):
            await one.say("read", version=1, choices=wrong)
            assert (await one.until("error"))["code"] == "bad-request"


async def test_who_may_only_read_may_not_have_it_read_again(server: Server) -> None:
    uuid = put(server, PEOPLE)
    async with viewing(server, uuid) as viewer:
        reader = (await viewer.until("welcome"))["reader"]
    assert ask(server, "POST", f"/parser/{reader}/read?delimiter=comma").status == 403
    async with viewing(server, reader) as viewer:
        choices = chosen(delimiter="pipe")
        await viewer.say("read", version=1, choices=choices)
        assert (await viewer.until("error"))["code"] == "read-only"
