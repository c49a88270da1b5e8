"""DuckDB says of a table what plain Python says, and reaches nothing else."""

import errno
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pagecast.edges import duck, searching
from pagecast.edges.duck import Worker
from pagecast.edges.queries import (
    BuildCopy,
    CheckPattern,
    FindRows,
    QueryDone,
    QueryError,
    QueryRows,
    Reply,
    RunQuery,
    SearchRows,
    Source,
    Work,
)
from pagecast.memory.engine import rows_of_view
from pagecast.protocol.errors import BadView
from pagecast.table.columns import LETTERS
from pagecast.table.escapes import EMPTY_ROW, ESCAPE, LF_IN_CELL, TAB_IN_CELL, unescape
from pagecast.table.lenses import BLANK
from pagecast.table.row_search import can_search
from pagecast.view.expressions import folded
from pagecast.view.sql import (
    ColumnFacts,
    Query,
    ViewSql,
    compared_columns,
    copied_facts,
    copied_facts_query,
    facts_query,
)
from pagecast.view.view import WHOLE, Filter, Search, Sort, View

WIDTH = 4

LENSES = {letter: lens for (_, lens), letter in LETTERS.items()}

ODD = (
    *("007", "1e5", "MARCH1", "1_000", "0x1F", "inf", "NaN", "-0", "+5", ".5", "5.", "1e400", "-1e400", "1e-400"),
    *("12345678901234567890", "12345678901234567891", "0.1", "0.10", "1e-1", "1,234", "1.234,5", "€ 5", "12 %"),
    *("2026-11", "2026-11-28", "2026-11-28T09:30Z", "2026-11-28T09:30:00.5+02:00", "2026-13-01"),
    *("chr2", "chr10", "chr010", "x", "X", "ß", "ẞ", "ſ", "s", "İ", "i", "K", "k", '"', '""', "#c", " 7 ", "a,b", "\0"),
)
"""Cells that some program takes for something else."""

letters_of_text = st.characters(codec="utf-8", exclude_characters="\t\n\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4")
numbers = st.one_of(
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.sampled_from(["NA", "", "1e400", "1e-400", "-1e-400", "0", "-0", "0.0"]),
)
cells = st.one_of(
    st.sampled_from([*sorted(BLANK), *ODD]),
    st.integers(-20, 20).map(str),
    st.text(letters_of_text, max_size=4),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
ragged = st.lists(cells, min_size=1, max_size=WIDTH)
rows_of_numbers = st.tuples(numbers, cells, numbers).map(list)
tables = st.lists(st.one_of(ragged, rows_of_numbers).filter(lambda row: row != [""]), min_size=1, max_size=12)
values = st.one_of(cells, numbers)
columns = st.integers(1, WIDTH)
ONE_VALUE = ("exact", "not", "contains", "notcontains", "startswith", "endswith", "gt", "gte", "lt", "lte")
filters = st.one_of(
    st.builds(Filter, columns, st.sampled_from(ONE_VALUE), st.tuples(values)),
    st.builds(Filter, columns, st.sampled_from(["in", "notin"]), st.lists(values, max_size=3).map(tuple)),
    st.builds(Filter, columns, st.sampled_from(["isblank", "notblank"])),
)
views = st.builds(
    View,
    st.lists(st.builds(Sort, columns, st.booleans(), st.booleans()), max_size=2).map(tuple),
    st.lists(filters, max_size=2).map(tuple),
    st.builds(Search, st.one_of(st.just(""), cells), st.booleans()),
)


class Asker:
    """Asks a worker, in this process, about tables in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._replies = folder, list[Reply]()
        self._worker = Worker(self._replies.append, "512MB", 1, str(folder / "temporary"))
        self._tables = 0
        (folder / "temporary").mkdir()

    def ask(self, request: Work) -> Reply:
        """Return the last reply to a request."""
        self._worker.run(request)
        reply = self._replies[-1]
        self._replies.clear()
        return reply

    def source(self, table: bytes, letters: str, columns: int = WIDTH, skipped: int = 0, **more: bool) -> Source:
        """Write a table in the inner form."""
        self._tables += 1
        stem = f"table{self._tables}.1"
        (self._folder / f"{stem}.table").write_bytes(table)
        rows = sum(1 for line in table.split(b"\n") if line)
        given = {"escaped": False, "invalid": False, **more}
        return Source(str(self._folder), stem, f"{stem}.table", len(table), rows, skipped, columns, letters, **given)

    def rows(self, source: Source, query: Query) -> list[list[object]]:
        """Return the rows of a query."""
        reply = self.ask(RunQuery(source, query.sql, query.values, 10_000))
        assert isinstance(reply, QueryRows), reply
        return reply.rows

    def view(self, source: Source, view: View) -> list[int]:
        """Return the row numbers of a view. Raises BadView."""
        facts = {}
        for column in compared_columns(view):
            letter = source.readings[column - 1 : column] or "t"
            facts[column] = ColumnFacts(letter, *self.rows(source, facts_query({column: letter}))[0])  # type: ignore[arg-type]
        found = self.rows(source, ViewSql(view, facts, source.columns).rows())
        return [int(str(number)) for (number,) in found]

    def forget(self, source: Source) -> None:
        """Remove a table and its copy."""
        for path in self._folder.glob(f"{source.stem}.*"):
            path.unlink()


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    return Asker(tmp_path_factory.mktemp("queries"))


def lens_by(letters: str) -> Callable[[int], str]:
    return lambda column: LENSES.get(letters[column - 1 : column], "")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables, views, st.text("tnpcd", max_size=WIDTH))
def test_a_view_has_the_rows_that_plain_python_finds(
    asker: Asker, table: list[list[str]], view: View, letters: str
) -> None:
    source = asker.source("".join("\t".join(row) + "\n" for row in table).encode(), letters)
    try:
        expected = [number for number, _ in rows_of_view(list(enumerate(table, 1)), view, lens_by(letters))]
    except BadView:
        with pytest.raises(BadView):
            asker.view(source, view)
    else:
        assert asker.view(source, view) == expected
    asker.forget(source)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(tables, columns, st.booleans(), st.text("tnpcd", max_size=WIDTH))
def test_the_first_rows_of_an_order_are_known_once_a_table_is_copied(
    asker: Asker,
    monkeypatch: pytest.MonkeyPatch,
    table: list[list[str]],
    column: int,
    descending: bool,
    letters: str,
) -> None:
    monkeypatch.setattr(duck, "PART_BYTES", 20)
    monkeypatch.setattr(duck, "TOP_ROWS", 3)
    source = asker.source("".join("\t".join(row) + "\n" for row in table).encode(), letters)
    counted = ColumnFacts(source.letter(column), *asker.rows(source, facts_query({column: source.letter(column)}))[0])  # type: ignore[arg-type]
    assert asker.ask(BuildCopy(source)) == QueryDone(len(table))
    parts = asker.rows(source, copied_facts_query([column]))
    facts, has_tops = copied_facts(parts, {column: source.letter(column)})[column]
    assert facts == counted
    view = View(sorts=(Sort(column, descending),))
    expected = [number for number, _ in rows_of_view(list(enumerate(table, 1)), view, lens_by(letters))][:3]
    if has_tops or len(parts) == 1:
        assert asker.rows(source, ViewSql(view, {column: facts}, WIDTH).first_of_tops(3)) == [[row] for row in expected]
    asker.forget(source)


alike = st.text("aksiAKSI\u212aſİß *)-\0", max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.lists(st.one_of(alike, cells), min_size=1, max_size=WIDTH), max_size=12),
    st.one_of(alike, cells),
    st.booleans(),
    st.sampled_from(["", "\n"]),
)
def test_a_search_of_bytes_finds_the_rows_that_plain_python_finds(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, table: list[list[str]], text: str, case: bool, end: str
) -> None:
    assume(can_search(text, case=case))
    monkeypatch.setattr(searching, "BLOCK_BYTES", 9)
    lines = ["\t".join(row) for row in [["header"], *table]]
    source = asker.source(("\n".join(lines) + end).encode(), "", skipped=1)
    rows = [line.split("\t") for line in lines if line]
    path = Path(source.folder, f"{source.stem}.view-1")
    expected = [
        row for row, _ in rows_of_view(list(enumerate(rows, 1))[1:], View(search=Search(text, case)), lens_by(""))
    ]
    reply = asker.ask(SearchRows(source, text, case, 2, str(path), f"{path}.new"))
    assert reply == QueryRows([[expected[:2], len(expected), True]])
    assert list(memoryview(path.read_bytes()).cast("I")) == expected
    asker.forget(source)


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "no room"), True),
        (OSError(errno.EIO, "broken"), False),
        (duckdb.IOException('Could not write file "x": No space left on device'), True),
        (duckdb.IOException("Could not read"), False),
    ],
)
def test_a_full_disk_is_told_from_other_faults(asker: Asker, error: Exception, is_full: bool) -> None:
    def fail(*_: object) -> None:
        raise error

    source = asker.source(b"a\n", "", columns=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duck, "search_rows", fail)
        reply = asker.ask(SearchRows(source, "a", False, 1, "", ""))
    assert isinstance(reply, QueryError)
    assert reply.kind == ("space" if is_full else "fault")


def test_an_order_that_is_stopped_while_it_is_written_ends_as_stopped() -> None:
    connection = duckdb.connect()
    numbers = duck._numbers(connection.sql("select range::uint32 from range(100_000_000)"))
    next(numbers)
    connection.interrupt()
    with pytest.raises(duckdb.InterruptException):
        for _ in numbers:
            pass


@pytest.mark.parametrize(("text", "rows"), [("a", [[2, 3], 2, False]), ("d", [[5], 1, False]), ("e", [[], 0, True])])
def test_a_search_may_end_with_the_first_rows_that_it_finds(
    asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, rows: list[object]
) -> None:
    monkeypatch.setattr(searching, "BLOCK_BYTES", 8)
    monkeypatch.setattr(searching, "SOON_S", 0)
    paths = str(tmp_path / "answer"), str(tmp_path / "new")
    source = asker.source(b"x\nab\nac\nabc\nd\na\n" + b"f\n" * 9, "", columns=1, skipped=1)
    assert asker.ask(SearchRows(source, text, False, 2, *paths, soon=True)) == QueryRows([rows])
    assert (tmp_path / "answer").exists() == (rows[-1] is True), "an answer has all rows"
    assert not (tmp_path / "new").exists()


def test_a_search_that_nobody_waits_for_leaves_no_file(asker: Asker, tmp_path: Path) -> None:
    paths = str(tmp_path / "answer"), str(tmp_path / "new")
    request = SearchRows(asker.source(b"a\n", "", columns=1), "a", False, 1, *paths)
    with pytest.raises(searching.SearchStopped):
        searching.search_rows(request, lambda _: None, lambda: True)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("is_copied", [False, True])
def test_rows_are_those_of_the_table_whatever_they_hold(asker: Asker, is_copied: bool) -> None:
    dirt = ['#gene\t"a', "", "a\tb\tc\td\te", "\0\t\x01", '""', "NULL\t", "x,y;z", "\r"]
    source = asker.source("\n".join(dirt).encode(), "", columns=5, skipped=1)
    if is_copied:
        assert asker.ask(BuildCopy(source)) == QueryDone(7)
    found = asker.rows(source, Query("select row, c1, c2, c5 from t", []))
    assert found == [
        [2, "a", "b", "e"],
        [3, "\0", "\x01", None],
        [4, '""', None, None],
        [5, "NULL", "", None],
        [6, "x,y;z", None, None],
        [7, "\r", None, None],
    ]


@given(st.lists(st.text(f"ab01{ESCAPE}{TAB_IN_CELL}{LF_IN_CELL}{EMPTY_ROW}\n\t", max_size=6), min_size=1, max_size=3))
@settings(deadline=None, max_examples=40)
def test_escapes_are_undone(asker: Asker, texts: list[str]) -> None:
    special = {"\t": TAB_IN_CELL, "\n": LF_IN_CELL}
    reserved = {character: ESCAPE + character for character in (ESCAPE, TAB_IN_CELL, LF_IN_CELL, EMPTY_ROW)}
    written = ["x" + "".join(special.get(one) or reserved.get(one, one) for one in text) for text in texts]
    assert [unescape(cell) for cell in written] == ["x" + text for text in texts]
    source = asker.source(("\t".join(written) + "\n").encode(), "", columns=len(texts), escaped=True)
    names = ", ".join(f"c{number}" for number in range(1, len(texts) + 1))
    assert asker.rows(source, Query(f"select {names} from t", [])) == [["x" + text for text in texts]]
    asker.forget(source)


def test_invalid_bytes_are_read_as_the_page_shows_them(asker: Asker) -> None:
    source = asker.source(b"caf\xe9\tb\n\xff\xfe\n\xf0\x9f\tz", "", columns=2, invalid=True)
    found = asker.rows(source, Query("select c1, c2 from t", []))
    assert found == [["caf\ufffd", "b"], ["\ufffd\ufffd", None], ["\ufffd", "z"]]


def test_a_copy_grows_with_its_table(asker: Asker) -> None:
    source = asker.source(b"b\na\n", "", columns=1)
    assert asker.ask(BuildCopy(source)) == QueryDone(2)
    path = Path(source.folder, source.table)
    path.write_bytes(b"b\na\nc\n")
    longer = Source(source.folder, source.stem, source.table, 6, 3, 0, 1, "", escaped=False, invalid=False)
    order = View(sorts=(Sort(1, descending=True),))
    assert asker.view(longer, order) == [3, 1, 2]  # a part of the rows are in the copy
    assert asker.ask(BuildCopy(longer)) == QueryDone(3)
    assert len(list(path.parent.glob(f"{source.stem}.part-*"))) == 2
    assert asker.view(longer, order) == [3, 1, 2]


def test_a_copy_that_is_made_between_two_questions_is_read(asker: Asker) -> None:
    source = asker.source(b"b\na\nc\n", "", columns=1)
    assert asker.ask(RunQuery(source, "select row from t", [], 2)) == QueryRows([[1], [2]])
    assert asker.ask(BuildCopy(source)) == QueryDone(3)
    assert asker.ask(RunQuery(source, "select row from t", [], 2)) == QueryRows([[1], [2]])
    assert asker.view(source, View(sorts=(Sort(1),))) == [2, 1, 3]


def test_an_answer_is_four_bytes_a_row(asker: Asker, tmp_path: Path) -> None:
    source = asker.source(b"".join(b"%d\n" % number for number in range(5000)), "n", columns=1)
    query = ViewSql(View(sorts=(Sort(1, descending=True),)), {1: ColumnFacts("n", 5000, 0, 5000, 0, True)}, 1).rows()
    path = Path(source.folder, f"{source.stem}.view-1")
    assert asker.ask(FindRows(source, query.sql, query.values, str(path), str(tmp_path / "growing"))) == QueryDone(5000)
    assert list(memoryview(path.read_bytes()).cast("I")) == list(range(5000, 0, -1))


def test_a_wide_table_is_asked(asker: Asker) -> None:
    wide = "\n".join("\t".join(f"r{row}c{column}" for column in range(3000)) for row in range(30))
    source = asker.source(wide.encode(), "", columns=3000)
    assert asker.view(source, View(search=Search("R7C2999"))) == [8]
    assert asker.view(source, View(search=Search("c2999", word=False), sorts=(Sort(3000, True),)))[:2] == [10, 9]
    assert asker.view(source, View(search=Search("r7c2999", word=True))) == [8]
    assert asker.view(source, View(search=Search("^r[78]c29+$", regex=True))) == [8, 9]


@pytest.mark.parametrize("is_copied", [False, True])
def test_a_table_of_twenty_thousand_columns_is_asked(asker: Asker, is_copied: bool) -> None:
    names = "\t".join(f"column {column}" for column in range(20_000))
    rows = (f"{row}\t" + "\t".join(str(row * column % 97) for column in range(1, 20_000)) for row in range(200))
    source = asker.source("\n".join([names, *rows, "900"]).encode(), "n" * 20_000, columns=20_000, skipped=1)
    if is_copied:
        assert asker.ask(BuildCopy(source)) == QueryDone(0)
    assert asker.view(source, View(filters=(Filter(1, "lt", ("3",)),), sorts=(Sort(10_001, True),))) == [4, 3, 2]
    assert asker.view(source, View(filters=(Filter(20_000, "isblank", ()),))) == [202]
    assert asker.view(source, View(search=Search("199"))) == [201]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "copy (select 1) to '/tmp/pagecast-evil.csv'",
        "attach '/tmp/pagecast-evil.db'",
        "install httpfs",
        "load httpfs",
        "select getenv('PATH')",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "reset lock_configuration",
    ],
)
def test_a_query_reaches_nothing_but_its_table(asker: Asker, sql: str) -> None:
    reply = asker.ask(RunQuery(asker.source(b"a\n", "", columns=1), sql, [], 1))
    assert isinstance(reply, QueryError)
    assert reply.kind == "fault"


@pytest.mark.parametrize("text", ["x'; drop table t; --", '"; select 1', "c2", "$1", "?", "\\", "%", "_", "'"])
def test_what_people_write_is_a_value(asker: Asker, text: str) -> None:
    source = asker.source(f"{text}\tx\nother\ty\n".encode(), "", columns=2)
    for operator in ("exact", "in", "contains", "startswith", "endswith"):
        assert asker.view(source, View(filters=(Filter(1, operator, (text,)),))) == [1]
    assert asker.view(source, View(search=Search(text, word=False))) == [1]
    assert asker.view(source, View(filters=(Filter(1, "not", (text,)),))) == [2]


@pytest.mark.parametrize("pattern", ["(", "[a", "(?=a)", r"(a)\1", "a{100000}"])
def test_a_pattern_that_re2_refuses_is_refused_with_its_reason(asker: Asker, pattern: str) -> None:
    reply = asker.ask(CheckPattern(pattern))
    assert isinstance(reply, QueryError)
    assert reply.kind == "pattern"
    assert reply.message


def test_a_pattern_takes_no_longer_for_being_nested(asker: Asker) -> None:
    source = asker.source(("a" * 200_000 + "b\n").encode(), "", columns=1)
    for pattern in ("(a+)+$", "(a|aa)+$"):
        assert asker.ask(CheckPattern(pattern)) == QueryDone(0)
        assert asker.view(source, View(filters=(Filter(1, "regex", (pattern,)),))) == []


def test_whole_words_and_patterns_are_searched_in_each_cell(asker: Asker) -> None:
    source = asker.source("one two\tx\nonetwo\tx\nx\tTWO-three\nétwo\t\n".encode(), "", columns=2)
    assert asker.view(source, View(search=Search("two", word=True))) == [1, 3]
    assert asker.view(source, View(search=Search("two", case=True, word=True))) == [1]
    assert asker.view(source, View(search=Search("^x$", regex=True))) == [1, 2, 3]


def test_the_whole_table_is_a_view(asker: Asker) -> None:
    assert asker.view(asker.source(b"h\n1\n2\n", "n", columns=1, skipped=1), WHOLE) == [2, 3]


def test_a_time_is_compared_in_utc_whatever_its_offset(asker: Asker) -> None:
    source = asker.source(b"2026-11-28T09:30+02:00\n2026-11-28T08:00Z\n2026-11-28T06:00-0230\n", "d", columns=1)
    assert asker.view(source, View(sorts=(Sort(1),))) == [1, 2, 3]
    assert asker.view(source, View(filters=(Filter(1, "lt", ("2026-11-28T10:00+02:00",)),))) == [1]


@pytest.mark.parametrize("text", ["7", "k", "s", "i", "si", "SI", "ſ", "İ", "ß", "K"])
def test_a_text_is_found_in_any_case(asker: Asker, text: str) -> None:
    cells = ["7", "k", "K", "K", "s", "S", "ſ", "i", "I", "İ", "si", "ſI", "ſİ", "Sİ", "ß", "ẞ", "ss"]
    source = asker.source("".join(f"{cell}\n" for cell in cells).encode(), "t", columns=1)
    wanted = [row for row, cell in enumerate(cells, 1) if folded(text) in folded(cell)]
    assert asker.view(source, View(filters=(Filter(1, "contains", (text,)),))) == wanted
    assert asker.view(source, View(search=Search(text))) == wanted
    others = [row for row in range(1, len(cells) + 1) if row not in wanted]
    assert asker.view(source, View(filters=(Filter(1, "notcontains", (text,)),))) == others
