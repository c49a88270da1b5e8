"""A table of any size, the same in every run: nine columns, a hundred bytes a row, letters of several scripts."""

import hashlib
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np

BLOCK_ROWS = 10_000
"""Rows that are made one by one. The table repeats them, with new numbers in their first column."""

DIGITS = 8
PAGE_ROWS = 100

COLUMNS = ("id", "kind", "title", "original", "adult", "from", "to", "minutes", "genres")
KINDS = ("short", "movie", "tvEpisode", "tvSeries", "video")
WORDS = (
    "the",
    "of",
    "a",
    "night",
    "river",
    "stone",
    "last",
    "blue",
    "house",
    "letter",
    "road",
    "winter",
    "and",
    "glass",
)
RARE_WORDS = ("café", "naïve", "Ærø", "東京", "Здравствуй", "😀", '"quoted"', "d'été")
"""One title in twelve has one of these: real tables are seldom all ASCII."""


class Table(NamedTuple):
    """A file of rows, its header the first of them."""

    path: Path
    rows: int
    size: int
    sha256: str
    pages: np.ndarray
    """Where its pages begin, and its end."""

    def page_bytes(self, page_no: int) -> range:
        return range(int(self.pages[page_no - 1]), int(self.pages[page_no]))


def make(path: Path, rows: int) -> Table:
    """Write a table of so many rows, a multiple of ``BLOCK_ROWS``."""
    chance = random.Random(1)
    header = "\t".join(COLUMNS).encode() + b"\n"
    lines = [_row(chance) for _ in range(BLOCK_ROWS)]
    block = np.frombuffer(b"".join(lines), np.uint8).copy()
    begins = np.cumsum([0] + [len(line) for line in lines])
    digits = begins[:-1, None] + np.arange(2, 2 + DIGITS)  # behind the "tt"
    powers = 10 ** np.arange(DIGITS - 1, -1, -1)
    sha256 = hashlib.sha256()
    size = 0
    pages = []
    with path.open("wb", buffering=0) as file:
        for first in range(0, rows, BLOCK_ROWS):
            numbers = np.arange(first, first + BLOCK_ROWS)
            block[digits] = numbers[:, None] // powers % 10 + ord("0")
            # Row 1 is the header: it takes the place of the first row.
            data = header + block[begins[1] :].tobytes() if first == 0 else block.tobytes()
            starts = begins[:-1:PAGE_ROWS] + size
            if first == 0:
                starts[1:] += len(header) - begins[1]
            pages.append(starts)
            file.write(data)
            sha256.update(data)
            size += len(data)
    pages.append(np.array([size]))
    return Table(path, rows, size, sha256.hexdigest(), np.concatenate(pages))


def _row(chance: random.Random) -> bytes:
    words = chance.choices(WORDS, k=chance.randrange(2, 9))
    if chance.randrange(12) == 0:
        words.append(chance.choice(RARE_WORDS))
    title = " ".join(words)
    begun = chance.randrange(1890, 2026)
    cells = (
        "tt" + "0" * DIGITS,
        chance.choice(KINDS),
        title,
        title,
        str(chance.randrange(2)),
        str(begun),
        str(begun + chance.randrange(9)) if chance.randrange(8) == 0 else r"\N",
        str(chance.randrange(1, 240)),
        ",".join(chance.sample(("Drama", "Comedy", "Short", "Documentary"), k=chance.randrange(1, 4))),
    )
    return "\t".join(cells).encode() + b"\n"
