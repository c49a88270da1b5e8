"""The server reads the languages of the page, and chooses one for each browser."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol import errors
from pagecast.protocol.errors import EmptyFile, PagecastError, PageOutOfRange
from pagecast.protocol.language import Language, choose, read_catalogue

TOP = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = (
    read_catalogue(
        (TOP / "static" / "js" / "text" / f"{name}.js").read_text("utf-8"),
        (TOP / "templates" / f"{name}.json").read_text("utf-8"),
    )
    for name in ("en", "zh")
)


def test_the_catalogues_of_the_page_are_read() -> None:
    assert ENGLISH.tag == "en"
    assert CHINESE.tag == "zh-CN"
    assert ENGLISH.words.keys() <= CHINESE.words.keys()


def test_a_text_has_its_form_for_one_and_its_form_for_many() -> None:
    assert [ENGLISH.phrase("rows", n=n) for n in (0, 1, 2980)] == ["0 rows", "1 row", "2,980 rows"]
    assert CHINESE.phrase("rows", n=1) == "1 行"


def test_a_name_cannot_bring_parameters_of_its_own() -> None:
    told = ENGLISH.phrase("aTable", names="{rows}|\\1", rows="2 rows", columns="3 columns")
    assert told.endswith(": {rows}|\\1")


def test_errors_have_a_sentence_in_the_language_or_else_in_english() -> None:
    assert ENGLISH.failure(PageOutOfRange(9, 1)) == "There is no page 9: this table has 1 page."
    assert CHINESE.failure(EmptyFile()) == CHINESE.words["empty-file"]
    assert Language({}).failure(EmptyFile()) == str(EmptyFile())


WITH_FACTS: list[PagecastError] = [
    errors.BadView("There are 65 filters: a view may have 64."),
    errors.PageOutOfRange(1234, 56),
    errors.CellOutOfRange(13, 1002),
    errors.UnknownVersion(7),
    errors.NotYourTurn("Otter 5"),
    errors.SeveralTables("2024.csv, 2025.csv"),
    errors.TooFewRows(1000, 250),
    errors.TooLarge(2000 * 2**20),
    errors.LongerThanSaid(6100),
    errors.TooManyViews(1000),
    errors.TooManyUploads(64, address_alone=False),
    errors.TooManyViewers(500, address_alone=True),
    errors.ServerFull(9 * 2**20),
]


@pytest.mark.parametrize("error", WITH_FACTS)
def test_an_error_says_its_numbers_in_every_language(error: PagecastError) -> None:
    said, in_chinese = (re.findall(r"\d(?:[\d,]*\d)?", text) for text in (str(error), CHINESE.failure(error)))
    assert said == in_chinese != []


def test_no_other_error_wants_facts_in_its_sentence() -> None:
    wanting = {code for code, text in CHINESE.words.items() if "-" in code and "{" in text}
    assert wanting == {error.code for error in WITH_FACTS}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "en"),
        ("fr-FR, de;q=0.5", "en"),
        ("zh", "zh"),
        ("zh-Hans-CN", "zh"),
        ("ZH-tw,en", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("en;q=0.3, zh;q=0.7", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("fr, zh; q=0.5", "zh"),
        ("zh;q=nonsense", "zh"),
        (";;q=,,", "en"),
    ],
)
def test_the_browsers_language_is_chosen(accepted: str, chosen: str) -> None:
    assert choose(["en", "zh"], accepted) == chosen


@given(st.text(), st.sampled_from(["en", "zh"]))
def test_a_chosen_language_goes_before_the_browsers(accepted: str, wanted: str) -> None:
    assert choose(["en", "zh"], accepted, wanted) == wanted
    assert choose(["en", "zh"], accepted, "tlh") in ("en", "zh")


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_a_room_of_twelve_seldom_has_two_guests_of_one_name(language: Language) -> None:
    guests = {language.guest(f"{who:012x}") for who in range(10_000)}
    assert len(guests) > 12 * 11 / 2 / 0.15, "in more than five rooms of six"
    assert language.guest("5b1c09ae33f0") == language.guest("5b1c09ae33f0")


def test_each_action_of_the_keys_has_a_name() -> None:
    actions = set(
        re.findall(r'^    "(do\w+)": ', (TOP / "templates" / "shortcuts.html").read_text("utf-8"), re.MULTILINE)
    )
    assert actions
    for language in (ENGLISH, CHINESE):
        assert {key for key in language.words if re.match("do[A-Z]", key)} == actions


def test_both_languages_have_as_many_names_for_guests() -> None:
    for key in ("manners", "animals"):
        assert len(ENGLISH.words[key].split()) == len(CHINESE.words[key].split())
