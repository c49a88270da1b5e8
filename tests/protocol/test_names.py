"""A UUID and a file name are taken in one form only."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.names import file_name, is_uuid

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"


def test_uuids_are_lower_case_with_four_hyphens() -> None:
    assert all(is_uuid(str(uuid4())) for _ in range(50))


@pytest.mark.parametrize(
    "text",
    [
        "",
        UUID.upper(),
        f"{{{UUID}}}",
        f"urn:uuid:{UUID}",
        UUID.replace("-", ""),
        f" {UUID}",
        f"{UUID}\n",
        f"{UUID}\0",
        UUID.replace("1", "١"),
        UUID.replace("1", "_"),
        UUID[:-1] + "+",
        f"..%2f{UUID}",
        UUID + "0",
    ],
)
def test_nothing_else_is_a_uuid(text: str) -> None:
    assert not is_uuid(text)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("cities.tsv", "cities.tsv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\cities.tsv", "cities.tsv"),
        ("a\r\nSet-Cookie: b.tsv", "aSet-Cookie: b.tsv"),
        ("x" * 65_536, "x" * 255),
        ("naïve 東京.tsv", "naïve 東京.tsv"),
        ("<img onerror=1>", "<img onerror=1>"),
        ("folder/", "table.tsv"),
        ("\0\u202e\ud800", "table.tsv"),
        ("   ", "table.tsv"),
    ],
)
def test_a_file_name_is_a_name_and_nothing_more(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


@given(st.text())
def test_any_file_name_is_safe_to_send(sent: str) -> None:
    name = file_name(sent)
    assert 0 < len(name) <= 255
    assert name.isprintable()
    assert "/" not in name
    name.encode()
