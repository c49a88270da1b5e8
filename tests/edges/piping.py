"""A program whose output goes through a real curl."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.edges.talk import PATIENCE_S

LINK = re.compile(r"http://127\.0\.0\.1:\d+/parser/([0-9a-f-]{36})\n")


class Job:
    """A program whose output goes through curl, and which does not end by itself."""

    def __init__(self, curl: asyncio.subprocess.Process) -> None:
        self.curl = curl

    def write(self, data: bytes) -> None:
        assert self.curl.stdin
        self.curl.stdin.write(data)

    async def line(self) -> str:
        """The next line that curl prints."""
        assert self.curl.stdout
        async with asyncio.timeout(PATIENCE_S):
            return (await self.curl.stdout.readline()).decode()

    async def link(self) -> str:
        """The UUID in the link that comes first."""
        found = LINK.fullmatch(await self.line())
        assert found
        return found[1]

    async def ends(self) -> int:
        """Say no more, and wait for curl."""
        assert self.curl.stdin
        self.curl.stdin.close()
        async with asyncio.timeout(PATIENCE_S):
            return await self.curl.wait()


@asynccontextmanager
async def piping(url: str) -> AsyncIterator[Job]:
    curl = await asyncio.create_subprocess_exec(
        *("curl", "--silent", "--show-error", "--no-buffer", "--max-time", "20", "--noproxy", "*", "-T", "-", url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Job(curl)
    finally:
        if curl.returncode is None:
            curl.kill()
        await curl.communicate()
