"""The log of requests: one line each, when it has been answered."""

import logging
import re
from collections.abc import Iterable

from tornado.web import RequestHandler

from pagecast.edges.logs import loggable_path, requests_log


class RequestLog:
    """Logs each request that has been answered. Of its path, it shows the words of ``patterns``, the routes."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._words = frozenset(word for pattern in patterns for word in re.findall(r"[a-z]{2,}", pattern))

    def __call__(self, handler: RequestHandler) -> None:
        """Write the line of a request. Errors of the server's are warnings."""
        request, status = handler.request, handler.get_status()
        path, duration_ms = self.path(request.path), round(1000 * request.request_time(), 1)
        facts = {"method": request.method, "path": path, "status": status, "ms": duration_ms}
        requests_log.log(
            logging.WARNING if status >= 500 else logging.INFO,
            "%s %s %d in %g ms",
            *facts.values(),
            extra={"facts": facts},
        )

    def path(self, path: str) -> str:
        """Return a path as logs show it."""
        return loggable_path(path, self._words)
