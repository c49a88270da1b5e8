"""The server's memory after the upload of a whole table."""

from collections.abc import Callable, Iterator

from bench.figures import Line, Setting
from bench.server import Server, pagecast
from bench.table import Table
from bench.upload import by_http, by_websocket

ABOUT = "resident memory of the server before and after one upload, and its peak (VmRSS, VmHWM)"


def measure(setting: Setting) -> Iterator[Line]:
    doors: dict[str, Callable[[Server, Table], None]] = {"HTTP": by_http, "WebSocket": by_websocket}
    for door, put in doors.items():
        with pagecast(setting.folder) as server:
            before = server.memory_mb("VmRSS")
            put(server, setting.table)
            after, most = server.memory_mb("VmRSS"), server.memory_mb("VmHWM")
        size = setting.table.size / 1e6
        text = f"{after:.0f} MB after {size:,.0f} MB (before {before:.0f} MB, peak {most:.0f} MB)"
        yield Line(f"memory, {door}", text)
