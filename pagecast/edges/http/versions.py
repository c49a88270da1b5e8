"""The doors to older versions: which are kept, one of them by itself, and one made current again."""

import json

from pagecast.edges.http.table_api import PartHandler
from pagecast.edges.http.web import refusing, whole_number
from pagecast.table.html_page import html_page_of


class VersionsHandler(PartHandler):
    """`/parser/<uuid>/versions`: GET tells which versions are kept, POST makes one of them current for everyone.

    With `?version=2&page_no=3`, one of them as a page that moves nobody.
    """

    async def get(self, uuid: str) -> None:
        async with refusing(), self.visited(uuid) as link:
            self.check_query("version", "page_no")
            number, page_no = self.number("version"), self.number("page_no") or 1
            kept = self.library.versions(link.uuid)
            shown = {"kept": kept, "path": f"/parser/{uuid}", "may_restore": not link.reads_only}
            if number is not None:
                version = self.library.version(link.uuid, number)
                page = await self.library.page_of(link.uuid, number, page_no)
                shown |= {"version": version, "sheet": html_page_of(version, page)}
        self.set_header("Cache-Control", "no-cache")
        if number is not None or "text/html" in self.request.headers.get("Accept", ""):
            self.show_page("versions.html", **{"version": None, "sheet": None} | shown)
            return
        self.set_header("Content-Type", "application/json; charset=utf-8")
        told = [
            {"version": v.number, "name": v.name, "created": v.created, "size": v.received, "rows": v.rows}
            for v in kept
        ]
        self.finish(json.dumps({"uuid": link.shown, "versions": told}, ensure_ascii=False, separators=(",", ":")))

    head = get

    async def post(self, uuid: str) -> None:
        async with refusing():
            own = await self.library.enter(uuid)
            try:
                number = whole_number("version", self.get_argument("version", "", strip=False))
                await self.library.restore(own, number or 0)
            finally:
                await self.library.leave(own)
        link = f"/parser/{own}"
        if "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(link, status=303)
        else:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{self.request.protocol}://{self.request.host}{link}\n")
