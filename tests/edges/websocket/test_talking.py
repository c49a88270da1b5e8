"""What people say, show and select, on a real server: told to those it is for, bounded, and kept."""

import pytest

from tests.edges.talk import Client, Frame, ask, put, table, viewing
from tests.server import Server, serving

TABLE = table(950)


async def said(viewer: Client, text: str) -> Frame:
    """Wait for the line in which somebody said this."""
    while True:
        for line in (await viewer.until("log"))["lines"]:
            if line.get("text") == text:
                return dict(line)


async def arrive(viewer: Client, name: str) -> str:
    """Say hello when the page is there; answers who one is."""
    await viewer.until("page")
    await viewer.say("hello", name=name, key=f"key of {name}")
    return str((await viewer.until("you"))["who"])


async def test_what_one_says_all_hear_and_plain_clients_hear_nothing(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        otter = await arrive(one, "Otter")
        await one.say("say", text="  <b>hello</b>\n row 7 ")
        line = await said(other, "<b>hello</b> row 7")
        assert (line["type"], line["by"]) == ("message", {"who": otter, "name": "Otter"})
        assert await said(one, "<b>hello</b> row 7") == line
        put(server, TABLE, uuid)
        await one.until("document", version=2)
        await one.say("say", text="row 8")
        assert [line["version"], (await said(other, "row 8"))["version"]] == [1, 2], "of which the rows are"


async def test_before_the_first_table_what_is_said_is_about_none(server: Server) -> None:
    async with viewing(server, None) as one:
        await one.say("hello", name="Otter", key="a key")
        await one.say("say", text="row 7 will be wrong")
        assert (await said(one, "row 7 will be wrong"))["version"] == 0


async def test_a_latecomer_recalls_what_was_said_and_done(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        await arrive(one, "Otter")
        await one.say("say", text="first")
        await one.say("turn", page_no=3)
        await one.until("page", page_no=3)
        await one.say("look", version=1, row=205, column=2)
        await one.say("say", text="last")
        await said(one, "last")
        async with viewing(server, uuid) as late:
            await late.say("recall", after=0)
            log = await late.until("log")
            assert log["after"] == 0
            told = [(line["type"], line.get("what"), line.get("page_no"), line.get("row")) for line in log["lines"]]
            assert told == [
                ("notice", "brought", 1, None),
                ("message", None, None, None),
                ("notice", "turned", 3, None),
                ("notice", "looked", 3, 205),
                ("message", None, None, None),
            ]
            await late.say("recall", after=log["lines"][-1]["line"])
            assert (await late.until("log"))["lines"] == []


async def test_a_selection_is_seen_on_its_page_and_by_who_comes_there(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other, viewing(server, uuid) as alone:
        otter = await arrive(one, "Otter")
        await other.until("page")
        await alone.until("page")
        await alone.say("place", page_no=3, follow=None)
        await one.say("select", version=1, area=[205, 1, 207, 2])
        seen = await alone.until("selections")
        assert (seen["version"], seen["page_no"]) == (1, 3)
        assert seen["selections"] == [{"by": {"who": otter, "name": "Otter"}, "area": [205, 1, 207, 2]}]
        await one.say("turn", page_no=3)
        assert await other.until("selections") == seen
        async with viewing(server, uuid) as late:
            assert await late.until("selections") == seen
        await alone.say("place", page_no=5, follow=None)
        await one.say("select", version=1, area=[405, 1, 405, 1])
        assert (await alone.until("selections", page_no=5))["selections"][0]["area"] == [405, 1, 405, 1]
        await other.until("selections", page_no=3, selections=[])
        await one.say("select", version=1, area=None)
        await alone.until("selections", page_no=5, selections=[])


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("say", {"text": ""}),
        ("say", {"text": " \n\t "}),
        ("say", {"text": "x" * 501}),
        ("look", {"version": 1, "row": 0, "column": 1}),
        ("look", {"version": 1, "row": 1, "column": -1}),
        ("select", {"version": 1, "area": [0, 1, 1, 1]}),
        ("select", {"version": 1, "area": [2, 1, 1, 1]}),
        ("select", {"version": 1, "area": [1, 2, 1, 1]}),
        ("select", {"version": 1, "area": [100, 1, 101, 1]}),
        ("select", {"version": 1, "area": [1, 1, 1]}),
        ("recall", {"after": -1}),
    ],
)
async def test_what_cannot_be_said_or_shown_is_answered_and_told_to_nobody(
    server: Server, kind: str, members: Frame
) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as witness:
        await one.until("page")
        await witness.until("page")
        await one.say(kind, **members)
        assert (await one.until("error"))["code"] == "bad-frame"
        await one.say("say", text="x" * 500)
        log = await witness.until("log")
        while not any(line["type"] == "message" for line in log["lines"]):
            log = await witness.until("log")
        assert [line.get("text") for line in log["lines"]][-1] == "x" * 500


async def test_who_talks_faster_than_a_person_is_told_so_and_stays(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        await one.until("page")
        for number in range(30):
            await one.say("say", text=f"word {number}")
        error = await one.until("error")
        assert error["code"] == "too-fast"
        await one.say("turn", page_no=4)
        await one.until("page", page_no=4)


async def test_readers_speak_when_they_are_allowed_to_and_all_are_told(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as owner:
        welcome = await owner.until("welcome")
        assert welcome["speak"] is False
        async with viewing(server, welcome["reader"]) as reader:
            await arrive(reader, "Heron")
            for kind, members in (
                ("say", {"text": "hello"}),
                ("look", {"version": 1, "row": 1, "column": 1}),
                ("select", {"version": 1, "area": [1, 1, 1, 1]}),
                ("allow", {"speak": True}),
            ):
                await reader.say(kind, **members)
                assert (await reader.until("error"))["code"] == "read-only", kind
            await reader.say("recall", after=0)
            assert uuid not in str(await reader.until("log"))
            await owner.say("allow", speak=True)
            assert (await reader.until("allowed"))["speak"] is True
            await reader.say("say", text="hello")
            assert (await said(owner, "hello"))["by"]["name"] == "Heron"
        async with viewing(server, welcome["reader"]) as reader:
            assert (await reader.until("welcome"))["speak"] is True


async def test_the_talk_is_there_after_the_server_was_restarted() -> None:
    with serving() as server:
        uuid = put(server, TABLE)
        async with viewing(server, uuid) as one:
            await arrive(one, "Otter")
            await one.say("say", text="see you tomorrow")
            await said(one, "see you tomorrow")
        server.restart()
        assert ask(server, "GET", "/healthz").status == 200
        async with viewing(server, uuid) as one:
            await one.say("recall", after=0)
            assert (await said(one, "see you tomorrow"))["by"]["name"] == "Otter"
