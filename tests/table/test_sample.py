"""The encoding is guessed from a sample that is the same however the bytes arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.tables import EncodingGuess
from pagecast.table.sample import BLOCK, SAMPLE, SHOWN_CHARACTERS, Sample
from tests.table.pieces import CUTS, cut, pieces_of

RUSSIAN = "Иван Петров\tМосква, Россия\n"
JAPANESE = "東京都\t日本の首都です\n"


def sample_of(pieces: list[bytes]) -> Sample:
    sample = Sample()
    for piece in pieces:
        sample.feed(piece)
    return sample


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
    assert sample_of([b"caf\xe9\tna\xefve\n"]).guess() == "cp1252"


def test_signs_and_names_among_ascii_are_the_likely_encoding() -> None:
    for cell in ("£4.50", "19 °C", "5 ± 0.2", "30×40", "7 µl", "12 m²", "Renée", "OVIEDO, ESPAÑA", "“draft”", "it’s"):
        assert sample_of([b"plain\n" * 300, f"{cell}\tplain\n".encode("cp1252"), b"plain\n" * 99]).guess() == "cp1252"


def test_lone_crs_tell_old_macintoshes_from_windows() -> None:
    text = "città\tpiù\nForlì\tperché\n".encode("mac-roman")
    assert sample_of([text.replace(b"\n", b"\r")]).guess() == "mac-roman"


def test_a_guess_comes_with_the_two_next_likely_encodings_and_cells_that_tell_them_apart() -> None:
    sample = sample_of(["miasto;powiat;1\nŁuków;łukowski;2\nSuwałki;plain;3\nRadom;Kośnik;4\n".encode("cp1250")])
    guess, *others = sample.guesses("cp1250", ";")
    assert guess == EncodingGuess("cp1250", ("Łuków", "łukowski", "Kośnik"))
    assert len(others) == 2
    for other in others:
        assert other.encoding != guess.encoding
        shown = tuple(cell.encode("cp1250").decode(other.encoding, "replace") for cell in guess.cells)
        assert other.cells == shown != guess.cells


def test_only_encodings_that_show_another_text_come_with_a_guess() -> None:
    guesses = sample_of([b"Jos\xe9\n"]).guesses("cp1252", "\t")
    shown = [guess.cells for guess in guesses]
    assert guesses[0].encoding == "cp1252"
    assert len(set(shown)) == len(shown) == 3


def test_long_cells_are_shown_where_they_differ() -> None:
    guess, *others = sample_of([b"x" * 1000 + b"\xe9" + b"y" * 1000 + b"\n"]).guesses("cp1252", "\t")
    assert "é" in guess.cells[0]
    assert all("é" not in other.cells[0] for other in others)
    assert all(len(cell) <= SHOWN_CHARACTERS for each in (guess, *others) for cell in each.cells)


def test_a_full_sample_is_the_same_however_the_bytes_arrive() -> None:
    data = RUSSIAN.encode("cp1251") * 9000
    whole, parts = sample_of([data]), sample_of(pieces_of(data, 1000))
    assert whole.is_full
    assert len(whole) == len(parts)
    assert whole.guesses("cp1251", "\t") == parts.guesses("cp1251", "\t")


def test_cells_are_shown_without_the_quotes_around_them() -> None:
    sample = Sample()
    sample.feed('"Straße"; "Köln"\n'.encode("cp1252"))
    sample.finish()
    assert sample.guesses("cp1252", ";")[0].cells == ("Straße", "Köln")
