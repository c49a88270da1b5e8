"""Readers of delimited files, each of them told nothing about a file."""

import csv
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pagecast.table.cells import rows_of
from pagecast.table.escapes import is_escaped
from pagecast.table.ingest import UNKNOWN, GuessRevised, Ingest, ParsePlan

SNIFFED = 2**16
"""Characters that csv.Sniffer is shown: more take it minutes."""


class Loaded(NamedTuple):
    """A file as a reader reads it."""

    header: list[str]
    rows: list[list[str]]


def load(data: bytes, plan: ParsePlan = UNKNOWN) -> tuple[Ingest, list[list[str]]]:
    """Read a file as an upload is read, but for the disk; return the ingest and all rows."""
    ingest = Ingest(plan=plan)
    try:
        table = ingest.feed(data).table + ingest.finish().table
    except GuessRevised as again:
        return load(data, again.plan)
    dialect = ingest.dialect
    return ingest, rows_of(table, escaped=is_escaped(dialect))


def pagecast(path: Path) -> Loaded:
    """Read a file as Pagecast does: rows before the header are notes."""
    ingest, rows = load(path.read_bytes())
    return Loaded(ingest.header, rows[ingest.preamble + bool(ingest.header) :])


def duckdb(path: Path) -> Loaded:
    """Read a file with DuckDB's sniffer."""
    return _duckdb(path, "")


def duckdb_relaxed(path: Path) -> Loaded:
    """Do the same with everything allowed that keeps a broken row from refusing the file."""
    return _duckdb(path, ", strict_mode = false, null_padding = true, ignore_errors = true")


def _duckdb(path: Path, relaxed: str) -> Loaded:
    module: Any = importlib.import_module("duckdb")
    with module.connect() as connection:
        has_header = connection.execute(f"select HasHeader from sniff_csv(?{relaxed})", [str(path)]).fetchone()[0]
        found = connection.execute(f"select * from read_csv(?, all_varchar = true{relaxed})", [str(path)])
        names = [column[0] for column in found.description]
        rows = [[cell or "" for cell in row] for row in found.fetchall()]
    return Loaded(names if has_header else [], rows)


def clevercsv(path: Path) -> Loaded:
    """Read a file with CleverCSV, which says nothing about headers: the first row is taken for one."""
    module: Any = importlib.import_module("clevercsv")
    rows = module.read_table(str(path))
    return Loaded(rows[0], rows[1:])


def csv_sniffer(path: Path) -> Loaded:
    """Read a file with Python's csv module. The first row is taken for the header: has_header() is often wrong."""
    with path.open(newline="", encoding="utf-8") as file:
        dialect = csv.Sniffer().sniff(file.read(SNIFFED))
        file.seek(0)
        rows = list(csv.reader(file, dialect))
    return Loaded(rows[0], rows[1:])


def pandas(path: Path) -> Loaded:
    """Read a file with pandas. Where it makes the first cells of the rows an index, they are cells again."""
    module: Any = importlib.import_module("pandas")
    frame = module.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
    if not isinstance(frame.index, module.RangeIndex):
        frame = frame.reset_index(names=[""] * frame.index.nlevels, allow_duplicates=True)
    return Loaded([str(name) for name in frame.columns], [[str(cell) for cell in row] for row in frame.values.tolist()])


READERS: dict[str, Callable[[Path], Loaded]] = {
    "Pagecast": pagecast,
    "DuckDB": duckdb,
    "DuckDB, relaxed": duckdb_relaxed,
    "CleverCSV": clevercsv,
    "csv.Sniffer": csv_sniffer,
    "pandas": pandas,
}
