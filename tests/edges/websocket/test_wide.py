"""DocumentService wider than a screen, rows of a million cells, cells of megabytes: on a real server."""

import asyncio
import gzip
import json
import time
from functools import cache
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.edges.talk import PATIENCE_S, Client, Frame, ask, page_of, put, viewing
from tests.server import Server

COLUMNS = 5000
MB = 2**20


def wide(rows: int, columns: int = COLUMNS) -> bytes:
    """A table of this many columns, whose every cell says where it stands."""
    names = "\t".join(f"name {column}" for column in range(1, columns + 1))
    lines = ("\t".join(f"{row}.{column}" for column in range(1, columns + 1)) for row in range(2, rows + 1))
    return "\n".join([names, *lines, ""]).encode()


@cache
def wide_table() -> bytes:
    """The table of most tests here."""
    return wide(150)


def seen(page_no: int, *columns: int) -> list[list[str]]:
    return [[row[column - 1] for column in columns] for row in page_of(wide_table(), page_no)]


@pytest.fixture(scope="module")
def uuid(server: Server) -> str:
    return put(server, wide_table(), "wide.tsv")


async def watch(viewer: Client, *columns: list[int]) -> Frame:
    await viewer.say("watch", columns=columns)
    return await viewer.until("page", columns=list(columns))


async def test_a_viewer_is_sent_the_columns_that_it_looks_at(server: Server, uuid: str) -> None:
    async with viewing(server, uuid) as viewer:
        page = await viewer.until("page")
        assert (page["columns"], page["n_columns"]) == ([[1, 100]], COLUMNS)
        assert page["data"] == seen(1, *range(1, 101))
        page = await watch(viewer, [1, 1], [4001, 4040])
        assert page["header"] == ["name 1", *(f"name {column}" for column in range(4001, 4041))]
        assert page["data"] == seen(1, 1, *range(4001, 4041))
        assert len(json.dumps(page)) < 100_000
        await viewer.say("turn", page_no=2)
        page = await viewer.until("page", page_no=2)
        assert page["header"][-1] == "name 4040"
        assert page["data"] == seen(2, 1, *range(4001, 4041))
        assert page["kinds"] == ["number"] * 41
        await viewer.say("fetch", page_no=1)
        assert (await viewer.until("fetched"))["data"] == seen(1, 1, *range(4001, 4041))
        await viewer.say("turn", page_no=1)
        await viewer.until("page", page_no=1)


async def test_each_sees_its_own_columns_of_the_page_that_one_turns_to(server: Server, uuid: str) -> None:
    async with viewing(server, uuid) as one, viewing(server, uuid) as other, viewing(server, uuid) as third:
        await watch(one, [1, 32])
        for viewer in (other, third):
            await watch(viewer, [4969, 5000])
        await one.say("turn", page_no=2)
        assert (await one.until("page", page_no=2))["data"] == seen(2, *range(1, 33))
        for viewer in (other, third):
            assert (await viewer.until("page", page_no=2))["data"] == seen(2, *range(4969, 5001))
        await one.say("turn", page_no=1)
        await other.until("page", page_no=1)


async def test_who_looks_elsewhere_answers_nobody_else(server: Server, uuid: str) -> None:
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        await other.until("page")
        await watch(one, [2001, 2016])
        await one.say("turn", page_no=1)
        assert (await other.until("page"))["columns"] == [[1, 100]]
        assert (await one.until("page"))["columns"] == [[2001, 2016]]


async def test_who_looks_beyond_a_narrower_table_sees_its_first_columns(server: Server) -> None:
    uuid = put(server, wide_table())
    async with viewing(server, uuid) as viewer:
        await watch(viewer, [4001, 4040])
        put(server, b"a\tb\n1\t2\n", uuid)
        page = await viewer.until("page", version=2)
        assert (page["columns"], page["data"]) == ([[1, 2]], [["a", "b"], ["1", "2"]])


@pytest.mark.parametrize(
    "columns",
    [[], [[1, 501]], [[0, 3]], [[3, 2]], [[1, 3], [3, 4]], [[5, 6], [1, 2]], [[1, 10**15]], [[-1, 3]], [[1, 2, 3]]],
    ids=str,
)
async def test_what_are_no_columns_is_refused_and_closes_nothing(
    server: Server, uuid: str, columns: list[list[int]]
) -> None:
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        await viewer.say("watch", columns=columns)
        assert (await viewer.until("error"))["code"] == "bad-frame"
        assert (await watch(viewer, [7, 9]))["data"] == seen(1, 7, 8, 9)


async def test_long_cells_are_cut_and_whole_on_demand(server: Server) -> None:
    name, cell = "n" * 10_000, "東京 " * 300_000
    uuid = put(server, f"{name}\tb\tc\n1\t{cell}\t3\n\n{'x' * 3000}".encode())
    async with viewing(server, uuid) as viewer:
        page = await viewer.until("page")
    assert page["cut"] == [[1, 1, 10_000], [2, 2, len(cell.encode())], [3, 1, 3000]]
    assert page["data"][1][0] == "1"
    assert page["data"][1][2] == "3"
    assert cell.startswith(page["data"][1][1])
    assert 2000 < len(page["data"][1][1].encode()) <= 2048
    answer = ask(server, "GET", f"/parser/{uuid}/cell?row=2&column=2")
    assert (answer.text, answer.headers["pagecast-edition"]) == (cell, "1")
    assert ask(server, "GET", f"/parser/{uuid}/cell?row=1&column=1&version=1").text == name
    assert ask(server, "GET", f"/parser/{uuid}/cell?row=3&column=1").text == "x" * 3000
    assert ask(server, "GET", f"/parser/{uuid}/columns").text.count("n") < 300
    for query, status in (
        ("row=3&column=2", 404),
        ("row=4&column=1", 404),
        ("row=1&column=4", 404),
        ("row=1&column=1&version=2", 404),
        ("row=0&column=1", 400),
        ("row=1", 400),
        ("row=1&column=1&column_=2", 400),
    ):
        answer = ask(server, "GET", f"/parser/{uuid}/cell?{query}")
        assert (answer.status, answer.text.count("\n")) == (status, 1), query


async def test_a_program_can_have_all_columns_in_parts(server: Server, uuid: str) -> None:
    def rows(query: str) -> Frame:
        answer = ask(server, "GET", f"/parser/{uuid}/rows?page_no=2{query}")
        assert answer.status == 200, answer
        frame: Frame = json.loads(answer.text)
        return frame

    page = rows("")
    assert list(page) == ["uuid", "page_no", "total_number", "data", "truncated", "n_columns"]
    assert (page["data"], page["truncated"], page["n_columns"]) == (seen(2, *range(1, 2001)), True, COLUMNS)
    parts = [rows(f"&columns={first}-{first + 1999}")["data"] for first in (1, 2001, 4001)]
    assert [[*one, *two, *three] for one, two, three in zip(*parts, strict=True)] == page_of(wide_table(), 2)
    assert rows("&columns=4999")["data"] == seen(2, 4999)
    named = json.loads(ask(server, "GET", f"/parser/{uuid}/columns?columns=4990-6000").text)
    assert named["columns"] == [[4990, 5000]]
    assert named["header"] == [f"name {column}" for column in range(4990, 5001)]
    for query in ("columns=1-2001", "columns=0", "columns=3-2", "columns=a-b", "columns=1_0", "columns=5001"):
        assert ask(server, "GET", f"/parser/{uuid}/rows?{query}").status == 400, query


async def test_in_the_plain_protocol_a_wide_page_says_that_it_is_not_all(server: Server, uuid: str) -> None:
    async with (
        connect(f"{server.ws}/parser/ws/{uuid}", proxy=None, max_size=None) as plain,
        asyncio.timeout(PATIENCE_S),
    ):
        page = json.loads(await plain.recv())
        assert page["data"] == seen(1, *range(1, 2001))
        assert (page["truncated"], page["n_columns"], page["total_number"]) == (True, COLUMNS, 150)
        await plain.send("2")
        assert json.loads(await plain.recv())["data"] == seen(2, *range(1, 2001))


HUGE = 200 * MB


@pytest.mark.parametrize("letter", [b"x", b"\t"], ids=["one cell", "as many cells"])
async def test_a_line_of_hundreds_of_megabytes_is_served_in_bounded_memory(
    server: Server, tmp_path: Path, letter: bytes
) -> None:
    path = tmp_path / "line.tsv"
    with path.open("wb") as file:
        for _ in range(HUGE // MB):
            file.write(letter * MB)
    name = f"/parser/line-of-{len(letter)}.tsv"
    with path.open("rb") as file:
        answer = await asyncio.to_thread(ask, server, "PUT", name, file)
    uuid = answer.text.strip().rsplit("/", 1)[-1]
    columns = HUGE + 1 if letter == b"\t" else 1
    text = (await asyncio.to_thread(ask, server, "GET", f"/parser/{uuid}/rows")).text
    page = json.loads(text)
    assert (page["total_number"], page["truncated"]) == (1, True)
    assert len(text) < 2 * MB
    assert page.get("n_columns", 1) == columns
    async with viewing(server, uuid) as viewer:
        page = await viewer.until("page")
        assert page["n_columns"] == columns
        if columns > 1:
            page = await watch(viewer, [columns - 5, columns])
            assert page["data"] == [[""] * 6]
        else:
            assert page["cut"] == [[1, 1, HUGE]]
    assert memory_of(server) < HUGE


def memory_of(server: Server) -> int:
    """Bytes that its process has in memory."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


async def test_a_header_of_many_columns_is_not_sent_again_and_again(server: Server) -> None:
    data = gzip.compress(wide(3, 200_000), 1)
    uuid = put(server, data, "wide.tsv.gz")
    async with viewing(server, uuid) as viewer:
        document, page = await viewer.until("document"), await viewer.until("page")
    assert document["columns"] == 200_000
    assert len(json.dumps(document)) < 1000
    assert len(json.dumps(page)) < 20_000


async def test_the_names_of_far_columns_are_known_on_every_page_whichever_row_names_them(server: Server) -> None:
    notes = "".join(f"##note {row}\n" for row in range(130))
    names = "#CHROM\t" + "\t".join(f"sample {column}" for column in range(2, 501))
    rows = "".join(f"{row}\t" + "\t".join(f"{row}.{column}" for column in range(2, 501)) + "\n" for row in range(100))
    uuid = put(server, f"{notes}{names}\n{rows}".encode(), "calls.vcf")
    async with viewing(server, uuid) as viewer:
        for page_no in (1, 2, 3):
            await viewer.say("turn", page_no=page_no)
            await viewer.until("page", page_no=page_no)
            assert (await watch(viewer, [499, 500]))["header"] == ["sample 499", "sample 500"]


async def test_a_quoted_cell_is_what_stood_between_its_quotes_in_a_window_and_by_itself(server: Server) -> None:
    cell = 'one\ttab, one\nline, one "quote" ' * 40_000
    wide = ",".join(f"c{column}" for column in range(1, 201))
    quoted = cell.replace('"', '""')
    row = ",".join(['"a\tb"', f'"{quoted}"', *(f'"{column}, {column}"' for column in range(3, 201))])
    uuid = put(server, f"{wide}\n{row}\n{row}\n".encode(), "wide.csv?delimiter=,&quoting=quoted&header=1")
    async with viewing(server, uuid) as viewer:
        page = await watch(viewer, [1, 2], [150, 151])
    assert page["header"] == ["c1", "c2", "c150", "c151"]
    assert page["data"][1][0] == "a\tb"
    assert cell.startswith(page["data"][1][1])
    assert len(page["data"][1][1]) > 1000
    assert page["data"][1][2:] == ["150, 150", "151, 151"]
    assert [row for row, column, _ in page["cut"]] == [2, 3]
    assert ask(server, "GET", f"/parser/{uuid}/cell?row=3&column=2").text == cell
    rows = json.loads(ask(server, "GET", f"/parser/{uuid}/rows?columns=2-3").text)
    assert rows["truncated"]
    assert cell.startswith(rows["data"][1][0])
    assert rows["data"][1][1] == "3, 3"


async def test_who_looks_elsewhere_faster_than_one_can_see_is_shown_the_last(server: Server) -> None:
    uuid = put(server, b"\t".join(b"%d" % n for n in range(1, 1001)) + b"\n")
    async with viewing(server, uuid) as viewer:
        await viewer.until("page")
        began = time.monotonic()
        for first in range(1, 301):
            await viewer.say("watch", columns=[[first, first + 499]])
        pages = [await viewer.until("page")]
        while pages[-1]["columns"] != [[300, 799]]:
            pages.append(await viewer.until("page"))
        assert len(pages) <= 41 + 20 * (time.monotonic() - began)
        assert pages[-1]["data"] == [[str(n) for n in range(300, 800)]]
