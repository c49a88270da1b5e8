"""What RFC 6455 (WebSocket) and RFC 7692 (permessage-deflate) ask of the bytes: read strictly, written once."""

import zlib
from functools import cached_property
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

PROTOCOL_ERROR, BAD_DATA, TOO_BIG = 1002, 1007, 1009
"""Close codes: a frame out of order, bytes that are not what they should be, more than is taken."""

MASK_BYTES = 4

WORTH_DEFLATING = 256
"""Bytes from which a message is compressed: a smaller one would hardly get smaller still."""

LEVEL, HURRIED = 4, 1
"""How hard zlib tries: of a page, 6 would leave 4 % less in more than three times the time."""

LARGE = 2**18
"""Bytes from which a message is compressed in a hurry: nobody should wait while it is done thoroughly."""

DEFLATE = "permessage-deflate"
DEFLATE_TERMS = ("server_no_context_takeover", "client_no_context_takeover")
"""What we agree to: no message refers to an earlier one, so none has to be remembered for any connection."""

_TAIL = b"\0\0\xff\xff"  # ends each deflated message, and is left out (RFC 7692, section 7.2.1)


class ProtocolViolation(Exception):
    """What a client may not send. ``code`` is what to close with."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class PreparedMessage:
    """A text message to many: framed once, and compressed once, when the first asks for it.

    >>> PreparedMessage(b"page 1").plain
    b'\\x81\\x06page 1'
    """

    def __init__(self, text: bytes) -> None:
        self.text = text

    def frame(self, *, deflated: bool) -> bytes:
        return self.deflated if deflated else self.plain

    @cached_property
    def plain(self) -> bytes:
        """The frame for a connection without compression."""
        return _head(TEXT, len(self.text)) + self.text

    @cached_property
    def deflated(self) -> bytes:
        """The frame for any connection that negotiated it: the message refers to nothing that came before."""
        if len(self.text) < WORTH_DEFLATING:
            return self.plain
        packing = zlib.compressobj(LEVEL if len(self.text) < LARGE else HURRIED, zlib.DEFLATED, -zlib.MAX_WBITS)
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
    """Whether a ``Sec-WebSocket-Extensions`` header offers permessage-deflate on terms that all our messages meet.

    >>> offers_deflate("permessage-deflate; client_max_window_bits"), offers_deflate("x-other")
    (True, False)

    Who asks for a smaller window than the one all share is served without.

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
    """What the first two bytes of a frame say."""

    final: bool
    compressed: bool
    kind: int
    size: int
    """Bytes of payload, where ``size_bytes`` is 0; else they are yet to be read."""
    size_bytes: int


class Received(NamedTuple):
    """A whole message, or a control frame."""

    kind: int
    data: bytes


class MessageReader:
    """Puts a client's frames together: ask ``head``, then ``check`` its size, then give ``take`` the payload.

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
        """Read the first two bytes of a frame."""
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
        """See that a payload of this size may come."""
        if head.kind < CLOSE and len(self._pieces) + size > self.longest:
            raise ProtocolViolation(TOO_BIG, f"a message may have at most {self.longest} bytes")

    def take(self, head: FrameHead, data: bytes) -> Received | None:
        """Take in a payload; the answer is what has become whole."""
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
        """Let go of a message that is not whole: its sender is gone."""
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
    """See that a close frame says what one may say (RFC 6455, section 7.4; the registry of IANA goes on to 1014)."""
    if not data:
        return
    code = int.from_bytes(data[:2], "big")
    if len(data) == 1 or not (code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or 3000 <= code <= 4999):
        raise ProtocolViolation(PROTOCOL_ERROR, "invalid close code")
    _check_text(data[2:])
