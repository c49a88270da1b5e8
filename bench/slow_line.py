"""The page on a slow line: how long it takes until it shows a table, and until it takes part in the room."""

import asyncio
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser

from bench.figures import Line, Setting
from bench.page import ROWS, put
from bench.server import pagecast
from tests.browser.windows import chromium, watched

BYTES_A_SECOND = 50_000
DELAY_S = 0.2
"""How long a byte takes each way."""
PIECE = 1460
"""Bytes of a packet: connections take turns on the line, a packet each."""

ABOUT = f"a cold load on a line of {BYTES_A_SECOND // 1000} KB a second and {DELAY_S} s each way"

STAMP = """(() => {
  const look = () => {
    window.row ||= document.querySelector('#grid tbody tr') && performance.now()
    window.live ||= document.querySelector('#link')?.dataset.status === 'live' && performance.now()
    requestAnimationFrame(look)
  }
  look()
})()"""


class Direction:
    """One way of a line. All connections share what it carries."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free = 0.0
        self.bytes = 0

    async def carry(self, size: int) -> None:
        """Wait until so many bytes have left."""
        now = asyncio.get_running_loop().time()
        async with self.lock:
            self.free = max(self.free, now) + size / BYTES_A_SECOND
            self.bytes += size
            await asyncio.sleep(self.free - asyncio.get_running_loop().time())


class SlowLine:
    """A line to a server on 127.0.0.1."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._up, self._down = Direction(), Direction()
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect to the server, which takes a way to it and back, and pass on what is said."""
        if task := asyncio.current_task():
            self._tasks.add(task)
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(2 * DELAY_S)
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server)
            await asyncio.gather(self._pass(reader, to_server, self._up), self._pass(from_server, writer, self._down))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(PIECE):
                await way.carry(len(data))
                loop.call_later(DELAY_S, _write, writer, data)
        except ConnectionError:
            pass
        loop.call_later(DELAY_S, writer.close)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)


@contextmanager
def slow_line(server: int) -> Iterator[int]:
    """A port that leads to a server over a slow line."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    line = SlowLine(server)
    opening = asyncio.start_server(line.connect, "127.0.0.1", 0)
    door = asyncio.run_coroutine_threadsafe(opening, loop).result()
    yield door.sockets[0].getsockname()[1]
    asyncio.run_coroutine_threadsafe(line.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def measure(setting: Setting) -> Iterator[Line]:
    with setting.table.path.open("rb") as table:
        sample = b"".join(line for line, _ in zip(table, range(ROWS), strict=False))
    with chromium() as browser, pagecast(setting.folder) as server, slow_line(server.port) as port:
        path = put(server.port, sample).rsplit("/", 1)[-1]
        found = [load(browser, f"http://127.0.0.1:{port}/parser/{path}") for _ in range(setting.rounds)]
    for name, taken in zip(("first row", "live"), zip(*found, strict=True), strict=True):
        least, most = min(taken), max(taken)
        text = f"{statistics.median(taken):.2f} s (median of {len(taken)}; {least:.2f}–{most:.2f})"
        yield Line(name, text)


def load(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds until a row is there, and until the page is live, in a browser that has never been there."""
    with watched(browser) as page:
        page.add_init_script(STAMP)
        page.goto(url, wait_until="commit")
        page.wait_for_function("() => window.live")
        row, live = page.evaluate("[window.row, window.live]")
        return row / 1000, live / 1000
