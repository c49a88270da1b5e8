"""Our sockets as the public conformance suites ask after them: over TCP, frame by frame, and by clients of others.

What is expected is in RFC 6455 (WebSocket) and RFC 7692 (compression), whose section stands beside each case.
"""

import os
import random
import socket
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from websockets.asyncio.client import connect

from tests.edges.echo import LONGEST, Echo, echoing
from tests.edges.talk import PATIENCE_S
from tests.edges.websocket.test_plain import NodeWs, node_ws

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

WAYS = pytest.mark.parametrize("way", ["plain", "deflate"])

POEM = "Grüße, 世界, 🌍! One page for everyone. " * 200


class Frame(NamedTuple):
    """What came from the server."""

    kind: int
    data: bytes
    compressed: bool


def framed(kind: int, data: bytes = b"", *, final: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """A client's frame (RFC 6455, section 5.2), of which nothing is too wrong to be made."""
    head = bytearray([final << 7 | rsv << 4 | kind])
    bit = masked << 7
    if len(data) < 126:
        head.append(bit | len(data))
    elif len(data) < 2**16:
        head += struct.pack("!BH", bit | 126, len(data))
    else:
        head += struct.pack("!BQ", bit | 127, len(data))
    if not masked:
        return bytes(head) + data
    mask = os.urandom(4)
    key = int.from_bytes((mask * (len(data) // 4 + 1))[: len(data)], "big")
    return bytes(head) + mask + (int.from_bytes(data, "big") ^ key).to_bytes(len(data), "big")


def fragmented(kind: int, *pieces: bytes, rsv: int = 0, between: bytes = b"") -> bytes:
    """One message in as many frames as pieces (section 5.4)."""
    last = len(pieces) - 1
    return between.join(
        framed(CONTINUATION if i else kind, piece, final=i == last, rsv=0 if i else rsv)
        for i, piece in enumerate(pieces)
    )


def closing(code: int, reason: bytes = b"") -> bytes:
    return framed(CLOSE, code.to_bytes(2, "big") + reason)


def packed(data: bytes) -> bytes:
    """A compressed message by itself (RFC 7692, section 7.2.1)."""
    packing = zlib.compressobj(wbits=-15)
    return (packing.compress(data) + packing.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


def unpacked(data: bytes) -> bytes:
    return zlib.decompress(data + b"\0\0\xff\xff" + b"\1\0\0\xff\xff", -15)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[begin : begin + size] for begin in range(0, len(data), size)]


class Raw:
    """A client by hand."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.file = end.makefile("rb")

    def send(self, *frames: bytes) -> None:
        self.end.sendall(b"".join(frames))

    def read(self) -> Frame:
        """The next frame, which is whole and without a mask (RFC 6455, section 5.1)."""
        first, size = self.file.read(2)
        assert first & 0x80
        assert not first & 0x30
        assert size < 128
        if size > 125:
            size = int.from_bytes(self.file.read(2 if size == 126 else 8), "big")
        return Frame(first & 0x0F, self.file.read(size), bool(first & 0x40))

    def message(self) -> Frame:
        """The next message, inflated."""
        while (frame := self.read()).kind in (PING, PONG):
            pass
        if frame.compressed:
            return Frame(frame.kind, unpacked(frame.data), True)
        return frame

    def heard(self, kind: int, data: bytes) -> bool:
        """Whether this is the message that comes next."""
        return self.message()[:2] == (kind, data)

    def closed(self) -> int:
        """The code that it is closed with, and nothing else is said."""
        frame = self.read()
        assert frame.kind == CLOSE, frame
        frame.data[2:].decode()
        return int.from_bytes(frame.data[:2], "big")


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with echoing() as running:
        yield running


@contextmanager
def raw(echo: Echo, way: str) -> Iterator[Raw]:
    """Shake hands (section 4.1)."""
    with socket.create_connection(("127.0.0.1", echo.port), timeout=PATIENCE_S) as end:
        offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if way == "deflate" else ""
        end.sendall(
            f"GET /{way} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{offer}"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\n\r\n".encode()
        )
        client = Raw(end)
        head = b"".join(iter(client.file.readline, b"\r\n"))
        assert b" 101 " in head
        assert (b"permessage-deflate" in head) == (way == "deflate")
        with client.file:
            yield client


def refused(echo: Echo, way: str, *frames: bytes) -> int:
    """The code that the server closes with after these frames."""
    with raw(echo, way) as client:
        client.send(*frames)
        return client.closed()


# Messages


@WAYS
@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 2**16 - 1, 2**16, LONGEST])
def test_every_form_of_length_is_read_and_written(echo: Echo, way: str, size: int) -> None:  # 5.2
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    with raw(echo, way) as client:
        client.send(framed(TEXT, data), framed(BINARY, data))
        assert client.heard(TEXT, data)
        assert client.heard(BINARY, data)


@WAYS
@pytest.mark.parametrize("kind", [TEXT, BINARY])
def test_pings_between_fragments_leave_the_message_as_it_was(echo: Echo, way: str, kind: int) -> None:  # 5.4, 5.5.2
    whole = POEM.encode()
    rsvs = [0, 4] if way == "deflate" else [0]
    with raw(echo, way) as client:
        for rsv in rsvs:  # a message may go without compression where it was agreed on (RFC 7692, 6.1)
            pieces = cut(packed(whole) if rsv else whole, 7)
            frames = [frame for i, piece in enumerate(pieces) for frame in (piece, b"ping %d" % i)]
            client.send(
                *(
                    framed(PING, data)
                    if i % 2
                    else framed(CONTINUATION if i else kind, data, final=i == len(frames) - 2, rsv=0 if i else rsv)
                    for i, data in enumerate(frames)
                )
            )
            pongs: list[bytes] = []
            said = None
            while said is None or not pongs or pongs[-1] != frames[-1]:
                frame = client.read()
                if frame.kind == PONG:
                    pongs.append(frame.data)
                else:
                    data = unpacked(frame.data) if frame.compressed else frame.data
                    assert (said, frame.kind, data) == (None, kind, whole)
                    said = data
            # Of several pings the newest may be answered alone (5.5.3), but never one twice or out of turn.
            places = [frames.index(pong) for pong in pongs]
            assert all(one < other for one, other in pairwise(places))


@WAYS
def test_unasked_for_pongs_are_nothing(echo: Echo, way: str) -> None:  # 5.5.3
    with raw(echo, way) as client:
        client.send(framed(PONG, b"?"), *(framed(TEXT, b"a", final=False), framed(PONG), framed(CONTINUATION, b"b")))
        assert client.heard(TEXT, b"ab")


@WAYS
def test_empty_frames_are_frames(echo: Echo, way: str) -> None:  # 5.4
    with raw(echo, way) as client:
        client.send(fragmented(TEXT, b"", b"", b""), fragmented(BINARY, b"", b"x", b"", b"y", b""), framed(PING))
        assert client.heard(TEXT, b"")
        assert client.heard(BINARY, b"xy")
        assert client.read() == (PONG, b"", False)
        if way == "deflate":
            client.send(framed(TEXT, b"\0", rsv=4), fragmented(TEXT, b"", packed(b"late"), b"", rsv=4))  # 7692, 7.2.3.6
            assert client.heard(TEXT, b"")
            assert client.heard(TEXT, b"late")


@WAYS
def test_ten_thousand_tiny_fragments_are_one_message(echo: Echo, way: str) -> None:  # 5.4
    whole = bytes(random.Random(1).choices(b"abcdefgh", k=30_000))  # so that it stays large
    with raw(echo, way) as client:
        pieces = cut(packed(whole) if way == "deflate" else whole[:10_000], 1)
        assert len(pieces) >= 10_000
        client.send(fragmented(TEXT, *pieces, rsv=4 if way == "deflate" else 0))
        assert client.heard(TEXT, whole if way == "deflate" else whole[:10_000])
        client.send(framed(TEXT, b"still here"))
        assert client.heard(TEXT, b"still here")


@pytest.mark.parametrize(
    "data",
    [
        "f2 48 cd c9 c9 07 00",  # 7.2.3.1: one block
        "00 05 00 fa ff 48 65 6c 6c 6f 00",  # 7.2.3.3: a block without compression
        "f3 48 cd c9 c9 07 00 00",  # 7.2.3.4: a final block
        "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",  # 7.2.3.5: two blocks
    ],
)
def test_the_examples_of_rfc_7692_say_hello(echo: Echo, data: str) -> None:
    whole = bytes.fromhex(data)
    with raw(echo, "deflate") as client:
        client.send(framed(TEXT, whole, rsv=4), fragmented(TEXT, whole[:3], whole[3:], rsv=4), framed(TEXT, b"Hello"))
        for _ in range(3):
            assert client.heard(TEXT, b"Hello")


# What nobody may send


@WAYS
@pytest.mark.parametrize("rsv", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("kind", [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG])
def test_reserved_bits_are_refused(echo: Echo, way: str, rsv: int, kind: int) -> None:  # 5.2; RFC 7692, 6.1
    if way == "deflate" and rsv == 4 and kind in (TEXT, BINARY):
        return  # that is what the bit is for
    begun = [framed(TEXT, b"a", final=False)] if kind == CONTINUATION else []
    assert refused(echo, way, *begun, framed(kind, rsv=rsv)) == 1002


@WAYS
@pytest.mark.parametrize("kind", [*range(3, 8), *range(11, 16)])
def test_unknown_kinds_are_refused(echo: Echo, way: str, kind: int) -> None:  # 5.2
    assert refused(echo, way, framed(kind)) == 1002


@WAYS
@pytest.mark.parametrize("kind", [CLOSE, PING, PONG])
def test_control_frames_are_short_and_whole(echo: Echo, way: str, kind: int) -> None:  # 5.5
    assert refused(echo, way, framed(kind, bytes(126))) == 1002
    assert refused(echo, way, framed(kind, final=False)) == 1002
    with raw(echo, way) as client:
        client.send(framed(PING, bytes(125)))
        assert client.read() == (PONG, bytes(125), False)


@WAYS
@pytest.mark.parametrize("kind", [TEXT, BINARY, CLOSE, PING, PONG])
def test_a_client_masks_its_frames(echo: Echo, way: str, kind: int) -> None:  # 5.1
    assert refused(echo, way, framed(kind, masked=False)) == 1002


@WAYS
def test_a_message_is_continued_if_and_only_if_one_has_begun(echo: Echo, way: str) -> None:  # 5.4
    begun = framed(TEXT, b"a", final=False)
    for frames in (
        [framed(CONTINUATION, b"a")],
        [framed(CONTINUATION, b"a", final=False)],
        [begun, framed(TEXT, b"b")],
        [begun, framed(BINARY, b"b", final=False)],
        [begun, framed(PONG), framed(TEXT)],
    ):
        assert refused(echo, way, *frames) == 1002
    with raw(echo, way) as client:
        client.send(fragmented(TEXT, b"a", b"b"), framed(CONTINUATION))
        assert client.heard(TEXT, b"ab")
        assert client.closed() == 1002


NOT_UTF_8 = [
    b"\xff",  # nowhere in UTF-8
    b"\xc0\xaf",  # an overlong slash
    b"\xed\xa0\x80",  # half of a surrogate pair
    b"\xf4\x90\x80\x80",  # past U+10FFFF
    b"\xce\xba\xe1\xbd",  # ends within a character
    b"\x80",  # begins within one
]


@WAYS
@pytest.mark.parametrize("bad", NOT_UTF_8)
def test_a_text_is_utf_8(echo: Echo, way: str, bad: bytes) -> None:  # 8.1
    good = "κόσμε".encode()
    assert refused(echo, way, framed(TEXT, good + bad)) == 1007
    assert refused(echo, way, fragmented(TEXT, *cut(good + bad, 1), between=framed(PONG))) == 1007
    if way == "deflate":
        assert refused(echo, way, fragmented(TEXT, *cut(packed(good + bad), 1), rsv=4)) == 1007
    with raw(echo, way) as client:  # bytes may be anything, and a character may be cut (5.6)
        client.send(framed(BINARY, bad), fragmented(TEXT, *cut(good, 1)))
        assert client.heard(BINARY, bad)
        assert client.heard(TEXT, good)


def test_what_is_not_deflated_is_refused(echo: Echo) -> None:  # 7.1.5, "unable to inflate"; 7.4.1
    assert refused(echo, "deflate", framed(TEXT, b"\xff\xff\xff\xff", rsv=4)) == 1007


@WAYS
def test_a_message_that_is_too_big_is_refused(echo: Echo, way: str) -> None:  # 7.4.1
    assert refused(echo, way, framed(BINARY, bytes(LONGEST + 1))) == 1009
    assert refused(echo, way, b"\x82\xff" + (2**40).to_bytes(8, "big")) == 1009, "before it comes"
    assert refused(echo, way, fragmented(BINARY, *cut(bytes(LONGEST + 1), 2**18))) == 1009
    if way == "deflate":
        bomb = packed(bytes(100 * LONGEST))
        assert len(bomb) < LONGEST
        assert refused(echo, way, framed(BINARY, bomb, rsv=4)) == 1009


# Closing


@WAYS
@pytest.mark.parametrize("code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 5001, 2**16 - 1])
def test_codes_that_nobody_closes_with_are_refused(echo: Echo, way: str, code: int) -> None:  # 7.4.1, 7.4.2
    assert refused(echo, way, closing(code)) == 1002
    assert refused(echo, way, closing(code, b"bye")) == 1002


@WAYS
@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 3999, 4000, 4999])
def test_codes_that_one_closes_with_are_said_again(echo: Echo, way: str, code: int) -> None:  # 5.5.1, 7.4
    for reason in (b"", "bis später".encode(), b"x" * 123):
        with raw(echo, way) as client:
            client.send(closing(code, reason))
            assert client.closed() == code
            assert client.end.recv(1) == b"", "the server is the first to hang up (7.1.1)"


@WAYS
def test_a_close_without_a_code_is_answered_by_one(echo: Echo, way: str) -> None:  # 5.5.1
    with raw(echo, way) as client:
        client.send(framed(CLOSE))
        frame = client.read()
        assert (frame.kind, frame.data) in {(CLOSE, b""), (CLOSE, b"\x03\xe8")}
        assert client.file.read() == b""


@WAYS
def test_half_a_code_or_a_reason_that_is_not_utf_8_is_refused(echo: Echo, way: str) -> None:  # 5.5.1, 8.1
    assert refused(echo, way, framed(CLOSE, b"\x03")) == 1002
    for bad in NOT_UTF_8:
        assert refused(echo, way, closing(1000, bad)) == 1007


@WAYS
def test_after_a_close_nothing_is_heard(echo: Echo, way: str) -> None:  # 5.5.1
    with raw(echo, way) as client:
        client.send(framed(TEXT, b"before"), closing(1000), framed(TEXT, b"after"), framed(PING))
        assert client.heard(TEXT, b"before")
        assert client.closed() == 1000


def test_after_what_was_refused_nothing_is_heard(echo: Echo) -> None:  # 7.1.7
    with raw(echo, "plain") as client:
        client.send(framed(3), framed(TEXT, b"after"), framed(PING, b"after"))
        assert client.closed() == 1002
        client.send(closing(1002))
        assert client.file.read() == b""


@WAYS
def test_a_close_within_a_message_ends_it(echo: Echo, way: str) -> None:  # 5.4, 5.5.1
    with raw(echo, way) as client:
        client.send(framed(TEXT, b"a", final=False), closing(1001))
        assert client.closed() == 1001


# Floods


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def test_a_flood_of_pings_that_hears_no_answer_costs_no_memory(echo: Echo) -> None:  # 5.5.3
    flood = framed(PING, b"x" * 125) * 1000
    with raw(echo, "plain") as client:
        client.send(flood)
        client.end.settimeout(3)
        before, sent = resident(echo.pid), 0
        try:
            while sent < 100:
                client.send(flood)
                sent += 1
        except TimeoutError:  # it reads no more until its answers are read, which is as well
            pass
        assert resident(echo.pid) - before < 8 * 2**20, f"{sent * len(flood)} bytes of pings"
        with raw(echo, "plain") as other:
            other.send(framed(TEXT, b"and the others?"))
            assert other.heard(TEXT, b"and the others?")


# Clients of others


@WAYS
async def test_python_websockets_hears_what_it_said(echo: Echo, way: str) -> None:
    async with connect(echo.url(way), max_size=None, proxy=None) as client:
        for message in ("", POEM, b"", POEM.encode(), "x" * LONGEST):
            await client.send(message)
            assert await client.recv() == message
        await client.send(cut(POEM.encode(), 999))
        assert await client.recv() == POEM.encode()
        waiter = await client.ping(b"here?")
        await waiter
        await client.close(4321, "bye")
        assert client.close_code == 4321


@WAYS
async def test_node_ws_hears_what_it_said(echo: Echo, way: str) -> None:
    whole = POEM.encode() * 10
    async with node_ws(echo.url(way)) as client:
        assert isinstance(client, NodeWs)
        assert bool(client.extensions) == (way == "deflate")
        await client.send(POEM)
        assert await client.told() == {"message": POEM, "binary": False}
        for size in (1500, 9999):  # with pings between; it compresses from 1,024 bytes on
            await client.send(*cut(whole, size))
            assert await client.told() == {"message": whole.decode(), "binary": True}
        await client.tell({"close": True})
        assert (await client.told())["close"] == 1005, "it was closed without a code"
