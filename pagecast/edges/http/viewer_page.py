"""The page for people: the first screen, or a table that can be read before any script has run, and without one."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from pagecast.edges.http.base import APPEARANCE_COOKIE, APPEARANCE_WORDS, CONTENT_SECURITY_POLICY, BaseHandler
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import SHARED_ROWS, query_count, query_pairs
from pagecast.ports.rooms import DocumentRoom
from pagecast.protocol.errors import BadPageNumber, BadView, PageOutOfRange, QueryFailed, QueryTooLarge, ServerBusy
from pagecast.protocol.language import Language
from pagecast.protocol.link import Link
from pagecast.protocol.plain import page_number
from pagecast.protocol.summaries import ViewChanges
from pagecast.protocol.tables import Page
from pagecast.table.encoding import ENCODINGS, encoding_label
from pagecast.table.html_page import HtmlPage, html_page_of, visible_text
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW
from pagecast.view.names import RESERVED
from pagecast.view.ordering import OrderLink, order_links
from pagecast.view.percent import read_pairs, write_pairs
from pagecast.view.sentence import changes_words
from pagecast.view.sentence import sentence as sentence_of
from pagecast.view.view import WHOLE

MAX_DESCRIPTION = 300
"""Characters of column names in the preview of a link."""

PATIENCE_S = 5
"""Seconds that a browser waits for a page of a view. One with scripts asks for it again by itself."""

MAX_LINKED = 2000
"""Characters of a view that the names of columns lead on from: each of them holds it."""

FOR_GOOD_DAYS = 36_500
"""Nobody counts on a table for longer than this."""

APPEARANCE_FIELDS = ("theme", "spacing", "cells", "longText", "textSize", "columnHeads", "language")
"""The fields of the settings. Each has one of APPEARANCE_WORDS, or is empty for the default."""

ENCODING_NAMES = {name: encoding_label(name) for name in ENCODINGS}
"""The encodings that people may choose, with the names they know."""


# fmt: off
PLAIN_WORDS = (
    "tagline", "me", "you", "someone", "cancel", "pause", "goOn", "close", "showIt", "copied", "table", "row",
    "openAlone", "makeCurrent", "isCurrent", "justNow", "unaltered", "asChosen", "notAsChosen", "readAs", "back",
    "tryNow", "live", "offline", "noPlace", "closed", "connecting", "lostNow", "browseAlone", "roomNowhere",
    "followsYou",
    "chooseName", "present", "letGo", "letGoHint", "askToPresent", "askedToPresent", "handOver", "onlyYouTurn", "talk",
    "stepThrough", "stepNext", "stepDone", "goThere", "allRegular", "noMatch", "noNumbers", "asText", "unpinColumn",
    "unwrapColumn", "noMatchLoaded", "searching", "columnsReset", "reordered", "pinned", "noColumn",
    "copyByHand", "readAnew", "noSuchTable", "tableClosed", "firstRows", "noTable", "unreachable", "opening",
    "full", "nobodyPresents", "dropNext", "dropFirst", "badPage", "several", "folder", "nothing",
    "emptyFile", "emptyPaste", "busy", "unreadable", "notTaken", "wontHash", "noSample", "outdated",
    "readOnlyWhy", "pickFirst", "cellMenu", "unevenCopy", "copyAgain", "copyTooMuch", "copyFailed", "copiedPlace",
    "showPasted", "askColumn", "askRow", "askAction", "undoForAll", "lookEarlier", "rejoin",
    "suggested", "settings", "gather", "noAnswer", "unanswered", "stop", "searchRows",
    "chooseAgain", "uploadLeft", "youReadThis", "copyColumn", "copyColumnNamed", "linkColumn", "loadingPrint",
    "wholeTable", "wholeTableAgain", "noRow", "stillLooking", "offerView", "lookAlone", "forAll", "apply", "undo",
    "oneOf", "noneOf", "anotherView",
)
# fmt: on
"""The texts of the scripts that have no parameters. The page brings them in its language."""


class ViewerPageHandler(BaseHandler):
    """`GET /parser/` and `GET /parser/<uuid>?page_no=3&version=2`. All other parameters are a view.

    A browser keeps the page and version it was on in its address. If that version is not the newest any more, its page
    number means nothing, and the room's page is shown; with a view, the same question of the newest version, and what
    has changed since. `?version=2` without a page is a link to a version: if it is an older one, it redirects to
    `versions`.
    """

    is_embeddable = False
    """Whether another site may show this page in a frame. Its links to the first screen then leave the frame."""

    async def get(self, name: str) -> None:
        """Show the first screen if the name is empty, else the document with this UUID."""
        if self.get_query_argument("_look", ""):
            self._keep_appearance(name)
            return
        if not name:
            self.show_start()
            return
        sentence = ""
        async with http_errors(), await self.context.library.visit(name) as visit:
            self._allow_frames(visit.link)
            room = visit.room
            newest = room.newest
            wanted, asked = (self.get_query_argument(key, None, strip=False) for key in ("version", "page_no"))
            is_other = wanted is not None and wanted != (str(newest.number) if newest else "1")
            since = None
            try:
                pairs = query_pairs(self, *RESERVED, SHARED_ROWS)
                if wanted is not None and is_other and asked is None:
                    self.redirect(f"{self.home}{name}/versions?{write_pairs([('version', wanted), *pairs])}")
                    return
                page_no = None if asked is None or is_other else page_number(asked)
                if pairs:
                    since = await self._since(room, wanted, pairs)
                    pairs = list(read_pairs(since.newest_view))
                page = await self._page(room, pairs, page_no)
            except (BadPageNumber, PageOutOfRange, BadView, QueryFailed, QueryTooLarge, ServerBusy) as error:
                self.set_status(error.status)
                sentence = self.language.failure(error)
                page = await room.page(None, FIRST_WINDOW)
            version = room.newest
            if version is None or version.number != page.version or not (page.data or isinstance(page.view, str)):
                self._show("Pagecast", self.language.phrase("soonHere"))
                return
            shown = read_pairs(page.view) if isinstance(page.view, str) else ()
            view, names = await room.answers.question(None, list(shown)) if version.complete else (WHOLE, None)
        sheet = html_page_of(version, page)
        has_links = names is not None and sheet.header and len(sheet.view) < MAX_LINKED
        orders = order_links(view, names, sheet.numbers) if names and has_links else []
        words = sentence_of(view, names, self.language) if names else ""
        self._show_table(version, sheet, self.home + name, sentence=sentence, words=words, orders=orders, since=since)

    head = get

    def _allow_frames(self, link: Link) -> None:
        """Let some sites embed a read-only page. Nobody can be led to change anything there (clickjacking)."""
        if link.reads_only and self.context.allow_frame:
            self.set_header("Content-Security-Policy", CONTENT_SECURITY_POLICY + " ".join(self.context.allow_frame))
            self.is_embeddable = True

    async def _since(self, room: DocumentRoom, wanted: str | None, pairs: list[tuple[str, str]]) -> ViewChanges:
        """Return what has become of a link's view since it was made."""
        number = int(wanted) if wanted and wanted.isdecimal() and wanted.isascii() else None
        changes = room.answers.changes(number, pairs, query_count(self, SHARED_ROWS))
        try:
            return await asyncio.wait_for(changes, PATIENCE_S)
        except TimeoutError:
            raise ServerBusy from None

    async def _page(self, room: DocumentRoom, pairs: list[tuple[str, str]], page_no: int | None) -> Page:
        """The page that a browser asks for: of a view, if that is found soon."""
        if not pairs:
            page = await (room.page_on_screen(FIRST_WINDOW) if page_no is None else room.page(page_no, FIRST_WINDOW))
            pairs, page_no = list(read_pairs(page.view)) if isinstance(page.view, str) else [], page.page_no
            if all(name != "_col" for name, _ in pairs):
                return page
        try:
            asked = room.view_page(None, pairs, page_no or 1, FIRST_WINDOW, chosen=True)
            return await asyncio.wait_for(asked, PATIENCE_S)
        except TimeoutError:
            raise ServerBusy from None

    def _keep_appearance(self, name: str) -> None:
        """Keep what the form of the settings says, which a browser without scripts sends, and show the page again."""
        words = [self.get_query_argument(field, "") for field in APPEARANCE_FIELDS]
        chosen = ".".join(word for word in words if word in APPEARANCE_WORDS)
        path = f"{self.context.base_path}/"
        self.set_cookie(APPEARANCE_COOKIE, chosen, expires_days=365, samesite="lax", path=path)
        self.redirect(self.home + name, status=303)

    def _show_table(
        self,
        version: Version,
        sheet: HtmlPage,
        path: str,
        *,
        sentence: str,
        words: str,
        orders: list[OrderLink],
        since: ViewChanges | None,
    ) -> None:
        """Show a page of a table.

        Args:
            version: of the table.
            sheet: the page.
            path: the address of the table.
            sentence: an error, or empty.
            words: the view in words; empty for the whole table.
            orders: the addresses of the names of the columns, if they are links.
            since: the changes of the view since its link was made, if it came by one.
        """
        phrase, name = self.language.phrase, visible_text(version.name, MAX_DESCRIPTION)
        rows, columns = phrase("rows", n=version.rows), phrase("columns", n=version.columns)
        names = visible_text(" · ".join(sheet.header), MAX_DESCRIPTION)
        question = question_words(version, sheet, words, self.language)
        earlier = f"{path}/versions?version={since.version}&{since.view}" if since and since.view else ""
        about = phrase("aTable", rows=rows, columns=columns, names=names) if names else f"{rows} · {columns}"
        self._show(
            " · ".join(filter(None, (question, name, phrase("page", n=sheet.page_no), "Pagecast"))),
            f"{question} · {about}" if question else about,
            name=name,
            facts=f"{rows} · {columns}",
            path=path,
            sheet=sheet,
            sentence=sentence,
            question=question,
            orders=orders,
            shared=changes_words(since, self.language) if since else "",
            earlier=(since.version, earlier) if since and since.version != since.newest and earlier else None,
        )

    def show_start(self, wrong: str = "") -> None:
        """Show the first screen. ``wrong`` says what was wrong with the token that was entered."""
        self._show("Pagecast", self.language.phrase("invitation"), wrong=wrong)

    def _show(self, title: str, description: str, **values: Any) -> None:
        """Show index.html. ``values`` are the template's variables that differ from an empty table's."""
        self.set_header("Cache-Control", "no-cache")
        empty: dict[str, Any] = {"name": "Pagecast", "facts": "", "path": self.home.rstrip("/"), "sheet": None}
        empty |= {"sentence": "", "question": "", "orders": [], "shared": "", "earlier": None, "wrong": ""}
        refusal = self.refusal()
        words = self.language.words
        shown = {
            "title": title,
            "refusal": refusal.code if refusal else "",
            "target": "_top" if self.is_embeddable else "",
            "takes_token": self.context.authors.takes_token,
            "description": description,
            "encodings": ENCODING_NAMES,
            "plain_words": json.dumps({key: words[key] for key in PLAIN_WORDS}, ensure_ascii=False),
            "synonyms": lambda action: synonyms(self.context.languages.values(), action),
            "kept": kept_words(self.language, self.context.keep_days),
            "by_hand": lambda action: words.get(action.replace("do", "hand", 1), ""),
        }
        self.show_page("index.html", **shown | empty | values)


def question_words(version: Version, sheet: HtmlPage, words: str, language: Language) -> str:
    """Say how many rows a view has, and which (``words``); nothing for the whole table."""
    if not sheet.view:
        return ""
    phrase, total = language.phrase, version.rows - version.preamble - version.dialect.header
    count = phrase("rows", n=max(total, sheet.rows))
    rows = phrase("countOf", n=sheet.rows, rows=count) if sheet.rows < total else count
    return phrase("whichRows", rows=rows, which=words) if words else rows


def synonyms(languages: Iterable[Language], action: str) -> str:
    """Return the names of an action in all languages, and other words for it: people type any of them.

    >>> synonyms([Language({"doFind": "find", "alsoFind": "search"}), Language({"doFind": "查找"})], "doFind")
    'find search 查找'
    """
    keys = action, action.replace("do", "also", 1)
    return " ".join(language.words[key] for language in languages for key in keys if key in language.words)


def kept_words(language: Language, days: float) -> str:
    """Say for how many days a document is kept that nobody opens, and nothing if they are more than anyone counts on.

    >>> english = Language({"keptHours": "{n} hour|{n} hours", "keptDays": "{n} day|{n} days"})
    >>> kept_words(english, 0.04), kept_words(english, 30.5), kept_words(english, 1e6)
    ('1 hour', '30 days', '')
    """
    if days > FOR_GOOD_DAYS:
        return ""
    if days < 2:
        return language.phrase("keptHours", n=max(1, round(24 * days)))
    return language.phrase("keptDays", n=int(days))
