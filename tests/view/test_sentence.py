"""A view is said in words, in both languages."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.view.grammar import parse_query
from pagecast.view.names import ColumnNames
from pagecast.view.sentence import CONDITIONS, MOST_LETTERS, SIGNS, sentence
from pagecast.view.view import EXACT, SUFFIXES, WHOLE, Filter, Search, Sort, View
from tests.protocol.test_language import CHINESE, ENGLISH
from tests.vectors import examples
from tests.view.test_grammar import TEXTS

(BLOCK,) = examples("json views")
SHOWN = json.loads(BLOCK)
SAID = [example for example in SHOWN["examples"] if "canonical" in example]


@pytest.mark.parametrize("example", SAID, ids=lambda example: example["query"][:40])
def test_the_examples_are_said_as_shown(example: dict[str, str]) -> None:
    names = ColumnNames(SHOWN["header"], SHOWN["columns"])
    view = parse_query(example["query"], names)
    assert sentence(view, names, ENGLISH) == example["en"]
    assert sentence(view, names, CHINESE) == example["zh"]


def test_every_operator_has_words_and_an_example() -> None:
    assert {*CONDITIONS, *SIGNS} == {EXACT, *SUFFIXES}
    assert not [operator for operator in SUFFIXES if not any(f"__{operator}=" in one["canonical"] for one in SAID)]
    assert sentence(WHOLE, ColumnNames([], 0), ENGLISH) == ""


@given(TEXTS, TEXTS, st.sampled_from([EXACT, "contains", "regex"]))
def test_a_sentence_is_one_short_line_whatever_is_asked(title: str, value: str, operator: str) -> None:
    names = ColumnNames([title * 50], 1)
    view = View((Sort(1),), (Filter(1, operator, (value * 50,)),), Search(value * 50))
    said = sentence(view, names, ENGLISH)
    assert not {unicodedata.category(letter) for letter in said} & {"Cc", "Zl", "Zp"}
    assert len(said) < 4 * MOST_LETTERS * len("U+0080") + 200
