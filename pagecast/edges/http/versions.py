"""Older versions: list them, show one of them, and make one current again."""

from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import check_names, parse_number, query_number
from pagecast.edges.http.table_api import ApiHandler
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.tables import KeptVersions
from pagecast.table.html_page import html_page_of, visible_text


class VersionsHandler(ApiHandler):
    """`/parser/<uuid>/versions`: GET lists the versions that are kept, POST makes one of them current for everyone.

    With `?version=2&page_no=3` GET shows one page of a version, and moves nobody.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            room, link = visit.room, visit.link
            check_names(self, "version", "page_no")
            number, page_no = query_number(self, "version"), query_number(self, "page_no") or 1
            kept = room.versions
            shown = {
                "kept": kept,
                "visible_text": visible_text,
                "path": f"/parser/{uuid}",
                "may_restore": not link.reads_only,
            }
            if number is not None:
                version = room.version(number)
                page = await room.page_of(number, page_no)
                shown |= {"version": version, "sheet": html_page_of(version, page)}
        if number is not None or "text/html" in self.request.headers.get("Accept", ""):
            self.set_header("Cache-Control", "no-cache")
            self.show_page("versions.html", **{"version": None, "sheet": None} | shown)
            return
        listed = KeptVersions(link.shown, tuple(version.kept() for version in kept))
        self.finish_json(encode_frame(listed))

    head = get

    async def post(self, uuid: str) -> None:
        """Make the version in the form field `version` current. Answers with the link, or leads a browser to it.

        The form field `viewer` names the viewer who asks, as `welcome` named it; it may be missing.
        """
        async with http_errors(), await self.context.library.enter(uuid) as visit:
            number = parse_number("version", self.get_argument("version", "", strip=False))
            await visit.room.restore(number or 0, self.get_argument("viewer", ""))
        link = f"/parser/{visit.room.uuid}"
        if "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(link, status=303)
        else:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{self.request.protocol}://{self.request.host}{link}\n")
