"""The page in a browser: what it weighs, how soon a row is there, and what a thousand turns leave behind."""

import http.client
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser

from bench.figures import Line, Setting, in_turns, times
from bench.server import TOP, pagecast
from tests.browser.windows import chromium, watched
from tests.weight import sent

ABOUT = "weight of the page; first row of a cold load, CPU slowed 4 times, compared with Tabulator; turns and memory"

ROWS = 3000
SLOWED = 4
TURNS = (100, 400, 700, 1000)

STAMP = """(() => {
  const look = () => {
    window.live ||= document.querySelector('#grid table:not(.sent) tbody tr') && performance.now()
    window.row ||= document.querySelector('#grid tbody tr, .tabulator-row') && performance.now()
    requestAnimationFrame(look)
  }
  look()
})()"""

TURN = """async count => {
  const row = () => document.querySelector('#grid tbody th').textContent
  for (let turn = 0; turn < count; turn++) {
    const before = row()
    document.querySelector(`[data-step=${turn % 20 < 10 ? 'next' : 'previous'}]`).click()
    const until = performance.now() + 5000
    while (row() === before && performance.now() < until) await new Promise(requestAnimationFrame)
    await new Promise(resolve => setTimeout(resolve, 55)) // no faster than the server lets anyone turn
  }
}"""

ALONE = """async count => {
  const frame = () => new Promise(requestAnimationFrame)
  const row = () => document.querySelector('#grid tbody th').textContent
  const taken = []
  for (let turn = 0; turn < count; turn++) {
    await new Promise(resolve => setTimeout(resolve, 400)) // as long as a glance: the pages beside this one come
    await frame()
    const [before, since] = [row(), performance.now()]
    document.querySelector(`[data-step=${turn % 20 < 10 ? 'next' : 'previous'}]`).click()
    let frames = 0
    while (row() === before && frames < 300) frames += await frame() && 1
    await frame() // what a frame's own callback finds there is on screen with the next
    taken.push([frames + 1, performance.now() - since])
  }
  return taken
}"""

THEIRS = """<!doctype html><meta charset="utf-8"><title>Tabulator</title>
<link rel="stylesheet" href="tabulator.min.css"><div id="table"></div><script src="tabulator.min.js"></script>
<script>
fetch('table.tsv').then(answer => answer.text()).then(text => {
  const [header, ...rows] = text.trimEnd().split('\\n').map(line => line.split('\\t'))
  new Tabulator('#table', {
    columns: header.map((title, i) => ({ title, field: String(i) })), pagination: true, paginationSize: 100,
    data: rows.map(row => Object.fromEntries(row.entries())), height: '800px',
  })
})
</script>"""


def measure(setting: Setting) -> Iterator[Line]:
    with setting.table.path.open("rb") as table:
        sample = b"".join(line for line, _ in zip(table, range(ROWS), strict=False))
    with chromium() as browser, pagecast(setting.folder) as server, theirs(setting.folder, sample) as their_url:
        yield from weights(server.port)
        url = put(server.port, sample)
        lives: list[float] = []
        works = {
            "ours": lambda: first_row(browser, url, lives),
            "theirs": lambda: first_row(browser, their_url, []),
        }
        taken = in_turns(setting.rounds, works)
        yield times("first row, cold", taken["ours"], taken["theirs"], "Tabulator")
        yield Line("first row, live", f"{statistics.median(lives):.2f} s until it takes part in the room")
        yield transferred(browser, url)
        yield from turned(browser, url)
        yield alone(browser, url)


def weights(port: int) -> Iterator[Line]:
    """Return the bytes of the page's own code as they are sent."""
    for language, name in (("en", "English"), ("zh", "Chinese")):
        page = sent(port, language)
        yield Line(
            f"JavaScript and CSS, {name}",
            f"{page.table / 1000:.1f} KB as sent: {page.cold / 1000:.1f} KB in {len(page.first)} files for the first "
            f"rows, {(page.table - page.cold) / 1000:.1f} KB later",
        )


def put(port: int, table: bytes) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("PUT", "/parser/table.tsv", table)
    return connection.getresponse().read().decode().strip()


@contextmanager
def theirs(folder: Path, table: bytes) -> Iterator[str]:
    """The page that one would write with the library, and its server."""
    place = folder / "tabulator"
    place.mkdir()
    library = TOP / "node_modules" / "tabulator-tables" / "dist"
    for path in (library / "js" / "tabulator.min.js", library / "css" / "tabulator.min.css"):
        (place / path.name).write_bytes(path.read_bytes())
    (place / "index.html").write_text(THEIRS)
    (place / "table.tsv").write_bytes(table)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(place))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """It keeps to itself what it was asked for."""

    def log_request(self, *args: object) -> None: ...

    def log_error(self, *args: object) -> None: ...


def first_row(browser: Browser, url: str, lives: list[float]) -> float:
    """Seconds from the click on a link until a row is there, in a browser that has never been there."""
    with watched(browser) as page:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.add_init_script(STAMP)
        page.goto(url)
        page.locator("#grid table:not(.sent) tbody tr, .tabulator-row").first.wait_for()
        page.wait_for_timeout(100)  # a frame later it has been stamped
        if live := page.evaluate("window.live"):
            lives.append(live / 1000)
        row: float = page.evaluate("window.row")
        return row / 1000


def transferred(browser: Browser, url: str) -> Line:
    """All bytes of a cold load, their headers too, as they come from Pagecast itself."""
    with watched(browser) as page:
        session = page.context.new_cdp_session(page)
        sizes: list[float] = []
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(url)
        page.locator("#grid table:not(.sent)").wait_for()
        first, answers = sum(sizes), len(sizes)
        page.wait_for_load_state("networkidle")
        return Line(
            "cold load",
            f"{first / 1000:.0f} KB in {answers} answers until it takes part, "
            f"{sum(sizes) / 1000:.0f} KB in {len(sizes)} when all is loaded; page, table and headers too",
        )


def turned(browser: Browser, url: str) -> Iterator[Line]:
    """Return the memory of the tab after so many turns, once its garbage is collected."""
    with watched(browser) as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        session.send("HeapProfiler.enable")
        page.goto(url)
        page.locator("#grid table:not(.sent)").wait_for()
        done = 0
        for turns in TURNS:
            page.evaluate(TURN, turns - done)
            done = turns
            session.send("HeapProfiler.collectGarbage")
            found = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
            yield Line(
                f"tab after {turns:,} page turns",
                f"{found['JSHeapUsedSize'] / 1e6:.2f} MB of JavaScript heap, {found['Nodes']:,.0f} nodes, "
                f"{found['JSEventListeners']:,.0f} listeners; {private_mb(browser):.0f} MB private to the renderer",
            )


def private_mb(browser: Browser) -> float:
    """Memory that the largest renderer of a browser shares with no other process, in MB of 1,000,000 bytes."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = []
    for process in processes:
        if process["type"] == "renderer":
            lines = Path(f"/proc/{process['id']}/smaps_rollup").read_text().splitlines()
            sizes.append(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")))
    return max(sizes) * 1024 / 1e6


def alone(browser: Browser, url: str) -> Line:
    """Turns by somebody who browses alone, from the click until the row is on screen."""
    with watched(browser) as page:
        page.goto(url)
        page.locator("#grid table:not(.sent)").wait_for()
        page.get_by_role("switch", name="Read on my own").click()
        taken: list[tuple[int, float]] = page.evaluate(ALONE, 20)
        frames, waits = ([turn[of] for turn in taken] for of in (0, 1))
        return Line(
            "turn by oneself",
            f"on screen {statistics.median(frames):.0f} frames after the click, at most {max(frames):.0f}; "
            f"{statistics.median(waits):.0f} ms, at most {max(waits):.0f} (of {len(taken)})",
        )
