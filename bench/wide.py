"""The cost of a table of 20,000 columns: for the server, each viewer, and the page that scrolls through it."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Line, Setting, percentile, seconds
from bench.server import pagecast
from bench.wire import Http, WebSocket
from tests.browser.windows import chromium, watched

ABOUT = "2,000 rows of 20,000 columns: turns as seen by a viewer of 64 columns, and a Chromium that scrolls sideways"

ROWS, COLUMNS, WATCHED = 2000, 20_000, 64
TURNS = 40
"""Times the rounds."""

SCROLLED_MS = 4000
STEPS = (40, 400)
"""Pixels a frame: a hand on a touchpad, and a hand that drags the bar."""

SCROLL = """async ([step, length]) => {
  const grid = document.querySelector("#grid")
  const deltas = []
  const begun = performance.now()
  let last = begun
  while (last - begun < length) {
    grid.scrollLeft += step
    const now = await new Promise(requestAnimationFrame)
    deltas.push(now - last)
    last = now
  }
  return [deltas, document.querySelectorAll("#grid td, #grid th").length]
}"""


def measure(setting: Setting) -> Iterator[Line]:
    path = make(setting.folder / "wide.tsv")
    with pagecast(setting.folder, cpu=0) as server:
        with Http(server.port) as http:
            uuid = http.put("/parser/wide.tsv", path).rsplit("/", 1)[-1]
        yield from turns(server.port, uuid, TURNS * setting.rounds)
        yield from scrolling(f"http://127.0.0.1:{server.port}/parser/{uuid}")
    path.unlink()


def make(path: Path) -> Path:
    """A table of numbers and words, a quarter of a gigabyte."""
    names = "\t".join(f"column {column}" for column in range(1, COLUMNS + 1))
    with path.open("w") as file:
        file.write(names + "\n")
        for row in range(2, ROWS + 1):
            cells = (str(row * column % 9973) if column % 3 else f"word {row % 97}" for column in range(1, COLUMNS + 1))
            file.write("\t".join(cells) + "\n")
    return path


def turns(port: int, uuid: str, count: int) -> Iterator[Line]:
    with WebSocket(port, f"/parser/ws/{uuid}") as viewer:
        middle = COLUMNS // 2 + 1
        viewer.say({"type": "watch", "columns": [[middle, middle + WATCHED - 1]]})
        taken: list[float] = []
        sizes: list[int] = []
        with asking(port) as idle:
            time.sleep(1)
        with asking(port) as busy:
            for number in range(count):
                page_no = number * 7 % (ROWS // 100) + 1
                begun = time.perf_counter()
                viewer.say({"type": "turn", "page_no": page_no})
                while f'"page_no":{page_no},'.encode() not in (data := viewer.hear())[:200]:
                    pass
                taken.append(time.perf_counter() - begun)
                sizes.append(len(data))
    yield Line("page turn, bytes to each viewer", f"{max(sizes):,} at most, not compressed (of {count})")
    yield Line("page turn", f"p50 {seconds(statistics.median(taken))}, p99 {seconds(percentile(taken, 0.99))}")
    for name, waits in (("others wait meanwhile", busy), ("others wait, nobody turning", idle)):
        yield Line(name, f"p99 {seconds(percentile(waits, 0.99))}, longest {seconds(max(waits))} (of {len(waits):,})")


@contextmanager
def asking(port: int) -> Iterator[list[float]]:
    """Ask for the smallest answer there is, all the while: how long that takes shows how long the loop is held up."""
    waits: list[float] = []
    over = threading.Event()

    def ask() -> None:
        with Http(port) as http:
            while not over.wait(0.001):
                begun = time.perf_counter()
                http.get("/healthz")
                waits.append(time.perf_counter() - begun)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def scrolling(link: str) -> Iterator[Line]:
    with chromium() as browser, watched(browser) as page:
        page.goto(link)
        page.locator("#grid td:not(.gap)").first.wait_for()
        _, cells = page.evaluate(SCROLL, [STEPS[0], 1000])  # warms up
        for step in STEPS:
            deltas, _ = page.evaluate(SCROLL, [step, SCROLLED_MS])
            waits = f"p50 {statistics.median(deltas):.1f} ms, p95 {percentile(deltas, 0.95):.1f} ms"
            yield Line(f"frames at {step} px each", f"{waits}, longest {max(deltas):.0f} ms (of {len(deltas)})")
    yield Line("cells in the document", f"{cells:,} of {ROWS * COLUMNS:,}")
