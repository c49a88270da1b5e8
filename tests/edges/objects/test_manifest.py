"""The manifest: which bytes are in which segment, however a file was written, cut and shared."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.edges.objects.manifest import Edition, Manifest, SegmentFile, decode_manifest
from pagecast.protocol.facts import encode

SIZES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, 4, 4, 4, 9])), max_size=30)


def file_of(sizes: list[tuple[str, int]]) -> SegmentFile:
    file = SegmentFile()
    for stem, size in sizes:
        file = file.added(stem, size)
    return file


@given(SIZES, st.integers(0, 300), st.integers(0, 300))
def test_every_byte_is_in_one_segment_at_one_place(sizes: list[tuple[str, int]], begin: int, size: int) -> None:
    file, places = file_of(sizes), list[tuple[str, int]]()
    at = 0
    for stem, each in sizes:  # by other means than ours
        places += [(f"{stem}-{at:012x}-{each:x}", offset) for offset in range(each)]
        at += each
    found = [(name, offset) for name, _, within in file.segments(range(begin, begin + size)) for offset in within]
    assert found == places[begin : begin + size]
    assert file.size == len(places)


@given(SIZES, st.integers(0, 300))
def test_a_cut_keeps_the_segments_that_are_whole(sizes: list[tuple[str, int]], size: int) -> None:
    kept, at = list[tuple[str, int]](), 0
    for stem, each in sizes:
        at += each
        if at > size:
            break
        kept.append((stem, each))
    assert file_of(sizes).cut(size) == file_of(kept)


@given(SIZES, SIZES, st.integers(0, 300))
def test_only_segments_that_no_file_names_any_more_are_dropped(
    original: list[tuple[str, int]], table: list[tuple[str, int]], size: int
) -> None:
    whole = file_of(original)
    before = Manifest(whole, {1: Edition(file_of(table), whole.cut(size))})
    after = Manifest(whole.cut(size), {1: Edition(file_of(table[: len(table) // 2]), whole.cut(size))})
    assert after.dropped(before) == before.names - after.names
    assert before.dropped(before) == set()
    assert decode_manifest(encode(before)) == before


def test_the_manifest_of_a_large_file_is_small() -> None:
    file = SegmentFile()
    for _ in range(25_000):  # 100 GB
        file = file.added("original-9f2c41d7", 4 * 2**20)
    assert len(encode(Manifest(file))) < 200
