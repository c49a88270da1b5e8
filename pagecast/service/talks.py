"""What is said and shown in the documents that are in use: told to all, and kept."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from pagecast.ports import Store, Viewers
from pagecast.protocol.errors import ReadOnly, StorageFailed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person
from pagecast.protocol.talk import Allow, Allowed, Log, Look, Say, Select, Selection, Selections
from pagecast.room.events import Arrived, Left, Turned
from pagecast.room.pointers import Pointers
from pagecast.room.talk import Looked, Opened, Remark, Said, Selected, Talk, page_of
from pagecast.service.throttle import Throttle, interval_s
from pagecast.table.version import Version

POINTED_EVERY_S = 1 / 30
"""How often selections are told to few: as often as a screen could show it."""

SAID_EVERY_S = 0.1
"""How often lines are told to few: at once, for a person."""

KEPT_EVERY_S = 2.0
"""How often what was said is written down."""


class TalkRooms(Protocol):
    """What the talk asks of the library: the document that it is about."""

    async def publish(self, uuid: str, event: Remark) -> None: ...

    def newest(self, uuid: str) -> Version | None: ...

    def page_no(self, uuid: str) -> int: ...

    def users(self, uuid: str) -> int: ...


class OpenTalk:
    """The talk of a document in use here."""

    def __init__(self, talk: Talk) -> None:
        self.talk = self.kept = talk
        self.told = talk.last
        self.pointers = Pointers()
        self.pointed = 0  # the version in which they point
        self.telling: Throttle
        self.pointing: Throttle
        self.keeping: Throttle


class Talks:
    """The talk of every document in use here."""

    def __init__(self, rooms: TalkRooms, store: Store, audience: Viewers, now: Callable[[], datetime]) -> None:
        self._rooms, self._store, self._audience, self._now = rooms, store, audience, now
        self._talks: dict[str, OpenTalk] = {}

    async def load(self, uuid: str) -> Talk:
        """What was kept of a document's talk. Where it cannot be read, the table is shown without it."""
        with suppress(StorageFailed):
            return await self._store.talk(uuid) or Talk()
        return Talk()

    def open(self, uuid: str, talk: Talk) -> None:
        """A document is in use now."""
        self._talks[uuid] = opened = OpenTalk(talk)
        opened.telling = Throttle(
            lambda: self._tell(uuid, opened), lambda: interval_s(SAID_EVERY_S, self._rooms.users(uuid))
        )
        opened.pointing = Throttle(
            lambda: self._point(uuid, opened), lambda: interval_s(POINTED_EVERY_S, self._rooms.users(uuid))
        )
        opened.keeping = Throttle(lambda: self._keep(uuid, opened), lambda: KEPT_EVERY_S)

    async def settle(self, uuid: str) -> None:
        """Do what is still to be done for a document."""
        opened = self._talks[uuid]
        for soon in (opened.telling, opened.pointing, opened.keeping):
            await soon.settle()

    def close(self, uuid: str) -> None:
        """A settled document is in use no longer."""
        del self._talks[uuid]

    async def take(self, link: Link, asked: Say | Look | Select | Allow, by: Person, viewer: str) -> None:
        """Somebody says or shows something. Raises ReadOnly.

        What is about cells that the table does not have comes too late, and is nothing.
        """
        speak = self._talks[link.uuid].talk.speak
        if link.reads_only and (isinstance(asked, Allow) or not speak):
            raise ReadOnly
        version = self._rooms.newest(link.uuid)
        match asked:
            case Say(text):
                await self._rooms.publish(link.uuid, Said(by, version.number if version else 0, text))
            case Allow(speak):
                await self._rooms.publish(link.uuid, Opened(speak))
            case Look(number, row, column) if has(version, number, row, column):
                await self._rooms.publish(link.uuid, Looked(by, number, row, column))
            case Select(number, area) if area is None or has(version, number, area[2], area[3]):
                await self._rooms.publish(link.uuid, Selected(viewer, by, number, area))

    def hear(self, uuid: str, event: Remark | Turned | Arrived | Left) -> None:
        """Something happened to a document in use here, and counted."""
        opened = self._talks[uuid]
        match event:
            case Selected(viewer, by, version, area):
                newest = self._rooms.newest(uuid)
                if newest and newest.number == version:
                    opened.pointed = version
                    page_no = page_of(area[0]) if area else 0
                    opened.pointers.put(viewer, page_no, Selection(by, area) if area else None)
                    opened.pointing.ask()
            case Left(viewer):
                opened.pointers.put(viewer, 0, None)
                opened.pointing.ask()
            case _:
                if isinstance(event, Arrived) and event.version.number != opened.pointed:  # else it has been on screen
                    opened.pointers.clear()
                if isinstance(event, Turned):  # all who are with the room see that page now
                    opened.pointers.touch(event.page_no)
                    opened.pointing.ask()
                opened.talk = opened.talk.after(event, self._now().strftime("%Y-%m-%dT%H:%M:%SZ"))
                opened.telling.ask()
                opened.keeping.ask()
                if isinstance(event, Opened):
                    self._audience.show(uuid, Allowed(event.speak))

    def may_speak(self, uuid: str) -> bool:
        """Whether those who may only read may speak and point."""
        return self._talks[uuid].talk.speak

    def log(self, uuid: str, after: int) -> Log:
        """What was said and done after a line, as far as it is kept."""
        return self._talks[uuid].talk.log(after)

    def selections(self, uuid: str, page_no: int) -> Selections | None:
        """What is selected on a page, if there is anything."""
        frame = self._selections(uuid, page_no)
        return frame if frame and frame.selections else None

    def _selections(self, uuid: str, page_no: int) -> Selections | None:
        version = self._rooms.newest(uuid)
        if version is None:
            return None
        return Selections(version.number, page_no, self._talks[uuid].pointers.on(page_no))

    async def _tell(self, uuid: str, opened: OpenTalk) -> None:
        log, opened.told = opened.talk.log(opened.told), opened.talk.last
        if log.lines:
            self._audience.show(uuid, log)

    async def _point(self, uuid: str, opened: OpenTalk) -> None:
        for page_no in opened.pointers.take_changed():
            frame = self._selections(uuid, page_no)
            if frame:
                self._audience.point(uuid, frame, followers=page_no == self._rooms.page_no(uuid))

    async def _keep(self, uuid: str, opened: OpenTalk) -> None:
        talk = opened.talk
        newest = self._rooms.newest(uuid)
        if talk != opened.kept and newest and newest.complete:  # a document without a table does not last
            with suppress(StorageFailed):  # the next line tries again
                await self._store.keep_talk(uuid, talk)
                opened.kept = talk


def has(version: Version | None, number: int, row: int, column: int) -> bool:
    """Whether this is the version of that number, and has such a cell."""
    return version is not None and version.number == number and row <= version.rows and column <= version.columns
