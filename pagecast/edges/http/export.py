"""Download a view of a table as a file: its rows in its order, its columns, in one of several formats."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import ClassVar

from tornado.iostream import StreamClosedError

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.download import RangesHandler, attachment
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import query_number, query_pairs
from pagecast.edges.http.table_api import ApiHandler
from pagecast.ports.rooms import ExportedView, TableAnswers
from pagecast.protocol.errors import UnknownFile
from pagecast.protocol.language import Language
from pagecast.view.exports import FORMATS, parse_form
from pagecast.view.sentence import sentence

OPTIONS = ("format", "spreadsheet", "row_numbers", "types", "names")
"""The parameters that choose how the file is written."""

MEDIA_TYPES = {
    "tsv": "text/tab-separated-values; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}

NAME_BYTES = 200
"""Bytes of the longest file name: most file systems take 255."""

_ending = re.compile(r"(?:\.(?:tsv|tab|csv|txt|jsonl|ndjson|json|xlsx|parquet|gz|bz2|xz|zst|zip|tar|tgz)){1,3}$", re.I)
_unsafe = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069/\\:*?"<>|]+')


class ExportHandler(ApiHandler):
    """`/parser/<uuid>/export?format=csv&version=2`: a view as a file. The parameters beside OPTIONS are the view.

    A GET sends it while it is written. A POST makes it first: it is answered with where it can be downloaded.
    """

    given: ClassVar[tuple[str, ...]] = (*OPTIONS, "version")

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            answers = visit.room.answers
            exported = await self.wanted(self._exported(answers))
            async with aclosing(answers.export(exported)) as pieces:
                set_file_headers(self, exported)
                self.set_header("Cache-Control", "no-cache")
                if self.request.method == "GET":
                    piece = await self.wanted(_next(pieces))
                    with suppress(StreamClosedError):
                        while piece:
                            self.write(piece)
                            await self.flush()
                            piece = await self.wanted(_next(pieces))

    head = get

    async def post(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            answers = visit.room.answers
            exported = await self.wanted(self._exported(answers))
            await self.finish_answer(
                visit, exported.version.number, "export", lambda tell: answers.telling(tell).make_file(exported)
            )

    def compute_etag(self) -> None:
        """Return no tag: the file is never held as a whole."""

    async def _exported(self, answers: TableAnswers) -> ExportedView:
        given = self.request.query_arguments
        form = parse_form({name: self.decode_argument(given[name][-1], name) for name in OPTIONS if name in given})
        return await answers.exported(query_number(self, "version"), query_pairs(self, *self.given), form)


class MadeFileHandler(RangesHandler):
    """`/parser/<uuid>/files/<name>`: a file that a POST to `export` has made, or a range of it.

    With the query of that POST, a file that is not kept any more, or by another process, is made again.
    """

    async def get(self, uuid: str, name: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            try:
                with visit.room.answers.made_file(name) as file:
                    set_file_headers(self, file.exported)
                    await self.send_file(file.size, f'"{name}"', file.read)
            except UnknownFile:
                if not self.request.query:
                    raise
                self.set_status(303)
                self.set_header("Location", f"../export?{self.request.query}")

    head = get


async def _next(pieces: AsyncGenerator[bytes]) -> bytes:
    return await anext(pieces, b"")


def set_file_headers(handler: BaseHandler, exported: ExportedView) -> None:
    """Set the headers that say what a file is."""
    handler.set_header("Content-Type", MEDIA_TYPES[exported.form.format])
    handler.set_header("Content-Disposition", attachment(file_name(exported, handler.language)))
    handler.set_header("Vary", "Accept-Language, Cookie")


def file_name(exported: ExportedView, language: Language) -> str:
    """Return a name for a view's file that says which view it is.

    A long one is cut at its end, before the ending.
    """
    kind = exported.form.format
    assert kind in FORMATS
    stem = _ending.sub("", exported.version.name) or "table"
    said = sentence(exported.view, exported.names, language)
    name = _unsafe.sub("_", f"{stem} · {said}" if said else stem)
    room = NAME_BYTES - len(kind) - 1
    if len(name.encode()) > room:
        name = name.encode()[: room - len("…".encode())].decode("utf-8", "ignore") + "…"
    return f"{name.strip(' .')}.{kind}"
