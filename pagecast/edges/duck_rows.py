"""The rows of an inner form as DuckDB is given them: where they begin, a few cells of each, and a sample of them."""

import mmap
import random
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from pagecast.edges.queries import Source
from pagecast.table.paging import PAGE_ROWS
from pagecast.view.sampling import SamplePlan, block_count


def row_begins(data: np.ndarray) -> np.ndarray:
    """Return where each row begins in some whole lines. An empty line is no row."""
    ends = np.flatnonzero(data == 10)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    begins = np.concatenate(([0], ends[:-1] + 1))
    return begins[ends > begins]


def valid_text(data: np.ndarray, begins: np.ndarray, source: Source) -> tuple[np.ndarray, np.ndarray]:
    """Return valid UTF-8 from the first row on, and where each row begins in it."""
    data, begins = data[begins[0] :], begins - begins[0]
    if not source.invalid:
        return data, begins
    rows = [bytes(row).decode("utf-8", "replace").encode() for row in np.split(data, begins[1:])]
    return np.frombuffer(b"".join(rows), np.uint8), np.cumsum([0, *map(len, rows[:-1])])


def sampled_rows(source: Source, plan: SamplePlan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers of the rows of a sample, their text, and where each begins in it.

    A version has the same sample at all times: chance is seeded with its name.
    """
    chosen = random.Random(source.stem).sample(range(block_count(plan, source.rows)), plan.blocks)
    folder, numbers, rows = Path(source.folder), list[int](), list[bytes]()
    with open(folder / source.table, "rb") as file, open(folder / f"{source.stem}.index", "rb") as index:
        table = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        entries = np.frombuffer(index.read(), "<u8")
        for page, blocks in groupby(sorted(chosen), lambda block: block * plan.block_rows // PAGE_ROWS):
            begin, end = int(entries[page]), int(entries[page + 1]) if page + 1 < len(entries) else source.size
            data = np.frombuffer(table[begin:end], np.uint8)
            begins = [*row_begins(data).tolist(), len(data)]
            for block in blocks:
                first = block * plan.block_rows - page * PAGE_ROWS
                for at in range(first, min(first + plan.block_rows, len(begins) - 1)):
                    number = page * PAGE_ROWS + at + 1
                    if number > source.skipped:
                        numbers.append(number)
                        rows.append(data[begins[at] : begins[at + 1]].tobytes())
        table.close()
    lengths = np.array([0, *map(len, rows)])
    return np.array(numbers, np.uint32), np.frombuffer(b"".join(rows), np.uint8), np.cumsum(lengths)[:-1]


def cut_rows(text: np.ndarray, begins: np.ndarray, columns: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of these cells only, as far as a row has them, behind an empty cell; and where each row begins."""
    last, rows = max(columns, default=0), []
    for begin, end in pairwise([*begins.tolist(), len(text)]):
        cells = text[begin:end].tobytes().rstrip(b"\n").split(b"\t", last)
        rows.append(b"\t".join([b"", *(cells[column - 1] for column in columns if column <= len(cells))]))
    return np.frombuffer(b"".join(rows), np.uint8), np.cumsum([0, *map(len, rows[:-1])])
