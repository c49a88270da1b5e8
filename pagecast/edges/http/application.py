"""The web application: routes with a context, which rejects large bodies before they arrive."""

from typing import Any

import tornado.web
from tornado.httputil import HTTPServerRequest

from pagecast.edges.http.base import BaseHandler, ContextApplication
from pagecast.edges.http.request_body import BodyHandler
from pagecast.protocol.errors import NoFileHere

SMALL_BODY_BYTES = 2**16
"""The largest body that is not a file: a form with a number in it."""

SMALL_BODY_S = 15.0
"""Seconds that such a body may take to arrive."""


@tornado.web.stream_request_body
class UnwantedBodyHandler(BodyHandler):
    """Rejects a body that is too large for its address."""

    async def prepare(self) -> None:
        await super().prepare()
        self.remove_body_limits()
        await self.reject(NoFileHere())


class PagecastApplication(ContextApplication):
    """All routes. Only the ``file_methods`` of a handler receive large bodies."""

    def get_handler_delegate(
        self, request: HTTPServerRequest, target_class: type[tornado.web.RequestHandler], *args: Any, **kwargs: Any
    ) -> Any:
        methods = target_class.file_methods if issubclass(target_class, BaseHandler) else frozenset()
        if request.method not in methods and is_large(request.headers.get("Content-Length", "")):
            return super().get_handler_delegate(request, UnwantedBodyHandler)
        return super().get_handler_delegate(request, target_class, *args, **kwargs)


def is_large(length: str) -> bool:
    """Tell whether a ``Content-Length`` is more than a small body has. Tornado rejects one that is not a number.

    >>> is_large("65536"), is_large("65537"), is_large("0" * 30 + "1"), is_large("")
    (False, True, False, False)
    """
    return length.isascii() and length.isdigit() and len(length.lstrip("0")) < 20 and int(length) > SMALL_BODY_BYTES
