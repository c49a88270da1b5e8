"""Older versions: list them, show one of them, and make one current again."""

from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import SHARED_ROWS, parse_number, query_number, query_pairs
from pagecast.edges.http.table_api import ApiHandler
from pagecast.edges.http.viewer_page import question_words
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.tables import KeptVersions
from pagecast.table.html_page import html_page_of, visible_text
from pagecast.view.names import RESERVED
from pagecast.view.sentence import sentence


class VersionsHandler(ApiHandler):
    """`/parser/<uuid>/versions`: GET lists the versions that are kept, POST makes one of them current for everyone.

    With `?version=2&page_no=3` GET shows one page of a version, and moves nobody. Other parameters are a view of it.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            room, link = visit.room, visit.link
            number, page_no = query_number(self, "version"), query_number(self, "page_no") or 1
            pairs = query_pairs(self, *RESERVED, SHARED_ROWS)
            kept = room.versions
            shown = {
                "kept": kept,
                "visible_text": visible_text,
                "path": self.home + uuid,
                "may_restore": not link.reads_only,
            }
            if number is not None:
                version = room.version(number)
                if pairs:
                    page = await self.wanted(room.view_page(number, pairs, page_no, chosen=True))
                    view, names = await room.answers.question(number, pairs)
                    words = sentence(view, names, self.language)
                else:
                    page, words = await room.page_of(number, page_no), ""
                sheet = html_page_of(version, page)
                question = question_words(version, sheet, words, self.language)
                shown |= {"version": version, "sheet": sheet, "question": question}
        if number is not None or "text/html" in self.request.headers.get("Accept", ""):
            self.set_header("Cache-Control", "no-cache")
            self.show_page("versions.html", **{"version": None, "sheet": None, "orders": (), "question": ""} | shown)
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
        link = self.home + visit.room.uuid
        if "text/html" in self.request.headers.get("Accept", ""):
            self.redirect(link, status=303)
        else:
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{self.origin}{link}\n")
