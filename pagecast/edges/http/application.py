"""Bodies where nobody reads them: a large one is refused in words before it arrives, whatever the address."""

from typing import Any

import tornado.web
from tornado.httputil import HTTPServerRequest

from pagecast.edges.http.uploads import BodyHandler
from pagecast.edges.http.web import BaseHandler
from pagecast.protocol.errors import NoFileHere

SMALL_BYTES = 2**16
"""The largest body that is not a file: a form with a number in it."""

SMALL_S = 15.0
"""How long it may take."""


@tornado.web.stream_request_body
class UnwantedBody(BodyHandler):
    """Refuses a body that is too large for its address."""

    def initialize(self) -> None: ...

    async def prepare(self) -> None:
        await super().prepare()
        self.lift_bounds()
        await self.turn_away(NoFileHere())


class Site(tornado.web.Application):
    """All routes. Only handlers with ``takes_files`` receive large bodies."""

    def get_handler_delegate(
        self, request: HTTPServerRequest, target_class: type[tornado.web.RequestHandler], *args: Any, **kwargs: Any
    ) -> Any:
        takes = target_class.takes_files if issubclass(target_class, BaseHandler) else frozenset()
        if request.method not in takes and is_large(request.headers.get("Content-Length", "")):
            return super().get_handler_delegate(request, UnwantedBody)
        return super().get_handler_delegate(request, target_class, *args, **kwargs)


def is_large(length: str) -> bool:
    """Whether a ``Content-Length`` is more than a small body has. One that is no number is Tornado's to refuse.

    >>> is_large("65536"), is_large("65537"), is_large("0" * 30 + "1"), is_large("")
    (False, True, False, False)
    """
    return length.isascii() and length.isdigit() and len(length.lstrip("0")) < 20 and int(length) > SMALL_BYTES
