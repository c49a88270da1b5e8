"""A cache of blocks of segments on the local disk: bounded, and filled by range requests.

Segments never change, so a cached block is never stale. The cache begins empty: a power cut may have damaged it.
"""

import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path

from pagecast.edges.disk.space import Space

BLOCK_BYTES = 2**18
"""Bytes of a block. A page has some ten KB: the pages beside it come along, and one request stays short."""

Fetch = Callable[[str, range], bytes]
"""Returns some bytes of a segment from the object store. Raises ObjectMissing, ObjectStoreFailed."""


class BlockCache:
    """Blocks that were read last, at most so many bytes of them. Any thread may use it; its methods block."""

    def __init__(self, folder: Path, most: int, fetch: Fetch, space: Space) -> None:
        """Empty the folder. ``most`` is in bytes; ``space`` says whether the disk has room. Raises OSError."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._folder, self._most, self._fetch, self._space = folder, most, fetch, space
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()  # by file name; the block that was read last is last
        self._paths: dict[str, str] = {}  # the parts that the blocks are of
        self._fetching: dict[str, Future[bytes]] = {}
        self.used = 0
        """Bytes of all blocks."""
        self.hits = self.misses = 0
        """Blocks that were read from the cache, and from the object store."""

    def read(self, path: str, size: int, span: range) -> bytes:
        """Return some bytes of a segment.

        Args:
            path: the segment.
            size: all its bytes.
            span: those that are wanted.

        Raises ObjectMissing, ObjectStoreFailed.
        """
        pieces = []
        for number in range(span.start // BLOCK_BYTES, -(-span.stop // BLOCK_BYTES)):
            begin = number * BLOCK_BYTES
            within = range(max(0, span.start - begin), span.stop - begin)
            pieces.append(self._read(path, range(begin, min(begin + BLOCK_BYTES, size)), within))
        return b"".join(pieces)

    def forget(self, is_gone: Callable[[str], bool]) -> None:
        """Remove all blocks of the segments that are gone. ``is_gone`` takes the path of one."""
        with self._lock:
            gone = [name for name, path in self._paths.items() if is_gone(path)]
            for name in gone:
                del self._paths[name]
                self.used -= self._sizes.pop(name)
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)

    def _read(self, path: str, block: range, within: range) -> bytes:
        """Return some bytes of a block. One thread fetches it for all that want it at the same time."""
        name = _name(path, block.start)
        found = self._cached(name, within)
        if found is not None:
            return found
        with self._lock:
            fetching = self._fetching.get(name)
            if mine := fetching is None:
                fetching = self._fetching[name] = Future()
        assert fetching is not None
        if mine:
            self._fill(name, path, block, fetching)
        return fetching.result()[within.start : within.stop]

    def _fill(self, name: str, path: str, block: range, fetching: "Future[bytes]") -> None:
        try:
            data = self._fetch(path, block)
            self._keep(name, path, data)
            fetching.set_result(data)
        except BaseException as error:
            fetching.set_exception(error)
        finally:
            with self._lock:
                self.misses += 1
                del self._fetching[name]

    def _cached(self, name: str, within: range) -> bytes | None:
        with self._lock:
            if name not in self._sizes:
                return None
            self._sizes.move_to_end(name)
            self.hits += 1
        try:
            file = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # it has just given way
            return None
        try:
            return os.pread(file, len(within), within.start)
        except OSError:
            return None
        finally:
            os.close(file)

    def _keep(self, name: str, part: str, data: bytes) -> None:
        """Write a block. A cache that cannot be written to keeps nothing: the store has it all."""
        if len(data) > self._most or not self._space.is_free(len(data)):
            return
        path = self._folder / f"{name}.{threading.get_ident()}"
        try:
            path.write_bytes(data)
            path.rename(self._folder / name)
        except OSError:
            path.unlink(missing_ok=True)
            return
        with self._lock:
            self.used += len(data) - self._sizes.pop(name, 0)
            self._sizes[name], self._paths[name] = len(data), part
            old = []
            while self.used > self._most:
                gone, size = self._sizes.popitem(last=False)
                del self._paths[gone]
                self.used -= size
                old.append(gone)
        for gone in old:
            (self._folder / gone).unlink(missing_ok=True)


def _name(path: str, begin: int) -> str:
    return f"{sha256(path.encode()).hexdigest()[:40]}-{begin // BLOCK_BYTES:x}"
