"""A view is taken away as a file: over HTTP, under a name that says which view it is."""

import csv
import io
import json
import socket
from urllib.parse import unquote

import pytest

from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, put
from tests.server import Server

CITIES = (
    "city\tcountry\tpeople\tcity\n"
    "Oslo\tNorway\t709037\tA\n"
    "Quito\tEcuador\t1763275\n"
    "Bergen\tNorway\t291940\t=1+1\n"
    'Rome\tItaly\t-1.5\t"two, ""words"""\n'
)


@pytest.fixture(scope="module")
def uuid(server: Server) -> str:
    return put(server, CITIES.encode(), "cities.tsv")


def export(server: Server, uuid: str, query: str, method: str = "GET", **headers: str) -> Answer:
    return ask(server, method, f"/parser/{uuid}/export?{query}", headers=headers)


def name_of(answer: Answer) -> str:
    return unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])


def test_a_view_is_a_file(server: Server, uuid: str) -> None:
    answer = export(server, uuid, "format=csv&country=Norway&_sort=people&row_numbers=1")
    assert answer.status == 200
    assert answer.text == "_row,city,country,people,city\n4,Bergen,Norway,291940,=1+1\n2,Oslo,Norway,709037,A\n"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert name_of(answer) == "cities · country is Norway, by people.csv"
    assert export(server, uuid, "format=tsv").text == CITIES.replace("1763275\n", "1763275\t\n")
    assert name_of(export(server, uuid, "format=tsv")) == "cities.tsv"


def test_the_name_is_in_the_words_of_who_asks(server: Server, uuid: str) -> None:
    answer = export(server, uuid, "format=csv&country=Norway", **{"Accept-Language": "zh"})
    assert name_of(answer) == "cities · country 为 Norway.csv"
    long = export(server, uuid, f"format=jsonl&country__in={','.join(map(str, range(3)))}&city__contains=x")
    assert long.status == 400  # two columns are called city
    long = export(
        server,
        uuid,
        "format=jsonl&" + "&".join(f"{one}__not=%C3%A9/{'%C3%BC' * 30}" for one in ("people", "country", "_c1")),
    )
    assert name_of(long).endswith("….jsonl")
    assert "/" not in name_of(long)
    assert len(name_of(long).encode()) <= 200


def test_lines_of_json_have_only_the_cells_there_are(server: Server, uuid: str) -> None:
    lines = export(server, uuid, "format=jsonl&row_numbers=1").text.splitlines()
    assert json.loads(lines[1]) == {"_row": 3, "_c1": "Quito", "country": "Ecuador", "people": "1763275"}
    assert json.loads(lines[3])["_c4"] == 'two, "words"'


def test_a_file_for_spreadsheets_computes_nothing(server: Server, uuid: str) -> None:
    text = export(server, uuid, "format=csv&spreadsheet=1&_col=people&_col=_c4").text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[3:] == [["291940", "'=1+1"], ["-1.5", 'two, "words"']]


def test_names_can_be_made_unique(server: Server, uuid: str) -> None:
    assert (
        export(server, uuid, "format=csv&names=unique&_c1=Oslo").text
        == "_c1,country,people,_c4\nOslo,Norway,709037,A\n"
    )


def test_parquet_is_sent_whole(server: Server, uuid: str) -> None:
    answer = export(server, uuid, "format=parquet&types=lens")
    assert answer.status == 200
    assert answer.body[:4] == answer.body[-4:] == b"PAR1"


def test_a_file_is_made_first_and_then_downloaded_in_parts(server: Server, uuid: str) -> None:
    query = "format=csv&country=Norway&_sort=people"
    whole = export(server, uuid, query).body
    made = json.loads(export(server, uuid, query, "POST").text)
    assert (made["uuid"], made["view"], made["bytes"]) == (uuid, "country=Norway&_sort=people", len(whole))
    path = f"/parser/{uuid}/files/{made['file']}"
    answer = ask(server, "GET", path)
    assert (answer.status, answer.body) == (200, whole)
    assert name_of(answer) == "cities · country is Norway, by people.csv"
    assert answer.headers["content-length"] == str(len(whole))
    for span in (range(5), range(10, len(whole)), range(3, len(whole) - 2)):  # in the header line, behind it, across
        part = ask(server, "GET", path, headers={"Range": f"bytes={span.start}-{span.stop - 1}"})
        assert (part.status, part.body) == (206, whole[span.start : span.stop])
    assert ask(server, "HEAD", path).body == b""
    other = put(server, b"a\n1\n")
    for gone in (f"/parser/{other}/files/{made['file']}", f"/parser/{uuid}/files/{'0' * 32}"):
        answer = ask(server, "GET", gone)
        assert (answer.status, answer.text) == (404, "The server no longer has this file: make it again.\n")
    assert ask(server, "GET", f"{path}?{query}").body == whole
    again = ask(server, "GET", f"/parser/{uuid}/files/{'0' * 32}?{query}")
    assert (again.status, again.headers["location"]) == (303, f"../export?{query}")
    lines = export(server, uuid, "format=parquet", "POST", Accept="application/jsonl").text.splitlines()
    assert ask(server, "GET", f"/parser/{uuid}/files/{json.loads(lines[-1])['file']}").body[:4] == b"PAR1"
    refused = export(server, uuid, "format=csv&peple=1", "POST", Accept="application/jsonl")
    assert (refused.status, refused.text[:33]) == (400, "There is no column “peple”. Did y")


def test_a_table_without_a_header_has_none_in_its_file(server: Server) -> None:
    uuid = put(server, b"1\t2\n3\t4\n", "numbers.tsv?header=0")
    assert export(server, uuid, "format=csv").text == "1,2\n3,4\n"
    assert export(server, uuid, "format=csv&names=unique").text == "_c1,_c2\n1,2\n3,4\n"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "This address needs a format: tsv, csv, jsonl or parquet."),
        ("format=xlsx", "“xlsx” is not a valid format: send tsv, csv, jsonl or parquet."),
        ("format=csv&row_numbers=yes", "“yes” is not a valid row_numbers: send 1 or 0."),
        ("format=csv&types=lens", "types is for parquet: leave it out, or choose another format."),
        ("format=jsonl&spreadsheet=1", "spreadsheet is for tsv and csv: leave it out, or choose another format."),
        ("format=csv&peple=1", "There is no column “peple”. Did you mean “people”?"),
        ("format=csv&_rows=1", "There is no parameter “_rows”."),
        ("format=csv&people__regex=(", "This pattern cannot be read"),
        ("format=csv&people__gt=many", "“many” is not a number"),
    ],
)
def test_what_cannot_be_taken_away_is_said(server: Server, uuid: str, query: str, sentence: str) -> None:
    answer = export(server, uuid, query)
    assert answer.status == 400
    assert answer.text.startswith(sentence)
    assert "content-disposition" not in answer.headers or answer.headers["content-type"].startswith("text/plain")


def test_head_says_what_would_be_sent(server: Server, uuid: str) -> None:
    answer = export(server, uuid, "format=csv&country=Norway", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert name_of(answer) == "cities · country is Norway.csv"
    assert export(server, uuid, "format=csv&peple=1", "HEAD").status == 400


async def test_no_file_is_left_behind(server: Server, uuid: str) -> None:
    big = put(server, b"a\tb\n" + b"".join(b"%d\t%d\n" % (row, row * 7) for row in range(300_000)), "big.tsv")
    folder = server.data / "queries"
    kept = len(list(folder.glob("*.export")))  # they were made by POST
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        request = f"GET /parser/{big}/export?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
        assert len(list(folder.glob("*.export"))) > kept
    await comes_true(lambda: len(list(folder.glob("*.export"))) == kept)
    for kind in ("csv", "parquet"):
        assert export(server, uuid, f"format={kind}").status == 200
    await comes_true(lambda: len(list(folder.glob("*.export"))) == kept)
