"""A conversation: one viewer's dialogue with the room it visits, apart from the connection that carries it."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from pagecast.limits.token_bucket import KindLimits
from pagecast.ports.engine import Tell
from pagecast.protocol.close_codes import MISBEHAVED
from pagecast.protocol.codec import ToViewer
from pagecast.protocol.connection import Welcome
from pagecast.protocol.errors import PagecastError, StorageFailed, TooFast
from pagecast.protocol.facts import changed
from pagecast.protocol.link import Link
from pagecast.protocol.people import Hello, Person, Place, You
from pagecast.protocol.presenting import Ask, Give, Presenter, Take
from pagecast.protocol.tables import Choices, Document, Fetch, Page, Progress, Read, Show, Turn, Watch, fetched
from pagecast.protocol.talk import Allow, Brush, Look, Offer, Recall, Say, Select
from pagecast.protocol.uploads import Cancel
from pagecast.room.events import Event, Viewed
from pagecast.room.session import (
    FRAME_RATES,
    FRAMES,
    GUEST,
    PATIENCE,
    SHOWS,
    TABLES,
    TURNS,
    WATCHES,
    PlainViewer,
    Table,
    Viewer,
    person_of,
)
from pagecast.service.library import Visit
from pagecast.service.pacing import Backpressure, LatestOnly, NewestOnly
from pagecast.service.services import Services
from pagecast.table.window import FIRST_WINDOW, PLAIN_WINDOW, ColumnWindow, viewer_window
from pagecast.view.percent import read_pairs

FETCHED_WAITING = 4
"""How many fetched pages may wait for one viewer: the one it wants, the ones beside it, and one more."""


MOST_QUESTIONS = 8
"""Pages of views, and offers, that one viewer may wait for at a time."""

NO_PAGE = 0
"""Stands for the page of a viewer who reads a view alone: nobody selects cells on a page of a view."""


class Connection(Protocol):
    """The connection that carries a conversation. Nothing blocks, also once it has closed."""

    is_plain: bool
    """Whether it speaks the plain protocol."""

    @property
    def is_open(self) -> bool: ...

    def subscribe(self, link: Link, window: ColumnWindow, page_no: int | None) -> None:
        """Receive from now on what is broadcast to viewers of this link, column window and page of one's own."""

    def send(self, frame: ToViewer, slot: str | None = None) -> None:
        """Send a frame, unless a newer one of its slot comes first; its type's slot for None."""

    def send_in_order(self, frame: Document | Page | Presenter) -> None:
        """Send a frame behind everything that was broadcast before."""

    def send_answer(self, page: Page, error: PagecastError) -> None:
        """Answer in the plain protocol, in order: the page that stands, and why the request could not be met."""

    def send_failure(self, error: PagecastError) -> None:
        """Send an error in the viewer's language."""

    async def close_after_sending(self, code: int, reason: str) -> None:
        """Close the connection once all that was sent is on its way."""

    def turn_away(self, error: PagecastError) -> None:
        """Close a connection that cannot be served, and say why."""

    def admit(self) -> None:
        """Count a new document. Raises TooManyDocuments."""

    def speak(self, language: str) -> None:
        """Use a language (RFC 5646) for errors and names from now on: English where the server does not have it."""

    def guest_name(self, who: str) -> str:
        """A name for a person without one, in the viewer's language."""


class Conversation:
    """Takes one viewer's messages in order, asks the services, and sends what concerns this viewer alone.

    What all viewers see, the room broadcasts.
    """

    def __init__(
        self,
        services: Services,
        connection: Connection,
        clock: Callable[[], float],
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """``clock`` gives seconds; ``run`` runs work that this conversation does not wait for, to its end."""
        self._services, self._connection, self._run = services, connection, run
        self._clock = clock
        is_plain = connection.is_plain
        self._session: PlainViewer | Viewer = PlainViewer() if is_plain else Viewer()
        self._window = PLAIN_WINDOW if is_plain else FIRST_WINDOW
        self._page_no: int | None = None  # the page that it reads alone; None while it is with the room
        self._limits = KindLimits(FRAME_RATES)
        self._frames = Backpressure(FRAMES, None if is_plain else PATIENCE, clock)
        self._tables = Backpressure(TABLES, None, clock)
        self._turns = LatestOnly(TURNS, self._turn, clock)
        self._shows = LatestOnly(SHOWS, self._show, clock)
        self._finding_turn: NewestOnly[Event] = NewestOnly()
        self._finding_view: NewestOnly[Viewed] = NewestOnly()
        self._questions: set[asyncio.Task[None]] = set()
        self._watches = LatestOnly(WATCHES, self._watch, clock)
        self._visit: Visit | None = None
        self.viewer = secrets.token_hex(4)
        """This viewer, as events name it."""
        self._person = Person(self.viewer, GUEST)

    async def open(self, uuid: str | None) -> None:
        """Visit a document by one of its UUIDs, a new one for None, and send what stands there."""
        try:
            visit = await self._services.library.visit(uuid)
        except PagecastError as error:
            self._connection.turn_away(error)
            return
        if not self._connection.is_open:  # it closed while the document was opened
            await visit.leave()
            return
        self._visit = visit
        self._session.reads_only = visit.link.reads_only
        self._subscribe()
        room, link = visit.room, visit.link
        if self._connection.is_plain:
            await room.join(self.viewer, self._person)
        else:
            self._connection.send(Welcome(link.shown, self.viewer, room.epoch, link.reader, room.may_speak))
        try:
            if self._visit is not None:
                await room.send_state(self._connection.send_in_order, self._window)
                self._send_selections()
        except StorageFailed as error:
            self._connection.turn_away(error)

    async def receive(self, message: str | bytes) -> None:
        """Do what a message asks for. An error is sent to this viewer alone."""
        try:
            await self._frames.wait()
            if self._visit is None:
                return
            asked = self._session.receive(message)
            self._limits.check(asked, self._clock())
            match asked:
                case Table(data):
                    await self._upload(self._visit, data)
                case Turn(page_no):
                    await self._turns.request(page_no)
                case Show():
                    await self._shows.request(asked)
                case Fetch(view=str(view)) if view:
                    self._wait_for(self._fetch_view(self._visit, asked, view))
                case Brush():
                    await self._visit.room.brush(asked, self._person)
                case Offer(version, view):
                    self._wait_for(self._visit.room.offer(version, view, self._visit.link, self._person))
                case Watch(columns):
                    self._window = viewer_window(*(range(first - 1, last) for first, last in columns))
                    self._subscribe()
                    await self._watches.request(self._window)
                case Read(version, choices):
                    self._run(self._reparse(self._visit, version, choices))
                case Cancel():
                    self._cancel()
                case Take() | Ask() | Give():
                    await self._present(self._visit, asked)
                case Say() | Look() | Select() | Allow():
                    await self._visit.room.talk(asked, self._visit.link, self._person, self.viewer)
                case _:
                    await self._read(self._visit, asked)
        except PagecastError as error:
            await self.fail(error)

    def close(self) -> Coroutine[Any, Any, None]:
        """End the conversation at once: nothing is received or subscribed to any more. Await the result to leave."""
        visit, self._visit = self._visit, None
        self._cancel()
        return self._leave(visit)

    async def fail(self, error: PagecastError) -> None:
        """Tell this viewer alone why a request cannot be met."""
        if self._visit is None:
            return
        if self._connection.is_plain:
            try:
                page = await self._visit.room.page(None)
            except StorageFailed as failure:
                self._connection.turn_away(failure)
            else:
                self._connection.send_answer(page, error)
            return
        self._connection.send_failure(error)
        if self._session.misbehaved or self._frames.is_exhausted:
            await self._connection.close_after_sending(
                MISBEHAVED, "Too many messages, or too many invalid ones: see PROTOCOL.md."
            )

    async def _read(self, visit: Visit, asked: Fetch | Place | Recall | Hello) -> None:
        """A frame whose answer concerns this viewer, or says who and where it is."""
        room = visit.room
        match asked:
            case Fetch(page_no, version):
                if isinstance(version, int):
                    page = await room.page_of(version, page_no, self._window)
                else:
                    page = await room.page(page_no, self._window)
                self._connection.send(fetched(page), f"Fetched {page_no % FETCHED_WAITING}")
            case Recall(after):
                self._connection.send(room.log(after), "recalled")
            case Place(page_no, view=view):
                self._page_no = NO_PAGE if view and page_no else page_no
                self._subscribe()
                room.move(self.viewer, asked)
                self._send_selections()
            case Hello(language=language):
                if isinstance(language, str):
                    self._connection.speak(language)
                self._person = person_of(asked, room.uuid, self.viewer, self._connection.guest_name)
                await room.join(self.viewer, self._person)
                self._connection.send(You(self._person.who, self._person.name))

    async def _present(self, visit: Visit, asked: Take | Ask | Give) -> None:
        match asked:
            case Take():
                await visit.room.present(self._person)
            case Ask():
                await visit.room.ask_to_present(self._person)
            case Give(to):
                await visit.room.hand_over(self._person, to)

    async def _upload(self, visit: Visit, data: bytes) -> None:
        """Make a whole table the next version. It is taken though its sender goes while it waits."""
        await self._tables.wait()
        uploads = self._services.uploads
        await uploads.upload(visit.room.uuid, "table.tsv", data, self.viewer, self._connection.admit)

    async def _turn(self, page_no: int) -> None:
        if self._visit is None:
            return
        room, by, began = self._visit.room, self._person, self._clock()

        async def publish(event: Event) -> None:
            await room.publish(event)
            self._services.meter.turned(self._clock() - began)

        try:
            if self._connection.is_plain:
                await room.turn_table(page_no, by)
            elif room.view:  # the page may have to be found first, and this viewer says other things meanwhile
                tell = self._telling("turn")
                self._finding_turn.start(lambda: room.find_turn(page_no, by, tell), publish, self.fail)
                return
            else:
                await room.turn(page_no, by)
            self._services.meter.turned(self._clock() - began)
        except PagecastError as error:
            await self.fail(error)

    async def _show(self, asked: Show) -> None:
        if self._visit is None:
            return
        room, by = self._visit.room, self._person
        row = asked.row if isinstance(asked.row, int) else None
        undoes = asked.undoes if isinstance(asked.undoes, str) else None
        self._finding_turn.cancel()  # it was meant for the view before
        tell = self._telling("show")
        self._finding_view.start(
            lambda: room.find_view(asked.version, asked.view, row, by, tell),
            lambda viewed: room.show_view(changed(viewed, undoes=undoes)),
            self.fail,
        )

    def _wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that waits for an answer, while this viewer's next messages are taken. Raises TooFast."""
        if len(self._questions) >= MOST_QUESTIONS:
            work.close()
            raise TooFast
        question = asyncio.create_task(self._answer(work))
        self._questions.add(question)
        self._run(_ended(question))

    async def _answer(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except PagecastError as error:
            await self.fail(error)
        finally:
            self._questions.discard(cast(asyncio.Task[None], asyncio.current_task()))

    def _cancel(self) -> None:
        """Stop what this viewer waits for. Work that others wait for, too, goes on."""
        self._shows.cancel()
        self._finding_turn.cancel()
        self._finding_view.cancel()
        for question in self._questions:
            question.cancel()

    def _telling(self, what: str) -> Tell:
        """Return what tells this viewer how far the answer to a frame is."""
        version = self._visit.room.newest if self._visit else None
        number = version.number if version else 0
        return lambda percent: self._connection.send(Progress(what, number, percent))

    async def _fetch_view(self, visit: Visit, asked: Fetch, view: str) -> None:
        number = asked.version if isinstance(asked.version, int) else None
        tell = self._telling("fetch")
        page = await visit.room.view_page(number, list(read_pairs(view)), asked.page_no, self._window, tell)
        if self._visit is not None:
            self._connection.send(fetched(page), f"Fetched {asked.page_no % FETCHED_WAITING} of a view")

    async def _watch(self, window: ColumnWindow) -> None:
        try:
            if self._visit is not None:
                await self._visit.room.send_page(self._connection.send_in_order, window)
        except PagecastError as error:
            await self.fail(error)

    async def _reparse(self, visit: Visit, version: int, choices: Choices) -> None:
        try:
            await self._services.reparsing.read(visit.room.uuid, version, choices)
        except PagecastError as error:
            await self.fail(error)

    async def _leave(self, visit: Visit | None) -> None:
        if visit is not None:
            await visit.room.leave(self.viewer)
            await visit.leave()

    def _subscribe(self) -> None:
        if self._visit is not None:
            self._connection.subscribe(self._visit.link, self._window, self._page_no)

    def _send_selections(self) -> None:
        """Send what others have selected on the page that this viewer sees."""
        if self._visit is None or self._connection.is_plain:
            return
        room = self._visit.room
        page_no = self._page_no
        if page_no is None:
            page_no = NO_PAGE if room.view else room.page_no
        selections = room.selections(page_no)
        if selections is not None:
            self._connection.send(selections)


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait([task])
