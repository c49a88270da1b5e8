"""WebSocket frames (RFC 6455) and permessage-deflate (RFC 7692): clients' frames are checked, ours are made once."""

import zlib
from functools import cached_property
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
"""Opcodes (RFC 6455, section 5.2)."""

PROTOCOL_ERROR, BAD_DATA, TOO_BIG = 1002, 1007, 1009
"""Close codes (RFC 6455, section 7.4.1): a frame against the rules, invalid data, a message that is too long."""

MASK_BYTES = 4
"""Bytes of a masking key (RFC 6455, section 5.3)."""

WORTH_DEFLATING = 256
"""Bytes from which a message is compressed. A smaller one would hardly get smaller still."""

LEVEL, FAST_LEVEL = 4, 1
"""Levels of zlib. Level 6 makes a page 4 % smaller than level 4, in more than three times the time."""

LARGE = 2**18
"""Bytes from which a message is compressed at FAST_LEVEL: everybody waits while it is done."""

DEFLATE = "permessage-deflate"
DEFLATE_TERMS = ("server_no_context_takeover", "client_no_context_takeover")
"""The terms of the server (RFC 7692, section 7.1.1). No message refers to an earlier one, so a connection needs no
memory for a window, and one compressed message serves all connections."""

_TAIL = b"\0\0\xff\xff"  # ends each deflated message, and is not sent (RFC 7692, section 7.2.1)


class ProtocolViolation(Exception):
    """An error of a client against the rules of WebSocket. ``code`` is the close code to answer with."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class PreparedMessage:
    """A text message to many connections: framed once and compressed once, when the first connection needs it.

    >>> PreparedMessage(b"page 1").plain
    b'\\x81\\x06page 1'
    """

    def __init__(self, text: bytes) -> None:
        self.text = text

    def frame(self, *, deflated: bool) -> bytes:
        """Return the frame for a connection. ``deflated``: it has negotiated permessage-deflate."""
        return self.deflated if deflated else self.plain

    @cached_property
    def plain(self) -> bytes:
        """The frame for a connection without compression."""
        return _head(TEXT, len(self.text)) + self.text

    @cached_property
    def deflated(self) -> bytes:
        """The frame for every connection with permessage-deflate: it refers to no earlier message."""
        if len(self.text) < WORTH_DEFLATING:
            return self.plain
        packing = zlib.compressobj(LEVEL if len(self.text) < LARGE else FAST_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packing.compress(self.text) + packing.flush(zlib.Z_SYNC_FLUSH)
        payload = packed.removesuffix(_TAIL)
        return _head(TEXT | 0x40, len(payload)) + payload


def _head(first: int, size: int) -> bytes:
    if size < 126:
        return bytes((0x80 | first, size))
    if size < 2**16:
        return bytes((0x80 | first, 126)) + size.to_bytes(2, "big")
    return bytes((0x80 | first, 127)) + size.to_bytes(8, "big")


def offers_deflate(extensions: str) -> bool:
    """Return whether a ``Sec-WebSocket-Extensions`` header offers permessage-deflate on terms that our messages meet.

    >>> offers_deflate("permessage-deflate; client_max_window_bits"), offers_deflate("x-other")
    (True, False)

    A client that wants a smaller window than 32 KiB is served without compression.

    >>> offers_deflate("permessage-deflate; server_max_window_bits=10")
    False
    >>> offers_deflate("permessage-deflate; server_max_window_bits=10, permessage-deflate")
    True
    """
    return any(_is_acceptable(offer) for offer in extensions.split(","))


def _is_acceptable(offer: str) -> bool:
    name, *terms = (part.strip() for part in offer.split(";"))
    pairs = [term.partition("=")[::2] for term in terms]
    names = [pair[0].strip() for pair in pairs]
    if name != DEFLATE or len(set(names)) < len(names):
        return False
    return all(_is_meetable(term, value.strip().strip('"')) for term, (_, value) in zip(names, pairs, strict=True))


def _is_meetable(term: str, value: str) -> bool:
    match term:
        case "server_no_context_takeover" | "client_no_context_takeover":
            return value == ""
        case "server_max_window_bits":
            return value == "15"
        case "client_max_window_bits":
            return value in ("", "8", "9", "10", "11", "12", "13", "14", "15")
    return False


class FrameHead(NamedTuple):
    """The first two bytes of a frame (RFC 6455, section 5.2)."""

    final: bool
    compressed: bool
    kind: int
    size: int
    """Bytes of the payload, where ``size_bytes`` is 0."""
    size_bytes: int
    """Bytes of the extended payload length that follows: 0, 2 or 8."""


class Received(NamedTuple):
    """A whole message, or a control frame."""

    kind: int
    data: bytes


class MessageReader:
    """Puts a client's frames together to messages: call ``head``, then ``check``, then ``take`` with the payload.

    ``longest``: bytes of the longest message. ``deflates``: permessage-deflate is negotiated. All three methods raise
    ProtocolViolation.

    >>> reader = MessageReader(longest=100, deflates=False)
    >>> head = reader.head(b"\\x81\\x82")
    >>> reader.check(head, head.size)
    >>> reader.take(head, b"12")
    Received(kind=1, data=b'12')
    """

    __slots__ = ("_begun", "_pieces", "deflates", "longest")  # each connection has one

    def __init__(self, longest: int, deflates: bool) -> None:
        self.longest, self.deflates = longest, deflates
        self._begun: FrameHead | None = None  # the first frame of a message that goes on
        self._pieces = bytearray()

    def head(self, two: bytes) -> FrameHead:
        """Decode the first two bytes of a frame."""
        final, compressed, kind = bool(two[0] & 0x80), bool(two[0] & 0x40), two[0] & 0x0F
        masked, size = two[1] & 0x80, two[1] & 0x7F
        if two[0] & 0x30 or (compressed and not (self.deflates and kind in (TEXT, BINARY))):
            raise ProtocolViolation(PROTOCOL_ERROR, "reserved bits are set")
        if not masked:
            raise ProtocolViolation(PROTOCOL_ERROR, "client frames must be masked")
        if kind in (CLOSE, PING, PONG):
            if not final or size > 125:
                raise ProtocolViolation(PROTOCOL_ERROR, "a control frame must be whole and have at most 125 bytes")
        elif kind not in (CONTINUATION, TEXT, BINARY):
            raise ProtocolViolation(PROTOCOL_ERROR, "unknown opcode")
        elif (kind == CONTINUATION) != (self._begun is not None):
            raise ProtocolViolation(PROTOCOL_ERROR, "a continuation frame is missing or unexpected")
        return FrameHead(final, compressed, kind, size, {126: 2, 127: 8}.get(size, 0))

    def check(self, head: FrameHead, size: int) -> None:
        """Check that a payload of so many bytes may follow."""
        if head.kind < CLOSE and len(self._pieces) + size > self.longest:
            raise ProtocolViolation(TOO_BIG, f"a message may have at most {self.longest} bytes")

    def take(self, head: FrameHead, data: bytes) -> Received | None:
        """Take an unmasked payload, and return the message or control frame that is whole now, if any."""
        if head.kind >= CLOSE:
            if head.kind == CLOSE:
                _check_close(data)
            return Received(head.kind, data)
        first = self._begun or head
        if not head.final:
            self._begun = first
            self._pieces += data
            return None
        if self._begun is not None:
            self._pieces += data
            data = bytes(self._pieces)
            self._begun, self._pieces = None, bytearray()
        if first.compressed:
            data = self._inflate(data)
        if first.kind == TEXT:
            _check_text(data)
        return Received(first.kind, data)

    def drop(self) -> None:
        """Forget a message that is not whole: its sender is gone."""
        self._begun, self._pieces = None, bytearray()

    def _inflate(self, data: bytes) -> bytes:
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            whole = unpacking.decompress(data + _TAIL, self.longest + 1)
        except zlib.error:
            raise ProtocolViolation(BAD_DATA, "invalid deflate data") from None
        if len(whole) > self.longest:
            raise ProtocolViolation(TOO_BIG, f"a message may have at most {self.longest} bytes")
        return whole


def _check_text(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        raise ProtocolViolation(BAD_DATA, "text must be UTF-8") from None


def _check_close(data: bytes) -> None:
    """Check the code and the reason of a close frame (RFC 6455, section 7.4; IANA has registered codes up to 1014)."""
    if not data:
        return
    code = int.from_bytes(data[:2], "big")
    if len(data) == 1 or not (code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or 3000 <= code <= 4999):
        raise ProtocolViolation(PROTOCOL_ERROR, "invalid close code")
    _check_text(data[2:])
