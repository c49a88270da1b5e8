"""The cost of a page and of an upload with the tables on an object store of this machine, beside the disk."""

import random
import statistics
import time
from collections.abc import Iterator, Sequence

from bench.figures import Line, Setting, percentile, seconds, speed
from bench.server import Server, pagecast
from bench.table import PAGE_ROWS
from bench.wire import Http, WebSocket, upload
from tests.seaweed import BUCKET, seaweed

ABOUT = "an upload, and pages over HTTP: on an object store (SeaweedFS), its cache empty and filled, and on disk"

PAGES = 200
"""Pages of one round, each of them another one."""


def measure(setting: Setting) -> Iterator[Line]:
    table, place = setting.table, f"s3://{BUCKET}/{time.monotonic_ns()}"
    store = setting.folder / "seaweed"
    store.mkdir()
    pages = random.Random(1).sample(range(1, table.rows // PAGE_ROWS), PAGES * setting.rounds)
    with seaweed(store), pagecast(setting.folder) as disk:
        with pagecast(setting.folder, f"--store={place}") as ours:
            begun = time.perf_counter()
            uuid = upload(ours.port, "/parser/ws/upload", table)["uuid"]
            ours_s, begun = time.perf_counter() - begun, time.perf_counter()
            on_disk = upload(disk.port, "/parser/ws/upload", table)["uuid"]
            yield speed("upload", [ours_s], [time.perf_counter() - begun], "the disk")
            yield Line("memory after it", f"{ours.memory_mb('VmRSS'):.0f} MB, at most {ours.memory_mb('VmHWM'):.0f} MB")
        with pagecast(setting.folder, f"--store={place}") as ours:  # its cache is empty
            cold, cached, plain = (
                asked(server, document, pages) for server, document in ((ours, uuid), (ours, uuid), (disk, on_disk))
            )
    for name, taken in (("page, cache empty", cold), ("page, cached", cached), ("page, disk", plain)):
        median, late = statistics.median(taken), percentile(taken, 0.99)
        yield Line(name, f"p50 {seconds(median)}, p99 {seconds(late)} (of {len(taken):,})")


def asked(server: Server, uuid: str, pages: Sequence[int]) -> list[float]:
    """Ask for some pages one after the other, of a document that somebody has open. Returns the seconds of each."""
    taken = []
    with Http(server.port) as http, WebSocket(server.port, f"/parser/ws/{uuid}") as viewer:
        viewer.hear()
        for page_no in pages:
            begun = time.perf_counter()
            http.get(f"/parser/{uuid}/rows?page_no={page_no}")
            taken.append(time.perf_counter() - begun)
    return taken
