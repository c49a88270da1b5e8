"""Gather the small pieces of a stream into blocks that are worth scanning and writing."""

import asyncio
from contextlib import suppress

from pagecast.ports.rooms import IncomingUpload
from pagecast.protocol.errors import PagecastError

BLOCK_BYTES = 2**20
"""Bytes of a block: large enough to be scanned and written at full speed."""

MAX_DELAY_S = 0.1
"""How long a byte waits for its block to fill. A slow sender's rows are shown as they arrive."""


class BlockBuffer:
    """A buffer that adds pieces to an upload in blocks.

    ``offset`` is where in the file the first piece belongs, or None if it belongs where the last upload piece ended.
    """

    def __init__(self, intake: IncomingUpload, offset: int | None = None) -> None:
        self.intake = intake
        self._offset = offset
        self._pieces: list[bytes] = []
        self._size = 0
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, data: bytes) -> None:
        """Add a piece, and wait until its block is taken if that is full. Raises PagecastError."""
        if self.intake.failure is not None:  # a block failed that was flushed by the timer
            raise self.intake.failure
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= BLOCK_BYTES:
            await self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MAX_DELAY_S, self._on_timer)

    async def flush(self) -> None:
        """Add what is buffered to the upload. Raises PagecastError."""
        data = b"".join(self._pieces)
        self.clear()
        begin, self._offset = self._offset, None if self._offset is None else self._offset + len(data)
        await self.intake.add(data, begin)

    def clear(self) -> None:
        """Forget what is buffered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._pieces, self._size = [], 0

    async def try_flush(self) -> None:
        """Flush where nobody waits for the outcome. An error is raised again by the next call of ``add``."""
        with suppress(PagecastError):
            await self.flush()

    def _on_timer(self) -> None:
        self._timer = None
        self._flushing = asyncio.create_task(self.try_flush())
