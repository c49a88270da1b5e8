"""Searches the rows of an inner form as bytes, in a query process, and stores which rows hold the text."""

import mmap
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from pagecast.edges.queries import QueryRows, SearchRows, Source
from pagecast.table.row_search import RowSearch

BLOCK_BYTES = 2**18
"""Bytes that are searched at once: they stay in the processor's cache."""

MAX_ROW_BYTES = 2**28
"""Bytes of a row that can be searched: it is held in memory."""

SHOWN_BLOCKS = 2**8
"""Blocks after which the progress is shown."""

SOON_S = 0.1
"""After how long a search that may end soon does so, if it has found a row by then."""


class SearchStopped(Exception):
    """Nobody waits for the search any more."""


def search_rows(request: SearchRows, show: Callable[[int], None], is_stopped: Callable[[], bool]) -> QueryRows:
    """Search a table. Raises SearchStopped; MemoryError where a row is too long; OSError.

    ``show`` is called with how much of the table has been searched, in percent.
    """
    search, first, total = RowSearch(request.text, case=request.case), list[int](), 0
    until = time.monotonic() + SOON_S
    with ExitStack() as stack:
        stack.callback(Path(request.growing).unlink, missing_ok=True)
        file = stack.enter_context(open(request.growing, "wb", buffering=0)) if request.path else None
        for number, block in enumerate(_blocks(request.source)):
            if is_stopped():
                raise SearchStopped
            rows = search.rows(block)
            rows = rows[rows > request.source.skipped]
            first += rows[: request.most - len(first)].tolist()
            total += len(rows)
            if request.soon and (len(first) == request.most or (first and time.monotonic() > until)):
                return QueryRows([[first, total, False]])
            if file is not None:
                file.write(rows.astype("<u4").tobytes())
            if number % SHOWN_BLOCKS == SHOWN_BLOCKS - 1:
                show(min(100, 100 * number * BLOCK_BYTES // request.source.size))
        if file is not None:
            os.replace(request.growing, request.path)
    return QueryRows([[first, total, True]])


def _blocks(source: Source) -> Iterator[bytes]:
    """Yield the whole rows of an inner form in blocks."""
    if not source.size:
        return
    with (
        open(Path(source.folder) / source.table, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as table,
    ):
        at = 0
        while at < source.size:
            end = min(at + BLOCK_BYTES, source.size)
            if end < source.size:
                line_end = table.rfind(b"\n", at, end)
                line_end = line_end if line_end >= 0 else table.find(b"\n", end, source.size)
                end = line_end + 1 if line_end >= 0 else source.size
            if end - at > MAX_ROW_BYTES:
                raise MemoryError("a row")
            yield table[at:end]
            at = end
