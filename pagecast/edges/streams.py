"""TCP connections of the HTTP and the lines server: bound their number, keep them alive, close them gracefully."""

import asyncio
import resource
import socket
from contextlib import suppress

from tornado.iostream import IOStream, StreamClosedError

SPARE_FILES = 128
"""Files of those this process may open that are kept for tables and uploads, and never used for connections."""

KEEPALIVE_IDLE_S = 60
"""Seconds of silence after which the operating system probes whether a client is still there (tcp(7))."""

LINGER_S, READ_BYTES, LINGER_READS = 2.0, 2**16, 64
"""How long a rejected client is read from, the bytes of each read, and how many reads."""


def max_connections() -> int:
    """Raise this process's limit of open files as far as it may, and return how many may be connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most == resource.RLIM_INFINITY:
        return 2**31
    return most - min(SPARE_FILES, most // 4)


def is_beyond(stream: IOStream, most: int) -> bool:
    """Tell whether a connection is one too many. The system gives each open file the lowest free number (open(2))."""
    return stream.socket.fileno() >= most


def enable_keepalive(stream: IOStream) -> None:
    """Have the operating system probe a client that may send nothing for hours."""
    stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)


async def linger(stream: IOStream) -> None:
    """Close a connection after its last answer: end our side, discard what still arrives, then close.

    A client that is closed at once while it is sending may get a reset, and never see the answer.
    """
    with suppress(StreamClosedError, TimeoutError, OSError):
        stream.socket.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(LINGER_S):
            for _ in range(LINGER_READS):
                await stream.read_bytes(READ_BYTES, partial=True)
    stream.close()
