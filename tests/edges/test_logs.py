"""What a server writes in its log: one line an event, which finds the request, and gives nothing away."""

import json
import re

from websockets.asyncio.client import connect

from tests.edges.talk import ask, comes_true, put, table, viewing
from tests.server import Server, serving

TABLE = table(250, "confidential")

FAILS = """
from pagecast.edges.http.table_api import InfoHandler
from pagecast.service.open_room import OpenRoom
async def get(self, uuid):
    raise ValueError("confidential")
InfoHandler.get = get
"""


def events(server: Server) -> list[dict[str, object]]:
    """All lines of a log of JSON."""
    return [json.loads(line) for line in server.output.splitlines()]


def discreet(output: str, uuid: str) -> bool:
    """Whether a log has neither a whole link nor a name or a cell."""
    return not any(secret in output for secret in (uuid, uuid[9:], "patients", "confidential"))


async def test_a_log_of_json_has_a_line_for_each_request_and_gives_nothing_away() -> None:
    with serving("--log_format=json", "--log_requests", first=FAILS, complains=True) as server:
        uuid = put(server, TABLE, "patients.tsv")
        mine = {"X-Request-Id": "from-the-proxy.1"}
        rows = ask(server, "GET", f"/parser/{uuid}/rows?word=confidential", headers=mine)
        assert (rows.status, rows.headers["x-request-id"]) == (200, "from-the-proxy.1")
        failed = ask(server, "GET", f"/parser/{uuid}/info?word=confidential")
        assert failed.status == 500
        async with viewing(server, uuid) as viewer:
            await viewer.say("say", text="confidential")
            await viewer.until("log")
        async with connect(f"{server.ws}/parser/ws/patients", proxy=None):
            pass
        ask(server, "GET", "/patients/confidential")
        await comes_true(lambda: "/*/*" in server.output)
        written, output = events(server), server.output
    assert discreet(output, uuid)
    assert written[0]["message"] == f"Pagecast is at {server.http}/parser/"
    assert all({"time", "level", "message"} <= event.keys() for event in written)
    requests = [event for event in written if event["logger"] == "pagecast.requests"]
    short = f"{uuid[:8]}…"
    assert [(event["method"], event["path"], event["status"]) for event in requests] == [
        ("PUT", "/parser/*", 201),
        ("GET", f"/parser/{short}/rows", 200),
        ("GET", f"/parser/{short}/info", 500),
        ("GET", f"/parser/ws/{short}", 101),
        ("GET", "/parser/ws/*", 101),
        ("GET", "/*/*", 404),
    ]
    assert requests[1]["request"] == "from-the-proxy.1"
    assert len({event["request"] for event in requests}) == len(requests)
    (error,) = [event for event in written if event["level"] == "error"]
    assert (error["message"], error["request"]) == (
        f"Failed to answer GET /parser/{short}/info.",
        failed.headers["x-request-id"],
    )
    assert re.fullmatch(r"Traceback: ValueError in .*<string>:\d+ get", str(error["trace"]))


def test_a_log_of_text_has_one_line_for_an_error() -> None:
    with serving(first=FAILS, complains=True) as server:
        uuid = put(server, TABLE, "patients.tsv")
        begun = server.output
        failed = ask(server, "GET", f"/parser/{uuid}/info?word=confidential")
        (line,) = server.output[len(begun) :].splitlines()
    assert discreet(line, uuid)
    assert f"Failed to answer GET /parser/{uuid[:8]}…/info. | request {failed.headers['x-request-id']} |" in line
    assert "Traceback: ValueError in " in line


def test_a_failing_disk_is_logged_with_its_request() -> None:
    with serving("--log_format=json") as server:
        uuid = put(server, TABLE)
        for path in (server.data / "documents" / uuid).glob("*.original"):
            path.unlink()
        failed = ask(server, "GET", f"/parser/{uuid}/download")
        assert failed.status == 507
        (warning,) = [event for event in events(server) if event["level"] == "warning"]
    assert str(warning["message"]).startswith("The disk failed: ")
    assert warning["request"] == failed.headers["x-request-id"]
    assert discreet(server.output if server.runs else str(warning), uuid)


def test_only_a_trusted_proxy_names_requests_and_clients() -> None:
    headers = {"X-Request-Id": "chosen", "X-Forwarded-Proto": "https"}
    for options, trusted in (
        (("--address=0.0.0.0",), False),
        (("--address=0.0.0.0", "--trusted_proxies=10.0.0.0/8,127.0.0.0/8"), True),
    ):
        with serving(*options) as server:
            answer = ask(server, "PUT", "/parser/", TABLE, headers)
            assert (answer.headers["x-request-id"] == "chosen") == trusted
            assert answer.text.startswith("https://") == trusted
            for odd in ("", "a b", "x" * 65, "é"):
                made = ask(server, "GET", "/healthz", headers={"X-Request-Id": odd}).headers["x-request-id"]
                assert re.fullmatch("[0-9a-f]{16}", made), odd
