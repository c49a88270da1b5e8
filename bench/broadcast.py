"""Page turns by the `websockets` library's own ``broadcast()``: ``python -m bench.broadcast PORT FOLDER TABLE``."""

import asyncio
import json
import logging
import sys
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.typing import Subprotocol

from bench.sink import first_pages, page_of
from bench.wire import SUBPROTOCOL


async def main(port: int, table: Path) -> None:
    pages = first_pages(table)
    everyone: set[ServerConnection] = set()

    async def view(viewer: ServerConnection) -> None:
        everyone.add(viewer)
        try:
            async for message in viewer:
                broadcast(everyone, json.dumps(page_of(pages, int(json.loads(message)["page_no"]))))
        finally:
            everyone.discard(viewer)

    async with serve(
        view, "127.0.0.1", port, compression=None, subprotocols=[Subprotocol(SUBPROTOCOL)], ping_interval=None
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # who only looks whether it listens is no error
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[3])))
