"""The queries, run by DuckDB in a process of its own: `python -m pagecast.edges.duck`. Only this module knows DuckDB.

DuckDB never parses a file here. It is given the rows of the inner form as they are, each with its number in the table,
and splits them at the tabs. From these rows it makes a columnar copy, in Parquet, part by part. A query reads the
parts that there are, and the rows behind them from the inner form, so that it need not wait for the copy.

The process reads requests from its standard input and answers on its standard output, each as one line of JSON. It
runs one request at a time, and stops it when a line says ``interrupt``. It opens no file but those of the version that
a request names, and has no network.
"""

import errno
import mmap
import os
import queue
import re
import resource
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import nanoarrow
import numpy as np
from nanoarrow.c_array_stream import CArrayStream

from pagecast.edges.columnar_copy import Part, parts_of
from pagecast.edges.duck_cells import count_cells
from pagecast.edges.duck_rows import cut_rows, row_begins, sampled_rows, valid_text
from pagecast.edges.process import end_first_when_memory_is_short
from pagecast.edges.queries import (
    BuildCopy,
    CheckPattern,
    CountCells,
    ExportRows,
    FindRows,
    Interrupt,
    QueryDone,
    QueryError,
    QueryPercent,
    QueryProgress,
    QueryRows,
    Reply,
    RunQuery,
    SearchRows,
    Source,
    Work,
    decode_request,
)
from pagecast.edges.searching import SearchStopped, search_rows
from pagecast.protocol.facts import encode
from pagecast.view.expressions import unescaped_sql
from pagecast.view.sampling import SamplePlan
from pagecast.view.sql import TOP_ROWS, WIDE, ColumnFacts, ViewSql, facts_query, typed_sql
from pagecast.view.view import Sort, View

BATCH_BYTES = 2**20
"""Bytes of rows that are handed to DuckDB at once."""

BATCH_CELLS = 2**20
"""Cells of rows that are handed to DuckDB at once: it splits them all before it goes on."""

PART_BYTES, PART_CELLS = 2**26, 2**24
"""Bytes of rows, and cells, that make one part of the columnar copy."""

FACTS = (
    "c integer, rows bigint, blank bigint, numbers bigint, dates bigint, simple boolean,"
    " heads struct(row uinteger, cell varchar)[], tails struct(row uinteger, cell varchar)[]"
)
"""The columns of the facts of a part. ``sql.py`` says what they are."""

MOST_CUT = 64
"""Columns of a wide table up to which those that a query names are held: each takes 2 MB, however few its cells."""

TOPS_COLUMNS = 50
"""Columns of a table up to which the first and last cells of each are found while it is copied."""

MAX_ROW_BYTES = 2**28
"""Bytes of a row that can be queried. DuckDB holds several rows in memory at once."""

MAX_ROWS = 2**32 - 1
"""Rows of a table that can be queried: an answer has four bytes for each."""

KEPT_DATABASES = 4
"""Versions whose database stays open, those asked last."""

MAX_LINES = 2**14
"""Lines of a file that are held at once."""

SHOWN_BYTES = 2**20
"""Bytes of a file after which it is said that there are more."""

CANCEL_EVERY_S = 0.02
"""How often a query is interrupted until it stops."""

PERCENT_EVERY_S = 0.25
"""How often the progress of a query is reported."""

MAX_TEMPORARY = 50 * 10**9
"""Bytes of the disk that a query may take for what does not fit into its memory."""

_column = re.compile(r"\b[cndm](\d+)\b", re.ASCII)
_cells = re.compile(r"\bcells\b")


class TooLargeToQuery(Exception):
    """A row, or the table, is larger than DuckDB can be handed."""


class Lines:
    """Rows of the inner form as an Arrow stream of ``row`` and ``line``. DuckDB may read it more than once."""

    def __init__(self, batches: Sequence[Any], has_escapes: bool) -> None:
        self._batches, self.has_escapes = batches, has_escapes

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return CArrayStream.from_c_arrays(self._batches, _schema(), validate=False).__arrow_c_stream__()


def _schema() -> Any:
    return nanoarrow.c_schema(nanoarrow.struct({"row": nanoarrow.uint32(), "line": nanoarrow.large_string()}))


class Scanner:
    """Finds the rows of an inner form from one of them on, batch by batch."""

    def __init__(self, source: Source, begin: int, rows: int, columns: Sequence[int] | None = None) -> None:
        """From a byte, behind so many rows. With ``columns``, a line has an empty cell and then only these cells."""
        self._source, self._columns = source, columns
        self.at = begin
        """The byte up to which it has scanned."""
        self.rows = rows
        """The rows before that byte."""
        with open(Path(source.folder) / source.table, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if source.size else b""
        self._most = max(1, BATCH_CELLS // max(1, source.columns))

    def lines(self, most_bytes: int, most_rows: int) -> Lines:
        """Return the next rows, about as many bytes or rows as that."""
        batches, stop, last, has_escapes = [], self.at + most_bytes, self.rows + most_rows, False
        while self.at < min(stop, self._source.size) and self.rows < last:
            batch, escapes = self._batch()
            has_escapes |= escapes
            if batch is not None:
                batches.append(batch)
        return Lines(batches, has_escapes)

    def _batch(self) -> tuple[Any, bool]:
        """Return the next batch, None where no line of it is data; and whether it holds an escape.

        It leaves out the rows before the data: to filter them in SQL, DuckDB would put many batches together.
        """
        begin, end = self.at, min(self.at + BATCH_BYTES, self._source.size)
        if end < self._source.size:
            cut = self._map.rfind(b"\n", begin, end)
            cut = cut if cut >= 0 else self._map.find(b"\n", end, self._source.size)
            end = cut + 1 if cut >= 0 else self._source.size
        if end - begin > MAX_ROW_BYTES:
            raise TooLargeToQuery("a row")
        data = np.frombuffer(self._map, np.uint8, end - begin, begin)
        begins = row_begins(data)[: self._most + 1]
        if len(begins) > self._most:
            end = begin + int(begins[-1])
            begins, data = begins[:-1], data[: begins[-1]]
        self.at = end
        if not len(begins):
            return None, False
        text, begins = valid_text(data, begins, self._source)
        numbers = np.arange(self.rows + 1, self.rows + 1 + len(begins), dtype=np.uint32)
        kept = slice(max(0, self._source.skipped - self.rows), None)
        self.rows += len(begins)
        if not len(numbers[kept]):
            return None, False
        has_escapes = self._source.escaped and b"\xef\xb7" in bytes(text)
        begins = begins[kept]
        if self._columns is not None:
            text, begins = cut_rows(text, begins, self._columns)
        return _batch_of(numbers[kept], text, begins), has_escapes


def _batch_of(numbers: np.ndarray, text: np.ndarray, begins: np.ndarray) -> Any:
    """Return rows as an Arrow array of structs. Each line reaches to the next one: its line end is part of it."""
    rows = len(begins)
    offsets = np.append(begins, len(text)).astype(np.int64)
    line = nanoarrow.c_array_from_buffers(nanoarrow.large_string(), rows, [None, offsets, text])
    row = nanoarrow.c_array_from_buffers(nanoarrow.uint32(), rows, [None, numbers])
    return nanoarrow.c_array_from_buffers(_schema(), rows, [None], children=[row, line])


def lines_sql(source: Source, columns: Iterable[int], *, has_escapes: bool, is_cut: bool = False) -> str:
    """Return the query that splits ``lines`` into some of the columns that queries know.

    ``is_cut``: whether the lines have but the cells of these columns, behind an empty one.
    """
    found, typed = [], []
    for place, column in enumerate(columns, 2):
        cell = f"p[{place if is_cut else column}]"
        found.append(f"{unescaped_sql(cell) if has_escapes else cell} as c{column}")
        typed.append(typed_sql(column, source.letter(column)))
    if source.columns > WIDE and not is_cut:
        all_cells = f"list_transform(p, lambda cell: {unescaped_sql('cell')})" if has_escapes else "p"
        found.append(f"{all_cells} as cells")
    split = "select row, string_split(rtrim(line, chr(10)), chr(9)) as p from lines"
    return f"select {', '.join(['*', *typed])} from (select {', '.join(['row', *found])} from ({split}))"


def columns_of(sql: str, most: int) -> list[int]:
    """Return the columns that a query names.

    >>> columns_of("select c2, n12 from t order by row", 100)
    [2, 12]
    """
    return sorted({column for column in map(int, _column.findall(sql)) if column <= most})


class Database:
    """A database in memory, for one version: hardened, so that it reaches nothing but the version's files."""

    def __init__(self, source: Source, memory: str, threads: int, temporary: str) -> None:
        self.source = source
        self._known: tuple[list[Part], Sequence[int], bool] | None = None
        """What ``t`` is made of: the parts, the columns, and whether only these were cut from the lines."""
        self.connection = duckdb.connect(":memory:", config={"threads": threads, "memory_limit": memory})
        self._temporary = os.path.join(temporary, str(os.getpid()))
        self.connection.execute(f"create temp table no_facts ({FACTS})")
        for setting in (
            f"temp_directory = {_quoted(self._temporary)}",
            "preserve_insertion_order = true",
            "enable_progress_bar = true",  # without it a query does not say how far it is
            "enable_progress_bar_print = false",
            "progress_bar_time = 0",
            "TimeZone = 'UTC'",
            f"allowed_directories = [{_quoted(source.folder)}, {_quoted(temporary)}]",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "allow_community_extensions = false",
            "python_enable_replacements = false",
            "enable_external_access = false",
            "allowed_configs = ['max_temp_directory_size']",
            "lock_configuration = true",
        ):
            self.connection.execute(f"set {setting}")

    def limit_temporary(self, size: int) -> None:
        """Let the next query take at most so many bytes of the disk."""
        self.connection.execute(f"set max_temp_directory_size = '{size}B'")

    def refresh(self, sql: str) -> None:
        """Make ``t`` the rows of the table, for a query: those in the columnar copy, and those behind it."""
        parts = parts_of(self.source)
        columns: Sequence[int] = range(1, self.source.columns + 1)
        is_cut = False
        if self.source.columns > WIDE:
            columns, is_cut = columns_of(sql, self.source.columns), not _cells.search(sql)
        if (parts, columns, is_cut) == self._known:
            return
        if is_cut and self._known and (parts, True) == self._known[::2] and set(columns) <= set(self._known[1]):
            return
        at, rows = (parts[-1].span.stop, parts[-1].rows.stop - 1) if parts else (0, 0)
        scanner = Scanner(self.source, at, rows, columns if is_cut else None)
        lines = scanner.lines(self.source.size, self.source.rows)
        self.connection.register("lines", lines)
        sources = []
        if parts:
            paths = ", ".join(_quoted(part.path) for part in parts)
            sources.append(f"select * from read_parquet([{paths}])")
        if at < self.source.size or not parts:
            sources.append(lines_sql(self.source, columns, has_escapes=lines.has_escapes, is_cut=is_cut))
        if is_cut and len(columns) <= MOST_CUT:
            self.connection.execute(f"create or replace temp table cut as {sources[-1]}")
            sources = ["select * from cut"]
        self.connection.execute(f"create or replace temp view t as {' union all by name '.join(sources)}")
        facts = [path for part in parts if os.path.exists(path := part.facts)]
        known = f"read_parquet([{', '.join(map(_quoted, facts))}])" if facts else "no_facts"
        self.connection.execute(f"create or replace temp view facts as select * from {known}")
        self._known = parts, columns, is_cut

    def build(self, show: Callable[[int], None]) -> int:
        """Write the parts that are missing. Returns how many rows there are in all parts.

        A wide table has none: DuckDB takes minutes to plan a query that names all its columns.
        """
        if self.source.columns > WIDE:
            return 0
        self._known = None
        parts = parts_of(self.source)
        at, rows = (parts[-1].span.stop, parts[-1].rows.stop - 1) if parts else (0, 0)
        scanner = Scanner(self.source, at, rows)
        while scanner.at < self.source.size:
            self._write_part(scanner)
            show(scanner.at)
        return scanner.rows

    def _write_part(self, scanner: Scanner) -> None:
        """Write the next part, and the facts of its columns before it: a part that is there has its facts."""
        begin, first = scanner.at, scanner.rows + 1
        lines = scanner.lines(PART_BYTES, max(1, PART_CELLS // max(1, self.source.columns)))
        self.connection.register("lines", lines)
        span = f"{first}-{scanner.rows}-{begin}-{scanner.at}"
        sql = lines_sql(self.source, range(1, self.source.columns + 1), has_escapes=lines.has_escapes)
        part, facts = (f"{self._temporary}.{name}" for name in ("part", "facts"))
        try:
            self.connection.execute(f"create or replace temp table copied as {sql}")  # it is read again and again
            self.connection.execute("create or replace temp view t as select * from copied")
            self.connection.execute(f"copy t to {_quoted(part)} (format parquet, compression zstd)")
            self._write_facts(facts)
            for name, new in (("facts", facts), ("part", part)):
                os.replace(new, os.path.join(self.source.folder, f"{self.source.stem}.{name}-{span}"))
        finally:
            with suppress(duckdb.Error):
                self.connection.execute("drop table if exists copied")
            for new in (part, facts):
                with suppress(FileNotFoundError):
                    os.unlink(new)

    def _write_facts(self, path: str) -> None:
        """Write the facts of all columns of ``t``, with their first and last cells where the columns are few."""
        self.connection.execute(f"create or replace temp table found ({FACTS})")
        for column in range(1, self.source.columns + 1):
            letter = self.source.letter(column)
            counts = self.connection.execute(facts_query({column: letter}).sql).fetchall()[0]
            tops = [self._tops(column, ColumnFacts(letter, *counts), descending) for descending in (False, True)]
            self.connection.execute(f"insert into found select ?, ?, ?, ?, ?, ?, {', '.join(tops)}", (column, *counts))
        self.connection.execute(f"copy found to {_quoted(path)} (format parquet, compression zstd)")

    def _tops(self, column: int, facts: ColumnFacts, descending: bool) -> str:
        """Return the expression for the first cells in the order of a column."""
        if self.source.columns > TOPS_COLUMNS:
            return "null"
        view = View(sorts=(Sort(column, descending),))
        rows = ViewSql(view, {column: facts}, self.source.columns).tops(TOP_ROWS).sql
        return f"(select list(struct_pack(row := row, cell := cell)) from ({rows}))"

    def count_cells(self, sql: str, values: list[Any]) -> list[list[Any]]:
        """Count the cells of all columns, in the rows that a query finds."""
        wanted = None
        if sql:
            self.refresh(sql)
            found = [np.frombuffer(one, "<u4") for one in _numbers(self.connection.sql(sql, params=values))]
            wanted = np.sort(np.concatenate([np.zeros(0, np.uint32), *found]))
        return [list(one) for one in count_cells(self.source, wanted)]


class SampleDatabase(Database):
    """A database whose ``t`` has but the rows of a sample."""

    def __init__(self, source: Source, memory: str, threads: int, temporary: str, plan: SamplePlan) -> None:
        super().__init__(source, memory, threads, temporary)
        self._rows = sampled_rows(source, plan)
        self._named: Sequence[int] | None = None
        """The columns that ``t`` has."""

    def refresh(self, sql: str) -> None:
        """Make ``t`` the rows of the sample: of a wide table, with the columns that a query names."""
        columns: Sequence[int] = range(1, self.source.columns + 1)
        is_cut = False
        if self.source.columns > WIDE:
            columns, is_cut = columns_of(sql, self.source.columns), not _cells.search(sql)
        if self._named is not None and is_cut and set(columns) <= set(self._named):
            return
        if not is_cut and self._named == columns:
            return
        numbers, text, begins = self._rows
        if not len(numbers):
            lines = Lines([], has_escapes=False)
        else:
            text, begins = valid_text(text, begins, self.source)
            has_escapes = self.source.escaped and b"\xef\xb7" in bytes(text)
            if is_cut:
                text, begins = cut_rows(text, begins, columns)
            lines = Lines([_batch_of(numbers, text, begins)], has_escapes)
        self.connection.register("lines", lines)
        sampled = lines_sql(self.source, columns, has_escapes=lines.has_escapes, is_cut=is_cut)
        self.connection.execute(f"create or replace temp table t as {sampled}")
        self._named = columns


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Worker:
    """Runs requests, one at a time."""

    def __init__(
        self, reply: Callable[[Reply], None], memory: str, threads: int, temporary: str, keep_free: int = 0
    ) -> None:
        """``keep_free``: the bytes of the disk that no query may take."""
        self._reply, self._memory, self._threads, self._temporary = reply, memory, threads, temporary
        self._keep_free = keep_free
        self._databases: dict[tuple[Source, SamplePlan | None], Database] = {}  # the one that was used last is last
        self._running: Database | None = None
        self._replying = threading.Lock()
        self.is_idle = True
        """Whether no request runs, or waits to run."""
        self._is_stopped = False

    def show_percent(self) -> None:
        """Say again and again, from another thread, how far the query is that runs."""
        while True:
            time.sleep(PERCENT_EVERY_S)
            with self._replying, suppress(duckdb.Error):
                if self._running is not None and not self.is_idle:
                    percent = int(self._running.connection.query_progress())
                    if percent > 0:  # of rows that come from the inner form nobody knows
                        self._reply(QueryPercent(min(percent, 100)))

    def cancel(self) -> None:
        """Stop what runs, from another thread. It returns once nothing runs."""
        self._is_stopped = True
        while not self.is_idle:
            if self._running is not None:
                self._running.connection.interrupt()
            time.sleep(CANCEL_EVERY_S)  # a query that has not begun yet does not hear it
        self._is_stopped = False

    def run(self, request: Work) -> None:
        """Run a request, and reply."""
        reply = self._try(request)
        with self._replying:
            self.is_idle = True
            self._reply(reply)

    def _grow(self, done: int) -> None:
        with self._replying:
            self._reply(QueryProgress(done))

    def _try(self, request: Work) -> Reply:
        try:
            return self._result(request)
        except (duckdb.InterruptException, SearchStopped):
            return QueryError("cancelled", "")
        except duckdb.OutOfMemoryException as error:
            return QueryError("space" if is_full(error) else "memory", str(error))
        except (MemoryError, TooLargeToQuery) as error:
            return QueryError("size", str(error))
        except (duckdb.Error, OSError) as error:
            if is_full(error):
                return QueryError("space", "")
            return QueryError("fault", f"{type(error).__name__}: {error}")
        finally:
            if self._running is not None:
                self._running.connection.abort()  # a result that is not read to its end would block the next query

    def _result(self, request: Work) -> Reply:
        if isinstance(request, CheckPattern):
            return _checked(request.pattern)
        if request.source.rows > MAX_ROWS:
            raise TooLargeToQuery("the table")
        if isinstance(request, SearchRows):
            return search_rows(request, self._show_searched, lambda: self._is_stopped)
        plan = request.sample if isinstance(request, RunQuery) else None
        database = self._running = self._database(request.source, plan)
        free = shutil.disk_usage(self._temporary).free - self._keep_free
        database.limit_temporary(max(0, min(free, MAX_TEMPORARY)))
        if isinstance(request, BuildCopy):
            return QueryDone(database.build(self._grow))
        if isinstance(request, CountCells):
            return QueryRows(database.count_cells(request.sql, request.values))
        database.refresh(request.sql)
        cursor = database.connection
        match request:
            case RunQuery(sql=sql, values=values, most=most):
                return QueryRows([list(row) for row in cursor.execute(sql, values).fetchmany(most)])
            case FindRows(_, sql, values, path, growing):
                return QueryDone(self._write_rows(cursor.sql(sql, params=values), path, growing))
            case ExportRows(_, sql, values, path, is_parquet):
                if is_parquet:
                    cursor.execute(f"copy ({sql}) to {_quoted(path)} (format parquet, compression zstd)", values)
                    return QueryDone(0)
                return QueryDone(self._write_lines(cursor.execute(sql, values), path, request.source.columns))

    def _show_searched(self, percent: int) -> None:
        with self._replying:
            self._reply(QueryPercent(percent))

    def _write_lines(self, result: Any, path: str, columns: int) -> int:
        """Write the texts of a result to a file, as they come. Returns how many there are."""
        most, lines, shown = max(1, min(MAX_LINES, BATCH_CELLS // max(1, columns))), 0, 0
        with open(path, "wb") as file:
            while rows := result.fetchmany(most):
                lines += len(rows)
                file.write("".join(f"{line}\n" for (line,) in rows).encode())
                if file.tell() >= shown + SHOWN_BYTES or not shown:
                    file.flush()
                    shown = file.tell()
                    self._grow(shown)
        return lines

    def _database(self, source: Source, plan: SamplePlan | None) -> Database:
        """Return the database of a version, or of its sample: to open one takes longer than most questions."""
        database = self._databases.pop((source, plan), None)
        if database is None:
            given = source, self._memory, self._threads, self._temporary
            database = SampleDatabase(*given, plan) if plan else Database(*given)
        self._databases[source, plan] = database
        if len(self._databases) > KEPT_DATABASES:
            self._databases.pop(next(iter(self._databases))).connection.close()
        return database

    @staticmethod
    def _write_rows(result: Any, path: str, growing: str) -> int:
        """Write the row numbers of a result to a file, as they come."""
        rows = 0
        try:
            with open(growing, "wb", buffering=0) as file:
                for numbers in _numbers(result):
                    file.write(numbers)
                    rows += len(numbers) // 4
            os.replace(growing, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(growing)
        return rows


def _numbers(result: Any) -> Iterator[bytes]:
    """Yield the row numbers of a result, four bytes each, little-endian, in pieces. Raises DuckDB's errors."""
    try:
        for batch in nanoarrow.c_array_stream(result):
            column = batch.child(0)
            data = np.frombuffer(column.view().buffer(1), np.uint32)
            yield data[column.offset : column.offset + len(batch)].astype("<u4").tobytes()
    except RuntimeError as error:  # an Arrow stream passes on an error of its source in words alone
        kinds = [kind for words, kind in STREAM_ERRORS.items() if words in str(error)]
        raise next(iter(kinds), duckdb.Error)(str(error)) from error


STREAM_ERRORS: dict[str, type[duckdb.Error]] = {
    "INTERRUPT Error": duckdb.InterruptException,
    "Out of Memory Error": duckdb.OutOfMemoryException,
}


def is_full(error: Exception) -> bool:
    """Return whether an error is that of a full disk, or of a limit for it. DuckDB tells of both in words alone."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return any(words in str(error) for words in (os.strerror(errno.ENOSPC), "max_temp_directory_size"))


def _checked(pattern: str) -> Reply:
    """Say whether RE2 can read a pattern."""
    try:
        duckdb.connect(":memory:").execute("select regexp_matches('', ?)", [pattern])
    except duckdb.InvalidInputException as error:
        return QueryError("pattern", str(error).removeprefix("Invalid Input Error: "))
    return QueryDone(0)


def main() -> None:
    """Answer the requests on standard input until it ends."""
    memory_mb, threads, temporary, keep_free = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    os.nice(int(sys.argv[5]))
    end_first_when_memory_is_short()
    limit = (4 * memory_mb + 2048) * 2**20
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but replies may be written to standard output

    def reply(one: Reply) -> None:
        output.write(encode(one) + b"\n")
        output.flush()

    worker = Worker(reply, f"{memory_mb}MB", threads, temporary, keep_free)
    requests: queue.SimpleQueue[Work] = queue.SimpleQueue()
    threading.Thread(target=read_requests, args=(worker, requests), daemon=True).start()
    threading.Thread(target=worker.show_percent, daemon=True).start()
    while True:
        worker.run(requests.get())


def read_requests(worker: Worker, requests: "queue.SimpleQueue[Work]") -> None:
    """Read requests, and stop the one that runs where a line says so. It ends the process when the server has gone."""
    try:
        for line in sys.stdin.buffer:
            request = decode_request(line)
            if isinstance(request, Interrupt):
                worker.cancel()
            else:
                worker.is_idle = False
                requests.put(request)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
