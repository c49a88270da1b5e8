"""A house for the tests of the core: versions out of nothing, and an audience that writes down what it is shown."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.ports.rooms import Shown
from pagecast.ports.storage import Store, TableFile
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person
from pagecast.protocol.tables import Dialect, Document, Page
from pagecast.protocol.talk import Log, Selections
from pagecast.room.record import Record
from pagecast.service.intake import Intake
from pagecast.service.library import Visit
from pagecast.service.open_room import OpenRoom
from pagecast.service.services import Services
from pagecast.service.world import World
from pagecast.table.version import Version
from pagecast.table.window import ColumnWindow
from tests.table.pieces import pieces_of

OTTER, HERON = Person("9f2c41d7", "Otter"), Person("0b7716aa", "Heron")

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
        kinds="tn",
        table_size=10 * rows,
        clean=True,
    )


class Wall:
    """An audience that keeps the frames it is shown."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, Shown]] = []
        self.pointed: list[tuple[Selections, bool]] = []
        self.dismissed: list[str] = []

    def windows(self, uuid: str) -> list[ColumnWindow]:
        return []

    def show(self, uuid: str, frame: Shown, window: ColumnWindow | None = None) -> None:
        self.frames.append((uuid, frame))

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        self.pointed.append((frame, followers))

    def dismiss(self, uuid: str) -> None:
        self.dismissed.append(uuid)

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


async def save(store: Store, uuid: str, record: Record) -> Record:
    """Replace a record whatever it is now."""
    stored = await store.load(uuid)
    return await store.save(uuid, changed(record, revision=stored.revision if stored else 0))


async def saved(store: Store, uuid: str) -> Record | None:
    """A stored record, as if it had never been saved before."""
    record = await store.load(uuid)
    return record and changed(record, revision=0)


def table(name: str, rows: int) -> bytes:
    """A table whose every cell says which table it is of."""
    return b"".join(f"{name}\t{name} {row}\n".encode() for row in range(1, rows + 1))


def rows_of(name: str, first: int, last: int) -> list[list[str]]:
    return [[name, f"{name} {row}"] for row in range(first, last + 1)]


class Visits:
    """Opens documents, and holds them open until they are left by their UUIDs."""

    services: Services

    def __init__(self) -> None:
        self._visits: defaultdict[str, list[Visit]] = defaultdict(list)

    async def enter(self, uuid: str | None) -> str:
        """Open a document to change it, and return its UUID."""
        return self._hold(await self.services.library.enter(uuid)).room.uuid

    async def visit(self, uuid: str | None) -> Link:
        """Open a document, and return the link that opened it."""
        return self._hold(await self.services.library.visit(uuid)).link

    async def leave(self, uuid: str) -> None:
        await self._visits[uuid].pop().leave()

    def room(self, uuid: str) -> OpenRoom:
        """An open room."""
        return self.services.library.room(uuid)

    def _hold(self, visit: Visit) -> Visit:
        self._visits[visit.room.uuid].append(visit)
        return visit


class House(Visits):
    """A library, its store and its audience; a new one on the same store is the server started again."""

    def __init__(self, store: Store | None = None, limits: Limits | None = None) -> None:
        super().__init__()
        self.store, self.wall = store or MemoryStore(), Wall()
        self.now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
        world = World(
            self.store, MemoryBus(), self.wall, MemoryEngine(self.store), limits or Limits(), lambda: self.now
        )
        self.services = Services(world)

    async def document(self, *tables: bytes) -> str:
        """A document that is held open, with these versions."""
        uuid = await self.enter(None)
        for data in tables:
            await self.services.uploads.upload(uuid, "a.tsv", data, "")
        return uuid

    async def upload(self, uuid: str | None, data: bytes, size: int = 1000) -> Intake:
        """An upload that has brought all of these bytes, and has not said that it is whole."""
        intake = await self.services.uploads.begin(uuid, "b.tsv", None, "otter's viewer", checked=True)
        for piece in pieces_of(data, size):
            await intake.add(piece)
        await intake.settled()
        return intake

    async def shown(self, uuid: str) -> None:
        """Wait until the rows of a first version are on screen."""
        await until(lambda: self.wall.pages(uuid))


@asynccontextmanager
async def started(store: Store | None = None, limits: Limits | None = None) -> AsyncIterator[House]:
    house = House(store, limits)
    await house.services.start()
    yield house
    await house.services.stop()
