"""Settings of the whole process: threads, memory, garbage collection.

glibc keeps freed memory for later: blocks of up to 32 MB once one such block was freed (mallopt(3), M_MMAP_THRESHOLD),
and free memory between blocks in use. Another C library is left as it is.
"""

import asyncio
import ctypes
import gc
import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

UPLOAD_THREADS = max(2, (os.cpu_count() or 2) // 2)
"""Threads that scan, hash and write uploads. More threads make uploads no faster, because they share Python's global
lock, and make the event loop wait for that lock more often.
"""

WAITING_THREADS = 16
"""The same where uploads are stored on an object store: their threads wait for it most of the time."""

SWITCH_S = 0.001
"""Seconds that a thread may keep the global lock while another one waits for it. With Python's 5 ms a page turn beside
uploads of wide tables takes three times as long.
"""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3

LARGE_BYTES = 8 * 2**20
"""Blocks from this size on go back to the system as soon as they are freed. Uploads reuse smaller ones."""

TRIM_BYTES = 32 * 2**20
"""Free bytes that stay at the end of the heap, so that uploads need not ask the system for each block."""

TRIM_S = 30.0
"""How often other free memory goes back to the system. It takes a millisecond or two, most often for nothing."""

GC_THRESHOLDS = 2_000, 10, 25
"""Thresholds of the cyclic garbage collector (gc.set_threshold). A full collection looks through all objects and stops
everything else; now it runs after 500,000 new objects, not after 70,000. A viewer takes over 100 objects: when 5,000
viewers joined, collections took a sixth of the time. The price is some 30 MB of garbage after a crowd has left.
"""

MOST_WILLING = 1000
"""The highest badness that a process can give itself (proc(5), oom_score_adj)."""

_libc = ctypes.CDLL(None)

log = logging.getLogger("pagecast")


def prioritize_viewers(*, uploads_wait: bool) -> None:
    """Give the event loop priority over uploads. Call it once, in the event loop, before any thread is used.

    ``uploads_wait``: whether uploads wait for another machine that stores them.
    """
    sys.setswitchinterval(SWITCH_S)
    threads = WAITING_THREADS if uploads_wait else UPLOAD_THREADS
    executor = ThreadPoolExecutor(threads, thread_name_prefix="uploads")
    asyncio.get_running_loop().set_default_executor(executor)


def return_large_blocks() -> None:
    """Have large blocks returned to the system as soon as they are freed. Call it once, at the start."""
    mallopt = getattr(_libc, "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, TRIM_BYTES)


async def return_free_memory() -> None:
    """Return other free memory to the system every TRIM_S, in a thread. It never returns with glibc."""
    trim = getattr(_libc, "malloc_trim", None)
    while trim is not None:
        await asyncio.sleep(TRIM_S)
        await asyncio.to_thread(trim, 0)


def leave_within(seconds: float) -> None:
    """End the process at the latest after so many seconds, whatever it waits for. It may end before.

    Everything that was acknowledged is on the disk by then, as after a power cut.
    """

    def leave() -> None:
        log.warning("The server left before all work had ended. The next start resumes it.")
        os._exit(0)

    timer = threading.Timer(seconds, leave)
    timer.daemon = True
    timer.start()


def end_first_when_memory_is_short() -> None:
    """Have the system end this process before any other when memory runs out. Where it refuses, nothing changes.

    A query process is replaced, and its question answered with a sentence. With the server, all viewers would go.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(MOST_WILLING), encoding="ascii")


def collect_garbage_less_often() -> None:
    """Run the cyclic garbage collector less often. Call it once, at the start."""
    gc.set_threshold(*GC_THRESHOLDS)
