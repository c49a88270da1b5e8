"""The page index: where each page begins in the inner form.

The index is a file of one unsigned little-endian 64-bit number a page: the offset of the page's first row.
"""

from collections.abc import Iterable

import numpy as np

ENTRY_BYTES = 8
"""Bytes of one entry: offsets of files of any size."""


def index_entries(page_starts: Iterable[int]) -> bytes:
    """Return the index entries of pages that begin at these offsets.

    >>> index_entries([0, 258])
    b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    return np.fromiter(page_starts, "<u8").tobytes()


def entries_of(page_no: int) -> range:
    """Return the bytes of the index that hold the entries of a page, counted from 1, and of the page after it.

    >>> entries_of(3)
    range(16, 32)
    """
    return range((page_no - 1) * ENTRY_BYTES, (page_no + 1) * ENTRY_BYTES)


def page_bytes(entries: bytes, table_size: int) -> range:
    """Return the bytes of the inner form that are a page's rows.

    ``entries`` are the page's entry and the next page's, if there is one. ``table_size``: bytes of whole rows.

    >>> page_bytes(index_entries([0, 258]), 300), page_bytes(index_entries([258]), 300)
    (range(0, 258), range(258, 300))
    """
    begin, *rest = (int.from_bytes(entries[i : i + ENTRY_BYTES], "little") for i in range(0, len(entries), ENTRY_BYTES))
    return range(begin, min([*rest, table_size]))
