"""Open rooms by their UUIDs: a seam for callers that do not hold a room yet."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.tables import Columns, Page
from pagecast.room.events import Event
from pagecast.service.library import Library
from pagecast.table.version import Version
from pagecast.table.window import PLAIN_WINDOW, ColumnWindow


class RoomsByUuid:
    """The rooms of a library that somebody visits."""

    library: Library

    async def visit(self, uuid: str | None) -> Link:
        return (await self.library.visit(uuid)).link

    async def enter(self, uuid: str | None) -> str:
        return (await self.library.enter(uuid)).room.uuid

    async def leave(self, uuid: str) -> None:
        await self.library._leave(self.library.room(uuid))

    async def page(self, uuid: str, page_no: int | None, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        return await self.library.room(uuid).page(page_no, window)

    async def page_of(self, uuid: str, number: int, page_no: int, window: ColumnWindow = PLAIN_WINDOW) -> Page:
        return await self.library.room(uuid).page_of(number, page_no, window)

    async def columns(self, uuid: str, number: int | None, columns: range) -> Columns:
        return await self.library.room(uuid).columns(number, columns)

    async def cell(self, uuid: str, number: int | None, row: int, column: int) -> tuple[Version, range]:
        return await self.library.room(uuid).cell(number, row, column)

    async def table(self, uuid: str, version: Version, span: range) -> bytes:
        return await self.library.room(uuid).table(version, span)

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        return await self.library.room(uuid).original(version, span)

    def lease(self, version: Version) -> AbstractContextManager[None]:
        return self.library._store.lease(version.key, version.edition)

    def newest(self, uuid: str) -> Version | None:
        return self.library.room(uuid).newest

    def version(self, uuid: str, number: int) -> Version:
        return self.library.room(uuid).version(number)

    def versions(self, uuid: str) -> tuple[Version, ...]:
        return self.library.room(uuid).versions

    async def restore(self, uuid: str, number: int) -> Version:
        return await self.library.room(uuid).restore(number)

    def reader(self, uuid: str) -> str:
        return self.library.room(uuid).reader

    async def publish(self, uuid: str, event: Event) -> None:
        """Carry an event to every process, even where nobody visits the document here."""
        world = self.library._world
        await world.bus.publish(uuid, changed(event, at=world.timestamp()))

    async def adopt(self, uuid: str, version: Callable[[int], Version | None], viewer: str) -> Version:
        return await self.library.room(uuid).adopt(version, viewer)

    async def grow(self, uuid: str, version: Version) -> None:
        await self.library.room(uuid).grow(version)

    async def read_anew(self, uuid: str, version: Version) -> None:
        await self.library.room(uuid).replace(version)

    async def tidy(self, uuid: str, key: str) -> None:
        await self.library.room(uuid).tidy(key)

    def finished(self, uuid: str, key: str | None = None) -> Version | None:
        return self.library.room(uuid).finished(key)

    def growing(self, uuid: str) -> asyncio.Lock:
        return self.library.room(uuid).appending
