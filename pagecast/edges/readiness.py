"""Readiness: whether this process can serve viewers and uploads now, for a proxy or an orchestrator that asks."""

import asyncio
from collections.abc import Awaitable, Callable

from pagecast.edges.http.open_requests import OpenRequests
from pagecast.ports.operators import NotReady

CHECK_S = 5.0
"""Seconds that all parts together may take to answer."""

KEPT_S = 1.0
"""Seconds for which an answer is kept, so that strangers cannot keep the disk busy by asking."""


class Readiness:
    """Asks the parts that everything depends on."""

    def __init__(self, check: Callable[[], Awaitable[None]], requests: OpenRequests) -> None:
        """``check`` raises NotReady where a part cannot do its work."""
        self._check, self._requests = check, requests
        self._asking = asyncio.Lock()
        self._failure, self._until = "", 0.0

    async def failure(self) -> str:
        """Return why this process is not ready, as one sentence; empty if it is."""
        if self._requests.is_draining:
            return "The server is stopping."
        loop = asyncio.get_running_loop()
        async with self._asking:
            if loop.time() >= self._until:
                self._failure = await self._ask()
                self._until = loop.time() + KEPT_S
        return self._failure

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(CHECK_S):
                await self._check()
        except NotReady as reason:
            return str(reason)
        except TimeoutError:
            return "The disk or the query engine takes too long to answer: see the log."
        return ""
