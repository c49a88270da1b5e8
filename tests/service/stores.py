"""Stores in memory that are slow, late, or full."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pagecast.memory.store import MemoryDraft, MemoryStore
from pagecast.ports.storage import TableFile
from pagecast.protocol.errors import StorageFailed
from pagecast.room.record import Record
from pagecast.table.draft import Draft
from pagecast.table.version import Version

T = TypeVar("T")


class Leisurely(MemoryStore):
    """A store that takes its time, now more and now less: what was asked first need not be there first."""

    calls = 0

    async def load(self, uuid: str) -> Record | None:
        return await self._late(super().load(uuid))

    async def save(self, uuid: str, record: Record) -> Record:
        return await self._late(super().save(uuid, record))

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return await self._late(super().read(uuid, version, work))

    async def _late(self, work: Coroutine[Any, Any, T]) -> T:
        self.calls += 1
        for _ in range(7 * self.calls % 11):
            await asyncio.sleep(0)
        return await work


class SlowDisk(MemoryStore):
    """A store that saves when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.saving, self.may_save = asyncio.Event(), asyncio.Event()

    async def save(self, uuid: str, record: Record) -> Record:
        self.saving.set()
        await self.may_save.wait()
        return await super().save(uuid, record)


class LateFiles(MemoryStore):
    """A store whose threads make the files of an upload when they may, even if nobody waits for them any more."""

    def __init__(self) -> None:
        super().__init__()
        self.beginning, self.may_begin = asyncio.Event(), asyncio.Event()
        self._making: set[asyncio.Task[MemoryDraft]] = set()

    async def begin(self, draft: Draft) -> MemoryDraft:
        making = asyncio.create_task(self._begin(draft))
        self._making.add(making)
        return await asyncio.shield(making)

    async def _begin(self, draft: Draft) -> MemoryDraft:
        self.beginning.set()
        await self.may_begin.wait()
        return await super().begin(draft)


class FullDisk(MemoryStore):
    """A store that can refuse to save a record, or to end a draft."""

    full = ""

    async def save(self, uuid: str, record: Record) -> Record:
        if self.full == "save":
            raise StorageFailed
        return await super().save(uuid, record)

    async def end(self, draft: Draft) -> None:
        if self.full == "end":
            raise StorageFailed
        await super().end(draft)
