"""Several processes over Redis beside one without a bus: page turns, a rolling restart, and a crowd that returns."""

import os
import re
import select
import shutil
import signal
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from bench.back import KEPT_S, PAGE_NO, come_back
from bench.crowd import JOINED_S, Crowd, Place, elsewhere, room_for
from bench.figures import Line, Setting, percentile, seconds
from bench.server import Server, pagecast, redis
from bench.wire import Http, frame_of, handshake

ABOUT = "1, 2 and 4 processes over Redis beside one without a bus, all on the same cores"

VIEWERS = 50
"""Viewers of the turned document, over all processes."""

TURNS, WARM = 60, 5
"""Turns of each document that count, and those before them that fill caches."""

REST_S = 0.06
"""Between two turns: a viewer may turn 20 times a second."""

DOCUMENTS, BUSY_S = 24, 4.0
"""Documents that are turned at once, as fast as viewers may, and for how long."""

ROLLING, BACK, PROCESSES = 1000, 5000, 2
"""Viewers of the rolling restart, of the return, and the processes of both."""

ALONE = "1 without a bus"

TURN_EVERY_S = 0.1
LATE_S = 60.0

_page = re.compile(rb'"type":"page".{0,300}?"page_no":(\d+),', re.DOTALL)


class Fleet(NamedTuple):
    """Some processes over one Redis, or one process without a bus."""

    servers: tuple[Server, ...]
    broker: Server | None

    @property
    def name(self) -> str:
        return f"{len(self.servers)} over Redis" if self.broker else ALONE

    def cpu_s(self) -> tuple[float, float]:
        """The processor time of the servers, and that of Redis, in seconds."""
        return sum(server.cpu_s() for server in self.servers), self.broker.cpu_s() if self.broker else 0.0


def measure(setting: Setting) -> Iterator[Line]:
    if not shutil.which("redis-server"):
        yield Line("processes", "skipped: scripts/system-packages redis installs redis-server")
        return
    with ExitStack() as stack:
        fleets = [start(stack, setting, processes) for processes in (0, 1, 2, 4)]
        taken = elsewhere(turn, setting, fleets)
        alone = statistics.median(taken[0][0])
        for fleet, (own, other) in zip(fleets, taken, strict=True):
            times = f"{statistics.median(own) / alone:.2f} times as long as without a bus, {_spread(own)}"
            there = (
                f"; {statistics.median(other) / alone:.2f} times at another process, {_spread(other)}" if other else ""
            )
            yield Line(fleet.name, f"a turn is on the last of {VIEWERS} screens after {times}{there}")
        for fleet in fleets:
            before = fleet.cpu_s()
            done = elsewhere(busy, setting, fleet.servers)
            servers, broker = (1e6 * (now - was) / done for now, was in zip(fleet.cpu_s(), before, strict=True))
            spent = f"each takes {servers:,.0f} µs of the servers and {broker:,.0f} µs of Redis"
            yield Line(fleet.name, f"{done / BUSY_S:,.0f} turns/s in {DOCUMENTS} documents; {spent}")
    yield elsewhere(rolling, setting)
    yield elsewhere(all_back, setting)


def start(stack: ExitStack, setting: Setting, processes: int) -> Fleet:
    """Start so many processes over Redis; for 0 one process without a bus."""
    broker = stack.enter_context(redis(setting.folder)) if processes else None
    options = [f"--bus=redis://127.0.0.1:{broker.port}"] if broker else []
    first = stack.enter_context(pagecast(setting.folder, *options))
    more = [pagecast(setting.folder, *options, data=first.folder) for _ in range(processes - 1)]
    return Fleet((first, *map(stack.enter_context, more)), broker)


def _spread(taken: Sequence[float]) -> str:
    return f"{seconds(statistics.median(taken))} (99 %: {seconds(percentile(taken, 0.99))})"


def document(setting: Setting, servers: Sequence[Server]) -> list[Place]:
    """A new document of twenty pages, and where each process has it."""
    small = setting.folder / "small.tsv"
    if not small.exists():
        with setting.table.path.open("rb") as file:
            small.write_bytes(file.read(setting.table.page_bytes(20).stop))
    with Http(servers[0].port) as client:
        uuid = client.put("/parser/small.tsv", small).rsplit("/", 1)[-1]
    return [Place(server.port, f"/parser/ws/{uuid}") for server in servers]


def turn(setting: Setting, fleets: Sequence[Fleet]) -> list[tuple[list[float], list[float]]]:
    """Turn a document of each fleet, one fleet after another.

    Answers for each fleet the seconds of every turn until its own process's viewers had it, and until those of the
    others did.
    """
    with ExitStack() as stack:
        rooms = []
        for fleet in fleets:
            places = document(setting, fleet.servers)
            rooms.append([stack.enter_context(Crowd(place, VIEWERS // len(places))) for place in places])
        for crowd in chain.from_iterable(rooms):
            crowd.settle(JOINED_S)
        taken: list[tuple[list[float], list[float]]] = [([], []) for _ in fleets]
        for number in range(TURNS + WARM):
            for crowds, (own, other) in zip(rooms, taken, strict=True):
                time.sleep(REST_S)
                for crowd in chain.from_iterable(rooms):
                    crowd.settle(0.0)
                asked = crowds[number % len(crowds)]
                seconds_of = until_all_have(crowds, asked, 1 + number % 10)
                if number >= WARM:
                    own.append(seconds_of[asked])
                    others = [seconds_of[crowd] for crowd in crowds if crowd is not asked]
                    other += [max(others)] if others else []
        return taken


def until_all_have(crowds: Sequence[Crowd], asked: Crowd, page_no: int) -> dict[Crowd, float]:
    """Have one crowd's viewer turn; answers after how many seconds each crowd had the page."""
    waiting = {crowd: len(crowd.viewers) for crowd in crowds}
    done: dict[Crowd, float] = {}
    begun = time.perf_counter()
    asked.ask(page_no)
    while len(done) < len(crowds):
        for crowd in crowds:
            if crowd not in done:
                waiting[crowd] -= crowd.hear(0.0) or 0
                if waiting[crowd] <= 0:
                    done[crowd] = time.perf_counter() - begun
        if time.perf_counter() > begun + LATE_S:
            raise TimeoutError("a turn did not arrive")
    return done


class Pair:
    """Two viewers of a document, at two processes where there are two. The first one turns."""

    def __init__(self, stack: ExitStack, places: Sequence[Place], number: int) -> None:
        self.crowds = [stack.enter_context(Crowd(places[(number + other) % len(places)], 1)) for other in (0, 1)]
        self.missing, self.next, self.turns = 0, 0.0, 0
        for crowd in self.crowds:
            crowd.settle(0.05)

    def go_on(self, now: float) -> None:
        """Hear, and turn again once both have the page, as soon as a viewer may."""
        if self.missing > 0:
            self.missing -= sum(crowd.hear(0.0) or 0 for crowd in self.crowds)
            self.turns += self.missing <= 0
        elif now >= self.next:
            self.missing, self.next = 2, now + REST_S
            self.crowds[0].ask(1 + self.turns % 10)


def busy(setting: Setting, servers: Sequence[Server]) -> int:
    """Turn many documents at once, as fast as viewers may; answers how many turns both viewers had in BUSY_S."""
    with ExitStack() as stack:
        pairs = [Pair(stack, document(setting, servers), number) for number in range(DOCUMENTS)]
        until = time.perf_counter() + BUSY_S
        while (now := time.perf_counter()) < until:
            for pair in pairs:
                pair.go_on(now)
        return sum(pair.turns for pair in pairs)


class Swarm:
    """Viewers who come back at once when their connection ends, and remember the page that they have."""

    def __init__(self, place: Place, viewers: int) -> None:
        self._place = place
        self._ready = select.epoll()
        self._sockets: dict[int, tuple[int, socket.socket]] = {}
        self.pages = [0] * viewers
        self.returns = 0
        self.away: set[int] = set()
        for number in range(viewers):
            self._connect(number)

    def _connect(self, number: int) -> None:
        one = socket.socket()
        one.setblocking(False)
        one.bind((f"127.1.{1 + number // 250}.{1 + number % 250}", 0))
        one.connect_ex(("127.0.0.1", self._place.port))
        self._sockets[one.fileno()] = number, one
        self._ready.register(one.fileno(), select.EPOLLOUT)
        self.away.add(number)

    def hear(self, wait_s: float) -> None:
        """Take some of what has come, and connect again who was closed."""
        for file, _ in self._ready.poll(wait_s, 256):
            number, one = self._sockets[file]
            try:
                if number in self.away and self._greet(file, one):
                    self.away.discard(number)
                    continue
                data = one.recv(2**18)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self._ready.unregister(file)
                del self._sockets[file]
                one.close()
                self.returns += 1
                self.pages[number] = 0
                self._connect(number)
            elif found := _page.findall(data):
                self.pages[number] = int(found[-1])

    def _greet(self, file: int, one: socket.socket) -> bool:
        one.sendall(handshake(self._place.path))
        self._ready.modify(file, select.EPOLLIN)
        return True

    def turn(self, page_no: int) -> None:
        """Have a viewer who is connected turn."""
        for number, one in self._sockets.values():
            if number not in self.away and self.pages[number]:
                with suppress(OSError):  # its server has just closed the connection
                    one.sendall(frame_of(b'{"type":"turn","page_no":%d}' % page_no))
                    return

    def close(self) -> None:
        self._ready.close()
        for _, one in self._sockets.values():
            one.close()


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def rolling(setting: Setting) -> Line:
    """Stop each of two processes in turn under ROLLING viewers, while somebody turns ten times a second."""
    with redis(setting.folder) as broker:
        options = f"--bus=redis://127.0.0.1:{broker.port}", f"--processes={PROCESSES}"
        with pagecast(setting.folder, *options) as server:
            swarm = Swarm(document(setting, [server])[0], ROLLING)
            page_no, turns, longest = 0, 0, 0.0
            listen(swarm, lambda: all(swarm.pages))
            for pid in sorted(children(server.pid)):
                before = children(server.pid)
                os.kill(pid, signal.SIGTERM)
                begun = sent = time.perf_counter()
                while children(server.pid) == before or not all(swarm.pages) or len(children(server.pid)) < PROCESSES:
                    swarm.hear(0.01)
                    if time.perf_counter() > sent + TURN_EVERY_S:
                        sent, page_no, turns = time.perf_counter(), page_no % 19 + 1, turns + 1
                        swarm.turn(page_no)
                    if time.perf_counter() > begun + LATE_S:
                        raise TimeoutError("viewers are not back")
                longest = max(longest, time.perf_counter() - begun)
            swarm.turn(20)
            listen(swarm, lambda: set(swarm.pages) == {20})
            text = f"{swarm.returns:,} returns, {turns} turns meanwhile; all on one page again after {seconds(longest)}"
            swarm.close()
            return Line(f"rolling restart, {ROLLING:,} viewers", text)


def listen(swarm: Swarm, until: Callable[[], bool]) -> None:
    """Hear until something holds. Raises TimeoutError."""
    begun = time.perf_counter()
    while not until():
        swarm.hear(0.1)
        if time.perf_counter() > begun + LATE_S:
            raise TimeoutError(f"{swarm.pages.count(0)} viewers have no page")


def all_back(setting: Setting) -> Line:
    """Have all viewers come at once to two processes that have just started."""
    viewers = BACK if room_for(BACK) else 1000
    with redis(setting.folder) as broker:
        options = f"--bus=redis://127.0.0.1:{broker.port}", f"--processes={PROCESSES}"
        with pagecast(setting.folder, *options, stays=True) as server:
            place = document(setting, [server])[0]
            with Crowd(place, 1) as crowd:
                crowd.settle(JOINED_S)
                crowd.turn(PAGE_NO)
                time.sleep(KEPT_S)
        with pagecast(setting.folder, *options, again=server):
            return Line(f"back, {viewers:,} viewers, {PROCESSES} processes", f"{seconds(come_back(place, viewers))}")
