"""Datasette, on a table that was imported into SQLite as a user would: typed columns, no index.

`python -m bench.datasette PORT FOLDER FILE` serves the SQLite file.
"""

import importlib.util
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from bench.table import COLUMNS, Table

NUMBERS = ("adult", "from", "to", "minutes")
LIMIT_MS = 600_000
"""Datasette stops a query after a second by default."""


class Site(NamedTuple):
    """Datasette as it runs on 127.0.0.1."""

    port: int

    def get(self, path: str) -> bytes:
        """Return an answer, which comes in chunks of no size that is known before."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=LIMIT_MS / 1000) as answer:
            body: bytes = answer.read()
        return body


def is_here() -> bool:
    """Return whether it is installed."""
    return importlib.util.find_spec("datasette") is not None


def import_table(table: Table, path: Path) -> float:
    """Write a table into a SQLite file. Returns the seconds it took."""
    begun = time.perf_counter()
    columns = ", ".join(f'"{name}" {"integer" if name in NUMBERS else "text"}' for name in COLUMNS)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"create table bench ({columns})")
        connection.executemany(f"insert into bench values ({', '.join('?' * len(COLUMNS))})", _rows(table))
    connection.close()
    return time.perf_counter() - begun


def _rows(table: Table) -> Iterator[list[str]]:
    with table.path.open(encoding="utf-8", newline="\n") as file:
        next(file)
        for line in file:
            yield line[:-1].split("\t")


def main(port: str, _: str, file: str) -> None:
    settings = {
        "sql_time_limit_ms": LIMIT_MS,
        "facet_time_limit_ms": LIMIT_MS,
        "suggest_facets": "off",
        "max_returned_rows": 1000,
    }
    options = [word for name, value in settings.items() for word in ("--setting", name, str(value))]
    os.execv(sys.executable, [sys.executable, "-m", "datasette", "serve", file, "--port", port, *options])


if __name__ == "__main__":
    main(*sys.argv[1:])
