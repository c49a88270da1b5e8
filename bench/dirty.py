"""Files that are not clean: how fast each kind is read, and how much of damaged ones every reader keeps.

`python -m bench.dirty READER FILE` reads a file with one of READERS, and prints its rows and the seconds it took.
"""

import csv
import gzip
import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench import pollock
from bench.figures import Line, Setting, in_turns
from pagecast.table.ingest import UNKNOWN, GuessRevised, Ingest, ParsePlan

ABOUT = (
    "dirty files parsed in this process; what we and other readers, told nothing, make of files with one defect each"
)

PIECE = 2**20
MOST = 64 * 2**20
"""Bytes of the table that are read in each way."""

ROWS = 50_000
UNPAIRED = 20_001
"""The row whose second cell begins with a quote that nothing closes."""


def measure(setting: Setting) -> Iterator[Line]:
    with setting.table.path.open("rb") as file:
        clean = file.read(MOST)
    clean = clean[: clean.rfind(b"\n") + 1]
    quoted = b"".join(map(_quoted, clean.splitlines()))
    half = quoted.index(b'","', len(quoted) // 2) + 3  # where a cell begins: one quote more, and the file is mended
    ways = {
        "clean": clean,
        "CRLF": clean.replace(b"\n", b"\r\n"),
        "commas, quoted": quoted,
        "commas, mended": quoted[:half] + b'"' + quoted[half:],
        "Windows-1252": clean.decode().encode("cp1252", "replace").replace(b"caf?", b"caf\xe9"),
        "gzip": gzip.compress(clean, 1),
    }
    taken = in_turns(setting.rounds, {way: partial(_seconds, data) for way, data in ways.items()})
    for way, data in ways.items():
        size = len(clean) if way == "gzip" else len(data)
        speeds = [size / seconds / 1e6 for seconds in taken[way]]
        share = statistics.median(taken["clean"]) / statistics.median(taken[way])
        yield Line(
            f"reading, {way}", f"{statistics.median(speeds):,.0f} MB a second of processor, {share:.2f} of clean"
        )
    yield from _beside_others(setting)
    yield from pollock.compare()


def _quoted(line: bytes) -> bytes:
    return b",".join(b'"' + cell.replace(b'"', b'""') + b'"' for cell in line.split(b"\t")) + b"\n"


def _seconds(data: bytes) -> float:
    begun = time.process_time()
    read(data)
    return time.process_time() - begun


def read(data: bytes, plan: ParsePlan = UNKNOWN) -> int:
    """Read a file as an upload is read, but for the disk; answer its rows."""
    ingest = Ingest(plan=plan)
    try:
        for begin in range(0, len(data), PIECE):
            ingest.feed(data[begin : begin + PIECE])
        ingest.finish()
    except GuessRevised as again:
        return read(data, again.plan)
    return ingest.scanner.rows


def _beside_others(setting: Setting) -> Iterator[Line]:
    path = setting.folder / "unpaired.tsv"
    rows = [b"id\ttitle\tyear", *(b"tt%07d\tTitle %d\t%d" % (row, row, 1900 + row % 125) for row in range(2, ROWS + 1))]
    rows[UNPAIRED - 1] = rows[UNPAIRED - 1].replace(b"\tTitle", b'\t"Title')
    path.write_bytes(b"\n".join(rows) + b"\n")
    for reader in READERS:
        done = subprocess.run(
            [sys.executable, "-m", "bench.dirty", reader, str(path)], capture_output=True, text=True, check=False
        )
        said = (done.stdout or done.stderr).strip().splitlines()
        yield Line(f"one unpaired quote, {reader}", said[-1] if said else "nothing")


def _ours(path: Path) -> int:
    return read(path.read_bytes())


def _csv(path: Path) -> int:
    csv.field_size_limit(sys.maxsize)
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file, delimiter="\t"))


def _pandas(path: Path) -> int:
    pandas: Any = importlib.import_module("pandas")
    return len(pandas.read_csv(path, sep="\t", header=None, dtype=str))


def _polars(path: Path) -> int:
    polars: Any = importlib.import_module("polars")
    return int(polars.read_csv(path, separator="\t", has_header=False, infer_schema=False).height)


def _duckdb(path: Path) -> int:
    duckdb: Any = importlib.import_module("duckdb")
    query = "select count(*) from read_csv(?, delim='\t', header=false, all_varchar=true)"
    return int(duckdb.connect().execute(query, [str(path)]).fetchone()[0])


READERS: dict[str, Callable[[Path], int]] = {
    "pagecast": _ours,
    "csv": _csv,
    "pandas": _pandas,
    "polars": _polars,
    "duckdb": _duckdb,
}
"""Each with what a user would write first, and every cell as text."""


def main(reader: str, path: str) -> None:
    if reader not in ("pagecast", "csv"):
        importlib.import_module(reader)  # that takes its time, and is not reading
    begun = time.perf_counter()
    try:
        rows = READERS[reader](Path(path))
    except Exception as error:  # what it says is the figure
        print(f"refuses the file: {str(error).splitlines()[0][:80]}")
    else:
        print(f"{rows:,} of {ROWS:,} rows in {(time.perf_counter() - begun) * 1000:,.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
