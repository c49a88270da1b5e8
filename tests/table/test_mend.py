"""A stray quote costs at most its own row, wherever it stands."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pagecast.protocol.tables import Choices
from pagecast.table import pairing
from pagecast.table.mend import mend_row
from pagecast.table.quoted import MAX_ROW
from tests.table.pieces import CUTS, cut, pieces_of
from tests.table.reading import read

MENDED = Choices(encoding="utf-8", delimiter="comma", quoting="mended", escape="doubled", skip_initial_space=False)

HEAD = b"id,name,people\n" + b'7,"Oslo, NO",709037\n' * 50
HEAD_ROWS = [["id", "name", "people"], *[["7", "Oslo, NO", "709037"]] * 50]

WORDS = st.sampled_from(["Oslo", "a b", "", "A, B", 'say "hi" to', "two\nlines"])
ROWS = st.lists(st.tuples(st.integers(0, 999).map(str), WORDS, WORDS).map(list), min_size=8, max_size=25)


def line_of(row: list[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(row)
    return file.getvalue().removesuffix("\n")


@given(ROWS, st.data(), CUTS)
def test_a_stray_quote_changes_no_other_row(table: list[list[str]], data: st.DataObject, places: list[int]) -> None:
    lines = list(map(line_of, table))
    dirty = data.draw(st.integers(0, len(table) - 1))
    place = data.draw(st.integers(0, len(lines[dirty])))
    lines[dirty] = lines[dirty][:place] + '"' + lines[dirty][place:]
    file = ("id,name,more\n" + "\n".join(lines)).encode()
    rows = read(cut(file, places), MENDED).rows
    assert rows[: dirty + 1] == [["id", "name", "more"], *table[:dirty]]
    assert rows[len(rows) - len(table) + dirty + 1 :] == table[dirty + 1 :]


def test_a_stray_quote_takes_no_quotes_from_the_only_field_that_needs_them() -> None:
    file = b'id,name,people\n7,"Oslo, NO",709037\n8,"Bergen,291940\n' + b"9,Moss,47500\n" * 9
    done = read([file])
    assert (done.ingest.dialect.quoting, done.ingest.mended_rows) == ("mended", (3,))
    assert done.rows[1:3] == [["7", "Oslo, NO", "709037"], ["8", '"Bergen', "291940"]]


@given(st.text(st.sampled_from('a7,"" \\é\ufdd0'), max_size=60), st.integers(0, 5))
@example('"a,"b",c"', 2)
def test_no_character_of_a_row_is_lost_but_quotes(text: str, usual: int) -> None:
    row = mend_row(text.encode(), ord(","), ord('"'), usual)
    assert b",".join(row.cells).replace(b'"', b"") == text.replace('"', "").encode()
    assert len(row.quoted) == len(row.cells)
    assert set(row.mended) <= set(range(len(row.cells)))


@pytest.mark.parametrize("behind", range(1, 31))
def test_a_quote_that_is_closed_by_chance_some_rows_later_swallows_none(behind: int) -> None:
    dirty = b'8,"Bergen,3\n' + b"9,Narvik,4\n" * (behind - 1) + b'5,Moss",6\n'
    rows = read([HEAD + dirty + HEAD], MENDED).rows
    middle = [["8", '"Bergen', "3"], *[["9", "Narvik", "4"]] * (behind - 1), ["5", 'Moss"', "6"]]
    assert rows == [*HEAD_ROWS, *middle, *HEAD_ROWS]


def test_a_field_whose_lines_are_no_rows_stays_whole() -> None:
    text = "Dear all,\n\nsee you, soon\n" * 20
    for size in (7, 10**6):
        rows = read(pieces_of(HEAD + f'8,"{text}",9\n'.encode() + HEAD, size), MENDED).rows
        assert rows == [*HEAD_ROWS, ["8", text, "9"], *HEAD_ROWS]


@pytest.mark.parametrize("size", [MAX_ROW // 3, MAX_ROW + 1, 10**8])
@pytest.mark.parametrize("length", [MAX_ROW - 100, 3 * MAX_ROW])
def test_a_long_field_that_closes_is_one_cell(length: int, size: int) -> None:
    text = b"a, b\n" * (length // 5)
    rows = read(pieces_of(HEAD + b'8,"' + text + b'",9\n' + HEAD, size), MENDED).rows
    assert rows == [*HEAD_ROWS, ["8", text.decode(), "9"], *HEAD_ROWS]


@pytest.mark.parametrize("size", [MAX_ROW // 3, MAX_ROW + 1, 10**8])
@pytest.mark.parametrize("length", [MAX_ROW - 100, 3 * MAX_ROW])
def test_a_long_row_with_a_field_that_does_not_close_changes_no_other_row(length: int, size: int) -> None:
    done = read(pieces_of(HEAD + b'8,"' + b"a;b " * (length // 4) + b",9\n" + HEAD, size), MENDED)
    assert done.rows == [*HEAD_ROWS, ["8", '"' + "a;b " * (length // 4), "9"], *HEAD_ROWS]
    assert done.ingest.mended == 1


@pytest.mark.parametrize("size", [MAX_ROW, 10**8])
def test_a_line_of_nothing_but_quotes_makes_quotes_characters(size: int) -> None:
    line = b'"' * (4 * MAX_ROW)
    done = read(pieces_of(HEAD + line + b"x\n8,b,9\n", size), MENDED)
    assert done.rows[-1] == ["8", "b", "9"]
    assert len(done.rows) == len(HEAD_ROWS) + 2


def test_a_row_of_very_many_stray_quotes_keeps_them_all() -> None:
    stray = b'"a,' * (MAX_ROW // 10)
    done = read([HEAD + b"8," + stray + b"9\n" + HEAD], MENDED)
    assert done.rows == [*HEAD_ROWS, ["8", *['"a'] * (MAX_ROW // 10), "9"], *HEAD_ROWS]
    assert done.ingest.mended == MAX_ROW // 10


@pytest.mark.parametrize("size", [64, 5_000, 10**8])
def test_quotes_are_given_up_where_far_too_many_rows_have_a_stray_one(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 300
    monkeypatch.setattr(pairing, "GIVEN_UP", most)
    for guessed in (Choices(), MENDED):
        done = read(pieces_of(HEAD + b'8,"Bergen,3\n' * (most + 1), size), guessed)
        assert (done.ingest.dialect.quoting, done.ingest.mended) == ("literal", 0)
        assert done.rows[-1] == ["8", '"Bergen', "3"]
        assert done.ingest.scanner.rows == len(HEAD_ROWS) + most + 1
    kept = read(pieces_of(HEAD + b'8,"Bergen,3\n' * (most - 1), size), MENDED)
    assert kept.ingest.mended == most - 1
