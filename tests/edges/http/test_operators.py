"""What operators ask a server: whether it is ready, and its figures."""

import asyncio
import http.client
import json
import os
import re
import shutil
from contextlib import AsyncExitStack

import pytest

from tests.edges.talk import PATIENCE_S, ask, comes_true, put, table, upload, viewing
from tests.nginx import TOP
from tests.server import Server, serving

TABLE = table(950)

IMPATIENT = """
from pagecast.edges import readiness
readiness.KEPT_S = 0
"""


def figures(server: Server) -> dict[str, float]:
    """All figures of a server, by their names and labels."""
    lines = [line for line in ask(server, "GET", "/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


# Ready.


def test_a_server_says_that_it_is_ready(server: Server) -> None:
    answer = ask(server, "GET", "/readyz")
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (200, "ready\n", "no-store")
    assert ask(server, "HEAD", "/readyz").status == 200


def test_a_server_without_a_disk_is_not_ready_until_it_has_one() -> None:
    with serving(first=IMPATIENT) as server:
        trial = server.data / "trial"
        trial.mkdir()  # what is to be written there cannot be, whoever runs the tests
        answer = ask(server, "GET", "/readyz")
        assert (answer.status, answer.text) == (503, "The disk is full or cannot be written: see the log.\n")
        assert ask(server, "GET", "/healthz").status == 200
        trial.rmdir()
        assert ask(server, "GET", "/readyz").status == 200


def test_a_server_that_must_keep_more_free_than_there_is_is_not_ready() -> None:
    with serving(f"--keep_free_mb={shutil.disk_usage(TOP).total // 2**20 + 1}") as server:
        assert ask(server, "GET", "/readyz").status == 503


NO_ENGINE = """
import sys
from pagecast.edges import readiness
readiness.KEPT_S = 0
sys.executable = "/bin/false"
"""


def test_a_server_whose_query_engine_does_not_start_is_not_ready() -> None:
    with serving(first=NO_ENGINE) as server:
        answer = ask(server, "GET", "/readyz")
        assert (answer.status, answer.text) == (503, "The query engine does not answer: see the log.\n")


async def test_a_server_that_stops_is_not_ready() -> None:
    with serving() as server:
        kept = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        putting = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        async with AsyncExitStack() as stack:
            viewer = await stack.enter_async_context(viewing(server))
            for connection in (kept, putting):
                stack.callback(connection.close)
            kept.request("GET", "/readyz")
            assert kept.getresponse().read() == b"ready\n"
            putting.putrequest("PUT", "/parser/cities.tsv")
            putting.putheader("Content-Length", str(len(TABLE)))
            putting.endheaders(TABLE[:100])
            await comes_true(lambda: figures(server)["pagecast_uploads"] == 1)
            stopping = asyncio.create_task(asyncio.to_thread(server.terminate))
            assert (await viewer.closed())[0] == 4001
            kept.request("GET", "/readyz")
            answer = kept.getresponse()
            assert (answer.status, answer.read()) == (503, b"The server is stopping.\n")
            putting.send(TABLE[100:])
            assert (await asyncio.to_thread(putting.getresponse)).status == 201
            await stopping


# Figures.


async def test_turns_and_bytes_are_measured(server: Server) -> None:
    before = figures(server)
    uuid = (await upload(server, TABLE))["uuid"]
    put(server, TABLE, uuid)
    async with viewing(server, uuid) as viewer:
        for page_no in (2, 3, 4):
            await viewer.say("turn", page_no=page_no)
            await viewer.until("page", page_no=page_no)
        await viewer.say("show", version=2, view="_sort_desc=n")
        await viewer.until("page", view="_sort_desc=n")
        await viewer.say("turn", page_no=2)
        await viewer.until("page", page_no=2)
        await viewer.say("turn", page_no=99)  # a page that is not there is not turned to
        await viewer.until("error")
    after = figures(server)
    assert after["pagecast_received_bytes_total"] - before["pagecast_received_bytes_total"] == 2 * len(TABLE)
    assert after["pagecast_turn_seconds_count"] - before["pagecast_turn_seconds_count"] == 4
    assert after['pagecast_turn_seconds_bucket{le="+Inf"}'] == after["pagecast_turn_seconds_count"]
    assert 0 < after["pagecast_turn_seconds_sum"] < 4 * PATIENCE_S
    assert after["pagecast_disk_free_bytes"] == pytest.approx(shutil.disk_usage(server.data).free, rel=0.5)
    assert after["pagecast_requests"] == 1, "the one that asks"
    await comes_true(lambda: figures(server)["pagecast_jobs_running"] == figures(server)["pagecast_jobs_waiting"] == 0)


async def test_messages_that_a_newer_one_replaces_are_counted(server: Server) -> None:
    wide = b"\n".join(b"\t".join([os.urandom(60).hex().encode()] * 30) for _ in range(1000))
    uuid = put(server, wide)
    before = figures(server)["pagecast_replaced_messages_total"]
    async with viewing(server, uuid, narrow=True) as slow, viewing(server, uuid) as fast:
        page_no = 1
        while figures(server)["pagecast_replaced_messages_total"] == before:
            page_no = page_no % 10 + 1
            await fast.say("turn", page_no=page_no)
            await fast.until("page", page_no=page_no)
        slow.socket.transport.abort()  # it would not read what it is sent before the end


def test_the_dashboard_shows_figures_that_are_served(server: Server) -> None:
    dashboard = json.loads((TOP / "deploy" / "grafana.json").read_text("utf-8"))
    served = {name.partition("{")[0] for name in figures(server)}
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked.append(dashboard["templating"]["list"][0]["query"]["query"])
    named = [set(re.findall(r"\b(?:pagecast|process)_\w+", expression)) for expression in asked]
    assert all(named)
    assert set().union(*named) - served == set()
    ours = {name for name in served if name.startswith("pagecast_") and not name.endswith(("_created", "_sum"))}
    assert ours - set().union(*named) == set(), "figures that no panel shows"
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in dashboard["panels"]})
