"""Parse a document's file again with other choices, without uploading it again."""

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import query_choices
from pagecast.protocol.codec import encode_frame


class ReparseHandler(BaseHandler):
    """`POST /parser/<uuid>/read?delimiter=,`: parses the newest version again, and answers with what was found."""

    async def post(self, uuid: str) -> None:
        async with http_errors():
            version = await self.context.reparsing.read(uuid, None, query_choices(self))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(encode_frame(version.frame(uuid, 0)))
