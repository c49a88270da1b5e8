"""Stored answers: files of the row numbers of a view, four bytes each. All functions raise QueryFailed."""

import mmap
import os
from pathlib import Path
from typing import BinaryIO

from pagecast.protocol.errors import QueryFailed
from pagecast.table.hits import Hits, find_hits


def _open_answer(path: Path) -> BinaryIO:
    """Open a stored answer. Raises QueryFailed where it is kept no longer."""
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise QueryFailed from None


def find_number(path: Path, number: int) -> int | None:
    """Return where a number is in an answer, counted from 0."""
    wanted = number.to_bytes(4, "little")
    with _open_answer(path) as file:
        if not os.fstat(file.fileno()).st_size:
            return None
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as numbers:
            at = numbers.find(wanted)
            while at % 4 and at >= 0:  # the end of one number and the beginning of the next
                at = numbers.find(wanted, at + 1)
            return at // 4 if at >= 0 else None


def read_hits(order: Path | None, hits: Path, skipped: int, rows: int, place: int) -> Hits:
    """Return where the numbers of one answer are in the order of another, or of the table."""
    with _open_answer(hits) as file:
        found = file.read()
    found = found[: len(found) // 4 * 4]  # a number may be half written
    if order is None:
        return find_hits(None, found, skipped, rows, place)
    with _open_answer(order) as file:
        numbers = file.read()
    return find_hits(numbers, found, skipped, len(numbers) // 4, place)


def read_numbers(path: Path, span: range) -> list[int]:
    """Return some numbers of an answer, counted from 0."""
    with _open_answer(path) as file:
        data = os.pread(file.fileno(), 4 * len(span), 4 * span.start)
    return list(memoryview(data).cast("I"))
