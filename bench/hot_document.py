"""One document that everybody watches: the cost of its events for Redis and for a process, at any number of viewers.

The bench measures single steps, on a real Redis and in this process, and multiplies them. `docs/scale.md` draws the
conclusions.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

from bench.figures import Line, Setting
from bench.server import Server, redis
from pagecast.edges.redis import BATCH, RedisBus, encode_kept
from pagecast.protocol.people import Person
from pagecast.room.events import Event, Joined, Left, Turned
from pagecast.room.room import Room
from pagecast.room.state import RoomState

ABOUT = "one document that everybody watches: the work of Redis and of one process"

EACH = 5000
"""Viewers of one process."""

STAYS_S = 600.0
"""How long a viewer stays, on average: it joins once and leaves once in that time."""

TURNS_S, MOVES_S = 1.0, 4.0
"""Turns a second of the room, and messages a second in which one process says which pages its viewers read."""

STEPS = 400

MOST = 100_000
"""Viewers of the largest room that is made. Larger ones take in proportion."""


class Costs(NamedTuple):
    """Seconds of Redis: for a call with one event, for each further event in it, and for a call that reads."""

    call: float
    event: float
    read: float


def measure(setting: Setting) -> Iterator[Line]:
    if not shutil.which("redis-server"):
        yield Line("hot document", "skipped: scripts/system-packages redis installs redis-server")
        return
    with redis(setting.folder) as broker:
        costs = asyncio.run(costs_of(broker))
    call, event, read = (1e6 * cost for cost in costs)
    yield Line("Redis", f"{call:.0f} µs a call with one event, {event:.0f} µs each further one, {read:.0f} µs a read")
    for viewers in (1_000, 10_000, 100_000, 1_000_000, 10_000_000):
        yield Line(f"{viewers:,} viewers", sentence(viewers, costs))


def sentence(viewers: int, costs: Costs) -> str:
    """The work for so many viewers."""
    processes = max(1, viewers // EACH)
    events = 2 * viewers / STAYS_S + TURNS_S + MOVES_S * processes
    calls = min(events, max(events / BATCH, processes * MOVES_S))
    read = min(events, 1 / 0.002) * processes  # bells that ring while a process reads are answered by its next read
    busy = calls * costs.call + events * costs.event + read * costs.read
    applied = apply_s(min(viewers, MOST)) * max(1, viewers / MOST)
    state = len(encode_kept(RoomState(room_of(min(viewers, MOST))), {})) * max(1, viewers / MOST)
    return (
        f"{processes:,} processes, {events:,.0f} events/s: Redis {busy:,.0%} busy; "
        f"a join takes {1e3 * applied:.2f} ms of each process; a state is {state / 1e6:.1f} MB"
    )


def room_of(viewers: int) -> Room:
    """A room with so many viewers. They are put in at once: one after another they would be copied each time."""
    one = Room("hot").apply(Joined("0", Person("00000000", "Guest"), "a")).viewers["0"]
    return Room("hot", viewers={f"{n:08x}": one for n in range(viewers)})


def apply_s(viewers: int) -> float:
    """Seconds in which a room of so many viewers takes one more in."""
    room = room_of(viewers)
    begun = time.perf_counter()
    for number in range(20):
        room.apply(Joined(f"new {number}", Person("5b1c09ae", "Newt"), "a"))
    return (time.perf_counter() - begun) / 20


class Quiet:
    """Hears events and shows nothing."""

    async def hear(self, uuid: str, event: Event) -> None:
        pass

    async def hear_early(self, uuid: str, event: Event) -> None:
        raise RuntimeError("Redis is too slow for a figure")

    async def agree(self, uuid: str, state: RoomState | None, events: object) -> None:
        pass

    def state(self, uuid: str) -> RoomState:
        return RoomState(Room(uuid))


async def costs_of(broker: Server) -> Costs:
    """Measure by the processor time that Redis takes."""
    buses = [RedisBus(f"redis://127.0.0.1:{broker.port}", name) for name in "ab"]
    for bus in buses:
        bus.subscribe(Quiet())
        await bus.start()
    writer, reader = buses
    await writer.enter("hot", RoomState(Room("hot")))
    writer.follow("hot")

    async def alone() -> None:
        await writer.publish("hot", Turned(1, 2, None))

    async def together() -> None:
        await asyncio.gather(*(writer.publish("hot", Left(f"{n:08x}")) for n in range(BATCH)))

    call = await cpu_of(broker, alone)
    event = (await cpu_of(broker, together, STEPS // 10) - call) / BATCH
    await reader.enter("hot", RoomState(Room("hot")))
    reader.follow("hot")
    read = max(0.0, await cpu_of(broker, alone) - call)
    for bus in buses:
        await bus.stop()
    return Costs(call, max(event, 1e-6), read)


async def cpu_of(broker: Server, work: Callable[[], Awaitable[None]], steps: int = STEPS) -> float:
    """Seconds of Redis that a piece of work takes."""
    steps *= 10
    begun = broker.cpu_s()
    for _ in range(steps):
        await work()
    return (broker.cpu_s() - begun) / steps
