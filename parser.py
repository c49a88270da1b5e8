"""The front door of Pagecast: who is connected, which address leads where, and how it is started."""

import asyncio
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

import tornado.web
from tornado.options import options

from pagecast.broadcast.groups import Groups
from pagecast.broadcast.prepared import PreparedMessages
from pagecast.edges.disk.space import Space
from pagecast.edges.disk.store import DiskStore, claim
from pagecast.edges.http import parts, web
from pagecast.edges.http.bodies import SMALL_BYTES, SMALL_S, Site
from pagecast.edges.http.listener import Listener, most_connections
from pagecast.edges.http.parked import IdleUploads
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
from pagecast.edges.websocket.messages import Quota
from pagecast.edges.websocket.sockets import Socket, UploadHandler
from pagecast.edges.websocket.wire import Outlet
from pagecast.limits.addresses import is_this_machine
from pagecast.limits.admission import Admission
from pagecast.limits.slots import Slots
from pagecast.limits.token_bucket import KindLimits
from pagecast.memory.bus import MemoryBus
from pagecast.ports import Shown
from pagecast.protocol.close_codes import DISK_FAILED, MISBEHAVED, NO_SUCH_DOCUMENT
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.connection import MAX_CONTROL, Welcome
from pagecast.protocol.errors import PagecastError, StorageFailed, TooManyMessages, UnknownDocument
from pagecast.protocol.link import Link
from pagecast.protocol.people import Hello, Person, Place, You
from pagecast.protocol.plain import plain
from pagecast.protocol.presenting import Ask, Give, Take, Wheel
from pagecast.protocol.tables import Choices, Document, Fetch, Page, Read, Turn, Watch, fetched
from pagecast.protocol.talk import Allow, Look, Recall, Say, Select, Selections
from pagecast.protocol.websocket import PreparedMessage
from pagecast.room.session import (
    FRAMES,
    GUEST,
    PACE,
    PATIENCE,
    TABLES,
    TURNS,
    WATCHES,
    PlainViewer,
    Table,
    Viewer,
    who_says,
)
from pagecast.service.broadcaster import Broadcaster
from pagecast.service.intake import Intake
from pagecast.service.library import Library
from pagecast.service.pacing import Backpressure, LatestOnly
from pagecast.service.tasks import Tasks
from pagecast.table.window import FIRST_WINDOW, PLAIN, Window, looking_at

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

    uuid: str | None = None
    link: Link
    window: Window = PLAIN
    """What it looks at of a page."""
    place: int | None = None
    """The page that it reads alone; None while it is with the room."""

    @classmethod
    def windows(cls, uuid: str) -> list[Window]:
        """What a document's viewers look at, those windows first that most look through."""
        seen: Counter[Window] = Counter()
        for group, outlets in cls.audience(uuid):
            seen[group.way.window] += len(outlets)
        return [window for window, _ in seen.most_common()]

    @classmethod
    def show(cls, uuid: str, frame: Shown, window: Window | None = None) -> None:
        """Send a frame to a document's viewers: all, or those who look through a window."""
        cls._tell_all(uuid, frame, lambda way: window is None or way.window == window, window)

    @classmethod
    def point(cls, uuid: str, frame: Selections, *, followers: bool) -> None:
        """Send what is selected on a page to those who see that page."""
        cls._tell_all(uuid, frame, lambda way: followers if way.place is None else way.place == frame.page_no)

    @classmethod
    def _tell_all(
        cls, uuid: str, frame: Shown | Selections, sees: Callable[[GroupKey], bool], window: Window | None = None
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

    def initialize(self, library: Library) -> None:
        self.library = library

    async def open(self, uuid: str | None = None) -> None:
        self.is_plain = self.selected_subprotocol is None
        self.session: PlainViewer | Viewer = PlainViewer() if self.is_plain else Viewer()
        self.window = PLAIN if self.is_plain else FIRST_WINDOW
        self.viewer = secrets.token_hex(4)
        self.pace = KindLimits(PACE)
        self.brake = Backpressure(FRAMES, None if self.is_plain else PATIENCE, time.monotonic)
        self.tables = Backpressure(TABLES, None, time.monotonic)
        self.watches = LatestOnly(WATCHES, self._see, time.monotonic)
        self.turns = LatestOnly(TURNS, self._turn, time.monotonic)
        self.person = Person(self.viewer, GUEST)
        try:
            self.link = await self.library.visit(uuid)
        except PagecastError as error:
            self._turn_away(error)
            return
        self.session.reads_only = self.link.reads_only
        entered = self.link.uuid
        if self.ws_connection is None:  # gone while the document was opened
            await self.library.leave(entered)
            return
        self.uuid = entered
        self._stand()
        if self.is_plain:
            await self.library.join(entered, self.viewer, self.person)
        else:
            epoch = self.library.epoch(entered)
            speak = self.library.talks.may_speak(entered)
            self.say(Welcome(self.link.shown, self.viewer, epoch, self.link.reader, speak))
        try:
            if self.uuid is not None:  # or it has gone already
                await self.library.tell(entered, self._tell, self.window)
                self._tell_selections()
        except StorageFailed as error:
            self._turn_away(error)

    def _stand(self) -> None:
        """Be told things in the way that it wants now."""
        if self.uuid is not None:
            way = GroupKey(self.link, self.is_plain, self.outlet.deflates, self.window, self.place)
            with self.viewers_lock:
                self.viewers.setdefault(self.uuid, Groups()).put(self.outlet, way)

    def telling(self, frame: Shown | Selections) -> PreparedMessage | None:
        """The message that tells this viewer a frame; none where it would not understand it."""
        return self.ready.message(self.link, frame, is_plain=self.is_plain)

    async def on_message(self, message: str | bytes) -> None:
        try:
            await self.brake.hold_up()
            if self.uuid is None:
                return
            asked = self.session.receive(message)
            self.pace.check(asked, time.monotonic())
            match asked:
                case Turn(page_no):
                    await self.turns.ask(page_no)
                case Watch(columns):
                    self.window = looking_at(*(range(first - 1, last) for first, last in columns))
                    self._stand()
                    await self.watches.ask(self.window)
                case Fetch(page_no):
                    page = await self.library.page(self.uuid, page_no, self.window)
                    self.say(fetched(page), f"Fetched {page_no % FETCHED_WAITING}")
                case Place(page_no) as place:
                    self.place = page_no
                    self._stand()
                    self.library.place(self.uuid, self.viewer, place)
                    self._tell_selections()
                case Take():
                    await self.library.take(self.uuid, self.person)
                case Ask():
                    await self.library.ask(self.uuid, self.person)
                case Give(to):
                    await self.library.give(self.uuid, self.person, to)
                case Read(version, choices):
                    self.settings["tasks"].hold(self._read_again(self.uuid, version, choices))
                case Recall(after):
                    self.say(self.library.talks.log(self.uuid, after), "recalled")
                case Say() | Look() | Select() | Allow():
                    await self.library.talks.take(self.link, asked, self.person, self.viewer)
                case Hello() as hello:
                    self.person = who_says(hello, self.uuid, self.viewer, self.spoken.guest)
                    await self.library.join(self.uuid, self.viewer, self.person)
                    self.say(You(self.person.who, self.person.name))
                case Table(data):
                    uuid = self.uuid  # it is brought though its sender goes while it waits
                    await self.tables.hold_up()
                    await self.library.uploads.bring(uuid, "table.tsv", data, self.viewer, self.admit)
        except PagecastError as error:
            await self._answer(error)

    async def on_refused(self) -> None:
        await self._answer(TooManyMessages())

    async def _turn(self, page_no: int) -> None:
        try:
            if self.uuid is not None:
                await self.library.turn(self.uuid, page_no, self.person)
        except PagecastError as error:
            await self._answer(error)

    async def _see(self, window: Window) -> None:
        try:
            if self.uuid is not None:
                await self.library.watch(self.uuid, self._tell, window)
        except PagecastError as error:
            await self._answer(error)

    async def _read_again(self, uuid: str, version: int, choices: Choices) -> None:
        """A large file takes its time, and this viewer goes on meanwhile."""
        try:
            await self.library.rereading.read(uuid, version, choices)
        except PagecastError as error:
            await self._answer(error)

    def on_close(self) -> None:
        if self.uuid is None:
            return
        uuid, self.uuid = self.uuid, None
        with self.viewers_lock:
            self.viewers[uuid].drop(self.outlet)
            if not self.viewers[uuid]:
                del self.viewers[uuid]
                self.ready.forget(uuid)
        self.settings["tasks"].hold(self._part(uuid))

    async def _part(self, uuid: str) -> None:
        await self.library.part(uuid, self.viewer)
        await self.library.leave(uuid)

    async def _answer(self, error: PagecastError) -> None:
        """Tell this viewer alone that what it asked for cannot be done."""
        if self.uuid is None:
            return
        if self.is_plain:
            try:
                page = await self.library.page(self.uuid, None)
            except StorageFailed as failure:
                self._turn_away(failure)
            else:
                answer = plain(self.link.seen(page), error)
                self._tell_alone("answer", lambda: PreparedMessage(encode_frame(answer)))
            return
        self.say(self.told(error))
        if self.session.misbehaved or self.brake.worn:
            await self.settle()
            self.close(MISBEHAVED, "Too many messages, or too many invalid ones: see PROTOCOL.md.")

    def _turn_away(self, error: PagecastError) -> None:
        self.count_miss(error)
        unknown = isinstance(error, UnknownDocument)
        self.refuse(NO_SUCH_DOCUMENT if unknown else DISK_FAILED, error)

    def _tell_selections(self) -> None:
        """Tell what others have selected on the page that this viewer sees."""
        if self.uuid is None or self.is_plain:
            return
        selections = self.library.talks.selections(self.uuid, self.place or self.library.page_no(self.uuid))
        if selections is not None:
            self.say(selections)

    def _tell(self, frame: Document | Page | Wheel) -> None:
        """Tell this viewer what stands."""
        self._tell_alone(type(frame).__name__, lambda: self.telling(frame))

    def _tell_alone(self, slot: str, making: Callable[[], PreparedMessage | None]) -> None:
        """Tell this viewer something, behind all that was told before."""
        if self.uuid is not None:
            self.fanout.tell(self.uuid, (slot, self.viewer), partial(self._make_and_offer, slot, making))

    def _make_and_offer(self, slot: str, making: Callable[[], PreparedMessage | None]) -> Iterator[None]:
        message = making() if self.uuid is not None else None  # or it has gone meanwhile
        if message is not None:
            self.offer(slot, message)
        yield from ()


def make_app(
    library: Library,
    metrics: Metrics,
    seats: Slots,
    gates: Admission,
    *,
    hosts: frozenset[str],
    max_message_size: int,
    messages: Quota,
    least_rate: int,
) -> tornado.web.Application:
    """All addresses that Pagecast answers to."""
    static, templates = HERE / "static", HERE / "templates"
    shelf = StaticFiles(static)
    static_base = f"/parser/static/{shelf.digest}"
    tables, uploads = {"library": library}, {"uploads": library.uploads, "seats": seats}
    doors = {**tables, **uploads, "additions": library.additions}
    tasks = Tasks()
    parked = IdleUploads[Intake](seats.in_all, seats.each, lambda intake: tasks.hold(library.uploads.abandon(intake)))
    return Site(
        [
            (r"/", web.FirstPage),
            (r"/parser", web.FirstPage),
            (r"/parser/ws", FileHandler, tables),
            (r"/parser/ws/upload", UploadHandler, uploads),
            (r"/parser/ws/([^/]*)/upload", UploadHandler, uploads),
            (r"/parser/ws/([^/]*)", FileHandler, tables),
            (static_base + r"/(.*)", StaticHandler, {"shelf": shelf}),
            (rf"/parser/share/({UUID})", web.OlderLink),
            (r"/parser/files/([^/]*)", TusHandler, {**uploads, "max_size": library.max_size, "parked": parked}),
            (r"/parser/([^/]*)/rows", parts.RowsHandler, tables),
            (r"/parser/([^/]*)/columns", parts.ColumnsHandler, tables),
            (r"/parser/([^/]*)/cell", parts.CellHandler, tables),
            (r"/parser/([^/]*)/versions", VersionsHandler, tables),
            (r"/parser/([^/]*)/read", web.ReadHandler, {"rereading": library.rereading}),
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
    library = Library(store, MemoryBus(), FileHandler, chosen_limits(), lambda: datetime.now(UTC))
    await library.start()
    metrics = Metrics()
    metrics.gauge("viewers", "Connected viewers.", FileHandler.count)
    metrics.gauge("open_documents", "Documents with open connections.", library.count_rooms)
    metrics.gauge("stored_bytes", "Bytes of all stored tables.", lambda: space.used)
    metrics.gauge("uploads", "Uploads in progress.", lambda: len(library.uploads) + len(library.additions))
    connections = most_connections()
    seats, gates = Slots(options.max_uploads, options.max_uploads_each), chosen_gates(connections)
    messages = chosen_quota()
    metrics.gauge("message_bytes", "Bytes of large incoming messages.", lambda: messages.held)
    metrics.total("slow_viewers", "Viewers closed because they could not keep up.", lambda: Socket.dropped)
    metrics.count_refusals(gates)
    app = make_app(
        library,
        metrics,
        seats,
        gates,
        hosts=frozenset(name.strip().lower() for name in options.hosts),
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
    lines = LinesServer(library.uploads, seats, gates.documents, connections, app.settings["tasks"].hold, base)
    if options.lines_port:
        lines.listen(options.lines_port, options.address)
    watching = [asyncio.create_task(work) for work in (sweep_hourly(library), return_free_memory())]
    if options.least_rate_kb > 0:
        watching.append(asyncio.create_task(server.cut_slow_readers(options.least_rate_kb * 2**10)))
    print(f"Pagecast is at http://{options.address}:{options.port}/parser/", flush=True)
    await stop.wait()
    for task in watching:
        task.cancel()
    await shut_down(server, lines, app.settings["endings"], app.settings["tasks"])
    await library.stop()


async def sweep_hourly(library: Library) -> None:
    while True:
        with suppress(StorageFailed):  # the next hour tries again
            await library.sweep()
        await asyncio.sleep(SWEEP_S)


if __name__ == "__main__":
    read_options()
    return_large_blocks()
    collect_seldom()
    try:
        asyncio.run(main())
    except (OSError, StorageFailed) as error:
        sys.exit(f"Pagecast cannot start: {error.__cause__ or error}.")
