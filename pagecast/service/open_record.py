"""The record of an open document: folded over its events, saved by compare-and-swap."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from pagecast.ports.storage import RecordChanged, Records
from pagecast.protocol.errors import StorageFailed, UnknownDocument, UnknownVersion
from pagecast.protocol.facts import changed
from pagecast.room.events import Arrived, Deleted, Event, Grew, Reparsed
from pagecast.room.record import Record, Retention, with_screen
from pagecast.room.room import Room
from pagecast.service.throttle import Throttle
from pagecast.table.version import Version

SAVE_EVERY_S = 0.25
"""How often the page that the room is on is saved: a restart loses a turn or two of somebody who leafs through."""

E = TypeVar("E", bound=Arrived | Grew | Reparsed)


class OpenRecord:
    """Holds one document's record while the document is open.

    Events about versions are saved before they are published: ``commit`` saves one, and ``apply`` hears it with all the
    others. Where another process has saved meanwhile, the event is made anew of the record as it is then.
    """

    def __init__(self, uuid: str, record: Record, records: Records, retention: Retention) -> None:
        self._uuid, self._records, self._retention = uuid, records, retention
        self._record = self._saved = record
        self.saving = Throttle(self.save_page, SAVE_EVERY_S)
        """Saves the page that the room is on, on request."""
        self._lock = asyncio.Lock()  # held while the store is asked to replace the record
        self._is_deleted = False

    @property
    def reader(self) -> str:
        """The document's read-only UUID."""
        return self._record.reader

    @property
    def versions(self) -> tuple[Version, ...]:
        """The finished versions that are kept, oldest first, as they were saved."""
        return self._record.versions

    def version(self, number: int) -> Version:
        """One of the kept versions. Raises UnknownVersion."""
        for version in self.versions:
            if version.number == number:
                return version
        raise UnknownVersion(number or 1)

    def finished(self, key: str | None = None) -> Version | None:
        """The newest kept version, or the newest one of an upload's key."""
        return next((version for version in reversed(self.versions) if key in (None, version.key)), None)

    def editions(self, key: str) -> frozenset[int]:
        """The editions of a file that kept versions are of."""
        return frozenset(version.edition for version in self.versions if version.key == key)

    def apply(self, event: Event, room: Room) -> None:
        """Fold an event in. ``room`` is the room after the same event."""
        self._is_deleted |= isinstance(event, Deleted)
        self._record = self._record.apply(event, room, self._retention)

    def show(self, room: Room) -> None:
        """Take over what is on screen, and have it saved."""
        self._record = with_screen(self._record, room)
        self.saving.request()

    async def commit(self, make: Callable[[Record], E], room: Callable[[], Room]) -> tuple[E, tuple[Version, ...]]:
        """Save the record after an event that is about to be published.

        Args:
            make: makes the event, given the record that it follows.
            room: the room as it is now.

        Returns the event and the versions that are not kept any more. Raises StorageFailed, after which nothing has
        changed; UnknownDocument once the document has been deleted; and what ``make`` raises.
        """
        async with self._lock:
            while True:
                if self._is_deleted:
                    raise UnknownDocument
                before = changed(self._record, revision=self._saved.revision)
                event = make(before)
                after = before.apply(event, room().apply(event), self._retention)
                try:
                    self._take(await self._records.save(self._uuid, after))
                except RecordChanged:
                    await self._reload()
                else:
                    return event, tuple(version for version in before.versions if version not in after.versions)

    async def delete(self) -> None:
        """Remove the document from the store. Raises StorageFailed, after which nothing has changed."""
        async with self._lock:
            await self._records.delete(self._uuid, self.reader)
            self._is_deleted = True

    async def save_page(self) -> None:
        """Save the page that the room is on, once there is a version. The next turn retries where the store fails."""
        async with self._lock:
            with suppress(StorageFailed):
                while self._record.versions and self._record != self._saved and not self._is_deleted:
                    try:
                        self._take(await self._records.save(self._uuid, self._record))
                    except RecordChanged:
                        await self._reload()

    async def unheard(self, room: Callable[[], Room]) -> Arrived | Grew | Reparsed | None:
        """Return what the store has and the room has not heard of: the process that stored it may have ended since.

        Raises StorageFailed.
        """
        async with self._lock:
            await self._reload()
        version, newest = room().version, self._record.newest
        if newest is None or (version is not None and version.number > newest.number):
            return None
        if version is None or version.number < newest.number:
            return Arrived(newest, None)
        if version.received <= newest.received and not version.complete:
            return Arrived(newest, None)
        if version.received < newest.received:
            return Grew(newest)
        return Reparsed(newest) if version.complete and version.edition != newest.edition else None

    async def _reload(self) -> None:
        """Take over the versions that another process has saved, or that it has deleted the document."""
        record = await self._records.load(self._uuid)
        self._is_deleted = record is None and self._saved.revision > 0
        self._take(record or Record(reader=self.reader))

    def _take(self, saved: Record) -> None:
        """Go on from a record as the store has it. The room may have turned since it was made."""
        self._saved, self._record = saved, with_screen(saved, self._record)
