"""The frames of an upload, which has a WebSocket of its own."""

from pagecast.protocol.errors import BadFrame
from pagecast.protocol.facts import UNSET, Count, Fact, Tagged, Unset

MAX_CHUNK = 4 * 2**20
"""Bytes of the file in one chunk: large enough to be fast, small enough to keep a few in memory."""


OFFSET_BYTES = 8
"""Bytes of a chunk's offset in the file, an unsigned big-endian number before the data."""


class Upload(Tagged, frozen=True):
    name: str
    size: Count
    viewer: str


class Resume(Tagged, frozen=True):
    upload: str


class Finish(Tagged, frozen=True):
    """``viewer``: the uploader's viewer by now, where it is another than at the beginning."""

    sha256: str
    viewer: str | Unset = UNSET


class Cancel(Tagged, frozen=True):
    pass


class Accepted(Tagged, frozen=True):
    uuid: str
    upload: str
    offset: int
    max_chunk: int


class Stored(Tagged, frozen=True):
    offset: int


class Finished(Tagged, frozen=True):
    uuid: str
    version: int


class Chunk(Fact, frozen=True):
    """A piece of a file. ``offset``: its first byte's place in the file, from 0."""

    offset: int
    data: bytes


def decode_chunk(message: bytes) -> Chunk:
    """Decode a binary message of `pagecast.v1`: eight bytes of offset, then the data.

    Raises BadFrame where it is too short for an offset, or too long.
    """
    if len(message) < OFFSET_BYTES:
        raise BadFrame("a chunk must begin with an offset of eight bytes")
    if len(message) > OFFSET_BYTES + MAX_CHUNK:
        raise BadFrame(f"a chunk may hold at most {MAX_CHUNK} bytes")
    return Chunk(int.from_bytes(message[:OFFSET_BYTES], "big"), message[OFFSET_BYTES:])


def encode_chunk(chunk: Chunk) -> bytes:
    """Return the binary message of a chunk."""
    return chunk.offset.to_bytes(OFFSET_BYTES, "big") + chunk.data
