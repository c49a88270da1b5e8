"""The screen of a document: the page that its room is on, as frames, through the column windows of its viewers."""

from collections.abc import Callable, Sequence

from pagecast.protocol.tables import Page
from pagecast.room.room import Room
from pagecast.service.pages import PageReader
from pagecast.service.world import World
from pagecast.table.sheet import Sheet
from pagecast.table.window import FIRST_WINDOW, PLAIN_WINDOW, ColumnWindow, Excerpt


class Screen:
    """Reads the pages that a room shows. ``room`` returns the room as it is now."""

    def __init__(self, room: Callable[[], Room], pages: PageReader, world: World) -> None:
        self._room, self._pages, self._files, self._viewers = room, pages, world.store, world.viewers
        self._standing: tuple[ColumnWindow, Page] | None = None  # the page read last for a viewer who came

    def windows(self) -> list[ColumnWindow]:
        """The column windows of all viewers of this process."""
        return self._viewers.windows(self._room().uuid) or [FIRST_WINDOW]

    def windows_of(self, of_table: bool, room: Room) -> list[ColumnWindow]:
        """The column windows of those who see another page after a turn: with a view on screen, not all do.

        ``of_table``: whether it was a turn of the table as clients of the plain protocol see it.
        """
        windows = self.windows()
        return [window for window in windows if (window == PLAIN_WINDOW) == of_table] if room.view else windows

    async def page(self, window: ColumnWindow) -> Page:
        """The page on screen. It is read once for all viewers who join with the same column window."""
        room = self._room()
        if self._standing is None or self._standing[0] != window or self._standing[1].seq != room.seq:
            self._standing = window, await self.frame(room, window)
        return self._standing[1]

    async def frame(self, room: Room, window: ColumnWindow) -> Page:
        """The page that a room is on, through one window."""
        return (await self.frames(room, [window]))[0]

    async def frames(self, room: Room, windows: Sequence[ColumnWindow]) -> list[Page]:
        """The page that a room is on, through some windows: of the table for clients of the plain protocol."""
        frames = dict[ColumnWindow, Page]()
        for shown, is_plain in ((room, False), (room.of_table(), True)):
            some = [window for window in windows if (window == PLAIN_WINDOW) == is_plain]
            frames.update(zip(some, await self._frames_of(shown, some), strict=True))
        return [frames[window] for window in windows]

    async def _frames_of(self, room: Room, windows: Sequence[ColumnWindow]) -> list[Page]:
        version = room.version
        if not windows:
            return []
        if version is None or room.page_no > room.pages:
            return [room.page_frame(Excerpt())] * len(windows)
        with self._files.lease(version.key, version.edition):
            if room.view:
                numbers = [row for row in room.row_numbers if row <= version.rows]
                excerpts = await self._pages.excerpts_of(room.uuid, version, numbers, windows)
            else:
                excerpts = await self._pages.excerpts(room.uuid, Sheet(version), room.page_no, windows)
        return [room.page_frame(excerpt) for excerpt in excerpts]
