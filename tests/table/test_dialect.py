"""Choices of a dialect are taken in the words of PROTOCOL.md, and an unknown one is refused by name."""

import pytest

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.table.dialect import clipped, parse_choices
from pagecast.table.layout import DELIMITERS


def test_nothing_chosen_is_all_guessed() -> None:
    assert parse_choices(None, None, None, None) == ALL_GUESSED


@pytest.mark.parametrize("name", DELIMITERS)
def test_a_delimiter_is_given_by_name_or_as_itself(name: str) -> None:
    for given in (name, DELIMITERS[name].decode()):
        assert parse_choices("UTF8", given, "quoted", True) == Choices("utf-8", name, "quoted", True)


@pytest.mark.parametrize(
    ("encoding", "delimiter", "quoting"),
    [("klingon", None, None), ("", None, None), (None, "colon", None), (None, "", None), (None, None, "mended")],
)
def test_an_unknown_choice_is_refused_by_name(encoding: str | None, delimiter: str | None, quoting: str | None) -> None:
    wrong = encoding or delimiter or quoting or ""
    with pytest.raises(BadRequest, match=f"“{wrong}” is not"):
        parse_choices(encoding, delimiter, quoting, None)


def test_an_error_repeats_only_what_can_be_printed() -> None:
    assert clipped("a\0\u202eb" + "x" * 100) == "ab" + "x" * 36
    assert clipped(None) == ""
