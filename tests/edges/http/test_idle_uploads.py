"""Uploads that were begun and left, and downloads that nobody takes: they hold little, and nobody waits for them."""

import math
import socket
from base64 import b64encode
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.request_body import BodyHandler
from pagecast.service.uploads import MOST_UNFINISHED
from tests.edges.http.test_bodies import resident_mb
from tests.edges.talk import PATIENCE_S, Answer, ask, comes_true, put, table
from tests.server import Server, serving

SEVEN, EIGHT = "10.0.0.7", "10.0.0.8"


async def test_the_oldest_upload_of_an_address_gives_way() -> None:
    gone: list[str] = []
    parked = IdleUploads[str](3, 2, gone.append)
    for key in ("a", "b", "c"):
        parked.put(key, key, SEVEN)
    assert gone == ["a"]
    parked.put("d", "d", EIGHT)
    parked.put("e", "e", EIGHT)
    assert gone == ["a", "b"], "the address with the most gives way, of two the one that came first"
    parked.put("e", "e again", EIGHT)
    parked.drop("e")
    parked.drop("e")
    assert gone == ["a", "b", "e", "e again"]
    assert len(parked) == 2


async def test_this_machine_may_have_all_of_them() -> None:
    gone: list[str] = []
    parked = IdleUploads[str](3, 1, gone.append)
    for key in ("a", "b", "c", "d"):
        parked.put(key, key, "127.0.0.1")
    assert gone == ["a"]


def begin(server: Server, uuid: str, address: str = SEVEN) -> Answer:
    """Begin an upload by tus, of which nothing comes."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000000", "X-Real-Ip": address}
    headers["Upload-Metadata"] = f"uuid {b64encode(uuid.encode()).decode()}"
    return ask(server, "POST", "/parser/files/", b"", headers)


def open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


async def test_uploads_that_are_begun_and_left_hold_few_files() -> None:
    with serving("--max_uploads_each=4") as server:
        uuid = put(server, table(500))
        before = open_files(server)
        begun = [begin(server, uuid) for _ in range(MOST_UNFINISHED + 3)]
        assert {answer.status for answer in begun} == {201}
        await comes_true(lambda: open_files(server) <= before + 2 * 4)
        assert begin(server, uuid, EIGHT).status == 201, "nobody else is kept from anything"
        assert ask(server, "GET", f"/parser/{uuid}/rows?page_no=3").status == 200
        paths = [answer.headers["location"].removeprefix(server.http) for answer in begun]
        headers = {"Tus-Resumable": "1.0.0"}
        told = [ask(server, "HEAD", path, headers=headers).status for path in (*paths[:5], *paths[-5:])]
        assert told == [404] * 4 + [200] * 6, "the oldest gave way, and the others go on"
        assert len(list(server.data.glob("uploads/*.json"))) == MOST_UNFINISHED


async def test_a_download_that_nobody_takes_holds_little_and_ends() -> None:
    with serving(first="import pagecast.edges.http.server as l; l.RATE_WINDOW_S = 0.5") as server, ExitStack() as stack:
        data = table(400_000)
        uuid = put(server, data)
        before, files = resident_mb(server.pid), open_files(server)
        ends = [stack.enter_context(socket.socket()) for _ in range(40)]
        for end in ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            end.settimeout(PATIENCE_S)
            end.connect(("127.0.0.1", server.port))
            end.sendall(f"GET /parser/{uuid}/download HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await comes_true(lambda: open_files(server) >= files + 40)
        assert resident_mb(server.pid) < before + 60
        assert ask(server, "GET", f"/parser/{uuid}/download").body == data, "nobody else waits"
        await comes_true(lambda: open_files(server) <= files)
        assert max(map(rest_of, ends)) < len(data)


def rest_of(end: socket.socket) -> int:
    """How many bytes come until the connection ends."""
    size = 0
    try:
        while piece := end.recv(2**16):
            size += len(piece)
    except ConnectionError:
        pass
    return size


async def test_a_refused_sender_is_cut_off_when_it_sends_no_more() -> None:
    """Not before: many clients read the answer only when they have sent everything."""
    closed: list[bool] = []
    door = object.__new__(BodyHandler)
    stream = SimpleNamespace(close=lambda: closed.append(True))
    door.request = cast("object", SimpleNamespace(connection=SimpleNamespace(stream=stream)))  # type: ignore[assignment]
    door.received = 2**20
    door._close_if_silent(math.inf)
    assert (closed, door.received) == ([], 0), "it still sends"
    door._close_if_silent(math.inf)
    assert closed == [True]
    door.received = 2**20
    door._close_if_silent(0)
    assert closed == [True, True], "nobody sends for ever"
