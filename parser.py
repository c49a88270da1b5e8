"""The front door of Pagecast: who is connected, which address leads where, and how it is started."""

import asyncio
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import tornado.web
from tornado.options import options

from pagecast.broadcast.groups import Groups
from pagecast.broadcast.prepared import PreparedMessages
from pagecast.edges.disk.space import Space
from pagecast.edges.disk.store import DiskStore, claim
from pagecast.edges.http import table_api, web
from pagecast.edges.http.application import SMALL_BYTES, SMALL_S, Site
from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.server import Listener, most_connections
from pagecast.edges.http.static import StaticFiles, StaticHandler
from pagecast.edges.http.tus import TusHandler
from pagecast.edges.http.uploads import DocumentHandler
from pagecast.edges.http.versions import VersionsHandler
from pagecast.edges.memory import collect_seldom, return_free_memory, return_large_blocks
from pagecast.edges.metrics import Metrics, MetricsHandler
from pagecast.edges.options import chosen_gates, chosen_limits, chosen_quota, read_options
from pagecast.edges.shutdown import shut_down
from pagecast.edges.tcp import LinesServer
from pagecast.edges.threads import put_viewers_first
from pagecast.edges.websocket.broadcast import GroupKey, Recipients, slot_of, tell_each
from pagecast.edges.websocket.connection import Outlet
from pagecast.edges.websocket.handler import Socket, UploadHandler
from pagecast.edges.websocket.messages import Quota
from pagecast.limits.addresses import is_this_machine
from pagecast.limits.admission import Admission
from pagecast.limits.slots import Slots
from pagecast.memory.bus import MemoryBus
from pagecast.ports import Shown
from pagecast.protocol.close_codes import DISK_FAILED, NO_SUCH_DOCUMENT
from pagecast.protocol.codec import ToViewer, encode_frame
from pagecast.protocol.connection import MAX_CONTROL
from pagecast.protocol.errors import PagecastError, StorageFailed, TooManyMessages, UnknownDocument
from pagecast.protocol.link import Link
from pagecast.protocol.plain import plain
from pagecast.protocol.presenting import Wheel
from pagecast.protocol.tables import Document, Page
from pagecast.protocol.talk import Selections
from pagecast.protocol.websocket import PreparedMessage
from pagecast.service.broadcaster import Broadcaster
from pagecast.service.conversation import Conversation
from pagecast.service.intake import Intake
from pagecast.service.services import Services
from pagecast.service.tasks import Tasks
from pagecast.service.world import World
from pagecast.table.window import ColumnWindow

HERE = Path(__file__).parent

PING_S = 20.0
"""How often a quiet connection is asked whether it is still there; a proxy's read timeout must be longer."""

FETCHED_WAITING = 4
"""How many fetched pages may wait for one viewer: the one it wants, the ones beside it, and one more."""

SWEEP_S = 3600.0
"""How often what nobody wants any more is looked for."""

BACKLOG, HEADER_S = 1024, 15.0
"""How many may wait to be let in, as all come back at once after a restart; how long a request's head may take."""

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class FileHandler(Socket):
    """A viewer of a document, in the plain protocol or in `pagecast.v1`."""

    viewers: ClassVar[dict[str, Groups[GroupKey, Outlet]]] = {}
    """Who is connected here, by document UUID: those together who are told the same in the same way."""
    viewers_lock = threading.Lock()
    """Guards ``viewers``; held only while it is copied or edited."""
    fanout: ClassVar[Broadcaster] = Broadcaster()
    """What all of a document's viewers are yet to be told. One alone is told by it too, so that the order holds."""
    ready: ClassVar[PreparedMessages] = PreparedMessages()
    """The last messages made ready for each document: whoever comes next is sent the same."""

    @classmethod
    def windows(cls, uuid: str) -> list[ColumnWindow]:
        """What a document's viewers look at, those windows first that most look through."""
        seen: Counter[ColumnWindow] = Counter()
        for group, outlets in cls.audience(uuid):
            seen[group.way.window] += len(outlets)
        return [window for window, _ in seen.most_common()]

    @classmethod
    def show(cls, uuid: str, frame: Shown, window: ColumnWindow | None = None) -> None:
        """Send a frame to a document's viewers: all, or those who look through a window."""
        cls._tell_all(uuid, frame, lambda way: window is None or way.window == window, window)

    @classmethod
    def point(cls, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Send what is selected on a page to those who see that page."""
        cls._tell_all(uuid, frame, lambda way: followers if way.place is None else way.place == frame.page_no)

    @classmethod
    def _tell_all(
        cls, uuid: str, frame: Shown | Selections, sees: Callable[[GroupKey], bool], window: ColumnWindow | None = None
    ) -> None:
        def begin() -> Iterator[None]:
            return tell_each(cls.audience(uuid, sees), cls.ready, frame, sees)

        cls.fanout.tell(uuid, slot_of(frame, window), begin, stays=isinstance(frame, Document))

    @classmethod
    def audience(cls, uuid: str, sees: Callable[[GroupKey], bool] = lambda way: True) -> Recipients:
        """Who is connected, by the way in which they are told things, as far as they see what is told."""
        with cls.viewers_lock:
            return [(group, list(group.members)) for group in cls.viewers.get(uuid, ()) if sees(group.way)]

    @classmethod
    def count(cls) -> int:
        with cls.viewers_lock:
            return sum(map(len, cls.viewers.values()))

    @property
    def max_message_size(self) -> int:
        """A table in the plain protocol; in ours, more than a frame may have, so that it is answered in words."""
        size: int = 16 * MAX_CONTROL if self.offers_ours else self.settings["max_message_size"]
        return size

    @property
    def may_deflate(self) -> bool:
        return self.offers_ours

    def initialize(self, services: Services) -> None:
        self.services = services

    async def open(self, uuid: str | None = None) -> None:
        self.is_plain = self.selected_subprotocol is None
        self.conversation = Conversation(self.services, self, time.monotonic, self.settings["tasks"].hold)
        await self.conversation.open(uuid)

    async def on_message(self, message: str | bytes) -> None:
        await self.conversation.receive(message)

    async def on_refused(self) -> None:
        await self.conversation.fail(TooManyMessages())

    def on_close(self) -> None:
        if self.link is not None:
            uuid, self.link = self.link.uuid, None
            with self.viewers_lock:
                self.viewers[uuid].drop(self.outlet)
                if not self.viewers[uuid]:
                    del self.viewers[uuid]
                    self.ready.forget(uuid)
        self.settings["tasks"].hold(self.conversation.close())

    # What the conversation asks of this connection.

    is_plain = True
    link: Link | None = None
    """The link that this viewer came by, while it is subscribed to broadcasts."""

    @property
    def is_open(self) -> bool:
        return self.ws_connection is not None

    def subscribe(self, link: Link, window: ColumnWindow, page_no: int | None) -> None:
        self.link = link
        with self.viewers_lock:
            key = GroupKey(link, self.is_plain, self.outlet.deflates, window, page_no)
            self.viewers.setdefault(link.uuid, Groups()).put(self.outlet, key)

    def send(self, frame: ToViewer, slot: str | None = None) -> None:
        self.say(frame, slot)

    def send_in_order(self, frame: Document | Page | Wheel) -> None:
        def prepare(link: Link) -> PreparedMessage | None:
            return self.ready.message(link, frame, is_plain=self.is_plain)

        self._broadcast_to_self(type(frame).__name__, prepare)

    def send_answer(self, page: Page, error: PagecastError) -> None:
        self._broadcast_to_self("answer", lambda link: PreparedMessage(encode_frame(plain(link.seen(page), error))))

    def send_failure(self, error: PagecastError) -> None:
        self.say(self.told(error))

    async def close_after_sending(self, code: int, reason: str) -> None:
        await self.settle()
        self.close(code, reason)

    def turn_away(self, error: PagecastError) -> None:
        self.count_miss(error)
        unknown = isinstance(error, UnknownDocument)
        self.refuse(NO_SUCH_DOCUMENT if unknown else DISK_FAILED, error)

    def guest_name(self, who: str) -> str:
        return self.spoken.guest(who)

    def _broadcast_to_self(self, slot: str, prepare: Callable[[Link], PreparedMessage | None]) -> None:
        """Offer this viewer a message behind everything that was broadcast before."""

        def begin() -> Iterator[None]:
            message = prepare(self.link) if self.link else None  # it may have closed meanwhile
            if message is not None:
                self.offer(slot, message)
            yield from ()

        if self.link is not None:
            self.fanout.tell(self.link.uuid, (slot, self), begin)


def make_app(
    services: Services,
    metrics: Metrics,
    seats: Slots,
    gates: Admission,
    *,
    hosts: frozenset[str],
    max_size: int,
    max_message_size: int,
    messages: Quota,
    least_rate: int,
) -> tornado.web.Application:
    """All addresses that Pagecast answers to."""
    static, templates = HERE / "static", HERE / "templates"
    shelf = StaticFiles(static)
    static_base = f"/parser/static/{shelf.digest}"
    tables, uploads = {"library": services.rooms}, {"uploads": services.uploads, "seats": seats}
    doors = {**tables, **uploads, "additions": services.appends}
    viewing = {"services": services}
    tasks = Tasks()
    parked = IdleUploads[Intake](seats.in_all, seats.each, lambda intake: tasks.hold(services.uploads.abandon(intake)))
    return Site(
        [
            (r"/", web.FirstPage),
            (r"/parser", web.FirstPage),
            (r"/parser/ws", FileHandler, viewing),
            (r"/parser/ws/upload", UploadHandler, uploads),
            (r"/parser/ws/([^/]*)/upload", UploadHandler, uploads),
            (r"/parser/ws/([^/]*)", FileHandler, viewing),
            (static_base + r"/(.*)", StaticHandler, {"shelf": shelf}),
            (rf"/parser/share/({UUID})", web.OlderLink),
            (r"/parser/files/([^/]*)", TusHandler, {**uploads, "max_size": max_size, "parked": parked}),
            (r"/parser/([^/]*)/rows", table_api.RowsHandler, tables),
            (r"/parser/([^/]*)/columns", table_api.ColumnsHandler, tables),
            (r"/parser/([^/]*)/cell", table_api.CellHandler, tables),
            (r"/parser/([^/]*)/versions", VersionsHandler, tables),
            (r"/parser/([^/]*)/read", web.ReadHandler, {"rereading": services.reparsing}),
            (r"/parser/([^/]*)/download", web.DownloadHandler, tables),
            (r"/parser/([^/]*)", DocumentHandler, doors),
            (r"/healthz", web.HealthHandler),
            (r"/metrics", MetricsHandler, {"metrics": metrics}),
        ],
        default_handler_class=web.NothingHere,
        template_loader=web.templates_of(templates),
        static_base=static_base,
        languages=web.languages_of(static, templates),
        hosts=hosts,
        tasks=tasks,
        endings=Tasks(),  # of uploads that have come whole
        gates=gates,
        max_message_size=max_message_size,
        messages=messages,
        least_rate=least_rate,
        cross_origin_protection=True,
        websocket_ping_interval=PING_S,
        websocket_ping_timeout=PING_S,
        log_function=lambda handler: None,  # errors are logged where they happen; a proxy keeps the access log
    )


async def main() -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    put_viewers_first()
    claim(Path(options.data_dir))
    space = Space(Path(options.data_dir), options.max_total_mb * 2**20, options.keep_free_mb * 2**20)
    await asyncio.to_thread(space.count)
    store = DiskStore(Path(options.data_dir), space)
    limits = chosen_limits()
    services = Services(World(store, MemoryBus(), FileHandler, limits, lambda: datetime.now(UTC)))
    await services.start()
    metrics = Metrics()
    metrics.gauge("viewers", "Connected viewers.", FileHandler.count)
    metrics.gauge("open_documents", "Documents with open connections.", lambda: len(services.library))
    metrics.gauge("stored_bytes", "Bytes of all stored tables.", lambda: space.used)
    metrics.gauge("uploads", "Uploads in progress.", lambda: len(services.uploads) + len(services.appends))
    connections = most_connections()
    seats, gates = Slots(options.max_uploads, options.max_uploads_each), chosen_gates(connections)
    messages = chosen_quota()
    metrics.gauge("message_bytes", "Bytes of large incoming messages.", lambda: messages.held)
    metrics.total("slow_viewers", "Viewers closed because they could not keep up.", lambda: Socket.dropped)
    metrics.count_refusals(gates)
    app = make_app(
        services,
        metrics,
        seats,
        gates,
        hosts=frozenset(name.strip().lower() for name in options.hosts),
        max_size=limits.max_size,
        max_message_size=options.max_message_mb * 2**20,
        messages=messages,
        least_rate=options.least_rate_kb * 2**10,
    )
    server = Listener(
        app,
        xheaders=is_this_machine(options.address),
        idle_connection_timeout=HEADER_S,
        max_body_size=SMALL_BYTES,
        body_timeout=SMALL_S,
    )
    server.gates, server.most = gates, connections
    server.listen(options.port, options.address, backlog=BACKLOG)
    base = options.public_url.rstrip("/") or f"http://{{}}:{options.port}"
    lines = LinesServer(services.uploads, seats, gates.documents, connections, app.settings["tasks"].hold, base)
    if options.lines_port:
        lines.listen(options.lines_port, options.address)
    watching = [asyncio.create_task(work) for work in (sweep_hourly(services), return_free_memory())]
    if options.least_rate_kb > 0:
        watching.append(asyncio.create_task(server.cut_slow_readers(options.least_rate_kb * 2**10)))
    print(f"Pagecast is at http://{options.address}:{options.port}/parser/", flush=True)
    await stop.wait()
    for task in watching:
        task.cancel()
    await shut_down(server, lines, app.settings["endings"], app.settings["tasks"])
    await services.stop()


async def sweep_hourly(services: Services) -> None:
    while True:
        with suppress(StorageFailed):  # the next hour tries again
            await services.sweep()
        await asyncio.sleep(SWEEP_S)


if __name__ == "__main__":
    read_options()
    return_large_blocks()
    collect_seldom()
    try:
        asyncio.run(main())
    except (OSError, StorageFailed) as error:
        sys.exit(f"Pagecast cannot start: {error.__cause__ or error}.")
