"""Who comes by a document's read-only link sees what all see, changes nothing, and never learns the other link."""

import base64
import json
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import connect

from tests.edges.talk import Client, Frame, ask, page_of, put, table, uploading, viewing
from tests.server import Server, serving
from tests.vectors import examples

TABLE = table(950)


async def reader_of(server: Server, uuid: str) -> str:
    """A document's read-only UUID, as who has its own is told it."""
    async with viewing(server, uuid) as viewer:
        return str((await viewer.until("welcome"))["reader"])


async def standing(viewer: Client) -> tuple[Frame, Frame, Frame]:
    return await viewer.until("welcome"), await viewer.until("document"), await viewer.until("page")


async def test_a_reader_sees_what_all_see_under_the_uuid_it_came_by(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        welcome, document, _ = await standing(one)
        reader = welcome["reader"]
        assert reader not in (uuid, "")
        async with viewing(server, reader) as other:
            welcomed, read, page = await standing(other)
            assert (welcomed["uuid"], welcomed["reader"]) == (reader, reader)
            assert read == {**document, "uuid": reader}
            assert page["data"] == page_of(TABLE, 1)
            await one.say("turn", page_no=4)
            turned = await other.until("page", page_no=4)
            assert (turned["uuid"], turned["data"]) == (reader, page_of(TABLE, 4))
            assert await one.until("page", page_no=4) == {**turned, "uuid": uuid}


async def test_a_reader_cannot_turn_nor_upload_and_moves_nobody(server: Server) -> None:
    uuid = put(server, TABLE)
    reader = await reader_of(server, uuid)
    async with viewing(server, uuid) as witness, viewing(server, reader) as viewer:
        await standing(witness)
        await standing(viewer)
        for _ in range(15):  # it is no misbehaviour, and closes nothing
            await viewer.say("turn", page_no=2)
        error = await viewer.until("error")
        assert (error["code"], "read-only" in error["message"]) == ("read-only", True)
        async with uploading(server, reader) as uploader:
            await uploader.say("upload", name="b.tsv", size=4, viewer="")
            assert (await uploader.until("error"))["code"] == "read-only"
            assert (await uploader.closed())[0] == 4500
        for method, path, headers in [
            ("PUT", f"/parser/{reader}", {}),
            ("PUT", f"/parser/{reader}?append=1", {}),
            (
                "POST",
                "/parser/files/",
                {
                    "Tus-Resumable": "1.0.0",
                    "Upload-Length": "4",
                    "Upload-Metadata": f"uuid {base64.b64encode(reader.encode()).decode()}",
                },
            ),
        ]:
            refused = ask(server, method, path, b"a\tb\n" if method == "PUT" else None, headers=headers)
            assert (refused.status, refused.text) == (403, error["message"] + "\n"), path
        await witness.say("turn", page_no=3)
        assert (await witness.until("page"))["page_no"] == 3
        assert (await viewer.until("page"))["version"] == 1
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


REFUSED = {"turn", "show", "brush", "offer", "take", "ask", "give", "read", "say", "look", "select", "allow"}
"""The frames that are not for who came by the read-only link, where nobody allowed speaking."""

UPLOADS = {"upload", "resume", "finish"}
"""Those that no viewer sends."""

HARMLESS = {"cancel", "hello", "fetch", "place", "watch", "recall"}


FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="t.tsv"\r\n\r\na\tb\n\r\n--x--\r\n'


def bodies() -> Iterator[bytes]:
    yield b"a\tb\n"


async def test_no_frame_and_no_request_of_a_reader_changes_anything_for_the_others(server: Server) -> None:
    """Every frame of PROTOCOL.md, and every request that changes a document."""
    uuid = put(server, TABLE)
    reader = await reader_of(server, uuid)
    frames = [json.loads(example) for example in examples("json to-server")]
    assert {frame["type"] for frame in frames} == REFUSED | UPLOADS | HARMLESS
    frames = [{**frame, "view": "_sort_desc=_c1"} if "view" in frame else frame for frame in frames]
    async with viewing(server, uuid) as witness, viewing(server, reader) as viewer:
        await standing(witness)
        await standing(viewer)
        for frame in frames:
            if frame["type"] in UPLOADS:
                continue
            await viewer.socket.send(json.dumps(frame))
            await viewer.say("fetch", page_no=10)  # its answer comes behind whatever comes first
            answers = [await viewer.next()]
            while (answers[-1]["type"], answers[-1].get("page_no")) != ("fetched", 10):
                answers.append(await viewer.next())
            codes = [answer["code"] for answer in answers if answer["type"] == "error"]
            assert codes == (["read-only"] if frame["type"] in REFUSED else []), frame
        for frame in frames:
            if frame["type"] in UPLOADS:
                await viewer.socket.send(json.dumps(frame))
                assert (await viewer.until("error"))["code"] == "bad-frame"
        tus = {"Tus-Resumable": "1.0.0", "Upload-Metadata": f"uuid {base64.b64encode(reader.encode()).decode()}"}
        changes: list[tuple[str, str, bytes | Iterator[bytes] | None, dict[str, str]]] = [
            ("PUT", f"/parser/{reader}", b"a\tb\n", {}),
            ("PUT", f"/parser/{reader}", bodies(), {}),  # live
            ("PUT", f"/parser/{reader}?append=1", b"a\tb\n", {}),
            ("PUT", f"/parser/{reader}?append=1", bodies(), {}),
            ("PUT", f"/parser/{reader}?header=0", b"a\tb\n", {}),
            ("POST", f"/parser/{reader}", FORM, {"Content-Type": "multipart/form-data; boundary=x"}),
            ("POST", f"/parser/{reader}/read?header=0", None, {}),
            ("POST", f"/parser/{reader}/versions", b"version=1", {"Content-Type": "application/x-www-form-urlencoded"}),
            ("POST", "/parser/files/", None, {**tus, "Upload-Length": "4"}),
        ]
        for method, path, body, headers in changes:
            refused = ask(server, method, path, body, headers=headers)
            assert (refused.status, refused.text.startswith("This link is read-only")) == (403, True), (method, path)
        assert ask(server, "POST", f"/parser/{reader}").status == 415  # a form is refused like the others
        assert ask(server, "DELETE", f"/parser/{reader}").status == 403
        for method, path in [("PATCH", ""), ("PUT", "/rows"), ("DELETE", "/versions")]:
            assert ask(server, method, f"/parser/{reader}{path}").status == 405, (method, path)
        await witness.say("recall", after=0)
        log = await witness.until("log")
        assert [line["what"] for line in log["lines"]] == ["brought"]
    async with viewing(server, uuid) as late:
        told = [await late.next()]
        while told[-1]["type"] != "page":
            told.append(await late.next())
        told = [frame for frame in told if frame["type"] != "people"]  # the others are still going
        assert [frame["type"] for frame in told] == ["welcome", "document", "page"], "nobody presents"
        assert (told[0]["speak"], told[1]["version"], told[1]["edition"]) == (False, 1, 1)
        assert (told[2]["page_no"], told[2]["data"]) == (1, page_of(TABLE, 1))
    assert ask(server, "GET", f"/parser/{uuid}/download").body == TABLE


@pytest.mark.parametrize("message", ["2", "9", b"x\ty\n", b""])
async def test_a_plain_reader_is_answered_with_the_page_that_stands_and_an_error(
    server: Server, message: str | bytes
) -> None:
    uuid = put(server, TABLE)
    reader = await reader_of(server, uuid)
    async with connect(f"{server.ws}/parser/ws/{reader}", proxy=None) as socket:
        page = json.loads(await socket.recv())
        assert (page["uuid"], page["page_no"], page["data"]) == (reader, 1, page_of(TABLE, 1))
        await socket.send(message)
        answer = json.loads(await socket.recv())
        assert answer.pop("error").startswith("This link is read-only")
        assert answer == page
        assert json.loads(ask(server, "GET", f"/parser/{reader}/rows").text) == page


async def test_nothing_that_a_reader_is_sent_holds_the_other_uuid_or_an_upload_s_name(server: Server) -> None:
    async with uploading(server) as uploader:
        await uploader.say("upload", name="cities.tsv", size=len(TABLE), viewer="")
        accepted = await uploader.until("accepted")
        await uploader.chunk(0, TABLE)
        await uploader.stored(len(TABLE))
        uuid, secrets = accepted["uuid"], (accepted["uuid"], accepted["upload"])
        reader = await reader_of(server, uuid)
        heard: list[str] = []
        async with viewing(server, reader) as viewer, connect(f"{server.ws}/parser/ws/{reader}", proxy=None) as plain:
            await standing(viewer)  # while the first version still arrives
            await viewer.say("hello", name="Heron", key="")
            await uploader.say("resume", upload="nonsense")
            await viewer.until("people")
            async with viewing(server, uuid) as owner:
                await owner.say("turn", page_no=2)
                heard.append(json.dumps(await viewer.until("page", page_no=2)))
                await viewer.say("turn", page_no=1)
                await viewer.say("nonsense")
                await viewer.until("error")
                heard += [json.dumps(frame) for frame in (await viewer.until("error"),)]
            for message in ("1", "x", b"a\n"):
                await plain.send(message)
            heard += [str(await plain.recv()) for _ in range(3)]
            async with uploading(server, reader) as intruder:
                await intruder.say("upload", name="b.tsv", size=4, viewer="")
                heard.append(json.dumps(await intruder.rest()))
        for method, path in [
            ("GET", ""),
            ("HEAD", ""),
            ("PUT", ""),
            ("POST", ""),
            ("GET", "/rows"),
            ("GET", "/rows?page_no=99"),
            ("GET", "/rows?x=1"),
            ("GET", "/download"),
            ("GET", "/nothing"),
        ]:
            answer = ask(server, method, f"/parser/{reader}{path}", b"a\tb\n" if method == "PUT" else None)
            heard += [str(answer.headers), answer.text]
    told = "\n".join(heard)
    assert reader in told
    for secret in secrets:
        assert secret not in told


async def test_the_read_only_uuid_lasts_with_its_document() -> None:
    with serving() as house:
        uuid = put(house, TABLE)
        reader = await reader_of(house, uuid)
        async with uploading(house) as uploader:  # and that of one whose first version was cut
            await uploader.say("upload", name="b.tsv", size=100, viewer="")
            unfinished = (await uploader.until("accepted"))["uuid"]
            await uploader.chunk(0, b"a\tb\n" * 10)
            await uploader.stored(40)
            other = await reader_of(house, unfinished)
        house.kill()
        house.start()
        assert json.loads(ask(house, "GET", f"/parser/{other}/rows").text)["uuid"] == other
        assert ask(house, "GET", f"/parser/{reader}/download").body == TABLE
        async with viewing(house, reader) as viewer:
            assert (await viewer.until("welcome"))["reader"] == reader
        assert await reader_of(house, uuid) == reader
        assert await reader_of(house, unfinished) == other


async def test_every_document_has_its_own(server: Server) -> None:
    readers = {await reader_of(server, put(server, TABLE)) for _ in range(5)}
    assert len(readers) == 5
    async with viewing(server) as viewer:  # and one without a table too
        reader = (await viewer.until("welcome"))["reader"]
        async with viewing(server, reader) as other:
            assert (await other.until("welcome"))["uuid"] == reader
