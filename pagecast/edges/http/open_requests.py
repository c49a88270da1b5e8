"""The requests that are being answered, which a graceful shutdown lets end."""

import asyncio
from contextlib import suppress
from typing import Protocol
from weakref import WeakSet


class OpenRequest(Protocol):
    """A request that is being answered."""

    @property
    def ends_by_itself(self) -> bool:
        """Whether it is worth waiting for: a live table or a WebSocket can go on for days."""


class OpenRequests:
    """All requests that have begun and have not ended."""

    def __init__(self) -> None:
        self.is_draining = False
        """Whether the server is stopping: new requests are answered, and their connections closed."""
        self._open: WeakSet[OpenRequest] = WeakSet()
        self._ended = asyncio.Event()

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, request: OpenRequest) -> None:
        """Note that a request has begun."""
        self._open.add(request)

    def end(self, request: OpenRequest) -> None:
        """Note that a request has ended, in whatever way. It may have been noted before."""
        self._open.discard(request)
        self._ended.set()

    async def drain(self, within_s: float) -> None:
        """Wait until the requests that end by themselves have ended, for at most ``within_s`` seconds."""
        self.is_draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while any(request.ends_by_itself for request in self._open):
                    self._ended.clear()
                    await self._ended.wait()
