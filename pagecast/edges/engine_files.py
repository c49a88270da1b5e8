"""Where the files of the query engine are besides the local disk, on which it reads and writes them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from pagecast.table.version import Version


class EngineFiles(Protocol):
    """Brings files to the local disk, and keeps those that the engine made.

    The methods that fetch raise StorageFailed.
    """

    async def fetch_table(self, uuid: str, version: Version) -> None:
        """Have the inner form of a version on the disk."""

    async def fetch_copy(self, uuid: str, version: Version) -> None:
        """Have the columnar copy of a version on the disk, as far as there is one and the disk has room."""

    async def fetch_answer(self, path: Path) -> None:
        """Have an answer on the disk, if it was kept and the disk has room. ``path`` is where it belongs."""

    def keep(self, paths: Iterable[Path]) -> None:
        """Begin to keep files that the engine has made. It returns at once, and raises nothing."""

    def stop(self) -> None:
        """Keep no more files: the server stops. They can be made again."""


class LocalFiles:
    """Implements ``EngineFiles`` where all files are on the local disk: there is nothing to do."""

    async def fetch_table(self, uuid: str, version: Version) -> None:
        pass

    async def fetch_copy(self, uuid: str, version: Version) -> None:
        pass

    async def fetch_answer(self, path: Path) -> None:
        pass

    def keep(self, paths: Iterable[Path]) -> None:
        pass

    def stop(self) -> None:
        pass
