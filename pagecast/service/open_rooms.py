"""The documents in use here: opened by the first who comes, closed with the last who leaves."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from uuid import uuid4

from pagecast.ports import Store
from pagecast.protocol.errors import StorageFailed, UnknownDocument
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.names import NO_UUID, is_uuid
from pagecast.protocol.people import Place
from pagecast.protocol.tables import Page
from pagecast.room.record import Record
from pagecast.room.room import Room
from pagecast.room.talk import Talk
from pagecast.service.single_flight import SingleFlight
from pagecast.service.talks import Talks
from pagecast.service.throttle import Delay, Throttle
from pagecast.service.uploads import Uploads
from pagecast.table.window import Window


class OpenRoom:
    """A document in use here: its room, and what is kept of it."""

    def __init__(self, room: Room, record: Record) -> None:
        self.room = room
        self.record = record
        self.epoch = secrets.token_hex(4)
        """New each time that the room is opened, because its ``seq`` is counted anew then."""
        self.users = 0
        """Viewers and uploads that hold it open."""
        self.emptied = 0
        """How often the last of them has left."""
        self.turning = asyncio.Lock()  # held while an event is applied and shown, so that all see the same order
        self.committing = asyncio.Lock()  # held while a version is added
        self.growing = asyncio.Lock()  # held while rows are added to one
        self.places: dict[str, Place] = {}
        """Where viewers have gone since that was last published."""
        self.told: tuple[Window, Page] | None = None
        """The page that was read last for somebody who came: most who come next look through the same window."""
        self.moving: Throttle
        self.people: Throttle
        self.saving: Throttle
        self.showing: Throttle
        self.missing: Delay
        self.lapsing: Delay

    async def settle(self) -> None:
        """Tell and keep what is due still."""
        for soon in (self.moving, self.people, self.saving, self.showing):
            await soon.settle()
        for later in (self.missing, self.lapsing):  # last: whoever is told to have moved begins them anew
            await later.settle()


class OpenRooms:
    """Finds a document by either of its UUIDs, and holds its room open while somebody uses it.

    ``wire`` gives a room that is opened its timers.
    """

    def __init__(self, store: Store, uploads: Uploads, talks: Talks, wire: Callable[[OpenRoom], None]) -> None:
        self._store, self._uploads, self._talks, self._wire = store, uploads, talks, wire
        self._rooms: dict[str, OpenRoom] = {}
        self._read_by: dict[str, str] = {}  # the documents in use, by their read-only UUIDs
        self._loading: SingleFlight[tuple[Room, Record, Talk]] = SingleFlight()
        self._seeking: SingleFlight[str | None] = SingleFlight()

    def __getitem__(self, uuid: str) -> OpenRoom:
        return self._rooms[uuid]

    def get(self, uuid: str) -> OpenRoom | None:
        return self._rooms.get(uuid)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)

    async def visit(self, uuid: str | None) -> Link:
        """Hold a document open, a new one for None. Raises UnknownDocument. Whoever visits leaves again."""
        open_room = self._create() if uuid is None else await self._find(uuid)
        open_room.users += 1
        return Link(open_room.room.uuid, open_room.record.reader, reads_only=uuid == open_room.record.reader)

    async def leave(self, uuid: str) -> None:
        """Let go of a document. The last to leave closes it."""
        open_room = self._rooms[uuid]
        open_room.users -= 1
        if open_room.users == 0:
            open_room.emptied += 1
            time = open_room.emptied
            await self._settle(open_room)
            if open_room.users == 0 and time == open_room.emptied:  # or whoever came in and left meanwhile closes it
                del self._rooms[uuid]
                del self._read_by[open_room.record.reader]
                self._talks.close(uuid)

    async def settle(self) -> None:
        """Tell and keep what is due still, of all of them."""
        for open_room in list(self._rooms.values()):
            await self._settle(open_room)

    async def _settle(self, open_room: OpenRoom) -> None:
        await open_room.settle()
        await self._talks.settle(open_room.room.uuid)

    def _create(self) -> OpenRoom:
        return self._keep(Room(str(uuid4())), Record(reader=str(uuid4())), Talk())

    async def _find(self, uuid: str) -> OpenRoom:
        """The document that a UUID names. What is no UUID is looked for as one, so that its refusal comes no sooner."""
        name = uuid if is_uuid(uuid) else NO_UUID
        own = self._read_by.get(name) or self._uploads.read_by(name)
        try:
            return await self._open(own or name)
        except UnknownDocument:
            own = await self._seeking.run(name, partial(self._store.find, name))
            if own is None:
                raise
            return await self._open(own)

    async def _open(self, uuid: str) -> OpenRoom:
        if uuid not in self._rooms:
            loaded = await self._loading.run(uuid, partial(self._load, uuid))  # a whole crowd may come at once
            if uuid not in self._rooms:
                return self._keep(*loaded)
        return self._rooms[uuid]

    async def _load(self, uuid: str) -> tuple[Room, Record, Talk]:
        """Read a document's room, record and talk. Raises UnknownDocument."""
        record = await self._store.load(uuid)
        version = record.newest if record else None
        if version is None:
            version = await self._uploads.unfinished(uuid)
        record = record or Record(reader=self._uploads.reader_of(uuid))
        if not record.reader:  # it was kept before there were such
            record = changed(record, reader=str(uuid4()))
            if record.versions:
                with suppress(StorageFailed):
                    await self._store.save(uuid, record)
        talk = await self._talks.load(uuid)
        return Room(uuid, version=version, page_no=record.page_no), record, talk

    def _keep(self, room: Room, record: Record, talk: Talk) -> OpenRoom:
        open_room = OpenRoom(room, record)
        self._wire(open_room)
        self._rooms[room.uuid] = open_room
        self._read_by[record.reader] = room.uuid
        self._talks.open(room.uuid, talk)
        return open_room
