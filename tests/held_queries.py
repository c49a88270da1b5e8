"""Queries that go no further than a test lets them: each says that it is at 37 %, and waits while a file is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server import Server

HOLD = """
import asyncio, os, sys
from pagecast.edges.query_process import QueryProcess
from pagecast.edges.queries import BuildCopy
import pagecast.service.jobs, pagecast.service.views
pagecast.service.jobs.PROGRESS_S = pagecast.service.views.PROGRESS_S = 0.02
data = next(one for one in sys.argv if one.startswith('--data_dir=')).partition('=')[2]
run = QueryProcess.run
async def held(self, request, show=lambda far: None, grow=lambda far: None):
    while os.path.exists(os.path.join(data, 'hold')) and not isinstance(request, BuildCopy):
        show(37)
        await asyncio.sleep(0.01)
    return await run(self, request, show, grow)
QueryProcess.run = held
"""
"""What a server runs first."""


@contextmanager
def held(server: Server) -> Iterator[None]:
    """Hold all queries of a server that has run HOLD."""
    hold = Path(server.data, "hold")
    hold.touch()
    try:
        yield
    finally:
        hold.unlink()
