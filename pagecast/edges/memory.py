"""Return memory to the system after a peak, and run the cyclic garbage collector less often.

By itself, glibc keeps blocks of up to 32 MB for later once one such block was freed (mallopt(3), M_MMAP_THRESHOLD), and
free memory that lies between blocks in use. Another C library is left as it is.
"""

import asyncio
import ctypes
import gc

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3

LARGE_BYTES = 8 * 2**20
"""A block of this size is returned as soon as it is freed. Blocks of an upload are smaller, and are used again."""

KEPT_BYTES = 32 * 2**20
"""So much free memory is kept at the end of the heap, so that uploads do not ask the system for each block."""

TRIM_S = 30.0
"""How often other free memory is returned: a millisecond or two of work, most often for nothing."""

THRESHOLDS = 2_000, 10, 25
"""When Python looks for garbage in cycles: through all objects after 500,000 more of them, not after 70,000. A viewer
takes over 100, and nothing else runs meanwhile: it took a sixth of the time when 5,000 viewers joined. The price is
some 30 MB of garbage that waits after a crowd has gone.
"""

_library = ctypes.CDLL(None)


def return_large_blocks() -> None:
    """Return large blocks as soon as they are freed. Call it once, at the start."""
    mallopt = getattr(_library, "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


async def return_free_memory() -> None:
    """Return other free memory now and then, in a thread. It does not end."""
    trim = getattr(_library, "malloc_trim", None)
    while trim is not None:
        await asyncio.sleep(TRIM_S)
        await asyncio.to_thread(trim, 0)


def collect_seldom() -> None:
    """Look for garbage in cycles less often. Call it once, at the start."""
    gc.set_threshold(*THRESHOLDS)
