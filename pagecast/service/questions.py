"""The questions of a room: an answer is found first, apart from the room, and then an event brings it there.

An event about a view carries the numbers of the rows on its page. So every process can show that page when it hears the
event, and nobody waits for another person's question.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy

from pagecast.ports.engine import Tell
from pagecast.ports.storage import Files
from pagecast.protocol.errors import PagecastError, PageOutOfRange, Superseded
from pagecast.protocol.facts import changed
from pagecast.protocol.people import Person
from pagecast.room.events import WHOLE_TABLE, Answered, ShownView, Turned, Viewed, ViewOffered
from pagecast.room.room import Room
from pagecast.service.views import Views
from pagecast.table.paging import page_of_row
from pagecast.table.version import Version
from pagecast.view.sheet import ViewSheet, skipped_rows

IN_SIGHT_S, SMALL_ROWS = 1.0, 500_000
"""How long a view of a large table waits for where a row is in it: it has its first page long before its whole order.

The whole order of a table with so many rows or fewer is there soon, also on a busy server: its views wait for it.
"""

KEPT_S = 10.0
"""How long a view waits for rows of a small table, and a new version for those of the view on screen.

After that the first page is shown, and the new version as it was read.
"""

AGAIN_EVERY_S, REST = 1.0, 4
"""A view of a growing table is answered again after a rest of a second, or of so many times what the answer took."""


class Questions:
    """Finds what events about views say. All methods raise BadView, QueryFailed, QueryTooLarge, ServerBusy."""

    def __init__(self, uuid: str, views: Views, files: Files) -> None:
        self._uuid, self._views, self._files = uuid, views, files

    def telling(self, tell: Tell) -> "Questions":
        """Return the same questions for one of them, during which they call ``tell`` with how far it is."""
        told = copy(self)
        told._views = self._views.telling(tell)
        return told

    async def show(self, room: Room, number: int, text: str, row: int | None, by: Person) -> Viewed:
        """Find the page of a view that everyone turns to: the one with a row, or the first one. Raises Superseded.

        Without a view, it is the page of the table with that row, or the one that clients of the plain protocol have.
        A search of a large table is shown with the first rows that it finds: ``again`` has them all.
        """
        version = room.version
        if version is None or version.number != number:
            raise Superseded
        text, sheet = await self._sheet(version, text, soon=True)
        if not text:
            page_no = room.of_table().page_no if row is None or row > version.rows else page_of_row(row)
            return Viewed(number, version.edition, ShownView("", sheet.rows, sheet.rows, page_no), by)
        page_no = 1 if row is None or not sheet.is_counted else await self.page_with(sheet, row)
        return Viewed(number, version.edition, await self._shown(sheet, text, page_no), by)

    async def turn(self, room: Room, page_no: int, by: Person | None) -> Turned:
        """Find the rows on another page of what is on screen. Raises PageOutOfRange."""
        version = room.version
        if version is None:
            raise PageOutOfRange(page_no, 0)
        if not room.view:
            version.check_page(page_no)
            return Turned(version.number, page_no, by)
        _, sheet = await self._sheet(version, room.view)
        shown = await self._shown(sheet, room.view, page_no)
        return Turned(version.number, page_no, by, version.edition, room.view, shown.row_numbers)

    async def offer(self, version: Version, text: str, by: Person) -> ViewOffered:
        """Find how many rows a view has that a person offers."""
        text, sheet = await self._sheet(version, text)
        return ViewOffered(by, version.number, text, sheet.rows, total_of(version))

    async def keep(self, room: Room, version: Version) -> tuple[ShownView, tuple[str, ...]]:
        """Ask the question on screen of another version, or of another reading of it, by the names of its columns.

        Returns what it shows, the whole table where it cannot be answered soon; and the columns that are gone. Raises
        nothing.
        """
        old, gone, total = room.version, tuple[str, ...](), total_of(version)
        if old is None or not room.view:
            return WHOLE_TABLE, ()
        with suppress(PagecastError, TimeoutError):
            async with asyncio.timeout(KEPT_S):
                view, gone = await self._views.rebase(self._uuid, room.view, old, version)
                text, sheet = await self._sheet(version, await self._views.write(self._uuid, version, view))
                if text:
                    stays = room.page_no if old.key == version.key else 1
                    return await self._shown(sheet, text, min(stays, sheet.pages)), gone
        return changed(WHOLE_TABLE, rows=total, total=total), gone

    async def again(self, room: Room) -> Answered | None:
        """Answer the view on screen with all rows that its table has by now. None where there is no view."""
        version = room.version
        if version is None or not room.view:
            return None
        _, sheet = await self._sheet(version, room.view)
        shown = await self._shown(sheet, room.view, room.page_among(sheet.rows))
        return Answered(version.number, version.edition, shown)

    async def _sheet(self, version: Version, text: str, *, soon: bool = False) -> tuple[str, ViewSheet]:
        """Return the canonical text of a view, and its sheet."""
        with self._files.lease(version.key, version.edition):
            view = await self._views.parse_text(self._uuid, version, text)
            sheet = await self._views.sheet(self._uuid, version, view, soon=soon)
            return await self._views.write(self._uuid, version, view), sheet

    async def _shown(self, sheet: ViewSheet, text: str, page_no: int) -> ShownView:
        version = sheet.version
        sheet.check_page(page_no)
        with self._files.lease(version.key, version.edition):
            numbers = await self._views.row_numbers(self._uuid, sheet, page_no)
        return ShownView(text, sheet.rows, total_of(version), page_no, numbers, sheet.is_counted)

    async def page_with(self, sheet: ViewSheet, row: int) -> int:
        """Return the page of a view that has a row of the table; the first page where none has, or it takes long."""
        version = sheet.version
        with suppress(TimeoutError):
            async with asyncio.timeout(IN_SIGHT_S if version.rows > SMALL_ROWS else KEPT_S):
                with self._files.lease(version.key, version.edition):
                    place = await self._views.position(self._uuid, sheet, row)
                return 1 if place is None else page_of_row(place + 1)
        return 1


def total_of(version: Version) -> int:
    """Return how many rows a view without any condition has."""
    return max(0, version.rows - skipped_rows(version))


class GrowingAnswer:
    """Answers the view on screen again, for its rows are being counted, or its table grows.

    There is one answer at a time, with rests between them.
    """

    def __init__(self, answer: Callable[[], Awaitable[None]]) -> None:
        self._answer = answer
        self._due = False
        self._now = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    def request(self, *, now: bool = False) -> None:
        """Have the view answered after the rest, or ``now``."""
        self._due = True
        if now:
            self._now.set()
        if self._running is None:
            self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Break off what is being answered."""
        running, self._due = self._running, False
        if running is not None:
            running.cancel()
            await asyncio.wait([running])

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self._due:
                self._due = False
                self._now.clear()
                began = clock()
                with suppress(PagecastError):  # the page stands: more rows, or the whole table, bring the next answer
                    await self._answer()
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(AGAIN_EVERY_S, REST * (clock() - began))):
                        await self._now.wait()
        finally:
            self._running = None
