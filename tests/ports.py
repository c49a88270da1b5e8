"""Free ports for servers under test.

The system gives the ports of its own range to outgoing connections. A port from there that is free now may be taken
when the server under test comes to listen on it. So servers get ports below that range, and each test process its own
part.
"""

import os
import random
import socket
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
PARTS = 8
"""Test processes at a time that have ports of their own."""
FIRST = 10_000


@cache
def _candidates() -> Iterator[int]:
    end = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    size = (end - FIRST) // PARTS
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    begin = FIRST + int(worker) % PARTS * size
    start = random.randrange(begin, begin + size)  # another run may be under way on this machine
    return chain(range(start, begin + size), range(begin, start))


def free_port() -> int:
    """Return a port that nothing listens on, another one each time."""
    for port in _candidates():
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
