"""UTF-16 without a mark and ISO-2022-JP are told from ASCII, and from ASCII with odd bytes."""

import pytest

from pagecast.table.wide import wide_encoding

TEXTS = {
    "Latin": "name\tsize\nfirst\t1\nsecond\t20\n",
    "Polish": "miasto\tliczba\r\nŁódź\t1\r\nĆmielów\t2\r\n",
    "Cyrillic": "имя\tгород\nАнна\tТверь\nПётр\tПенза\n",
    "Greek": "όνομα;πόλη\nΆννα;Πάτρα\n",
    "Japanese": "氏名,都市\n山本,奈良\n中村,金沢\n",
}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_zero_bytes_at_one_side_are_utf_16(text: str, encoding: str) -> None:
    assert wide_encoding(text.encode(encoding)) == encoding
    assert wide_encoding(text.encode(encoding)[:-1]) == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"name\tsize\nfirst\0\t1\n",
        b"name\0tag\tsize\n" * 50,
        b"\0\t\0\n" * 50,
        b"a\0" * 200,
        b"ab\0\0\tcd\0\0\nefg\0\thij\0\n" * 20,
        "имя\0\tгород\n".encode() * 20,
        "aaaé😀a\0\t".encode(),
        b"quarter\0\tsum of the year\n" * 20,
    ],
)
def test_text_with_some_zero_bytes_is_not(data: bytes) -> None:
    assert wide_encoding(data) == ""


def test_escape_sequences_to_japanese_are_iso_2022_jp() -> None:
    assert wide_encoding("品名\t値段\nりんご\t120\n".encode("iso2022_jp")) == "iso2022_jp"


@pytest.mark.parametrize("data", [b"\x1b[31mred\x1b[0m\n", b"\x1b$Bodd\n", b"\x1b$B\xff\xff\n"])
def test_other_escape_sequences_are_not(data: bytes) -> None:
    assert wide_encoding(data) == ""
