"""A download says in which encoding it is and under which name to save it, in words that browsers and curl know."""

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from pagecast.edges.http.download import ascii_name, charset_of
from pagecast.table.encoding import ENCODINGS
from tests.edges.talk import ask, put
from tests.server import Server

LABELS = {
    *("utf-8", "ibm866", "koi8-r", "koi8-u", "macintosh", "windows-874", "x-mac-cyrillic", "gbk", "gb18030", "big5"),
    *(f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
    *(f"windows-{number}" for number in range(1250, 1259)),
    *("euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "utf-16be", "utf-16le"),
}
"""Labels of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels): the name of each
encoding, and three of its ISO names."""

UNKNOWN_TO_BROWSERS = {"cp437", "cp850", "cp852", "cp858", "utf-32-le", "utf-32-be"}

WORDS = {
    "cp1251": "Москва",
    "cp932": "東京",
    "big5hkscs": "臺北",
    "cp949": "서울",
    "gb18030": "北京",
    "cp866": "Москва",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_charset_is_a_label_that_browsers_know_or_is_left_out(encoding: str) -> None:
    charset = charset_of(encoding)
    assert (charset == "") == (encoding in UNKNOWN_TO_BROWSERS)
    assert not charset or charset in LABELS


@pytest.mark.parametrize(("encoding", "word"), WORDS.items())
def test_a_charset_names_the_same_encoding(encoding: str, word: str) -> None:
    assert word.encode(encoding).decode(charset_of(encoding)) == word


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("windows-1252", "text/tab-separated-values; charset=windows-1252"),
        ("mac-roman", "text/tab-separated-values; charset=macintosh"),
        ("cp850", "text/tab-separated-values"),
    ],
)
def test_a_download_names_its_charset(server: Server, encoding: str, content_type: str) -> None:
    uuid = put(server, "naïve\tword\n".encode(encoding), f"t.tsv?encoding={encoding}")
    assert ask(server, "GET", f"/parser/{uuid}/download").headers["content-type"] == content_type


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("cities.tsv", "cities.tsv"),
        ("two words; or more.tsv", "two words; or more.tsv"),
        ("naïve Ünïcode.csv", "naive Unicode.csv"),
        ("数据.tsv", "table.tsv"),
        ("数据 2026.tsv", "_ 2026.tsv"),
        ('6" pipes.tsv', "6_ pipes.tsv"),
        ("50%20.tsv", "50_20.tsv"),
        ("50%.tsv", "50%.tsv"),
        ("a:b*c?.tsv", "a_b_c_.tsv"),
        (".hidden", "hidden"),
        ("..", "table.tsv"),
    ],
)
def test_curl_saves_under_the_name_of_the_file(server: Server, tmp_path: Path, name: str, plain: str) -> None:
    assert ascii_name(name) == plain
    uuid = put(server, b"a\tb\n1\t2\n", quote(name, safe=""))
    url = f"{server.http}/parser/{uuid}/download"
    command = ["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "-OJ", url]
    subprocess.run(command, cwd=tmp_path, timeout=25, check=True)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {plain: b"a\tb\n1\t2\n"}
