"""The parameters of an address become choices, and what contradicts itself is refused."""

from unittest.mock import Mock
from urllib.parse import quote_plus

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, RequestHandler

from pagecast.edges.http.query import CHOICES, query_choices, text_choices
from pagecast.protocol.errors import BadRequest
from pagecast.protocol.tables import ALL_GUESSED, Choices


def chosen(query: str) -> Choices:
    """The choices of an address with this query."""
    line = RequestStartLine("PUT", f"/parser/x?{query}", "HTTP/1.1")
    request = HTTPServerRequest(start_line=line, headers=HTTPHeaders({"Host": "localhost"}), connection=Mock())
    return query_choices(RequestHandler(Application(), request))


def test_an_address_without_parameters_leaves_all_to_detection() -> None:
    assert chosen("") == chosen("append=0") == ALL_GUESSED


def test_every_parameter_is_a_choice() -> None:
    query = {
        "encoding": "latin-1",
        "delimiter": ";",
        "quoting": "mended",
        "quote": "'",
        "escape": "backslash",
        "skip_initial_space": "1",
        "line_end": "cr",
        "comment": "#",
        "preamble": "4",
        "header": "0",
    }
    assert {*query, "header_row"} == {*CHOICES}
    assert chosen("&".join(f"{name}={quote_plus(value)}" for name, value in query.items())) == Choices(
        "iso8859-1", "semicolon", "mended", False, "'", "backslash", True, "cr", "#", 4
    )


@pytest.mark.parametrize(
    ("given", "delimiter"),
    [("%01", "\x01"), ("%5Cx01", "\x01"), ("%5EA", "\x01"), ("+", "space"), ("%20", "space"), ("%09%7C%09", "\t|\t")],
)
def test_a_delimiter_may_be_a_control_character_or_a_blank(given: str, delimiter: str) -> None:
    assert chosen(f"delimiter={given}").delimiter == delimiter


def test_an_empty_comment_prefix_says_that_there_are_no_comments() -> None:
    assert (chosen("comment=").comment, chosen("").comment) == ("", None)


def test_the_header_row_is_the_row_after_the_preamble() -> None:
    assert chosen("header_row=1") == Choices(header=True, preamble=0)
    assert chosen("header_row=0012&header=1") == Choices(header=True, preamble=11)
    assert chosen("preamble=11&header=1") == Choices(header=True, preamble=11)
    assert chosen("preamble=0") == Choices(preamble=0)


@pytest.mark.parametrize(
    "given",
    [
        {"header_row": "0"},
        {"header_row": "-1"},
        {"header_row": ""},
        {"header_row": "٣"},
        {"header_row": "10002"},
        {"header_row": "9" * 5000},
        {"header_row": "3", "preamble": "2"},
        {"header_row": "3", "header": "0"},
        {"header": "true"},
        {"header": ""},
        {"skip_initial_space": "2"},
        {"preamble": "+1"},
    ],
    ids=lambda given: "&".join(f"{name}={value[:9]}" for name, value in given.items()),
)
def test_what_makes_no_sense_is_refused_in_a_sentence(given: dict[str, str]) -> None:
    with pytest.raises(BadRequest) as caught:
        text_choices(given)
    assert len(str(caught.value)) < 200
    assert str(caught.value).endswith(".")
