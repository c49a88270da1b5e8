"""The routes: which handler answers at which path."""

import re

from tornado.web import RequestHandler

from pagecast.edges.http.document import DocumentHandler
from pagecast.edges.http.download import DownloadHandler
from pagecast.edges.http.export import ExportHandler, MadeFileHandler
from pagecast.edges.http.operators import HealthHandler, MetricsHandler, ReadyHandler
from pagecast.edges.http.redirects import OldLinkHandler, RootHandler
from pagecast.edges.http.reparse import ReparseHandler
from pagecast.edges.http.static import StaticHandler
from pagecast.edges.http.summaries_api import (
    ChangesHandler,
    CrossedHandler,
    HitsHandler,
    OverviewHandler,
    PlotHandler,
    ProfileHandler,
    ShapesHandler,
    ValuesHandler,
    ViewsHandler,
)
from pagecast.edges.http.table_api import CellHandler, ColumnsHandler, FindHandler, InfoHandler, RowsHandler
from pagecast.edges.http.token import TokenHandler
from pagecast.edges.http.tus import TusHandler
from pagecast.edges.http.versions import VersionsHandler
from pagecast.edges.websocket.handler import SocketHandler
from pagecast.edges.websocket.upload import UploadHandler

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""A document's UUID as a regular expression."""


Route = tuple[str, type[RequestHandler]]


def routes_below(base_path: str, viewer_handler: type[SocketHandler], static_path: str) -> list[Route]:
    """Return all routes, also with ``base_path`` before them: some proxies take it away, and some do not."""
    prefix = f"(?:{re.escape(base_path)})?" if base_path else ""
    return [(prefix + pattern, handler) for pattern, handler in routes(viewer_handler, static_path)]


def routes(viewer_handler: type[SocketHandler], static_path: str) -> list[Route]:
    """Return all routes. The first whose pattern matches the path wins.

    ``viewer_handler`` serves the viewers' WebSockets; ``static_path`` is where the page's own files are.
    """
    return [
        (r"/", RootHandler),
        (r"/parser", RootHandler),
        (r"/parser/ws", viewer_handler),
        (r"/parser/ws/upload", UploadHandler),
        (r"/parser/ws/([^/]*)/upload", UploadHandler),
        (r"/parser/ws/([^/]*)", viewer_handler),
        (static_path + r"/(.*)", StaticHandler),
        (r"/parser/upload/token", TokenHandler),
        (rf"/parser/share/({UUID})", OldLinkHandler),
        (r"/parser/files/([^/]*)", TusHandler),
        (r"/parser/([^/]*)/info", InfoHandler),
        (r"/parser/([^/]*)/rows", RowsHandler),
        (r"/parser/([^/]*)/columns", ColumnsHandler),
        (r"/parser/([^/]*)/cell", CellHandler),
        (r"/parser/([^/]*)/find", FindHandler),
        (r"/parser/([^/]*)/views", ViewsHandler),
        (r"/parser/([^/]*)/values", ValuesHandler),
        (r"/parser/([^/]*)/changes", ChangesHandler),
        (r"/parser/([^/]*)/hits", HitsHandler),
        (r"/parser/([^/]*)/profile", ProfileHandler),
        (r"/parser/([^/]*)/shapes", ShapesHandler),
        (r"/parser/([^/]*)/plot", PlotHandler),
        (r"/parser/([^/]*)/crossed", CrossedHandler),
        (r"/parser/([^/]*)/export", ExportHandler),
        (r"/parser/([^/]*)/files/([^/]*)", MadeFileHandler),
        (r"/parser/([^/]*)/overview", OverviewHandler),
        (r"/parser/([^/]*)/versions", VersionsHandler),
        (r"/parser/([^/]*)/read", ReparseHandler),
        (r"/parser/([^/]*)/download", DownloadHandler),
        (r"/parser/([^/]*)", DocumentHandler),
        (r"/healthz", HealthHandler),
        (r"/readyz", ReadyHandler),
        (r"/metrics", MetricsHandler),
    ]
