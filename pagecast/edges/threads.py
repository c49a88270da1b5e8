"""How the threads of this process share the processor: viewers come before uploads."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

UPLOAD_THREADS = max(2, (os.cpu_count() or 2) // 2)
"""Threads that scan, hash and write what is uploaded. With more of them uploads are no faster, as they share Python's
lock, and the event loop waits for it more often.
"""

SWITCH_S = 0.001
"""So long a thread may keep Python's lock while another one waits. With Python's 5 ms a page turn beside uploads of
wide tables takes three times as long.
"""


def put_viewers_first() -> None:
    """Call it once, in the event loop, before any thread is asked to do something."""
    sys.setswitchinterval(SWITCH_S)
    executor = ThreadPoolExecutor(UPLOAD_THREADS, thread_name_prefix="uploads")
    asyncio.get_running_loop().set_default_executor(executor)
