"""The cells of very many columns at once: how many are blank, and how many of the others differ."""

import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pagecast.edges.duck_rows import row_begins, valid_text
from pagecast.edges.queries import Source
from pagecast.table.escapes import EMPTY_ROW, LF_IN_CELL, TAB_IN_CELL, unescape
from pagecast.table.lenses import BLANK, PADDING, is_blank

BATCH_BYTES = 2**21
"""Bytes of rows that are looked at together: their hashes stay in the processor's cache."""

SORTED_COLUMNS = 1000
"""Columns whose cells are sorted together."""

PRIMES = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Odd numbers whose bits are spread well: to multiply by them mixes the bits of a word."""

_masks = np.array([(1 << 8 * length) - 1 for length in range(8)] + [2**64 - 1], np.uint64)


def count_cells(source: Source, wanted: np.ndarray | None) -> list[tuple[int, int, int]]:
    """Return of each column how many rows there are, how many cells are blank, and how many of the others differ.

    ``wanted``: the numbers of the rows that count, None for all. Cells are told apart by a hash of 64 bits.
    """
    empty = hashes_of(np.zeros(8, np.uint8), np.array([0]), np.array([0]))[0]
    cells = np.full((source.rows - source.skipped, source.columns), empty, np.uint64)
    blank, at = set[int](), 0
    for text, begins in _batches(source):
        _fill(cells[at : at + len(begins)], text, begins, blank)
        at += len(begins)
    cells = cells[:at]
    if wanted is not None:
        cells = cells[wanted.astype(np.int64) - source.skipped - 1]
    known = np.array(sorted(blank | _blank_hashes()), np.uint64)
    counts = []
    for first in range(0, source.columns, SORTED_COLUMNS):
        ordered = np.sort(np.ascontiguousarray(cells[:, first : first + SORTED_COLUMNS].T), axis=1)
        differing = (ordered[:, 1:] != ordered[:, :-1]).sum(axis=1) + (len(cells) > 0)
        for column, distinct in zip(ordered, differing.tolist(), strict=True):
            found = np.searchsorted(column, known, "right") - np.searchsorted(column, known, "left")
            counts.append((len(cells), int(found.sum()), distinct - int((found > 0).sum())))
    return counts


def _batches(source: Source) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows of data as valid text that ends with a line end, and where each row begins in it."""
    with open(Path(source.folder) / source.table, "rb") as file:
        table = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        at, rows = 0, 0
        while at < source.size:
            cut = table.find(b"\n", min(at + BATCH_BYTES, source.size) - 1, source.size)
            end = cut + 1 if cut >= 0 else source.size
            data = np.frombuffer(table[at:end].rstrip(b"\n") + b"\n", np.uint8)
            begins, at = row_begins(data), end
            if len(begins):
                text, begins = valid_text(data, begins, source)
                begins = begins[max(0, source.skipped - rows) :]
                rows += len(begins)
                yield text, begins
        table.close()


def _fill(cells: np.ndarray, text: np.ndarray, begins: np.ndarray, blank: set[int]) -> None:
    """Write the hashes of the cells of some rows, and note those of blank cells that are written in unusual ways."""
    if not len(begins):
        return
    ends = np.flatnonzero((text == 9) | (text == 10))
    ends = ends[ends >= begins[0]]
    starts = np.concatenate((begins[:1], ends[:-1] + 1))
    is_first = np.zeros(len(text) + 1, bool)
    is_first[begins] = True
    row = np.cumsum(is_first[starts]) - 1
    is_line = (
        (starts == ends) & (text[ends] == 10) & ~is_first[starts] & np.concatenate(([True], text[ends[:-1]] == 10))
    )
    if is_line.any():  # an empty line is no row
        starts, ends, row = starts[~is_line], ends[~is_line], row[~is_line]
    firsts = np.flatnonzero(is_first[starts])
    column = np.arange(len(starts)) - firsts[row]
    padded = np.concatenate((text, np.zeros(8, np.uint8)))
    hashes = hashes_of(padded, starts, ends - starts)
    cells[row, column] = hashes
    lead, last = text[starts], text[np.maximum(ends - 1, 0)]
    odd = np.flatnonzero((ends > starts) & (_pads[lead] | (_words[lead] & _trails[last])))
    for one in odd[np.unique(hashes[odd], return_index=True)[1]]:
        if is_blank(unescape(text[starts[one] : ends[one]].tobytes().decode())):
            blank.add(int(hashes[one]))


def hashes_of(padded: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return a hash of each cell: of its words of eight bytes, and of its length. Eight bytes follow the last cell."""
    words = np.ndarray((len(padded) - 7,), "<u8", padded.tobytes(), strides=(1,))
    hashes = _mixed((words[starts] & _masks[np.minimum(lengths, 8)]) + lengths.astype(np.uint64) * PRIMES[1])
    at, left = 8, np.flatnonzero(lengths > 8)
    while len(left):
        more = words[starts[left] + at] & _masks[np.minimum(lengths[left] - at, 8)]
        hashes[left] = _mixed(hashes[left] * PRIMES[1] + more)
        at += 8
        left = left[lengths[left] > at]
    return hashes


def _mixed(words: np.ndarray) -> np.ndarray:
    words *= PRIMES[0]
    words ^= words >> np.uint64(29)
    return words


def _blank_hashes() -> set[int]:
    found = set()
    for word in map(str.encode, BLANK):
        padded = np.frombuffer(word + bytes(8), np.uint8)
        found.add(int(hashes_of(padded, np.array([0]), np.array([len(word)]))[0]))
    return found


def _bytes_table(values: set[int]) -> np.ndarray:
    return np.isin(np.arange(256), sorted(values))


_escaped = [character.encode() for character in (TAB_IN_CELL, LF_IN_CELL, EMPTY_ROW)]
_pads = _bytes_table({character.encode()[0] for character in PADDING} | {one[0] for one in _escaped})
_words = _bytes_table({word.encode()[0] for word in BLANK if word})
_trails = _bytes_table({character.encode()[-1] for character in PADDING} | {one[-1] for one in _escaped})
"""The first bytes of padding and of escapes, the first ones of words for missing values, the last ones of padding."""
