"""The door for people: a table as a page, there to be read before any script has run, and without one."""

from typing import Any

from pagecast.edges.http.web import TableHandler, refusing
from pagecast.protocol.errors import BadPageNumber, PageOutOfRange
from pagecast.protocol.plain import page_number
from pagecast.table.encoding import ENCODINGS, encoding_label
from pagecast.table.html_page import HtmlPage, html_page_of, visible_text
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW

MOST_DESCRIBED = 300
"""Letters of the columns' names that a preview of a link is given."""

NAMES = {name: encoding_label(name) for name in ENCODINGS}
"""What people call the encodings that they may choose."""


class ReadingHandler(TableHandler):
    """GET of `/parser/` and of `/parser/<uuid>`, by itself or as `?page_no=3&version=2`: where a browser was.

    Where all see another version now, that page means nothing. `?version=2` alone is a link to that version, which is
    at `versions` where it is an older one.
    """

    async def get(self, name: str) -> None:
        """Show the first screen, or a document on the page that is asked for, else on the room's."""
        if not name:
            self._show("Pagecast", self.language.phrase("invitation"))
            return
        sentence = ""
        async with refusing(), self.visited(name) as link:
            newest = self.library.newest(link.uuid)
            wanted, asked = (self.get_query_argument(key, None, strip=False) for key in ("version", "page_no"))
            is_other = wanted is not None and wanted != (str(newest.number) if newest else "1")
            if is_other and asked is None:
                self.redirect(f"/parser/{name}/versions?{self.request.query}")
                return
            try:
                page_no = None if asked is None or is_other else page_number(asked)
                page = await self.library.page(link.uuid, page_no, FIRST_WINDOW)
            except (BadPageNumber, PageOutOfRange) as error:
                self.set_status(error.status)
                sentence = self.language.failure(error)
                page = await self.library.page(link.uuid, None, FIRST_WINDOW)
            version = self.library.newest(link.uuid)
        if version is None or version.number != page.version or not page.data:
            self._show("Pagecast", self.language.phrase("soonHere"))
        else:
            self._show_sheet(version, html_page_of(version, page), f"/parser/{name}", sentence)

    head = get

    def _show_sheet(self, version: Version, sheet: HtmlPage, path: str, sentence: str) -> None:
        phrase, name = self.language.phrase, visible_text(version.name, MOST_DESCRIBED)
        rows, columns = phrase("rows", n=version.rows), phrase("columns", n=version.columns)
        names = visible_text(" · ".join(sheet.header), MOST_DESCRIBED)
        self._show(
            f"{name} · {phrase('page', n=sheet.page_no)} · Pagecast",
            phrase("aTable", rows=rows, columns=columns, names=names) if names else f"{rows} · {columns}",
            name=name,
            facts=f"{rows} · {columns}",
            path=path,
            sheet=sheet,
            sentence=sentence,
        )

    def _show(self, title: str, description: str, **values: Any) -> None:
        self.set_header("Cache-Control", "no-cache")
        nothing = {"name": "Pagecast", "facts": "", "path": "/parser", "sheet": None, "sentence": ""}
        lists = {"encodings": NAMES, "actions": self.language.actions}
        self.show_page("index.html", title=title, description=description, **nothing | lists | values)
