"""The files to take away that query processes write."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from pagecast.edges.disk.space import Space

PIECE_BYTES = 2**18
"""Bytes of a file that are read at once."""


class GrowingFile:
    """A file that another process writes. It is read as far as it is known to reach."""

    def __init__(self, path: Path) -> None:
        self.path, self._at, self._size = path, 0, 0
        self._more = asyncio.Event()
        self._is_written = False

    def grow(self, size: int) -> None:
        """Note that the file has so many bytes."""
        self._size = size
        self._more.set()

    def end(self) -> None:
        """Note that nothing more is written."""
        self._is_written = True
        self._more.set()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield its bytes, as they are written."""
        while True:
            while self._is_written or self._at < self._size:
                piece = await asyncio.to_thread(self._read)
                if not piece:
                    return
                self._at += len(piece)
                yield piece
            self._more.clear()
            await self._more.wait()

    def _read(self) -> bytes:
        with suppress(FileNotFoundError), open(self.path, "rb") as file:
            return os.pread(file.fileno(), PIECE_BYTES, self._at)
        return b""


class WrittenFile:
    """A file that is whole, until the disk needs its room. Implements ``ports.engine.RowsFile``."""

    def __init__(self, path: Path, space: Space) -> None:
        self._path, self._space = path.rename(path.with_suffix(".made")), space
        self.size = self._path.stat().st_size
        space.count_spare(self._path)

    def use(self) -> None:
        """Make it the last that is given up. Raises FileNotFoundError where it was given up."""
        os.utime(self._path)

    async def read(self, span: range) -> bytes:
        """Return some of its bytes. Raises OSError."""
        return await asyncio.to_thread(self._read, span)

    def _read(self, span: range) -> bytes:
        with open(self._path, "rb") as file:
            return os.pread(file.fileno(), len(span), span.start)

    async def remove(self) -> None:
        """Remove it from the disk."""
        await asyncio.to_thread(self._space.remove, self._path)
