"""Our errors as HTTP answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import tornado.web

from pagecast.protocol.errors import PagecastError

RETRY_AFTER_S = 30
"""Seconds after which a client that was rejected because of load should try again."""


class PagecastHTTPError(tornado.web.HTTPError):
    """One of our errors as the answer to a request. ``BaseHandler.write_error`` sends its sentence."""

    def __init__(self, error: PagecastError) -> None:
        super().__init__(error.status, reason=error.code.replace("-", " ").title())
        self.error = error


@asynccontextmanager
async def http_errors() -> AsyncIterator[None]:
    """Turn our errors into HTTP errors inside a ``with`` block."""
    try:
        yield
    except PagecastError as error:
        raise PagecastHTTPError(error) from None
