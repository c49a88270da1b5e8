"""Two processes over a real Redis: they agree while it works, go on alone while it does not, and agree afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from pagecast.edges.redis import PREFIX, RedisBus
from pagecast.limits.documents import Limits
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import PageOutOfRange, UnknownDocument
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Person, Place
from pagecast.protocol.talk import Say
from pagecast.room.events import Turned
from pagecast.service.library import Visit
from pagecast.service.services import Services
from pagecast.service.world import World
from tests.brokers import Broker, broker
from tests.relay import Relay, relaying
from tests.service.house import Wall, rows_of, table, until

OTTER, HERON = Person("9f2c41d7", "Otter"), Person("0b7716aa", "Heron")


@pytest.fixture(scope="module")
def redis() -> Iterator[Broker]:
    with broker() as running:
        yield running


@pytest.fixture(autouse=True)
async def empty(redis: Broker) -> None:
    """Nothing is left of the test before."""
    async with Redis.from_url(redis.url) as client:
        await client.flushall()


class Process:
    """One server's services on the bus, and what its viewers are shown."""

    def __init__(self, store: MemoryStore, url: str, name: str) -> None:
        self.name, self.wall, self.bus = name, Wall(), RedisBus(url, name)
        self.services = Services(
            World(
                store,
                self.bus,
                self.wall,
                MemoryEngine(store),
                Limits(),
                lambda: datetime(2026, 11, 21, tzinfo=UTC),
                name,
            )
        )

    async def upload(self, visit: Visit, name: str, rows: int) -> None:
        await self.services.uploads.upload(visit.room.uuid, f"{name}.tsv", table(name, rows), "")

    def page_no(self, visit: Visit) -> int:
        """The page that viewers were shown last; 0 for none."""
        pages = self.wall.pages(visit.room.uuid)
        return pages[-1].page_no if pages else 0


@asynccontextmanager
async def process(store: MemoryStore, url: str, name: str) -> AsyncIterator[Process]:
    running = Process(store, url, name)
    await running.bus.start()
    try:
        yield running
    finally:
        await running.bus.stop()


@asynccontextmanager
async def apart(store: MemoryStore, redis: Broker) -> AsyncIterator[tuple[Relay, Process, Process]]:
    """Two processes, of which the first one comes to the broker by a relay."""
    async with (
        relaying(redis.port) as relay,
        process(store, relay.url, "a") as here,
        process(store, redis.url, "b") as there,
    ):
        yield relay, here, there


@pytest.fixture
async def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def pair(store: MemoryStore, redis: Broker) -> AsyncIterator[tuple[Process, Process]]:
    async with process(store, redis.url, "a") as here, process(store, redis.url, "b") as there:
        yield here, there


async def both(pair: tuple[Process, Process]) -> tuple[Visit, Visit]:
    """The same document, with a table of 950 rows, visited in both, by one person in each."""
    here, there = pair
    visit = await here.services.library.visit(None)
    await here.upload(visit, "a", 950)
    other = await there.services.library.visit(visit.room.uuid)
    await visit.room.join("otter", OTTER)
    await other.room.join("heron", HERON)
    return visit, other


def names(visit: Visit) -> set[str]:
    return {present.name for present in visit.room.state.room.people_frame().people}


async def agreed(visits: tuple[Visit, Visit]) -> None:
    """Wait until both have the same room and the same talk; only the numbers of their frames differ."""

    def shared(visit: Visit) -> tuple[object, ...]:
        room = visit.room.state.room
        shown = visit.room.newest, visit.room.page_no, visit.room.view
        return shown, room.version, room.page_no, dict(room.viewers), room.presenter, visit.room.state.talk

    await until(lambda: shared(visits[0]) == shared(visits[1]))


async def test_a_turn_is_on_the_screens_of_both(pair: tuple[Process, Process]) -> None:
    visits = await both(pair)
    await visits[0].room.turn(3, OTTER)
    await until(lambda: pair[1].page_no(visits[1]) == 3)
    page = pair[1].wall.pages(visits[1].room.uuid)[-1]
    assert (page.by, page.data) == (OTTER, rows_of("a", 201, 300))
    await visits[1].room.turn(2, HERON)
    assert pair[1].page_no(visits[1]) == 2, "the process itself has heard it"
    await agreed(visits)
    assert names(visits[0]) == names(visits[1]) == {"Otter", "Heron"}


async def test_a_deleted_document_is_gone_everywhere_and_redis_keeps_no_word_of_it(
    pair: tuple[Process, Process], redis: Broker
) -> None:
    visits = await both(pair)
    uuid = visits[0].room.uuid
    await visits[0].room.talk(Say("between us"), Link(uuid, visits[0].room.reader, reads_only=False), OTTER, "otter")
    await agreed(visits)
    await pair[0].services.library.delete(uuid)
    await until(lambda: all(process.wall.dismissed == [uuid] for process in pair))
    async with Redis.from_url(redis.url) as client:
        kept = repr([await client.hgetall(f"{PREFIX}document:{uuid}"), await client.xrange(f"{PREFIX}events:{uuid}")])
    assert not [word for word in ("between", "Otter") if word in kept]
    for process in pair:
        with pytest.raises(UnknownDocument):
            await process.services.library.visit(uuid)


async def test_a_process_that_was_cut_off_learns_that_a_document_was_deleted(store: MemoryStore, redis: Broker) -> None:
    async with apart(store, redis) as (relay, here, there):
        visits = await both((here, there))
        await agreed(visits)
        relay.cut()
        await until(lambda: not here.bus.is_reachable)
        await there.services.library.delete(visits[0].room.uuid)
        relay.mend()
        await until(lambda: here.wall.dismissed == [visits[0].room.uuid])


async def test_a_process_that_comes_later_finds_everything(pair: tuple[Process, Process], redis: Broker) -> None:
    visits = await both(pair)
    link = Link(visits[0].room.uuid, visits[0].room.reader, reads_only=False)
    await visits[0].room.present(OTTER)
    await visits[0].room.turn(4, OTTER)
    await visits[0].room.talk(Say("Look at row 7"), link, OTTER, "otter")
    visits[1].room.move("heron", Place(2, None))
    await agreed(visits)
    async with process(MemoryStore(), redis.url, "c") as late:
        visit = await late.services.library.visit(visits[0].room.uuid)
        await agreed((visits[0], visit))
        assert (visit.room.page_no, visit.room.state.room.presenter) == (4, OTTER)
        assert [line.line for line in visit.room.log(0).lines] == [1, 2, 3]


async def test_a_document_without_a_table_has_the_same_links_in_both(pair: tuple[Process, Process]) -> None:
    visit = await pair[0].services.library.visit(None)
    other = await pair[1].services.library.visit(visit.room.uuid)
    assert other.link == visit.link
    await pair[1].upload(other, "a", 50)
    await until(lambda: visit.room.newest)
    assert (await pair[0].services.library.visit(visit.link.reader)).link.reads_only


async def test_turns_in_both_at_once_come_in_one_order(pair: tuple[Process, Process]) -> None:
    visits = await both(pair)
    turns = [(visit, by, page_no) for page_no in range(1, 9) for visit, by in zip(visits, (OTTER, HERON), strict=True)]
    await asyncio.gather(*(visit.room.turn(page_no, by) for visit, by, page_no in turns))
    await agreed(visits)
    assert pair[0].page_no(visits[0]) == pair[1].page_no(visits[1])


async def test_a_crowd_is_known_to_a_process_that_comes_later(pair: tuple[Process, Process]) -> None:
    here, there = pair
    visit = await here.services.library.visit(None)
    people = [Person(f"{n:08x}", f"Guest {n}") for n in range(3000)]
    await asyncio.gather(*(visit.room.join(f"viewer {n}", person) for n, person in enumerate(people)))
    other = await there.services.library.visit(visit.room.uuid)
    await agreed((visit, other))
    assert other.room.state.room.people_frame().count == 3000


async def test_a_document_that_no_process_knows_is_unknown(pair: tuple[Process, Process]) -> None:
    with pytest.raises(UnknownDocument):
        await pair[0].services.library.visit("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11")


async def test_a_process_hears_only_the_documents_that_it_has_open(
    pair: tuple[Process, Process], redis: Broker
) -> None:
    visits = await both(pair)
    alone = await pair[0].services.library.visit(None)
    async with Redis.from_url(redis.url, decode_responses=True) as client:

        async def heard_by(visit: Visit, processes: int) -> None:
            async with asyncio.timeout(20):  # a process subscribes, and goes on before Redis has answered
                while (await client.pubsub_numsub(f"{PREFIX}bell:{visit.room.uuid}"))[0][1] != processes:
                    await asyncio.sleep(0.01)

        await heard_by(visits[0], 2)
        await heard_by(alone, 1)
        await visits[1].room.leave("heron")
        await visits[1].leave()
        await heard_by(visits[0], 1)


async def test_bells_that_repeat_or_come_in_disorder_change_nothing(
    pair: tuple[Process, Process], redis: Broker
) -> None:
    visits = await both(pair)
    await visits[0].room.turn(3, OTTER)
    await agreed(visits)
    pages = len(pair[1].wall.pages(visits[1].room.uuid))
    async with Redis.from_url(redis.url) as client:
        for offset in (2, 99, 1, 1, 0):
            await client.publish(f"{PREFIX}bell:{visits[0].room.uuid}", offset)
    await visits[0].room.turn(5, OTTER)
    await until(lambda: pair[1].page_no(visits[1]) == 5)
    assert len(pair[1].wall.pages(visits[1].room.uuid)) == pages + 1


async def test_an_event_that_is_sent_again_is_heard_once(pair: tuple[Process, Process]) -> None:
    visits = await both(pair)
    bus, uuid = pair[0].bus, visits[0].room.uuid
    ask = bus._ask
    sent: list[object] = []

    async def cut_behind(*given: object) -> object:
        reply = await ask(*given)  # type: ignore[arg-type]
        if given[1] and not sent:
            sent.append(given)
            raise ConnectionError("the answer is lost")
        return reply

    bus._ask = cut_behind  # type: ignore[method-assign,assignment]
    link = Link(uuid, visits[0].room.reader, reads_only=False)
    await visits[0].room.talk(Say("once"), link, OTTER, "otter")
    await until(lambda: "once" in [getattr(line, "text", "") for line in visits[0].room.log(0).lines])
    await agreed(visits)
    assert [getattr(line, "text", "") for line in visits[1].room.log(0).lines].count("once") == 1


async def test_a_process_that_missed_too_much_goes_on_from_a_state(
    pair: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in (("MOST_EVENTS", 100), ("STATE_EVERY", 10), ("BATCH", 10)):
        monkeypatch.setattr(f"pagecast.edges.redis.{name}", number)
    visits = await both(pair)
    pair[1].bus._courses[visits[1].room.uuid].is_followed = False
    for _ in range(60):
        await asyncio.gather(*(visits[0].room.turn(page_no, OTTER) for page_no in range(1, 11)))
    pair[1].bus.follow(visits[1].room.uuid)
    pair[1].bus._courses[visits[1].room.uuid].is_behind = True
    await visits[1].room.turn(7, HERON)
    await agreed(visits)


# Faults


async def test_a_broker_that_is_gone_stops_nobody_and_all_agree_when_it_is_back(
    pair: tuple[Process, Process], redis: Broker
) -> None:
    visits = await both(pair)
    link = Link(visits[0].room.uuid, visits[0].room.reader, reads_only=False)
    redis.kill()
    await visits[0].room.turn(5, OTTER)
    assert pair[0].page_no(visits[0]) == 5, "its own viewers turn"
    await visits[1].room.turn(8, HERON)
    await visits[1].room.join("newt", Person("5b1c09ae", "Newt"))
    said = asyncio.create_task(visits[0].room.talk(Say("Anybody there?"), link, OTTER, "otter"))
    await pair[0].upload(visits[0], "b", 350)
    assert pair[0].page_no(visits[0]) == 1
    redis.start()
    async with asyncio.timeout(5 + 15):  # 5 s on a machine that is not busy
        await agreed(visits)
    await said
    assert visits[0].room.newest == visits[0].room.versions[-1]
    assert [version.name for version in visits[1].room.versions] == ["a.tsv", "b.tsv"]
    assert names(visits[0]) == {"Otter", "Heron", "Newt"}
    assert "Anybody there?" in [getattr(line, "text", "") for line in visits[1].room.log(0).lines]
    assert pair[1].wall.pages(visits[1].room.uuid)[-1].data == pair[0].wall.pages(visits[0].room.uuid)[-1].data
    await visits[1].room.turn(2, HERON)
    await until(lambda: pair[0].page_no(visits[0]) == 2)


async def test_a_broker_that_hangs_delays_a_turn_and_no_more(pair: tuple[Process, Process], redis: Broker) -> None:
    visits = await both(pair)
    redis.pause()
    try:
        await visits[0].room.turn(5, OTTER)
        assert pair[0].page_no(visits[0]) == 5
        late = await pair[0].services.library.visit(None)  # a new document opens, too
        await pair[0].upload(late, "c", 5)
    finally:
        redis.go_on()
    await until(lambda: pair[1].page_no(visits[1]) == 5)
    await agreed(visits)


async def test_a_slow_broker_delays_turns_and_keeps_their_order(store: MemoryStore, redis: Broker) -> None:
    async with apart(store, redis) as (relay, here, there):
        visits = await both((here, there))
        relay.delay_s = 0.1
        for page_no in (2, 3, 4):
            await asyncio.gather(visits[0].room.turn(page_no, OTTER), visits[1].room.turn(page_no + 4, HERON))
        await agreed(visits)
        await until(lambda: here.page_no(visits[0]) == there.page_no(visits[1]) == visits[0].room.page_no)


async def test_a_process_that_is_cut_off_catches_up(store: MemoryStore, redis: Broker) -> None:
    async with apart(store, redis) as (relay, here, there):
        visits = await both((here, there))
        relay.cut()
        await visits[0].room.turn(5, OTTER)
        await visits[1].room.turn(9, HERON)
        assert (here.page_no(visits[0]), there.page_no(visits[1])) == (5, 9)
        relay.mend()
        await agreed(visits)
        await until(lambda: here.page_no(visits[0]) == there.page_no(visits[1]))


async def test_a_process_that_hears_no_bells_still_hears_events(store: MemoryStore, redis: Broker) -> None:
    async with apart(store, redis) as (relay, here, there):
        visits = await both((here, there))
        relay.deafen()
        await visits[1].room.turn(9, HERON)
        relay.hear()
        await until(lambda: here.page_no(visits[0]) == 9)
        await lost_bells(here)
        await visits[1].room.turn(2, HERON)
        await until(lambda: here.page_no(visits[0]) == 2)


async def lost_bells(process: Process) -> None:
    """Have a process listen to no document any more, as after a connection that was lost in silence."""
    bells = process.bus._bells
    assert bells is not None
    await bells.send_command("UNSUBSCRIBE")


async def test_a_lost_process_takes_its_viewers_along_and_a_paused_one_brings_them_back(
    store: MemoryStore, redis: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pagecast.edges.redis.LEASE_S", 1.5)
    async with apart(store, redis) as (relay, here, there):
        visits = await both((here, there))
        await agreed(visits)
        relay.cut()

        def looks() -> bool:
            there.services.library.remove_lost()
            return names(visits[1]) == {"Heron"}

        await until(looks)
        relay.mend()
        await until(lambda: names(visits[1]) == {"Otter", "Heron"})
        await agreed(visits)


async def test_a_version_that_was_stored_by_a_process_that_died_is_shown(pair: tuple[Process, Process]) -> None:
    here, there = pair
    visits = await both(pair)

    async def silent(uuid: str, event: object) -> None:
        await asyncio.sleep(0)

    here.bus.publish = silent  # type: ignore[method-assign]
    await here.upload(visits[0], "b", 20)
    await here.bus.stop()
    await there.bus.publish(visits[1].room.uuid, Turned(1, 2, HERON))
    visits[1].room.attendance.correct()  # as when the process is found to be lost
    await until(lambda: there.wall.pages(visits[1].room.uuid)[-1].data == rows_of("b", 1, 20))
    assert visits[1].room.newest == visits[1].room.versions[-1]


async def test_a_bus_that_is_not_there_is_said_at_the_start() -> None:
    bus = RedisBus("redis://127.0.0.1:1", "a")
    with pytest.raises(OSError, match="does not answer"):
        await bus.start()


# All of it together


HAPPENINGS = ("turn", "turn", "turn", "say", "move", "name", "upload", "cut", "mend", "kill", "wait")


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_all_agree_in_the_end(store: MemoryStore, redis: Broker, seed: int) -> None:
    chance = random.Random(seed)
    async with apart(store, redis) as (relay, *processes):
        visits = await both((processes[0], processes[1]))
        link = Link(visits[0].room.uuid, visits[0].room.reader, reads_only=False)
        waiting: list[asyncio.Task[None]] = []
        said = uploads = 0
        for step in range(40):
            one = chance.randrange(2)
            visit, by, viewer = visits[one], (OTTER, HERON)[one], ("otter", "heron")[one]
            match chance.choice(HAPPENINGS):
                case "turn":
                    waiting.append(asyncio.create_task(turn(visit, 1 + chance.randrange(9), by)))
                case "say":
                    said += 1
                    waiting.append(asyncio.create_task(visit.room.talk(Say(f"word {step}"), link, by, viewer)))
                case "move":
                    visit.room.move(viewer, Place(1 + chance.randrange(9), None))
                case "name":
                    waiting.append(asyncio.create_task(visit.room.join(viewer, changed(by, name=f"{by.name} {step}"))))
                case "upload" if uploads < 3:
                    uploads += 1
                    waiting.append(asyncio.create_task(processes[one].upload(visit, f"t{step}", 950)))
                case "cut":
                    relay.cut()
                case "mend":
                    relay.mend()
                case "kill" if step % 3 == 0:
                    redis.kill()
                    await asyncio.sleep(chance.random() / 5)
                    redis.start()
                case "wait":
                    await asyncio.sleep(chance.random() / 5)
        relay.mend()
        await asyncio.gather(*waiting)
        await until(lambda: all(server.bus.is_reachable for server in processes))
        for visit in visits:
            await visit.room.turn(5, HERON)
        await agreed((visits[0], visits[1]))
        texts = [getattr(line, "text", "") for line in visits[0].room.log(0).lines]
        assert sum(text.startswith("word") for text in texts) == said, "every message is there once"
        assert len(store.records[link.uuid].versions) == 1 + uploads
        for server, visit in zip(processes, visits, strict=True):
            assert visit.room.versions == store.records[link.uuid].versions
            await until(lambda server=server: server.page_no(visits[0]) == visits[0].room.page_no)  # type: ignore[misc]


async def turn(visit: Visit, page_no: int, by: Person) -> None:
    """Turn a page, unless a table of fewer pages came before."""
    with suppress(PageOutOfRange):
        await visit.room.turn(page_no, by)
