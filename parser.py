"""The front door of Pagecast: the viewers that are connected, the routes, and the start of the server."""

import asyncio
import gc
import logging
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar, cast

from tornado.netutil import bind_sockets
from tornado.options import options

from pagecast.broadcast.groups import Groups
from pagecast.broadcast.prepared import PreparedMessages
from pagecast.edges.buses import redis_bus
from pagecast.edges.context import Context
from pagecast.edges.disk.store import lock_folder
from pagecast.edges.engine import DuckEngine
from pagecast.edges.http.application import SMALL_BODY_BYTES, SMALL_BODY_S, PagecastApplication
from pagecast.edges.http.base import NotFoundHandler
from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.open_requests import OpenRequests
from pagecast.edges.http.resources import load_languages, load_templates
from pagecast.edges.http.server import PagecastServer
from pagecast.edges.http.static_files import static_files
from pagecast.edges.metrics import Metrics
from pagecast.edges.options import (
    admission,
    authors,
    base_path,
    document_limits,
    message_quota,
    read_options,
    store_limits,
    trusted_proxies,
)
from pagecast.edges.process import (
    collect_garbage_less_often,
    leave_within,
    prioritize_viewers,
    return_free_memory,
    return_large_blocks,
)
from pagecast.edges.readiness import Readiness
from pagecast.edges.routes import routes_below
from pagecast.edges.shutdown import shut_down
from pagecast.edges.stores import OpenedStore, open_store, remove_leftovers
from pagecast.edges.streams import max_connections
from pagecast.edges.supervisor import Supervisor
from pagecast.edges.tcp import LinesServer
from pagecast.edges.websocket.broadcast import GroupKey, Recipients, broadcast_each, slot_of
from pagecast.edges.websocket.handler import SocketHandler
from pagecast.edges.websocket.messages import MessageQuota
from pagecast.edges.websocket.subscriber import Subscriber
from pagecast.limits.documents import Limits
from pagecast.limits.slots import Slots
from pagecast.memory.bus import MemoryBus
from pagecast.ports.rooms import Bus, IncomingUpload, Shown
from pagecast.protocol.close_codes import DELETED, DISK_FAILED, NO_SUCH_DOCUMENT
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.connection import MAX_CONTROL
from pagecast.protocol.errors import (
    DocumentDeleted,
    PagecastError,
    StorageFailed,
    TooManyMessages,
    UnknownDocument,
)
from pagecast.protocol.language import choose
from pagecast.protocol.link import Link
from pagecast.protocol.plain import plain
from pagecast.protocol.presenting import Presenter
from pagecast.protocol.tables import MAX_VIEW, Document, Page
from pagecast.protocol.talk import Selections
from pagecast.protocol.websocket import PreparedMessage
from pagecast.service.broadcaster import Broadcaster
from pagecast.service.conversation import Conversation
from pagecast.service.jobs import Jobs
from pagecast.service.services import Services
from pagecast.service.tasks import Tasks
from pagecast.service.world import World
from pagecast.table.window import ColumnWindow

STATIC, TEMPLATES = (Path(__file__).resolve().parent / name for name in ("static", "templates"))

PING_S = 20.0
"""How often the server pings an idle WebSocket. A proxy's read timeout must be longer."""

SWEEP_S = 3600.0
"""How often expired documents and abandoned uploads are looked for."""

LOST_S = 1.0
"""How often it is looked for processes that have ended without a word."""

BACKLOG = 1024
"""Connections that may wait to be accepted (listen(2)): all viewers come back at once after a restart."""

HEADER_S = 15.0
"""Seconds that the head of a request may take."""


@dataclass(frozen=True, kw_only=True)
class ViewerContext(Context):
    """The context of all handlers, with the services that only viewers need."""

    services: Services


class FileHandler(SocketHandler):
    """A viewer of a document, in the plain protocol or in `pagecast.v1`."""

    viewers: ClassVar[dict[str, Groups[GroupKey, Subscriber]]] = {}
    """The viewers that are connected to this process, by document UUID and by group."""
    viewers_lock = threading.Lock()
    """Guards ``viewers``. It is held only while the dict is copied or edited."""
    broadcasts: ClassVar[Broadcaster] = Broadcaster()
    """The broadcasts to each document's viewers. Messages to one viewer go through it too, to keep their order."""
    prepared: ClassVar[PreparedMessages] = PreparedMessages()
    """The last messages of each document. A viewer who joins is sent the same bytes as everyone before."""

    # The port Viewers.

    @classmethod
    def windows(cls, uuid: str) -> list[ColumnWindow]:
        """Return the column windows of a document's viewers, those of most viewers first."""
        counts: Counter[ColumnWindow] = Counter()
        for group, subscribers in cls.recipients(uuid):
            counts[group.key.window] += len(subscribers)
        return [window for window, _ in counts.most_common()]

    @classmethod
    def show(cls, uuid: str, frame: Shown, window: ColumnWindow | None = None) -> None:
        """Broadcast a frame to a document's viewers: to all, or to those with one column window."""
        cls._broadcast(uuid, frame, lambda key: window is None or key.window == window, window)

    @classmethod
    def dismiss(cls, uuid: str) -> None:
        """Close the connections of a document's viewers, because it has been deleted."""
        for handler in tuple(cls.open_handlers):
            if isinstance(handler, FileHandler) and handler.link is not None and handler.link.uuid == uuid:
                handler.close_with_error(DELETED, DocumentDeleted())

    @classmethod
    def point(cls, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Broadcast the selections on a page to the viewers who see that page."""
        cls._broadcast(uuid, frame, lambda key: followers if key.position is None else key.position == frame.page_no)

    @classmethod
    def _broadcast(
        cls, uuid: str, frame: Shown | Selections, sees: Callable[[GroupKey], bool], window: ColumnWindow | None = None
    ) -> None:
        def begin() -> Iterator[None]:
            return broadcast_each(cls.recipients(uuid, sees), cls.prepared, frame, sees)

        cls.broadcasts.broadcast(uuid, slot_of(frame, window), begin, stays=isinstance(frame, Document))

    @classmethod
    def recipients(cls, uuid: str, sees: Callable[[GroupKey], bool] = lambda key: True) -> Recipients:
        """Return a copy of a document's viewers by group, of those groups that see the frame."""
        with cls.viewers_lock:
            return [(group, list(group.members)) for group in cls.viewers.get(uuid, ()) if sees(group.key)]

    @classmethod
    def count(cls) -> int:
        """Return the number of connected viewers."""
        with cls.viewers_lock:
            return sum(map(len, cls.viewers.values()))

    # The methods that Tornado calls.

    @property
    def context(self) -> ViewerContext:
        return cast(ViewerContext, super().context)

    @property
    def max_message_size(self) -> int:
        """A table in the plain protocol; in ours more than any frame, so that a long frame is answered by an error."""
        return 16 * MAX_CONTROL + MAX_VIEW if self.offers_subprotocol else self.context.max_message_size

    @property
    def may_deflate(self) -> bool:
        return self.offers_subprotocol

    async def open(self, uuid: str | None = None) -> None:
        self.is_plain = self.selected_subprotocol is None
        self.conversation = Conversation(self.context.services, self, time.monotonic, self.context.tasks.hold)
        await self.conversation.open(uuid)

    async def on_message(self, message: str | bytes) -> None:
        await self.conversation.receive(message)

    async def on_message_rejected(self) -> None:
        await self.conversation.fail(TooManyMessages())

    def on_close(self) -> None:
        if self.link is not None:
            uuid, self.link = self.link.uuid, None
            with self.viewers_lock:
                self.viewers[uuid].drop(self.subscriber)
                if not self.viewers[uuid]:
                    del self.viewers[uuid]
                    self.prepared.forget(uuid)
        self.context.tasks.hold(self.conversation.close())

    # The connection of ``self.conversation``.

    is_plain = True
    link: Link | None = None
    """The link that this viewer opened, while it is subscribed to broadcasts."""

    @property
    def is_open(self) -> bool:
        return self.ws_connection is not None

    def subscribe(self, link: Link, window: ColumnWindow, page_no: int | None) -> None:
        self.link = link
        with self.viewers_lock:
            key = GroupKey(link, self.is_plain, self.subscriber.deflates, window, page_no)
            self.viewers.setdefault(link.uuid, Groups()).put(self.subscriber, key)

    def send_in_order(self, frame: Document | Page | Presenter) -> None:
        def prepare(link: Link) -> PreparedMessage | None:
            return self.prepared.message(link, frame, is_plain=self.is_plain)

        self._broadcast_to_self(type(frame).__name__, prepare)

    def send_answer(self, page: Page, error: PagecastError) -> None:
        self.count_miss(error)
        self._broadcast_to_self("answer", lambda link: PreparedMessage(encode_frame(plain(link.seen(page), error))))

    def send_failure(self, error: PagecastError) -> None:
        self.send(self.error_frame(error))

    async def close_after_sending(self, code: int, reason: str) -> None:
        await self.drain()
        self.close(code, reason)

    def turn_away(self, error: PagecastError) -> None:
        self.count_miss(error)
        unknown = isinstance(error, UnknownDocument)
        self.close_with_error(NO_SUCH_DOCUMENT if unknown else DISK_FAILED, error)

    def speak(self, language: str) -> None:
        self.client_language = self.context.languages[choose(self.context.languages, language)]

    def guest_name(self, who: str) -> str:
        return self.client_language.guest(who)

    def _broadcast_to_self(self, slot: str, prepare: Callable[[Link], PreparedMessage | None]) -> None:
        """Offer this viewer a message behind everything that was broadcast before."""

        def begin() -> Iterator[None]:
            message = prepare(self.link) if self.link else None  # it may have closed meanwhile
            if message is not None:
                self.offer(slot, message)
            yield from ()

        if self.link is not None:
            self.broadcasts.broadcast(self.link.uuid, (slot, self), begin)


def make_app(context: ViewerContext) -> PagecastApplication:
    """Return the application with all routes."""
    return PagecastApplication(
        context,
        routes_below(context.base_path, FileHandler, context.static_files.base_path),
        default_handler_class=NotFoundHandler,
        template_loader=load_templates(TEMPLATES),
        cross_origin_protection=True,
        websocket_ping_interval=PING_S,
        websocket_ping_timeout=PING_S,
        log_function=lambda handler: None,  # errors are logged where they happen; a proxy most often logs requests
    )


def make_context(services: Services, limits: Limits, connections: int, metrics: Metrics) -> ViewerContext:
    """Return the context that the options describe. ``connections`` is how many this process may have open."""
    tasks, requests = Tasks(), OpenRequests()
    slots = Slots(options.max_uploads, options.max_uploads_each)

    def let_go(intake: IncomingUpload) -> None:
        tasks.hold(context.uploads.abandon(intake))

    context = ViewerContext(
        services=services,
        library=services.library,
        uploads=services.uploads,
        appends=services.appends,
        reparsing=services.reparsing,
        idle_uploads=IdleUploads(slots.in_all, slots.each, let_go),
        admission=admission(connections),
        upload_slots=slots,
        message_quota=MessageQuota(message_quota()),
        max_message_size=options.max_message_mb * 2**20,
        max_file_size=limits.max_size,
        keep_days=limits.keep_days,
        least_rate=options.least_rate_kb * 2**10,
        authors=authors(),
        trusted_proxies=trusted_proxies(),
        hosts=frozenset(name.strip().lower() for name in options.hosts),
        languages=load_languages(STATIC, TEMPLATES),
        allow_frame=tuple(filter(None, options.allow_frame)),
        base_path=base_path(),
        static_files=static_files(STATIC, options.join_scripts),
        metrics=metrics,
        readiness=Readiness(services.ready, requests),
        requests=requests,
        tasks=tasks,
        endings=Tasks(),
    )
    return context


def add_metrics(context: ViewerContext, opened: OpenedStore, engine: DuckEngine) -> None:
    """Register the metrics of the whole server."""
    metrics, services = context.metrics, context.services
    metrics.gauge("viewers", "Connected viewers.", FileHandler.count)
    metrics.gauge("open_documents", "Documents with open connections.", lambda: len(services.library))
    metrics.gauge("stored_bytes", "Bytes of all stored tables.", opened.used)
    metrics.gauge("bus_reachable", "Whether events reach the other processes.", lambda: services.is_connected)
    metrics.gauge("uploads", "Uploads in progress.", lambda: len(services.uploads) + len(services.appends))
    metrics.gauge("message_bytes", "Bytes of large incoming messages.", lambda: context.message_quota.used)
    metrics.gauge("disk_free_bytes", "Bytes that are free on the disk of the tables.", lambda: opened.space.free)
    metrics.gauge("requests", "Requests over HTTP in progress.", lambda: len(context.requests))
    metrics.gauge("jobs_running", "Jobs that run: questions, re-parses, exports.", lambda: Jobs.count_running)
    metrics.gauge("jobs_waiting", "Jobs that wait for a free place.", lambda: Jobs.count - Jobs.count_running)
    metrics.gauge("queries", "Requests that run or wait in query processes.", lambda: engine.waiting)
    metrics.counter(
        "replaced_messages",
        "Messages to viewers that a newer one replaced before they were sent.",
        lambda: SocketHandler.replaced_messages,
    )
    metrics.counter(
        "slow_viewers",
        "Viewers closed because they could not keep up.",
        lambda: SocketHandler.closed_as_slow,
    )
    metrics.add_rejections(context.admission)


async def main(number: int = 0) -> None:
    """Serve until SIGINT or SIGTERM. ``number`` is that of this process, from 0, where there are several."""
    stop = asyncio.Event()
    for caught in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(caught, stop.set)
    prioritize_viewers(uploads_wait=bool(options.store))
    data = Path(options.data_dir)
    lock_folder(data, partial(remove_leftovers, is_cache=bool(options.store)), shared=bool(options.bus))
    process = secrets.token_hex(4) if options.bus else ""
    opened = await asyncio.to_thread(open_store, options.store, data, process, **store_limits())
    limits = document_limits()
    engine = DuckEngine(data, options.engine_memory_mb, options.engine_threads, opened.space, process, opened.files)
    bus: Bus = redis_bus(options.bus, process) if options.bus else MemoryBus()
    metrics = Metrics()
    world = World(opened.store, bus, FileHandler, engine, limits, lambda: datetime.now(UTC), process, metrics)
    services = Services(world)
    await bus.start()
    await engine.start()
    await services.start()
    connections = max_connections()
    context = make_context(services, limits, connections, metrics)
    add_metrics(context, opened, engine)
    app = make_app(context)
    if options.log_requests:
        app.settings["log_function"] = app.request_log
    server = PagecastServer(
        app,
        idle_connection_timeout=HEADER_S,
        max_body_size=SMALL_BODY_BYTES,
        body_timeout=SMALL_BODY_S,
    )
    server.admission, server.max_connections = context.admission, connections
    several = options.processes > 1
    server.trusted_proxies = context.trusted_proxies
    server.listen(options.port, options.address, backlog=BACKLOG, reuse_port=several)
    public_url = options.public_url.rstrip("/") or f"http://{{}}:{options.port}{context.base_path}"
    lines = LinesServer(context, connections, public_url)
    if options.lines_port:
        lines.listen(options.lines_port, options.address, reuse_port=several)
    background = [
        asyncio.create_task(work) for work in (sweep_hourly(services), return_free_memory(), remove_lost(services))
    ]
    if context.least_rate > 0:
        background.append(asyncio.create_task(server.close_slow_readers(context.least_rate)))
    if number == 0:
        announce(f"Pagecast is at http://{options.address}:{options.port}{context.base_path}/parser/")
    await stop.wait()
    for task in background:
        task.cancel()
    leave_within(options.drain_s)
    await shut_down(server, lines, context, options.drain_s)
    await services.stop()
    await bus.stop()
    await engine.stop()


def fork_processes() -> int:
    """Become so many processes as the options ask for, and return the number of this one. Raises OSError."""
    if options.processes == 1:
        return 0
    for port in (options.port, *([options.lines_port] if options.lines_port else [])):
        for listening in bind_sockets(port, options.address):  # processes that share a port would not notice others
            listening.close()
    gc.freeze()  # memory that no collection touches stays shared
    return Supervisor(options.processes).run()


def announce(sentence: str) -> None:
    """Tell the operator that the server runs: on the screen, or in a log that programs read."""
    if options.log_format == "text":
        print(sentence, flush=True)
    else:
        logging.getLogger("pagecast").info(sentence)


async def sweep_hourly(services: Services) -> None:
    """Remove what has expired, every SWEEP_S. It never returns."""
    while True:
        with suppress(StorageFailed):  # the next sweep tries again
            await services.sweep()
        await asyncio.sleep(SWEEP_S)


async def remove_lost(services: Services) -> None:
    """Remove the viewers of lost processes, every LOST_S. It never returns."""
    while True:
        await asyncio.sleep(LOST_S)
        services.library.remove_lost()


def run() -> None:
    """Serve as the command line says. The command `pagecast` of an installed wheel calls it, too."""
    read_options()
    return_large_blocks()
    collect_garbage_less_often()
    try:
        asyncio.run(main(fork_processes()))
    except (OSError, StorageFailed) as error:
        sys.exit(f"Pagecast cannot start: {error.__cause__ or error}.")


if __name__ == "__main__":
    run()
