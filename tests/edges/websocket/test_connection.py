"""The seam to Tornado: what is used of its inside is as it was, and messages cross it ready made."""

import hashlib
import inspect
import json
import os
import re
import signal
from contextlib import AsyncExitStack
from typing import Any

import pytest
import tornado
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from pagecast.edges.websocket.connection import INTERNALS, INTERNALS_PRESENT
from tests.edges.talk import Client, comes_true, page_of, put, table, viewing
from tests.server import Server, serving

SEEN = "6.6.1", "b65dd64d9dc748fb"
"""The Tornado that the seam was written for, and a digest of what is used of its inside."""

TABLE = table(950)


def test_the_inside_of_tornado_is_what_the_seam_was_written_for() -> None:
    """With another release: read what has changed in INTERNALS, see that connection.py still fits, note it here."""
    assert INTERNALS_PRESENT
    used = [getattr(owner, name) for owner, names in INTERNALS.items() if inspect.isclass(owner) for name in names]
    sources = [inspect.getsource(one) for one in used]
    digest = hashlib.sha256("".join(sources).encode()).hexdigest()[:16]
    assert (tornado.version, digest) == SEEN, inspect.getdoc(
        test_the_inside_of_tornado_is_what_the_seam_was_written_for
    )


async def extensions(server: Server, path: str, offer: str, *, ours: bool) -> str:
    """What the server agrees to."""
    protocols = [Subprotocol("pagecast.v1")] if ours else None
    headers = {"Sec-WebSocket-Extensions": offer}
    async with connect(
        server.ws + path, subprotocols=protocols, compression=None, additional_headers=headers, proxy=None
    ) as socket:
        assert socket.response
        return socket.response.headers.get("Sec-WebSocket-Extensions", "")


AGREED = "permessage-deflate; client_no_context_takeover; server_no_context_takeover"


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        ("permessage-deflate; client_max_window_bits", AGREED),
        ("permessage-deflate; server_max_window_bits=10", ""),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", AGREED),
        ("x-unknown", ""),
        (";;==", ""),
    ],
)
async def test_viewers_get_compression_where_all_can_be_sent_the_same(server: Server, offer: str, agreed: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("websockets.client.ClientProtocol.process_extensions", lambda self, headers: [])
        assert await extensions(server, "/parser/ws", offer, ours=True) == agreed
        assert await extensions(server, "/parser/ws", offer, ours=False) == "", "who may upload a table does not"
        assert await extensions(server, "/parser/ws/upload", offer, ours=True) == ""


async def test_compressed_or_not_all_are_shown_the_same(server: Server) -> None:
    uuid = put(server, TABLE)
    url, protocols = f"{server.ws}/parser/ws/{uuid}", [Subprotocol("pagecast.v1")]
    async with (
        viewing(server, uuid) as one,
        connect(url, subprotocols=protocols, compression=None, proxy=None) as two,
        connect(url, proxy=None) as plain,
    ):
        other = Client(two)
        await one.say("turn", page_no=7)
        page = await one.until("page", page_no=7)
        assert page["data"] == page_of(TABLE, 7)
        assert await other.until("page", page_no=7) == page
        said: dict[str, Any] = {"page_no": 0}
        while said["page_no"] != 7:
            said = json.loads(await plain.recv())
        assert said["data"] == page["data"]


async def test_without_the_seam_it_all_works_the_same() -> None:
    first = "import pagecast.edges.websocket.connection as c; c.INTERNALS_PRESENT = False"
    with serving(first=first) as server:
        uuid = put(server, TABLE)
        async with viewing(server, uuid) as one, viewing(server, uuid) as other:
            await one.say("turn", page_no=3)
            for viewer in (one, other):
                assert (await viewer.until("page", page_no=3))["data"] == page_of(TABLE, 3)
            assert one.socket.response
            assert "Sec-WebSocket-Extensions" not in one.socket.response.headers
        assert server.output.count("This version of Tornado is not supported") == 1


COUNTS_HEADERS = """
import gc, signal
from tornado.httputil import HTTPHeaders
def count(*_):
    gc.collect()
    print("headers:", sum(len(one) > 0 for one in gc.get_objects() if type(one) is HTTPHeaders), flush=True)
signal.signal(signal.SIGUSR1, count)
"""


async def test_of_who_is_connected_no_headers_are_kept() -> None:
    with serving(first=COUNTS_HEADERS) as server:
        async with AsyncExitStack() as stack:
            for _ in range(10):
                viewer = await stack.enter_async_context(viewing(server, headers={"Cookie": "look=dark"}))
                await viewer.until("welcome")
            os.kill(server.pid, signal.SIGUSR1)
            await comes_true(lambda: re.search("headers: .*\n", server.output))
            assert "headers: 0\n" in server.output
