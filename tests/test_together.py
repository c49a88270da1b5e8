"""The room in Python and the screens in JavaScript agree in the end, whatever is overtaken or cut between them.

Both halves are the real ones: the library with its store in memory, and the page's state. In place of the network stand
queues, in place of people chance, and time passes only when nothing else is left to do.
"""

import asyncio
import json
import selectors
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from pagecast.broadcast.outbox import Outbox
from pagecast.limits.documents import Limits
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.ports.rooms import Shown
from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.connection import error_frame
from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Tagged, encode
from pagecast.protocol.link import Link
from pagecast.protocol.people import Hello
from pagecast.protocol.presenting import Ask, Give, Take
from pagecast.protocol.tables import Choices, Page
from pagecast.protocol.talk import Look, Say, Select, Selections
from pagecast.service.conversation import Conversation
from pagecast.service.intake import Intake
from pagecast.service.services import Services
from pagecast.service.world import World
from pagecast.table.paging import PAGE_ROWS
from pagecast.table.version import Version
from pagecast.table.window import FIRST_WINDOW, ColumnWindow

WORLD = Path(__file__).parent / "js" / "world.mjs"
PATIENCE_S = 10.0
"""How long it may take Python itself to end its threads."""

QUIET_S = 60.0
"""After so long nothing is left to be told, and a presenter who is gone presents no more."""


class Clock(selectors.SelectSelector):
    """Lets time pass when there is nothing else to do, and then at once."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(PATIENCE_S if timeout is None else 0)
        assert found or timeout is not None, "all wait for each other"
        if not found and timeout:
            self.passed += timeout
        return found


class Leaping(asyncio.SelectorEventLoop):
    """A loop in which everything happens in the same order every time, and an hour takes no time."""

    def __init__(self) -> None:
        self.clock = Clock()
        super().__init__(self.clock)
        self.set_default_executor(Here())

    def time(self) -> float:
        return self.clock.passed


class Here(ThreadPoolExecutor):
    """Threads that are none, so that the same things always happen in the same order."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class Screens:
    """The JavaScript half: one process for all screens of all worlds."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self.to, self.back = process.stdin, process.stdout

    def ask(self, screen: str, happening: dict[str, Any] | None = None) -> Any:
        self.to.write(json.dumps({"screen": screen, "event": happening}) + "\n")
        self.to.flush()
        return json.loads(self.back.readline())


class Line:
    """A connection: what either end has said and the other has not heard yet. The server end is a real conversation."""

    is_plain = False

    def __init__(self, services: Services, seconds: Iterator[int]) -> None:
        self.is_open = True
        self.page_no: int | None = None
        self.outbox: Outbox[ToViewer] = Outbox()
        self.to_server: deque[str] = deque()
        self.conversation = Conversation(services, self, lambda: next(seconds), self.run)
        self.running: list[asyncio.Task[None]] = []

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.running.append(asyncio.create_task(work))

    def subscribe(self, link: Link, window: ColumnWindow, page_no: int | None) -> None:
        self.page_no = page_no

    def send(self, frame: ToViewer, slot: str | None = None) -> None:
        self.outbox.put(slot or type(frame).__name__, frame)

    send_in_order = send

    def send_failure(self, error: PagecastError) -> None:
        self.send(error_frame(error))

    def speak(self, language: str) -> None:
        pass

    def guest_name(self, who: str) -> str:
        return who

    def admit(self) -> None:
        pass

    def send_answer(self, page: Page, error: PagecastError) -> None:
        raise AssertionError("this is no plain viewer")

    async def close_after_sending(self, code: int, reason: str) -> None:
        raise AssertionError(reason)

    def turn_away(self, error: PagecastError) -> None:
        raise AssertionError(error)


class Screen:
    """Somebody's window, and the connection that it believes to have."""

    def __init__(self, number: int) -> None:
        self.name, self.key = f"screen {number}", f"key {min(number, 3)}"  # the fourth has two windows
        self.line: Line | None = None
        self.heard: list[dict[str, Any]] = []
        """What it heard since it was connected."""


class Theatre:
    """A library, the screens around it, and everything between them."""

    def __init__(self, screens: Screens, windows: int) -> None:
        self.js = screens
        self.store = MemoryStore()
        self.screens = [Screen(number) for number in range(windows)]
        self.lines: list[Line] = []
        """The connections that the server believes to have."""
        self.tables: dict[str, list[str]] = {}
        """The rows of each table, by its key."""
        self.pouring: Intake | None = None
        self.count = 0
        self.seconds = count()
        """The clock of the limits: nobody here is ever too fast."""

    def dismiss(self, uuid: str) -> None:
        raise AssertionError("nobody deletes a document here")

    async def open(self, uuid: str | None = None) -> None:
        now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
        self.services = Services(World(self.store, MemoryBus(), self, MemoryEngine(self.store), Limits(), lambda: now))
        await self.services.start()
        self.visit = await self.services.library.visit(uuid)

    async def begin(self) -> None:
        await self.open()
        for screen in self.screens:
            self.js.ask(screen.name, {"type": "opened", "uuid": self.uuid, "name": screen.name, "seen": 0})

    @property
    def uuid(self) -> str:
        return self.visit.room.uuid

    # What the library shows.

    def windows(self, uuid: str) -> list[ColumnWindow]:
        return [FIRST_WINDOW]

    def show(self, uuid: str, frame: Shown, window: ColumnWindow | None = None) -> None:
        for line in self.lines:
            line.send(frame)

    def point(self, uuid: str, frame: Selections, *, followers: bool) -> None:
        for line in self.lines:
            if followers if line.page_no is None else line.page_no == frame.page_no:
                line.send(frame)

    # What is on its way.

    async def connect(self, screen: Screen) -> None:
        line = screen.line = Line(self.services, self.seconds)
        screen.heard.clear()
        self.lines.append(line)
        await line.conversation.open(self.uuid)
        line.to_server.append(encode(Hello(screen.name, screen.key)).decode())

    def cut(self, screen: Screen) -> None:
        """The page knows at once, and the server will find out some day."""
        screen.line = None
        self.do(screen, {"type": "lost", "until": 1})

    async def part(self, line: Line) -> None:
        self.lines.remove(line)
        line.is_open = False
        await line.conversation.close()

    def do(self, screen: Screen, happening: dict[str, Any]) -> None:
        """Something is heard or done in a window."""
        for text in self.js.ask(screen.name, happening):
            frame = json.loads(text)
            if frame["type"] == "info":
                self.do(screen, self.facts(frame["version"]))
            elif screen.line:
                screen.line.to_server.append(text)

    def facts(self, number: int) -> dict[str, Any]:
        """What a window learns over HTTP of an earlier version."""
        try:
            version = self.visit.room.version(number)
        except PagecastError:
            return {"type": "version-gone"}
        return {"type": "version-opened", "doc": json.loads(encode(version.frame(self.uuid, 0)))}

    def hear(self, screen: Screen) -> bool:
        """A window hears the next frame, if there is one."""
        frame = screen.line.outbox.take() if screen.line else None
        if frame is not None:
            self.do(screen, heard := json.loads(encode_frame(frame)))
            screen.heard.append(heard)
        return frame is not None

    async def serve(self, line: Line) -> bool:
        """The server hears the next frame of a connection, if there is one."""
        if not line.to_server:
            return False
        await line.conversation.receive(line.to_server.popleft())
        return True

    # Tables.

    async def pour(self, rows: int) -> None:
        """Rows of a table that comes slowly."""
        if self.pouring is None:
            self.pouring = await self.services.uploads.begin(self.uuid, "a.tsv", None, "", checked=False)
            self.tables[self.pouring.draft.key] = []
        await self.pouring.add(self.more(self.tables[self.pouring.draft.key], rows))

    async def poured(self) -> None:
        if self.pouring is not None:
            await self.services.uploads.finish(self.pouring)
            self.pouring = None

    async def bring(self, rows: int, viewer: str) -> None:
        intake = await self.services.uploads.begin(self.uuid, "a.tsv", None, viewer, checked=False)
        self.tables[intake.draft.key] = []
        await intake.add(self.more(self.tables[intake.draft.key], rows))
        await self.services.uploads.finish(intake)

    async def append(self, rows: int) -> None:
        intake = await self.services.appends.begin(self.uuid, None, "")
        version = self.version
        assert version
        await intake.add(self.more(self.tables[version.key], rows))
        await self.services.appends.finish(intake)

    def more(self, table: list[str], rows: int) -> bytes:
        self.count += 1
        added = [f"table {self.count}\trow {len(table) + n}" for n in range(1, rows + 1)]
        table += added
        return "".join(f"{row}\n" for row in added).encode()

    @property
    def version(self) -> Version | None:
        return self.visit.room.newest

    # Chance.

    async def step(self, what: str, which: int, n: int) -> None:
        """Let something happen that may happen at any time."""
        screen = self.screens[which % len(self.screens)]
        number = self.version.number if self.version else 1
        line, seen = screen.line, self.js.ask(screen.name)

        def send(frame: Tagged) -> None:
            if line:
                line.to_server.append(encode(frame).decode())

        try:
            match what:
                case "hear":
                    for _ in range(n):
                        self.hear(screen)
                case "serve" if line in self.lines:
                    for _ in range(n):
                        await self.serve(line)
                case "late" if (
                    line and len(late := [one for one in screen.heard if one["type"] in ("document", "page")]) > 1
                ):
                    self.do(screen, late[n % (len(late) - 1)])
                case "restart" if n > 15:
                    await self.restart()
                case "ghost" if ghosts := [
                    one for one in self.lines if all(one is not each.line for each in self.screens)
                ]:
                    ghost = ghosts[n % len(ghosts)]
                    await self.part(ghost) if n % 3 else await self.serve(ghost)
                case "time":
                    await asyncio.sleep(n / 10 if n < 30 else 40)
                case "cut":
                    self.cut(screen) if line else await self.connect(screen)
                case "turn" | "look" if doc := seen["doc"]:
                    if what == "look" or seen["alone"]:
                        self.do(screen, {"type": "browsed", "page_no": n % -(-doc[2] // PAGE_ROWS) + 1})
                    elif seen["live"]:
                        self.do(screen, {"type": "page-requested", "page_no": n % (-(-doc[2] // PAGE_ROWS) + 2) + 1})
                case "rejoin":
                    self.do(screen, {"type": ["rejoined", "newest-shown", "stayed"][n % 3]})
                case "follow" if seen["page"] and seen["people"][1]:
                    who = seen["people"][1][n % len(seen["people"][1])]["who"]
                    if who != seen["who"]:
                        self.do(screen, {"type": "followed", "who": who})
                case "presenter":
                    whos = [self.js.ask(each.name)["who"] for each in self.screens]
                    send([Take(), Ask(), Give(None), Give(whos[n % len(whos)])][n % 4])
                case "say":
                    send(Say(f"word {n}"))
                case "point" if seen["page"]:
                    row = PAGE_ROWS * (seen["page"][1] - 1) + n
                    area = (row, 1, row + n % 3, 2) if n % 4 else None
                    send(Look(number, row, 1) if n % 5 == 0 else Select(number, area))
                case "pour":
                    await self.poured() if n > 25 else await self.pour(13 * n)
                case "bring" if n > 20:
                    await self.bring(40 * n - 750, line.conversation.viewer if line else "")
                case "append" if n > 15:
                    await self.append(7 * n)
                case "read" if n > 15 and self.version:
                    await self.services.reparsing.read(self.uuid, self.version.number, Choices(header=n % 2 == 0))
        except PagecastError:
            pass  # a table where there can be none

    async def restart(self) -> None:
        """The server is stopped and started again."""
        if not self.store.records or self.pouring:
            return
        for screen in self.screens:
            if screen.line:
                self.cut(screen)
        for line in list(self.lines):
            await self.part(line)
        await self.visit.leave()
        await self.services.stop()
        await self.open(self.uuid)

    async def rest(self) -> None:
        """Let everybody come back and hear all that there is, until nothing more happens."""
        await self.poured()
        for screen in self.screens:
            if screen.line is None:
                await self.connect(screen)
        lines = [screen.line for screen in self.screens]
        for ghost in [one for one in self.lines if one not in lines]:
            await self.part(ghost)
        for _ in range(200):
            moved = [self.hear(screen) for screen in self.screens] + [await self.serve(line) for line in lines if line]
            if not any(moved):
                before = sum(len(line.outbox) for line in lines if line)
                await asyncio.sleep(QUIET_S)
                if before == sum(len(line.outbox) for line in lines if line) == 0:
                    return
        raise AssertionError("it never comes to rest")

    def rows(self, version: Version, page_no: int) -> list[str]:
        table = self.tables[version.key]
        return table[PAGE_ROWS * (page_no - 1) : PAGE_ROWS * page_no]

    def agree(self) -> None:
        """All screens show what is so."""
        room = self.visit.room._room
        people = json.loads(encode_frame(room.people_frame()))
        presenter = json.loads(encode_frame(room.presenter_frame()))
        log = json.loads(encode_frame(self.visit.room.log(0)))
        places = {one["who"]: (one.get("version"), one["page_no"] or room.page_no) for one in people["people"]}
        for screen in self.screens:
            seen = self.js.ask(screen.name)
            assert seen["presenter"] == [presenter["by"], presenter["away"], presenter["asking"]]
            assert seen["people"] == [people["count"], people["people"]]
            assert people["count"] == len({each.key for each in self.screens}), "who is gone is not here any more"
            assert seen["lines"] == log["lines"]
            assert seen["waits"] == [None, False, []]
            if room.version is None:
                assert seen["doc"] is None
                assert seen["page"] is None
                continue
            version = room.version
            assert version.rows == len(self.tables[version.key])
            assert seen["room"] == [version.number, room.page_no]
            page_no, follow = seen["alone"] or (room.page_no, None)
            if seen["alone"] and seen["doc"][0] != version.number:
                self.agree_on_earlier(seen, page_no)
                if follow in places:
                    assert (seen["doc"][0], page_no) == places[follow], "who follows somebody is where they are"
                event("reads an earlier version")
                continue
            assert seen["doc"] == [version.number, version.edition, version.rows, version.complete]
            shown = [version.number, page_no, self.rows(version, page_no)]
            assert seen["page"] == shown, "nobody is moved who browses alone"
            if follow in places:
                number = places[follow][0] or version.number
                place = version.number, page_no
                assert place == (number, places[follow][1]), "who follows somebody is where they are"
                event("follows")
            if seen["alone"]:
                event("browses alone")
            if room.presenter:
                event("somebody presents")
            marks = self.visit.room.selections(page_no)
            assert seen["selections"] == (json.loads(encode_frame(marks))["selections"] if marks else [])
            assert all(mark["by"]["who"] in places for mark in seen["selections"]), "who is gone has nothing selected"
            if marks:
                event("something is selected")

    def agree_on_earlier(self, seen: dict[str, Any], page_no: int) -> None:
        """A screen shows what is kept of an earlier version."""
        try:
            version = self.visit.room.version(seen["doc"][0])
        except PagecastError:
            return  # what is on the screen is all that is left of it
        assert seen["page"] == [version.number, page_no, self.rows(version, page_no)]

    async def obey(self) -> None:
        """The presenter turns the pages for all, and while nobody presents anybody does."""
        room, screen = self.visit.room._room, self.screens[0]
        if room.version is None or room.version.pages < 2 or not screen.line:
            return
        page_no = room.page_no % room.version.pages + 1
        self.do(screen, {"type": "rejoined"})
        self.do(screen, {"type": "page-requested", "page_no": page_no})
        await self.rest()
        may = room.presenter is None or room.presenter.who == self.js.ask(screen.name)["who"]
        assert self.visit.room.page_no == (page_no if may else room.page_no)
        self.agree()


PHASES = [Phase.explicit, Phase.generate, Phase.shrink]  # an explanation would take minutes

OFTEN = ["hear", "serve"] * 6 + ["time", "cut", "turn", "rejoin"] * 3 + ["look", "presenter", "point", "follow"] * 2
SELDOM = ["late", "ghost", "say", "pour", "bring", "append", "read", "restart"]
STEPS = st.tuples(st.sampled_from([*OFTEN, *SELDOM]), st.integers(0, 4), st.integers(1, 30))


ALL_KNOW = [(what, which, 30) for what in ("serve", "time", "hear") for which in range(3)]
CIRCLE = [("look", n, n) for n in range(3)] + ALL_KNOW + [("follow", n, n + 1) for n in range(3)] + ALL_KNOW * 2

LATE = [("turn", 0, 2), *ALL_KNOW, ("turn", 0, 3), *ALL_KNOW, ("point", 1, 4), *ALL_KNOW, ("late", 2, 1)]


@pytest.fixture(scope="module")
def screens() -> Iterator[Screens]:
    node = shutil.which("node")
    assert node, "node is not installed"
    with subprocess.Popen([node, WORLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Screens(process)
    assert process.returncode == 0


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=PHASES)
@example(2, 3, [("look", 0, 3), ("pour", 0, 16)])  # a page is asked for that the next table does not have
@example(2, 5, [("look", 0, 4), ("serve", 0, 4), ("look", 0, 1)])  # what is fetched is left out for what is newer
@example(2, 0, [("pour", 0, 2), *ALL_KNOW, ("point", 0, 1), *ALL_KNOW])  # something is selected while a table arrives
@example(3, 9, CIRCLE)
@example(3, 9, LATE)
@given(st.integers(2, 5), st.integers(0, 9), st.lists(STEPS, min_size=40, max_size=150))
def test_whatever_happens_on_the_way_all_screens_show_the_room_in_the_end(
    screens: Screens, windows: int, rows: int, steps: list[tuple[str, int, int]]
) -> None:
    async def play() -> None:
        world = Theatre(screens, windows)
        await world.begin()
        if rows:
            await world.bring(100 * rows + 50, "")
        for screen in world.screens:
            await world.connect(screen)
        await world.rest()
        for step in steps:
            await world.step(*step)
        await world.rest()
        world.agree()
        await world.obey()
        for screen in world.screens:
            assert screen.line
            await world.part(screen.line)
        await world.visit.leave()
        await world.services.stop()

    with asyncio.Runner(loop_factory=Leaping) as runner:
        runner.run(play())
