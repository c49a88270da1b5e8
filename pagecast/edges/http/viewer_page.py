"""The page for people: the first screen, or a table that can be read before any script has run, and without one."""

import json
from collections.abc import Iterable
from typing import Any

from pagecast.edges.http.base import APPEARANCE_COOKIE, APPEARANCE_WORDS, BaseHandler
from pagecast.edges.http.errors import http_errors
from pagecast.protocol.errors import BadPageNumber, PageOutOfRange
from pagecast.protocol.language import Language
from pagecast.protocol.plain import page_number
from pagecast.table.encoding import ENCODINGS, encoding_label
from pagecast.table.html_page import HtmlPage, html_page_of, visible_text
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW

MAX_DESCRIPTION = 300
"""Characters of column names in the preview of a link."""

FOR_GOOD_DAYS = 36_500
"""Nobody counts on a table for longer than this."""

APPEARANCE_FIELDS = ("theme", "spacing", "cells", "longText", "textSize", "language")
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
    "suggested", "settings", "gather", "noAnswer", "unanswered", "stop",
    "chooseAgain", "uploadLeft", "youReadThis",
    "wholeTable", "noRow",
    "anotherView",
)
# fmt: on
"""The texts of the scripts that have no parameters. The page brings them in its language."""


class ViewerPageHandler(BaseHandler):
    """`GET /parser/` and `GET /parser/<uuid>?page_no=3&version=2`.

    A browser keeps the page and version it was on in its address. If that version is not the newest any more, its page
    number means nothing, and the room's page is shown. `?version=2` alone is a link to a version: if it is an older
    one, it redirects to `versions`.
    """

    async def get(self, name: str) -> None:
        """Show the first screen if the name is empty, else the document with this UUID."""
        if self.get_query_argument("_look", ""):
            self._keep_appearance()
            return
        if not name:
            self._show("Pagecast", self.language.phrase("invitation"))
            return
        sentence = ""
        async with http_errors(), await self.context.library.visit(name) as visit:
            room = visit.room
            newest = room.newest
            wanted, asked = (self.get_query_argument(key, None, strip=False) for key in ("version", "page_no"))
            is_other = wanted is not None and wanted != (str(newest.number) if newest else "1")
            if is_other and asked is None:
                self.redirect(f"/parser/{name}/versions?{self.request.query}")
                return
            try:
                page_no = None if asked is None or is_other else page_number(asked)
                page = await room.page(page_no, FIRST_WINDOW)
            except (BadPageNumber, PageOutOfRange) as error:
                self.set_status(error.status)
                sentence = self.language.failure(error)
                page = await room.page(None, FIRST_WINDOW)
            version = room.newest
        if version is None or version.number != page.version or not page.data:
            self._show("Pagecast", self.language.phrase("soonHere"))
        else:
            self._show_table(version, html_page_of(version, page), f"/parser/{name}", sentence)

    head = get

    def _keep_appearance(self) -> None:
        """Keep what the form of the settings says, which a browser without scripts sends, and show the page again."""
        words = [self.get_query_argument(field, "") for field in APPEARANCE_FIELDS]
        chosen = ".".join(word for word in words if word in APPEARANCE_WORDS)
        self.set_cookie(APPEARANCE_COOKIE, chosen, expires_days=365, samesite="lax")
        self.redirect(self.request.path, status=303)

    def _show_table(self, version: Version, sheet: HtmlPage, path: str, sentence: str) -> None:
        """Show a page of a table. ``sentence`` is an error, or empty."""
        phrase, name = self.language.phrase, visible_text(version.name, MAX_DESCRIPTION)
        rows, columns = phrase("rows", n=version.rows), phrase("columns", n=version.columns)
        names = visible_text(" · ".join(sheet.header), MAX_DESCRIPTION)
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
        """Show index.html. ``values`` are the template's variables that differ from an empty table's."""
        self.set_header("Cache-Control", "no-cache")
        empty = {"name": "Pagecast", "facts": "", "path": "/parser", "sheet": None, "sentence": ""}
        words = self.language.words
        shown = {
            "title": title,
            "description": description,
            "encodings": ENCODING_NAMES,
            "plain_words": json.dumps({key: words[key] for key in PLAIN_WORDS}, ensure_ascii=False),
            "synonyms": lambda action: synonyms(self.context.languages.values(), action),
            "kept": kept_words(self.language, self.context.keep_days),
            "by_hand": lambda action: words.get(action.replace("do", "hand", 1), ""),
        }
        self.show_page("index.html", **shown | empty | values)


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
