"""Views on a real server, answered by DuckDB: both viewers are turned to them, or one reads them alone."""

import json
from typing import Any

from websockets.asyncio.client import connect

from tests.edges.talk import Client, ask, put, viewing
from tests.server import Server

TABLE = b"n\tword\tdouble\n" + b"".join(
    b"%d\t%s\t%d\n" % (n, (b"odd", b"even")[n % 2 == 0], 2 * n) for n in range(1, 1000)
)


async def person(client: Client, name: str) -> str:
    await client.say("hello", name=name, key=f"key of {name}")
    return str((await client.until("you"))["who"])


async def test_one_turns_both_to_a_view_and_both_see_the_rows(server: Server) -> None:
    uuid = put(server, TABLE)
    plain = connect(f"{server.ws}/parser/ws/{uuid}", proxy=None, ping_interval=None)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other, plain as old:
        otter = await person(one, "Otter")
        assert json.loads(await old.recv())["page_no"] == 1
        await one.say("show", version=1, view="?word=even&_sort_desc=n")
        for client in (one, other):
            page = await client.until("page", view="word=even&_sort_desc=n")
            assert (page["total_number"], page["page_no"], page["by"]["who"]) == (499, 1, otter)
            assert (page["data"][0], page["row_numbers"][:3]) == (["998", "even", "1996"], [999, 997, 995])
        await other.say("turn", page_no=5)
        for client in (one, other):
            page = await client.until("page", page_no=5)
            assert (page["data"][-1], page["row_numbers"][-1], len(page["data"])) == (["2", "even", "4"], 3, 99)
        await old.send("3")
        assert json.loads(await old.recv())["data"][0] == ["200", "even", "400"]
        await one.say("show", version=1, view="n__gt=500", row=702)
        page = await other.until("page", view="n__gt=500")
        assert (page["page_no"], page["data"][0][0], page["total_number"]) == (3, "701", 499)
        await one.say("show", version=1, view="")
        page = await other.until("page", page_no=3, total_number=1000)
        assert "view" not in page
        assert page["data"][0] == ["200", "even", "400"]
    async with viewing(server, uuid) as late:
        await late.say("recall", after=0)
        lines = list[dict[str, Any]]()
        while len(lines) < 2:  # the newest line alone may still be on its way to everyone
            lines = (await late.until("log"))["lines"]
    assert [(line["what"], line.get("view"), line.get("rows"), line.get("total")) for line in lines[-2:]] == [
        ("turned", "word=even&_sort_desc=n", None, None),
        ("showed", "", 999, 999),
    ]


async def test_a_view_that_cannot_be_read_is_said_to_its_asker_alone(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        for view, code in (("wurd=even", "bad-view"), ("word__regex=(", "bad-view"), ("a" * 65_537, "bad-view")):
            await one.say("show", version=1, view=view)
            assert (await one.until("error"))["code"] == code
        await one.say("show", version=2, view="word=even")
        assert (await one.until("error"))["code"] == "superseded"
        await one.say("turn", page_no=2)
        assert (await other.until("page", page_no=2))["total_number"] == 1000
        assert "view" not in await one.until("page", page_no=2)


async def test_one_reads_a_view_alone_and_offers_it(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one, viewing(server, uuid) as other:
        otter = await person(one, "Otter")
        await one.say("fetch", page_no=2, version=1, view="_sort_desc=double")
        page = await one.until("fetched", view="_sort_desc=double")
        assert (page["page_no"], page["data"][0], page["row_numbers"][0]) == (2, ["899", "odd", "1798"], 900)
        await one.say("place", page_no=2, follow=None, version=1, view="_sort_desc=double")
        while "view" not in (people := await other.until("people"))["people"][0]:
            pass
        assert (people["people"][0]["view"], people["people"][0]["page_no"]) == ("_sort_desc=double", 2)
        await one.say("offer", version=1, view="word=odd")
        offered = await other.until("offered")
        assert offered == {
            "type": "offered",
            "by": {"who": otter, "name": "Otter"},
            "version": 1,
            "view": "word=odd",
            "rows": 500,
        }
        await one.say("fetch", page_no=9, view="word=odd")
        assert (await one.until("error"))["code"] == "page-out-of-range"


async def test_a_read_only_link_tries_views_and_turns_nobody_to_them(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as owner:
        reader = (await owner.until("welcome"))["reader"]
        async with viewing(server, reader) as guest:
            for kind in ("show", "offer"):
                await guest.say(kind, version=1, view="word=odd")
                assert (await guest.until("error"))["code"] == "read-only"
            await guest.say("fetch", page_no=1, view="word=odd")
            assert (await guest.until("fetched"))["total_number"] == 500


async def test_a_view_of_64_kib_is_shown(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        names = ",".join(f"name-{number}" for number in range(6000))[:65_000]
        await one.say("show", version=1, view=f"word__in=even,{names}")
        assert (await one.until("page", total_number=499))["view"].startswith("word__in=even,name-0,")


async def test_the_page_without_scripts_is_of_the_table_while_a_view_is_on_screen(server: Server) -> None:
    uuid = put(server, TABLE)
    async with viewing(server, uuid) as one:
        await one.say("show", version=1, view="word=odd")
        await one.until("page", view="word=odd")
        answer = json.loads(ask(server, "GET", f"/parser/{uuid}/rows").body)
        assert (answer["total_number"], answer["data"][0]) == (1000, ["n", "word", "double"])
        assert ask(server, "GET", f"/parser/{uuid}").status == 200
