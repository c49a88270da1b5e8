"""A house for the tests of the core: versions out of nothing, and an audience that writes down what it is shown."""

import asyncio
from collections.abc import Callable

from pagecast.ports import Shown, Store, TableFile
from pagecast.protocol.tables import Dialect, Document, Page
from pagecast.protocol.talk import Log, Selections
from pagecast.table.version import Version
from pagecast.table.window import Window

WAIT_S = 20.0
"""Nothing takes this long but what never comes."""


def version_of(rows: int, key: str = "c2b7f0d1", *, number: int = 1, complete: bool = True) -> Version:
    """A version with so many rows, that was read of no file."""
    return Version(
        key=key,
        number=number,
        name="cities.tsv",
        size=10 * rows,
        received=10 * rows,
        complete=complete,
        created="2026-11-21T09:30:00Z",
        rows=rows,
        columns=2,
        empty_lines=0,
        invalid_cells=0,
        dialect=Dialect("none", "utf-8", False, "tab", "lf", "literal", True),
        kinds=["text", "number"],
        table_size=10 * rows,
        clean=True,
    )


class Wall:
    """An audience that keeps the frames it is shown."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, Shown]] = []
        self.pointed: list[tuple[Selections, bool]] = []

    def windows(self, uuid: str) -> list[Window]:
        return []

    def show(self, uuid: str, frame: Shown, window: Window | None = None) -> None:
        self.frames.append((uuid, frame))

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        self.pointed.append((frame, followers))

    def of(self, uuid: str) -> list[Document | Page]:
        """What viewers of a document were shown of it, in order."""
        return [frame for shown, frame in self.frames if shown == uuid and isinstance(frame, Document | Page)]

    def logs(self, uuid: str) -> list[Log]:
        return [frame for shown, frame in self.frames if shown == uuid and isinstance(frame, Log)]

    def pages(self, uuid: str) -> list[Page]:
        return [frame for frame in self.of(uuid) if isinstance(frame, Page)]

    def documents(self, uuid: str) -> list[Document]:
        return [frame for frame in self.of(uuid) if isinstance(frame, Document)]


async def page_of(store: Store, uuid: str, version: Version, page_no: int) -> bytes:
    """The bytes of a page in the inner form."""

    def read(table: TableFile) -> bytes:
        page = table.page(page_no)
        return table.read(page.start, page.stop)

    return await store.read(uuid, version, read)


async def until(happened: Callable[[], object]) -> None:
    """Wait until something has happened."""
    async with asyncio.timeout(WAIT_S):
        while not happened():
            await asyncio.sleep(0.002)
