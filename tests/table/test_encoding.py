"""Encodings are known by the names that people and programs give them."""

import pytest

from pagecast.table.encoding import ENCODINGS, Decoder, encoding_by_name, encoding_label


def test_each_encoding_has_a_label_of_its_own_and_is_found_by_its_name() -> None:
    labels = {encoding_label(name) for name in ENCODINGS}
    assert len(labels) == len(ENCODINGS)
    assert all(encoding_by_name(name) == name for name in ENCODINGS)
    assert all(Decoder(name).finish() == b"" for name in ENCODINGS)


@pytest.mark.parametrize("name", ["", "rot13", "base64", "no such encoding", "utf-8\0", "idna"])
def test_other_codecs_are_no_encodings(name: str) -> None:
    assert encoding_by_name(name) == ""
