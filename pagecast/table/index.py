"""The page index: where each page begins in the inner form, one number a page."""

from array import array
from collections.abc import Iterable
from sys import byteorder

ENTRY_BYTES = 8
"""The index is one unsigned little-endian number a page: the offset of its first row."""


def index_entries(pages: Iterable[int]) -> bytes:
    """The index entries of pages that begin at these offsets.

    >>> index_entries([0, 258])
    b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00'
    """
    entries = array("Q", pages)
    if byteorder == "big":
        entries.byteswap()
    return entries.tobytes()


def entries_of(page_no: int) -> range:
    """Which bytes of the index say where a page begins and where the next one does.

    >>> entries_of(3)
    range(16, 32)
    """
    return range((page_no - 1) * ENTRY_BYTES, (page_no + 1) * ENTRY_BYTES)


def page_bytes(entries: bytes, table_size: int) -> range:
    """Which bytes of the inner form are the page whose entry, and the next page's if there is one, these are.

    >>> page_bytes(index_entries([0, 258]), 300), page_bytes(index_entries([258]), 300)
    (range(0, 258), range(258, 300))
    """
    begin, *rest = (int.from_bytes(entries[i : i + ENTRY_BYTES], "little") for i in range(0, len(entries), ENTRY_BYTES))
    return range(begin, min([*rest, table_size]))
