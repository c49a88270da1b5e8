"""Every state that the page can be in, brought about in a window: for the pictures, and for axe to look at.

Nothing is looked for by its words: each state is visited in every language.
"""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.windows import expect_loaded, tell_otherwise, watched
from tests.edges.talk import ask, put
from tests.server import Server, serving

SAMPLES = Path(__file__).resolve().parents[2] / "static" / "samples"
UNKNOWN = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"

ODD = "".join(
    f"{row}\t  in blanks {row} \tשלום {row} (א)\ta\u200bb\u00a0c\x07\t"
    f'{{"id":{row},"of":[1.0,2.50,{{"none":null}}]}}\t{"long text " * 60}\thttps://example.org/{row}\t{missing}\n'
    for row, missing in zip(range(2, 60), ["", "NA", "\\N", "12.5", "-3", "1e5"] * 10, strict=False)
)
"""Cells of which not all is what it seems."""

GENES = "\n".join(
    "\t".join(str((31 * row + 7 * column) % 1000) if row else f"gene_{column}" for column in range(2000))
    for row in range(41)
).encode()
"""A table of thousands of columns, with more rows than a window shows."""


class Visit:
    """A window at a server, to be brought into a state."""

    def __init__(self, server: Server, browser: Browser, page: Page, others: ExitStack, look: dict[str, Any]) -> None:
        self.server, self.page = server, page
        self._browser, self._others, self._look = browser, others, look

    def see(self, path: str) -> None:
        self.page.goto(f"{self.server.http}{path}")

    def open(self, sample: str = "numbers.tsv") -> str:
        """Open a sample as somebody with a link does; answer its address."""
        return self.open_table((SAMPLES / sample).read_bytes(), sample)

    def open_table(self, data: bytes, name: str) -> str:
        uuid = put(self.server, data, name)
        self.arrive(f"/parser/{uuid}")
        return uuid

    def arrive(self, path: str) -> None:
        self.see(path)
        expect(self.page.locator("#link[data-status=live]")).to_be_attached()
        expect(self.page.locator("#grid table:not(.sent)")).to_be_visible()

    def drop(self, data: bytes, name: str) -> None:
        self.page.locator("#file").set_input_files({"name": name, "mimeType": "", "buffer": data})

    def click(self, selector: str) -> None:
        self.page.locator(selector).click()

    def cell(self, row: int, column: int) -> None:
        """Click on a cell of the table's body, both from 0."""
        self.page.locator("#grid tbody tr").nth(row).locator("td").nth(column).click()

    def another(self, name: str, **options: Any) -> Page:
        """A window of somebody else at the same table."""
        page = self._others.enter_context(watched(self._browser, **options))
        page.add_init_script(f"localStorage.setItem('pagecast.name', {json.dumps(name)})")
        page.goto(self.page.url)
        expect(page.locator("#link[data-status=live]")).to_be_attached()
        return page

    @contextmanager
    def again(self) -> Iterator["Visit"]:
        """A visit in the same window, of somebody who was never here before."""
        with ExitStack() as others:
            yield Visit(self.server, self._browser, self.page, others, self._look)
        if self.page.url != "about:blank":  # the state was in a window of its own
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")

    def anew(self, **options: Any) -> None:
        """Go on in another window, while this one stays.

        A state that stands between the page and its server does so: nothing takes that from a window again.
        """
        self.page = self._others.enter_context(watched(self._browser, **self._look, **options))

    def without_scripts(self) -> None:
        self.anew(java_script_enabled=False)

    def elsewhere(self, *options: str) -> None:
        """Go to a server that has less room."""
        self.server = self._others.enter_context(serving(*options))

    def hold(self, line: socket.socket) -> None:
        """Keep a connection open as long as the state is looked at."""
        self._others.enter_context(line)


@contextmanager
def visiting(server: Server, browser: Browser, **look: Any) -> Iterator[Visit]:
    with watched(browser, **look) as page, ExitStack() as others:
        yield Visit(server, browser, page, others, look)


# Without a table


def first(visit: Visit) -> None:
    visit.see("/parser/")
    expect(visit.page.locator("body[data-screen=start]")).to_be_visible()


def pasting(visit: Visit) -> None:
    first(visit)
    visit.click("#paste")


def refused_first(visit: Visit) -> None:
    first(visit)
    visit.drop(b"", "nothing.tsv")
    expect(visit.page.locator("#start-sentence")).to_be_visible()


def too_large(visit: Visit) -> None:
    visit.elsewhere("--max_table_mb=1")
    first(visit)
    visit.drop(b"city\tcountry\n" * 100_000, "cities.tsv")
    expect(visit.page.locator("#start-sentence")).to_be_visible()


def not_found(visit: Visit) -> None:
    visit.see(f"/parser/{UNKNOWN}")


def gone(visit: Visit) -> None:
    """The table was there, and is no more."""
    visit.anew()
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: socket.close(code=4504))
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'worlds.tsv').read_bytes(), 'worlds.tsv')}")
    expect(visit.page.locator("#empty")).to_be_visible()


def awaited(visit: Visit) -> None:
    """A link whose first row is yet to come."""
    visit.see(stream(visit, b""))
    expect(visit.page.locator("#link[data-status=live]")).to_be_attached()


# Around a table


def table(visit: Visit) -> None:
    visit.open("worlds.tsv")


def settings(visit: Visit) -> None:
    table(visit)
    visit.click("#settings summary")


def people(visit: Visit) -> None:
    visit.open()
    visit.another("Otter")
    heron = visit.another("Heron")
    heron.locator("#alone").click()
    heron.locator("[data-step=last]").click()
    heron.locator("#grid tbody td").first.click()
    visit.click("#people-summary")
    expect(visit.page.locator("#people-list li")).to_have_count(3)
    expect(visit.page.locator("#people-list li .soft", has_text="3")).to_be_visible()


def talk(visit: Visit) -> None:
    table(visit)
    visit.click("#talk-button")
    visit.page.locator("#talk-text").fill("Look at row 13 :)")
    visit.page.locator("#talk-text").press("Enter")
    expect(visit.page.locator("#talk-lines .message")).to_be_visible()


def turned(visit: Visit) -> None:
    """Somebody else has turned the page, and has a cell selected."""
    visit.open()
    other = visit.another("Otter")
    other.locator("[data-step=next]").click()
    expect(visit.page.locator("#told-answers button")).to_have_count(2)
    visit.page.locator("#told").hover()  # so that it stays
    other.locator("#grid tbody tr").nth(4).locator("td").nth(4).click()
    expect(visit.page.locator(".mark-area")).to_be_visible()


def keys(visit: Visit) -> None:
    table(visit)
    visit.page.keyboard.press("?")


def palette(visit: Visit) -> None:
    table(visit)
    visit.page.keyboard.press("Control+k")
    expect(visit.page.locator("#palette-list li").first).to_be_visible()


def no_command(visit: Visit) -> None:
    palette(visit)
    visit.page.keyboard.type("no such thing")
    expect(visit.page.locator("#palette-none")).to_be_visible()


def tooltip(visit: Visit) -> None:
    table(visit)
    expect_loaded(visit.page)
    visit.page.locator("#replace").focus()
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("#tip")).to_be_visible()


def alone(visit: Visit) -> None:
    """Somebody else has brought another version meanwhile."""
    uuid = visit.open()
    visit.click("#alone")
    put(visit.server, (SAMPLES / "elements.tsv").read_bytes(), uuid)
    expect(visit.page.locator("#newer")).to_be_visible()


def links(visit: Visit) -> None:
    table(visit)
    visit.click("#links summary")


def deleting(visit: Visit) -> None:
    links(visit)
    visit.click("#delete")
    expect(visit.page.locator("#deleting")).to_be_visible()


def deleted(visit: Visit) -> None:
    deleting(visit)
    visit.click("#delete-now")
    expect(visit.page.locator("#empty-home")).to_be_visible()


def read_only(visit: Visit) -> None:
    table(visit)
    visit.page.evaluate("navigator.clipboard.writeText = text => { document.body.dataset.copied = text }")
    visit.click("#links summary")
    visit.click("#copy-reader")
    link = visit.page.locator("body").get_attribute("data-copied") or ""
    visit.arrive(link.removeprefix(visit.server.http))
    expect(visit.page.locator("#read-only")).to_be_visible()


def versions(visit: Visit) -> None:
    """An earlier version was brought back, and the one before is still read."""
    uuid = several_versions(visit)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    ask(visit.server, "POST", f"/parser/{uuid}/versions", b"version=1", form)
    visit.page.locator("#told-answers button").first.click()
    expect(visit.page.locator("#newer")).to_be_visible()
    visit.page.locator("#versions").click()
    expect(visit.page.locator("#versions-panel li")).to_have_count(3)


def taking(visit: Visit) -> None:
    visit.open()
    visit.click("#take")
    expect(visit.page.locator("#take-code button")).to_have_count(5)
    visit.page.locator("#take-form [value=parquet]").check()
    expect(visit.page.locator("#take-form [name=types]")).to_be_visible()


def several_versions(visit: Visit) -> str:
    uuid = visit.open("worlds.tsv")
    ask(visit.server, "PUT", f"/parser/{uuid}", (SAMPLES / "elements.tsv").read_bytes())
    expect(visit.page.locator("#versions")).to_be_visible()
    return uuid


def versions_page(visit: Visit) -> None:
    visit.see(f"/parser/{several_versions(visit)}/versions")


def older_version(visit: Visit) -> None:
    visit.see(f"/parser/{several_versions(visit)}?version=1")


# In the table


def selected(visit: Visit) -> None:
    table(visit)
    visit.cell(0, 3)
    for _ in range(4):
        visit.page.keyboard.press("Shift+ArrowDown")


def touched(visit: Visit) -> None:
    """A finger has selected, and has the help before it."""
    visit.anew(has_touch=True, is_mobile=True)
    visit.open()
    visit.page.locator("#grid tbody td").nth(1).tap()
    expect(visit.page.locator(".handle")).to_be_visible()
    visit.click("#settings summary")
    visit.click("[data-act=doKeys]")
    expect(visit.page.locator("#keys .by-touch")).to_be_visible()
    expect(visit.page.locator(".handle")).to_be_visible()


def odd(visit: Visit, *, times: int = 1) -> None:
    header = "id\tname\tright to left\tunseen\tjson\tlong\tlink\tmissing\n"
    visit.open_table((header + ODD.replace("long text ", "long text " * times)).encode(), "odd.tsv")


def record(visit: Visit) -> None:
    odd(visit)
    visit.cell(1, 1)
    visit.page.keyboard.press("Enter")


def wide(visit: Visit) -> None:
    visit.open_table(GENES, "wide.tsv")
    visit.cell(2, 1)
    visit.page.keyboard.press("Enter")
    visit.click("#record-after")
    expect(visit.page.locator("#record dd")).to_have_count(300)


def wrapped(visit: Visit) -> None:
    """Cells that are so long that they are sent cut."""
    odd(visit, times=5)
    visit.click("#settings summary")
    visit.page.locator("#look [name=longText][value=wrap]").check(force=True)
    visit.click("#settings summary")
    expect(visit.page.locator("#grid [data-wraps] .rest").first).to_be_attached()


def cell_menu(visit: Visit) -> None:
    visit.open()
    visit.page.locator("#grid tbody tr").nth(3).locator("td").nth(1).click(button="right")
    expect(visit.page.get_by_role("menu")).to_be_visible()


def column_menu(visit: Visit) -> None:
    """The menu of one of three columns that are selected."""
    table(visit)
    visit.page.locator("#grid thead th").nth(2).click()
    visit.page.locator("#grid thead th").nth(4).click(modifiers=["Shift"])
    visit.page.locator("#grid thead th").nth(3).click(button="right")
    expect(visit.page.locator("#column-menu")).to_be_visible()


def listing_columns(visit: Visit) -> None:
    """One column is hidden and one is pinned, and a match is in the hidden one."""
    table(visit)
    for from_last in (8, 7):  # pin, hide
        visit.page.locator("#grid thead th").nth(2).click(button="right")
        buttons = visit.page.locator("#column-actions button")
        expect(buttons.first).to_be_focused()
        buttons.nth(buttons.count() - from_last).click()
    finding_in(visit, "m")
    visit.click("#arranged-words")
    expect(visit.page.locator("#column-list")).to_be_visible()


def mapped(visit: Visit) -> None:
    """The bar of a wide table names the columns in sight, and the first one stays there."""
    visit.open_table(GENES, "wide.tsv")
    finding_in(visit, "gene_7")
    visit.click("#pin-first")
    visit.page.locator("#columns-bar").focus()
    expect(visit.page.locator("#columns-hint")).to_be_visible()


def finding_in(visit: Visit, text: str) -> None:
    expect(visit.page.locator("body[data-loaded]")).to_be_attached()
    visit.page.locator("#find").fill(text)
    expect(visit.page.locator("#found")).to_contain_text(re.compile("[0-9]"))


def going_to_column(visit: Visit) -> None:
    table(visit)
    visit.page.keyboard.press("c")
    visit.page.keyboard.type("r")
    expect(visit.page.locator("#palette-list li").first).to_be_visible()


def filtering(visit: Visit) -> None:
    """The panel of a column of numbers: a range, a list that was pasted, and a condition that the server refuses."""
    visit.open("worlds.tsv")
    visit.page.locator("#grid tbody td").nth(3).click()
    visit.page.keyboard.press("f")
    visit.page.locator(".filter-choice button").click()
    visit.page.locator(".filter-paste textarea").fill("12756\nno such value")
    visit.page.locator(".filter-paste p button").click()
    expect(visit.page.locator(".filter-paste output")).not_to_be_empty()
    visit.page.locator(".filter-conditions > button").click()
    visit.page.locator(".filter-conditions select").select_option("regex")
    visit.page.locator(".filter-conditions input").fill("(")
    expect(visit.page.locator(".filter-conditions .filter-why")).to_be_visible()


def shaped(visit: Visit) -> None:
    """The row of shapes: a range is filtered."""
    visit.open("worlds.tsv")
    visit.page.locator("#grid tbody td").nth(1).click()
    visit.page.keyboard.press("i")
    scale = visit.page.locator(".shape[role=slider]").first
    scale.focus()
    visit.page.keyboard.press("ArrowLeft")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#view .words").first).to_be_visible()


def in_figures(visit: Visit) -> None:
    visit.open("worlds.tsv")
    visit.page.locator("#grid thead th").nth(4).click(button="right")
    buttons = visit.page.locator("#column-actions button")
    expect(buttons.first).to_be_focused()
    buttons.filter(has_text=re.compile("figures|统计")).click()
    expect(visit.page.locator(".profile-panel dl")).to_be_visible()
    expect(visit.page.locator(".profile-panel [role=img]")).to_be_visible()


def plotting(visit: Visit) -> None:
    """A plot of two columns, one of whose points is looked at."""
    visit.open("worlds.tsv")
    visit.cell(0, 3)
    visit.page.keyboard.press("P")
    visit.page.locator(".plot-form select").first.select_option("scatter")
    expect(visit.page.locator(".plot-marks circle").first).to_be_visible()
    visit.page.locator(".plot-stage").press("ArrowRight")


def boxes(visit: Visit) -> None:
    """The row of boxes under the header: one filters, and one cannot be read."""
    visit.open("worlds.tsv")
    visit.cell(0, 0)
    visit.page.keyboard.press("F")
    expect(visit.page.locator(".filter-row input").first).to_be_focused()
    visit.page.keyboard.type("an")
    expect(visit.page.locator("#view .count")).to_be_visible()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("/x")
    expect(visit.page.locator(".filter-hint")).to_be_visible()


def searching_rows(visit: Visit) -> None:
    """The search of every row has hits, which a map beside the page slider shows."""
    visit.open()
    visit.cell(0, 0)
    visit.page.keyboard.press("Control+Shift+F")
    expect(visit.page.locator(".row-search [type=search]")).to_be_focused()
    visit.page.keyboard.type("7")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".row-search output")).to_contain_text(re.compile("[0-9]"))
    expect(visit.page.locator("#rail-hits i").first).to_be_visible()


def finding(visit: Visit) -> None:
    table(visit)
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("moon")
    expect(visit.page.locator("#found")).not_to_be_empty()


def reading(visit: Visit) -> None:
    table(visit)
    visit.click("#reading")


def guessed(visit: Visit) -> None:
    """An encoding that is not certain, and rows that are not like most."""
    likely = {"cp1250": "Łódź Kraków", "iso8859-2": "Łódź Kraków", "cp1252": "£ódŸ Kraków"}
    visit.anew()
    tell_otherwise(
        visit.page,
        certain=False,
        encoding="cp1250",
        line_end="crlf",
        quoting="mended",
        member="payments.csv",
        mended=12,
        mended_rows=[11, 40, 41],
        irregular=3,
        irregular_rows=[[3, 3], [7, 8]],
        other_headers=[120],
        usual_cells=7,
        encodings=[{"encoding": name, "cells": cells.split()} for name, cells in likely.items()],
    )
    table(visit)
    visit.click("#reading")
    expect(visit.page.locator("#likely-list button")).to_have_count(3)


def all_options(visit: Visit) -> None:
    guessed(visit)
    visit.click("#dialect summary")
    visit.page.locator("#dialect-delimiter").select_option("other")


def row_selected(visit: Visit) -> None:
    """A whole row, which may become the header."""
    table(visit)
    visit.page.locator("#grid tbody th").nth(2).click()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#record [data-act=doHeader]")).to_be_visible()


def notes(visit: Visit) -> None:
    """Lines before the header, empty lines, and a byte that is no text."""
    lines = b"##source=survey\n##reference=B37\n#CHROM\tPOS\tID\n" + b"1\t100\tr\xff\n\n" + b"1\t200\trs2\n" * 40
    visit.open_table(lines, "variants.tsv")
    visit.click("#preamble-count")
    visit.click("#unfold")


def presenting(visit: Visit) -> None:
    """Only one person turns the pages."""
    visit.open()
    other = visit.another("Otter")
    other.locator("#present").click()
    expect(visit.page.locator("#driver")).to_be_visible()
    visit.cell(2, 1)
    expect(visit.page.locator("#look-here")).to_be_visible()


# On its way


def sending(visit: Visit) -> None:
    """Half of a file has arrived."""

    def answer(socket: WebSocketRoute) -> None:
        def hear(message: str | bytes) -> None:
            if isinstance(message, str):
                said = {"uuid": UNKNOWN, "upload": "0" * 32, "offset": 0, "max_chunk": 65_536}
                socket.send(json.dumps({"type": "accepted"} | said, separators=(",", ":")))
                socket.send('{"type":"stored","offset":1500000}')

        socket.on_message(hear)

    visit.anew()
    visit.page.route_web_socket("**/upload", answer)
    table(visit)
    visit.drop(b"city\tcountry\n" * 250_000, "cities.tsv")
    expect(visit.page.locator("#transfer")).to_be_visible()


def paused(visit: Visit) -> None:
    sending(visit)
    visit.click("#transfer-pause")
    expect(visit.page.locator("#transfer[data-status=paused]")).to_be_visible()


def left(visit: Visit) -> None:
    """The page was loaded again while a file was on its way."""
    uuid = visit.open()
    keep = "key => localStorage.setItem(key, JSON.stringify(['cities.tsv', 3250000, 0, 'secret', Date.now()]))"
    visit.page.evaluate(keep, f"pagecast.left.{uuid}")
    visit.page.reload()
    expect(visit.page.locator("#transfer[data-status=left]")).to_be_visible()


def refused(visit: Visit) -> None:
    table(visit)
    visit.drop(b"\x89PNG\r\n\x1a\n" + bytes(500), "picture.png")
    expect(visit.page.locator("#transfer[data-status=failed]")).to_be_visible()


def arriving(visit: Visit) -> None:
    """A live table, the sender of which is still there."""
    visit.arrive(stream(visit, b"time\tdegrees\n" + b"09:30\t21.5\n" * 30))


def stream(visit: Visit, rows: bytes) -> str:
    """Begin to send a live table; answer where it is."""
    line = socket.create_connection(("127.0.0.1", visit.server.port), timeout=10)
    visit.hold(line)
    line.sendall(b"PUT /parser/live.tsv HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    if rows:
        line.sendall(b"%x\r\n%s\r\n" % (len(rows), rows))
    answer = b""
    while b"/parser/" not in answer.partition(b"\r\n\r\n")[2]:
        answer += line.recv(4096)
    return "/parser/" + answer.decode().rpartition("/parser/")[2].split()[0]


def cut_line(page: Page) -> Callable[[], None]:
    """What cuts the connection of a page that is about to be opened: it does not come back."""
    routes: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        if routes:
            socket.close(code=4008)
        else:
            socket.connect_to_server()
        routes.append(socket)

    page.route_web_socket("**/parser/ws/**", pass_on)
    return lambda: routes[0].close(code=4008)


def lost(visit: Visit) -> None:
    visit.anew()
    cut = cut_line(visit.page)
    visit.open()
    cut()
    expect(visit.page.locator("#link[data-status=lost]")).to_be_attached()


def waiting(visit: Visit) -> None:
    """The table that the server sent, while nobody answers."""
    visit.anew()
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: None)
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'worlds.tsv').read_bytes(), 'worlds.tsv')}")


def unreachable(visit: Visit) -> None:
    """The table that the server sent, and no way to it."""
    visit.anew()
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: socket.close(code=4008))
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'worlds.tsv').read_bytes(), 'worlds.tsv')}")
    expect(visit.page.locator("#told-answers button")).to_be_visible()


def awaited_in_vain(visit: Visit) -> None:
    """A link whose first row is yet to come, and no way to it."""
    visit.anew()
    visit.page.route_web_socket("**/parser/ws/**", lambda socket: socket.close(code=4008))
    visit.see(stream(visit, b""))
    expect(visit.page.locator("#link[data-status=lost]")).to_be_attached()


def full(visit: Visit) -> None:
    """As many people are there as the server takes."""
    visit.elsewhere("--max_viewers=1")
    uuid = visit.open("worlds.tsv")
    visit.anew()
    visit.see(f"/parser/{uuid}")
    expect(visit.page.locator("#told-answers button")).to_be_visible()


def without_scripts(visit: Visit) -> None:
    visit.without_scripts()
    visit.see(f"/parser/{put(visit.server, (SAMPLES / 'numbers.tsv').read_bytes(), 'numbers.tsv')}?page_no=2")


def first_without_scripts(visit: Visit) -> None:
    visit.without_scripts()
    visit.see("/parser/")


# Questions


def link_with_view(visit: Visit, query: str) -> None:
    """The table as a link with a view shows it to the first who comes."""
    uuid = put(visit.server, (SAMPLES / "numbers.tsv").read_bytes(), "numbers.tsv")
    visit.arrive(f"/parser/{uuid}?{query}")
    expect(visit.page.locator("#view .count")).to_contain_text(re.compile("[0-9]"))


def questioned(visit: Visit) -> None:
    """A view that somebody else shows to everyone."""
    visit.open()
    other = visit.another("Otter")
    expect_loaded(other)
    other.locator("#grid td").first.click()
    other.keyboard.press("s")
    expect(visit.page.locator("#view .condition")).to_be_visible()
    expect(visit.page.locator("#told-answers button").first).to_be_visible()


def condition(visit: Visit) -> None:
    """A condition that is being changed, beside one that is switched off."""
    link_with_view(visit, "_c1__notblank=1&_c3__contains=0")
    visit.click("#view .dot >> nth=0")
    expect(visit.page.locator("#view .off")).to_be_visible()
    expect(visit.page.locator("#view .count")).to_contain_text(re.compile("[0-9]"))
    visit.click('#view button.words:has-text("0")')
    expect(visit.page.locator("#view input")).to_be_focused()


def nothing_found(visit: Visit) -> None:
    link_with_view(visit, "_c1=no+such+cell")
    expect(visit.page.locator(".nothing button").first).to_be_visible()


def offered(visit: Visit) -> None:
    """A view that somebody suggests."""
    visit.open()
    other = visit.another("Otter")
    expect_loaded(other)
    other.locator("#alone").click()
    other.locator("#grid td").first.click()
    other.keyboard.press("s")
    other.locator("#view > .chip:not(.condition)").click()
    expect(visit.page.locator("#told-answers button").first).to_be_visible()


def view_without_scripts(visit: Visit) -> None:
    visit.without_scripts()
    uuid = put(visit.server, (SAMPLES / "numbers.tsv").read_bytes(), "numbers.tsv")
    visit.see(f"/parser/{uuid}?_sort_desc=_c1")


STATES: dict[str, Callable[[Visit], None]] = {
    state.__name__: state
    for state in (
        *(first, pasting, refused_first, too_large, not_found, gone, awaited, first_without_scripts, without_scripts),
        *(table, settings, people, talk, turned, presenting, keys, palette, alone, links, read_only),
        *(deleting, deleted),
        *(no_command, tooltip),
        *(taking, versions, versions_page, older_version, arriving, sending, paused, left, refused, lost, waiting),
        *(unreachable, awaited_in_vain, full),
        *(selected, touched, odd, record, wide, wrapped, cell_menu, column_menu, going_to_column, finding),
        *(filtering, plotting, boxes, searching_rows, shaped, in_figures),
        *(reading, notes, guessed, all_options, row_selected, listing_columns, mapped),
        *(questioned, condition, nothing_found, offered, view_without_scripts),
    )
}
