"""The library: finds documents by either of their UUIDs, and holds their rooms open while somebody uses them."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, Self
from uuid import uuid4

from pagecast.protocol.errors import ReadOnly, StorageFailed, UnknownDocument
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.names import NO_UUID, is_uuid
from pagecast.room.events import Claimed, Deleted, Event
from pagecast.room.record import Record
from pagecast.room.room import Room
from pagecast.room.state import RoomState
from pagecast.room.talk import Talk
from pagecast.service.open_room import OpenRoom
from pagecast.service.pages import PageReader
from pagecast.service.single_flight import SingleFlight
from pagecast.service.tasks import Tasks
from pagecast.service.views import Views
from pagecast.service.world import World
from pagecast.table.version import Version


class Unfinished(Protocol):
    """Answers the library about documents whose first upload has not ended."""

    async def unfinished(self, uuid: str) -> Version | None:
        """Return the rows read so far of a document without a finished version. Raises UnknownDocument."""

    def let_go(self, key: str) -> None:
        """Have an upload closed that goes on at another process."""

    def reader_of(self, uuid: str) -> str:
        """The read-only UUID of such a document, or an empty text."""

    def read_by(self, reader: str) -> str | None:
        """Such a document, by its read-only UUID."""


EndUploads = Callable[[str], Coroutine[Any, Any, None]]
"""Ends all uploads and appends to a document that was deleted."""


class Visit:
    """One use of an open room, by one of its two links. The room stays open until every visit has been left."""

    def __init__(self, room: OpenRoom, link: Link, leave: Callable[[OpenRoom], Awaitable[None]]) -> None:
        self.room, self.link, self._leave = room, link, leave

    async def leave(self) -> None:
        """Let go of the room. The last visit that is left closes it; what is finished lasts."""
        await self._leave(self.room)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()


Enter = Callable[[str | None], Awaitable[Visit]]
"""Opens a document to change it, as ``Library.enter`` does."""


class Library:
    """All documents, as this process knows them."""

    def __init__(self, world: World, unfinished: Unfinished, end_uploads: EndUploads) -> None:
        self._end_uploads, self._endings = end_uploads, Tasks()
        self._world, self._store, self._unfinished = world, world.store, unfinished
        self._pages = PageReader(world.store)
        self._views = Views(world.engine, world.store, self._pages)
        self._rooms: dict[str, OpenRoom] = {}
        self._read_by: dict[str, str] = {}  # the documents in use, by their read-only UUIDs
        self._loading: SingleFlight[tuple[RoomState, Record]] = SingleFlight()
        self._finding: SingleFlight[str | None] = SingleFlight()
        world.bus.subscribe(self)

    def __len__(self) -> int:
        """How many rooms are open."""
        return len(self._rooms)

    def room(self, uuid: str) -> OpenRoom:
        """An open room. Raises KeyError where nobody visits the document."""
        return self._rooms[uuid]

    async def visit(self, uuid: str | None) -> Visit:
        """Open a document by either of its UUIDs, a new one for None. Raises UnknownDocument, StorageFailed."""
        room = await self._create() if uuid is None else await self._find(uuid)
        room.users += 1
        return Visit(room, Link(room.uuid, room.reader, reads_only=uuid == room.reader), self._leave)

    async def enter(self, uuid: str | None) -> Visit:
        """Open a document to change it, a new one for None. Raises UnknownDocument, ReadOnly, StorageFailed."""
        visit = await self.visit(uuid)
        if visit.link.reads_only:
            await visit.leave()
            raise ReadOnly
        return visit

    async def delete(self, uuid: str) -> None:
        """Delete a document for good, by its own UUID: its viewers are told, and uploads to it are discarded.

        Raises UnknownDocument, ReadOnly; StorageFailed, after which it is still there.
        """
        async with await self.enter(uuid) as visit:
            await visit.room.delete()
            await self._endings.drain_begun()
            await self._store.delete(uuid, visit.room.reader)  # again: something may have been written meanwhile
            await self._world.bus.forget(uuid)

    async def sweep(self) -> None:
        """Remove the documents that nobody has opened for long."""
        await self._store.sweep(self._world.limits.keep_days, frozenset(self._rooms))

    async def drain(self) -> None:
        """Broadcast and save now what is still due in all rooms."""
        for room in list(self._rooms.values()):
            await room.drain()
        await self._views.drain()
        await self._endings.drain()

    def remove_lost(self) -> None:
        """Have the viewers of lost processes removed from all rooms."""
        for room in list(self._rooms.values()):
            room.attendance.remove_lost()

    # The methods of ``ports.rooms.Hearer``, which the bus calls.

    async def hear(self, uuid: str, event: Event) -> None:
        """Apply an event to its room. A deleted document has none any more, and its uploads end."""
        if isinstance(event, Claimed) and event.process != self._world.process:
            self._unfinished.let_go(event.key)
        room = self._rooms.get(uuid)
        if room is not None:
            await room.hear(event)
        if isinstance(event, Deleted):
            self._endings.hold(self._end(uuid, room))
            if room is not None:
                self._forget(room)

    async def hear_early(self, uuid: str, event: Event) -> None:
        if room := self._rooms.get(uuid):
            await room.hear_early(event)

    async def agree(self, uuid: str, state: RoomState | None, events: Sequence[Event]) -> None:
        if room := self._rooms.get(uuid):
            await room.agree(state, events)
            if room.state.room.is_deleted:
                await self.hear(uuid, Deleted())  # it was missed

    def state(self, uuid: str) -> RoomState | None:
        room = self._rooms.get(uuid)
        return room.state if room else None

    # Rooms.

    async def _end(self, uuid: str, room: OpenRoom | None) -> None:
        """End all that goes on with a document that was deleted, and remove what this machine has of it."""
        await self._end_uploads(uuid)
        await self._views.delete(uuid)
        if room is not None:
            with suppress(StorageFailed):  # the process that deletes it says so
                await self._store.delete(uuid, room.reader)

    async def _leave(self, room: OpenRoom) -> None:
        room.users -= 1
        if room.users == 0:
            room.emptied += 1
            time = room.emptied
            await room.drain()
            if room.users == 0 and time == room.emptied:  # else a visit that came and went meanwhile closes it
                self._forget(room)

    def _forget(self, room: OpenRoom) -> None:
        if self._rooms.get(room.uuid) is room:
            del self._rooms[room.uuid]
            del self._read_by[room.reader]
            self._world.bus.leave(room.uuid)

    async def _create(self) -> OpenRoom:
        state = RoomState(Room(str(uuid4())), reader=str(uuid4()))
        await self._world.bus.enter(state.room.uuid, state)
        return self._keep(state, Record(reader=state.reader))

    async def _find(self, uuid: str) -> OpenRoom:
        """The room of the document that a UUID names.

        A name that is no UUID is looked up like one, so that its refusal takes as long.
        """
        name = uuid if is_uuid(uuid) else NO_UUID
        own = self._read_by.get(name) or self._unfinished.read_by(name)
        try:
            return await self._open(own or name)
        except UnknownDocument:
            own = await self._finding.run(name, partial(self._store.find, name))
            if own is None:
                raise
            return await self._open(own)

    async def _open(self, uuid: str) -> OpenRoom:
        if uuid not in self._rooms:
            loaded = await self._loading.run(uuid, partial(self._load, uuid))  # a whole crowd may come at once
            if uuid not in self._rooms:
                return self._keep(*loaded)
        return self._rooms[uuid]

    async def _load(self, uuid: str) -> tuple[RoomState, Record]:
        """Read what is kept of a document, and enter it. Raises UnknownDocument, StorageFailed."""
        stored = await self._read(uuid)
        state = await self._world.bus.enter(uuid, stored[0] if stored else None)
        if state is None:
            raise UnknownDocument
        if state.room.is_deleted:
            self._world.bus.leave(uuid)
            raise UnknownDocument
        if stored is not None and stored[0] is state:
            return stored
        try:
            record = await self._store.load(uuid)  # again: the state may be of a version that was saved meanwhile
        except StorageFailed:
            self._world.bus.leave(uuid)
            raise
        return state, record or Record(reader=state.reader)

    async def _read(self, uuid: str) -> tuple[RoomState, Record] | None:
        """Read what is kept of a document; None where there is nothing. Raises StorageFailed."""
        record = await self._store.load(uuid)
        version = record.newest if record else None
        if version is None:
            try:
                version = await self._unfinished.unfinished(uuid)
            except UnknownDocument:
                return None
        record = record or Record(reader=self._unfinished.reader_of(uuid))
        if not record.reader:  # it was saved before there were read-only links
            record = changed(record, reader=str(uuid4()))
            if record.versions:
                with suppress(StorageFailed):
                    record = await self._store.save(uuid, record)
        room = Room(
            uuid,
            version=version,
            page_no=record.page_no,
            view=record.view,
            view_rows=record.view_rows,
            view_is_counted=record.view_is_counted,
            row_numbers=record.row_numbers,
            table_page=record.table_page,
        )
        return RoomState(room, await self._load_talk(uuid), record.reader), record

    async def _load_talk(self, uuid: str) -> Talk:
        """Return the stored talk. Where it cannot be read, the table is shown without it."""
        with suppress(StorageFailed):
            return await self._store.load_talk(uuid) or Talk()
        return Talk()

    def _keep(self, state: RoomState, record: Record) -> OpenRoom:
        opened = OpenRoom(state, record, self._world, self._pages, self._views)
        self._rooms[opened.uuid] = opened
        self._read_by[opened.reader] = opened.uuid
        self._world.bus.follow(opened.uuid)
        return opened
