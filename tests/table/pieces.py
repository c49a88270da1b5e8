"""Files for the tests of the pure modules, and ways to cut them into pieces."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import strategies as st

CUTS = st.lists(st.integers(0, 5000), max_size=8)
"""Where to cut a file, whatever its size."""

FRAGMENTS = [
    b"a",
    b"\t",
    b"\n",
    b"\r\n",
    b"\r",
    b'"',
    b"\xc3\xa9",
    b"\xf0\x9f\x98\x80",
    b"\xe9",
    b"\xf0\x9f",
    b"7",
    b"\x00",
]

TABLES = st.lists(
    st.tuples(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map(b"".join), st.integers(1, 130)),
    max_size=8,
).map(lambda parts: b"".join(part * times for part, times in parts))
"""Files of a few hundred lines, with every byte that makes lines and cells hard to tell apart."""


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """Return the same bytes in pieces, some of them empty."""
    ends = sorted([0, len(data), *(place % (len(data) + 1) for place in places)])
    return [data[begin:end] for begin, end in pairwise(ends)]


def pieces_of(data: bytes, size: int) -> list[bytes]:
    """Return the same bytes in pieces of ``size`` bytes; the last one may be shorter."""
    return [data[begin : begin + size] for begin in range(0, len(data), size)]
