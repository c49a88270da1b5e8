"""How the C library keeps memory: what a large message took goes back to the system when the message is gone.

By itself, glibc keeps blocks of up to 32 MB for later once one such block was freed (mallopt(3), M_MMAP_THRESHOLD): a
crowd that sends large messages would leave the process that large for good. Another C library is left as it is.
"""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3

LARGE_BYTES = 8 * 2**20
"""A block of this size is returned as soon as it is freed. Blocks of an upload are smaller, and are used again."""

KEPT_BYTES = 32 * 2**20
"""So much free memory is kept at the end of the heap, so that uploads do not ask the system for each block."""


def return_large_blocks() -> None:
    """Call it once, at the start."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
