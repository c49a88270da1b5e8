"""Answers about the tables of a document that move nobody: values, figures, shapes, plots, files to take away."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager
from copy import copy

from pagecast.ports.engine import Tell
from pagecast.ports.rooms import ExportedView, KeptFile
from pagecast.ports.storage import Files
from pagecast.protocol.errors import StillArriving, UnknownVersion
from pagecast.protocol.summaries import Crossed, MadeFile, Overview, Plot, Profile, RowHits, Shapes, Values, ViewChanges
from pagecast.protocol.tables import MAX_NAME_BYTES, Columns, Found
from pagecast.service.changes import Comparisons
from pagecast.service.pages import PageReader
from pagecast.service.views import Views
from pagecast.table.sheet import Sheet
from pagecast.table.version import Version
from pagecast.view.exports import ExportForm, check_width
from pagecast.view.names import ColumnNames
from pagecast.view.view import View


class RoomAnswers:
    """Implements ``ports.rooms.TableAnswers`` for one document.

    ``version`` returns one of its versions, and raises UnknownVersion.
    """

    def __init__(
        self, uuid: str, views: Views, pages: PageReader, store: Files, version: Callable[[int | None], Version]
    ) -> None:
        self._uuid, self._views, self._pages, self._store, self._version = uuid, views, pages, store, version
        self._comparisons = Comparisons(uuid, views, pages)

    def telling(self, tell: Tell) -> "RoomAnswers":
        """Return the same answers for one question, during which they call ``tell`` with how far it is."""
        told = copy(self)
        told._views = self._views.telling(tell)
        return told

    async def columns(self, number: int | None, columns: range) -> Columns:
        """The names, kinds and lenses of some columns.

        Args:
            number: the version, None for the newest.
            columns: which columns, from 0; those that the table does not have are left out.

        Raises UnknownVersion.
        """
        version = self._version(number)
        columns = range(min(columns.start, version.columns), min(columns.stop, version.columns))
        with self._store.lease(version.key, version.edition):
            named = self._pages.names(self._uuid, Sheet(version), columns, MAX_NAME_BYTES)
            header, kinds, lenses = await named if columns else ([], [], [])
        spans = [(columns.start + 1, columns.stop)] if columns else []
        return Columns(self._uuid, version.number, version.columns, spans, header, kinds, lenses)

    async def find(self, number: int | None, pairs: Sequence[tuple[str, str]], page_no: int, text: str) -> Found:
        """Find the cells of a page that hold a text, in capital or small letters, and the columns whose names do.

        The page is of a version, None for the newest, or of the view of it that ``pairs`` say.

        Raises UnknownVersion, BadView, PageOutOfRange, QueryFailed, QueryTooLarge, ServerBusy.
        """
        version, numbers = self._version(number), None
        with self._store.lease(version.key, version.edition):
            if pairs:
                view = await self._views.parse(self._uuid, version, pairs)
                sheet = await self._views.sheet(self._uuid, version, view)
                sheet.check_page(page_no)
                numbers = await self._views.row_numbers(self._uuid, sheet, page_no)
            else:
                version.check_page(page_no)
            names, matches, complete = await self._pages.find(self._uuid, Sheet(version), page_no, text, numbers)
        return Found(self._uuid, version.number, version.edition, page_no, names, matches, complete)

    async def cell(self, number: int | None, row: int, column: int) -> tuple[Version, range]:
        """Find a cell: the version, and which bytes of its inner form the cell is.

        Args:
            number: the version, None for the newest.
            row, column: the cell, from 1.

        Raises UnknownVersion, CellOutOfRange.
        """
        version = self._version(number)
        with self._store.lease(version.key, version.edition):
            return version, await self._pages.cell(self._uuid, Sheet(version), row, column)

    async def keep_view(self, number: int | None, text: str) -> str:
        """Keep a view that is too long for an address; return the query string that stands for it."""
        version = self._version(number)
        with self._store.lease(version.key, version.edition):
            return await self._views.keep(self._uuid, version, text)

    async def values(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        column: str,
        text: str,
        listed: Sequence[str] | None,
        *,
        is_sampled: bool = False,
    ) -> Values:
        """Count the values of a column in a view that hold a text; with ``listed``, those of this list."""
        version, view = await self._view(number, pairs)
        return await self._views.values(self._uuid, version, view, column, text, listed, is_sampled=is_sampled)

    async def hits(
        self,
        number: int | None,
        pairs: Sequence[tuple[str, str]],
        place: int,
        grow: Callable[[RowHits], None] | None = None,
    ) -> RowHits:
        """Find the rows of a view that its search finds, seen from a place in it, counted from 0."""
        version, view = await self._view(number, pairs)
        return await self._views.hits(self._uuid, version, view, place, grow)

    async def profile(
        self, number: int | None, pairs: Sequence[tuple[str, str]], column: str, *, is_sampled: bool = False
    ) -> Profile:
        """Describe a column of a view in figures."""
        version, view = await self._view(number, pairs)
        return await self._views.profile(self._uuid, version, view, column, is_sampled=is_sampled)

    async def shapes(
        self, number: int | None, pairs: Sequence[tuple[str, str]], columns: range, *, is_sampled: bool = False
    ) -> Shapes:
        """Return the shapes of some columns, from 0, in a view."""
        version, view = await self._view(number, pairs)
        within = range(min(columns.start, version.columns), min(columns.stop, version.columns))
        return await self._views.shapes(self._uuid, version, view, within, is_sampled=is_sampled)

    async def crossed(self, number: int | None, pairs: Sequence[tuple[str, str]], by: str, columns: range) -> Crossed:
        """Return the shapes of some columns, from 0, by the bins of the column ``by``."""
        version, view = await self._view(number, pairs)
        within = range(min(columns.start, version.columns), min(columns.stop, version.columns))
        return await self._views.crossed(self._uuid, version, view, by, within)

    async def plot(
        self, number: int | None, pairs: Sequence[tuple[str, str]], kind: str, x: str, y: str | None
    ) -> Plot:
        """Return what a plot of a view is drawn from."""
        version, view = await self._view(number, pairs)
        return await self._views.plot(self._uuid, version, view, kind, x, y)

    async def exported(self, number: int | None, pairs: Sequence[tuple[str, str]], form: ExportForm) -> ExportedView:
        """Return the view that is to be taken away. Raises UnknownVersion, StillArriving, BadView, BadRequest."""
        if not self._version(number).complete:
            raise StillArriving
        version, view = await self._view(number, pairs)
        names = await self._views.names(self._uuid, version)
        check_width(form, view, names)
        return ExportedView(version, view, names, form)

    def export(self, exported: ExportedView) -> AsyncGenerator[bytes]:
        """Yield its file, while it is written."""
        return self._views.exports.pieces(self._uuid, exported)

    async def make_file(self, exported: ExportedView) -> MadeFile:
        """Make its file, and keep it for a while."""
        name, size = await self._views.make_file(self._uuid, exported)
        text = await self._views.write(self._uuid, exported.version, exported.view)
        return MadeFile(self._uuid, exported.version.number, text, name, size)

    def made_file(self, name: str) -> AbstractContextManager[KeptFile]:
        """Keep a file that was made as long as the context. Raises UnknownFile."""
        return self._views.exports.kept(self._uuid, name)

    async def overview(self, number: int | None, pairs: Sequence[tuple[str, str]], columns: range) -> Overview:
        """Describe many columns, from 0, in a view."""
        version, view = await self._view(number, pairs)
        within = range(min(columns.start, version.columns), min(columns.stop, version.columns))
        return await self._views.overview(self._uuid, version, view, within)

    async def changes(self, number: int | None, pairs: Sequence[tuple[str, str]], rows: int | None) -> ViewChanges:
        """Compare a view of the version that a link was made on with the same question of the newest one.

        ``rows`` says how many rows the view had then, where the link tells.
        """
        new = self._version(None)
        try:
            old = self._version(number)
        except UnknownVersion:
            old = None
        if old is not None and old.number != new.number:
            return await self._compared(old, new, pairs)
        with self._store.lease(new.key, new.edition):
            view = await self._views.parse(self._uuid, new, pairs)
            text, sheet = await self._views.write(self._uuid, new, view), await self._views.sheet(self._uuid, new, view)
        was = None if old is None else text
        return ViewChanges(self._uuid, number or new.number, was, rows, new.number, text, sheet.rows, [], None, None)

    async def _compared(self, old: Version, new: Version, pairs: Sequence[tuple[str, str]]) -> ViewChanges:
        with self._store.lease(old.key, old.edition), self._store.lease(new.key, new.edition):
            view = await self._views.parse(self._uuid, old, pairs)
            was = await self._views.write(self._uuid, old, view)
            moved, gone = await self._views.rebase(self._uuid, was, old, new)
            before = await self._views.sheet(self._uuid, old, view)
            after = await self._views.sheet(self._uuid, new, moved)
            counted = await self._comparisons.count(before, after, view.columns)
            more, fewer = counted or (None, None)
            text = await self._views.write(self._uuid, new, moved)
        return ViewChanges(
            self._uuid, old.number, was, before.rows, new.number, text, after.rows, list(gone), more, fewer
        )

    async def _view(self, number: int | None, pairs: Sequence[tuple[str, str]]) -> tuple[Version, View]:
        version = self._version(number)
        with self._store.lease(version.key, version.edition):
            return version, await self._views.parse(self._uuid, version, pairs)

    async def question(self, number: int | None, pairs: Sequence[tuple[str, str]]) -> tuple[View, ColumnNames]:
        """The view that the parameters of a query say, and the names of its columns. Raises UnknownVersion, BadView."""
        version, view = await self._view(number, pairs)
        with self._store.lease(version.key, version.edition):
            return view, await self._views.names(self._uuid, version)
