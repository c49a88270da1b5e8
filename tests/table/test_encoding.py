"""The encoding is guessed from a sample that is the same however the bytes arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.table.encoding import BLOCK, ENCODINGS, LIKELY, SAMPLE, Decoder, Sample, encoding_by_name, encoding_label
from tests.table.pieces import CUTS, cut, pieces_of

RUSSIAN = "Иван Петров\tМосква, Россия\n"
JAPANESE = "東京都\t日本の首都です\n"


def sample_of(pieces: list[bytes]) -> Sample:
    sample = Sample()
    for piece in pieces:
        sample.feed(piece)
    return sample


def test_each_encoding_has_a_label_of_its_own_and_is_found_by_its_name() -> None:
    labels = {encoding_label(name) for name in ENCODINGS}
    assert len(labels) == len(ENCODINGS)
    assert all(encoding_by_name(name) == name for name in ENCODINGS)
    assert all(Decoder(name).finish() == b"" for name in ENCODINGS)


@pytest.mark.parametrize("name", ["", "rot13", "base64", "no such encoding", "utf-8\0", "idna"])
def test_other_codecs_are_no_encodings(name: str) -> None:
    assert encoding_by_name(name) == ""


@given(st.lists(st.sampled_from(["ascii only\n", RUSSIAN, "é" * 50, "x" * 5000]), max_size=60), CUTS)
def test_the_sample_is_the_same_however_the_bytes_arrive(lines: list[str], places: list[int]) -> None:
    text = "".join(lines).encode()
    whole, parts = sample_of([text]), sample_of(cut(text, places))
    assert len(whole) == len(parts)
    assert whole.guess() == parts.guess() == "utf-8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "gb18030")],
)
def test_a_guess_from_a_full_sample_needs_no_line_ends(text: str, encoding: str) -> None:
    data = text.encode(encoding).replace(b"\n", b"\t") * 8000
    sample = sample_of(pieces_of(data, 10_000))
    assert sample.is_full
    assert SAMPLE <= len(sample) < SAMPLE + 2 * BLOCK
    assert sample.guess() == encoding


def test_a_sample_of_nothing_but_wide_characters_is_cut_anywhere() -> None:
    assert sample_of(["東".encode() * BLOCK]).guess() == "utf-8"


def test_utf_8_with_some_damage_is_utf_8() -> None:
    assert sample_of([RUSSIAN.encode() + b"caf\xe9\n"]).guess() == "utf-8"


def test_a_few_western_letters_are_the_likely_encoding() -> None:
    assert sample_of([b"caf\xe9\tna\xefve\n"]).guess() == LIKELY
