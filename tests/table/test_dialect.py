"""Choices of a dialect are taken in the words of PROTOCOL.md, and a wrong one is refused by name."""

import pytest

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.table.dialect import MAX_DELIMITER, MAX_PREAMBLE, clipped, parse_choices
from pagecast.table.spelling import DELIMITERS


def test_nothing_chosen_is_all_guessed() -> None:
    assert parse_choices(ALL_GUESSED) == ALL_GUESSED


def test_a_choice_in_the_words_of_the_protocol_stays_as_it_is() -> None:
    choices = Choices("cp1252", "semicolon", "mended", True, "'", "backslash", True, "crcrlf", "//", MAX_PREAMBLE)
    assert parse_choices(choices) == choices
    others = Choices(None, "#|#", "literal", False, '"', "doubled", False, "cr", "", 0)
    assert parse_choices(others) == others


@pytest.mark.parametrize("name", DELIMITERS)
def test_a_delimiter_is_given_by_name_or_as_itself(name: str) -> None:
    for given in (name, DELIMITERS[name]):
        assert parse_choices(Choices("UTF8", given, "quoted", True)) == Choices("utf-8", name, "quoted", True)


@pytest.mark.parametrize(
    ("given", "itself"),
    [
        (r"\t", "tab"),
        (r"\x09", "tab"),
        (r"\x2C", "comma"),
        (r"\x01", "\x01"),
        ("^A", "\x01"),
        ("^_", "^_"),
        ("^", "^"),
        ("~", "~"),
        ("\\", "\\"),
        ("¦", "¦"),
        ("\xa0", "\xa0"),
        ("::", "::"),
        (r"\t|\t", "\t|\t"),
        ("\t|\t", "\t|\t"),
        ("-" * MAX_DELIMITER, "-" * MAX_DELIMITER),
    ],
)
def test_any_other_characters_can_divide_cells(given: str, itself: str) -> None:
    assert parse_choices(Choices(delimiter=given)).delimiter == itself


@pytest.mark.parametrize(
    "given",
    [
        *("", "x", "é", "7", "²", "dash", '"', "'", "\r", "\n", ", \n", r"\n", r"\x0a", "^J", r"\x00", r"\x41", r"\x2"),
        *("-" * (MAX_DELIMITER + 1), "\ufdd0", "\ufffd", "\ufeff", "\ud83d"),
    ],
    ids=repr,
)
def test_letters_digits_quotes_and_line_ends_divide_no_cells(given: str) -> None:
    with pytest.raises(BadRequest, match=r"^“[^”\n]*” is not a delimiter: use tab, .* line ends\.$"):
        parse_choices(Choices(delimiter=given))


def test_a_quote_is_given_by_name_or_as_itself() -> None:
    for name, quote in (("double", '"'), ("single", "'")):
        assert parse_choices(Choices(quote=name)).quote == parse_choices(Choices(quote=quote)).quote == quote


@pytest.mark.parametrize("comment", ["", "#", "##", "//", "%", ";", "--", "REM ", "12345678"])
def test_a_comment_prefix_has_up_to_eight_characters(comment: str) -> None:
    assert parse_choices(Choices(comment=comment)).comment == comment


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (Choices(encoding="klingon"), "“klingon” is not a known encoding"),
        (Choices(encoding=""), "“” is not a known encoding"),
        (Choices(quoting="maybe"), "“maybe” is not a quoting mode: use literal, quoted or mended."),
        (Choices(quoting=""), "“” is not a quoting mode"),
        (Choices(quote="`"), "“`” is not a quote: use \" (double) or ' (single)."),
        (Choices(quote=""), "“” is not a quote"),
        (Choices(escape="caret"), "“caret” is not a way to escape a quote: use doubled or backslash."),
        (Choices(line_end="mixed"), "“mixed” is not a line end: use lf, crlf, cr or crcrlf."),
        (Choices(comment="123456789"), "“123456789” is not a comment prefix"),
        (Choices(comment="#\t"), "“#” is not a comment prefix"),
        (Choices(comment="#\n"), "“#” is not a comment prefix"),
        (Choices(preamble=-1), "“-1” is not a number of rows before the header: use 0 to 10,000."),
        (Choices(preamble=MAX_PREAMBLE + 1), "“10001” is not a number of rows before the header"),
        (Choices(delimiter="\\", escape="backslash"), "A backslash cannot be both"),
        (Choices(delimiter=r"\\", escape="backslash"), "A backslash cannot be both"),
    ],
)
def test_a_wrong_choice_is_refused_by_name(wrong: Choices, sentence: str) -> None:
    for choices in (wrong, changed(wrong, header=True)):
        with pytest.raises(BadRequest) as caught:
            parse_choices(choices)
        assert str(caught.value).startswith(sentence)
        assert "\n" not in str(caught.value)


def test_a_spelled_tab_is_no_backslash() -> None:
    assert parse_choices(Choices(delimiter=r"\t", escape="backslash")) == Choices(delimiter="tab", escape="backslash")


def test_an_error_repeats_only_what_can_be_printed() -> None:
    assert clipped("a\0\u202eb" + "x" * 100) == "ab" + "x" * 36
    assert clipped(None) == ""
