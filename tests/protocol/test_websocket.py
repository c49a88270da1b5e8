"""The rules of WebSocket, case by case as in the public conformance suites, on bytes alone."""

import zlib
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.protocol.websocket import (
    BAD_DATA,
    BINARY,
    CLOSE,
    CONTINUATION,
    LARGE,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    WORTH_DEFLATING,
    MessageReader,
    PreparedMessage,
    ProtocolViolation,
    Received,
    offers_deflate,
)

LONGEST = 1000


def frame(
    kind: int, data: bytes = b"", *, final: bool = True, rsv: int = 0, masked: bool = True
) -> tuple[bytes, bytes]:
    """Return the first two bytes of a frame, and its payload without the mask."""
    size = len(data) if len(data) < 126 else 126 if len(data) < 2**16 else 127
    return bytes(((0x80 if final else 0) | rsv << 4 | kind, (0x80 if masked else 0) | size)), data


def read(*frames: tuple[bytes, bytes], deflates: bool = False, longest: int = LONGEST) -> list[Received]:
    """Return the messages and control frames that a reader makes of frames."""
    reader = MessageReader(longest, deflates)
    received = []
    for two, data in frames:
        head = reader.head(two)
        assert head.size == len(data) or head.size_bytes
        reader.check(head, len(data))
        received.append(reader.take(head, data))
    return [one for one in received if one is not None]


def refused(*frames: tuple[bytes, bytes], deflates: bool = False) -> int:
    """Return the close code that frames are refused with."""
    with pytest.raises(ProtocolViolation) as caught:
        read(*frames, deflates=deflates)
    assert str(caught.value)
    assert len(str(caught.value).encode()) <= 123, "it fits into a close frame"
    return caught.value.code


def packed(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return (packing.compress(data) + packing.flush(zlib.Z_SYNC_FLUSH))[:-4]


@given(st.binary(max_size=LONGEST), st.lists(st.integers(0, LONGEST)), st.booleans(), st.integers(0, 3))
def test_a_message_is_the_same_however_it_is_cut_and_interleaved(
    data: bytes, cuts: list[int], deflates: bool, pings: int
) -> None:
    payload = packed(data) if deflates else data
    edges = [0, *sorted(cut for cut in cuts if cut < len(payload)), len(payload)]
    pieces = [payload[begin:end] for begin, end in pairwise(edges)]
    frames = []
    for number, piece in enumerate(pieces):
        first, last = number == 0, number == len(pieces) - 1
        frames.append(frame(BINARY if first else CONTINUATION, piece, final=last, rsv=4 if first and deflates else 0))
        if not last:
            frames += [frame(PING, b"are you there"), frame(PONG)] * pings
    received = read(*frames, deflates=deflates, longest=2 * LONGEST)
    assert received[-1] == Received(BINARY, data)
    assert [one.kind for one in received[:-1]] == [PING, PONG] * (pings * (len(pieces) - 1))


def test_messages_compressed_and_not_may_come_in_turn() -> None:
    frames = [frame(TEXT, packed(b"one"), rsv=4), frame(TEXT, b"two"), frame(TEXT, packed(b"three"), rsv=4)]
    assert [one.data for one in read(*frames, deflates=True)] == [b"one", b"two", b"three"]


@pytest.mark.parametrize("rsv", range(1, 8))
@pytest.mark.parametrize("kind", [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG])
def test_reserved_bits_are_refused(kind: int, rsv: int) -> None:
    assert refused(frame(kind, rsv=rsv)) == PROTOCOL_ERROR
    if rsv != 4 or kind not in (TEXT, BINARY):
        begun = [frame(TEXT, b"a", final=False)] if kind == CONTINUATION else []
        assert refused(*begun, frame(kind, rsv=rsv), deflates=True) == PROTOCOL_ERROR


@pytest.mark.parametrize("kind", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_unknown_kinds_are_refused(kind: int) -> None:
    assert refused(frame(kind)) == PROTOCOL_ERROR


@pytest.mark.parametrize("kind", [CLOSE, PING, PONG])
def test_a_control_frame_is_whole_and_short(kind: int) -> None:
    assert read(frame(PING, b"x" * 125))[0].data == b"x" * 125
    assert refused(frame(kind, b"x" * 126)) == PROTOCOL_ERROR
    assert refused(frame(kind, final=False)) == PROTOCOL_ERROR


def test_fragments_come_in_order() -> None:
    assert refused(frame(CONTINUATION, b"x")) == PROTOCOL_ERROR
    assert refused(frame(CONTINUATION, b"x", final=False)) == PROTOCOL_ERROR
    assert refused(frame(TEXT, b"a", final=False), frame(TEXT, b"b")) == PROTOCOL_ERROR
    assert refused(frame(TEXT, b"a", final=False), frame(CONTINUATION, b"b"), frame(CONTINUATION)) == PROTOCOL_ERROR


def test_a_message_that_will_never_be_whole_is_forgotten() -> None:
    reader = MessageReader(LONGEST, deflates=False)
    two, data = frame(TEXT, b"half a", final=False)
    assert reader.take(reader.head(two), data) is None
    reader.drop()
    two, data = frame(TEXT, b"whole")
    assert reader.take(reader.head(two), data) == Received(TEXT, b"whole")


def test_a_client_masks_its_frames() -> None:
    assert refused(frame(TEXT, b"a", masked=False)) == PROTOCOL_ERROR


BAD_UTF8 = [
    *[b"\x80", b"\xbf\xbf", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf"],
    *[b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xff", b"\xce\xba\xe1\xbd", b"\xcf\x83\xce"],
]


@pytest.mark.parametrize("data", BAD_UTF8)
def test_a_text_is_utf_8(data: bytes) -> None:
    assert refused(frame(TEXT, data)) == BAD_DATA
    assert refused(frame(TEXT, packed(data), rsv=4), deflates=True) == BAD_DATA
    assert refused(frame(CLOSE, b"\x03\xe8" + data)) == BAD_DATA
    assert read(frame(BINARY, data)) == [Received(BINARY, data)]


def test_a_letter_may_be_cut_between_fragments() -> None:
    letter = "κόσμε 😀".encode()
    for cut in range(len(letter)):
        frames = (frame(TEXT, letter[:cut], final=False), frame(CONTINUATION, letter[cut:]))
        assert read(*frames) == [Received(TEXT, letter)]


LEGAL = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
ILLEGAL = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]


@pytest.mark.parametrize("code", LEGAL + ILLEGAL)
def test_only_valid_close_codes_are_accepted(code: int) -> None:
    closing = frame(CLOSE, code.to_bytes(2, "big") + "bye, κόσμε".encode())
    if code in LEGAL:
        assert read(closing)[0].kind == CLOSE
    else:
        assert refused(closing) == PROTOCOL_ERROR


def test_a_close_frame_has_a_code_or_nothing() -> None:
    assert read(frame(CLOSE)) == [Received(CLOSE, b"")]
    assert refused(frame(CLOSE, b"\x03")) == PROTOCOL_ERROR


def test_no_message_grows_beyond_the_limit() -> None:
    assert len(read(frame(BINARY, bytes(LONGEST)))[0].data) == LONGEST
    assert refused(frame(BINARY, bytes(LONGEST + 1))) == TOO_BIG
    half = bytes(LONGEST // 2)
    pieces = [frame(BINARY, half, final=False), frame(CONTINUATION, half, final=False), frame(CONTINUATION, b"x")]
    assert refused(*pieces) == TOO_BIG
    assert refused(frame(BINARY, packed(bytes(2**24))[:LONGEST], rsv=4), deflates=True) == TOO_BIG, "a bomb"
    assert len(read(frame(BINARY, packed(bytes(LONGEST)), rsv=4), deflates=True)[0].data) == LONGEST


def test_invalid_deflate_data_is_refused() -> None:
    assert refused(frame(TEXT, b"\xff\xff\xff", rsv=4), deflates=True) == BAD_DATA


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 2**16 - 1, 2**16, LARGE + 1])
def test_a_message_is_framed_as_the_standard_says(size: int) -> None:
    text = bytes(32 + n % 90 for n in range(size))
    head = {2: bytes((0x81, size & 0xFF)), 4: b"\x81\x7e" + size.to_bytes(4, "big")[2:]}
    length = 2 if size < 126 else 4 if size < 2**16 else 10
    assert PreparedMessage(text).plain == head.get(length, b"\x81\x7f" + size.to_bytes(8, "big")) + text


@given(st.binary(max_size=5000))
@example(b"a row of a table\n" * 10)
@example(bytes(range(256)) * 500)
def test_a_deflated_message_stands_for_itself(text: bytes) -> None:
    message = PreparedMessage(text * 3)
    assert message.deflated is message.deflated, "it is made once"
    assert message.frame(deflated=True) is message.deflated
    assert message.frame(deflated=False) is message.plain
    if message.deflated[0] == 0x81:
        assert message.deflated == message.plain
        assert len(message.text) < WORTH_DEFLATING
    else:
        assert message.deflated[0] == 0xC1
        begin = {126: 4, 127: 10}.get(message.deflated[1], 2)
        unpacking = zlib.decompressobj(-15)
        assert unpacking.decompress(message.deflated[begin:] + b"\0\0\xff\xff") == message.text


@pytest.mark.parametrize(
    ("offer", "taken"),
    [
        ("", False),
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; client_max_window_bits=9", True),
        ('permessage-deflate; client_max_window_bits="15"', True),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=15", True),
        ("permessage-deflate; server_max_window_bits=8", False),
        ("permessage-deflate; server_max_window_bits", False),
        ("permessage-deflate; server_no_context_takeover=1", False),
        ("permessage-deflate; client_max_window_bits=16", False),
        ("permessage-deflate; client_max_window_bits=08", False),
        ("permessage-deflate; unheard_of", False),
        ("permessage-deflate; client_max_window_bits; client_max_window_bits", False),
        ("x-webkit-deflate-frame, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        (";;=,,;", False),
    ],
)
def test_deflate_is_agreed_to_where_our_messages_fit_the_terms(offer: str, taken: bool) -> None:
    assert offers_deflate(offer) == taken
