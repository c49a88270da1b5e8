"""Viewers of one document, in pagecast.v1, on a real server."""

import asyncio
import http.client
import json
import random
import re
import socket

import pytest
from websockets.asyncio.client import connect

from tests.edges.talk import (
    PATIENCE_S,
    Client,
    Frame,
    ask,
    comes_true,
    count,
    page_of,
    put,
    table,
    upload,
    uploading,
    viewing,
)
from tests.server import Server, serving

TABLE = table(950)


async def arrive(viewer: Client, name: str, key: str = "") -> str:
    """Say hello, and wait until the others know; answers who this viewer is to them."""
    await viewer.until("welcome")
    await viewer.say("hello", name=name, key=key)
    you = await viewer.until("you", name=name)
    people = await viewer.until("people")
    while (name, you["who"]) not in [(one["name"], one["who"]) for one in people["people"]]:
        people = await viewer.until("people")
    return str(you["who"])


async def test_a_viewer_is_welcomed_and_told_what_stands(server: Server) -> None:
    uuid = put(server, TABLE, "cities.tsv")
    async with viewing(server, uuid) as viewer:
        welcome, document, page = await viewer.next(), await viewer.next(), await viewer.next()
    assert list(welcome) == ["type", "uuid", "viewer", "epoch", "reader", "speak"]
    assert (welcome["type"], welcome["uuid"]) == ("welcome", uuid)
    assert document["type"] == "document"
    assert (document["name"], document["rows"], document["columns"], document["size"], document["complete"]) == (
        "cities.tsv",
        950,
        3,
        len(TABLE),
        True,
    )
    assert page["type"] == "page"
    assert (page["version"], page["page_no"], page["total_number"], page["by"]) == (1, 1, 950, None)
    assert (page["n_columns"], page["columns"], page["cut"]) == (3, [[1, 3]], [])
    assert (page["header"], page["kinds"]) == (["n", "word", "double"], ["number", "text", "number"])
    assert page["data"] == page_of(TABLE, 1)


async def test_a_document_without_a_table_shows_nothing(server: Server) -> None:
    async with viewing(server) as viewer:
        uuid = (await viewer.next())["uuid"]
        await viewer.say("turn", page_no=1)
        error = await viewer.next()
        assert (error["type"], error["code"]) == ("error", "page-out-of-range")
        await upload(server, TABLE, uuid)
        assert (await viewer.until("page"))["page_no"] == 1


async def test_a_turn_is_seen_by_both_with_who_turned(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        otter, heron = await arrive(one, "Otter"), await arrive(other, "Heron")
        last_seq = 0
        for who, by, page_no in ((one, (otter, "Otter"), 3), (other, (heron, "Heron"), 10)):
            await who.say("turn", page_no=page_no)
            seen = await one.until("page", page_no=page_no)
            assert await other.until("page", page_no=page_no) == seen
            assert (seen["by"]["who"], seen["by"]["name"]) == by
            assert seen["data"] == page_of(TABLE, page_no)
            assert seen["seq"] > last_seq
            last_seq = seen["seq"]


async def test_people_are_those_who_said_hello_and_are_here(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        await arrive(one, "Otter")
        async with viewing(server, uuid) as other, viewing(server, uuid):
            await other.say("hello", name="Heron", key="")
            people = await one.until("people", count=2)
            assert [who["name"] for who in people["people"]] == ["Otter", "Heron"], "the third has not said it"
            await other.say("hello", name="Grey Heron", key="")
            await one.until("people", people=[people["people"][0], {**people["people"][1], "name": "Grey Heron"}])
        assert (await one.until("people", count=1))["people"][0]["name"] == "Otter"


@pytest.mark.parametrize(("language", "name"), [("en", "[A-Z][a-z]+ [A-Z][a-z]+"), ("zh-CN", "[一-龥]+的[一-龥]+")])
async def test_who_says_no_name_is_given_a_friendly_one_that_stays(server: Server, language: str, name: str) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid, headers={"Accept-Language": language}) as one, viewing(server, uuid) as other:
        await other.until("page")
        await one.say("hello", name="", key="a secret")
        given = (await one.until("you"))["name"]
        assert re.fullmatch(name, given)
        assert (await other.until("people", count=1))["people"][0]["name"] == given
        await one.say("hello", name="", key="a secret")
        assert (await one.until("you"))["name"] == given


async def test_somebody_who_comes_back_or_has_two_windows_is_the_same_person(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as witness:
        await arrive(witness, "Heron")
        async with viewing(server, uuid) as one, viewing(server, uuid) as other:
            otter = await arrive(one, "Otter", key="my secret")
            assert await arrive(other, "Otter", key="my secret") == otter
            people = await witness.until("people", count=2)
        await witness.until("people", count=1)
        async with viewing(server, uuid) as again:
            assert await arrive(again, "Otter", key="my secret") == otter
            assert (await witness.until("people", count=2))["people"] == people["people"]
    elsewhere = put(server, TABLE)
    async with viewing(server, elsewhere) as one:
        assert await arrive(one, "Otter", key="my secret") != otter


async def test_a_page_is_fetched_for_one_and_its_place_is_told_to_all(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        otter = await arrive(one, "Otter")
        await arrive(other, "Heron")
        await one.say("fetch", page_no=7)
        fetched = await one.next()
        while fetched["type"] == "people":
            fetched = await one.next()
        assert fetched == {
            "type": "fetched",
            "version": 1,
            "edition": 1,
            "page_no": 7,
            "total_number": 950,
            "n_columns": 3,
            "columns": [[1, 3]],
            "header": ["n", "word", "double"],
            "kinds": ["number", "text", "number"],
            "lenses": ["", "", ""],
            "cut": [],
            "data": page_of(TABLE, 7),
        }
        await one.say("place", page_no=7, follow=None)
        people = await other.until("people")
        while people["people"][0]["page_no"] != 7:
            people = await other.until("people")
        assert [(who["who"] == otter, who["page_no"]) for who in people["people"]] == [(True, 7), (False, None)]
        for page_no, code in ((11, "page-out-of-range"), (0, "bad-page-number")):
            await one.say("fetch", page_no=page_no)
            assert (await one.until("error"))["code"] == code
        await other.say("turn", page_no=2)
        assert (await other.next())["page_no"] == 2, "nobody else was sent what one fetched"
    assert json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)["page_no"] == 2


async def test_a_page_of_an_earlier_version_is_fetched_and_its_restorer_is_named(server: Server) -> None:
    uuid = put(server, TABLE)
    assert ask(server, "PUT", f"/parser/{uuid}", b"a\tb\n1\t2\n").status == 200
    async with viewing(server, uuid) as one:
        otter = await arrive(one, "Otter")
        await one.say("fetch", page_no=7, version=1)
        fetched = await one.until("fetched")
        assert (fetched["version"], fetched["data"]) == (1, page_of(TABLE, 7))
        await one.say("fetch", page_no=1, version=3)
        assert (await one.until("error"))["code"] == "unknown-version"
        form = f"version=1&viewer={otter}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert ask(server, "POST", f"/parser/{uuid}/versions", form, kind).status == 200
        page = await one.until("page", version=3)
        assert page["by"] == {"who": otter, "name": "Otter"}
    kept = json.loads(ask(server, "GET", f"/parser/{uuid}/versions").body)["versions"]
    assert [version["by"] for version in kept] == ["", "", "Otter"]


async def test_only_the_presenter_turns_the_page_for_plain_clients_too(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        await arrive(one, "Otter", key="otter")
        heron = await arrive(other, "Heron")
        await one.say("take")
        assert (await other.until("presenter"))["by"]["name"] == "Otter"
        await other.say("turn", page_no=2)
        assert (await other.until("error"))["code"] == "not-your-turn"
        async with connect(f"{server.ws}/parser/ws/{uuid}", proxy=None) as plain:
            assert json.loads(await plain.recv())["page_no"] == 1
            await plain.send("3")
            standing = json.loads(await plain.recv())
            assert standing["page_no"] == 1
            assert standing["error"].startswith("Only Otter turns the pages")
            await one.say("turn", page_no=4)
            assert json.loads(await plain.recv())["page_no"] == 4
        await other.say("ask")
        assert (await one.until("presenter", asking=[{"who": heron, "name": "Heron"}]))["by"]["name"] == "Otter"
        async with viewing(server, uuid) as third:
            assert (await third.until("presenter"))["by"]["name"] == "Otter"
        await one.say("give", to=heron)
        await other.until("presenter", asking=[])
        await other.say("turn", page_no=5)
        await one.until("page", page_no=5)
        await other.say("give", to=None)
        await one.until("presenter", by=None)
        await one.say("turn", page_no=6)
        await other.until("page", page_no=6)


async def test_a_read_only_viewer_cannot_present(server: Server) -> None:
    async with viewing(server, put(server, TABLE)) as owner:
        reader = (await owner.next())["reader"]
        async with viewing(server, reader) as guest:
            for hand in ({"kind": "take"}, {"kind": "ask"}, {"kind": "give", "to": None}):
                await guest.say(**hand)
                assert (await guest.until("error"))["code"] == "read-only"


async def test_names_are_short_and_of_one_line(server: Server) -> None:
    async with viewing(server) as viewer:
        await viewer.say("hello", name="  two\n words " + "x" * 100, key="")
        name = (await viewer.until("people"))["people"][0]["name"]
        assert name.startswith("two words x")
        assert len(name) == 60


async def test_errors_go_to_the_one_who_asked(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as asker, viewing(server, uuid) as witness:
        for viewer in (asker, witness):
            await viewer.until("page")
        for page_no in (0, -3, 10**15):
            await asker.say("turn", page_no=page_no)
            error = await asker.next()
            assert (error["type"], error["code"]) == ("error", "bad-page-number"), page_no
        for page_no in (11, 10**15 - 1):
            await asker.say("turn", page_no=page_no)
            error = await asker.next()
            assert (error["type"], error["code"]) == ("error", "page-out-of-range"), page_no
            assert error["message"].startswith("There is no page ")
            assert error["message"].endswith(": this table has 10 pages.")
        await asker.say("turn", page_no=2)
        assert (await asker.next())["page_no"] == 2
        assert (await witness.next())["page_no"] == 2, "it was sent nothing before"


NO_FRAMES: list[str | bytes] = [
    "",
    "3",
    "null",
    "[" * 4000,
    '{"type":"turn"}',
    '{"type":"turn","page_no":true}',
    '{"type":"turn","page_no":"2"}',
    '{"type":"turn","page_no":1.5}',
    '{"type":"turn","page_no":NaN}',
    '{"type":"turn","page_no":1e400}',
    '{"type":"turn","page_no":2,"also":1}',
    '{"type":"Turn","page_no":2}',
    '{"type":"hello","name":"\\ud800","key":""}',
    '{"type":"hello","name":null,"key":""}',
    '{"type":"people","count":0,"people":[]}',
    '{"type":"upload","name":"t","size":1,"viewer":""}',
    '{"type":"hello","name":"%s","key":""}' % ("x" * 5000),
    b"",
    b'{"type":"turn","page_no":2}',
    b"\0\0\0\0\0\0\0\0a\tb\n",
]


@pytest.mark.parametrize("headers", [{"Accept-Language": "zh-CN,zh;q=0.9"}, {"Cookie": "look=dark.zh"}])
async def test_errors_are_told_in_the_language_of_the_page(server: Server, headers: dict[str, str]) -> None:
    async with viewing(server, put(server, TABLE), headers=headers) as viewer:
        await viewer.say("turn", page_no=11)
        assert (await viewer.until("error", code="page-out-of-range"))["message"].startswith("没有第 11 页")


async def test_a_viewer_may_say_which_language_it_speaks(server: Server) -> None:
    async with viewing(server, put(server, TABLE), headers={"Accept-Language": "en"}) as viewer:
        for language, words in {"zh-CN": "没有第 11 页", "en": "There is no page", "tlh": "There is no page"}.items():
            await viewer.say("hello", name="", key="", language=language)
            await viewer.say("turn", page_no=11)
            assert (await viewer.until("error", code="page-out-of-range"))["message"].startswith(words)


async def test_what_is_no_frame_is_said_to_be_none(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as witness:
        await witness.until("page")
        for begin in range(0, len(NO_FRAMES), 9):
            async with viewing(server, uuid) as viewer:
                await viewer.until("page")
                for message in NO_FRAMES[begin : begin + 9]:
                    await viewer.socket.send(message)
                    error = await viewer.next()
                    assert (error["type"], error["code"]) == ("error", "bad-frame"), message[:40]
                    assert error["message"].endswith("."), message[:40]
                await viewer.say("turn", page_no=1)
                assert (await viewer.next())["type"] == "page", "nine of them are forgiven"
                heard = await witness.next()
                while heard["type"] == "people":  # the one before has left
                    heard = await witness.next()
                assert heard["type"] == "page", "nobody else heard of them"


async def test_the_tenth_bad_frame_is_answered_and_ends_the_connection(server: Server) -> None:
    async with viewing(server) as viewer:
        await viewer.next()
        for _ in range(10):
            await viewer.socket.send("no frame")
        frames = await viewer.rest()
        assert frames[-1]["code"] == "bad-frame"
        assert viewer.socket.close_code == 1008


async def test_seq_never_decreases(server: Server) -> None:
    async with viewing(server) as viewer:
        uuid = (await viewer.next())["uuid"]
        await upload(server, TABLE, uuid)
        for page_no in range(1, 10):
            await viewer.say("turn", page_no=page_no)
        await upload(server, TABLE, uuid)
        seqs = []
        version = 0
        while version < 2:
            frame = await viewer.next()
            if frame["type"] in ("document", "page"):
                seqs.append(frame["seq"])
                version = frame["version"] if frame["type"] == "page" else 0
        assert seqs == sorted(seqs)


async def test_a_new_version_is_document_then_page_1_for_all(server: Server) -> None:
    uuid = put(server, TABLE)
    fresh = table(300, "fresh")
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        otter = await arrive(one, "Otter")
        await other.until("page")
        await one.say("turn", page_no=5)
        await one.until("page", page_no=5)
        await other.until("page", page_no=5)
        await upload(server, fresh, uuid, viewer=otter)
        for viewer in (one, other):
            frames = [await viewer.next(), await viewer.next()]
            while frames[-1]["type"] != "page":
                frames.append(await viewer.next())
            document, page = frames[-2:]
            assert (document["type"], document["version"], document["rows"]) == ("document", 2, 300)
            assert (page["version"], page["page_no"], page["data"]) == (2, 1, page_of(fresh, 1))
            assert page["by"] == {"who": otter, "name": "Otter"}


async def test_all_end_on_the_same_page_whoever_turns(server: Server) -> None:
    uuid = put(server, TABLE)

    last: dict[int, int] = {}
    fetched: set[int] = set()

    async def follow(n: int, viewer: Client) -> None:
        while True:
            frame = await viewer.next()
            if frame["type"] == "page":
                last[n] = frame["page_no"]
            elif frame["type"] == "fetched":
                fetched.add(n)

    def stands() -> int:
        page_no: int = json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)["page_no"]
        return page_no

    async with viewing(server, uuid) as a, viewing(server, uuid) as b, viewing(server, uuid) as c:
        viewers = [a, b, c]
        following = [asyncio.create_task(follow(n, viewer)) for n, viewer in enumerate(viewers)]
        await asyncio.gather(
            *(viewer.say("turn", page_no=1 + (7 * n + i) % 10) for n in range(60) for i, viewer in enumerate(viewers))
        )
        for viewer in viewers:
            await viewer.say("fetch", page_no=1)  # it is answered behind all that was asked for before
        await comes_true(lambda: len(fetched) == 3)
        await comes_true(lambda: set(last.values()) == {stands()} and len(last) == 3)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def test_the_first_page_is_shown_while_the_upload_runs(server: Server) -> None:
    async with viewing(server) as one:
        uuid = (await one.next())["uuid"]
        async with uploading(server, uuid) as uploader, viewing(server, uuid) as other:
            await uploader.say("upload", name="t.tsv", size=len(TABLE), viewer="")
            await uploader.chunk(0, TABLE[:500])
            document: Frame = {}
            page: Frame = {}
            for viewer in (one, other):
                document = await viewer.until("document", complete=False)
                assert (document["size"], document["received"]) == (len(TABLE), 500)
                page = await viewer.until("page")
                assert page["data"] == page_of(TABLE[:500], 1)[: document["rows"]]
            async with viewing(server, uuid) as late:
                assert (await late.until("page"))["data"] == page["data"]
            rows = [document["rows"]]
            for offset in range(500, len(TABLE), 2000):
                await uploader.chunk(offset, TABLE[offset : offset + 2000])
                rows.append((await other.until("document"))["rows"])
            assert rows == sorted(rows)
            assert len(set(rows)) > 3, "the rows grow"
            await one.say("turn", page_no=2)
            assert (await other.until("page", page_no=2))["data"] == page_of(TABLE, 2)
            await uploader.say("finish", sha256="0" * 64)
            withdrawn = await other.until("page", version=0)
            assert (withdrawn["page_no"], withdrawn["total_number"], withdrawn["data"]) == (1, 0, [])


async def test_the_first_page_is_shown_while_a_put_runs(server: Server) -> None:
    async with viewing(server) as viewer:
        uuid = (await viewer.next())["uuid"]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        connection.putrequest("PUT", f"/parser/{uuid}")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        rows = []
        for offset in range(0, len(TABLE), 4000):
            piece = TABLE[offset : offset + 4000]
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            document = await viewer.until("document")
            assert (document["complete"], document["size"]) == (False, None)
            rows.append(document["rows"])
        connection.send(b"0\r\n\r\n")
        assert connection.getresponse().status == 200
        connection.close()
        assert (await viewer.until("document", complete=True))["rows"] == 950
        assert (await viewer.until("page"))["data"] == page_of(TABLE, 1)
    assert rows == sorted(rows)
    assert len(set(rows)) > 1


async def test_a_viewer_that_leaves_the_moment_it_comes_is_no_trouble(server: Server) -> None:
    """Its turn is kept, and nothing of it stays behind."""
    uuid = put(server, TABLE)
    url = f"{server.ws}/parser/ws/{uuid}"
    for n in range(40):
        async with connect(url, proxy=None) as hasty:
            await hasty.send(str(1 + n % 9))
            if n % 2:
                await hasty.recv()
    handshake = (
        f"GET /parser/ws/{uuid} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    for n in range(60):
        with socket.create_connection(("127.0.0.1", server.port)) as hasty_socket:
            hasty_socket.sendall(handshake[: len(handshake) - n % 3])
            if n % 2:
                hasty_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    async with viewing(server, uuid) as viewer:
        await viewer.say("turn", page_no=4)
        await viewer.until("page", page_no=4)
    await comes_true(lambda: count(server, "viewers") == count(server, "open_documents") == 0)
    assert json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)["page_no"] == 4


async def test_who_does_not_read_is_dropped_and_the_others_go_on() -> None:
    wide = b"".join(b"%d\t%s\n" % (n, b"x" * 20_000) for n in range(500))
    with serving(first="import pagecast.edges.websocket.handler as h; h.STALL_S = 0.5") as server:
        uuid = put(server, wide)
        async with viewing(server, uuid) as witness:
            await witness.until("page")
            stuck = socket.socket()
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect(("127.0.0.1", server.port))
            stuck.sendall(
                f"GET /parser/ws/{uuid} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            await comes_true(lambda: count(server, "viewers") == 2)
            page_no = 1
            while count(server, "viewers") == 2:
                page_no = page_no % 5 + 1
                await witness.say("turn", page_no=page_no)
                page = await witness.until("page", page_no=page_no)
                assert page["data"][0][0] == str(100 * (page_no - 1)), "it is served all the while"
            stuck.close()


async def test_what_had_to_wait_is_still_in_order() -> None:
    """A viewer that could not read for a while is not sent a page before the document that it is of."""
    printable = bytes(33 + n % 94 for n in range(256))
    noise = (random.randbytes(98).translate(printable) for _ in range(60_000))  # hardly less deflated
    data = b"".join(cell + (b"\n" if n % 100 == 99 else b"\t") for n, cell in enumerate(noise))
    with serving(first="import pagecast.edges.websocket.handler as h; h.STALL_S = 1000.0") as server:
        uuid = put(server, data)
        async with viewing(server, uuid, narrow=True) as busy, viewing(server, uuid) as witness:
            await busy.until("page")
            for page_no in 3 * (2, 3, 4, 5, 6):
                await witness.say("turn", page_no=page_no)
                await witness.until("page", page_no=page_no)
            put(server, TABLE, uuid)
            # What it does not read waits here once the system's buffers are full.
            told: list[Frame] = []
            while not told or told[-1]["type"] != "page" or told[-1]["version"] != 2:
                told += [frame for frame in [await busy.next()] if frame["type"] in ("document", "page")]
    assert len(told) < 15, "it was never behind"
    assert [frame["seq"] for frame in told] == sorted(frame["seq"] for frame in told)
    assert [frame["type"] for frame in told if frame["version"] == 2] == ["document", "page"]


@pytest.mark.parametrize("kind", ["pagecast.v2", "soap", "pagecast.v1, other"])
async def test_subprotocols_that_are_not_ours_are_not_chosen(server: Server, kind: str) -> None:
    offered = kind.split(", ")
    async with connect(f"{server.ws}/parser/ws", subprotocols=offered, proxy=None) as viewer:  # type: ignore[arg-type]
        assert viewer.subprotocol == ("pagecast.v1" if "pagecast.v1" in offered else None)
