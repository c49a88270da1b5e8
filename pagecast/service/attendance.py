"""The attendance of a document: the viewers of this process, and those of lost processes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from pagecast.protocol.people import Person, Place
from pagecast.room.events import Event, Joined, Left, Moved, ProcessLost
from pagecast.room.room import WITH_THE_ROOM, Room
from pagecast.service.open_record import OpenRecord
from pagecast.service.throttle import Throttle, interval_s
from pagecast.service.world import World

BROADCAST_EVERY_S = 0.25
"""How often presence is broadcast to few viewers: often enough to look live, seldom enough to cost nothing."""


class Attendance:
    """Publishes arrivals and departures, and broadcasts the people who are here.

    It knows the viewers of this process whatever the bus has said of them, so that it can announce them again.
    """

    def __init__(
        self,
        world: World,
        room: Callable[[], Room],
        publish: Callable[[Event], Awaitable[None]],
        users: Callable[[], int],
        record: OpenRecord,
    ) -> None:
        """``room`` returns the room as it is now, ``users`` the number of visits that hold it open here."""
        self._world, self._room, self._publish, self._record = world, room, publish, record
        self._here: dict[str, tuple[Person, Place]] = {}
        self._moves: dict[str, Place] = {}  # not published yet
        self._moving = Throttle(self._publish_moves, BROADCAST_EVERY_S)
        self._presence = Throttle(self._broadcast_people, lambda: interval_s(BROADCAST_EVERY_S, users()))
        self._correcting = Throttle(self._correct, BROADCAST_EVERY_S)
        self._removing: asyncio.Task[None] | None = None

    async def join(self, viewer: str, person: Person) -> None:
        """A person is here through this viewer, or has another name now."""
        _, place = self._here.get(viewer, (person, WITH_THE_ROOM))
        self._here[viewer] = person, place
        await self._publish(Joined(viewer, person, self._world.process))

    async def leave(self, viewer: str) -> None:
        """A viewer's connection has closed."""
        self._here.pop(viewer, None)
        await self._publish(Left(viewer))

    def move(self, viewer: str, place: Place) -> None:
        """A viewer reads a page of its own now, or the room's. The others hear of it within a moment."""
        if viewer in self._here:
            self._here[viewer] = self._here[viewer][0], place
        self._moves[viewer] = place
        self._moving.request()

    def show(self) -> None:
        """Broadcast who is here, now or in a moment."""
        self._presence.request()

    def correct(self) -> None:
        """Have published what the others do not know: the viewers of this process, and a version that is stored."""
        self._correcting.request()

    def remove_lost(self) -> None:
        """Have the viewers of lost processes removed."""
        processes = {presence.process for presence in self._room().viewers.values()}
        lost = [process for process in processes if self._world.bus.is_lost(process)]
        if lost and (self._removing is None or self._removing.done()):
            self._removing = asyncio.create_task(self._remove(lost))

    async def drain(self) -> None:
        """Publish and broadcast now what is still due."""
        if self._removing is not None:
            await self._removing
        await self._correcting.flush()
        await self._moving.flush()
        await self._presence.flush()

    async def _correct(self) -> None:
        for event in list(self._corrections()):
            await self._publish(event)
        await self.catch_up()

    async def catch_up(self) -> None:
        """Publish a version that is stored, and that this process has not heard of. Raises StorageFailed."""
        if self._world.bus.is_shared:
            unheard = await self._record.unheard(self._room)
            if unheard is not None:
                await self._publish(unheard)

    def _corrections(self) -> Iterator[Event]:
        viewers, process = self._room().viewers, self._world.process
        for viewer, (person, _) in self._here.items():
            present = viewers.get(viewer)
            if present is None or present.person != person:
                yield Joined(viewer, person, process)
        for viewer, presence in viewers.items():
            if presence.process == process and viewer not in self._here:
                yield Left(viewer)
        places = {viewer: viewers[viewer].place if viewer in viewers else WITH_THE_ROOM for viewer in self._here}
        wrong = {viewer: place for viewer, (_, place) in self._here.items() if place != places[viewer]}
        if wrong:
            yield Moved(wrong)

    async def _remove(self, processes: Sequence[str]) -> None:
        for process in processes:
            await self._publish(ProcessLost(process))

    async def _publish_moves(self) -> None:
        moves, self._moves = self._moves, {}
        await self._publish(Moved(moves))

    async def _broadcast_people(self) -> None:
        self._world.viewers.show(self._room().uuid, self._room().people_frame())
