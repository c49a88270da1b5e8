"""The server's memory for each viewer while nothing happens."""

from collections.abc import Iterator

from bench.crowd import JOINED_S, Crowd, Place, elsewhere
from bench.figures import Line, Setting
from bench.server import Server, pagecast, sink
from bench.wire import upload

ABOUT = "resident memory of the server (VmRSS) per idle viewer that has received a page"

FEW, MANY = 100, 1000
"""Viewers there before it is looked at, so that what the first ones take is not counted; and those who come then."""


def measure(setting: Setting) -> Iterator[Line]:
    for deflates in (True, False):
        name = "idle viewer, deflated" if deflates else "idle viewer"
        with pagecast(setting.folder) as server:
            uuid = upload(server.port, "/parser/ws/upload", setting.table)["uuid"]
            ours = elsewhere(kilobytes, server, Place(server.port, f"/parser/ws/{uuid}", deflates))
        with sink(setting.folder, setting.table.path) as server:
            path = "/ws/deflate-to-each" if deflates else "/ws/write-to-each"
            theirs = elsewhere(kilobytes, server, Place(server.port, path, deflates))
        yield Line(name, f"{ours:.1f} kB; of a plain Tornado handler {theirs:.1f} kB (mean of {MANY:,})")


def kilobytes(server: Server, place: Place) -> float:
    """Return the memory of each of many viewers, after a page has been turned for all."""
    with Crowd(place, FEW) as few:
        few.settle(JOINED_S)
        few.turn(1)
        before = server.memory_mb("VmRSS")
        with Crowd(place, MANY) as many:
            many.settle(JOINED_S)
            many.turn(2)
            many.settle(JOINED_S)
            return (server.memory_mb("VmRSS") - before) * 1000 / MANY
