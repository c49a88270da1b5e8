"""The page's own files."""

import tornado.web

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.http.compression import accepts_gzip


class StaticHandler(BaseHandler):
    """`/parser/static/<digest>/<path>`: a file that browsers may keep for good, since a change moves it elsewhere."""

    names_secret = False

    def get(self, path: str) -> None:
        file = self.context.static_files.files.get(path)
        if file is None:
            raise tornado.web.HTTPError(404)
        as_gzip = accepts_gzip(self.request.headers.get("Accept-Encoding", ""))
        self.set_header("Content-Type", file.media_type)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("ETag", f'"{file.tag}-gzip"' if as_gzip else f'"{file.tag}"')
        if self.check_etag_header():
            self.set_status(304)
            return
        if as_gzip:
            self.set_header("Content-Encoding", "gzip")
        self.finish(file.gzipped if as_gzip else file.data)

    head = get

    def compute_etag(self) -> None:
        """Return no tag: ``get`` has set the file's own."""
