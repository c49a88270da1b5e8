"""The cache of blocks: range requests, one for all who wait, and never more bytes than it may have."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagecast.edges.disk.space import Space
from pagecast.edges.objects.blocks import BLOCK_BYTES, BlockCache
from pagecast.protocol.errors import ObjectStoreFailed

SEGMENT = b"".join(number.to_bytes(4, "little") for number in range(BLOCK_BYTES))  # four blocks


class Requests:
    """A segment, and the range requests for it."""

    def __init__(self) -> None:
        self.spans: list[range] = []
        self.fails = False

    def __call__(self, path: str, span: range) -> bytes:
        self.spans.append(span)
        if self.fails:
            raise ObjectStoreFailed
        return SEGMENT[span.start : span.stop]


def cache_of(folder: Path, fetch: Requests, most: int = 2**30, keep_free: int = 0) -> BlockCache:
    return BlockCache(folder / "blocks", most, fetch, Space(folder, keep_free=keep_free))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.integers(0, len(SEGMENT) - 1), size=st.integers(1, 2 * BLOCK_BYTES))
def test_any_bytes_are_those_of_the_segment(tmp_path: Path, begin: int, size: int) -> None:
    span = range(begin, min(begin + size, len(SEGMENT)))
    cache = cache_of(tmp_path, Requests())
    for _ in range(2):
        assert cache.read("a", len(SEGMENT), span) == SEGMENT[span.start : span.stop]


def test_a_block_is_fetched_once_and_alone(tmp_path: Path) -> None:
    fetch = Requests()
    cache = cache_of(tmp_path, fetch)
    for begin in (BLOCK_BYTES + 7, 2 * BLOCK_BYTES - 9):
        assert cache.read("a", len(SEGMENT), range(begin, begin + 9)) == SEGMENT[begin : begin + 9]
    assert fetch.spans == [range(BLOCK_BYTES, 2 * BLOCK_BYTES)]
    assert (cache.misses, cache.hits) == (1, 1)


def test_all_who_wait_for_a_block_share_one_request(tmp_path: Path) -> None:
    fetch, begun, goes_on = Requests(), threading.Event(), threading.Event()

    def slow(path: str, span: range) -> bytes:
        begun.set()
        assert goes_on.wait(60)
        return fetch(path, span)

    cache = BlockCache(tmp_path / "blocks", 2**30, slow, Space(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        reads = [pool.submit(cache.read, "a", len(SEGMENT), range(9))]
        assert begun.wait(60)
        reads += [pool.submit(cache.read, "a", len(SEGMENT), range(9)) for _ in range(7)]
        goes_on.set()
        assert {read.result() for read in reads} == {SEGMENT[:9]}
    assert len(fetch.spans) == 1


def test_the_blocks_that_were_read_longest_ago_give_way(tmp_path: Path) -> None:
    fetch = Requests()
    cache = cache_of(tmp_path, fetch, most=2 * BLOCK_BYTES)
    for block in (0, 1, 0, 2):  # the second one gives way to the third
        cache.read("a", len(SEGMENT), range(block * BLOCK_BYTES, block * BLOCK_BYTES + 1))
        assert cache.used == sum(path.stat().st_size for path in tmp_path.glob("blocks/*")) <= 2 * BLOCK_BYTES
    assert len(fetch.spans) == 3
    cache.read("a", len(SEGMENT), range(1))
    assert len(fetch.spans) == 3
    cache.read("a", len(SEGMENT), range(BLOCK_BYTES, BLOCK_BYTES + 1))
    assert len(fetch.spans) == 4


def test_a_failure_is_told_to_all_and_is_not_kept(tmp_path: Path) -> None:
    fetch = Requests()
    fetch.fails = True
    cache = cache_of(tmp_path, fetch)
    for _ in range(2):
        with pytest.raises(ObjectStoreFailed):
            cache.read("a", len(SEGMENT), range(1))
    fetch.fails = False
    assert cache.read("a", len(SEGMENT), range(1)) == SEGMENT[:1]


def test_a_disk_without_room_keeps_no_block_and_pages_are_read_all_the_same(tmp_path: Path) -> None:
    fetch = Requests()
    cache = cache_of(tmp_path, fetch, keep_free=2**62)
    for _ in range(2):
        assert cache.read("a", len(SEGMENT), range(9)) == SEGMENT[:9]
    assert len(fetch.spans) == 2
    assert not list(tmp_path.glob("blocks/*"))


def test_a_block_that_was_damaged_before_a_start_is_fetched_again(tmp_path: Path) -> None:
    cache_of(tmp_path, Requests()).read("a", len(SEGMENT), range(9))
    for path in tmp_path.glob("blocks/*"):
        path.write_bytes(bytes(BLOCK_BYTES))
    assert cache_of(tmp_path, Requests()).read("a", len(SEGMENT), range(9)) == SEGMENT[:9]
