"""Requests and frames that are damaged at random: each is answered or cut off, and the server serves on."""

import json
import socket
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.edges.talk import PATIENCE_S, ask, page_of, put, table
from tests.server import Server
from tests.vectors import examples

TABLE = table(500)
BOUNDARY = b"Content-Type: multipart/form-data; boundary=x\r\n"
FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.tsv"\r\n\r\na\tb\r\n--x--\r\n'
REQUESTS = [
    b"GET /parser/ HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh\r\n\r\n",
    b"GET /parser/{uuid}/rows?page_no=2&n__gt=7&_sort_desc=n HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /parser/{uuid}/download HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-9\r\n\r\n",
    b"PUT /parser/a.tsv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\na\tb\n",
    b"PUT /parser/a.tsv HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na\tb\n\r\n0\r\n\r\n",
    b"POST /parser/ HTTP/1.1\r\nHost: localhost\r\n%bContent-Length: %d\r\n\r\n%b" % (BOUNDARY, len(FORM), FORM),
    b"POST /parser/files/ HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 4\r\n\r\n",
    b"GET /parser/ws/{uuid} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x81\0\0\0\x002",
]
FRAMES = [body for body in examples("json to-server") if json.loads(body)["type"] not in ("upload", "resume")]

Damage = list[tuple[int, int, bytes]]
DAMAGE: st.SearchStrategy[Damage] = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(0, 9), st.binary(max_size=6) | st.sampled_from([b"\r\n", b"\0", b"9" * 20])
    ),
    max_size=4,
)
"""Places in which so many bytes give way to others."""


def damaged(data: bytes, damage: Damage) -> bytes:
    for place, size, other in damage:
        place %= len(data) + 1
        data = data[:place] + other + data[place + size :]
    return data


def serves_on(server: Server, uuid: str) -> bool:
    answer = ask(server, "GET", f"/parser/{uuid}/rows?page_no=2")
    return answer.status == 200 and json.loads(answer.text)["data"] == page_of(TABLE, 2)


def test_damaged_requests_are_answered_or_cut_off(server: Server) -> None:
    uuid = put(server, TABLE)

    @given(st.sampled_from(REQUESTS), DAMAGE)
    def send(request: bytes, damage: Damage) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as end, suppress(ConnectionError):
            end.sendall(damaged(request.replace(b"{uuid}", uuid.encode()), damage))
            end.shutdown(socket.SHUT_WR)
            while end.recv(2**16):
                pass

    with server.watched():
        send()
        assert serves_on(server, uuid)


def test_damaged_frames_are_answered_or_end_their_connection(server: Server) -> None:
    uuid = put(server, TABLE)

    @given(st.lists(st.tuples(st.sampled_from(FRAMES), DAMAGE), min_size=1, max_size=5))
    def send(frames: list[tuple[str, Damage]]) -> None:
        alone = put(server, TABLE)  # what is still a frame may change its document
        with (
            connect(
                f"{server.ws}/parser/ws/{alone}", subprotocols=[Subprotocol("pagecast.v1")], proxy=None, max_size=None
            ) as viewer,
            suppress(ConnectionClosed),
        ):
            for frame, damage in frames:
                viewer.send(damaged(frame.encode(), damage).decode(errors="replace"))
            viewer.send('{"type":"fetch","page_no":2}')
            while json.loads(viewer.recv(PATIENCE_S))["type"] not in ("fetched", "error"):
                pass

    with server.watched():
        send()
        assert serves_on(server, uuid)
