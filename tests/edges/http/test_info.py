"""What was read of a table is one JSON answer, of every kept version and by either link."""

import json
from typing import Any

import pytest

from pagecast.protocol.facts import decoder
from pagecast.protocol.tables import Info
from tests.edges.talk import ask, put, viewing
from tests.server import Server

CITIES = b"city;people\nOslo;709037\n\nQuito;2011388;x\n"
UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


def info(server: Server, uuid: str, query: str = "") -> dict[str, Any]:
    answer = ask(server, "GET", f"/parser/{uuid}/info{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    decoder(Info)(answer.body)
    told: dict[str, Any] = json.loads(answer.body)
    return told


async def test_it_holds_what_a_viewer_is_told_and_the_names_of_the_columns(server: Server) -> None:
    uuid = put(server, CITIES, "cities.csv?delimiter=semicolon&header_row=1")
    told = info(server, uuid)
    async with viewing(server, uuid) as viewer:
        document = await viewer.until("document")
    own = {name for name in told if name not in document} | {"columns"}
    assert own == {"columns", "n_columns", "header_row", "versions"}
    assert {name: value for name, value in told.items() if name not in own} == {
        name: value for name, value in document.items() if name not in {"type", "seq", "columns"}
    }
    assert told["columns"] == [
        {"name": "city", "kind": "text", "lens": ""},
        {"name": "people", "kind": "number", "lens": ""},
        {"name": "", "kind": "text", "lens": ""},
    ]
    assert (told["n_columns"], told["rows"], told["empty_lines"], told["header_row"]) == (3, 3, 1, 1)
    assert (told["name"], told["size"], told["complete"]) == ("cities.csv", len(CITIES), True)
    assert (told["choices"]["delimiter"], told["choices"]["preamble"]) == ("semicolon", 0)


def test_a_table_without_a_header_has_nameless_columns(server: Server) -> None:
    uuid = put(server, CITIES, "cities.csv?delimiter=semicolon&header=0")
    told = info(server, uuid)
    assert (told["header_row"], {column["name"] for column in told["columns"]}) == (0, {""})


def test_it_is_told_of_every_kept_version(server: Server) -> None:
    uuid = put(server, CITIES, "first.csv")
    assert ask(server, "PUT", f"/parser/{uuid}", b"a\tb\n1\t2\n").status == 200
    first, newest = info(server, uuid, "?version=1"), info(server, uuid)
    assert (first["version"], first["rows"], newest["version"], newest["rows"]) == (1, 3, 2, 2)
    assert (
        first["versions"]
        == newest["versions"]
        == json.loads(ask(server, "GET", f"/parser/{uuid}/versions").body)["versions"]
    )
    assert [(kept["version"], kept["size"]) for kept in first["versions"]] == [(1, len(CITIES)), (2, 8)]


async def test_a_reader_sees_only_the_uuid_it_came_by(server: Server) -> None:
    uuid = put(server, CITIES)
    async with viewing(server, uuid) as viewer:
        reader = (await viewer.until("welcome"))["reader"]
    answer = ask(server, "GET", f"/parser/{reader}/info")
    assert json.loads(answer.body) == {**info(server, uuid), "uuid": reader}
    assert uuid not in answer.text


def test_a_very_wide_table_names_its_first_columns(server: Server) -> None:
    names = [f"c{column}" + "x" * 1000 * (column == 1) for column in range(20_005)]
    told = info(server, put(server, "\t".join(names).encode() + b"\n", "wide.tsv?header=1"))
    assert (told["n_columns"], len(told["columns"])) == (20_005, 20_000)
    assert [len(column["name"]) for column in told["columns"][:3]] == [2, 256, 2]


def test_the_head_of_it_has_no_body(server: Server) -> None:
    uuid = put(server, CITIES)
    head, whole = (ask(server, method, f"/parser/{uuid}/info") for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("?colour=red", 400, "“colour” is not a parameter of this address: use version.\n"),
        ("?version=0", 400, "“0” is not a valid version: send a whole number from 1.\n"),
        ("?version=7", 404, "There is no version 7 of this table: only the newest ones are kept.\n"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(server: Server, query: str, status: int, sentence: str) -> None:
    uuid = put(server, CITIES)
    answer = ask(server, "GET", f"/parser/{uuid}/info{query}")
    assert (answer.status, answer.text) == (status, sentence)
    assert ask(server, "GET", f"/parser/{UNKNOWN}/info").status == 404


def test_the_lens_of_each_column_is_told_here_and_by_the_columns_api(server: Server) -> None:
    uuid = put(server, "Ort\tPreis\tRabatt\nOslo\t1.234,50 €\t5\nBonn\tNULL\t7\n".encode())
    columns = info(server, uuid)["columns"]
    assert [(one["kind"], one["lens"]) for one in columns] == [("text", ""), ("number", "comma"), ("number", "")]
    named = json.loads(ask(server, "GET", f"/parser/{uuid}/columns?columns=2-3").body)
    assert (named["kinds"], named["lenses"]) == (["number", "number"], ["comma", ""])
