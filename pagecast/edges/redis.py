"""The bus on Redis or Valkey. Only this module knows the client.

Redis holds for each document: an epoch, the offset of its last event, a bounded stream of its last events, and the
state of its room at some offset before. One script appends events and reads what this process has missed. A channel
rings when there is more to read, and carries nothing else: an event that is repeated, late or out of order on the
channel does no harm, and a bell that is not heard is made up for by a look at the offsets once a second.

An epoch begins when a document is not in Redis, and ends when Redis restarts: whatever its disk has kept may be older
than what the processes have heard. All processes then go on from the state of the one that has heard most.
"""

import asyncio
import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from pagecast.edges.redis_scripts import EXCHANGE, FORGET, KEEP, LIVE
from pagecast.ports.operators import NotReady
from pagecast.ports.rooms import Hearer
from pagecast.protocol.errors import PagecastError
from pagecast.protocol.facts import Fact, decoder, encode
from pagecast.room.events import Event, TalkEvent, decode_event, encode_event
from pagecast.room.room import Room
from pagecast.room.state import RoomState, with_plain_viewers

TIMEOUT_S = 1.0
"""After how long an answer does not count any more: a page turn waits no longer for a broker that hangs."""

RETRY_S = 0.25
"""How often a broker is tried that cannot be reached. All processes agree soon after it is back."""

CHECK_S = 1.0
"""How often this process says that it lives, and looks whether it has missed a bell."""

CHECKED = 500
"""Documents that one look is about. More take turns, so that a look costs a few milliseconds."""

LEASE_S = 5.0
"""After how long without a sign of life a process counts as lost. A busy machine may delay several signs."""

DEAF_S = 3.0
"""After how long without an answer the connection that hears the bells is replaced."""

MOST_EVENTS = 2000
"""Events that Redis keeps of a document, of about 200 bytes each."""

STATE_EVERY = 200
"""Least events between two states of a room that Redis keeps. A room of many viewers, whose state is large, has more
between them, and never more than half of MOST_EVENTS: none is missing after a state.
"""

BATCH = 100
"""Events that are sent at a time: a crowd that joins costs some round trips, not thousands."""

MOST_UNSENT = 1000
"""Events of a document that wait for the broker. Beyond that the oldest ones are dropped: nobody could follow them."""

FORGOTTEN_MS = 600 * 1000
"""How long Redis keeps that a document was deleted: longer than a process misses events unnoticed."""

MOST_SAID = 100
"""Words of a document that are sent again after Redis has restarted."""

KEPT_MS = 6 * 3600 * 1000
"""How long Redis keeps a document that nobody changes. A process that still has it open brings it back."""

PREFIX = "pagecast:1:"
"""Begins all names in Redis. The number changes with the form of events and states."""

PROCESSES = f"{PREFIX}processes"

AWAY = (RedisError, OSError, TimeoutError)
"""The errors of a broker that cannot be reached, or does not answer."""

log = logging.getLogger("pagecast")


class Kept(Fact, frozen=True):
    """A room's state as Redis keeps it."""

    state: RoomState
    sent: dict[str, int]
    """The number of the last event of each process that the state holds."""


_decode_kept = decoder(Kept)


class _Outgoing:
    """An event of this process, until it is in the stream."""

    def __init__(self, number: int, event: Event) -> None:
        self.number, self.event, self.data = number, event, encode_event(event)
        self.is_early = False  # heard here, while the broker could not be reached
        self.heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, failure: Exception | None = None) -> None:
        """Let its publisher go on."""
        if not self.heard.done():
            if failure is None:
                self.heard.set_result(None)
            else:
                self.heard.set_exception(failure)


class _Course:
    """The events of a document, as far as this process has heard and sent them."""

    def __init__(self, uuid: str) -> None:
        self.uuid = uuid
        self.epoch, self.offset = "", 0
        self.sent: dict[str, int] = {}  # the number of the last event that was heard of each process
        self.kept = 0  # the offset of the last state that this process has left in Redis
        self.unsent: deque[_Outgoing] = deque()
        self.said: deque[_Outgoing] = deque(maxlen=MOST_SAID)  # the last words of this process that are in the stream
        self.is_behind = False  # there may be something to read
        self.is_split = False  # something was heard early, or the document was entered without the broker
        self.is_followed = False
        self.is_left = True
        self.working: asyncio.Task[None] | None = None

    @property
    def is_due(self) -> bool:
        return bool(self.unsent) or (self.is_followed and (self.is_behind or self.is_split))


class _Reply:
    """The answer of the script."""

    def __init__(self, answer: Sequence[Any], own: str) -> None:
        self._own = own
        self.epoch, self.offset, self.created = str(answer[0], "ascii"), int(answer[1]), bool(answer[2])
        self._entries = [(str(fields[0], "utf-8"), int(fields[1]), fields[3]) for _, fields in answer[3]]
        self._kept: Kept | None = _decode_kept(answer[4]) if len(answer) > 4 else None
        self.state = self._kept.state if self._kept else None

    def take(self, course: _Course) -> list[tuple[int, Event]]:
        """Have a document go on from here; returns the new events, each with its number where this process sent it.

        An event that was heard in an earlier epoch, and sent again in this one, is left out.
        """
        if self._kept is not None:
            course.sent = dict(self._kept.sent)
        course.epoch, course.offset = self.epoch, self.offset
        news = []
        for process, number, data in self._entries:
            if number > course.sent.get(process, 0):
                course.sent[process] = number
                news.append((number if process == self._own else 0, decode_event(data)))
        return news


class RedisBus:
    """Implements ``ports.Bus``. ``start`` it before it is used, ``stop`` it at the end."""

    is_shared = True

    def __init__(self, url: str, process: str) -> None:
        """``process`` is this process's name, which no other one has. Raises ValueError where the URL is wrong."""
        self._process = process
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            redis_connect_func=self._greet,
        )
        self._exchange = self._redis.register_script(EXCHANGE)
        self._keep = self._redis.register_script(KEEP)
        self._live = self._redis.register_script(LIVE)
        self._forget = self._redis.register_script(FORGET)
        self._run = ""  # names the run of the Redis server
        self._numbers = 0
        self._courses: dict[str, _Course] = {}
        self._looked = 0  # where the next look at offsets begins
        self._seen: dict[str, float] = {}  # when each process last gave a sign of life
        self._hearer: Hearer
        self._bells: AbstractConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._small: set[asyncio.Task[None]] = set()
        self._returning: asyncio.Task[None] | None = None  # while the broker cannot be reached

    async def start(self) -> None:
        """Connect. Raises OSError where the broker cannot be reached, or refuses."""
        try:
            await self._sign()
        except AWAY as error:
            await self._redis.aclose()
            raise OSError(f"the bus does not answer ({error})") from None
        self._tasks = [asyncio.create_task(work) for work in (self._listen(), self._look())]

    async def stop(self) -> None:
        """Disconnect. The others learn at once that this process has gone."""
        tasks = {*self._tasks, *([self._returning] if self._returning else [])}
        tasks |= {*self._small, *(course.working for course in self._courses.values() if course.working)}
        while tasks:  # a task may miss a cancellation that comes together with an answer
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=RETRY_S)
        with suppress(*AWAY):
            await self._redis.zrem(PROCESSES, self._process)
        await self._redis.aclose()

    @property
    def is_reachable(self) -> bool:
        return self._returning is None

    async def ready(self) -> None:
        if not self.is_reachable:
            raise NotReady("The bus cannot be reached: start Redis, or check --bus.")

    def subscribe(self, hearer: Hearer) -> None:
        self._hearer = hearer

    def is_lost(self, process: str) -> bool:
        now = time.monotonic()
        return self.is_reachable and process != self._process and now - self._seen.setdefault(process, now) > LEASE_S

    async def enter(self, uuid: str, state: RoomState | None) -> RoomState | None:
        course = self._courses.setdefault(uuid, _Course(uuid))  # now, or a bell would ring for nobody
        course.epoch, course.is_split, course.is_left = "", True, False
        await self._listen_to("SUBSCRIBE", uuid)
        entered = state
        if self.is_reachable:
            try:
                reply = await self._ask(course, [], state)
            except AWAY as error:
                self._lose(error)
            else:
                if reply is not None:
                    entered = _after(state if reply.created else reply.state, reply.take(course))
                    course.is_split, course.kept = False, course.offset
        course.is_left = entered is None
        self._tidy(course)
        return entered

    def follow(self, uuid: str) -> None:
        course = self._courses[uuid]
        course.is_followed = True
        self._wake(course)

    def leave(self, uuid: str) -> None:
        course = self._courses[uuid]
        course.is_left, course.is_followed = True, False
        self._tidy(course)

    async def publish(self, uuid: str, event: Event) -> None:
        course = self._courses.setdefault(uuid, _Course(uuid))  # a new one where only others have it open
        self._numbers += 1
        outgoing = _Outgoing(self._numbers, event)
        course.unsent.append(outgoing)
        self._wake(course)
        await outgoing.heard

    async def forget(self, uuid: str) -> None:
        state = encode_kept(RoomState(Room(uuid, is_deleted=True)), {})
        with suppress(*AWAY):
            await self._forget(keys=[_meta(uuid), _stream(uuid)], args=[state, FORGOTTEN_MS])

    # One document at a time.

    def _wake(self, course: _Course) -> None:
        """Have a document's events sent and heard, unless that is under way."""
        if course.working is None and course.is_due:
            course.working = asyncio.create_task(self._work(course))

    async def _work(self, course: _Course) -> None:
        try:
            while course.is_due:
                if not self.is_reachable:
                    await self._hear_early(course)
                    if not self.is_reachable:
                        return  # ``_return`` goes on
                try:
                    await (self._agree(course) if course.is_split else self._go_on(course))
                except AWAY as error:
                    self._lose(error)
        finally:
            course.working = None
            self._tidy(course)

    def _tidy(self, course: _Course) -> None:
        """Forget a document that was left, once all is sent."""
        if course.is_left and not course.unsent and course.working is None:
            self._courses.pop(course.uuid, None)
            self._hold(self._listen_to("UNSUBSCRIBE", course.uuid))

    async def _hear_early(self, course: _Course) -> None:
        """Hear what could not be sent. It is sent later, and then heard in the order of all processes."""
        course.is_split = True
        while news := [outgoing for outgoing in course.unsent if not outgoing.is_early]:
            for outgoing in news:
                outgoing.is_early = True
                await self._tell(course, outgoing.event, outgoing, early=True)
        while len(course.unsent) > MOST_UNSENT:
            course.unsent.popleft()

    async def _go_on(self, course: _Course) -> None:
        """Send what is to be sent, and hear what is new."""
        batch = list(islice(course.unsent, BATCH))
        course.is_behind = False
        reply = await self._ask(course, batch)
        if reply is None or reply.epoch != course.epoch:  # Redis has lost it: it may need the state from here
            course.is_split = True
            return
        self._sent(course, batch)
        if reply.state is not None:  # there was too much to read
            await self._settle(course, reply, batch)
            return
        own = {outgoing.number: outgoing for outgoing in batch}
        for number, event in reply.take(course):
            await self._tell(course, event, own.pop(number, None))
        for outgoing in own.values():  # a late repetition: it was heard before
            outgoing.settle()
        state = self._hearer.state(course.uuid) if batch and course.offset - course.kept >= STATE_EVERY else None
        if state is not None and course.offset - course.kept >= min(len(state.room.viewers) // 20, MOST_EVENTS // 2):
            course.kept = course.offset
            kept = encode_kept(state, course.sent)
            await self._keep(keys=[_meta(course.uuid)], args=[course.epoch, course.offset, kept])

    async def _agree(self, course: _Course) -> None:
        """Send what was heard early, and go on from what all processes have heard.

        After a restart of Redis, this process's last words are sent again: nobody else may have heard them.
        """
        batch = [outgoing for outgoing in course.unsent if outgoing.is_early]
        course.is_behind = False
        again = list(course.said) if rank_of(course.epoch, self._run) else []
        reply = await self._ask(course, [*again, *batch], self._hearer.state(course.uuid))
        if reply is None:  # nobody has it open
            for outgoing in course.unsent:
                outgoing.settle()
            course.unsent.clear()
            course.is_split = False
            return
        self._sent(course, batch)
        course.is_split = False
        await self._settle(course, reply, batch)

    def _sent(self, course: _Course, batch: Sequence[_Outgoing]) -> None:
        for _ in batch:
            outgoing = course.unsent.popleft()
            if isinstance(outgoing.event, TalkEvent):
                course.said.append(outgoing)

    async def _settle(self, course: _Course, reply: _Reply, batch: Sequence[_Outgoing]) -> None:
        """Have the room go on from the state of a reply, or from the last event in order, and through what followed."""
        failure: PagecastError | None = None
        try:
            await self._hearer.agree(course.uuid, reply.state, [event for _, event in reply.take(course)])
        except PagecastError as error:
            failure = error
        for outgoing in batch:
            outgoing.settle(failure)

    async def _tell(self, course: _Course, event: Event, own: _Outgoing | None, *, early: bool = False) -> None:
        """Have an event heard; its publisher learns what went wrong."""
        failure: Exception | None = None
        try:
            await (self._hearer.hear_early if early else self._hearer.hear)(course.uuid, event)
        except Exception as error:
            if own is None and not isinstance(error, PagecastError):
                raise
            failure = error
        if own is not None:
            own.settle(failure)

    async def _ask(self, course: _Course, batch: Sequence[_Outgoing], state: RoomState | None = None) -> _Reply | None:
        """Run the script. ``state`` becomes the document's where Redis does not have it."""
        uuid = course.uuid
        arguments: list[Any] = [self._run, self._process, KEPT_MS, MOST_EVENTS, course.epoch, course.offset]
        arguments += [rank_of(course.epoch, self._run), next_epoch(course.epoch, self._run)]
        arguments.append(encode_kept(state, course.sent) if state else b"")
        for outgoing in batch:
            arguments += [outgoing.number, outgoing.data]
        answer = await self._exchange(keys=[_meta(uuid), _stream(uuid), _channel(uuid)], args=arguments)
        return _Reply(answer, self._process) if answer else None

    # The broker.

    async def _greet(self, connection: Any) -> None:
        """Learn on each new connection which run of the server it leads to."""
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        found = re.search(rb"run_id:(\w+)", await connection.read_response())
        self._run = str(found[1], "ascii") if found else ""

    async def _sign(self) -> None:
        """Say that this process lives, and learn which others do."""
        now = time.monotonic()
        for process in await self._live(keys=[PROCESSES], args=[self._process, LEASE_S]):
            self._seen[str(process, "utf-8")] = now

    def _lose(self, error: BaseException) -> None:
        if self._returning is None:
            log.warning(
                "The bus cannot be reached: %s. Each process goes on alone.", str(error) or type(error).__name__
            )
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Wait until the broker is back, and have all documents agree."""
        while True:
            try:
                await self._redis.connection_pool.disconnect()
                await self._sign()
                break
            except AWAY:
                await asyncio.sleep(RETRY_S)
        log.warning("The bus is back.")
        self._seen = dict.fromkeys(self._seen, time.monotonic())  # the others have to come back, too
        self._returning = None
        for course in list(self._courses.values()):
            course.is_split = True  # Redis may have lost what this process has heard
            self._wake(course)

    async def _look(self) -> None:
        """Give signs of life, and look for missed bells. It never returns."""
        while True:
            await asyncio.sleep(CHECK_S)
            if self.is_reachable:
                try:
                    await self._sign()
                    await self._compare()
                except AWAY as error:
                    self._lose(error)

    async def _compare(self) -> None:
        """Compare the offsets of some documents with those in Redis."""
        courses = [course for course in self._courses.values() if course.is_followed]
        if self._looked >= len(courses):
            self._looked = 0
        some = courses[self._looked : self._looked + CHECKED]
        self._looked += CHECKED
        if not some:
            return
        pipeline = self._redis.pipeline(transaction=False)
        for course in some:
            pipeline.hmget(_meta(course.uuid), ["run", "epoch", "offset"])
        for course, found in zip(some, await pipeline.execute(), strict=True):
            expected = [self._run, course.epoch, str(course.offset)]
            if course.working is None and found != [text.encode() for text in expected]:
                course.is_behind = True
                self._wake(course)

    async def _listen(self) -> None:
        """Hear the bells, on a connection of its own. It never returns."""
        while True:
            bells = self._redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await bells.connect()
                self._bells = bells  # first: a document that is entered while this is sent subscribes by itself
                await bells.send_command("SUBSCRIBE", PROCESSES, *map(_channel, self._courses))
                await self._hear_bells(bells)
            except AWAY:
                self._bells = None
                await asyncio.sleep(RETRY_S)
            finally:
                self._bells = None
                await bells.disconnect(nowait=True)

    async def _hear_bells(self, bells: AbstractConnection) -> None:
        """Have documents read when their bell rings. Raises TimeoutError where nothing answers any more."""
        is_asked = False
        while True:
            message = await bells.read_response(timeout=DEAF_S / 2, disconnect_on_error=False)
            if message is None:
                if is_asked:
                    raise TimeoutError
                await bells.send_command("PING")
            is_asked = message is None
            match message:
                case [b"subscribe" | b"message" as kind, channel, data]:
                    course = self._courses.get(str(channel, "ascii").removeprefix(f"{PREFIX}bell:"))
                    if course is not None and (kind == b"subscribe" or int(data) > course.offset):
                        course.is_behind = True
                        self._wake(course)

    async def _listen_to(self, command: str, uuid: str) -> None:
        """Subscribe to a document's bell, or unsubscribe. Without a connection the next one does so."""
        bells = self._bells
        if bells is not None and bells.is_connected:  # else ``send_command`` would connect
            with suppress(*AWAY):
                await bells.send_command(command, _channel(uuid))

    def _hold(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a small piece of work that nobody waits for."""
        task = asyncio.create_task(work)
        self._small.add(task)
        task.add_done_callback(self._small.discard)


def next_epoch(epoch: str, run: str) -> str:
    """Return a new epoch that follows another one, or none, in a run of the server.

    >>> next_epoch(next_epoch("", "4f1d"), "b07a")[:14]
    '00000002-b07a-'
    """
    return f"{int(epoch[:8] or '0') + 1:08d}-{run}-{secrets.token_hex(4)}"


def rank_of(epoch: str, run: str) -> str:
    """Return how far a state is that has come to an epoch: later ones sort behind. "" where the epoch is of this run.

    >>> rank_of("00000002-b07a-5c11d2e0", "b07a"), rank_of("00000001-4f1d-9a0c77b3", "b07a")
    ('', '00000001-4f1d-9a0c77b3')
    """
    return "" if epoch.split("-")[1:2] == [run] else epoch


def encode_kept(state: RoomState, sent: Mapping[str, int]) -> bytes:
    """Return a state for Redis, with the numbers of the last events that it holds of each process."""
    return encode(Kept(with_plain_viewers(state), dict(sent)))


def _after(state: RoomState | None, news: Sequence[tuple[int, Event]]) -> RoomState | None:
    """Return the state after the events that followed it; the same one where there were none."""
    for _, event in news:
        state = state and state.apply(event)
    return state


def _meta(uuid: str) -> str:
    return f"{PREFIX}document:{uuid}"


def _stream(uuid: str) -> str:
    return f"{PREFIX}events:{uuid}"


def _channel(uuid: str) -> str:
    return f"{PREFIX}bell:{uuid}"
